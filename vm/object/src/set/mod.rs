//! `set` and `frozenset`: one slot that refers to a [table](table::SetTable), or to nothing while the set is empty.
//!
//! The protocols are those of `dict`: reading takes no lock; changes take it and call no Python code under it. A
//! `frozenset` has the same body and is not changed once it was published. Design: `docs/design/containers.md`.

mod algebra;
pub mod iterator;
mod lookup;
mod table;
#[cfg(test)]
mod tests;

pub use algebra::{
    difference, difference_update, eq, intersection, intersection_update, is_disjoint, is_subset,
    symmetric_difference, symmetric_difference_update, union, update,
};
pub use table::SetTable;

use crate::alloc;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::hash_table::hash_key_as;
use crate::heap_body;
use crate::lock;
use crate::obj::Obj;
use crate::shape::Shape;
use crate::storage;
use crate::vm::Vm;
use lookup::Place;
use pyre_threads::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use table::Table;

heap_body! {
    /// The body of a set or frozenset.
    pub struct SetBody "set" {
        slots {
            /// a set table or `UNBOUND`
            table,
        }
        data {
            /// tables that the set has had; written under the lock
            generation: AtomicU32,
            /// where `pop` goes on looking; written under the lock
            finger: AtomicU32,
            /// the hash of a frozenset; -1 while it is not computed
            hash: AtomicI64,
        }
    }
}

impl SetBody {
    /// An empty set.
    #[inline]
    pub fn empty() -> SetBody {
        SetBody::with_table(Obj::UNBOUND)
    }

    fn with_table(table: Obj) -> SetBody {
        SetBody {
            table: crate::Slot::new(table),
            generation: AtomicU32::new(0),
            finger: AtomicU32::new(0),
            hash: AtomicI64::new(-1),
        }
    }

    /// The current table. Worth something until the next quiescent point, or under the lock.
    #[inline(always)]
    fn table(&self) -> Option<Table> {
        // SAFETY: `table` is a home of set tables.
        unsafe { Table::of_word(self.table.peek()) }
    }

    /// Under the lock.
    fn next_generation(&self) -> u32 {
        let g = self.generation.load(Ordering::Relaxed).wrapping_add(1);
        self.generation.store(g, Ordering::Relaxed);
        g
    }

    /// Adds a key that is not there. Under the lock; the result is for [`storage::retire`] after unlocking.
    #[must_use]
    #[inline]
    fn insert(&self, place: Place, hash: i64, key: Obj) -> Obj {
        match (place, self.table()) {
            (Place::Free(i), Some(t)) => match t.insert(i, hash, key) {
                None => Obj::UNBOUND,
                Some(slots) => self.resize(t, slots),
            },
            _ => {
                let fresh = table::empty(table::slots_above(0), self.next_generation());
                let old = self.table.replace_locked(fresh);
                if let Some(t) = self.table() {
                    // The first key of an empty table never makes it too full.
                    let _ = t.insert((hash as u64 & u64::from(t.mask())) as u32, hash, key);
                }
                old
            }
        }
    }

    /// Under the lock; the result is for [`storage::retire`] after unlocking.
    #[must_use]
    #[inline(never)]
    fn resize(&self, t: Table, slots: usize) -> Obj {
        let word = self.table.peek();
        if word.is_ptr() {
            // SAFETY: the home keeps its table alive; under the lock it stays there.
            pyre_gc::barrier::about_to_reshape(unsafe { word.header() });
        }
        let fresh = t.rebuilt::<true>(slots, self.next_generation());
        self.table.replace_locked(fresh)
    }
}

/// The hash of a key.
#[inline(always)]
fn hash_of(vm: &Vm, key: &Obj) -> PyResult<i64> {
    hash_key_as(vm, key, "a set element")
}

/// The layout of the tables, for the shape that they have.
pub fn table_layout() -> &'static crate::Layout {
    <SetTable as crate::Body>::layout()
}

/// An empty set.
#[inline]
pub fn new_set() -> Obj {
    alloc::new(Builtin::Set, SetBody::empty())
}

/// An empty exact set or frozenset. A frozenset may be filled with [`add`] until somebody else can see it.
#[inline]
pub fn new_empty(frozen: bool) -> Obj {
    alloc::new(kind(frozen), SetBody::empty())
}

/// An empty instance of the subclass that `shape` belongs to.
pub fn new_shaped(shape: &'static Shape) -> Obj {
    alloc::new_shaped(shape, SetBody::empty())
}

fn kind(frozen: bool) -> Builtin {
    if frozen { Builtin::FrozenSet } else { Builtin::Set }
}

/// A set of these keys.
///
/// # Errors
/// A key is unhashable, or a comparison raises.
pub fn set_of(vm: &Vm, keys: impl IntoIterator<Item = Obj>) -> PyResult {
    let s = new_set();
    keys.into_iter().try_for_each(|k| add(vm, &s, &k).map(drop))?;
    Ok(s)
}

/// A frozenset of these keys.
///
/// # Errors
/// A key is unhashable, or a comparison raises.
pub fn frozenset_of(vm: &Vm, keys: impl IntoIterator<Item = Obj>) -> PyResult {
    let s = new_empty(true);
    keys.into_iter().try_for_each(|k| add(vm, &s, &k).map(drop))?;
    Ok(s)
}

/// A frozenset of constants (strings, bytes, numbers, singletons and tuples of them), as the compiler makes them.
///
/// # Panics
/// The thread does not run Python.
pub fn frozen_from_constants(keys: impl IntoIterator<Item = Obj>) -> Obj {
    let vm = Vm::current();
    let s = new_empty(true);
    // Constants are hashable, and comparing them raises nothing.
    keys.into_iter().for_each(|k| drop(add(vm, &s, &k)));
    s
}

/// Whether the object is a set or frozenset (or an instance of a subclass).
#[inline(always)]
pub fn is_any_set(o: &Obj) -> bool {
    o.is_exactly(Builtin::Set) || o.downcast::<SetBody>().is_some()
}

/// The body of a set or frozenset (or of an instance of a subclass).
///
/// # Panics
/// The object is none.
#[inline(always)]
#[track_caller]
pub fn body(s: &Obj) -> &SetBody {
    if s.is_exactly(Builtin::Set) {
        // SAFETY: exact sets have this body.
        return unsafe { s.body_unchecked() };
    }
    s.body()
}

/// `len(s)`
#[inline(always)]
#[track_caller]
pub fn len(s: &Obj) -> usize {
    body(s).table().map_or(0, |t| t.live() as usize)
}

/// Whether the key is in the set.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
#[inline]
pub fn contains(vm: &Vm, s: &Obj, key: &Obj) -> PyResult<bool> {
    let hash = hash_of(vm, key)?;
    lookup::contains_hashed(vm, body(s), hash, key)
}

/// Whether a key with a known hash is in the set.
///
/// # Errors
/// A comparison raises.
#[inline]
pub fn contains_hashed(vm: &Vm, s: &Obj, hash: i64, key: &Obj) -> PyResult<bool> {
    lookup::contains_hashed(vm, body(s), hash, key)
}

/// Adds a key. Returns whether it is new.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
#[inline]
pub fn add(vm: &Vm, s: &Obj, key: &Obj) -> PyResult<bool> {
    let hash = hash_of(vm, key)?;
    add_hashed(vm, s, hash, key)
}

/// Adds a key with a known hash. Returns whether it is new.
///
/// # Errors
/// A comparison raises.
#[inline]
pub fn add_hashed(vm: &Vm, s: &Obj, hash: i64, key: &Obj) -> PyResult<bool> {
    let b = body(s);
    let (new, old) = lookup::edit(vm, s, b, hash, key, |place| match place {
        Place::Found(_) => (false, Obj::UNBOUND),
        _ => (true, b.insert(place, hash, key.clone())),
    })?;
    storage::retire(old);
    Ok(new)
}

/// Removes a key. Returns whether it was there.
///
/// # Errors
/// The key is unhashable, or a comparison raises.
pub fn discard(vm: &Vm, s: &Obj, key: &Obj) -> PyResult<bool> {
    let hash = hash_of(vm, key)?;
    discard_hashed(vm, s, hash, key)
}

/// Removes a key with a known hash. Returns whether it was there.
///
/// # Errors
/// A comparison raises.
pub fn discard_hashed(vm: &Vm, s: &Obj, hash: i64, key: &Obj) -> PyResult<bool> {
    let b = body(s);
    let taken = lookup::edit(vm, s, b, hash, key, |place| match (place, b.table()) {
        (Place::Found(i), Some(t)) => Some(t.delete(i)),
        _ => None,
    })?;
    Ok(taken.is_some())
}

/// Removes some key and returns it; `None` if the set is empty.
#[track_caller]
pub fn pop(s: &Obj) -> Option<Obj> {
    let b = body(s);
    lock::with_lock(s, || {
        let t = b.table().filter(|t| t.live() > 0)?;
        let mut i = b.finger.load(Ordering::Relaxed) & t.mask();
        while !t.entry(i).is_live() {
            i = (i + 1) & t.mask();
        }
        b.finger.store(i.wrapping_add(1), Ordering::Relaxed);
        Some(t.delete(i))
    })
}

/// Removes everything.
#[track_caller]
pub fn clear(s: &Obj) {
    let b = body(s);
    let old = lock::with_lock(s, || b.table.replace_locked(Obj::UNBOUND));
    storage::retire_with_contents(old);
}

/// The key in the slot at or after `pos`, with its hash; moves `pos` behind it. Begin with 0. Iterators compare [`len`]
/// with what it was at their start and raise `RuntimeError` ("Set changed size during iteration").
#[track_caller]
pub fn next_entry(s: &Obj, pos: &mut usize) -> Option<(i64, Obj)> {
    let home = &body(s).table;
    'again: loop {
        let word = home.peek();
        // SAFETY: read just now from a home of set tables.
        let t = unsafe { Table::of_word(word) }?;
        let mut i = *pos;
        while i <= t.mask() as usize {
            let e = t.entry(i as u32);
            i += 1;
            if !e.is_live() {
                continue;
            }
            let Some(key) = storage::read(home, word, &e.key) else { continue 'again };
            if key.raw() == crate::Value::TOMBSTONE {
                continue;
            }
            *pos = i;
            return Some((e.hash(), key));
        }
        *pos = i;
        return None;
    }
}

/// As [`next_entry`], the key only.
#[track_caller]
pub fn next_key(s: &Obj, pos: &mut usize) -> Option<Obj> {
    next_entry(s, pos).map(|e| e.1)
}

/// All keys with their hashes at one moment.
#[track_caller]
pub fn entries_snapshot(s: &Obj) -> Vec<(i64, Obj)> {
    let b = body(s);
    let mut all = Vec::with_capacity(len(s));
    lock::with_lock(s, || {
        if let Some(t) = b.table() {
            let live = (0..=t.mask()).map(|i| t.entry(i)).filter(|e| e.is_live());
            all.extend(live.map(|e| (e.hash(), storage::read_locked(&e.key))));
        }
    });
    all
}

/// All keys at one moment.
#[track_caller]
pub fn snapshot(s: &Obj) -> Vec<Obj> {
    entries_snapshot(s).into_iter().map(|e| e.1).collect()
}

/// A table with the same keys, or `UNBOUND`. As large as it must be for them, like one that was filled from empty.
fn cloned_table(s: &Obj, generation: u32) -> Obj {
    let b = body(s);
    lock::with_lock(s, || match b.table() {
        Some(t) if t.live() > 0 => {
            let live = t.live() as usize;
            let small = table::slots_above(0);
            let slots = if live * 5 >= (small - 1) * 3 { table::slots_above(live * 2) } else { small };
            t.rebuilt::<false>(slots, generation)
        }
        _ => Obj::UNBOUND,
    })
}

/// An exact set or frozenset with the same keys.
#[track_caller]
pub fn copy(s: &Obj, frozen: bool) -> Obj {
    alloc::new(kind(frozen), SetBody::with_table(cloned_table(s, 0)))
}

/// An instance of the subclass that `shape` belongs to with the same keys.
#[track_caller]
pub fn copy_shaped(s: &Obj, shape: &'static Shape) -> Obj {
    alloc::new_shaped(shape, SetBody::with_table(cloned_table(s, 0)))
}

/// Gives an empty set a copy of the other's table. False if it is not empty.
fn adopt_copy(s: &Obj, other: &Obj) -> bool {
    let b = body(s);
    let generation = lock::with_lock(s, || b.next_generation());
    let fresh = cloned_table(other, generation);
    let result = lock::with_lock(s, || {
        if b.table().is_some() {
            return Err(fresh);
        }
        Ok(b.table.replace_locked(fresh))
    });
    result.is_ok()
}

/// Replaces the keys of a set by those of `other`, another set.
#[track_caller]
pub fn assign(s: &Obj, other: &Obj) {
    let b = body(s);
    let generation = lock::with_lock(s, || b.next_generation());
    let fresh = cloned_table(other, generation);
    let old = lock::with_lock(s, || b.table.replace_locked(fresh));
    storage::retire_with_contents(old);
}

/// `hash(s)` of a frozenset: independent of the order of the keys. It is remembered.
pub fn frozenset_hash(s: &Obj) -> i64 {
    let b = body(s);
    let known = b.hash.load(Ordering::Relaxed);
    if known != -1 {
        return known;
    }
    let mut mixed = 0u64;
    let mut pos = 0;
    while let Some((h, _)) = next_entry(s, &mut pos) {
        let h = h as u64;
        mixed ^= ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    }
    mixed ^= (len(s) as u64).wrapping_add(1).wrapping_mul(1_927_868_237);
    mixed ^= (mixed >> 11) ^ (mixed >> 25);
    let hash = match mixed.wrapping_mul(69_069).wrapping_add(907_133_923) as i64 {
        -1 => 590_923_713,
        h => h,
    };
    b.hash.store(hash, Ordering::Relaxed);
    hash
}
