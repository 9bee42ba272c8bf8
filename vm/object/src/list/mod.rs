//! `list`: a length and one slot that refers to a [`ValueArray`](crate::value_array), or to nothing while the list was
//! never filled.
//!
//! Slots at and beyond the length hold `UNBOUND`, so a reader without the lock needs the array's capacity only.
//! Everything that changes the list takes its lock, moves words, and releases what it took out after unlocking. Design:
//! `docs/design/containers.md`.

mod compare;
mod slices;
#[cfg(test)]
mod tests;

pub use compare::{contains, count, eq, first_difference, index_of, remove};
pub use slices::{
    concat, delete_slice, get_slice, overwrite_alone, repeat, repeat_in_place, reverse, set_slice,
    set_stepped,
};

use crate::alloc;
use crate::builtin::Builtin;
use crate::heap_body;
use crate::lock;
use crate::obj::Obj;
use crate::shape::Shape;
use crate::storage;
use crate::value::Value;
use crate::value_array::{self, Array};
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};

heap_body! {
    /// The body of a list.
    pub struct ListBody "list" {
        slots {
            /// a value array or `UNBOUND`
            items,
        }
        data {
            /// written under the lock
            len: AtomicUsize,
        }
    }
}

impl ListBody {
    /// An empty list.
    #[inline]
    pub fn empty() -> ListBody {
        ListBody { items: crate::Slot::empty(), len: AtomicUsize::new(0) }
    }

    /// The current array. Worth something until the next quiescent point, or under the lock.
    #[inline(always)]
    fn array(&self) -> Option<Array> {
        // SAFETY: `items` is a home of value arrays.
        unsafe { Array::of_word(self.items.peek()) }
    }

    #[inline(always)]
    fn capacity(&self) -> usize {
        self.array().map_or(0, Array::capacity)
    }

    /// The current number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn set_len(&self, n: usize) {
        self.len.store(n, Ordering::Release);
    }

    /// Makes room for `capacity` items, under the lock; the result must be [retired](storage::retire) after unlocking.
    #[must_use]
    fn reserve(&self, capacity: usize) -> Obj {
        if capacity <= self.capacity() {
            return Obj::UNBOUND;
        }
        let old = self.items.peek();
        // SAFETY: under the lock the home keeps the array alive.
        let fresh = value_array::grown(unsafe { Obj::borrow_raw(&old) }, capacity);
        self.items.replace_locked(fresh)
    }

    /// Gives room back when most of the array is unused, under the lock; the result must be
    /// [retired](storage::retire) after unlocking.
    #[must_use]
    #[inline(always)]
    fn trim(&self) -> Obj {
        let capacity = self.capacity();
        if capacity <= KEEP || self.len() >= capacity / 4 { Obj::UNBOUND } else { self.shrink() }
    }

    #[inline(never)]
    fn shrink(&self) -> Obj {
        let old = self.items.peek();
        let n = self.len();
        // SAFETY: under the lock the home keeps the array alive.
        let fresh = value_array::resized(unsafe { Obj::borrow_raw(&old) }, n, n * 2);
        self.items.replace_locked(fresh)
    }

    /// The capacity to ask for when `n` items do not fit.
    fn capacity_for(&self, n: usize) -> usize {
        n.max(self.len() + self.len() / 2).max(4)
    }
}

/// Arrays up to this size are not worth shrinking.
const KEEP: usize = 64;

/// The longest list.
pub const MAX_LEN: usize = value_array::MAX_CAPACITY;

/// A list of these items.
pub fn new_list(items: impl IntoIterator<Item = Obj>) -> Obj {
    from_vec(items.into_iter().collect())
}

/// A list of these items.
pub fn from_vec(mut items: Vec<Obj>) -> Obj {
    // SAFETY: the handles are given away, and the vector forgets them.
    unsafe {
        let l = from_words(words_of(&items));
        items.set_len(0);
        l
    }
}

/// A list of these items.
#[inline]
pub fn from_small<A: smallvec::Array<Item = Obj>>(mut items: smallvec::SmallVec<A>) -> Obj {
    // SAFETY: the handles are given away, and the vector forgets them.
    unsafe {
        let l = from_words(words_of(&items));
        items.set_len(0);
        l
    }
}

/// A list of the same items.
pub fn from_slice(items: &[Obj]) -> Obj {
    items.iter().for_each(|o| crate::obj::retain(o.raw()));
    // SAFETY: counted just now.
    unsafe { from_words(words_of(items)) }
}

/// A list that takes over the references behind these words.
///
/// # Safety
/// The words are values, and the caller gives one count of each away.
#[inline]
pub unsafe fn from_words(words: &[Value]) -> Obj {
    let items = if words.is_empty() {
        crate::Slot::empty()
    } else {
        // SAFETY: passed on.
        crate::Slot::new(unsafe { value_array::from_words(words, words.len()) })
    };
    alloc::new(Builtin::List, ListBody { items, len: AtomicUsize::new(words.len()) })
}

/// A list of `n` items, not 0, that a function gives. It runs no Python code.
pub fn from_fn(n: usize, item: impl Fn(usize) -> Obj) -> Obj {
    let array = value_array::new_array(n);
    // SAFETY: an array, which the handle keeps.
    if let Some(a) = unsafe { Array::of_word(array.raw()) } {
        // Nobody else sees it yet.
        (0..n).for_each(|i| a.store(i, item(i).into_raw()));
    }
    of_array(array, n)
}

/// A list of the first `len` items of an array.
fn of_array(array: Obj, len: usize) -> Obj {
    alloc::new(Builtin::List, ListBody { items: crate::Slot::new(array), len: AtomicUsize::new(len) })
}

/// An empty list with room for `n` items.
pub fn with_capacity(n: usize) -> Obj {
    let items = if n == 0 { crate::Slot::empty() } else { crate::Slot::new(value_array::new_array(n)) };
    alloc::new(Builtin::List, ListBody { items, len: AtomicUsize::new(0) })
}

/// An empty instance of the subclass that `shape` belongs to.
pub fn new_shaped(shape: &'static Shape) -> Obj {
    alloc::new_shaped(shape, ListBody::empty())
}

/// The words of handles that are given away.
#[inline(always)]
fn words_of(items: &[Obj]) -> &[Value] {
    // SAFETY: `Obj` and `Value` are both transparent over one word.
    unsafe { &*(std::ptr::from_ref(items) as *const [Value]) }
}

/// Whether the object is a list (or an instance of a subclass).
#[inline(always)]
pub fn is_list(o: &Obj) -> bool {
    o.is_exactly(Builtin::List) || o.downcast::<ListBody>().is_some()
}

/// The body of a list (or of an instance of a subclass).
///
/// # Panics
/// The object is no list.
#[inline(always)]
#[track_caller]
pub fn body(l: &Obj) -> &ListBody {
    if l.is_exactly(Builtin::List) {
        // SAFETY: exact lists have this body.
        return unsafe { l.body_unchecked() };
    }
    l.body()
}

/// `len(l)`
#[inline(always)]
#[track_caller]
pub fn len(l: &Obj) -> usize {
    body(l).len()
}

/// The position that a possibly negative index stands for; `None` if out of range.
#[inline(always)]
pub fn normalize_index(i: i64, len: usize) -> Option<usize> {
    let at = if i < 0 { i.wrapping_add(len as i64) } else { i };
    if (at as u64) < len as u64 { Some(at as usize) } else { None }
}

/// The item at `i`, read without a lock; `None` if out of range.
#[inline(always)]
#[track_caller]
pub fn get(l: &Obj, i: usize) -> Option<Obj> {
    item(body(l), i)
}

/// As [`get`], of the list with this body.
#[inline(always)]
pub fn item(b: &ListBody, i: usize) -> Option<Obj> {
    loop {
        let word = b.items.peek();
        // SAFETY: `items` is a home of value arrays, read just now.
        let a = unsafe { Array::of_word(word) }?;
        if i >= a.capacity() {
            return None;
        }
        if let Some(o) = storage::read(&b.items, word, a.slot(i)) {
            return if o.is_unbound() { None } else { Some(o) };
        }
        std::hint::spin_loop();
    }
}

/// As [`set`], of the list with this body, while there is one thread only. False, and nothing has happened, if there are
/// more, or if `i` is out of range.
#[inline(always)]
pub fn set_alone(b: &ListBody, i: usize, v: &Obj) -> bool {
    if pyre_gc::is_multi_threaded() || i >= b.len() {
        return false;
    }
    let Some(a) = b.array() else { return false };
    drop(a.slot(i).replace_locked(v.clone()));
    true
}

/// Replaces the item at `i`; gives the value back if out of range.
///
/// # Errors
/// `i` is out of range.
#[inline]
#[track_caller]
pub fn set(l: &Obj, i: usize, v: Obj) -> Result<(), Obj> {
    let b = body(l);
    let guard = lock::lock(l);
    if i >= b.len() {
        drop(guard);
        return Err(v);
    }
    let old = b.array().map(|a| a.slot(i).replace_locked(v));
    drop(guard);
    drop(old);
    Ok(())
}

/// Adds an item at the end.
#[inline(always)]
#[track_caller]
pub fn append(l: &Obj, v: Obj) {
    let b = body(l);
    if !pyre_gc::is_multi_threaded() {
        let n = b.len();
        if let Some(a) = b.array()
            && n < a.capacity()
        {
            a.store(n, v.into_raw());
            b.set_len(n + 1);
            return;
        }
    }
    append_slow(l, b, v);
}

#[inline(never)]
fn append_slow(l: &Obj, b: &ListBody, v: Obj) {
    let old = lock::with_lock(l, || {
        let n = b.len();
        let old = if n == b.capacity() { b.reserve(b.capacity_for(n + 1)) } else { Obj::UNBOUND };
        if let Some(a) = b.array() {
            a.store(n, v.into_raw());
            b.set_len(n + 1);
        }
        old
    });
    storage::retire(old);
}

/// Inserts an item before position `i`, or at the end if there are fewer items.
#[track_caller]
pub fn insert(l: &Obj, i: usize, v: Obj) {
    let b = body(l);
    let old = lock::with_lock(l, || {
        let n = b.len();
        let i = i.min(n);
        let old = if n == b.capacity() { b.reserve(b.capacity_for(n + 1)) } else { Obj::UNBOUND };
        if let Some(a) = b.array() {
            a.shift(i, i + 1, n - i);
            a.store(i, v.into_raw());
            b.set_len(n + 1);
        }
        old
    });
    storage::retire(old);
}

/// Removes the item at `i` and returns it; `None` if out of range.
#[inline]
#[track_caller]
pub fn pop(l: &Obj, i: usize) -> Option<Obj> {
    let b = body(l);
    let (taken, old) = lock::with_lock(l, || (pop_locked(b, i), b.trim()));
    storage::retire(old);
    taken
}

/// Removes the last item and returns it; `None` if the list is empty.
#[inline]
#[track_caller]
pub fn pop_last(l: &Obj) -> Option<Obj> {
    let b = body(l);
    let (taken, old) = lock::with_lock(l, || (pop_locked(b, b.len().wrapping_sub(1)), b.trim()));
    storage::retire(old);
    taken
}

#[inline(always)]
fn pop_locked(b: &ListBody, i: usize) -> Option<Obj> {
    let n = b.len();
    let a = b.array().filter(|_| i < n)?;
    let taken = a.slot(i).peek();
    pyre_gc::barrier::moved(taken.0);
    a.shift(i + 1, i, n - i - 1);
    a.store(n - 1, Value::UNBOUND);
    b.set_len(n - 1);
    // SAFETY: the slot owned the reference and was overwritten.
    Some(unsafe { Obj::from_raw(taken) })
}

/// Adds the same items at the end.
#[track_caller]
pub fn extend_from_slice(l: &Obj, items: &[Obj]) {
    items.iter().for_each(|o| crate::obj::retain(o.raw()));
    // SAFETY: counted just now.
    unsafe { extend_words(l, words_of(items)) }
}

/// Adds items at the end.
#[track_caller]
pub fn extend_from_vec(l: &Obj, mut items: Vec<Obj>) {
    // SAFETY: the handles are given away, and the vector forgets them.
    unsafe {
        extend_words(l, words_of(&items));
        items.set_len(0);
    }
}

/// # Safety
/// The caller gives the references of `words` away.
unsafe fn extend_words(l: &Obj, words: &[Value]) {
    let b = body(l);
    let old = lock::with_lock(l, || {
        let n = b.len();
        let total = n + words.len();
        let old = if total > b.capacity() { b.reserve(b.capacity_for(total)) } else { Obj::UNBOUND };
        if let Some(a) = b.array() {
            words.iter().enumerate().for_each(|(i, w)| a.store(n + i, *w));
            b.set_len(total);
        }
        old
    });
    storage::retire(old);
}

/// The items at this moment.
#[track_caller]
pub fn snapshot(l: &Obj) -> Vec<Obj> {
    let mut all = Vec::new();
    copy_items(l, 0, usize::MAX, &mut all);
    all
}

/// Appends the items in `start..end` (as far as there are) to `out`.
#[track_caller]
pub fn copy_items(l: &Obj, start: usize, end: usize, out: &mut Vec<Obj>) {
    let b = body(l);
    // Outside of the section as far as possible: others may be waiting.
    out.reserve(end.min(b.len()).saturating_sub(start));
    lock::with_lock(l, || {
        if let Some(a) = b.array() {
            out.extend((start..end.min(b.len())).map(|i| storage::read_locked(a.slot(i))));
        }
    });
}

/// A list of the items at this moment: `l.copy()`, exact.
#[track_caller]
pub fn copy(l: &Obj) -> Obj {
    from_vec(snapshot(l))
}

/// Removes all items.
#[track_caller]
pub fn clear(l: &Obj) {
    let b = body(l);
    let old = lock::with_lock(l, || {
        b.set_len(0);
        b.items.replace_locked(Obj::UNBOUND)
    });
    storage::retire_with_contents(old);
}

/// Takes all items out, for sorting: the list is empty until [`put_items`].
#[track_caller]
pub fn take_items(l: &Obj) -> Vec<Obj> {
    let b = body(l);
    let (taken, old) = lock::with_lock(l, || {
        let n = b.len();
        let taken: Vec<Obj> = match b.array() {
            Some(a) => (0..n)
                .map(|i| {
                    let v = a.slot(i).peek();
                    pyre_gc::barrier::moved(v.0);
                    // SAFETY: the array is unlinked below and its words are not looked at again.
                    unsafe { Obj::from_raw(v) }
                })
                .collect(),
            None => Vec::new(),
        };
        b.set_len(0);
        (taken, b.items.replace_locked(Obj::UNBOUND))
    });
    storage::retire(old);
    taken
}

/// Puts items back that [`take_items`] took. Returns whether the list was left alone meanwhile; what others had put in is
/// released.
#[track_caller]
pub fn put_items(l: &Obj, mut items: Vec<Obj>) -> bool {
    let b = body(l);
    let n = items.len();
    let fresh = if n == 0 {
        Obj::UNBOUND
    } else {
        // SAFETY: the handles are given away, and the vector forgets them.
        unsafe {
            let fresh = value_array::from_words(words_of(&items), n);
            items.set_len(0);
            fresh
        }
    };
    let old = lock::with_lock(l, || {
        let old = b.items.replace_locked(fresh);
        b.set_len(n);
        old
    });
    let untouched = old.is_unbound();
    storage::retire_with_contents(old);
    untouched
}

/// Lets `f` bring the words of the items into another order, under the lock: it runs no Python code. If it returns false,
/// the list stays as it is. Returns what `f` returns.
#[track_caller]
pub fn permute(l: &Obj, f: impl FnOnce(&mut [Value]) -> bool) -> bool {
    let b = body(l);
    let mut words = Vec::with_capacity(b.len());
    lock::with_lock(l, || {
        let n = b.len();
        let Some(a) = b.array() else { return f(&mut []) };
        words.extend((0..n).map(|i| a.slot(i).peek()));
        if !f(&mut words) {
            return false;
        }
        let home = b.items.peek();
        // SAFETY: under the lock the home keeps the array alive.
        pyre_gc::barrier::about_to_reshape(unsafe { home.header() });
        words.iter().enumerate().for_each(|(i, w)| a.store(i, *w));
        true
    })
}
