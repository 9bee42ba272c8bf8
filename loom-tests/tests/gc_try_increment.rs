//! Models of reading a slot without its lock: load, try-increment, look at the slot again.
#![cfg(loom)]

use pyre_gc::Header;
use pyre_gc::header::NEVER_FLIP;
use pyre_gc::queue::MergeQueues;
use pyre_loom_tests::{Cell, check};
use pyre_threads::sync::{Arc, AtomicUsize, Ordering, thread};

const OWNER: u16 = 1;
const READER: u16 = 2;

/// One cell of a heap, and one slot of a shared container. The memory outlives everything, as the grace period promises.
struct Shared {
    cell: Header,
    /// Lives the cell has begun; written by whoever gives it its next life, before it is published.
    life: Cell,
    /// 0, or the number of the life of the cell that the slot refers to.
    slot: AtomicUsize,
    deaths: AtomicUsize,
    queues: MergeQueues,
}

impl Shared {
    /// The slot holds the only reference, counted by `OWNER`.
    fn new() -> Arc<Shared> {
        let shared = Shared {
            cell: Header::detached(1, OWNER),
            life: Cell::new(1),
            slot: AtomicUsize::new(1),
            deaths: AtomicUsize::new(0),
            queues: MergeQueues::new(|_| ()),
        };
        shared.cell.set_flag(NEVER_FLIP);
        shared.queues.open(OWNER);
        shared.queues.open(READER);
        Arc::new(shared)
    }

    fn free(&self) {
        self.cell.set_free_in_model();
        self.deaths.fetch_add(1, Ordering::Relaxed);
    }

    fn drop_reference(&self, me: u16) {
        if self.cell.decrement_in(me, &self.queues).is_dead() {
            self.free();
        }
    }

    /// The reader's protocol; says whether it got what the slot held.
    fn read(&self) -> bool {
        let word = self.slot.load(Ordering::Acquire);
        if word == 0 || !self.cell.try_increment_in(READER, || &self.queues) {
            return false;
        }
        let same = self.slot.load(Ordering::Acquire) == word;
        if same {
            // The reference is to the life that the slot named, and that life is published.
            assert_eq!(self.life.get(), word);
        }
        self.drop_reference(READER);
        same
    }

    /// Ends: everything is drained, and the cell died as often as it was born, unless the slot still holds it.
    fn finish(&self, births: usize) {
        for me in [OWNER, READER] {
            self.queues.drain(me, |_| self.free());
        }
        assert_eq!(self.deaths.load(Ordering::Relaxed), births);
    }
}

/// The owner takes the reference out of the slot and drops it while a reader looks.
#[test]
fn a_reader_gets_a_live_object_or_nothing() {
    check(3, || {
        let shared = Shared::new();
        let reader = shared.clone();
        let thread = thread::spawn(move || reader.read());
        shared.slot.store(0, Ordering::Release);
        shared.drop_reference(OWNER);
        let _ = thread.join().unwrap();
        shared.finish(1);
    });
}

/// The cell is reused, by the same thread, for an object that goes into the same slot, and later out of it.
#[test]
fn a_reader_never_takes_the_next_life_of_a_cell_for_the_last_one() {
    check(3, || {
        let shared = Shared::new();
        let reader = shared.clone();
        let thread = thread::spawn(move || reader.read());
        shared.slot.store(0, Ordering::Release);
        if shared.cell.decrement_in(OWNER, &shared.queues).is_dead() {
            shared.free();
            shared.life.add(1);
            shared.cell.init_with_flags(2, NEVER_FLIP, OWNER);
            shared.slot.store(2, Ordering::Release);
            let _ = thread.join().unwrap();
            shared.slot.store(0, Ordering::Release);
            shared.drop_reference(OWNER);
            shared.finish(2);
        } else {
            let _ = thread.join().unwrap();
            shared.finish(1);
        }
    });
}

/// The object lives on in another slot: the reader's count and the owner's never destroy it together.
#[test]
fn reading_an_object_that_stays_alive_leaves_its_count_as_it_was() {
    check(3, || {
        let shared = Shared::new();
        shared.cell.increment_in(OWNER, &shared.queues);
        let reader = shared.clone();
        let thread = thread::spawn(move || reader.read());
        shared.slot.store(0, Ordering::Release);
        shared.drop_reference(OWNER);
        let _ = thread.join().unwrap();
        shared.finish(0);
        shared.drop_reference(OWNER);
        shared.finish(1);
    });
}

/// Two readers, one of which may see the object after the other has raised its state.
#[test]
fn two_readers_and_a_death() {
    check(2, || {
        let shared = Shared::new();
        let threads = [0, 1].map(|_| {
            let reader = shared.clone();
            thread::spawn(move || reader.read())
        });
        shared.slot.store(0, Ordering::Release);
        shared.drop_reference(OWNER);
        for thread in threads {
            let _ = thread.join().unwrap();
        }
        shared.finish(1);
    });
}
