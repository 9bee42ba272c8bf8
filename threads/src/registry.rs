//! The world: all registered threads, and the requests that reach every one of them. Design: docs/design/threads.md.
//!
//! A request (handshake or stop) goes through these steps:
//! 1. The requester waits until there is no other request and nobody is still waiting to attach because of the last one
//!    (that is the fairness: back-to-back requests cannot starve attaching). A requester that is attached serves the
//!    request that is ahead of it, so two requesters never wait for each other.
//! 2. Under the mutex it names every thread in the request. The state word tells who is responsible: attached threads
//!    serve themselves at their next poll, for the others the requester acts while they cannot attach.
//! 3. It acts for the detached ones and for itself, outside the mutex, and waits for the attached ones.
//! 4. A handshake ends here. A stop ends when its guard is dropped, which resumes every thread.
//!
//! While a request is in progress no thread enters or leaves the list.
//!
//! | field of `Shared`  | written by, always under the mutex |
//! |--------------------|------------------------------------|
//! | `records`, `ids`   | a registering or unregistering thread, when there is no request |
//! | `request`          | the requester |
//! | `remaining`        | the requester sets it; each thread that served, or stopped, decrements it |
//! | `attach_waiters`   | the thread that waits to attach |

use crate::epoch::{Epochs, Pressure};
use crate::limit::Limiter;
use crate::record::{AttachStep, DetachStep, Phase, Requests, Responsible, ThreadId, ThreadRecord};
use crate::sched::{self, BlockReason};
use crate::stack;
use crate::sync::{AtomicPtr, Condvar, Mutex, MutexGuard, Ordering, thread};
use std::fmt;
use std::sync::Arc;

/// What runs once for every thread.
pub type HandshakeFn<'a> = &'a (dyn Fn(&ThreadRecord) + Sync);

#[derive(Clone, Copy)]
enum Request {
    Handshake(*const (dyn Fn(&ThreadRecord) + Sync)),
    Stop,
}

/// Numbers for threads: fresh ones first, then released ones. An id that was used and not released is in quarantine.
struct Ids {
    next: u16,
    released: Vec<u16>,
}

impl Ids {
    fn allocate(&mut self) -> Option<ThreadId> {
        let raw = if self.next <= ThreadId::MAX {
            self.next += 1;
            self.next - 1
        } else {
            self.released.pop()?
        };
        ThreadId::new(raw)
    }
}

struct Shared {
    records: Vec<Arc<ThreadRecord>>,
    request: Option<Request>,
    remaining: usize,
    attach_waiters: usize,
    ids: Ids,
}

// SAFETY: the pointer in `request` is to a `Sync` closure that its requester keeps alive until the request ends.
unsafe impl Send for Shared {}

/// No id is free: 65,534 threads live or are in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterError;

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many threads")
    }
}

impl std::error::Error for RegisterError {}

/// All registered threads. A process has one; models and tests make their own.
///
/// A method that takes the record of a thread, or `me`, has to be called on that thread. As nothing but the
/// thread-locals could check that, the methods are for this crate; embedders call the functions of `runtime`.
pub struct World {
    shared: Mutex<Shared>,
    // Threads wait here for a request to end; requesters also wait here for their turn.
    threads: Condvar,
    // The one requester waits here for the threads.
    requester: Condvar,
    exit_hook: AtomicPtr<()>,
    pub(crate) limiter: Limiter,
    pub(crate) epochs: Epochs,
}

impl World {
    crate::const_unless_loom! {
        /// A world without threads.
        #[allow(clippy::new_without_default)]
        pub fn new() -> Self {
            World {
                shared: Mutex::new(Shared {
                    records: Vec::new(),
                    request: None,
                    remaining: 0,
                    attach_waiters: 0,
                    ids: Ids { next: 1, released: Vec::new() },
                }),
                threads: Condvar::new(),
                requester: Condvar::new(),
                exit_hook: AtomicPtr::new(std::ptr::null_mut()),
                limiter: Limiter::new(),
                epochs: Epochs::new(),
            }
        }
    }

    /// A world that lives for ever, as records want it.
    #[cfg(any(loom, test))]
    pub(crate) fn leak() -> &'static World {
        Box::leak(Box::new(World::new()))
    }

    /// Waits, under the mutex, until no request is in progress. `me` is the calling thread if it is attached; it serves
    /// what comes first.
    fn wait_for_turn<'a>(
        &'a self,
        mut shared: MutexGuard<'a, Shared>,
        me: Option<&ThreadRecord>,
    ) -> MutexGuard<'a, Shared> {
        if let Some(record) = me {
            record.publish_stack();
        }
        while shared.request.is_some() || shared.attach_waiters > 0 {
            shared = match me {
                Some(record) if record.is_pending() => self.serve(shared, record),
                _ => sched::block(BlockReason::Request, || self.threads.wait(shared)),
            };
        }
        shared
    }

    /// Adds the calling thread, detached.
    pub(crate) fn register(&'static self, name: &str) -> Result<Arc<ThreadRecord>, RegisterError> {
        let bounds = stack::current_bounds();
        let mut shared = self.wait_for_turn(self.shared.lock(), None);
        let id = shared.ids.allocate().ok_or(RegisterError)?;
        let record = Arc::new(ThreadRecord::new(self, id, name.to_owned(), bounds));
        shared.records.push(record.clone());
        Ok(record)
    }

    /// Removes the calling thread, which must be detached. Its id goes into quarantine.
    pub(crate) fn unregister(&self, record: &ThreadRecord) {
        // A request that names the thread is being served by its requester; it is over once there is none.
        let mut shared = self.wait_for_turn(self.shared.lock(), None);
        self.epochs.abandon(record, true);
        shared.records.retain(|other| !std::ptr::eq(&**other, record));
    }

    /// Lets an id be used again. No object may carry it as its owner any more.
    pub(crate) fn release_id(&self, id: ThreadId) {
        let mut shared = self.shared.lock();
        debug_assert!(shared.records.iter().all(|record| record.id() != id), "the thread is alive");
        debug_assert!(!shared.ids.released.contains(&id.get()), "released twice");
        shared.ids.released.push(id.get());
    }

    /// Blocks until the calling thread, which is detached, is attached.
    #[inline]
    pub(crate) fn attach(&self, record: &ThreadRecord) {
        self.limiter.enter(record);
        match record.try_attach() {
            AttachStep::Attached => {}
            AttachStep::Blocked | AttachStep::Held => self.attach_slow(record),
        }
        self.epochs.online(record);
    }

    #[cold]
    fn attach_slow(&self, record: &ThreadRecord) {
        let mut shared = self.shared.lock();
        shared.attach_waiters += 1;
        // Requests are made under the mutex, so once this succeeds nothing names the thread.
        loop {
            match record.try_attach() {
                AttachStep::Attached => break,
                AttachStep::Blocked => {
                    shared = sched::block(BlockReason::Attach, || self.threads.wait(shared));
                }
                AttachStep::Held => {
                    // The holder needs the mutex for nothing, but others do.
                    drop(shared);
                    thread::yield_now();
                    shared = self.shared.lock();
                }
            }
        }
        shared.attach_waiters -= 1;
        if shared.attach_waiters == 0 {
            self.threads.notify_all();
        }
    }

    /// Detaches the calling thread, which is attached. Serves a request that names it first.
    ///
    /// If its native frames hold references, its stack has to be published before.
    #[inline]
    pub(crate) fn detach(&self, record: &ThreadRecord) {
        self.epochs.abandon(record, false);
        loop {
            self.epochs.offline(record);
            match record.try_detach() {
                DetachStep::Detached => break,
                DetachStep::ServeFirst => self.serve_before_detaching(record),
            }
        }
        self.limiter.leave(record);
    }

    #[cold]
    fn serve_before_detaching(&self, record: &ThreadRecord) {
        self.epochs.online(record);
        let shared = self.shared.lock();
        drop(self.serve(shared, record));
    }

    /// Serves the request that names the calling thread, if one does. The thread is attached and at a safepoint.
    fn serve<'a>(
        &'a self,
        mut shared: MutexGuard<'a, Shared>,
        record: &ThreadRecord,
    ) -> MutexGuard<'a, Shared> {
        while record.is_pending() {
            let _ = self.epochs.quiesce(record);
            let Some(request) = shared.request else {
                unreachable!("a thread is named by a request in progress")
            };
            match request {
                Request::Handshake(f) => {
                    drop(shared);
                    // SAFETY: the requester keeps the closure until every named thread has served.
                    run_or_abort(|| unsafe { (*f)(record) });
                    shared = self.shared.lock();
                    record.clear_own(Requests::HANDSHAKE);
                    record.clear_pending();
                    self.count_down(&mut shared);
                }
                Request::Stop => {
                    record.clear_own(Requests::STOP);
                    record.mark_stopped();
                    self.count_down(&mut shared);
                    // Whoever resumes the world clears the mark. Another request may name the thread before it wakes; that
                    // sets `PENDING` without the mark, and the outer loop serves it.
                    while record.phase() == Phase::Stopped {
                        shared = sched::block(BlockReason::Stopped, || self.threads.wait(shared));
                    }
                }
            }
        }
        shared
    }

    fn count_down(&self, shared: &mut Shared) {
        shared.remaining -= 1;
        if shared.remaining == 0 {
            self.requester.notify_one();
        }
    }

    /// The slow path of a poll: the calling thread is attached, and holds no reference that it read without a lock.
    ///
    /// Returns the embedder's requests. They stay pending until they are taken.
    #[cold]
    #[inline(never)]
    pub(crate) fn safepoint(&self, record: &ThreadRecord) -> Requests {
        if record.phase() != Phase::Attached {
            // Nobody waits for a thread that is not attached.
            return record.requests().and(Requests::EMBEDDER);
        }
        record.publish_stack();
        sched::yield_point();
        let requests = record.requests();
        if requests.intersects(Requests::HANDSHAKE.union(Requests::STOP)) {
            let shared = self.shared.lock();
            drop(self.serve(shared, record));
        }
        if requests.intersects(Requests::YIELD) {
            record.clear_own(Requests::YIELD);
            if self.limiter.should_give_way(record) {
                self.detach(record);
                self.attach(record);
            }
        }
        let hurry = requests.intersects(Requests::QUIESCE);
        if hurry {
            record.clear_own(Requests::QUIESCE);
        }
        if self.epochs.quiesce(record) {
            self.tend(record, hurry);
        }
        record.requests().and(Requests::EMBEDDER)
    }

    /// The calling thread is attached and holds no reference that it read without a lock.
    #[inline]
    pub(crate) fn quiesce(&self, record: &ThreadRecord) {
        if self.epochs.quiesce(record) {
            self.tend(record, false);
        }
    }

    #[cold]
    #[inline(never)]
    fn tend(&self, record: &ThreadRecord, hurry: bool) {
        match self.epochs.tend(record, hurry, |f| self.lend_records(f)) {
            Pressure::None | Pressure::Ask => {}
            Pressure::Force => self.synchronize(record),
        }
    }

    /// Waits until every thread has passed a quiescent point, and frees what that allows. The calling thread is
    /// attached and at a quiescent point.
    #[cold]
    #[inline(never)]
    pub(crate) fn synchronize(&self, record: &ThreadRecord) {
        // What is sealed before the handshake is old enough after it.
        self.epochs.seal(record);
        self.handshake(Some(record), &|_| {});
        let _ = self.epochs.tend(record, true, |f| self.lend_records(f));
    }

    /// Calls `f` while the thread with this id is detached and cannot attach; returns whether it was detached. `f` must not block.
    pub(crate) fn while_detached(&self, id: ThreadId, f: &mut dyn FnMut()) -> bool {
        let record = self.shared.lock().records.iter().find(|record| record.id() == id).cloned();
        let Some(record) = record.filter(|record| record.try_hold()) else { return false };
        run_or_abort(f);
        record.let_go();
        true
    }

    pub(crate) fn lend_records(&self, f: &mut dyn FnMut(&[Arc<ThreadRecord>])) {
        f(&self.shared.lock().records);
    }

    /// All registered threads, at some moment during the call.
    pub(crate) fn snapshot(&self) -> Vec<Arc<ThreadRecord>> {
        self.shared.lock().records.clone()
    }

    /// Names every thread but `me` in a request. Returns those for which the requester is responsible.
    fn begin(&self, me: Option<&ThreadRecord>, request: Request, bit: Requests) -> Vec<Arc<ThreadRecord>> {
        let mut shared = self.wait_for_turn(self.shared.lock(), me);
        shared.request = Some(request);
        let mut mine = Vec::new();
        let mut remaining = 0;
        for record in &shared.records {
            if me.is_some_and(|me| std::ptr::eq(me, &**record)) {
                continue;
            }
            match record.make_pending(bit) {
                Responsible::Thread => remaining += 1,
                Responsible::Requester => mine.push(record.clone()),
            }
        }
        shared.remaining = remaining;
        // Those who wait for their turn while attached have to serve.
        self.threads.notify_all();
        mine
    }

    fn wait_for_threads(&self) -> MutexGuard<'_, Shared> {
        let mut shared = self.shared.lock();
        while shared.remaining > 0 {
            shared = sched::block(BlockReason::Request, || self.requester.wait(shared));
        }
        shared
    }

    /// Runs `f` once for every registered thread: by the thread itself at its next poll, or by the caller on behalf of
    /// a detached thread, which cannot attach meanwhile. Returns when all have run.
    ///
    /// `me` is the calling thread if it is attached; it must be at a safepoint, as it may serve another request first.
    /// Several threads run `f` at once. `f` must not poll, block on a thread that has yet to serve, or make a request; a
    /// panic in it aborts the process.
    pub(crate) fn handshake(&self, me: Option<&ThreadRecord>, f: HandshakeFn<'_>) {
        // SAFETY: only the lifetime is changed. The request ends below, before `f` does.
        let erased = unsafe { std::mem::transmute::<HandshakeFn<'_>, HandshakeFn<'static>>(f) };
        let mine = self.begin(me, Request::Handshake(erased), Requests::HANDSHAKE);
        if let Some(record) = me {
            run_or_abort(|| f(record));
        }
        for record in mine {
            run_or_abort(|| f(&record));
            let _shared = self.shared.lock();
            record.clear_pending();
            self.threads.notify_all();
        }
        let mut shared = self.wait_for_threads();
        shared.request = None;
        self.threads.notify_all();
    }

    /// Stops every registered thread but the caller until the guard is dropped. Detached threads go on, but cannot
    /// attach.
    ///
    /// `me` is the calling thread if it is attached; it must be at a safepoint, as it may be stopped by somebody else
    /// first. The holder of the guard must not make a request, nor wait for a thread that would have to attach.
    pub(crate) fn stop<'w>(&'w self, me: Option<&ThreadRecord>) -> WorldStopped<'w> {
        if let Some(record) = me {
            let _ = self.epochs.quiesce(record);
        }
        let _ = self.begin(me, Request::Stop, Requests::STOP);
        let shared = self.wait_for_threads();
        let records = shared.records.clone();
        drop(shared);
        WorldStopped { world: self, records }
    }

    fn resume(&self) {
        let mut shared = self.shared.lock();
        for record in &shared.records {
            if record.is_pending() {
                record.clear_pending();
            }
        }
        shared.request = None;
        self.threads.notify_all();
    }

    /// Changes how many threads may be attached at once; 0 lifts the limit. Threads that are attached conform at their
    /// next poll.
    pub(crate) fn set_attach_limit(&self, limit: usize) {
        self.limiter.set(limit);
        for record in self.snapshot() {
            record.request(Requests::YIELD);
        }
    }

    /// Sets what runs on a thread, attached, just before it unregisters.
    pub(crate) fn set_exit_hook(&self, hook: fn(&ThreadRecord)) {
        self.exit_hook.store(hook as *mut (), Ordering::Release);
    }

    pub(crate) fn exit_hook(&self) -> Option<fn(&ThreadRecord)> {
        let hook = self.exit_hook.load(Ordering::Acquire);
        // SAFETY: only `set_exit_hook` stores anything but null, and that was such a function.
        (!hook.is_null()).then(|| unsafe { std::mem::transmute::<*mut (), fn(&ThreadRecord)>(hook) })
    }
}

#[cfg(not(loom))]
impl World {
    /// Calls `fork` with the world stopped and every lock of this crate held, so that the child finds them free.
    ///
    /// `me` is the calling thread if it is registered. Returns what `fork` returned and, in the child (where that is 0), the ids of the
    /// threads that it does not have, which are in quarantine.
    pub(crate) fn fork_with(
        &self,
        me: Option<&ThreadRecord>,
        fork: impl FnOnce() -> i32,
    ) -> (i32, Vec<ThreadId>) {
        let attached = me.filter(|record| record.phase() == Phase::Attached);
        let stopped = self.stop(attached);
        let result = {
            let _shared = self.shared.lock();
            let _limiter = self.limiter.freeze();
            let _epochs = self.epochs.freeze();
            fork()
        };
        if result == 0 {
            std::mem::forget(stopped);
            (0, self.after_fork_child(me))
        } else {
            drop(stopped);
            (result, Vec::new())
        }
    }

    /// Forgets every thread but the calling one, whose record is `me`, attached or not. Returns the forgotten ids.
    ///
    /// For the child of a fork only. [`World::fork_with`] calls it; after a fork that went around it, locks of this
    /// crate may be held by threads that do not exist.
    pub(crate) fn after_fork_child(&self, me: Option<&ThreadRecord>) -> Vec<ThreadId> {
        crate::lot::count_fork();
        self.limiter.keep_only(me);
        let mut shared = self.shared.lock();
        shared.request = None;
        shared.remaining = 0;
        shared.attach_waiters = 0;
        let records = std::mem::take(&mut shared.records);
        let mut gone = Vec::new();
        for record in records {
            if me.is_some_and(|me| std::ptr::eq(me, &*record)) {
                if record.is_pending() {
                    record.clear_pending();
                }
                record.clear_own(Requests::HANDSHAKE.union(Requests::STOP));
                shared.records.push(record);
            } else {
                gone.push(record.id());
                self.epochs.abandon(&record, true);
                // Somebody's parked stack may still point to the record, in memory that this process has.
                std::mem::forget(record);
            }
        }
        gone
    }
}

/// The world is stopped as long as this lives.
#[must_use = "dropping it resumes the world"]
pub struct WorldStopped<'w> {
    world: &'w World,
    records: Vec<Arc<ThreadRecord>>,
}

impl WorldStopped<'_> {
    /// Every registered thread, the caller included.
    pub fn records(&self) -> &[Arc<ThreadRecord>] {
        &self.records
    }

    /// Calls `f` for every registered thread, the caller included.
    pub fn for_each(&self, mut f: impl FnMut(&ThreadRecord)) {
        self.records.iter().for_each(|record| f(record));
    }
}

impl Drop for WorldStopped<'_> {
    fn drop(&mut self) {
        self.world.resume();
    }
}

/// A panic in a handshake would leave its requester waiting, or the closure dangling.
fn run_or_abort(f: impl FnOnce()) {
    struct Abort;
    impl Drop for Abort {
        fn drop(&mut self) {
            eprintln!("pyre: panic in a handshake");
            std::process::abort();
        }
    }
    let abort = Abort;
    f();
    std::mem::forget(abort);
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("threads", &self.snapshot()).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
