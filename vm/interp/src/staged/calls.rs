//! Calls of Python functions whose positional arguments fit, and the returns from them.

use super::machine::{Call, Objects};
use super::{Slow, Staged};
use pyre_bytecode::Instruction;
use pyre_jit::machine::Before;
use pyre_object::{Builtin, Value};

const FUNCTION: u32 = Builtin::Function as u32;

#[inline(always)]
fn call_at<M: Objects>(m: &mut M, t: Before, call: Call) -> Staged {
    let f = m.register(call.callee);
    if m.shape(f) != FUNCTION {
        return Err(Slow(t));
    }
    match m.callee(f, call.arguments) {
        Some(code) if m.has_room(code, call.window) => Ok(m.enter(t, call, code)),
        _ => Err(Slow(t)),
    }
}

/// `a = b(b+1, ..)`
#[inline(always)]
pub fn call<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    call_at(m, t, Call { callee: i.b(), window: i.b() + 1, arguments: i.c(), result: i.a() })
}

/// `a = b([b+1,] b+2, ..)`
#[inline(always)]
pub fn call_method<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let this = m.register(i.b() + 1);
    let (window, arguments) =
        if m.is_exactly(this, Value::UNBOUND.0) { (i.b() + 2, i.c()) } else { (i.b() + 1, i.c() + 1) };
    call_at(m, t, Call { callee: i.b(), window, arguments, result: i.a() })
}

/// `return a`
#[inline(always)]
pub fn return_<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    if m.returns_plainly() { Ok(m.leave(t, i.a())) } else { Err(Slow(t)) }
}
