//! Operations on two sets, or on a set and the items of something else.
//!
//! The other operand is an iterator of results, so that items of any iterable can be passed as they come; for a set or
//! a dict pass its snapshot.

use super::{
    SetBody, add, add_hashed, adopt_copy, body, contains, contains_hashed, copy, discard, discard_hashed,
};
use super::{len, new_empty, next_entry};
use crate::error::PyResult;
use crate::hash_table::hash_key;
use crate::obj::Obj;
use crate::vm::Vm;

/// The operand of an operation.
pub trait Items: Iterator<Item = PyResult<Obj>> {}
impl<I: Iterator<Item = PyResult<Obj>>> Items for I {}

/// Calls `f` with every key of a set and its hash.
fn each(s: &Obj, mut f: impl FnMut(i64, Obj) -> PyResult<()>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((hash, key)) = next_entry(s, &mut pos) {
        f(hash, key)?;
    }
    Ok(())
}

/// `s |= other` for another set.
///
/// # Errors
/// A comparison raises.
pub fn union(vm: &Vm, s: &Obj, other: &Obj) -> PyResult<()> {
    if s.is(other) || len(other) == 0 || (body(s).table().is_none() && adopt_copy(s, other)) {
        return Ok(());
    }
    each(other, |hash, key| add_hashed(vm, s, hash, &key).map(drop))
}

/// Adds all items.
///
/// # Errors
/// An item is unhashable, or a comparison raises, or the iterator.
pub fn update(vm: &Vm, s: &Obj, items: impl Items) -> PyResult<()> {
    for item in items {
        add(vm, s, &item?)?;
    }
    Ok(())
}

/// The keys that both sets have, as an exact set or frozenset.
///
/// # Errors
/// A comparison raises.
pub fn intersection(vm: &Vm, a: &Obj, b: &Obj, frozen: bool) -> PyResult {
    // The smaller one is gone through, as in other Pythons.
    let (all, small) = if len(b) > len(a) { (b, a) } else { (a, b) };
    let r = new_empty(frozen);
    each(small, |hash, key| {
        if contains_hashed(vm, all, hash, &key)? {
            add_hashed(vm, &r, hash, &key)?;
        }
        Ok(())
    })?;
    Ok(r)
}

/// The items that are in `s`, as an exact set or frozenset.
///
/// # Errors
/// An item is unhashable, or a comparison raises, or the iterator.
pub fn intersection_update(vm: &Vm, s: &Obj, items: impl Items, frozen: bool) -> PyResult {
    let r = new_empty(frozen);
    for item in items {
        let item = item?;
        let hash = hash_key(vm, &item)?;
        if contains_hashed(vm, s, hash, &item)? {
            add_hashed(vm, &r, hash, &item)?;
        }
    }
    Ok(r)
}

/// The keys of `a` that are not in `b`, a set, as an exact set or frozenset.
///
/// # Errors
/// A comparison raises.
pub fn difference(vm: &Vm, a: &Obj, b: &Obj, frozen: bool) -> PyResult {
    if len(b) == 0 {
        return Ok(copy(a, frozen));
    }
    let r = new_empty(frozen);
    each(a, |hash, key| {
        if !contains_hashed(vm, b, hash, &key)? {
            add_hashed(vm, &r, hash, &key)?;
        }
        Ok(())
    })?;
    Ok(r)
}

/// Removes all items.
///
/// # Errors
/// An item is unhashable, or a comparison raises, or the iterator.
pub fn difference_update(vm: &Vm, s: &Obj, items: impl Items) -> PyResult<()> {
    for item in items {
        discard(vm, s, &item?)?;
    }
    Ok(())
}

/// The keys that exactly one of two sets has, as an exact set or frozenset.
///
/// # Errors
/// A comparison raises.
pub fn symmetric_difference(vm: &Vm, a: &Obj, b: &Obj, frozen: bool) -> PyResult {
    let r = copy(b, frozen);
    symmetric_difference_update(vm, &r, a)?;
    Ok(r)
}

/// `s ^= other` for another set.
///
/// # Errors
/// A comparison raises.
pub fn symmetric_difference_update(vm: &Vm, s: &Obj, other: &Obj) -> PyResult<()> {
    if s.is(other) {
        super::clear(s);
        return Ok(());
    }
    each(other, |hash, key| {
        if !discard_hashed(vm, s, hash, &key)? {
            add_hashed(vm, s, hash, &key)?;
        }
        Ok(())
    })
}

/// Whether all keys of `a` are in `b`.
///
/// # Errors
/// A comparison raises.
pub fn is_subset(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
    if len(a) > len(b) {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some((hash, key)) = next_entry(a, &mut pos) {
        if !contains_hashed(vm, b, hash, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether no item is in `s`.
///
/// # Errors
/// An item is unhashable, or a comparison raises, or the iterator.
pub fn is_disjoint(vm: &Vm, s: &Obj, items: impl Items) -> PyResult<bool> {
    for item in items {
        if contains(vm, s, &item?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a == b` for two sets of any kind.
///
/// # Errors
/// A comparison raises.
pub fn eq(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
    let known = |s: &SetBody| s.hash.load(pyre_threads::sync::atomic::Ordering::Relaxed);
    let (x, y) = (known(body(a)), known(body(b)));
    if len(a) != len(b) || (x != -1 && y != -1 && x != y) {
        return Ok(false);
    }
    is_subset(vm, a, b)
}
