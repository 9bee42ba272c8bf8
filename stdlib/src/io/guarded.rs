//! State that one thread at a time may work on, across calls of Python code and blocking system calls.
//!
//! Entering takes a gate (waiting for it detaches the thread) and remembers the owner, so that a signal handler or a
//! finalizer that comes back to the same object is recognised. Inside, [`Section::with`] lends the state for moments in
//! which no Python code runs.

use pyre_object::{Obj, PyResult, Vm};
use pyre_threads::sync::{AtomicU32, Ordering};
use pyre_threads::{Acquire, Gate};
use std::cell::{Cell, RefCell};

/// The state behind a gate.
pub struct Guarded<T> {
    gate: Gate,
    /// One more than the id of the thread that is inside; 0 for none.
    owner: AtomicU32,
    /// How often the owner is inside.
    depth: Cell<u32>,
    value: RefCell<T>,
}

// SAFETY: `depth` and `value` are touched by the thread that holds the gate only.
unsafe impl<T: Send> Sync for Guarded<T> {}
// SAFETY: as for any owner of a `T`.
unsafe impl<T: Send> Send for Guarded<T> {}

/// The gate is held until this is dropped.
#[must_use = "dropping it releases the gate"]
pub struct Section<'a, T>(&'a Guarded<T>);

impl<T> Guarded<T> {
    /// Free, with this state.
    pub fn new(value: T) -> Guarded<T> {
        Guarded {
            gate: Gate::new(),
            owner: AtomicU32::new(0),
            depth: Cell::new(0),
            value: RefCell::new(value),
        }
    }

    /// Enters; `of` is the object that has the state.
    ///
    /// # Errors
    /// `RuntimeError` if this thread is inside already; what a signal handler raises while waiting.
    #[inline]
    pub fn enter<'a>(&'a self, vm: &Vm, of: &Obj) -> PyResult<Section<'a, T>> {
        if self.owner.load(Ordering::Relaxed) == u32::from(vm.tid) + 1 {
            let shown = vm.repr_text(of)?;
            return Err(vm.runtime_error(format!("reentrant call inside {shown}")));
        }
        self.enter_again(vm)
    }

    /// As [`Self::enter`], but a thread may enter several times.
    ///
    /// # Errors
    /// What a signal handler raises while waiting.
    #[inline]
    pub fn enter_again<'a>(&'a self, vm: &Vm) -> PyResult<Section<'a, T>> {
        let me = u32::from(vm.tid) + 1;
        if self.owner.load(Ordering::Relaxed) != me {
            if !self.gate.try_acquire() {
                self.wait(vm)?;
            }
            self.owner.store(me, Ordering::Relaxed);
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Section(self))
    }

    #[cold]
    fn wait(&self, vm: &Vm) -> PyResult<()> {
        loop {
            match self.gate.acquire(None) {
                Acquire::Acquired => return Ok(()),
                Acquire::TimedOut | Acquire::Interrupted => vm.poll()?,
            }
        }
    }
}

impl<T> Section<'_, T> {
    /// Lends the state. `f` runs no Python code and does not come back to this object.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.value.borrow_mut())
    }
}

impl<T> Drop for Section<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let depth = self.0.depth.get() - 1;
        self.0.depth.set(depth);
        if depth == 0 {
            self.0.owner.store(0, Ordering::Relaxed);
            self.0.gate.release();
        }
    }
}
