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
pub mod thread;
pub mod weakref;
pub mod warnings;
pub mod contextvars;
pub mod signal;
pub mod atexit;
pub mod queue;
pub mod gc;
pub mod registry;
pub mod string_;
pub mod suggestions;
mod support;
pub mod types_;
pub mod typing_;
pub mod opcode;
pub mod heapq;
pub mod bisect;
pub mod random;
pub mod statistics;
pub mod math;
pub mod cmath;
