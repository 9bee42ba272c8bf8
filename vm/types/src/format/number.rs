//! `int.__format__` and `float.__format__`.

use super::spec::{Spec, unknown_type};
use super::text::{check_width, padding_before};
use pyre_number::float::{self, FloatStyle};
use pyre_object::int::IntRef;
use pyre_object::str::{StrBuilder, StrRef};
use pyre_object::{Obj, PyResult, Vm};
use std::borrow::Cow;

/// The parts of a number's text.
pub(super) struct Parts<'a> {
    /// Whether there is a minus sign.
    pub negative: bool,
    /// `0x` and its like.
    pub prefix: &'a str,
    /// Digits before the point.
    pub digits: &'a str,
    /// Digits of the fraction, without the point.
    pub fraction: Option<&'a str>,
    /// What follows the digits: exponent, `%`, or all of `inf` and `nan`.
    pub rest: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits the text of a float.
    pub fn of_float(text: &'a str) -> Parts<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(t) => (true, t),
            None => (false, text),
        };
        let digits_of = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at(digits_of(text));
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(t) => {
                let (f, r) = t.split_at(digits_of(t));
                (Some(f), r)
            }
            None => (None, rest),
        };
        Parts { negative, prefix: "", digits, fraction, rest }
    }
}

/// Digits with a separator between groups, counted from the right, and zeros before them up to `min_width`.
fn group(digits: &str, separator: u8, size: usize, min_width: usize) -> String {
    let (mut remaining, mut min_width) = (digits.len() as isize, min_width as isize);
    let mut reversed = Vec::with_capacity(digits.len() + digits.len() / size + 1);
    let bytes = digits.as_bytes();
    let mut first = true;
    loop {
        let len = remaining.max(min_width).max(1).min(size as isize);
        if !first {
            reversed.push(separator);
        }
        first = false;
        let chars = remaining.min(len).max(0);
        for i in 0..chars {
            reversed.push(bytes[(remaining - 1 - i) as usize]);
        }
        reversed.extend(std::iter::repeat_n(b'0', (len - chars) as usize));
        remaining -= chars;
        min_width -= len;
        if remaining <= 0 && min_width <= 0 {
            break;
        }
        min_width -= 1;
    }
    reversed.reverse();
    String::from_utf8_lossy(&reversed).into_owned()
}

/// A fraction with a separator after every third digit.
fn group_fraction(digits: &str, separator: u8) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, c) in digits.chars().enumerate() {
        if i != 0 && i % 3 == 0 {
            out.push(char::from(separator));
        }
        out.push(c);
    }
    out
}

/// Puts sign, prefix, padding and groups together.
pub(super) fn assemble(vm: &Vm, s: &Spec, parts: &Parts<'_>, group_size: usize, out: &mut StrBuilder) -> PyResult<()> {
    check_width(vm, s.width)?;
    let sign = match (parts.negative, s.sign) {
        (true, _) => "-",
        (false, b'+') => "+",
        (false, b' ') => " ",
        _ => "",
    };
    let fraction: Option<Cow<'_, str>> = parts.fraction.map(|f| {
        if s.fraction_grouping == 0 { Cow::Borrowed(f) } else { Cow::Owned(group_fraction(f, s.fraction_grouping)) }
    });
    let behind = fraction.as_ref().map_or(0, |f| 1 + f.len()) + parts.rest.len();
    let around = sign.len() + parts.prefix.len() + behind;
    let digits: Cow<'_, str> = if parts.digits.is_empty() || s.grouping == 0 {
        Cow::Borrowed(parts.digits)
    } else {
        let fills = s.fill == u32::from(b'0') && s.align == b'=';
        let min_width = if fills { s.width.saturating_sub(around) } else { 0 };
        Cow::Owned(group(parts.digits, s.grouping, group_size, min_width))
    };
    let padding = s.width.saturating_sub(around + digits.len());
    let before = padding_before(s.align, padding);
    out.push_n(s.fill, before);
    out.push_str(sign);
    out.push_str(parts.prefix);
    if s.align == b'=' {
        out.push_n(s.fill, padding);
    }
    out.push_str(&digits);
    if let Some(f) = fraction {
        out.push(u32::from(b'.'));
        out.push_str(&f);
    }
    out.push_str(parts.rest);
    if s.align != b'=' {
        out.push_n(s.fill, padding - before);
    }
    Ok(())
}

/// `int.__format__`
///
/// # Errors
/// `ValueError` for specifications that do not fit ints, `OverflowError`.
pub fn format_int(vm: &Vm, value: IntRef<'_>, type_name: &str, spec: StrRef<'_>) -> PyResult {
    let mut s = Spec::parse(vm, spec, u32::from(b'd'), b'>', type_name)?;
    let kind = if s.kind < 128 { s.kind as u8 } else { 0 };
    match kind {
        b'd' | b'n' | b'b' | b'o' | b'x' | b'X' | b'c' => {}
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let f = value.to_f64().map_err(|e| vm.num_error(e))?;
            return format_float_spec(vm, f, type_name, s);
        }
        _ => return Err(unknown_type(vm, s.kind, type_name)),
    }
    if s.precision.is_some() {
        return Err(vm.value_error("Precision not allowed in integer format specifier"));
    }
    if s.no_negative_zero {
        return Err(vm.value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    let mut out = StrBuilder::with_capacity(24);
    if kind == b'c' {
        format_character(vm, value, &s, &mut out)?;
        return Ok(out.finish());
    }
    let (radix, prefix) = match kind {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut text = if radix == 10 { crate::int::decimal_text(vm, value)? } else { crate::int::radix_text(value, radix) };
    if kind == b'X' {
        text.make_ascii_uppercase();
    }
    if kind == b'n' {
        s.grouping = 0;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(d) => (true, d),
        None => (false, text.as_str()),
    };
    let prefix = if s.alternate { prefix } else { "" };
    let parts = Parts { negative, prefix, digits, fraction: None, rest: "" };
    assemble(vm, &s, &parts, if radix == 10 { 3 } else { 4 }, &mut out)?;
    Ok(out.finish())
}

fn format_character(vm: &Vm, value: IntRef<'_>, s: &Spec, out: &mut StrBuilder) -> PyResult<()> {
    if s.sign != 0 {
        return Err(vm.value_error("Sign not allowed with integer format specifier 'c'"));
    }
    if s.alternate {
        return Err(vm.value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let c = match value {
        IntRef::Small(i) if (0..0x11_0000).contains(&i) => i as u32,
        IntRef::Big(_) => return Err(vm.overflow_error("Python int too large to convert to C long")),
        IntRef::Small(_) => return Err(vm.overflow_error("%c arg not in range(0x110000)")),
    };
    check_width(vm, s.width)?;
    let padding = s.width.saturating_sub(1);
    let before = if s.align == b'=' { padding } else { padding_before(s.align, padding) };
    out.push_n(s.fill, before);
    out.push(c);
    out.push_n(s.fill, padding - before);
    Ok(())
}

/// `float.__format__`
///
/// # Errors
/// `ValueError` for specifications that do not fit floats.
pub fn format_float(vm: &Vm, value: f64, type_name: &str, spec: StrRef<'_>) -> PyResult {
    let s = Spec::parse(vm, spec, 0, b'>', type_name)?;
    format_float_spec(vm, value, type_name, s)
}

/// The text of a float by presentation type and precision, `%` included, grouping and padding not.
///
/// # Errors
/// `ValueError` for other types.
pub(super) fn float_text(vm: &Vm, value: f64, type_name: &str, s: &Spec) -> PyResult<String> {
    let kind = if s.kind < 128 { s.kind as u8 } else { 1 };
    let (style, value, upper, default) = match kind {
        0 if s.precision.is_none() => (FloatStyle::Repr, value, false, 0),
        0 => (FloatStyle::GeneralWithFraction, value, false, 0),
        b'e' | b'E' => (FloatStyle::Exponent, value, kind == b'E', 6),
        b'f' | b'F' => (FloatStyle::Fixed, value, kind == b'F', 6),
        b'g' | b'G' | b'n' => (FloatStyle::General, value, kind == b'G', 6),
        b'%' => (FloatStyle::Fixed, value * 100.0, false, 6),
        _ => return Err(unknown_type(vm, s.kind, type_name)),
    };
    let precision = s.precision.unwrap_or(default);
    if precision > i32::MAX as usize {
        return Err(vm.value_error("precision too big"));
    }
    check_width(vm, precision)?;
    let mut text = float::format(value, style, precision, s.alternate);
    if s.no_negative_zero && text.starts_with('-') && !text.bytes().take_while(|c| *c != b'e').any(|c| matches!(c, b'1'..=b'9'))
        && !text.ends_with("inf")
    {
        text.remove(0);
    }
    if upper {
        text.make_ascii_uppercase();
    }
    if kind == b'%' {
        text.push('%');
    }
    Ok(text)
}

fn format_float_spec(vm: &Vm, value: f64, type_name: &str, s: Spec) -> PyResult<Obj> {
    let text = float_text(vm, value, type_name, &s)?;
    if s.width == 0 && s.grouping == 0 && s.fraction_grouping == 0 && s.sign == 0 {
        return Ok(pyre_object::str::new_str(&text));
    }
    let mut out = StrBuilder::with_capacity(text.len().max(24));
    assemble(vm, &s, &Parts::of_float(&text), 3, &mut out)?;
    Ok(out.finish())
}
