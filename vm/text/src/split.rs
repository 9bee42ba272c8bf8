//! `split`, `rsplit`, `splitlines`, `strip` and `expandtabs`: ranges of the pieces, for strings and for bytes.
//!
//! Strings separate at Unicode whitespace and line boundaries, bytes at ASCII ones; [`Flavor`] says which.

use std::ops::Range;

use crate::{Body, Buffer, Unit, classify, search, unicode, with_units};

/// Whose rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// `str`.
    Text,
    /// `bytes` and `bytearray`; the body is [`Body::Latin1`].
    Bytes,
}

/// Whitespace of strings below U+0100.
const LATIN1_SPACE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte, 0x09..=0x0d | 0x1c..=0x20 | 0x85 | 0xa0);
        byte += 1;
    }
    table
};

impl Flavor {
    /// Whether `code` is whitespace.
    #[inline]
    pub fn is_space(self, code: u32) -> bool {
        match self {
            Flavor::Bytes => classify::is_byte_space(code as u8),
            Flavor::Text if code < 256 => LATIN1_SPACE[code as usize],
            Flavor::Text => unicode::is_space(code),
        }
    }

    /// Whether `code` ends a line.
    #[inline]
    pub fn is_line_break(self, code: u32) -> bool {
        match self {
            Flavor::Bytes => matches!(code, 0x0a | 0x0d),
            Flavor::Text => classify::is_line_break(code),
        }
    }
}

/// The pieces between runs of whitespace, with at most `limit` splits from the left.
pub fn split_whitespace(body: Body<'_>, flavor: Flavor, limit: usize) -> Vec<Range<usize>> {
    with_units!(body, units => split_space(units, flavor, limit))
}

fn split_space<U: Unit>(units: &[U], flavor: Flavor, limit: usize) -> Vec<Range<usize>> {
    let space = |unit: &U| flavor.is_space(unit.code());
    let mut pieces = Vec::new();
    let mut at = 0;
    loop {
        at += units[at..].iter().take_while(|unit| space(unit)).count();
        if at == units.len() {
            return pieces;
        }
        if pieces.len() == limit {
            // The rest keeps the whitespace inside and at its end.
            pieces.push(at..units.len());
            return pieces;
        }
        let length = units[at..].iter().take_while(|unit| !space(unit)).count();
        pieces.push(at..at + length);
        at += length;
    }
}

/// The pieces between runs of whitespace, with at most `limit` splits from the right; in order of the text.
pub fn rsplit_whitespace(body: Body<'_>, flavor: Flavor, limit: usize) -> Vec<Range<usize>> {
    with_units!(body, units => rsplit_space(units, flavor, limit))
}

fn rsplit_space<U: Unit>(units: &[U], flavor: Flavor, limit: usize) -> Vec<Range<usize>> {
    let space = |unit: &U| flavor.is_space(unit.code());
    let mut pieces = Vec::new();
    let mut end = units.len();
    loop {
        end -= units[..end].iter().rev().take_while(|unit| space(unit)).count();
        if end == 0 {
            break;
        }
        if pieces.len() == limit {
            // What is left keeps the whitespace at its start.
            pieces.push(0..end);
            break;
        }
        let length = units[..end].iter().rev().take_while(|unit| !space(unit)).count();
        pieces.push(end - length..end);
        end -= length;
    }
    pieces.reverse();
    pieces
}

/// The pieces between occurrences of a separator that is not empty, with at most `limit` splits from the left.
pub fn split_on(body: Body<'_>, separator: Body<'_>, limit: usize) -> Vec<Range<usize>> {
    let found = search::positions(body, separator, limit);
    pieces_between(body.len(), separator.len(), found)
}

/// The pieces between occurrences of a separator that is not empty, with at most `limit` splits from the right; in
/// order of the text.
pub fn rsplit_on(body: Body<'_>, separator: Body<'_>, limit: usize) -> Vec<Range<usize>> {
    let mut found = search::positions_from_right(body, separator, limit);
    found.reverse();
    pieces_between(body.len(), separator.len(), found)
}

fn pieces_between(length: usize, separator: usize, found: Vec<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(found.len() + 1);
    let mut from = 0;
    for at in found {
        pieces.push(from..at);
        from = at + separator;
    }
    pieces.push(from..length);
    pieces
}

/// The lines, with their line ends if `keep_ends`.
pub fn split_lines(body: Body<'_>, flavor: Flavor, keep_ends: bool) -> Vec<Range<usize>> {
    with_units!(body, units => split_lines_in(units, flavor, keep_ends))
}

fn split_lines_in<U: Unit>(units: &[U], flavor: Flavor, keep_ends: bool) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < units.len() {
        let Some(length) = units[start..].iter().position(|unit| flavor.is_line_break(unit.code())) else {
            lines.push(start..units.len());
            break;
        };
        let end = start + length;
        let pair = units[end].code() == 0x0d && units.get(end + 1).is_some_and(|unit| unit.code() == 0x0a);
        let next = end + 1 + usize::from(pair);
        lines.push(start..if keep_ends { next } else { end });
        start = next;
    }
    lines
}

/// Which ends to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
    /// `strip`
    Both,
}

/// What remains when the characters that satisfy `strips` are removed from the ends.
pub fn strip(body: Body<'_>, ends: Ends, strips: impl Fn(u32) -> bool) -> Range<usize> {
    let mut start = 0;
    let mut end = body.len();
    if ends != Ends::Right {
        start = body.iter().take_while(|code| strips(*code)).count();
    }
    if ends != Ends::Left {
        end -= body.slice(start, end).iter().rev().take_while(|code| strips(*code)).count();
    }
    start..end
}

/// What remains without whitespace at the ends.
pub fn strip_whitespace(body: Body<'_>, flavor: Flavor, ends: Ends) -> Range<usize> {
    strip(body, ends, |code| flavor.is_space(code))
}

/// What remains without any of `characters` at the ends.
pub fn strip_characters(body: Body<'_>, characters: Body<'_>, ends: Ends) -> Range<usize> {
    // One bit for each residue modulo 64 rules most characters out.
    let bloom = characters.iter().fold(0u64, |bloom, code| bloom | 1 << (code & 63));
    strip(body, ends, |code| bloom >> (code & 63) & 1 == 1 && search::find_code(characters, code).is_some())
}

/// `expandtabs`: tabs advance to the next multiple of `tab_size` columns; a size below 1 removes them. Line feeds and
/// carriage returns start a line. `None` when there is no memory for the result.
pub fn expand_tabs(body: Body<'_>, tab_size: i64) -> Option<Buffer> {
    let size = usize::try_from(tab_size).unwrap_or(0);
    let mut out = Buffer::with_capacity(body.len());
    let mut column = 0usize;
    for code in body.iter() {
        match code {
            0x09 if size > 0 => {
                let width = size - column % size;
                column = column.checked_add(width)?;
                out.try_reserve(width).ok()?;
                out.push_repeated(0x20, width);
            }
            0x09 => {}
            _ => {
                column = if matches!(code, 0x0a | 0x0d) { 0 } else { column.checked_add(1)? };
                out.push(code);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, split: impl Fn(Body<'_>) -> Vec<Range<usize>>) -> Vec<String> {
        let buffer = Buffer::from(text);
        let body = buffer.as_body();
        split(body).into_iter().map(|r| body.slice(r.start, r.end).to_utf8().expect("text")).collect()
    }

    #[test]
    fn splitting_agrees_with_cpython() {
        let all = usize::MAX;
        let space = |text, limit| texts(text, |body| split_whitespace(body, Flavor::Text, limit));
        let rspace = |text, limit| texts(text, |body| rsplit_whitespace(body, Flavor::Text, limit));
        assert_eq!(space("  a  b\u{2003}c\u{1f}d\u{a0}", all), ["a", "b", "c", "d"]);
        assert_eq!(space(" a  b c ", 1), ["a", "b c "]);
        assert_eq!(space(" a  b c ", 0), ["a  b c "]);
        assert!(space(" \n", all).is_empty());
        assert_eq!(rspace(" a  b c ", 1), [" a  b", "c"]);
        assert_eq!(rspace(" a  b c ", 0), [" a  b c"]);
        assert_eq!(rspace(" a  b c ", all), ["a", "b", "c"]);
        let on = |text, separator: &str, limit| {
            let separator = Buffer::from(separator);
            texts(text, |body| split_on(body, separator.as_body(), limit))
        };
        assert_eq!(on("a,b,,c", ",", all), ["a", "b", "", "c"]);
        assert_eq!(on("a,b,,c", ",", 1), ["a", "b,,c"]);
        assert_eq!(on("€a€b", "€", all), ["", "a", "b"]);
        assert_eq!(on("", ",", all), [""]);
        let separator = Buffer::from("aa");
        assert_eq!(texts("baaab", |body| rsplit_on(body, separator.as_body(), all)), ["ba", "b"]);
        assert_eq!(texts("baaab", |body| split_on(body, separator.as_body(), all)), ["b", "ab"]);
    }

    #[test]
    fn lines_end_where_cpython_ends_them() {
        let lines = |text, flavor, keep| texts(text, |body| split_lines(body, flavor, keep));
        assert_eq!(
            lines("a\r\nb\rc\nd\u{85}e\u{2028}f\n", Flavor::Text, false),
            ["a", "b", "c", "d", "e", "f"]
        );
        assert_eq!(lines("a\r\n\nb", Flavor::Text, true), ["a\r\n", "\n", "b"]);
        assert_eq!(lines("a\x0bb\n\r", Flavor::Bytes, false), ["a\x0bb", ""]);
        assert!(lines("", Flavor::Text, false).is_empty());
    }

    #[test]
    fn stripping_and_tabs_agree_with_cpython() {
        let buffer = Buffer::from("\u{a0} a b\t");
        assert_eq!(strip_whitespace(buffer.as_body(), Flavor::Text, Ends::Both), 2..5);
        assert_eq!(strip_whitespace(buffer.as_body(), Flavor::Text, Ends::Left), 2..6);
        assert_eq!(strip_whitespace(buffer.as_body(), Flavor::Bytes, Ends::Both), 0..5);
        let chars = Buffer::from("ab€");
        let text = Buffer::from("€axb");
        assert_eq!(strip_characters(text.as_body(), chars.as_body(), Ends::Both), 2..3);
        let spaces = Buffer::from("   ");
        assert_eq!(strip_whitespace(spaces.as_body(), Flavor::Text, Ends::Both), 3..3);
        let tabs = Buffer::from("a\tbc\t\nd\te");
        let expanded = |size| expand_tabs(tabs.as_body(), size).and_then(|b| b.as_body().to_utf8());
        assert_eq!(expanded(4).as_deref(), Some("a   bc  \nd   e"));
        assert_eq!(expanded(0).as_deref(), Some("abc\nde"));
        assert_eq!(expanded(i64::MAX), None);
    }
}
