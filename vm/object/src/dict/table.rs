//! The table of a dict: an index of one, two or four bytes per slot, and the entries in the order of insertion.
//!
//! The idea is Raymond Hettinger's compact dict (2012). Rules that make lock-free reading possible:
//!
//! - An index slot changes once, from `EMPTY` to the number of an entry, after that entry was written.
//! - Deleting an entry changes its key to `TOMBSTONE` and its value to `UNBOUND`; the index keeps pointing to it.
//! - Entries are handed out in ascending order. Only `popitem` hands the last ones back: when such an entry is used
//!   again, two index slots may point to it. That harms nobody, because a probe compares the entry's hash and key.
//! - `usable` counts insertions down, never up. At 0 the table is rebuilt into a new one; so the index always keeps
//!   empty slots, and an unchanged `usable` means that nothing was inserted.

use crate::alloc;
use crate::builtin::Builtin;
use crate::hash_table::{Same, compare_keys};
use crate::layout::{Body, HEADER_SIZE, Layout, Slot, within_cell};
use crate::obj::Obj;
use crate::storage;
use crate::value::Value;
use pyre_gc::Header;
use pyre_threads::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering, fence};
use std::ptr::NonNull;

/// The head of the table; the index follows, then the entries.
#[repr(C)]
pub struct DictTable {
    /// Index slots minus one.
    mask: u32,
    /// Entries there is room for.
    capacity: u32,
    /// Differs between all tables that one dict ever had.
    generation: u32,
    /// Entries handed out; all below are live or deleted.
    used: AtomicU32,
    /// Insertions that are still possible.
    usable: AtomicU32,
    /// Entries that are not deleted.
    live: AtomicU32,
    /// See [`super::layout_id`].
    pub(super) layout_id: AtomicU32,
    /// All entries below this are deleted.
    first: AtomicU32,
}

/// One key with its value.
#[repr(C)]
pub(super) struct Entry {
    hash: AtomicU64,
    pub(super) key: Slot,
    pub(super) value: Slot,
}

impl Entry {
    #[inline(always)]
    pub(super) fn hash(&self) -> i64 {
        self.hash.load(Ordering::Relaxed) as i64
    }
}

const ENTRY: usize = size_of::<Entry>();
const HEAD: usize = size_of::<DictTable>();
/// The smallest index.
pub(super) const MIN_INDEX: usize = 8;
/// The largest index: entry numbers are 32 bits wide.
const MAX_INDEX: usize = 1 << 32;

/// A table has this many entries per index size, so that a third of the index stays empty.
const fn capacity_of(index: usize) -> usize {
    (index << 1) / 3
}

/// Bytes of the index.
#[inline(always)]
const fn index_bytes(mask: u32) -> usize {
    let slots = mask as usize + 1;
    match mask {
        0..=0xff => slots,
        0x100..=0xffff => slots * 2,
        _ => slots * 4,
    }
}

unsafe fn body_size(cell: NonNull<Header>) -> usize {
    // SAFETY: the shape of the cell says that its body is a dict table.
    let t = unsafe { crate::layout::body::<DictTable>(cell) };
    HEAD + index_bytes(t.mask) + ENTRY * t.capacity as usize
}

// SAFETY: keys and values of all entries that were handed out are visited; those beyond were never written or hold
// no references.
unsafe impl Body for DictTable {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::variable::<DictTable>("dict_table", body_size);
        &LAYOUT
    }
    fn slots(&self, visit: &mut dyn FnMut(&Slot)) {
        // Read once: what `within_cell` says holds for this mask only, and another life of the cell may have another.
        // SAFETY: a field of `self`.
        let mask = unsafe { (&raw const self.mask).read_volatile() };
        let offset = HEAD + index_bytes(mask);
        let used = within_cell(self, offset, self.used.load(Ordering::Acquire) as usize, ENTRY);
        let entries = std::ptr::from_ref(self).cast::<u8>().wrapping_add(offset).cast::<Entry>();
        for i in 0..used {
            // SAFETY: in the cell, and an entry that was handed out is initialised.
            let e = unsafe { &*entries.add(i) };
            visit(&e.key);
            visit(&e.value);
        }
    }
}

/// An index slot's type.
trait Width {
    const EMPTY: u32;
    fn get(&self) -> u32;
    fn set(&self, entry: u32);
}

macro_rules! width {
    ($atomic:ty, $int:ty) => {
        impl Width for $atomic {
            const EMPTY: u32 = <$int>::MAX as u32;
            #[inline(always)]
            fn get(&self) -> u32 {
                self.load(Ordering::Acquire) as u32
            }
            #[inline(always)]
            fn set(&self, entry: u32) {
                self.store(entry as $int, Ordering::Release);
            }
        }
    };
}
width!(AtomicU8, u8);
width!(AtomicU16, u16);
width!(AtomicU32, u32);

/// Where a probe stands.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    at: u64,
    perturb: u64,
}

/// How a probe ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The key is in this entry.
    At(u32),
    /// The key is not in the table.
    Missing,
    /// Only `==` can tell whether it is this entry, whose key was put in `held`; the cursor stands behind it.
    Ask(u32),
    /// Another thread interfered: start again from the dict.
    Retry,
}

/// The table behind a dict's home slot. Worth something until the next quiescent point, or while the lock is held.
#[derive(Clone, Copy)]
pub(super) struct Table {
    head: NonNull<DictTable>,
}

impl Table {
    /// The table that a word of a dict's home refers to; `None` if it is `UNBOUND`.
    ///
    /// # Safety
    /// The word was read from a home of dict tables, after the last quiescent point or under the dict's lock.
    #[inline(always)]
    pub(super) unsafe fn of_word(v: Value) -> Option<Table> {
        if !v.is_ptr() {
            return None;
        }
        // SAFETY: a pointer word is the address of a cell, whose body follows the header.
        Some(Table { head: unsafe { NonNull::new_unchecked((v.0 as *mut u8).add(HEADER_SIZE).cast()) } })
    }

    #[inline(always)]
    pub(super) fn head<'a>(self) -> &'a DictTable {
        // SAFETY: the storage is there, by the contract of the constructors.
        unsafe { &*self.head.as_ptr() }
    }

    #[inline(always)]
    pub(super) fn generation(self) -> u32 {
        self.head().generation
    }

    /// Entries handed out.
    #[inline(always)]
    pub(super) fn used(self) -> u32 {
        self.head().used.load(Ordering::Acquire)
    }

    /// Insertions still possible.
    #[inline(always)]
    pub(super) fn usable(self) -> u32 {
        self.head().usable.load(Ordering::Acquire)
    }

    /// Entries not deleted.
    #[inline(always)]
    pub(super) fn live(self) -> u32 {
        self.head().live.load(Ordering::Acquire)
    }

    /// All entries below this are deleted.
    #[inline(always)]
    pub(super) fn first(self) -> u32 {
        self.head().first.load(Ordering::Relaxed)
    }

    /// An entry that was handed out; `i` is below the capacity.
    #[inline(always)]
    pub(super) fn entry<'a>(self, i: u32) -> &'a Entry {
        debug_assert!(i < self.head().capacity);
        let at = HEAD + index_bytes(self.head().mask) + ENTRY * i as usize;
        // SAFETY: in bounds, and an entry that was handed out is initialised.
        unsafe { &*self.head.as_ptr().cast::<u8>().add(at).cast::<Entry>() }
    }

    /// Where the value of an entry lies: words behind the head.
    pub(super) fn value_position(self, i: u32) -> u32 {
        let at = index_bytes(self.head().mask) + ENTRY * i as usize + std::mem::offset_of!(Entry, value);
        u32::try_from(at / 8).unwrap_or(u32::MAX)
    }

    /// The value at a position that [`Table::value_position`] gave for this table.
    #[inline(always)]
    pub(super) fn slot_at<'a>(self, position: u32) -> &'a Slot {
        // SAFETY: in bounds, and the value of an entry that was handed out.
        unsafe { &*self.head.as_ptr().cast::<u8>().add(HEAD).cast::<Slot>().add(position as usize) }
    }

    #[inline(always)]
    fn index<'a, W: Width>(self, at: u64) -> &'a W {
        // SAFETY: `at` is masked by the caller, and the index is of this width and follows the head.
        unsafe { &*self.head.as_ptr().add(1).cast::<W>().add(at as usize) }
    }

    /// Where the probe for a hash begins.
    #[inline(always)]
    pub(super) fn cursor(self, hash: i64) -> Cursor {
        Cursor { at: hash as u64 & u64::from(self.head().mask), perturb: hash as u64 }
    }

    /// Probes for a key by identity: at once, without looking at any key's object. [`Step::Ask`] says that an entry has
    /// the same hash, so that [`Table::find`] has to do it. Needs no lock.
    #[inline(always)]
    pub(super) fn find_identical(self, hash: i64, key: Value) -> Step {
        match self.head().mask {
            0..=0xff => self.find_identical_in::<AtomicU8>(hash, key),
            0x100..=0xffff => self.find_identical_in::<AtomicU16>(hash, key),
            _ => self.find_identical_in::<AtomicU32>(hash, key),
        }
    }

    #[inline(always)]
    fn find_identical_in<W: Width>(self, hash: i64, key: Value) -> Step {
        let mask = u64::from(self.head().mask);
        let mut c = self.cursor(hash);
        loop {
            let i = self.index::<W>(c.at).get();
            if i == W::EMPTY {
                return Step::Missing;
            }
            let e = self.entry(i);
            let stored = e.key.peek();
            if stored == key {
                return Step::At(i);
            }
            if e.hash() == hash && stored != Value::TOMBSTONE {
                return Step::Ask(i);
            }
            c.perturb >>= 5;
            c.at = (c.at.wrapping_mul(5).wrapping_add(c.perturb).wrapping_add(1)) & mask;
        }
    }

    /// Continues a probe. `SHARED` says that others may change the dict meanwhile; then `home` and `word` are where the
    /// table was read from. A key that had to be compared is left in `held`, so that it stays what it is.
    #[inline]
    pub(super) fn find<const SHARED: bool>(
        self,
        from: (&Slot, Value),
        cursor: &mut Cursor,
        hash: i64,
        key: &Obj,
        held: &mut Obj,
    ) -> Step {
        match self.head().mask {
            0..=0xff => self.find_in::<AtomicU8, SHARED>(from, cursor, hash, key, held),
            0x100..=0xffff => self.find_in::<AtomicU16, SHARED>(from, cursor, hash, key, held),
            _ => self.find_in::<AtomicU32, SHARED>(from, cursor, hash, key, held),
        }
    }

    #[inline(always)]
    fn find_in<W: Width, const SHARED: bool>(
        self,
        from: (&Slot, Value),
        cursor: &mut Cursor,
        hash: i64,
        key: &Obj,
        held: &mut Obj,
    ) -> Step {
        let mask = u64::from(self.head().mask);
        loop {
            let i = self.index::<W>(cursor.at).get();
            if i == W::EMPTY {
                return Step::Missing;
            }
            cursor.perturb >>= 5;
            cursor.at = (cursor.at.wrapping_mul(5).wrapping_add(cursor.perturb).wrapping_add(1)) & mask;
            let e = self.entry(i);
            if e.key.peek() == key.raw() {
                return Step::At(i);
            }
            if e.hash() == hash {
                match Self::compare::<SHARED>(from, e, key, held) {
                    None => return Step::Retry,
                    Some(Same::Yes) => return Step::At(i),
                    Some(Same::No) => {}
                    Some(Same::Ask) => return Step::Ask(i),
                }
            }
        }
    }

    /// Compares the key of an entry with the same hash; `None` if it changed meanwhile.
    #[inline(never)]
    fn compare<const SHARED: bool>(
        (home, word): (&Slot, Value),
        e: &Entry,
        key: &Obj,
        held: &mut Obj,
    ) -> Option<Same> {
        let v = e.key.peek();
        if v == Value::TOMBSTONE {
            return Some(Same::No);
        }
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
        // SAFETY: under the lock, or with one thread only, the entry keeps its key alive.
        let stored = unsafe { Obj::borrow_raw(&v) };
        let same = compare_keys(stored, key);
        if same == Same::Ask {
            *held = stored.clone();
        }
        Some(same)
    }

    /// The value of an entry in which `key_word` was found; `None` if it changed meanwhile.
    #[inline(always)]
    pub(super) fn value(self, (home, word): (&Slot, Value), i: u32, key_word: Value) -> Option<Obj> {
        let e = self.entry(i);
        let v = storage::read(home, word, &e.value)?;
        if pyre_gc::is_multi_threaded()
            && (v.is_unbound() || v.raw() == Value::MOVING || e.key.peek() != key_word)
        {
            return None;
        }
        Some(v)
    }

    /// Adds an entry for a key that is not in the table. Under the lock; `usable` is not 0.
    pub(super) fn insert(self, hash: i64, key: Obj, value: Obj) {
        let head = self.head();
        let i = head.used.load(Ordering::Relaxed);
        debug_assert!(i < head.capacity && head.usable.load(Ordering::Relaxed) > 0);
        head.layout_id.store(0, Ordering::Release);
        let e = self.entry(i);
        e.hash.store(hash as u64, Ordering::Relaxed);
        put(&e.key, key);
        put(&e.value, value);
        self.link(hash, i);
        head.used.store(i + 1, Ordering::Release);
        head.live.store(head.live.load(Ordering::Relaxed) + 1, Ordering::Release);
        head.usable.store(head.usable.load(Ordering::Relaxed) - 1, Ordering::Release);
    }

    #[inline]
    fn link(self, hash: i64, i: u32) {
        match self.head().mask {
            0..=0xff => self.link_in::<AtomicU8>(hash, i),
            0x100..=0xffff => self.link_in::<AtomicU16>(hash, i),
            _ => self.link_in::<AtomicU32>(hash, i),
        }
    }

    #[inline(always)]
    fn link_in<W: Width>(self, hash: i64, i: u32) {
        let mask = u64::from(self.head().mask);
        let mut c = self.cursor(hash);
        while self.index::<W>(c.at).get() != W::EMPTY {
            c.perturb >>= 5;
            c.at = (c.at.wrapping_mul(5).wrapping_add(c.perturb).wrapping_add(1)) & mask;
        }
        self.index::<W>(c.at).set(i);
    }

    /// Deletes a live entry and returns its key and value. Under the lock.
    pub(super) fn delete(self, i: u32) -> (Obj, Obj) {
        let head = self.head();
        head.layout_id.store(0, Ordering::Release);
        let e = self.entry(i);
        // SAFETY: the marker is an immediate.
        let key = e.key.replace_locked(unsafe { Obj::from_raw(Value::TOMBSTONE) });
        // By a swap, because the dict may be open.
        let value = e.value.replace(Obj::UNBOUND);
        head.live.store(head.live.load(Ordering::Relaxed) - 1, Ordering::Release);
        let mut first = head.first.load(Ordering::Relaxed);
        if first == i {
            let used = head.used.load(Ordering::Relaxed);
            while first < used && !self.is_live(first) {
                first += 1;
            }
            head.first.store(first, Ordering::Relaxed);
        }
        (key, value)
    }

    /// Whether an entry that was handed out is not deleted.
    #[inline(always)]
    pub(super) fn is_live(self, i: u32) -> bool {
        self.entry(i).key.peek() != Value::TOMBSTONE
    }

    /// The entries that are not deleted.
    pub(super) fn live_entries<'a>(self) -> impl Iterator<Item = &'a Entry> {
        (self.first()..self.used()).filter(move |i| self.is_live(*i)).map(move |i| self.entry(i))
    }

    /// Deletes the last live entry, and with `hand_back` lets it be used again. Under the lock.
    pub(super) fn pop_last(self, hand_back: bool) -> Option<(Obj, Obj)> {
        let head = self.head();
        let mut i = head.used.load(Ordering::Relaxed);
        loop {
            i = i.checked_sub(1)?;
            if self.is_live(i) {
                break;
            }
        }
        let taken = self.delete(i);
        if !hand_back {
            return Some(taken);
        }
        head.used.store(i, Ordering::Release);
        if head.first.load(Ordering::Relaxed) > i {
            head.first.store(i, Ordering::Relaxed);
        }
        Some(taken)
    }

    /// A table with room for `room` more entries that begins with the live entries of this one, in order. With `MOVE`
    /// their references move on and this table must be retired; otherwise they are counted. Under the lock of a dict that
    /// is `open` or not.
    pub(super) fn rebuilt<const MOVE: bool>(self, room: usize, generation: u32, open: bool) -> Obj {
        let live = self.live() as usize;
        build(index_for(live + room), generation, |to| {
            let mut n = 0;
            for from in self.live_entries() {
                let key = from.key.peek();
                let value = if open { super::open::close(&from.value) } else { from.value.peek() };
                if !MOVE {
                    crate::obj::retain(key);
                    crate::obj::retain(value);
                }
                let hash = from.hash();
                let e = to.entry(n);
                e.hash.store(hash as u64, Ordering::Relaxed);
                // SAFETY: the table is not published yet; the references move here or were counted just now.
                unsafe {
                    e.key.init_raw(key);
                    e.value.init_raw(value);
                }
                to.link(hash, n);
                n += 1;
            }
            if open && !MOVE {
                // All values are closed, so what was copied is of one moment.
                for (from, i) in self.live_entries().zip(0..) {
                    super::open::open(&from.value, to.entry(i).value.peek());
                }
            }
            n
        })
    }
}

/// Stores into a word of an entry that holds no reference, or was never written.
#[inline(always)]
fn put(slot: &Slot, v: Obj) {
    if pyre_gc::is_multi_threaded() {
        // Readers may know the entry from before `popitem` took its last key. Who sees this word sees what was stored
        // before: that the layout id is gone and, with the value, the key.
        fence(Ordering::Release);
    }
    // SAFETY: the reference is given away; what was there owns nothing.
    unsafe { slot.init_raw(v.into_raw()) };
}

/// The size of the smallest index with room for `entries`.
pub(super) fn index_for(entries: usize) -> usize {
    assert!(entries < capacity_of(MAX_INDEX), "dict too large");
    let mut index = (entries + entries / 2).next_power_of_two().max(MIN_INDEX);
    while capacity_of(index) < entries {
        index *= 2;
    }
    index
}

/// A table with this index size; `fill` writes and links its first entries and says how many.
fn build(index: usize, generation: u32, fill: impl FnOnce(Table) -> u32) -> Obj {
    let mask = (index - 1) as u32;
    let capacity = capacity_of(index) as u32;
    let cell = alloc::cell(HEADER_SIZE + HEAD + index_bytes(mask) + ENTRY * capacity as usize);
    // SAFETY: the cell is fresh and large enough for head, index and entries.
    let t = unsafe {
        let head = cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<DictTable>();
        head.write(DictTable {
            mask,
            capacity,
            generation,
            used: AtomicU32::new(0),
            usable: AtomicU32::new(capacity),
            live: AtomicU32::new(0),
            layout_id: AtomicU32::new(0),
            first: AtomicU32::new(0),
        });
        // All ones is `EMPTY` in every width.
        std::ptr::write_bytes(head.add(1).cast::<u8>(), 0xff, index_bytes(mask));
        Table { head: NonNull::new_unchecked(head) }
    };
    let n = fill(t);
    t.head().used.store(n, Ordering::Relaxed);
    t.head().live.store(n, Ordering::Relaxed);
    t.head().usable.store(capacity - n, Ordering::Relaxed);
    alloc::publish(cell, Builtin::DictTable.shape())
}

/// An empty table with room for `entries`.
pub(super) fn empty(entries: usize, generation: u32) -> Obj {
    build(index_for(entries), generation, |_| 0)
}
