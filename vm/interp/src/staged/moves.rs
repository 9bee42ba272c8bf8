//! Constants, copies, and jumps on truth.

use super::{Slow, Staged, forget};
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

/// `a = b`, and `b` becomes unbound
#[inline(always)]
pub fn take<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    Ok(m.set_moved(t, i.a(), i.b()))
}

/// `a` becomes unbound
#[inline(always)]
pub fn drop_<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    Ok(m.clear(t, i.a()))
}

/// Nothing
#[inline(always)]
pub fn nop<M: Machine>(_: &mut M, _: Instruction, t: Before) -> Staged {
    Ok(t.nothing())
}

/// Goes on if `a` is bound.
#[inline(always)]
pub fn check_local<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let v = m.register(i.a());
    if m.is_exactly(v, Value::UNBOUND.0) { Err(Slow(t)) } else { Ok(t.nothing()) }
}

/// Jumps.
#[inline(always)]
pub fn jump<M: Machine>(m: &mut M, i: Instruction, t: Before) -> Staged {
    m.jump(i.bc_i32());
    Ok(t.nothing())
}

/// The truth of a bool, None or int.
#[inline(always)]
fn truth<M: Machine>(m: &mut M, v: M::Word) -> Option<bool> {
    if m.is_exactly(v, Value::TRUE.0) {
        Some(true)
    } else if m.is_exactly(v, Value::FALSE.0) || m.is_exactly(v, Value::NONE.0) {
        Some(false)
    } else if m.is_int(v) {
        let (n, zero) = (m.int(v), m.int_constant(0));
        Some(m.compare_ints(pyre_jit::machine::Comparison::Ne, n, zero))
    } else {
        None
    }
}

/// `a = (b is true) == sense`; handles bools, None and ints.
#[inline(always)]
pub fn to_bool<M: Machine>(m: &mut M, i: Instruction, t: Before, sense: bool) -> Staged {
    let v = m.register(i.b());
    let Some(truth) = truth(m, v) else { return Err(Slow(t)) };
    let t = m.set_immediate(t, i.a(), Value::bool(truth == sense).0);
    forget(m, i, t)
}

/// Jumps if the truth of `a` is `sense`; handles bools, None and ints.
#[inline(always)]
pub fn jump_if<M: Machine>(m: &mut M, i: Instruction, t: Before, sense: bool) -> Staged {
    let v = m.register(i.a());
    let Some(truth) = truth(m, v) else { return Err(Slow(t)) };
    if truth == sense {
        m.jump(i.bc_i32());
    }
    forget(m, i, t.nothing())
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
    forget(m, i, t.nothing())
}
