//! The one way by which references are stored into, and move out of, heap cells.
//!
//! | what happens                               | goes through                       | while marking                   |
//! |--------------------------------------------|------------------------------------|---------------------------------|
//! | a slot of a cell nobody else sees is filled | [`Slot::init`]                    | nothing: new cells are black    |
//! | a slot is overwritten                      | [`Slot::replace`]                  | shades the old target           |
//! | a reference moves out of a slot            | [`Slot::take`]                     | shades the old target           |
//! | storage is copied to a new cell, and the old one retired | [`moved`] for each word, or [`about_to_reshape`] once before the first change | shades, or logs all children |
//! | a weak reference is dereferenced           | [`weak_loaded`]                    | shades the target               |
//! | a reference is handed to another thread otherwise than through the heap | [`handed_over`] | shades the target             |
//!
//! The stop-the-world plan never marks beside mutators, so [`MARKING`] stays false and each body is one load and a branch never
//! taken. Code that obeys the table needs no change for a concurrent plan. What the table demands of compiled code is the same.
//!
//! Counting is not done here: `replace` and `take` hand the old word, with its reference, to the caller.

#[cfg(not(loom))]
use crate::sync::AtomicBool;
use crate::sync::{AtomicU64, Ordering};
use pyre_threads::const_unless_loom;

/// Whether marking runs beside the mutators. Compiled code tests this byte.
#[cfg(not(loom))]
pub static MARKING: AtomicBool = AtomicBool::new(false);

/// Whether marking runs beside the mutators.
#[inline(always)]
pub fn is_marking() -> bool {
    #[cfg(not(loom))]
    let marking = MARKING.load(Ordering::Relaxed);
    // Models have no marker.
    #[cfg(loom)]
    let marking = false;
    marking
}

/// An edge was removed from the heap; `old` is the word that was there.
#[inline(always)]
pub fn deleted(old: u64) {
    if is_marking() {
        shade(old);
    }
}

/// A reference was moved from one place of the heap to another.
#[inline(always)]
pub fn moved(word: u64) {
    deleted(word);
}

/// A weak reference to `target` was dereferenced.
#[inline(always)]
pub fn weak_loaded(target: u64) {
    deleted(target);
}

/// A reference passes from one thread to another otherwise than through the heap.
#[inline(always)]
pub fn handed_over(word: u64) {
    deleted(word);
}

/// The slots of this cell are about to change in bulk. Call it before the first change.
#[inline(always)]
pub fn about_to_reshape(cell: &crate::Header) {
    if is_marking() {
        log_children(cell);
    }
}

#[cold]
#[inline(never)]
fn shade(_word: u64) {
    unreachable!("no plan marks beside the mutators");
}

#[cold]
#[inline(never)]
fn log_children(_cell: &crate::Header) {
    unreachable!("no plan marks beside the mutators");
}

/// A word of a heap cell that holds a value: any thread may load it at any moment.
#[repr(transparent)]
pub struct Slot(AtomicU64);

impl Slot {
    const_unless_loom! {
        /// A slot outside the heap, or in a body that is built by value.
        #[inline(always)]
        pub fn new(word: u64) -> Slot {
            Slot(AtomicU64::new(word))
        }
    }

    /// The word; orders nothing. For the thread that holds the object's lock, or sees it alone.
    #[inline(always)]
    pub fn load_relaxed(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The word; what was written before it was stored is visible.
    #[inline(always)]
    pub fn load_acquire(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// The initialising store, into a cell that is not published yet.
    #[inline(always)]
    pub fn init(&self, word: u64) {
        self.0.store(word, Ordering::Relaxed);
    }

    /// Overwrites the slot, whose writers exclude each other (by the object's lock); returns the old word, whose reference is now the caller's.
    #[inline(always)]
    #[must_use = "the reference that the slot held is the caller's now"]
    pub fn replace(&self, word: u64) -> u64 {
        let old = self.0.load(Ordering::Relaxed);
        self.0.store(word, Ordering::Release);
        deleted(old);
        old
    }

    /// [`Slot::replace`] for slots whose writers do not exclude each other.
    #[inline(always)]
    #[must_use = "the reference that the slot held is the caller's now"]
    pub fn swap(&self, word: u64) -> u64 {
        let old = self.0.swap(word, Ordering::AcqRel);
        deleted(old);
        old
    }

    /// Overwrites the slot if it holds `current`; the error is what it holds instead.
    #[inline(always)]
    pub fn compare_exchange(&self, current: u64, word: u64) -> Result<u64, u64> {
        let old = self.0.compare_exchange(current, word, Ordering::AcqRel, Ordering::Acquire)?;
        deleted(old);
        Ok(old)
    }

    /// Overwrites the slot, whose writers do not exclude each other, unless it holds one of the words `closed`: with one of those
    /// somebody, under a lock, keeps the writers without a lock out. Returns the old word, whose reference is now the caller's.
    #[inline(always)]
    pub fn overwrite(&self, word: u64, closed: [u64; 2]) -> Option<u64> {
        let mut old = self.0.load(Ordering::Acquire);
        while !closed.contains(&old) {
            match self.0.compare_exchange_weak(old, word, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    deleted(old);
                    return Some(old);
                }
                Err(now) => old = now,
            }
        }
        None
    }

    /// Moves the reference out and leaves `empty`, a word that is no pointer.
    #[inline(always)]
    #[must_use = "the reference that the slot held is the caller's now"]
    pub fn take(&self, empty: u64) -> u64 {
        self.replace(empty)
    }
}
