//! Operators, rounding and hashing of `float`.

use crate::int::BigInt;
use crate::int::hash::{HASH_BITS, HASH_INF, HASH_MODULUS, finish};
use crate::scale::decompose;
use crate::{NumError, small};

/// `a / b`.
///
/// # Errors
/// `ZeroDivisionError` for a zero divisor.
#[inline]
pub fn divide(a: f64, b: f64) -> Result<f64, NumError> {
    if b == 0.0 { Err(NumError::division_by_zero()) } else { Ok(a / b) }
}

/// `a % b`: the remainder has the divisor's sign, also when it is zero.
///
/// # Errors
/// `ZeroDivisionError` for a zero divisor.
#[inline]
pub fn modulo(a: f64, b: f64) -> Result<f64, NumError> {
    if b == 0.0 {
        return Err(NumError::division_by_zero());
    }
    let remainder = a % b;
    Ok(if remainder == 0.0 {
        0f64.copysign(b)
    } else if (remainder < 0.0) != (b < 0.0) {
        remainder + b
    } else {
        remainder
    })
}

/// `divmod(a, b)`.
///
/// # Errors
/// `ZeroDivisionError` for a zero divisor.
pub fn divmod(a: f64, b: f64) -> Result<(f64, f64), NumError> {
    if b == 0.0 {
        return Err(NumError::division_by_zero());
    }
    let mut remainder = a % b;
    // `a - remainder` is close to a multiple of `b`; the quotient is corrected to an integer below.
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0f64.copysign(b);
    } else if (remainder < 0.0) != (b < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((floor, remainder))
}

/// `a // b`.
///
/// # Errors
/// `ZeroDivisionError` for a zero divisor.
#[inline]
pub fn floordiv(a: f64, b: f64) -> Result<f64, NumError> {
    Ok(divmod(a, b)?.0)
}

/// What `a ** b` of two floats is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PowResult {
    /// A float.
    Real(f64),
    /// The base is negative and finite and the exponent no integer: the result is `complex(a) ** complex(b)`.
    Complex,
}

/// `a ** b`.
///
/// # Errors
/// `ZeroDivisionError` for a zero base with a negative exponent, `OverflowError` when finite operands give a result
/// out of range.
#[inline]
pub fn pow(a: f64, b: f64) -> Result<PowResult, NumError> {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(NumError::zero_division("zero to a negative power"));
    }
    // Only a NaN or infinite operand or a complex result is treated apart; IEEE `pow` agrees with Python there.
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return Ok(PowResult::Complex);
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(NumError::range());
    }
    Ok(PowResult::Real(result))
}

/// Whether the value is finite and integral.
#[inline]
pub fn is_integer(value: f64) -> bool {
    value.is_finite() && value.trunc() == value
}

/// `round(value, digits)`.
///
/// The result is the double nearest to the decimal number that results from rounding the exact value half to even.
///
/// # Errors
/// `OverflowError` when the result is out of range.
pub fn round_digits(value: f64, digits: i64) -> Result<f64, NumError> {
    // 2**1023 has 309 digits before the point, 2**-1074 its first digit at place 324 after it.
    if !value.is_finite() || value == 0.0 || digits > 323 {
        return Ok(value);
    }
    if digits < -308 {
        return Ok(0f64.copysign(value));
    }
    let rounded = if digits >= 0 {
        let places = digits as usize;
        parse_formatted(&format!("{value:.places$}"))
    } else {
        round_above_point(value, -digits as i32)
    };
    if rounded.is_infinite() {
        return Err(NumError::overflow("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// Rounds to a multiple of `10**place`.
fn round_above_point(value: f64, place: i32) -> f64 {
    let shortest = format!("{:e}", value.abs());
    let exponent: i32 = shortest.split_once('e').and_then(|(_, text)| text.parse().ok()).unwrap_or(0);
    let kept = exponent - place;
    if kept >= 0 {
        let places = kept as usize;
        return parse_formatted(&format!("{value:.places$e}"));
    }
    // The result is 0 or 10**place; a tie goes to 0, which is even.
    let half = parse_formatted(&format!("5e{}", place - 1));
    if kept == -1 && value.abs() > half {
        parse_formatted(&format!("1e{place}")).copysign(value)
    } else {
        0f64.copysign(value)
    }
}

fn parse_formatted(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// `value.as_integer_ratio()`: numerator and (positive) denominator in lowest terms.
///
/// # Errors
/// `OverflowError` for infinities and `ValueError` for NaN.
pub fn as_integer_ratio(value: f64) -> Result<(BigInt, BigInt), NumError> {
    if value.is_infinite() {
        return Err(NumError::overflow("cannot convert Infinity to integer ratio"));
    }
    if value.is_nan() {
        return Err(NumError::value("cannot convert NaN to integer ratio"));
    }
    let (negative, mantissa, exponent) = decompose(value);
    if mantissa == 0 {
        return Ok((BigInt::ZERO, BigInt::ONE));
    }
    let zeros = mantissa.trailing_zeros();
    let (mantissa, exponent) = (mantissa >> zeros, exponent + zeros as i32);
    let numerator = BigInt::from(mantissa).shift_left(exponent.max(0) as u64)?;
    let denominator = BigInt::ONE.shift_left((-exponent).max(0) as u64)?;
    Ok((if negative { -numerator } else { numerator }, denominator))
}

/// `hash(value)`; `None` for NaN, whose hash comes from the object's identity.
#[inline]
pub fn hash(value: f64) -> Option<i64> {
    if let Some(integer) = small::from_f64(value)
        && integer as f64 == value
    {
        return Some(small::hash(integer));
    }
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { HASH_INF } else { -HASH_INF });
    }
    let (negative, mantissa, exponent) = decompose(value);
    // Multiplying by 2**e modulo 2**61 - 1 rotates 61 bits; the mantissa has 53.
    let turn = exponent.rem_euclid(HASH_BITS as i32) as u32;
    let rotated = ((mantissa << turn) & HASH_MODULUS) | (mantissa >> (HASH_BITS - turn));
    Some(finish(if rotated == HASH_MODULUS { 0 } else { rotated }, negative))
}
