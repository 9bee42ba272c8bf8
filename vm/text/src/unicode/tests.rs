//! Every code point against CPython 3.14: both sides hash the same text for all code points with FNV-1a.

use super::normalize::{Form, decomposition, is_normalized, normalize};
use super::*;
use crate::{Body, Buffer, case, codecs};

const FORMS: [Form; 4] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];

struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Fnv(0xcbf29ce484222325)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100000001b3);
        }
    }

    fn body(&mut self, body: Body<'_>) {
        let mut out = Vec::new();
        let mut start = 0;
        while let Err(error) = codecs::utf8::encode(body, start, &mut out) {
            (error.start..error.end).for_each(|at| codecs::utf8::push_surrogate(body.at(at), &mut out));
            start = error.end;
        }
        self.bytes(&out);
    }
}

fn over_all(mut add: impl FnMut(&mut Fnv, u32)) -> u64 {
    let mut hash = Fnv::new();
    for code in 0..0x110000 {
        add(&mut hash, code);
        hash.bytes(b"\n");
    }
    hash.0
}

fn bits(values: &[bool]) -> Vec<u8> {
    values.iter().map(|value| b'0' + u8::from(*value)).collect()
}

#[test]
fn classification_is_that_of_cpython() {
    let hash = over_all(|hash, c| {
        let values = [
            is_alpha(c),
            is_decimal(c),
            is_digit(c),
            is_numeric(c),
            is_space(c),
            is_printable(c),
            is_id_start(c),
            is_id_continue(c),
            is_lower(c),
            is_upper(c),
            is_alnum(c),
        ];
        hash.bytes(&bits(&values));
    });
    assert_eq!(hash, 0xbd7914efbf21dfc5);
}

#[test]
fn case_mappings_are_those_of_cpython() {
    let hash = over_all(|hash, c| {
        let units = [c];
        let body = Body::Ucs4(&units);
        let conversions =
            [case::lower, case::upper, case::title, case::casefold, case::swapcase, case::capitalize];
        for (index, convert) in conversions.iter().enumerate() {
            if index > 0 {
                hash.bytes(b"|");
            }
            hash.body(convert(body).as_body());
        }
    });
    assert_eq!(hash, 0xcde6ee9c144999c2);
}

#[test]
fn properties_are_those_of_unicodedata() {
    let hash = over_all(|hash, c| {
        let text = format!(
            "{}|{}|{}|{}|{}|{}",
            category(c),
            combining(c),
            bidirectional(c),
            u8::from(mirrored(c)),
            east_asian_width(c),
            decomposition(c)
        );
        hash.bytes(text.as_bytes());
    });
    assert_eq!(hash, 0xf5213401db1de612);
}

#[test]
fn numeric_values_are_those_of_unicodedata() {
    let hash = over_all(|hash, c| {
        let show = |value: Option<u8>| value.map_or(String::new(), |value| value.to_string());
        let value =
            numeric(c).map_or(String::new(), |value| format!("{:.0}", (value * 1e6).round_ties_even()));
        hash.bytes(format!("{}|{}|{value}", show(decimal(c)), show(digit(c))).as_bytes());
    });
    assert_eq!(hash, 0x30ef75bfb0f20b51);
}

fn add_forms(hash: &mut Fnv, body: Body<'_>) {
    for (index, form) in FORMS.iter().enumerate() {
        if index > 0 {
            hash.bytes(b"|");
        }
        hash.body(normalize(body, *form).as_body());
    }
}

#[test]
fn normal_forms_of_all_characters_are_those_of_unicodedata() {
    assert_eq!(over_all(|hash, c| add_forms(hash, Body::Ucs4(&[c]))), 0xbba36174c2678144);
    let checks =
        over_all(|hash, c| hash.bytes(&bits(&FORMS.map(|form| is_normalized(Body::Ucs4(&[c]), form)))));
    assert_eq!(checks, 0xce7810e70dd5943);
}

#[test]
fn normal_forms_of_sequences_are_those_of_unicodedata() {
    let mut pool: Vec<u32> = (0x300..0x360).collect();
    pool.extend([
        0x41, 0x61, 0x6f, 0x1100, 0x1161, 0x11a8, 0xac00, 0xac01, 0x0f71, 0x0f72, 0x0f74, 0x0f73, 0x212b,
        0xe9, 0x1e9b, 0x3099, 0x304b, 0x9c7, 0x9be, 0x9d7, 0x1d15e, 0xfb01, 0x344, 0x958, 0x0b47, 0x0b56,
        0x1133e, 0x11347, 0x16d67, 0x16d68,
    ]);
    let mut state = 88172645463325252u64;
    let mut next = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    let mut hash = Fnv::new();
    for _ in 0..4000 {
        let length = next(7) + 1;
        let text: Buffer = (0..length).map(|_| pool[next(pool.len())]).collect();
        add_forms(&mut hash, text.as_body());
        hash.bytes(&bits(&FORMS.map(|form| is_normalized(text.as_body(), form))));
        hash.bytes(b"\n");
    }
    assert_eq!(hash.0, 0xfa490bc7ef88dc0f);
}
