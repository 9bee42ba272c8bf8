//! Grace periods: memory that lock-free readers may still hold is freed once every attached thread has passed a
//! safepoint. Design: docs/design/threads.md.
//!
//! This is quiescent-state-based reclamation. `crossbeam-epoch` was not used: it advances on pin counts instead of
//! bytes, hides its queues (no budget, no statistics, no way to force progress), and pinning a thread for as long as it
//! is attached defeats its advance heuristics.
//!
//! How it works. A global epoch only grows. An attached thread publishes the epoch that it saw at its last quiescent
//! point; a detached thread is [`OFFLINE`]. A thread collects what it defers in an open batch. *Sealing* the batch
//! increments the global epoch with a read-modify-write and tags the batch with the new value. A batch may be freed
//! when every online thread has published at least its tag.
//!
//! Why that is enough. Let a reader publish an epoch `>= tag`. It loaded it (acquire) from the release sequence that
//! the sealing increment heads or belongs to, so everything before the sealing, the unlinking included, happens before
//! what the reader does next: it cannot find the memory again. It published with release, so what it did before happens
//! before the free. A thread that comes online may be missed by a scan; both sides put a `SeqCst` fence between their
//! write (unlink; publish) and their read (scan; first access), so one of them sees the other.
//!
//! | field          | written by |
//! |----------------|------------|
//! | `global`       | any thread that seals, read-modify-write only |
//! | `safe`         | any thread that scanned; grows only; tags up to it may be freed |
//! | record `epoch` | its thread |
//! | record garbage | its thread while attached or exiting; the child of a fork after the others are gone |
//! | `orphans`      | anyone, under the lock |

use crate::record::{Requests, ThreadRecord};
use crate::sync::{AtomicU64, AtomicUsize, Mutex, Ordering, UnsafeCell, fence};
use std::collections::VecDeque;
use std::sync::Arc;

/// What a detached thread publishes.
pub(crate) const OFFLINE: u64 = u64::MAX;

/// A batch is sealed, although an earlier one is still waiting, when it holds this much.
const SEAL_BYTES: usize = 64 << 10;
const SEAL_ITEMS: usize = 256;
/// A detaching thread leaves more than this to the others.
const KEEP_BYTES: usize = 4 << 10;
/// A waiting batch makes every so many quiescent points look at all threads.
const SCAN_EVERY: u32 = 8;
/// What one thread may hold back by default.
const DEFAULT_BUDGET: usize = 1 << 20;
/// All threads together may hold back this many times the budget of one, before each counts as over budget.
const GLOBAL_FACTOR: usize = 8;
/// A thread that exceeds its budget by this factor waits for a grace period.
const FORCE_FACTOR: usize = 4;

/// Lends the list of registered threads for the duration of a call.
pub(crate) trait Lend: FnOnce(&mut dyn FnMut(&[Arc<ThreadRecord>])) {}
impl<T: FnOnce(&mut dyn FnMut(&[Arc<ThreadRecord>]))> Lend for T {}

/// Frees what was deferred with the same two words.
pub type FreeFn = unsafe fn(*mut (), usize);

struct Deferred {
    free: FreeFn,
    pointer: *mut (),
    word: usize,
}

// SAFETY: `defer` requires that the function may be called on any thread.
unsafe impl Send for Deferred {}

impl Deferred {
    fn run(self) {
        // SAFETY: promised to `defer`: the call is valid once, on any thread, after a grace period.
        unsafe { (self.free)(self.pointer, self.word) }
    }
}

struct Batch {
    tag: u64,
    bytes: usize,
    items: Vec<Deferred>,
}

#[derive(Default)]
struct Queue {
    open: Vec<Deferred>,
    open_bytes: usize,
    sealed: VecDeque<Batch>,
    ticks: u32,
    running: bool,
}

impl Queue {
    fn seal(&mut self, global: &AtomicU64) {
        if !self.open.is_empty() {
            let items = std::mem::take(&mut self.open);
            let bytes = std::mem::take(&mut self.open_bytes);
            let tag = global.fetch_add(1, Ordering::AcqRel) + 1;
            self.sealed.push_back(Batch { tag, bytes, items });
        }
    }

    fn worth_sealing(&self) -> bool {
        !self.open.is_empty()
            && (self.sealed.is_empty() || self.open_bytes >= SEAL_BYTES || self.open.len() >= SEAL_ITEMS)
    }
}

/// What one thread has deferred.
pub(crate) struct Garbage {
    queue: UnsafeCell<Queue>,
    // Also readable by others, for statistics and the global budget.
    bytes: AtomicUsize,
}

impl Garbage {
    pub(crate) fn new() -> Self {
        Garbage { queue: UnsafeCell::new(Queue::default()), bytes: AtomicUsize::new(0) }
    }

    /// # Safety
    /// Only the owner of the record may call this, attached or exiting, or the child of a fork; `f` must not call back
    /// into this module.
    unsafe fn with<R>(&self, f: impl FnOnce(&mut Queue) -> R) -> R {
        // SAFETY: one thread, not reentrant, by contract.
        self.queue.with_mut(|queue| f(unsafe { &mut *queue }))
    }

    fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn set_bytes(&self, bytes: usize) {
        self.bytes.store(bytes, Ordering::Relaxed);
    }
}

impl Drop for Garbage {
    fn drop(&mut self) {
        // Records are dropped after `abandon`, so this is for a record that never got that far. Leaking is always safe.
        debug_assert_eq!(self.bytes(), 0);
    }
}

/// The process-wide part.
pub(crate) struct Epochs {
    global: AtomicU64,
    safe: AtomicU64,
    budget: AtomicUsize,
    orphans: Mutex<Vec<Batch>>,
    orphan_bytes: AtomicUsize,
}

impl Epochs {
    crate::const_unless_loom! {
        pub(crate) fn new() -> Self {
            Epochs {
                global: AtomicU64::new(1),
                safe: AtomicU64::new(0),
                budget: AtomicUsize::new(DEFAULT_BUDGET),
                orphans: Mutex::new(Vec::new()),
                orphan_bytes: AtomicUsize::new(0),
            }
        }
    }

    pub(crate) fn set_budget(&self, bytes: usize) {
        self.budget.store(bytes, Ordering::Relaxed);
    }

    fn budget(&self) -> usize {
        self.budget.load(Ordering::Relaxed)
    }

    /// The thread has just attached and has read nothing yet.
    pub(crate) fn online(&self, record: &ThreadRecord) {
        record.epoch.store(self.global.load(Ordering::Acquire), Ordering::Release);
        // Pairs with the fence in `scan`.
        fence(Ordering::SeqCst);
    }

    /// The thread holds no reference that it read without a lock, and takes none until it is online again.
    pub(crate) fn offline(&self, record: &ThreadRecord) {
        record.epoch.store(OFFLINE, Ordering::Release);
    }

    /// The attached thread holds no reference that it read without a lock. Returns whether [`Epochs::tend`] has
    /// anything to do.
    #[inline]
    #[must_use]
    pub(crate) fn quiesce(&self, record: &ThreadRecord) -> bool {
        let global = self.global.load(Ordering::Acquire);
        if record.epoch.load(Ordering::Relaxed) != global {
            record.epoch.store(global, Ordering::Release);
        }
        record.garbage.bytes() != 0 || self.orphan_bytes.load(Ordering::Relaxed) != 0
    }

    /// Defers `free(pointer, word)`; on the attached thread of `record`.
    pub(crate) fn defer(
        &self,
        record: &ThreadRecord,
        bytes: usize,
        free: FreeFn,
        pointer: *mut (),
        word: usize,
    ) {
        // An entry itself takes space, and an empty batch is recognised by its bytes.
        let bytes = bytes + size_of::<Deferred>();
        // SAFETY: the caller is the attached owner, and the closure calls nothing of this module.
        unsafe {
            record.garbage.with(|queue| {
                queue.open.push(Deferred { free, pointer, word });
                queue.open_bytes += bytes;
            });
        }
        let total = record.garbage.bytes() + bytes;
        record.garbage.set_bytes(total);
        if total > self.budget() {
            record.request(Requests::QUIESCE);
        }
    }

    /// Defers on behalf of a thread that is not attached.
    pub(crate) fn defer_unattached(&self, bytes: usize, free: FreeFn, pointer: *mut (), word: usize) {
        let bytes = bytes + size_of::<Deferred>();
        let mut orphans = self.orphans.lock();
        let tag = self.global.fetch_add(1, Ordering::AcqRel) + 1;
        orphans.push(Batch { tag, bytes, items: vec![Deferred { free, pointer, word }] });
        self.orphan_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Hands the thread's garbage to whoever comes next: all of it, or only a burdensome amount.
    ///
    /// On the thread, attached or exiting.
    pub(crate) fn abandon(&self, record: &ThreadRecord, all: bool) {
        let bytes = record.garbage.bytes();
        if bytes == 0 || (!all && bytes <= KEEP_BYTES) {
            return;
        }
        // SAFETY: on the owning thread by contract, and the closure calls nothing of this module.
        let batches = unsafe {
            record.garbage.with(|queue| {
                queue.seal(&self.global);
                std::mem::take(&mut queue.sealed)
            })
        };
        record.garbage.set_bytes(0);
        self.orphans.lock().extend(batches);
        self.orphan_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Seals and frees what is due. On the attached thread, at a quiescent point.
    ///
    /// `lend` calls its argument with the registered threads. `hurry` looks at them even if that was done a moment ago.
    pub(crate) fn tend(&self, record: &ThreadRecord, hurry: bool, lend: impl Lend) -> Pressure {
        // SAFETY: on the owning thread, and the closure calls nothing of this module.
        let Some(scan) = (unsafe {
            record.garbage.with(|queue| {
                if std::mem::replace(&mut queue.running, true) {
                    return None;
                }
                if hurry || queue.worth_sealing() {
                    queue.seal(&self.global);
                }
                queue.ticks = queue.ticks.wrapping_add(1);
                Some(hurry || queue.ticks % SCAN_EVERY == 1)
            })
        }) else {
            // What is being freed deferred more.
            return Pressure::None;
        };
        // Sealing may have moved the epoch on.
        let _ = self.quiesce(record);
        let mut pressure = Pressure::None;
        if scan {
            lend(&mut |records| pressure = self.scan(Some(record), records, hurry));
        }
        self.free_due(record);
        // SAFETY: as above.
        unsafe { record.garbage.with(|queue| queue.running = false) };
        if record.garbage.bytes() <= self.budget() { Pressure::None } else { pressure }
    }

    /// Seals what the thread has deferred, so that what others publish from now on counts for it.
    pub(crate) fn seal(&self, record: &ThreadRecord) {
        // SAFETY: on the owning thread, and the closure calls nothing of this module.
        unsafe { record.garbage.with(|queue| queue.seal(&self.global)) };
    }

    /// Looks at every thread, raises `safe`, and, to `ask`, has laggards pass a safepoint if memory is short.
    fn scan(&self, me: Option<&ThreadRecord>, records: &[Arc<ThreadRecord>], ask: bool) -> Pressure {
        // Bounding the result by an epoch loaded before the fence makes every batch up to it sealed, hence unlinked,
        // before the fence.
        let target = self.global.load(Ordering::Acquire);
        // Pairs with the fence in `online`.
        fence(Ordering::SeqCst);
        let mut safe = target;
        let mut total = self.orphan_bytes.load(Ordering::Relaxed);
        for record in records {
            safe = safe.min(record.epoch.load(Ordering::Acquire));
            total += record.garbage.bytes();
        }
        self.safe.fetch_max(safe, Ordering::AcqRel);
        let budget = self.budget();
        let mine = me.map_or(0, |me| me.garbage.bytes());
        if mine <= budget && total <= budget.saturating_mul(GLOBAL_FACTOR) {
            return Pressure::None;
        }
        if ask && safe < target {
            for record in records {
                if record.epoch.load(Ordering::Relaxed) < target {
                    record.request(Requests::QUIESCE);
                }
            }
        }
        if mine > budget.saturating_mul(FORCE_FACTOR) { Pressure::Force } else { Pressure::Ask }
    }

    fn free_due(&self, record: &ThreadRecord) {
        let safe = self.safe.load(Ordering::Acquire);
        loop {
            // SAFETY: on the owning thread; the batch leaves the queue before its functions run, so they may defer.
            let due = unsafe {
                record.garbage.with(|queue| match queue.sealed.front() {
                    Some(batch) if batch.tag <= safe => queue.sealed.pop_front(),
                    _ => None,
                })
            };
            let Some(batch) = due else { break };
            record.garbage.set_bytes(record.garbage.bytes() - batch.bytes);
            batch.items.into_iter().for_each(Deferred::run);
        }
        self.free_orphans();
    }

    /// Frees the orphans that are due, on any thread.
    fn free_orphans(&self) {
        if self.orphan_bytes.load(Ordering::Relaxed) == 0 {
            return;
        }
        let safe = self.safe.load(Ordering::Acquire);
        let mut orphans = self.orphans.lock();
        let due: Vec<Batch> = orphans.extract_if(.., |batch| batch.tag <= safe).collect();
        drop(orphans);
        for batch in due {
            self.orphan_bytes.fetch_sub(batch.bytes, Ordering::Relaxed);
            batch.items.into_iter().for_each(Deferred::run);
        }
    }

    /// Scans and frees orphans from a thread that is not attached.
    pub(crate) fn tend_unattached(&self, lend: impl Lend) {
        lend(&mut |records| {
            let _ = self.scan(None, records, true);
        });
        self.free_orphans();
    }

    /// Bytes deferred and not freed yet, bookkeeping included.
    pub(crate) fn deferred_bytes(&self, records: &[Arc<ThreadRecord>]) -> usize {
        let own: usize = records.iter().map(|record| record.garbage.bytes()).sum();
        own + self.orphan_bytes.load(Ordering::Relaxed)
    }

    /// Keeps others out of the queue of orphans while the process forks.
    #[cfg(not(loom))]
    pub(crate) fn freeze(&self) -> impl Sized + '_ {
        self.orphans.lock()
    }
}

/// How badly a thread that tended its garbage is over budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Pressure {
    /// Within budget.
    None,
    /// Over budget; the laggards have been asked.
    Ask,
    /// Far over budget: wait for a grace period.
    Force,
}

#[cfg(all(test, not(loom)))]
mod tests;
