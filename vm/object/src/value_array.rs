//! `value_array`: storage for a number of values, the body of lists and of attributes that lie out of line. Slots
//! beyond what the container uses hold `UNBOUND`. The capacity never changes: a full array is replaced. See
//! [`crate::storage`] for how it is read and got rid of.

use crate::alloc;
use crate::builtin::Builtin;
use crate::layout::{Body, HEADER_SIZE, Layout, Slot, within_cell};
use crate::obj::Obj;
use crate::value::Value;
use pyre_gc::Header;
use std::ptr::NonNull;

pub use crate::storage::{retire, retire_with_contents};

/// The body: the capacity, then as many slots.
#[repr(C)]
pub struct ValueArray {
    capacity: usize,
    slots: [Slot; 0],
}

unsafe fn body_size(cell: NonNull<Header>) -> usize {
    // SAFETY: the shape of the cell says that its body is a `ValueArray`.
    unsafe { crate::layout::body::<ValueArray>(cell) }.capacity.saturating_mul(8).saturating_add(8)
}

// SAFETY: all slots up to the capacity are visited, and they are initialised before the cell is published.
unsafe impl Body for ValueArray {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::variable::<ValueArray>("value_array", body_size);
        &LAYOUT
    }
    fn slots(&self, visit: &mut dyn FnMut(&Slot)) {
        let a = Array { body: NonNull::from(self) };
        // From the end, the order in which a dying list releases its items.
        (0..within_cell(self, 8, self.capacity, 8)).rev().for_each(|i| visit(a.slot(i)));
    }
}

/// The array behind a word of a container's home slot. Copied freely; worth something until the next quiescent point,
/// or while the container's lock is held.
#[derive(Clone, Copy)]
pub struct Array {
    body: NonNull<ValueArray>,
}

impl Array {
    /// The array that a home slot refers to; `None` if it is `UNBOUND`.
    ///
    /// # Safety
    /// The word was read from a slot that holds value arrays only, after the last quiescent point or under the
    /// container's lock.
    #[inline(always)]
    pub unsafe fn of_word(v: Value) -> Option<Array> {
        if !v.is_ptr() {
            return None;
        }
        // SAFETY: a pointer word is the address of a cell, whose body follows the header.
        Some(Array { body: unsafe { NonNull::new_unchecked((v.0 as *mut u8).add(HEADER_SIZE).cast()) } })
    }

    /// The array of a handle; `None` if it is `UNBOUND`.
    ///
    /// # Panics
    /// The handle is that of something else.
    #[inline]
    #[track_caller]
    pub fn of(storage: &Obj) -> Option<Array> {
        if storage.is_unbound() {
            None
        } else {
            Some(Array { body: NonNull::from(storage.body::<ValueArray>()) })
        }
    }

    /// Number of slots.
    #[inline(always)]
    pub fn capacity(self) -> usize {
        // SAFETY: the storage is there, by the contract of the constructors; the capacity never changes.
        unsafe { (*self.body.as_ptr()).capacity }
    }

    /// The word behind the capacity.
    #[inline(always)]
    fn base(self) -> *mut Slot {
        // SAFETY: the slots follow the capacity in the same cell.
        unsafe { self.body.as_ptr().cast::<Slot>().add(1) }
    }

    /// A slot; `i` is below the capacity.
    #[inline(always)]
    pub fn slot<'a>(self, i: usize) -> &'a Slot {
        debug_assert!(i < self.capacity());
        // SAFETY: in bounds by the caller's check; the storage is there, by the contract of the constructors.
        unsafe { &*self.base().add(i) }
    }

    /// Moves the words of `count` slots from `from` to `to` (which may overlap). What was at the target is overwritten
    /// without being released, what is left at the source no longer owns anything. The caller holds the container's
    /// lock or sees the array alone.
    #[inline]
    pub fn shift(self, from: usize, to: usize, count: usize) {
        debug_assert!(from + count <= self.capacity() && to + count <= self.capacity());
        if !pyre_gc::is_multi_threaded() {
            // SAFETY: in bounds; no other thread exists that could look at the words meanwhile.
            unsafe { std::ptr::copy(self.base().add(from), self.base().add(to), count) };
        } else if to < from {
            (0..count).for_each(|i| self.store(to + i, self.slot(from + i).peek()));
        } else {
            (0..count).rev().for_each(|i| self.store(to + i, self.slot(from + i).peek()));
        }
    }

    /// Overwrites a slot with a word whose reference the slot owns from now on; what it held is not released. The
    /// caller holds the container's lock or sees the array alone.
    #[inline(always)]
    pub fn store(self, i: usize, v: Value) {
        if pyre_gc::is_multi_threaded() {
            // SAFETY: the caller gives the reference away.
            let _ = self.slot(i).replace_locked(unsafe { Obj::from_raw(v) }).into_raw();
        } else {
            // SAFETY: the caller gives the reference away; nobody else can see the slot.
            unsafe { self.slot(i).init_raw(v) };
        }
    }
}

/// The largest number of slots that can be asked for.
pub const MAX_CAPACITY: usize = (isize::MAX as usize) / 16;

/// A fresh array of at least `capacity` slots, not published: `fill` stores the first ones and returns how many.
#[inline]
fn make(capacity: usize, fill: impl FnOnce(Array) -> usize) -> Obj {
    assert!(capacity <= MAX_CAPACITY, "array too large");
    let bytes = pyre_gc::good_size(HEADER_SIZE + 8 + 8 * capacity);
    let capacity = (bytes - HEADER_SIZE - 8) / 8;
    let cell = alloc::cell(bytes);
    // SAFETY: the cell is fresh and as large as asked for.
    let a = unsafe {
        let body = cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<ValueArray>();
        (&raw mut (*body).capacity).write(capacity);
        Array { body: NonNull::new_unchecked(body) }
    };
    let n = fill(a);
    for i in n..capacity {
        // SAFETY: not published yet; an immediate owns nothing.
        unsafe { a.slot(i).init_raw(Value::UNBOUND) };
    }
    alloc::publish(cell, Builtin::ValueArray.shape())
}

/// An array of at least `capacity` empty slots.
pub fn new_array(capacity: usize) -> Obj {
    make(capacity, |_| 0)
}

/// An array of at least `capacity` slots that begins with these words.
///
/// # Safety
/// The caller gives the references of `words` away. `capacity >= words.len()`.
pub unsafe fn from_words(words: &[Value], capacity: usize) -> Obj {
    debug_assert!(capacity >= words.len());
    make(capacity, |a| {
        // SAFETY: `Slot` is transparent over one word; the array is not published and large enough.
        unsafe { std::ptr::copy_nonoverlapping(words.as_ptr().cast::<Slot>(), a.base(), words.len()) };
        words.len()
    })
}

/// An array that begins with `total` words: these over and over.
///
/// # Safety
/// The caller gives the references away: one count for each time that a word is stored. `words` is not empty.
pub unsafe fn repeated(words: &[Value], total: usize) -> Obj {
    make(total, |a| {
        for (i, word) in words.iter().cycle().take(total).enumerate() {
            // SAFETY: not published yet; in bounds.
            unsafe { a.slot(i).init_raw(*word) };
        }
        total
    })
}

/// A larger array with the words of `old` (which may be `UNBOUND`): the references move on, so that `old` must be
/// [`retire`]d and not dropped once the new one is in its place. The caller holds the container's lock.
pub fn grown(old: &Obj, capacity: usize) -> Obj {
    let n = Array::of(old).map_or(0, Array::capacity);
    resized(old, n, capacity.max(n))
}

/// An array of at least `capacity` slots with the first `n` words of `old`, as [`grown`]; the others hold nothing.
pub fn resized(old: &Obj, n: usize, capacity: usize) -> Obj {
    let Some(from) = Array::of(old) else { return new_array(capacity) };
    if let Some(cell) = old.cell() {
        // SAFETY: the handle keeps the cell alive.
        pyre_gc::barrier::about_to_reshape(unsafe { cell.as_ref() });
    }
    debug_assert!(n <= from.capacity() && n <= capacity);
    make(capacity, |to| {
        // SAFETY: in bounds; the new array is not published yet, and the old one is only read while the lock is held.
        unsafe { std::ptr::copy_nonoverlapping(from.base(), to.base(), n) };
        n
    })
}

/// A slot of an array that a handle keeps alive; `None` beyond the capacity or if the handle is `UNBOUND`. Only for arrays
/// that nobody [`retire`]s meanwhile: of a container that others can change, use [`read`] or [`slot_in`].
#[inline]
pub fn slot(storage: &Obj, i: usize) -> Option<&Slot> {
    Array::of(storage).filter(|a| i < a.capacity()).map(|a| a.slot(i))
}

/// What slot `i` of an array that a handle keeps alive holds; `UNBOUND` beyond the capacity.
#[inline]
pub fn get(storage: &Obj, i: usize) -> Obj {
    slot(storage, i).map_or(Obj::UNBOUND, |s| s.get())
}

/// Slot `i` of the array in `home`, for a writer that holds the container's lock: without it the array may be replaced,
/// and a store into the old one would be lost. `None` beyond the capacity.
#[inline]
pub fn slot_in(home: &Slot, i: usize) -> Option<&Slot> {
    // SAFETY: read just now, from a home of value arrays; the borrow of `home` is that of its container.
    let a = unsafe { Array::of_word(home.peek()) };
    a.filter(|a| i < a.capacity()).map(|a| a.slot(i))
}
