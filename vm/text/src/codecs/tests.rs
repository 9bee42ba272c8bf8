//! CPython 3.14's answers, and properties.

use proptest::prelude::*;

use super::bytes_escape::{EscapeError, Unescaped};
use super::*;
use crate::{Body, Buffer};

include!("expected.rs");

fn lookup(name: &[u8]) -> Option<u32> {
    (name == b"DIGIT ONE").then_some(0x31)
}

fn decode(encoding: &str, bytes: &[u8], is_final: bool, out: &mut Buffer) -> Result<usize, CodecError> {
    match encoding {
        "utf-8" => utf8::decode(bytes, 0, is_final, out),
        "utf-16-le" => utf16::decode(bytes, 0, ByteOrder::Little, is_final, out),
        "utf-16-be" => utf16::decode(bytes, 0, ByteOrder::Big, is_final, out),
        "utf-32-le" => utf32::decode(bytes, 0, ByteOrder::Little, is_final, out),
        "utf-32-be" => utf32::decode(bytes, 0, ByteOrder::Big, is_final, out),
        "unicode_escape" => {
            unicode_escape::decode(bytes, 0, is_final, &lookup, out).map(|decoded| decoded.consumed)
        }
        "raw_unicode_escape" => unicode_escape::decode_raw(bytes, 0, is_final, out),
        "ascii" => ascii::decode(bytes, 0, out),
        other => panic!("{other}"),
    }
}

fn encode(encoding: &str, body: Body<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
    match encoding {
        "utf-8" => utf8::encode(body, 0, out),
        "utf-16-le" => utf16::encode(body, 0, ByteOrder::Little, out),
        "utf-16-be" => utf16::encode(body, 0, ByteOrder::Big, out),
        "utf-32-le" => utf32::encode(body, 0, ByteOrder::Little, out),
        "utf-32-be" => utf32::encode(body, 0, ByteOrder::Big, out),
        "ascii" => ascii::encode(body, 0, out),
        "latin-1" => ascii::encode_latin1(body, 0, out),
        "unicode_escape" => {
            out.extend(unicode_escape::encode(body));
            Ok(())
        }
        "raw_unicode_escape" => {
            out.extend(unicode_escape::encode_raw(body));
            Ok(())
        }
        other => panic!("{other}"),
    }
}

#[test]
fn decoding_agrees_with_cpython() {
    for (encoding, bytes, expected) in DECODED {
        let mut out = Buffer::new();
        let got = decode(encoding, bytes, true, &mut out);
        match (got, expected) {
            (Ok(consumed), Ok(text)) => {
                assert_eq!(out.as_body().iter().collect::<Vec<_>>(), *text, "{encoding} {bytes:x?}");
                assert_eq!(consumed, bytes.len());
                assert_eq!(out.clone().narrowed(), out);
            }
            (Err(error), Err(expected)) => {
                assert_eq!((error.start, error.end, error.reason), *expected, "{encoding} {bytes:x?}");
            }
            _ => panic!("{encoding} {bytes:x?}: {got:?} instead of {expected:?}"),
        }
    }
}

#[test]
fn encoding_agrees_with_cpython() {
    for (encoding, codes, expected) in ENCODED {
        let text: Buffer = codes.iter().copied().collect();
        let mut out = Vec::new();
        match (encode(encoding, text.as_body(), &mut out), expected) {
            (Ok(()), Ok(bytes)) => assert_eq!(out, *bytes, "{encoding} {codes:x?}"),
            (Err(error), Err(expected)) => {
                assert_eq!((error.start, error.end, error.reason), *expected, "{encoding} {codes:x?}");
            }
            (got, _) => panic!("{encoding} {codes:x?}: {got:?} instead of {expected:?}"),
        }
    }
}

#[test]
fn an_incomplete_end_is_left_for_later() {
    for (encoding, bytes, consumed) in [
        ("utf-8", &b"a\xe2\x82"[..], 1),
        ("utf-8", b"a\xf0\x9f", 1),
        ("utf-8", b"\xed\xa0", 0),
        ("utf-16-le", b"\0\xd8", 0),
        ("utf-16-le", b"\0\xd8a", 0),
        ("utf-16-le", b"a\0b", 2),
        ("utf-32-le", b"a\0\0\0b", 4),
        ("unicode_escape", b"a\\", 1),
        ("unicode_escape", b"a\\x1", 1),
        ("unicode_escape", b"a\\u1", 1),
        ("unicode_escape", b"a\\N{fo", 1),
        ("unicode_escape", b"a\\N", 1),
        ("unicode_escape", b"a\\1", 3),
        ("raw_unicode_escape", b"a\\", 1),
        ("raw_unicode_escape", b"a\\u1", 1),
        ("raw_unicode_escape", b"a\\\\", 3),
    ] {
        assert_eq!(decode(encoding, bytes, false, &mut Buffer::new()), Ok(consumed), "{encoding} {bytes:x?}");
    }
}

#[test]
fn escapes_of_bytes_agree_with_cpython() {
    let plain = |bytes: &[u8], first_invalid| Ok(Unescaped { bytes: bytes.to_vec(), first_invalid });
    assert_eq!(bytes_escape::decode(b"a\\x41\\n\\101\\\n'"), plain(b"aA\nA'", None));
    assert_eq!(bytes_escape::decode(b"a\\d"), plain(b"a\\d", Some(1)));
    assert_eq!(bytes_escape::decode(b"\\777"), plain(b"\xff", Some(0)));
    assert_eq!(bytes_escape::decode(b"\\"), Err(EscapeError::Trailing));
    assert_eq!(bytes_escape::decode(b"a\\x1g"), Err(EscapeError::InvalidHexadecimal { at: 1 }));
    assert_eq!(bytes_escape::encode(b"a'\"\\\n\x00\xff"), b"a\\'\"\\\\\\n\\x00\\xff");
}

proptest! {
    #[test]
    fn all_text_survives_every_transformation_format(text: String) {
        let buffer = Buffer::from(text.as_str());
        let mut bytes = Vec::new();
        utf8::encode(buffer.as_body(), 0, &mut bytes).expect("no surrogates");
        prop_assert_eq!(&bytes, text.as_bytes());
        for encoding in ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "unicode_escape"] {
            let mut bytes = Vec::new();
            encode(encoding, buffer.as_body(), &mut bytes).expect("no surrogates");
            let mut back = Buffer::new();
            prop_assert_eq!(decode(encoding, &bytes, true, &mut back), Ok(bytes.len()));
            prop_assert_eq!(&back, &buffer);
            prop_assert_eq!(back.clone().narrowed(), back);
        }
    }

    #[test]
    fn replacing_what_is_wrong_gives_the_lossy_text(bytes in prop::collection::vec(
        prop_oneof![any::<u8>(), Just(0xe2u8), Just(0x82), Just(0xed), Just(0xf0), Just(0x9f), Just(0x61)], 0..24)
    ) {
        let mut out = Buffer::new();
        let mut start = 0;
        while let Err(error) = utf8::decode(&bytes, start, true, &mut out) {
            prop_assert!(error.start >= start && error.end > error.start && error.end <= bytes.len());
            out.push(0xfffd);
            start = error.end;
        }
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        prop_assert_eq!(out.as_body().to_utf8(), Some(lossy));
    }
}
