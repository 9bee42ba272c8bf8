//! JSON strings: quoting and reading.

use pyre_object::str::{self, Data, StrBuilder};
use pyre_object::{Obj, PyResult, Raised, Vm, int, raise, tuple};

/// `encode_basestring` and `encode_basestring_ascii`
pub(super) fn encode(vm: &Vm, s: &Obj, ascii: bool) -> PyResult {
    let Some(text) = str::get(s) else {
        raise!(vm, TypeError, "first argument must be a string, not {}", s.type_name())
    };
    let mut out = StrBuilder::with_capacity(text.len() + 2);
    quote(&mut out, text.data(), ascii);
    Ok(out.finish())
}

/// Appends a quoted string.
pub(super) fn quote(out: &mut StrBuilder, data: Data<'_>, ascii: bool) {
    let plain = |c: u32| match c {
        0x22 | 0x5c => false,
        0x20..=0x7e => true,
        _ => !ascii && c > 0x7e,
    };
    out.push_char('"');
    if let Data::One(mut bytes) = data {
        while let Some(i) = bytes.iter().position(|b| !is_plain(*b, ascii)) {
            out.push_latin1(&bytes[..i]);
            escape(out, u32::from(bytes[i]));
            bytes = &bytes[i + 1..];
        }
        out.push_latin1(bytes);
        out.push_char('"');
        return;
    }
    let (mut start, n) = (0, data.len());
    for (i, c) in data.iter().enumerate() {
        if plain(c) {
            continue;
        }
        out.push_data(data.slice(start, i));
        start = i + 1;
        escape(out, c);
    }
    out.push_data(data.slice(start, n));
    out.push_char('"');
}

/// Whether a Latin-1 character stands for itself.
#[inline(always)]
fn is_plain(b: u8, ascii: bool) -> bool {
    const ORDINARY: [bool; 256] = {
        let mut table = [false; 256];
        let mut b = 0x20;
        while b < 0x7f {
            table[b] = b != 0x22 && b != 0x5c;
            b += 1;
        }
        table
    };
    ORDINARY[b as usize] || !ascii && b > 0x7e
}

fn escape(out: &mut StrBuilder, c: u32) {
    match c {
        0x22 => out.push_str("\\\""),
        0x5c => out.push_str("\\\\"),
        8 => out.push_str("\\b"),
        9 => out.push_str("\\t"),
        10 => out.push_str("\\n"),
        12 => out.push_str("\\f"),
        13 => out.push_str("\\r"),
        0x1_0000.. => {
            let v = c - 0x1_0000;
            out.push_str(&format!("\\u{:04x}\\u{:04x}", 0xd800 + (v >> 10), 0xdc00 + (v & 0x3ff)));
        }
        _ => out.push_str(&format!("\\u{c:04x}")),
    }
}

/// `scanstring(string, end, strict=True)`
pub(super) fn scanstring(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(text) = str::get(&a[0]) else {
        raise!(vm, TypeError, "first argument must be a string, not {}", a[0].type_name())
    };
    let end = vm.to_isize(&a[1])?;
    let strict = match a[2].given() {
        Some(s) => vm.truth(s)?,
        None => true,
    };
    match usize::try_from(end) {
        Ok(end) if end <= text.len() => {
            let (value, after) = scan(vm, &a[0], text.data(), end, strict)?;
            Ok(tuple::pair(value, Obj::from_len(after)))
        }
        _ => raise!(vm, ValueError, "end is out of bounds"),
    }
}

/// `json.JSONDecodeError`
#[cold]
pub(super) fn decode_error(vm: &Vm, message: &str, s: &Obj, at: usize) -> Raised {
    let args = [str::new_str(message), s.clone(), Obj::from_len(at)];
    let made = vm
        .import("json.decoder")
        .and_then(|m| vm.getattr_str(&m, "JSONDecodeError"))
        .and_then(|class| vm.call(&class, &args));
    match made {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

/// Reads a string from behind its opening quote; returns where it ended too.
pub(super) fn scan(vm: &Vm, s: &Obj, data: Data<'_>, start: usize, strict: bool) -> PyResult<(Obj, usize)> {
    let n = data.len();
    let unterminated = || decode_error(vm, "Unterminated string starting at", s, start.saturating_sub(1));
    let mut out: Option<StrBuilder> = None;
    let (mut from, mut i) = (start, start);
    loop {
        if i >= n {
            return Err(unterminated());
        }
        if let Data::One(bytes) = data {
            // What ends a stretch of ordinary characters is looked at below.
            let special = |b: &u8| matches!(*b, 0x22 | 0x5c | 0..0x20);
            i = bytes[i..].iter().position(special).map_or(n, |k| i + k);
            if i == n {
                continue;
            }
        }
        let c = data.at(i);
        if c == 0x22 {
            let value = match out {
                None => str::slice(s, from, i),
                Some(mut out) => {
                    out.push_data(data.slice(from, i));
                    out.finish()
                }
            };
            return Ok((value, i + 1));
        }
        if c < 0x20 && strict {
            return Err(decode_error(vm, "Invalid control character at", s, i));
        }
        if c != 0x5c {
            i += 1;
            continue;
        }
        if i + 1 >= n {
            return Err(unterminated());
        }
        let out = out.get_or_insert_with(StrBuilder::new);
        out.push_data(data.slice(from, i));
        let (c, after) = unescape(vm, s, data, i + 1)?;
        out.push(c);
        (from, i) = (after, after);
    }
}

/// The code point that an escape stands for and where the escape ends; `at` is behind the backslash.
fn unescape(vm: &Vm, s: &Obj, data: Data<'_>, at: usize) -> PyResult<(u32, usize)> {
    let c = match char::from_u32(data.at(at)) {
        Some(c @ ('"' | '\\' | '/')) => u32::from(c),
        Some('b') => 8,
        Some('f') => 12,
        Some('n') => 10,
        Some('r') => 13,
        Some('t') => 9,
        Some('u') => return unicode_escape(vm, s, data, at),
        _ => return Err(decode_error(vm, "Invalid \\escape", s, at - 1)),
    };
    Ok((c, at + 1))
}

/// `\uXXXX`, or two that are a surrogate pair.
fn unicode_escape(vm: &Vm, s: &Obj, data: Data<'_>, at: usize) -> PyResult<(u32, usize)> {
    let unit = |u: usize| {
        let digits = (u + 5 < data.len()).then(|| hex(data.slice(u + 1, u + 5))).flatten();
        digits.ok_or_else(|| decode_error(vm, "Invalid \\uXXXX escape", s, u))
    };
    let (high, after) = (unit(at)?, at + 5);
    let pair = (0xd800..0xdc00).contains(&high)
        && after + 6 < data.len()
        && data.at(after) == 0x5c
        && data.at(after + 1) == u32::from('u');
    if pair {
        let low = unit(after + 1)?;
        if (0xdc00..0xe000).contains(&low) {
            return Ok((0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), after + 6));
        }
    }
    Ok((high, after))
}

fn hex(digits: Data<'_>) -> Option<u32> {
    digits.iter().try_fold(0, |v, c| Some((v << 4) | char::from_u32(c)?.to_digit(16)?))
}

/// A position as an int.
pub(super) fn position(i: usize) -> Obj {
    int::from_usize(i)
}
