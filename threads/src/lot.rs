//! Parking by address: `parking_lot_core`, or a small stand-in under loom.
//!
//! After a fork the child's table still lists the parent's other threads. Keys therefore carry the number of forks, so
//! that a child never wakes, or hands a lock to, a thread that it does not have.
//!
//! Limit: a detached thread that is inside the table at the very moment of a fork leaves a bucket of the child locked.

use std::time::Instant;

/// Why [`park`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Wake {
    /// Another thread woke this one and passed the token.
    Unparked(usize),
    /// The validation failed; the thread did not sleep.
    Invalid,
    /// The deadline passed.
    #[cfg_attr(loom, allow(dead_code))]
    TimedOut,
}

/// The token of [`interrupt`].
pub(crate) const INTERRUPTED: usize = usize::MAX;

/// What a wake-up found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Whether a thread is being woken.
    pub(crate) woken: bool,
    /// Whether others stay parked on the address.
    pub(crate) more: bool,
    /// Whether it is time to pass the resource directly to the woken thread.
    pub(crate) be_fair: bool,
}

#[cfg(not(loom))]
mod imp {
    use super::{Found, INTERRUPTED, Wake};
    use parking_lot_core::{DEFAULT_UNPARK_TOKEN, FilterOp, ParkResult, ParkToken, UnparkToken};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    static FORKS: AtomicUsize = AtomicUsize::new(0);

    pub(crate) fn count_fork() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }

    fn key(address: usize) -> usize {
        // User-space addresses leave the upper bits zero.
        address ^ (FORKS.load(Ordering::Relaxed) << (usize::BITS - 12))
    }

    /// Sleeps until woken, unless `validate`, called with the address's queue locked, says no. `timed_out` is called
    /// with the queue locked and learns whether this was the last waiter.
    pub(crate) fn park(
        address: usize,
        token: usize,
        validate: impl FnOnce() -> bool,
        deadline: Option<Instant>,
        timed_out: impl FnOnce(bool),
    ) -> Wake {
        // SAFETY: the callbacks neither panic nor call into the parking lot.
        let result = unsafe {
            parking_lot_core::park(
                key(address),
                validate,
                || {},
                |_, was_last| timed_out(was_last),
                ParkToken(token),
                deadline,
            )
        };
        match result {
            ParkResult::Unparked(token) => Wake::Unparked(token.0),
            ParkResult::Invalid => Wake::Invalid,
            ParkResult::TimedOut => Wake::TimedOut,
        }
    }

    /// Wakes the longest waiter with the token that `callback`, called with the queue locked, returns.
    pub(crate) fn unpark_one(address: usize, callback: impl FnOnce(Found) -> usize) {
        // SAFETY: the callback neither panics nor calls into the parking lot.
        unsafe {
            parking_lot_core::unpark_one(key(address), |result| {
                UnparkToken(callback(Found {
                    woken: result.unparked_threads != 0,
                    more: result.have_more_threads,
                    be_fair: result.be_fair,
                }))
            });
        }
    }

    /// Wakes everyone.
    pub(crate) fn unpark_all(address: usize) {
        // SAFETY: the address is a key of this crate.
        unsafe { parking_lot_core::unpark_all(key(address), DEFAULT_UNPARK_TOKEN) };
    }

    /// Wakes the waiter that parked with `token`, if it is there.
    pub(crate) fn interrupt(address: usize, token: usize) {
        let mut found = false;
        // SAFETY: the callbacks neither panic nor call into the parking lot.
        unsafe {
            parking_lot_core::unpark_filter(
                key(address),
                |waiter| {
                    if found {
                        FilterOp::Stop
                    } else if waiter.0 == token {
                        found = true;
                        FilterOp::Unpark
                    } else {
                        FilterOp::Skip
                    }
                },
                |_| UnparkToken(INTERRUPTED),
            );
        }
    }
}

#[cfg(loom)]
mod imp {
    use super::{Found, INTERRUPTED, Wake};
    use crate::sync::{Condvar, Mutex};
    use std::time::Instant;

    struct Waiter {
        address: usize,
        token: usize,
        ticket: usize,
    }

    #[derive(Default)]
    struct Table {
        waiting: Vec<Waiter>,
        woken: Vec<(usize, usize)>,
        tickets: usize,
    }

    struct Lot {
        table: Mutex<Table>,
        wake: Condvar,
    }

    loom::lazy_static! {
        static ref LOT: Lot = Lot { table: Mutex::new(Table::default()), wake: Condvar::new() };
    }

    pub(crate) fn park(
        address: usize,
        token: usize,
        validate: impl FnOnce() -> bool,
        _deadline: Option<Instant>,
        _timed_out: impl FnOnce(bool),
    ) -> Wake {
        let mut table = LOT.table.lock();
        if !validate() {
            return Wake::Invalid;
        }
        table.tickets += 1;
        let ticket = table.tickets;
        table.waiting.push(Waiter { address, token, ticket });
        loop {
            table = LOT.wake.wait(table);
            if let Some(at) = table.woken.iter().position(|woken| woken.0 == ticket) {
                return Wake::Unparked(table.woken.swap_remove(at).1);
            }
        }
    }

    fn wake(address: usize, accept: impl Fn(&Waiter) -> bool, callback: impl FnOnce(Found) -> usize) {
        let mut table = LOT.table.lock();
        let at = table.waiting.iter().position(|waiter| waiter.address == address && accept(waiter));
        let waiter = at.map(|at| table.waiting.remove(at));
        let more = table.waiting.iter().any(|waiter| waiter.address == address);
        let token = callback(Found { woken: waiter.is_some(), more, be_fair: false });
        if let Some(waiter) = waiter {
            table.woken.push((waiter.ticket, token));
            LOT.wake.notify_all();
        }
    }

    pub(crate) fn unpark_one(address: usize, callback: impl FnOnce(Found) -> usize) {
        wake(address, |_| true, callback);
    }

    pub(crate) fn unpark_all(address: usize) {
        let mut more = true;
        while more {
            wake(
                address,
                |_| true,
                |found| {
                    more = found.more;
                    0
                },
            );
        }
    }

    pub(crate) fn interrupt(address: usize, token: usize) {
        wake(address, |waiter| waiter.token == token, |_| INTERRUPTED);
    }
}

pub(crate) use imp::*;

/// The deadline `timeout` from now; a timeout too long to represent is none.
pub(crate) fn deadline(timeout: Option<std::time::Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}
