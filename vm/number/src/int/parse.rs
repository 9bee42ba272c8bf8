//! Integer literals in text: `int(text, base)` and source code alike.
//!
//! [`IntDigits::scan`] checks the syntax and finds the base; conversion is a second step so that the caller can
//! apply its limit on decimal digits in between. Text must be ASCII: non-ASCII decimal digits and whitespace are
//! mapped to ASCII by the caller first.

use std::borrow::Cow;

use dashu_int::{Sign, UBig};

use super::BigInt;

/// Why a text is not an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseIntError {
    /// `ValueError("int() base must be >= 2 and <= 36, or 0")`
    BadBase,
    /// `ValueError("invalid literal for int() with base {base}: {text!r}")`, where base is the one asked for.
    Invalid,
}

/// A well-formed integer literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntDigits<'a> {
    /// Whether a minus sign preceded the digits.
    pub negative: bool,
    /// The base in effect, 2 to 36.
    pub base: u32,
    /// The digits without sign, prefix and underscores: at least one, all valid in `base`.
    pub digits: Cow<'a, [u8]>,
}

/// The value of an ASCII digit in bases up to 36; 255 for other bytes.
#[inline]
pub fn digit_value(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' => byte - b'A' + 10,
        _ => 255,
    }
}

/// Whether `byte` is whitespace that numeric constructors strip.
#[inline]
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// `text` without whitespace at both ends.
#[inline]
pub fn trim_space(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

impl<'a> IntDigits<'a> {
    /// Checks `text` against the grammar of `int(text, base)`; base 0 means that a prefix decides.
    ///
    /// # Errors
    /// For a base that is neither 0 nor in 2..=36, and for text that is no integer literal in that base.
    pub fn scan(text: &'a [u8], base: u32) -> Result<Self, ParseIntError> {
        if base != 0 && !(2..=36).contains(&base) {
            return Err(ParseIntError::BadBase);
        }
        let mut rest = trim_space(text);
        let mut negative = false;
        if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
            negative = *sign == b'-';
            rest = tail;
        }
        let prefix_base = match rest {
            [b'0', b'b' | b'B', ..] => 2,
            [b'0', b'o' | b'O', ..] => 8,
            [b'0', b'x' | b'X', ..] => 16,
            _ => 0,
        };
        let mut effective = base;
        if prefix_base != 0 && (base == 0 || base == prefix_base) {
            effective = prefix_base;
            rest = &rest[2..];
            // One underscore may separate the prefix from the digits.
            if let [b'_', tail @ ..] = rest {
                rest = tail;
            }
        } else if base == 0 {
            effective = 10;
            // Decimal literals have no leading zeros, except that zero may be written with many.
            if let [b'0', tail @ ..] = rest
                && tail.iter().any(|byte| !matches!(byte, b'0' | b'_'))
            {
                return Err(ParseIntError::Invalid);
            }
        }
        let digits = check_digits(rest, effective).ok_or(ParseIntError::Invalid)?;
        Ok(IntDigits { negative, base: effective, digits })
    }

    /// Whether converting takes time quadratic in the digits in a naive implementation: bases that are not powers
    /// of two, the ones that `sys.set_int_max_str_digits` limits.
    pub fn is_limited(&self) -> bool {
        !self.base.is_power_of_two()
    }

    /// The value, when it fits a machine word.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        // 12 digits of base 36 and 18 decimal digits always fit.
        let safe = if self.base == 10 { 18 } else { 12 };
        if self.digits.len() > safe {
            return self.to_bigint().to_i64();
        }
        let value = self
            .digits
            .iter()
            .fold(0i64, |value, digit| value * i64::from(self.base) + i64::from(digit_value(*digit)));
        Some(if self.negative { -value } else { value })
    }

    /// The value.
    pub fn to_bigint(&self) -> BigInt {
        let sign = if self.negative { Sign::Negative } else { Sign::Positive };
        // The digits were checked, so conversion cannot fail; zero would be returned if it did.
        let text = std::str::from_utf8(&self.digits).unwrap_or("0");
        let magnitude = UBig::from_str_radix(text, self.base).unwrap_or(UBig::ZERO);
        BigInt(dashu_int::IBig::from_parts(sign, magnitude))
    }
}

/// `text` without underscores if it consists of digits of `base` with single underscores between them.
fn check_digits(text: &[u8], base: u32) -> Option<Cow<'_, [u8]>> {
    let valid = |byte: &u8| u32::from(digit_value(*byte)) < base;
    if text.iter().all(valid) {
        return if text.is_empty() { None } else { Some(Cow::Borrowed(text)) };
    }
    if !crate::float::underscores_join(text, |byte| valid(&byte)) {
        return None;
    }
    let digits: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'_').collect();
    digits.iter().all(valid).then_some(Cow::Owned(digits))
}

impl BigInt {
    /// `int(text, base)` without a limit on digits.
    ///
    /// # Errors
    /// As [`IntDigits::scan`].
    pub fn parse(text: &[u8], base: u32) -> Result<BigInt, ParseIntError> {
        Ok(IntDigits::scan(text, base)?.to_bigint())
    }
}
