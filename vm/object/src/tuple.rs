//! `tuple`: an immutable array of references behind a length word, inline in the cell.
//!
//! The hash is the one that CPython documents: the accumulation rounds of xxHash (Collet, "xxHash fast digest
//! algorithm", XXH64) over the hashes of the items.

use crate::alloc;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::hash_table::hash_key;
use crate::layout::{Body, HEADER_SIZE, Layout, Slot, within_cell};
use crate::obj::Obj;
use crate::shape::Shape;
use crate::value::Value;
use crate::vm::Vm;
use pyre_gc::Header;
use pyre_threads::sync::atomic::{AtomicU64, Ordering};
use std::ptr::NonNull;

/// The body: the number of items, then the items.
#[repr(C)]
pub struct TupleBody {
    len: usize,
    items: [Slot; 0],
}

unsafe fn body_size(cell: NonNull<Header>) -> usize {
    // SAFETY: the shape of the cell says that its body is a tuple's.
    8 + 8 * unsafe { crate::layout::body::<TupleBody>(cell) }.len
}

// SAFETY: all items are visited; they are written before the cell is published and never change.
unsafe impl Body for TupleBody {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::variable::<TupleBody>("tuple", body_size);
        &LAYOUT
    }
    fn slots(&self, visit: &mut dyn FnMut(&Slot)) {
        let base = std::ptr::from_ref(self).cast::<Slot>();
        // From the end, the order in which a dying tuple releases its items.
        for i in (1..=within_cell(self, 8, self.len, 8)).rev() {
            // SAFETY: `len` slots follow the length word in the same cell.
            visit(unsafe { &*base.add(i) });
        }
    }
}

/// Where the number of items stands in the cell, in words.
pub const LENGTH_WORD: u32 = (HEADER_SIZE / 8) as u32;
/// Where the first item stands in the cell, in words.
pub const FIRST_ITEM_WORD: u32 = LENGTH_WORD + 1;

/// The longest tuple.
pub const MAX_LEN: usize = (isize::MAX as usize) / 16;

/// Bytes of a cell for `n` items, attributes of a subclass not included.
#[inline(always)]
fn cell_size(n: usize) -> usize {
    assert!(n <= MAX_LEN, "tuple too large");
    HEADER_SIZE + 8 + 8 * n
}

/// Writes the body of a fresh cell.
///
/// # Safety
/// The cell is fresh and has room; the references of `items` are given away.
#[inline(always)]
unsafe fn write_body(cell: NonNull<Header>, items: &[Value]) {
    // SAFETY: promised by the caller; a slot is one word.
    unsafe {
        let body = cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<TupleBody>();
        (&raw mut (*body).len).write(items.len());
        let first = body.cast::<Value>().add(1);
        std::ptr::copy_nonoverlapping(items.as_ptr(), first, items.len());
    }
}

/// A tuple that takes over the references behind these words.
///
/// # Safety
/// The words are values, and the caller gives one count of each away.
#[inline]
pub unsafe fn from_words(items: &[Value]) -> Obj {
    if items.is_empty() {
        return empty_tuple();
    }
    let cell = alloc::cell(cell_size(items.len()));
    // SAFETY: the cell is fresh; the rest is promised by the caller.
    unsafe { write_body(cell, items) };
    alloc::publish(cell, Builtin::Tuple.shape())
}

/// The words of handles that are given away.
#[inline(always)]
fn words_of(items: &[Obj]) -> &[Value] {
    // SAFETY: `Obj` and `Value` are both transparent over one word.
    unsafe { &*(std::ptr::from_ref(items) as *const [Value]) }
}

/// A tuple of these items.
pub fn new_tuple(items: impl IntoIterator<Item = Obj>) -> Obj {
    let items: smallvec::SmallVec<[Obj; 16]> = items.into_iter().collect();
    let items = std::mem::ManuallyDrop::new(items);
    // SAFETY: the handles are given away; what a spilled vector allocated is given back below.
    let t = unsafe { from_words(words_of(&items)) };
    let mut items = std::mem::ManuallyDrop::into_inner(items);
    // SAFETY: the items belong to the tuple now.
    unsafe { items.set_len(0) };
    t
}

/// A tuple of these items.
pub fn from_vec(mut items: Vec<Obj>) -> Obj {
    // SAFETY: the handles are given away, and the vector forgets them.
    unsafe {
        let t = from_words(words_of(&items));
        items.set_len(0);
        t
    }
}

/// A tuple of the same items.
pub fn from_slice(items: &[Obj]) -> Obj {
    items.iter().for_each(|o| crate::obj::retain(o.raw()));
    // SAFETY: counted just now.
    unsafe { from_words(words_of(items)) }
}

/// `(a, b)`
#[inline]
pub fn pair(a: Obj, b: Obj) -> Obj {
    // SAFETY: both references are given away.
    unsafe { from_words(&[a.into_raw(), b.into_raw()]) }
}

/// An instance of the subclass that `shape` belongs to, without attributes yet.
pub fn new_shaped(shape: &'static Shape, mut items: Vec<Obj>) -> Obj {
    debug_assert!(std::ptr::eq(shape.layout, TupleBody::layout()));
    let attributes = if shape.attrs_offset == 0 { 0 } else { 8 + 8 * shape.inline_slots as usize };
    let cell = alloc::cell(cell_size(items.len()) + attributes);
    // SAFETY: the cell is fresh and large enough; the handles are given away, and the vector forgets them.
    unsafe {
        write_body(cell, words_of(&items));
        items.set_len(0);
        alloc::clear_attributes(cell, shape);
    }
    alloc::publish_instance(cell, shape)
}

static EMPTY: AtomicU64 = AtomicU64::new(Value::UNBOUND.0);

/// The empty tuple; there is one, tracing-managed.
#[inline]
pub fn empty_tuple() -> Obj {
    let v = Value(EMPTY.load(Ordering::Acquire));
    if v.is_unbound() {
        return make_empty();
    }
    // SAFETY: the word is a tuple that is kept alive forever; tracing-managed objects have no count to take.
    unsafe { Obj::from_raw(v) }
}

#[cold]
fn make_empty() -> Obj {
    let cell = alloc::cell(cell_size(0));
    // SAFETY: the cell is fresh and large enough.
    unsafe { write_body(cell, &[]) };
    let fresh = alloc::publish_traced(cell, Builtin::Tuple.shape());
    match EMPTY.compare_exchange(Value::UNBOUND.0, fresh.raw().0, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => {
            crate::model::immortal(fresh.clone());
            fresh
        }
        // SAFETY: as in `empty_tuple`.
        Err(other) => unsafe { Obj::from_raw(Value(other)) },
    }
}

/// Whether the object is a tuple (or an instance of a subclass).
#[inline(always)]
pub fn is_tuple(o: &Obj) -> bool {
    o.is_exactly(Builtin::Tuple) || o.downcast::<TupleBody>().is_some()
}

/// The items, if the object is a tuple (or an instance of a subclass).
#[inline(always)]
pub fn get(o: &Obj) -> Option<&[Obj]> {
    // SAFETY: it is one.
    is_tuple(o).then(|| unsafe { items_unchecked(o) })
}

/// The items of a tuple.
///
/// # Safety
/// The object is a tuple (or an instance of a subclass).
#[inline(always)]
pub unsafe fn items_unchecked(o: &Obj) -> &[Obj] {
    debug_assert!(is_tuple(o));
    // SAFETY: a tuple: `len` words, each a value that the tuple owns, follow the length; they never change.
    unsafe {
        let body = (o.raw().0 as *const u8).add(HEADER_SIZE).cast::<TupleBody>();
        std::slice::from_raw_parts(body.cast::<Obj>().add(1), (*body).len)
    }
}

/// The items of a tuple (or of an instance of a subclass).
///
/// # Panics
/// The object is no tuple.
#[inline(always)]
#[track_caller]
pub fn items(o: &Obj) -> &[Obj] {
    get(o).expect("the object is no tuple")
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// The hash of a tuple of objects with these hashes.
pub fn combine_hashes(hashes: impl ExactSizeIterator<Item = i64>) -> i64 {
    let n = hashes.len() as u64;
    let rounds = hashes.fold(PRIME_5, |acc, h| {
        acc.wrapping_add((h as u64).wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
    });
    finish_hash(rounds, n)
}

fn finish_hash(rounds: u64, n: u64) -> i64 {
    match rounds.wrapping_add(n ^ PRIME_5 ^ 3_527_539) as i64 {
        -1 => 1_546_275_796,
        h => h,
    }
}

/// `hash((items...))`
///
/// # Errors
/// An item is unhashable, or its `__hash__` raised.
pub fn tuple_hash(vm: &Vm, items: &[Obj]) -> PyResult<i64> {
    let mut acc = PRIME_5;
    for o in items {
        let h = hash_key(vm, o)? as u64;
        acc = acc.wrapping_add(h.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    Ok(finish_hash(acc, items.len() as u64))
}

/// The first position at which two sequences differ, by identity and then `==`; `None` if one is a prefix of the other.
///
/// # Errors
/// Whatever a comparison raises.
pub fn first_difference(vm: &Vm, a: &[Obj], b: &[Obj]) -> PyResult<Option<usize>> {
    for (i, (x, y)) in a.iter().zip(b).enumerate() {
        if !x.is(y) && !vm.eq(x, y)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

/// Whether two tuples' items are equal.
///
/// # Errors
/// Whatever a comparison raises.
pub fn eq_items(vm: &Vm, a: &[Obj], b: &[Obj]) -> PyResult<bool> {
    Ok(a.len() == b.len() && first_difference(vm, a, b)?.is_none())
}

/// `a + b`
pub fn concat(a: &[Obj], b: &[Obj]) -> Obj {
    new_tuple(a.iter().chain(b).cloned())
}

/// `items * n`; `None` when the result would be too long.
pub fn repeat(items: &[Obj], n: usize) -> Option<Obj> {
    let len = items.len().checked_mul(n).filter(|len| *len <= MAX_LEN)?;
    let mut all = Vec::new();
    all.try_reserve_exact(len).ok()?;
    (0..n).for_each(|_| all.extend_from_slice(items));
    Some(from_vec(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_vm;

    fn ints(v: &[i64]) -> Obj {
        new_tuple(v.iter().map(|i| Obj::small_int(*i).unwrap()))
    }

    #[test]
    fn hashes_are_the_usual_ones() {
        with_vm(|vm| {
            let hash = |t: &Obj| tuple_hash(vm, items(t)).unwrap();
            assert_eq!(hash(&empty_tuple()), 5_740_354_900_026_072_187);
            assert_eq!(hash(&ints(&[1, 2, 3])), 529_344_067_295_497_451);
            assert_eq!(combine_hashes([1, 2, 3].into_iter()), 529_344_067_295_497_451);
        });
    }

    #[test]
    fn a_tuple_holds_what_it_was_made_of() {
        with_vm(|vm| {
            assert!(new_tuple([]).is(&empty_tuple()));
            let t = ints(&(0..100).collect::<Vec<_>>());
            assert!(items(&t).iter().map(|o| o.raw().int()).eq(0..100));
            assert!(eq_items(vm, items(&t), items(&from_slice(items(&t)))).unwrap());
            let two = repeat(items(&ints(&[1, 2])), 2).unwrap();
            assert!(eq_items(vm, items(&two), items(&ints(&[1, 2, 1, 2]))).unwrap());
            assert_eq!(first_difference(vm, items(&two), items(&t)).unwrap(), Some(0));
            assert!(repeat(items(&two), usize::MAX).is_none());
            let l = crate::list::new_list([]);
            let p = pair(l.clone(), concat(items(&two), std::slice::from_ref(&l)));
            assert!(items(&items(&p)[1])[4].is(&l));
        });
    }
}
