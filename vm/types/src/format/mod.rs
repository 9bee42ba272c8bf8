//! Formatting: `__format__` of str and numbers, `str.format`, and `%`. Parsing and rendering are in `pyre-text`; here are
//! values, errors and calls back into Python.

mod fields;
mod percent;

pub use fields::{format_map_method, format_method};
pub use percent::{percent_bytes, percent_str};

use crate::arguments::argument_type;
use pyre_number::Complex;
use pyre_object::int::IntRef;
use pyre_object::str::StrRef;
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, str};
use pyre_text::format_spec::{self, Align, FormatError, FormatSpec, Integer, Locale};
use pyre_text::{Body, Buffer};

/// The specification given to `__format__`.
///
/// # Errors
/// `TypeError` when it is no str.
pub fn spec_argument<'a>(vm: &Vm, spec: &'a Obj) -> PyResult<StrRef<'a>> {
    str::get(spec).ok_or_else(|| {
        vm.type_error(format!("__format__() argument must be str, not {}", argument_type(spec)))
    })
}

#[cold]
fn error(vm: &Vm, e: FormatError, spec: Body<'_>, o: &Obj) -> Raised {
    match e {
        FormatError::Number(e) => vm.num_error(e),
        e => {
            let message = e.message(spec, &o.type_name());
            vm.error_with(Exc::ValueError, &[str::from_buffer(&message)])
        }
    }
}

/// Refuses widths and precisions that no memory holds.
fn check_size(vm: &Vm, spec: Body<'_>) -> PyResult<()> {
    if spec.len() < 12 {
        return Ok(());
    }
    match FormatSpec::parse(spec, 0, Align::Left) {
        Ok(s) if s.width.max(s.precision).is_some_and(|n| n > crate::MAX_NATIVE_BYTES) => {
            Err(vm.memory_error())
        }
        _ => Ok(()),
    }
}

fn finish(vm: &Vm, r: Result<Buffer, FormatError>, spec: Body<'_>, o: &Obj) -> PyResult {
    match r {
        Ok(b) => Ok(str::from_buffer(&b)),
        Err(e) => Err(error(vm, e, spec, o)),
    }
}

/// `str.__format__`
///
/// # Errors
/// `ValueError` for specifications that do not fit text.
pub fn format_str(vm: &Vm, o: &Obj, spec: StrRef<'_>) -> PyResult {
    check_size(vm, spec.text())?;
    finish(vm, format_spec::format_str(str::expect(o).text(), spec.text()), spec.text(), o)
}

/// `int.__format__`; `o` is the int.
///
/// # Errors
/// `ValueError` for specifications that do not fit ints, `OverflowError`.
pub fn format_int(vm: &Vm, o: &Obj, value: IntRef<'_>, spec: StrRef<'_>) -> PyResult {
    let body = spec.text();
    check_size(vm, body)?;
    let value = match value {
        IntRef::Small(i) => Integer::Small(i),
        IntRef::Big(b) => {
            let kind = char::from_u32(body.at(body.len() - 1)).unwrap_or('d');
            if !"boxXeEfFgG%c".contains(kind) {
                // Refuses numbers beyond the limit on digits.
                crate::int::decimal_text(vm, value)?;
            }
            Integer::Big(b)
        }
    };
    finish(vm, format_spec::format_int(value, body, Locale::C), body, o)
}

/// `float.__format__`; `o` is the float.
///
/// # Errors
/// `ValueError` for specifications that do not fit floats.
pub fn format_float(vm: &Vm, o: &Obj, value: f64, spec: StrRef<'_>) -> PyResult {
    check_size(vm, spec.text())?;
    finish(vm, format_spec::format_float(value, spec.text(), Locale::C), spec.text(), o)
}

/// `complex.__format__`; `o` is the complex number.
///
/// # Errors
/// `ValueError` for specifications that do not fit complex numbers.
pub fn format_complex(vm: &Vm, o: &Obj, value: Complex, spec: StrRef<'_>) -> PyResult {
    check_size(vm, spec.text())?;
    finish(vm, format_spec::format_complex(value, spec.text(), Locale::C), spec.text(), o)
}
