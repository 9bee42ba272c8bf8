//! Lines of uuencoded data.

use super::{error, flag, with_ascii, with_bytes};
use pyre_object::{Obj, PyResult, Vm, bytes};

pub(super) fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    with_ascii(vm, &a[0], |text| match decode_line(text) {
        Ok(out) => Ok(bytes::new_bytes(&out)),
        Err(message) => Err(error(vm, message)),
    })
}

fn decode_line(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let Some((first, rest)) = text.split_first() else { return Err("Missing length byte") };
    let length = usize::from(first.wrapping_sub(b' ') & 0x3f);
    let mut out = Vec::with_capacity(length);
    let mut rest = rest.iter();
    let (mut word, mut bits) = (0u32, 0);
    while out.len() < length {
        // Lines that lost their blanks at the end are completed.
        let digit = match rest.as_slice().first() {
            None | Some(b'\n' | b'\r') => 0,
            Some(c) if (b' '..=b' ' + 64).contains(c) => c.wrapping_sub(b' ') & 0x3f,
            Some(_) => return Err("Illegal char"),
        };
        rest.next();
        word = word << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
        }
    }
    if rest.any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err("Trailing garbage");
    }
    Ok(out)
}

pub(super) fn encode(vm: &Vm, a: &[Obj]) -> PyResult {
    let backtick = flag(vm, &a[1], false)?;
    with_bytes(vm, &a[0], |data| {
        if data.len() > 45 {
            return Err(error(vm, "At most 45 bytes at once"));
        }
        let digit = |d: u32| if backtick && d == 0 { b'`' } else { b' ' + d as u8 };
        let mut out = vec![digit(data.len() as u32)];
        for group in data.chunks(3) {
            let word = group.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - group.len()));
            out.extend((0..4).map(|i| digit(word >> (18 - 6 * i) & 63)));
        }
        out.push(b'\n');
        Ok(bytes::new_bytes(&out))
    })
}
