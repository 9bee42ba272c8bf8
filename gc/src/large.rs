//! Cells too large for a size class: a span of blocks in a shared chunk, or a row of chunks.

use crate::block::{BlockMeta, CHUNK_BLOCKS, Kind, META_BLOCKS};
use crate::class::BLOCK_BYTES;
use crate::header::Header;
use crate::sync::Ordering;
use crate::{pacing, pool};
use std::ptr::{self, NonNull};

/// The bytes a large cell for `size` bytes has.
pub(crate) fn rounded(size: usize) -> usize {
    // Pages that are never touched cost nothing, so a large cell may use the whole of its last block.
    size.saturating_add(BLOCK_BYTES - 1) & !(BLOCK_BYTES - 1)
}

/// A cell of at least `size` bytes. See [`crate::heap::LocalHeap::alloc`].
#[cold]
#[inline(never)]
pub(crate) fn alloc(size: usize) -> NonNull<Header> {
    let bytes = rounded(size);
    if bytes > isize::MAX as usize / 2 {
        std::alloc::handle_alloc_error(std::alloc::Layout::new::<u8>());
    }
    let blocks = bytes / BLOCK_BYTES;
    let shared = blocks <= pool::MAX_SPAN;
    let meta = if shared { pool::take_blocks(blocks) } else { pool::take_row(bytes) };
    meta.owner.store(ptr::null_mut(), Ordering::Relaxed);
    meta.home.store(ptr::null_mut(), Ordering::Relaxed);
    meta.cell_bytes.store(BLOCK_BYTES as u32, Ordering::Relaxed);
    meta.span.store(blocks as u32, Ordering::Relaxed);
    meta.bytes.store(bytes, Ordering::Relaxed);
    let cell = meta.cell(0);
    // SAFETY: the first block of the span is mapped and nobody uses it.
    unsafe { cell.as_ref() }.set_free(0);
    // A row has metadata for the blocks of its first chunk only; the resolver takes the last one for all that follow.
    for distance in 1..blocks.min(CHUNK_BLOCKS - META_BLOCKS) {
        let tail = ptr::from_ref(meta).wrapping_add(distance);
        // SAFETY: the metadata of the following blocks of the same chunk.
        let tail = unsafe { &*tail };
        tail.span.store(distance as u32, Ordering::Relaxed);
        tail.set_kind(Kind::LargeTail);
    }
    meta.set_kind(Kind::Large);
    pacing::allocated(bytes);
    cell
}

/// Gives the blocks of a dead large cell back. Its grace period has passed.
pub(crate) fn release(meta: &'static BlockMeta) {
    let bytes = meta.bytes.load(Ordering::Relaxed);
    let blocks = bytes / BLOCK_BYTES;
    meta.mark.clear_all();
    meta.logged.clear_all();
    meta.remembered.clear_all();
    pacing::freed(bytes);
    pool::put_blocks(meta, (blocks <= pool::MAX_SPAN).then_some(blocks));
}
