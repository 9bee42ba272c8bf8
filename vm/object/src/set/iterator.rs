//! The iterator over a set: body and stepping.

use super::{len, next_key};
use crate::builtin::Builtin;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::{alloc, heap_body};
use pyre_threads::sync::{AtomicUsize, Ordering};

heap_body! {
    /// `set_iterator`
    pub struct SetIterBody "set_iterator" {
        slots {
            /// The set; written once.
            set,
        }
        data {
            /// Where to go on; [`DONE`] at the end.
            position: AtomicUsize,
            /// Length of the set at the start; [`DONE`] once another one was seen.
            expected: AtomicUsize,
            /// How many are to come.
            left: AtomicUsize,
        }
    }
}

/// The position of an exhausted iterator.
pub const DONE: usize = usize::MAX;

/// The set has another length than at the start: `RuntimeError: Set changed size during iteration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeChanged;

/// `iter(s)`
pub fn new_iter(set: Obj) -> Obj {
    let n = len(&set);
    alloc::new(
        Builtin::SetIter,
        SetIterBody {
            set: Slot::new(set),
            position: AtomicUsize::new(0),
            expected: AtomicUsize::new(n),
            left: AtomicUsize::new(n),
        },
    )
}

impl SetIterBody {
    /// The next key.
    ///
    /// # Errors
    /// The set was changed.
    #[inline]
    pub fn advance(&self) -> Result<Option<Obj>, SizeChanged> {
        let mut position = self.position.load(Ordering::Relaxed);
        if position == DONE {
            return Ok(None);
        }
        let s = self.set.get_fixed();
        if len(s) != self.expected.load(Ordering::Relaxed) {
            self.expected.store(DONE, Ordering::Relaxed);
            return Err(SizeChanged);
        }
        let found = next_key(s, &mut position);
        self.position.store(if found.is_some() { position } else { DONE }, Ordering::Relaxed);
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        Ok(found)
    }

    /// How many are to come, as far as that is known.
    pub fn length_hint(&self) -> usize {
        let done = self.position.load(Ordering::Relaxed) == DONE;
        if done || len(self.set.get_fixed()) != self.expected.load(Ordering::Relaxed) {
            return 0;
        }
        self.left.load(Ordering::Relaxed)
    }

    /// An iterator at the same place.
    pub fn copy(&self) -> Obj {
        let word = |a: &AtomicUsize| AtomicUsize::new(a.load(Ordering::Relaxed));
        alloc::new(
            Builtin::SetIter,
            SetIterBody {
                set: Slot::new(self.set.get()),
                position: word(&self.position),
                expected: word(&self.expected),
                left: word(&self.left),
            },
        )
    }
}
