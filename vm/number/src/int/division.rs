//! Division with Python's rules: the quotient rounds towards minus infinity and the remainder has the divisor's
//! sign; true division rounds the exact quotient once.

use dashu_int::IBig;
use dashu_int::ops::{DivRem, Gcd};

use super::BigInt;
use crate::NumError;
use crate::scale::round_scaled;

const TOO_LARGE: NumError = NumError::overflow("integer division result too large for a float");

impl BigInt {
    /// `divmod(self, divisor)`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor.
    pub fn divmod(&self, divisor: &BigInt) -> Result<(BigInt, BigInt), NumError> {
        if divisor.is_zero() {
            return Err(NumError::division_by_zero());
        }
        let (quotient, remainder) = (&self.0).div_rem(&divisor.0);
        if !remainder.is_zero() && remainder.sign() != divisor.0.sign() {
            Ok((BigInt(quotient - IBig::ONE), BigInt(remainder + &divisor.0)))
        } else {
            Ok((BigInt(quotient), BigInt(remainder)))
        }
    }

    /// `self // divisor`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor.
    pub fn floordiv(&self, divisor: &BigInt) -> Result<BigInt, NumError> {
        if divisor.is_zero() {
            return Err(NumError::division_by_zero());
        }
        if self.is_negative() == divisor.is_negative() {
            return Ok(BigInt(&self.0 / &divisor.0));
        }
        Ok(self.divmod(divisor)?.0)
    }

    /// `self % divisor`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor.
    pub fn modulo(&self, divisor: &BigInt) -> Result<BigInt, NumError> {
        if divisor.is_zero() {
            return Err(NumError::division_by_zero());
        }
        let remainder = &self.0 % &divisor.0;
        if !remainder.is_zero() && remainder.sign() != divisor.0.sign() {
            Ok(BigInt(remainder + &divisor.0))
        } else {
            Ok(BigInt(remainder))
        }
    }

    /// `self / divisor`: the double nearest to the exact quotient.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor, `OverflowError` when the quotient is out of range.
    pub fn true_divide(&self, divisor: &BigInt) -> Result<f64, NumError> {
        if divisor.is_zero() {
            return Err(NumError::division_by_zero());
        }
        let negative = self.is_negative() != divisor.is_negative();
        if self.is_zero() {
            return Ok(if negative { -0.0 } else { 0.0 });
        }
        let (top, bottom) = (self.magnitude(), divisor.magnitude());
        let difference = self.bit_length() as i64 - divisor.bit_length() as i64;
        // Beyond these the result is out of range or rounds to zero whatever the digits are.
        if difference > 1025 {
            return Err(TOO_LARGE);
        }
        if difference < -1080 {
            return Ok(if negative { -0.0 } else { 0.0 });
        }
        // Scale so that the integer quotient has 66 or 67 bits.
        let shift = difference - 66;
        let mut lost = false;
        let scaled = if shift > 0 {
            lost = top.trailing_zeros().is_some_and(|zeros| (zeros as i64) < shift);
            top >> shift as usize
        } else {
            top << (-shift) as usize
        };
        let (quotient, remainder) = scaled.div_rem(bottom);
        let sticky = lost || !remainder.is_zero();
        let mantissa = u128::try_from(&quotient).map_err(|_| TOO_LARGE)?;
        let value = round_scaled(mantissa, sticky, shift).ok_or(TOO_LARGE)?;
        Ok(if negative { -value } else { value })
    }

    /// The greatest common divisor, never negative; `gcd(0, 0)` is 0.
    pub fn gcd(&self, other: &BigInt) -> BigInt {
        if self.is_zero() {
            return other.abs();
        }
        if other.is_zero() {
            return self.abs();
        }
        BigInt(IBig::from((&self.0).gcd(&other.0)))
    }
}
