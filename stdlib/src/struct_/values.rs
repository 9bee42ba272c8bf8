//! Values to bytes and back.

use super::format::{Compiled, Field};
use super::struct_error;
use pyre_number::Complex;
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, bytes, complex, float, int, names, raise, tuple};
use pyre_types::memoryview::{f64_to_half, half_to_f64};

fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

/// Writes the low bytes of a word.
#[inline]
fn put(out: &mut [u8], word: u64, big_endian: bool) {
    let n = out.len();
    if big_endian {
        out.copy_from_slice(&word.to_be_bytes()[8 - n..]);
    } else {
        out.copy_from_slice(&word.to_le_bytes()[..n]);
    }
}

/// Reads up to eight bytes.
#[inline]
fn take(raw: &[u8], big_endian: bool) -> u64 {
    let mut word = [0; 8];
    let n = raw.len();
    if big_endian {
        word[8 - n..].copy_from_slice(raw);
        u64::from_be_bytes(word)
    } else {
        word[..n].copy_from_slice(raw);
        u64::from_le_bytes(word)
    }
}

#[cold]
fn out_of_range(vm: &Vm, code: u8, size: usize) -> Raised {
    let bits = 8 * size as u32;
    let (low, high) = if is_signed(code) {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    let code = code as char;
    struct_error(vm, &format!("'{code}' format requires {low} <= number <= {high}"))
}

fn integer(vm: &Vm, value: &Obj) -> PyResult {
    if int::is_int(value) {
        return Ok(value.clone());
    }
    if value.slots().index.addr() == 0 {
        return Err(struct_error(vm, "required argument is not an integer"));
    }
    vm.index(value)
}

fn pack_int(vm: &Vm, f: &Field, big_endian: bool, value: &Obj, out: &mut [u8]) -> PyResult<()> {
    let value = integer(vm, value)?;
    let word = if is_signed(f.code) {
        let shift = 64 - 8 * f.size as u32;
        int::as_i64(&value).filter(|i| (i << shift) >> shift == *i).map(|i| i as u64)
    } else {
        int::as_u64(&value).filter(|i| f.size == 8 || i >> (8 * f.size) == 0)
    };
    let Some(word) = word else { return Err(out_of_range(vm, f.code, f.size)) };
    put(out, word, big_endian);
    Ok(())
}

fn pack_pointer(vm: &Vm, big_endian: bool, value: &Obj, out: &mut [u8]) -> PyResult<()> {
    let value = integer(vm, value)?;
    let word = int::as_u64(&value).or_else(|| int::as_i64(&value).map(|i| i as u64));
    let Some(word) = word else { raise!(vm, OverflowError, "int too large to convert") };
    put(out, word, big_endian);
    Ok(())
}

fn put_float(vm: &Vm, size: usize, big_endian: bool, f: f64, out: &mut [u8]) -> PyResult<()> {
    match size {
        2 => {
            let Some(h) = f64_to_half(f) else {
                raise!(vm, OverflowError, "float too large to pack with e format");
            };
            put(out, u64::from(h), big_endian);
        }
        4 => {
            let narrow = f as f32;
            if narrow.is_infinite() && f.is_finite() {
                raise!(vm, OverflowError, "float too large to pack with f format");
            }
            put(out, u64::from(narrow.to_bits()), big_endian);
        }
        _ => put(out, f.to_bits(), big_endian),
    }
    Ok(())
}

fn pack_float(vm: &Vm, f: &Field, big_endian: bool, value: &Obj, out: &mut [u8]) -> PyResult<()> {
    let x = match vm.to_f64(value) {
        Err(e) if vm.matches(&e, Exc::TypeError) => {
            return Err(struct_error(vm, "required argument is not a float"));
        }
        other => other?,
    };
    put_float(vm, f.size, big_endian, x, out)
}

fn complex_value(vm: &Vm, value: &Obj) -> PyResult<Complex> {
    if let Some(z) = complex::as_complex(value) {
        return Ok(z);
    }
    let wrong = || struct_error(vm, "required argument is not a complex");
    if let Some(r) = vm.call_special(value, names::__complex__(), &[])? {
        return complex::as_complex(&r).ok_or_else(wrong);
    }
    match vm.to_f64(value) {
        Err(e) if vm.matches(&e, Exc::TypeError) => Err(wrong()),
        other => Ok(Complex::new(other?, 0.0)),
    }
}

/// The content of bytes and bytearrays.
fn byte_content(value: &Obj) -> Option<Vec<u8>> {
    match bytes::get(value) {
        Some(b) => Some(b.to_vec()),
        None if bytes::is_bytearray(value) => Some(bytes::bytearray_to_vec(value)),
        None => None,
    }
}

fn pack_bytes(vm: &Vm, f: &Field, value: &Obj, out: &mut [u8]) -> PyResult<()> {
    let Some(content) = byte_content(value) else {
        let code = f.code as char;
        return Err(struct_error(vm, &format!("argument for '{code}' must be a bytes object")));
    };
    let room = if f.code == b'p' {
        let Some((length, room)) = out.split_first_mut() else { return Ok(()) };
        *length = content.len().min(room.len()).min(255) as u8;
        room
    } else {
        out
    };
    let n = content.len().min(room.len());
    room[..n].copy_from_slice(&content[..n]);
    Ok(())
}

fn pack_one(vm: &Vm, f: &Field, big_endian: bool, value: &Obj, out: &mut [u8]) -> PyResult<()> {
    match f.code {
        b'e' | b'f' | b'd' => pack_float(vm, f, big_endian, value, out),
        b'?' => {
            out[0] = u8::from(vm.truth(value)?);
            Ok(())
        }
        b'c' => match bytes::get(value) {
            Some([b]) => {
                out[0] = *b;
                Ok(())
            }
            _ => Err(struct_error(vm, "char format requires a bytes object of length 1")),
        },
        b's' | b'p' => pack_bytes(vm, f, value, out),
        b'P' => pack_pointer(vm, big_endian, value, out),
        b'F' | b'D' => {
            let z = complex_value(vm, value)?;
            let half = f.size / 2;
            let (re, im) = out.split_at_mut(half);
            put_float(vm, half, big_endian, z.re, re)?;
            put_float(vm, half, big_endian, z.im, im)
        }
        _ => pack_int(vm, f, big_endian, value, out),
    }
}

/// Packs values into `out`, which is all zeros and as long as the format; there are as many values as it has.
pub(super) fn pack(vm: &Vm, c: &Compiled, values: &[Obj], out: &mut [u8]) -> PyResult<()> {
    let mut values = values.iter();
    for f in &c.fields {
        for i in 0..f.count {
            let Some(value) = values.next() else { return Ok(()) };
            let at = f.offset + i * f.size;
            if let Err(e) = pack_one(vm, f, c.big_endian, value, &mut out[at..at + f.size]) {
                if int::is_int(value) && vm.matches(&e, Exc::OverflowError) {
                    return Err(struct_error(vm, "int too large to convert"));
                }
                return Err(e);
            }
        }
    }
    Ok(())
}

fn take_float(raw: &[u8], big_endian: bool) -> f64 {
    let word = take(raw, big_endian);
    match raw.len() {
        2 => half_to_f64(word as u16),
        4 => f64::from(f32::from_bits(word as u32)),
        _ => f64::from_bits(word),
    }
}

#[inline]
fn unpack_one(f: &Field, big_endian: bool, raw: &[u8]) -> Obj {
    match f.code {
        b'e' | b'f' | b'd' => float::new_float(take_float(raw, big_endian)),
        b'?' => Obj::bool(raw[0] != 0),
        b'c' => bytes::single(raw[0]),
        b's' => bytes::new_bytes(raw),
        b'p' => match raw {
            [n, content @ ..] => bytes::new_bytes(&content[..content.len().min(usize::from(*n))]),
            [] => bytes::empty(),
        },
        b'F' | b'D' => {
            let (re, im) = raw.split_at(f.size / 2);
            complex::new_complex(take_float(re, big_endian), take_float(im, big_endian))
        }
        code => {
            let word = take(raw, big_endian);
            if is_signed(code) {
                let shift = 64 - 8 * f.size as u32;
                int::new_int((word as i64) << shift >> shift)
            } else {
                int::from_u64(word)
            }
        }
    }
}

/// The values in `raw`, which is as long as the format.
pub(super) fn unpack(c: &Compiled, raw: &[u8]) -> Obj {
    if let [f] = c.fields.as_slice()
        && f.count == 1
    {
        return tuple::new_tuple([unpack_one(f, c.big_endian, &raw[f.offset..f.offset + f.size])]);
    }
    let mut values = Vec::with_capacity(c.values);
    for f in &c.fields {
        for i in 0..f.count {
            let at = f.offset + i * f.size;
            values.push(unpack_one(f, c.big_endian, &raw[at..at + f.size]));
        }
    }
    tuple::from_vec(values)
}
