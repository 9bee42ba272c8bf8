//! Generators, coroutines and asynchronous generators: suspended frames.
//!
//! The object owns the frame's registers (a value array). Resuming pushes a frame whose window is that array; suspending
//! pops it and keeps the registers. Resumed from bytecode nothing nests natively.

use crate::cx::{Cx, Go, Step};
use crate::ops::calls::{
    NewFrame, code_of, has_room, own_namespace, pop_frame, push_frame, push_frame_unchecked,
};
use crate::ops::{iteration, suspend};
use crate::stack::{Action, FLAG_ENTRY, FLAG_GENERATOR};
use crate::{bind, dispatch, unwind};
use pyre_bytecode::code::flags;
use pyre_bytecode::{Instruction, NO_REGISTER, Opcode};
use pyre_object::args::Args;
use pyre_object::code::CodeBody;
use pyre_object::exception_support::{chain_context, exception_body, set_cause};
use pyre_object::function::FunctionBody;
use pyre_object::{
    Builtin, Exc, Obj, PyResult, Raised, Slot, Value, Vm, alloc, heap_body, names, value_array,
};
use pyre_threads::sync::{AtomicU8, AtomicU32, Ordering};

/// Not started yet.
pub const CREATED: u8 = 0;
/// At a `yield`.
pub const SUSPENDED: u8 = 1;
/// Being run, by some thread.
pub const RUNNING: u8 = 2;
/// Finished.
pub const CLOSED: u8 = 3;

heap_body! {
    /// The body of generators, coroutines and asynchronous generators.
    pub struct GeneratorBody "generator" {
        slots { function, registers, name, qualname, handled, frame, origin, finalizer }
        data {
            /// `CREATED` .. `CLOSED`
            state: AtomicU8,
            /// word index of the `Yield` it is suspended at
            pc: AtomicU32,
            /// active exception handlers inside
            handlers: AtomicU32,
            /// asynchronous generators: hooks were called, an `asend` is under way, closed
            async_flags: AtomicU8,
        }
    }
}

/// What resuming a generator gave.
pub enum Resumed {
    /// It yielded.
    Yielded(Obj),
    /// It returned.
    Returned(Obj),
}

/// The body of a generator-like object.
#[inline(always)]
pub fn body_of(g: &Obj) -> &GeneratorBody {
    g.body()
}

/// The code that a generator runs.
pub fn code(g: &GeneratorBody) -> &CodeBody {
    // SAFETY: the slot holds a function from the start.
    code_of(unsafe { g.function.get_fixed().body_unchecked() }).complete()
}

/// A new generator-like object for a call of `func`.
///
/// # Errors
/// `TypeError` when the arguments do not fit.
pub fn new(vm: &Vm, func: &Obj, args: Args<'_>) -> PyResult {
    // SAFETY: callers pass functions.
    let f: &FunctionBody = unsafe { func.body_unchecked() };
    let c = code_of(f);
    let registers = value_array::new_array((c.nregs as usize).max(1));
    // SAFETY: as many slots as the code has registers; nobody else sees the array yet.
    unsafe { bind::bind(vm, func, args, register_base(&registers))? };
    let ty = if c.flags & flags::GENERATOR != 0 {
        Builtin::Generator
    } else if c.flags & flags::COROUTINE != 0 {
        Builtin::Coroutine
    } else {
        Builtin::AsyncGenerator
    };
    let g = alloc::new(
        ty,
        GeneratorBody {
            function: Slot::new(func.clone()),
            registers: Slot::new(registers),
            name: Slot::new(f.name.get()),
            qualname: Slot::new(f.qualname()),
            handled: Slot::empty(),
            frame: Slot::empty(),
            origin: Slot::new(Obj::NONE),
            finalizer: Slot::empty(),
            state: AtomicU8::new(CREATED),
            pc: AtomicU32::new(0),
            handlers: AtomicU32::new(0),
            async_flags: AtomicU8::new(0),
        },
    );
    // Only these do something observable when they die unfinished.
    if (c.has_handlers || ty != Builtin::Generator)
        && let Some(cell) = g.cell()
    {
        // SAFETY: just made.
        unsafe { cell.as_ref() }.set_flag(pyre_gc::header::HAS_FINALIZER);
    }
    Ok(g)
}

/// Register 0 of a generator.
fn register_base(registers: &Obj) -> *mut Value {
    match value_array::slot(registers, 0) {
        // A slot is one word, and the array's slots are consecutive.
        Some(s) => std::ptr::from_ref(s).cast_mut().cast(),
        None => std::ptr::null_mut(),
    }
}

fn kind_name(g: &Obj) -> &'static str {
    if g.is_exactly(Builtin::Coroutine) {
        "coroutine"
    } else if g.is_exactly(Builtin::AsyncGenerator) {
        "async generator"
    } else {
        "generator"
    }
}

/// Takes the right to run the generator. `Ok(false)`: it is finished.
fn claim(vm: &Vm, g: &Obj, value: &Obj) -> PyResult<bool> {
    let b = body_of(g);
    loop {
        let s = b.state.load(Ordering::Acquire);
        match s {
            CLOSED if g.is_exactly(Builtin::Coroutine) => {
                return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
            }
            CLOSED => return Ok(false),
            RUNNING => return Err(vm.value_error(format!("{} already executing", kind_name(g)))),
            CREATED if !value.is_none() => {
                return Err(
                    vm.type_error(format!("can't send non-None value to a just-started {}", kind_name(g)))
                );
            }
            _ => {}
        }
        if take_over(b, s) {
            if s == SUSPENDED {
                // The value sent becomes the result of the `Yield`.
                let pc = b.pc.load(Ordering::Relaxed);
                let w = words(b)[pc as usize].load(Ordering::Relaxed);
                let dst = pyre_bytecode::Instruction(w).a();
                if let Some(slot) = value_array::slot(b.registers.get_fixed(), dst as usize) {
                    drop(slot.replace_locked(value.clone()));
                }
                b.pc.store(pc + 1, Ordering::Relaxed);
            }
            return Ok(true);
        }
    }
}

/// From a state in which it can be run to `RUNNING`; false if another thread was faster.
#[inline(always)]
fn take_over(b: &GeneratorBody, from: u8) -> bool {
    if !pyre_gc::is_multi_threaded() {
        b.state.store(RUNNING, Ordering::Relaxed);
        return true;
    }
    b.state.compare_exchange(from, RUNNING, Ordering::AcqRel, Ordering::Acquire).is_ok()
}

/// Resumes a generator that is at a plain `yield` for a loop that wants its next value, if nothing is out of the ordinary:
/// its frame goes on top. False: nothing has happened.
#[inline]
pub fn resume_plainly(cx: &mut Cx<'_>, g: &Obj, dst: u16) -> bool {
    // SAFETY: the caller has seen that it is exactly a generator.
    let b: &GeneratorBody = unsafe { g.body_unchecked() };
    if b.state.load(Ordering::Acquire) != SUSPENDED
        || b.handlers.load(Ordering::Relaxed) != 0
        || !b.frame.peek().is_unbound()
        || cx.vm.handled().is_some()
        || !has_room(cx, cx.stacks().top())
    {
        return false;
    }
    if !take_over(b, SUSPENDED) {
        return false;
    }
    let func = b.function.get_fixed();
    // SAFETY: a function, which the generator keeps.
    let body: &FunctionBody = unsafe { func.body_unchecked() };
    // SAFETY: kept by the function.
    let code: &CodeBody = unsafe { &*std::ptr::from_ref(code_of(body)) };
    let pc = b.pc.load(Ordering::Relaxed);
    let regs = register_base(b.registers.get_fixed());
    // SAFETY: `pc` is the index of a `Yield` of the code, whose register the generator has; there is room for a frame.
    let old = unsafe {
        let yielded = Instruction((*code.words().as_ptr().add(pc as usize)).load(Ordering::Relaxed)).a();
        let old = regs.add(yielded as usize).replace(Value::NONE);
        let new = NewFrame {
            func: func.clone(),
            regs,
            filled: code.nregs as usize,
            dst,
            action: Action::ForIter,
            flags: FLAG_GENERATOR,
            aux: g.clone(),
            locals: Obj::UNBOUND,
        };
        push_frame_unchecked(cx, code, new);
        Obj::from_raw(old)
    };
    cx.frame().pc = pc + 1;
    drop(old);
    true
}

fn words(b: &GeneratorBody) -> &[pyre_threads::sync::AtomicU64] {
    code(b).words()
}

/// Pushes the frame of a claimed generator.
fn push(cx: &mut Cx<'_>, g: &Obj, dst: u16, action: Action, extra_flags: u8) -> PyResult<()> {
    let b = body_of(g);
    let c = code(b);
    // SAFETY: kept by the generator, which the frame holds.
    let c: &CodeBody = unsafe { &*std::ptr::from_ref(c) };
    let pushed = push_frame(
        cx,
        c,
        NewFrame {
            func: b.function.get_fixed().clone(),
            regs: register_base(b.registers.get_fixed()),
            filled: c.nregs as usize,
            dst,
            action,
            flags: FLAG_GENERATOR | extra_flags,
            aux: g.clone(),
            locals: own_namespace(b.function.get_fixed(), c),
        },
    );
    if let Err(e) = pushed {
        b.state.store(CLOSED, Ordering::Release);
        return Err(e);
    }
    let f = cx.frame();
    f.pc = b.pc.load(Ordering::Relaxed);
    f.handlers = b.handlers.load(Ordering::Relaxed);
    f.object = b.frame.take().into_raw();
    crate::frameobj::attach(f);
    let outer = cx.vm.handled().unwrap_or(Obj::UNBOUND);
    if f.handlers > 0 {
        drop(cx.vm.replace_handled(b.handled.take()));
    }
    f.outer_handled = outer.into_raw();
    Ok(())
}

/// Resumes a generator from bytecode: its frame goes on top, and the result to `dst` as `action` says.
pub fn resume_in_frame(cx: &mut Cx<'_>, g: &Obj, value: Obj, dst: u16, action: Action) -> Step {
    if !claim(cx.vm, g, &value)? {
        match action {
            Action::Send => suspend::receiver_returned(cx, Obj::NONE),
            _ => iteration::exhausted(cx),
        }
        return Ok(Go::Reload);
    }
    drop(value);
    push(cx, g, dst, action, 0)?;
    Ok(Go::Reload)
}

/// Resumes a generator from native code. Finished generators return `None` at once.
///
/// # Errors
/// Whatever the generator raises.
pub fn send(vm: &Vm, g: &Obj, value: &Obj) -> PyResult<Resumed> {
    if !claim(vm, g, value)? {
        return Ok(Resumed::Returned(Obj::NONE));
    }
    let mut cx = native_context(vm, g)?;
    push(&mut cx, g, 0, Action::Exit, FLAG_ENTRY)?;
    finish_native(g, dispatch::run(vm))
}

fn native_context<'v>(vm: &'v Vm, g: &Obj) -> PyResult<Cx<'v>> {
    if vm.native_stack_left() < 256 * 1024 {
        body_of(g).state.store(CLOSED, Ordering::Release);
        return Err(vm.recursion_error(""));
    }
    // SAFETY: a thread that runs Python has stacks; the frame is set by the push that follows.
    Ok(unsafe { Cx::current(vm) })
}

fn finish_native(g: &Obj, r: PyResult) -> PyResult<Resumed> {
    let v = r?;
    Ok(if body_of(g).state.load(Ordering::Acquire) == CLOSED {
        Resumed::Returned(v)
    } else {
        Resumed::Yielded(v)
    })
}

/// `Yield` in the current frame: suspends it and gives `value` to whoever resumed it.
pub fn suspend_with(cx: &mut Cx<'_>, value: Obj) -> Step {
    let f = cx.frame();
    // SAFETY: the frame owns its words; it is left here without running again.
    let (g, func, outer) = unsafe {
        (
            Obj::from_raw(std::mem::replace(&mut f.aux, Value::UNBOUND)),
            Obj::from_raw(std::mem::replace(&mut f.func, Value::UNBOUND)),
            Obj::from_raw(std::mem::replace(&mut f.outer_handled, Value::UNBOUND)),
        )
    };
    // SAFETY: `aux` of a generator's frame is the generator.
    let b: &GeneratorBody = unsafe { g.body_unchecked() };
    b.pc.store(f.pc, Ordering::Relaxed);
    b.handlers.store(f.handlers, Ordering::Relaxed);
    if f.handlers > 0 {
        let inner = cx.vm.replace_handled(outer);
        drop(b.handled.replace(inner));
    } else {
        drop(outer);
    }
    if !f.object.is_unbound() {
        crate::frameobj::park(f, b.registers.get_fixed());
        // SAFETY: the frame owned it.
        drop(b.frame.replace(unsafe { Obj::from_raw(std::mem::replace(&mut f.object, Value::UNBOUND)) }));
    }
    let (action, dst) = (f.action, f.dst);
    cx.stacks().current = cx.frame.wrapping_sub(1);
    cx.frame = cx.stacks().current;
    cx.vm.depth.set(cx.vm.depth.get() - 1);
    b.state.store(SUSPENDED, Ordering::Release);
    drop((func, g));
    match action {
        Action::Exit => {
            cx.result = value;
            Ok(Go::Exit)
        }
        _ => {
            cx.set(dst, value);
            cx.skip_instruction();
            Ok(Go::Reload)
        }
    }
}

/// `return` in a generator's frame.
pub fn finished(cx: &mut Cx<'_>, value: Obj) -> Step {
    let (action, flags) = (cx.frame().action, cx.frame().flags);
    let g = close_frame(cx);
    drop(g);
    if flags & FLAG_ENTRY != 0 {
        cx.result = value;
        return Ok(Go::Exit);
    }
    match action {
        Action::Send => suspend::receiver_returned(cx, value),
        _ => iteration::exhausted(cx),
    }
    Ok(Go::Reload)
}

/// Pops a generator's frame for good; the object is closed.
fn close_frame(cx: &mut Cx<'_>) -> Obj {
    restore_handled(cx);
    // SAFETY: the frame owns it until it is popped.
    let g = unsafe { Obj::from_borrowed(cx.frame().aux) };
    let aux = pop_frame(cx);
    drop(aux);
    body_of(&g).state.store(CLOSED, Ordering::Release);
    g
}

fn restore_handled(cx: &mut Cx<'_>) {
    let f = cx.frame();
    if f.handlers > 0 {
        f.handlers = 0;
        // SAFETY: owned by the frame.
        let outer = unsafe { Obj::from_borrowed(f.outer_handled) };
        drop(cx.vm.replace_handled(outer));
    }
}

/// An exception leaves the current, a generator's, frame (which the caller pops): the object is closed, and
/// `StopIteration` becomes `RuntimeError` (PEP 479).
pub fn finish_with_error(cx: &mut Cx<'_>, e: Raised) -> Raised {
    restore_handled(cx);
    // SAFETY: owned by the frame.
    let g = unsafe { Obj::from_borrowed(cx.frame().aux) };
    body_of(&g).state.store(CLOSED, Ordering::Release);
    let is_async = g.is_exactly(Builtin::AsyncGenerator);
    let converted = if cx.vm.matches(&e, Exc::StopIteration) {
        Some("StopIteration")
    } else if is_async && cx.vm.matches(&e, Exc::StopAsyncIteration) {
        Some("StopAsyncIteration")
    } else {
        None
    };
    match converted {
        None => e,
        Some(what) => {
            let r = cx.vm.runtime_error(format!("{} raised {what}", kind_name(&g)));
            chain_context(&r.0, e.0.clone());
            set_cause(&r.0, e.0);
            r
        }
    }
}

/// Unwinding passes a frame without adding to the traceback: the exception was raised again by `Reraise`.
pub fn take_reraise_mark(vm: &Vm) -> bool {
    // SAFETY: called while a frame of the thread is being unwound.
    let s = unsafe { crate::stack::Stacks::of(vm) };
    std::mem::take(&mut s.reraise)
}

/// The object that a suspended generator delegates to (`gi_yieldfrom`).
pub fn receiver(g: &Obj) -> Option<Obj> {
    let b = body_of(g);
    if b.state.load(Ordering::Acquire) != SUSPENDED {
        return None;
    }
    let i =
        pyre_bytecode::Instruction(words(b)[b.pc.load(Ordering::Relaxed) as usize].load(Ordering::Relaxed));
    if i.op() != Opcode::Yield || i.c() == NO_REGISTER {
        return None;
    }
    let r = value_array::get(b.registers.get_fixed(), i.c() as usize);
    (!r.is_unbound()).then_some(r)
}

/// `g.throw(e)`
///
/// # Errors
/// Whatever comes out of the generator.
pub fn throw(vm: &Vm, g: &Obj, e: Raised) -> PyResult<Resumed> {
    let b = body_of(g);
    if let Some(r) = receiver(g) {
        return throw_into_receiver(vm, g, &r, e);
    }
    let s = b.state.load(Ordering::Acquire);
    match s {
        RUNNING => return Err(vm.value_error(format!("{} already executing", kind_name(g)))),
        CLOSED => return Err(e),
        _ => {}
    }
    if b.state.compare_exchange(s, RUNNING, Ordering::AcqRel, Ordering::Acquire).is_err() {
        return Err(vm.value_error(format!("{} already executing", kind_name(g))));
    }
    raise_inside(vm, g, e)
}

/// Raises in a claimed generator at the place where it is.
fn raise_inside(vm: &Vm, g: &Obj, e: Raised) -> PyResult<Resumed> {
    let mut cx = native_context(vm, g)?;
    push(&mut cx, g, 0, Action::Exit, FLAG_ENTRY)?;
    unwind::raise(&mut cx, e)?;
    finish_native(g, dispatch::run(vm))
}

fn throw_into_receiver(vm: &Vm, g: &Obj, r: &Obj, e: Raised) -> PyResult<Resumed> {
    let b = body_of(g);
    if b.state.compare_exchange(SUSPENDED, RUNNING, Ordering::AcqRel, Ordering::Acquire).is_err() {
        return Err(vm.value_error(format!("{} already executing", kind_name(g))));
    }
    if vm.matches(&e, Exc::GeneratorExit) {
        let closed = if r.downcast::<GeneratorBody>().is_some() && !r.is_exactly(Builtin::AsyncGenerator) {
            close(vm, r).map(drop)
        } else {
            match vm.getattr_opt(r, names::close()) {
                Ok(Some(f)) => vm.call0(&f).map(drop),
                Ok(None) => Ok(()),
                Err(e) => Err(e),
            }
        };
        return raise_inside(vm, g, closed.err().unwrap_or(e));
    }
    let thrown = if r.downcast::<GeneratorBody>().is_some() && !r.is_exactly(Builtin::AsyncGenerator) {
        throw(vm, r, e)
    } else {
        match vm.getattr_opt(r, names::throw()) {
            Ok(Some(f)) => match vm.call1(&f, &e.0) {
                Ok(v) => Ok(Resumed::Yielded(v)),
                Err(e) if vm.matches(&e, Exc::StopIteration) => {
                    Ok(Resumed::Returned(exception_body(&e.0).extra(0).get()))
                }
                Err(e) => Err(e),
            },
            Ok(None) => Err(e),
            Err(e) => Err(e),
        }
    };
    match thrown {
        Ok(Resumed::Yielded(v)) => {
            b.state.store(SUSPENDED, Ordering::Release);
            Ok(Resumed::Yielded(v))
        }
        Ok(Resumed::Returned(v)) => {
            continue_behind_send(b, v);
            let mut cx = native_context(vm, g)?;
            push(&mut cx, g, 0, Action::Exit, FLAG_ENTRY)?;
            finish_native(g, dispatch::run(vm))
        }
        Err(e) => raise_inside(vm, g, e),
    }
}

/// The receiver of the delegation loop that the generator is suspended in has returned `v`.
fn continue_behind_send(b: &GeneratorBody, v: Obj) {
    // The loop is `Send` (two words), `Yield`.
    let at = b.pc.load(Ordering::Relaxed) as usize - 2;
    let w = words(b);
    let send = pyre_bytecode::Instruction(w[at].load(Ordering::Relaxed));
    let offset = w[at + 1].load(Ordering::Relaxed) as u32 as i32;
    let put = |r: u16, v: Obj| {
        if let Some(s) = value_array::slot(b.registers.get_fixed(), r as usize) {
            drop(s.replace_locked(v));
        }
    };
    put(send.b(), Obj::UNBOUND);
    put(send.a(), v);
    b.pc.store((at as u32).wrapping_add_signed(offset), Ordering::Relaxed);
}

/// `g.close()`; gives what a generator returns when it is closed.
///
/// # Errors
/// `RuntimeError` when it yields again; whatever else it raises.
pub fn close(vm: &Vm, g: &Obj) -> PyResult {
    let b = body_of(g);
    if b.state.compare_exchange(CREATED, CLOSED, Ordering::AcqRel, Ordering::Acquire).is_ok() {
        release_registers(b);
        return Ok(Obj::NONE);
    }
    if b.state.load(Ordering::Acquire) == CLOSED {
        return Ok(Obj::NONE);
    }
    let e = vm.error_with(Exc::GeneratorExit, &[]);
    match throw(vm, g, e) {
        Ok(Resumed::Yielded(_)) => Err(vm.runtime_error(format!("{} ignored GeneratorExit", kind_name(g)))),
        Ok(Resumed::Returned(v)) => Ok(v),
        Err(e) if vm.matches(&e, Exc::GeneratorExit) || vm.matches(&e, Exc::StopIteration) => Ok(Obj::NONE),
        Err(e) => Err(e),
    }
}

/// Releases what a generator that never ran holds.
fn release_registers(b: &GeneratorBody) {
    let r = b.registers.get_fixed();
    let slots: Vec<_> = (0..).map_while(|i| value_array::slot(r, i)).collect();
    slots.iter().rev().for_each(|s| drop(s.replace_locked(Obj::UNBOUND)));
}

/// The finalizer: closes a suspended generator, warns about a coroutine that never ran.
pub fn finalize(vm: &Vm, g: &Obj) {
    let b = body_of(g);
    match b.state.load(Ordering::Acquire) {
        CREATED if g.is_exactly(Builtin::Coroutine) => {
            let m = format!(
                "coroutine '{}' was never awaited",
                pyre_object::str::to_string_lossy(&b.qualname.get())
            );
            if let Err(e) = vm.warn(Exc::RuntimeWarning, &m, 1) {
                ignored(vm, &e, "finalizing coroutine", g);
            }
        }
        SUSPENDED if code(b).has_handlers => {
            if let Err(e) = close(vm, g) {
                ignored(vm, &e, "closing generator", g);
            }
        }
        _ => {}
    }
}

/// Reports what a finalizer cannot raise.
fn ignored(vm: &Vm, e: &Raised, what: &str, g: &Obj) {
    let shown = vm.repr_text(g).unwrap_or_default();
    vm.unraisable(e, &format!("Exception ignored while {what} {shown}"), None);
}

/// `next` of generators, as iteration sees it: what the generator returns is dropped.
pub fn next(vm: &Vm, g: &Obj) -> PyResult<Option<Obj>> {
    Ok(match send(vm, g, &Obj::NONE)? {
        Resumed::Yielded(v) => Some(v),
        Resumed::Returned(_) => None,
    })
}

heap_body! {
    /// A value that an asynchronous generator yields, on its way to the `asend` object.
    pub struct AsyncWrappedBody "async_generator_wrapped_value" { slots { value } data {} }
}

/// Wraps a value that an asynchronous generator yields, so that it is told from what it awaits.
pub fn wrap_async_value(value: Obj) -> Obj {
    alloc::new(Builtin::AsyncGenWrapped, AsyncWrappedBody { value: Slot::new(value) })
}

/// The exception that is raised next was raised before: the frame that raises it again does not show a second time.
pub fn set_reraise_mark(vm: &Vm) {
    // SAFETY: called from an instruction of an active frame.
    unsafe { crate::stack::Stacks::of(vm) }.reraise = true;
}
