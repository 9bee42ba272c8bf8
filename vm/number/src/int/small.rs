//! The same operations for integers that fit a machine word.
//!
//! Operations that can leave the range return `None` (or a [`BigInt`]); the caller widens.

use std::cmp::Ordering;

use super::BigInt;
use crate::NumError;
use crate::scale::round_scaled;

pub use super::hash::hash_i64 as hash;

/// `a // b`; `None` for a zero divisor or when the quotient overflows.
#[inline]
pub fn floordiv(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// `a % b`; `None` for a zero divisor.
#[inline]
pub fn modulo(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let remainder = a.wrapping_rem(b);
    Some(if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder })
}

/// `divmod(a, b)`; `None` for a zero divisor or when the quotient overflows.
#[inline]
pub fn divmod(a: i64, b: i64) -> Option<(i64, i64)> {
    let quotient = a.checked_div(b)?;
    let remainder = a % b;
    Some(if remainder != 0 && (remainder < 0) != (b < 0) {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    })
}

/// `a / b`, correctly rounded.
///
/// # Errors
/// `ZeroDivisionError` for a zero divisor.
#[inline]
pub fn true_divide(a: i64, b: i64) -> Result<f64, NumError> {
    const EXACT: u64 = 1 << 53;
    if b == 0 {
        return Err(NumError::division_by_zero());
    }
    let (top, bottom) = (a.unsigned_abs(), b.unsigned_abs());
    if top <= EXACT && bottom <= EXACT {
        // Both operands are exact doubles, so one IEEE division rounds once.
        return Ok(a as f64 / b as f64);
    }
    let shift = 64 + bottom.ilog2().saturating_sub(top.checked_ilog2().unwrap_or(0)).min(63);
    // `top << shift` keeps within 128 bits because `shift` adds at most the leading zeros of `top` plus 64.
    let shift = shift.min(64 + top.leading_zeros());
    let scaled = u128::from(top) << shift;
    let (quotient, remainder) = (scaled / u128::from(bottom), scaled % u128::from(bottom));
    let value = round_scaled(quotient, remainder != 0, -i64::from(shift)).unwrap_or(f64::INFINITY);
    Ok(if (a < 0) != (b < 0) { -value } else { value })
}

/// `a ** exponent`, in a machine word when it fits.
#[inline]
pub fn pow(a: i64, exponent: u64) -> Option<i64> {
    match a {
        0 | 1 => Some(if exponent == 0 { 1 } else { a }),
        -1 => Some(if exponent.is_multiple_of(2) { 1 } else { -1 }),
        2 => (exponent < 63).then(|| 1 << exponent),
        _ if exponent < 64 => a.checked_pow(exponent as u32),
        _ => None,
    }
}

/// `pow(base, exponent, modulus)` for a non-negative exponent and a non-zero modulus.
pub fn modpow(base: i64, mut exponent: u64, modulus: i64) -> i64 {
    let ring = u128::from(modulus.unsigned_abs());
    let mut square = (i128::from(base).rem_euclid(ring as i128)) as u128;
    let mut result = 1 % ring;
    while exponent != 0 {
        if exponent & 1 == 1 {
            result = result * square % ring;
        }
        square = square * square % ring;
        exponent >>= 1;
    }
    if modulus < 0 && result != 0 { (result as i128 + i128::from(modulus)) as i64 } else { result as i64 }
}

/// `a << count` when the result fits.
#[inline]
pub fn shift_left(a: i64, count: u64) -> Option<i64> {
    if a == 0 {
        return Some(0);
    }
    if count >= 63 {
        return None;
    }
    let shifted = a << count;
    (shifted >> count == a).then_some(shifted)
}

/// `a >> count`.
#[inline]
pub fn shift_right(a: i64, count: u64) -> i64 {
    a >> count.min(63)
}

/// `math.gcd(a, b)`.
pub fn gcd(a: i64, b: i64) -> u64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 || b == 0 {
        return a | b;
    }
    // Stein's binary algorithm.
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
    }
    a << shift
}

/// The exact order of an integer and a double; `None` for NaN.
#[inline]
pub fn cmp_f64(a: i64, b: f64) -> Option<Ordering> {
    const EXACT: i64 = 1 << 53;
    if (-EXACT..=EXACT).contains(&a) { (a as f64).partial_cmp(&b) } else { BigInt::from(a).cmp_f64(b) }
}

/// `int(value)` when it fits.
#[inline]
pub fn from_f64(value: f64) -> Option<i64> {
    // The bounds are -2**63 and 2**63 exactly; NaN is in no range.
    (-9223372036854775808.0..9223372036854775808.0).contains(&value).then_some(value as i64)
}
