//! Shifts and bit counts. `&`, `|`, `^` and `~` are operators on [`BigInt`]; negative numbers behave as infinite
//! two's complement.

use dashu_int::ops::{BitTest, SquareRoot};

use super::{BigInt, check_size};
use crate::NumError;

const NEGATIVE_SHIFT: NumError = NumError::value("negative shift count");

impl BigInt {
    /// Bits in the magnitude; 0 for 0.
    pub fn bit_length(&self) -> u64 {
        self.0
            .as_sign_words()
            .1
            .last()
            .map_or(0, |top| self.magnitude_words().len() as u64 * 64 - u64::from(top.leading_zeros()))
    }

    /// One bits in the magnitude.
    pub fn bit_count(&self) -> u64 {
        self.magnitude_words().iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Bit `index` of the infinite two's-complement form.
    pub fn bit(&self, index: usize) -> bool {
        self.0.bit(index)
    }

    /// Zero bits below the lowest one bit, `None` for 0.
    pub fn trailing_zeros(&self) -> Option<u64> {
        self.0.trailing_zeros().map(|count| count as u64)
    }

    /// `self << count`.
    ///
    /// # Errors
    /// `MemoryError` when the result would be larger than [`super::MAX_BITS`].
    pub fn shift_left(&self, count: u64) -> Result<BigInt, NumError> {
        if self.is_zero() {
            return Ok(BigInt::ZERO);
        }
        check_size(count.saturating_add(self.bit_length()))?;
        Ok(BigInt(&self.0 << count as usize))
    }

    /// `self >> count`, rounding towards minus infinity.
    pub fn shift_right(&self, count: u64) -> BigInt {
        if count >= self.bit_length() {
            return if self.is_negative() { BigInt::from(-1) } else { BigInt::ZERO };
        }
        BigInt(&self.0 >> count as usize)
    }

    /// `self << count` for a count of any size and sign.
    ///
    /// # Errors
    /// `ValueError` for a negative count, `OverflowError` or `MemoryError` when the result would be too large.
    pub fn shift_left_by(&self, count: &BigInt) -> Result<BigInt, NumError> {
        if count.is_negative() {
            return Err(NEGATIVE_SHIFT);
        }
        if self.is_zero() {
            return Ok(BigInt::ZERO);
        }
        match count.to_i64() {
            Some(count) => self.shift_left(count as u64),
            None => Err(NumError::overflow("too many digits in integer")),
        }
    }

    /// `self >> count` for a count of any size and sign.
    ///
    /// # Errors
    /// `ValueError` for a negative count.
    pub fn shift_right_by(&self, count: &BigInt) -> Result<BigInt, NumError> {
        if count.is_negative() {
            return Err(NEGATIVE_SHIFT);
        }
        Ok(self.shift_right(count.to_u64().unwrap_or(u64::MAX)))
    }

    /// `math.isqrt(self)`.
    ///
    /// # Errors
    /// `ValueError` for a negative value.
    pub fn isqrt(&self) -> Result<BigInt, NumError> {
        if self.is_negative() {
            return Err(NumError::value("isqrt() argument must be nonnegative"));
        }
        Ok(BigInt(self.magnitude().sqrt().into()))
    }
}
