//! Constants, copies, and jumps on truth.

use super::{Slow, Staged};
use pyre_bytecode::Instruction;
use pyre_jit::machine::{Before, Machine};
use pyre_object::Value;

/// `a = consts[bc]`
#[inline(always)]
pub fn load_const<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let v = m.constant(i.bc_u32());
    Ok(m.set_copy(t, i.a(), v))
}

/// `a =` an int of 32 bits
#[inline(always)]
pub fn load_int<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let v = m.int_constant(i64::from(i.bc_i32()));
    Ok(m.set_int(t, i.a(), v))
}

/// `a =` a singleton
#[inline(always)]
pub fn load_singleton<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let v = match i.b() {
        0 => Value::NONE,
        1 => Value::FALSE,
        2 => Value::TRUE,
        3 => Value::ELLIPSIS,
        _ => Value::NOT_IMPLEMENTED,
    };
    Ok(m.set_immediate(t, i.a(), v.0))
}

/// `a = b`
#[inline(always)]
pub fn move_<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let v = m.register(i.b());
    Ok(m.set_copy(t, i.a(), v))
}

/// Jumps if the truth of `a` is `sense`; handles bools, None and ints.
#[inline(always)]
pub fn jump_if<M: Machine>(m: &mut M, i: Instruction, t: Before, sense: bool) -> Staged {
    let v = m.register(i.a());
    let truth = if m.is_exactly(v, Value::TRUE.0) {
        true
    } else if m.is_exactly(v, Value::FALSE.0) || m.is_exactly(v, Value::NONE.0) {
        false
    } else if m.is_int(v) {
        let (n, zero) = (m.int(v), m.int_constant(0));
        m.compare_ints(pyre_jit::machine::Comparison::Ne, n, zero)
    } else {
        return Err(Slow(t));
    };
    if truth == sense {
        m.jump(i.bc_i32());
    }
    Ok(t.nothing())
}

/// Jumps if `(a is None) == sense`. A temporary that is None needs no release; another one takes the slow way.
#[inline(always)]
pub fn jump_if_none<M: Machine>(m: &mut M, i: Instruction, t: Before, sense: bool) -> Staged {
    let v = m.register(i.a());
    let none = m.is_exactly(v, Value::NONE.0);
    if !none && i.flags() & pyre_bytecode::KILL_A != 0 {
        return Err(Slow(t));
    }
    if none == sense {
        m.jump(i.bc_i32());
    }
    Ok(t.nothing())
}
