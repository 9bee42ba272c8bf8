//! Critical sections over an object's one-byte lock.
//!
//! Rules: inside a section no Python code runs, no [`Obj`] is dropped (a finalizer might run) and no other lock is
//! taken. While the process has one thread that runs Python, sections cost one load: there is nobody to exclude.
//!
//! Waiting for a lock may detach the thread. That is a quiescent point: addresses of storage that were read without
//! the lock before are worthless afterwards.

use crate::obj::Obj;
use pyre_threads::{ByteLock, ByteLockGuard};

/// A critical section that ends when it is dropped.
#[must_use = "dropping it ends the critical section"]
pub struct Guard<'a> {
    held: Option<ByteLockGuard<'a>>,
}

impl Guard<'_> {
    /// Whether there is a lock at all: false while there is only one thread.
    #[inline(always)]
    pub fn is_locked(&self) -> bool {
        self.held.is_some()
    }
}

/// Enters the critical section of a heap object.
#[inline(always)]
pub fn lock(obj: &Obj) -> Guard<'_> {
    if pyre_gc::is_multi_threaded() { lock_shared(obj) } else { Guard { held: None } }
}

#[inline(never)]
fn lock_shared(obj: &Obj) -> Guard<'_> {
    if !obj.raw().is_ptr() {
        return Guard { held: None };
    }
    // SAFETY: a handle keeps its object alive.
    let byte = ByteLock::from_byte(&unsafe { obj.raw().header() }.lock);
    Guard { held: Some(byte.lock()) }
}

/// As [`lock`]; also tells whether somebody else held the lock.
#[inline(always)]
pub fn lock_noting(obj: &Obj) -> (Guard<'_>, bool) {
    if pyre_gc::is_multi_threaded() { lock_shared_noting(obj) } else { (Guard { held: None }, false) }
}

#[inline(never)]
fn lock_shared_noting(obj: &Obj) -> (Guard<'_>, bool) {
    if !obj.raw().is_ptr() {
        return (Guard { held: None }, false);
    }
    // SAFETY: a handle keeps its object alive.
    let byte = ByteLock::from_byte(&unsafe { obj.raw().header() }.lock);
    match byte.try_lock() {
        Some(held) => (Guard { held: Some(held) }, false),
        None => (Guard { held: Some(byte.lock()) }, true),
    }
}

/// Runs `f` in the critical section of a heap object.
#[inline(always)]
pub fn with_lock<R>(obj: &Obj, f: impl FnOnce() -> R) -> R {
    let _guard = lock(obj);
    f()
}
