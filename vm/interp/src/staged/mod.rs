//! The handlers that are written once for every [`Machine`](pyre_jit::machine::Machine): interpreter and recorder.
//!
//! A handler does the common case behind guards. For anything else it returns [`Slow`] with the token that says nothing
//! has been changed, and the instruction's ordinary implementation in `crate::ops` runs. Temporaries that die in the
//! instruction leave their registers as the last part of its effect.

pub mod arith;
pub mod attrs;
pub mod calls;
pub mod compare;
pub mod iteration;
pub mod machine;
pub mod moves;
pub mod names;
pub mod quick;
pub mod subscripts;
pub mod table;

use pyre_bytecode::{Instruction, KILL_A, KILL_B, KILL_C};
pub use pyre_jit::machine::Before;
use pyre_jit::machine::{After, Machine};

/// The common case does not apply.
pub struct Slow(pub Before);

/// What a staged handler returns.
pub type Staged = Result<After, Slow>;

/// Empties the registers of operands that die and that the handler's guards have shown to hold immediates.
#[inline(always)]
fn forget<M: Machine>(m: &mut M, i: Instruction, t: After) -> Staged {
    if i.flags() & (KILL_A | KILL_B | KILL_C) != 0 {
        for (bit, r) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())] {
            if i.flags() & bit != 0 {
                m.forget(&t, r);
            }
        }
    }
    Ok(t)
}

/// Empties the registers of operands that die, and releases what they held.
#[inline(always)]
fn kill<M: Machine>(m: &mut M, i: Instruction, t: After) -> Staged {
    if i.flags() & (KILL_A | KILL_B | KILL_C) != 0 {
        for (bit, r) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())] {
            if i.flags() & bit != 0 {
                m.kill(&t, r);
            }
        }
    }
    Ok(t)
}
