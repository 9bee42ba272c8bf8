//! Logarithms, of ints of any size too.

use super::new;
use pyre_number::float::repr;
use pyre_object::{Obj, PyResult, Vm, int, raise};

/// `f(x)`, a logarithm. Ints that are no float are split into a float and a power of two.
pub(super) fn logarithm(vm: &Vm, x: &Obj, f: fn(f64) -> f64) -> PyResult<f64> {
    if int::is_int(x) {
        let n = int::expect(x);
        if n.is_negative() || n.is_zero() {
            raise!(vm, ValueError, "expected a positive input");
        }
        return Ok(match n.to_f64() {
            Ok(value) => f(value),
            Err(_) => {
                let (mantissa, exponent) = n.to_big().frexp();
                f(mantissa) + f(2.0) * exponent as f64
            }
        });
    }
    let value = vm.to_f64(x)?;
    if value <= 0.0 {
        raise!(vm, ValueError, "expected a positive input, got {}", repr(value));
    }
    Ok(f(value))
}

pub(super) fn log(vm: &Vm, a: &[Obj]) -> PyResult {
    let numerator = logarithm(vm, &a[0], f64::ln)?;
    let Some(base) = a[1].given() else { return new(numerator) };
    let denominator = logarithm(vm, base, f64::ln)?;
    if denominator == 0.0 {
        raise!(vm, ZeroDivisionError, "division by zero");
    }
    new(numerator / denominator)
}

pub(super) fn log1p(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?;
    if x <= -1.0 {
        raise!(vm, ValueError, "expected argument value > -1, got {}", repr(x));
    }
    new(x.ln_1p())
}
