//! Methods that map or classify bytes as ASCII, and those that pad.

use super::{result_like, unchanged, view};
use crate::arguments::argument_type;
use pyre_object::{Obj, PyResult, Vm, bytes};
use pyre_text::{Body, split};

fn map(vm: &Vm, a: &[Obj], f: impl FnOnce(&[u8]) -> Vec<u8>) -> PyResult {
    Ok(result_like(&a[0], &f(&view(vm, &a[0])?)))
}

pub(super) fn lower(vm: &Vm, a: &[Obj]) -> PyResult {
    map(vm, a, <[u8]>::to_ascii_lowercase)
}

pub(super) fn upper(vm: &Vm, a: &[Obj]) -> PyResult {
    map(vm, a, <[u8]>::to_ascii_uppercase)
}

fn swap(b: &u8) -> u8 {
    if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b }
}

pub(super) fn swapcase(vm: &Vm, a: &[Obj]) -> PyResult {
    map(vm, a, |b| b.iter().map(swap).collect())
}

pub(super) fn capitalize(vm: &Vm, a: &[Obj]) -> PyResult {
    map(vm, a, |b| {
        let mut out = b.to_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
        out
    })
}

pub(super) fn title(vm: &Vm, a: &[Obj]) -> PyResult {
    map(vm, a, |b| {
        let mut inside = false;
        let mut convert = |c: &u8| {
            let r = if inside { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
            inside = c.is_ascii_alphabetic();
            r
        };
        b.iter().map(&mut convert).collect()
    })
}

fn test(vm: &Vm, a: &[Obj], f: impl FnOnce(&[u8]) -> bool) -> PyResult {
    Ok(Obj::bool(f(&view(vm, &a[0])?)))
}

fn all(b: &[u8], f: impl FnMut(&u8) -> bool) -> bool {
    !b.is_empty() && b.iter().all(f)
}

pub(super) fn isalnum(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| all(b, u8::is_ascii_alphanumeric))
}

pub(super) fn isalpha(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| all(b, u8::is_ascii_alphabetic))
}

pub(super) fn isascii(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, <[u8]>::is_ascii)
}

pub(super) fn isdigit(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| all(b, u8::is_ascii_digit))
}

pub(super) fn isspace(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| all(b, |c| pyre_text::classify::is_byte_space(*c)))
}

pub(super) fn islower(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| b.iter().any(u8::is_ascii_lowercase) && !b.iter().any(u8::is_ascii_uppercase))
}

pub(super) fn isupper(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| b.iter().any(u8::is_ascii_uppercase) && !b.iter().any(u8::is_ascii_lowercase))
}

pub(super) fn istitle(vm: &Vm, a: &[Obj]) -> PyResult {
    test(vm, a, |b| {
        let (mut inside, mut cased) = (false, false);
        for c in b {
            if (c.is_ascii_uppercase() && inside) || (c.is_ascii_lowercase() && !inside) {
                return false;
            }
            inside = c.is_ascii_alphabetic();
            cased |= inside;
        }
        cased
    })
}

fn fill_byte(vm: &Vm, function: &str, o: &Obj) -> PyResult<u8> {
    let Some(o) = o.given() else { return Ok(b' ') };
    let content = if bytes::is_bytes(o) || bytes::is_bytearray(o) { Some(view(vm, o)?) } else { None };
    match content.as_deref() {
        Some([b]) => Ok(*b),
        Some(other) => Err(vm.type_error(format!(
            "{function}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
            o.type_name(),
            other.len()
        ))),
        None => Err(vm.type_error(format!(
            "{function}() argument 2 must be a byte string of length 1, not {}",
            argument_type(o)
        ))),
    }
}

/// Pads to the width in `a[1]`; `left_of` says how many of the missing bytes go to the left.
fn pad(vm: &Vm, function: &str, a: &[Obj], left_of: impl FnOnce(usize, usize) -> usize) -> PyResult {
    let width = vm.to_isize(&a[1])?.max(0) as usize;
    let fill = fill_byte(vm, function, &a[2])?;
    let content = view(vm, &a[0])?;
    let Some(missing) = width.checked_sub(content.len()).filter(|n| *n > 0) else {
        return Ok(unchanged(&a[0], &content));
    };
    if width > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    let left = left_of(missing, width);
    let mut out = vec![fill; width];
    out[left..left + content.len()].copy_from_slice(&content);
    Ok(result_like(&a[0], &out))
}

pub(super) fn center(vm: &Vm, a: &[Obj]) -> PyResult {
    pad(vm, "center", a, |missing, width| missing / 2 + (missing & width & 1))
}

pub(super) fn ljust(vm: &Vm, a: &[Obj]) -> PyResult {
    pad(vm, "ljust", a, |_, _| 0)
}

pub(super) fn rjust(vm: &Vm, a: &[Obj]) -> PyResult {
    pad(vm, "rjust", a, |missing, _| missing)
}

pub(super) fn zfill(vm: &Vm, a: &[Obj]) -> PyResult {
    let width = vm.to_isize(&a[1])?.max(0) as usize;
    let content = view(vm, &a[0])?;
    if width <= content.len() {
        return Ok(unchanged(&a[0], &content));
    }
    if width > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    let signs = usize::from(matches!(content.first(), Some(b'+' | b'-')));
    let mut out = Vec::with_capacity(width);
    out.extend_from_slice(&content[..signs]);
    out.resize(width - (content.len() - signs), b'0');
    out.extend_from_slice(&content[signs..]);
    Ok(result_like(&a[0], &out))
}

pub(super) fn expandtabs(vm: &Vm, a: &[Obj]) -> PyResult {
    let size = a[1].given().map_or(Ok(8), |o| vm.to_i32(o))?;
    let content = view(vm, &a[0])?;
    match split::expand_tabs(Body::Latin1(&content), i64::from(size)) {
        Some(b) => match b.as_body() {
            Body::Latin1(out) => Ok(result_like(&a[0], out)),
            _ => Ok(unchanged(&a[0], &content)),
        },
        None => Err(vm.overflow_error("result too long")),
    }
}
