//! pyre-stdlib: the native modules of the standard library, one file or folder each.
//!
//! Design: `docs/architecture.md`.

pub mod abc;
pub mod array;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod errno;
pub mod functools;
pub mod gc;
pub mod heapq;
pub mod io;
pub mod itertools;
pub mod json;
pub mod licenses;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod names;
pub mod opcode;
pub mod operator;
pub mod os_calls;
pub mod posix;
pub mod queue;
pub mod random;
pub mod registry;
pub mod signal;
pub mod stat;
pub mod statistics;
pub mod string_;
pub mod struct_;
pub mod suggestions;
mod support;
pub mod thread;
pub mod time;
pub mod types_;
pub mod typing_;
pub mod warnings;
pub mod weakref;
