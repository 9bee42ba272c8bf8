//! `complex.__format__`.

use super::number::{Parts, assemble, float_text};
use super::spec::Spec;
use super::text::{check_width, padding_before};
use pyre_number::{Complex, float};
use pyre_object::str::{StrBuilder, StrRef};
use pyre_object::{PyResult, Vm};

/// The number's parts formatted as floats, with `j`, in parentheses if no presentation type is given.
///
/// # Errors
/// `ValueError` for specifications that do not fit complex numbers.
pub fn format_complex(vm: &Vm, value: Complex, type_name: &str, spec: StrRef<'_>) -> PyResult {
    let s = Spec::parse(vm, spec, 0, b'>', type_name)?;
    if s.fill == u32::from(b'0') && !(s.align_given && s.align != b'=') {
        return Err(vm.value_error("Zero padding is not allowed in complex format specifier"));
    }
    if s.align == b'=' {
        return Err(vm.value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    if s.kind == u32::from(b'%') {
        return Err(super::spec::unknown_type(vm, s.kind, type_name));
    }
    let plain = s.kind == 0;
    let mut inner = s.clone();
    inner.width = 0;
    let part = |f: f64| -> PyResult<String> {
        if plain && s.precision.is_none() {
            let mut text = float::format(f, float::FloatStyle::Repr, 0, s.alternate);
            if text.ends_with(".0") && !s.alternate {
                text.truncate(text.len() - 2);
            }
            return Ok(text);
        }
        let mut general = s.clone();
        if plain {
            general.kind = u32::from(b'g');
        }
        float_text(vm, f, type_name, &general)
    };
    let skip_real = plain && value.re == 0.0 && value.re.is_sign_positive();
    let parens = plain && !skip_real;
    let mut body = StrBuilder::new();
    if parens {
        body.push(u32::from(b'('));
    }
    if !skip_real {
        assemble(vm, &inner, &Parts::of_float(&part(value.re)?), 3, &mut body)?;
        inner.sign = b'+';
    }
    assemble(vm, &inner, &Parts::of_float(&part(value.im)?), 3, &mut body)?;
    body.push(u32::from(b'j'));
    if parens {
        body.push(u32::from(b')'));
    }
    check_width(vm, s.width)?;
    let padding = s.width.saturating_sub(body.len());
    let before = padding_before(s.align, padding);
    let mut out = StrBuilder::new();
    out.push_n(s.fill, before);
    out.push_data(body.data());
    out.push_n(s.fill, padding - before);
    Ok(out.finish())
}
