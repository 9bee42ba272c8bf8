//! UTF-7 (RFC 2152) as functions.

use super::{decode_exception, errors_argument, handle, text_argument};
use pyre_object::str::StrBuilder;
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, str, tuple};
use pyre_text::codecs::CodecError;

pub static FUNCTIONS: [NativeDef; 2] = [
    NativeDef::function("utf_7_encode", "(str, errors=None, /)", |vm, a| {
        let text = text_argument(vm, "utf_7_encode", &a[0])?;
        errors_argument(vm, "utf_7_encode", &a[1])?;
        Ok(tuple::pair(bytes::new_bytes(&encode(str::expect(text).data())), Obj::from_len(str::len(text))))
    }),
    NativeDef::function("utf_7_decode", "(data, errors=None, final=False, /)", |vm, a| {
        let errors = errors_argument(vm, "utf_7_decode", &a[1])?;
        let is_final = a[2].given().map_or(Ok(false), |f| vm.truth(f))?;
        let memory = vm.contiguous_buffer(&a[0])?;
        decode(vm, &memory.to_bytes(), &errors, is_final)
    }),
];

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(c: u8) -> Option<u32> {
    DIGITS.iter().position(|d| *d == c).map(|i| i as u32)
}

/// Whether the encoder writes the character as itself.
fn is_direct(c: u32) -> bool {
    match u8::try_from(c) {
        Ok(b'\t' | b'\n' | b'\r' | b' ') => true,
        Ok(c) => c.is_ascii_graphic() && !matches!(c, b'+' | b'\\' | b'~'),
        Err(_) => false,
    }
}

fn encode(text: str::Data<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut shifted, mut bits, mut count) = (false, 0u32, 0);
    for c in text.iter() {
        if shifted && is_direct(c) {
            if count > 0 {
                out.push(DIGITS[(bits << (6 - count) & 63) as usize]);
                (bits, count) = (0, 0);
            }
            shifted = false;
            if c < 128 && (digit(c as u8).is_some() || c == u32::from(b'-')) {
                out.push(b'-');
            }
        } else if !shifted && c == u32::from(b'+') {
            out.extend_from_slice(b"+-");
            continue;
        } else if !shifted && !is_direct(c) {
            out.push(b'+');
            shifted = true;
        }
        if !shifted {
            out.push(c as u8);
            continue;
        }
        let mut units = [c as u16, 0];
        let mut n = 1;
        if c >= 0x10000 {
            units = [(0xd800 + ((c - 0x10000) >> 10)) as u16, (0xdc00 + ((c - 0x10000) & 0x3ff)) as u16];
            n = 2;
        }
        for unit in &units[..n] {
            bits = bits << 16 | u32::from(*unit);
            count += 16;
            while count >= 6 {
                count -= 6;
                out.push(DIGITS[(bits >> count & 63) as usize]);
            }
            bits &= (1 << count) - 1;
        }
    }
    if count > 0 {
        out.push(DIGITS[(bits << (6 - count) & 63) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    out
}

/// A shifted sequence that is being read.
struct Shift {
    /// Where its `+` stands.
    start: usize,
    /// Length of the text before it.
    length: usize,
    bits: u32,
    count: u32,
    high: Option<u32>,
}

impl Shift {
    /// Takes six more bits.
    fn push(&mut self, six: u32, out: &mut StrBuilder) {
        self.bits = self.bits << 6 | six;
        self.count += 6;
        if self.count < 16 {
            return;
        }
        self.count -= 16;
        let unit = self.bits >> self.count & 0xffff;
        self.bits &= (1 << self.count) - 1;
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..0xe000) => out.push(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00)),
            (high, _) => {
                if let Some(high) = high {
                    out.push(high);
                }
                if (0xd800..0xdc00).contains(&unit) { self.high = Some(unit) } else { out.push(unit) }
            }
        }
    }

    /// Why the sequence may not end here, if it may not.
    fn problem(&self) -> Option<&'static str> {
        if self.count >= 6 {
            Some("partial character in base64 sequence")
        } else if self.bits != 0 {
            Some("non-zero padding bits in base64 sequence")
        } else {
            None
        }
    }
}

fn decode(vm: &Vm, data: &[u8], errors: &str, is_final: bool) -> PyResult {
    let mut out = StrBuilder::with_capacity(data.len());
    let (mut at, mut shift): (usize, Option<Shift>) = (0, None);
    while at < data.len() || (is_final && shift.is_some()) {
        let mut failure: Option<CodecError> = None;
        match (&mut shift, data.get(at)) {
            (Some(s), Some(&c)) => match digit(c) {
                Some(six) => {
                    s.push(six, &mut out);
                    at += 1;
                }
                None => {
                    let (start, reason, high) = (s.start, s.problem(), s.high);
                    shift = None;
                    if let Some(reason) = reason {
                        failure = Some(CodecError { start, end: at + 1, reason });
                    } else {
                        if let Some(high) = high {
                            out.push(high);
                        }
                        if c == b'-' {
                            at += 1;
                        }
                    }
                }
            },
            (Some(s), None) => {
                let incomplete = s.high.is_some() || s.count >= 6 || (s.count > 0 && s.bits != 0);
                if incomplete {
                    failure = Some(CodecError {
                        start: s.start,
                        end: data.len(),
                        reason: "unterminated shift sequence",
                    });
                }
                shift = None;
            }
            (None, Some(b'+')) => {
                if data.get(at + 1) == Some(&b'-') {
                    out.push(u32::from(b'+'));
                    at += 2;
                } else if data.get(at + 1).is_some_and(|c| digit(*c).is_none()) {
                    failure = Some(CodecError { start: at, end: at + 2, reason: "ill-formed sequence" });
                } else {
                    shift = Some(Shift { start: at, length: out.len(), bits: 0, count: 0, high: None });
                    at += 1;
                }
            }
            (None, Some(&c)) if c < 128 => {
                out.push(u32::from(c));
                at += 1;
            }
            (None, Some(_)) => {
                failure = Some(CodecError { start: at, end: at + 1, reason: "unexpected special character" });
            }
            (None, None) => break,
        }
        if let Some(e) = failure {
            let e = decode_exception(vm, "utf7", data, &e);
            let (replacement, next) = handle(vm, errors, e, data.len(), false)?;
            out.push_obj(&replacement);
            at = next;
        }
    }
    if let Some(s) = shift {
        // The rest comes with the next piece: what the sequence gave so far is given again then.
        out.truncate(s.length);
        return Ok(tuple::pair(out.finish(), Obj::from_len(s.start)));
    }
    Ok(tuple::pair(out.finish(), Obj::from_len(data.len())))
}
