//! Many threads at once: shared slots read without a lock, collections, a walker.

use crate::toy::*;
use pyre_gc::header::Header;
use pyre_gc::{LocalHeap, Reason, collect, verify, walk::walk_concurrently};
use pyre_threads::Requests;
use pyre_threads::sync::Mutex;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const THREADS: usize = 4;
const SHARED: usize = 16;

/// A deterministic source of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// What an embedder does at a poll.
fn poll() {
    let requests = pyre_threads::poll();
    if requests.intersects(Requests::MERGE_QUEUE) {
        let _ = pyre_threads::current().unwrap().take(Requests::MERGE_QUEUE);
        pyre_gc::queue::global().drain(me(), destroy);
    }
    if requests.intersects(Requests::GC_REQUEST) {
        let _ = pyre_threads::current().unwrap().take(Requests::GC_REQUEST);
        collect(Reason::Growth);
    }
}

/// Reads a slot of a shared array as the design prescribes; the caller gets a reference.
fn read(shared: u64, at: usize, lock: &Mutex<()>, locked: &AtomicUsize) -> u64 {
    let slot = slot(shared, at);
    let word = slot.load_acquire();
    let Some(cell) = NonNull::new(word as *mut Header).filter(|_| word != NONE) else {
        return word;
    };
    // The slot may be stale: only the header may be looked at.
    if unsafe { cell.as_ref() }.try_increment(me()) {
        if slot.load_acquire() == word {
            return word;
        }
        decref(word);
    }
    locked.fetch_add(1, Ordering::Relaxed);
    let _guard = lock.lock();
    incref(slot.load_relaxed())
}

fn write(shared: u64, at: usize, word: u64, lock: &Mutex<()>) {
    let old = {
        let _guard = lock.lock();
        slot(shared, at).replace(word)
    };
    decref(old);
}

fn check(word: u64) {
    if word != NONE {
        assert!(header(word).shape() == ARRAY, "a reference leads to shape {}", header(word).shape());
        assert!(slots(cell(word)).len() <= 40);
    }
}

fn mutate(seed: u64, shared: u64, lock: &Mutex<()>, locked: &AtomicUsize, stop: &AtomicBool) {
    enter();
    let mut random = Random(seed);
    let held: &'static Mutex<Vec<u64>> = Box::leak(Box::default());
    TOY.held.lock().push(held);
    let mut steps = 0;
    while !stop.load(Ordering::Relaxed) {
        steps += 1;
        let mut own = held.lock();
        match random.below(8) {
            0 => own.push(array(random.below(40))),
            1..=3 => {
                let word = read(shared, random.below(SHARED), lock, locked);
                check(word);
                if word != NONE {
                    own.push(word);
                }
            }
            4 => {
                let word = array(1 + random.below(6));
                write(shared, random.below(SHARED), word, lock);
            }
            5 if !own.is_empty() => {
                // A cycle through a fresh cell, which only collections free.
                let fresh = array(2);
                set(fresh, 0, incref(own[random.below(own.len())]));
                set(fresh, 1, incref(fresh));
                decref(fresh);
            }
            6 if !own.is_empty() => {
                let at = random.below(own.len());
                write(shared, random.below(SHARED), own.swap_remove(at), lock);
            }
            _ => {
                while own.len() > 20 {
                    let at = random.below(own.len());
                    let word = own.swap_remove(at);
                    check(word);
                    decref(word);
                }
            }
        }
        drop(own);
        poll();
        if steps % 20_000 == 0 {
            collect(Reason::Explicit);
        }
    }
    let own = std::mem::take(&mut *held.lock());
    own.into_iter().for_each(decref);
    leave();
}

#[test]
fn threads_that_share_slots_neither_lose_nor_keep_objects() {
    let _session = Session::begin();
    let seed: u64 =
        std::env::var("PYRE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(0x9E37_79B9_7F4A_7C15);
    println!("PYRE_SEED={seed}");
    let shared = array(SHARED);
    header(shared).set_flag(pyre_gc::header::NEVER_FLIP);
    TOY.roots.lock().push(shared);
    let (lock, locked, stop) = (Mutex::new(()), AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (lock, locked, stop) = (&lock, &locked, &stop);
        let threads: Vec<_> = (0..THREADS as u64)
            .map(|at| scope.spawn(move || mutate(seed.wrapping_mul(2 * at + 1), shared, lock, locked, stop)))
            .collect();
        let start = std::time::Instant::now();
        while start.elapsed() < std::time::Duration::from_secs(3) && threads.iter().all(|t| !t.is_finished())
        {
            let walk = walk_concurrently(&[shared], &TOY, &mut poll);
            assert_eq!(walk.dangling, 0, "{walk:?}");
            let found = verify();
            assert_eq!(found, Vec::<String>::new());
            poll();
        }
        stop.store(true, Ordering::Relaxed);
        pyre_threads::without_attachment(|| {
            for thread in threads {
                thread.join().unwrap();
            }
        });
    });
    TOY.roots.lock().clear();
    pyre_gc::queue::global().drain(me(), destroy);
    (0..SHARED).for_each(|at| set(shared, at, NONE));
    decref(shared);
    pyre_gc::queue::global().drain(me(), destroy);
    for _ in 0..2 {
        collect(Reason::Explicit).unwrap();
    }
    let mut left = Vec::new();
    pyre_gc::for_each_cell(|cell| left.push((cell, unsafe { cell.as_ref() }.total())));
    left.retain(|(_, total)| *total != pyre_gc::Total::Traced);
    assert!(left.is_empty(), "{} cells are left, {:?}", left.len(), &left[..left.len().min(5)]);
    let _ = LocalHeap::current();
}
