//! pyre-interp: the bytecode interpreter. Frames live on a stack of their own; Python calls never recurse natively.
//!
//! Design: `docs/design/interpreter.md`.

pub mod bind;
pub mod builtin_cells;
pub mod cx;
pub mod direct;
pub mod dispatch;
pub mod frameobj;
pub mod generator;
pub mod ops;
pub mod poll;
pub mod stack;
pub mod staged;
pub mod tracing;
pub mod types;
pub mod unwind;

use pyre_object::args::Args;
use pyre_object::function::{FunctionBody, FunctionParts, new_function};
use pyre_object::{Obj, PyResult, Vm, code, hooks};

/// Connects the interpreter with the object model; once, at start.
pub fn install() {
    hooks::CALL_FUNCTION.set(ops::calls::call_function);
    hooks::INTERPRETER_ROOTS.set(roots);
    hooks::FLUSH_INLINE_CACHES.set(flush_caches);
    hooks::POLL.set(poll::serve);
    hooks::THREAD_END.set(stack::uninstall);
    hooks::CALLER_GLOBALS.set(caller_globals);
    hooks::SUPER_ARGUMENTS.set(super_arguments);
}

fn roots(vm: &Vm, visit: &mut dyn FnMut(pyre_object::Value)) {
    if !vm.interp.get().is_null() {
        // SAFETY: the thread has stacks, and it is stopped.
        unsafe { stack::Stacks::of(vm) }.roots(visit);
    }
}

fn caller_globals(vm: &Vm) -> Option<Obj> {
    // SAFETY: kept alive by the frame's function.
    current_frame(vm).map(|f| unsafe { Obj::from_borrowed(f.globals) })
}

/// The class and the instance that `super()` without arguments means in the current frame.
fn super_arguments(vm: &Vm) -> PyResult<(Obj, Obj)> {
    let Some(f) = current_frame(vm) else { return Err(vm.runtime_error("super(): no current frame")) };
    let code = f.code();
    if code.arg_count == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    // SAFETY: register 0 is the first parameter; the frame owns what it holds.
    let mut this = unsafe { Obj::from_borrowed(*f.regs) };
    if this.is_exactly(pyre_object::Builtin::Cell) && code.unit.cell_registers.contains(&0) {
        this = this.body::<pyre_object::function::CellBody>().content.get();
    }
    if this.is_unbound() {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    }
    let free = pyre_object::tuple::items(code.freevars.get_fixed());
    let Some(i) = free.iter().position(|n| n.is(pyre_object::names::__class__())) else {
        return Err(vm.runtime_error("super(): __class__ cell not found"));
    };
    // SAFETY: the frame's function is a function.
    let body: &FunctionBody = unsafe { f.function().body_unchecked() };
    let closure = body.closure.get();
    let class =
        pyre_object::tuple::items(&closure)[i].body::<pyre_object::function::CellBody>().content.get();
    if class.is_unbound() {
        return Err(vm.runtime_error("super(): empty __class__ cell"));
    }
    Ok((class, this))
}

fn flush_caches(_vm: &Vm) {
    tracing::assumptions_changed();
    if pyre_gc::is_multi_threaded() {
        let world = pyre_threads::stop_the_world();
        code::flush_all_caches();
        drop(world);
    } else {
        code::flush_all_caches();
    }
}

/// Runs a code object as module code or `exec`: with these globals, and this namespace as locals.
///
/// # Errors
/// Whatever the code raises.
pub fn run_code(vm: &Vm, code: &Obj, globals: &Obj, builtins: &Obj, locals: &Obj, closure: Obj) -> PyResult {
    let func = new_function(FunctionParts {
        code: code.clone(),
        globals: globals.clone(),
        builtins: builtins.clone(),
        defaults: Obj::UNBOUND,
        kwdefaults: Obj::UNBOUND,
        closure,
        annotate: Obj::UNBOUND,
    });
    // SAFETY: just made.
    let body: &FunctionBody = unsafe { func.body_unchecked() };
    if ops::calls::code_of(body).is_generator_like() {
        // Code with `await` outside of functions: what runs it awaits the coroutine.
        if !locals.is(globals) {
            return Err(vm.error(
                pyre_object::Exc::NotImplementedError,
                "coroutines of code with a namespace of its own beside the globals",
            ));
        }
        return generator::new(vm, &func, Args::EMPTY);
    }
    run_class_body(vm, &func, locals)
}

/// Runs a function without parameters with `namespace` as its locals: class bodies and modules.
///
/// # Errors
/// Whatever the code raises.
pub fn run_class_body(vm: &Vm, func: &Obj, namespace: &Obj) -> PyResult {
    // SAFETY: callers pass functions.
    let body: &FunctionBody = unsafe { func.body_unchecked() };
    let c = ops::calls::code_of(body);
    ops::calls::run_nested(vm, func, c, Args::EMPTY, namespace.clone())
}

/// The innermost active frame of the calling thread.
#[allow(clippy::mut_from_ref)]
pub fn current_frame(vm: &Vm) -> Option<&mut stack::Frame> {
    if vm.interp.get().is_null() {
        return None;
    }
    // SAFETY: the thread has stacks.
    let s = unsafe { stack::Stacks::of(vm) };
    // SAFETY: an active frame of the calling thread.
    if s.is_empty() { None } else { Some(unsafe { &mut *s.current }) }
}
