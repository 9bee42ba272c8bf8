//! Asynchronous generators and the awaitables of their methods (PEP 525).

use crate::generator::{self, AsyncWrappedBody, GeneratorBody, Resumed};
use pyre_object::exception_support::is_exception;
use pyre_object::{
    Body, Builtin, Exc, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc,
    heap_body, raise,
};
use pyre_threads::sync::{AtomicU8, Ordering};

/// An `asend` or `athrow` of the generator is under way.
const BUSY: u8 = 1;
/// The generator was closed or is exhausted.
const DONE: u8 = 2;

heap_body! {
    /// What `asend()`, `__anext__()`, `athrow()` and `aclose()` return.
    pub struct StepBody "async_generator_asend" {
        slots { generator, value }
        data {
            /// what is to be done at the first resumption
            kind: AtomicU8,
            /// 0 new, 1 under way, 2 finished
            state: AtomicU8,
        }
    }
}

const SEND: u8 = 0;
const THROW: u8 = 1;
const CLOSE: u8 = 2;

fn step(g: &Obj, value: Obj, kind: u8) -> Obj {
    let ty = if kind == SEND { Builtin::AsyncGenASend } else { Builtin::AsyncGenAThrow };
    alloc::new(
        ty,
        StepBody {
            generator: Slot::new(g.clone()),
            value: Slot::new(value),
            kind: AtomicU8::new(kind),
            state: AtomicU8::new(0),
        },
    )
}

fn what(kind: u8) -> &'static str {
    match kind {
        SEND => "anext()",
        THROW => "athrow()",
        _ => "aclose()",
    }
}

/// Finishes a step: its generator may be used again.
fn finish(b: &StepBody, g: &GeneratorBody) {
    b.state.store(2, Ordering::Relaxed);
    g.async_flags.fetch_and(!BUSY, Ordering::AcqRel);
}

fn begin(vm: &Vm, b: &StepBody, g: &GeneratorBody) -> PyResult<()> {
    let kind = b.kind.load(Ordering::Relaxed);
    if g.async_flags.fetch_or(BUSY, Ordering::AcqRel) & BUSY != 0 {
        b.state.store(2, Ordering::Relaxed);
        raise!(vm, RuntimeError, "{}: asynchronous generator is already running", what(kind));
    }
    b.state.store(1, Ordering::Relaxed);
    Ok(())
}

/// Turns what the generator did into what the awaitable does.
fn outcome(vm: &Vm, b: &StepBody, g: &GeneratorBody, r: PyResult<Resumed>) -> PyResult {
    let kind = b.kind.load(Ordering::Relaxed);
    match r {
        Ok(Resumed::Yielded(v)) => match v.downcast::<AsyncWrappedBody>() {
            Some(w) => {
                let value = w.value.get();
                finish(b, g);
                if kind == CLOSE {
                    raise!(vm, RuntimeError, "async generator ignored GeneratorExit");
                }
                Err(vm.error_with(Exc::StopIteration, &[value]))
            }
            None => Ok(v),
        },
        Ok(Resumed::Returned(_)) => {
            finish(b, g);
            g.async_flags.fetch_or(DONE, Ordering::AcqRel);
            if kind == CLOSE {
                return Err(vm.error_with(Exc::StopIteration, &[]));
            }
            Err(vm.error_with(Exc::StopAsyncIteration, &[]))
        }
        Err(e) => {
            finish(b, g);
            let ended = vm.matches(&e, Exc::StopAsyncIteration) || vm.matches(&e, Exc::GeneratorExit);
            if ended {
                g.async_flags.fetch_or(DONE, Ordering::AcqRel);
            }
            if ended && kind == CLOSE {
                return Err(vm.error_with(Exc::StopIteration, &[]));
            }
            Err(e)
        }
    }
}

fn step_send(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &StepBody = a[0].body();
    let gen_obj = b.generator.get();
    let g: &GeneratorBody = gen_obj.body();
    let kind = b.kind.load(Ordering::Relaxed);
    match b.state.load(Ordering::Relaxed) {
        2 => {
            let name = if kind == SEND { "__anext__()/asend()" } else { "aclose()/athrow()" };
            raise!(vm, RuntimeError, "cannot reuse already awaited {name}")
        }
        1 => {
            let r = generator::send(vm, &gen_obj, &a[1]);
            return outcome(vm, b, g, r);
        }
        _ => {}
    }
    begin(vm, b, g)?;
    let state = g.state.load(Ordering::Acquire);
    match kind {
        SEND => {
            if state == generator::CLOSED {
                finish(b, g);
                return Err(vm.error_with(Exc::StopAsyncIteration, &[]));
            }
            let v = if a[1].is_none() { b.value.get() } else { a[1].clone() };
            let r = generator::send(vm, &gen_obj, &v);
            outcome(vm, b, g, r)
        }
        _ if state == generator::CLOSED => {
            finish(b, g);
            let exc = if kind == CLOSE { Exc::StopIteration } else { Exc::StopAsyncIteration };
            Err(vm.error_with(exc, &[]))
        }
        CLOSE if state == generator::CREATED => {
            finish(b, g);
            generator::close(vm, &gen_obj)?;
            Err(vm.error_with(Exc::StopIteration, &[]))
        }
        _ => {
            let e =
                if kind == CLOSE { vm.error_with(Exc::GeneratorExit, &[]) } else { Raised(b.value.get()) };
            let r = generator::throw(vm, &gen_obj, e);
            outcome(vm, b, g, r)
        }
    }
}

fn step_next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    step_send(vm, &[o.clone(), Obj::NONE]).map(Some)
}

fn step_throw(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &StepBody = a[0].body();
    let gen_obj = b.generator.get();
    let g: &GeneratorBody = gen_obj.body();
    if b.state.load(Ordering::Relaxed) == 2 {
        raise!(vm, RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    }
    if b.state.load(Ordering::Relaxed) == 0 {
        begin(vm, b, g)?;
    }
    let e = super::thrown(vm, &a[1..4], "throw")?;
    let r = generator::throw(vm, &gen_obj, e);
    outcome(vm, b, g, r)
}

fn step_close(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &StepBody = a[0].body();
    if b.state.load(Ordering::Relaxed) == 1 {
        let exit = vm.error_with(Exc::GeneratorExit, &[]);
        match step_throw(vm, &[a[0].clone(), exit.0, Obj::UNBOUND]) {
            Ok(_) => raise!(vm, RuntimeError, "coroutine ignored GeneratorExit"),
            Err(e)
                if vm.matches(&e, Exc::StopIteration)
                    || vm.matches(&e, Exc::StopAsyncIteration)
                    || vm.matches(&e, Exc::GeneratorExit) => {}
            Err(e) => return Err(e),
        }
    }
    b.state.store(2, Ordering::Relaxed);
    Ok(Obj::NONE)
}

static STEP_METHODS: [NativeDef; 3] = [
    NativeDef::method("send", "(self, value, /)", step_send),
    NativeDef::method("throw", "(self, typ, val=None, tb=None, /)", step_throw),
    NativeDef::method("close", "(self, /)", step_close),
];

const STEP_SLOTS: Slots = Slots {
    iter: Some(|_, o| Ok(o.clone())),
    next: Some(step_next),
    awaitable: Some(|_, o| Ok(o.clone())),
    ..Slots::NONE
};

pub static ASEND: TypeSpec = TypeSpec {
    name: "async_generator_asend",
    layout: Some(StepBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: STEP_SLOTS,
    methods: &STEP_METHODS,
    ..TypeSpec::EMPTY
};

pub static ATHROW: TypeSpec = TypeSpec {
    name: "async_generator_athrow",
    layout: Some(StepBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: STEP_SLOTS,
    methods: &STEP_METHODS,
    ..TypeSpec::EMPTY
};

pub static WRAPPED: TypeSpec = TypeSpec {
    name: "async_generator_wrapped_value",
    layout: Some(AsyncWrappedBody::layout),
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};

fn asend(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(step(&a[0], a[1].clone(), SEND))
}

fn athrow(vm: &Vm, a: &[Obj]) -> PyResult {
    let e = super::thrown(vm, &a[1..4], "athrow")?;
    debug_assert!(is_exception(&e.0));
    Ok(step(&a[0], e.0, THROW))
}

fn aclose(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(step(&a[0], Obj::NONE, CLOSE))
}

static METHODS: [NativeDef; 3] = [
    NativeDef::method("asend", "(self, value, /)", asend),
    NativeDef::method("athrow", "(self, typ, val=None, tb=None, /)", athrow),
    NativeDef::method("aclose", "(self, /)", aclose),
];

pub static ASYNC_GENERATOR: TypeSpec = TypeSpec {
    name: "async_generator",
    layout: Some(GeneratorBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::NO_NEW),
    slots: Slots {
        aiter: Some(|_, o| Ok(o.clone())),
        anext: Some(|_, o| Ok(step(o, Obj::NONE, SEND))),
        repr: Some(super::repr),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: &super::ASYNC_GETSET,
    ..TypeSpec::EMPTY
};

heap_body! {
    /// `anext(it, default)`
    pub struct AnextBody "anext_awaitable" { slots { awaitable, default } data {} }
}

/// What `anext(it, default)` returns: as `awaitable`, but the end of the iteration gives the default.
pub fn anext_awaitable(awaitable: Obj, default: Obj) -> Obj {
    alloc::new(
        Builtin::AnextAwaitable,
        AnextBody { awaitable: Slot::new(awaitable), default: Slot::new(default) },
    )
}

fn anext_step(vm: &Vm, o: &Obj, method: &str, args: &[Obj]) -> PyResult {
    let b: &AnextBody = o.body();
    let awaitable = b.awaitable.get();
    let Some(it) = crate::ops::suspend::awaitable_iter(vm, &awaitable)? else {
        raise!(vm, TypeError, "object {} can't be used in 'await' expression", awaitable.type_name())
    };
    let target = if it.is_exactly(Builtin::Coroutine) {
        it.slots().awaitable.get().map_or(Ok(it.clone()), |f| f(vm, &it))?
    } else {
        it
    };
    match vm.call_method_str(&target, method, args) {
        Err(e) if vm.matches(&e, Exc::StopAsyncIteration) => {
            Err(vm.error_with(Exc::StopIteration, &[b.default.get()]))
        }
        other => other,
    }
}

static ANEXT_METHODS: [NativeDef; 4] = [
    NativeDef::method("__next__", "(self, /)", |vm, a| anext_step(vm, &a[0], "__next__", &[])),
    NativeDef::method("send", "(self, value, /)", |vm, a| anext_step(vm, &a[0], "send", &a[1..2])),
    NativeDef::method("throw", "(self, typ, val=None, tb=None, /)", |vm, a| {
        anext_step(vm, &a[0], "throw", &a[1..2])
    }),
    NativeDef::method("close", "(self, /)", |vm, a| anext_step(vm, &a[0], "close", &[])),
];

pub static ANEXT: TypeSpec = TypeSpec {
    name: "anext_awaitable",
    layout: Some(AnextBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(|vm, o| anext_step(vm, o, "__next__", &[]).map(Some)),
        awaitable: Some(|_, o| Ok(o.clone())),
        ..Slots::NONE
    },
    methods: &ANEXT_METHODS,
    ..TypeSpec::EMPTY
};
