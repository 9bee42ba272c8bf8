//! Sequences of code points in one of three widths: borrowed ([`Body`]) and under construction ([`Buffer`]).

use pyre_number::NumError;

/// The element of a string body: one code point, in the narrowest width that fits all of the string.
pub trait Unit: Copy + Eq + Ord + Into<u32> + std::fmt::Debug + 'static {
    /// The largest code point of this width.
    const MAX: u32;

    /// The low bits of `code`.
    fn truncate(code: u32) -> Self;

    /// The body made of these units.
    fn body(units: &[Self]) -> Body<'_>;

    /// The buffer that holds these units.
    fn into_buffer(units: Vec<Self>) -> Buffer;

    /// The code point.
    #[inline]
    fn code(self) -> u32 {
        self.into()
    }
}

impl Unit for u8 {
    const MAX: u32 = 0xff;
    #[inline]
    fn truncate(code: u32) -> u8 {
        code as u8
    }
    #[inline]
    fn body(units: &[u8]) -> Body<'_> {
        Body::Latin1(units)
    }
    #[inline]
    fn into_buffer(units: Vec<u8>) -> Buffer {
        Buffer::Latin1(units)
    }
}

impl Unit for u16 {
    const MAX: u32 = 0xffff;
    #[inline]
    fn truncate(code: u32) -> u16 {
        code as u16
    }
    #[inline]
    fn body(units: &[u16]) -> Body<'_> {
        Body::Ucs2(units)
    }
    #[inline]
    fn into_buffer(units: Vec<u16>) -> Buffer {
        Buffer::Ucs2(units)
    }
}

impl Unit for u32 {
    const MAX: u32 = 0x10ffff;
    #[inline]
    fn truncate(code: u32) -> u32 {
        code
    }
    #[inline]
    fn body(units: &[u32]) -> Body<'_> {
        Body::Ucs4(units)
    }
    #[inline]
    fn into_buffer(units: Vec<u32>) -> Buffer {
        Buffer::Ucs4(units)
    }
}

/// A borrowed sequence of code points.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Code points up to U+00FF.
    Latin1(&'a [u8]),
    /// Code points up to U+FFFF.
    Ucs2(&'a [u16]),
    /// All code points.
    Ucs4(&'a [u32]),
}

/// Evaluates an expression with the units of a [`Body`] as a slice of their own width.
#[macro_export]
macro_rules! with_units {
    ($body:expr, $units:ident => $result:expr) => {
        match $body {
            $crate::Body::Latin1($units) => $result,
            $crate::Body::Ucs2($units) => $result,
            $crate::Body::Ucs4($units) => $result,
        }
    };
}

impl<'a> Body<'a> {
    /// Number of code points.
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// Whether there are no code points.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at `index`.
    ///
    /// # Panics
    /// When `index` is out of range.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        with_units!(self, units => units[index].code())
    }

    /// The code point at `index`, if there is one.
    #[inline]
    pub fn get(self, index: usize) -> Option<u32> {
        with_units!(self, units => units.get(index).map(|unit| unit.code()))
    }

    /// The part from `start` to `end`.
    ///
    /// # Panics
    /// When the range is out of bounds.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Body<'a> {
        match self {
            Body::Latin1(units) => Body::Latin1(&units[start..end]),
            Body::Ucs2(units) => Body::Ucs2(&units[start..end]),
            Body::Ucs4(units) => Body::Ucs4(&units[start..end]),
        }
    }

    /// The code points in order.
    #[inline]
    pub fn iter(self) -> Codes<'a> {
        Codes { body: self, start: 0, end: self.len() }
    }

    /// Whether all code points are ASCII.
    pub fn is_ascii(self) -> bool {
        match self {
            Body::Latin1(units) => units.is_ascii(),
            Body::Ucs2(units) => units.iter().all(|unit| *unit < 0x80),
            Body::Ucs4(units) => units.iter().all(|unit| *unit < 0x80),
        }
    }

    /// The largest code point, 0 if there is none.
    pub fn max_code(self) -> u32 {
        with_units!(self, units => units.iter().fold(0, |max, unit| max.max(unit.code())))
    }

    /// The text as a `String`; `None` when it has surrogates.
    pub fn to_utf8(self) -> Option<String> {
        self.iter().map(char::from_u32).collect()
    }
}

impl PartialEq for Body<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Body::Latin1(a), Body::Latin1(b)) => a == b,
            (Body::Ucs2(a), Body::Ucs2(b)) => a == b,
            (Body::Ucs4(a), Body::Ucs4(b)) => a == b,
            _ => self.iter().eq(other.iter()),
        }
    }
}

impl Eq for Body<'_> {}

/// The code points of a [`Body`].
#[derive(Clone, Debug)]
pub struct Codes<'a> {
    body: Body<'a>,
    start: usize,
    end: usize,
}

impl Iterator for Codes<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.start == self.end {
            return None;
        }
        self.start += 1;
        Some(self.body.at(self.start - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end - self.start;
        (left, Some(left))
    }

    /// Looks at the width once instead of at every code point; `for_each` and `extend` come here.
    fn fold<B, F: FnMut(B, u32) -> B>(self, init: B, mut f: F) -> B {
        with_units!(self.body, units => {
            units[self.start..self.end].iter().fold(init, |value, unit| f(value, unit.code()))
        })
    }
}

impl DoubleEndedIterator for Codes<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.start == self.end {
            return None;
        }
        self.end -= 1;
        Some(self.body.at(self.end))
    }
}

impl ExactSizeIterator for Codes<'_> {}

/// A growing sequence of code points that widens when a code point does not fit.
///
/// The width is the narrowest for what was pushed, so the result can become a string as it is.
#[derive(Clone, Debug)]
pub enum Buffer {
    /// Code points up to U+00FF so far.
    Latin1(Vec<u8>),
    /// Code points up to U+FFFF so far.
    Ucs2(Vec<u16>),
    /// Some code point is beyond U+FFFF.
    Ucs4(Vec<u32>),
}

impl Default for Buffer {
    fn default() -> Self {
        Buffer::new()
    }
}

impl Buffer {
    /// An empty sequence.
    pub const fn new() -> Self {
        Buffer::Latin1(Vec::new())
    }

    /// An empty sequence with room for `capacity` code points up to U+00FF.
    pub fn with_capacity(capacity: usize) -> Self {
        Buffer::Latin1(Vec::with_capacity(capacity))
    }

    /// An empty sequence of the width of `body` with room for as many code points. What is pushed may be narrower, so the
    /// result needs [`Buffer::narrowed`].
    pub fn wide_as(body: Body<'_>) -> Self {
        match body {
            Body::Latin1(units) => Buffer::Latin1(Vec::with_capacity(units.len())),
            Body::Ucs2(units) => Buffer::Ucs2(Vec::with_capacity(units.len())),
            Body::Ucs4(units) => Buffer::Ucs4(Vec::with_capacity(units.len())),
        }
    }

    /// A copy of `body`, which must be in its narrowest width for the result to be.
    pub fn from_body(body: Body<'_>) -> Self {
        match body {
            Body::Latin1(units) => Buffer::Latin1(units.to_vec()),
            Body::Ucs2(units) => Buffer::Ucs2(units.to_vec()),
            Body::Ucs4(units) => Buffer::Ucs4(units.to_vec()),
        }
    }

    /// The code points so far.
    #[inline]
    pub fn as_body(&self) -> Body<'_> {
        match self {
            Buffer::Latin1(units) => Body::Latin1(units),
            Buffer::Ucs2(units) => Body::Ucs2(units),
            Buffer::Ucs4(units) => Body::Ucs4(units),
        }
    }

    /// Number of code points.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_body().len()
    }

    /// Whether there are no code points.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends one code point (at most U+10FFFF).
    #[inline]
    pub fn push(&mut self, code: u32) {
        match self {
            Buffer::Latin1(units) if code <= 0xff => units.push(code as u8),
            Buffer::Ucs2(units) if code <= 0xffff => units.push(code as u16),
            Buffer::Ucs4(units) => units.push(code),
            _ => {
                self.widen(code);
                self.push(code);
            }
        }
    }

    /// Makes room in kind for `code`, which does not fit the present width.
    #[cold]
    fn widen(&mut self, code: u32) {
        let body = self.as_body();
        *self = if code <= 0xffff {
            Buffer::Ucs2(collect_with_room(body.iter().map(|code| code as u16)))
        } else {
            Buffer::Ucs4(collect_with_room(body.iter()))
        };
    }

    /// Appends text.
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push(u32::from(c)));
        }
    }

    /// Appends code points up to U+00FF.
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        match self {
            Buffer::Latin1(units) => units.extend_from_slice(bytes),
            Buffer::Ucs2(units) => units.extend(bytes.iter().map(|byte| u16::from(*byte))),
            Buffer::Ucs4(units) => units.extend(bytes.iter().map(|byte| u32::from(*byte))),
        }
    }

    /// Appends a sequence.
    pub fn push_body(&mut self, body: Body<'_>) {
        match (&mut *self, body) {
            (_, Body::Latin1(bytes)) => self.push_latin1(bytes),
            (Buffer::Ucs2(units), Body::Ucs2(more)) => units.extend_from_slice(more),
            (Buffer::Ucs4(units), Body::Ucs2(more)) => units.extend(more.iter().map(|unit| u32::from(*unit))),
            (Buffer::Ucs4(units), Body::Ucs4(more)) => units.extend_from_slice(more),
            _ => {
                // The body is wider: either its characters need the width, or it is not in its narrowest form.
                let max = body.max_code();
                let grows = match self {
                    Buffer::Latin1(_) => max > 0xff,
                    Buffer::Ucs2(_) => max > 0xffff,
                    Buffer::Ucs4(_) => false,
                };
                if grows {
                    self.widen(max);
                    self.push_body(body);
                } else {
                    body.iter().for_each(|code| self.push(code));
                }
            }
        }
    }

    /// Makes room for `count` more code points of the present width.
    ///
    /// # Errors
    /// `MemoryError` when the system refuses the memory, instead of ending the process.
    pub fn try_reserve(&mut self, count: usize) -> Result<(), NumError> {
        match self {
            Buffer::Latin1(units) => units.try_reserve(count),
            Buffer::Ucs2(units) => units.try_reserve(count),
            Buffer::Ucs4(units) => units.try_reserve(count),
        }
        .map_err(|_| NumError::memory())
    }

    /// Appends `count` copies of a code point; a count that a program chooses is for [`Buffer::try_reserve`] first.
    pub fn push_repeated(&mut self, code: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.push(code);
        let length = self.len() + count - 1;
        match self {
            Buffer::Latin1(units) => units.resize(length, code as u8),
            Buffer::Ucs2(units) => units.resize(length, code as u16),
            Buffer::Ucs4(units) => units.resize(length, code),
        }
    }

    /// Removes everything from `length` on. The width stays, so the result may be wider than needed.
    pub fn truncate(&mut self, length: usize) {
        match self {
            Buffer::Latin1(units) => units.truncate(length),
            Buffer::Ucs2(units) => units.truncate(length),
            Buffer::Ucs4(units) => units.truncate(length),
        }
    }

    /// The same code points in their narrowest width.
    pub fn narrowed(self) -> Buffer {
        if matches!(self, Buffer::Latin1(_)) {
            return self;
        }
        let max = self.as_body().max_code();
        match self {
            Buffer::Ucs2(units) if max <= 0xff => {
                Buffer::Latin1(units.iter().map(|unit| *unit as u8).collect())
            }
            Buffer::Ucs4(units) if max <= 0xff => {
                Buffer::Latin1(units.iter().map(|unit| *unit as u8).collect())
            }
            Buffer::Ucs4(units) if max <= 0xffff => {
                Buffer::Ucs2(units.iter().map(|unit| *unit as u16).collect())
            }
            other => other,
        }
    }
}

fn collect_with_room<T>(codes: impl ExactSizeIterator<Item = T>) -> Vec<T> {
    let mut units = Vec::with_capacity(codes.len() * 2 + 8);
    units.extend(codes);
    units
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        self.as_body() == other.as_body()
    }
}

impl Eq for Buffer {}

impl From<&str> for Buffer {
    fn from(text: &str) -> Self {
        let mut buffer = Buffer::with_capacity(text.len());
        buffer.push_str(text);
        buffer
    }
}

impl Extend<u32> for Buffer {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, codes: T) {
        codes.into_iter().for_each(|code| self.push(code));
    }
}

impl FromIterator<u32> for Buffer {
    fn from_iter<T: IntoIterator<Item = u32>>(codes: T) -> Self {
        let mut buffer = Buffer::new();
        buffer.extend(codes);
        buffer
    }
}

/// Writing cannot fail.
impl std::fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Buffer};

    #[test]
    fn a_buffer_widens_only_as_far_as_needed() {
        let mut buffer = Buffer::from("aé");
        assert!(matches!(buffer.as_body(), Body::Latin1([0x61, 0xe9])));
        buffer.push(0xd800);
        assert!(matches!(buffer.as_body(), Body::Ucs2([0x61, 0xe9, 0xd800])));
        buffer.push_repeated(0x10ffff, 2);
        assert!(matches!(buffer.as_body(), Body::Ucs4([0x61, 0xe9, 0xd800, 0x10ffff, 0x10ffff])));
        buffer.truncate(2);
        assert!(matches!(buffer.narrowed().as_body(), Body::Latin1([0x61, 0xe9])));
    }
}
