//! The death of an object whose last reference was given up: finalizer, weak references, children, cell, in this order,
//! before the next bytecode.
//!
//! Children that die are destroyed depth first, as people expect; beyond a fixed depth they wait in a list of the
//! thread, so that a long chain does not exhaust the native stack.

use crate::alloc::attrs_offset;
use crate::builtin::Builtin;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::shape::{Shape, shape};
use crate::value::Value;
use crate::vm::Vm;
use pyre_gc::header::{FINALIZED, HAS_FINALIZER, HAS_WEAKREFS};
use pyre_gc::{Header, LocalHeap};
use pyre_threads::tls;
use std::ptr::NonNull;

const MAX_DEPTH: u32 = 48;

/// Destroys an object for which the count protocol said that the caller dropped the last reference.
#[inline(never)]
pub fn destroy(v: Value) {
    let Some(vm) = Vm::try_current() else {
        // The thread is going away or never ran Python: release without finalizers.
        return destroy_one(v);
    };
    let depth = vm.destroy_depth.get();
    if depth >= MAX_DEPTH {
        vm.dying.borrow_mut().push(v);
        return;
    }
    vm.destroy_depth.set(depth + 1);
    destroy_one(v);
    vm.destroy_depth.set(depth);
    if depth == 0 {
        drain(vm);
    }
}

#[inline]
fn drain(vm: &Vm) {
    while let Some(v) = { vm.dying.borrow_mut().pop() } {
        vm.destroy_depth.set(1);
        destroy_one(v);
        vm.destroy_depth.set(0);
    }
}

fn destroy_one(v: Value) {
    // SAFETY: the last reference was ours; the cell is not free yet.
    let header = unsafe { v.header() };
    let flags = header.flags.load(pyre_threads::sync::Ordering::Relaxed);
    if flags & (HAS_FINALIZER | HAS_WEAKREFS) != 0 && !last_rites(v, header, flags) {
        return;
    }
    let Some(cell) = NonNull::new(v.0 as *mut Header) else { return };
    let shape = shape(header.shape());
    // SAFETY: dead, and nobody else can reach it; it has this shape.
    unsafe {
        attribute_slots(cell, shape, Slot::release_dead);
        (shape.layout.release)(cell);
        free(cell);
    }
}

/// Finalizer and weak references. Returns false when the object was resurrected.
#[cold]
fn last_rites(v: Value, header: &Header, flags: u8) -> bool {
    let me = tls::current_id();
    if flags & HAS_FINALIZER != 0 && flags & FINALIZED == 0 {
        header.set_flag(FINALIZED);
        header.revive(me);
        if let Some(vm) = Vm::try_current() {
            let depth = vm.destroy_depth.replace(0);
            // SAFETY: revived with one reference, which is given up below.
            run_finalizer(vm, unsafe { Obj::borrow_raw(&v) });
            vm.destroy_depth.set(depth);
        }
        if !header.decrement(me).is_dead() {
            return false;
        }
    }
    if header.has_flag(HAS_WEAKREFS) {
        crate::weakref::clear_for_dying(v);
    }
    true
}

/// Calls `__del__` or the type's native finalizer.
pub fn run_finalizer(vm: &Vm, obj: &Obj) {
    if let Some(f) = obj.shape().slots().finalize.get() {
        f(vm, obj);
    }
}

/// Gives every reference of a dead cell to `child` and drops its Rust data.
///
/// # Safety
/// The cell is dead: nobody else reads or writes it any more.
pub unsafe fn release_contents(cell: NonNull<Header>, child: &mut dyn FnMut(Obj)) {
    // SAFETY: dead but not free: the shape is still there.
    let shape = shape(unsafe { cell.as_ref() }.shape());
    // SAFETY: the cell has this shape, and is ours alone.
    unsafe {
        let mut take = |s: &Slot| {
            if !s.peek().is_unbound() {
                child(s.replace_locked(Obj::UNBOUND));
            }
        };
        attribute_slots(cell, shape, &mut take);
        (shape.layout.slots)(cell, &mut take);
        if let Some(drop) = shape.layout.drop {
            drop(cell);
        }
    }
}

/// Visits every slot of a cell: body, attribute word, inline attributes.
///
/// # Safety
/// The cell is alive (or dead but not free) and has this shape's layout.
pub unsafe fn all_slots(cell: NonNull<Header>, shape: &'static Shape, visit: &mut dyn FnMut(&Slot)) {
    // SAFETY: promised by the caller.
    unsafe {
        (shape.layout.slots)(cell, visit);
        attribute_slots(cell, shape, visit);
    }
}

#[inline(always)]
unsafe fn attribute_slots(cell: NonNull<Header>, shape: &'static Shape, mut visit: impl FnMut(&Slot)) {
    if shape.attrs_offset == 0 {
        return;
    }
    // SAFETY: the shape says that the attribute word and the inline slots are there.
    unsafe {
        let offset = attrs_offset(cell, shape);
        // See `within_cell`: the offset of a cell that was handed out again may be anything.
        if offset > pyre_gc::cell_bytes(cell) - 8 * (1 + shape.inline_slots as usize) {
            return;
        }
        let base = cell.as_ptr().cast::<u8>().add(offset).cast::<Slot>();
        for i in 0..=shape.inline_slots as usize {
            visit(&*base.add(i));
        }
    }
}

/// Returns the cell to the heap.
///
/// # Safety
/// Dead, contents released. Storage that lock-free readers may still look at is not freed here but with
/// [`free_deferred`].
unsafe fn free(cell: NonNull<Header>) {
    // SAFETY: passed on.
    unsafe { LocalHeap::current_unchecked().free(cell) }
}

/// Releases the contents of a storage cell that was replaced by a larger one whose slots took the references over, and
/// frees it after a grace period, because lock-free readers may still look at it.
///
/// # Safety
/// The caller owned the storage and unlinked it from its container; its slots no longer own references.
pub unsafe fn retire_storage(storage: Obj) {
    let v = storage.into_raw();
    debug_assert!(v.is_ptr());
    if let Some(cell) = NonNull::new(v.0 as *mut Header) {
        // SAFETY: passed on.
        unsafe { LocalHeap::current_unchecked().free_deferred(cell) }
    }
}

/// Whether a builtin type's cells are internal storage, never seen by Python code.
pub fn is_internal(shape_id: u32) -> bool {
    (Builtin::ValueArray.shape()..=Builtin::Internal.shape()).contains(&shape_id)
}
