//! Hexadecimal text.

use super::{error, with_ascii, with_bytes};
use pyre_object::{Obj, PyResult, Vm, bytes, raise, str};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

pub(super) fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    with_ascii(vm, &a[0], |text| {
        if text.len() % 2 != 0 {
            return Err(error(vm, "Odd-length string"));
        }
        let digit = |c: u8| (c as char).to_digit(16).map(|d| d as u8);
        let pairs = text.chunks_exact(2).map(|p| Some(digit(p[0])? << 4 | digit(p[1])?));
        match pairs.collect::<Option<Vec<u8>>>() {
            Some(out) => Ok(bytes::new_bytes(&out)),
            None => Err(error(vm, "Non-hexadecimal digit found")),
        }
    })
}

/// The separator: one byte, or one character of Latin-1.
fn separator(vm: &Vm, o: &Obj) -> PyResult<u8> {
    if vm.len(o)? != 1 {
        raise!(vm, ValueError, "sep must be length 1.");
    }
    match (str::get(o), bytes::get(o)) {
        (Some(s), _) if s.char_at(0) < 256 => Ok(s.char_at(0) as u8),
        (Some(_), _) => raise!(vm, ValueError, "sep must be ASCII."),
        (_, Some(b)) => Ok(b[0]),
        _ => raise!(vm, TypeError, "sep must be str or bytes."),
    }
}

pub(super) fn encode(vm: &Vm, a: &[Obj]) -> PyResult {
    let group = a[2].given().map_or(Ok(1), |o| vm.to_i32(o))?;
    let separator = a[1].given().map(|o| separator(vm, o)).transpose()?;
    with_bytes(vm, &a[0], |data| {
        let size = group.unsigned_abs() as usize;
        let mut out = Vec::with_capacity(data.len() * 3);
        for (i, b) in data.iter().enumerate() {
            // Positive groups are counted from the end.
            let before = if group > 0 { data.len() - i } else { i };
            if let Some(s) = separator
                && i > 0
                && size > 0
                && before.is_multiple_of(size)
            {
                out.push(s);
            }
            out.extend([DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]);
        }
        Ok(bytes::new_bytes(&out))
    })
}
