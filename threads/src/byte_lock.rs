//! The one-byte lock of an object, and critical sections over one or two objects.
//!
//! | bit        | set by | cleared by | means |
//! |------------|--------|------------|-------|
//! | 0 `LOCKED` | whoever acquires the lock, while attached | the holder | held |
//! | 1 `PARKED` | a waiter, before it parks | who finds no waiter left, with the address's queue locked | the holder must wake someone |
//!
//! The other bits are free for the object; change them with atomic read-modify-writes only.
//!
//! A thread that has to wait detaches, so that a stop of the world does not wait for it. It attaches again *before* it
//! competes for the lock: locks are acquired by attached threads only. With the rule that nobody polls or takes another
//! lock while holding one ([`lock_pair`] backs off instead), no object is locked while the world is stopped.
//!
//! Consequences for callers: taking a lock may detach the thread, so it is a quiescent point, and what was read without
//! a lock before it must be read again. Waiters may be overtaken; the lock is not fair.

use crate::lot::{self, Wake};
use crate::runtime::blocking;
use crate::sched::BlockReason;
use crate::sync::{AtomicU8, Ordering, spin_loop};
use std::fmt;
use std::marker::PhantomData;

const LOCKED: u8 = 1;
const PARKED: u8 = 2;
/// Attempts before a waiter parks, each after four times as many pauses as the one before: about 3, 10 and 40 microseconds
/// where a pause takes 10 nanoseconds.
///
/// Sections take some ten nanoseconds, but the line that holds the lock takes a hundred to come from another core. So a waiter
/// stays away for many sections: meanwhile the holder, who usually comes back at once, runs from its cache. Two threads that write to one dict take
/// 1.6 times as long as one if the first wait is 160 nanoseconds, and no longer than one with these.
const SPINS: u32 = if cfg!(loom) { 0 } else { 3 };
const FIRST_WAIT: u32 = 256;

/// A lock in bits 0 and 1 of a byte.
#[repr(transparent)]
pub struct ByteLock(AtomicU8);

/// Unlocks on drop.
#[must_use = "dropping it unlocks"]
pub struct ByteLockGuard<'a> {
    lock: &'a ByteLock,
    // Must be dropped by the thread that polls, not by one that might be detached.
    _not_send: PhantomData<*const ()>,
}

/// Unlocks one or two locks on drop.
#[must_use = "dropping it unlocks"]
pub struct PairGuard<'a> {
    _first: ByteLockGuard<'a>,
    _second: Option<ByteLockGuard<'a>>,
}

impl ByteLock {
    crate::const_unless_loom! {
        /// An unlocked lock.
        #[allow(clippy::new_without_default)]
        pub fn new() -> Self {
            ByteLock(AtomicU8::new(0))
        }
    }

    /// The lock in this byte, such as the lock byte of an object's header.
    #[inline(always)]
    pub fn from_byte(byte: &AtomicU8) -> &ByteLock {
        // SAFETY: the type is a transparent wrapper, and its methods keep to bits 0 and 1 with atomic operations.
        unsafe { &*std::ptr::from_ref(byte).cast::<ByteLock>() }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Waits for the lock. May detach the calling thread meanwhile.
    #[inline]
    pub fn lock(&self) -> ByteLockGuard<'_> {
        self.lock_raw();
        ByteLockGuard { lock: self, _not_send: PhantomData }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> Option<ByteLockGuard<'_>> {
        self.try_lock_raw().then(|| ByteLockGuard { lock: self, _not_send: PhantomData })
    }

    /// Whether anyone holds the lock at this moment.
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.0.load(Ordering::Relaxed) & LOCKED != 0
    }

    /// Like [`ByteLock::lock`]; [`ByteLock::unlock_raw`] ends it.
    #[inline]
    pub fn lock_raw(&self) {
        if !self.try_lock_raw() {
            self.lock_slow();
        }
    }

    /// Like [`ByteLock::try_lock`]; [`ByteLock::unlock_raw`] ends it.
    #[inline]
    pub fn try_lock_raw(&self) -> bool {
        let mut state = self.0.load(Ordering::Relaxed);
        while state & LOCKED == 0 {
            match self.0.compare_exchange_weak(state, state | LOCKED, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Unlocks.
    ///
    /// # Safety
    /// The caller holds the lock by [`ByteLock::lock_raw`] or [`ByteLock::try_lock_raw`].
    #[inline]
    pub unsafe fn unlock_raw(&self) {
        // The bit is set, so the subtraction clears exactly it.
        if self.0.fetch_sub(LOCKED, Ordering::Release) & PARKED != 0 {
            self.wake_one();
        }
    }

    #[cold]
    fn lock_slow(&self) {
        let mut spins = 0;
        loop {
            let state = self.0.load(Ordering::Relaxed);
            if state & LOCKED == 0 {
                if self.try_lock_raw() {
                    return;
                }
            } else if spins < SPINS {
                (0..FIRST_WAIT << (2 * spins)).for_each(|_| spin_loop());
                spins += 1;
            } else {
                self.park(state);
            }
        }
    }

    /// Parks, detached, if the lock is still held. Returns attached.
    fn park(&self, state: u8) {
        let parked = state | PARKED;
        if state & PARKED == 0
            && self.0.compare_exchange(state, parked, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return;
        }
        let wait = || {
            let validate = || self.0.load(Ordering::Relaxed) & (LOCKED | PARKED) == LOCKED | PARKED;
            lot::park(self.address(), 0, validate, None, |_| {})
        };
        match blocking(BlockReason::ObjectLock, wait) {
            Wake::Unparked(_) | Wake::Invalid | Wake::TimedOut => {}
        }
    }

    #[cold]
    fn wake_one(&self) {
        lot::unpark_one(self.address(), |found| {
            if !found.more {
                // The queue is locked: whoever sets the bit from now on validates after this.
                self.0.fetch_and(!PARKED, Ordering::Relaxed);
            }
            0
        });
    }
}

impl Drop for ByteLockGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the guard stands for the acquisition.
        unsafe { self.lock.unlock_raw() };
    }
}

impl fmt::Debug for ByteLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByteLock({:#x})", self.0.load(Ordering::Relaxed))
    }
}

/// Waits for both locks, which may be the same one. May detach the calling thread meanwhile.
///
/// Tries in the order of addresses, and never waits for one lock while holding the other.
pub fn lock_pair<'a>(a: &'a ByteLock, b: &'a ByteLock) -> PairGuard<'a> {
    if std::ptr::eq(a, b) {
        return PairGuard { _first: a.lock(), _second: None };
    }
    let (mut first, mut second) = if a.address() < b.address() { (a, b) } else { (b, a) };
    loop {
        let held = first.lock();
        if let Some(other) = second.try_lock() {
            return PairGuard { _first: held, _second: Some(other) };
        }
        drop(held);
        // Wait for the one that was taken.
        std::mem::swap(&mut first, &mut second);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::cell::UnsafeCell;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU8;

    struct Counter {
        lock: ByteLock,
        value: UnsafeCell<usize>,
    }
    // SAFETY: the value is accessed under the lock only.
    unsafe impl Sync for Counter {}

    #[test]
    fn other_bits_of_the_byte_survive() {
        let byte = AtomicU8::new(0b1010_1000);
        let guard = ByteLock::from_byte(&byte).lock();
        assert!(ByteLock::from_byte(&byte).try_lock().is_none());
        drop(guard);
        assert_eq!(byte.load(Ordering::Relaxed), 0b1010_1000);
    }

    #[test]
    fn threads_exclude_each_other_and_wake() {
        let counter = Arc::new(Counter { lock: ByteLock::new(), value: UnsafeCell::new(0) });
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let counter = counter.clone();
                std::thread::spawn(move || {
                    crate::attach();
                    for _ in 0..20_000 {
                        let _guard = counter.lock.lock();
                        // SAFETY: under the lock.
                        unsafe { *counter.value.get() += 1 };
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let _guard = counter.lock.lock();
        // SAFETY: under the lock.
        assert_eq!(unsafe { *counter.value.get() }, 80_000);
    }

    #[test]
    fn pairs_in_opposite_orders_do_not_deadlock() {
        let pair = Arc::new((ByteLock::new(), ByteLock::new()));
        let threads: Vec<_> = (0..4)
            .map(|at| {
                let pair = pair.clone();
                std::thread::spawn(move || {
                    crate::attach();
                    for _ in 0..10_000 {
                        let (a, b) = if at % 2 == 0 { (&pair.0, &pair.1) } else { (&pair.1, &pair.0) };
                        let _guard = lock_pair(a, b);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        drop(lock_pair(&pair.0, &pair.0));
        assert!(!pair.0.is_locked() && !pair.1.is_locked());
    }

    #[test]
    fn the_world_stops_while_a_thread_waits_for_a_lock() {
        let lock = Arc::new(ByteLock::new());
        let held = lock.lock();
        let other = lock.clone();
        let waiter = std::thread::spawn(move || {
            crate::attach();
            drop(other.lock());
        });
        while lock.0.load(Ordering::Relaxed) & PARKED == 0 {
            std::thread::yield_now();
        }
        drop(crate::stop_the_world());
        drop(held);
        waiter.join().unwrap();
    }
}
