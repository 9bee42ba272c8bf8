//! Source text: from bytes (PEP 263) to text with `\n` line ends, and from byte offsets to lines and columns.

use std::cell::Cell;
use std::collections::HashMap;

use pyre_bytecode::{Constant, Location};
use rustpython_ruff_python_ast::Decorator;
use rustpython_ruff_text_size::TextRange;

use crate::errors::{ErrorKind, SyntaxError};

/// Decoded source text.
#[derive(Debug)]
pub struct Source {
    text: String,
    line_starts: Vec<u32>,
    last_line: Cell<usize>,
    made: Option<Made>,
    int_digits: usize,
}

/// How many decimal digits an int may have, unless told otherwise.
const INT_DIGITS: usize = 4300;

/// What a source made for nodes says about them: its text is filler, in which only the order of offsets has a meaning.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// Offset, line (from 1) and column of each place, by offset.
    pub(crate) places: Vec<(u32, u32, u32)>,
    /// Values of constants, by the offset where they start.
    pub(crate) constants: HashMap<u32, Constant>,
    /// Texts of interpolations, by the offset where they start.
    pub(crate) texts: HashMap<u32, String>,
}

impl Source {
    /// Decodes a source file: a byte order mark or a coding comment in the first two lines says how, else it is UTF-8.
    ///
    /// # Errors
    /// If the bytes do not fit the encoding, or the encoding is unknown, or there are null bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SyntaxError> {
        let (bytes, has_mark) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) => (rest, true),
            None => (bytes, false),
        };
        if memchr_null(bytes) {
            return Err(SyntaxError::bare(
                ErrorKind::SyntaxError,
                "source code string cannot contain null bytes",
            ));
        }
        let encoding = coding_comment(bytes).map(|name| normal_encoding_name(&name));
        let text = match encoding.as_deref() {
            None | Some("utf-8") => decode_utf8(bytes, encoding.is_some())?,
            Some(name) if has_mark => {
                return Err(SyntaxError::bare(
                    ErrorKind::SyntaxError,
                    format!("encoding problem: {name} with BOM"),
                ));
            }
            Some("iso-8859-1") => bytes.iter().map(|byte| *byte as char).collect(),
            Some("ascii" | "us-ascii") => match bytes.is_ascii() {
                true => String::from_utf8_lossy(bytes).into_owned(),
                false => {
                    let at = bytes.iter().position(|byte| *byte >= 0x80).unwrap_or(0);
                    return Err(SyntaxError::bare(
                        ErrorKind::SyntaxError,
                        format!(
                            "(unicode error) 'ascii' codec can't decode byte {:#04x} in position {at}: ordinal not in range(128)",
                            bytes[at]
                        ),
                    ));
                }
            },
            Some(name) => {
                return Err(SyntaxError::bare(ErrorKind::SyntaxError, format!("unknown encoding: {name}")));
            }
        };
        Ok(Self::from_text(text))
    }

    /// Source text that is decoded already.
    pub fn from_text(text: String) -> Self {
        let text = normal_newlines(text);
        let mut line_starts = vec![0];
        line_starts
            .extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at as u32 + 1));
        Self { text, line_starts, last_line: Cell::new(0), made: None, int_digits: INT_DIGITS }
    }

    /// With another limit for the decimal digits of an int (`sys.set_int_max_str_digits()`); 0 is none.
    pub fn with_int_digits(mut self, limit: usize) -> Self {
        self.int_digits = limit;
        self
    }

    /// How many decimal digits an int may have; 0 stands for any number.
    pub(crate) fn int_digits(&self) -> usize {
        self.int_digits
    }

    /// A source made for nodes.
    pub(crate) fn for_nodes(text: String, made: Made) -> Self {
        Self { text, line_starts: vec![0], last_line: Cell::new(0), made: Some(made), int_digits: INT_DIGITS }
    }

    /// What the source says about nodes that it was made for.
    pub(crate) fn made(&self) -> Option<&Made> {
        self.made.as_ref()
    }

    /// The text of a range.
    pub(crate) fn slice(&self, range: TextRange) -> &str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
    }

    /// The offset after the space, comments and line ends at that offset.
    pub(crate) fn skip_space(&self, mut at: usize) -> usize {
        while let Some(next) = self.text[at..].chars().next() {
            if next == '#' {
                at += self.text[at..].find('\n').unwrap_or(self.text.len() - at);
            } else if next.is_whitespace() || next == '\\' {
                at += next.len_utf8();
            } else {
                break;
            }
        }
        at
    }

    /// The range of a statement with a body: a semicolon after the last statement on its line belongs to it.
    pub(crate) fn with_semicolon(&self, range: TextRange) -> TextRange {
        let rest = self.text.get(range.end().to_usize()..).unwrap_or("");
        let after = rest.trim_start_matches([' ', '\t']);
        if !after.starts_with(';') {
            return range;
        }
        let end = range.end().to_usize() + (rest.len() - after.len()) + 1;
        TextRange::new(range.start(), (end as u32).into())
    }

    /// The range of a definition without its decorators.
    pub(crate) fn header(&self, decorators: &[Decorator], range: TextRange) -> TextRange {
        let range = self.with_semicolon(range);
        let Some(last) = decorators.last() else { return range };
        let start = self.skip_space(last.range.end().to_usize());
        TextRange::new((start as u32).into(), range.end())
    }

    /// The range of a format specification with the colon before it.
    pub(crate) fn with_colon(&self, range: TextRange) -> TextRange {
        let start = range.start().to_usize();
        let has_colon = self.text.get(..start).is_some_and(|before| before.ends_with(':'));
        TextRange::new(((start - usize::from(has_colon)) as u32).into(), range.end())
    }

    /// The range with the parentheses around it.
    pub(crate) fn with_parentheses(&self, range: TextRange) -> TextRange {
        let start = self.before_space(range.start().to_usize());
        let end = self.skip_space(range.end().to_usize());
        if !self.text[..start].ends_with('(') || !self.text[end..].starts_with(')') {
            return range;
        }
        TextRange::new((start as u32 - 1).into(), (end as u32 + 1).into())
    }

    /// The offset before the space, comments and line ends that end at that offset.
    fn before_space(&self, mut at: usize) -> usize {
        loop {
            let before = self.text[..at].trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
            let line = before.rfind('\n').map_or(0, |n| n + 1);
            // A comment may stand at the end of a line that has ended.
            let ended = self.text[before.len()..at].contains('\n');
            match before[line..].find('#') {
                Some(comment) if ended && before.len() < at => at = line + comment,
                _ => return before.len(),
            }
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The encoding that the coding comment of these bytes names, in normal form (for callers that have more codecs).
    pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
        coding_comment(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
            .map(|name| normal_encoding_name(&name))
    }

    /// Index of the line that the byte offset is on.
    pub(crate) fn line_index(&self, offset: usize) -> usize {
        if let Some(made) = &self.made {
            return (made.place(offset).0 as usize).saturating_sub(1);
        }
        let offset = offset as u32;
        let last = self.last_line.get();
        let is_on = |line: usize| {
            self.line_starts[line] <= offset
                && self.line_starts.get(line + 1).is_none_or(|next| offset < *next)
        };
        if is_on(last) {
            return last;
        }
        if last + 1 < self.line_starts.len() && is_on(last + 1) {
            self.last_line.set(last + 1);
            return last + 1;
        }
        let line = self.line_starts.partition_point(|start| *start <= offset) - 1;
        self.last_line.set(line);
        line
    }

    /// Line (from 1) and character offset (from 1) of a byte offset.
    pub(crate) fn position(&self, offset: usize) -> (u32, u32) {
        if let Some(made) = &self.made {
            let (line, column) = made.place(offset);
            return (line, column + 1);
        }
        let line = self.line_index(offset);
        let start = self.line_starts[line] as usize;
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or("");
        (line as u32 + 1, before.chars().count() as u32 + 1)
    }

    /// Location of a range, in bytes.
    pub(crate) fn location(&self, range: TextRange) -> Location {
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        if let Some(made) = &self.made {
            let ((line, column), (end_line, end_column)) = (made.place(start), made.place(end));
            return Location { line, end_line, column, end_column };
        }
        let end_line = self.line_index(end);
        let line = self.line_index(start);
        Location {
            line: line as u32 + 1,
            end_line: end_line as u32 + 1,
            column: start as u32 - self.line_starts[line],
            end_column: end as u32 - self.line_starts[end_line],
        }
    }

    /// A line (from 1) with its newline.
    pub(crate) fn line_text(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let start = self.line_starts.get(index).copied().unwrap_or(self.text.len() as u32) as usize;
        let end = self.line_starts.get(index + 1).copied().unwrap_or(self.text.len() as u32) as usize;
        &self.text[start..end]
    }
}

impl Made {
    /// Line and column of the last place up to that offset.
    fn place(&self, offset: usize) -> (u32, u32) {
        let after = self.places.partition_point(|(at, ..)| *at as usize <= offset);
        let (_, line, column) = after.checked_sub(1).map_or((0, 1, 0), |i| self.places[i]);
        (line, column)
    }
}

fn memchr_null(bytes: &[u8]) -> bool {
    bytes.contains(&0)
}

/// Line ends become `\n`.
fn normal_newlines(text: String) -> String {
    if !text.as_bytes().contains(&b'\r') {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn decode_utf8(bytes: &[u8], declared: bool) -> Result<String, SyntaxError> {
    std::str::from_utf8(bytes).map(str::to_string).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        let byte = bytes[at];
        let reason = match error.error_len() {
            None => "unexpected end of data",
            Some(_) if (0x80..0xC2).contains(&byte) || byte > 0xF4 => "invalid start byte",
            Some(_) => "invalid continuation byte",
        };
        let line_start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |nl| nl + 1);
        let message = if declared {
            format!(
                "(unicode error) 'utf-8' codec can't decode byte {byte:#04x} in position {}: {reason}",
                at
            )
        } else {
            format!(
                "(unicode error) 'utf-8' codec can't decode byte {byte:#04x} in position {}: {reason}",
                at - line_start
            )
        };
        let mut error = SyntaxError::bare(ErrorKind::SyntaxError, message);
        error.line = line;
        error
    })
}

/// The encoding named by a comment in the first two lines (PEP 263).
fn coding_comment(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let text = line.trim_ascii_start();
        let text = text.strip_prefix(b"\x0c").unwrap_or(text).trim_ascii_start();
        if !text.starts_with(b"#") {
            if text.is_empty() {
                continue;
            }
            return None;
        }
        if let Some(name) = coding_name(text) {
            return Some(name);
        }
    }
    None
}

/// The name after `coding:` or `coding=` in a comment.
fn coding_name(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    loop {
        let at = rest.windows(6).position(|window| window == b"coding")?;
        rest = &rest[at + 6..];
        if let Some(after) = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=")) {
            let after = after.trim_ascii_start();
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            let length = after.iter().take_while(|byte| is_name(byte)).count();
            if length > 0 {
                return Some(String::from_utf8_lossy(&after[..length]).into_owned());
            }
        }
    }
}

fn normal_encoding_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    if lower == "utf-8" || lower.starts_with("utf-8-") || lower == "utf8" {
        return "utf-8".into();
    }
    let latin = ["latin-1", "iso-8859-1", "iso-latin-1"];
    if latin.iter().any(|known| lower == *known || lower.starts_with(&format!("{known}-")))
        || lower == "latin1"
    {
        return "iso-8859-1".into();
    }
    lower
}
