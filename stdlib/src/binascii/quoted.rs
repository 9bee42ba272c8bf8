//! Quoted-printable text.

use super::{flag, with_ascii, with_bytes};
use pyre_object::{Obj, PyResult, Vm, bytes};

/// Lines are broken before they get longer.
const LINE: usize = 76;

pub(super) fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    let header = flag(vm, &a[1], false)?;
    with_ascii(vm, &a[0], |text| Ok(bytes::new_bytes(&decode_text(text, header))))
}

fn decode_text(text: &[u8], header: bool) -> Vec<u8> {
    let hex = |c: u8| (c as char).to_digit(16).map(|d| d as u8);
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        let c = text[i];
        i += 1;
        if c != b'=' {
            out.push(if header && c == b'_' { b' ' } else { c });
            continue;
        }
        match text[i..] {
            [] => break,
            [b'\n' | b'\r', ..] => {
                // A soft line break.
                let end = text[i..].iter().position(|c| *c == b'\n').unwrap_or(text.len() - i);
                i = (i + end + 1).min(text.len());
            }
            [b'=', ..] => {
                out.push(b'=');
                i += 1;
            }
            [high, low, ..] if hex(high).is_some() && hex(low).is_some() => {
                out.push(hex(high).unwrap_or(0) << 4 | hex(low).unwrap_or(0));
                i += 2;
            }
            _ => out.push(b'='),
        }
    }
    out
}

/// What `b2a_qp` was told.
#[derive(Clone, Copy)]
struct Options {
    quotetabs: bool,
    istext: bool,
    header: bool,
}

pub(super) fn encode(vm: &Vm, a: &[Obj]) -> PyResult {
    let options = Options {
        quotetabs: flag(vm, &a[1], false)?,
        istext: flag(vm, &a[2], true)?,
        header: flag(vm, &a[3], false)?,
    };
    with_bytes(vm, &a[0], |data| Ok(bytes::new_bytes(&encode_data(data, options))))
}

impl Options {
    /// Whether the first byte of `rest` must be written as digits.
    fn must_quote(self, rest: &[u8], line: usize) -> bool {
        let (c, following) = (rest[0], rest.get(1).copied());
        match c {
            127.. | b'=' => true,
            b'_' => self.header,
            // A line with only a dot ends a mail.
            b'.' => line == 0 && matches!(following, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !self.istext,
            b'\t' | b' ' => following.is_none() || (self.quotetabs && c < 33),
            _ => c < 33,
        }
    }
}

fn push_quoted(out: &mut Vec<u8>, c: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend([b'=', DIGITS[usize::from(c >> 4)], DIGITS[usize::from(c & 15)]]);
}

fn encode_data(data: &[u8], options: Options) -> Vec<u8> {
    // The first line end decides how lines end.
    let first = data.iter().position(|c| *c == b'\n');
    let ending: &[u8] = if first.is_some_and(|i| i > 0 && data[i - 1] == b'\r') { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    let (mut i, mut line) = (0, 0);
    while i < data.len() {
        let rest = &data[i..];
        let c = rest[0];
        if options.must_quote(rest, line) {
            if line + 3 >= LINE {
                out.push(b'=');
                out.extend_from_slice(ending);
                line = 0;
            }
            push_quoted(&mut out, c);
            line += 3;
            i += 1;
            continue;
        }
        if options.istext && (c == b'\n' || rest.starts_with(b"\r\n")) {
            // White space at the end of a line would get lost.
            if let Some(blank @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                push_quoted(&mut out, blank);
            }
            out.extend_from_slice(ending);
            line = 0;
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if rest.len() > 1 && rest[1] != b'\n' && line + 1 >= LINE {
            out.push(b'=');
            out.extend_from_slice(ending);
            line = 0;
        }
        line += 1;
        out.push(if options.header && c == b' ' { b'_' } else { c });
        i += 1;
    }
    out
}
