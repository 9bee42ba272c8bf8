//! The format specification mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.
//!
//! [`FormatSpec::parse`] reads a specification with the defaults of a type; the `format_...` functions render numbers and strings by it.

mod apply;
#[cfg(test)]
mod tests;

use pyre_number::NumError;

pub use apply::{Integer, Locale, format_complex, format_float, format_int, format_str};

use crate::{Body, Buffer, unicode};

/// Where the text stands in its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: padding goes between sign and digits.
    AfterSign,
}

/// When to show a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `-`: only of negative numbers.
    Minus,
    /// `+`: always.
    Plus,
    /// A space in place of plus.
    Space,
}

/// The separator of groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `_`
    Underscore,
}

impl Separator {
    fn character(self) -> char {
        match self {
            Separator::Comma => ',',
            Separator::Underscore => '_',
        }
    }
}

/// A parsed specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The padding character.
    pub fill: u32,
    /// Alignment, given or by default.
    pub align: Align,
    /// The sign option, if given.
    pub sign: Option<Sign>,
    /// `z`: negative zero is shown as zero.
    pub coerce_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The minimum width, if given.
    pub width: Option<usize>,
    /// Grouping of the integral digits.
    pub grouping: Option<Separator>,
    /// The precision, if given.
    pub precision: Option<usize>,
    /// Grouping of the fractional digits.
    pub fraction_grouping: Option<Separator>,
    /// The presentation type, or the type's default; 0 if neither.
    pub kind: u32,
}

/// Why a specification is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// `ValueError` with this text.
    Value(&'static str),
    /// An exception from converting the number.
    Number(NumError),
    /// `ValueError`: characters are left over; the message shows the specification.
    Invalid,
    /// `ValueError`: the type has no such presentation.
    UnknownCode(u32),
    /// `ValueError`: the presentation type does not go with a separator.
    SeparatorWithCode(Separator, u32),
}

impl FormatError {
    /// The exception's message for a specification and the name of the object's type. (`Number` errors have kinds of
    /// their own; all others are `ValueError`.)
    pub fn message(&self, spec: Body<'_>, type_name: &str) -> Buffer {
        let mut out = Buffer::new();
        let show_code = |out: &mut Buffer, code: u32| {
            if (33..127).contains(&code) {
                out.push(code);
            } else {
                out.push_str(&format!("\\x{code:x}"));
            }
        };
        match *self {
            FormatError::Value(text) => out.push_str(text),
            FormatError::Number(error) => out.push_str(error.message),
            FormatError::Invalid => {
                out.push_str("Invalid format specifier '");
                out.push_body(spec);
                out.push_str(&format!("' for object of type '{type_name}'"));
            }
            FormatError::UnknownCode(code) => {
                out.push_str("Unknown format code '");
                show_code(&mut out, code);
                out.push_str(&format!("' for object of type '{type_name}'"));
            }
            FormatError::SeparatorWithCode(separator, code) => {
                out.push_str(&format!("Cannot specify '{}' with '", separator.character()));
                show_code(&mut out, code);
                out.push_str("'.");
            }
        }
        out
    }
}

impl From<NumError> for FormatError {
    fn from(error: NumError) -> Self {
        FormatError::Number(error)
    }
}

const BOTH_SEPARATORS: FormatError = FormatError::Value("Cannot specify both ',' and '_'.");

struct Cursor<'a> {
    spec: Body<'a>,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u32> {
        self.spec.get(self.at)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(u32::from(byte));
        self.at += usize::from(found);
        found
    }

    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let (value, end) = decimal_integer(self.spec, self.at)
            .ok_or(FormatError::Value("Too many decimal digits in format string"))?;
        let found = end > self.at;
        self.at = end;
        Ok(found.then_some(value))
    }

    /// Up to one separator; a second kind is refused.
    fn separator(&mut self) -> Result<Option<Separator>, FormatError> {
        let comma = self.take(b',');
        let underscore = self.take(b'_');
        if underscore && (comma || self.peek() == Some(u32::from(b','))) {
            return Err(BOTH_SEPARATORS);
        }
        Ok(if comma { Some(Separator::Comma) } else { underscore.then_some(Separator::Underscore) })
    }
}

/// The value of the decimal digits from `at` on, which may be of any script, and where they end; `None` when it does not
/// fit a signed word.
pub(crate) fn decimal_integer(text: Body<'_>, at: usize) -> Option<(usize, usize)> {
    let mut value = 0isize;
    let mut end = at;
    while let Some(digit) = text.get(end).and_then(unicode::decimal) {
        value = value.checked_mul(10)?.checked_add(digit as isize)?;
        end += 1;
    }
    Some((value as usize, end))
}

fn align_of(code: u32) -> Option<Align> {
    Some(match u8::try_from(code).ok()? {
        b'<' => Align::Left,
        b'>' => Align::Right,
        b'^' => Align::Center,
        b'=' => Align::AfterSign,
        _ => return None,
    })
}

impl FormatSpec {
    /// Parses `spec` for a type with the given default presentation type (0 for none) and alignment.
    ///
    /// # Errors
    /// For text that is no specification, and for separators that do not go with the presentation type.
    pub fn parse(spec: Body<'_>, default_kind: u8, default_align: Align) -> Result<FormatSpec, FormatError> {
        let mut cursor = Cursor { spec, at: 0 };
        let mut fill = None;
        let mut align = None;
        if let Some(found) = spec.get(1).and_then(align_of) {
            (fill, align) = (spec.get(0), Some(found));
            cursor.at = 2;
        } else if let Some(found) = spec.get(0).and_then(align_of) {
            align = Some(found);
            cursor.at = 1;
        }
        let sign = if cursor.take(b'+') {
            Some(Sign::Plus)
        } else if cursor.take(b' ') {
            Some(Sign::Space)
        } else {
            cursor.take(b'-').then_some(Sign::Minus)
        };
        let coerce_zero = cursor.take(b'z');
        let alternate = cursor.take(b'#');
        if fill.is_none() && cursor.take(b'0') {
            fill = Some(u32::from(b'0'));
            if align.is_none() && default_align == Align::Right {
                align = Some(Align::AfterSign);
            }
        }
        let width = cursor.integer()?;
        let grouping = cursor.separator()?;
        let mut precision = None;
        let mut fraction_grouping = None;
        if cursor.take(b'.') {
            precision = cursor.integer()?;
            fraction_grouping = cursor.separator()?;
            if precision.is_none() && fraction_grouping.is_none() {
                return Err(FormatError::Value("Format specifier missing precision"));
            }
        }
        let kind = match spec.len() - cursor.at {
            0 => u32::from(default_kind),
            1 => spec.at(cursor.at),
            _ => return Err(FormatError::Invalid),
        };
        let parsed = FormatSpec {
            fill: fill.unwrap_or(u32::from(b' ')),
            align: align.unwrap_or(default_align),
            sign,
            coerce_zero,
            alternate,
            width,
            grouping,
            precision,
            fraction_grouping,
            kind,
        };
        parsed.check_separators()?;
        Ok(parsed)
    }

    fn check_separators(&self) -> Result<(), FormatError> {
        let kind = u8::try_from(self.kind).unwrap_or(b'?');
        if let Some(separator) = self.grouping {
            let allowed = match kind {
                b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0 => true,
                b'b' | b'o' | b'x' | b'X' => separator == Separator::Underscore,
                _ => false,
            };
            if !allowed {
                return Err(FormatError::SeparatorWithCode(separator, self.kind));
            }
        }
        match self.fraction_grouping {
            Some(separator) if kind == b'n' => Err(FormatError::SeparatorWithCode(separator, self.kind)),
            _ => Ok(()),
        }
    }
}
