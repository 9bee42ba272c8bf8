//! `unicode_escape` and `raw_unicode_escape`.

use super::CodecError;
use crate::repr::push_escape;
use crate::{Body, Buffer};

/// The outcome of a step of decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Bytes consumed.
    pub consumed: usize,
    /// Where the first backslash stands that begins no valid escape, or an octal escape above `\377`: Python warns.
    pub first_invalid: Option<usize>,
}

/// What an escape sequence stands for.
enum Escape {
    Code(u32),
    /// A line continuation.
    Nothing,
    /// Not an escape: the backslash stands for itself.
    Literal,
    /// The input ends inside.
    Incomplete(CodecError),
    Wrong(CodecError),
}

/// `count` hexadecimal digits after the letter at `at + 1` of the escape at `at`.
fn hexadecimal(bytes: &[u8], at: usize, count: usize, reason: &'static str) -> Result<u32, Escape> {
    let digits = &bytes[at + 2..bytes.len().min(at + 2 + count)];
    let valid = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if valid < count {
        let error = CodecError { start: at, end: at + 2 + valid, reason };
        return Err(if valid == digits.len() { Escape::Incomplete(error) } else { Escape::Wrong(error) });
    }
    Ok(digits.iter().fold(0, |code, digit| code << 4 | char::from(*digit).to_digit(16).unwrap_or(0)))
}

/// `\uXXXX` and `\UXXXXXXXX`, which the two codecs share.
fn long_escape(bytes: &[u8], at: usize, wide: bool, too_large: &'static str) -> Escape {
    let parsed = if wide {
        hexadecimal(bytes, at, 8, "truncated \\UXXXXXXXX escape")
    } else {
        hexadecimal(bytes, at, 4, "truncated \\uXXXX escape")
    };
    match parsed {
        Ok(code) if code > 0x10ffff => {
            Escape::Wrong(CodecError { start: at, end: at + 10, reason: too_large })
        }
        Ok(code) => Escape::Code(code),
        Err(escape) => escape,
    }
}

fn named_escape(bytes: &[u8], at: usize, lookup: &dyn Fn(&[u8]) -> Option<u32>) -> (Escape, usize) {
    const MALFORMED: &str = "malformed \\N character escape";
    let error = |end, reason| CodecError { start: at, end, reason };
    match bytes.get(at + 2) {
        None => return (Escape::Incomplete(error(at + 2, MALFORMED)), 0),
        Some(b'{') => {}
        Some(_) => return (Escape::Wrong(error(at + 2, MALFORMED)), 0),
    }
    let name = &bytes[at + 3..];
    match name.iter().position(|byte| *byte == b'}') {
        None => (Escape::Incomplete(error(bytes.len(), MALFORMED)), 0),
        Some(0) => (Escape::Wrong(error(at + 3, MALFORMED)), 0),
        Some(length) => {
            let end = at + 4 + length;
            match lookup(&name[..length]) {
                Some(code) => (Escape::Code(code), end),
                None => (Escape::Wrong(error(end, "unknown Unicode character name")), end),
            }
        }
    }
}

/// Appends the text of `bytes[start..]` to `out` up to the end or the first error. Other bytes are Latin-1. `lookup`
/// finds the character with a name.
///
/// # Errors
/// For malformed escapes, and with `is_final` for an incomplete one at the end.
pub fn decode(
    bytes: &[u8],
    start: usize,
    is_final: bool,
    lookup: &dyn Fn(&[u8]) -> Option<u32>,
    out: &mut Buffer,
) -> Result<Decoded, CodecError> {
    let mut at = start;
    let mut first_invalid = None;
    while let Some(plain) = memchr::memchr(b'\\', &bytes[at..]) {
        out.push_latin1(&bytes[at..at + plain]);
        at += plain;
        let Some(letter) = bytes.get(at + 1) else {
            if is_final {
                return Err(CodecError { start: at, end: at + 1, reason: "\\ at end of string" });
            }
            return Ok(Decoded { consumed: at, first_invalid });
        };
        let (escape, end) = match letter {
            b'x' => match hexadecimal(bytes, at, 2, "truncated \\xXX escape") {
                Ok(code) => (Escape::Code(code), at + 4),
                Err(escape) => (escape, at),
            },
            b'u' => (long_escape(bytes, at, false, ""), at + 6),
            b'U' => (long_escape(bytes, at, true, "illegal Unicode character"), at + 10),
            b'N' => named_escape(bytes, at, lookup),
            _ => simple_escape(bytes, at),
        };
        match escape {
            Escape::Code(code) => {
                let octal = letter.is_ascii_digit();
                if octal && code > 0o377 {
                    first_invalid = first_invalid.or(Some(at));
                }
                out.push(code);
                at = end;
            }
            Escape::Nothing => at = end,
            Escape::Literal => {
                first_invalid = first_invalid.or(Some(at));
                out.push(u32::from(b'\\'));
                at += 1;
                out.push(u32::from(bytes[at]));
                at += 1;
            }
            Escape::Incomplete(_) if !is_final => return Ok(Decoded { consumed: at, first_invalid }),
            Escape::Incomplete(error) | Escape::Wrong(error) => return Err(error),
        }
    }
    out.push_latin1(&bytes[at..]);
    Ok(Decoded { consumed: bytes.len(), first_invalid })
}

/// One-letter and octal escapes; `at + 1` must be in range.
fn simple_escape(bytes: &[u8], at: usize) -> (Escape, usize) {
    match simple_value(bytes, at) {
        Some((Some(code), end)) => (Escape::Code(code), end),
        Some((None, end)) => (Escape::Nothing, end),
        None => (Escape::Literal, at),
    }
}

/// The value (`None` for a line continuation) and end of a one-letter or octal escape, as strings and bytes share them.
pub(super) fn simple_value(bytes: &[u8], at: usize) -> Option<(Option<u32>, usize)> {
    let code = match bytes[at + 1] {
        b'\n' => return Some((None, at + 2)),
        byte @ (b'\\' | b'\'' | b'"') => u32::from(byte),
        b'a' => 7,
        b'b' => 8,
        b't' => 9,
        b'n' => 10,
        b'v' => 11,
        b'f' => 12,
        b'r' => 13,
        b'0'..=b'7' => {
            let digits = bytes[at + 1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
            let (code, count) =
                digits.fold((0, 0), |(code, count), digit| (code << 3 | u32::from(digit - b'0'), count + 1));
            return Some((Some(code), at + 1 + count));
        }
        _ => return None,
    };
    Some((Some(code), at + 2))
}

/// Appends the text of `bytes[start..]` to `out`, where only `\u` and `\U` after an odd number of backslashes escape.
///
/// # Errors
/// As [`decode`].
pub fn decode_raw(bytes: &[u8], start: usize, is_final: bool, out: &mut Buffer) -> Result<usize, CodecError> {
    let mut at = start;
    while let Some(plain) = memchr::memchr(b'\\', &bytes[at..]) {
        out.push_latin1(&bytes[at..at + plain]);
        at += plain;
        let Some(letter) = bytes.get(at + 1) else {
            if !is_final {
                return Ok(at);
            }
            break;
        };
        if !matches!(letter, b'u' | b'U') {
            out.push_latin1(&bytes[at..at + 2]);
            at += 2;
            continue;
        }
        let wide = *letter == b'U';
        match long_escape(bytes, at, wide, "\\Uxxxxxxxx out of range") {
            Escape::Code(code) => {
                out.push(code);
                at += if wide { 10 } else { 6 };
            }
            Escape::Incomplete(_) if !is_final => return Ok(at),
            Escape::Incomplete(error) | Escape::Wrong(error) => return Err(error),
            Escape::Nothing | Escape::Literal => at += 1,
        }
    }
    out.push_latin1(&bytes[at..]);
    Ok(bytes.len())
}

/// `text.encode("unicode_escape")`.
pub fn encode(body: Body<'_>) -> Vec<u8> {
    let mut out = Buffer::with_capacity(body.len());
    for code in body.iter() {
        match code {
            0x09 => out.push_latin1(b"\\t"),
            0x0a => out.push_latin1(b"\\n"),
            0x0d => out.push_latin1(b"\\r"),
            0x5c => out.push_latin1(b"\\\\"),
            0x20..=0x7e => out.push(code),
            _ => push_escape(code, &mut out),
        }
    }
    into_bytes(out)
}

/// `text.encode("raw_unicode_escape")`.
pub fn encode_raw(body: Body<'_>) -> Vec<u8> {
    let mut out = Buffer::with_capacity(body.len());
    for code in body.iter() {
        if code <= 0xff { out.push(code) } else { push_escape(code, &mut out) }
    }
    into_bytes(out)
}

fn into_bytes(buffer: Buffer) -> Vec<u8> {
    match buffer {
        Buffer::Latin1(bytes) => bytes,
        wide => wide.as_body().iter().map(|code| code as u8).collect(),
    }
}
