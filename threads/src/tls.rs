//! The only file with thread-locals.
//!
//! One constant-initialised structure of [`Cell`]s without drop glue: an access is one load relative to the thread
//! pointer, without a lazy-initialisation check. A second thread-local, which does have a destructor, unregisters a
//! thread that ends without having done so itself; it is touched once, at registration.
//!
//! | field    | written by                         | meaning |
//! |----------|------------------------------------|---------|
//! | `id`     | this crate, at (un)registration     | owner id for objects; 0 while unregistered |
//! | `record` | this crate, at (un)registration     | null while unregistered; else valid until unregistration |
//! | `heap`   | the collector                      | its per-thread heap |
//! | `native` | the collector                      | where this thread's native memory comes from |
//! | `stack`  | this crate, at a switch of stacks     | end and beginning of the native stack; zeros for the thread's own |
//! | `number` | the library                        | a number that no other thread ever has; 0 until it is asked for |
//! | `vm`     | the virtual machine                | its per-thread state |

use crate::record::ThreadRecord;
use std::cell::Cell;
use std::ptr;

struct Locals {
    id: Cell<u16>,
    record: Cell<*const ThreadRecord>,
    heap: Cell<*mut ()>,
    native: Cell<*mut ()>,
    stack: Cell<(usize, usize)>,
    number: Cell<u64>,
    vm: Cell<*mut ()>,
}

impl Locals {
    const fn new() -> Self {
        Locals {
            id: Cell::new(0),
            record: Cell::new(ptr::null()),
            heap: Cell::new(ptr::null_mut()),
            native: Cell::new(ptr::null_mut()),
            stack: Cell::new((0, 0)),
            number: Cell::new(0),
            vm: Cell::new(ptr::null_mut()),
        }
    }
}

#[cfg(not(loom))]
thread_local! {
    static LOCALS: Locals = const { Locals::new() };
}

#[cfg(loom)]
loom::thread_local! {
    static LOCALS: Locals = Locals::new();
}

#[cfg(not(loom))]
const _: () = assert!(!std::mem::needs_drop::<Locals>());

/// The raw id of the calling thread; 0 when it is not registered.
#[inline(always)]
pub fn current_id() -> u16 {
    LOCALS.with(|locals| locals.id.get())
}

/// The record of the calling thread; null when it is not registered.
///
/// The pointer is valid on this thread until it unregisters.
#[inline(always)]
pub fn current_record() -> *const ThreadRecord {
    LOCALS.with(|locals| locals.record.get())
}

/// The collector's per-thread pointer, null until it is set.
#[inline(always)]
pub fn heap_ptr() -> *mut () {
    LOCALS.with(|locals| locals.heap.get())
}

/// The collector's second per-thread pointer, null until it is set: where blocks of native memory come from.
#[inline(always)]
pub fn native_ptr() -> *mut () {
    LOCALS.with(|locals| locals.native.get())
}

/// Sets what [`native_ptr`] returns on this thread.
#[inline(always)]
pub fn set_native_ptr(native: *mut ()) {
    LOCALS.with(|locals| locals.native.set(native));
}

/// The lowest usable address of the stack that the thread has switched to, and one past its highest; zeros if it has not.
#[cfg(all(not(loom), not(miri)))]
pub(crate) fn switched_stack() -> (usize, usize) {
    LOCALS.with(|locals| locals.stack.get())
}

/// Sets what [`switched_stack`] returns on this thread; returns what was there.
#[cfg(all(not(loom), not(miri)))]
pub(crate) fn set_switched_stack(bounds: (usize, usize)) -> (usize, usize) {
    LOCALS.with(|locals| locals.stack.replace(bounds))
}

/// The thread's number, 0 until it is set.
#[inline(always)]
pub fn number() -> u64 {
    LOCALS.with(|locals| locals.number.get())
}

/// Sets what [`number`] returns on this thread.
#[inline(always)]
pub fn set_number(number: u64) {
    LOCALS.with(|locals| locals.number.set(number));
}

/// The virtual machine's per-thread pointer, null until it is set.
#[inline(always)]
pub fn vm_ptr() -> *mut () {
    LOCALS.with(|locals| locals.vm.get())
}

/// Sets what [`heap_ptr`] returns on this thread.
#[inline(always)]
pub fn set_heap_ptr(heap: *mut ()) {
    LOCALS.with(|locals| locals.heap.set(heap));
}

/// Sets what [`vm_ptr`] returns on this thread.
#[inline(always)]
pub fn set_vm_ptr(vm: *mut ()) {
    LOCALS.with(|locals| locals.vm.set(vm));
}

/// Enters or leaves a registration. `record` must stay valid until the next call on this thread.
pub(crate) fn set_registration(id: u16, record: *const ThreadRecord) {
    LOCALS.with(|locals| {
        locals.id.set(id);
        locals.record.set(record);
    });
}

#[cfg(not(loom))]
mod exit {
    /// Unregisters its thread when the thread ends.
    struct Unregister;

    impl Drop for Unregister {
        fn drop(&mut self) {
            // SAFETY: the thread ends; destructors of thread-locals that run later must ask again and find nothing.
            unsafe { crate::runtime::unregister() };
        }
    }

    thread_local! {
        static ON_EXIT: Unregister = const { Unregister };
    }

    /// Makes sure that this thread unregisters when it ends.
    pub(crate) fn unregister_on_exit() {
        // A thread that registers while its thread-locals are being destroyed has to unregister by itself.
        let _ = ON_EXIT.try_with(|_| ());
    }
}

#[cfg(not(loom))]
pub(crate) use exit::unregister_on_exit;
