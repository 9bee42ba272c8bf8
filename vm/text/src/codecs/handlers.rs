//! Replacements of the built-in error handlers, apart from finding the handler and raising.

use crate::repr::push_escape;
use crate::{Body, Buffer};

/// `surrogateescape` when decoding: the bytes of the range that are not ASCII become U+DC80 to U+DCFF; returns how many
/// bytes were taken, `None` when the first is ASCII and the error stands. CPython takes at most four.
pub fn escape_bytes(range: &[u8], out: &mut Buffer) -> Option<usize> {
    let count = range.iter().take(4).take_while(|byte| !byte.is_ascii()).count();
    range[..count].iter().for_each(|byte| out.push(0xdc00 | u32::from(*byte)));
    (count > 0).then_some(count)
}

/// `surrogateescape` when encoding: the bytes that the characters of the range stand for; `None` when one stands for none
/// and the error stands.
pub fn unescape_bytes(range: Body<'_>, out: &mut Vec<u8>) -> Option<()> {
    if !range.iter().all(|code| (0xdc80..0xdd00).contains(&code)) {
        return None;
    }
    out.extend(range.iter().map(|code| code as u8));
    Some(())
}

/// `backslashreplace` when decoding: `\xhh` for each byte.
pub fn backslash_bytes(range: &[u8], out: &mut Buffer) {
    range.iter().for_each(|byte| push_escape(u32::from(*byte), out));
}

/// `backslashreplace` when encoding: `\xhh`, `\uhhhh` or `\Uhhhhhhhh` for each character.
pub fn backslash_codes(range: Body<'_>, out: &mut Buffer) {
    range.iter().for_each(|code| push_escape(code, out));
}

/// `xmlcharrefreplace`: `&#n;` for each character.
pub fn character_references(range: Body<'_>, out: &mut Buffer) {
    range.iter().for_each(|code| out.push_str(&format!("&#{code};")));
}
