//! Functions of floats that are the C library's, with Python's errors.

use super::{domain_error, libm, new, range_error};
use pyre_number::float::repr;
use pyre_object::{Obj, PyResult, Vm, float, int, raise, tuple};

pub(super) const IN_UNIT: &str = "expected a number in range from -1 up to 1, got";
pub(super) const FINITE: &str = "expected a finite input, got";
const NO_POLE: &str = "expected a noninteger or positive integer, got";

/// `f(x)`; where it is not defined, `ValueError` with this message and the argument.
pub(super) fn checked(vm: &Vm, x: &Obj, f: fn(f64) -> f64, message: &str) -> PyResult {
    let x = vm.to_f64(x)?;
    let r = f(x);
    if r.is_nan() && !x.is_nan() {
        raise!(vm, ValueError, "{message} {}", repr(x));
    }
    new(r)
}

/// `f(x)` of a function that is defined everywhere and may overflow.
pub(super) fn growing(vm: &Vm, x: &Obj, f: fn(f64) -> f64) -> PyResult {
    let x = vm.to_f64(x)?;
    let r = f(x);
    if r.is_infinite() && x.is_finite() { Err(range_error(vm)) } else { new(r) }
}

pub(super) fn atanh(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?;
    if x.abs() >= 1.0 {
        raise!(vm, ValueError, "expected a number between -1 and 1, got {}", repr(x));
    }
    new(libm::atanh(x))
}

/// Whether the gamma function has a pole.
fn is_pole(x: f64) -> bool {
    x <= 0.0 && x == x.floor()
}

pub(super) fn gamma(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?;
    if x == f64::NEG_INFINITY || (x.is_finite() && is_pole(x)) {
        raise!(vm, ValueError, "{NO_POLE} {}", repr(x));
    }
    if x == x.floor() && (1.0..=23.0).contains(&x) {
        // These factorials are exact.
        return new((1..x as u32).fold(1.0, |p, i| p * f64::from(i)));
    }
    let r = libm::tgamma(x);
    if r.is_infinite() && x.is_finite() { Err(range_error(vm)) } else { new(r) }
}

pub(super) fn lgamma(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?;
    if x.is_infinite() {
        return new(f64::INFINITY);
    }
    if is_pole(x) {
        raise!(vm, ValueError, "{NO_POLE} {}", repr(x));
    }
    let r = libm::lgamma(x);
    if r.is_infinite() { Err(range_error(vm)) } else { new(r) }
}

pub(super) fn pow(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y) = (vm.to_f64(&a[0])?, vm.to_f64(&a[1])?);
    let r = x.powf(y);
    if x.is_finite() && y.is_finite() && !r.is_finite() {
        return Err(if r.is_nan() || x == 0.0 { domain_error(vm) } else { range_error(vm) });
    }
    new(r)
}

pub(super) fn fmod(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y) = (vm.to_f64(&a[0])?, vm.to_f64(&a[1])?);
    let r = x % y;
    if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error(vm)) } else { new(r) }
}

pub(super) fn remainder(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y) = (vm.to_f64(&a[0])?, vm.to_f64(&a[1])?);
    let r = libm::remainder(x, y);
    if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error(vm)) } else { new(r) }
}

pub(super) fn fma(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y, z) = (vm.to_f64(&a[0])?, vm.to_f64(&a[1])?, vm.to_f64(&a[2])?);
    let r = x.mul_add(y, z);
    if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        raise!(vm, ValueError, "invalid operation in fma");
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        raise!(vm, OverflowError, "overflow in fma");
    }
    new(r)
}

pub(super) fn frexp(vm: &Vm, a: &[Obj]) -> PyResult {
    let (m, e) = libm::frexp(vm.to_f64(&a[0])?);
    Ok(tuple::pair(float::new_float(m), int::new_int(i64::from(e))))
}

pub(super) fn modf(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?;
    let whole = x.trunc();
    let fraction = match () {
        () if x.is_nan() => x,
        () if x.is_infinite() => 0f64.copysign(x),
        () => (x - whole).copysign(x),
    };
    Ok(tuple::pair(float::new_float(fraction), float::new_float(whole)))
}

pub(super) fn ldexp(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?;
    if !int::is_int(&a[1]) {
        raise!(vm, TypeError, "Expected an int as second argument to ldexp.");
    }
    if x == 0.0 || !x.is_finite() {
        return new(x);
    }
    let large = if int::expect(&a[1]).is_negative() { i32::MIN } else { i32::MAX };
    let exponent = int::as_i64(&a[1]).and_then(|e| i32::try_from(e).ok()).unwrap_or(large);
    let r = match exponent {
        // Beyond every float; the C library is spared the extremes.
        e if e < -5000 => 0f64.copysign(x),
        e if e > 5000 => f64::INFINITY,
        e => libm::scale(x, e),
    };
    if r.is_infinite() { Err(range_error(vm)) } else { new(r) }
}

/// The position of a float among all floats, symmetric around 0.
fn rank(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

fn at_rank(rank: i64, sign_of_zero: f64) -> f64 {
    match rank {
        0 => 0f64.copysign(sign_of_zero),
        r if r < 0 => f64::from_bits(i64::MIN.wrapping_sub(r) as u64),
        r => f64::from_bits(r as u64),
    }
}

/// `steps` floats from `x` towards `y`, at most to `y`.
fn step_towards(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    let (from, to) = (rank(x), rank(y));
    if from.abs_diff(to) <= steps {
        return y;
    }
    let moved = if to > from { from.wrapping_add_unsigned(steps) } else { from.wrapping_sub_unsigned(steps) };
    at_rank(moved, x)
}

pub(super) fn nextafter(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y) = (vm.to_f64(&a[0])?, vm.to_f64(&a[1])?);
    let Some(steps) = a[2].not_none() else {
        return new(if x == y { y } else { step_towards(x, y, 1) });
    };
    let steps = vm.index(steps)?;
    if int::expect(&steps).is_negative() {
        raise!(vm, ValueError, "steps must be a non-negative integer");
    }
    match int::as_u64(&steps).unwrap_or(u64::MAX) {
        0 => new(x),
        n => new(step_towards(x, y, n)),
    }
}

pub(super) fn ulp(vm: &Vm, a: &[Obj]) -> PyResult {
    let x = vm.to_f64(&a[0])?.abs();
    if !x.is_finite() {
        return new(x);
    }
    let following = step_towards(x, f64::INFINITY, 1);
    if following.is_infinite() {
        return new(x - step_towards(x, 0.0, 1));
    }
    new(following - x)
}
