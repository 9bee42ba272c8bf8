//! Types of the interpreter's own objects: generators, coroutines, frames, tracebacks, code.

mod async_gen;
mod code;
mod code_replace;
mod frame;
mod frame_locals;

pub use async_gen::anext_awaitable;

use crate::generator::{self, GeneratorBody, Resumed};
use crate::stack::Stacks;
use pyre_object::exception_support::{exception_body, is_exception};
use pyre_object::start::BuiltinSpec;
use pyre_object::{
    Body, Builtin, Exc, GetSetDef, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags, TypeSpec, Vm,
    alloc, heap_body, raise, str, typeobj,
};
use pyre_threads::sync::Ordering;

/// All of them, for [`pyre_object::start::init`].
pub fn specs() -> Vec<BuiltinSpec> {
    vec![
        (Builtin::Generator.shape(), &GENERATOR),
        (Builtin::Coroutine.shape(), &COROUTINE),
        (Builtin::CoroutineWrapper.shape(), &COROUTINE_WRAPPER),
        (Builtin::AsyncGenerator.shape(), &async_gen::ASYNC_GENERATOR),
        (Builtin::AsyncGenASend.shape(), &async_gen::ASEND),
        (Builtin::AsyncGenAThrow.shape(), &async_gen::ATHROW),
        (Builtin::AsyncGenWrapped.shape(), &async_gen::WRAPPED),
        (Builtin::AnextAwaitable.shape(), &async_gen::ANEXT),
        (Builtin::Frame.shape(), &frame::FRAME),
        (Builtin::FrameLocalsProxy.shape(), &frame_locals::FRAME_LOCALS),
        (Builtin::Traceback.shape(), &frame::TRACEBACK),
        (Builtin::Code.shape(), &code::SPEC),
    ]
}

fn gen_body(o: &Obj) -> &GeneratorBody {
    o.body()
}

/// The result of `send` and `throw` as Python sees it.
fn result(vm: &Vm, r: Resumed) -> PyResult {
    match r {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => {
            let args: &[Obj] = if v.is_none() { &[] } else { std::slice::from_ref(&v) };
            Err(vm.error_with(Exc::StopIteration, args))
        }
    }
}

/// The exception that the arguments of `throw` (a type or an exception, a value, a traceback) stand for.
///
/// # Errors
/// `TypeError` when they stand for none; the warning that more than one argument is deprecated.
pub fn thrown(vm: &Vm, args: &[Obj], method: &str) -> PyResult<Raised> {
    let [ty, value, traceback] = args else { raise!(vm, TypeError, "{method}() expected 1 to 3 arguments") };
    if value.given().is_some() {
        let m = format!(
            "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
        );
        vm.warn(Exc::DeprecationWarning, &m, 1)?;
    }
    let traceback = traceback.not_none();
    if traceback.is_some_and(|t| !t.is_exactly(Builtin::Traceback)) {
        raise!(vm, TypeError, "throw() third argument must be a traceback object");
    }
    let e = thrown_value(vm, ty, value)?;
    if let Some(t) = traceback {
        exception_body(&e.0).traceback.set(t.clone());
    }
    Ok(e)
}

fn thrown_value(vm: &Vm, ty: &Obj, value: &Obj) -> PyResult<Raised> {
    if is_exception(ty) {
        if value.not_none().is_some() {
            raise!(vm, TypeError, "instance exception may not have a separate value");
        }
        return Ok(Raised(ty.clone()));
    }
    if !typeobj::is_type(ty) || !typeobj::is_subtype(ty, Exc::BaseException.ty()) {
        raise!(
            vm,
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {}",
            ty.type_name()
        );
    }
    match value.not_none() {
        Some(v) if is_exception(v) => Ok(Raised(v.clone())),
        // What goes wrong in making it is thrown instead.
        Some(v) => Ok(vm.call1(ty, v).and_then(|e| made(vm, ty, e)).unwrap_or_else(|e| e)),
        None => Ok(vm.call0(ty).and_then(|e| made(vm, ty, e)).unwrap_or_else(|e| e)),
    }
}

/// What calling an exception class gave, which a `__new__` may have made anything.
fn made(vm: &Vm, class: &Obj, e: Obj) -> PyResult<Raised> {
    if !is_exception(&e) {
        raise!(
            vm,
            TypeError,
            "calling {} should have returned an instance of BaseException, not {}",
            vm.repr_text(class)?,
            vm.repr_text(e.ty())?
        );
    }
    Ok(Raised(e))
}

fn send(vm: &Vm, a: &[Obj]) -> PyResult {
    reject_finished_coroutine(vm, &a[0])?;
    result(vm, generator::send(vm, &a[0], &a[1])?)
}

fn reject_finished_coroutine(vm: &Vm, g: &Obj) -> PyResult<()> {
    if g.is_exactly(Builtin::Coroutine) && gen_body(g).state.load(Ordering::Acquire) == generator::CLOSED {
        raise!(vm, RuntimeError, "cannot reuse already awaited coroutine");
    }
    Ok(())
}

fn close(vm: &Vm, a: &[Obj]) -> PyResult {
    generator::close(vm, &a[0])
}

fn throw(vm: &Vm, a: &[Obj]) -> PyResult {
    reject_finished_coroutine(vm, &a[0])?;
    let e = thrown(vm, &a[1..4], "throw")?;
    result(vm, generator::throw(vm, &a[0], e)?)
}

/// `generator.__next__()`, with what the generator returns in the `StopIteration`.
///
/// # Errors
/// `StopIteration`, and whatever the generator raises.
pub fn generator_next(vm: &Vm, g: &Obj) -> PyResult {
    result(vm, generator::send(vm, g, &Obj::NONE)?)
}

static GENERATOR_METHODS: [NativeDef; 4] = [
    NativeDef::method("__next__", "(self, /)", |vm, a| generator_next(vm, &a[0])),
    NativeDef::method("send", "(self, value, /)", send)
        .doc("send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."),
    NativeDef::method("throw", "(self, typ, val=None, tb=None, /)", throw)
        .doc("throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration."),
    NativeDef::method("close", "(self, /)", close)
        .doc("close() -> raise GeneratorExit inside generator."),
];

static METHODS: [NativeDef; 3] = [
    NativeDef::method("send", "(self, value, /)", send)
        .doc("send(value) -> send 'value' into coroutine,\nreturn next yielded value or raise StopIteration."),
    NativeDef::method("throw", "(self, typ, val=None, tb=None, /)", throw)
        .doc("throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in coroutine, return next yielded value or raise\nStopIteration."),
    NativeDef::method("close", "(self, /)", close)
        .doc("close() -> raise GeneratorExit inside coroutine."),
];

/// `<generator object f at 0x..>`
pub fn repr(_: &Vm, o: &Obj) -> PyResult {
    let name = str::to_string_lossy(&gen_body(o).qualname.get());
    Ok(str::new_str(&format!("<{} object {name} at {:#x}>", o.type_name(), o.raw().0)))
}

fn state(o: &Obj) -> u8 {
    gen_body(o).state.load(Ordering::Acquire)
}

fn frame_of(vm: &Vm, o: &Obj) -> PyResult {
    let b = gen_body(o);
    if state(o) == generator::CLOSED {
        return Ok(Obj::NONE);
    }
    // SAFETY: the thread runs Python, so it has stacks.
    let running = unsafe { Stacks::of(vm) }.frames().find(|f| {
        // SAFETY: active frames are initialised.
        unsafe { (**f).flags & crate::stack::FLAG_GENERATOR != 0 && (**f).aux == o.raw() }
    });
    if let Some(f) = running {
        return Ok(crate::frameobj::of(vm, f));
    }
    let frame = b.frame.get();
    if !frame.is_unbound() {
        return Ok(frame);
    }
    let frame = crate::frameobj::suspended(b, o);
    b.frame.set(frame.clone());
    Ok(frame)
}

fn set_name(vm: &Vm, slot: &Slot, what: &str, v: Option<&Obj>) -> PyResult<()> {
    match v {
        Some(v) if str::is_str(v) => {
            slot.set(v.clone());
            Ok(())
        }
        _ => raise!(vm, TypeError, "{what} must be set to a string object"),
    }
}

macro_rules! generator_getset {
    ($table:ident, $frame:literal, $running:literal, $code:literal, $delegate:literal, $suspended:literal) => {
        static $table: [GetSetDef; 7] = [
            GetSetDef::new(
                "__name__",
                |_, o| Ok(gen_body(o).name.get()),
                |vm, o, v| set_name(vm, &gen_body(o).name, "__name__", v),
            ),
            GetSetDef::new(
                "__qualname__",
                |_, o| Ok(gen_body(o).qualname.get()),
                |vm, o, v| set_name(vm, &gen_body(o).qualname, "__qualname__", v),
            ),
            GetSetDef::readonly($frame, frame_of),
            GetSetDef::readonly($running, |_, o| Ok(Obj::bool(state(o) == generator::RUNNING))),
            GetSetDef::readonly($code, |_, o| {
                let f = gen_body(o).function.get();
                // SAFETY: the slot holds a function from the start.
                Ok(unsafe { f.body_unchecked::<pyre_object::function::FunctionBody>() }.code.get())
            }),
            GetSetDef::readonly($delegate, |_, o| Ok(generator::receiver(o).unwrap_or(Obj::NONE))),
            GetSetDef::readonly($suspended, |_, o| Ok(Obj::bool(state(o) == generator::SUSPENDED))),
        ];
    };
}

generator_getset!(GENERATOR_GETSET, "gi_frame", "gi_running", "gi_code", "gi_yieldfrom", "gi_suspended");
generator_getset!(COROUTINE_GETSET, "cr_frame", "cr_running", "cr_code", "cr_await", "cr_suspended");
generator_getset!(ASYNC_GETSET, "ag_frame", "ag_running", "ag_code", "ag_await", "ag_suspended");

static GENERATOR: TypeSpec = TypeSpec {
    name: "generator",
    layout: Some(GeneratorBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::NO_NEW),
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(generator::next),
        finalize: Some(generator::finalize),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &GENERATOR_METHODS,
    getset: &GENERATOR_GETSET,
    ..TypeSpec::EMPTY
};

heap_body! {
    /// `coroutine.__await__()`
    pub struct WrapperBody "coroutine_wrapper" { slots { coroutine } data {} }
}

fn await_coroutine(_: &Vm, o: &Obj) -> PyResult {
    Ok(alloc::new(Builtin::CoroutineWrapper, WrapperBody { coroutine: Slot::new(o.clone()) }))
}

static COROUTINE: TypeSpec = TypeSpec {
    name: "coroutine",
    layout: Some(GeneratorBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::NO_NEW),
    slots: Slots {
        awaitable: Some(await_coroutine),
        finalize: Some(generator::finalize),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: &COROUTINE_GETSET,
    ..TypeSpec::EMPTY
};

fn wrapped(o: &Obj) -> Obj {
    o.body::<WrapperBody>().coroutine.get()
}

static WRAPPER_METHODS: [NativeDef; 3] = [
    NativeDef::method("send", "(self, value, /)", |vm, a| send(vm, &[wrapped(&a[0]), a[1].clone()])),
    NativeDef::method("throw", "(self, typ, val=None, tb=None, /)", |vm, a| {
        throw(vm, &[wrapped(&a[0]), a[1].clone(), a[2].clone(), a[3].clone()])
    }),
    NativeDef::method("close", "(self, /)", |vm, a| close(vm, &[wrapped(&a[0])])),
];

static COROUTINE_WRAPPER: TypeSpec = TypeSpec {
    name: "coroutine_wrapper",
    layout: Some(WrapperBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(|vm, o| send(vm, &[wrapped(o), Obj::NONE]).map(Some)),
        ..Slots::NONE
    },
    methods: &WRAPPER_METHODS,
    ..TypeSpec::EMPTY
};
