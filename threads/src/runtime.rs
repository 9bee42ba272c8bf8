//! The process's world and the calling thread's place in it: the functions that embedders call.
//!
//! They find the thread's record in the thread-locals. A poll by code that has the record at hand is
//! [`ThreadRecord::poll_requested`] and, if that says so, [`safepoint`].

use crate::epoch::FreeFn;
use crate::record::{Phase, Requests, ThreadRecord};
use crate::registry::World;
use crate::sched::{self, BlockReason};
use crate::tls;
use std::marker::PhantomData;

pub use process::*;

/// The functions that need the one world of a process.
mod process {
    use super::*;
    use crate::record::ThreadId;
    use crate::registry::{HandshakeFn, RegisterError, WorldStopped};
    use std::sync::Arc;

    #[cfg(not(loom))]
    fn world() -> &'static World {
        static WORLD: World = World::new();
        &WORLD
    }

    /// Each execution of a model has a process of its own.
    #[cfg(loom)]
    fn world() -> &'static World {
        loom::lazy_static! {
            static ref WORLD: World = World::new();
        }
        &WORLD
    }

    /// Registers the calling thread, detached; when it ends it unregisters. Returns its id, also if it had one.
    pub fn register(name: &str) -> Result<ThreadId, RegisterError> {
        if let Some(record) = current() {
            return Ok(record.id());
        }
        let record = world().register(name)?;
        let id = record.id();
        enter(record);
        // The threads of a model unregister themselves.
        #[cfg(not(loom))]
        tls::unregister_on_exit();
        Ok(id)
    }

    /// Lets the id of a thread that has ended be used again. No object may carry it as its owner any more.
    pub fn release_id(id: ThreadId) {
        world().release_id(id);
    }

    /// Sets what runs on a thread, attached, just before it unregisters.
    pub fn set_exit_hook(hook: fn(&ThreadRecord)) {
        world().set_exit_hook(hook);
    }

    /// Blocks until the calling thread is attached, and registers it before if need be. Nothing if it is attached.
    ///
    /// # Panics
    /// If the thread is not registered and there are too many threads. Call [`register`] to learn of that.
    pub fn attach() {
        match current() {
            Some(record) if record.phase() != Phase::Detached => {}
            Some(record) => record.world().attach(record),
            None => attach_unregistered(),
        }
    }

    #[cold]
    fn attach_unregistered() {
        let thread = std::thread::current();
        if let Err(error) = register(thread.name().unwrap_or("unnamed")) {
            panic!("cannot attach: {error}");
        }
        attach();
    }

    /// Runs `f` once for every registered thread; by the thread itself at its next poll, or by the
    /// caller on behalf of a detached thread, which cannot attach meanwhile. Returns when all have run.
    ///
    /// A safepoint if the caller is attached, since it may serve another request first. Several threads run `f` at once.
    /// `f` must not poll, block on a thread that has yet to serve, or make a request; a panic in it aborts the process.
    pub fn handshake(f: HandshakeFn<'_>) {
        world().handshake(attached(), f);
    }

    /// Stops every other registered thread until the guard is dropped. Detached threads go on, but cannot attach.
    ///
    /// A safepoint if the caller is attached, since it may be stopped by somebody else first. The holder of the guard must
    /// not make a request, nor wait for a thread that would have to attach.
    pub fn stop_the_world() -> WorldStopped<'static> {
        world().stop(attached())
    }

    /// The registered thread with this id.
    pub fn thread_with_id(id: ThreadId) -> Option<Arc<ThreadRecord>> {
        world().snapshot().into_iter().find(|record| record.id() == id)
    }

    /// Calls `f` while the thread with this id is detached and cannot attach; returns whether it was detached. `f` must not block, nor
    /// do anything that a handshake or the collector might do on behalf of the thread.
    pub fn while_detached(id: ThreadId, f: &mut dyn FnMut()) -> bool {
        world().while_detached(id, f)
    }

    /// Calls `f` for every thread that is registered at some moment during the call. They go on running.
    pub fn for_each_thread(mut f: impl FnMut(&ThreadRecord)) {
        world().snapshot().iter().for_each(|record| f(record));
    }

    /// Changes how many threads may be attached at once (`-X threads=N`); 0, the default, is no limit.
    pub fn set_attach_limit(limit: usize) {
        world().set_attach_limit(limit);
    }

    /// How many threads may be attached at once; 0 is no limit.
    pub fn attach_limit() -> usize {
        world().limiter.limit()
    }

    #[cfg(not(loom))]
    /// Calls `fork` with the world stopped and every lock of this crate held, so that the child finds them free.
    ///
    /// Returns what `fork` returned and, in the child (where that is 0), the ids of the threads that it does not have. They
    /// are in quarantine.
    pub fn fork_with(fork: impl FnOnce() -> i32) -> (i32, Vec<ThreadId>) {
        world().fork_with(current(), fork)
    }

    #[cfg(not(loom))]
    /// Forgets every thread but the calling one, in the child of a fork that did not go through [`fork_with`]. Returns the
    /// forgotten ids. Locks of this crate may be held by threads that do not exist: prefer [`fork_with`].
    pub fn after_fork_child() -> Vec<ThreadId> {
        world().after_fork_child(current())
    }

    /// Bytes that wait for a grace period, bookkeeping included.
    pub fn deferred_bytes() -> usize {
        world().epochs.deferred_bytes(&world().snapshot())
    }

    /// Changes how many bytes one thread may defer before it presses for a grace period.
    pub fn set_deferred_budget(bytes: usize) {
        world().epochs.set_budget(bytes);
    }

    /// Frees what is due, from a thread that is not attached (a collector's, say). Does not wait.
    pub fn reclaim_unattached() {
        world().epochs.tend_unattached(|f| world().lend_records(f));
    }

    /// Calls `free(pointer, word)` once every thread that is attached now has passed a safepoint. `bytes` is what that
    /// frees; it counts against the budget.
    ///
    /// # Safety
    /// The call must be sound once, on any thread, then. Nobody may be able to find the memory any more, other than
    /// threads that found it before. `free` must not poll or block.
    pub unsafe fn defer(bytes: usize, free: FreeFn, pointer: *mut (), word: usize) {
        match attached() {
            Some(record) => record.world().epochs.defer(record, bytes, free, pointer, word),
            None => world().epochs.defer_unattached(bytes, free, pointer, word),
        }
    }

    /// Drops `value` once every thread that is attached now has passed a safepoint.
    pub fn defer_drop<T: Send + 'static>(bytes: usize, value: Box<T>) {
        unsafe fn free<T>(pointer: *mut (), _word: usize) {
            // SAFETY: the pointer came from the box below and this runs once.
            drop(unsafe { Box::from_raw(pointer.cast::<T>()) });
        }
        // SAFETY: the value is owned and may be dropped on any thread.
        unsafe { defer(bytes, free::<T>, Box::into_raw(value).cast(), 0) };
    }
}

/// The record of the calling thread, if it is registered. Valid until the thread ends or unregisters.
#[inline(always)]
pub fn current() -> Option<&'static ThreadRecord> {
    // SAFETY: the registration keeps the record alive until the thread ends or calls `unregister`, whose contract is
    // that nobody uses the reference afterwards.
    unsafe { tls::current_record().as_ref() }
}

/// The record of the calling thread, if it is attached.
#[inline]
pub fn attached() -> Option<&'static ThreadRecord> {
    current().filter(|record| record.phase() == Phase::Attached)
}

/// Whether the calling thread is attached.
#[inline]
pub fn is_attached() -> bool {
    attached().is_some()
}

/// Makes `record`, which the calling thread has registered, that thread's.
///
/// The thread must not have one yet, and must call [`unregister`] before it ends.
pub(crate) fn enter(record: std::sync::Arc<ThreadRecord>) {
    debug_assert!(tls::current_record().is_null());
    let id = record.id().get();
    tls::set_registration(id, std::sync::Arc::into_raw(record));
}

/// Unregisters the calling thread, after detaching it. Nothing if it is not registered.
///
/// Threads that end do this by themselves.
///
/// # Safety
/// References to the record from [`current`] must not be used any more.
pub unsafe fn unregister() {
    let Some(record) = current() else { return };
    let world = record.world();
    if let Some(hook) = world.exit_hook() {
        if record.phase() == Phase::Detached {
            world.attach(record);
        }
        hook(record);
    }
    if record.phase() != Phase::Detached {
        world.detach(record);
    }
    world.unregister(record);
    let pointer = tls::current_record();
    tls::set_registration(0, std::ptr::null());
    // SAFETY: `enter` made the pointer from an `Arc` and left its count to this.
    drop(unsafe { std::sync::Arc::from_raw(pointer) });
}

/// Detaches the calling thread. Nothing if it is not attached.
///
/// Inlined, because the function that calls this must not return before it attaches again: the collector scans the
/// stack from that frame upward. [`without_attachment`] sees to that by itself.
#[inline(always)]
pub fn detach() {
    if let Some(record) = attached() {
        record.publish_stack();
        record.world().detach(record);
    }
}

/// Detaches the calling thread until it is dropped. Nothing if the thread was not attached.
///
/// The function that makes the guard must also drop it, see [`detach`].
#[must_use = "dropping it attaches the thread again"]
pub struct Detached {
    record: Option<&'static ThreadRecord>,
    // Belongs to the thread that made it.
    _not_send: PhantomData<*const ()>,
}

impl Detached {
    /// Detaches the calling thread.
    #[inline(always)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Detached {
        let record = attached();
        if let Some(record) = record {
            record.publish_stack();
            record.world().detach(record);
        }
        Detached { record, _not_send: PhantomData }
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        if let Some(record) = self.record {
            record.world().attach(record);
        }
    }
}

/// Runs `f`, which may block and must not touch objects, with the calling thread detached.
#[inline(never)]
pub fn without_attachment<R>(f: impl FnOnce() -> R) -> R {
    let _detached = Detached::new();
    f()
}

/// Like [`without_attachment`], for what this crate blocks on.
#[inline(never)]
pub(crate) fn blocking<R>(reason: BlockReason, wait: impl FnOnce() -> R) -> R {
    let _detached = Detached::new();
    sched::block(reason, wait)
}

/// Polls: one relaxed load and a branch when nothing is requested. The calling thread is attached.
///
/// Returns the embedder's requests that are pending.
#[inline(always)]
pub fn poll() -> Requests {
    match current() {
        Some(record) if record.poll_requested() => safepoint(record),
        _ => Requests::NONE,
    }
}

/// The slow path of a poll of the calling thread, which is attached and holds no reference that it read without a lock.
///
/// Returns the embedder's requests. They stay pending until they are taken.
///
/// # Panics
/// If the record is another thread's.
#[cold]
pub fn safepoint(record: &ThreadRecord) -> Requests {
    assert!(std::ptr::eq(record, tls::current_record()), "a thread polls for itself only");
    record.world().safepoint(record)
}

/// Tells that the calling thread holds no reference that it read without a lock. Cheap; call it every so often.
#[inline]
pub fn quiesce() {
    if let Some(record) = attached() {
        record.world().quiesce(record);
    }
}

/// Waits until every attached thread has passed a safepoint, and frees what that allows. A safepoint itself.
pub fn synchronize() {
    if let Some(record) = attached() {
        record.world().synchronize(record);
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
