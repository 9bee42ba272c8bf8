//! Source text: from bytes (PEP 263) to text with `\n` line ends, and from byte offsets to lines and columns.

use std::cell::Cell;

use pyre_bytecode::Location;
use rustpython_ruff_text_size::TextRange;

use crate::errors::{ErrorKind, SyntaxError};

/// Decoded source text.
#[derive(Debug)]
pub struct Source {
    text: String,
    line_starts: Vec<u32>,
    last_line: Cell<usize>,
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
        Self { text, line_starts, last_line: Cell::new(0) }
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
        let line = self.line_index(offset);
        let start = self.line_starts[line] as usize;
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or("");
        (line as u32 + 1, before.chars().count() as u32 + 1)
    }

    /// Location of a range, in bytes.
    pub(crate) fn location(&self, range: TextRange) -> Location {
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
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
