//! `str.__format__`.

use super::spec::{Spec, unknown_type};
use pyre_object::str::{self, StrBuilder, StrRef};
use pyre_object::{Obj, PyResult, Vm};

/// The text, padded and cut as the specification says.
///
/// # Errors
/// `ValueError` for specifications that do not fit text.
pub fn format_str(vm: &Vm, value: &Obj, spec: StrRef<'_>) -> PyResult {
    let name = value.type_name();
    let s = Spec::parse(vm, spec, u32::from(b's'), b'<', &name)?;
    if s.kind != u32::from(b's') {
        return Err(unknown_type(vm, s.kind, &name));
    }
    let what = match s {
        Spec { sign: b' ', .. } => Some("Space"),
        Spec { sign: 1.., .. } => Some("Sign"),
        Spec { no_negative_zero: true, .. } => Some("Negative zero coercion (z)"),
        Spec { alternate: true, .. } => Some("Alternate form (#)"),
        Spec { align: b'=', .. } => Some("'=' alignment"),
        _ => None,
    };
    if let Some(what) = what {
        return Err(vm.value_error(format!("{what} not allowed in string format specifier")));
    }
    let text = str::expect(value);
    let len = s.precision.map_or(text.len(), |p| p.min(text.len()));
    if s.width <= len {
        return Ok(str::slice(value, 0, len));
    }
    check_width(vm, s.width)?;
    let mut out = StrBuilder::with_capacity(s.width);
    let before = padding_before(s.align, s.width - len);
    out.push_n(s.fill, before);
    out.push_data(text.data().slice(0, len));
    out.push_n(s.fill, s.width - len - before);
    Ok(out.finish())
}

/// Of `n` padding characters, how many stand before the content.
pub(super) fn padding_before(align: u8, n: usize) -> usize {
    match align {
        b'>' => n,
        b'^' => n / 2,
        _ => 0,
    }
}

/// Refuses widths that no memory holds.
///
/// # Errors
/// `MemoryError`
pub(super) fn check_width(vm: &Vm, width: usize) -> PyResult<()> {
    if width > crate::MAX_NATIVE_BYTES { Err(vm.memory_error()) } else { Ok(()) }
}
