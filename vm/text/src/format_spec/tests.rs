//! CPython 3.14's answers.

use super::*;

include!("expected.rs");

fn check(result: Result<Buffer, FormatError>, spec: &Buffer, type_name: &str, expected: &str, what: &str) {
    let got = match result {
        Ok(text) => text.as_body().to_utf8().expect("text"),
        Err(error) => {
            let kind = match error {
                FormatError::Number(error) if error.kind == pyre_number::NumErrorKind::Overflow => {
                    "OverflowError"
                }
                _ => "ValueError",
            };
            format!("{kind}: {}", error.message(spec.as_body(), type_name).as_body().to_utf8().expect("text"))
        }
    };
    assert_eq!(got, expected, "format({what}, {:?})", spec.as_body().to_utf8());
}

#[test]
fn integers_are_formatted_as_in_cpython() {
    for (value, spec, expected) in INTEGERS {
        let spec = Buffer::from(*spec);
        let what = value.to_string();
        check(format_int(Integer::Small(*value), spec.as_body(), Locale::C), &spec, "int", expected, &what);
        let big = pyre_number::BigInt::from(*value);
        check(format_int(Integer::Big(&big), spec.as_body(), Locale::C), &spec, "int", expected, &what);
    }
}

#[test]
fn floats_are_formatted_as_in_cpython() {
    for (bits, spec, expected) in FLOATS {
        let spec = Buffer::from(*spec);
        let value = f64::from_bits(*bits);
        check(format_float(value, spec.as_body(), Locale::C), &spec, "float", expected, &value.to_string());
    }
}

#[test]
fn strings_are_formatted_as_in_cpython() {
    for (text, spec, expected) in STRINGS {
        let (spec, body) = (Buffer::from(*spec), Buffer::from(*text));
        check(format_str(body.as_body(), spec.as_body()), &spec, "str", expected, text);
    }
}

#[test]
fn complex_numbers_are_formatted_as_in_cpython() {
    for (real, imaginary, spec, expected) in COMPLEXES {
        let spec = Buffer::from(*spec);
        let value = pyre_number::Complex::new(f64::from_bits(*real), f64::from_bits(*imaginary));
        check(format_complex(value, spec.as_body(), Locale::C), &spec, "complex", expected, &value.repr());
    }
}

#[test]
fn the_locale_groups_with_the_n_type() {
    let locale = Locale { decimal_point: ",", separator: "\u{202f}", grouping: &[3, 2, 0] };
    let spec = Buffer::from("n");
    let text =
        |result: Result<Buffer, FormatError>| result.expect("valid").as_body().to_utf8().expect("text");
    assert_eq!(
        text(format_int(Integer::Small(1234567), spec.as_body(), locale)),
        "1234\u{202f}567".replace("1234", "12\u{202f}34")
    );
    assert_eq!(text(format_float(1234.5, spec.as_body(), locale)), "1\u{202f}234,5");
}

#[test]
fn a_width_beyond_the_memory_is_refused() {
    let spec = Buffer::from("9000000000000000000");
    let refused = Err(FormatError::Number(pyre_number::NumError::memory()));
    assert_eq!(format_int(Integer::Small(1), spec.as_body(), Locale::C), refused);
    assert_eq!(format_str(spec.as_body(), spec.as_body()), refused);
}
