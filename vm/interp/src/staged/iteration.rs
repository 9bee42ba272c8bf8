//! The step of `for` loops over ranges, lists and tuples.

use super::machine::Objects;
use super::{Slow, Staged};
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Comparison, IntOp};
use pyre_object::Builtin;
use pyre_object::iterators::{ListIterBody, TupleIterBody};
use pyre_object::layout::HEADER_SIZE;
use pyre_object::range::RangeIterBody;
use std::mem::offset_of;

const RANGE_ITER: u32 = Builtin::RangeIter as u32;
const LIST_ITER: u32 = Builtin::ListIter as u32;
const TUPLE_ITER: u32 = Builtin::TupleIter as u32;

const fn word(offset: usize) -> u32 {
    ((HEADER_SIZE + offset) / 8) as u32
}

const REMAINING: u32 = word(offset_of!(RangeIterBody, remaining));
const END: u32 = word(offset_of!(RangeIterBody, end));
const STEP: u32 = word(offset_of!(RangeIterBody, step));
const LIST: u32 = word(offset_of!(ListIterBody, seq));
const LIST_INDEX: u32 = word(offset_of!(ListIterBody, index));
const TUPLE: u32 = word(offset_of!(TupleIterBody, seq));
const TUPLE_INDEX: u32 = word(offset_of!(TupleIterBody, index));

/// `a = next(b)`, or the end of the loop
#[inline(always)]
pub fn for_iter<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let it = m.register(i.b());
    match m.shape(it) {
        RANGE_ITER => range(m, i, t, it),
        LIST_ITER => list(m, i, t, it),
        TUPLE_ITER => tuple(m, i, t, it),
        _ => Err(Slow(t)),
    }
}

/// An iterator that several threads may see is stepped by compare-and-swap, in the ordinary implementation.
#[inline(always)]
fn range<M: Objects>(m: &mut M, i: Instruction, t: Before, it: M::Word) -> Staged {
    if !m.is_private(it) {
        return Err(Slow(t));
    }
    let (left, zero) = (m.load_int(it, REMAINING), m.int_constant(0));
    if m.compare_ints(Comparison::Eq, left, zero) {
        let t = m.clear(t, i.b());
        let offset = m.extra() as u32 as i32;
        m.jump(offset);
        return Ok(t);
    }
    let (end, step) = (m.load_int(it, END), m.load_int(it, STEP));
    let distance = m.wrapping(IntOp::Mul, left, step);
    let value = m.wrapping(IntOp::Sub, end, distance);
    if !m.int_fits(value) {
        return Err(Slow(t));
    }
    m.will_set(i.a());
    let one = m.int_constant(1);
    let fewer = m.wrapping(IntOp::Sub, left, one);
    let t = m.store_int(t, it, REMAINING, fewer);
    m.also_set_int(&t, i.a(), value);
    Ok(t)
}

/// The end of the list is for the ordinary implementation, which marks the iterator.
#[inline(always)]
fn list<M: Objects>(m: &mut M, i: Instruction, t: Before, it: M::Word) -> Staged {
    if !m.is_private(it) {
        return Err(Slow(t));
    }
    let (index, zero) = (m.load_int(it, LIST_INDEX), m.int_constant(0));
    if m.compare_ints(Comparison::Lt, index, zero) {
        return Err(Slow(t));
    }
    let list = m.load_fixed(it, LIST);
    m.will_set(i.a());
    let Some(item) = m.list_item(list, index) else { return Err(Slow(t)) };
    let one = m.int_constant(1);
    let next = m.wrapping(IntOp::Add, index, one);
    let t = m.store_int(t, it, LIST_INDEX, next);
    m.also_set_owned(&t, i.a(), item);
    Ok(t)
}

#[inline(always)]
fn tuple<M: Objects>(m: &mut M, i: Instruction, t: Before, it: M::Word) -> Staged {
    if !m.is_private(it) {
        return Err(Slow(t));
    }
    let index = m.load_int(it, TUPLE_INDEX);
    let tuple = m.load_fixed(it, TUPLE);
    m.will_set(i.a());
    let Some(item) = m.tuple_item(tuple, index) else { return Err(Slow(t)) };
    let one = m.int_constant(1);
    let next = m.wrapping(IntOp::Add, index, one);
    let t = m.store_int(t, it, TUPLE_INDEX, next);
    m.also_set_owned(&t, i.a(), item);
    Ok(t)
}
