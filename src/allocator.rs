//! The allocator behind everything: mimalloc, asked for alignment only where it would not give it anyway.
//!
//! Asking for alignment makes it take larger blocks, and a slower way, for sizes that are no powers of two.

use libmimalloc_sys as mi;
use std::alloc::{GlobalAlloc, Layout};

/// mimalloc.
pub struct Mimalloc;

/// Blocks of at least this size are aligned to it, smaller ones to 8.
const ALIGNED: usize = 16;

#[inline(always)]
fn is_aligned_anyway(layout: Layout) -> bool {
    layout.align() <= 8 || (layout.align() <= ALIGNED && layout.size() >= ALIGNED)
}

// SAFETY: every block comes from the one allocator behind, aligned as the layout says: small alignments by its documented
// guarantee, others because it is asked for.
unsafe impl GlobalAlloc for Mimalloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: no preconditions.
        unsafe {
            if is_aligned_anyway(layout) {
                mi::mi_malloc(layout.size()).cast()
            } else {
                mi::mi_malloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: no preconditions.
        unsafe {
            if is_aligned_anyway(layout) {
                mi::mi_zalloc(layout.size()).cast()
            } else {
                mi::mi_zalloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the block came from there.
        unsafe { mi::mi_free(block.cast()) };
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        let aligned = layout.align() <= 8 || (layout.align() <= ALIGNED && bytes >= ALIGNED);
        // SAFETY: the block came from there.
        unsafe {
            if aligned {
                mi::mi_realloc(block.cast(), bytes).cast()
            } else {
                mi::mi_realloc_aligned(block.cast(), bytes, layout.align()).cast()
            }
        }
    }
}
