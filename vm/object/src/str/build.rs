//! [`StrBuilder`]: a string that grows, for native code.

use super::{Data, Kind, StrRef, from_latin1, from_ucs2, from_ucs4, make};
use crate::obj::Obj;

#[derive(Clone)]
enum Units {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// Collects code points; the units widen when the first code point needs it.
#[derive(Clone)]
pub struct StrBuilder {
    units: Units,
}

impl Default for StrBuilder {
    fn default() -> Self {
        StrBuilder::new()
    }
}

impl StrBuilder {
    /// Empty.
    #[inline]
    pub fn new() -> StrBuilder {
        StrBuilder { units: Units::One(Vec::new()) }
    }

    /// Empty, with room for `n` Latin-1 characters.
    #[inline]
    pub fn with_capacity(n: usize) -> StrBuilder {
        StrBuilder { units: Units::One(Vec::with_capacity(n)) }
    }

    /// Number of code points so far.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.units {
            Units::One(v) => v.len(),
            Units::Two(v) => v.len(),
            Units::Four(v) => v.len(),
        }
    }

    /// Whether nothing was added.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[cold]
    fn widen(&mut self, kind: Kind) {
        self.units = match (&self.units, kind) {
            (Units::One(v), Kind::Two) => Units::Two(v.iter().map(|c| u16::from(*c)).collect()),
            (Units::One(v), Kind::Four) => Units::Four(v.iter().map(|c| u32::from(*c)).collect()),
            (Units::Two(v), Kind::Four) => Units::Four(v.iter().map(|c| u32::from(*c)).collect()),
            _ => return,
        };
    }

    /// Appends a code point (below 0x110000).
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.units {
            Units::One(v) if c < 0x100 => v.push(c as u8),
            Units::Two(v) if c < 0x10000 => v.push(c as u16),
            Units::Four(v) => v.push(c),
            _ => {
                self.widen(Kind::for_max(c));
                self.push(c);
            }
        }
    }

    /// Appends a code point `n` times.
    pub fn push_n(&mut self, c: u32, n: usize) {
        if n == 0 {
            return;
        }
        match &mut self.units {
            Units::One(v) if c < 0x100 => v.resize(v.len() + n, c as u8),
            Units::Two(v) if c < 0x10000 => v.resize(v.len() + n, c as u16),
            Units::Four(v) => v.resize(v.len() + n, c),
            _ => {
                self.widen(Kind::for_max(c));
                self.push_n(c, n);
            }
        }
    }

    /// Appends a character.
    #[inline]
    pub fn push_char(&mut self, c: char) {
        self.push(c as u32);
    }

    /// Appends text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        match &mut self.units {
            Units::One(v) if text.is_ascii() => v.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|c| self.push(c as u32)),
        }
    }

    /// Appends Latin-1 characters.
    #[inline]
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        match &mut self.units {
            Units::One(v) => v.extend_from_slice(bytes),
            _ => self.push_data(Data::One(bytes)),
        }
    }

    /// Appends code points.
    pub fn push_data(&mut self, data: Data<'_>) {
        match (&mut self.units, data) {
            (Units::One(v), Data::One(d)) => v.extend_from_slice(d),
            (Units::Two(v), Data::Two(d)) => v.extend_from_slice(d),
            (Units::Four(v), Data::Four(d)) => v.extend_from_slice(d),
            (Units::Two(v), Data::One(d)) => v.extend(d.iter().map(|c| u16::from(*c))),
            (Units::Four(v), Data::One(d)) => v.extend(d.iter().map(|c| u32::from(*c))),
            (Units::Four(v), Data::Two(d)) => v.extend(d.iter().map(|c| u32::from(*c))),
            // A part of a wide string may be narrow.
            (_, Data::Two(d)) => d.iter().for_each(|c| self.push(u32::from(*c))),
            (_, Data::Four(d)) => d.iter().for_each(|c| self.push(*c)),
        }
    }

    /// Appends a string.
    #[inline]
    pub fn push_ref(&mut self, s: StrRef<'_>) {
        self.push_data(s.data());
    }

    /// Appends a `str` object.
    ///
    /// # Panics
    /// It is no `str`.
    #[inline]
    pub fn push_obj(&mut self, s: &Obj) {
        self.push_data(super::expect(s).data());
    }

    /// What was added so far.
    #[inline]
    pub fn data(&self) -> Data<'_> {
        match &self.units {
            Units::One(v) => Data::One(v),
            Units::Two(v) => Data::Two(v),
            Units::Four(v) => Data::Four(v),
        }
    }

    /// Forgets everything from `len` on.
    pub fn truncate(&mut self, len: usize) {
        match &mut self.units {
            Units::One(v) => v.truncate(len),
            Units::Two(v) => v.truncate(len),
            Units::Four(v) => v.truncate(len),
        }
    }

    /// The string.
    pub fn finish(&self) -> Obj {
        match &self.units {
            Units::One(v) => from_latin1(v),
            Units::Two(v) => from_ucs2(v),
            Units::Four(v) => from_ucs4(v),
        }
    }
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push_str(s);
        Ok(())
    }
}

/// All pieces (each a `str`), with `separator` between them, as one string; `None` if it would be too long.
pub fn join_pieces(separator: StrRef<'_>, pieces: &[Obj]) -> Option<Obj> {
    let [first, rest @ ..] = pieces else { return Some(super::empty()) };
    if rest.is_empty() && super::is_exact(first) {
        return Some(first.clone());
    }
    let (mut len, mut kind, mut ascii) = (0usize, Kind::One, true);
    for p in pieces {
        let p = super::expect(p);
        len = len.checked_add(p.len())?;
        kind = kind.max(p.kind());
        ascii &= p.is_ascii();
    }
    if !rest.is_empty() {
        len = separator.len().checked_mul(rest.len()).and_then(|n| n.checked_add(len))?;
        kind = kind.max(separator.kind());
        ascii &= separator.is_ascii();
    }
    if len > super::MAX_LEN {
        return None;
    }
    if len <= 1 {
        let mut b = StrBuilder::new();
        pieces.iter().enumerate().for_each(|(i, p)| {
            if i != 0 {
                b.push_ref(separator);
            }
            b.push_obj(p);
        });
        return Some(b.finish());
    }
    // SAFETY: the lengths and kinds of the same immutable strings were added up; every unit is written.
    Some(unsafe {
        make(None, len, kind, ascii, |mut p| {
            let gap = separator.data();
            for (i, piece) in pieces.iter().enumerate() {
                if i != 0 && !gap.is_empty() {
                    p = write_units(p, kind, gap);
                }
                p = write_units(p, kind, super::expect(piece).data());
            }
        })
    })
}

/// Writes code points as units of `kind`; returns the address behind them.
///
/// # Safety
/// There is room, and `kind` is at least that of the data.
#[inline]
pub(super) unsafe fn write_units(p: *mut u8, kind: Kind, data: Data<'_>) -> *mut u8 {
    let n = data.len();
    // SAFETY: promised by the caller.
    unsafe {
        if data.kind() == kind {
            let raw = data.raw_bytes();
            std::ptr::copy_nonoverlapping(raw.as_ptr(), p, raw.len());
            return p.add(raw.len());
        }
        match (kind, data) {
            (Kind::Two, Data::One(d)) => {
                let p = p.cast::<u16>();
                d.iter().enumerate().for_each(|(i, c)| p.add(i).write(u16::from(*c)));
            }
            (_, Data::One(d)) => {
                let p = p.cast::<u32>();
                d.iter().enumerate().for_each(|(i, c)| p.add(i).write(u32::from(*c)));
            }
            (_, Data::Two(d)) => {
                let p = p.cast::<u32>();
                d.iter().enumerate().for_each(|(i, c)| p.add(i).write(u32::from(*c)));
            }
            (_, Data::Four(_)) => {}
        }
        p.add(n * kind.width())
    }
}
