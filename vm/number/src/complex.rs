//! `complex`: arithmetic, text and hash.
//!
//! Products and quotients that come out as NaN in both parts although an operand is infinite are recovered as in
//! C11 Annex G.5.1; division scales by the larger part of the divisor (R. L. Smith, 1962). Operations of a complex
//! with a real number leave the real's missing imaginary part out of the computation instead of taking it as zero,
//! which matters for infinities and signed zeros.

use std::ops::{Add, Mul, Neg, Sub};

use crate::NumError;
use crate::float;
use crate::int::hash::HASH_IMAG;
use crate::int::parse::trim_space;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// Why a text is not a complex number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseComplexError {
    /// `ValueError("complex() arg is a malformed string")`
    Malformed,
    /// `ValueError("could not convert string to complex: {text!r}")`: misplaced underscores.
    Underscores,
}

const POWER_OF_ZERO: NumError = NumError::zero_division("zero to a negative or complex power");

/// The direction of a part of an infinite number: ±1 for an infinite part, ±0 for a finite one.
fn boxed(part: f64) -> f64 {
    (if part.is_infinite() { 1.0f64 } else { 0.0 }).copysign(part)
}

fn nan_to_zero(part: f64) -> f64 {
    if part.is_nan() { 0f64.copysign(part) } else { part }
}

impl Complex {
    /// The number with these parts.
    pub const fn new(re: f64, im: f64) -> Self {
        Complex { re, im }
    }

    fn is_all_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    /// `self / other`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor.
    pub fn divide(self, other: Complex) -> Result<Complex, NumError> {
        let (re, im) = (other.re, other.im);
        let result = if re.abs() >= im.abs() {
            if re == 0.0 {
                return Err(NumError::division_by_zero());
            }
            let ratio = im / re;
            let scale = re + im * ratio;
            Complex::new((self.re + self.im * ratio) / scale, (self.im - self.re * ratio) / scale)
        } else if im.abs() >= re.abs() {
            let ratio = re / im;
            let scale = re * ratio + im;
            Complex::new((self.re * ratio + self.im) / scale, (self.im * ratio - self.re) / scale)
        } else {
            Complex::new(f64::NAN, f64::NAN)
        };
        if !result.is_all_nan() {
            return Ok(result);
        }
        Ok(if self.is_infinite() && other.is_finite() {
            let (x, y) = (boxed(self.re), boxed(self.im));
            Complex::new(f64::INFINITY * (x * re + y * im), f64::INFINITY * (y * re - x * im))
        } else if other.is_infinite() && self.is_finite() {
            let (x, y) = (boxed(re), boxed(im));
            Complex::new(0.0 * (self.re * x + self.im * y), 0.0 * (self.im * x - self.re * y))
        } else {
            result
        })
    }

    /// `self + real`.
    pub fn add_real(self, real: f64) -> Complex {
        Complex::new(self.re + real, self.im)
    }

    /// `self - real`.
    pub fn sub_real(self, real: f64) -> Complex {
        Complex::new(self.re - real, self.im)
    }

    /// `real - self`.
    pub fn real_sub(self, real: f64) -> Complex {
        Complex::new(real - self.re, -self.im)
    }

    /// `self * real`.
    pub fn mul_real(self, real: f64) -> Complex {
        Complex::new(self.re * real, self.im * real)
    }

    /// `self / real`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor.
    pub fn divide_real(self, real: f64) -> Result<Complex, NumError> {
        if real == 0.0 {
            return Err(NumError::division_by_zero());
        }
        Ok(Complex::new(self.re / real, self.im / real))
    }

    /// `real / self`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for a zero divisor.
    pub fn real_divide(self, real: f64) -> Result<Complex, NumError> {
        let (re, im) = (self.re, self.im);
        let result = if re.abs() >= im.abs() {
            if re == 0.0 {
                return Err(NumError::division_by_zero());
            }
            let ratio = im / re;
            let scale = re + im * ratio;
            Complex::new(real / scale, (-real * ratio) / scale)
        } else if im.abs() >= re.abs() {
            let ratio = re / im;
            let scale = re * ratio + im;
            Complex::new((real * ratio) / scale, -real / scale)
        } else {
            Complex::new(f64::NAN, f64::NAN)
        };
        Ok(if result.is_all_nan() && real.is_finite() && self.is_infinite() {
            Complex::new(0.0 * (real * boxed(re)), 0.0 * (-real * boxed(im)))
        } else {
            result
        })
    }

    /// `self ** exponent`.
    ///
    /// # Errors
    /// `ZeroDivisionError` for zero to a negative or complex power (and for angles that are not finite, which CPython
    /// reports the same way), `OverflowError` when the result is out of range.
    pub fn pow(self, exponent: Complex) -> Result<Complex, NumError> {
        let whole = exponent.im == 0.0 && exponent.re == exponent.re.floor() && exponent.re.abs() <= 100.0;
        let result = if whole {
            self.pow_integer(exponent.re as i32)?
        } else if self.re == 0.0 && self.im == 0.0 {
            if exponent.im != 0.0 || exponent.re < 0.0 {
                return Err(POWER_OF_ZERO);
            }
            Complex::new(0.0, 0.0)
        } else {
            let modulus = self.re.hypot(self.im);
            let angle = self.im.atan2(self.re);
            let mut length = modulus.powf(exponent.re);
            let mut phase = angle * exponent.re;
            if exponent.im != 0.0 {
                length *= (-angle * exponent.im).exp();
                phase += exponent.im * modulus.ln();
            }
            if phase.is_infinite() {
                return Err(POWER_OF_ZERO);
            }
            Complex::new(length * phase.cos(), length * phase.sin())
        };
        if result.is_infinite() {
            return Err(NumError::overflow("complex exponentiation"));
        }
        Ok(result)
    }

    /// Repeated squaring, with the reciprocal for negative exponents.
    fn pow_integer(self, exponent: i32) -> Result<Complex, NumError> {
        let mut rest = exponent.unsigned_abs();
        let mut result = Complex::new(1.0, 0.0);
        let mut square = self;
        while rest != 0 {
            if rest & 1 == 1 {
                result = result * square;
            }
            rest >>= 1;
            square = square * square;
        }
        if exponent > 0 {
            Ok(result)
        } else {
            Complex::new(1.0, 0.0).divide(result).map_err(|_| POWER_OF_ZERO)
        }
    }

    /// `abs(self)`.
    ///
    /// # Errors
    /// `OverflowError` when the result is out of range.
    pub fn abs(self) -> Result<f64, NumError> {
        let length = self.re.hypot(self.im);
        if length.is_infinite() && self.is_finite() {
            return Err(NumError::overflow("absolute value too large"));
        }
        Ok(length)
    }

    /// `hash(self)` from the hashes of the parts, for callers that hash NaN parts by identity.
    pub fn combine_hashes(real: i64, imaginary: i64) -> i64 {
        let hash = real.wrapping_add(imaginary.wrapping_mul(HASH_IMAG as i64));
        if hash == -1 { -2 } else { hash }
    }

    /// `hash(self)`; `None` when a part is NaN.
    pub fn hash(self) -> Option<i64> {
        Some(Complex::combine_hashes(float::hash(self.re)?, float::hash(self.im)?))
    }

    /// `repr(self)`.
    pub fn repr(self) -> String {
        if self.re == 0.0 && self.re.is_sign_positive() {
            return part_repr(self.im) + "j";
        }
        let imaginary = part_repr(self.im);
        let plus = if imaginary.starts_with('-') { "" } else { "+" };
        format!("({}{plus}{imaginary}j)", part_repr(self.re))
    }

    /// The value of `complex(text)`. Text must be ASCII; the caller maps non-ASCII decimal digits and whitespace.
    ///
    /// # Errors
    /// For text that is no complex number.
    pub fn parse(text: &[u8]) -> Result<Complex, ParseComplexError> {
        if text.contains(&b'_') {
            if !float::underscores_join(text, |byte| byte.is_ascii_digit()) {
                return Err(ParseComplexError::Underscores);
            }
            let joined: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'_').collect();
            return parse_parts(&joined).ok_or(ParseComplexError::Malformed);
        }
        parse_parts(text).ok_or(ParseComplexError::Malformed)
    }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, other: Complex) -> Complex {
        Complex::new(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, other: Complex) -> Complex {
        Complex::new(self.re - other.re, self.im - other.im)
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        let (mut a, mut b, mut c, mut d) = (self.re, self.im, other.re, other.im);
        let products = [a * c, b * d, a * d, b * c];
        let result = Complex::new(products[0] - products[1], products[2] + products[3]);
        if !result.is_all_nan() {
            return result;
        }
        let mut recover = false;
        if self.is_infinite() {
            (a, b, c, d) = (boxed(a), boxed(b), nan_to_zero(c), nan_to_zero(d));
            recover = true;
        }
        if other.is_infinite() {
            (c, d, a, b) = (boxed(c), boxed(d), nan_to_zero(a), nan_to_zero(b));
            recover = true;
        }
        if !recover && products.iter().any(|product| product.is_infinite()) {
            (a, b, c, d) = (nan_to_zero(a), nan_to_zero(b), nan_to_zero(c), nan_to_zero(d));
            recover = true;
        }
        if recover {
            Complex::new(f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c))
        } else {
            result
        }
    }
}

impl Neg for Complex {
    type Output = Complex;
    fn neg(self) -> Complex {
        Complex::new(-self.re, -self.im)
    }
}

/// The shortest text of a part, without the `.0` of a float.
pub fn part_repr(part: f64) -> String {
    let mut text = float::repr(part);
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}

/// `x`, `yj` or `x±yj`, optionally in parentheses; `y` may be missing and is then 1.
fn parse_parts(text: &[u8]) -> Option<Complex> {
    let mut text = trim_space(text);
    if let [b'(', inner @ .., b')'] = text {
        text = trim_space(inner);
    }
    if let [body @ .., b'j' | b'J'] = text {
        let split = float_prefix(body);
        let (first, second) = body.split_at(split);
        if second.is_empty() {
            return Some(Complex::new(0.0, imaginary(first)?));
        }
        // What follows a real part is a sign with or without digits; a bare sign may also stand alone.
        if split == 0 {
            return Some(Complex::new(0.0, imaginary(second)?));
        }
        if !matches!(second[0], b'+' | b'-') {
            return None;
        }
        return Some(Complex::new(float::parse(first)?, imaginary(second)?));
    }
    // `float::parse` would skip whitespace, but `text` has none at its ends any more.
    float::parse(text).map(|re| Complex::new(re, 0.0))
}

/// The number before `j`: nothing or a bare sign stands for one.
fn imaginary(text: &[u8]) -> Option<f64> {
    match text {
        b"" | b"+" => Some(1.0),
        b"-" => Some(-1.0),
        [.., last] if crate::int::parse::is_space(*last) => None,
        [first, ..] if crate::int::parse::is_space(*first) => None,
        _ => float::parse(text),
    }
}

/// Length of the longest prefix of `text` that is a float; 0 if there is none.
fn float_prefix(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let rest = &text[sign..];
    for word in [&b"infinity"[..], b"inf", b"nan"] {
        if rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word) {
            return sign + word.len();
        }
    }
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let signed = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = if signed <= text.len() { digits(signed) } else { 0 };
        if exponent > 0 {
            end = signed + exponent;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{Complex, ParseComplexError};

    fn c(text: &str) -> Complex {
        Complex::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn text_forms_are_those_of_python() {
        for (text, expected) in [
            ("1", "(1+0j)"),
            ("1.5j", "1.5j"),
            ("1+j", "(1+1j)"),
            ("-j", "-1j"),
            ("+j", "1j"),
            ("j", "1j"),
            ("( 1+2j )", "(1+2j)"),
            ("nan+nanj", "(nan+nanj)"),
            ("-infj", "-infj"),
            ("1e5-1e5j", "(100000-100000j)"),
            ("1_0+2_0j", "(10+20j)"),
            (".5+.5j", "(0.5+0.5j)"),
            ("5.j", "5j"),
            ("-0.0-0j", "(-0-0j)"),
        ] {
            assert_eq!(c(text).repr(), expected, "{text}");
        }
        for text in
            ["1 + 2j", "1+2", "1j+2", "", "()", "0x1", "1+-2j", "--1", "inf+inf", "1 j", "j1", "1ej", "1+ 2j"]
        {
            assert_eq!(Complex::parse(text.as_bytes()), Err(ParseComplexError::Malformed), "{text}");
        }
        assert_eq!(Complex::parse(b"1__0"), Err(ParseComplexError::Underscores));
    }

    #[test]
    fn products_quotients_and_powers_agree_with_cpython() {
        for (a, b, product, quotient, power) in [
            ("1+2j", "1+1j", "(-1+3j)", "(1.5+0.5j)", "(-0.24720004426291722+0.6964504870825432j)"),
            ("1+2j", "inf", "(inf+infj)", "0j", "zero to a negative or complex power"),
            ("1+2j", "inf+infj", "(nan+infj)", "0j", "zero to a negative or complex power"),
            ("inf+infj", "1+1j", "(nan+infj)", "(inf+nanj)", "zero to a negative or complex power"),
            ("inf+infj", "inf", "(inf+infj)", "(nan+nanj)", "zero to a negative or complex power"),
            ("inf+infj", "2+0j", "(inf+infj)", "(inf+infj)", "complex exponentiation"),
            ("inf+nanj", "1+1j", "(inf+infj)", "(inf-infj)", "(nan+nanj)"),
            ("1e308+1e308j", "1+1j", "infj", "(inf+0j)", "(6.103689658455738e+307+2.0786745352298092e+307j)"),
            ("1e308+1e308j", "inf+infj", "(nan+infj)", "(nan+0j)", "zero to a negative or complex power"),
            ("-0.0-0.0j", "2+0j", "-0j", "(-0+0j)", "0j"),
            ("-1.5", "inf+infj", "(-inf-infj)", "(-0+0j)", "zero to a negative or complex power"),
            ("0j", "1+1j", "0j", "0j", "zero to a negative or complex power"),
            (
                "2+3j",
                "-3",
                "(-6-9j)",
                "(-0.6666666666666666-1j)",
                "(-0.020937642239417388-0.004096495220755576j)",
            ),
            ("1+1j", "0.5", "(0.5+0.5j)", "(2+2j)", "(1.0986841134678098+0.45508986056222733j)"),
        ] {
            let show = |value: Result<Complex, crate::NumError>| {
                value.map_or_else(|error| error.message.to_owned(), Complex::repr)
            };
            assert_eq!((c(a) * c(b)).repr(), product, "{a} * {b}");
            assert_eq!(show(c(a).divide(c(b))), quotient, "{a} / {b}");
            assert_eq!(show(c(a).pow(c(b))), power, "{a} ** {b}");
        }
        assert_eq!(c("0j").divide(c("0j")), Err(crate::NumError::division_by_zero()));
        assert_eq!(c("0j").pow(c("-1")), Err(super::POWER_OF_ZERO));
    }

    #[test]
    fn hashes_agree_with_cpython() {
        assert_eq!(c("1+infj").hash(), Some(314159942478));
        assert_eq!(c("1e16+1e-5j").hash(), Some(7098734988770497592));
        assert_eq!(c("-infj").hash(), Some(-314159942477));
        assert_eq!(c("nan").hash(), None);
    }
}
