//! Looking at the heap from outside: all live cells, and all that is reachable while mutators run.
//!
//! The concurrent walk relies on the layout rules that a concurrent marker will need, and so tests them:
//! - a cell is published (its shape becomes non-zero, by a release store) after its body is filled, and retired (shape 0)
//!   before its body is reused;
//! - the words of a body that `trace` visits are atomic, and lie in the cell itself;
//! - how much `trace` reads depends on the shape and on what the cell itself says, and never exceeds the cell, whatever the words are;
//! - growable storage is a cell of its own that carries its length, and is replaced rather than changed in place.
//!
//! A word read by a walk is never dereferenced before it was resolved to a live cell between the same two polls; blocks change their class, and chunks
//! are unmapped, only while the world is stopped.

use crate::block;
use crate::header::Header;
use crate::model::{self, ObjectModel, pointer};
use crate::pool;
use crate::sync::{Ordering, fence};
use std::collections::HashSet;
use std::ptr::NonNull;

/// Calls `visit` with every live cell. Complete while the world is stopped; otherwise a cell may come or go meanwhile, and the
/// caller is an attached thread that does not poll.
pub fn for_each_cell(mut visit: impl FnMut(NonNull<Header>)) {
    pool::for_each_block(|meta| {
        for index in 0..meta.cells() {
            let cell = meta.cell(index);
            // SAFETY: a carved cell of a block in use; the header consists of atomics.
            if unsafe { cell.as_ref() }.shape_acquire() != 0 {
                visit(cell);
            }
        }
    });
}

/// What a concurrent walk saw.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Walk {
    /// Cells traced.
    pub cells: usize,
    /// Edges followed or found to lead to a cell already seen.
    pub edges: usize,
    /// Words whose cell had died between the load and the look: normal while mutators run.
    pub raced: usize,
    /// Cells that changed while they were traced, and were traced again.
    pub retried: usize,
    /// Edges that led to no live cell, and still did when looked at again with the world stopped. There should be none.
    pub dangling: usize,
}

/// How often a cell that changes is traced again before its last reading is taken.
const RETRIES: usize = 4;

/// Walks everything reachable from `roots` while mutators run. The calling thread is attached and at a safepoint; `poll` is called between cells
/// and polls.
pub fn walk_concurrently(roots: &[u64], model: &dyn ObjectModel, poll: &mut dyn FnMut()) -> Walk {
    let mut walk = Walk::default();
    let mut seen: HashSet<u64> = HashSet::new();
    let mut stack: Vec<u64> = roots.iter().copied().filter(|&word| pointer(word).is_some()).collect();
    let mut words = Vec::new();
    let mut suspects = Vec::new();
    while let Some(word) = stack.pop() {
        poll();
        if seen.contains(&word) {
            continue;
        }
        let Some(cell) = block::resolve_exact(word) else {
            walk.raced += 1;
            continue;
        };
        seen.insert(word);
        if !read_cell(cell, model, &mut words, &mut walk) {
            walk.raced += 1;
            continue;
        }
        walk.cells += 1;
        for &child in &words {
            walk.edges += 1;
            if seen.contains(&child) {
                continue;
            }
            if block::resolve_exact(child).is_none() {
                walk.raced += 1;
                suspects.push((cell, child));
            } else {
                stack.push(child);
            }
        }
    }
    walk.dangling = confirm(&suspects, model);
    walk
}

/// Reads the pointers in a cell; false if the cell died meanwhile.
fn read_cell(cell: NonNull<Header>, model: &dyn ObjectModel, words: &mut Vec<u64>, walk: &mut Walk) -> bool {
    // SAFETY: `cell` was resolved since the last poll, so its header is mapped; it consists of atomics.
    let header = unsafe { cell.as_ref() };
    for _ in 0..RETRIES {
        let before = header.shape_acquire();
        if before == 0 {
            return false;
        }
        words.clear();
        model.trace(cell, &mut |word| {
            if pointer(word).is_some() {
                words.push(word);
            }
        });
        // The words were read before the shape is looked at again.
        fence(Ordering::Acquire);
        if header.shape() == before {
            return true;
        }
        walk.retried += 1;
    }
    header.shape() != 0
}

/// How many of these edges still lead from a live cell to no live cell when everything stands still.
#[inline(never)]
fn confirm(suspects: &[(NonNull<Header>, u64)], model: &dyn ObjectModel) -> usize {
    if suspects.is_empty() {
        return 0;
    }
    let world = pyre_threads::stop_the_world();
    let mut confirmed = 0;
    for &(cell, word) in suspects {
        let mut holds = false;
        if block::resolve_exact(cell.as_ptr() as u64).is_some() && block::resolve_exact(word).is_none() {
            model.trace(cell, &mut |other| holds |= other == word);
        }
        if holds {
            eprintln!("pyre-gc: {} at {cell:p} refers to {word:#x}, no live cell", model.describe(cell));
            confirmed += 1;
        }
    }
    drop(world);
    confirmed
}

/// Walks everything reachable from the model's roots while mutators run; `poll` as for [`walk_concurrently`]. `None` if no model is
/// installed. The calling thread is attached and at a safepoint.
#[inline(never)]
pub fn walk_everything(poll: &mut dyn FnMut()) -> Option<Walk> {
    let model = model::installed()?;
    let mut roots = Vec::new();
    let world = pyre_threads::stop_the_world();
    model.roots(&mut |word| roots.push(word));
    drop(world);
    Some(walk_concurrently(&roots, model, poll))
}
