//! UTF-8. Surrogates are neither decoded nor encoded.

use super::{CodecError, SURROGATES, is_surrogate};
use crate::{Body, Buffer};

/// Appends the text of `bytes[start..]` to `out` up to the end or the first error; see the module's header.
///
/// # Errors
/// The range is the longest prefix of a character that is well-formed, or one byte.
pub fn decode(bytes: &[u8], start: usize, is_final: bool, out: &mut Buffer) -> Result<usize, CodecError> {
    let rest = &bytes[start..];
    if rest.is_ascii() {
        out.push_latin1(rest);
        return Ok(bytes.len());
    }
    let error = match std::str::from_utf8(rest) {
        Ok(text) => {
            push_text(text, out);
            return Ok(bytes.len());
        }
        Err(error) => error,
    };
    let (valid, wrong) = rest.split_at(error.valid_up_to());
    if let Ok(text) = std::str::from_utf8(valid) {
        push_text(text, out);
    }
    let at = start + valid.len();
    match error.error_len() {
        None if is_final => Err(CodecError { start: at, end: bytes.len(), reason: "unexpected end of data" }),
        None => Ok(at),
        // The first two bytes of a surrogate may be completed for a handler that lets surrogates pass.
        Some(_) if !is_final && matches!(wrong, [0xed, 0xa0..=0xbf]) => Ok(at),
        Some(length) => {
            let reason = if matches!(wrong[0], 0xc2..=0xf4) {
                "invalid continuation byte"
            } else {
                "invalid start byte"
            };
            Err(CodecError { start: at, end: at + length, reason })
        }
    }
}

/// Appends text at the width that it needs.
fn push_text(text: &str, out: &mut Buffer) {
    // The lead byte tells the width: up to U+00FF, up to U+FFFF, beyond.
    let lead = text.bytes().max().unwrap_or(0);
    match (&mut *out, lead) {
        (Buffer::Latin1(units), ..=0xc3) => {
            units.reserve(text.len());
            push_latin1(text.as_bytes(), units);
        }
        (Buffer::Ucs2(units), ..=0xef) => units.extend(text.chars().map(|c| c as u16)),
        (Buffer::Ucs4(units), _) => units.extend(text.chars().map(u32::from)),
        (Buffer::Latin1(units), ..=0xef) => {
            let mut wide = Vec::with_capacity(units.len() + text.len() / 2);
            wide.extend(units.iter().map(|unit| u16::from(*unit)));
            wide.extend(text.chars().map(|c| c as u16));
            // Any character from U+0100 on has a lead byte above 0xc3, so the width is needed.
            *out = Buffer::Ucs2(wide);
        }
        _ => text.chars().for_each(|c| out.push(u32::from(c))),
    }
}

/// Appends text that has no character beyond U+00FF.
fn push_latin1(mut text: &[u8], units: &mut Vec<u8>) {
    while let Some(at) = text.iter().position(|byte| *byte >= 0x80) {
        units.extend_from_slice(&text[..at]);
        units.push(text[at] << 6 | (text[at + 1] & 0x3f));
        text = &text[at + 2..];
    }
    units.extend_from_slice(text);
}

/// Appends one code point that is not a surrogate.
#[inline]
fn push_code(code: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match code {
        0..0x80 => out.push(code as u8),
        0x80..0x800 => out.extend_from_slice(&[0xc0 | (code >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend_from_slice(&[0xe0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend_from_slice(&[0xf0 | (code >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Appends the encoding of `body` from `start` on, up to the end or the first surrogate.
///
/// # Errors
/// The range is the run of surrogates.
pub fn encode(body: Body<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    match body {
        Body::Latin1(units) => {
            encode_latin1(&units[start..], out);
            Ok(())
        }
        Body::Ucs2(units) => encode_wide(units, start, out),
        Body::Ucs4(units) => encode_wide(units, start, out),
    }
}

fn encode_latin1(mut units: &[u8], out: &mut Vec<u8>) {
    if units.is_ascii() {
        out.extend_from_slice(units);
        return;
    }
    out.reserve(units.len() + units.len() / 2);
    while let Some(at) = units.iter().position(|unit| *unit >= 0x80) {
        out.extend_from_slice(&units[..at]);
        push_code(u32::from(units[at]), out);
        units = &units[at + 1..];
    }
    out.extend_from_slice(units);
}

fn encode_wide<U: crate::Unit>(units: &[U], start: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    out.reserve(units.len() - start);
    for (index, unit) in units.iter().enumerate().skip(start) {
        let code = unit.code();
        if is_surrogate(code) {
            let run = units[index..].iter().take_while(|unit| is_surrogate(unit.code())).count();
            return Err(CodecError { start: index, end: index + run, reason: SURROGATES });
        }
        push_code(code, out);
    }
    Ok(())
}

/// Appends the three bytes of a surrogate as `surrogatepass` encodes it.
pub fn push_surrogate(code: u32, out: &mut Vec<u8>) {
    push_code(code, out);
}

/// The surrogate that three bytes at the start of `bytes` encode, for `surrogatepass`.
pub fn surrogate_at(bytes: &[u8]) -> Option<u32> {
    match *bytes {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            Some(0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f))
        }
        _ => None,
    }
}
