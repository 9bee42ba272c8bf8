//! Operations on whole strings: comparison, concatenation, repetition, slicing.

use super::build::write_units;
use super::{
    ASCII, CAPACITY_SHIFT, DATA_OFFSET, Data, Kind, LEN_SHIFT, StrBuilder, StrRef, capacity_bytes,
    capacity_code, empty, expect, is_exact, make, make_in,
};
use crate::each_width;
use crate::obj::Obj;
use crate::shape::Shape;
use pyre_threads::sync::atomic::Ordering;
use pyre_threads::tls;

impl StrRef<'_> {
    /// Whether both are the same text.
    #[inline]
    pub fn equals(self, other: StrRef<'_>) -> bool {
        if self.cell == other.cell {
            return true;
        }
        // The same text has the same length and kind.
        if (self.meta() ^ other.meta()) & !(0xff << CAPACITY_SHIFT | super::INTERNED) != 0 {
            return false;
        }
        if let (Some(a), Some(b)) = (self.known_hash(), other.known_hash())
            && a != b
        {
            return false;
        }
        self.raw_bytes() == other.raw_bytes()
    }

    /// The order of the texts by code points.
    pub fn compare(self, other: StrRef<'_>) -> std::cmp::Ordering {
        match (self.data(), other.data()) {
            (Data::One(a), Data::One(b)) => a.cmp(b),
            (Data::Two(a), Data::Two(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
}

/// Whether two `str`s are the same text.
///
/// # Panics
/// One is no `str`.
#[inline]
pub fn eq(a: &Obj, b: &Obj) -> bool {
    a.is(b) || expect(a).equals(expect(b))
}

/// Whether the object is a `str` with this text.
#[inline]
pub fn eq_str(a: &Obj, text: &str) -> bool {
    let Some(s) = super::get(a) else { return false };
    match s.as_ascii() {
        Some(t) => t == text,
        None => s.data().iter().eq(text.chars().map(|c| c as u32)),
    }
}

/// The order of two `str`s by code points.
///
/// # Panics
/// One is no `str`.
#[inline]
pub fn cmp(a: &Obj, b: &Obj) -> std::cmp::Ordering {
    expect(a).compare(expect(b))
}

/// `a + b`; `None` if it would be too long.
///
/// # Panics
/// One is no `str`.
#[inline]
pub fn concat(a: &Obj, b: &Obj) -> Option<Obj> {
    let (x, y) = (expect(a), expect(b));
    if y.is_empty() && is_exact(a) {
        return Some(a.clone());
    }
    if x.is_empty() && is_exact(b) {
        return Some(b.clone());
    }
    concat_new(x, y, false)
}

fn concat_new(x: StrRef<'_>, y: StrRef<'_>, spare: bool) -> Option<Obj> {
    let len = x.len() + y.len();
    if len > super::MAX_LEN {
        return None;
    }
    if len <= 1 {
        return Some(if x.len() == 1 { x.data().to_obj() } else { y.data().to_obj() });
    }
    let kind = x.kind().max(y.kind());
    let ascii = x.is_ascii() && y.is_ascii();
    let need = DATA_OFFSET + len * kind.width();
    // A string that is being appended to gets a quarter more, so that appending costs amortised constant time.
    let code = if spare { capacity_code(need + need / 4) } else { 0 };
    let size = if spare { capacity_bytes(code) } else { need };
    // SAFETY: `len` units are written, the kind is that of the wider one.
    Some(unsafe {
        make_in(None, size, code, len, kind, ascii, |p| {
            let p = write_units(p, kind, x.data());
            write_units(p, kind, y.data());
        })
    })
}

/// Whether this is exactly a `str` to which the caller holds the only reference.
#[inline]
pub fn is_unique_exact(o: &Obj) -> bool {
    // SAFETY: the handle keeps the cell alive.
    is_exact(o) && o.cell().is_some_and(|c| unsafe { c.as_ref() }.is_unique(tls::current_id()))
}

/// `a + b` where the caller gives up `a`: if that was the only reference, the text is appended in place when the cell
/// has room, and to a larger one with room to spare otherwise. `None` if it would be too long.
///
/// # Panics
/// One is no `str`.
pub fn concat_owned(a: Obj, b: &Obj) -> Option<Obj> {
    let (x, y) = (expect(&a), expect(b));
    // The append pattern: the left operand is a long accumulator that nobody else sees.
    if x.len() < 32 || y.len() > x.len() || a.is(b) || !is_unique_exact(&a) || x.is_interned() {
        return concat(&a, b);
    }
    if y.is_empty() {
        return Some(a);
    }
    let len = x.len() + y.len();
    if y.kind() > x.kind() || len > super::MAX_LEN {
        return concat_new(x, y, true);
    }
    let meta = x.meta();
    let code = meta >> CAPACITY_SHIFT & 0xff;
    let have = match code {
        0 => pyre_gc::good_size(DATA_OFFSET + x.raw_bytes().len()),
        c => capacity_bytes(c),
    };
    let kind = x.kind();
    if DATA_OFFSET + len * kind.width() > have {
        return concat_new(x, y, true);
    }
    let old_bytes = x.raw_bytes().len();
    // SAFETY: the cell has the room, and nobody else can see the string: the only reference is ours.
    unsafe {
        write_units(x.data_ptr().add(old_bytes), kind, y.data());
    }
    // Once appended to, the cell's size no longer follows from the length.
    let code = if code == 0 { exact_code(have) } else { Some(code) };
    let Some(code) = code else { return concat_new(x, y, true) };
    let ascii = if x.is_ascii() && y.is_ascii() { ASCII } else { 0 };
    let body = x.body();
    body.meta
        .store(kind as u64 | ascii | code << CAPACITY_SHIFT | (len as u64) << LEN_SHIFT, Ordering::Relaxed);
    body.hash.store(0, Ordering::Relaxed);
    Some(a)
}

/// The code for the largest capacity that is not above `bytes`.
fn exact_code(bytes: usize) -> Option<u64> {
    let above = capacity_code(bytes);
    if capacity_bytes(above) == bytes { Some(above) } else { above.checked_sub(1).filter(|c| *c != 0) }
}

/// `s * n`; `None` if it would be too long.
///
/// # Panics
/// `s` is no `str`.
pub fn repeat(s: &Obj, n: usize) -> Option<Obj> {
    let x = expect(s);
    if n == 0 || x.is_empty() {
        return Some(empty());
    }
    if n == 1 {
        return Some(if is_exact(s) { s.clone() } else { x.data().to_obj() });
    }
    let len = x.len().checked_mul(n).filter(|l| *l <= super::MAX_LEN)?;
    let unit = x.raw_bytes();
    // SAFETY: `n` copies of the same units are written.
    Some(unsafe {
        make(None, len, x.kind(), x.is_ascii(), |p| {
            if let [c] = unit {
                return p.write_bytes(*c, n);
            }
            // Doubling: each copy is as long as everything before it.
            let total = unit.len() * n;
            std::ptr::copy_nonoverlapping(unit.as_ptr(), p, unit.len());
            let mut done = unit.len();
            while done < total {
                let part = done.min(total - done);
                std::ptr::copy_nonoverlapping(p, p.add(done), part);
                done += part;
            }
        })
    })
}

/// The code points from `start` to `end` (which lie within the string) as an exact `str`.
///
/// # Panics
/// `s` is no `str`, or the range is out of bounds.
#[inline]
pub fn slice(s: &Obj, start: usize, end: usize) -> Obj {
    let x = expect(s);
    if start >= end {
        return empty();
    }
    if start == 0 && end == x.len() && is_exact(s) {
        return s.clone();
    }
    if let Data::One(d) = x.data() {
        let d = &d[start..end];
        if let [c] = d {
            return super::latin1_char(*c);
        }
        // SAFETY: `d.len()` bytes are written.
        return unsafe {
            make(None, d.len(), Kind::One, x.is_ascii() || d.is_ascii(), |p| {
                std::ptr::copy_nonoverlapping(d.as_ptr(), p, d.len());
            })
        };
    }
    x.data().slice(start, end).to_obj()
}

/// Every `step`-th of `count` code points, from `start` (indices lie within the string).
///
/// # Panics
/// `s` is no `str`, or an index is out of bounds.
pub fn slice_step(s: &Obj, start: usize, step: isize, count: usize) -> Obj {
    let data = expect(s).data();
    let mut b = StrBuilder::with_capacity(count);
    each_width!(data, d => {
        let mut i = start as isize;
        for _ in 0..count {
            b.push(u32::from(d[i as usize]));
            i = i.wrapping_add(step);
        }
    });
    b.finish()
}

/// A new instance of the type of `shape` (`None`: exactly `str`) with the text of `s`.
///
/// # Panics
/// `s` is no `str`.
pub fn subclass_copy(shape: Option<&'static Shape>, s: &Obj) -> Obj {
    let x = expect(s);
    let raw = x.raw_bytes();
    // SAFETY: the units are copied from a string of the same kind.
    unsafe {
        make(shape, x.len(), x.kind(), x.is_ascii(), |p| {
            std::ptr::copy_nonoverlapping(raw.as_ptr(), p, raw.len());
        })
    }
}
