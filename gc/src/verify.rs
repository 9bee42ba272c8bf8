//! The heap verifier (`-X gczeal`, tests): what must hold whenever the world is stopped.

use crate::block::{self, Kind};
use crate::count::Total;
use crate::header::{Header, OWNER_MERGED, OWNER_TRACED};
use crate::model::{self, ObjectModel, pointer};
use crate::plan::edges::EdgeCounts;
use crate::pool;
use crate::sync::Ordering;
use std::ptr::NonNull;

/// Violations listed before the verifier gives up.
const LIMIT: usize = 50;

/// Stops the world and checks the heap; returns one line for each violation. The calling thread is attached and at a safepoint.
#[inline(never)]
pub fn verify() -> Vec<String> {
    let Some(model) = model::installed() else {
        return Vec::new();
    };
    let world = pyre_threads::stop_the_world();
    let found = check(model);
    drop(world);
    found
}

/// The same while the world is stopped, before a collection that a test option asked for. A heap that is wrong is no base for going on: says what
/// is wrong on standard error, and aborts.
pub(crate) fn enforce(model: &dyn ObjectModel) {
    let found = check(model);
    if found.is_empty() {
        return;
    }
    eprintln!("pyre-gc: the heap is damaged:");
    for line in &found {
        eprintln!("  {line}");
    }
    std::process::abort();
}

fn check(model: &dyn ObjectModel) -> Vec<String> {
    let mut found = Vec::new();
    check_edges(model, &mut found);
    // Counting edges follows them, so it must not happen if some lead nowhere.
    if found.is_empty() {
        check_counts(model, &mut found);
    }
    check_side_bits(&mut found);
    found.truncate(LIMIT);
    found
}

fn describe(model: &dyn ObjectModel, cell: NonNull<Header>) -> String {
    // SAFETY: callers pass cells of a stopped world.
    let header = unsafe { cell.as_ref() };
    format!("cell {:p} (shape {}, {})", cell, header.shape(), model.describe(cell))
}

/// Every word that looks like a pointer leads to the start of a live cell.
fn check_edges(model: &dyn ObjectModel, found: &mut Vec<String>) {
    crate::walk::for_each_cell(|cell| {
        if found.len() >= LIMIT {
            return;
        }
        let mut at = 0;
        model.trace(cell, &mut |word| {
            if pointer(word).is_some() && block::resolve_exact(word).is_none() {
                found.push(format!("{}: edge {at} leads to {word:#x}, no live cell", describe(model, cell)));
            }
            at += 1;
        });
    });
    model.roots(&mut |word| {
        if pointer(word).is_some() && block::resolve_exact(word).is_none() {
            found.push(format!("a root leads to {word:#x}, no live cell"));
        }
    });
}

/// No counted cell has fewer references than edges lead to it; headers are in a state that the protocol knows.
fn check_counts(model: &dyn ObjectModel, found: &mut Vec<String>) {
    let edges = EdgeCounts::count(model);
    edges.for_each_cell(|cell| {
        // SAFETY: a live cell, as the world is stopped.
        let header = unsafe { cell.as_ref() };
        let owner = header.owner.load(Ordering::Relaxed);
        match header.total() {
            Total::Counted(total) => {
                let edges = edges.of(cell);
                if total < i64::from(edges) {
                    found.push(format!("{}: {total} references, {edges} edges", describe(model, cell)));
                }
                if owner == OWNER_TRACED {
                    found.push(format!("{}: tracing-managed, yet counted", describe(model, cell)));
                }
                if (owner == OWNER_MERGED) != header.is_merged() {
                    found.push(format!("{}: owner {owner} disagrees with the state", describe(model, cell)));
                }
            }
            Total::Traced if owner != OWNER_TRACED => {
                found.push(format!("{}: tracing-managed, yet owned by {owner}", describe(model, cell)));
            }
            Total::Traced => {}
        }
    });
}

/// Bits are set only where live cells begin.
fn check_side_bits(found: &mut Vec<String>) {
    pool::for_each_block(|meta| {
        for (name, bits) in [("mark", &meta.mark), ("logged", &meta.logged), ("remembered", &meta.remembered)]
        {
            for offset in bits.offsets() {
                let address = meta.start() + offset;
                let starts_cell = match meta.kind() {
                    Kind::Small => meta.cell(meta.cell_index(offset)).as_ptr() as usize == address,
                    _ => offset == 0,
                };
                if !starts_cell {
                    found.push(format!("a {name} bit is set at {address:#x}, where no cell begins"));
                } else if name != "mark" && block::resolve_exact(address as u64).is_none() {
                    found.push(format!("the {name} bit of the free cell {address:#x} is set"));
                }
            }
        }
    });
}
