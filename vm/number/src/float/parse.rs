//! `float(text)`.

use crate::int::parse::trim_space;

/// Whether every underscore in `text` stands between two bytes that satisfy `is_digit`.
pub fn underscores_join(text: &[u8], is_digit: impl Fn(u8) -> bool) -> bool {
    text.iter().enumerate().filter(|(_, byte)| **byte == b'_').all(|(index, _)| {
        index > 0 && is_digit(text[index - 1]) && text.get(index + 1).is_some_and(|next| is_digit(*next))
    })
}

/// The value of `float(text)`, `None` when the text is malformed: the caller raises
/// `ValueError("could not convert string to float: {text!r}")`.
///
/// Text must be ASCII; non-ASCII decimal digits and whitespace are mapped to ASCII by the caller first.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = trim_space(text);
    if text.contains(&b'_') {
        if !underscores_join(text, |byte| byte.is_ascii_digit()) {
            return None;
        }
        let joined: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'_').collect();
        return parse_plain(&joined);
    }
    parse_plain(text)
}

/// The standard library accepts exactly Python's grammar: optional sign, digits with optional point and exponent,
/// `inf`, `infinity` and `nan` in any case.
fn parse_plain(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
