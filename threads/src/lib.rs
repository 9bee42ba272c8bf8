//! Threads for a runtime without a global lock: records, safepoints, handshakes, stopping the world, one-byte object
//! locks, grace periods, interruptible parking and a worker pool. Knows nothing of the language or the heap.
//!
//! A thread is *attached* (it runs and may touch objects), *detached* (it is blocked or in native code and touches none)
//! or *stopped*. An attached thread polls: one load of its own word. The protocols are in docs/design/threads.md; the
//! models that check them run this very code under loom, in `loom-tests/`.

pub mod byte_lock;
pub mod epoch;
mod limit;
mod lot;
#[cfg(loom)]
pub mod model;
pub mod parking;
#[cfg(not(loom))]
pub mod pool;
pub mod rare;
pub mod record;
pub mod registry;
pub mod runtime;
pub mod sched;
mod stack;
pub mod sync;
pub mod tls;

pub use byte_lock::{ByteLock, ByteLockGuard, PairGuard, lock_pair};
pub use parking::{Acquire, Event, Gate, Semaphore, Ticket, WaitQueue};
#[cfg(not(loom))]
pub use pool::{Local, Pool};
pub use record::{POLL_OFFSET, Phase, Requests, ThreadId, ThreadRecord};
pub use registry::{HandshakeFn, RegisterError, World, WorldStopped};
pub use runtime::*;
pub use stack::scan_words;
#[cfg(all(not(loom), not(miri)))]
pub use stack::with_stack;
