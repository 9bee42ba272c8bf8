//! A toy embedder: arrays of words, finalizers and weak references.

use pyre_gc::header::{FINALIZED, HAS_FINALIZER, HAS_WEAKREFS, Header};
use pyre_gc::model::{IsDead, ObjectModel, Visit, pointer};
use pyre_gc::{LocalHeap, Slot};
use pyre_threads::sync::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A cell whose body is a length and so many slots.
pub const ARRAY: u32 = 1;
/// The word of an empty slot.
pub const NONE: u64 = 12;

pub struct Toy {
    pub roots: Mutex<Vec<u64>>,
    /// References that threads hold in memory that nobody scans. Not locked at polls.
    pub held: Mutex<Vec<&'static Mutex<Vec<u64>>>>,
    /// Weak references: target by id; 0 once cleared.
    pub weak: LazyLock<Mutex<HashMap<usize, u64>>>,
    pub cleared: Mutex<Vec<usize>>,
    pub finalized: Mutex<Vec<u64>>,
    /// What a finalizer does with its object.
    pub finalizer: Mutex<fn(u64)>,
    pub destroyed: AtomicUsize,
}

pub static TOY: Toy = Toy {
    roots: Mutex::new(Vec::new()),
    held: Mutex::new(Vec::new()),
    weak: LazyLock::new(Default::default),
    cleared: Mutex::new(Vec::new()),
    finalized: Mutex::new(Vec::new()),
    finalizer: Mutex::new(|_| ()),
    destroyed: AtomicUsize::new(0),
};

static EXCLUSIVE: Mutex<()> = Mutex::new(());

/// One test at a time, on a thread that is attached and has a heap, with an empty world.
pub struct Session {
    _lock: MutexGuard<'static, ()>,
}

impl Session {
    pub fn begin() -> Session {
        let lock = EXCLUSIVE.lock();
        pyre_gc::install(&TOY);
        TOY.weak.lock().clear();
        TOY.held.lock().clear();
        TOY.cleared.lock().clear();
        TOY.finalized.lock().clear();
        *TOY.finalizer.lock() = |_| ();
        enter();
        Session { _lock: lock }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        leave();
    }
}

pub fn enter() {
    pyre_gc::set_multi_threaded();
    pyre_threads::attach();
    LocalHeap::enter();
}

pub fn leave() {
    LocalHeap::exit(destroy);
    unsafe { pyre_threads::unregister() };
}

pub fn me() -> u16 {
    pyre_threads::tls::current_id()
}

pub fn cell(word: u64) -> NonNull<Header> {
    pointer(word).unwrap()
}

pub fn header(word: u64) -> &'static Header {
    unsafe { &*cell(word).as_ptr() }
}

fn body(cell: NonNull<Header>) -> *const Slot {
    unsafe { cell.as_ptr().add(1).cast::<Slot>() }
}

/// The slots of an array or list; readable at any moment, whatever the cell has become.
pub fn slots(cell: NonNull<Header>) -> &'static [Slot] {
    unsafe {
        match cell.as_ref().shape_acquire() {
            ARRAY => {
                // While the cell is being reused, the length may be anything.
                let most = pyre_gc::cell_bytes(cell) / 8 - 3;
                let length = ((*body(cell)).load_acquire() as usize).min(most);
                std::slice::from_raw_parts(body(cell).add(1), length)
            }
            _ => &[],
        }
    }
}

pub fn slot(word: u64, at: usize) -> &'static Slot {
    &slots(cell(word))[at]
}

/// An array with one reference, the caller's.
pub fn array(length: usize) -> u64 {
    let cell = LocalHeap::current().alloc(24 + 8 * length);
    unsafe {
        (*body(cell)).init(length as u64);
        for at in 0..length {
            (*body(cell).add(1 + at)).init(NONE);
        }
        cell.as_ref().init(ARRAY, me());
    }
    cell.as_ptr() as u64
}

pub fn incref(word: u64) -> u64 {
    if pointer(word).is_some() {
        header(word).increment(me());
    }
    word
}

pub fn decref(word: u64) {
    if pointer(word).is_some() && header(word).decrement(me()).is_dead() {
        destroy(cell(word));
    }
}

/// Stores a word with its reference; drops what was there.
pub fn set(array: u64, at: usize, word: u64) {
    decref(slot(array, at).replace(word));
}

pub fn add_weakref(word: u64, id: usize) {
    header(word).set_flag(HAS_WEAKREFS);
    header(word).mark_shared();
    TOY.weak.lock().insert(id, word);
}

pub fn weak_get(id: usize) -> Option<u64> {
    let weak = TOY.weak.lock();
    let word = *weak.get(&id)?;
    (word != 0 && header(word).try_increment(me())).then_some(word)
}

fn clear_weak(word: u64) {
    for (id, target) in TOY.weak.lock().iter_mut() {
        if *target == word {
            *target = 0;
            TOY.cleared.lock().push(*id);
        }
    }
}

fn finalize(word: u64) {
    header(word).set_flag(FINALIZED);
    TOY.finalized.lock().push(word);
    let finalizer = *TOY.finalizer.lock();
    finalizer(word);
}

/// Destroys a dead object and whatever dies with it, without recursion.
pub fn destroy(first: NonNull<Header>) {
    let mut work = vec![first];
    while let Some(cell) = work.pop() {
        let word = cell.as_ptr() as u64;
        let head = header(word);
        if head.has_flag(HAS_FINALIZER) && !head.has_flag(FINALIZED) {
            head.revive(me());
            finalize(word);
            if !head.decrement(me()).is_dead() {
                continue;
            }
        }
        if head.has_flag(HAS_WEAKREFS) {
            clear_weak(word);
        }
        for slot in slots(cell) {
            let child = slot.take(NONE);
            if pointer(child).is_some() && header(child).decrement(me()).is_dead() {
                work.push(pointer(child).unwrap());
            }
        }
        TOY.destroyed.fetch_add(1, Ordering::Relaxed);
        unsafe { LocalHeap::current().free(cell) };
    }
}

unsafe impl ObjectModel for Toy {
    fn trace(&self, cell: NonNull<Header>, visit: Visit<'_>) {
        for slot in slots(cell) {
            visit(slot.load_acquire());
        }
    }

    fn roots(&self, visit: Visit<'_>) {
        self.roots.lock().iter().for_each(|&word| visit(word));
        for held in self.held.lock().iter() {
            held.lock().iter().for_each(|&word| visit(word));
        }
    }

    fn clear_weakrefs(&self, referents: &[NonNull<Header>], is_dead: IsDead<'_>) {
        for &cell in referents {
            assert!(is_dead(cell));
            clear_weak(cell.as_ptr() as u64);
        }
    }

    fn run_finalizers(&self, cells: &[NonNull<Header>]) {
        cells.iter().for_each(|cell| finalize(cell.as_ptr() as u64));
    }

    fn destroy_body(&self, _cell: NonNull<Header>) {
        self.destroyed.fetch_add(1, Ordering::Relaxed);
    }

    fn destroy(&self, cell: NonNull<Header>) {
        destroy(cell);
    }
}
