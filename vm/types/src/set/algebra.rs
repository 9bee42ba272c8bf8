//! Operations on a set and another set, dict or iterable.

use super::is_frozen;
use crate::collection::items_of;
use pyre_object::{Builtin, Obj, PyResult, Vm, dict, set};

/// An exact set or frozenset of the items of any iterable.
///
/// # Errors
/// What iterating, hashing or comparing raises.
pub fn set_from(vm: &Vm, items: &Obj, frozen: bool) -> PyResult {
    if set::is_any_set(items) {
        return Ok(set::copy(items, frozen));
    }
    let s = set::new_empty(frozen);
    update(vm, &s, items)?;
    Ok(s)
}

/// `s.update(items)`
///
/// # Errors
/// What iterating, hashing or comparing raises.
pub fn update(vm: &Vm, s: &Obj, items: &Obj) -> PyResult<()> {
    if set::is_any_set(items) {
        return set::union(vm, s, items);
    }
    if items.is_exactly(Builtin::Dict) {
        return each_key(items, |hash, key| set::add_hashed(vm, s, hash, &key).map(drop));
    }
    vm.for_each(items, |key| set::add(vm, s, &key).map(drop))
}

/// Calls `f` with every key of a dict and its hash.
fn each_key(d: &Obj, mut f: impl FnMut(i64, Obj) -> PyResult<()>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((hash, key, _)) = dict::next_entry_hashed(d, &mut pos) {
        f(hash, key)?;
    }
    Ok(())
}

/// Calls `f` with every key of a set and its hash.
fn each(s: &Obj, mut f: impl FnMut(i64, Obj) -> PyResult<()>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((hash, key)) = set::next_entry(s, &mut pos) {
        f(hash, key)?;
    }
    Ok(())
}

/// `s.difference_update(items)`
///
/// # Errors
/// What iterating, hashing or comparing raises.
pub fn difference_update(vm: &Vm, s: &Obj, items: &Obj) -> PyResult<()> {
    if s.is(items) {
        set::clear(s);
        return Ok(());
    }
    if set::is_any_set(items) {
        return each(items, |hash, key| set::discard_hashed(vm, s, hash, &key).map(drop));
    }
    if items.is_exactly(Builtin::Dict) {
        return each_key(items, |hash, key| set::discard_hashed(vm, s, hash, &key).map(drop));
    }
    set::difference_update(vm, s, items_of(vm, items)?)
}

/// `s.symmetric_difference_update(items)`
///
/// # Errors
/// What iterating, hashing or comparing raises.
pub fn symmetric_difference_update(vm: &Vm, s: &Obj, items: &Obj) -> PyResult<()> {
    if set::is_any_set(items) {
        return set::symmetric_difference_update(vm, s, items);
    }
    set::symmetric_difference_update(vm, s, &set_from(vm, items, false)?)
}

/// The items of any iterable that are in `s`, as an exact set or frozenset.
///
/// # Errors
/// What iterating, hashing or comparing raises.
pub(super) fn intersection(vm: &Vm, s: &Obj, items: &Obj, frozen: bool) -> PyResult {
    if s.is(items) {
        return Ok(set::copy(s, frozen));
    }
    if set::is_any_set(items) {
        return set::intersection(vm, s, items, frozen);
    }
    set::intersection_update(vm, s, items_of(vm, items)?, frozen)
}

/// The keys of `s` that no item of any iterable is equal to, as an exact set or frozenset.
///
/// # Errors
/// What iterating, hashing or comparing raises.
pub(super) fn difference(vm: &Vm, s: &Obj, items: &Obj, frozen: bool) -> PyResult {
    if set::is_any_set(items) && set::len(s) >> 2 <= set::len(items) {
        return set::difference(vm, s, items, frozen);
    }
    if items.is_exactly(Builtin::Dict) && set::len(s) >> 2 <= dict::len(items) {
        let rest = set::new_empty(frozen);
        each(s, |hash, key| {
            if dict::get_item_hashed(vm, items, hash, &key)?.is_none() {
                set::add_hashed(vm, &rest, hash, &key)?;
            }
            Ok(())
        })?;
        return Ok(rest);
    }
    let rest = set::copy(s, frozen);
    // Not the set itself: it may be the operand.
    difference_update(vm, &rest, items)?;
    Ok(rest)
}

/// `s` keeps the keys of another set only.
pub(super) fn replace_by(s: &Obj, other: &Obj) {
    set::assign(s, other);
}

fn both_sets(a: &Obj, b: &Obj) -> bool {
    set::is_any_set(a) && set::is_any_set(b)
}

/// `a - b`
pub(super) fn subtract(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if both_sets(a, b) { difference(vm, a, b, is_frozen(a)) } else { Ok(Obj::NOT_IMPLEMENTED) }
}

/// `a & b`
pub(super) fn intersect(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if both_sets(a, b) { intersection(vm, a, b, is_frozen(a)) } else { Ok(Obj::NOT_IMPLEMENTED) }
}

/// `a ^ b`
pub(super) fn differ(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if both_sets(a, b) { set::symmetric_difference(vm, a, b, is_frozen(a)) } else { Ok(Obj::NOT_IMPLEMENTED) }
}

/// `a | b`
pub(super) fn unite(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !both_sets(a, b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let all = set::copy(a, is_frozen(a));
    if !a.is(b) {
        set::union(vm, &all, b)?;
    }
    Ok(all)
}

/// `a -= b`
pub(super) fn inplace_subtract(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed(a, b, || difference_update(vm, a, b))
}

/// `a &= b`
pub(super) fn inplace_intersect(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed(a, b, || {
        replace_by(a, &intersection(vm, a, b, false)?);
        Ok(())
    })
}

/// `a ^= b`
pub(super) fn inplace_differ(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed(a, b, || set::symmetric_difference_update(vm, a, b))
}

/// `a |= b`
pub(super) fn inplace_unite(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed(a, b, || set::union(vm, a, b))
}

/// Changes `a` if `b` is a set.
fn changed(a: &Obj, b: &Obj, change: impl FnOnce() -> PyResult<()>) -> PyResult {
    if !set::is_any_set(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    change()?;
    Ok(a.clone())
}
