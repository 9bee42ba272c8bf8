//! Items of a memoryview: native single-character formats of `struct`.

use pyre_number::BigInt;
use pyre_number::int::bytes::ByteOrder;
use pyre_object::{Exc, Obj, PyResult, Vm, bytes, float, int};

const NATIVE: ByteOrder = if cfg!(target_endian = "little") { ByteOrder::Little } else { ByteOrder::Big };

/// The format's character; `@` may stand before it. `None` for others.
pub(super) fn code(format: &str) -> Option<u8> {
    let bytes = format.as_bytes();
    match bytes {
        [c] | [b'@', c] if size(*c).is_some() => Some(*c),
        _ => None,
    }
}

/// Bytes of an item.
pub(super) fn size(code: u8) -> Option<usize> {
    Some(match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

/// The object that an item stands for.
pub(super) fn unpack(vm: &Vm, format: &str, raw: &[u8]) -> PyResult {
    let unsupported =
        || vm.error(Exc::NotImplementedError, format!("memoryview: format {format} not supported"));
    let code = code(format).ok_or_else(unsupported)?;
    let wide = |f: f64| float::new_float(f);
    Ok(match (code, raw) {
        (b'c', _) => bytes::new_bytes(raw),
        (b'?', [b]) => Obj::bool(*b != 0),
        (b'B', [b]) => Obj::from_len(usize::from(*b)),
        (b'e', [a, b]) => wide(half_to_f64(u16::from_ne_bytes([*a, *b]))),
        (b'f', [a, b, c, d]) => wide(f64::from(f32::from_ne_bytes([*a, *b, *c, *d]))),
        (b'd', raw) => match <[u8; 8]>::try_from(raw) {
            Ok(r) => wide(f64::from_ne_bytes(r)),
            Err(_) => return Err(unsupported()),
        },
        (c, raw) => int::from_bigint(BigInt::from_bytes(raw, NATIVE, is_signed(c))),
    })
}

/// The bytes of a value.
pub(super) fn pack(vm: &Vm, format: &str, value: &Obj) -> PyResult<Vec<u8>> {
    let Some(code) = code(format) else {
        return Err(vm.error(Exc::NotImplementedError, format!("memoryview: format {format} not supported")));
    };
    let wrong_type = || vm.type_error(format!("memoryview: invalid type for format '{format}'"));
    let wrong_value = || vm.value_error(format!("memoryview: invalid value for format '{format}'"));
    match code {
        b'c' => match bytes::get(value) {
            Some([b]) => Ok(vec![*b]),
            Some(_) => Err(wrong_value()),
            None => Err(wrong_type()),
        },
        b'?' => Ok(vec![u8::from(vm.truth(value)?)]),
        b'e' | b'f' | b'd' => {
            let f = vm.catch(vm.to_f64(value), Exc::TypeError)?.ok_or_else(wrong_type)?;
            match code {
                b'd' => Ok(f.to_ne_bytes().to_vec()),
                b'f' if f.is_finite() && (f as f32).is_infinite() => {
                    Err(vm.overflow_error("float too large to pack with f format"))
                }
                b'f' => Ok((f as f32).to_ne_bytes().to_vec()),
                _ => match f64_to_half(f) {
                    Some(h) => Ok(h.to_ne_bytes().to_vec()),
                    None => Err(vm.overflow_error("float too large to pack with e format")),
                },
            }
        }
        code => {
            let i = vm.catch(vm.index(value), Exc::TypeError)?.ok_or_else(wrong_type)?;
            let size = size(code).unwrap_or(1);
            int::expect(&i).to_big().to_bytes(size, NATIVE, is_signed(code)).map_err(|_| wrong_value())
        }
    }
}

/// IEEE 754 binary16 to double.
pub fn half_to_f64(h: u16) -> f64 {
    let sign = if h >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(h >> 10 & 0x1f), f64::from(h & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    }
}

/// Double to IEEE 754 binary16, ties to even; `None` when finite but too large.
pub fn f64_to_half(f: f64) -> Option<u16> {
    let sign = u16::from(f.is_sign_negative()) << 15;
    let a = f.abs();
    if a.is_nan() {
        return Some(sign | 0x7e00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // Scaled so that the last place of the result is one; the smallest exponent is that of subnormal numbers.
    let exponent = if a == 0.0 { -14 } else { (a.log2().floor() as i32).max(-14) };
    let units = (a * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let (units, exponent) = if units >= 2048 { (units / 2, exponent + 1) } else { (units, exponent) };
    if exponent > 15 {
        return None;
    }
    let biased = if units >= 1024 { (exponent + 15) as u32 } else { 0 };
    Some(sign | (biased << 10) as u16 | (units & 0x3ff) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_survive_the_way_through_doubles() {
        for h in 0..0x7c00u16 {
            assert_eq!(f64_to_half(half_to_f64(h)), Some(h));
        }
        assert_eq!(f64_to_half(65504.0), Some(0x7bff));
        assert_eq!(f64_to_half(65520.0), None);
        assert_eq!(f64_to_half(1e-10), Some(0));
    }
}
