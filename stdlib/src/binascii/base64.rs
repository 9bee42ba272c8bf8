//! Base64.

use super::{error, flag, with_ascii, with_bytes};
use pyre_object::{Obj, PyResult, Vm, bytes};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const NO_DIGIT: u8 = 0xff;

static DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

pub(super) fn encode(vm: &Vm, a: &[Obj]) -> PyResult {
    let newline = flag(vm, &a[1], true)?;
    with_bytes(vm, &a[0], |data| {
        let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
        for group in data.chunks(3) {
            let word = group.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - group.len()));
            for i in 0..4 {
                let digit = ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
                out.push(if i <= group.len() { digit } else { b'=' });
            }
        }
        if newline {
            out.push(b'\n');
        }
        Ok(bytes::new_bytes(&out))
    })
}

pub(super) fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    let strict = flag(vm, &a[1], false)?;
    with_ascii(vm, &a[0], |text| match decode_text(text, strict) {
        Ok(out) => Ok(bytes::new_bytes(&out)),
        Err(message) => Err(error(vm, &message)),
    })
}

/// Decodes; what is no digit is skipped unless `strict`.
fn decode_text(text: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    let fail = |m: &str| Err(m.to_owned());
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    // Digits of the current group, their bits, and how many pads followed them.
    let (mut place, mut word, mut pads) = (0, 0u32, 0);
    for (i, c) in text.iter().enumerate() {
        if *c == b'=' {
            pads += 1;
            if strict && (place < 2 || place + pads > 4) {
                match place {
                    1 => break,
                    _ if i == 0 => return fail("Leading padding not allowed"),
                    _ => return fail("Excess padding not allowed"),
                }
            }
            continue;
        }
        let digit = DIGITS[usize::from(*c)];
        if digit == NO_DIGIT {
            if strict {
                return fail("Only base64 data is allowed");
            }
            continue;
        }
        if strict && pads > 0 {
            return fail(match place + pads {
                4 => "Excess data after padding",
                _ => "Discontinuous padding not allowed",
            });
        }
        pads = 0;
        word = word << 6 | u32::from(digit);
        place += 1;
        if place > 1 {
            out.push((word >> (2 * (4 - place))) as u8);
        }
        place %= 4;
    }
    match place {
        0 => Ok(out),
        1 => Err(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        )),
        _ if place + pads < 4 => fail("Incorrect padding"),
        _ => Ok(out),
    }
}
