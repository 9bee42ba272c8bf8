//! Methods that map or classify characters, and those that pad.

use super::{exact, too_long};
use pyre_object::str::{self, Kind, StrBuilder};
use pyre_object::{Obj, PyResult, Vm};
use pyre_text::{Buffer, case, classify, split, unicode};

macro_rules! mapping {
    ($($name:ident),*) => {$(
        pub(super) fn $name(_: &Vm, a: &[Obj]) -> PyResult {
            let mapped: Buffer = case::$name(str::expect(&a[0]).text());
            Ok(str::from_buffer(&mapped))
        }
    )*};
}

mapping!(casefold, capitalize, title, swapcase);

/// ASCII text needs one pass over its bytes.
fn ascii_or(o: &Obj, ascii: fn(&[u8]) -> Vec<u8>, general: fn(pyre_text::Body<'_>) -> Buffer) -> Obj {
    let s = str::expect(o);
    match s.is_ascii() {
        true => str::from_latin1(&ascii(s.raw_bytes())),
        false => str::from_buffer(&general(s.text())),
    }
}

pub(super) fn lower(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(ascii_or(&a[0], <[u8]>::to_ascii_lowercase, case::lower))
}

pub(super) fn upper(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(ascii_or(&a[0], <[u8]>::to_ascii_uppercase, case::upper))
}

macro_rules! all_characters {
    ($($name:ident = $query:ident),*) => {$(
        pub(super) fn $name(_: &Vm, a: &[Obj]) -> PyResult {
            Ok(Obj::bool(classify::all(str::expect(&a[0]).text(), unicode::$query)))
        }
    )*};
}

all_characters!(
    isspace = is_space,
    isdecimal = is_decimal,
    isdigit = is_digit,
    isnumeric = is_numeric,
    isalpha = is_alpha,
    isalnum = is_alnum
);

macro_rules! whole_text {
    ($($name:ident = $query:ident),*) => {$(
        pub(super) fn $name(_: &Vm, a: &[Obj]) -> PyResult {
            Ok(Obj::bool(classify::$query(str::expect(&a[0]).text())))
        }
    )*};
}

whole_text!(
    islower = is_lower,
    isupper = is_upper,
    istitle = is_title,
    isidentifier = is_identifier,
    isprintable = is_printable
);

pub(super) fn isascii(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(str::expect(&a[0]).is_ascii()))
}

fn fill_character(vm: &Vm, o: &Obj) -> PyResult<u32> {
    let Some(o) = o.given() else { return Ok(u32::from(b' ')) };
    match str::get(o) {
        Some(s) if s.len() == 1 => Ok(s.char_at(0)),
        Some(_) => Err(vm.type_error("The fill character must be exactly one character long")),
        None => {
            Err(vm
                .type_error(format!("The fill character must be a unicode character, not {}", o.type_name())))
        }
    }
}

/// The text with `left` and `right` fill characters around it.
fn pad(vm: &Vm, o: &Obj, left: usize, right: usize, fill: u32) -> PyResult {
    let s = str::expect(o);
    if left + right == 0 {
        return Ok(exact(o));
    }
    let widest = s.kind().max(Kind::for_max(fill)).width();
    if (s.len() + left + right).saturating_mul(widest) > crate::MAX_NATIVE_BYTES {
        return Err(too_long(vm));
    }
    let mut b = StrBuilder::with_capacity(s.len() + left + right);
    b.push_n(fill, left);
    b.push_ref(s);
    b.push_n(fill, right);
    Ok(b.finish())
}

/// How many characters are missing to the width in `a[1]`, and the fill character in `a[2]`.
fn padding(vm: &Vm, a: &[Obj]) -> PyResult<(usize, usize, u32)> {
    let width = vm.to_isize(&a[1])?.max(0) as usize;
    let fill = fill_character(vm, &a[2])?;
    Ok((width, width.saturating_sub(str::len(&a[0])), fill))
}

pub(super) fn center(vm: &Vm, a: &[Obj]) -> PyResult {
    let (width, missing, fill) = padding(vm, a)?;
    // An odd character goes to the left when the width is odd too.
    let left = missing / 2 + (missing & width & 1);
    pad(vm, &a[0], left, missing - left, fill)
}

pub(super) fn ljust(vm: &Vm, a: &[Obj]) -> PyResult {
    let (_, missing, fill) = padding(vm, a)?;
    pad(vm, &a[0], 0, missing, fill)
}

pub(super) fn rjust(vm: &Vm, a: &[Obj]) -> PyResult {
    let (_, missing, fill) = padding(vm, a)?;
    pad(vm, &a[0], missing, 0, fill)
}

pub(super) fn zfill(vm: &Vm, a: &[Obj]) -> PyResult {
    let s = str::expect(&a[0]);
    let width = vm.to_isize(&a[1])?.max(0) as usize;
    let Some(missing) = width.checked_sub(s.len()).filter(|n| *n > 0) else { return Ok(exact(&a[0])) };
    if width.saturating_mul(s.kind().width()) > crate::MAX_NATIVE_BYTES {
        return Err(too_long(vm));
    }
    let signs = usize::from(!s.is_empty() && matches!(s.char_at(0), 0x2b | 0x2d));
    let mut b = StrBuilder::with_capacity(width);
    b.push_data(s.data().slice(0, signs));
    b.push_n(u32::from(b'0'), missing);
    b.push_data(s.data().slice(signs, s.len()));
    Ok(b.finish())
}

pub(super) fn expandtabs(vm: &Vm, a: &[Obj]) -> PyResult {
    let size = a[1].given().map_or(Ok(8), |o| vm.to_i32(o))?;
    match split::expand_tabs(str::expect(&a[0]).text(), i64::from(size)) {
        Some(b) => Ok(str::from_buffer(&b)),
        None => Err(vm.overflow_error("new string is too long")),
    }
}
