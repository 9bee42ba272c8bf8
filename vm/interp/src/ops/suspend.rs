//! `yield`, delegation, `await`.

use crate::cx::{Cx, Go, Step};
use crate::generator;
use crate::stack::{Action, FLAG_GENERATOR};
use pyre_bytecode::Instruction;
use pyre_bytecode::code::flags;
use pyre_object::exception_support::{chain_context, exception_body, set_cause};
use pyre_object::{Builtin, Exc, Obj, PyResult, names};

/// Suspends, giving `b` away; `a` becomes the value sent.
pub fn yield_(cx: &mut Cx<'_>, i: Instruction) -> Step {
    debug_assert!(cx.frame().flags & FLAG_GENERATOR != 0);
    let v = if i.flags() & pyre_bytecode::KILL_B != 0 { cx.take(i.b()) } else { cx.reg(i.b()).clone() };
    generator::suspend_with(cx, v)
}

/// `a =` the iterator that `yield from b` delegates to
pub fn get_yield_from_iter(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let it = if o.is_exactly(Builtin::Generator) {
        o.clone()
    } else if is_coroutine(o) {
        let can = cx.frame().code().flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0;
        if !can {
            return Err(cx
                .vm
                .type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        o.clone()
    } else {
        cx.vm.iter(o)?
    };
    cx.set(i.a(), it);
    cx.kill(i);
    Ok(Go::Next)
}

/// A coroutine, or a generator that was marked by `types.coroutine`.
fn is_coroutine(o: &Obj) -> bool {
    if o.is_exactly(Builtin::Coroutine) {
        return true;
    }
    o.is_exactly(Builtin::Generator)
        && generator::code(generator::body_of(o)).flags & flags::ITERABLE_COROUTINE != 0
}

/// The iterator of an awaitable; `None` if it is none.
///
/// # Errors
/// `TypeError` when `__await__` gives something wrong; whatever it raises.
pub fn awaitable_iter(vm: &pyre_object::Vm, o: &Obj) -> PyResult<Option<Obj>> {
    if is_coroutine(o) {
        return Ok(Some(o.clone()));
    }
    let Some(f) = o.slots().awaitable.get() else { return Ok(None) };
    let it = f(vm, o)?;
    if is_coroutine(&it) {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if it.slots().next.addr() == 0 {
        return Err(vm.type_error(format!("__await__() returned non-iterator of type '{}'", it.type_name())));
    }
    Ok(Some(it))
}

/// `a =` the iterator of the awaitable `b`
pub fn get_awaitable(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let Some(it) = awaitable_iter(cx.vm, o)? else {
        let name = o.type_name();
        return Err(cx.vm.type_error(match i.c() {
            1 => format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            2 => format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
            _ => format!("'{name}' object can't be awaited"),
        }));
    };
    if it.is_exactly(Builtin::Coroutine) && generator::receiver(&it).is_some() {
        return Err(cx.vm.runtime_error("coroutine is being awaited already"));
    }
    cx.set(i.a(), it);
    cx.kill(i);
    Ok(Go::Next)
}

/// Resumes the receiver `b` with `c`.
pub fn send(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let r = cx.reg(i.b()).clone();
    let v = cx.reg(i.c()).clone();
    if r.is_exactly(Builtin::Generator) || r.is_exactly(Builtin::Coroutine) {
        cx.kill(i);
        return generator::resume_in_frame(cx, &r, v, i.a(), Action::Send);
    }
    let result = if v.is_none() && r.slots().next.addr() != 0 {
        native_next(cx, &r)
    } else {
        cx.vm.call_method(&r, names::send(), &[v])
    };
    drop(r);
    match result {
        Ok(v) => {
            cx.set(i.a(), v);
            Ok(Go::Next)
        }
        Err(e) if cx.vm.matches(&e, Exc::StopIteration) => {
            let value = exception_body(&e.0).extra(0).get();
            receiver_returned(cx, value);
            Ok(Go::Reload)
        }
        Err(e) => Err(e),
    }
}

/// `next(r)` with `StopIteration` as an exception, so that its value is not lost.
fn native_next(cx: &Cx<'_>, r: &Obj) -> PyResult {
    if r.slots().next.is(pyre_object::slot_dunders::DUNDERS.next) {
        return pyre_object::slot_dunders::call_next(cx.vm, r);
    }
    match cx.vm.next(r)? {
        Some(v) => Ok(v),
        None => Err(cx.vm.error_with(Exc::StopIteration, &[])),
    }
}

/// The receiver of the `Send` at the current frame's `pc` has returned.
pub fn receiver_returned(cx: &mut Cx<'_>, value: Obj) {
    let i = cx.instruction();
    drop(cx.take(i.b()));
    cx.set(i.a(), value);
    let offset = cx.extra() as u32 as i32;
    let f = cx.frame();
    f.pc = f.pc.wrapping_add_signed(offset);
}

/// `a = b.__aiter__()`
pub fn get_aiter(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let Some(f) = o.slots().aiter.get() else {
        let m = format!("'async for' requires an object with __aiter__ method, got {}", o.type_name());
        return Err(cx.vm.type_error(m));
    };
    let it = f(cx.vm, o)?;
    if it.slots().anext.addr() == 0 {
        let m = format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            it.type_name()
        );
        return Err(cx.vm.type_error(m));
    }
    cx.set(i.a(), it);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a =` the awaitable's iterator of `b.__anext__()`
pub fn get_anext(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let Some(f) = o.slots().anext.get() else {
        let m = format!("'async for' requires an iterator with __anext__ method, got {}", o.type_name());
        return Err(cx.vm.type_error(m));
    };
    let a = f(cx.vm, o)?;
    let it = match awaitable_iter(cx.vm, &a) {
        Ok(Some(it)) => it,
        other => {
            let m = format!("'async for' received an invalid object from __anext__: {}", a.type_name());
            let wrong = cx.vm.type_error(m);
            if let Err(e) = other {
                set_cause(&wrong.0, e.0.clone());
                chain_context(&wrong.0, e.0);
            }
            return Err(wrong);
        }
    };
    cx.set(i.a(), it);
    Ok(Go::Next)
}

/// `a`, an exception, is dropped if it is `StopAsyncIteration`, else raised again.
pub fn end_async_for(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let e = pyre_object::Raised(cx.take(i.a()));
    if cx.vm.matches(&e, Exc::StopAsyncIteration) {
        return Ok(Go::Next);
    }
    cx.stacks().reraise = true;
    Err(e)
}
