//! The `is...` methods of `str`, and whitespace for bytes.

use crate::Body;
use crate::unicode;

/// Whether the string is not empty and all its characters satisfy `holds`: `isalpha`, `isdigit`, `isspace` and the
/// like with the query of that name from [`unicode`].
pub fn all(body: Body<'_>, holds: impl Fn(u32) -> bool) -> bool {
    !body.is_empty() && body.iter().all(holds)
}

/// `str.isprintable`: true of the empty string.
pub fn is_printable(body: Body<'_>) -> bool {
    body.iter().all(unicode::is_printable)
}

/// `str.isidentifier`.
pub fn is_identifier(body: Body<'_>) -> bool {
    let mut codes = body.iter();
    codes.next().is_some_and(unicode::is_id_start) && codes.all(unicode::is_id_continue)
}

/// `str.islower`: some character has case, and none is in upper or title case.
pub fn is_lower(body: Body<'_>) -> bool {
    let mut cased = false;
    for code in body.iter() {
        if unicode::is_upper(code) || unicode::is_title(code) {
            return false;
        }
        cased |= unicode::is_lower(code);
    }
    cased
}

/// `str.isupper`: some character has case, and none is in lower or title case.
pub fn is_upper(body: Body<'_>) -> bool {
    let mut cased = false;
    for code in body.iter() {
        if unicode::is_lower(code) || unicode::is_title(code) {
            return false;
        }
        cased |= unicode::is_upper(code);
    }
    cased
}

/// `str.istitle`: capitals only at the start of words, lower-case letters only inside.
pub fn is_title(body: Body<'_>) -> bool {
    let (mut cased, mut inside_word) = (false, false);
    for code in body.iter() {
        if unicode::is_upper(code) || unicode::is_title(code) {
            if inside_word {
                return false;
            }
            (cased, inside_word) = (true, true);
        } else if unicode::is_lower(code) {
            if !inside_word {
                return false;
            }
            cased = true;
        } else {
            inside_word = false;
        }
    }
    cased
}

/// Whether a character ends a line for `str.splitlines`.
#[inline]
pub fn is_line_break(code: u32) -> bool {
    matches!(code, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// Whether `bytes` methods take this byte for whitespace.
#[inline]
pub fn is_byte_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
