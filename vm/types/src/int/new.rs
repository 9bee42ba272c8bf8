//! `int(...)`: conversion of numbers and text.

use super::{DIGITS_THRESHOLD, make, max_str_digits};
use crate::str::unicode;
use pyre_number::int::parse::{IntDigits, ParseIntError};
use pyre_object::call::keyword_text;
use pyre_object::int::{self, IntRef};
use pyre_object::str::{self, StrRef};
use pyre_object::{Args, Builtin, Exc, Obj, PyResult, Raised, Vm, bytes};
use std::borrow::Cow;

pub(super) fn int_new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let mut base = None;
    for (name, value) in args.keywords() {
        if str::eq_str(name, "base") {
            base = Some(value);
        } else {
            return Err(
                vm.type_error(format!("int() got an unexpected keyword argument '{}'", keyword_text(name)))
            );
        }
    }
    let value = match (args.pos(), base) {
        ([], None) => int::new_int(0),
        ([], Some(_)) => return Err(vm.type_error("int() missing string argument")),
        ([x], None) => convert(vm, x)?,
        ([x], Some(b)) | ([x, b], None) => with_base(vm, x, b)?,
        ([_, _], Some(_)) => {
            return Err(vm.type_error("argument for int() given by name ('base') and position (2)"));
        }
        (more, b) => {
            let n = more.len() + usize::from(b.is_some());
            return Err(vm.type_error(format!("int expected at most 2 arguments, got {n}")));
        }
    };
    if cls.is(Builtin::Int.ty()) {
        return Ok(if value.is_exactly(Builtin::Int) { value } else { int::expect(&value).to_obj() });
    }
    Ok(make(cls, int::expect(&value).to_big()))
}

/// `int(x)`
fn convert(vm: &Vm, x: &Obj) -> PyResult {
    if x.raw().is_int() {
        return Ok(x.clone());
    }
    if let Some(f) = x.slots().int.get() {
        let r = f(vm, x)?;
        if !int::is_int(&r) {
            return Err(vm.type_error(format!("__int__ returned non-int (type {})", r.type_name())));
        }
        if !r.is_exactly(Builtin::Int) {
            vm.warn(
                Exc::DeprecationWarning,
                &format!(
                    "__int__ returned non-int (type {}).  The ability to return an instance of a strict subclass of \
                     int is deprecated, and may not be supported in a future version of Python.",
                    r.type_name()
                ),
                1,
            )?;
        }
        return Ok(r);
    }
    if x.slots().index.addr() != 0 {
        return vm.index(x);
    }
    if let Some(s) = str::get(x) {
        return parse_int(vm, &ascii_number(s), 10, x);
    }
    if bytes::is_bytearray(x) {
        return parse_int(vm, &bytes::bytearray_to_vec(x), 10, x);
    }
    if vm.has_buffer(x) {
        let b = vm.buffer(x)?;
        // Other buffers are shown as bytes.
        let copy = bytes::new_bytes(&b.to_bytes());
        return parse_int(vm, bytes::as_bytes(&copy), 10, &copy);
    }
    Err(vm.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        x.type_name()
    )))
}

fn with_base(vm: &Vm, x: &Obj, base: &Obj) -> PyResult {
    let base = vm.index(base)?;
    let base = match int::as_i64(&base) {
        Some(b) if b == 0 || (2..=36).contains(&b) => b as u32,
        _ => return Err(bad_base(vm)),
    };
    if let Some(s) = str::get(x) {
        return parse_int(vm, &ascii_number(s), base, x);
    }
    if let Some(b) = bytes::get(x) {
        return parse_int(vm, b, base, x);
    }
    if bytes::is_bytearray(x) {
        return parse_int(vm, &bytes::bytearray_to_vec(x), base, x);
    }
    Err(vm.type_error("int() can't convert non-string with explicit base"))
}

fn bad_base(vm: &Vm) -> Raised {
    vm.value_error("int() base must be >= 2 and <= 36, or 0")
}

/// The text of a number with decimal digits of all scripts and all whitespace mapped to ASCII; other characters beyond
/// ASCII become `?`.
pub fn ascii_number(s: StrRef<'_>) -> Cow<'_, [u8]> {
    if s.is_ascii() {
        return Cow::Borrowed(s.raw_bytes());
    }
    let map = |c: u32| match c {
        0..128 => c as u8,
        _ if unicode::is_space(c) => b' ',
        _ => unicode::decimal(c).map_or(b'?', |d| b'0' + d),
    };
    Cow::Owned(s.data().iter().map(map).collect())
}

/// `int(text, base)`; `shown` is the argument that an error message quotes.
///
/// # Errors
/// `ValueError`
pub fn parse_int(vm: &Vm, text: &[u8], base: u32, shown: &Obj) -> PyResult {
    let digits = match IntDigits::scan(text, base) {
        Ok(d) => d,
        Err(ParseIntError::BadBase) => return Err(bad_base(vm)),
        Err(ParseIntError::Invalid) => {
            let quoted = str::slice_text(&vm.repr(shown)?, 200);
            return Err(vm.value_error(format!("invalid literal for int() with base {base}: {quoted}")));
        }
    };
    let (limit, n) = (max_str_digits(), digits.digits.len());
    if limit != 0 && n > limit && n > DIGITS_THRESHOLD && !digits.base.is_power_of_two() {
        return Err(vm.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {n} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    Ok(match digits.to_i64() {
        Some(i) => IntRef::Small(i).to_obj(),
        None => int::from_bigint(digits.to_bigint()),
    })
}
