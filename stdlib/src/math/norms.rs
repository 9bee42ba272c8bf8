//! Distances: squares and their sum are kept in two floats each, the root is corrected once (the residual of Borges, "An
//! Improved Algorithm for hypot(a,b)", 2019), so that nearly all results are correctly rounded.

use super::{libm, new};
use pyre_object::{Obj, PyResult, Vm, raise, tuple};

/// The Euclidean norm.
fn norm(coordinates: &[f64]) -> f64 {
    let mut largest = 0f64;
    let mut some_nan = false;
    for x in coordinates {
        some_nan |= x.is_nan();
        largest = largest.max(x.abs());
    }
    match () {
        () if largest.is_infinite() => return largest,
        () if some_nan => return f64::NAN,
        () if largest == 0.0 || coordinates.len() <= 1 => return largest,
        () => {}
    }
    let exponent = libm::frexp(largest).1;
    // The sum of the squares as an unevaluated sum of two floats.
    let (mut high, mut low) = (0f64, 0f64);
    for x in coordinates {
        let x = libm::scale(*x, -exponent);
        let square = x * x;
        let rest = x.mul_add(x, -square);
        let sum = high + square;
        // Which of the two is larger does not matter for this form.
        let part = sum - high;
        low += (high - (sum - part)) + (square - part) + rest;
        high = sum;
    }
    let root = (high + low).sqrt();
    let residual = (-root).mul_add(root, high) + low;
    libm::scale(root + residual / (2.0 * root), exponent)
}

pub(super) fn hypot(vm: &Vm, a: &[Obj]) -> PyResult {
    let coordinates: PyResult<Vec<f64>> =
        tuple::items(&a[0]).iter().map(|x| vm.to_f64(x).map(f64::abs)).collect();
    new(norm(&coordinates?))
}

pub(super) fn dist(vm: &Vm, a: &[Obj]) -> PyResult {
    let point = |o: &Obj| -> PyResult<Obj> {
        Ok(if tuple::is_tuple(o) { o.clone() } else { tuple::from_vec(vm.collect(o)?) })
    };
    let (p, q) = (point(&a[0])?, point(&a[1])?);
    let (p, q) = (tuple::items(&p), tuple::items(&q));
    if p.len() != q.len() {
        raise!(vm, ValueError, "both points must have the same number of dimensions");
    }
    let differences: PyResult<Vec<f64>> =
        p.iter().zip(q).map(|(x, y)| Ok((vm.to_f64(x)? - vm.to_f64(y)?).abs())).collect();
    new(norm(&differences?))
}

/// Whether numbers with this difference and these magnitudes are close.
pub(crate) fn is_close(difference: f64, a: f64, b: f64, relative: f64, absolute: f64) -> bool {
    difference <= relative * b || difference <= relative * a || difference <= absolute
}

pub(super) fn isclose(vm: &Vm, args: &[Obj]) -> PyResult {
    let (a, b) = (vm.to_f64(&args[0])?, vm.to_f64(&args[1])?);
    let relative = args[2].given().map_or(Ok(1e-9), |o| vm.to_f64(o))?;
    let absolute = args[3].given().map_or(Ok(0.0), |o| vm.to_f64(o))?;
    if relative < 0.0 || absolute < 0.0 {
        raise!(vm, ValueError, "tolerances must be non-negative");
    }
    if a == b {
        return Ok(Obj::TRUE);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Obj::FALSE);
    }
    Ok(Obj::bool(is_close((b - a).abs(), a.abs(), b.abs(), relative, absolute)))
}
