//! `slice`: what a slice means for a sequence of a given length.

use crate::error::PyResult;
use crate::obj::Obj;
use crate::vm::Vm;

pub use crate::code::{SliceBody, new_slice};

/// A slice applied to a sequence: `count` items from `start` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indices {
    /// The first item's index; within the sequence if `count` is not 0. Never negative for a positive step.
    pub start: isize,
    /// Where it ends, clamped as `slice.indices` does.
    pub stop: isize,
    /// The distance of two items; not 0.
    pub step: isize,
    /// The number of items.
    pub count: usize,
}

/// The parts of a slice as machine words, those left out filled in and large ones clamped.
///
/// # Errors
/// `TypeError` for a part that is no index; `ValueError` for a step of 0.
pub fn unpack(vm: &Vm, s: &Obj) -> PyResult<(isize, isize, isize)> {
    let b: &SliceBody = s.body();
    let step = match b.step.get_fixed() {
        none if none.is_none() => 1,
        step => vm.to_clamped(step)?.max(-isize::MAX),
    };
    if step == 0 {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let part = |o: &Obj, default: isize| if o.is_none() { Ok(default) } else { vm.to_clamped(o) };
    let start = part(b.start.get_fixed(), if step < 0 { isize::MAX } else { 0 })?;
    let stop = part(b.stop.get_fixed(), if step < 0 { isize::MIN } else { isize::MAX })?;
    Ok((start, stop, step))
}

/// What unpacked parts mean for a sequence of `len` items.
#[inline]
pub fn adjust((start, stop, step): (isize, isize, isize), len: usize) -> Indices {
    let len = len as isize;
    let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let place = |i: isize| if i < 0 { i.saturating_add(len).max(lowest) } else { i.min(highest) };
    let (start, stop) = (place(start), place(stop));
    let count = if step < 0 && stop < start {
        (start - stop - 1) as usize / step.unsigned_abs() + 1
    } else if step > 0 && start < stop {
        (stop - start - 1) as usize / step as usize + 1
    } else {
        0
    };
    Indices { start, stop, step, count }
}

/// What a slice object means for a sequence of `len` items. The length is taken before `__index__` methods of the parts
/// run: callers whose length can change use [`unpack`] and [`adjust`].
///
/// # Errors
/// As [`unpack`].
pub fn indices(vm: &Vm, s: &Obj, len: usize) -> PyResult<Indices> {
    Ok(adjust(unpack(vm, s)?, len))
}

/// The two bounds of `o[a:b]` (which may be `None`) within a sequence of `len` items: `start <= stop`.
///
/// # Errors
/// `TypeError` for a bound that is no index.
pub fn bounds(vm: &Vm, a: &Obj, b: &Obj, len: usize) -> PyResult<(usize, usize)> {
    let start = if a.is_none() { 0 } else { vm.to_clamped(a)? };
    let stop = if b.is_none() { isize::MAX } else { vm.to_clamped(b)? };
    let i = adjust((start, stop, 1), len);
    Ok((i.start as usize, i.stop.max(i.start) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_clamped_to_the_sequence() {
        let at = |parts, len| {
            let i = adjust(parts, len);
            (i.start, i.stop, i.count)
        };
        assert_eq!(at((0, isize::MAX, 1), 5), (0, 5, 5));
        assert_eq!(at((-3, -1, 1), 5), (2, 4, 2));
        assert_eq!(at((isize::MAX, isize::MIN, -1), 5), (4, -1, 5));
        assert_eq!(at((isize::MAX, isize::MIN, -2), 4), (3, -1, 2));
        assert_eq!(at((4, 1, 1), 5), (4, 1, 0));
        assert_eq!(at((0, 5, 10), 5), (0, 5, 1));
    }
}
