//! Freeing the dead set, and giving back the blocks that it leaves empty, while the world is stopped.

use crate::block::{BlockMeta, Kind};
use crate::header::{FINALIZED, HAS_FINALIZER, HAS_WEAKREFS, Header};
use crate::model::{ObjectModel, pointer};
use crate::plan::marking::is_marked;
use crate::stats::Stats;
use crate::sync::Ordering;
use crate::{large, pool};
use std::ptr::NonNull;

/// The live cells that are not marked.
pub(crate) struct Dead {
    pub(crate) cells: Vec<NonNull<Header>>,
    /// Those with a finalizer that has not run.
    pub(crate) finalizable: Vec<NonNull<Header>>,
    /// Those with weak references.
    pub(crate) weakly_referenced: Vec<NonNull<Header>>,
    /// Small blocks in which nothing is marked.
    unmarked_blocks: Vec<&'static BlockMeta>,
}

impl Dead {
    /// Looks at every cell; counts the marked ones into `stats`.
    pub(crate) fn find(stats: &mut Stats) -> Dead {
        let mut dead = Dead {
            cells: Vec::new(),
            finalizable: Vec::new(),
            weakly_referenced: Vec::new(),
            unmarked_blocks: Vec::new(),
        };
        (stats.live_cells, stats.live_bytes) = (0, 0);
        pool::for_each_block(|meta| {
            let marked = dead.look_at(meta);
            stats.live_cells += marked;
            stats.live_bytes += marked * meta.bytes_per_cell();
            if marked == 0 && meta.kind() == Kind::Small {
                dead.unmarked_blocks.push(meta);
            }
        });
        dead
    }

    fn look_at(&mut self, meta: &'static BlockMeta) -> usize {
        let mut marked = 0;
        for index in 0..meta.cells() {
            let cell = meta.cell(index);
            // SAFETY: a carved cell of a block in use; the header consists of atomics.
            let header = unsafe { cell.as_ref() };
            if header.shape() == 0 {
                continue;
            }
            if meta.mark.get(cell.as_ptr() as usize) {
                marked += 1;
                continue;
            }
            self.cells.push(cell);
            let flags = header.flags.load(Ordering::Relaxed);
            if flags & (HAS_FINALIZER | FINALIZED) == HAS_FINALIZER {
                self.finalizable.push(cell);
            }
            if flags & HAS_WEAKREFS != 0 {
                self.weakly_referenced.push(cell);
            }
        }
        marked
    }

    /// Frees the dead set. Every marked child loses the references that dead cells had to it; returns those that lost their last one,
    /// for destruction after the restart.
    pub(crate) fn sweep(self, model: &dyn ObjectModel, stats: &mut Stats) -> Vec<NonNull<Header>> {
        let mut dying = Vec::new();
        let mut drop_edge = |word: u64| {
            let Some(child) = pointer(word) else { return };
            // SAFETY: edges lead to cells, and none was freed yet; marked cells are live.
            unsafe {
                if is_marked(child) && child.as_ref().decrement_stopped().is_dead() {
                    dying.push(child);
                }
            }
        };
        for &cell in &self.cells {
            model.trace(cell, &mut drop_edge);
        }
        // Bodies go before the first cell is freed: they may look at storage that is dead as well.
        for &cell in &self.cells {
            model.destroy_body(cell);
        }
        for &cell in &self.cells {
            // SAFETY: unreachable, and its references are given up.
            stats.freed_bytes += unsafe { free_stopped(cell) };
        }
        stats.freed_cells += self.cells.len();
        stats.released_bytes += release_empty(self.unmarked_blocks);
        dying
    }
}

/// Frees a dead cell into the list of its block's heap; returns its bytes.
///
/// # Safety
/// The world is stopped and the cell is unreachable.
unsafe fn free_stopped(cell: NonNull<Header>) -> usize {
    // SAFETY: a cell, by contract.
    let meta = unsafe { BlockMeta::of(cell) };
    let bytes = meta.bytes_per_cell();
    if meta.kind() == Kind::Large {
        // SAFETY: the header is mapped and made of atomics. Nobody reads it between polls now, so no grace period is needed.
        unsafe { cell.as_ref() }.set_free(0);
        large::release(meta);
        return bytes;
    }
    let class = usize::from(meta.class.load(Ordering::Relaxed));
    let home = meta.home.load(Ordering::Relaxed);
    // SAFETY: heaps are never freed; the world is stopped, so their lists may be touched; the cell is on no list.
    unsafe {
        if meta.owner.load(Ordering::Relaxed).is_null() {
            (*home).push_inbox(cell, class);
        } else {
            (*home).push_free(cell, class);
        }
    }
    bytes
}

/// Gives back the blocks of which every carved cell is on a free list; returns their bytes.
fn release_empty(candidates: Vec<&'static BlockMeta>) -> usize {
    if candidates.is_empty() {
        return 0;
    }
    // A cell with shape 0 need not be free: it may wait for a grace period, or be on its way to an inbox on a detached
    // thread. So the cells on the lists are counted.
    candidates.iter().for_each(|meta| meta.begin_release());
    pool::for_each_heap(|heap| heap.count_releasing());
    let mut released = Vec::new();
    for meta in candidates {
        if meta.confirm_release() {
            released.push(meta);
        }
    }
    if released.is_empty() {
        return 0;
    }
    pool::for_each_heap(|heap| heap.forget_releasing());
    let bytes = released.len() * crate::class::BLOCK_BYTES;
    for meta in released {
        meta.end_release();
        pool::put_blocks(meta, Some(1));
    }
    bytes
}
