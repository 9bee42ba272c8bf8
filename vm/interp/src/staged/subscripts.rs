//! `b[c]` and `a[b] = c` for lists (and reads of tuples) with an int within bounds; unpacking of tuples.

use super::machine::Objects;
use super::{Slow, Staged, kill};
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Comparison, IntOp};
use pyre_object::layout::HEADER_SIZE;
use pyre_object::list::ListBody;
use pyre_object::{Builtin, tuple};
use std::mem::offset_of;

const LIST: u32 = Builtin::List as u32;
const TUPLE: u32 = Builtin::Tuple as u32;
const LENGTH: u32 = ((HEADER_SIZE + offset_of!(ListBody, len)) / 8) as u32;

/// An item of an exact list or tuple; negative indices of lists count from the end.
#[inline(always)]
fn item<M: Objects>(m: &mut M, o: M::Word, n: M::Int) -> Option<M::Owned> {
    let shape = m.shape(o);
    if shape != LIST && shape != TUPLE {
        return None;
    }
    let zero = m.int_constant(0);
    let negative = m.compare_ints(Comparison::Lt, n, zero);
    if shape == TUPLE {
        return if negative { None } else { m.tuple_item(o, n) };
    }
    if !negative {
        return m.list_item(o, n);
    }
    let length = m.load_int(o, LENGTH);
    let n = m.wrapping(IntOp::Add, n, length);
    if m.compare_ints(Comparison::Lt, n, zero) { None } else { m.list_item(o, n) }
}

/// `a = b[c]`
#[inline(always)]
pub fn load_subscr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (o, k) = (m.register(i.b()), m.register(i.c()));
    if !m.is_int(k) {
        return Err(Slow(t));
    }
    let n = m.int(k);
    match item(m, o, n) {
        Some(v) => {
            let t = m.set_owned(t, i.a(), v);
            kill(m, i, t)
        }
        None => Err(Slow(t)),
    }
}

/// `a = b[c]`, `c` an immediate int
#[inline(always)]
pub fn load_subscr_int<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let o = m.register(i.b());
    let n = m.int_constant(i64::from(i.c_i16()));
    match item(m, o, n) {
        Some(v) => {
            let t = m.set_owned(t, i.a(), v);
            kill(m, i, t)
        }
        None => Err(Slow(t)),
    }
}

/// `a[b] = c`
#[inline(always)]
pub fn store_subscr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (o, k) = (m.register(i.a()), m.register(i.b()));
    if m.shape(o) != LIST || !m.is_int(k) {
        return Err(Slow(t));
    }
    let (n, zero) = (m.int(k), m.int_constant(0));
    if m.compare_ints(Comparison::Lt, n, zero) {
        return Err(Slow(t));
    }
    let v = m.register(i.c());
    match m.store_item(t, o, n, v) {
        Ok(t) => kill(m, i, t),
        Err(t) => Err(Slow(t)),
    }
}

/// `a, a+1, .. = b`, `c` targets, for a tuple that is not overwritten by its own items
#[inline(always)]
pub fn unpack_sequence<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (base, count) = (i.a(), i.c());
    let o = m.register(i.b());
    if (base..base + count).contains(&i.b()) || count == 0 || m.shape(o) != TUPLE {
        return Err(Slow(t));
    }
    let (length, expected) = (m.load_int(o, tuple::LENGTH_WORD), m.int_constant(i64::from(count)));
    if !m.compare_ints(Comparison::Eq, length, expected) {
        return Err(Slow(t));
    }
    for k in 0..count {
        m.will_set(base + k);
    }
    let first = m.load_fixed(o, tuple::FIRST_ITEM_WORD);
    let t = m.set_copy(t, base, first);
    for k in 1..count {
        let item = m.load_fixed(o, tuple::FIRST_ITEM_WORD + u32::from(k));
        m.also_copy(&t, base + k, item);
    }
    kill(m, i, t)
}
