//! Parts of lists: slices, concatenation, repetition, reversal.

use super::{MAX_LEN, body, copy_items, from_vec, snapshot, words_of};
use crate::lock;
use crate::obj::Obj;
use crate::storage;
use crate::value::Value;
use crate::value_array;
use smallvec::SmallVec;

/// The items at `start`, `start + step`, ..., `count` of them at most, as a new list.
#[track_caller]
pub fn get_slice(l: &Obj, start: usize, step: isize, count: usize) -> Obj {
    let mut out = Vec::new();
    if step == 1 {
        if !pyre_gc::is_multi_threaded() {
            // Nobody changes the list meanwhile: the items are counted where they lie.
            let b = body(l);
            let end = start.saturating_add(count).min(b.len());
            return match b.array() {
                // SAFETY: items below the length are values; slots are words.
                Some(a) if start < end => super::from_slice(unsafe {
                    std::slice::from_raw_parts(std::ptr::from_ref(a.slot(start)).cast::<Obj>(), end - start)
                }),
                _ => from_vec(out),
            };
        }
        copy_items(l, start, start.saturating_add(count), &mut out);
        return from_vec(out);
    }
    let b = body(l);
    if !pyre_gc::is_multi_threaded()
        && let Some(a) = b.array()
        && count > 0
    {
        // Nobody changes the list meanwhile, so every position is there.
        return super::from_fn(count, |k| {
            storage::read_locked(a.slot(start.wrapping_add_signed(step.wrapping_mul(k as isize))))
        });
    }
    out.reserve(count.min(b.len()));
    lock::with_lock(l, || {
        if let Some(a) = b.array() {
            out.extend(positions(start, step, count, b.len()).map(|i| storage::read_locked(a.slot(i))));
        }
    });
    from_vec(out)
}

/// The positions of a slice that are below `len`.
fn positions(start: usize, step: isize, count: usize, len: usize) -> impl Iterator<Item = usize> {
    (0..count)
        .map(move |k| start.wrapping_add_signed(step.wrapping_mul(k as isize)))
        .take_while(move |i| *i < len)
}

/// Replaces as many items from `start` on as the exact list `items` (another one) has by copies of them, while there is one
/// thread only. False, and nothing has happened, if there are more, or if some of the items do not exist.
pub fn overwrite_alone(l: &Obj, start: usize, stop: usize, items: &Obj) -> bool {
    let (to, from) = (body(l), body(items));
    let n = from.len();
    if pyre_gc::is_multi_threaded() || stop > to.len() || start.saturating_add(n) != stop || l.is(items) {
        return false;
    }
    let (Some(a), Some(b)) = (to.array(), from.array()) else { return n == 0 };
    let mut removed: SmallVec<[Obj; 8]> = SmallVec::new();
    for i in 0..n {
        let old = a.slot(start + i).replace_locked(storage::read_locked(b.slot(i)));
        // Immediates own nothing; what dies runs Python code, which may look at the list.
        if old.raw().is_ptr() {
            removed.push(old);
        }
    }
    removed.into_iter().rev().for_each(drop);
    true
}

/// Replaces the items in `start..stop` (cut to the list's length) by others: `l[start:stop] = items`.
#[track_caller]
pub fn set_slice(l: &Obj, start: usize, stop: usize, mut items: Vec<Obj>) {
    let b = body(l);
    let garbage = lock::with_lock(l, || {
        let n = b.len();
        let start = start.min(n);
        let stop = stop.clamp(start, n);
        let k = items.len();
        let new_len = n - (stop - start) + k;
        let old = if new_len > b.capacity() { b.reserve(b.capacity_for(new_len)) } else { Obj::UNBOUND };
        let Some(a) = b.array() else { return (Vec::new(), old) };
        let mut removed = Vec::new();
        for v in (start..stop).map(|i| a.slot(i).peek()) {
            // Immediates own nothing.
            if v.is_ptr() {
                pyre_gc::barrier::moved(v.0);
                // SAFETY: the slot is overwritten below, without being released.
                removed.push(unsafe { Obj::from_raw(v) });
            }
        }
        if stop != start + k {
            a.shift(stop, start + k, n - stop);
        }
        words_of(&items).iter().enumerate().for_each(|(i, w)| a.store(start + i, *w));
        (new_len..n).for_each(|i| a.store(i, Value::UNBOUND));
        b.set_len(new_len);
        // SAFETY: the handles were given to the array.
        unsafe { items.set_len(0) };
        let old = if old.is_unbound() { b.trim() } else { old };
        (removed, old)
    });
    storage::retire(garbage.1);
    garbage.0.into_iter().rev().for_each(drop);
}

/// Replaces the items at `start`, `start + step`, ... by `items`: `l[start:stop:step] = items`. The caller has compared
/// the lengths; items for positions that are gone meanwhile are dropped.
#[track_caller]
pub fn set_stepped(l: &Obj, start: usize, step: isize, items: Vec<Obj>) {
    let b = body(l);
    let mut items = items.into_iter();
    let removed: Vec<Obj> = lock::with_lock(l, || match b.array() {
        Some(a) => positions(start, step, items.len(), b.len())
            .zip(items.by_ref())
            .map(|(i, v)| a.slot(i).replace_locked(v))
            .collect(),
        None => Vec::new(),
    });
    drop(removed);
    drop(items);
}

/// Deletes the items at `start`, `start + step`, ..., `count` of them: `del l[start:stop:step]`.
#[track_caller]
pub fn delete_slice(l: &Obj, start: usize, step: isize, count: usize) {
    if count == 0 {
        return;
    }
    if step == 1 {
        return set_slice(l, start, start.saturating_add(count), Vec::new());
    }
    // The same positions in ascending order.
    let (first, step) = if step < 0 {
        (start.wrapping_add_signed(step.wrapping_mul(count as isize - 1)), step.unsigned_abs())
    } else {
        (start, step as usize)
    };
    let b = body(l);
    let (removed, old) = lock::with_lock(l, || {
        let (n, Some(a)) = (b.len(), b.array()) else { return (Vec::new(), Obj::UNBOUND) };
        let mut removed = Vec::with_capacity(count);
        let (mut to, mut next) = (first.min(n), first);
        for from in first..n {
            let v = a.slot(from).peek();
            if from == next && removed.len() < count {
                pyre_gc::barrier::moved(v.0);
                // SAFETY: the slot is overwritten below or by a later item, without being released.
                removed.push(unsafe { Obj::from_raw(v) });
                next = next.saturating_add(step);
            } else {
                a.store(to, v);
                to += 1;
            }
        }
        (to..n).for_each(|i| a.store(i, Value::UNBOUND));
        b.set_len(to);
        (removed, b.trim())
    });
    storage::retire(old);
    drop(removed);
}

/// Reverses the list in place.
#[track_caller]
pub fn reverse(l: &Obj) {
    let b = body(l);
    lock::with_lock(l, || {
        let (n, Some(a)) = (b.len(), b.array()) else { return };
        if let Some(cell) = l.cell() {
            // SAFETY: the handle keeps the list alive.
            pyre_gc::barrier::about_to_reshape(unsafe { cell.as_ref() });
        }
        for i in 0..n / 2 {
            let (x, y) = (a.slot(i).peek(), a.slot(n - 1 - i).peek());
            a.store(i, y);
            a.store(n - 1 - i, x);
        }
    });
}

/// `a + b`
#[track_caller]
pub fn concat(a: &Obj, b: &Obj) -> Obj {
    let mut all = Vec::with_capacity(body(a).len() + body(b).len());
    copy_items(a, 0, usize::MAX, &mut all);
    copy_items(b, 0, usize::MAX, &mut all);
    from_vec(all)
}

/// `l * n`; `None` when the result would be too long.
#[track_caller]
pub fn repeat(l: &Obj, n: usize) -> Option<Obj> {
    let items = snapshot(l);
    let total = items.len().checked_mul(n).filter(|total| *total <= MAX_LEN)?;
    if total > LARGE {
        return repeated(&items, n).map(from_vec);
    }
    if total == 0 {
        return Some(from_vec(Vec::new()));
    }
    for item in &items {
        (0..n).for_each(|_| crate::obj::retain(item.raw()));
    }
    // SAFETY: every item was counted as often as it is stored.
    let array = unsafe { value_array::repeated(words_of(&items), total) };
    Some(super::of_array(array, total))
}

/// From so many items on it is first seen whether there is memory for them.
const LARGE: usize = 1 << 24;

/// `l *= n`; false when the result would be too long.
#[track_caller]
pub fn repeat_in_place(l: &Obj, n: usize) -> bool {
    if n == 0 {
        super::clear(l);
        return true;
    }
    let Some(more) = repeated(&snapshot(l), n - 1) else { return false };
    super::extend_from_vec(l, more);
    true
}

fn repeated(items: &[Obj], n: usize) -> Option<Vec<Obj>> {
    let len = items.len().checked_mul(n).filter(|len| *len <= MAX_LEN)?;
    let mut all = Vec::new();
    all.try_reserve_exact(len).ok()?;
    (0..n).for_each(|_| all.extend_from_slice(items));
    Some(all)
}
