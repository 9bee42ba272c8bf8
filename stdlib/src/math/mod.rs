//! `math`: the functions of the C library with Python's errors, sums that are rounded once, and integer functions.

mod combinatorics;
mod floats;
mod libm;
mod logarithms;
mod norms;
mod rounding;
mod sums;

use crate::support::{native_table, new_module};
use pyre_object::{NativeDef, Obj, PyResult, Raised, Vm, float, module};

pub(crate) use norms::is_close;

fn new(f: f64) -> PyResult {
    Ok(float::new_float(f))
}

fn domain_error(vm: &Vm) -> Raised {
    vm.value_error("math domain error")
}

fn range_error(vm: &Vm) -> Raised {
    vm.overflow_error("math range error")
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("acos", "(x, /)", |vm, a| floats::checked(vm, &a[0], f64::acos, floats::IN_UNIT))
        .doc("Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi."),
    NativeDef::function("acosh", "(x, /)", |vm, a| floats::checked(vm, &a[0], libm::acosh, "expected argument value not less than 1, got"))
        .doc("Return the inverse hyperbolic cosine of x."),
    NativeDef::function("asin", "(x, /)", |vm, a| floats::checked(vm, &a[0], f64::asin, floats::IN_UNIT))
        .doc("Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    NativeDef::function("asinh", "(x, /)", |vm, a| new(libm::asinh(vm.to_f64(&a[0])?)))
        .doc("Return the inverse hyperbolic sine of x."),
    NativeDef::function("atan", "(x, /)", |vm, a| new(vm.to_f64(&a[0])?.atan()))
        .doc("Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    NativeDef::function("atan2", "(y, x, /)", |vm, a| new(vm.to_f64(&a[0])?.atan2(vm.to_f64(&a[1])?)))
        .doc("Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered."),
    NativeDef::function("atanh", "(x, /)", floats::atanh).doc("Return the inverse hyperbolic tangent of x."),
    NativeDef::function("cbrt", "(x, /)", |vm, a| new(vm.to_f64(&a[0])?.cbrt())).doc("Return the cube root of x."),
    NativeDef::function("ceil", "(x, /)", rounding::ceil)
        .doc("Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."),
    NativeDef::function("comb", "(n, k, /)", combinatorics::comb)
        .doc("Number of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative."),
    NativeDef::function("copysign", "(x, y, /)", |vm, a| new(vm.to_f64(&a[0])?.copysign(vm.to_f64(&a[1])?)))
        .doc("Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n"),
    NativeDef::function("cos", "(x, /)", |vm, a| floats::checked(vm, &a[0], f64::cos, floats::FINITE))
        .doc("Return the cosine of x (measured in radians)."),
    NativeDef::function("cosh", "(x, /)", |vm, a| floats::growing(vm, &a[0], f64::cosh))
        .doc("Return the hyperbolic cosine of x."),
    NativeDef::function("degrees", "(x, /)", |vm, a| new(vm.to_f64(&a[0])? * (180.0 / std::f64::consts::PI)))
        .doc("Convert angle x from radians to degrees."),
    NativeDef::function("dist", "(p, q, /)", norms::dist)
        .doc("Return the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))"),
    NativeDef::function("erf", "(x, /)", |vm, a| new(libm::erf(vm.to_f64(&a[0])?))).doc("Error function at x."),
    NativeDef::function("erfc", "(x, /)", |vm, a| new(libm::erfc(vm.to_f64(&a[0])?)))
        .doc("Complementary error function at x."),
    NativeDef::function("exp", "(x, /)", |vm, a| floats::growing(vm, &a[0], f64::exp))
        .doc("Return e raised to the power of x."),
    NativeDef::function("exp2", "(x, /)", |vm, a| floats::growing(vm, &a[0], f64::exp2))
        .doc("Return 2 raised to the power of x."),
    NativeDef::function("expm1", "(x, /)", |vm, a| floats::growing(vm, &a[0], f64::exp_m1))
        .doc("Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x."),
    NativeDef::function("fabs", "(x, /)", |vm, a| new(vm.to_f64(&a[0])?.abs()))
        .doc("Return the absolute value of the float x."),
    NativeDef::function("factorial", "(n, /)", |vm, a| combinatorics::factorial(vm, &a[0])).doc("Find n!."),
    NativeDef::function("floor", "(x, /)", rounding::floor)
        .doc("Return the floor of x as an Integral.\n\nThis is the largest integer <= x."),
    NativeDef::function("fma", "(x, y, z, /)", floats::fma)
        .doc("Fused multiply-add operation.\n\nCompute (x * y) + z with a single round."),
    NativeDef::function("fmod", "(x, y, /)", floats::fmod)
        .doc("Return fmod(x, y), according to platform C.\n\nx % y may differ."),
    NativeDef::function("frexp", "(x, /)", floats::frexp)
        .doc("Return the mantissa and exponent of x, as pair (m, e).\n\nIf x is a finite nonzero number, then m is a float with\n0.5 <= abs(m) < 1.0 and an integer e is such that\nx == m * 2**e exactly.  Else, return (x, 0)."),
    NativeDef::function("fsum", "(seq, /)", sums::fsum)
        .doc("Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic."),
    NativeDef::function("gamma", "(x, /)", floats::gamma).doc("Gamma function at x."),
    NativeDef::function("gcd", "(*integers)", combinatorics::gcd).doc("Greatest Common Divisor."),
    NativeDef::function("hypot", "(*coordinates)", norms::hypot)
        .doc("Multidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0"),
    NativeDef::function("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", norms::isclose)
        .doc("Determine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them\nmust be smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves."),
    NativeDef::function("isfinite", "(x, /)", |vm, a| Ok(Obj::bool(vm.to_f64(&a[0])?.is_finite())))
        .doc("Return True if x is neither an infinity nor a NaN, and False otherwise."),
    NativeDef::function("isinf", "(x, /)", |vm, a| Ok(Obj::bool(vm.to_f64(&a[0])?.is_infinite())))
        .doc("Return True if x is a positive or negative infinity, and False otherwise."),
    NativeDef::function("isnan", "(x, /)", |vm, a| Ok(Obj::bool(vm.to_f64(&a[0])?.is_nan())))
        .doc("Return True if x is a NaN (not a number), and False otherwise."),
    NativeDef::function("isqrt", "(n, /)", combinatorics::isqrt)
        .doc("Return the integer part of the square root of the input."),
    NativeDef::function("lcm", "(*integers)", combinatorics::lcm).doc("Least Common Multiple."),
    NativeDef::function("ldexp", "(x, i, /)", floats::ldexp)
        .doc("Return x * (2**i).\n\nThis is essentially the inverse of frexp()."),
    NativeDef::function("lgamma", "(x, /)", floats::lgamma)
        .doc("Natural logarithm of absolute value of Gamma function at x."),
    NativeDef::function("log", "(x, base=math.e, /)", logarithms::log)
        .doc("log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x."),
    NativeDef::function("log10", "(x, /)", |vm, a| logarithms::logarithm(vm, &a[0], f64::log10).and_then(new))
        .doc("Return the base 10 logarithm of x."),
    NativeDef::function("log1p", "(x, /)", logarithms::log1p)
        .doc("Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero."),
    NativeDef::function("log2", "(x, /)", |vm, a| logarithms::logarithm(vm, &a[0], f64::log2).and_then(new))
        .doc("Return the base 2 logarithm of x."),
    NativeDef::function("modf", "(x, /)", floats::modf)
        .doc("Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats."),
    NativeDef::function("nextafter", "(x, y, /, *, steps=None)", floats::nextafter)
        .doc("Return the floating-point value the given number of steps after x towards y.\n\nIf steps is not specified or is None, it defaults to 1.\n\nRaises a TypeError, if x or y is not a double, or if steps is not\nan integer.  Raises ValueError if steps is negative."),
    NativeDef::function("perm", "(n, k=None, /)", combinatorics::perm)
        .doc("Number of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative."),
    NativeDef::function("pow", "(x, y, /)", floats::pow).doc("Return x**y (x to the power of y)."),
    NativeDef::function("prod", "(iterable, /, *, start=1)", sums::prod)
        .doc("Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended specifically for use with numeric values and may reject\nnon-numeric types."),
    NativeDef::function("radians", "(x, /)", |vm, a| new(vm.to_f64(&a[0])? * (std::f64::consts::PI / 180.0)))
        .doc("Convert angle x from degrees to radians."),
    NativeDef::function("remainder", "(x, y, /)", floats::remainder)
        .doc("Difference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the nearest even value of n is used. The result is always exact."),
    NativeDef::function("sin", "(x, /)", |vm, a| floats::checked(vm, &a[0], f64::sin, floats::FINITE))
        .doc("Return the sine of x (measured in radians)."),
    NativeDef::function("sinh", "(x, /)", |vm, a| floats::growing(vm, &a[0], f64::sinh))
        .doc("Return the hyperbolic sine of x."),
    NativeDef::function("sqrt", "(x, /)", |vm, a| floats::checked(vm, &a[0], f64::sqrt, "expected a nonnegative input, got"))
        .doc("Return the square root of x."),
    NativeDef::function("sumprod", "(p, q, /)", sums::sumprod)
        .doc("Return the sum of products of values from two iterables p and q.\n\nRoughly equivalent to:\n\n    sum(map(operator.mul, p, q, strict=True))\n\nFor float and mixed int/float inputs, the intermediate products\nand sums are computed with extended precision."),
    NativeDef::function("tan", "(x, /)", |vm, a| floats::checked(vm, &a[0], f64::tan, floats::FINITE))
        .doc("Return the tangent of x (measured in radians)."),
    NativeDef::function("tanh", "(x, /)", |vm, a| new(vm.to_f64(&a[0])?.tanh()))
        .doc("Return the hyperbolic tangent of x."),
    NativeDef::function("trunc", "(x, /)", rounding::trunc)
        .doc("Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method."),
    NativeDef::function("ulp", "(x, /)", floats::ulp)
        .doc("Return the value of the least significant bit of the float x."),
];

/// The real constants, which `cmath` has too.
pub(crate) fn set_constants(m: &Obj) {
    for (name, value) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        module::set(m, name, float::new_float(value));
    }
}

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    let doc = "This module provides access to the mathematical functions\ndefined by the C standard.";
    let m = new_module("math", doc, FUNCTIONS);
    set_constants(&m);
    Ok(m)
}
