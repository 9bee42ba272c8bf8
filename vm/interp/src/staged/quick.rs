//! The most common case alone of handlers that know several: so few variables that they all fit into the registers that a function
//! may use without saving them. Whatever else there is, the whole handler does, which the interpreter asks next; traces know the whole
//! handlers only.

use super::arith::set_outcome;
use super::attrs::set_method;
use super::machine::Objects;
use super::{Slow, Staged, forget, kill};
use crate::ops::attrs::{INLINE, METHOD, payload};
use crate::ops::names::GLOBAL;
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Comparison, IntOp, Machine};
use pyre_object::Builtin;

const LIST: u32 = Builtin::List as u32;

/// `a = b op c` for ints.
#[inline(always)]
pub fn binary<M: Machine>(m: &mut M, i: Instruction, t: Before, op: IntOp) -> Staged {
    let (x, y) = (m.register(i.b()), m.register(i.c()));
    if !m.are_ints(x, y) {
        return Err(Slow(t));
    }
    let (x, y) = (m.int(x), m.int(y));
    set_outcome(m, i, t, op, x, y)
}

/// Jumps if the comparison of the ints `a` and `b` is `sense`.
#[inline(always)]
pub fn branch<M: Machine>(m: &mut M, i: Instruction, t: Before, c: Comparison, sense: bool) -> Staged {
    let (x, y) = (m.register(i.a()), m.register(i.b()));
    if !m.are_ints(x, y) {
        return Err(Slow(t));
    }
    let (x, y) = (m.int(x), m.int(y));
    if m.compare_ints(c, x, y) == sense {
        m.jump(i32::from(i.c_i16()));
    }
    forget(m, i, t.nothing())
}

/// `a = b.name`, an inline slot of an object of the one shape.
#[inline(always)]
pub fn load_attr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (o, cache) = (m.register(i.b()), m.extra());
    if m.shape(o) != cache as u32 || cache >> 56 != INLINE {
        return Err(Slow(t));
    }
    let v = m.load_word(o, payload(cache));
    if m.is_empty(&v) {
        return Err(Slow(t));
    }
    let t = m.set_owned(t, i.a(), v);
    kill(m, i, t)
}

/// For a call of `b.name`, a function of the class of the one shape.
#[inline(always)]
pub fn load_method<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (o, cache) = (m.register(i.b()), m.extra());
    if m.shape(o) != cache as u32 || cache >> 56 != METHOD {
        return Err(Slow(t));
    }
    set_method(m, i, t, payload(cache))
}

/// `a.name = b`, an inline slot of an object of the one shape.
#[inline(always)]
pub fn store_attr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (o, cache) = (m.register(i.a()), m.extra());
    if m.shape(o) != cache as u32 || cache >> 56 != INLINE || !m.is_single_threaded() {
        return Err(Slow(t));
    }
    let v = m.register(i.b());
    let t = m.store_copy(t, o, payload(cache), v);
    kill(m, i, t)
}

/// `a =` a global.
#[inline(always)]
pub fn load_global<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let cache = m.extra();
    if cache >> 56 != GLOBAL {
        return Err(Slow(t));
    }
    match m.global(cache as u32, (cache >> 32) as u32 & 0xff_ffff) {
        Some(v) => Ok(m.set_owned(t, i.a(), v)),
        None => Err(Slow(t)),
    }
}

/// `a = b[c]` for a list and an int from 0 on.
#[inline(always)]
pub fn load_subscr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (o, k) = (m.register(i.b()), m.register(i.c()));
    if !m.is_int(k) || m.shape(o) != LIST {
        return Err(Slow(t));
    }
    let (n, zero) = (m.int(k), m.int_constant(0));
    if m.compare_ints(Comparison::Lt, n, zero) {
        return Err(Slow(t));
    }
    match m.list_item(o, n) {
        Some(v) => {
            let t = m.set_owned(t, i.a(), v);
            kill(m, i, t)
        }
        None => Err(Slow(t)),
    }
}
