//! How many edges lead to each cell: a table beside each block that lives as long as one stop of the world.

use crate::block::{BlockMeta, MAX_CELLS};
use crate::header::Header;
use crate::model::{ObjectModel, pointer};
use crate::pool;
use crate::sync::Ordering;
use std::ptr::{self, NonNull};

const TABLE: usize = MAX_CELLS;

/// The tables of all blocks. Dropping it removes them.
pub(crate) struct EdgeCounts {
    tables: Vec<(&'static BlockMeta, Box<[u32]>)>,
}

impl EdgeCounts {
    /// Counts every edge of the heap. The world is stopped.
    pub(crate) fn count(model: &dyn ObjectModel) -> EdgeCounts {
        let mut tables = Vec::new();
        pool::for_each_block(|meta| {
            let mut table = vec![0u32; meta.cells().min(TABLE)].into_boxed_slice();
            meta.edges.store(table.as_mut_ptr(), Ordering::Relaxed);
            tables.push((meta, table));
        });
        let counts = EdgeCounts { tables };
        let mut visit = |word: u64| {
            if let Some(child) = pointer(word) {
                // SAFETY: words in slots are pointers to cells, by the model's contract; the world is stopped.
                let edges = unsafe { EdgeCounts::slot(child) };
                // SAFETY: as long as `counts` lives the table does, and nobody else uses it.
                unsafe { *edges = (*edges).saturating_add(1) };
            }
        };
        counts.for_each_cell(|cell| model.trace(cell, &mut visit));
        counts
    }

    /// # Safety
    /// The tables exist, and `cell` is a cell that was carved when they were made.
    #[inline]
    unsafe fn slot(cell: NonNull<Header>) -> *mut u32 {
        // SAFETY: a cell, by contract.
        let meta = unsafe { BlockMeta::of(cell) };
        let table = meta.edges.load(Ordering::Relaxed);
        debug_assert!(!table.is_null(), "an edge leads to no cell");
        // SAFETY: the table has an entry for every carved cell.
        unsafe { table.add(meta.edge_index(cell)) }
    }

    /// Edges found to a cell.
    #[inline]
    pub(crate) fn of(&self, cell: NonNull<Header>) -> u32 {
        // SAFETY: called with live cells while the world that was counted is still stopped.
        unsafe { *EdgeCounts::slot(cell) }
    }

    /// Calls `visit` with every live cell.
    pub(crate) fn for_each_cell(&self, mut visit: impl FnMut(NonNull<Header>)) {
        for (meta, table) in &self.tables {
            for index in 0..table.len() {
                let cell = meta.cell(index);
                // SAFETY: a carved cell of a block in use; the header consists of atomics.
                if unsafe { cell.as_ref() }.shape() != 0 {
                    visit(cell);
                }
            }
        }
    }
}

impl Drop for EdgeCounts {
    fn drop(&mut self) {
        for (meta, _) in &self.tables {
            meta.edges.store(ptr::null_mut(), Ordering::Relaxed);
        }
    }
}
