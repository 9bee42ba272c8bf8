//! UTF-16 in either byte order.

use super::{ByteOrder, CodecError, SURROGATES, is_surrogate};
use crate::{Body, Buffer};

/// The byte order that a mark at the start of the data tells, and the length of the mark.
pub fn byte_order_mark(bytes: &[u8]) -> Option<(ByteOrder, usize)> {
    match bytes {
        [0xff, 0xfe, ..] => Some((ByteOrder::Little, 2)),
        [0xfe, 0xff, ..] => Some((ByteOrder::Big, 2)),
        _ => None,
    }
}

fn unit_at(bytes: &[u8], at: usize, order: ByteOrder) -> Option<u32> {
    let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
    Some(u32::from(match order {
        ByteOrder::Little => u16::from_le_bytes(pair),
        ByteOrder::Big => u16::from_be_bytes(pair),
    }))
}

/// Appends the text of `bytes[start..]` to `out` up to the end or the first error; see the module's header.
///
/// # Errors
/// For lone surrogates, and with `is_final` for an incomplete character at the end.
pub fn decode(
    bytes: &[u8],
    start: usize,
    order: ByteOrder,
    is_final: bool,
    out: &mut Buffer,
) -> Result<usize, CodecError> {
    let mut at = start;
    while let Some(unit) = unit_at(bytes, at, order) {
        match unit {
            0xd800..=0xdbff => match unit_at(bytes, at + 2, order) {
                Some(low @ 0xdc00..=0xdfff) => {
                    out.push(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
                    at += 4;
                }
                Some(_) => {
                    return Err(CodecError { start: at, end: at + 2, reason: "illegal UTF-16 surrogate" });
                }
                None if is_final => {
                    return Err(CodecError { start: at, end: bytes.len(), reason: "unexpected end of data" });
                }
                None => return Ok(at),
            },
            0xdc00..=0xdfff => {
                return Err(CodecError { start: at, end: at + 2, reason: "illegal encoding" });
            }
            _ => {
                out.push(unit);
                at += 2;
            }
        }
    }
    if is_final && at < bytes.len() {
        return Err(CodecError { start: at, end: bytes.len(), reason: "truncated data" });
    }
    Ok(at)
}

/// Appends one code unit.
pub fn push_unit(unit: u16, order: ByteOrder, out: &mut Vec<u8>) {
    out.extend_from_slice(&match order {
        ByteOrder::Little => unit.to_le_bytes(),
        ByteOrder::Big => unit.to_be_bytes(),
    });
}

/// Appends the encoding of `body` from `start` on, without a byte order mark, up to the end or the first surrogate.
///
/// # Errors
/// The range is one surrogate.
pub fn encode(body: Body<'_>, start: usize, order: ByteOrder, out: &mut Vec<u8>) -> Result<(), CodecError> {
    out.reserve((body.len() - start) * 2);
    for index in start..body.len() {
        let code = body.at(index);
        if is_surrogate(code) {
            return Err(CodecError { start: index, end: index + 1, reason: SURROGATES });
        }
        match code.checked_sub(0x10000) {
            Some(offset) => {
                push_unit(0xd800 | (offset >> 10) as u16, order, out);
                push_unit(0xdc00 | (offset & 0x3ff) as u16, order, out);
            }
            None => push_unit(code as u16, order, out),
        }
    }
    Ok(())
}
