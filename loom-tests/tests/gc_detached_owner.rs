//! Models of contended objects whose owner is detached: they are merged on its behalf, while it cannot attach.
#![cfg(loom)]

use pyre_gc::header::NEVER_FLIP;
use pyre_gc::queue::MergeQueues;
use pyre_gc::{Header, Total};
use pyre_loom_tests::check;
use pyre_threads::sync::{Arc, AtomicUsize, Ordering, thread};

/// Threads that count and own nothing: two ids, so that they take turns.
const OTHERS: [u16; 2] = [101, 102];

struct Shared {
    object: Header,
    owner: u16,
    queues: MergeQueues,
    deaths: AtomicUsize,
}

impl Shared {
    /// The calling thread registers, attached, and owns an object with one reference.
    fn new() -> Arc<Shared> {
        let owner = pyre_threads::register("owner").expect("a model has few threads").get();
        pyre_threads::attach();
        let queues = MergeQueues::with_detached(
            |_| (),
            |owner, f| {
                pyre_threads::ThreadId::new(owner).is_some_and(|id| pyre_threads::while_detached(id, f))
            },
        );
        queues.open(owner);
        Arc::new(Shared { object: Header::detached(1, owner), owner, queues, deaths: AtomicUsize::new(0) })
    }

    fn drop_reference(&self, me: u16) {
        if self.object.decrement_in(me, &self.queues).is_dead() {
            self.deaths.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn drain(&self) {
        self.queues.drain(self.owner, |_| {
            self.deaths.fetch_add(1, Ordering::Relaxed);
        });
    }

    /// Two foreigners count in turn, which is contention, and give their references up.
    fn take_turns(&self) {
        for me in OTHERS {
            self.object.increment_in(me, &self.queues);
        }
        for me in OTHERS {
            self.drop_reference(me);
        }
    }

    /// The owner takes two references more, is detached for a moment, and gives them up.
    fn come_and_go(&self) {
        self.object.increment_in(self.owner, &self.queues);
        pyre_threads::detach();
        pyre_threads::attach();
        self.object.increment_in(self.owner, &self.queues);
        self.drop_reference(self.owner);
        self.drop_reference(self.owner);
    }

    fn leave(&self) {
        self.queues.close(self.owner, |_| panic!("it was drained"));
        // SAFETY: nobody uses the record any more.
        unsafe { pyre_threads::unregister() };
    }
}

/// The object flips, in the queue or on the owner's behalf; the owner goes on counting all the while. Turns are a hint: a changing
/// local count may hide one.
#[test]
fn a_contended_object_of_a_detached_owner_flips() {
    static FLIPPED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    check(2, || {
        let shared = Shared::new();
        let other = shared.clone();
        let thread = thread::spawn(move || other.take_turns());
        shared.come_and_go();
        thread.join().unwrap();
        let early = shared.object.is_traced();
        FLIPPED.fetch_or(early, std::sync::atomic::Ordering::Relaxed);
        shared.drain();
        assert!(matches!(shared.object.total(), Total::Traced | Total::Counted(1)));
        assert_eq!(shared.deaths.load(Ordering::Relaxed), 0);
        shared.leave();
    });
    assert!(FLIPPED.load(std::sync::atomic::Ordering::Relaxed), "never on the owner's behalf");
}

/// One that may not flip loses no reference and dies once.
#[test]
fn an_object_of_a_detached_owner_that_may_not_flip_dies_once() {
    check(2, || {
        let shared = Shared::new();
        shared.object.set_flag(NEVER_FLIP);
        let other = shared.clone();
        let thread = thread::spawn(move || other.take_turns());
        shared.come_and_go();
        thread.join().unwrap();
        shared.drain();
        assert_eq!(shared.object.total(), Total::Counted(1));
        shared.drop_reference(shared.owner);
        assert_eq!(shared.deaths.load(Ordering::Relaxed), 1);
        shared.leave();
    });
}

/// The owner's last reference goes while others have the object merged for it.
#[test]
fn the_owner_may_drop_its_last_reference_when_it_comes_back() {
    check(2, || {
        let shared = Shared::new();
        let other = shared.clone();
        other.object.increment_in(OTHERS[0], &other.queues);
        let thread = thread::spawn(move || {
            other.object.increment_in(OTHERS[1], &other.queues);
            OTHERS.iter().for_each(|&me| other.drop_reference(me));
        });
        pyre_threads::detach();
        pyre_threads::attach();
        shared.drop_reference(shared.owner);
        thread.join().unwrap();
        shared.drain();
        let flipped = shared.object.is_traced();
        assert_eq!(shared.deaths.load(Ordering::Relaxed), usize::from(!flipped));
        shared.leave();
    });
}
