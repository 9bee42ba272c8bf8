//! Making strings from Rust data, and the way back.

use super::{Data, Kind, StrRef, empty, get, latin1_char, make};
use crate::obj::Obj;
use crate::shape::Shape;
use std::borrow::Cow;

/// A string of these Latin-1 bytes.
#[inline]
pub fn from_latin1(bytes: &[u8]) -> Obj {
    match bytes {
        [] => empty(),
        [c] => latin1_char(*c),
        _ => new_latin1_cell(bytes),
    }
}

/// As [`from_latin1`], always a new object.
pub(super) fn new_latin1_cell(bytes: &[u8]) -> Obj {
    from_latin1_shaped(None, bytes)
}

/// An instance of the subclass that `shape` belongs to, with this Latin-1 text.
#[inline]
pub fn from_latin1_shaped(shape: Option<&'static Shape>, bytes: &[u8]) -> Obj {
    // SAFETY: `bytes.len()` units of one byte are written.
    unsafe {
        make(shape, bytes.len(), Kind::One, bytes.is_ascii(), |p| {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len());
        })
    }
}

/// A string of these code points below 65536; surrogates stay what they are.
pub fn from_ucs2(units: &[u16]) -> Obj {
    if units.iter().fold(0, |a, c| a | c) < 256 {
        return narrow_to_latin1(units.len(), units.iter().map(|c| *c as u8));
    }
    // SAFETY: `units.len()` units of two bytes are written; one needs them.
    unsafe {
        make(None, units.len(), Kind::Two, false, |p| {
            std::ptr::copy_nonoverlapping(units.as_ptr(), p.cast(), units.len());
        })
    }
}

/// A string of these code points (all below 0x110000).
pub fn from_ucs4(units: &[u32]) -> Obj {
    match Kind::for_max(units.iter().fold(0, |a, c| a | c)) {
        Kind::One => narrow_to_latin1(units.len(), units.iter().map(|c| *c as u8)),
        // SAFETY: as many units of two bytes are written; one needs them, and none needs more.
        Kind::Two => unsafe {
            make(None, units.len(), Kind::Two, false, |p| {
                let p = p.cast::<u16>();
                units.iter().enumerate().for_each(|(i, c)| p.add(i).write(*c as u16));
            })
        },
        // SAFETY: `units.len()` units of four bytes are written; one needs them.
        Kind::Four => unsafe {
            make(None, units.len(), Kind::Four, false, |p| {
                std::ptr::copy_nonoverlapping(units.as_ptr(), p.cast(), units.len());
            })
        },
    }
}

fn narrow_to_latin1(len: usize, bytes: impl Iterator<Item = u8>) -> Obj {
    if len > 64 {
        return from_latin1(&bytes.collect::<Vec<u8>>());
    }
    let mut buffer = [0u8; 64];
    buffer.iter_mut().zip(bytes).for_each(|(to, c)| *to = c);
    from_latin1(&buffer[..len])
}

/// A string with this text.
#[inline]
pub fn new_str(text: &str) -> Obj {
    if text.is_ascii() { from_latin1(text.as_bytes()) } else { from_chars(text) }
}

fn from_chars(text: &str) -> Obj {
    let max = text.chars().fold(0, |a, c| a | c as u32);
    match Kind::for_max(max) {
        Kind::One => from_latin1(&text.chars().map(|c| c as u8).collect::<Vec<_>>()),
        Kind::Two => from_ucs2(&text.chars().map(|c| c as u16).collect::<Vec<_>>()),
        Kind::Four => from_ucs4(&text.chars().map(|c| c as u32).collect::<Vec<_>>()),
    }
}

/// A string of these code points.
pub fn from_body(body: pyre_text::Body<'_>) -> Obj {
    match body {
        pyre_text::Body::Latin1(d) => from_latin1(d),
        pyre_text::Body::Ucs2(d) => from_ucs2(d),
        pyre_text::Body::Ucs4(d) => from_ucs4(d),
    }
}

/// A string of what was built.
pub fn from_buffer(buffer: &pyre_text::Buffer) -> Obj {
    from_body(buffer.as_body())
}

/// The first `n` code points of a `str` as text for messages.
///
/// # Panics
/// The object is no `str`.
pub fn slice_text(o: &Obj, n: usize) -> String {
    super::expect(o)
        .data()
        .iter()
        .take(n)
        .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// A string of one character.
#[inline]
pub fn from_char(c: char) -> Obj {
    from_code_point(c as u32)
}

/// A string of one code point (below 0x110000), which may be a surrogate.
#[inline]
pub fn from_code_point(c: u32) -> Obj {
    match c {
        0..=0xff => latin1_char(c as u8),
        0x100..=0xffff => from_ucs2(&[c as u16]),
        _ => from_ucs4(&[c]),
    }
}

/// A string of `n` times the same code point.
pub fn repeat_code_point(c: u32, n: usize) -> Obj {
    let mut b = super::StrBuilder::new();
    b.push_n(c, n);
    b.finish()
}

/// A string from UTF-8 in which surrogates may be encoded like other code points (WTF-8). Bytes that are neither become
/// U+FFFD.
pub fn from_wtf8(bytes: &[u8]) -> Obj {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return new_str(text);
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        match rest {
            [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, tail @ ..] => {
                units.push(0xd000 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f));
                rest = tail;
            }
            _ => {
                let end = match std::str::from_utf8(rest) {
                    Ok(text) => text.len(),
                    Err(e) => e.valid_up_to(),
                };
                if end == 0 {
                    units.push(char::REPLACEMENT_CHARACTER as u32);
                    rest = &rest[1..];
                    continue;
                }
                units.extend(String::from_utf8_lossy(&rest[..end]).chars().map(|c| c as u32));
                rest = &rest[end..];
            }
        }
    }
    from_ucs4(&units)
}

/// The text of a `str` if it is ASCII.
#[inline(always)]
pub fn as_ascii(o: &Obj) -> Option<&str> {
    get(o)?.as_ascii()
}

/// The text of a `str`; `None` if it contains surrogates (or the object is no `str`).
pub fn to_utf8(o: &Obj) -> Option<Cow<'_, str>> {
    get(o)?.to_utf8()
}

/// The text of a `str` with surrogates replaced.
///
/// # Panics
/// The object is no `str`.
pub fn to_string_lossy(o: &Obj) -> String {
    super::expect(o).to_string_lossy()
}

/// The text of a `str` as UTF-8 in which surrogates are encoded like other code points.
///
/// # Panics
/// The object is no `str`.
pub fn to_wtf8(o: &Obj) -> Cow<'_, [u8]> {
    super::expect(o).to_wtf8()
}

/// Appends a code point as UTF-8, surrogates included.
pub fn push_wtf8(out: &mut Vec<u8>, c: u32) {
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xc0 | (c >> 6) as u8, 0x80 | (c & 0x3f) as u8]),
        0x800..0x10000 => {
            out.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]);
        }
        _ => out.extend([
            0xf0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 0x3f) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
    }
}

impl<'a> StrRef<'a> {
    /// The text; `None` if it contains surrogates.
    pub fn to_utf8(self) -> Option<Cow<'a, str>> {
        match self.as_ascii() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.data().to_utf8().map(Cow::Owned),
        }
    }

    /// The text with surrogates replaced by U+FFFD.
    pub fn to_string_lossy(self) -> String {
        match self.as_ascii() {
            Some(text) => text.to_owned(),
            None => {
                self.data().iter().map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
        }
    }

    /// The text as UTF-8 in which surrogates are encoded like other code points.
    pub fn to_wtf8(self) -> Cow<'a, [u8]> {
        match self.as_ascii() {
            Some(text) => Cow::Borrowed(text.as_bytes()),
            None => {
                let mut out = Vec::with_capacity(self.raw_bytes().len() * 2);
                self.data().iter().for_each(|c| push_wtf8(&mut out, c));
                Cow::Owned(out)
            }
        }
    }
}

impl Data<'_> {
    /// The text; `None` if it contains surrogates.
    pub fn to_utf8(self) -> Option<String> {
        match self {
            Data::One(d) => Some(d.iter().map(|c| *c as char).collect()),
            Data::Two(d) => d.iter().map(|c| char::from_u32(u32::from(*c))).collect(),
            Data::Four(d) => d.iter().map(|c| char::from_u32(*c)).collect(),
        }
    }
}
