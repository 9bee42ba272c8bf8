//! `iter()` and the step of `for` loops.

use crate::cx::{Cx, Go, Step};
use crate::generator;
use crate::stack::Action;
use pyre_bytecode::Instruction;
use pyre_object::iterators::{ListIterBody, TupleIterBody};
use pyre_object::range::RangeIterBody;
use pyre_object::{Builtin, Obj, int, names, slot_dunders, typeobj};

const RANGE_ITER: u32 = Builtin::RangeIter as u32;
const LIST_ITER: u32 = Builtin::ListIter as u32;
const TUPLE_ITER: u32 = Builtin::TupleIter as u32;
const GENERATOR: u32 = Builtin::Generator as u32;

/// `a = iter(b)`
#[inline]
pub fn get_iter(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let it = match o.shape_id() {
        // Generators and iterators of the runtime are their own iterators.
        RANGE_ITER | LIST_ITER | TUPLE_ITER | GENERATOR => o.clone(),
        _ => cx.vm.iter(o)?,
    };
    cx.set(i.a(), it);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a = next(b)`, or the end of the loop
#[inline(always)]
pub fn for_iter(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let it = cx.reg(i.b());
    match it.shape_id() {
        RANGE_ITER => {
            // SAFETY: exactly a range iterator.
            let b: &RangeIterBody = unsafe { it.body_unchecked() };
            if let Some(v) = b.advance() {
                let v = Obj::small_int(v).unwrap_or_else(|| int::new_int(v));
                cx.set(i.a(), v);
                return Ok(Go::Next);
            }
            end(cx, i)
        }
        LIST_ITER => {
            // SAFETY: exactly a list iterator.
            let b: &ListIterBody = unsafe { it.body_unchecked() };
            if let Some(v) = b.advance() {
                cx.set(i.a(), v);
                return Ok(Go::Next);
            }
            end(cx, i)
        }
        TUPLE_ITER => {
            // SAFETY: exactly a tuple iterator.
            let b: &TupleIterBody = unsafe { it.body_unchecked() };
            if let Some(v) = b.advance() {
                cx.set(i.a(), v);
                return Ok(Go::Next);
            }
            end(cx, i)
        }
        GENERATOR => {
            if generator::resume_plainly(cx, it, i.a()) {
                return Ok(Go::Reload);
            }
            let it = it.clone();
            generator::resume_in_frame(cx, &it, Obj::NONE, i.a(), Action::ForIter)
        }
        _ => next_of(cx, i),
    }
}

/// Other iterators; a `__next__` written in Python gets a frame.
#[inline(never)]
fn next_of(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let it = cx.reg(i.b()).clone();
    if it.slots().next.is(slot_dunders::DUNDERS.next)
        && let Some(f) = typeobj::lookup(cx.vm, it.ty(), names::__next__())
        && f.is_exactly(Builtin::Function)
    {
        return crate::ops::calls::push_call(cx, f, &[it], i.a(), Action::NextMethod);
    }
    match cx.vm.next(&it)? {
        Some(v) => {
            cx.set(i.a(), v);
            Ok(Go::Next)
        }
        None => {
            drop(it);
            end(cx, i)
        }
    }
}

/// Leaves the loop of the `ForIter` at the current frame's `pc`.
#[inline]
fn end(cx: &mut Cx<'_>, i: Instruction) -> Step {
    drop(cx.take(i.b()));
    let f = cx.frame();
    let offset = cx.extra() as u32 as i32;
    f.pc = f.pc.wrapping_add_signed(offset);
    Ok(Go::Reload)
}

/// The iterator of the `ForIter` at the current frame's `pc`, resumed in a frame of its own, is at its end.
pub fn exhausted(cx: &mut Cx<'_>) {
    let i = cx.instruction();
    let _ = end(cx, i);
}
