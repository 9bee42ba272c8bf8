//! The table of a set: open addressing over pairs of hash and key.
//!
//! Slots are visited as in other Pythons (a run of neighbours, then a jump that mixes in more of the hash), and the table
//! grows at the same points, so that sets of ints come out in the order that people know. A slot changes from `UNBOUND`
//! to a key to `TOMBSTONE` and is never used again: a lock-free probe may rely on what it read. Rebuilding makes a new
//! table.

use crate::alloc;
use crate::builtin::Builtin;
use crate::hash_table::{Same, compare_keys};
use crate::layout::{Body, HEADER_SIZE, Layout, Slot, within_cell};
use crate::obj::Obj;
use crate::storage;
use crate::value::Value;
use pyre_gc::Header;
use pyre_threads::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::ptr::NonNull;

/// The head of the table; the slots follow.
#[repr(C)]
pub struct SetTable {
    /// Slots minus one.
    mask: u32,
    /// Differs between all tables that one set ever had.
    generation: u32,
    /// Slots that are not `UNBOUND`.
    fill: AtomicU32,
    /// Keys.
    live: AtomicU32,
}

/// One slot.
#[repr(C)]
pub(super) struct Entry {
    hash: AtomicU64,
    pub(super) key: Slot,
}

impl Entry {
    #[inline(always)]
    pub(super) fn hash(&self) -> i64 {
        self.hash.load(Ordering::Relaxed) as i64
    }

    #[inline(always)]
    pub(super) fn is_live(&self) -> bool {
        let v = self.key.peek();
        v != Value::UNBOUND && v != Value::TOMBSTONE
    }
}

const ENTRY: usize = size_of::<Entry>();
const HEAD: usize = size_of::<SetTable>();
const MIN_SLOTS: usize = 8;
/// Neighbours that are visited after a slot before the probe jumps.
const RUN: u64 = 9;
/// Sets up to this size grow by four, larger ones by two.
const FAST_GROWTH: usize = 50_000;

unsafe fn body_size(cell: NonNull<Header>) -> usize {
    // SAFETY: the shape of the cell says that its body is a set table.
    HEAD + ENTRY * (unsafe { crate::layout::body::<SetTable>(cell) }.mask as usize + 1)
}

// SAFETY: the keys of all slots are visited; they are initialised before the cell is published.
unsafe impl Body for SetTable {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::variable::<SetTable>("set_table", body_size);
        &LAYOUT
    }
    fn slots(&self, visit: &mut dyn FnMut(&Slot)) {
        let t = Table { head: NonNull::from(self) };
        let slots = within_cell(self, HEAD, self.mask as usize + 1, ENTRY);
        (0..slots as u32).for_each(|i| visit(&t.entry(i).key));
    }
}

/// Where a probe stands.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    /// Start of the run.
    base: u64,
    perturb: u64,
    /// Slots of the run that were visited.
    step: u64,
}

impl Cursor {
    #[inline(always)]
    fn new(hash: i64, mask: u64) -> Cursor {
        Cursor { base: hash as u64 & mask, perturb: hash as u64, step: 0 }
    }

    #[inline(always)]
    fn slot(&self) -> u32 {
        (self.base + self.step) as u32
    }

    #[inline(always)]
    fn advance(&mut self, mask: u64) {
        let run = if self.base + RUN <= mask { RUN } else { 0 };
        if self.step < run {
            self.step += 1;
        } else {
            self.perturb >>= 5;
            self.base = self.base.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb) & mask;
            self.step = 0;
        }
    }
}

/// How a probe ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The key is in this slot.
    At(u32),
    /// The key is not in the table; it belongs into this slot.
    Missing(u32),
    /// Only `==` can tell whether it is this one, whose key was put in `held`; the cursor stands behind it.
    Ask(u32),
    /// Another thread interfered: start again from the set.
    Retry,
}

/// The table behind a set's home slot. Worth something until the next quiescent point, or while the lock is held.
#[derive(Clone, Copy)]
pub(super) struct Table {
    head: NonNull<SetTable>,
}

impl Table {
    /// The table that a word of a set's home refers to; `None` if it is `UNBOUND`.
    ///
    /// # Safety
    /// The word was read from a home of set tables, after the last quiescent point or under the set's lock.
    #[inline(always)]
    pub(super) unsafe fn of_word(v: Value) -> Option<Table> {
        if !v.is_ptr() {
            return None;
        }
        // SAFETY: a pointer word is the address of a cell, whose body follows the header.
        Some(Table { head: unsafe { NonNull::new_unchecked((v.0 as *mut u8).add(HEADER_SIZE).cast()) } })
    }

    #[inline(always)]
    fn head<'a>(self) -> &'a SetTable {
        // SAFETY: the storage is there, by the contract of the constructors.
        unsafe { &*self.head.as_ptr() }
    }

    #[inline(always)]
    pub(super) fn generation(self) -> u32 {
        self.head().generation
    }

    #[inline(always)]
    pub(super) fn mask(self) -> u32 {
        self.head().mask
    }

    /// Slots that hold a key or held one.
    #[inline(always)]
    pub(super) fn fill(self) -> u32 {
        self.head().fill.load(Ordering::Acquire)
    }

    /// Keys.
    #[inline(always)]
    pub(super) fn live(self) -> u32 {
        self.head().live.load(Ordering::Acquire)
    }

    /// A slot; `i` is not above the mask.
    #[inline(always)]
    pub(super) fn entry<'a>(self, i: u32) -> &'a Entry {
        debug_assert!(i <= self.mask());
        // SAFETY: in bounds; the slots follow the head.
        unsafe { &*self.head.as_ptr().add(1).cast::<Entry>().add(i as usize) }
    }

    /// Where the probe for a hash begins.
    #[inline(always)]
    pub(super) fn cursor(self, hash: i64) -> Cursor {
        Cursor::new(hash, u64::from(self.mask()))
    }

    /// Continues a probe; see the dict's table about the parameters.
    #[inline]
    pub(super) fn find<const SHARED: bool>(
        self,
        from: (&Slot, Value),
        cursor: &mut Cursor,
        hash: i64,
        key: &Obj,
        held: &mut Obj,
    ) -> Step {
        let mask = u64::from(self.mask());
        loop {
            let i = cursor.slot();
            let e = self.entry(i);
            let v = e.key.peek();
            if v == Value::UNBOUND {
                return Step::Missing(i);
            }
            cursor.advance(mask);
            if v == key.raw() {
                return Step::At(i);
            }
            if e.hash() == hash && v != Value::TOMBSTONE {
                match Self::compare::<SHARED>(from, e, key, held) {
                    None => return Step::Retry,
                    Some(Same::Yes) => return Step::At(i),
                    Some(Same::No) => {}
                    Some(Same::Ask) => return Step::Ask(i),
                }
            }
        }
    }

    #[inline(never)]
    fn compare<const SHARED: bool>(
        (home, word): (&Slot, Value),
        e: &Entry,
        key: &Obj,
        held: &mut Obj,
    ) -> Option<Same> {
        if SHARED {
            let stored = storage::read(home, word, &e.key)?;
            if stored.raw() == Value::TOMBSTONE {
                return Some(Same::No);
            }
            let same = compare_keys(&stored, key);
            if same != Same::No {
                *held = stored;
            }
            return Some(same);
        }
        let v = e.key.peek();
        // SAFETY: under the lock, or with one thread only, the slot keeps its key alive.
        let stored = unsafe { Obj::borrow_raw(&v) };
        let same = compare_keys(stored, key);
        if same == Same::Ask {
            *held = stored.clone();
        }
        Some(same)
    }

    /// Stores a key that is not in the table in the empty slot that ended its probe. Under the lock. Returns the number
    /// of slots that the table should be rebuilt with now, if it got too full.
    #[inline]
    pub(super) fn insert(self, at: u32, hash: i64, key: Obj) -> Option<usize> {
        let head = self.head();
        let e = self.entry(at);
        debug_assert!(e.key.peek().is_unbound());
        e.hash.store(hash as u64, Ordering::Relaxed);
        drop(e.key.replace_locked(key));
        let fill = head.fill.load(Ordering::Relaxed) + 1;
        let live = head.live.load(Ordering::Relaxed) + 1;
        head.fill.store(fill, Ordering::Release);
        head.live.store(live, Ordering::Release);
        if u64::from(fill) * 5 < u64::from(head.mask) * 3 {
            return None;
        }
        let live = live as usize;
        Some(slots_above(if live > FAST_GROWTH { live * 2 } else { live * 4 }))
    }

    /// Removes the key of a live slot. Under the lock.
    pub(super) fn delete(self, i: u32) -> Obj {
        let head = self.head();
        head.live.store(head.live.load(Ordering::Relaxed) - 1, Ordering::Release);
        // SAFETY: the marker is an immediate.
        self.entry(i).key.replace_locked(unsafe { Obj::from_raw(Value::TOMBSTONE) })
    }

    /// A table of this many slots with the keys of this one. With `MOVE` their references move on and this table must be
    /// retired; otherwise they are counted. Under the lock.
    pub(super) fn rebuilt<const MOVE: bool>(self, slots: usize, generation: u32) -> Obj {
        build(slots, generation, |to| {
            let exact = self.mask() == to.mask() && self.fill() == self.live();
            let mut n = 0;
            for i in 0..=self.mask() {
                let from = self.entry(i);
                if !from.is_live() {
                    continue;
                }
                let key = from.key.peek();
                if !MOVE {
                    crate::obj::retain(key);
                }
                let hash = from.hash();
                let at = if exact { i } else { to.free_slot(hash) };
                let e = to.entry(at);
                e.hash.store(hash as u64, Ordering::Relaxed);
                // SAFETY: the table is not published yet; the reference moves here or was counted just now.
                unsafe { e.key.init_raw(key) };
                n += 1;
            }
            n
        })
    }

    fn free_slot(self, hash: i64) -> u32 {
        let mask = u64::from(self.mask());
        let mut c = self.cursor(hash);
        while !self.entry(c.slot()).key.peek().is_unbound() {
            c.advance(mask);
        }
        c.slot()
    }
}

/// The smallest number of slots that is larger than `n`.
pub(super) fn slots_above(n: usize) -> usize {
    (n + 1).next_power_of_two().max(MIN_SLOTS)
}

/// An empty table of this many slots.
pub(super) fn empty(slots: usize, generation: u32) -> Obj {
    build(slots, generation, |_| 0)
}

fn build(slots: usize, generation: u32, fill: impl FnOnce(Table) -> u32) -> Obj {
    assert!(slots <= 1 << 32, "set too large");
    let cell = alloc::cell(HEADER_SIZE + HEAD + ENTRY * slots);
    // SAFETY: the cell is fresh and large enough for the head and the slots.
    let t = unsafe {
        let head = cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<SetTable>();
        let mask = (slots - 1) as u32;
        head.write(SetTable { mask, generation, fill: AtomicU32::new(0), live: AtomicU32::new(0) });
        let first = head.add(1).cast::<Entry>();
        for i in 0..slots {
            first.add(i).write(Entry { hash: AtomicU64::new(0), key: Slot::empty() });
        }
        Table { head: NonNull::new_unchecked(head) }
    };
    let n = fill(t);
    t.head().fill.store(n, Ordering::Relaxed);
    t.head().live.store(n, Ordering::Relaxed);
    alloc::publish(cell, Builtin::SetTable.shape())
}
