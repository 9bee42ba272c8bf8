//! The limit on how many threads are attached at once.
//!
//! A place is taken before a thread attaches and given up after it has detached, so a thread that blocks never keeps
//! others out and no limit can deadlock a program. Places are handed over first come, first served. A thread that
//! waits longer than a time slice asks the longest holder, through its poll word, to give way; there is no timer thread.
//!
//! | field              | written by |
//! |--------------------|------------|
//! | `limit`            | `set`, under the lock; read without it as a hint that 0 means "no work to do" |
//! | `Inner`            | under the lock |
//! | `Place::held`      | under the lock: set by whoever grants, cleared by the holder |

use crate::record::{Requests, ThreadRecord};
use crate::sched::{self, BlockReason};
use crate::sync::{AtomicBool, AtomicUsize, Condvar, Mutex, Ordering};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a thread may run while others wait for a place.
pub(crate) const TIME_SLICE: Duration = Duration::from_millis(5);

/// A thread's part of the bookkeeping.
pub(crate) struct Place {
    held: AtomicBool,
    granted: Condvar,
}

impl Place {
    pub(crate) fn new() -> Self {
        Place { held: AtomicBool::new(false), granted: Condvar::new() }
    }
}

struct Holder {
    record: *const ThreadRecord,
    since: Instant,
}

struct Inner {
    waiting: VecDeque<*const ThreadRecord>,
    holders: Vec<Holder>,
}

// SAFETY: the pointers are to records whose threads are waiting or attached; both keep their record alive, and they are
// only dereferenced under the lock that removes them.
unsafe impl Send for Inner {}

/// The places of a world.
pub(crate) struct Limiter {
    limit: AtomicUsize,
    inner: Mutex<Inner>,
}

impl Limiter {
    crate::const_unless_loom! {
        pub(crate) fn new() -> Self {
            Limiter {
                limit: AtomicUsize::new(0),
                inner: Mutex::new(Inner { waiting: VecDeque::new(), holders: Vec::new() }),
            }
        }
    }

    /// The limit; 0 is none.
    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// Changes the limit. Threads that are attached already conform at their next safepoint, to which the caller has to
    /// ask them with [`Requests::YIELD`].
    pub(crate) fn set(&self, limit: usize) {
        let mut inner = self.inner.lock();
        self.limit.store(limit, Ordering::Relaxed);
        self.grant(&mut inner);
    }

    /// Waits for a place, before attaching.
    #[inline]
    pub(crate) fn enter(&self, record: &ThreadRecord) {
        if self.limit() != 0 {
            self.enter_limited(record);
        }
    }

    #[cold]
    fn enter_limited(&self, record: &ThreadRecord) {
        let mut inner = self.inner.lock();
        inner.waiting.push_back(record);
        self.grant(&mut inner);
        if record.place.held.load(Ordering::Relaxed) {
            return;
        }
        sched::block(BlockReason::Place, || {
            // A limit that is lifted grants everyone who waits, so this ends in every case.
            while !record.place.held.load(Ordering::Relaxed) {
                let (guard, timed_out) = record.place.granted.wait_timeout(inner, TIME_SLICE);
                inner = guard;
                if timed_out {
                    Self::ask_longest_holder(&inner);
                }
            }
        });
    }

    /// Gives the place up, after detaching.
    #[inline]
    pub(crate) fn leave(&self, record: &ThreadRecord) {
        if record.place.held.load(Ordering::Relaxed) {
            let mut inner = self.inner.lock();
            record.place.held.store(false, Ordering::Relaxed);
            inner.holders.retain(|holder| !std::ptr::eq(holder.record, record));
            self.grant(&mut inner);
        }
    }

    /// Whether the attached thread has to detach and queue again.
    pub(crate) fn should_give_way(&self, record: &ThreadRecord) -> bool {
        let limit = self.limit();
        let held = record.place.held.load(Ordering::Relaxed);
        if limit == 0 {
            return held;
        }
        let inner = self.inner.lock();
        !held || !inner.waiting.is_empty() || inner.holders.len() > limit
    }

    fn grant(&self, inner: &mut Inner) {
        let limit = self.limit();
        while limit == 0 || inner.holders.len() < limit {
            let Some(record) = inner.waiting.pop_front() else { break };
            inner.holders.push(Holder { record, since: Instant::now() });
            // SAFETY: the thread is in `enter_limited`, so its record is alive.
            let place = unsafe { &(*record).place };
            place.held.store(true, Ordering::Relaxed);
            place.granted.notify_one();
        }
    }

    fn ask_longest_holder(inner: &Inner) {
        // Holders are in the order in which they got their places.
        for holder in &inner.holders {
            if holder.since.elapsed() < TIME_SLICE {
                break;
            }
            // SAFETY: a holder removes itself under this lock before its record goes away.
            let record = unsafe { &*holder.record };
            if !record.requests().intersects(Requests::YIELD) {
                record.request(Requests::YIELD);
                break;
            }
        }
    }

    /// Keeps everyone out while the process forks.
    #[cfg(not(loom))]
    pub(crate) fn freeze(&self) -> impl Sized + '_ {
        self.inner.lock()
    }

    /// Forgets every thread but `survivor`, in the child of a fork.
    #[cfg(not(loom))]
    pub(crate) fn keep_only(&self, survivor: Option<&ThreadRecord>) {
        let mut inner = self.inner.lock();
        inner.waiting.clear();
        inner.holders.retain(|holder| survivor.is_some_and(|record| std::ptr::eq(holder.record, record)));
    }
}
