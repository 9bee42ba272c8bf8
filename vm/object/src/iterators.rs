//! The iterators of lists and tuples: bodies and stepping, which the interpreter's `ForIter` does itself.
//!
//! Threads that share an iterator get each item once: the index is exchanged by a compare-and-swap, unless only the
//! calling thread can see the iterator.
//!
//! An exhausted iterator keeps its sequence and says so with its index: slots that never change can be borrowed
//! without counting.

use crate::builtin::Builtin;
use crate::layout::{Body, HEADER_SIZE, Slot};
use crate::obj::Obj;
use crate::{alloc, heap_body, list, tuple};
use pyre_gc::Header;
use pyre_threads::sync::{AtomicUsize, Ordering};
use pyre_threads::tls;

/// The index of an exhausted iterator.
pub const EXHAUSTED: usize = usize::MAX;

/// Whether the caller holds the only reference to the object that this is the body of; then its data needs no
/// read-modify-write.
#[inline(always)]
pub fn is_private<T: Body>(body: &T) -> bool {
    if !pyre_gc::is_multi_threaded() {
        return true;
    }
    // SAFETY: bodies lie behind the headers of their cells.
    let header = unsafe { &*std::ptr::from_ref(body).cast::<u8>().sub(HEADER_SIZE).cast::<Header>() };
    header.is_unique(tls::current_id())
}

/// Moves an index on; false if another thread was faster.
#[inline(always)]
pub fn step<T: Body>(body: &T, index: &AtomicUsize, from: usize, to: usize) -> bool {
    if is_private(body) {
        index.store(to, Ordering::Relaxed);
        return true;
    }
    index.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed).is_ok()
}

heap_body! {
    /// `list_iterator`
    pub struct ListIterBody "list_iterator" {
        slots {
            /// The list; written once.
            seq,
        }
        data {
            /// Of the next item; [`EXHAUSTED`] at the end.
            index: AtomicUsize,
        }
    }
}

heap_body! {
    /// `tuple_iterator`
    pub struct TupleIterBody "tuple_iterator" {
        slots {
            /// The tuple; written once.
            seq,
        }
        data {
            /// Of the next item; at or beyond the length at the end.
            index: AtomicUsize,
        }
    }
}

/// `iter(l)`, `l` a list.
#[inline]
pub fn list_iter(l: Obj) -> Obj {
    alloc::new(Builtin::ListIter, ListIterBody { seq: Slot::new(l), index: AtomicUsize::new(0) })
}

/// `reversed(l)`, `l` a list.
pub fn list_reverse_iter(l: Obj) -> Obj {
    let n = list::len(&l);
    alloc::new(
        Builtin::ListReverseIter,
        ListReverseIterBody { seq: Slot::new(l), index: AtomicUsize::new(n) },
    )
}

/// `iter(t)`, `t` a tuple.
#[inline]
pub fn tuple_iter(t: Obj) -> Obj {
    alloc::new(Builtin::TupleIter, TupleIterBody { seq: Slot::new(t), index: AtomicUsize::new(0) })
}

impl ListIterBody {
    /// The next item; once there is none, there never is one again.
    #[inline(always)]
    pub fn advance(&self) -> Option<Obj> {
        loop {
            let i = self.index.load(Ordering::Relaxed);
            if i == EXHAUSTED {
                return None;
            }
            let item = list::get(self.seq.get_fixed(), i);
            let next = if item.is_some() { i + 1 } else { EXHAUSTED };
            if step(self, &self.index, i, next) {
                return item;
            }
        }
    }
}

heap_body! {
    /// `list_reverseiterator`
    pub struct ListReverseIterBody "list_reverseiterator" {
        slots {
            /// The list; written once.
            seq,
        }
        data {
            /// One more than that of the next item; 0 at the end.
            index: AtomicUsize,
        }
    }
}

impl ListReverseIterBody {
    /// The next item; once there is none, there never is one again.
    pub fn advance(&self) -> Option<Obj> {
        loop {
            let last = self.index.load(Ordering::Relaxed);
            let i = last.checked_sub(1)?;
            let item = list::get(self.seq.get_fixed(), i);
            if step(self, &self.index, last, if item.is_some() { i } else { 0 }) {
                return item;
            }
        }
    }
}

impl TupleIterBody {
    /// The next item.
    #[inline(always)]
    pub fn advance(&self) -> Option<Obj> {
        loop {
            let i = self.index.load(Ordering::Relaxed);
            let item = tuple::items(self.seq.get_fixed()).get(i)?;
            if step(self, &self.index, i, i + 1) {
                return Some(item.clone());
            }
        }
    }
}
