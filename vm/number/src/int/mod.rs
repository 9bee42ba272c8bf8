//! [`BigInt`]: integers of any size with Python's rules.
//!
//! The magnitude arithmetic is `dashu-int` (see `docs/decisions/0002-bigint.md`); this module adds what Python
//! asks for on top: floor division, two's-complement bit operations, limits instead of aborts.

mod bits;
pub mod bytes;
mod division;
mod format;
pub mod hash;
pub mod parse;
mod power;
pub mod small;
#[cfg(test)]
mod tests;
mod to_float;

use dashu_int::{IBig, Sign, UBig};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Not, Sub};

use crate::NumError;

/// The largest result, in bits, that shifts and powers build; beyond it they report `MemoryError`.
///
/// Eight GiB: large enough for any program that could finish, small enough that the attempt cannot overflow
/// the size computations below us.
pub const MAX_BITS: u64 = 1 << 36;

/// A Python `int` of any size. Values of up to 128 bits are held without a heap allocation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BigInt(pub(crate) IBig);

impl BigInt {
    /// Zero.
    pub const ZERO: BigInt = BigInt(IBig::ZERO);
    /// One.
    pub const ONE: BigInt = BigInt(IBig::ONE);

    /// The value as an `i64`, when it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        let (sign, words) = self.0.as_sign_words();
        match (words, sign) {
            ([], _) => Some(0),
            (&[low], Sign::Positive) => i64::try_from(low).ok(),
            (&[low], Sign::Negative) => (low <= 1 << 63).then(|| (low as i64).wrapping_neg()),
            _ => None,
        }
    }

    /// The value as a `u64`, when it fits.
    #[inline]
    pub fn to_u64(&self) -> Option<u64> {
        match self.0.as_sign_words() {
            (_, []) => Some(0),
            (Sign::Positive, &[low]) => Some(low),
            _ => None,
        }
    }

    /// The value as an `i128`, when it fits.
    pub fn to_i128(&self) -> Option<i128> {
        i128::try_from(&self.0).ok()
    }

    /// The value as a `u128`, when it fits.
    pub fn to_u128(&self) -> Option<u128> {
        u128::try_from(&self.0).ok()
    }

    /// The value modulo 2**64.
    pub fn wrapping_u64(&self) -> u64 {
        let (sign, words) = self.0.as_sign_words();
        let low = words.first().copied().unwrap_or(0);
        if sign == Sign::Negative { low.wrapping_neg() } else { low }
    }

    /// Whether the value is zero.
    #[inline]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether the value is below zero.
    #[inline]
    pub fn is_negative(&self) -> bool {
        self.0.sign() == Sign::Negative
    }

    /// Whether the value is odd.
    #[inline]
    pub fn is_odd(&self) -> bool {
        self.0.as_sign_words().1.first().is_some_and(|low| low & 1 == 1)
    }

    /// -1, 0 or 1.
    #[inline]
    pub fn signum(&self) -> i32 {
        if self.is_zero() {
            0
        } else if self.is_negative() {
            -1
        } else {
            1
        }
    }

    /// The absolute value.
    pub fn abs(&self) -> BigInt {
        if self.is_negative() { BigInt(-&self.0) } else { self.clone() }
    }

    /// The magnitude's 64-bit words, least significant first, without leading zero words.
    #[inline]
    pub fn magnitude_words(&self) -> &[u64] {
        self.0.as_sign_words().1
    }

    /// The value with this sign and magnitude (words least significant first).
    pub fn from_sign_words(negative: bool, words: &[u64]) -> BigInt {
        let sign = if negative { Sign::Negative } else { Sign::Positive };
        BigInt(IBig::from_sign_words(sign, words))
    }

    /// Bytes of heap memory that the value occupies beyond `size_of::<BigInt>()`.
    pub fn heap_bytes(&self) -> usize {
        let words = self.magnitude_words().len();
        if words <= 2 { 0 } else { words * 8 }
    }

    /// How the value compares with an `i64`.
    #[inline]
    pub fn cmp_i64(&self, other: i64) -> Ordering {
        match self.to_i64() {
            Some(value) => value.cmp(&other),
            None if self.is_negative() => Ordering::Less,
            None => Ordering::Greater,
        }
    }

    pub(crate) fn magnitude(&self) -> UBig {
        self.0.clone().into_parts().1
    }
}

/// Checks that a result of `bits` bits may be built.
pub(crate) fn check_size(bits: u64) -> Result<(), NumError> {
    if bits > MAX_BITS { Err(NumError::memory()) } else { Ok(()) }
}

macro_rules! from_primitive {
    ($($t:ty),*) => {$(
        impl From<$t> for BigInt {
            #[inline]
            fn from(value: $t) -> Self {
                BigInt(IBig::from(value))
            }
        }
    )*};
}
from_primitive!(u8, u16, u32, u64, usize, u128, i8, i16, i32, i64, isize, i128, bool);

macro_rules! binary_operator {
    ($($trait:ident, $method:ident);*) => {$(
        impl $trait<&BigInt> for &BigInt {
            type Output = BigInt;
            #[inline]
            fn $method(self, other: &BigInt) -> BigInt {
                BigInt($trait::$method(&self.0, &other.0))
            }
        }
        impl $trait<BigInt> for BigInt {
            type Output = BigInt;
            #[inline]
            fn $method(self, other: BigInt) -> BigInt {
                BigInt($trait::$method(self.0, other.0))
            }
        }
        impl $trait<&BigInt> for BigInt {
            type Output = BigInt;
            #[inline]
            fn $method(self, other: &BigInt) -> BigInt {
                BigInt($trait::$method(self.0, &other.0))
            }
        }
        impl $trait<i64> for &BigInt {
            type Output = BigInt;
            #[inline]
            fn $method(self, other: i64) -> BigInt {
                BigInt($trait::$method(&self.0, IBig::from(other)))
            }
        }
    )*};
}
binary_operator!(Add, add; Sub, sub; Mul, mul; BitAnd, bitand; BitOr, bitor; BitXor, bitxor);

impl Neg for &BigInt {
    type Output = BigInt;
    fn neg(self) -> BigInt {
        BigInt(-&self.0)
    }
}

impl Neg for BigInt {
    type Output = BigInt;
    fn neg(self) -> BigInt {
        BigInt(-self.0)
    }
}

impl Not for &BigInt {
    type Output = BigInt;
    fn not(self) -> BigInt {
        BigInt(!&self.0)
    }
}

impl Not for BigInt {
    type Output = BigInt;
    fn not(self) -> BigInt {
        BigInt(!self.0)
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_decimal())
    }
}

impl fmt::Debug for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_decimal())
    }
}
