//! `repr` and `ascii` of strings and bytes.

use crate::{Body, Buffer, Unit, unicode, with_units};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The quote that needs the fewest escapes: double only when there are single quotes and no double ones.
fn quote(mut codes: impl Iterator<Item = u32>) -> u8 {
    let mut single = false;
    let double = codes.any(|code| {
        single |= code == u32::from(b'\'');
        code == u32::from(b'"')
    });
    if single && !double { b'"' } else { b'\'' }
}

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn push_escape(code: u32, out: &mut Buffer) {
    let (letter, digits) = match code {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.push_latin1(&[b'\\', letter]);
    for place in (0..digits).rev() {
        out.push(u32::from(HEX[(code >> (place * 4) & 15) as usize]));
    }
}

/// Appends one character of a literal quoted with `quote`, which shows itself when `shown` says so.
fn push_quoted(code: u32, quote: u8, shown: impl Fn(u32) -> bool, out: &mut Buffer) {
    match code {
        0x09 => out.push_latin1(b"\\t"),
        0x0a => out.push_latin1(b"\\n"),
        0x0d => out.push_latin1(b"\\r"),
        0x5c => out.push_latin1(b"\\\\"),
        _ if code == u32::from(quote) => out.push_latin1(&[b'\\', quote]),
        0x20..=0x7e => out.push(code),
        _ if shown(code) => out.push(code),
        _ => push_escape(code, out),
    }
}

fn quoted(body: Body<'_>, shown: impl Fn(u32) -> bool) -> Buffer {
    let quote = with_units!(body, units => quote(units.iter().map(|unit| unit.code())));
    let mut out = Buffer::with_capacity(body.len() + 2);
    out.push(u32::from(quote));
    // The common case: nothing to escape.
    if with_units!(body, units => units.iter().all(|unit| shows_itself(unit.code(), quote, &shown))) {
        out.push_body(body);
    } else {
        body.iter().for_each(|code| push_quoted(code, quote, &shown, &mut out));
    }
    out.push(u32::from(quote));
    out
}

#[inline]
fn shows_itself(code: u32, quote: u8, shown: impl Fn(u32) -> bool) -> bool {
    if code < 0x7f { code >= 0x20 && code != 0x5c && code != u32::from(quote) } else { shown(code) }
}

/// `repr(text)`.
pub fn repr(body: Body<'_>) -> Buffer {
    quoted(body, |code| code > 0x7f && unicode::is_printable(code))
}

/// `ascii(text)` of a string.
pub fn ascii(body: Body<'_>) -> Buffer {
    quoted(body, |_| false)
}

/// `ascii` of an object whose `repr` this is: non-ASCII characters become escapes.
pub fn escape_non_ascii(repr: Body<'_>) -> Buffer {
    let mut out = Buffer::with_capacity(repr.len());
    for code in repr.iter() {
        if code < 0x80 { out.push(code) } else { push_escape(code, &mut out) }
    }
    out
}

/// `repr(bytes)`, with the `b` prefix.
pub fn repr_bytes(bytes: &[u8]) -> String {
    let quote = quote(bytes.iter().map(|byte| u32::from(*byte)));
    let mut out = Buffer::with_capacity(bytes.len() + 3);
    out.push_latin1(&[b'b', quote]);
    bytes.iter().for_each(|byte| push_quoted(u32::from(*byte), quote, |_| false, &mut out));
    out.push(u32::from(quote));
    out.as_body().to_utf8().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(codes: &[u32], convert: fn(Body<'_>) -> Buffer) -> String {
        let buffer: Buffer = codes.iter().copied().collect();
        convert(buffer.as_body()).as_body().to_utf8().expect("no surrogates")
    }

    #[test]
    fn escapes_agree_with_cpython() {
        let codes = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
        for (text, shown, escaped) in [
            ("", "''", "''"),
            ("a'b", "\"a'b\"", "\"a'b\""),
            ("a'b\"", "'a\\'b\"'", "'a\\'b\"'"),
            ("\t\n\r\\\0\x7f", r"'\t\n\r\\\x00\x7f'", r"'\t\n\r\\\x00\x7f'"),
            ("é€😀", "'é€😀'", r"'\xe9\u20ac\U0001f600'"),
            (
                "\u{a0}\u{ad}\u{378}\u{e000}\u{10ffff}",
                r"'\xa0\xad\u0378\ue000\U0010ffff'",
                r"'\xa0\xad\u0378\ue000\U0010ffff'",
            ),
        ] {
            assert_eq!(of(&codes(text), repr), shown);
            assert_eq!(of(&codes(text), ascii), escaped);
        }
        assert_eq!(of(&[0xd800, 0x41], repr), r"'\ud800A'");
        assert_eq!(repr_bytes(b"a'\xff\0\n"), r#"b"a'\xff\x00\n""#);
        assert_eq!(repr_bytes(b"'\""), r#"b'\'"'"#);
    }
}
