//! Biased reference counts (Choi, Shull, Torrellas, "Biased reference counting", PACT 2018; PEP 703), with a
//! one-way exit to tracing-managed for objects on whose count several threads collide.
//!
//! The owner counts in `local` without atomics, everybody else in `shared`. While biased, the number of references is
//! `local + shared / 4`; merging adds `local` to `shared`, after which everybody counts there.
//!
//! `shared` is `count << 2 | state`, or one of two sentinels. States only rise.
//!
//! | state        | means                                                    | leaves by                                  |
//! |--------------|----------------------------------------------------------|--------------------------------------------|
//! | `BIASED` 0   | no foreign thread ever counted; the count part is 0      | foreign increment -> SHARED; foreign decrement -> QUEUED; owner's last decrement -> DEAD |
//! | `SHARED` 1   | a foreign thread has, or had, a reference; count >= 0    | foreign decrement at 0 -> QUEUED; contention -> QUEUED; owner's last decrement -> MERGED |
//! | `QUEUED` 2   | the owner's merge queue holds a reference (counted)      | the owner, or a foreigner after it exited -> MERGED |
//! | `MERGED` 3   | `local` and `owner` are 0; count >= 0; at 0 it is dead   | contention -> `TRACED`                     |
//! | `TRACED`     | no counts; only a collection frees the cell              | -                                          |
//! | `DEAD`       | free cell                                                | `Header::init`                             |
//!
//! A lock-free reader may count an object that it found in a slot and whose owner is about to let it die (try-increment). So the owner's
//! last decrement is a compare-and-swap from BIASED to DEAD, which either fails or is seen by the reader; as long as the process has only one
//! thread ([`crate::is_multi_threaded`]) a plain load decides. The reader looks at its slot again after counting, because the cell
//! may have been reused, and gives the reference up if the slot has changed.
//!
//! Contention is found in two ways: an operation whose swap fails several times, and foreign increments that come in turn from
//! several threads, or between changes of the local count: a line that two threads touch in turn costs both a transfer each time, although
//! their swaps hardly ever fail. For the second, the six bits of the lock byte that the lock leaves free remember who counted last and how
//! often that changed. They are a hint and decide nothing but whether to flip. A contended object that has an owner is merged first,
//! by the owner at its next safepoint or, while the owner is detached, on its behalf.
//!
//! Every operation takes `me`, the id of the calling thread. Protocol page: `docs/design/memory.md`; loom models: `loom-tests/tests/gc_*.rs`.

use crate::header::{HAS_FINALIZER, HAS_WEAKREFS, Header, NEVER_FLIP, OWNER_MERGED, OWNER_TRACED};
use crate::queue::MergeQueues;
use crate::sync::{Ordering, Switch};
use std::ptr::NonNull;

pub(crate) const BIASED: i32 = 0;
pub(crate) const SHARED: i32 = 1;
pub(crate) const QUEUED: i32 = 2;
pub(crate) const MERGED: i32 = 3;
const STATE: i32 = 3;
const ONE: i32 = 4;

/// `shared` of a free cell.
pub const DEAD: i32 = i32::MIN;
/// `shared` of a tracing-managed cell.
pub const TRACED: i32 = i32::MIN + 4;

/// At this local count the object stops counting.
const LOCAL_LIMIT: u32 = u32::MAX - 8;
/// At this value of `shared` a merged object stops counting, and a biased one is handed to its owner.
const SHARED_LIMIT: i32 = i32::MAX - (1 << 20);

/// Whether contention makes objects tracing-managed at all; see `Options::contention_flips`.
pub(crate) static CONTENTION_FLIPS: Switch = Switch::new(true);

/// Failed compare-and-swaps within one operation after which the count is called contended.
const CONTENDED: u32 = if cfg!(loom) { 1 } else { 3 };

/// Bits 2 to 4 of the lock byte: how often foreign increments came from another thread than the one before.
const TURN: u8 = 1 << 2;
const TURNS: u8 = 7 << 2;
/// Bits 5 to 7 of the lock byte: a hash of who made the last foreign increment.
const LAST_SHIFT: u32 = 5;
/// So many turns are contention.
const CONTENDED_TURNS: u8 = if cfg!(loom) { 2 * TURN } else { TURNS };

/// What became of an object whose reference was given up.
#[must_use = "a dead object must be destroyed by the caller"]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dropped {
    /// Others hold references, or the collector is in charge, or the owner will find out.
    Alive,
    /// That was the last reference. The caller, and nobody else, destroys the object.
    Dead,
}

impl Dropped {
    /// Whether the caller has to destroy the object.
    #[inline(always)]
    pub fn is_dead(self) -> bool {
        matches!(self, Dropped::Dead)
    }
}

/// The references of a live object, for diagnostics and the collector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Total {
    /// Tracing-managed: not counted.
    Traced,
    /// References; exact only while nobody else counts.
    Counted(i64),
}

impl Header {
    /// Adds a reference. The caller holds one, or holds the lock of a container that does.
    #[inline(always)]
    pub fn increment(&self, me: u16) {
        self.increment_in(me, crate::queue::global());
    }

    /// Gives up a reference of the caller.
    #[inline(always)]
    pub fn decrement(&self, me: u16) -> Dropped {
        self.decrement_in(me, crate::queue::global())
    }

    /// [`Header::increment`] if that needs nobody else: the caller is the owner, or nobody counts. False: nothing has
    /// happened.
    #[inline(always)]
    pub fn increment_quickly(&self, me: u16) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner != me {
            return owner == OWNER_TRACED;
        }
        let local = self.local.load(Ordering::Relaxed);
        if local >= LOCAL_LIMIT {
            return false;
        }
        self.local.store(local + 1, Ordering::Relaxed);
        true
    }

    /// [`Header::decrement`] if that needs nobody else and leaves a reference: then the object is alive. False: nothing
    /// has happened.
    #[inline(always)]
    pub fn decrement_quickly(&self, me: u16) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner != me {
            return owner == OWNER_TRACED;
        }
        let local = self.local.load(Ordering::Relaxed);
        if local <= 1 {
            return false;
        }
        self.local.store(local - 1, Ordering::Relaxed);
        true
    }

    /// [`Header::try_increment`] if that needs nobody else. False: nothing has happened.
    #[inline(always)]
    pub fn try_increment_quickly(&self, me: u16) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner != me {
            return owner == OWNER_TRACED;
        }
        let local = self.local.load(Ordering::Relaxed);
        // Only this thread lowers the local count, so a positive one cannot be stale.
        if local == 0 || local >= LOCAL_LIMIT {
            return false;
        }
        self.local.store(local + 1, Ordering::Relaxed);
        true
    }

    /// [`Header::increment`] with an explicit queue registry.
    #[inline(always)]
    pub fn increment_in(&self, me: u16, queues: &MergeQueues) {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner == me {
            let local = self.local.load(Ordering::Relaxed);
            if local < LOCAL_LIMIT {
                self.local.store(local + 1, Ordering::Relaxed);
            } else {
                self.stop_counting_as_owner();
            }
        } else if owner != OWNER_TRACED {
            self.increment_shared(me, queues);
        }
    }

    /// [`Header::decrement`] with an explicit queue registry.
    #[inline(always)]
    pub fn decrement_in(&self, me: u16, queues: &MergeQueues) -> Dropped {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner == me {
            let local = self.local.load(Ordering::Relaxed);
            debug_assert!(local > 0, "a reference was given up twice");
            self.local.store(local.wrapping_sub(1), Ordering::Relaxed);
            if local != 1 { Dropped::Alive } else { self.zero_local() }
        } else if owner == OWNER_TRACED {
            Dropped::Alive
        } else {
            self.decrement_shared(queues)
        }
    }

    /// Adds a reference for a caller that holds none, to a cell that may have died or been reused; its memory must be that
    /// of a cell still (attached threads between two polls may assume so).
    ///
    /// On `true` the caller owns a reference to whatever lives there *now*, so it checks that its slot still holds the same word, and if not gives the
    /// reference up again (which can make it the one that destroys). On `false` the object was dead: the caller reads its slot again.
    #[inline(always)]
    #[must_use = "on true the caller owns a reference"]
    pub fn try_increment(&self, me: u16) -> bool {
        self.try_increment_in(me, crate::queue::global)
    }

    /// [`Header::try_increment`] with an explicit queue registry.
    #[inline(always)]
    #[must_use = "on true the caller owns a reference"]
    pub fn try_increment_in<'q>(&self, me: u16, queues: impl FnOnce() -> &'q MergeQueues) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner == me {
            // Only this thread lowers the local count, so a positive one cannot be stale.
            let local = self.local.load(Ordering::Relaxed);
            if local == 0 {
                return false;
            }
            if local < LOCAL_LIMIT {
                self.local.store(local + 1, Ordering::Relaxed);
            } else {
                self.stop_counting_as_owner();
            }
            true
        } else if owner == OWNER_TRACED && self.shared.load(Ordering::Relaxed) == TRACED {
            true
        } else {
            self.try_increment_shared(me, queues)
        }
    }

    /// Tells the protocol that other threads will count this object: its owner's last decrement then merges instead of deciding at
    /// once. Never needed; a hint. The caller holds a reference.
    pub fn mark_shared(&self) {
        let mut old = self.shared.load(Ordering::Relaxed);
        while old == BIASED {
            match self.shared.compare_exchange(old, SHARED, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => old = now,
            }
        }
    }

    /// Gives an object for which [`Dropped::Dead`] was returned one reference again, for the time its finalizer runs. The caller
    /// then gives it up with [`Header::decrement`]: `Alive` says that the finalizer resurrected the object.
    pub fn revive(&self, me: u16) {
        if self.owner.load(Ordering::Relaxed) == me {
            debug_assert_eq!(self.local.load(Ordering::Relaxed), 0);
            self.local.store(1, Ordering::Relaxed);
            self.shared.store(BIASED, Ordering::Release);
        } else {
            debug_assert_eq!(self.shared.load(Ordering::Relaxed), MERGED);
            self.shared.store(ONE | MERGED, Ordering::Release);
        }
    }

    /// Makes the object tracing-managed, for good. Possible for its owner, and for anyone once it is merged; the caller holds a
    /// reference. Returns whether the object is tracing-managed now.
    pub fn flip(&self, me: u16) -> bool {
        if self.has_flag(HAS_FINALIZER | HAS_WEAKREFS | NEVER_FLIP) {
            return self.is_traced();
        }
        if self.owner.load(Ordering::Relaxed) == me {
            self.stop_counting_as_owner();
            return true;
        }
        let mut old = self.shared.load(Ordering::Relaxed);
        loop {
            if old == TRACED {
                return true;
            }
            if old & STATE != MERGED {
                return false;
            }
            match self.publish_traced(old) {
                Ok(()) => return true,
                Err(now) => old = now,
            }
        }
    }

    /// Whether the object keeps no counts.
    #[inline(always)]
    pub fn is_traced(&self) -> bool {
        self.shared.load(Ordering::Relaxed) == TRACED
    }

    /// Whether the counts are merged.
    pub fn is_merged(&self) -> bool {
        let shared = self.shared.load(Ordering::Relaxed);
        shared & STATE == MERGED
    }

    /// Whether the calling thread holds the only reference; then nobody else can get one except through a weak reference.
    #[inline(always)]
    pub fn is_unique(&self, me: u16) -> bool {
        if self.owner.load(Ordering::Relaxed) == me {
            self.local.load(Ordering::Relaxed) == 1 && self.shared.load(Ordering::Acquire) >> 2 == 0
        } else {
            self.shared.load(Ordering::Acquire) == ONE | MERGED
        }
    }

    /// The number of references.
    pub fn total(&self) -> Total {
        let shared = self.shared.load(Ordering::Relaxed);
        match shared {
            TRACED => Total::Traced,
            DEAD => Total::Counted(0),
            _ => Total::Counted(i64::from(self.local.load(Ordering::Relaxed)) + i64::from(shared >> 2)),
        }
    }

    /// The owner's last local reference is gone.
    #[inline]
    fn zero_local(&self) -> Dropped {
        // Acquire: what foreign threads did before they gave up their references happened before the destruction.
        let old = self.shared.load(Ordering::Acquire);
        if old != BIASED {
            return self.merge_zero_local(old);
        }
        if !crate::is_multi_threaded() {
            return Dropped::Dead;
        }
        // Decided by a swap, so that no reader's try-increment can slip in between.
        match self.shared.compare_exchange(BIASED, DEAD, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Dropped::Dead,
            Err(now) => self.merge_zero_local(now),
        }
    }

    #[cold]
    #[inline(never)]
    fn merge_zero_local(&self, mut old: i32) -> Dropped {
        // Before the merged count is published: afterwards another thread may free and reuse the cell.
        self.owner.store(OWNER_MERGED, Ordering::Relaxed);
        loop {
            let new = (old & !STATE) | MERGED;
            match self.shared.compare_exchange_weak(old, new, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return if new == MERGED { Dropped::Dead } else { Dropped::Alive },
                Err(now) => old = now,
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn increment_shared(&self, me: u16, queues: &MergeQueues) {
        let mut failures = 0;
        let mut old = self.shared.load(Ordering::Relaxed);
        loop {
            if old == TRACED {
                return;
            }
            debug_assert!(old != DEAD && old != MERGED, "increment of a dead object");
            let contended = failures >= CONTENDED || old >= SHARED_LIMIT;
            if contended && old & STATE == MERGED && self.may_flip(old) {
                match self.publish_traced(old) {
                    Ok(()) => return,
                    Err(now) => old = now,
                }
                continue;
            }
            // A contended object that has an owner is merged first: the reference for its queue is added too.
            let ask = contended && old & STATE < QUEUED;
            let new = match old & STATE {
                _ if ask => ((old & !STATE) + 2 * ONE) | QUEUED,
                BIASED => (old + ONE) | SHARED,
                _ => old + ONE,
            };
            match self.shared.compare_exchange_weak(old, new, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) if ask => {
                    // The caller holds a reference beside the queue's, so this cannot be the last one.
                    let dropped = self.enqueue_asked(queues);
                    debug_assert!(!dropped.is_dead());
                    return;
                }
                Ok(_) => {
                    if self.note_turn(me) {
                        self.stop_counting_contended(queues);
                    }
                    return;
                }
                Err(now) => {
                    old = now;
                    failures += 1;
                }
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn decrement_shared(&self, queues: &MergeQueues) -> Dropped {
        let mut failures = 0;
        let mut old = self.shared.load(Ordering::Relaxed);
        loop {
            if old == TRACED {
                return Dropped::Alive;
            }
            debug_assert!(old != DEAD && old != MERGED, "a reference was given up twice");
            if failures >= CONTENDED && old & STATE == MERGED && self.may_flip(old) {
                match self.publish_traced(old) {
                    Ok(()) => return Dropped::Alive,
                    Err(now) => old = now,
                }
                continue;
            }
            // Nothing to take from while biased: the caller's reference is counted in `local` and passes to the queue.
            let queue = old & STATE < QUEUED && old >> 2 == 0;
            let new = if queue { QUEUED } else { old - ONE };
            match self.shared.compare_exchange_weak(old, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) if queue => return self.enqueue(queues),
                Ok(_) if new == MERGED => {
                    // Synchronises with every release in the sequence that our own swap continues; a load rather than a
                    // fence, because ThreadSanitizer does not know fences.
                    let _ = self.shared.load(Ordering::Acquire);
                    return Dropped::Dead;
                }
                Ok(_) => return Dropped::Alive,
                Err(now) => {
                    old = now;
                    failures += 1;
                }
            }
        }
    }

    #[inline]
    fn try_increment_shared<'q>(&self, me: u16, queues: impl FnOnce() -> &'q MergeQueues) -> bool {
        let mut old = self.shared.load(Ordering::Relaxed);
        loop {
            match old {
                TRACED => return true,
                DEAD | MERGED => return false,
                _ => {}
            }
            // Near the limit leave it to the locked path, which stops counting.
            if old >= SHARED_LIMIT {
                return false;
            }
            // Acquire: pairs with the release in `init`, so that a reader that counted in a later life of the cell
            // sees that its slot has changed.
            let new = if old == BIASED { ONE | SHARED } else { old + ONE };
            match self.shared.compare_exchange_weak(old, new, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => {
                    if self.note_turn(me) {
                        self.stop_counting_contended(queues());
                    }
                    return true;
                }
                Err(now) => old = now,
            }
        }
    }

    /// Remembers that `me`, which has just counted, did so; says whether threads have been taking turns at that.
    #[inline]
    fn note_turn(&self, me: u16) -> bool {
        let byte = self.lock.load(Ordering::Relaxed);
        if byte & TURNS >= CONTENDED_TURNS {
            return self.may_flip(0);
        }
        // A local count that changed says that the owner uses the object, too.
        let who = ((me as u8) ^ (self.local.load(Ordering::Relaxed) as u8)) << LAST_SHIFT;
        if byte >> LAST_SHIFT == who >> LAST_SHIFT {
            return false;
        }
        let new = ((byte & !(7 << LAST_SHIFT)) + TURN) | who;
        // It may fail: then somebody else noted something, or the lock changed hands.
        let _ = self.lock.compare_exchange(byte, new, Ordering::Relaxed, Ordering::Relaxed);
        new & TURNS >= CONTENDED_TURNS && self.may_flip(0)
    }

    fn took_turns(&self) -> bool {
        self.lock.load(Ordering::Relaxed) & TURNS >= CONTENDED_TURNS
    }

    /// Flips a contended object, or has it merged, which flips it. The caller holds a reference.
    #[cold]
    #[inline(never)]
    fn stop_counting_contended(&self, queues: &MergeQueues) {
        let mut old = self.shared.load(Ordering::Relaxed);
        while old != TRACED && self.may_flip(old) {
            let result = match old & STATE {
                MERGED => match self.publish_traced(old) {
                    Ok(()) => return,
                    Err(now) => Err(now),
                },
                // The owner has it in its queue.
                QUEUED => return,
                _ => {
                    let new = ((old & !STATE) + ONE) | QUEUED;
                    self.shared.compare_exchange_weak(old, new, Ordering::Relaxed, Ordering::Relaxed)
                }
            };
            match result {
                Ok(_) => {
                    // The caller holds a reference beside the queue's, so this cannot be the last one.
                    let dropped = self.enqueue_asked(queues);
                    debug_assert!(!dropped.is_dead());
                    return;
                }
                Err(now) => old = now,
            }
        }
    }

    /// As [`Self::enqueue`], at once if the owner is detached: it may stay so for long, and others collide meanwhile.
    fn enqueue_asked(&self, queues: &MergeQueues) -> Dropped {
        let owner = self.owner.load(Ordering::Relaxed);
        let mut dropped = None;
        if owner != OWNER_MERGED && owner != OWNER_TRACED {
            queues.while_detached(owner, &mut || dropped = Some(self.merge_queued(queues)));
        }
        dropped.unwrap_or_else(|| self.enqueue(queues))
    }

    /// Hands the object, in state QUEUED and with one reference for the queue, to its owner.
    fn enqueue(&self, queues: &MergeQueues) -> Dropped {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner == OWNER_MERGED || owner == OWNER_TRACED {
            // The owner's local count reached zero meanwhile (or it flipped the object): the reference is ours to drop.
            return self.decrement_shared(queues);
        }
        queues.push(owner, NonNull::from(self))
    }

    /// Drops the reference that a merge queue holds, merging first if nobody has; flips the object if it is contended. The caller is
    /// the owner, or holds the queue lock of an owner that has exited, or keeps a detached owner from attaching.
    pub(crate) fn merge_queued(&self, queues: &MergeQueues) -> Dropped {
        let mut old = self.shared.load(Ordering::Acquire);
        if old == TRACED {
            return Dropped::Alive;
        }
        if old & STATE == MERGED {
            return self.decrement_shared(queues);
        }
        debug_assert_eq!(old & STATE, QUEUED);
        // Nobody else can leave QUEUED, so the local count is ours; cleared before the merged count is published.
        let local = self.local.load(Ordering::Relaxed);
        self.local.store(0, Ordering::Relaxed);
        loop {
            let total = i64::from(local) + i64::from(old >> 2) - 1;
            debug_assert!(total >= 0);
            // Not one that dies here.
            let flip =
                total >= i64::from(SHARED_LIMIT >> 2) || total > 0 && self.took_turns() && self.may_flip(old);
            let new = if flip { TRACED } else { (total as i32) << 2 | MERGED };
            self.owner.store(if flip { OWNER_TRACED } else { OWNER_MERGED }, Ordering::Relaxed);
            match self.shared.compare_exchange_weak(old, new, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return if new == MERGED { Dropped::Dead } else { Dropped::Alive },
                Err(now) => old = now,
            }
        }
    }

    /// Whether contention may flip the object: not if it must die promptly, unless its count would overflow.
    fn may_flip(&self, shared: i32) -> bool {
        shared >= SHARED_LIMIT
            || (CONTENTION_FLIPS.is_on() && !self.has_flag(HAS_FINALIZER | HAS_WEAKREFS | NEVER_FLIP))
    }

    /// MERGED -> TRACED, by a thread that holds a reference. A thread that still reads `owner` as merged finds TRACED in the word it swaps.
    fn publish_traced(&self, merged: i32) -> Result<(), i32> {
        debug_assert!(merged & STATE == MERGED && merged != MERGED);
        self.shared.compare_exchange_weak(merged, TRACED, Ordering::AcqRel, Ordering::Relaxed)?;
        self.owner.store(OWNER_TRACED, Ordering::Relaxed);
        Ok(())
    }

    /// The owner flips its own object, whatever the foreign state: a queue entry that exists finds TRACED.
    #[cold]
    #[inline(never)]
    fn stop_counting_as_owner(&self) {
        self.local.store(0, Ordering::Relaxed);
        self.owner.store(OWNER_TRACED, Ordering::Relaxed);
        self.shared.swap(TRACED, Ordering::AcqRel);
    }
}

/// Count changes made by a collector while the world is stopped, on behalf of whoever owns the object.
#[cfg(not(loom))]
impl Header {
    /// Drops one reference. A dead object is left merged, so that any thread may destroy it after the restart.
    pub(crate) fn decrement_stopped(&self) -> Dropped {
        let Total::Counted(total) = self.total() else {
            return Dropped::Alive;
        };
        let shared = self.shared.load(Ordering::Relaxed);
        let local = self.local.load(Ordering::Relaxed);
        debug_assert!(total > 0, "more edges than references");
        if local > 1 {
            self.local.store(local - 1, Ordering::Relaxed);
        } else if local == 1 {
            // As if the owner had dropped its last one.
            self.local.store(0, Ordering::Relaxed);
            self.owner.store(OWNER_MERGED, Ordering::Relaxed);
            self.shared.store((shared & !STATE) | MERGED, Ordering::Relaxed);
        } else {
            self.shared.store(shared - ONE, Ordering::Relaxed);
        }
        if total == 1 { Dropped::Dead } else { Dropped::Alive }
    }

    /// Adds one reference.
    pub(crate) fn increment_stopped(&self) {
        let shared = self.shared.load(Ordering::Relaxed);
        let local = self.local.load(Ordering::Relaxed);
        if shared == TRACED {
            return;
        }
        if local > 0 {
            self.local.store(local + 1, Ordering::Relaxed);
        } else {
            self.shared.store(shared + ONE, Ordering::Relaxed);
        }
    }
}
