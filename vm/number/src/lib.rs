//! Numbers as Python defines them, without Python objects.
//!
//! `int` arithmetic lives in [`BigInt`] and, for the values that fit a machine word, in [`small`]; [`float`]
//! has the text forms and the operators of `float` whose rules differ from IEEE operators; [`complex`] has
//! those of `complex`. Failures are [`NumError`]: the exception's kind and its message.
//!
//! Nothing here knows about heap cells, value words or threads.

pub mod complex;
pub mod error;
pub mod float;
pub mod int;
mod scale;

pub use complex::{Complex, ParseComplexError};
pub use error::{NumError, NumErrorKind};
pub use int::hash::{HASH_BITS, HASH_IMAG, HASH_INF, HASH_MODULUS};
pub use int::parse::{IntDigits, ParseIntError};
pub use int::{BigInt, small};
