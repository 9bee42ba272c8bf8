//! The hash of numbers: the value modulo the prime 2**61 - 1, negated for negative values, with -1 replaced
//! by -2. Defined in "Hashing of numeric types" of the Python library reference; equal numbers of different
//! types hash alike.

use super::BigInt;

/// Width of the hash modulus.
pub const HASH_BITS: u32 = 61;
/// The prime modulus of numeric hashes.
pub const HASH_MODULUS: u64 = (1 << HASH_BITS) - 1;
/// The hash of positive infinity.
pub const HASH_INF: i64 = 314159;
/// The multiplier for the imaginary part of a complex number.
pub const HASH_IMAG: u64 = 1000003;

/// Reduces modulo 2**61 - 1.
#[inline]
pub(crate) fn reduce(value: u128) -> u64 {
    // 2**61 is 1 modulo the prime, so the high part simply adds on.
    let folded = (value & u128::from(HASH_MODULUS)) + (value >> HASH_BITS);
    let folded = (folded as u64 & HASH_MODULUS) + (folded >> HASH_BITS) as u64;
    if folded >= HASH_MODULUS { folded - HASH_MODULUS } else { folded }
}

/// Gives a reduced magnitude its sign, avoiding -1, which is reserved for errors.
#[inline]
pub(crate) fn finish(magnitude: u64, negative: bool) -> i64 {
    let hash = if negative { -(magnitude as i64) } else { magnitude as i64 };
    if hash == -1 { -2 } else { hash }
}

/// `hash(value)` of an `int`.
#[inline]
pub fn hash_i64(value: i64) -> i64 {
    finish(reduce(u128::from(value.unsigned_abs())), value < 0)
}

impl BigInt {
    /// `hash(self)`.
    pub fn hash_value(&self) -> i64 {
        let magnitude = self
            .magnitude_words()
            .iter()
            .rev()
            .fold(0u64, |hash, &word| reduce(u128::from(hash) << 64 | u128::from(word)));
        finish(magnitude, self.is_negative())
    }
}
