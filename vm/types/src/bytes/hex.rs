//! `hex` and `fromhex`.

use super::view;
use crate::arguments::argument_type;
use pyre_object::{Builtin, Obj, PyResult, Vm, bytes, str};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `content.hex(sep, bytes_per_sep)`, for everything that has a buffer.
///
/// # Errors
/// `TypeError` and `ValueError` for a wrong separator.
pub fn hex_method(vm: &Vm, content: &[u8], separator: &Obj, per_separator: &Obj) -> PyResult {
    let group = per_separator.given().map_or(Ok(1), |o| vm.to_i32(o))?;
    let separator = match separator.given() {
        None => None,
        Some(o) => Some(separator_byte(vm, o)?),
    };
    let mut out = Vec::with_capacity(content.len() * 3);
    let size = group.unsigned_abs() as usize;
    for (i, b) in content.iter().enumerate() {
        if let Some(s) = separator
            && i != 0
            && size != 0
            && if group < 0 { i % size == 0 } else { (content.len() - i).is_multiple_of(size) }
        {
            out.push(s);
        }
        out.extend([DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]);
    }
    Ok(str::from_latin1(&out))
}

fn separator_byte(vm: &Vm, o: &Obj) -> PyResult<u8> {
    if vm.len(o)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let not_ascii = || vm.value_error("sep must be ASCII.");
    if let Some(s) = str::get(o) {
        return u8::try_from(s.char_at(0)).ok().filter(u8::is_ascii).ok_or_else(not_ascii);
    }
    match bytes::get(o) {
        Some([b]) if b.is_ascii() => Ok(*b),
        Some(_) => Err(not_ascii()),
        None => Err(vm.type_error("sep must be str or bytes.")),
    }
}

pub(super) fn hex(vm: &Vm, a: &[Obj]) -> PyResult {
    hex_method(vm, &view(vm, &a[0])?, &a[1], &a[2])
}

/// Two hexadecimal digits a byte, with whitespace between bytes.
fn parse(vm: &Vm, text: impl Iterator<Item = u32>) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    let wrong =
        |i: usize| vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {i}"));
    let digit = |c: u32| char::from_u32(c).and_then(|c| c.to_digit(16));
    let mut high = None;
    for (i, c) in text.enumerate() {
        match (high, digit(c)) {
            (None, Some(d)) => high = Some(d),
            (Some(h), Some(d)) => {
                out.push((h << 4 | d) as u8);
                high = None;
            }
            (None, None) if matches!(c, 0x20 | 0x09..=0x0d) => {}
            (_, None) => return Err(wrong(i)),
        }
    }
    if high.is_some() {
        return Err(vm.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
    }
    Ok(out)
}

pub(super) fn fromhex(vm: &Vm, a: &[Obj]) -> PyResult {
    let content = if let Some(s) = str::get(&a[1]) {
        parse(vm, s.data().iter())?
    } else if vm.has_buffer(&a[1]) {
        parse(vm, view(vm, &a[1])?.iter().map(|b| u32::from(*b)))?
    } else {
        return Err(vm.type_error(format!(
            "fromhex() argument must be str or bytes-like, not {}",
            argument_type(&a[1])
        )));
    };
    if a[0].is(Builtin::ByteArray.ty()) {
        return Ok(bytes::new_bytearray(&content));
    }
    let value = bytes::new_bytes(&content);
    if a[0].is(Builtin::Bytes.ty()) { Ok(value) } else { vm.call1(&a[0], &value) }
}
