//! Formatting: `__format__` of str and numbers (the format specification mini-language), `str.format`, and `%`.

mod complex;
mod fields;
mod number;
mod percent;
mod spec;
mod text;

pub use complex::format_complex;
pub use fields::{format_map_method, format_method};
pub use number::{format_float, format_int};
pub use percent::{percent_bytes, percent_str};
pub use spec::Spec;
pub use text::format_str;

use crate::arguments::argument_type;
use pyre_object::{Obj, PyResult, Vm, str};

/// The specification given to `__format__`.
///
/// # Errors
/// `TypeError` when it is no str.
pub fn spec_argument<'a>(vm: &Vm, spec: &'a Obj) -> PyResult<str::StrRef<'a>> {
    str::get(spec).ok_or_else(|| {
        vm.type_error(format!("__format__() argument must be str, not {}", argument_type(spec)))
    })
}

