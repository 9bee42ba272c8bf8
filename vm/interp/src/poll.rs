//! What a thread does at a poll when somebody asked for something.

use pyre_object::hooks::Hook;
use pyre_object::{PyResult, Value, Vm, destroy};
use pyre_threads::Requests;

/// Runs pending signal handlers (on the main thread) and raises what they raise.
pub static SIGNALS: Hook<fn(&Vm) -> PyResult<()>> = Hook::new();
/// Raises an exception that another thread set (`PyThreadState_SetAsyncExc`).
pub static ASYNC_EXCEPTION: Hook<fn(&Vm) -> PyResult<()>> = Hook::new();
/// Runs a collection on the calling thread.
pub static COLLECT: Hook<fn(&Vm)> = Hook::new();

/// Serves all requests.
///
/// # Errors
/// What signal handlers and asynchronous exceptions raise.
#[cold]
#[inline(never)]
pub fn serve(vm: &Vm) -> PyResult<()> {
    let pending = pyre_threads::poll();
    let record = vm.record();
    if pending.intersects(Requests::MERGE_QUEUE) {
        let _ = record.take(Requests::MERGE_QUEUE);
        merge(vm);
    }
    if pending.intersects(Requests::GC_REQUEST) {
        let _ = record.take(Requests::GC_REQUEST);
        match COLLECT.get() {
            Some(f) => f(vm),
            None => {
                pyre_gc::collect(pyre_gc::Reason::Growth);
            }
        }
    }
    if pending.intersects(Requests::SIGNAL) {
        let _ = record.take(Requests::SIGNAL);
        if let Some(f) = SIGNALS.get() {
            f(vm)?;
        }
    }
    if pending.intersects(Requests::ASYNC_EXC) {
        let _ = record.take(Requests::ASYNC_EXC);
        if let Some(f) = ASYNC_EXCEPTION.get() {
            f(vm)?;
        }
    }
    Ok(())
}

/// Merges counts that other threads handed to this one; destroys what turns out dead.
pub fn merge(vm: &Vm) {
    let mut dead = Vec::new();
    pyre_gc::queue::global().drain(vm.tid, |cell| dead.push(cell));
    for cell in dead {
        destroy::destroy(Value::from_header(cell.as_ptr()));
    }
}
