//! What threads block on: a gate (binary semaphore), a counting semaphore, an event and a queue of waiters.
//!
//! A waiting thread is detached. It wakes early when one of [`Requests::INTERRUPT`] is set for it by
//! [`ThreadRecord::interrupt`], and the wait then says so; what interrupted it is still to be taken.
//!
//! A signal handler must not call `interrupt`. It has to tell an ordinary thread (through a pipe, say) that does.
//!
//! | word     | meaning |
//! |----------|---------|
//! | `Gate`   | bit 0 `HELD`, bit 1 `PARKED`: a release must wake someone |
//! | `Semaphore` | bit 0 `PARKED`, the rest the count |
//! | `Event`  | bit 0 `SET`, bit 1 `PARKED` |
//!
//! `PARKED` is set by a waiter before it parks and cleared, with the address's queue locked, by whoever finds no waiter
//! left.

use crate::lot::{self, Wake};
use crate::record::{Requests, ThreadRecord};
use crate::runtime::{blocking, current};
use crate::sched::BlockReason;
use crate::sync::{AtomicU32, AtomicUsize, Ordering, fence};
use std::time::{Duration, Instant};

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Acquire {
    /// The thread has what it waited for.
    Acquired,
    /// The time ran out.
    TimedOut,
    /// A request interrupted the wait.
    Interrupted,
}

const TAKEN: usize = 1;
const RETRY: usize = 0;

/// How one sleep ended.
enum Sleep {
    /// Whoever woke the thread passed it what it waited for.
    Passed,
    /// Look again.
    Retry,
    TimedOut,
    Interrupted,
}

fn interrupted(record: Option<&ThreadRecord>) -> bool {
    record.is_some_and(|record| record.requests().intersects(Requests::INTERRUPT))
}

/// Sleeps on `address` unless `validate` fails or an interrupting request is pending.
fn sleep(
    address: usize,
    deadline: Option<Instant>,
    validate: impl FnOnce() -> bool,
    last_left: impl Fn(),
) -> Sleep {
    let record = current();
    if interrupted(record) {
        return Sleep::Interrupted;
    }
    if let Some(record) = record {
        record.parked_on.store(address, Ordering::Relaxed);
        // Pairs with the fence in `ThreadRecord::interrupt`.
        fence(Ordering::SeqCst);
    }
    let token = record.map_or(0, |record| std::ptr::from_ref(record) as usize);
    let wake = blocking(BlockReason::Wait, || {
        let validate = || validate() && !interrupted(record);
        lot::park(address, token, validate, deadline, |was_last| {
            if was_last {
                last_left();
            }
        })
    });
    if let Some(record) = record {
        record.parked_on.store(0, Ordering::Relaxed);
    }
    match wake {
        Wake::Unparked(TAKEN) => Sleep::Passed,
        Wake::Unparked(lot::INTERRUPTED) => Sleep::Interrupted,
        Wake::Unparked(_) => Sleep::Retry,
        Wake::Invalid if interrupted(record) => Sleep::Interrupted,
        Wake::Invalid => Sleep::Retry,
        Wake::TimedOut => Sleep::TimedOut,
    }
}

/// Runs `attempt` and sleeps in turn.
fn acquire(
    address: usize,
    timeout: Option<Duration>,
    mut attempt: impl FnMut() -> bool,
    mut announce: impl FnMut() -> bool,
    validate: impl Fn() -> bool,
    last_left: impl Fn(),
) -> Acquire {
    if attempt() {
        return Acquire::Acquired;
    }
    if timeout == Some(Duration::ZERO) {
        return Acquire::TimedOut;
    }
    let deadline = lot::deadline(timeout);
    loop {
        if announce() {
            match sleep(address, deadline, &validate, &last_left) {
                Sleep::Passed => return Acquire::Acquired,
                Sleep::Interrupted => return Acquire::Interrupted,
                // It may have become free at the last moment.
                Sleep::TimedOut => return if attempt() { Acquire::Acquired } else { Acquire::TimedOut },
                Sleep::Retry => {}
            }
        }
        if attempt() {
            return Acquire::Acquired;
        }
    }
}

const HELD: u32 = 1;
const GATE_PARKED: u32 = 2;

/// A lock without an owner: any thread may release it.
#[derive(Debug, Default)]
pub struct Gate(AtomicU32);

impl Gate {
    crate::const_unless_loom! {
        /// A free gate.
        pub fn new() -> Self {
            Gate(AtomicU32::new(0))
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Whether it is held at this moment.
    pub fn is_held(&self) -> bool {
        self.0.load(Ordering::Relaxed) & HELD != 0
    }

    /// Takes the gate if it is free.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        let mut state = self.0.load(Ordering::Relaxed);
        while state & HELD == 0 {
            match self.0.compare_exchange_weak(state, state | HELD, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Waits for the gate, at most for `timeout`.
    pub fn acquire(&self, timeout: Option<Duration>) -> Acquire {
        let result = acquire(
            self.address(),
            timeout,
            || self.try_acquire(),
            || {
                let state = self.0.load(Ordering::Relaxed);
                state & HELD != 0
                    && (state & GATE_PARKED != 0
                        || self
                            .0
                            .compare_exchange(
                                state,
                                state | GATE_PARKED,
                                Ordering::Relaxed,
                                Ordering::Relaxed,
                            )
                            .is_ok())
            },
            || self.0.load(Ordering::Relaxed) & (HELD | GATE_PARKED) == HELD | GATE_PARKED,
            || {
                self.0.fetch_and(!GATE_PARKED, Ordering::Relaxed);
            },
        );
        // A gate that was passed on was never free: take over what the releasing thread did.
        fence(Ordering::Acquire);
        result
    }

    /// Releases the gate. Returns false if it was not held.
    pub fn release(&self) -> bool {
        let mut state = self.0.load(Ordering::Relaxed);
        loop {
            if state & HELD == 0 {
                return false;
            }
            if state & GATE_PARKED != 0 {
                break;
            }
            match self.0.compare_exchange_weak(state, state & !HELD, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        let mut was_held = true;
        lot::unpark_one(self.address(), |found| {
            let parked = if found.more { GATE_PARKED } else { 0 };
            if found.woken && found.be_fair {
                // Passed on without ever being free. The exchange publishes what this thread did.
                self.exchange(|state| HELD | parked | (state & !(HELD | GATE_PARKED)));
                return TAKEN;
            }
            was_held = self.exchange(|state| parked | (state & !(HELD | GATE_PARKED))) & HELD != 0;
            RETRY
        });
        was_held
    }

    fn exchange(&self, f: impl Fn(u32) -> u32) -> u32 {
        let mut state = self.0.load(Ordering::Relaxed);
        loop {
            match self.0.compare_exchange_weak(state, f(state), Ordering::AcqRel, Ordering::Relaxed) {
                Ok(old) => return old,
                Err(now) => state = now,
            }
        }
    }
}

const SEMAPHORE_PARKED: usize = 1;
const ONE: usize = 2;

/// A counting semaphore.
#[derive(Debug)]
pub struct Semaphore(AtomicUsize);

impl Semaphore {
    crate::const_unless_loom! {
        /// A semaphore with `count` units.
        pub fn new(count: usize) -> Self {
            Semaphore(AtomicUsize::new(count * ONE))
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// The units at this moment.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed) / ONE
    }

    /// Takes a unit if there is one.
    pub fn try_acquire(&self) -> bool {
        let mut state = self.0.load(Ordering::Relaxed);
        while state >= ONE {
            match self.0.compare_exchange_weak(state, state - ONE, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Waits for a unit, at most for `timeout`.
    pub fn acquire(&self, timeout: Option<Duration>) -> Acquire {
        acquire(
            self.address(),
            timeout,
            || self.try_acquire(),
            || {
                let state = self.0.load(Ordering::Relaxed);
                state == SEMAPHORE_PARKED
                    || (state == 0
                        && self
                            .0
                            .compare_exchange(0, SEMAPHORE_PARKED, Ordering::Relaxed, Ordering::Relaxed)
                            .is_ok())
            },
            || self.0.load(Ordering::Relaxed) == SEMAPHORE_PARKED,
            || {
                self.0.fetch_and(!SEMAPHORE_PARKED, Ordering::Relaxed);
            },
        )
    }

    /// Adds a unit.
    pub fn release(&self) {
        if self.0.fetch_add(ONE, Ordering::Release) & SEMAPHORE_PARKED != 0 {
            lot::unpark_one(self.address(), |found| {
                if !found.more {
                    self.0.fetch_and(!SEMAPHORE_PARKED, Ordering::Relaxed);
                }
                RETRY
            });
        }
    }
}

const SET: u32 = 1;
const EVENT_PARKED: u32 = 2;

/// A flag to wait for.
#[derive(Debug, Default)]
pub struct Event(AtomicU32);

impl Event {
    crate::const_unless_loom! {
        /// An event that has not happened.
        pub fn new() -> Self {
            Event(AtomicU32::new(0))
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Whether it has happened.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire) & SET != 0
    }

    /// Lets everyone through, now and later.
    pub fn set(&self) {
        if self.0.fetch_or(SET, Ordering::Release) & EVENT_PARKED != 0 {
            self.0.fetch_and(!EVENT_PARKED, Ordering::Relaxed);
            lot::unpark_all(self.address());
        }
    }

    /// Makes it not have happened.
    pub fn clear(&self) {
        self.0.fetch_and(!SET, Ordering::Relaxed);
    }

    /// Waits until it has happened, at most for `timeout`.
    pub fn wait(&self, timeout: Option<Duration>) -> Acquire {
        acquire(
            self.address(),
            timeout,
            || self.is_set(),
            || {
                let state = self.0.load(Ordering::Relaxed);
                state == EVENT_PARKED
                    || (state == 0
                        && self
                            .0
                            .compare_exchange(0, EVENT_PARKED, Ordering::Relaxed, Ordering::Relaxed)
                            .is_ok())
            },
            || self.0.load(Ordering::Relaxed) == EVENT_PARKED,
            // A stale bit only costs one wake-up that finds nobody.
            || {},
        )
    }
}

/// A queue of threads that wait to be notified: a condition variable without a lock.
///
/// A waiter takes a ticket while it holds whatever protects its condition, lets go of that, and waits. A notification
/// that comes in between is not lost.
#[derive(Debug, Default)]
pub struct WaitQueue {
    // Counts notifications.
    epoch: AtomicU32,
}

/// A place in a [`WaitQueue`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Ticket(u32);

impl WaitQueue {
    crate::const_unless_loom! {
        /// A queue without waiters.
        pub fn new() -> Self {
            WaitQueue { epoch: AtomicU32::new(0) }
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// To be called before letting go of what protects the condition.
    pub fn ticket(&self) -> Ticket {
        Ticket(self.epoch.load(Ordering::Acquire))
    }

    /// Waits for a notification later than the ticket, at most for `timeout`. As with every condition variable, the
    /// condition has to be checked again.
    pub fn wait(&self, ticket: Ticket, timeout: Option<Duration>) -> Acquire {
        if timeout == Some(Duration::ZERO) {
            return Acquire::TimedOut;
        }
        let unchanged = || self.epoch.load(Ordering::Acquire) == ticket.0;
        match sleep(self.address(), lot::deadline(timeout), unchanged, || {}) {
            Sleep::Passed | Sleep::Retry => Acquire::Acquired,
            Sleep::TimedOut => Acquire::TimedOut,
            Sleep::Interrupted => Acquire::Interrupted,
        }
    }

    /// Wakes the longest waiter, and whoever holds a ticket without waiting yet.
    pub fn notify_one(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
        lot::unpark_one(self.address(), |_| RETRY);
    }

    /// Wakes everyone.
    pub fn notify_all(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
        lot::unpark_all(self.address());
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    const SOON: Option<Duration> = Some(Duration::from_millis(5));

    #[test]
    fn a_held_gate_times_out_and_any_thread_may_release_it() {
        let gate = Arc::new(Gate::new());
        assert_eq!(gate.acquire(None), Acquire::Acquired);
        assert_eq!(gate.acquire(SOON), Acquire::TimedOut);
        assert_eq!(gate.acquire(Some(Duration::ZERO)), Acquire::TimedOut);
        let other = gate.clone();
        assert!(thread::spawn(move || other.release()).join().unwrap());
        assert!(!gate.release());
        assert!(gate.try_acquire());
    }

    #[test]
    fn a_gate_excludes() {
        let gate = Arc::new((Gate::new(), AtomicUsize::new(0)));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let gate = gate.clone();
                thread::spawn(move || {
                    crate::attach();
                    for _ in 0..5_000 {
                        assert_eq!(gate.0.acquire(None), Acquire::Acquired);
                        let count = gate.1.load(Ordering::Relaxed);
                        gate.1.store(count + 1, Ordering::Relaxed);
                        assert!(gate.0.release());
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(gate.1.load(Ordering::Relaxed), 20_000);
    }

    #[test]
    fn an_interrupt_ends_a_wait_and_stays_pending() {
        let gate = Arc::new(Gate::new());
        assert!(gate.try_acquire());
        let other = gate.clone();
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiter = thread::spawn(move || {
            crate::attach();
            sender.send(crate::current().unwrap().id()).unwrap();
            assert_eq!(other.acquire(None), Acquire::Interrupted);
            assert_eq!(crate::poll(), Requests::SIGNAL);
            assert_eq!(crate::current().unwrap().take(Requests::SIGNAL), Requests::SIGNAL);
            assert_eq!(other.acquire(SOON), Acquire::TimedOut);
        });
        let id = receiver.recv().unwrap();
        crate::thread_with_id(id).unwrap().interrupt(Requests::SIGNAL);
        waiter.join().unwrap();
    }

    #[test]
    fn a_semaphore_counts() {
        let semaphore = Arc::new(Semaphore::new(1));
        assert!(semaphore.try_acquire() && !semaphore.try_acquire());
        let other = semaphore.clone();
        let waiter = thread::spawn(move || (other.acquire(None), other.acquire(None)));
        semaphore.release();
        semaphore.release();
        assert_eq!(waiter.join().unwrap(), (Acquire::Acquired, Acquire::Acquired));
        assert_eq!((semaphore.count(), semaphore.acquire(SOON)), (0, Acquire::TimedOut));
    }

    #[test]
    fn an_event_lets_everyone_through() {
        let event = Arc::new(Event::new());
        assert_eq!(event.wait(SOON), Acquire::TimedOut);
        let waiters: Vec<_> = (0..3)
            .map(|_| {
                let event = event.clone();
                thread::spawn(move || event.wait(None))
            })
            .collect();
        event.set();
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Acquire::Acquired);
        }
        event.clear();
        assert!(!event.is_set());
    }

    #[test]
    fn a_notification_between_ticket_and_wait_is_not_lost() {
        let queue = WaitQueue::new();
        let ticket = queue.ticket();
        queue.notify_one();
        assert_eq!(queue.wait(ticket, None), Acquire::Acquired);
        assert_eq!(queue.wait(queue.ticket(), SOON), Acquire::TimedOut);
    }
}
