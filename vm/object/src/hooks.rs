//! What the interpreter and the library give to this crate: functions that are set once, at start.

use crate::args::Args;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::slots::AtomicFn;
use crate::vm::Vm;
use pyre_threads::sync::AtomicUsize;
use std::marker::PhantomData;

/// A function that is set once, at start.
pub struct Hook<F> {
    addr: AtomicUsize,
    of: PhantomData<fn() -> F>,
}

impl<F: Copy> Hook<F> {
    /// Not set.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Hook<F> {
        Hook { addr: AtomicUsize::new(0), of: PhantomData }
    }

    /// Sets it.
    pub fn set(&self, f: F) {
        self.addr.store(AtomicFn::new(Some(f)).addr(), pyre_threads::sync::Ordering::Release);
    }

    /// The function, if set.
    #[inline]
    pub fn get(&self) -> Option<F> {
        const { assert!(std::mem::size_of::<F>() == std::mem::size_of::<usize>()) };
        match self.addr.load(pyre_threads::sync::Ordering::Acquire) {
            0 => None,
            // SAFETY: `set` stored an `F`, a function pointer of one word.
            a => Some(unsafe { std::mem::transmute_copy::<usize, F>(&a) }),
        }
    }
}

/// Calls a Python function (not native): runs its bytecode to the end.
pub static CALL_FUNCTION: Hook<fn(&Vm, &Obj, Args<'_>) -> PyResult> = Hook::new();
/// Empties all inline caches, with the world stopped.
pub static FLUSH_INLINE_CACHES: Hook<fn(&Vm)> = Hook::new();
/// Visits what the interpreter's stacks hold, for the collector.
pub static INTERPRETER_ROOTS: Hook<fn(&Vm, &mut dyn FnMut(crate::Value))> = Hook::new();
/// Writes an exception that cannot be raised (`sys.unraisablehook`): exception, message, object.
pub static UNRAISABLE: Hook<fn(&Vm, &crate::Raised, &str, Option<&Obj>)> = Hook::new();
/// Encodes a str with a codec: text, encoding, errors.
pub static ENCODE: Hook<fn(&Vm, &Obj, &str, &str) -> PyResult> = Hook::new();
/// Decodes bytes with a codec: bytes, encoding, errors.
pub static DECODE: Hook<fn(&Vm, &[u8], &str, &str) -> PyResult> = Hook::new();
/// Imports a module by its full name and returns it (the last component).
pub static IMPORT_MODULE: Hook<fn(&Vm, &str) -> PyResult> = Hook::new();
/// The builtin `__import__`: name, globals, names after `from` (or `None`), level.
pub static IMPORT_NAME: Hook<fn(&Vm, &Obj, &Obj, &Obj, &Obj) -> PyResult> = Hook::new();
/// Issues a warning: category, message, stack level.
pub static WARN: Hook<fn(&Vm, crate::Exc, &str, usize) -> PyResult<()>> = Hook::new();
/// A thread leaves for good: the interpreter gives up what it keeps for it. Runs after the last finalizer.
pub static THREAD_END: Hook<fn(&Vm)> = Hook::new();
/// The poll of native loops: signals, stop-the-world, pending calls.
pub static POLL: Hook<fn(&Vm) -> PyResult<()>> = Hook::new();

/// The globals dict of the running Python function.
pub static CALLER_GLOBALS: Hook<fn(&Vm) -> Option<Obj>> = Hook::new();
/// What `super()` without arguments refers to in the running Python function: the class and `self`.
pub static SUPER_ARGUMENTS: Hook<fn(&Vm) -> PyResult<(Obj, Obj)>> = Hook::new();

impl Vm {
    /// Writes an exception that nobody can catch, to the unraisable hook.
    pub fn unraisable(&self, e: &crate::Raised, what: &str, obj: Option<&Obj>) {
        if let Some(f) = UNRAISABLE.get() {
            f(self, e, what, obj);
        }
    }

    /// Imports a module by its full name.
    ///
    /// # Errors
    /// Whatever the import raises.
    pub fn import(&self, name: &str) -> PyResult {
        match IMPORT_MODULE.get() {
            Some(f) => f(self, name),
            None => Err(self.error(crate::Exc::ImportError, format!("cannot import {name} yet"))),
        }
    }

    /// Issues a warning; an error if the filters say so.
    ///
    /// # Errors
    /// The warning as an exception.
    pub fn warn(&self, category: crate::Exc, message: &str, stack_level: usize) -> PyResult<()> {
        WARN.get().map_or(Ok(()), |f| f(self, category, message, stack_level))
    }

    /// Lets other threads stop this one and runs pending signal handlers: long native loops call it now and then.
    ///
    /// # Errors
    /// What a signal handler raises, `KeyboardInterrupt` among it.
    #[inline]
    pub fn poll(&self) -> PyResult<()> {
        if self.record().poll_requested() { POLL.get().map_or(Ok(()), |f| f(self)) } else { Ok(()) }
    }
}
