//! Models of values that are overwritten without a lock, while those who hold the lock move, copy and delete them.
#![cfg(loom)]

use pyre_gc::Slot;
use pyre_loom_tests::check;
use pyre_threads::sync::{Arc, AtomicUsize, Mutex, Ordering, thread};

const UNBOUND: u64 = 4;
const MOVING: u64 = 60;
/// The words of values; value `i` is the word `16 * i`.
const fn value(i: usize) -> u64 {
    16 * i as u64
}

/// A dict with two keys whose values lie in one of two tables.
struct Dict {
    home: AtomicUsize,
    tables: [[Slot; 2]; 2],
    lock: Mutex<()>,
    /// How often the reference to each value was given up.
    released: [AtomicUsize; 8],
}

impl Dict {
    /// Both keys have values: 1 and 2.
    fn new() -> Arc<Dict> {
        Arc::new(Dict {
            home: AtomicUsize::new(0),
            tables: [[value(1), value(2)], [UNBOUND, UNBOUND]].map(|t| t.map(Slot::new)),
            lock: Mutex::new(()),
            released: std::array::from_fn(|_| AtomicUsize::new(0)),
        })
    }

    fn table(&self) -> &[Slot; 2] {
        &self.tables[self.home.load(Ordering::Acquire)]
    }

    fn release(&self, word: u64) {
        assert!(word != MOVING);
        if word != UNBOUND {
            self.released[word as usize / 16].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns whether it took no lock.
    fn store(&self, key: usize, word: u64) -> bool {
        if let Some(old) = self.table()[key].overwrite(word, [UNBOUND, MOVING]) {
            self.release(old);
            return true;
        }
        self.store_locked(key, word);
        false
    }

    fn store_locked(&self, key: usize, word: u64) {
        let guard = self.lock.lock();
        let old = self.table()[key].swap(word);
        drop(guard);
        self.release(old);
    }

    /// [`Dict::store`] by a thread that knows what is there. It does not load the word before, so that loom tries its store between
    /// any two steps of others.
    fn store_over(&self, key: usize, old: u64, word: u64) {
        match self.table()[key].compare_exchange(old, word) {
            Ok(old) => self.release(old),
            Err(_) => self.store_locked(key, word),
        }
    }

    fn move_to_other_table(&self) {
        let _guard = self.lock.lock();
        for (from, to) in self.tables[0].iter().zip(&self.tables[1]) {
            to.init(from.swap(MOVING));
        }
        self.home.store(1, Ordering::Release);
    }

    fn copy(&self) -> [u64; 2] {
        let _guard = self.lock.lock();
        let table = self.table();
        let words = [table[0].swap(MOVING), table[1].swap(MOVING)];
        for (slot, word) in table.iter().zip(words) {
            assert_eq!(slot.replace(word), MOVING);
        }
        words
    }

    fn delete(&self, key: usize) {
        let guard = self.lock.lock();
        let old = self.table()[key].swap(UNBOUND);
        drop(guard);
        self.release(old);
    }

    /// What a reader without a lock gets.
    fn read(&self, key: usize) -> u64 {
        loop {
            match self.table()[key].load_acquire() {
                MOVING => thread::yield_now(),
                word => return word,
            }
        }
    }

    /// Each of the values was given up once, but for those that are still there.
    fn finish(&self, values: usize) {
        let present = self.table().each_ref().map(Slot::load_acquire);
        for i in 1..=values {
            let expected = usize::from(!present.contains(&value(i)));
            assert_eq!(self.released[i].load(Ordering::Relaxed), expected, "value {i}");
        }
    }
}

/// A store is neither lost in the table that is left, nor is what it replaced released twice.
#[test]
fn a_store_meets_a_move() {
    check(3, || {
        let dict = Dict::new();
        let other = dict.clone();
        let writer = thread::spawn(move || {
            other.store(0, value(3));
            assert_eq!(other.read(0), value(3));
        });
        dict.move_to_other_table();
        writer.join().unwrap();
        assert_eq!(dict.read(0), value(3));
        dict.finish(3);
    });
}

/// Two stores to one key and a move.
#[test]
fn two_stores_meet_a_move() {
    check(2, || {
        let dict = Dict::new();
        let writers = [3, 4].map(|i| {
            let dict = dict.clone();
            thread::spawn(move || dict.store(0, value(i)))
        });
        dict.move_to_other_table();
        for writer in writers {
            writer.join().unwrap();
        }
        assert!([value(3), value(4)].contains(&dict.read(0)));
        dict.finish(4);
    });
}

/// The values of a copy were there at one moment: who stores under one key and then under another is never seen to have
/// done only the second.
#[test]
fn a_copy_is_of_one_moment() {
    check(3, || {
        let dict = Dict::new();
        let other = dict.clone();
        let writer = thread::spawn(move || {
            other.store_over(0, value(1), value(3));
            other.store_over(1, value(2), value(4));
        });
        let copy = dict.copy();
        assert!(copy != [value(1), value(4)], "the second store without the first");
        writer.join().unwrap();
        assert_eq!([dict.read(0), dict.read(1)], [value(3), value(4)]);
        dict.finish(4);
    });
}

/// A store to a key that is being deleted: one of them is the last.
#[test]
fn a_store_meets_a_deletion() {
    check(3, || {
        let dict = Dict::new();
        let other = dict.clone();
        let writer = thread::spawn(move || other.store(0, value(3)));
        dict.delete(0);
        let without_lock = writer.join().unwrap();
        assert_eq!(dict.read(0), if without_lock { UNBOUND } else { value(3) });
        dict.finish(3);
    });
}
