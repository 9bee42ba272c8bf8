//! Properties against `num-bigint`, and CPython's answers where rules are Python's own.

use num_bigint::BigInt as Model;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use proptest::prelude::*;

use super::bytes::ByteOrder;
use super::parse::{IntDigits, ParseIntError};
use super::*;
use crate::NumErrorKind;

fn model(value: &BigInt) -> Model {
    let sign = if value.is_negative() { num_bigint::Sign::Minus } else { num_bigint::Sign::Plus };
    let bytes: Vec<u8> = value.magnitude_words().iter().flat_map(|word| word.to_le_bytes()).collect();
    Model::from_bytes_le(sign, &bytes)
}

/// Integers whose words are random, all zeros or all ones, so that carries and borrows run far.
fn any_int() -> impl Strategy<Value = BigInt> {
    let word = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(1), Just(1 << 63)];
    (any::<bool>(), prop::collection::vec(word, 0..12))
        .prop_map(|(negative, words)| BigInt::from_sign_words(negative, &words))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn operators_agree_with_the_model(a in any_int(), b in any_int()) {
        let (x, y) = (model(&a), model(&b));
        prop_assert_eq!(model(&(&a + &b)), &x + &y);
        prop_assert_eq!(model(&(&a - &b)), &x - &y);
        prop_assert_eq!(model(&(&a * &b)), &x * &y);
        prop_assert_eq!(model(&(&a & &b)), &x & &y);
        prop_assert_eq!(model(&(&a | &b)), &x | &y);
        prop_assert_eq!(model(&(&a ^ &b)), &x ^ &y);
        prop_assert_eq!(model(&!&a), !&x);
        prop_assert_eq!(model(&-&a), -&x);
        prop_assert_eq!(model(&a.abs()), x.abs());
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(model(&a.gcd(&b)), x.gcd(&y));
        prop_assert_eq!(a.to_i64(), x.to_i64());
        prop_assert_eq!(a.to_u64(), x.to_u64());
        prop_assert_eq!(a.to_i128(), x.to_i128());
        prop_assert_eq!(a.wrapping_u64(), (&x & Model::from(u64::MAX)).to_u64().expect("masked"));
        if !y.is_zero() {
            let (quotient, remainder) = x.div_mod_floor(&y);
            let (q, r) = a.divmod(&b).expect("non-zero");
            prop_assert_eq!(model(&q), quotient.clone());
            prop_assert_eq!(model(&r), remainder.clone());
            prop_assert_eq!(model(&a.floordiv(&b).expect("non-zero")), quotient);
            prop_assert_eq!(model(&a.modulo(&b).expect("non-zero")), remainder);
        }
    }

    #[test]
    fn shifts_and_counts_agree_with_the_model(a in any_int(), count in 0u64..900) {
        let x = model(&a);
        prop_assert_eq!(model(&a.shift_left(count).expect("small")), &x << count);
        prop_assert_eq!(model(&a.shift_right(count)), &x >> count);
        prop_assert_eq!(a.bit_length(), x.bits());
        prop_assert_eq!(a.bit_count(), x.magnitude().count_ones());
        prop_assert_eq!(a.bit(count as usize), x.bit(count));
        if !a.is_negative() {
            prop_assert_eq!(model(&a.isqrt().expect("not negative")), x.sqrt());
        }
    }

    #[test]
    fn texts_agree_with_the_model(a in any_int(), radix in 2u32..=36) {
        let x = model(&a);
        prop_assert_eq!(a.to_decimal(), x.to_string());
        let text = a.to_radix(radix);
        prop_assert_eq!(&text, &x.to_str_radix(radix));
        prop_assert_eq!(BigInt::parse(text.as_bytes(), radix), Ok(a.clone()));
        prop_assert!(a.abs().to_decimal().len() as u64 <= a.decimal_digits_bound());
        let digits = IntDigits::scan(text.as_bytes(), radix).expect("valid");
        prop_assert_eq!(digits.to_i64(), a.to_i64());
    }

    #[test]
    fn bytes_agree_with_the_model(a in any_int(), bytes: Vec<u8>, extra in 0usize..3) {
        let x = model(&a);
        let signed = x.to_signed_bytes_le();
        let length = signed.len() + extra;
        let out = a.to_bytes(length, ByteOrder::Little, true).expect("long enough");
        prop_assert_eq!(&out[..signed.len()], &signed[..]);
        prop_assert_eq!(BigInt::from_bytes(&out, ByteOrder::Little, true), a.clone());
        let big = a.to_bytes(length, ByteOrder::Big, true).expect("long enough");
        prop_assert_eq!(BigInt::from_bytes(&big, ByteOrder::Big, true), a.clone());
        if signed.len() > 1 {
            prop_assert!(a.to_bytes(signed.len() - 1, ByteOrder::Big, true).is_err());
        }
        prop_assert_eq!(model(&BigInt::from_bytes(&bytes, ByteOrder::Big, true)), Model::from_signed_bytes_be(&bytes));
        prop_assert_eq!(model(&BigInt::from_bytes(&bytes, ByteOrder::Little, false)), Model::from_bytes_le(num_bigint::Sign::Plus, &bytes));
    }

    #[test]
    fn powers_agree_with_the_model(a in any_int(), b in any_int(), m in any_int(), small in 0u32..12) {
        let (x, y, n) = (model(&a), model(&b), model(&m));
        prop_assert_eq!(model(&a.pow(u64::from(small)).expect("small")), x.pow(small));
        if !m.is_zero() {
            prop_assert_eq!(model(&a.modpow(&b.abs(), &m).expect("exponent")), x.modpow(&y.abs(), &n));
            // Everything is 0 modulo 1; the model calls the inverse 1 there.
            let inverse = x.modinv(&n).map(|inverse| inverse.mod_floor(&n));
            match a.modpow(&BigInt::from(-1), &m) {
                Ok(found) => prop_assert_eq!(Some(model(&found)), inverse),
                Err(_) => prop_assert_eq!(None, inverse),
            }
        }
    }

    #[test]
    fn conversion_to_floats_rounds_to_even(a in any_int(), b in any_int(), f: f64) {
        // The standard library's parser is correctly rounded.
        let nearest: f64 = a.to_decimal().parse().expect("digits");
        match a.to_f64() {
            Ok(value) => prop_assert_eq!(value, nearest),
            Err(_) => prop_assert!(nearest.is_infinite()),
        }
        if f.is_finite() {
            let back = BigInt::from_f64(f.trunc()).expect("finite");
            prop_assert_eq!(back.to_f64(), Ok(f.trunc()));
            let exact = back.cmp(&a).reverse().then(f.trunc().partial_cmp(&f).expect("ordered"));
            prop_assert_eq!(a.cmp_f64(f), Some(exact));
        }
        // frexp is exact up to rounding at the last place.
        let (mantissa, exponent) = a.frexp();
        if let Ok(value) = a.to_f64() && value != 0.0 {
            prop_assert_eq!(mantissa * 2f64.powi(exponent as i32 / 2) * 2f64.powi(exponent as i32 - exponent as i32 / 2), value);
        }
        if !b.is_zero() {
            check_quotient(&a, &b)?;
        }
    }

    #[test]
    fn machine_words_agree_with_big_integers(a: i64, b: i64, m: i64, count in 0u64..70) {
        let (x, y) = (BigInt::from(a), BigInt::from(b));
        if b != 0 {
            let (q, r) = x.divmod(&y).expect("non-zero");
            prop_assert_eq!(small::divmod(a, b), q.to_i64().zip(r.to_i64()));
            prop_assert_eq!(small::floordiv(a, b), q.to_i64());
            prop_assert_eq!(small::modulo(a, b), r.to_i64());
            prop_assert_eq!(small::true_divide(a, b).map(f64::to_bits), x.true_divide(&y).map(f64::to_bits));
            let (narrow, wide) = (a >> (count % 64), b >> (count % 60));
            if wide != 0 {
                check_quotient(&BigInt::from(narrow), &BigInt::from(wide))?;
                prop_assert_eq!(small::true_divide(narrow, wide), BigInt::from(narrow).true_divide(&BigInt::from(wide)));
            }
        }
        if m != 0 {
            prop_assert_eq!(Some(small::modpow(a, b.unsigned_abs(), m)), x.modpow(&y.abs(), &BigInt::from(m)).expect("exponent").to_i64());
        }
        prop_assert_eq!(BigInt::from(small::gcd(a, b)), x.gcd(&y));
        prop_assert_eq!(small::hash(a), x.hash_value());
        prop_assert_eq!(small::shift_left(a, count), x.shift_left(count).expect("small").to_i64());
        prop_assert_eq!(Some(small::shift_right(a, count)), x.shift_right(count).to_i64());
        let f = a as f64 + (b % 4) as f64 / 4.0;
        prop_assert_eq!(small::cmp_f64(a, f), x.cmp_f64(f));
        let base = a >> (count % 64);
        prop_assert_eq!(small::pow(base, count), BigInt::from(base).pow(count).expect("small").to_i64());
    }
}

/// The quotient as a float is no further from the exact one than its neighbours.
fn check_quotient(a: &BigInt, b: &BigInt) -> Result<(), TestCaseError> {
    let Ok(quotient) = a.abs().true_divide(&b.abs()) else {
        prop_assert!(a.bit_length() >= b.bit_length() + 1023);
        return Ok(());
    };
    if quotient == 0.0 || quotient == f64::MAX {
        return Ok(());
    }
    // Midpoints between neighbours: (q +- ulp/2) compared by cross multiplication.
    let numerator_of = |value: f64| {
        let (n, d) = crate::float::as_integer_ratio(value).expect("finite");
        (model(&n), model(&d))
    };
    let (x, y) = (model(&a.abs()), model(&b.abs()));
    for neighbour in [quotient.next_up(), quotient.next_down()] {
        if neighbour.is_infinite() || neighbour <= 0.0 {
            continue;
        }
        let ((n1, d1), (n2, d2)) = (numerator_of(quotient), numerator_of(neighbour));
        // |x/y - q| <= |x/y - neighbour|
        let own = (&x * &d1 - &n1 * &y).abs() * &d2;
        let other = (&x * &d2 - &n2 * &y).abs() * &d1;
        prop_assert!(own <= other, "{} / {}", a, b);
    }
    Ok(())
}

#[test]
fn literals_follow_pythons_grammar() {
    type Row = (&'static str, [Option<i64>; 6]);
    const BASES: [u32; 6] = [0, 10, 16, 2, 8, 36];
    let n = None;
    let s = Some;
    let rows: &[Row] = &[
        ("0b1", [s(1), n, s(177), s(1), n, s(397)]),
        ("0b_1", [s(1), n, s(177), s(1), n, s(397)]),
        ("0b__1", [n; 6]),
        ("0_0", [s(0); 6]),
        ("0_", [n; 6]),
        ("_0", [n; 6]),
        ("+ 1", [n; 6]),
        (" +1\n", [s(1); 6]),
        ("-0x_f", [s(-15), n, s(-15), n, n, s(-1203)]),
        ("0x_", [n; 6]),
        ("0o17", [s(15), n, n, n, s(15), s(31147)]),
        ("000", [s(0); 6]),
        ("0_00", [s(0); 6]),
        ("01", [n, s(1), s(1), s(1), s(1), s(1)]),
        ("0xg", [n, n, n, n, n, s(1204)]),
        ("--1", [n; 6]),
        ("0x-1", [n; 6]),
        ("0b", [n, n, s(11), n, n, s(11)]),
        ("1 2", [n; 6]),
        ("", [n; 6]),
    ];
    for (text, expected) in rows {
        for (base, want) in BASES.iter().zip(expected) {
            let got = BigInt::parse(text.as_bytes(), *base).ok().and_then(|value| value.to_i64());
            assert_eq!(got, *want, "int({text:?}, {base})");
        }
    }
    assert_eq!(BigInt::parse(b"1", 1), Err(ParseIntError::BadBase));
    assert_eq!(BigInt::parse(b"1", 37), Err(ParseIntError::BadBase));
    assert_eq!(BigInt::parse("1".repeat(5000).as_bytes(), 10).map(|v| v.to_decimal().len()), Ok(5000));
}

#[test]
fn hashes_agree_with_cpython() {
    for (value, expected) in [
        (BigInt::from(-1), -2),
        (BigInt::from((1i64 << 61) - 1), 0),
        (BigInt::from(1u64 << 61), 1),
        (BigInt::from(10u64).pow(30).unwrap(), 465258685558744706),
        (-BigInt::from(10u64).pow(100).unwrap(), -910685213754167845),
    ] {
        assert_eq!(value.hash_value(), expected, "{value}");
    }
}

#[test]
fn signed_zeros_and_limits_of_division() {
    let big = BigInt::from(10).pow(30).unwrap();
    assert_eq!(BigInt::ZERO.true_divide(&-&big).unwrap().to_bits(), (-0.0f64).to_bits());
    assert_eq!(small::true_divide(0, -5).unwrap().to_bits(), (-0.0f64).to_bits());
    assert_eq!(
        BigInt::from(10).pow(800).unwrap().true_divide(&BigInt::from(10).pow(400).unwrap()).unwrap_err().kind,
        NumErrorKind::Overflow
    );
    let tiny = BigInt::ONE.true_divide(&(BigInt::ONE.shift_left(1075).unwrap())).unwrap();
    assert_eq!(tiny, 0.0);
    assert_eq!(BigInt::from(3).true_divide(&(BigInt::ONE.shift_left(1076).unwrap())).unwrap(), 5e-324);
    assert_eq!(small::divmod(i64::MIN, -1), None);
    assert_eq!(small::modulo(i64::MIN, -1), Some(0));
}

#[test]
fn results_too_large_are_refused() {
    assert_eq!(BigInt::from(3).pow(u64::MAX).unwrap_err().kind, NumErrorKind::Memory);
    assert_eq!(BigInt::from(-1).pow(u64::MAX), Ok(BigInt::from(-1)));
    assert_eq!(BigInt::ONE.shift_left(1 << 62).unwrap_err().kind, NumErrorKind::Memory);
    let huge = BigInt::ONE.shift_left(80).unwrap();
    assert_eq!(BigInt::ONE.shift_left_by(&huge).unwrap_err().message, "too many digits in integer");
    assert_eq!(BigInt::from(-5).shift_right_by(&huge), Ok(BigInt::from(-1)));
    assert_eq!(BigInt::from(-1).pow_big(&huge), Ok(BigInt::ONE));
    assert_eq!(BigInt::ZERO.shift_left_by(&huge), Ok(BigInt::ZERO));
}

#[test]
fn bytes_are_refused_as_in_python() {
    let message = |value: i64, length, signed| {
        BigInt::from(value).to_bytes(length, ByteOrder::Big, signed).unwrap_err().message
    };
    assert_eq!(message(-5, 1, false), "can't convert negative int to unsigned");
    assert_eq!(message(256, 1, false), "int too big to convert");
    assert_eq!(message(128, 1, true), "int too big to convert");
    assert_eq!(message(-129, 1, true), "int too big to convert");
    assert_eq!(BigInt::ZERO.to_bytes(0, ByteOrder::Big, true), Ok(vec![]));
    assert_eq!(BigInt::from(-128).to_bytes(1, ByteOrder::Big, true), Ok(vec![0x80]));
    assert_eq!(BigInt::from_bytes(&[], ByteOrder::Big, true), BigInt::ZERO);
}

#[test]
fn large_operands_agree_with_the_model() {
    let mut state = 1u64;
    let mut make = |words: usize| {
        let words: Vec<u64> = (0..words)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                if state >> 60 == 0 { u64::MAX } else { state ^ state >> 29 }
            })
            .collect();
        BigInt::from_sign_words(words[0] & 1 == 1, &words)
    };
    for (left, right) in [(33, 1), (40, 31), (200, 100), (700, 3), (1000, 999), (4000, 1500), (6000, 6000)] {
        let (a, b) = (make(left), make(right));
        let (x, y) = (model(&a), model(&b));
        assert_eq!(model(&(&a * &b)), &x * &y, "{left} {right}");
        assert_eq!(model(&(&a * &a)), &x * &x, "{left} {right}");
        let (q, r) = a.divmod(&b).unwrap();
        assert_eq!((model(&q), model(&r)), x.div_mod_floor(&y), "{left} {right}");
        assert_eq!(a.to_decimal(), x.to_string());
        assert_eq!(BigInt::parse(a.to_decimal().as_bytes(), 10), Ok(a.clone()));
        if left < 1500 {
            assert_eq!(model(&a.gcd(&b)), x.gcd(&y));
            assert_eq!(model(&a.abs().isqrt().unwrap()), x.abs().sqrt());
        }
    }
}
