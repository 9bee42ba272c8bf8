//! What the collector asks of the embedder.

use crate::header::Header;
use std::ptr::NonNull;
use std::sync::OnceLock;

/// Takes words: pointers to the starts of cells, or anything else that a slot may hold. Zero and words whose low three bits are not
/// clear are no pointers.
pub type Visit<'a> = &'a mut dyn FnMut(u64);

/// Whether a cell belongs to the dead set.
pub type IsDead<'a> = &'a dyn Fn(NonNull<Header>) -> bool;

/// The embedder's knowledge of its objects.
///
/// | method           | world     | may run Python code | may allocate cells |
/// |------------------|-----------|---------------------|--------------------|
/// | `trace`, `roots` | any / stopped | no              | no                 |
/// | `clear_weakrefs` | stopped   | no                  | no                 |
/// | `destroy_body`   | stopped   | no                  | no                 |
/// | `run_finalizers`, `destroy` | running | yes      | yes                |
///
/// # Safety
/// `trace` must visit every reference that the cell holds, once for each reference counted, and nothing else; storage
/// cells that an object owns are references too. It reads the body of *that cell only*, by atomic loads, and must do so without assuming
/// that the words are sane while mutators run ([`crate::walk`]). `roots` must visit everything reachable from outside the
/// heap that is not counted.
pub unsafe trait ObjectModel: Sync + 'static {
    /// Visits every reference that the cell, whose shape is not 0, holds.
    fn trace(&self, cell: NonNull<Header>, visit: Visit<'_>);

    /// What a cell is, for the verifier's messages. The world is stopped.
    fn describe(&self, cell: NonNull<Header>) -> String {
        let _ = cell;
        String::from("?")
    }

    /// Visits every root: the register stacks of all threads, globals, tables of interned objects. Native stacks and merge queues are
    /// the collector's business.
    fn roots(&self, visit: Visit<'_>);

    /// Clears every weak reference to the cells in `referents`, all of which are dead and carry `HAS_WEAKREFS`. Callbacks are
    /// remembered for `run_finalizers`, unless the weak reference itself is dead.
    fn clear_weakrefs(&self, referents: &[NonNull<Header>], is_dead: IsDead<'_>);

    /// Runs the remembered callbacks of weak references, then the finalizers of these cells, in the embedder's order; sets `FINALIZED` on each. The
    /// collector holds a reference to each cell.
    fn run_finalizers(&self, cells: &[NonNull<Header>]);

    /// The verdict is final: `is_dead` cells will be freed before the world goes on. Uncounted tables forget them now.
    fn before_sweep(&self, is_dead: IsDead<'_>) {
        let _ = is_dead;
    }

    /// Releases what a dead cell holds beside references: file descriptors, memory from elsewhere. No counts.
    fn destroy_body(&self, cell: NonNull<Header>);

    /// Destroys an object whose last counted reference the collector gave up: all that the embedder does when a count reaches zero,
    /// freeing the cell included.
    fn destroy(&self, cell: NonNull<Header>);
}

static MODEL: OnceLock<&'static dyn ObjectModel> = OnceLock::new();

/// Registers the embedder, once for the process. Returns whether this was the first call.
pub fn install(model: &'static dyn ObjectModel) -> bool {
    MODEL.set(model).is_ok()
}

/// The embedder, if it has registered.
pub(crate) fn installed() -> Option<&'static dyn ObjectModel> {
    MODEL.get().copied()
}

/// The cell a word of a slot points to, if it is a pointer.
#[inline(always)]
pub fn pointer(word: u64) -> Option<NonNull<Header>> {
    if word & 7 == 0 { NonNull::new(std::ptr::with_exposed_provenance_mut(word as usize)) } else { None }
}
