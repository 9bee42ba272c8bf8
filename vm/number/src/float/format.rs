//! Formatting with a given precision: the conversions of `format(float, spec)` and of `%`.

use super::repr::{push_exponent, write_repr};

/// A presentation type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatStyle {
    /// `e`: scientific notation.
    Exponent,
    /// `f`: positional notation.
    Fixed,
    /// `g`: whichever of the two suits the exponent, without trailing zeros.
    General,
    /// `r`: the shortest digits that read back as the same value; the precision is ignored.
    Repr,
    /// The empty presentation type: as `General`, but always with a digit after the point when positional.
    GeneralWithFraction,
}

/// No double has more significant digits than this, so further ones are zeros.
const MAX_SIGNIFICANT: usize = 767;
/// No double has more digits after the decimal point than this.
const MAX_FRACTION: usize = 1074;

/// The text of `value` in lower case.
///
/// `alternate` keeps the decimal point (and `g`'s trailing zeros) even when no digits follow. A percent style is
/// `Fixed` of the value times 100 with `%` appended by the caller; upper-case styles are this text in upper case.
/// Negative values, including -0.0, start with `-`; infinities and NaN are `inf` and `nan`.
pub fn format(value: f64, style: FloatStyle, precision: usize, alternate: bool) -> String {
    let mut out = String::with_capacity(24);
    if !value.is_finite() {
        write_repr(value, &mut out);
        return out;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    let magnitude = value.abs();
    match style {
        FloatStyle::Fixed => fixed(magnitude, precision, alternate, &mut out),
        FloatStyle::Exponent => {
            let (digits, exponent) = significant_digits(magnitude, precision + 1);
            push_scientific(&digits, exponent, precision + 1, alternate, &mut out);
        }
        FloatStyle::General => general(magnitude, precision.max(1), alternate, false, &mut out),
        FloatStyle::GeneralWithFraction => general(magnitude, precision.max(1), alternate, true, &mut out),
        FloatStyle::Repr => repr_style(magnitude, alternate, &mut out),
    }
    out
}

/// `magnitude`, which is not negative, rounded to `places` digits after the point (half to even): what is before and
/// after the point. `None` for large values, for more than 17 places, and for what is no finite number.
pub fn fixed_parts(magnitude: f64, places: usize) -> Option<(u64, u64)> {
    const POWERS: [u64; 18] = {
        let mut powers = [1; 18];
        let mut i = 1;
        while i < powers.len() {
            powers[i] = powers[i - 1] * 10;
            i += 1;
        }
        powers
    };
    let power = *POWERS.get(places)?;
    if !magnitude.is_finite() {
        return None;
    }
    let (_, mantissa, exponent) = crate::scale::decompose(magnitude);
    if exponent >= 0 {
        // Above the mantissa's 53 bits there are 10 more that are certain to fit.
        return (exponent <= 10).then(|| (mantissa << exponent, 0));
    }
    // At most 2**53 * 10**17, which is below 2**110.
    let scaled = u128::from(mantissa) * u128::from(power);
    let shift = exponent.unsigned_abs();
    if shift > 112 {
        return Some((0, 0));
    }
    let (quotient, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1 << (shift - 1));
    let up = rest > half || rest == half && quotient & 1 == 1;
    let rounded = u64::try_from(quotient + u128::from(up)).ok()?;
    Some((rounded / power, rounded % power))
}

fn fixed(magnitude: f64, precision: usize, alternate: bool, out: &mut String) {
    use std::fmt::Write;
    let shown = precision.min(MAX_FRACTION);
    // Writing to a String cannot fail.
    let _ = write!(out, "{magnitude:.shown$}");
    out.extend(std::iter::repeat_n('0', precision - shown));
    if precision == 0 && alternate {
        out.push('.');
    }
}

/// `count` correctly rounded significant digits (at most [`MAX_SIGNIFICANT`]; the rest would be zeros) and the
/// exponent of the first.
fn significant_digits(magnitude: f64, count: usize) -> (String, i32) {
    let places = count.min(MAX_SIGNIFICANT) - 1;
    let text = format!("{magnitude:.places$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// Appends `d.ddde+xx`, padding `digits` with zeros to `count` digits.
fn push_scientific(digits: &str, exponent: i32, count: usize, alternate: bool, out: &mut String) {
    out.push_str(&digits[..1]);
    if count > 1 || alternate {
        out.push('.');
    }
    out.push_str(&digits[1..]);
    out.extend(std::iter::repeat_n('0', count.saturating_sub(digits.len())));
    out.push('e');
    push_exponent(exponent, out);
}

fn general(magnitude: f64, precision: usize, alternate: bool, with_fraction: bool, out: &mut String) {
    let (digits, exponent) = significant_digits(magnitude, precision);
    let point = i64::from(exponent) + 1;
    // `with_fraction` needs room for the digit after the point, so it turns scientific one place earlier.
    let limit = if with_fraction { precision as i64 - 1 } else { precision as i64 };
    let scientific = point <= -4 || point > limit;
    let digits = if alternate { digits.as_str() } else { digits.trim_end_matches('0') };
    let digits = if digits.is_empty() { "0" } else { digits };
    let count = if alternate { precision } else { digits.len() };
    if scientific {
        push_scientific(digits, exponent, count, alternate, out);
    } else {
        push_positional(digits, point, count, alternate, with_fraction, out);
    }
}

fn repr_style(magnitude: f64, alternate: bool, out: &mut String) {
    let start = out.len();
    write_repr(magnitude, out);
    if alternate && !out[start..].contains('.') {
        let at = out[start..].find('e').map_or(out.len(), |offset| start + offset);
        out.insert(at, '.');
    }
}

/// Appends `count` digits (`digits`, then zeros) with the decimal point after `point` of them.
fn push_positional(
    digits: &str,
    point: i64,
    count: usize,
    alternate: bool,
    with_fraction: bool,
    out: &mut String,
) {
    let zeros = |out: &mut String, n: usize| out.extend(std::iter::repeat_n('0', n));
    let padding = count.saturating_sub(digits.len());
    if point <= 0 {
        out.push_str("0.");
        zeros(out, (-point) as usize);
        out.push_str(digits);
        zeros(out, padding);
        return;
    }
    let point = point as usize;
    if digits.len() <= point {
        out.push_str(digits);
        zeros(out, point - digits.len());
        let fraction = padding.saturating_sub(point - digits.len());
        if fraction > 0 || alternate || with_fraction {
            out.push('.');
        }
        zeros(out, if with_fraction { fraction.max(1) } else { fraction });
        return;
    }
    out.push_str(&digits[..point]);
    out.push('.');
    out.push_str(&digits[point..]);
    zeros(out, padding);
}
