//! What all growable containers share: the protocol by which lock-free readers look into storage that a writer may
//! replace, and the ways to get rid of storage.
//!
//! A container keeps its storage (`value_array`, `dict_table`, `set_table` cells) in one slot, its *home*. Storage is
//! never counted beyond the home's own reference: readers use its address without counting, between two quiescent
//! points, and writers unlink it under the container's lock and free it after a grace period. A word in storage is read
//! so: load, count if it is still alive, then look again whether the word is still in its slot *and* the storage in its
//! home; the second look is needed because unlinked storage keeps its words while their objects die. Design:
//! `docs/design/containers.md`.

use crate::destroy;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::shape::shape;
use crate::value::Value;
use pyre_gc::{Header, LocalHeap};
use pyre_threads::{rare, tls};
use std::ptr::NonNull;

/// A counted reference to what `slot`, a word of the storage that was read from `home`, holds now; `None` if it
/// changed meanwhile and the caller has to start again from `home`.
///
/// The caller has passed no quiescent point since it read `storage` from `home`.
#[inline(always)]
pub fn read(home: &Slot, storage: Value, slot: &Slot) -> Option<Obj> {
    let v = slot.peek();
    if !v.is_ptr() {
        // SAFETY: an immediate owns nothing.
        return Some(unsafe { Obj::from_raw(v) });
    }
    // The object was in the storage after the home was read, and since then only this thread, which did nothing but read,
    // could have let it die, if it is the owner.
    // SAFETY: cells are type-stable while a thread is attached: the header may be read even if the object died.
    let word = if unsafe { v.header() }.try_increment_quickly(tls::current_id()) {
        v.0
    } else {
        rare::call(read_rarely, std::ptr::from_ref(home) as u64, storage.0, std::ptr::from_ref(slot) as u64)
    };
    // SAFETY: counted just now.
    if word == 0 { None } else { Some(unsafe { Obj::from_raw(Value(word)) }) }
}

/// [`read`] of an object that others count; 0 for `None`.
extern "C" fn read_rarely(home: u64, storage: u64, slot: u64) -> u64 {
    // SAFETY: `read` passes slots.
    let (home, slot) = unsafe { (&*(home as *const Slot), &*(slot as *const Slot)) };
    let me = tls::current_id();
    let v = slot.peek();
    if !v.is_ptr() {
        return v.0;
    }
    // SAFETY: cells are type-stable while a thread is attached: the header may be read even if the object died.
    let header = unsafe { v.header() };
    if header.try_increment_quickly(me) {
        return v.0;
    }
    if !header.try_increment(me) {
        return 0;
    }
    if slot.peek() == v && home.peek().0 == storage {
        return v.0;
    }
    // SAFETY: counted just now, whatever it is, and it is not what the slot held: given up again.
    drop(unsafe { Obj::from_raw(v) });
    0
}

/// A counted reference to what a slot holds; the caller holds the container's lock.
#[inline(always)]
pub fn read_locked(slot: &Slot) -> Obj {
    // SAFETY: the slot holds a reference, and nobody else can change it now.
    unsafe { Obj::from_borrowed(slot.peek()) }
}

/// Frees unlinked storage whose references have moved to its replacement (`UNBOUND` is allowed).
#[inline]
pub fn retire(storage: Obj) {
    if storage.raw().is_ptr() {
        free(storage);
    }
}

fn free(storage: Obj) {
    if pyre_gc::is_multi_threaded() {
        // SAFETY: unlinked and given up by the caller; its references live elsewhere.
        return unsafe { destroy::retire_storage(storage) };
    }
    let v = storage.into_raw();
    if let Some(cell) = NonNull::new(v.0 as *mut Header) {
        // SAFETY: unlinked and given up by the caller; there is no other thread that could be reading it.
        unsafe { LocalHeap::current_unchecked().free(cell) }
    }
}

/// Frees unlinked storage and then releases the references in it, in order (`UNBOUND` is allowed). Python code may run:
/// hold no lock.
pub fn retire_with_contents(storage: Obj) {
    if !storage.raw().is_ptr() {
        return;
    }
    if !pyre_gc::is_multi_threaded() {
        return drop(storage);
    }
    let mut contents = Vec::new();
    if let Some(cell) = storage.cell() {
        let mut take = |s: &Slot| {
            let v = s.peek();
            if v.is_ptr() {
                // SAFETY: the unlinked storage owned the reference, and gives it up here: it is freed without looking
                // at its words again.
                contents.push(unsafe { Obj::from_raw(v) });
            }
        };
        // SAFETY: alive, and of this shape's layout.
        unsafe { (shape(storage.shape_id()).layout.slots)(cell, &mut take) };
    }
    free(storage);
    drop(contents);
}
