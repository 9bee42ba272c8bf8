//! What inline caches of global and module variables need: a number that stands for "these keys in these entries".
//!
//! A table gets a *layout id* when somebody asks for it, from a counter of the process, and loses it when a key is added
//! or removed; a rebuilt table has none. So while a dict's table carries the id that a cache remembers, the remembered
//! entry still belongs to the same key, and only its value may have changed.

use super::body;
use super::table::Table;
use crate::lock;
use crate::obj::Obj;
use crate::storage;
use crate::str;
use crate::value::Value;
use pyre_threads::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// The layout id of the dict as it is now, not 0; 0 if it has no table yet or the ids are used up: do not cache.
#[track_caller]
pub fn layout_id(d: &Obj) -> u32 {
    let b = body(d);
    let Some(t) = b.table() else { return 0 };
    match t.head().layout_id.load(Ordering::Acquire) {
        0 => {}
        id => return id,
    }
    lock::with_lock(d, || {
        let Some(t) = b.table() else { return 0 };
        let id = t.head().layout_id.load(Ordering::Relaxed);
        if id != 0 {
            return id;
        }
        let fresh =
            NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_add(1)).unwrap_or(0);
        t.head().layout_id.store(fresh, Ordering::Release);
        fresh
    })
}

/// The number of the entry that holds a key that is exactly a `str`. Ask for [`layout_id`] before: if it is still the
/// same afterwards, the number belongs to it.
#[track_caller]
pub fn entry_index(d: &Obj, name: &Obj) -> Option<u32> {
    let b = body(d);
    super::lookup::edit_text(d, b, str::hash(name), name, |at| at)
}

/// The value in an entry, read without a lock; `UNBOUND` if there is none.
#[inline]
#[track_caller]
pub fn value_at(d: &Obj, index: u32) -> Obj {
    let home = &body(d).table;
    let mut attempts = 0;
    loop {
        let word = home.peek();
        // SAFETY: read just now from a home of dict tables.
        let Some(t) = (unsafe { Table::of_word(word) }) else { return Obj::UNBOUND };
        if index >= t.used() {
            return Obj::UNBOUND;
        }
        if let Some(v) = storage::read(home, word, &t.entry(index).value)
            && v.raw() != Value::MOVING
        {
            return v;
        }
        super::open::relax(&mut attempts);
    }
}

/// The value in an entry if the dict still has this layout id (not 0), read without a lock.
#[inline(always)]
#[track_caller]
pub fn cached_value(d: &Obj, id: u32, index: u32) -> Option<Obj> {
    let home = &body(d).table;
    loop {
        let word = home.peek();
        // SAFETY: read just now from a home of dict tables.
        let t = unsafe { Table::of_word(word) }?;
        let current = &t.head().layout_id;
        if current.load(Ordering::Acquire) != id {
            return None;
        }
        if let Some(v) = storage::read(home, word, &t.entry(index).value) {
            // Whoever changes the keys clears the id before it touches an entry.
            let changed = pyre_gc::is_multi_threaded() && current.load(Ordering::Acquire) != id;
            return if changed || v.is_unbound() || v.raw() == Value::MOVING { None } else { Some(v) };
        }
        std::hint::spin_loop();
    }
}

/// Replaces the value in an entry if the dict still has this layout id (not 0).
///
/// # Errors
/// Gives the value back if it has not.
#[inline]
#[track_caller]
pub fn set_value_at_if(d: &Obj, id: u32, index: u32, value: Obj) -> Result<(), Obj> {
    let b = body(d);
    let mut value = value;
    if b.is_open()
        && let Some(t) = b.table()
        && t.head().layout_id.load(Ordering::Acquire) == id
    {
        // While its table has this id, the entry is that key's; afterwards, if it was deleted or moved, it is closed.
        match super::open::overwrite_at(t, index, value) {
            Ok(old) => {
                drop(old);
                return Ok(());
            }
            Err(back) => value = back,
        }
    }
    let guard = b.lock_to_change(d);
    let entry =
        b.table().filter(|t| t.head().layout_id.load(Ordering::Relaxed) == id).map(|t| t.entry(index));
    match entry {
        Some(e) if e.value.peek() != Value::UNBOUND => {
            let old = b.replace_value(&e.value, value);
            drop(guard);
            drop(old);
            Ok(())
        }
        _ => {
            drop(guard);
            Err(value)
        }
    }
}

/// Whether the dict still has this layout id (not 0).
#[inline(always)]
#[track_caller]
pub fn has_layout(d: &Obj, id: u32) -> bool {
    let word = body(d).table.peek();
    // SAFETY: read just now from a home of dict tables.
    unsafe { Table::of_word(word) }.is_some_and(|t| t.head().layout_id.load(Ordering::Acquire) == id)
}
