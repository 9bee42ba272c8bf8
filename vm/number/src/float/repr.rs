//! `repr(float)`: the shortest digits that read back as the same value, in Python's layout.

/// `repr(value)`.
pub fn repr(value: f64) -> String {
    let mut out = String::with_capacity(24);
    write_repr(value, &mut out);
    out
}

/// Appends `repr(value)` to `out`.
///
/// Exponents are used for values below 1e-4 and from 1e16 on; without one there is always a decimal point.
pub fn write_repr(value: f64, out: &mut String) {
    if !value.is_finite() {
        out.push_str(if value.is_nan() {
            "nan"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        });
        return;
    }
    let magnitude = value.abs();
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    if magnitude == 0.0 || (1e-4..1e16).contains(&magnitude) {
        // In this range the two layouts agree.
        out.push_str(text);
    } else {
        rewrite_exponent(text, out);
    }
}

/// Brings `ryu`'s text of a very small or very large number into Python's exponent layout.
fn rewrite_exponent(text: &str, out: &mut String) {
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(0)),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = if fraction == "0" { "" } else { fraction };
    // All digits, without the zeros that only place the decimal point.
    let digits = [whole, fraction].concat();
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let exponent = exponent + whole.len() as i32 - 1 - leading as i32;
    let digits = digits.trim_matches('0');
    out.push_str(sign);
    out.push_str(&digits[..1]);
    if digits.len() > 1 {
        out.push('.');
        out.push_str(&digits[1..]);
    }
    out.push('e');
    push_exponent(exponent, out);
}

/// Appends a sign and at least two digits.
pub(super) fn push_exponent(exponent: i32, out: &mut String) {
    out.push(if exponent < 0 { '-' } else { '+' });
    let magnitude = exponent.unsigned_abs();
    if magnitude < 10 {
        out.push('0');
    }
    out.push_str(&magnitude.to_string());
}
