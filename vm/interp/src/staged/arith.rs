//! Arithmetic on immediates. Overflow, boxed floats and everything else are slow.

use super::{Slow, Staged};
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Comparison, FloatOp, IntOp, Machine};

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
        return match m.int_op(int, x, y) {
            Some(r) => Ok(m.set_int(t, i.a(), r)),
            None => Err(Slow(t)),
        };
    }
    match float {
        Some(op) if m.are_floats(x, y) => {
            let (x, y) = (m.float(x), m.float(y));
            let r = m.float_op(op, x, y);
            Ok(m.set_float(t, i.a(), r))
        }
        _ => Err(Slow(t)),
    }
}

/// `a = b / c` for two floats, or two ints that are exact as floats.
#[inline(always)]
pub fn true_div<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (x, y) = (m.register(i.b()), m.register(i.c()));
    if !m.are_floats(x, y) {
        return Err(Slow(t));
    }
    let (x, y) = (m.float(x), m.float(y));
    let zero = m.int_constant(0);
    let zero = m.int_to_float(zero);
    if m.compare_floats(Comparison::Eq, y, zero) {
        return Err(Slow(t));
    }
    let r = m.float_op(FloatOp::Div, x, y);
    Ok(m.set_float(t, i.a(), r))
}

/// `a = b op c`, `c` an immediate int.
#[inline(always)]
pub fn binary_int<M: Machine>(m: &mut M, i: Instruction, t: Before, op: IntOp) -> Staged {
    let x = m.register(i.b());
    if !m.is_int(x) {
        return Err(Slow(t));
    }
    let (x, y) = (m.int(x), m.int_constant(i64::from(i.c_i16())));
    match m.int_op(op, x, y) {
        Some(r) => Ok(m.set_int(t, i.a(), r)),
        None => Err(Slow(t)),
    }
}

/// `a = -b`
#[inline(always)]
pub fn neg<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let x = m.register(i.b());
    if m.is_int(x) {
        let (zero, x) = (m.int_constant(0), m.int(x));
        return match m.int_op(IntOp::Sub, zero, x) {
            Some(r) => Ok(m.set_int(t, i.a(), r)),
            None => Err(Slow(t)),
        };
    }
    if m.is_float(x) {
        let minus_one = m.int_constant(-1);
        let (x, minus_one) = (m.float(x), m.int_to_float(minus_one));
        let r = m.float_op(FloatOp::Mul, x, minus_one);
        return Ok(m.set_float(t, i.a(), r));
    }
    Err(Slow(t))
}
