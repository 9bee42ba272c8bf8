//! pyre-gc: cells, counts and collection. Sees objects only through the trait that the embedder implements.
//!
//! Design page: `docs/design/memory.md`. Under `cfg(loom)` only the protocols exist.

pub mod barrier;
pub mod count;
pub mod header;
pub mod queue;
mod sync;
pub mod typed_word;

#[cfg(not(loom))]
mod block;
#[cfg(not(loom))]
pub mod class;
#[cfg(not(loom))]
mod deferred;
#[cfg(not(loom))]
pub mod heap;
#[cfg(not(loom))]
mod large;
#[cfg(not(loom))]
pub mod model;
#[cfg(not(loom))]
pub mod native;
#[cfg(not(loom))]
pub mod options;
#[cfg(not(loom))]
pub mod pacing;
#[cfg(not(loom))]
pub mod plan;
#[cfg(not(loom))]
mod pool;
#[cfg(not(loom))]
pub mod rooted;
#[cfg(not(loom))]
pub mod stats;
#[cfg(not(loom))]
pub mod verify;
#[cfg(not(loom))]
pub mod walk;

pub use barrier::Slot;
pub use count::{Dropped, Total};
pub use header::Header;

#[cfg(not(loom))]
pub use {
    block::{cell_bytes, resolve, resolve_exact},
    class::{SizeClass, good_size},
    deferred::deferred_bytes,
    heap::LocalHeap,
    model::{ObjectModel, install},
    options::Options,
    pacing::{heap_bytes, should_collect},
    plan::mark_sweep::{collect, is_collecting},
    pool::{mapped_bytes, used_bytes},
    rooted::RootedVec,
    stats::{Reason, Stats},
    verify::verify,
    walk::for_each_cell,
};

static MULTI_THREADED: sync::Switch = sync::Switch::new(cfg!(loom));

/// Whether a second thread was ever about to touch the heap. While it is false, stores and deaths need no atomic
/// read-modify-write.
#[inline(always)]
pub fn is_multi_threaded() -> bool {
    MULTI_THREADED.is_on()
}

/// Called by the only thread there is, outside of any protocol of this crate, before a second one is started
/// (one that runs Python, or a collector's helper that reads objects). Never undone.
pub fn set_multi_threaded() {
    MULTI_THREADED.set(true);
}

/// Holds every lock of this crate while the process forks, so that the child finds them free. Taken with the world stopped,
/// dropped in both processes; the child then calls [`LocalHeap::after_fork_child`].
#[cfg(not(loom))]
pub fn freeze() -> impl Sized {
    (pool::freeze(), queue::global().freeze(), native::freeze())
}
