//! Whole dicts: copies, updates, equality.

use super::{DictBody, body, len, lookup, next_entry_hashed, set_item_hashed};
use crate::alloc;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::lock;
use crate::obj::Obj;
use crate::raise;
use crate::shape::Shape;
use crate::storage;
use crate::vm::Vm;

/// A table with the same keys and values, or `UNBOUND`.
fn cloned_table(d: &Obj, generation: u32) -> Obj {
    let b = body(d);
    lock::with_lock(d, || match b.table() {
        Some(t) if t.live() > 0 => t.rebuilt::<false>(0, generation, b.is_open()),
        _ => Obj::UNBOUND,
    })
}

/// An exact dict with the same keys and values.
#[track_caller]
pub fn copy(d: &Obj) -> Obj {
    alloc::new(Builtin::Dict, DictBody::with_table(cloned_table(d, 0)))
}

/// An instance of the subclass that `shape` belongs to with the same keys and values.
#[track_caller]
pub fn copy_shaped(d: &Obj, shape: &'static Shape) -> Obj {
    alloc::new_shaped(shape, DictBody::with_table(cloned_table(d, 0)))
}

/// Stores all entries of `other`, a dict, in `d`; keys that are there keep their value unless `overwrite`.
///
/// # Errors
/// A comparison raises; `RuntimeError` if `other` changes its size meanwhile.
pub fn merge(vm: &Vm, d: &Obj, other: &Obj, overwrite: bool) -> PyResult<()> {
    if d.is(other) || len(other) == 0 {
        return Ok(());
    }
    if len(d) == 0 && adopt_copy(d, other) {
        return Ok(());
    }
    let n = len(other);
    let mut pos = 0;
    while let Some((hash, key, value)) = next_entry_hashed(other, &mut pos) {
        if overwrite {
            set_item_hashed(vm, d, hash, &key, value)?;
        } else {
            let b = body(d);
            let old = lookup::edit(vm, d, b, hash, &key, |at| match at {
                Some(_) => Obj::UNBOUND,
                None => b.insert(hash, key.clone(), value.clone()),
            })?;
            storage::retire(old);
        }
        if len(other) != n {
            raise!(vm, RuntimeError, "dict mutated during update");
        }
    }
    Ok(())
}

/// `d.update(other)` for a dict `other`.
///
/// # Errors
/// As [`merge`].
pub fn update(vm: &Vm, d: &Obj, other: &Obj) -> PyResult<()> {
    merge(vm, d, other, true)
}

/// Gives an empty dict a copy of the other's table; false if it is not empty any more.
fn adopt_copy(d: &Obj, other: &Obj) -> bool {
    let b = body(d);
    let generation = lock::with_lock(d, || b.next_generation());
    let fresh = cloned_table(other, generation);
    let result = lock::with_lock(d, || {
        if b.table().is_some_and(|t| t.live() > 0) {
            return Err(fresh);
        }
        Ok(b.table.replace_locked(fresh))
    });
    match result {
        Ok(old) => {
            storage::retire(old);
            true
        }
        Err(fresh) => {
            drop(fresh);
            false
        }
    }
}

/// `a == b` for two dicts.
///
/// # Errors
/// Whatever a comparison raises.
pub fn eq(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if len(a) != len(b) {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some((hash, key, value)) = next_entry_hashed(a, &mut pos) {
        match lookup::get_hashed(vm, body(b), hash, &key)? {
            Some(other) if vm.eq(&value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
