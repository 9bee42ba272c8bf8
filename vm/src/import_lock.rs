//! The import system's own lock (`_imp.acquire_lock`): short, re-entrant, held while `importlib` looks at its table of module locks.
//! Modules have locks of their own, made by `importlib`.

use pyre_object::{NativeDef, Obj, PyResult, Vm, raise};
use pyre_threads::sync::{AtomicU64, Ordering};
use pyre_threads::{Acquire, Gate};

static GATE: Gate = Gate::new();
/// Number of the thread that holds the gate, 0 for none; written by that thread only.
static OWNER: AtomicU64 = AtomicU64::new(0);
/// How often it holds it.
static DEPTH: AtomicU64 = AtomicU64::new(0);

pub(crate) static FUNCTIONS: [NativeDef; 3] = [
    NativeDef::function("acquire_lock", "()", |vm, _| acquire(vm).map(|()| Obj::NONE)),
    NativeDef::function("release_lock", "()", |vm, _| release(vm).map(|()| Obj::NONE)),
    NativeDef::function("lock_held", "()", |_, _| Ok(Obj::bool(OWNER.load(Ordering::Relaxed) != 0))),
];

/// Takes the lock.
///
/// # Errors
/// What a signal handler raises that runs while the thread waits.
pub fn acquire(vm: &Vm) -> PyResult<()> {
    if OWNER.load(Ordering::Relaxed) != u64::from(vm.tid) {
        while !GATE.try_acquire() {
            match GATE.acquire(None) {
                Acquire::Acquired => break,
                Acquire::TimedOut => {}
                Acquire::Interrupted => vm.poll()?,
            }
        }
        OWNER.store(u64::from(vm.tid), Ordering::Relaxed);
    }
    DEPTH.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// Gives the lock back.
///
/// # Errors
/// `RuntimeError` if the thread does not hold it.
pub fn release(vm: &Vm) -> PyResult<()> {
    if OWNER.load(Ordering::Relaxed) != u64::from(vm.tid) {
        raise!(vm, RuntimeError, "not holding the import lock");
    }
    if DEPTH.fetch_sub(1, Ordering::Relaxed) == 1 {
        OWNER.store(0, Ordering::Relaxed);
        GATE.release();
    }
    Ok(())
}
