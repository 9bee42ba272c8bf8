//! Functions of the C library that Rust's standard library does not offer, or computes less accurately.

macro_rules! c_functions {
    ($($(#[$m:meta])* $name:ident($($x:ident),*);)*) => {
        mod c {
            #[link(name = "m")]
            unsafe extern "C" {
                $(pub(super) fn $name($($x: f64),*) -> f64;)*
            }
        }
        $($(#[$m])* pub(super) fn $name($($x: f64),*) -> f64 {
            // SAFETY: a pure function of its arguments.
            unsafe { c::$name($($x),*) }
        })*
    };
}

c_functions! {
    acosh(x);
    asinh(x);
    atanh(x);
    erf(x);
    erfc(x);
    lgamma(x);
    remainder(x, y);
    tgamma(x);
}

/// `x * 2**exponent`, rounded once.
pub(super) fn scale(x: f64, exponent: i32) -> f64 {
    #[link(name = "m")]
    unsafe extern "C" {
        fn ldexp(x: f64, exponent: std::ffi::c_int) -> f64;
    }
    // SAFETY: a pure function of its arguments.
    unsafe { ldexp(x, exponent) }
}

/// `(m, e)` with `x == m * 2**e` and `0.5 <= |m| < 1`; `x` itself and 0 for zeros, infinities and NaN.
pub(super) fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let biased = |x: f64| (x.to_bits() >> 52 & 0x7ff) as i32;
    // Subnormal numbers are made normal first.
    let (y, shift) = if biased(x) == 0 { (x * 2f64.powi(64), 64) } else { (x, 0) };
    let mantissa = f64::from_bits(y.to_bits() & !(0x7ff << 52) | 1022 << 52);
    (mantissa, biased(y) - 1022 - shift)
}
