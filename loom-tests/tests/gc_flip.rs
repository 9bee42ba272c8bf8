//! Models of contended objects: merging at the request of foreigners, and the flip to tracing-managed.
//!
//! Under loom one failed compare-and-swap counts as contention.
#![cfg(loom)]

use pyre_gc::header::{NEVER_FLIP, OWNER_TRACED};
use pyre_gc::queue::MergeQueues;
use pyre_gc::{Header, Total};
use pyre_loom_tests::check;
use pyre_threads::sync::{Arc, Ordering, thread};

const OWNER: u16 = 1;
const OTHER: u16 = 2;
const THIRD: u16 = 3;

struct Shared {
    object: Header,
    queues: MergeQueues,
}

impl Shared {
    fn new() -> Arc<Shared> {
        let shared = Shared { object: Header::detached(1, OWNER), queues: MergeQueues::new(|_| ()) };
        shared.queues.open(OWNER);
        Arc::new(shared)
    }

    /// An object that is merged already, with `count` references.
    fn merged(count: usize) -> Arc<Shared> {
        let shared = Shared::new();
        for _ in 0..count {
            shared.object.increment_in(OTHER, &shared.queues);
        }
        assert!(!shared.object.decrement_in(OWNER, &shared.queues).is_dead());
        assert_eq!(shared.object.total(), Total::Counted(count as i64));
        shared
    }

    fn count_up_and_down(&self, me: u16) {
        self.object.increment_in(me, &self.queues);
        assert!(!self.object.decrement_in(me, &self.queues).is_dead());
    }

    /// Either tracing-managed, with an owner field that says so, or counted exactly.
    fn assert_references(&self, count: i64) {
        match self.object.total() {
            Total::Traced => assert_eq!(self.object.owner.load(Ordering::Relaxed), OWNER_TRACED),
            Total::Counted(total) => assert_eq!(total, count),
        }
    }
}

/// Three threads count a merged object; contention flips it or not, but no reference is lost and nobody finds it dead.
#[test]
fn a_flip_neither_frees_nor_loses_the_object() {
    check(2, || {
        let shared = Shared::merged(3);
        let threads = [OTHER, THIRD].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || shared.count_up_and_down(me))
        });
        shared.count_up_and_down(OWNER);
        for thread in threads {
            thread.join().unwrap();
        }
        shared.assert_references(3);
    });
}

/// References are given up for good while others collide: the last one destroys, unless the object has flipped.
#[test]
fn the_last_reference_to_an_object_that_did_not_flip_destroys_it() {
    check(2, || {
        let shared = Shared::merged(3);
        let threads = [OTHER, THIRD].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || shared.object.decrement_in(me, &shared.queues).is_dead())
        });
        let mut deaths = usize::from(shared.object.decrement_in(OWNER, &shared.queues).is_dead());
        for thread in threads {
            deaths += usize::from(thread.join().unwrap());
        }
        let flipped = shared.object.is_traced();
        assert_eq!(deaths, usize::from(!flipped));
    });
}

/// Objects that must die promptly are counted under contention, too.
#[test]
fn an_object_that_never_flips_is_counted_exactly() {
    check(2, || {
        let shared = Shared::merged(2);
        shared.object.set_flag(NEVER_FLIP);
        let threads = [OTHER, THIRD].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || shared.count_up_and_down(me))
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(shared.object.total(), Total::Counted(2));
    });
}

/// Foreigners that collide on a biased object hand it to its owner, who merges it; the queue's reference is given back.
#[test]
fn contention_on_a_biased_object_asks_its_owner_to_merge() {
    check(2, || {
        let shared = Shared::new();
        let threads = [OTHER, THIRD].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || shared.object.increment_in(me, &shared.queues))
        });
        shared.queues.drain(OWNER, |_| panic!("the object is alive"));
        for thread in threads {
            thread.join().unwrap();
        }
        shared.queues.drain(OWNER, |_| panic!("the object is alive"));
        shared.assert_references(3);
    });
}

/// The owner flips its object while a foreigner counts.
#[test]
fn the_owner_may_flip_while_others_count() {
    check(3, || {
        let shared = Shared::new();
        let other = shared.clone();
        let thread = thread::spawn(move || {
            other.object.increment_in(OTHER, &other.queues);
            assert!(!other.object.decrement_in(OTHER, &other.queues).is_dead());
        });
        assert!(shared.object.flip(OWNER));
        thread.join().unwrap();
        shared.queues.drain(OWNER, |_| panic!("tracing-managed objects do not die of counts"));
        assert_eq!(shared.object.total(), Total::Traced);
        assert!(!shared.object.decrement_in(OWNER, &shared.queues).is_dead());
        assert!(shared.object.try_increment_in(THIRD, || &shared.queues));
    });
}

/// The owner flips its object while a foreigner drops a reference that the owner had counted.
#[test]
fn a_queued_object_may_flip() {
    check(3, || {
        let shared = Shared::new();
        shared.object.increment_in(OWNER, &shared.queues);
        let other = shared.clone();
        let thread =
            thread::spawn(move || assert!(!other.object.decrement_in(OTHER, &other.queues).is_dead()));
        assert!(shared.object.flip(OWNER));
        thread.join().unwrap();
        shared.queues.drain(OWNER, |_| panic!("tracing-managed objects do not die of counts"));
        assert_eq!(shared.object.total(), Total::Traced);
    });
}
