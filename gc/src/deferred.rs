//! Memory that lock-free readers may still be reading: handed to the grace periods of `pyre-threads`, which budget it in bytes.

use crate::header::Header;
use crate::sync::{AtomicUsize, Ordering};
use std::ptr::NonNull;

static BYTES: AtomicUsize = AtomicUsize::new(0);

/// Bytes of cells that wait for a grace period.
pub fn deferred_bytes() -> usize {
    BYTES.load(Ordering::Relaxed)
}

/// Frees a cell whose header says that it is retired once a grace period has passed. The calling thread is attached.
pub(crate) fn retire(cell: NonNull<Header>, bytes: usize) {
    BYTES.fetch_add(bytes, Ordering::Relaxed);
    // SAFETY: `free` is called once, after a grace period, on any thread; the cell is retired, on no list, and its caller gave it up.
    unsafe { pyre_threads::defer(bytes, free, cell.as_ptr().cast(), bytes) };
}

/// # Safety
/// `cell` was retired by [`retire`] with these bytes, and its grace period has passed.
unsafe fn free(cell: *mut (), bytes: usize) {
    BYTES.fetch_sub(bytes, Ordering::Relaxed);
    // SAFETY: not null, as it was made from a `NonNull`; the rest is the contract of this function.
    unsafe { crate::heap::free_retired(NonNull::new_unchecked(cell.cast())) };
}
