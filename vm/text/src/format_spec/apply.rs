//! Rendering by a format specification.

use std::borrow::Cow;

use pyre_number::float::{self, FloatStyle};
use pyre_number::{BigInt, Complex, NumError, complex};

use super::{Align, FormatError, FormatSpec, Separator, Sign};
use crate::{Body, Buffer};

/// What the `n` presentation type takes from the current locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale<'a> {
    /// Between integral and fractional digits.
    pub decimal_point: &'a str,
    /// Between groups of digits.
    pub separator: &'a str,
    /// Sizes of the groups from the right as in `localeconv()["grouping"]`: the last repeats, unless it is followed by
    /// 127 (`CHAR_MAX`); empty for no grouping.
    pub grouping: &'a [u8],
}

impl Locale<'static> {
    /// The "C" locale.
    pub const C: Locale<'static> = Locale { decimal_point: ".", separator: "", grouping: &[] };
}

/// An integer to be formatted.
#[derive(Clone, Copy, Debug)]
pub enum Integer<'a> {
    /// A machine word.
    Small(i64),
    /// Any integer.
    Big(&'a BigInt),
}

impl Integer<'_> {
    pub(crate) fn is_negative(self) -> bool {
        match self {
            Integer::Small(value) => value < 0,
            Integer::Big(value) => value.is_negative(),
        }
    }

    /// The digits of the magnitude in base 2, 8, 10 or 16, in lower case.
    pub(crate) fn digits(self, radix: u32) -> String {
        match (self, radix) {
            (Integer::Small(value), 2) => format!("{:b}", value.unsigned_abs()),
            (Integer::Small(value), 8) => format!("{:o}", value.unsigned_abs()),
            (Integer::Small(value), 16) => format!("{:x}", value.unsigned_abs()),
            (Integer::Small(value), _) => value.unsigned_abs().to_string(),
            (Integer::Big(value), _) => {
                let mut text = value.to_radix(radix);
                if value.is_negative() {
                    text.remove(0);
                }
                text
            }
        }
    }

    fn to_f64(self) -> Result<f64, NumError> {
        match self {
            Integer::Small(value) => Ok(value as f64),
            Integer::Big(value) => value.to_f64(),
        }
    }

    fn to_i64(self) -> Option<i64> {
        match self {
            Integer::Small(value) => Some(value),
            Integer::Big(value) => value.to_i64(),
        }
    }
}

/// The parts of a number's text, without sign.
struct Number<'a> {
    negative: bool,
    /// `0x` and the like.
    prefix: &'a str,
    /// Integral digits; empty for `inf`, `nan` and characters.
    digits: &'a str,
    decimal_point: &'a str,
    fraction: &'a str,
    /// What follows and is neither grouped nor zero-filled.
    rest: Body<'a>,
}

/// The grouping rules in effect.
struct Groups<'a> {
    separator: &'a str,
    sizes: &'a [u8],
}

const NO_GROUPS: Groups<'static> = Groups { separator: "", sizes: &[] };

fn groups(separator: Option<Separator>, size: &'static [u8]) -> Groups<'static> {
    match separator {
        None => NO_GROUPS,
        Some(Separator::Comma) => Groups { separator: ",", sizes: size },
        Some(Separator::Underscore) => Groups { separator: "_", sizes: size },
    }
}

impl Groups<'_> {
    /// The size of the group at `index` from the right; `None` when grouping ends.
    fn size(&self, index: usize) -> Option<usize> {
        let size = *self.sizes.get(index).or(self.sizes.last())?;
        (size != 0 && size != 127).then_some(usize::from(size))
    }

    /// `digits` in groups from the right, with leading zeros so that the text has at least `width` characters (counted
    /// with the separators; it never begins with one).
    fn group<'d>(&self, digits: &'d str, width: usize) -> Cow<'d, str> {
        if self.sizes.is_empty() && width <= digits.len() {
            return Cow::Borrowed(digits);
        }
        let mut pieces = Vec::new();
        let mut left = digits;
        let mut width = width;
        let separator_width = self.separator.chars().count();
        for index in 0.. {
            let wanted = left.len().max(width).max(1);
            let size = self.size(index);
            let length = size.map_or(wanted, |size| size.min(wanted));
            let (rest, piece) = left.split_at(left.len().saturating_sub(length));
            pieces.push("0".repeat(length - piece.len()) + piece);
            left = rest;
            width = width.saturating_sub(length);
            if size.is_none() || (left.is_empty() && width == 0) {
                break;
            }
            width = width.saturating_sub(separator_width);
        }
        pieces.reverse();
        Cow::Owned(pieces.join(self.separator))
    }

    /// `digits` in groups from the left.
    fn group_fraction<'d>(&self, digits: &'d str) -> Cow<'d, str> {
        let Some(size) = self.size(0) else {
            return Cow::Borrowed(digits);
        };
        let pieces: Vec<_> =
            (0..digits.len()).step_by(size).map(|at| &digits[at..digits.len().min(at + size)]).collect();
        Cow::Owned(pieces.join(self.separator))
    }
}

/// The padding before, between sign and digits, and after, that fills `length` characters up to the width.
fn padding(spec: &FormatSpec, length: usize) -> (usize, usize, usize) {
    let missing = spec.width.unwrap_or(0).saturating_sub(length);
    match spec.align {
        Align::Left => (0, 0, missing),
        Align::Right => (missing, 0, 0),
        Align::Center => (missing / 2, 0, missing - missing / 2),
        Align::AfterSign => (0, missing, 0),
    }
}

fn sign_text(negative: bool, sign: Option<Sign>) -> &'static str {
    match (negative, sign) {
        (true, _) => "-",
        (false, Some(Sign::Plus)) => "+",
        (false, Some(Sign::Space)) => " ",
        (false, _) => "",
    }
}

fn push_number(
    number: &Number<'_>,
    spec: &FormatSpec,
    whole: &Groups<'_>,
    fraction: &Groups<'_>,
    out: &mut Buffer,
) -> Result<(), NumError> {
    // Grouping happens apart from `out`, so there are two texts of the width.
    out.try_reserve(spec.width.unwrap_or(0).saturating_mul(2).saturating_add(number.digits.len()))?;
    let sign = sign_text(number.negative, spec.sign);
    let fraction = fraction.group_fraction(number.fraction);
    let point = number.decimal_point;
    let fixed = sign.len() + number.prefix.len() + point.chars().count() + fraction.len() + number.rest.len();
    let zero_fill = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
    let digits = if number.digits.is_empty() {
        Cow::Borrowed("")
    } else {
        let width = if zero_fill { spec.width.unwrap_or(0).saturating_sub(fixed) } else { 0 };
        whole.group(number.digits, width)
    };
    let (before, between, after) = padding(spec, fixed + digits.chars().count());
    out.push_repeated(spec.fill, before);
    out.push_str(sign);
    out.push_str(number.prefix);
    out.push_repeated(spec.fill, between);
    out.push_str(&digits);
    out.push_str(point);
    out.push_str(&fraction);
    out.push_body(number.rest);
    out.push_repeated(spec.fill, after);
    Ok(())
}

/// `format(text, spec)`.
///
/// # Errors
/// For specifications that strings do not have.
pub fn format_str(text: Body<'_>, spec: Body<'_>) -> Result<Buffer, FormatError> {
    let spec = FormatSpec::parse(spec, b's', Align::Left)?;
    if spec.kind != u32::from(b's') {
        return Err(FormatError::UnknownCode(spec.kind));
    }
    match spec.sign {
        Some(Sign::Space) => {
            return Err(FormatError::Value("Space not allowed in string format specifier"));
        }
        Some(_) => return Err(FormatError::Value("Sign not allowed in string format specifier")),
        None => {}
    }
    if spec.coerce_zero {
        return Err(FormatError::Value("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if spec.alternate {
        return Err(FormatError::Value("Alternate form (#) not allowed in string format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::Value("'=' alignment not allowed in string format specifier"));
    }
    let length = spec.precision.unwrap_or(usize::MAX).min(text.len());
    let text = text.slice(0, length);
    let (before, _, after) = padding(&spec, length);
    let mut out = Buffer::new();
    out.try_reserve((before + after).saturating_add(length))?;
    out.push_repeated(spec.fill, before);
    out.push_body(text);
    out.push_repeated(spec.fill, after);
    Ok(if length < text.len() { out.narrowed() } else { out })
}

/// `format(integer, spec)`. The caller enforces the limit on decimal digits.
///
/// # Errors
/// For specifications that integers do not have, characters out of range, and floats out of range.
pub fn format_int(value: Integer<'_>, spec: Body<'_>, locale: Locale<'_>) -> Result<Buffer, FormatError> {
    let spec = FormatSpec::parse(spec, b'd', Align::Right)?;
    let kind = u8::try_from(spec.kind).map_err(|_| FormatError::UnknownCode(spec.kind))?;
    let (radix, prefix) = match kind {
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            return float_by(value.to_f64()?, &spec, locale);
        }
        b'c' | b'd' | b'n' => (10, ""),
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => return Err(FormatError::UnknownCode(spec.kind)),
    };
    if spec.coerce_zero {
        return Err(FormatError::Value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if spec.precision.is_some() {
        return Err(FormatError::Value("Precision not allowed in integer format specifier"));
    }
    let mut out = Buffer::new();
    if kind == b'c' {
        push_character(value, &spec, &mut out)?;
        return Ok(out);
    }
    let mut digits = value.digits(radix);
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    let number = Number {
        negative: value.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        digits: &digits,
        decimal_point: "",
        fraction: "",
        rest: Body::Latin1(b""),
    };
    let whole = match kind {
        b'n' => Groups { separator: locale.separator, sizes: locale.grouping },
        b'd' => groups(spec.grouping, &[3]),
        _ => groups(spec.grouping, &[4]),
    };
    push_number(&number, &spec, &whole, &NO_GROUPS, &mut out)?;
    Ok(out)
}

fn push_character(value: Integer<'_>, spec: &FormatSpec, out: &mut Buffer) -> Result<(), FormatError> {
    if spec.sign.is_some() {
        return Err(FormatError::Value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(FormatError::Value("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let code = value.to_i64().ok_or(NumError::overflow("Python int too large to convert to C long"))?;
    let code = u32::try_from(code)
        .ok()
        .filter(|code| *code <= 0x10ffff)
        .ok_or(NumError::overflow("%c arg not in range(0x110000)"))?;
    let number = Number {
        negative: false,
        prefix: "",
        digits: "",
        decimal_point: "",
        fraction: "",
        rest: Body::Ucs4(&[code]),
    };
    Ok(push_number(&number, spec, &NO_GROUPS, &NO_GROUPS, out)?)
}

/// `format(float, spec)`.
///
/// # Errors
/// For specifications that floats do not have.
pub fn format_float(value: f64, spec: Body<'_>, locale: Locale<'_>) -> Result<Buffer, FormatError> {
    float_by(value, &FormatSpec::parse(spec, 0, Align::Right)?, locale)
}

/// The style and precision of a presentation type; `None` for others.
fn float_style(kind: u32, precision: Option<usize>, fraction: bool) -> Option<(FloatStyle, usize)> {
    let general = if fraction { FloatStyle::GeneralWithFraction } else { FloatStyle::General };
    let style = match u8::try_from(kind).ok()? {
        0 => return Some(precision.map_or((FloatStyle::Repr, 0), |precision| (general, precision))),
        b'e' | b'E' => FloatStyle::Exponent,
        b'f' | b'F' | b'%' => FloatStyle::Fixed,
        b'g' | b'G' | b'n' => FloatStyle::General,
        _ => return None,
    };
    Some((style, precision.unwrap_or(6)))
}

/// The largest precision that CPython's formatter takes.
const MAX_PRECISION: usize = i32::MAX as usize;

fn check_precision(spec: &FormatSpec) -> Result<(), FormatError> {
    if spec.precision.is_some_and(|precision| precision > MAX_PRECISION) {
        return Err(FormatError::Value("precision too big"));
    }
    Ok(())
}

/// Whether a text shows a negative number that was rounded to zero.
fn is_negative_zero(text: &str) -> bool {
    let digits = text.split(['e', 'E', '%']).next().unwrap_or(text);
    text.starts_with('-') && digits[1..].bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

fn float_by(mut value: f64, spec: &FormatSpec, locale: Locale<'_>) -> Result<Buffer, FormatError> {
    let (style, precision) =
        float_style(spec.kind, spec.precision, true).ok_or(FormatError::UnknownCode(spec.kind))?;
    check_precision(spec)?;
    let percent = spec.kind == u32::from(b'%');
    if percent {
        value *= 100.0;
    }
    let mut text = float::format(value, style, precision, spec.alternate);
    if percent {
        text.push('%');
    }
    let mut out = Buffer::with_capacity(text.len());
    push_float_text(text, spec, locale, spec.sign, &mut out)?;
    Ok(out)
}

/// Appends the text of a float with grouping and padding.
fn push_float_text(
    mut text: String,
    spec: &FormatSpec,
    locale: Locale<'_>,
    sign: Option<Sign>,
    out: &mut Buffer,
) -> Result<(), NumError> {
    if spec.coerce_zero && is_negative_zero(&text) {
        text.remove(0);
    }
    if matches!(u8::try_from(spec.kind), Ok(b'E' | b'F' | b'G')) {
        text.make_ascii_uppercase();
    }
    let negative = text.starts_with('-');
    let unsigned = &text[usize::from(negative)..];
    let digit_count = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = unsigned.split_at(digit_count(unsigned));
    let (point, fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let (fraction, rest) = rest.split_at(digit_count(rest));
            (".", fraction, rest)
        }
        None => ("", "", rest),
    };
    let by_locale = spec.kind == u32::from(b'n');
    let whole = if by_locale {
        Groups { separator: locale.separator, sizes: locale.grouping }
    } else {
        groups(spec.grouping, &[3])
    };
    let number = Number {
        negative,
        prefix: "",
        digits,
        decimal_point: if by_locale && !point.is_empty() { locale.decimal_point } else { point },
        fraction,
        rest: Body::Latin1(rest.as_bytes()),
    };
    let spec = FormatSpec { sign, ..*spec };
    push_number(&number, &spec, &whole, &groups(spec.fraction_grouping, &[3]), out)
}

/// `format(complex, spec)`.
///
/// # Errors
/// For specifications that complex numbers do not have.
pub fn format_complex(value: Complex, spec: Body<'_>, locale: Locale<'_>) -> Result<Buffer, FormatError> {
    let spec = FormatSpec::parse(spec, 0, Align::Right)?;
    let style = float_style(spec.kind, spec.precision, false).filter(|_| spec.kind != u32::from(b'%'));
    let (style, precision) = style.ok_or(FormatError::UnknownCode(spec.kind))?;
    check_precision(&spec)?;
    if spec.fill == u32::from(b'0') {
        return Err(FormatError::Value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::Value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let part = |part: f64| {
        if style != FloatStyle::Repr {
            return float::format(part, style, precision, spec.alternate);
        }
        let mut text = complex::part_repr(part);
        if spec.alternate && part.is_finite() && !text.contains('.') {
            text.insert(text.find('e').unwrap_or(text.len()), '.');
        }
        text
    };
    // Without a presentation type the text is that of `str`: parentheses, and no real part if it is zero.
    let plain = spec.kind == 0;
    let skip_real = plain && value.re == 0.0 && value.re.is_sign_positive();
    let parentheses = plain && !skip_real;
    let unpadded = FormatSpec { width: None, align: Align::Right, ..spec };
    let mut body = Buffer::new();
    if !skip_real {
        push_float_text(part(value.re), &unpadded, locale, spec.sign, &mut body)?;
    }
    let sign = if skip_real { spec.sign } else { Some(Sign::Plus) };
    push_float_text(part(value.im), &unpadded, locale, sign, &mut body)?;
    body.push(u32::from(b'j'));
    let (before, _, after) = padding(&spec, body.len() + if parentheses { 2 } else { 0 });
    let mut out = Buffer::new();
    out.try_reserve((before + after).saturating_add(body.len() + 2))?;
    out.push_repeated(spec.fill, before);
    if parentheses {
        out.push(u32::from(b'('));
    }
    out.push_body(body.as_body());
    if parentheses {
        out.push(u32::from(b')'));
    }
    out.push_repeated(spec.fill, after);
    Ok(out)
}
