//! Conversions and exact comparisons between integers and doubles.

use std::cmp::Ordering;

use super::BigInt;
use crate::NumError;
use crate::scale::{decompose, round_scaled};

impl BigInt {
    /// The nearest double, ties to even.
    ///
    /// # Errors
    /// `OverflowError` when the rounded value is out of range.
    pub fn to_f64(&self) -> Result<f64, NumError> {
        let words = self.magnitude_words();
        let too_large = NumError::overflow("int too large to convert to float");
        let (mantissa, sticky, exponent) = match words {
            [] => return Ok(0.0),
            &[low] => (u128::from(low), false, 0),
            &[low, high] => (u128::from(high) << 64 | u128::from(low), false, 0),
            // The top two words hold at least 65 significant bits.
            &[ref rest @ .., low, high] => (
                u128::from(high) << 64 | u128::from(low),
                rest.iter().any(|word| *word != 0),
                rest.len() as i64 * 64,
            ),
        };
        let value = round_scaled(mantissa, sticky, exponent).ok_or(too_large)?;
        Ok(if self.is_negative() { -value } else { value })
    }

    /// `math.frexp` for integers of any size: `(m, e)` with `self ~ m * 2**e` and `0.5 <= |m| < 1` (0 gives
    /// `(0.0, 0)`), `m` correctly rounded. For logarithms of values beyond the range of doubles.
    pub fn frexp(&self) -> (f64, i64) {
        let words = self.magnitude_words();
        if words.is_empty() {
            return (0.0, 0);
        }
        let bits = self.bit_length() as i64;
        let (mantissa, sticky) = match *words {
            [low] => (u128::from(low), false),
            [ref rest @ .., low, high] => {
                (u128::from(high) << 64 | u128::from(low), rest.iter().any(|word| *word != 0))
            }
            [] => unreachable!("handled above"),
        };
        let kept = i64::from(128 - mantissa.leading_zeros());
        let mut fraction = round_scaled(mantissa, sticky, -kept).unwrap_or(1.0);
        let mut exponent = bits;
        if fraction == 1.0 {
            fraction = 0.5;
            exponent += 1;
        }
        (if self.is_negative() { -fraction } else { fraction }, exponent)
    }

    /// `int(value)`: the integral part.
    ///
    /// # Errors
    /// `OverflowError` for infinities and `ValueError` for NaN.
    pub fn from_f64(value: f64) -> Result<BigInt, NumError> {
        if value.is_nan() {
            return Err(NumError::value("cannot convert float NaN to integer"));
        }
        if value.is_infinite() {
            return Err(NumError::overflow("cannot convert float infinity to integer"));
        }
        let (negative, mantissa, exponent) = decompose(value);
        let magnitude = if exponent >= 0 {
            BigInt::from(mantissa).0 << exponent as usize
        } else if exponent <= -64 {
            return Ok(BigInt::ZERO);
        } else {
            BigInt::from(mantissa >> -exponent).0
        };
        Ok(BigInt(if negative { -magnitude } else { magnitude }))
    }

    /// The exact order of `self` and `other`; `None` when `other` is NaN.
    pub fn cmp_f64(&self, other: f64) -> Option<Ordering> {
        if other.is_nan() {
            return None;
        }
        if other.is_infinite() {
            return Some(if other > 0.0 { Ordering::Less } else { Ordering::Greater });
        }
        let truncated = other.trunc();
        let whole = BigInt::from_f64(truncated).ok()?;
        // When the integral parts agree, the fraction that `trunc` removed decides.
        Some(self.cmp(&whole).then_with(|| truncated.partial_cmp(&other).unwrap_or(Ordering::Equal)))
    }
}
