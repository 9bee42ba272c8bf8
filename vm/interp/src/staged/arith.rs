//! Arithmetic on immediates. Overflow, boxed floats and everything else are slow.

use super::{Slow, Staged, forget};
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Comparison, FloatOp, IntOp, Machine};

/// `a =` the outcome of an operation on ints; the operands hold immediates.
#[inline(always)]
pub fn set_outcome<M: Machine>(
    m: &mut M,
    i: Instruction,
    t: Before,
    op: IntOp,
    x: M::Int,
    y: M::Int,
) -> Staged {
    match m.int_op(op, x, y) {
        Some(r) => {
            let t = m.set_int(t, i.a(), r);
            forget(m, i, t)
        }
        None => Err(Slow(t)),
    }
}

/// `a = b op c` for ints, and for floats where `float` is given.
#[inline(always)]
pub fn binary<M: Machine>(
    m: &mut M,
    i: Instruction,
    t: Before,
    int: IntOp,
    float: Option<FloatOp>,
) -> Staged {
    let (x, y) = (m.register(i.b()), m.register(i.c()));
    if m.are_ints(x, y) {
        let (x, y) = (m.int(x), m.int(y));
        return set_outcome(m, i, t, int, x, y);
    }
    let Some(op) = float else { return Err(Slow(t)) };
    let Some((x, y)) = floats(m, x, y) else { return Err(Slow(t)) };
    let r = m.float_op(op, x, y);
    let t = m.set_float(t, i.a(), r);
    forget(m, i, t)
}

/// Two numbers as floats, if one of them is a float and the other a float or an int.
#[inline(always)]
fn floats<M: Machine>(m: &mut M, x: M::Word, y: M::Word) -> Option<(M::Float, M::Float)> {
    if m.are_floats(x, y) {
        return Some((m.float(x), m.float(y)));
    }
    if m.is_float(x) && m.is_int(y) {
        let y = m.int(y);
        return Some((m.float(x), m.int_to_float(y)));
    }
    if m.is_int(x) && m.is_float(y) {
        let x = m.int(x);
        return Some((m.int_to_float(x), m.float(y)));
    }
    None
}

/// Guard: whether an int certainly is the same number as its float.
#[inline(always)]
pub fn is_exact<M: Machine>(m: &mut M, n: M::Int) -> bool {
    let (low, high) = (m.int_constant(-(1 << 53)), m.int_constant(1 << 53));
    m.compare_ints(Comparison::Le, low, n) && m.compare_ints(Comparison::Le, n, high)
}

/// `a = b / c`; ints must be exact as floats
#[inline(always)]
pub fn true_div<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (x, y) = (m.register(i.b()), m.register(i.c()));
    let (x, y) = if m.are_ints(x, y) {
        let (x, y) = (m.int(x), m.int(y));
        if !is_exact(m, x) || !is_exact(m, y) {
            return Err(Slow(t));
        }
        (m.int_to_float(x), m.int_to_float(y))
    } else {
        match floats(m, x, y) {
            Some(both) => both,
            None => return Err(Slow(t)),
        }
    };
    let zero = m.int_constant(0);
    let zero = m.int_to_float(zero);
    if m.compare_floats(Comparison::Eq, y, zero) {
        return Err(Slow(t));
    }
    let r = m.float_op(FloatOp::Div, x, y);
    let t = m.set_float(t, i.a(), r);
    forget(m, i, t)
}

/// `a = b op c`, `c` an immediate int.
#[inline(always)]
pub fn binary_int<M: Machine>(m: &mut M, i: Instruction, t: Before, op: IntOp) -> Staged {
    let x = m.register(i.b());
    if !m.is_int(x) {
        return Err(Slow(t));
    }
    let (x, y) = (m.int(x), m.int_constant(i64::from(i.c_i16())));
    set_outcome(m, i, t, op, x, y)
}

/// `a = -b`
#[inline(always)]
pub fn neg<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let x = m.register(i.b());
    if m.is_int(x) {
        let (zero, x) = (m.int_constant(0), m.int(x));
        return set_outcome(m, i, t, IntOp::Sub, zero, x);
    }
    if m.is_float(x) {
        let minus_one = m.int_constant(-1);
        let (x, minus_one) = (m.float(x), m.int_to_float(minus_one));
        let r = m.float_op(FloatOp::Mul, x, minus_one);
        let t = m.set_float(t, i.a(), r);
        return forget(m, i, t);
    }
    Err(Slow(t))
}
