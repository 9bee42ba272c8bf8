//! Models of a word whose meaning the shape says: an object's attributes move from slots to a dict while others read them.
#![cfg(loom)]

use pyre_gc::typed_word::{self, Found};
use pyre_gc::{Header, Slot};
use pyre_loom_tests::{Cell, check};
use pyre_threads::sync::{Arc, Mutex, thread};

const EMPTY: u64 = 4;
const SLOTS: u32 = 1;
const DICT: u32 = 2;
/// The words for the storage and for the dict.
const STORAGE: u64 = 16;
const TABLE: u64 = 32;

/// An instance with one attribute, which has a value all the time.
struct Instance {
    header: Header,
    word: Slot,
    lock: Mutex<()>,
    /// What the attribute is in the storage and in the dict; 0 where it never was.
    storage: Cell,
    table: Cell,
}

impl Instance {
    fn new() -> Arc<Instance> {
        Arc::new(Instance {
            header: Header::detached(SLOTS, 1),
            word: Slot::new(STORAGE),
            lock: Mutex::new(()),
            storage: Cell::new(7),
            table: Cell::new(0),
        })
    }

    fn move_to_dict(&self) {
        let _guard = self.lock.lock();
        if self.header.shape_acquire() == SLOTS {
            self.table.add(self.storage.get());
            assert_eq!(typed_word::change(&self.header, &self.word, DICT, TABLE, EMPTY), STORAGE);
        }
    }

    /// The word under a shape; what seems to be nothing is looked at again under the lock.
    fn word(&self, shape: u32) -> Found {
        match typed_word::load(&self.header, &self.word, shape, EMPTY) {
            Found::Empty => {
                let _guard = self.lock.lock();
                typed_word::load(&self.header, &self.word, shape, EMPTY)
            }
            found => found,
        }
    }

    /// The attribute, which cannot be missing.
    fn read(&self) -> usize {
        loop {
            let shape = self.header.shape_acquire();
            match self.word(shape) {
                Found::OtherShape => continue,
                Found::Empty => panic!("the attribute is missing"),
                Found::Word(word) => {
                    // Never the storage under the dict's shape, or the other way about.
                    assert_eq!(word, if shape == SLOTS { STORAGE } else { TABLE });
                    return if shape == SLOTS { self.storage.get() } else { self.table.get() };
                }
            }
        }
    }
}

/// A reader finds the attribute whenever it looks, and never takes one kind of word for the other.
///
/// The mover is the thread that loom runs first: a store that follows a load of the same word by the same thread makes loom
/// try no other place for earlier loads of other threads.
#[test]
fn an_attribute_is_found_before_during_and_after_the_move() {
    check(3, || {
        let instance = Instance::new();
        let other = instance.clone();
        let reader = thread::spawn(move || assert_eq!(other.read(), 7));
        instance.move_to_dict();
        reader.join().unwrap();
        assert_eq!(instance.header.shape(), DICT);
        assert_eq!(instance.read(), 7);
    });
}

/// Two threads want to move it while a third one reads.
#[test]
fn only_one_of_two_movers_moves() {
    check(2, || {
        let instance = Instance::new();
        let (mover, reader) = (instance.clone(), instance.clone());
        let mover = thread::spawn(move || mover.move_to_dict());
        let reader = thread::spawn(move || assert_eq!(reader.read(), 7));
        instance.move_to_dict();
        mover.join().unwrap();
        reader.join().unwrap();
        assert_eq!(instance.table.get(), 7);
    });
}
