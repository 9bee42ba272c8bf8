//! pyre-stdlib: the native modules of the standard library, one file or folder each.
//!
//! Design: `docs/architecture.md`.

pub mod abc;
pub mod codecs;
pub mod collections;
pub mod functools;
pub mod io;
pub mod itertools;
pub mod licenses;
pub mod locale;
pub mod names;
pub mod operator;
pub mod os_calls;
pub mod posix;
pub mod registry;
pub mod string_;
pub mod suggestions;
mod support;
pub mod types_;
pub mod typing_;
