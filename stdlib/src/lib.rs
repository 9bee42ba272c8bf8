//! pyre-stdlib: the native modules of the standard library, one file or folder each.
//!
//! Design: `docs/architecture.md`.

pub mod abc;
pub mod collections;
pub mod functools;
pub mod licenses;
pub mod registry;
mod support;
