//! `float.hex` and `float.fromhex`.

use crate::NumError;
use crate::int::parse::{digit_value, trim_space};
use crate::scale::{decompose, round_scaled};

const MALFORMED: NumError = NumError::value("invalid hexadecimal floating-point string");
const TOO_LARGE: NumError = NumError::overflow("hexadecimal value too large to represent as a float");

/// `value.hex()`.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return super::repr(value);
    }
    let (negative, mantissa, exponent) = decompose(value);
    let sign = if negative { "-" } else { "" };
    if mantissa == 0 {
        return format!("{sign}0x0.0p+0");
    }
    let leading = mantissa >> 52;
    let fraction = mantissa & ((1 << 52) - 1);
    format!("{sign}0x{leading}.{fraction:013x}p{:+}", exponent + 52)
}

/// `float.fromhex(text)`.
///
/// # Errors
/// `ValueError` for malformed text, `OverflowError` for values out of range.
pub fn from_hex(text: &[u8]) -> Result<f64, NumError> {
    let mut rest = trim_space(text);
    let mut negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        negative = *sign == b'-';
        rest = tail;
    }
    let value = match rest.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        lower => parse_magnitude(lower)?,
    };
    Ok(if negative { -value } else { value })
}

/// `[0x] digits [. digits] [p exponent]`, in lower case, with at least one digit.
fn parse_magnitude(text: &[u8]) -> Result<f64, NumError> {
    let text = text.strip_prefix(b"0x").unwrap_or(text);
    let is_hex = |byte: &u8| digit_value(*byte) < 16;
    let whole = text.iter().take_while(|byte| is_hex(byte)).count();
    let (mut digits, mut rest) = (text[..whole].to_vec(), &text[whole..]);
    let mut fraction = 0;
    if let [b'.', tail @ ..] = rest {
        fraction = tail.iter().take_while(|byte| is_hex(byte)).count();
        digits.extend_from_slice(&tail[..fraction]);
        rest = &tail[fraction..];
    }
    if digits.is_empty() {
        return Err(MALFORMED);
    }
    let exponent = parse_exponent(rest)?;
    let significant = match digits.iter().position(|digit| *digit != b'0') {
        Some(first) => &digits[first..],
        None => return Ok(0.0),
    };
    // 31 digits have at least 121 significant bits; any further ones only matter when not all zero.
    let (kept, dropped) = significant.split_at(significant.len().min(31));
    let mantissa = kept.iter().fold(0u128, |value, digit| value << 4 | u128::from(digit_value(*digit)));
    let sticky = dropped.iter().any(|digit| *digit != b'0');
    let exponent = exponent.saturating_sub(4 * fraction as i64).saturating_add(4 * dropped.len() as i64);
    round_scaled(mantissa, sticky, exponent).ok_or(TOO_LARGE)
}

/// The decimal exponent after `p`, clamped where the value is zero or too large whatever the digits are.
fn parse_exponent(text: &[u8]) -> Result<i64, NumError> {
    let [b'p', rest @ ..] = text else {
        return if text.is_empty() { Ok(0) } else { Err(MALFORMED) };
    };
    let (negative, digits) = match rest {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(MALFORMED);
    }
    const LIMIT: i64 = i64::MAX / 4;
    let magnitude = digits.iter().fold(0i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(LIMIT)
    });
    Ok(if negative { -magnitude } else { magnitude })
}
