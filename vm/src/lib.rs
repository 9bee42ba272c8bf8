//! pyre-vm: the runtime put together: start, `builtins`, `sys`, imports, compiling, reports of errors.

pub mod ast;
pub mod builtins;
pub mod compiling;
pub mod gc_stats;
pub mod import_lock;
pub mod importing;
pub mod options;
pub mod report;
pub mod runtime;
pub mod streams;
pub mod sys;
pub mod unraisable;
pub mod walker;
pub mod warnings;
