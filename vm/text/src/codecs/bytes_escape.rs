//! Escapes in `bytes` literals, and `codecs.escape_decode` and `escape_encode`.

use super::unicode_escape::simple_value;

/// Why bytes with escapes are malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeError {
    /// `ValueError("Trailing \ in string")`
    Trailing,
    /// `ValueError("invalid \x escape at position {at}")`
    InvalidHexadecimal {
        /// Where the backslash stands.
        at: usize,
    },
}

/// The bytes, and where the first backslash stands that begins no valid escape, or an octal escape above `\377`: Python
/// warns about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unescaped {
    /// The bytes that the text stands for.
    pub bytes: Vec<u8>,
    /// The position of the first doubtful escape.
    pub first_invalid: Option<usize>,
}

/// Replaces the escapes in `text`.
///
/// # Errors
/// For a lone backslash at the end and for `\x` without two hexadecimal digits.
pub fn decode(text: &[u8]) -> Result<Unescaped, EscapeError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut first_invalid = None;
    let mut at = 0;
    while let Some(plain) = memchr::memchr(b'\\', &text[at..]) {
        bytes.extend_from_slice(&text[at..at + plain]);
        at += plain;
        match text.get(at + 1) {
            None => return Err(EscapeError::Trailing),
            Some(b'x') => {
                let digit = |index: usize| text.get(index).and_then(|byte| char::from(*byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(at + 2), digit(at + 3)) else {
                    return Err(EscapeError::InvalidHexadecimal { at });
                };
                bytes.push((high << 4 | low) as u8);
                at += 4;
            }
            Some(letter) => match simple_value(text, at) {
                Some((value, end)) => {
                    if value.is_some_and(|value| value > 0o377) {
                        first_invalid = first_invalid.or(Some(at));
                    }
                    bytes.extend(value.map(|value| value as u8));
                    at = end;
                }
                None => {
                    first_invalid = first_invalid.or(Some(at));
                    bytes.extend_from_slice(&[b'\\', *letter]);
                    at += 2;
                }
            },
        }
    }
    bytes.extend_from_slice(&text[at..]);
    Ok(Unescaped { bytes, first_invalid })
}

/// `codecs.escape_encode`: the inside of a `bytes` literal in single quotes.
pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' | b'\'' => out.extend_from_slice(&[b'\\', *byte]),
            0x20..=0x7e => out.push(*byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}
