//! Text as Python defines it, without Python objects.
//!
//! A Python string is a sequence of code points, lone surrogates included, stored in the narrowest of three widths.
//! [`Body`] borrows such a sequence and [`Buffer`] builds one; algorithms take a `Body`, or a slice of a [`Unit`]
//! where each width gets its own compiled loop.
//!
//! Nothing here knows about heap cells, value words, threads or exceptions: errors are small types that carry
//! CPython's message.

pub mod body;
pub mod case;
pub mod classify;
pub mod codecs;
pub mod format_spec;
pub mod hash;
pub mod percent;
pub mod quick;
pub mod repr;
pub mod search;
pub mod split;
pub mod str_format;
pub mod suggest;
pub mod unicode;

pub use body::{Body, Buffer, Unit};
