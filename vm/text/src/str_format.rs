//! Templates of `str.format`: `literal {name.attribute[item]!conversion:spec} literal`.
//!
//! [`Parser`] yields what `_string.formatter_parser` yields; [`FieldName`] is `_string.formatter_field_name_split`. Errors
//! are the texts of `ValueError`s.

use std::ops::Range;

use crate::Body;
use crate::format_spec::decimal_integer;

/// Deeper nesting of fields in specifications raises `ValueError` with [`TOO_DEEP`].
pub const MAX_DEPTH: usize = 2;
/// The text for nesting beyond [`MAX_DEPTH`].
pub const TOO_DEEP: &str = "Max string recursion exceeded";

const TOO_MANY_DIGITS: &str = "Too many decimal digits in format string";

/// A piece of a template: literal text, then perhaps a field. Ranges are of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Text to copy; doubled braces are already single.
    pub literal: Range<usize>,
    /// The replacement field behind it.
    pub field: Option<Field>,
}

/// A replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Everything before `!` and `:`.
    pub name: Range<usize>,
    /// The conversion character.
    pub conversion: Option<u32>,
    /// The format specification.
    pub spec: Range<usize>,
    /// Whether the specification has fields itself.
    pub is_nested: bool,
}

/// Splits a template into pieces.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    template: Body<'a>,
    at: usize,
}

impl<'a> Parser<'a> {
    /// A parser at the start of `template`.
    pub fn new(template: Body<'a>) -> Self {
        Parser { template, at: 0 }
    }

    fn next_code(&mut self) -> Option<u32> {
        let code = self.template.get(self.at)?;
        self.at += 1;
        Some(code)
    }

    fn piece(&mut self) -> Result<Piece, &'static str> {
        let start = self.at;
        let brace = loop {
            match self.next_code() {
                None => return Ok(Piece { literal: start..self.at, field: None }),
                Some(code @ (0x7b | 0x7d)) => break code,
                Some(_) => {}
            }
        };
        let next = self.template.get(self.at);
        if next == Some(brace) {
            // A doubled brace: the first belongs to the literal, the second is skipped.
            self.at += 1;
            return Ok(Piece { literal: start..self.at - 1, field: None });
        }
        if brace == 0x7d {
            return Err("Single '}' encountered in format string");
        }
        if next.is_none() {
            return Err("Single '{' encountered in format string");
        }
        let literal = start..self.at - 1;
        Ok(Piece { literal, field: Some(self.field()?) })
    }

    fn field(&mut self) -> Result<Field, &'static str> {
        let start = self.at;
        let end = loop {
            match self.next_code() {
                None => return Err("expected '}' before end of string"),
                Some(0x7b) => return Err("unexpected '{' in field name"),
                Some(0x5b) => {
                    // Braces and colons inside brackets belong to the item.
                    while self.template.get(self.at).is_some_and(|code| code != 0x5d) {
                        self.at += 1;
                    }
                }
                Some(code @ (0x7d | 0x3a | 0x21)) => break code,
                Some(_) => {}
            }
        };
        let name = start..self.at - 1;
        let mut field = Field { name, conversion: None, spec: self.at..self.at, is_nested: false };
        if end == 0x7d {
            return Ok(field);
        }
        if end == 0x21 {
            let conversion =
                self.next_code().ok_or("end of string while looking for conversion specifier")?;
            field.conversion = Some(conversion);
            match self.next_code() {
                Some(0x7d) => {
                    field.spec = self.at..self.at;
                    return Ok(field);
                }
                Some(0x3a) | None => {}
                Some(_) => return Err("expected ':' after conversion specifier"),
            }
        }
        let spec = self.at;
        let mut depth = 1;
        loop {
            match self.next_code().ok_or("unmatched '{' in format spec")? {
                0x7b => {
                    field.is_nested = true;
                    depth += 1;
                }
                0x7d => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = spec..self.at - 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Iterator for Parser<'_> {
    type Item = Result<Piece, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.at < self.template.len()).then(|| self.piece())
    }
}

/// The first part of a field name, or an item in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Nothing: the next positional argument.
    Empty,
    /// Decimal digits: a position.
    Index(usize),
    /// A name or key; the range is of the body that was split.
    Name(Range<usize>),
}

/// A step from an object to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// `.name`
    Attribute(Range<usize>),
    /// `[key]`
    Item(Key),
}

fn key(body: Body<'_>, range: Range<usize>) -> Result<Key, &'static str> {
    if range.is_empty() {
        return Ok(Key::Empty);
    }
    let (value, end) = decimal_integer(body.slice(0, range.end), range.start).ok_or(TOO_MANY_DIGITS)?;
    Ok(if end == range.end { Key::Index(value) } else { Key::Name(range) })
}

/// A field name, split: its first part, then an iterator over the accesses.
#[derive(Clone, Debug)]
pub struct FieldName<'a> {
    body: Body<'a>,
    at: usize,
}

impl<'a> FieldName<'a> {
    /// Splits off the first part of a field name.
    ///
    /// # Errors
    /// When the first part is a number that does not fit a word.
    pub fn split(body: Body<'a>) -> Result<(Key, FieldName<'a>), &'static str> {
        let end = body.iter().position(|code| matches!(code, 0x2e | 0x5b)).unwrap_or(body.len());
        Ok((key(body, 0..end)?, FieldName { body, at: end }))
    }

    fn access(&mut self) -> Result<Access, &'static str> {
        const EMPTY: &str = "Empty attribute in format string";
        let start = self.at + 1;
        let rest = self.body.slice(start, self.body.len());
        match self.body.at(self.at) {
            0x2e => {
                let length = rest.iter().position(|code| matches!(code, 0x2e | 0x5b)).unwrap_or(rest.len());
                self.at = start + length;
                if length == 0 { Err(EMPTY) } else { Ok(Access::Attribute(start..self.at)) }
            }
            0x5b => {
                let length =
                    rest.iter().position(|code| code == 0x5d).ok_or("Missing ']' in format string")?;
                self.at = start + length + 1;
                match key(self.body, start..start + length)? {
                    Key::Empty => Err(EMPTY),
                    key => Ok(Access::Item(key)),
                }
            }
            _ => Err("Only '.' or '[' may follow ']' in format field specifier"),
        }
    }
}

impl Iterator for FieldName<'_> {
    type Item = Result<Access, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.at < self.body.len()).then(|| self.access())
    }
}

/// Numbers the fields without a name, and refuses mixing them with numbered ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AutoNumber {
    next: usize,
    manual: bool,
}

impl AutoNumber {
    /// The position for a field without a name.
    ///
    /// # Errors
    /// After a numbered field.
    pub fn automatic(&mut self) -> Result<usize, &'static str> {
        if self.manual {
            return Err("cannot switch from manual field specification to automatic field numbering");
        }
        self.next += 1;
        Ok(self.next - 1)
    }

    /// Notes a numbered field.
    ///
    /// # Errors
    /// After a field without a name.
    pub fn manual(&mut self) -> Result<(), &'static str> {
        if self.next > 0 {
            return Err("cannot switch from automatic field numbering to manual field specification");
        }
        self.manual = true;
        Ok(())
    }
}

/// The text of the `ValueError` for a conversion that is not `r`, `s` or `a`.
pub fn unknown_conversion(conversion: u32) -> String {
    match char::from_u32(conversion) {
        Some(c) if ('!'..='~').contains(&c) => format!("Unknown conversion specifier {c}"),
        _ => format!("Unknown conversion specifier \\x{conversion:x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Buffer;

    fn parse(template: &str) -> String {
        let buffer = Buffer::from(template);
        let body = buffer.as_body();
        let text = |range: &Range<usize>| body.slice(range.start, range.end).to_utf8().expect("text");
        let pieces: Result<Vec<String>, &str> = Parser::new(body)
            .map(|piece| {
                let piece = piece?;
                let literal = text(&piece.literal);
                Ok(match piece.field {
                    None => literal,
                    Some(field) => format!(
                        "{literal}<{}|{}|{}>",
                        text(&field.name),
                        field.conversion.and_then(char::from_u32).map_or(String::new(), |c| c.to_string()),
                        text(&field.spec)
                    ),
                })
            })
            .collect();
        pieces.map_or_else(str::to_owned, |pieces| pieces.join(" "))
    }

    #[test]
    fn templates_are_split_as_in_cpython() {
        for (template, expected) in [
            ("", ""),
            ("{}", "<||>"),
            ("{!r}", "<|r|>"),
            ("{:{}}", "<||{}>"),
            ("{a[}]}", "<a[}]||>"),
            ("{0[1].x!s:>{w}}tail", "<0[1].x|s|>{w}> tail"),
            ("{!:}", "<|:|>"),
            ("{a:b}c{{d}}", "<a||b> c{ d}"),
            ("{a:}}}", "<a||> }"),
            ("{", "Single '{' encountered in format string"),
            ("}", "Single '}' encountered in format string"),
            ("{}}", "Single '}' encountered in format string"),
            ("{{}", "Single '}' encountered in format string"),
            ("a{b", "expected '}' before end of string"),
            ("{!", "end of string while looking for conversion specifier"),
            ("{!r", "unmatched '{' in format spec"),
            ("{!}", "unmatched '{' in format spec"),
            ("{!rx}", "expected ':' after conversion specifier"),
            ("{!r:", "unmatched '{' in format spec"),
            ("{:{}", "unmatched '{' in format spec"),
            ("{a{}", "unexpected '{' in field name"),
            ("{a[}", "expected '}' before end of string"),
        ] {
            assert_eq!(parse(template), expected, "{template}");
        }
    }

    #[test]
    fn field_names_are_split_as_in_cpython() {
        let split = |name: &str| -> Result<(Key, Vec<Access>), &'static str> {
            let buffer = Buffer::from(name);
            let (first, rest) = FieldName::split(buffer.as_body())?;
            Ok((first, rest.collect::<Result<_, _>>()?))
        };
        let item = |key| Access::Item(key);
        assert_eq!(
            split("a.b[c]"),
            Ok((Key::Name(0..1), vec![Access::Attribute(2..3), item(Key::Name(4..5))]))
        );
        assert_eq!(split("0[1].x"), Ok((Key::Index(0), vec![item(Key::Index(1)), Access::Attribute(5..6)])));
        assert_eq!(split("٣[-1]"), Ok((Key::Index(3), vec![item(Key::Name(2..4))])));
        assert_eq!(split(".a"), Ok((Key::Empty, vec![Access::Attribute(1..2)])));
        assert_eq!(split("a]b"), Ok((Key::Name(0..3), vec![])));
        assert_eq!(split("a["), Err("Missing ']' in format string"));
        assert_eq!(split("a[]"), Err("Empty attribute in format string"));
        assert_eq!(split("a."), Err("Empty attribute in format string"));
        assert_eq!(split("a[b]c"), Err("Only '.' or '[' may follow ']' in format field specifier"));
        assert_eq!(split("99999999999999999999"), Err(TOO_MANY_DIGITS));
    }

    #[test]
    fn numbering_does_not_mix() {
        let mut numbers = AutoNumber::default();
        assert_eq!((numbers.automatic(), numbers.automatic()), (Ok(0), Ok(1)));
        assert!(numbers.manual().is_err());
        let mut numbers = AutoNumber::default();
        assert_eq!(numbers.manual(), Ok(()));
        assert!(numbers.automatic().is_err());
        assert_eq!(unknown_conversion(0xe9), "Unknown conversion specifier \\xe9");
        assert_eq!(unknown_conversion(0x7a), "Unknown conversion specifier z");
    }
}
