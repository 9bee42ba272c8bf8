//! `posix`: the operating system.

pub mod path;
