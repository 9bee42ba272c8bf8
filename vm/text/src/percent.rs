//! Printf-style formatting of `str` and `bytes`: the parser of templates and the rendering of numbers and strings.
//!
//! The caller walks the pieces of a [`Parser`], fetches arguments (for a `*` before the value itself) and renders them.

use std::ops::Range;

use pyre_number::NumError;
use pyre_number::float::{self, FloatStyle};

use crate::format_spec::Integer;
use crate::quick::{Field, Line};
use crate::{Body, Buffer};

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Given by digits.
    Fixed(usize),
    /// `*`: the next argument.
    Argument,
}

/// A conversion specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The mapping key, a range of the template.
    pub key: Option<Range<usize>>,
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The minimum width.
    pub width: Option<Amount>,
    /// The precision.
    pub precision: Option<Amount>,
    /// The conversion type; whether it exists is for the caller to find out after fetching the argument.
    pub kind: u32,
    /// Where the conversion type stands, for the message about an unknown one.
    pub kind_at: usize,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text to copy, a range of the template.
    Literal(Range<usize>),
    /// A value to render.
    Conversion(Conversion),
}

/// Why a template is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentError {
    /// `TypeError("format requires a mapping")`
    NeedsMapping,
    /// `ValueError("incomplete format key")`
    IncompleteKey,
    /// `ValueError("incomplete format")`
    Incomplete,
    /// `ValueError("width too big")`
    WidthTooBig,
    /// `ValueError("precision too big")` for strings, `"prec too big"` for bytes.
    PrecisionTooBig,
}

impl PercentError {
    /// The exception's message.
    pub fn message(self, is_bytes: bool) -> &'static str {
        match self {
            PercentError::NeedsMapping => "format requires a mapping",
            PercentError::IncompleteKey => "incomplete format key",
            PercentError::Incomplete => "incomplete format",
            PercentError::WidthTooBig => "width too big",
            PercentError::PrecisionTooBig if is_bytes => "prec too big",
            PercentError::PrecisionTooBig => "precision too big",
        }
    }
}

/// The text of the `ValueError` for a conversion type that does not exist.
pub fn unsupported(conversion: &Conversion) -> String {
    let kind = conversion.kind;
    let shown = char::from_u32(kind).filter(|c| (' '..='~').contains(c)).unwrap_or('?');
    format!("unsupported format character '{shown}' ({kind:#x}) at index {}", conversion.kind_at)
}

/// Splits a template into pieces.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    template: Body<'a>,
    at: usize,
    has_mapping: bool,
}

impl<'a> Parser<'a> {
    /// A parser at the start of `template`; `has_mapping` tells whether the argument is a mapping.
    pub fn new(template: Body<'a>, has_mapping: bool) -> Self {
        Parser { template, at: 0, has_mapping }
    }

    fn piece(&mut self) -> Result<Piece, PercentError> {
        let start = self.at;
        let rest = self.template.slice(start, self.template.len());
        let length = crate::search::find_code(rest, u32::from(b'%')).unwrap_or(rest.len());
        if length > 0 {
            self.at += length;
            return Ok(Piece::Literal(start..self.at));
        }
        self.at += 1;
        if self.template.get(self.at) == Some(u32::from(b'%')) {
            self.at += 1;
            return Ok(Piece::Literal(self.at - 1..self.at));
        }
        self.conversion().map(Piece::Conversion)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.template.get(self.at) == Some(u32::from(byte));
        self.at += usize::from(found);
        found
    }

    fn conversion(&mut self) -> Result<Conversion, PercentError> {
        let mut found = Conversion {
            key: None,
            left: false,
            plus: false,
            blank: false,
            alternate: false,
            zero: false,
            width: None,
            precision: None,
            kind: 0,
            kind_at: 0,
        };
        if self.take(b'(') {
            found.key = Some(self.key()?);
        }
        loop {
            match self.template.get(self.at) {
                Some(0x2d) => found.left = true,
                Some(0x2b) => found.plus = true,
                Some(0x20) => found.blank = true,
                Some(0x23) => found.alternate = true,
                Some(0x30) => found.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        found.width = self.amount(isize::MAX as usize).ok_or(PercentError::WidthTooBig)?;
        if self.take(b'.') {
            let amount = self.amount(i32::MAX as usize).ok_or(PercentError::PrecisionTooBig)?;
            found.precision = Some(amount.unwrap_or(Amount::Fixed(0)));
        }
        // One length modifier is ignored.
        let _ = self.take(b'h') || self.take(b'l') || self.take(b'L');
        found.kind = self.template.get(self.at).ok_or(PercentError::Incomplete)?;
        found.kind_at = self.at;
        self.at += 1;
        Ok(found)
    }

    /// A key up to the matching parenthesis.
    fn key(&mut self) -> Result<Range<usize>, PercentError> {
        if !self.has_mapping {
            return Err(PercentError::NeedsMapping);
        }
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            match self.template.get(self.at).ok_or(PercentError::IncompleteKey)? {
                0x28 => depth += 1,
                0x29 => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Ok(start..self.at - 1)
    }

    /// A star or ASCII digits; `None` for a number above `limit`.
    fn amount(&mut self, limit: usize) -> Option<Option<Amount>> {
        if self.take(b'*') {
            return Some(Some(Amount::Argument));
        }
        let mut value = None;
        while let Some(code @ 0x30..=0x39) = self.template.get(self.at) {
            let digit = (code - 0x30) as usize;
            let next = value.unwrap_or(0usize).checked_mul(10)?.checked_add(digit)?;
            if next > limit {
                return None;
            }
            value = Some(next);
            self.at += 1;
        }
        Some(value.map(Amount::Fixed))
    }
}

impl Iterator for Parser<'_> {
    type Item = Result<Piece, PercentError>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.at < self.template.len()).then(|| self.piece())
    }
}

/// A conversion with its width and precision known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Left-justified.
    pub left: bool,
    /// A plus sign for numbers that are not negative.
    pub plus: bool,
    /// A space for numbers that are not negative.
    pub blank: bool,
    /// The alternate form.
    pub alternate: bool,
    /// Zeros instead of spaces before numbers.
    pub zero: bool,
    /// The minimum width.
    pub width: usize,
    /// The precision.
    pub precision: Option<usize>,
}

impl Layout {
    /// The layout of `conversion`; `width` and `precision` are the arguments for its stars, in that order, and ignored
    /// where it has none. A negative width means left-justified, a negative precision 0.
    pub fn new(conversion: &Conversion, width: i64, precision: i64) -> Layout {
        let mut layout = Layout {
            left: conversion.left,
            plus: conversion.plus,
            blank: conversion.blank,
            alternate: conversion.alternate,
            zero: conversion.zero,
            width: 0,
            precision: None,
        };
        match conversion.width {
            Some(Amount::Fixed(width)) => layout.width = width,
            Some(Amount::Argument) => {
                layout.left |= width < 0;
                layout.width = width.unsigned_abs() as usize;
            }
            None => {}
        }
        layout.precision = conversion.precision.map(|amount| match amount {
            Amount::Fixed(precision) => precision,
            Amount::Argument => usize::try_from(precision).unwrap_or(0),
        });
        layout
    }

    /// The layout, if it asks for nothing but a width.
    #[inline]
    fn common(&self) -> Option<Field> {
        let plain = !(self.plus || self.blank || self.alternate);
        plain.then_some(Field { left: self.left, zero: self.zero, width: self.width })
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.blank) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    fn push_number(
        &self,
        negative: bool,
        prefix: &str,
        digits: &str,
        out: &mut Buffer,
    ) -> Result<(), NumError> {
        out.try_reserve(self.width.saturating_add(digits.len()))?;
        let sign = self.sign(negative);
        let missing = self.width.saturating_sub(sign.len() + prefix.len() + digits.len());
        let zero_fill = self.zero && !self.left;
        if !self.left && !zero_fill {
            out.push_repeated(u32::from(b' '), missing);
        }
        out.push_str(sign);
        out.push_str(prefix);
        if zero_fill {
            out.push_repeated(u32::from(b'0'), missing);
        }
        out.push_str(digits);
        if self.left {
            out.push_repeated(u32::from(b' '), missing);
        }
        Ok(())
    }
}

/// Appends an integer for the conversion types `d`, `i`, `u`, `o`, `x` and `X` (others are taken for `d`). The caller
/// enforces the limit on decimal digits.
///
/// # Errors
/// `MemoryError` for widths beyond the memory.
pub fn push_int(value: Integer<'_>, kind: u8, layout: &Layout, out: &mut Buffer) -> Result<(), NumError> {
    if let (Integer::Small(value), Some(field)) = (value, layout.common())
        && layout.precision.is_none()
        && !matches!(kind, b'o' | b'x' | b'X')
    {
        let mut line = Line::new();
        if field.int(value, &mut line) {
            out.push_latin1(line.as_bytes());
            return Ok(());
        }
    }
    let (radix, prefix) = match kind {
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    // The precision pads in a text of its own.
    out.try_reserve(layout.precision.unwrap_or(0).saturating_mul(2))?;
    let mut digits = value.digits(radix);
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    let missing = layout.precision.unwrap_or(0).saturating_sub(digits.len());
    if missing > 0 {
        digits.insert_str(0, &"0".repeat(missing));
    }
    layout.push_number(value.is_negative(), if layout.alternate { prefix } else { "" }, &digits, out)
}

/// Appends a float for the conversion types `e`, `E`, `f`, `F`, `g` and `G`.
///
/// # Errors
/// `MemoryError` for widths beyond the memory.
pub fn push_float(value: f64, kind: u8, layout: &Layout, out: &mut Buffer) -> Result<(), NumError> {
    if let (b'f', Some(field)) = (kind, layout.common()) {
        let mut line = Line::new();
        if field.float(value, layout.precision.unwrap_or(6), &mut line) {
            out.push_latin1(line.as_bytes());
            return Ok(());
        }
    }
    let style = match kind.to_ascii_lowercase() {
        b'e' => FloatStyle::Exponent,
        b'f' => FloatStyle::Fixed,
        _ => FloatStyle::General,
    };
    let mut text = float::format(value, style, layout.precision.unwrap_or(6), layout.alternate);
    if kind.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    let unsigned = text.strip_prefix('-');
    layout.push_number(unsigned.is_some(), "", unsigned.unwrap_or(&text), out)
}

/// Appends a string, cut to the precision, for the conversion types `s`, `r`, `a` and `b`; `c` passes a layout without
/// precision.
///
/// # Errors
/// `MemoryError` for widths beyond the memory.
pub fn push_text(text: Body<'_>, layout: &Layout, out: &mut Buffer) -> Result<(), NumError> {
    if layout.width == 0 && layout.precision.is_none() {
        out.push_body(text);
        return Ok(());
    }
    let text = text.slice(0, layout.precision.unwrap_or(usize::MAX).min(text.len()));
    let missing = layout.width.saturating_sub(text.len());
    out.try_reserve(missing.saturating_add(text.len()))?;
    if !layout.left {
        out.push_repeated(u32::from(b' '), missing);
    }
    out.push_body(text);
    if layout.left {
        out.push_repeated(u32::from(b' '), missing);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Value {
        Int(i64),
        Float(f64),
        Text(&'static str),
    }
    use Value::{Float, Int, Text};

    fn render(template: &str, value: &Value) -> String {
        let buffer = Buffer::from(template);
        let body = buffer.as_body();
        let mut out = Buffer::new();
        for piece in Parser::new(body, true) {
            match piece {
                Err(error) => return error.message(false).to_owned(),
                Ok(Piece::Literal(range)) => out.push_body(body.slice(range.start, range.end)),
                Ok(Piece::Conversion(conversion)) => {
                    let layout = Layout::new(&conversion, -5, -1);
                    let kind = conversion.kind as u8;
                    match (value, kind) {
                        (Int(value), b'd' | b'x' | b'X' | b'o' | b'i' | b'u') => {
                            push_int(Integer::Small(*value), kind, &layout, &mut out).expect("memory");
                        }
                        (Float(value), b'e' | b'E' | b'f' | b'F' | b'g' | b'G') => {
                            push_float(*value, kind, &layout, &mut out).expect("memory");
                        }
                        (Text(text), b's') => {
                            push_text(Buffer::from(*text).as_body(), &layout, &mut out).expect("memory")
                        }
                        _ => return unsupported(&conversion),
                    }
                }
            }
        }
        out.as_body().to_utf8().expect("text")
    }

    #[test]
    fn templates_are_rendered_as_in_cpython() {
        for (template, value, expected) in [
            ("%-05d", Int(3), "3    "),
            ("%05d", Int(-3), "-0003"),
            ("%+d", Int(3), "+3"),
            ("% d", Int(3), " 3"),
            ("%+ d", Int(3), "+3"),
            ("%#x", Int(255), "0xff"),
            ("%#X", Int(255), "0XFF"),
            ("%#o", Int(8), "0o10"),
            ("%#08x", Int(255), "0x0000ff"),
            ("%#-8x|", Int(255), "0xff    |"),
            ("%#.5x", Int(255), "0x000ff"),
            ("%.5d", Int(-3), "-00003"),
            ("%08.5d", Int(-3), "-0000003"),
            ("%#8.3x", Int(255), "   0x0ff"),
            ("%#10x", Int(-255), "     -0xff"),
            ("%ld", Int(5), "5"),
            ("%-+6d|", Int(5), "+5    |"),
            ("%0+6d|", Int(5), "+00005|"),
            ("100%%|%d", Int(1), "100%|1"),
            ("%08.3f", Float(3.25159), "0003.252"),
            ("%-8.3f|", Float(3.25159), "3.252   |"),
            ("%+.3e", Float(12345.678), "+1.235e+04"),
            ("%G", Float(1e-10), "1E-10"),
            ("%F", Float(f64::INFINITY), "INF"),
            ("%05f", Float(f64::INFINITY), "00inf"),
            ("%#.0f", Float(2.5), "2."),
            ("%.*f", Float(1.5), "2"),
            ("%.f", Float(1.5), "2"),
            ("%-5s|", Text("a"), "a    |"),
            ("%.2s", Text("abc"), "ab"),
            ("%05s", Text("é€"), "   é€"),
            ("%*s|", Text("a"), "a    |"),
            ("%(a(b)c)s", Text("x"), "x"),
            ("%hhd", Int(5), "unsupported format character 'h' (0x68) at index 2"),
            ("%€", Int(5), "unsupported format character '?' (0x20ac) at index 1"),
            ("%5%", Int(5), "unsupported format character '%' (0x25) at index 2"),
            ("%.-5d", Int(5), "unsupported format character '-' (0x2d) at index 2"),
            ("%", Int(5), "incomplete format"),
            ("%l", Int(5), "incomplete format"),
            ("%(a", Int(5), "incomplete format key"),
            ("%.2147483648d", Int(5), "precision too big"),
            ("%99999999999999999999d", Int(5), "width too big"),
        ] {
            assert_eq!(render(template, &value), expected, "{template}");
        }
    }

    #[test]
    fn a_key_needs_a_mapping() {
        let template = Buffer::from("%(a)s");
        let piece = Parser::new(template.as_body(), false).next();
        assert_eq!(piece, Some(Err(PercentError::NeedsMapping)));
    }
}
