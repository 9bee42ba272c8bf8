//! Overwriting values without the lock, in dicts whose lock was contended.
//!
//! Threads that store under keys that are there already have nothing to exclude each other from: the value's slot is
//! swapped. But whoever holds the lock relies on values that stay. So a dict is *opened* for such stores when a change
//! had to wait for its lock, under the lock and for good, and from then on whoever holds the lock
//!
//! - replaces values by swaps, and deletes by swapping in `UNBOUND`, which a store without the lock leaves alone;
//! - before values are moved to another table, or copied as of one moment, swaps [`Value::MOVING`] in for all of
//!   them: stores then go the way with the lock, and readers start again. After copying, the values are put back;
//! - does not let `popitem` hand entries back, so that a value's slot belongs to one key for as long as its table lives.
//!
//! Loom model: `loom-tests/tests/gc_open_slot.rs`.

use super::DictBody;
use super::table::Step;
use crate::lock::{self, Guard};
use crate::obj::Obj;
use crate::value::Value;
use pyre_threads::sync::atomic::Ordering;

/// A value's slot that holds one of these takes no stores without the lock.
const CLOSED: [Value; 2] = [Value::UNBOUND, Value::MOVING];

impl DictBody {
    /// Whether values may be overwritten without the lock. Stays as it is while the lock is held.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) != 0
    }

    /// Locks `d`, whose body this is, for a change, and opens it if that took waiting.
    #[inline(always)]
    pub(super) fn lock_to_change<'d>(&self, d: &'d Obj) -> Guard<'d> {
        let (guard, waited) = lock::lock_noting(d);
        if waited && !self.is_open() {
            self.open.store(1, Ordering::Release);
        }
        guard
    }

    /// Overwrites the value of a key that is in an open dict, found by identity and hash. Returns the old value.
    ///
    /// # Errors
    /// Gives the value back: it takes the lock to store it.
    #[inline]
    pub(super) fn overwrite(&self, hash: i64, key: &Obj, value: Obj) -> Result<Obj, Obj> {
        let Some(t) = self.table() else { return Err(value) };
        match t.find_identical(hash, key.raw()) {
            Step::At(i) => t.entry(i).value.overwrite(value, CLOSED),
            _ => Err(value),
        }
    }

    /// Replaces a value. Under the lock.
    #[inline(always)]
    pub(super) fn replace_value(&self, slot: &crate::Slot, value: Obj) -> Obj {
        if self.is_open() { slot.replace(value) } else { slot.replace_locked(value) }
    }
}

/// The value of an entry of an open dict overwritten without the lock.
///
/// # Errors
/// Gives the value back: it takes the lock to store it.
#[inline(always)]
pub(super) fn overwrite_at(slot: &crate::Slot, value: Obj) -> Result<Obj, Obj> {
    slot.overwrite(value, CLOSED)
}

/// The word of a value's slot, which is closed with it; under the lock of an open dict. Whoever closed the slot owns the
/// reference until [`open`].
#[inline(always)]
pub(super) fn close(slot: &crate::Slot) -> Value {
    // SAFETY: the marker is an immediate.
    slot.replace(unsafe { Obj::from_raw(Value::MOVING) }).into_raw()
}

/// Puts back what [`close`] took out.
#[inline(always)]
pub(super) fn open(slot: &crate::Slot, word: Value) {
    // SAFETY: the reference goes back to the slot, which holds the marker.
    let _ = slot.replace_locked(unsafe { Obj::from_raw(word) });
}

/// Before a reader that was interfered with tries again: soon at first, then after others have run.
#[inline]
pub(super) fn relax(attempts: &mut u32) {
    *attempts += 1;
    if *attempts > 100 {
        std::thread::yield_now();
    } else if *attempts > 1 {
        std::hint::spin_loop();
    }
}
