//! UTF-32 in either byte order.

use super::{ByteOrder, CodecError, SURROGATES, is_surrogate};
use crate::{Body, Buffer};

/// The byte order that a mark at the start of the data tells, and the length of the mark.
pub fn byte_order_mark(bytes: &[u8]) -> Option<(ByteOrder, usize)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((ByteOrder::Little, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((ByteOrder::Big, 4)),
        _ => None,
    }
}

/// Appends the text of `bytes[start..]` to `out` up to the end or the first error; see the module's header.
///
/// # Errors
/// For surrogates and values beyond U+10FFFF, and with `is_final` for an incomplete character at the end.
pub fn decode(
    bytes: &[u8],
    start: usize,
    order: ByteOrder,
    is_final: bool,
    out: &mut Buffer,
) -> Result<usize, CodecError> {
    let (words, tail) = bytes[start..].as_chunks::<4>();
    for (index, word) in words.iter().enumerate() {
        let code = match order {
            ByteOrder::Little => u32::from_le_bytes(*word),
            ByteOrder::Big => u32::from_be_bytes(*word),
        };
        let at = start + index * 4;
        let error = |reason| Err(CodecError { start: at, end: at + 4, reason });
        if is_surrogate(code) {
            return error("code point in surrogate code point range(0xd800, 0xe000)");
        }
        if code > 0x10ffff {
            return error("code point not in range(0x110000)");
        }
        out.push(code);
    }
    let at = bytes.len() - tail.len();
    if is_final && !tail.is_empty() {
        return Err(CodecError { start: at, end: bytes.len(), reason: "truncated data" });
    }
    Ok(at)
}

/// Appends one code point.
pub fn push_code(code: u32, order: ByteOrder, out: &mut Vec<u8>) {
    out.extend_from_slice(&match order {
        ByteOrder::Little => code.to_le_bytes(),
        ByteOrder::Big => code.to_be_bytes(),
    });
}

/// Appends the encoding of `body` from `start` on, without a byte order mark, up to the end or the first surrogate.
///
/// # Errors
/// The range is one surrogate.
pub fn encode(body: Body<'_>, start: usize, order: ByteOrder, out: &mut Vec<u8>) -> Result<(), CodecError> {
    out.reserve((body.len() - start) * 4);
    for index in start..body.len() {
        let code = body.at(index);
        if is_surrogate(code) {
            return Err(CodecError { start: index, end: index + 1, reason: SURROGATES });
        }
        push_code(code, order, out);
    }
    Ok(())
}
