//! What inline caches of global and module variables need: a number that stands for "these keys in these entries".
//!
//! A table gets a *layout id* when somebody asks for it, from a counter of the process, and loses it when a key is added
//! or removed; a rebuilt table has none. So while a dict's table carries the id that a cache remembers, the remembered
//! position still belongs to the same key, and only its value may have changed.

use super::table::Table;
use super::{DictBody, body};
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

/// The position of the value of a key that is exactly a `str`: how many words behind the head of the table it lies. Ask for
/// [`layout_id`] before: if it is still the same afterwards, the position belongs to it. `None` if there is no such key, or the table is too
/// large for an inline cache.
#[track_caller]
pub fn value_position(d: &Obj, name: &Obj) -> Option<u32> {
    let b = body(d);
    let at = super::lookup::edit_text(d, b, str::hash(name), name, |at| at)?;
    lock::with_lock(d, || b.table().filter(|t| at < t.used()).map(|t| t.value_position(at)))
        .filter(|position| *position < 1 << 24)
}

/// The value at a position if the dict still has this layout id (not 0), read without a lock.
#[inline(always)]
#[track_caller]
pub fn cached_value(d: &Obj, id: u32, position: u32) -> Option<Obj> {
    cached_value_in(body(d), id, position)
}

/// As [`cached_value`], of the dict with this body.
#[inline(always)]
pub fn cached_value_in(b: &DictBody, id: u32, position: u32) -> Option<Obj> {
    let home = &b.table;
    loop {
        let word = home.peek();
        // SAFETY: read just now from a home of dict tables.
        let t = unsafe { Table::of_word(word) }?;
        let current = &t.head().layout_id;
        if current.load(Ordering::Acquire) != id {
            return None;
        }
        if let Some(v) = storage::read(home, word, t.slot_at(position)) {
            // Whoever changes the keys clears the id before it touches an entry.
            let changed = pyre_gc::is_multi_threaded() && current.load(Ordering::Acquire) != id;
            if changed || v.is_unbound() || v.raw() == Value::MOVING {
                std::hint::cold_path();
                return None;
            }
            return Some(v);
        }
        std::hint::spin_loop();
    }
}

/// Replaces the value at a position if the dict still has this layout id (not 0).
///
/// # Errors
/// Gives the value back if it has not.
#[inline]
#[track_caller]
pub fn set_value_at_if(d: &Obj, id: u32, position: u32, value: Obj) -> Result<(), Obj> {
    let b = body(d);
    let mut value = value;
    if b.is_open()
        && let Some(t) = b.table()
        && t.head().layout_id.load(Ordering::Acquire) == id
    {
        // While its table has this id, the entry is that key's; afterwards, if it was deleted or moved, it is closed.
        match super::open::overwrite_at(t.slot_at(position), value) {
            Ok(old) => {
                drop(old);
                return Ok(());
            }
            Err(back) => value = back,
        }
    }
    let guard = b.lock_to_change(d);
    let slot =
        b.table().filter(|t| t.head().layout_id.load(Ordering::Relaxed) == id).map(|t| t.slot_at(position));
    match slot {
        Some(slot) if slot.peek() != Value::UNBOUND => {
            let old = b.replace_value(slot, value);
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

/// Whether the dict with this body still has this layout id (not 0).
#[inline(always)]
pub fn has_layout(b: &DictBody, id: u32) -> bool {
    let word = b.table.peek();
    // SAFETY: read just now from a home of dict tables.
    unsafe { Table::of_word(word) }.is_some_and(|t| t.head().layout_id.load(Ordering::Acquire) == id)
}
