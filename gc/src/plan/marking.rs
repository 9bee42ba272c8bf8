//! Marking with an explicit stack, while the world is stopped.

use crate::block::{self, BlockMeta};
use crate::count::Total;
use crate::header::Header;
use crate::model::{ObjectModel, pointer};
use crate::native::Scan;
use crate::options::Options;
use crate::plan::edges::EdgeCounts;
use crate::{pool, queue};
use pyre_threads::WorldStopped;
use std::ptr::NonNull;

/// Whether the collector has marked a cell.
///
/// # Safety
/// `cell` is a cell.
#[inline]
pub(crate) unsafe fn is_marked(cell: NonNull<Header>) -> bool {
    // SAFETY: a cell, by contract.
    unsafe { BlockMeta::of(cell) }.mark.get(cell.as_ptr() as usize)
}

/// Cells that are marked and whose children are not yet.
pub(crate) struct Marker {
    model: &'static dyn ObjectModel,
    stack: Vec<NonNull<Header>>,
}

impl Marker {
    /// Nothing is marked.
    pub(crate) fn new(model: &'static dyn ObjectModel) -> Marker {
        pool::for_each_block(|meta| meta.mark.clear_all());
        Marker { model, stack: Vec::new() }
    }

    /// Marks a cell; says whether it was unmarked.
    #[inline]
    pub(crate) fn mark(&mut self, cell: NonNull<Header>) -> bool {
        mark_onto(&mut self.stack, cell)
    }

    /// Marks what is reachable from marked cells.
    pub(crate) fn drain(&mut self) {
        while let Some(cell) = self.stack.pop() {
            let stack = &mut self.stack;
            self.model.trace(cell, &mut |word| {
                if let Some(child) = pointer(word) {
                    mark_onto(stack, child);
                }
            });
        }
    }

    /// Marks the roots that are known: the model's, rooted buffers, native stacks and what they refer to in native memory, and what merge
    /// queues hold.
    ///
    /// A word on a native stack, or in such a block, keeps a tracing-managed cell alive. A counted cell needs no such help: whoever uses it across a
    /// safepoint owns a counted reference, which `mark_held` sees; and ignoring stale words makes collections repeatable.
    pub(crate) fn mark_roots(&mut self, world: &WorldStopped<'_>) {
        let counted = Options::installed().scan_counted != 0;
        let mut native = Scan::begin();
        let stack = &mut self.stack;
        let mut visit = |word| {
            if let Some(cell) = pointer(word) {
                mark_onto(stack, cell);
            }
        };
        self.model.roots(&mut visit);
        pool::for_each_heap(|heap| heap.for_each_rooted(&mut visit));
        let mut visit_any = |word: u64| {
            if let Some(cell) = block::resolve(word)
                // SAFETY: resolved, and the world is stopped.
                && (counted || unsafe { cell.as_ref() }.is_traced())
            {
                mark_onto(stack, cell);
            }
        };
        world.for_each(|record| {
            let scan = &mut |word: usize| {
                visit_any(word as u64);
                native.see(word as u64);
            };
            // SAFETY: the world is stopped: the thread is stopped, detached without a way to attach, or the calling
            // thread, which published its stack when it stopped the world.
            unsafe { record.scan_stack(scan) };
        });
        native.drain(&mut visit_any);
        drop(native);
        queue::global().for_each(|cell| {
            mark_onto(stack, cell);
        });
        self.drain();
    }

    /// Marks cells with more references than edges lead to them: somebody outside the heap holds them, for instance native code in
    /// memory that nobody scans. So do cells without references: somebody is destroying them. Returns how many the other roots had
    /// missed.
    pub(crate) fn mark_held(&mut self, edges: &EdgeCounts) -> usize {
        let mut held = 0;
        edges.for_each_cell(|cell| {
            // SAFETY: a live cell, as the world is stopped.
            let Total::Counted(total) = (unsafe { cell.as_ref() }).total() else {
                return;
            };
            if (total > i64::from(edges.of(cell)) || total <= 0) && self.mark(cell) {
                held += 1;
                self.drain();
            }
        });
        held
    }
}

#[inline]
fn mark_onto(stack: &mut Vec<NonNull<Header>>, cell: NonNull<Header>) -> bool {
    // SAFETY: roots and edges lead to cells, by the model's contract.
    let meta = unsafe { BlockMeta::of(cell) };
    let fresh = meta.mark.set_exclusive(cell.as_ptr() as usize);
    if fresh {
        stack.push(cell);
    }
    fresh
}
