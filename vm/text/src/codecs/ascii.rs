//! ASCII and Latin-1. Decoding Latin-1 is taking the bytes as they are.

use super::CodecError;
use crate::{Body, Buffer};

/// Appends the text of `bytes[start..]` to `out` up to the end or the first byte that is not ASCII.
///
/// # Errors
/// The range is one byte.
pub fn decode(bytes: &[u8], start: usize, out: &mut Buffer) -> Result<usize, CodecError> {
    let rest = &bytes[start..];
    if rest.is_ascii() {
        out.push_latin1(rest);
        return Ok(bytes.len());
    }
    let length = rest.iter().take_while(|byte| byte.is_ascii()).count();
    out.push_latin1(&rest[..length]);
    let at = start + length;
    Err(CodecError { start: at, end: at + 1, reason: "ordinal not in range(128)" })
}

/// Appends the ASCII encoding of `body` from `start` on, up to the end or the first other character.
///
/// # Errors
/// The range is the run of characters that are not ASCII.
pub fn encode(body: Body<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    encode_below(0x80, "ordinal not in range(128)", body, start, out)
}

/// Appends the Latin-1 encoding of `body` from `start` on, up to the end or the first character beyond U+00FF.
///
/// # Errors
/// The range is the run of such characters.
pub fn encode_latin1(body: Body<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    encode_below(0x100, "ordinal not in range(256)", body, start, out)
}

fn encode_below(
    limit: u32,
    reason: &'static str,
    body: Body<'_>,
    start: usize,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let rest = body.slice(start, body.len());
    if let Body::Latin1(units) = rest
        && (limit == 0x100 || units.is_ascii())
    {
        out.extend_from_slice(units);
        return Ok(());
    }
    for (index, code) in rest.iter().enumerate() {
        if code >= limit {
            let from = start + index;
            let run = body.slice(from, body.len()).iter().take_while(|code| *code >= limit).count();
            return Err(CodecError { start: from, end: from + run, reason });
        }
        out.push(code as u8);
    }
    Ok(())
}
