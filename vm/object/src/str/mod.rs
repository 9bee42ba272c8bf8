//! `str`: immutable sequences of code points, lone surrogates included, with O(1) indexing.
//!
//! As in PEP 393 the code points lie behind the body in units of one, two or four bytes: the smallest that holds the
//! largest of them, so equal strings have equal bytes. The empty string and those of one Latin-1 character exist once.
//!
//! `meta` packs bits 0..2 the unit (log2 of its bytes), bit 2 ASCII, bit 3 interned, bits 8..16 a code for the bytes of
//! an over-allocated cell (0: the cell is as large as its length asks for), bits 16.. the length in code points. It
//! changes only while nobody else can see the string ([`concat_owned`]), except for the interned bit.

mod build;
mod convert;
mod hash;
mod ops;
#[cfg(test)]
mod tests;

pub use build::{StrBuilder, join_pieces};
pub use convert::{
    as_ascii, from_body, from_buffer, from_char, from_code_point, from_latin1, from_latin1_shaped, from_ucs2,
    from_ucs4, from_wtf8, new_str, push_wtf8, repeat_code_point, slice_text, to_string_lossy, to_utf8,
    to_wtf8,
};
pub use hash::{hash_bytes, set_hash_seed};
pub use ops::{
    cmp, concat, concat_owned, eq, eq_str, is_unique_exact, repeat, slice, slice_step, subclass_copy,
};

use crate::alloc;
use crate::builtin::Builtin;
use crate::layout::{Body, HEADER_SIZE, Layout, Slot};
use crate::obj::Obj;
use crate::shape::Shape;
use crate::value::Value;
use pyre_gc::Header;
use pyre_threads::sync::atomic::{AtomicU64, Ordering};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// The body of a string; the code points follow it.
#[repr(C)]
pub struct StrBody {
    /// The hash; 0 while it is not computed.
    hash: AtomicU64,
    meta: AtomicU64,
}

const DATA_OFFSET: usize = HEADER_SIZE + size_of::<StrBody>();
const ASCII: u64 = 4;
const INTERNED: u64 = 8;
const CAPACITY_SHIFT: u32 = 8;
const LEN_SHIFT: u32 = 16;
/// The longest string, in code points: four bytes each must be addressable.
pub const MAX_LEN: usize = 1 << 45;

// SAFETY: there are no slots.
unsafe impl Body for StrBody {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::variable::<StrBody>("str", body_size);
        &LAYOUT
    }
    fn slots(&self, _: &mut dyn FnMut(&Slot)) {}
}

unsafe fn body_size(cell: NonNull<Header>) -> usize {
    // SAFETY: the shape of the cell says that its body is a string.
    let s = unsafe { StrRef::of_cell(cell) };
    size_of::<StrBody>() + s.len() * s.kind().width()
}

/// How wide a string's code points are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Latin-1: one byte each.
    One,
    /// The basic plane: two bytes each.
    Two,
    /// Everything: four bytes each.
    Four,
}

impl Kind {
    /// Bytes of a code point.
    #[inline(always)]
    pub const fn width(self) -> usize {
        1 << self as usize
    }

    /// The smallest kind for code points whose bitwise "or" (or maximum) this is.
    #[inline(always)]
    pub const fn for_max(max: u32) -> Kind {
        match max {
            0..=0xff => Kind::One,
            0x100..=0xffff => Kind::Two,
            _ => Kind::Four,
        }
    }
}

/// The code points of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data<'a> {
    /// All below 256.
    One(&'a [u8]),
    /// All below 65536, one at least above 255.
    Two(&'a [u16]),
    /// One at least above 65535.
    Four(&'a [u32]),
}

/// Runs the same code for each width: `each_width!(data, units => expression)`.
#[macro_export]
macro_rules! each_width {
    ($data:expr, $units:ident => $body:expr) => {
        #[allow(clippy::useless_conversion)]
        match $data {
            $crate::str::Data::One($units) => $body,
            $crate::str::Data::Two($units) => $body,
            $crate::str::Data::Four($units) => $body,
        }
    };
}

impl<'a> Data<'a> {
    /// Number of code points.
    #[inline]
    pub fn len(self) -> usize {
        each_width!(self, d => d.len())
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at `i`.
    ///
    /// # Panics
    /// `i` is out of range.
    #[inline]
    pub fn at(self, i: usize) -> u32 {
        each_width!(self, d => u32::from(d[i]))
    }

    /// A part.
    ///
    /// # Panics
    /// The range is out of bounds.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Data<'a> {
        match self {
            Data::One(d) => Data::One(&d[start..end]),
            Data::Two(d) => Data::Two(&d[start..end]),
            Data::Four(d) => Data::Four(&d[start..end]),
        }
    }

    /// The code points in order.
    #[inline]
    pub fn iter(self) -> CodePoints<'a> {
        CodePoints { data: self, at: 0, end: self.len() }
    }

    /// How wide the units are; a part may have wider units than it needs.
    #[inline]
    pub fn kind(self) -> Kind {
        match self {
            Data::One(_) => Kind::One,
            Data::Two(_) => Kind::Two,
            Data::Four(_) => Kind::Four,
        }
    }

    /// The units as they lie in memory.
    #[inline]
    pub fn raw_bytes(self) -> &'a [u8] {
        fn bytes_of<T>(d: &[T]) -> &[u8] {
            // SAFETY: `T` is an unsigned integer: no padding, any bytes are valid.
            unsafe { std::slice::from_raw_parts(d.as_ptr().cast(), size_of_val(d)) }
        }
        each_width!(self, d => bytes_of(d))
    }

    /// The same for the algorithms of `pyre-text`.
    #[inline(always)]
    pub fn text(self) -> pyre_text::Body<'a> {
        match self {
            Data::One(d) => pyre_text::Body::Latin1(d),
            Data::Two(d) => pyre_text::Body::Ucs2(d),
            Data::Four(d) => pyre_text::Body::Ucs4(d),
        }
    }

    /// A string of these code points.
    pub fn to_obj(self) -> Obj {
        match self {
            Data::One(d) => from_latin1(d),
            Data::Two(d) => from_ucs2(d),
            Data::Four(d) => from_ucs4(d),
        }
    }
}

/// Iterator over code points.
#[derive(Clone)]
pub struct CodePoints<'a> {
    data: Data<'a>,
    at: usize,
    end: usize,
}

impl Iterator for CodePoints<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.at == self.end {
            return None;
        }
        self.at += 1;
        Some(self.data.at(self.at - 1))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.at, Some(self.end - self.at))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.at == self.end {
            return None;
        }
        self.end -= 1;
        Some(self.data.at(self.end))
    }
}

impl ExactSizeIterator for CodePoints<'_> {}

/// A borrowed view of a string object.
#[derive(Clone, Copy)]
pub struct StrRef<'a> {
    cell: NonNull<Header>,
    of: PhantomData<&'a Obj>,
}

impl<'a> StrRef<'a> {
    /// The view of a cell.
    ///
    /// # Safety
    /// The cell's body is a [`StrBody`] and lives for `'a`.
    #[inline(always)]
    pub unsafe fn of_cell(cell: NonNull<Header>) -> StrRef<'a> {
        StrRef { cell, of: PhantomData }
    }

    #[inline(always)]
    fn body(self) -> &'a StrBody {
        // SAFETY: by construction the cell is a live string.
        unsafe { crate::layout::body(self.cell) }
    }

    #[inline(always)]
    fn meta(self) -> u64 {
        self.body().meta.load(Ordering::Relaxed)
    }

    /// Number of code points.
    #[inline(always)]
    pub fn len(self) -> usize {
        (self.meta() >> LEN_SHIFT) as usize
    }

    /// Whether there is no code point.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// How wide the code points are stored.
    #[inline(always)]
    pub fn kind(self) -> Kind {
        match self.meta() & 3 {
            0 => Kind::One,
            1 => Kind::Two,
            _ => Kind::Four,
        }
    }

    /// Whether all code points are below 128.
    #[inline(always)]
    pub fn is_ascii(self) -> bool {
        self.meta() & ASCII != 0
    }

    /// Whether this very object is in the intern table.
    #[inline(always)]
    pub fn is_interned(self) -> bool {
        self.meta() & INTERNED != 0
    }

    pub(crate) fn set_interned(self) {
        self.body().meta.fetch_or(INTERNED, Ordering::Release);
    }

    #[inline(always)]
    fn data_ptr(self) -> *mut u8 {
        // SAFETY: the data follow the body in the same cell.
        unsafe { self.cell.as_ptr().cast::<u8>().add(DATA_OFFSET) }
    }

    /// The code points.
    #[inline(always)]
    pub fn data(self) -> Data<'a> {
        let (p, n) = (self.data_ptr(), self.len());
        // SAFETY: the cell holds `len` units of this width, aligned to 16 and unchanged while the string is borrowed.
        unsafe {
            match self.kind() {
                Kind::One => Data::One(std::slice::from_raw_parts(p, n)),
                Kind::Two => Data::Two(std::slice::from_raw_parts(p.cast(), n)),
                Kind::Four => Data::Four(std::slice::from_raw_parts(p.cast(), n)),
            }
        }
    }

    /// The code points for the algorithms of `pyre-text`.
    #[inline(always)]
    pub fn text(self) -> pyre_text::Body<'a> {
        self.data().text()
    }

    /// The units as they lie in memory.
    #[inline(always)]
    pub fn raw_bytes(self) -> &'a [u8] {
        // SAFETY: the cell holds `len` units of this width.
        unsafe { std::slice::from_raw_parts(self.data_ptr(), self.len() << (self.meta() & 3)) }
    }

    /// The text, if it is ASCII.
    #[inline(always)]
    pub fn as_ascii(self) -> Option<&'a str> {
        // SAFETY: the flag says that all bytes are ASCII.
        if self.is_ascii() { Some(unsafe { std::str::from_utf8_unchecked(self.raw_bytes()) }) } else { None }
    }

    /// The code point at `i`.
    ///
    /// # Panics
    /// `i` is out of range.
    #[inline]
    pub fn char_at(self, i: usize) -> u32 {
        self.data().at(i)
    }

    /// The hash, as `hash()` gives it; never -1.
    #[inline(always)]
    pub fn hash(self) -> i64 {
        match self.body().hash.load(Ordering::Relaxed) {
            0 => self.compute_hash(),
            h => h as i64,
        }
    }

    #[inline(never)]
    fn compute_hash(self) -> i64 {
        let h = hash_bytes(self.raw_bytes());
        self.body().hash.store(h as u64, Ordering::Relaxed);
        h
    }

    /// Remembers the hash, which the caller has computed from the same bytes.
    pub(crate) fn set_hash(self, hash: i64) {
        self.body().hash.store(hash as u64, Ordering::Relaxed);
    }

    /// The hash if it was computed before.
    #[inline(always)]
    pub fn known_hash(self) -> Option<i64> {
        match self.body().hash.load(Ordering::Relaxed) {
            0 => None,
            h => Some(h as i64),
        }
    }
}

/// Whether the object is a `str` (or of a subclass).
#[inline(always)]
pub fn is_str(o: &Obj) -> bool {
    o.is_exactly(Builtin::Str) || o.downcast::<StrBody>().is_some()
}

/// Whether the object is exactly a `str`.
#[inline(always)]
pub fn is_exact(o: &Obj) -> bool {
    o.is_exactly(Builtin::Str)
}

/// The view of a `str` (or of an instance of a subclass).
#[inline(always)]
pub fn get(o: &Obj) -> Option<StrRef<'_>> {
    // SAFETY: a string's cell, alive while `o` is borrowed.
    if is_str(o) { o.cell().map(|c| unsafe { StrRef::of_cell(c) }) } else { None }
}

/// The view of an object that the caller knows to be a `str`.
///
/// # Panics
/// It is none.
#[inline(always)]
#[track_caller]
pub fn expect(o: &Obj) -> StrRef<'_> {
    get(o).expect("not a str")
}

/// Number of code points of a `str`.
#[inline(always)]
#[track_caller]
pub fn len(o: &Obj) -> usize {
    expect(o).len()
}

/// The hash of a `str`.
#[inline(always)]
#[track_caller]
pub fn hash(o: &Obj) -> i64 {
    expect(o).hash()
}

/// The character at `i` of a `str` as a string.
#[inline]
#[track_caller]
pub fn char_at(o: &Obj, i: usize) -> Obj {
    from_code_point(expect(o).char_at(i))
}

static SINGLE: [AtomicU64; 256] = [const { AtomicU64::new(Value::UNBOUND.0) }; 256];
static EMPTY: AtomicU64 = AtomicU64::new(Value::UNBOUND.0);

#[inline(always)]
fn load(word: &AtomicU64) -> Obj {
    let v = Value(word.load(Ordering::Relaxed));
    debug_assert!(v.is_ptr(), "strings were not initialised");
    // SAFETY: the word is that of a tracing-managed string that lives forever: it has no count to take.
    unsafe { Obj::from_raw(v) }
}

/// The empty string.
#[inline(always)]
pub fn empty() -> Obj {
    load(&EMPTY)
}

/// The string of one Latin-1 character.
#[inline(always)]
pub fn latin1_char(c: u8) -> Obj {
    load(&SINGLE[c as usize])
}

/// Makes the strings that exist once; by the first thread, before any other string is made.
pub fn init() {
    if EMPTY.load(Ordering::Acquire) != Value::UNBOUND.0 {
        return;
    }
    let make = |bytes: &[u8]| crate::intern::intern_fresh(convert::new_latin1_cell(bytes)).into_raw().0;
    EMPTY.store(make(b""), Ordering::Release);
    for (c, word) in SINGLE.iter().enumerate() {
        word.store(make(&[c as u8]), Ordering::Release);
    }
}

/// The bytes that an over-allocated cell has, by the code in `meta`: a float of two mantissa bits.
#[inline]
const fn capacity_bytes(code: u64) -> usize {
    (4 + (code as usize & 3)) << (code >> 2)
}

/// The smallest code for at least `bytes`.
fn capacity_code(bytes: usize) -> u64 {
    let exponent = (usize::BITS - bytes.leading_zeros()).saturating_sub(3) as u64;
    let code = exponent << 2;
    (code..code + 8).find(|c| capacity_bytes(*c) >= bytes).unwrap_or(code + 8)
}

/// A fresh cell for a string of `shape` (`None`: exactly `str`) that `fill` completes.
///
/// # Safety
/// `fill` writes all `len` units and does not allocate; `kind` is the smallest that holds them; `ascii` is right.
#[inline]
unsafe fn make(
    shape: Option<&'static Shape>,
    len: usize,
    kind: Kind,
    ascii: bool,
    fill: impl FnOnce(*mut u8),
) -> Obj {
    let size = DATA_OFFSET + len * kind.width();
    // SAFETY: passed on.
    unsafe { make_in(shape, size, 0, len, kind, ascii, fill) }
}

/// As [`make`], in a cell of `size` bytes, whose code is stored.
///
/// # Safety
/// As for [`make`]; `size` is large enough.
#[inline]
unsafe fn make_in(
    shape: Option<&'static Shape>,
    size: usize,
    code: u64,
    len: usize,
    kind: Kind,
    ascii: bool,
    fill: impl FnOnce(*mut u8),
) -> Obj {
    debug_assert!(len <= MAX_LEN);
    let behind = shape.map_or(0, |s| 16 + 8 * s.inline_slots as usize);
    let cell = alloc::cell(size + behind);
    let meta =
        kind as u64 | if ascii { ASCII } else { 0 } | code << CAPACITY_SHIFT | (len as u64) << LEN_SHIFT;
    // SAFETY: the cell is fresh and large enough for the body, the data and what lies behind them.
    unsafe {
        let base = cell.as_ptr().cast::<u8>();
        base.add(HEADER_SIZE)
            .cast::<StrBody>()
            .write(StrBody { hash: AtomicU64::new(0), meta: AtomicU64::new(meta) });
        fill(base.add(DATA_OFFSET));
        match shape {
            None => alloc::publish(cell, Builtin::Str.shape()),
            Some(s) => {
                alloc::clear_attributes(cell, s);
                alloc::publish_instance(cell, s)
            }
        }
    }
}
