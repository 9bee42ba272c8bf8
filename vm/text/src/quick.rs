//! Formatting without memory of its own, for what most programs format: `{n}`, `{n:>8}`, `{x:.3f}`, `{s:<10}`, `%5d`.
//!
//! What is not of this kind is left to [`crate::format_spec`] and [`crate::percent`], whose results these are: everything
//! here answers with `None` or `false` rather than differ.

use crate::format_spec::Align;
use pyre_number::float::fixed_parts;

/// The longest text of a [`Line`].
pub const ROOM: usize = 120;
/// Wider fields are not of the common kind.
const MAX_WIDTH: usize = 64;
/// As many digits after the point [`fixed_parts`] can have.
const MAX_PRECISION: usize = 17;

/// A short Latin-1 text on the native stack.
pub struct Line {
    bytes: [u8; ROOM],
    len: usize,
}

impl Default for Line {
    fn default() -> Line {
        Line::new()
    }
}

impl Line {
    /// Empty.
    #[inline]
    pub const fn new() -> Line {
        Line { bytes: [0; ROOM], len: 0 }
    }

    /// The text.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    #[inline]
    fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    #[inline]
    fn pad(&mut self, fill: u8, n: usize) {
        self.bytes[self.len..self.len + n].fill(fill);
        self.len += n;
    }

    /// Appends an integer.
    #[inline]
    pub fn push_int(&mut self, value: i64) {
        let mut digits = Digits::new();
        digits.decimal(value.unsigned_abs(), 1);
        if value < 0 {
            digits.prepend(b'-');
        }
        self.push(digits.as_bytes());
    }
}

/// Digits, written from the right.
struct Digits {
    bytes: [u8; 48],
    start: usize,
}

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

impl Digits {
    #[inline]
    fn new() -> Digits {
        Digits { bytes: [0; 48], start: 48 }
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    #[inline]
    fn prepend(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    /// At least `count` decimal digits in front of what there is.
    #[inline]
    fn decimal(&mut self, mut value: u64, count: usize) {
        let end = self.start;
        while value >= 100 {
            let pair = PAIRS[(value % 100) as usize];
            value /= 100;
            self.start -= 2;
            self.bytes[self.start..self.start + 2].copy_from_slice(&pair);
        }
        if value >= 10 {
            self.start -= 2;
            self.bytes[self.start..self.start + 2].copy_from_slice(&PAIRS[value as usize]);
        } else if value > 0 {
            self.prepend(b'0' + value as u8);
        }
        while end - self.start < count {
            self.prepend(b'0');
        }
    }

    fn hexadecimal(&mut self, mut value: u64) {
        loop {
            self.prepend(b"0123456789abcdef"[(value & 15) as usize]);
            value >>= 4;
            if value == 0 {
                return;
            }
        }
    }

    /// `places` digits after the point; false if the value is not of the common kind.
    fn fixed(&mut self, magnitude: f64, places: usize) -> bool {
        let Some((whole, fraction)) = fixed_parts(magnitude, places) else { return false };
        if places > 0 {
            self.decimal(fraction, places);
            self.prepend(b'.');
        }
        self.decimal(whole, 1);
        true
    }
}

/// A specification `[[fill]align][0][width][.precision][type]`.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    fill: u8,
    align: Option<Align>,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    kind: u8,
}

fn align_of(byte: u8) -> Option<Align> {
    Some(match byte {
        b'<' => Align::Left,
        b'>' => Align::Right,
        b'^' => Align::Center,
        b'=' => Align::AfterSign,
        _ => return None,
    })
}

/// A number below 1000, and what follows.
#[inline]
fn number(mut bytes: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let mut value = None;
    while let [digit @ b'0'..=b'9', rest @ ..] = bytes {
        value = Some(value.unwrap_or(0) * 10 + usize::from(digit - b'0'));
        if value > Some(999) {
            return None;
        }
        bytes = rest;
    }
    Some((value, bytes))
}

impl Spec {
    /// Reads a specification of the common kind.
    #[inline]
    pub fn parse(spec: &[u8]) -> Option<Spec> {
        let mut rest = spec;
        let (mut fill, mut align, mut zero) = (None, None, false);
        match spec {
            [f @ 0..0x80, a, after @ ..] if align_of(*a).is_some() => {
                (fill, align, rest) = (Some(*f), align_of(*a), after);
            }
            [a, after @ ..] if align_of(*a).is_some() => (align, rest) = (align_of(*a), after),
            _ => {}
        }
        if fill.is_none()
            && let [b'0', after @ ..] = rest
        {
            (zero, rest) = (true, after);
        }
        let (width, after) = number(rest)?;
        let (precision, after) = match after {
            [b'.', b'0'..=b'9', ..] => number(&after[1..])?,
            _ => (None, after),
        };
        let kind = match after {
            [] => 0,
            [kind @ (b'd' | b'f' | b's' | b'x')] => *kind,
            _ => return None,
        };
        let width = width.unwrap_or(0);
        if width > MAX_WIDTH || precision.is_some_and(|p| p > MAX_PRECISION) {
            return None;
        }
        let fill = fill.unwrap_or(if zero { b'0' } else { b' ' });
        Some(Spec { fill, align, zero, width, precision, kind })
    }

    /// Appends a number's sign and digits.
    #[inline]
    fn push_number(&self, negative: bool, digits: &[u8], out: &mut Line) {
        let sign = if negative { &b"-"[..] } else { b"" };
        let missing = self.width.saturating_sub(sign.len() + digits.len());
        let by_default = if self.zero { Align::AfterSign } else { Align::Right };
        let (before, between, after) = match self.align.unwrap_or(by_default) {
            Align::Left => (0, 0, missing),
            Align::Right => (missing, 0, 0),
            Align::Center => (missing / 2, 0, missing - missing / 2),
            Align::AfterSign => (0, missing, 0),
        };
        out.pad(self.fill, before);
        out.push(sign);
        out.pad(self.fill, between);
        out.push(digits);
        out.pad(self.fill, after);
    }

    /// Appends `format(value, spec)`; false (and nothing appended) if that is not of the common kind.
    #[inline]
    pub fn int(&self, value: i64, out: &mut Line) -> bool {
        let mut digits = Digits::new();
        match (self.kind, self.precision) {
            (0 | b'd', None) => digits.decimal(value.unsigned_abs(), 1),
            (b'x', None) => digits.hexadecimal(value.unsigned_abs()),
            _ => return false,
        }
        self.push_number(value < 0, digits.as_bytes(), out);
        true
    }

    /// As [`Self::int`], for a float.
    #[inline]
    pub fn float(&self, value: f64, out: &mut Line) -> bool {
        let mut digits = Digits::new();
        if self.kind != b'f' || !digits.fixed(value.abs(), self.precision.unwrap_or(6)) {
            return false;
        }
        self.push_number(value.is_sign_negative(), digits.as_bytes(), out);
        true
    }

    /// As [`Self::int`], for a text.
    #[inline]
    pub fn text(&self, text: &[u8], out: &mut Line) -> bool {
        if !matches!(self.kind, 0 | b's') || text.len() > ROOM - MAX_WIDTH {
            return false;
        }
        let text = &text[..self.precision.unwrap_or(usize::MAX).min(text.len())];
        let missing = self.width.saturating_sub(text.len());
        let (before, after) = match self.align.unwrap_or(Align::Left) {
            Align::Left => (0, missing),
            Align::Right => (missing, 0),
            Align::Center => (missing / 2, missing - missing / 2),
            Align::AfterSign => return false,
        };
        out.pad(self.fill, before);
        out.push(text);
        out.pad(self.fill, after);
        true
    }
}

/// How `%` lays a number out, as far as it is of the common kind.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// `-`
    pub left: bool,
    /// `0`
    pub zero: bool,
    /// The minimum width.
    pub width: usize,
}

impl Field {
    fn spec(self) -> Option<Spec> {
        let zero = self.zero && !self.left;
        let align = if self.left { Some(Align::Left) } else { None };
        let fill = if zero { b'0' } else { b' ' };
        (self.width <= MAX_WIDTH).then_some(Spec {
            fill,
            align,
            zero,
            width: self.width,
            precision: None,
            kind: 0,
        })
    }

    /// Appends `%d` of a value; false if that is not of the common kind.
    #[inline]
    pub fn int(self, value: i64, out: &mut Line) -> bool {
        self.spec().is_some_and(|s| s.int(value, out))
    }

    /// Appends `%.nf` of a value; false if that is not of the common kind.
    #[inline]
    pub fn float(self, value: f64, precision: usize, out: &mut Line) -> bool {
        let precision = Some(precision);
        precision <= Some(MAX_PRECISION)
            && self.spec().is_some_and(|s| Spec { kind: b'f', precision, ..s }.float(value, out))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Buffer;
    use crate::format_spec::{self, Integer, Locale};

    fn spec() -> impl Strategy<Value = String> {
        "([ *0a]?[<>^=])?0?[0-9]{0,2}(\\.[0-9]{1,2})?[dfsx]?"
    }

    proptest! {
        #[test]
        fn what_is_quick_is_what_formatting_gives(
            spec in spec(), i in any::<i64>(), small in -2000i64..2000, f in any::<f64>(), text in "[a-z]{0,20}",
        ) {
            let Some(quick) = Spec::parse(spec.as_bytes()) else { return Ok(()) };
            let slow = Buffer::from(spec.as_str());
            let body = slow.as_body();
            for i in [i >> 2, small] {
                let mut line = Line::new();
                if quick.int(i, &mut line) {
                    let wanted = format_spec::format_int(Integer::Small(i), body, Locale::C).expect("valid");
                    prop_assert_eq!(Buffer::Latin1(line.as_bytes().to_vec()), wanted);
                }
            }
            for f in [f, small as f64 / 8.0, small as f64 / 7.0, small as f64 * 1e9 + 0.5, small as f64 * 1e-9] {
                let mut line = Line::new();
                if quick.float(f, &mut line) {
                    let wanted = format_spec::format_float(f, body, Locale::C).expect("valid");
                    prop_assert_eq!(Buffer::Latin1(line.as_bytes().to_vec()), wanted);
                }
            }
            let mut line = Line::new();
            if quick.text(text.as_bytes(), &mut line) {
                let text = Buffer::from(text.as_str());
                let wanted = format_spec::format_str(text.as_body(), body).expect("valid");
                prop_assert_eq!(Buffer::Latin1(line.as_bytes().to_vec()), wanted);
            }
        }

        #[test]
        fn integers_are_written_in_full(i in any::<i64>()) {
            let mut line = Line::new();
            line.push_int(i);
            prop_assert_eq!(line.as_bytes().to_vec(), i.to_string().into_bytes());
        }
    }
}
