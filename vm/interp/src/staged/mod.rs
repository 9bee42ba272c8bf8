//! The handlers that are written once for every [`Machine`](pyre_jit::machine::Machine): interpreter and recorder.
//!
//! A handler does the common case behind guards. For anything else it returns [`Slow`] with the token that says nothing
//! has been changed, and the instruction's ordinary implementation in `crate::ops` runs.

pub mod arith;
pub mod compare;
pub mod moves;

use pyre_jit::machine::{After, Before};

/// The common case does not apply.
pub struct Slow(pub Before);

/// What a staged handler returns.
pub type Staged = Result<After, Slow>;
