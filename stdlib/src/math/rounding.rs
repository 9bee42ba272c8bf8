//! `ceil`, `floor` and `trunc`: to ints.

use crate::support::interned;
use pyre_number::BigInt;
use pyre_object::{Builtin, Obj, PyResult, Vm, float, int, names, raise};

interned! {
    fn ceil_name = "__ceil__";
    fn floor_name = "__floor__";
}

fn to_int(vm: &Vm, x: f64) -> PyResult {
    match pyre_number::small::from_f64(x) {
        Some(i) => Ok(int::new_int(i)),
        None => Ok(int::from_bigint(BigInt::from_f64(x).map_err(|e| vm.num_error(e))?)),
    }
}

fn round(vm: &Vm, x: &Obj, method: &Obj, f: fn(f64) -> f64) -> PyResult {
    if x.is_exactly(Builtin::Float)
        && let Some(x) = float::as_float(x)
    {
        return to_int(vm, f(x));
    }
    if x.is_exactly(Builtin::Int) {
        return Ok(x.clone());
    }
    match vm.call_special(x, method, &[])? {
        Some(r) => Ok(r),
        None => to_int(vm, f(vm.to_f64(x)?)),
    }
}

pub(super) fn ceil(vm: &Vm, a: &[Obj]) -> PyResult {
    round(vm, &a[0], ceil_name(), f64::ceil)
}

pub(super) fn floor(vm: &Vm, a: &[Obj]) -> PyResult {
    round(vm, &a[0], floor_name(), f64::floor)
}

pub(super) fn trunc(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[0].is_exactly(Builtin::Float)
        && let Some(x) = float::as_float(&a[0])
    {
        return to_int(vm, x.trunc());
    }
    match vm.call_special(&a[0], names::__trunc__(), &[])? {
        Some(r) => Ok(r),
        None => raise!(vm, TypeError, "type {} doesn't define __trunc__ method", a[0].type_name()),
    }
}
