//! Finding a string in another. All widths go through byte search (`memchr`'s two-way and vector code, linear in the
//! worst case); for wide units, hits that are not aligned to a unit are passed over.

use super::{Data, Kind};
use memchr::memmem;
use std::borrow::Cow;

/// The needle's units in the haystack's width; `None` if it needs more.
fn needle_bytes<'a>(needle: Data<'a>, kind: Kind) -> Option<Cow<'a, [u8]>> {
    if needle.kind() == kind {
        return Some(Cow::Borrowed(needle.raw_bytes()));
    }
    let mut out = Vec::with_capacity(needle.len() * kind.width());
    for c in needle.iter() {
        match kind {
            Kind::One => out.push(u8::try_from(c).ok()?),
            Kind::Two => out.extend_from_slice(&u16::try_from(c).ok()?.to_ne_bytes()),
            Kind::Four => out.extend_from_slice(&c.to_ne_bytes()),
        }
    }
    Some(Cow::Owned(out))
}

/// The index of the first occurrence of `needle`.
pub fn find(hay: Data<'_>, needle: Data<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    if let (Data::One(h), Data::One(n)) = (hay, needle) {
        return match n {
            [c] => memchr::memchr(*c, h),
            _ => memmem::find(h, n),
        };
    }
    let kind = hay.kind();
    let n = needle_bytes(needle, kind)?;
    let h = hay.raw_bytes();
    if n.is_empty() {
        return Some(0);
    }
    let finder = memmem::Finder::new(&n);
    let mut from = 0;
    loop {
        let at = from + finder.find(&h[from..])?;
        if at.is_multiple_of(kind.width()) {
            return Some(at / kind.width());
        }
        from = at + 1;
    }
}

/// The index of the last occurrence of `needle`.
pub fn rfind(hay: Data<'_>, needle: Data<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    if let (Data::One(h), Data::One(n)) = (hay, needle) {
        return match n {
            [c] => memchr::memrchr(*c, h),
            _ => memmem::rfind(h, n),
        };
    }
    let kind = hay.kind();
    let n = needle_bytes(needle, kind)?;
    let h = hay.raw_bytes();
    if n.is_empty() {
        return Some(hay.len());
    }
    let finder = memmem::FinderRev::new(&n);
    let mut to = h.len();
    loop {
        let at = finder.rfind(&h[..to])?;
        if at.is_multiple_of(kind.width()) {
            return Some(at / kind.width());
        }
        to = at + n.len() - 1;
    }
}

/// How often `needle` occurs without overlap, up to `max`; an empty one occurs between all code points and at the ends.
pub fn count(hay: Data<'_>, needle: Data<'_>, max: usize) -> usize {
    if needle.is_empty() {
        return (hay.len() + 1).min(max);
    }
    if let (Data::One(h), Data::One(n)) = (hay, needle) {
        return match n {
            [c] => memchr::memchr_iter(*c, h).take(max).count(),
            _ => memmem::find_iter(h, n).take(max).count(),
        };
    }
    let (mut n, mut from) = (0, 0);
    while n < max
        && let Some(i) = find(hay.slice(from, hay.len()), needle)
    {
        n += 1;
        from += i + needle.len();
    }
    n
}
