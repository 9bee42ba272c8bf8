//! `pow` with two and with three arguments.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::{IBig, UBig};

use super::{BigInt, check_size};
use crate::NumError;

impl BigInt {
    /// `self ** exponent` for a non-negative exponent.
    ///
    /// # Errors
    /// `MemoryError` when the result would be too large to hold.
    pub fn pow(&self, exponent: u64) -> Result<BigInt, NumError> {
        let bits = self.bit_length();
        if bits <= 1 {
            // 0, 1 and -1 do not grow.
            return Ok(match (bits, exponent) {
                (_, 0) => BigInt::ONE,
                (1, exponent) if exponent.is_multiple_of(2) => BigInt::ONE,
                _ => self.clone(),
            });
        }
        check_size((bits - 1).saturating_mul(exponent))?;
        Ok(BigInt(self.0.pow(exponent as usize)))
    }

    /// `self ** exponent` for a non-negative exponent of any size.
    ///
    /// # Errors
    /// `MemoryError` when the result would be too large to hold.
    ///
    /// # Panics
    /// When `exponent` is negative; Python answers that with a float.
    pub fn pow_big(&self, exponent: &BigInt) -> Result<BigInt, NumError> {
        assert!(!exponent.is_negative());
        match exponent.to_u64() {
            Some(exponent) => self.pow(exponent),
            // Only parity matters for 0, 1 and -1; all others are refused for their size.
            None => self.pow(u64::MAX - u64::from(!exponent.is_odd())),
        }
    }

    /// `pow(self, exponent, modulus)`. A negative exponent raises the inverse; the result has the modulus's sign.
    ///
    /// # Errors
    /// `ValueError` for a zero modulus, or when the inverse that a negative exponent needs does not exist.
    pub fn modpow(&self, exponent: &BigInt, modulus: &BigInt) -> Result<BigInt, NumError> {
        if modulus.is_zero() {
            return Err(NumError::value("pow() 3rd argument cannot be 0"));
        }
        let ring_modulus = modulus.magnitude();
        if ring_modulus == UBig::ONE {
            return Ok(BigInt::ZERO);
        }
        let ring = ConstDivisor::new(ring_modulus);
        // The ring's own reduction asserts on some two-word values, so it only gets reduced ones.
        let mut base = ring.reduce(self.modulo(&modulus.abs())?.0);
        if exponent.is_negative() {
            base = base.inv().ok_or(NumError::value("base is not invertible for the given modulus"))?;
        }
        let result = IBig::from(base.pow(&exponent.magnitude()).residue());
        Ok(if modulus.is_negative() && !result.is_zero() {
            BigInt(result + &modulus.0)
        } else {
            BigInt(result)
        })
    }
}
