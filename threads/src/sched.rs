//! The scheduler seam: everything that blocks and every slow path of a poll passes through here.
//!
//! By default the operating system schedules and these functions only forward. A deterministic scheduler installs
//! itself with [`install`]; it then learns of each wait before and after, and at each [`yield_point`] it may hold the
//! calling thread until it is that thread's turn.

use crate::record::ThreadId;
use crate::tls;
use std::sync::OnceLock;

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockReason {
    /// A request that names it is being served on its behalf.
    Attach,
    /// A place under the attach limit.
    Place,
    /// The world is stopped.
    Stopped,
    /// Another thread's request has to end first, or other threads have to serve this one's.
    Request,
    /// The lock of an object.
    ObjectLock,
    /// A gate, semaphore, event or queue.
    Wait,
    /// The worker pool.
    Pool,
}

/// Decides who runs. The methods are called on the thread concerned, which may be unregistered.
pub trait Scheduler: Sync {
    /// The thread is about to block.
    fn will_block(&self, thread: Option<ThreadId>, reason: BlockReason);
    /// The thread has been woken.
    fn did_block(&self, thread: Option<ThreadId>, reason: BlockReason);
    /// The thread is at a safepoint and could be made to wait.
    fn yield_point(&self, thread: Option<ThreadId>);
}

static SCHEDULER: OnceLock<&'static dyn Scheduler> = OnceLock::new();

/// Installs a scheduler for the life of the process. Fails when there is one already.
pub fn install(scheduler: &'static dyn Scheduler) -> Result<(), AlreadyInstalled> {
    SCHEDULER.set(scheduler).map_err(|_| AlreadyInstalled)
}

/// A scheduler had been installed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyInstalled;

/// Runs `wait`, which blocks the calling thread.
#[inline]
pub(crate) fn block<R>(reason: BlockReason, wait: impl FnOnce() -> R) -> R {
    match SCHEDULER.get() {
        None => wait(),
        Some(scheduler) => {
            let thread = ThreadId::new(tls::current_id());
            scheduler.will_block(thread, reason);
            let result = wait();
            scheduler.did_block(thread, reason);
            result
        }
    }
}

/// A safepoint's slow path has been taken.
#[inline]
pub(crate) fn yield_point() {
    if let Some(scheduler) = SCHEDULER.get() {
        scheduler.yield_point(ThreadId::new(tls::current_id()));
    }
}
