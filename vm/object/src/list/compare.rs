//! Searching and comparing lists. `==` may run Python code, so the list is looked at anew for every item.

use super::{body, get, len, pop_locked};
use crate::error::PyResult;
use crate::lock;
use crate::obj::Obj;
use crate::vm::Vm;

/// Whether an item is `x` or equal to it.
///
/// # Errors
/// Whatever a comparison raises.
pub fn contains(vm: &Vm, l: &Obj, x: &Obj) -> PyResult<bool> {
    Ok(index_of(vm, l, x, 0, usize::MAX)?.is_some())
}

/// The first position in `start..stop` whose item is `x` or equal to it.
///
/// # Errors
/// Whatever a comparison raises.
pub fn index_of(vm: &Vm, l: &Obj, x: &Obj, start: usize, stop: usize) -> PyResult<Option<usize>> {
    Ok(find(vm, l, x, start, stop)?.map(|(i, _)| i))
}

fn find(vm: &Vm, l: &Obj, x: &Obj, start: usize, stop: usize) -> PyResult<Option<(usize, Obj)>> {
    let mut i = start;
    while i < stop {
        let Some(item) = get(l, i) else { break };
        if vm.eq(&item, x)? {
            return Ok(Some((i, item)));
        }
        i += 1;
    }
    Ok(None)
}

/// How many items are `x` or equal to it.
///
/// # Errors
/// Whatever a comparison raises.
pub fn count(vm: &Vm, l: &Obj, x: &Obj) -> PyResult<usize> {
    let (mut i, mut n) = (0, 0);
    while let Some(item) = get(l, i) {
        n += usize::from(vm.eq(&item, x)?);
        i += 1;
    }
    Ok(n)
}

/// Removes the first item that is `x` or equal to it. Returns whether there was one.
///
/// # Errors
/// Whatever a comparison raises.
pub fn remove(vm: &Vm, l: &Obj, x: &Obj) -> PyResult<bool> {
    let b = body(l);
    loop {
        let Some((i, item)) = find(vm, l, x, 0, usize::MAX)? else { return Ok(false) };
        let removed = lock::with_lock(l, || {
            // Another thread may have moved the items.
            let still = b.array().is_some_and(|a| i < b.len() && a.slot(i).peek() == item.raw());
            if still { pop_locked(b, i) } else { None }
        });
        if removed.is_some() {
            return Ok(true);
        }
        // A comparison that changed the list and still said "equal": the item at this place goes.
        if !pyre_gc::is_multi_threaded() {
            drop(super::pop(l, i));
            return Ok(true);
        }
    }
}

/// The first pair of items at the same position that differ (by identity, then `==`); `None` if one list is a prefix of
/// the other.
///
/// # Errors
/// Whatever a comparison raises.
pub fn first_difference(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<Option<(Obj, Obj)>> {
    let mut i = 0;
    while let (Some(x), Some(y)) = (get(a, i), get(b, i)) {
        if !vm.eq(&x, &y)? {
            return Ok(Some((x, y)));
        }
        i += 1;
    }
    Ok(None)
}

/// `a == b` for two lists.
///
/// # Errors
/// Whatever a comparison raises.
pub fn eq(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
    Ok(len(a) == len(b) && first_difference(vm, a, b)?.is_none() && len(a) == len(b))
}
