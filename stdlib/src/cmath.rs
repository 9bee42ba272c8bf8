//! `cmath`: the complex functions of the C library (C99, Annex G) with Python's errors: poles and what has no limit raise
//! `ValueError`, finite arguments with results that are too large raise `OverflowError`.

use crate::math::{is_close, set_constants};
use crate::support::{native_table, new_module};
use pyre_number::Complex;
use pyre_object::{NativeDef, Obj, PyResult, Raised, Vm, complex, float, module, names, raise, tuple};

/// `double _Complex` as it is passed to C: two floats, in the registers of two floats, on the platforms that pyre runs on.
#[repr(C)]
#[derive(Clone, Copy)]
struct CComplex {
    re: f64,
    im: f64,
}

#[link(name = "m")]
unsafe extern "C" {
    fn cacos(z: CComplex) -> CComplex;
    fn cacosh(z: CComplex) -> CComplex;
    fn casin(z: CComplex) -> CComplex;
    fn casinh(z: CComplex) -> CComplex;
    fn catan(z: CComplex) -> CComplex;
    fn catanh(z: CComplex) -> CComplex;
    fn ccos(z: CComplex) -> CComplex;
    fn ccosh(z: CComplex) -> CComplex;
    fn cexp(z: CComplex) -> CComplex;
    fn clog(z: CComplex) -> CComplex;
    fn csin(z: CComplex) -> CComplex;
    fn csinh(z: CComplex) -> CComplex;
    fn csqrt(z: CComplex) -> CComplex;
    fn ctan(z: CComplex) -> CComplex;
    fn ctanh(z: CComplex) -> CComplex;
}

type Function = unsafe extern "C" fn(CComplex) -> CComplex;

fn domain_error(vm: &Vm) -> Raised {
    vm.value_error("math domain error")
}

/// The value of any number.
fn argument(vm: &Vm, o: &Obj) -> PyResult<Complex> {
    if let Some(z) = complex::as_complex(o) {
        return Ok(z);
    }
    if let Some(r) = vm.call_special(o, names::__complex__(), &[])? {
        let Some(z) = complex::as_complex(&r) else {
            let (kind, got) = (o.type_name(), r.type_name());
            raise!(vm, TypeError, "{kind}.__complex__() must return a complex, not {got}");
        };
        return Ok(z);
    }
    Ok(Complex::new(vm.to_f64(o)?, 0.0))
}

fn is_finite(z: Complex) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

fn apply(f: Function, z: Complex) -> Complex {
    // SAFETY: a pure function of its argument.
    let r = unsafe { f(CComplex { re: z.re, im: z.im }) };
    Complex::new(r.re, r.im)
}

/// `f(z)`; what `undefined` says has no value raises `ValueError`.
fn call(vm: &Vm, o: &Obj, f: Function, undefined: fn(Complex) -> bool) -> PyResult {
    let z = argument(vm, o)?;
    if undefined(z) {
        return Err(domain_error(vm));
    }
    let r = apply(f, z);
    if is_finite(z) && !is_finite(r) {
        return Err(vm.overflow_error("math range error"));
    }
    Ok(complex::from_complex(r))
}

fn everywhere(_: Complex) -> bool {
    false
}

/// `exp` and the hyperbolic functions turn for ever along an infinite imaginary part.
fn exp_undefined(z: Complex) -> bool {
    z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY)
}

fn hyperbolic_undefined(z: Complex) -> bool {
    z.im.is_infinite() && !z.re.is_nan()
}

fn tanh_undefined(z: Complex) -> bool {
    z.im.is_infinite() && z.re.is_finite()
}

/// A circular function of `z` is a hyperbolic one of `iz`.
fn turned(z: Complex) -> Complex {
    Complex::new(-z.im, z.re)
}

fn circular_undefined(z: Complex) -> bool {
    hyperbolic_undefined(turned(z))
}

fn tan_undefined(z: Complex) -> bool {
    tanh_undefined(turned(z))
}

fn atanh_undefined(z: Complex) -> bool {
    z.im == 0.0 && z.re.abs() == 1.0
}

fn atan_undefined(z: Complex) -> bool {
    atanh_undefined(turned(z))
}

fn logarithm(vm: &Vm, z: Complex) -> PyResult<Complex> {
    if z.re == 0.0 && z.im == 0.0 {
        return Err(domain_error(vm));
    }
    Ok(apply(clog, z))
}

fn log(vm: &Vm, a: &[Obj]) -> PyResult {
    let numerator = logarithm(vm, argument(vm, &a[0])?)?;
    let Some(base) = a[1].given() else { return Ok(complex::from_complex(numerator)) };
    let denominator = logarithm(vm, argument(vm, base)?)?;
    if denominator.re == 0.0 && denominator.im == 0.0 {
        return Err(domain_error(vm));
    }
    Ok(complex::from_complex(numerator.divide(denominator).map_err(|e| vm.num_error(e))?))
}

fn log10(vm: &Vm, a: &[Obj]) -> PyResult {
    let z = logarithm(vm, argument(vm, &a[0])?)?;
    Ok(complex::new_complex(z.re / std::f64::consts::LN_10, z.im / std::f64::consts::LN_10))
}

fn phase(vm: &Vm, a: &[Obj]) -> PyResult {
    let z = argument(vm, &a[0])?;
    Ok(float::new_float(z.im.atan2(z.re)))
}

fn polar(vm: &Vm, a: &[Obj]) -> PyResult {
    let z = argument(vm, &a[0])?;
    let r = z.abs().map_err(|_| vm.overflow_error("math range error"))?;
    Ok(tuple::pair(float::new_float(r), float::new_float(z.im.atan2(z.re))))
}

fn rect(vm: &Vm, a: &[Obj]) -> PyResult {
    let (r, phi) = (vm.to_f64(&a[0])?, vm.to_f64(&a[1])?);
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(domain_error(vm));
    }
    if phi == 0.0 {
        // An infinite radius must not meet the sine of 0.
        let im = if r.is_infinite() { phi.copysign(phi * r.signum()) } else { r * phi };
        return Ok(complex::new_complex(r, im));
    }
    if r == 0.0 && !phi.is_finite() {
        return Ok(complex::new_complex(0.0, 0.0));
    }
    if r.is_infinite() && phi.is_finite() {
        let part = |x: f64| f64::INFINITY.copysign(x) * r.signum();
        return Ok(complex::new_complex(part(phi.cos()), part(phi.sin())));
    }
    Ok(complex::new_complex(r * phi.cos(), r * phi.sin()))
}

fn isclose(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y) = (argument(vm, &a[0])?, argument(vm, &a[1])?);
    let relative = a[2].given().map_or(Ok(1e-9), |o| vm.to_f64(o))?;
    let absolute = a[3].given().map_or(Ok(0.0), |o| vm.to_f64(o))?;
    if relative < 0.0 || absolute < 0.0 {
        raise!(vm, ValueError, "tolerances must be non-negative");
    }
    if x.re == y.re && x.im == y.im {
        return Ok(Obj::TRUE);
    }
    if [x.re, x.im, y.re, y.im].iter().any(|p| p.is_infinite()) {
        return Ok(Obj::FALSE);
    }
    let size = |z: Complex| z.re.hypot(z.im);
    let difference = size(Complex::new(x.re - y.re, x.im - y.im));
    Ok(Obj::bool(is_close(difference, size(x), size(y), relative, absolute)))
}

fn test(vm: &Vm, o: &Obj, f: fn(Complex) -> bool) -> PyResult {
    Ok(Obj::bool(f(argument(vm, o)?)))
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("acos", "(z, /)", |vm, a| call(vm, &a[0], cacos, everywhere))
        .doc("Return the arc cosine of z."),
    NativeDef::function("acosh", "(z, /)", |vm, a| call(vm, &a[0], cacosh, everywhere))
        .doc("Return the inverse hyperbolic cosine of z."),
    NativeDef::function("asin", "(z, /)", |vm, a| call(vm, &a[0], casin, everywhere))
        .doc("Return the arc sine of z."),
    NativeDef::function("asinh", "(z, /)", |vm, a| call(vm, &a[0], casinh, everywhere))
        .doc("Return the inverse hyperbolic sine of z."),
    NativeDef::function("atan", "(z, /)", |vm, a| call(vm, &a[0], catan, atan_undefined))
        .doc("Return the arc tangent of z."),
    NativeDef::function("atanh", "(z, /)", |vm, a| call(vm, &a[0], catanh, atanh_undefined))
        .doc("Return the inverse hyperbolic tangent of z."),
    NativeDef::function("cos", "(z, /)", |vm, a| call(vm, &a[0], ccos, circular_undefined))
        .doc("Return the cosine of z."),
    NativeDef::function("cosh", "(z, /)", |vm, a| call(vm, &a[0], ccosh, hyperbolic_undefined))
        .doc("Return the hyperbolic cosine of z."),
    NativeDef::function("exp", "(z, /)", |vm, a| call(vm, &a[0], cexp, exp_undefined))
        .doc("Return the exponential value e**z."),
    NativeDef::function("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", isclose)
        .doc("Determine whether two complex numbers are close in value."),
    NativeDef::function("isfinite", "(z, /)", |vm, a| test(vm, &a[0], is_finite))
        .doc("Return True if both the real and imaginary parts of z are finite, else False."),
    NativeDef::function("isinf", "(z, /)", |vm, a| {
        test(vm, &a[0], |z| z.re.is_infinite() || z.im.is_infinite())
    })
    .doc("Checks if the real or imaginary part of z is infinite."),
    NativeDef::function("isnan", "(z, /)", |vm, a| test(vm, &a[0], |z| z.re.is_nan() || z.im.is_nan()))
        .doc("Checks if the real or imaginary part of z not a number (NaN)."),
    NativeDef::function("log", "(z, base=<unrepresentable>, /)", log)
        .doc("log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e)\nof z."),
    NativeDef::function("log10", "(z, /)", log10).doc("Return the base-10 logarithm of z."),
    NativeDef::function("phase", "(z, /)", phase)
        .doc("Return argument, also known as the phase angle, of a complex."),
    NativeDef::function("polar", "(z, /)", polar)
        .doc("Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle."),
    NativeDef::function("rect", "(r, phi, /)", rect)
        .doc("Convert from polar coordinates to rectangular coordinates."),
    NativeDef::function("sin", "(z, /)", |vm, a| call(vm, &a[0], csin, circular_undefined))
        .doc("Return the sine of z."),
    NativeDef::function("sinh", "(z, /)", |vm, a| call(vm, &a[0], csinh, hyperbolic_undefined))
        .doc("Return the hyperbolic sine of z."),
    NativeDef::function("sqrt", "(z, /)", |vm, a| call(vm, &a[0], csqrt, everywhere))
        .doc("Return the square root of z."),
    NativeDef::function("tan", "(z, /)", |vm, a| call(vm, &a[0], ctan, tan_undefined))
        .doc("Return the tangent of z."),
    NativeDef::function("tanh", "(z, /)", |vm, a| call(vm, &a[0], ctanh, tanh_undefined))
        .doc("Return the hyperbolic tangent of z."),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    let doc = "This module provides access to mathematical functions for complex\nnumbers.";
    let m = new_module("cmath", doc, FUNCTIONS);
    set_constants(&m);
    module::set(&m, "infj", complex::new_complex(0.0, f64::INFINITY));
    module::set(&m, "nanj", complex::new_complex(0.0, f64::NAN));
    Ok(m)
}
