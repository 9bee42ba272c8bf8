//! f-strings and template strings.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::{Conversion, Instruction};
use pyre_object::{Builtin, Obj, PyResult, Vm, str, template};

/// `!s`, `!r`, `!a` or nothing.
fn convert(vm: &Vm, value: &Obj, conversion: Option<Conversion>) -> PyResult {
    match conversion {
        Some(Conversion::Str) => vm.str(value),
        Some(Conversion::Repr) => vm.repr(value),
        Some(Conversion::Ascii) => ascii(vm, value),
        Some(Conversion::None) | None => Ok(value.clone()),
    }
}

/// `ascii(value)`
///
/// # Errors
/// What `__repr__` raises.
pub fn ascii(vm: &Vm, value: &Obj) -> PyResult {
    let repr = vm.repr(value)?;
    let text = str::expect(&repr);
    if text.is_ascii() {
        return Ok(repr);
    }
    let mut out = String::new();
    for c in text.data().iter() {
        match c {
            0..0x80 => out.push(char::from(c as u8)),
            0x80..0x100 => out.push_str(&format!("\\x{c:02x}")),
            0x100..0x10000 => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(str::new_str(&out))
}

/// `format(value, "")`
#[inline]
fn format_plain(vm: &Vm, value: &Obj) -> PyResult {
    if value.is_exactly(Builtin::Str) {
        return Ok(value.clone());
    }
    // Their `__format__` with an empty specification is `str`.
    if value.is_exactly(Builtin::Int) || value.is_exactly(Builtin::Float) {
        return vm.str(value);
    }
    vm.format(value, &str::empty())
}

/// `a = format(b)` after the conversion `c`
pub fn format_simple(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let value = cx.reg(i.b());
    let text = match Conversion::from_u16(i.c()) {
        Some(Conversion::None) => format_plain(cx.vm, value)?,
        conversion => {
            let converted = convert(cx.vm, value, conversion)?;
            format_plain(cx.vm, &converted)?
        }
    };
    cx.set(i.a(), text);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a = format(b, c)`
pub fn format_spec(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let text = cx.vm.format(cx.reg(i.b()), cx.reg(i.c()))?;
    cx.set(i.a(), text);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a =` `b` converted as `c` says
pub fn convert_value(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let converted = convert(cx.vm, cx.reg(i.b()), Conversion::from_u16(i.c()))?;
    cx.set(i.a(), converted);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a =` an interpolation of a template string
pub fn build_interpolation(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (value, expression) = (cx.take(i.b()), cx.take(i.b() + 1));
    let spec = if i.c() & 0x10 != 0 { cx.take(i.b() + 2) } else { str::empty() };
    let conversion = match Conversion::from_u16(i.c() & 0xf) {
        Some(Conversion::Str) => str::latin1_char(b's'),
        Some(Conversion::Repr) => str::latin1_char(b'r'),
        Some(Conversion::Ascii) => str::latin1_char(b'a'),
        Some(Conversion::None) | None => Obj::NONE,
    };
    cx.set(i.a(), template::new_interpolation(value, expression, conversion, spec));
    Ok(Go::Next)
}

/// `a =` a template of the strings `b` and the interpolations `b + 1`
pub fn build_template(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (strings, interpolations) = (cx.take(i.b()), cx.take(i.b() + 1));
    cx.set(i.a(), template::new_template(strings, interpolations));
    Ok(Go::Next)
}
