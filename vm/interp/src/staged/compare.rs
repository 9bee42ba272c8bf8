//! Comparisons of immediates, as values and fused with branches.

use super::arith::is_exact;
use super::{Slow, Staged, forget, kill};
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Comparison, Machine};
use pyre_object::Value;

#[inline(always)]
fn outcome<M: Machine>(m: &mut M, c: Comparison, x: M::Word, y: M::Word) -> Option<bool> {
    if m.are_ints(x, y) {
        let (x, y) = (m.int(x), m.int(y));
        return Some(m.compare_ints(c, x, y));
    }
    if m.are_floats(x, y) {
        let (x, y) = (m.float(x), m.float(y));
        return Some(m.compare_floats(c, x, y));
    }
    mixed(m, c, x, y)
}

/// An int and a float, if the int is exact as a float.
#[inline(always)]
fn mixed<M: Machine>(m: &mut M, c: Comparison, x: M::Word, y: M::Word) -> Option<bool> {
    if m.is_int(x) && m.is_float(y) {
        let (x, y) = (m.int(x), m.float(y));
        if is_exact(m, x) {
            let x = m.int_to_float(x);
            return Some(m.compare_floats(c, x, y));
        }
    } else if m.is_float(x) && m.is_int(y) {
        let (x, y) = (m.float(x), m.int(y));
        if is_exact(m, y) {
            let y = m.int_to_float(y);
            return Some(m.compare_floats(c, x, y));
        }
    }
    None
}

/// `a = b c d`
#[inline(always)]
pub fn compare<M: Machine>(m: &mut M, i: Instruction, t: Before, c: Comparison) -> Staged {
    let (x, y) = (m.register(i.b()), m.register(i.c()));
    match outcome(m, c, x, y) {
        Some(r) => {
            let t = m.set_immediate(t, i.a(), Value::bool(r).0);
            forget(m, i, t)
        }
        None => Err(Slow(t)),
    }
}

/// Jumps if the comparison of `a` and `b` is `sense`.
#[inline(always)]
pub fn branch<M: Machine>(m: &mut M, i: Instruction, t: Before, c: Comparison, sense: bool) -> Staged {
    let (x, y) = (m.register(i.a()), m.register(i.b()));
    match outcome(m, c, x, y) {
        Some(r) => {
            if r == sense {
                m.jump(i32::from(i.c_i16()));
            }
            forget(m, i, t.nothing())
        }
        None => Err(Slow(t)),
    }
}

/// Jumps if the comparison of `a` with an immediate int is `sense`.
#[inline(always)]
pub fn branch_int<M: Machine>(m: &mut M, i: Instruction, t: Before, c: Comparison, sense: bool) -> Staged {
    let x = m.register(i.a());
    if !m.is_int(x) {
        return Err(Slow(t));
    }
    let (x, y) = (m.int(x), m.int_constant(i64::from(i.b_i16())));
    if m.compare_ints(c, x, y) == sense {
        m.jump(i32::from(i.c_i16()));
    }
    forget(m, i, t.nothing())
}

/// `a = (b is c) == sense`
#[inline(always)]
pub fn is<M: Machine>(m: &mut M, i: Instruction, t: Before, sense: bool) -> Staged {
    let (x, y) = (m.register(i.b()), m.register(i.c()));
    let r = m.same(x, y) == sense;
    let t = m.set_immediate(t, i.a(), Value::bool(r).0);
    kill(m, i, t)
}
