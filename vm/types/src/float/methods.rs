//! Methods and members of `float`.

use super::{from_integral, value};
use crate::arguments::native_table;
use crate::format::{format_float, spec_argument};
use pyre_number::float as num;
use pyre_object::float::new_float;
use pyre_object::int::{self, IntRef};
use pyre_object::str;
use pyre_object::tuple::new_tuple;
use pyre_object::{Builtin, GetSetDef, NativeDef, Obj, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::class_method("from_number", "($type, number, /)", from_number)
        .doc("Convert real number to a floating-point number."),
    NativeDef::method("conjugate", "($self, /)", |vm, a| super::exact(vm, &a[0]))
        .doc("Return self, the complex conjugate of any float."),
    NativeDef::method("__trunc__", "($self, /)", |vm, a| from_integral(vm, value(&a[0]).trunc()))
        .doc("Return the Integral closest to x between 0 and x."),
    NativeDef::method("__floor__", "($self, /)", |vm, a| from_integral(vm, value(&a[0]).floor()))
        .doc("Return the floor as an Integral."),
    NativeDef::method("__ceil__", "($self, /)", |vm, a| from_integral(vm, value(&a[0]).ceil()))
        .doc("Return the ceiling as an Integral."),
    NativeDef::method("__round__", "($self, ndigits=None, /)", round).doc(
        "Return the Integral closest to x, rounding half toward even.\n\n\
         When an argument is passed, work like built-in round(x, ndigits).",
    ),
    NativeDef::method("as_integer_ratio", "($self, /)", as_integer_ratio)
        .doc("Return a pair of integers, whose ratio is exactly equal to the original float."),
    NativeDef::class_method("fromhex", "($type, string, /)", fromhex)
        .doc("Create a floating-point number from a hexadecimal string."),
    NativeDef::method("hex", "($self, /)", |_, a| Ok(str::new_str(&num::to_hex(value(&a[0])))))
        .doc("Return a hexadecimal representation of a floating-point number."),
    NativeDef::method("is_integer", "($self, /)", |_, a| Ok(Obj::bool(num::is_integer(value(&a[0])))))
        .doc("Return True if the float is an integer."),
    NativeDef::method("__getnewargs__", "($self, /)", |_, a| Ok(new_tuple([new_float(value(&a[0]))]))),
    NativeDef::class_method("__getformat__", "($type, typestr, /)", getformat),
    NativeDef::method("__format__", "($self, format_spec, /)", format)
        .doc("Formats the float according to format_spec."),
];

pub(super) static GETSET: &[GetSetDef] =
    &[GetSetDef::readonly("real", super::exact), GetSetDef::readonly("imag", |_, _| Ok(new_float(0.0)))];

fn from_number(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[0].is(Builtin::Float.ty()) && a[1].is_exactly(Builtin::Float) {
        return Ok(a[1].clone());
    }
    let f = new_float(vm.to_f64(&a[1])?);
    if a[0].is(Builtin::Float.ty()) { Ok(f) } else { vm.call1(&a[0], &f) }
}

fn round(vm: &Vm, a: &[Obj]) -> PyResult {
    let f = value(&a[0]);
    let Some(digits) = a[1].not_none() else {
        return from_integral(vm, if f.is_finite() { f.round_ties_even() } else { f });
    };
    let digits = vm.index(digits)?;
    let digits = match int::expect(&digits) {
        IntRef::Small(d) => d,
        IntRef::Big(b) if b.is_negative() => i64::MIN,
        IntRef::Big(_) => i64::MAX,
    };
    num::round_digits(f, digits).map(new_float).map_err(|e| vm.num_error(e))
}

fn as_integer_ratio(vm: &Vm, a: &[Obj]) -> PyResult {
    let (n, d) = num::as_integer_ratio(value(&a[0])).map_err(|e| vm.num_error(e))?;
    Ok(new_tuple([int::from_bigint(n), int::from_bigint(d)]))
}

fn fromhex(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(s) = str::get(&a[1]) else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let text = s.to_wtf8();
    let f = num::from_hex(&text).map(new_float).map_err(|e| vm.num_error(e))?;
    if a[0].is(Builtin::Float.ty()) { Ok(f) } else { vm.call1(&a[0], &f) }
}

fn getformat(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[1]) {
        return Err(vm.type_error(format!("__getformat__() argument must be str, not {}", a[1].type_name())));
    }
    if !str::eq_str(&a[1], "double") && !str::eq_str(&a[1], "float") {
        return Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'"));
    }
    Ok(str::new_str(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" }))
}

fn format(vm: &Vm, a: &[Obj]) -> PyResult {
    let spec = spec_argument(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str(&a[0]);
    }
    format_float(vm, &a[0], value(&a[0]), spec)
}
