//! The views of a dict and the iterators over it: bodies and stepping. Threads that share an iterator get each entry once.

use super::{len, next_entry, next_key, next_value, prev_entry};
use crate::builtin::Builtin;
use crate::iterators::{is_private, step};
use crate::layout::Slot;
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{Raised, alloc, heap_body};
use pyre_threads::sync::{AtomicUsize, Ordering};

heap_body! {
    /// `dict_keys`, `dict_values`, `dict_items`
    pub struct DictViewBody "dict_view" {
        slots {
            /// The dict; written once.
            dict,
        }
        data {}
    }
}

heap_body! {
    /// The iterators of all six kinds.
    pub struct DictIterBody "dict_iterator" {
        slots {
            /// The dict; written once.
            dict,
        }
        data {
            /// Where to go on; [`DONE`] at the end.
            position: AtomicUsize,
            /// Length of the dict at the start; [`DONE`] once another one was seen.
            expected: AtomicUsize,
            /// How many are to come.
            left: AtomicUsize,
        }
    }
}

/// The position of an exhausted iterator.
pub const DONE: usize = usize::MAX;
/// Where backward iterators begin.
const END: usize = usize::MAX - 1;

/// How a dict was changed while an iterator was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It has another length.
    Size,
    /// It has the same length, but keys were replaced.
    Keys,
}

impl Changed {
    /// The `RuntimeError`.
    #[cold]
    pub fn error(self, vm: &Vm) -> Raised {
        vm.runtime_error(match self {
            Changed::Size => "dictionary changed size during iteration",
            Changed::Keys => "dictionary keys changed during iteration",
        })
    }
}

/// A view of one of the three kinds.
pub fn new_view(kind: Builtin, dict: Obj) -> Obj {
    debug_assert!(matches!(kind, Builtin::DictKeys | Builtin::DictValues | Builtin::DictItems));
    alloc::new(kind, DictViewBody { dict: Slot::new(dict) })
}

/// An iterator of one of the three forward kinds.
pub fn new_iter(kind: Builtin, dict: Obj) -> Obj {
    make(kind, dict, 0)
}

/// An iterator of one of the three backward kinds.
pub fn new_reverse_iter(kind: Builtin, dict: Obj) -> Obj {
    make(kind, dict, END)
}

fn make(kind: Builtin, dict: Obj, position: usize) -> Obj {
    let n = len(&dict);
    alloc::new(
        kind,
        DictIterBody {
            dict: Slot::new(dict),
            position: AtomicUsize::new(position),
            expected: AtomicUsize::new(n),
            left: AtomicUsize::new(n),
        },
    )
}

impl DictIterBody {
    #[inline(always)]
    fn step<T>(
        &self,
        next: impl Fn(&Obj, &mut usize) -> Option<T>,
        backward: bool,
    ) -> Result<Option<T>, Changed> {
        let d = self.dict.get_fixed();
        loop {
            let from = self.position.load(Ordering::Relaxed);
            if from == DONE {
                return Ok(None);
            }
            if len(d) != self.expected.load(Ordering::Relaxed) {
                self.expected.store(DONE, Ordering::Relaxed);
                return Err(Changed::Size);
            }
            let mut to = from;
            let found = next(d, &mut to);
            if found.is_none() {
                to = DONE;
            }
            if !step(self, &self.position, from, to) {
                // Another thread took this entry.
                continue;
            }
            if found.is_none() {
                return Ok(None);
            }
            // Whoever took an entry counts it afterwards, so that as long as no key is replaced nobody finds 0 here.
            if !backward && self.left.load(Ordering::Relaxed) == 0 {
                self.position.store(DONE, Ordering::Relaxed);
                return Err(Changed::Keys);
            }
            self.count_down();
            return Ok(found);
        }
    }

    #[inline(always)]
    fn count_down(&self) {
        if is_private(self) {
            self.left.store(self.left.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
        } else {
            let less = |left: usize| Some(left.saturating_sub(1));
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
    }

    /// The next key.
    ///
    /// # Errors
    /// The dict was changed.
    #[inline]
    pub fn advance_key(&self) -> Result<Option<Obj>, Changed> {
        self.step(next_key, false)
    }

    /// The next value.
    ///
    /// # Errors
    /// The dict was changed.
    #[inline]
    pub fn advance_value(&self) -> Result<Option<Obj>, Changed> {
        self.step(next_value, false)
    }

    /// The next key with its value.
    ///
    /// # Errors
    /// The dict was changed.
    #[inline]
    pub fn advance_item(&self) -> Result<Option<(Obj, Obj)>, Changed> {
        self.step(next_entry, false)
    }

    /// The next key with its value, backward.
    ///
    /// # Errors
    /// The dict was changed.
    #[inline]
    pub fn advance_back(&self) -> Result<Option<(Obj, Obj)>, Changed> {
        self.step(prev_entry, true)
    }

    /// How many are to come, as far as that is known.
    pub fn length_hint(&self) -> usize {
        let done = self.position.load(Ordering::Relaxed) == DONE;
        if done || len(self.dict.get_fixed()) != self.expected.load(Ordering::Relaxed) {
            return 0;
        }
        self.left.load(Ordering::Relaxed)
    }

    /// An iterator of the same kind at the same place.
    pub fn copy(&self, kind: Builtin) -> Obj {
        let word = |a: &AtomicUsize| AtomicUsize::new(a.load(Ordering::Relaxed));
        alloc::new(
            kind,
            DictIterBody {
                dict: Slot::new(self.dict.get()),
                position: word(&self.position),
                expected: word(&self.expected),
                left: word(&self.left),
            },
        )
    }
}
