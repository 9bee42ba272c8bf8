//! Text encodings that the interpreter itself needs.
//!
//! Decoders work in steps: `decode(bytes, start, is_final, out)` appends to `out` until the input ends or is wrong.
//! On success it returns how many bytes are consumed; without `is_final` an incomplete character at the end is left.
//! On failure it reports the offending range with CPython's reason, everything before it having been appended: the
//! caller asks its error handler for a replacement and continues behind the range. Encoders mirror this.

pub mod ascii;
pub mod bytes_escape;
pub mod handlers;
pub mod unicode_escape;
pub mod utf16;
pub mod utf32;
pub mod utf8;

#[cfg(test)]
mod tests;

/// The range of the input that a codec cannot convert, and why: the `start`, `end` and `reason` of a
/// `UnicodeDecodeError` (in bytes) or `UnicodeEncodeError` (in code points).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// Where the range begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// CPython's wording.
    pub reason: &'static str,
}

/// The order of the bytes of a code unit.
pub use pyre_number::int::bytes::ByteOrder;

const SURROGATES: &str = "surrogates not allowed";

#[inline]
pub(crate) fn is_surrogate(code: u32) -> bool {
    (0xd800..0xe000).contains(&code)
}
