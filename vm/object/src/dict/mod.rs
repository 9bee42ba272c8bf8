//! `dict`: one slot that refers to a [table](table::DictTable), or to nothing while the dict is empty.
//!
//! Reading takes no lock. Everything that changes the dict takes its lock (except stores to keys that are there in dicts that are
//! [open](self::open)), and never calls Python code or releases a
//! reference while holding it. Design: `docs/design/containers.md`.

mod cache;
mod iter;
mod lookup;
mod merge;
mod open;
mod table;
#[cfg(test)]
mod tests;
pub mod views;

pub use cache::{cached_value, cached_value_in, has_layout, layout_id, set_value_at_if, value_position};
pub use iter::{
    items_snapshot, keys_snapshot, next_entry, next_entry_hashed, next_key, next_value, prev_entry,
    values_snapshot,
};
pub use merge::{copy, copy_shaped, eq, merge, update};
pub use table::DictTable;

use crate::alloc;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::hash_table::hash_key_as;
use crate::heap_body;
use crate::lock;
use crate::obj::Obj;
use crate::shape::Shape;
use crate::storage;
use crate::str;
use crate::vm::Vm;
use pyre_threads::sync::atomic::{AtomicU32, Ordering};
use table::Table;

heap_body! {
    /// The body of a dict.
    pub struct DictBody "dict" {
        slots {
            /// a dict table or `UNBOUND`
            table,
        }
        data {
            /// tables that the dict has had; written under the lock
            generation: AtomicU32,
            /// not 0: values are overwritten without the lock, too; set under the lock, and stays
            open: AtomicU32,
        }
    }
}

impl DictBody {
    /// An empty dict.
    #[inline(always)]
    pub fn empty() -> DictBody {
        DictBody::with_table(Obj::UNBOUND)
    }

    #[inline(always)]
    fn with_table(table: Obj) -> DictBody {
        DictBody { table: crate::Slot::new(table), generation: AtomicU32::new(0), open: AtomicU32::new(0) }
    }

    /// The current table. Worth something until the next quiescent point, or under the lock.
    #[inline(always)]
    fn table(&self) -> Option<Table> {
        // SAFETY: `table` is a home of dict tables.
        unsafe { Table::of_word(self.table.peek()) }
    }

    /// Under the lock.
    fn next_generation(&self) -> u32 {
        let g = self.generation.load(Ordering::Relaxed).wrapping_add(1);
        self.generation.store(g, Ordering::Relaxed);
        g
    }

    /// A table with an insertion to spare. Under the lock; the old table must be [retired](storage::retire) after
    /// unlocking.
    fn with_room(&self) -> (Table, Obj) {
        if let Some(t) = self.table()
            && t.usable() > 0
        {
            return (t, Obj::UNBOUND);
        }
        self.grow()
    }

    #[inline(never)]
    fn grow(&self) -> (Table, Obj) {
        let generation = self.next_generation();
        let fresh = match self.table() {
            Some(t) => {
                self.log_for_marker();
                let live = t.live() as usize;
                t.rebuilt::<true>(live.max(2), generation, self.is_open())
            }
            None => table::empty(1, generation),
        };
        let word = fresh.raw();
        let old = self.table.replace_locked(fresh);
        // SAFETY: just stored, under the lock.
        let t = unsafe { Table::of_word(word) };
        (t.unwrap_or_else(|| unreachable!("a table is a cell")), old)
    }

    /// Tells a concurrent marker that references are about to move to another table.
    fn log_for_marker(&self) {
        let word = self.table.peek();
        if word.is_ptr() {
            // SAFETY: the home keeps its table alive; under the lock it stays there.
            pyre_gc::barrier::about_to_reshape(unsafe { word.header() });
        }
    }

    /// Adds a key that is not there. Under the lock; the result is for [`storage::retire`] after unlocking.
    #[must_use]
    fn insert(&self, hash: i64, key: Obj, value: Obj) -> Obj {
        let (t, old) = self.with_room();
        t.insert(hash, key, value);
        old
    }

    /// Stores a value for a key that is in entry `at` or nowhere. Under the lock; the result is for [`Garbage::release`]
    /// after unlocking.
    #[inline(always)]
    fn put(&self, at: Option<u32>, hash: i64, key: &Obj, value: Obj) -> Garbage {
        match (at, self.table()) {
            (Some(i), Some(t)) => {
                Garbage { value: self.replace_value(&t.entry(i).value, value), table: Obj::UNBOUND }
            }
            _ => Garbage { value: Obj::UNBOUND, table: self.insert(hash, key.clone(), value) },
        }
    }
}

/// What a change leaves to be released after unlocking.
#[must_use]
struct Garbage {
    value: Obj,
    table: Obj,
}

impl Garbage {
    #[inline(always)]
    fn release(self) {
        storage::retire(self.table);
        drop(self.value);
    }
}

/// The hash of a key.
#[inline(always)]
fn hash_of(vm: &Vm, key: &Obj) -> PyResult<i64> {
    hash_key_as(vm, key, "a dict key")
}

/// The layout of the tables, for the shape that they have.
pub fn table_layout() -> &'static crate::Layout {
    <DictTable as crate::Body>::layout()
}

/// An empty dict.
#[inline]
pub fn new_dict() -> Obj {
    alloc::new(Builtin::Dict, DictBody::empty())
}

/// An empty dict with room for `n` keys.
pub fn with_capacity(n: usize) -> Obj {
    let d = new_dict();
    if n > 0 {
        let _ = body(&d).table.replace_locked(table::empty(n, 0));
    }
    d
}

/// An empty instance of the subclass that `shape` belongs to.
pub fn new_shaped(shape: &'static Shape) -> Obj {
    alloc::new_shaped(shape, DictBody::empty())
}

/// Whether the object is a dict (or an instance of a subclass).
#[inline(always)]
pub fn is_dict(o: &Obj) -> bool {
    o.is_exactly(Builtin::Dict) || o.downcast::<DictBody>().is_some()
}

/// The body of a dict (or of an instance of a subclass).
///
/// # Panics
/// The object is no dict.
#[inline(always)]
#[track_caller]
pub fn body(d: &Obj) -> &DictBody {
    if d.is_exactly(Builtin::Dict) {
        // SAFETY: exact dicts have this body.
        return unsafe { d.body_unchecked() };
    }
    d.body()
}

/// `len(d)`
#[inline(always)]
#[track_caller]
pub fn len(d: &Obj) -> usize {
    body(d).table().map_or(0, |t| t.live() as usize)
}

/// The value of a key.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
#[inline]
pub fn get_item(vm: &Vm, d: &Obj, key: &Obj) -> PyResult<Option<Obj>> {
    let hash = hash_of(vm, key)?;
    lookup::get_hashed(vm, body(d), hash, key)
}

/// The value of a key whose hash is known.
///
/// # Errors
/// A comparison raises.
#[inline]
pub fn get_item_hashed(vm: &Vm, d: &Obj, hash: i64, key: &Obj) -> PyResult<Option<Obj>> {
    lookup::get_hashed(vm, body(d), hash, key)
}

/// The value of a key that is exactly a `str`. Runs no Python code; the dict may hold other keys as well.
#[inline]
#[track_caller]
pub fn get_str(d: &Obj, name: &Obj) -> Option<Obj> {
    debug_assert!(str::is_exact(name));
    lookup::get_text(body(d), str::hash(name), name)
}

/// Whether the key is in the dict.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
pub fn contains(vm: &Vm, d: &Obj, key: &Obj) -> PyResult<bool> {
    Ok(get_item(vm, d, key)?.is_some())
}

/// `d[key] = value`
///
/// # Errors
/// The key is unhashable, or a comparison raises.
#[inline]
pub fn set_item(vm: &Vm, d: &Obj, key: &Obj, value: Obj) -> PyResult<()> {
    let hash = hash_of(vm, key)?;
    set_item_hashed(vm, d, hash, key, value)
}

/// Stores without the lock if the dict is open and has the key; gives the value back otherwise.
#[inline(always)]
fn overwritten(b: &DictBody, hash: i64, key: &Obj, value: Obj) -> Result<(), Obj> {
    if b.is_open() { b.overwrite(hash, key, value).map(drop) } else { Err(value) }
}

/// `d[key] = value` for a key whose hash is known.
///
/// # Errors
/// A comparison raises.
#[inline]
pub fn set_item_hashed(vm: &Vm, d: &Obj, hash: i64, key: &Obj, value: Obj) -> PyResult<()> {
    let b = body(d);
    let value = match overwritten(b, hash, key, value) {
        Ok(()) => return Ok(()),
        Err(value) => value,
    };
    lookup::edit(vm, d, b, hash, key, |at| b.put(at, hash, key, value))?.release();
    Ok(())
}

/// `d[name] = value` for a key that is exactly a `str`. Runs no Python code, except what releasing the old value runs.
#[inline]
#[track_caller]
pub fn set_str(d: &Obj, name: &Obj, value: Obj) {
    debug_assert!(str::is_exact(name));
    let b = body(d);
    let hash = str::hash(name);
    let value = match overwritten(b, hash, name, value) {
        Ok(()) => return,
        Err(value) => value,
    };
    lookup::edit_text(d, b, hash, name, |at| b.put(at, hash, name, value)).release();
}

/// Removes a key that is exactly a `str` and returns its value. Runs no Python code.
#[track_caller]
pub fn pop_str(d: &Obj, name: &Obj) -> Option<Obj> {
    let b = body(d);
    let taken = lookup::edit_text(d, b, str::hash(name), name, |at| Some(b.table()?.delete(at?)));
    taken.map(|(_key, value)| value)
}

/// Removes a key. Returns whether it was there.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
pub fn del_item(vm: &Vm, d: &Obj, key: &Obj) -> PyResult<bool> {
    Ok(pop(vm, d, key)?.is_some())
}

/// Removes a key and returns its value.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
pub fn pop(vm: &Vm, d: &Obj, key: &Obj) -> PyResult<Option<Obj>> {
    let hash = hash_of(vm, key)?;
    pop_hashed(vm, d, hash, key)
}

/// Removes a key whose hash is known and returns its value.
///
/// # Errors
/// A comparison raises.
pub fn pop_hashed(vm: &Vm, d: &Obj, hash: i64, key: &Obj) -> PyResult<Option<Obj>> {
    let b = body(d);
    let taken = lookup::edit(vm, d, b, hash, key, |at| Some(b.table()?.delete(at?)))?;
    Ok(taken.map(|(_key, value)| value))
}

/// Removes the key that was inserted last and returns it with its value.
#[track_caller]
pub fn popitem(d: &Obj) -> Option<(Obj, Obj)> {
    let b = body(d);
    let (taken, old) = lock::with_lock(d, || {
        let Some(t) = b.table() else { return (None, Obj::UNBOUND) };
        let open = b.is_open();
        // Without handing entries back the deleted ones at the end would be passed by again and again.
        let (t, old) = if open && t.used() > 2 * t.live() + 16 { b.grow() } else { (t, Obj::UNBOUND) };
        (t.pop_last(!open), old)
    });
    storage::retire(old);
    taken
}

/// The value of a key; stores `default` and returns it if the key is not there.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
pub fn set_default(vm: &Vm, d: &Obj, key: &Obj, default: &Obj) -> PyResult {
    Ok(get_or_insert(vm, d, key, default)?.0)
}

/// As [`set_default`]; also tells whether `default` was stored.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
pub fn get_or_insert(vm: &Vm, d: &Obj, key: &Obj, default: &Obj) -> PyResult<(Obj, bool)> {
    get_or_insert_hashed(vm, d, hash_of(vm, key)?, key, default)
}

/// As [`get_or_insert`], for a key whose hash is known.
///
/// # Errors
/// A comparison raises.
pub fn get_or_insert_hashed(vm: &Vm, d: &Obj, hash: i64, key: &Obj, default: &Obj) -> PyResult<(Obj, bool)> {
    let b = body(d);
    let (value, inserted, old) = lookup::edit(vm, d, b, hash, key, |at| match (at, b.table()) {
        (Some(i), Some(t)) => (t.entry(i).value.get(), false, Obj::UNBOUND),
        _ => (default.clone(), true, b.insert(hash, key.clone(), default.clone())),
    })?;
    storage::retire(old);
    Ok((value, inserted))
}

/// Removes everything.
#[track_caller]
pub fn clear(d: &Obj) {
    let b = body(d);
    let (old, values) = lock::with_lock(d, || {
        let mut values = Vec::new();
        if b.is_open()
            && let Some(t) = b.table()
        {
            values.extend(t.live_entries().map(|e| open::close(&e.value)));
        }
        (b.table.replace_locked(Obj::UNBOUND), values)
    });
    storage::retire_with_contents(old);
    // SAFETY: closing took the references out of the table.
    values.into_iter().for_each(|v| drop(unsafe { Obj::from_raw(v) }));
}
