//! UTF-8. Surrogates are neither decoded nor encoded.

use super::{CodecError, SURROGATES, is_surrogate};
use crate::{Body, Buffer, Unit};

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
    let mut at = start;
    loop {
        let stop = match out {
            Buffer::Latin1(units) => decode_run(bytes, at, units),
            Buffer::Ucs2(units) => decode_run(bytes, at, units),
            Buffer::Ucs4(units) => decode_run(bytes, at, units),
        };
        match stop {
            Stop::Malformed(stopped) if stopped == bytes.len() => return Ok(stopped),
            Stop::Malformed(stopped) => return malformed(bytes, stopped, is_final),
            Stop::TooWide { code, next } => {
                out.push(code);
                at = next;
            }
        }
    }
}

/// Why [`decode_run`] stopped.
enum Stop {
    /// At the end of the input or at something malformed.
    Malformed(usize),
    /// Behind a character that does not fit the unit.
    TooWide { code: u32, next: usize },
}

/// Decodes from `at` on as long as characters are well-formed and fit the unit.
fn decode_run<U: Unit>(bytes: &[u8], mut at: usize, units: &mut Vec<U>) -> Stop {
    // Every byte gives at most one unit; the surplus is cut off again, so that the loop only writes into a slice.
    let mut length = units.len();
    units.resize(length + bytes.len() - at, U::truncate(0));
    let stop = loop {
        while let Some(chunk) = bytes[at..].first_chunk::<8>()
            && u64::from_ne_bytes(*chunk) & 0x8080_8080_8080_8080 == 0
        {
            let target = units[length..length + 8].iter_mut();
            target.zip(chunk).for_each(|(unit, byte)| *unit = U::truncate(u32::from(*byte)));
            at += 8;
            length += 8;
        }
        let Some((code, next)) = well_formed(&bytes[at..]) else {
            break Stop::Malformed(at);
        };
        at += next;
        if code > U::MAX {
            break Stop::TooWide { code, next: at };
        }
        units[length] = U::truncate(code);
        length += 1;
    };
    units.truncate(length);
    stop
}

/// The character that `bytes` begin with and its length, by table 3-7 of the Unicode standard.
#[inline(always)]
fn well_formed(bytes: &[u8]) -> Option<(u32, usize)> {
    let tail = |index: usize| {
        bytes.get(index).filter(|byte| **byte & 0xc0 == 0x80).map(|byte| u32::from(byte & 0x3f))
    };
    let lead = *bytes.first()?;
    let bits = u32::from(lead);
    match lead {
        0..0x80 => Some((bits, 1)),
        0xc2..0xe0 => Some(((bits & 0x1f) << 6 | tail(1)?, 2)),
        0xe0..0xf0 => {
            let code = (bits & 0xf) << 12 | tail(1)? << 6 | tail(2)?;
            (code >= 0x800 && !is_surrogate(code)).then_some((code, 3))
        }
        0xf0..0xf5 => {
            let code = (bits & 7) << 18 | tail(1)? << 12 | tail(2)? << 6 | tail(3)?;
            (0x10000..0x110000).contains(&code).then_some((code, 4))
        }
        _ => None,
    }
}

/// Tells an incomplete character at the end of the input from a wrong one.
#[cold]
fn malformed(bytes: &[u8], at: usize, is_final: bool) -> Result<usize, CodecError> {
    let wrong = &bytes[at..];
    let length = std::str::from_utf8(wrong).err().and_then(|error| error.error_len());
    match length {
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

/// The bytes of a code point and their number.
#[inline(always)]
fn encoded(code: u32) -> ([u8; 4], usize) {
    let tail = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match code {
        0..0x80 => ([code as u8, 0, 0, 0], 1),
        0x80..0x800 => ([0xc0 | (code >> 6) as u8, tail(0), 0, 0], 2),
        0x800..0x10000 => ([0xe0 | (code >> 12) as u8, tail(6), tail(0), 0], 3),
        _ => ([0xf0 | (code >> 18) as u8, tail(12), tail(6), tail(0)], 4),
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

fn encode_latin1(units: &[u8], out: &mut Vec<u8>) {
    if units.is_ascii() {
        out.extend_from_slice(units);
        return;
    }
    let start = out.len();
    out.resize(start + units.len() * 2, 0);
    let mut at = start;
    for unit in units {
        if *unit < 0x80 {
            out[at] = *unit;
            at += 1;
        } else {
            out[at..at + 2].copy_from_slice(&[0xc0 | unit >> 6, 0x80 | unit & 0x3f]);
            at += 2;
        }
    }
    out.truncate(at);
}

fn encode_wide<U: Unit>(units: &[U], start: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let longest = if U::MAX == 0xffff { 3 } else { 4 };
    let mut at = out.len();
    out.resize(at + (units.len() - start) * longest + 1, 0);
    for (index, unit) in units.iter().enumerate().skip(start) {
        let code = unit.code();
        if is_surrogate(code) {
            out.truncate(at);
            let run = units[index..].iter().take_while(|unit| is_surrogate(unit.code())).count();
            return Err(CodecError { start: index, end: index + run, reason: SURROGATES });
        }
        // A fixed number of bytes is written and the surplus overwritten by the next character.
        let (bytes, length) = encoded(code);
        out[at..at + 4].copy_from_slice(&bytes);
        at += length;
    }
    out.truncate(at);
    Ok(())
}

/// Appends the three bytes of a surrogate as `surrogatepass` encodes it.
pub fn push_surrogate(code: u32, out: &mut Vec<u8>) {
    let (bytes, length) = encoded(code);
    out.extend_from_slice(&bytes[..length]);
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
