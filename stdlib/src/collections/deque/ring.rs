//! The ring buffer of a deque. Every function takes the object's lock, and releases what it took out after unlocking.

use pyre_object::value_array::{self, Array};
use pyre_object::{Obj, Slot, Value, heap_body, lock, storage};
use pyre_threads::sync::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

heap_body! {
    /// `len` items from index `head` on, around the end of the array. All data is written under the lock.
    pub(super) struct Deque "deque" {
        slots {
            /// A value array or `UNBOUND`.
            items,
        }
        data {
            head: AtomicUsize,
            len: AtomicUsize,
            /// Negative for no limit.
            maxlen: AtomicI64,
            /// Changes with every change of the length.
            version: AtomicU64,
        }
    }
}

/// Arrays up to this size are not worth shrinking.
const KEEP: usize = 64;

impl Deque {
    pub(super) fn empty() -> Deque {
        Deque {
            items: Slot::empty(),
            head: AtomicUsize::new(0),
            len: AtomicUsize::new(0),
            maxlen: AtomicI64::new(-1),
            version: AtomicU64::new(0),
        }
    }

    /// `maxlen`
    pub(super) fn limit(&self) -> Option<usize> {
        usize::try_from(self.maxlen.load(Ordering::Relaxed)).ok()
    }

    #[inline(always)]
    fn array(&self) -> Option<Array> {
        // SAFETY: `items` is a home of value arrays, used under the lock.
        unsafe { Array::of_word(self.items.peek()) }
    }

    #[inline(always)]
    fn count(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    #[inline(always)]
    fn first(&self) -> usize {
        self.head.load(Ordering::Relaxed)
    }

    #[inline(always)]
    fn set(&self, head: usize, len: usize) {
        self.head.store(head, Ordering::Relaxed);
        self.len.store(len, Ordering::Relaxed);
        self.version.store(self.version.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    /// Where item `i` lies.
    #[inline(always)]
    fn index(&self, a: Array, i: usize) -> usize {
        let at = self.first() + i;
        if at >= a.capacity() { at - a.capacity() } else { at }
    }

    /// Moves the items to an array of another size; the result must be retired after unlocking.
    #[inline(never)]
    fn resize(&self, capacity: usize) -> Obj {
        let fresh = value_array::new_array(capacity);
        if let (Some(old), Some(new)) = (self.array(), Array::of(&fresh)) {
            let home = self.items.peek();
            // SAFETY: under the lock the home keeps the array alive.
            pyre_gc::barrier::about_to_reshape(unsafe { home.header() });
            (0..self.count()).for_each(|i| new.store(i, old.slot(self.index(old, i)).peek()));
        }
        self.head.store(0, Ordering::Relaxed);
        self.items.replace_locked(fresh)
    }

    /// An array with room for one more, and what must be retired after unlocking.
    #[inline(always)]
    fn with_room(&self) -> (Option<Array>, Obj) {
        match self.array() {
            Some(a) if self.count() < a.capacity() => (Some(a), Obj::UNBOUND),
            _ => {
                let old = self.resize((self.count() * 2).max(8));
                (self.array(), old)
            }
        }
    }

    /// Gives room back when most of the array is unused.
    #[inline(always)]
    fn trim(&self) -> Obj {
        match self.array() {
            Some(a) if a.capacity() > KEEP && self.count() < a.capacity() / 4 => {
                self.resize(self.count() * 2)
            }
            _ => Obj::UNBOUND,
        }
    }

    #[inline(always)]
    fn push_back(&self, v: Value) -> Obj {
        let (a, old) = self.with_room();
        if let Some(a) = a {
            a.store(self.index(a, self.count()), v);
            self.set(self.first(), self.count() + 1);
        }
        old
    }

    #[inline(always)]
    fn push_front(&self, v: Value) -> Obj {
        let (a, old) = self.with_room();
        if let Some(a) = a {
            let head = if self.first() == 0 { a.capacity() - 1 } else { self.first() - 1 };
            a.store(head, v);
            self.set(head, self.count() + 1);
        }
        old
    }

    /// Takes a word out of the array.
    #[inline(always)]
    fn take(a: Array, at: usize) -> Obj {
        let word = a.slot(at).peek();
        pyre_gc::barrier::moved(word.0);
        a.store(at, Value::UNBOUND);
        // SAFETY: the slot owned the reference and was overwritten.
        unsafe { Obj::from_raw(word) }
    }

    #[inline(always)]
    fn take_back(&self) -> Option<Obj> {
        let n = self.count().checked_sub(1)?;
        let a = self.array()?;
        let taken = Deque::take(a, self.index(a, n));
        self.set(self.first(), n);
        Some(taken)
    }

    #[inline(always)]
    fn take_front(&self) -> Option<Obj> {
        let n = self.count().checked_sub(1)?;
        let a = self.array()?;
        let taken = Deque::take(a, self.first());
        self.set(self.index(a, 1), n);
        Some(taken)
    }

    #[inline(always)]
    fn is_over(&self) -> bool {
        self.maxlen.load(Ordering::Relaxed) >= 0 && self.count() as i64 > self.maxlen.load(Ordering::Relaxed)
    }
}

/// `len(d)`
#[inline]
pub(super) fn len(o: &Obj) -> usize {
    o.body::<Deque>().count()
}

/// What changes with every change of the length.
#[inline]
pub(super) fn version(o: &Obj) -> u64 {
    o.body::<Deque>().version.load(Ordering::Acquire)
}

/// The item at `i`; `None` if out of range.
#[inline]
pub(super) fn get(o: &Obj, i: usize) -> Option<Obj> {
    let b: &Deque = o.body();
    lock::with_lock(o, || {
        let a = b.array().filter(|_| i < b.count())?;
        Some(storage::read_locked(a.slot(b.index(a, i))))
    })
}

/// Replaces an item; false if out of range.
pub(super) fn set(o: &Obj, i: usize, v: Obj) -> bool {
    let b: &Deque = o.body();
    let guard = lock::lock(o);
    let Some(a) = b.array().filter(|_| i < b.count()) else {
        drop(guard);
        return false;
    };
    let old = a.slot(b.index(a, i)).replace_locked(v);
    drop(guard);
    drop(old);
    true
}

/// Adds an item at the end; the first one leaves if the limit is exceeded.
#[inline]
pub(super) fn append(o: &Obj, v: Obj) {
    let b: &Deque = o.body();
    let (old, pushed_out) = lock::with_lock(o, || {
        let old = b.push_back(v.into_raw());
        (old, if b.is_over() { b.take_front() } else { None })
    });
    storage::retire(old);
    drop(pushed_out);
}

/// Adds an item at the beginning; the last one leaves if the limit is exceeded.
#[inline]
pub(super) fn append_left(o: &Obj, v: Obj) {
    let b: &Deque = o.body();
    let (old, pushed_out) = lock::with_lock(o, || {
        let old = b.push_front(v.into_raw());
        (old, if b.is_over() { b.take_back() } else { None })
    });
    storage::retire(old);
    drop(pushed_out);
}

/// Removes the last item.
#[inline]
pub(super) fn pop(o: &Obj) -> Option<Obj> {
    let b: &Deque = o.body();
    let (taken, old) = lock::with_lock(o, || (b.take_back(), b.trim()));
    storage::retire(old);
    taken
}

/// Removes the first item.
#[inline]
pub(super) fn pop_left(o: &Obj) -> Option<Obj> {
    let b: &Deque = o.body();
    let (taken, old) = lock::with_lock(o, || (b.take_front(), b.trim()));
    storage::retire(old);
    taken
}

/// Removes all items.
pub(super) fn clear(o: &Obj) {
    let b: &Deque = o.body();
    let old = lock::with_lock(o, || {
        b.set(0, 0);
        b.items.replace_locked(Obj::UNBOUND)
    });
    storage::retire_with_contents(old);
}

/// The items at this moment.
pub(super) fn snapshot(o: &Obj) -> Vec<Obj> {
    let b: &Deque = o.body();
    let mut all = Vec::with_capacity(b.count());
    lock::with_lock(o, || {
        if let Some(a) = b.array() {
            all.extend((0..b.count()).map(|i| storage::read_locked(a.slot(b.index(a, i)))));
        }
    });
    all
}

/// Inserts before position `i`, which is at most the length; false if the deque is full.
pub(super) fn insert(o: &Obj, i: usize, v: Obj) -> bool {
    let b: &Deque = o.body();
    let guard = lock::lock(o);
    if b.limit().is_some_and(|m| b.count() >= m) {
        drop(guard);
        return false;
    }
    let old = b.push_back(v.into_raw());
    if let Some(a) = b.array() {
        let last = b.count() - 1;
        let word = a.slot(b.index(a, last)).peek();
        pyre_gc::barrier::moved(word.0);
        for k in (i.min(last)..last).rev() {
            a.store(b.index(a, k + 1), a.slot(b.index(a, k)).peek());
        }
        a.store(b.index(a, i.min(last)), word);
    }
    drop(guard);
    storage::retire(old);
    true
}

/// Removes the item at `i`.
pub(super) fn remove_at(o: &Obj, i: usize) -> Option<Obj> {
    let b: &Deque = o.body();
    lock::with_lock(o, || {
        let a = b.array().filter(|_| i < b.count())?;
        let n = b.count() - 1;
        let word = a.slot(b.index(a, i)).peek();
        pyre_gc::barrier::moved(word.0);
        if i < n / 2 {
            for k in (0..i).rev() {
                a.store(b.index(a, k + 1), a.slot(b.index(a, k)).peek());
            }
            a.store(b.first(), Value::UNBOUND);
            b.set(b.index(a, 1), n);
        } else {
            for k in i..n {
                a.store(b.index(a, k), a.slot(b.index(a, k + 1)).peek());
            }
            a.store(b.index(a, n), Value::UNBOUND);
            b.set(b.first(), n);
        }
        // SAFETY: the slot owned the reference and was overwritten.
        Some(unsafe { Obj::from_raw(word) })
    })
}

/// Turns the ring: the last `n` items come first; to the left for negative numbers.
pub(super) fn rotate(o: &Obj, n: isize) {
    let b: &Deque = o.body();
    lock::with_lock(o, || {
        let len = b.count();
        let Some(a) = b.array().filter(|_| len > 1) else { return };
        let right = n.rem_euclid(len as isize) as usize;
        if right == 0 {
            return;
        }
        if len == a.capacity() {
            // A full ring only moves its beginning.
            b.set(b.index(a, len - right), len);
        } else if right <= len / 2 {
            (0..right).for_each(|_| b.last_to_front(a));
        } else {
            (0..len - right).for_each(|_| b.first_to_back(a));
        }
    });
}

impl Deque {
    /// Moves the last item in front of the first; the array is not full.
    fn last_to_front(&self, a: Array) {
        let last = self.index(a, self.count() - 1);
        let word = a.slot(last).peek();
        pyre_gc::barrier::moved(word.0);
        let head = if self.first() == 0 { a.capacity() - 1 } else { self.first() - 1 };
        a.store(last, Value::UNBOUND);
        a.store(head, word);
        self.set(head, self.count());
    }

    /// Moves the first item behind the last; the array is not full.
    fn first_to_back(&self, a: Array) {
        let first = self.first();
        let word = a.slot(first).peek();
        pyre_gc::barrier::moved(word.0);
        let behind = self.index(a, self.count());
        a.store(first, Value::UNBOUND);
        a.store(behind, word);
        self.set(self.index(a, 1), self.count());
    }
}

/// Reverses the order.
pub(super) fn reverse(o: &Obj) {
    let b: &Deque = o.body();
    lock::with_lock(o, || {
        let Some(a) = b.array() else { return };
        let home = b.items.peek();
        // SAFETY: under the lock the home keeps the array alive.
        pyre_gc::barrier::about_to_reshape(unsafe { home.header() });
        let n = b.count();
        for i in 0..n / 2 {
            let (x, y) = (b.index(a, i), b.index(a, n - 1 - i));
            let (front, back) = (a.slot(x).peek(), a.slot(y).peek());
            a.store(x, back);
            a.store(y, front);
        }
    });
}
