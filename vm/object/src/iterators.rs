//! The iterators of lists and tuples: bodies and stepping, which the interpreter's `ForIter` does itself.
//!
//! An exhausted iterator keeps its sequence and says so with its index: slots that never change can be borrowed
//! without counting.

use crate::builtin::Builtin;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::{alloc, heap_body, list, tuple};
use pyre_threads::sync::{AtomicUsize, Ordering};

/// The index of an exhausted iterator.
pub const EXHAUSTED: usize = usize::MAX;

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
        let i = self.index.load(Ordering::Relaxed);
        if i == EXHAUSTED {
            return None;
        }
        let item = list::get(self.seq.get_fixed(), i);
        self.index.store(if item.is_some() { i + 1 } else { EXHAUSTED }, Ordering::Relaxed);
        item
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
        let i = self.index.load(Ordering::Relaxed).checked_sub(1)?;
        let item = list::get(self.seq.get_fixed(), i);
        self.index.store(if item.is_some() { i } else { 0 }, Ordering::Relaxed);
        item
    }
}

impl TupleIterBody {
    /// The next item.
    #[inline(always)]
    pub fn advance(&self) -> Option<Obj> {
        let i = self.index.load(Ordering::Relaxed);
        let item = tuple::items(self.seq.get_fixed()).get(i)?;
        self.index.store(i + 1, Ordering::Relaxed);
        Some(item.clone())
    }
}
