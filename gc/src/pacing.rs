//! When to collect: byte accounting at every refill and large object, and the request that the embedder sees at its next poll.
//!
//! Cells that come back from counting go to free lists without passing here and are handed out again without passing here, so the sum is
//! growth: what counting did not free. Allocation itself never collects.

use crate::options::{self, THRESHOLD};
use crate::sync::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use pyre_threads::{Requests, tls};

/// Net bytes since the last collection.
static GROWTH: AtomicI64 = AtomicI64::new(0);
/// Bytes allocated since the process started, by the same coarse count.
static ALLOCATED: AtomicU64 = AtomicU64::new(0);
/// Live bytes after the last collection.
static LIVE: AtomicUsize = AtomicUsize::new(0);
static REQUESTED: AtomicBool = AtomicBool::new(false);
static ENABLED: AtomicBool = AtomicBool::new(true);

/// Bytes that left the pool for free lists, or one large object.
pub(crate) fn allocated(bytes: usize) {
    ALLOCATED.fetch_add(bytes as u64, Ordering::Relaxed);
    let growth = GROWTH.fetch_add(bytes as i64, Ordering::Relaxed) + bytes as i64;
    if growth > THRESHOLD.load(Ordering::Relaxed) as i64 && ENABLED.load(Ordering::Relaxed) {
        request();
    }
}

/// Bytes of a large object that went back.
pub(crate) fn freed(bytes: usize) {
    GROWTH.fetch_sub(bytes as i64, Ordering::Relaxed);
}

/// Requests a collection: the calling thread sees `GC_REQUEST` at its next poll.
pub(crate) fn request() {
    REQUESTED.store(true, Ordering::Relaxed);
    // SAFETY: null, or valid on this thread until it unregisters.
    if let Some(record) = unsafe { tls::current_record().as_ref() } {
        record.request(Requests::GC_REQUEST);
    }
}

/// Whether a collection has been requested and has not begun.
#[inline]
pub fn should_collect() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Whether allocation requests collections (`gc.enable()`, `gc.disable()`). Returns what was set before.
pub fn set_enabled(enabled: bool) -> bool {
    ENABLED.swap(enabled, Ordering::Relaxed)
}

/// Whether allocation requests collections.
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}

/// A collection begins: further requests are for the next one.
pub(crate) fn begin() {
    REQUESTED.store(false, Ordering::Relaxed);
}

/// A collection left this many live bytes.
pub(crate) fn finished(live: usize) {
    LIVE.store(live, Ordering::Relaxed);
    GROWTH.store(0, Ordering::Relaxed);
    options::set_threshold(live);
}

/// Bytes of the heap that are in use or were since the last collection; cheap.
pub fn heap_bytes() -> usize {
    let growth = GROWTH.load(Ordering::Relaxed);
    LIVE.load(Ordering::Relaxed).saturating_add_signed(growth as isize)
}

/// Live bytes after the last collection.
pub fn live_bytes() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Bytes allocated since the process started, counted when free lists are filled.
pub fn allocated_bytes() -> u64 {
    ALLOCATED.load(Ordering::Relaxed)
}
