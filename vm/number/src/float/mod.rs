//! `float`: text forms, rounding and the operators whose rules Python defines beyond IEEE 754.
//!
//! Shortest digits come from the `ryu` crate, digits of a given count from the standard library's formatter, which
//! is exact and rounds ties to even; parsing is the standard library's, which is correctly rounded.

mod arith;
mod format;
mod hex;
mod parse;
mod repr;
#[cfg(test)]
mod tests;

pub use arith::{
    PowResult, as_integer_ratio, divide, divmod, floordiv, hash, is_integer, modulo, pow, round_digits,
};
pub use format::{FloatStyle, fixed_parts, format};
pub use hex::{from_hex, to_hex};
pub use parse::{parse, underscores_join};
pub use repr::{repr, write_repr};
