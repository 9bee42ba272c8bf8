//! Tables of CPython 3.14's answers, and properties.

use proptest::prelude::*;

use super::*;
use crate::NumErrorKind;

include!("expected.rs");

#[test]
fn repr_hex_and_hash_agree_with_cpython_and_read_back() {
    for &(bits, text, hexadecimal, hashed) in TEXT {
        let value = f64::from_bits(bits);
        assert_eq!(repr(value), text);
        assert_eq!(to_hex(value), hexadecimal);
        assert_eq!(hash(value), Some(hashed), "{text}");
        assert_eq!(parse(text.as_bytes()).map(f64::to_bits), Some(bits));
        assert_eq!(from_hex(hexadecimal.as_bytes()).map(f64::to_bits), Ok(bits));
    }
    assert_eq!(repr(f64::NAN), "nan");
    assert_eq!(hash(f64::NAN), None);
}

#[test]
fn formatting_with_precision_agrees_with_cpython() {
    for &(bits, kind, precision, alternate, expected) in FORMATTED {
        let style = match kind {
            'e' => FloatStyle::Exponent,
            'f' => FloatStyle::Fixed,
            'g' => FloatStyle::General,
            _ => FloatStyle::GeneralWithFraction,
        };
        let value = f64::from_bits(bits);
        assert_eq!(
            format(value, style, precision, alternate),
            expected,
            "{value:e} {kind} {precision} {alternate}"
        );
    }
    assert_eq!(format(1e16, FloatStyle::Repr, 0, true), "1.e+16");
    assert_eq!(format(0.5, FloatStyle::Fixed, 100_000, false).len(), 100_002);
    assert_eq!(format(0.5, FloatStyle::Exponent, 100_000, false).len(), 100_006);
}

#[test]
fn rounding_agrees_with_cpython() {
    for &(bits, digits, expected) in ROUNDED {
        let value = f64::from_bits(bits);
        assert_eq!(round_digits(value, digits).map(f64::to_bits), Ok(expected), "round({value:e}, {digits})");
    }
    assert_eq!(round_digits(1.7e308, -308).map_err(|e| e.kind), Err(NumErrorKind::Overflow));
}

#[test]
fn floor_division_agrees_with_cpython() {
    for &(a, b, quotient, remainder) in DIVIDED {
        let (a, b) = (f64::from_bits(a), f64::from_bits(b));
        let (q, r) = divmod(a, b).expect("non-zero");
        assert_eq!((q.to_bits(), r.to_bits()), (quotient, remainder), "divmod({a:e}, {b:e})");
        assert_eq!(modulo(a, b).map(f64::to_bits), Ok(remainder));
    }
    assert_eq!(divmod(1.0, 0.0), Err(crate::NumError::division_by_zero()));
}

#[test]
fn powers_follow_pythons_special_cases() {
    assert_eq!(pow(-1.0, f64::INFINITY), Ok(PowResult::Real(1.0)));
    assert_eq!(pow(-8.0, 1.0 / 3.0), Ok(PowResult::Complex));
    assert_eq!(pow(f64::NEG_INFINITY, 0.5), Ok(PowResult::Real(f64::INFINITY)));
    assert_eq!(pow(1.0, f64::NAN), Ok(PowResult::Real(1.0)));
    assert_eq!(pow(1e300, 2.0), Err(crate::NumError::range()));
    assert_eq!(pow(0.0, -1.0).map_err(|e| e.message), Err("zero to a negative power"));
}

#[test]
fn malformed_text_is_refused() {
    for text in [
        "", " ", "abc", "1__0", "_10", "10_", "1_e5", "1e_5", "1._5", "1_.5", ".", "e5", "1e", "1 2", "0x1",
        "infin", "+-1", "in_f",
    ] {
        assert_eq!(parse(text.as_bytes()), None, "{text}");
    }
    for (text, value) in [
        (" 1_0.2_5e1_0\n", 10.25e10),
        (".5", 0.5),
        ("5.", 5.0),
        ("+iNf", f64::INFINITY),
        ("-Infinity", f64::NEG_INFINITY),
    ] {
        assert_eq!(parse(text.as_bytes()), Some(value), "{text}");
    }
    for text in ["", "zz", "0x", "0x.", "0x1p", "0x1p+", "0x1_0", "1 2", "0x1.8q"] {
        assert_eq!(from_hex(text.as_bytes()).map_err(|e| e.kind), Err(NumErrorKind::Value), "{text}");
    }
    for (text, value) in [
        ("0x1.8p1", 3.0),
        ("A.8", 10.5),
        ("-0x.1p4", -1.0),
        ("0x1p-1075", 0.0),
        ("0x1.8p-1075", 5e-324),
        ("0x1p-99999999999999999999", 0.0),
        ("0x0p99999999999999999999", 0.0),
        ("0x1.00000000000008000000000000000000000000001p0", 1.0 + f64::EPSILON),
        ("0x1.00000000000008p0", 1.0),
    ] {
        assert_eq!(from_hex(text.as_bytes()), Ok(value), "{text}");
    }
    assert_eq!(from_hex(b"0x1p1024").map_err(|e| e.kind), Err(NumErrorKind::Overflow));
    assert_eq!(from_hex(b"0x1.fffffffffffff8p1023").map_err(|e| e.kind), Err(NumErrorKind::Overflow));
}

proptest! {
    #[test]
    fn every_float_reads_back_from_its_texts(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(!value.is_nan());
        prop_assert_eq!(parse(repr(value).as_bytes()).map(f64::to_bits), Some(bits));
        prop_assert_eq!(from_hex(to_hex(value).as_bytes()).map(f64::to_bits), Ok(bits));
    }

    #[test]
    fn ratios_divide_back(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        let (numerator, denominator) = as_integer_ratio(value).expect("finite");
        prop_assert_eq!(numerator.true_divide(&denominator), Ok(value));
    }

    #[test]
    fn equal_integers_and_floats_hash_alike(value: i64, shift in 0u64..900) {
        let float = value as f64;
        let wide = crate::BigInt::from_f64(float).expect("finite").shift_left(shift).expect("small");
        prop_assert_eq!(hash(wide.to_f64().expect("in range")), Some(wide.hash_value()));
    }
}
