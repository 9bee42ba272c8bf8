//! Models of biased counts: who merges, who destroys, and what the destroyer may rely on. They run the code of `pyre-gc`.
#![cfg(loom)]

use pyre_gc::Header;
use pyre_gc::header::NEVER_FLIP;
use pyre_gc::queue::MergeQueues;
use pyre_loom_tests::{Cell, check};
use pyre_threads::sync::{Arc, AtomicUsize, Ordering, thread};
use std::ptr::NonNull;

const OWNER: u16 = 1;
const OTHER: u16 = 2;
const THIRD: u16 = 3;

struct Shared {
    object: Header,
    /// The body: written when the object is destroyed, read by whoever holds a reference.
    body: Cell,
    deaths: AtomicUsize,
    queues: MergeQueues,
}

impl Shared {
    /// An object owned by `OWNER`, which holds `local` references, and that contention does not flip.
    fn new(local: u32) -> Arc<Shared> {
        let shared = Shared {
            object: Header::detached(1, OWNER),
            body: Cell::new(0),
            deaths: AtomicUsize::new(0),
            queues: MergeQueues::new(|_| ()),
        };
        shared.object.set_flag(NEVER_FLIP);
        shared.queues.open(OWNER);
        for _ in 1..local {
            shared.object.increment_in(OWNER, &shared.queues);
        }
        Arc::new(shared)
    }

    fn destroy(&self) {
        self.body.add(1);
        self.deaths.fetch_add(1, Ordering::Relaxed);
    }

    /// Uses the body, then gives the reference up.
    fn drop_reference(&self, me: u16) {
        assert_eq!(self.body.get(), 0, "used after death");
        if self.object.decrement_in(me, &self.queues).is_dead() {
            self.destroy();
        }
    }

    fn drain(&self, me: u16) {
        self.queues.drain(me, |cell| {
            assert_eq!(cell, NonNull::from(&self.object));
            self.destroy();
        });
    }

    fn close(&self, me: u16) {
        self.queues.close(me, |_| self.destroy());
    }

    fn assert_died_once(&self) {
        assert_eq!(self.deaths.load(Ordering::Relaxed), 1);
    }
}

/// The owner's last local reference goes while another thread gives up a counted one: one of them destroys, and has
/// seen all uses.
#[test]
fn the_last_of_owner_and_foreigner_destroys_after_all_uses() {
    check(3, || {
        let shared = Shared::new(1);
        shared.object.increment_in(OTHER, &shared.queues);
        let other = shared.clone();
        let thread = thread::spawn(move || other.drop_reference(OTHER));
        shared.drop_reference(OWNER);
        thread.join().unwrap();
        shared.assert_died_once();
    });
}

/// A thread that finds the object dead reuses its cell at once; the merger must have touched it for the last time.
#[test]
fn a_merger_does_not_touch_the_object_after_publishing() {
    check(3, || {
        let shared = Shared::new(1);
        shared.object.increment_in(OTHER, &shared.queues);
        let other = shared.clone();
        let thread = thread::spawn(move || {
            if other.object.decrement_in(OTHER, &other.queues).is_dead() {
                other.object.set_free_in_model();
                other.object.init(2, OTHER);
                return true;
            }
            false
        });
        let died_here = shared.object.decrement_in(OWNER, &shared.queues).is_dead();
        let died_there = thread.join().unwrap();
        assert!(died_here != died_there);
        if died_there {
            assert_eq!(shared.object.owner.load(Ordering::Relaxed), OTHER);
            assert!(shared.object.is_unique(OTHER));
            assert_eq!(shared.object.shape(), 2);
        }
    });
}

/// A foreigner gives up a reference that the owner counted: it goes through the queue.
#[test]
fn a_reference_counted_by_the_owner_and_dropped_elsewhere_is_merged_once() {
    check(3, || {
        let shared = Shared::new(2);
        let other = shared.clone();
        let thread = thread::spawn(move || other.drop_reference(OTHER));
        shared.drop_reference(OWNER);
        shared.drain(OWNER);
        thread.join().unwrap();
        shared.drain(OWNER);
        shared.assert_died_once();
    });
}

/// The same after the foreigner has had a reference of its own, so that the state is no longer the one of an object that nobody shared.
#[test]
fn an_object_that_was_shared_before_is_queued_all_the_same() {
    check(3, || {
        let shared = Shared::new(2);
        let other = shared.clone();
        let thread = thread::spawn(move || {
            other.object.increment_in(OTHER, &other.queues);
            other.drop_reference(OTHER);
            other.drop_reference(OTHER);
        });
        shared.drop_reference(OWNER);
        shared.drain(OWNER);
        thread.join().unwrap();
        shared.drain(OWNER);
        shared.assert_died_once();
    });
}

/// Two foreigners at once: the second makes the queued count negative.
#[test]
fn two_foreigners_may_drop_more_than_was_shared() {
    check(2, || {
        let shared = Shared::new(3);
        let threads = [OTHER, THIRD].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || shared.drop_reference(me))
        });
        shared.drop_reference(OWNER);
        shared.drain(OWNER);
        for thread in threads {
            thread.join().unwrap();
        }
        shared.drain(OWNER);
        shared.assert_died_once();
    });
}

/// The owner exits while a foreigner hands it an object: the owner's last drain or the foreigner merges.
#[test]
fn an_object_queued_while_its_owner_exits_is_merged_exactly_once() {
    check(3, || {
        let shared = Shared::new(1);
        let other = shared.clone();
        let thread = thread::spawn(move || other.drop_reference(OTHER));
        shared.close(OWNER);
        thread.join().unwrap();
        shared.assert_died_once();
    });
}

/// The same with a reference that stays behind, counted by the owner, and is dropped after its exit.
#[test]
fn what_an_exited_owner_counted_is_not_lost() {
    check(3, || {
        let shared = Shared::new(2);
        let threads = [OTHER, THIRD].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || shared.drop_reference(me))
        });
        shared.close(OWNER);
        for thread in threads {
            thread.join().unwrap();
        }
        shared.assert_died_once();
    });
}

/// The owner of zero references merges while a foreigner still counts up and down.
#[test]
fn a_foreigner_that_holds_a_reference_may_count_while_the_owner_merges() {
    check(3, || {
        let shared = Shared::new(1);
        shared.object.increment_in(OTHER, &shared.queues);
        let other = shared.clone();
        let thread = thread::spawn(move || {
            other.object.increment_in(OTHER, &other.queues);
            other.drop_reference(OTHER);
            other.drop_reference(OTHER);
        });
        shared.drop_reference(OWNER);
        shared.drain(OWNER);
        thread.join().unwrap();
        shared.drain(OWNER);
        shared.assert_died_once();
    });
}
