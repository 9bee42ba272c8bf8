//! The instructions, one file a family.

pub mod attrs;
pub mod calls;
pub mod containers;
pub mod exceptions;
pub mod formatting;
pub mod functions;
pub mod imports;
pub mod intrinsics;
pub mod iteration;
pub mod names;
pub mod operators;
pub mod patterns;
pub mod subscripts;
pub mod suspend;
