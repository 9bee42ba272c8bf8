//! The stop-the-world plan: trace from the roots, free what was not reached (McCarthy 1960), with finalizers after PEP 442.
//!
//! 1. Stop the world. Count the edges to every cell; mark from the roots, and from every cell whose count says that somebody outside
//!    the heap holds it.
//! 2. Clear the weak references to what is not marked.
//! 3. If some of that has finalizers that have not run: let the world go, run them and the callbacks, and begin again from 1. Now
//!    the dead that still have such finalizers (they died meanwhile) count as roots; the next collection sees to them.
//! 4. Give up the references from the dead to the living, free the dead, let the world go, destroy what lost its last reference.
//!
//! Counting alone frees everything acyclic, so this plan is for cycles and for what is tracing-managed. Its pause is
//! proportional to the heap.

use crate::count::Dropped;
use crate::header::Header;
use crate::model::{self, ObjectModel};
use crate::native::Unscanned;
use crate::plan::edges::EdgeCounts;
use crate::plan::marking::{Marker, is_marked};
use crate::plan::sweep::Dead;
use crate::stats::{self, Reason, Stats};
use crate::sync::{AtomicBool, Ordering};
use crate::{pacing, pool};
use pyre_threads::{WorldStopped, tls};
use std::ptr::NonNull;
use std::time::Instant;

static COLLECTING: AtomicBool = AtomicBool::new(false);

/// Whether a collection is under way, its finalizers included.
pub fn is_collecting() -> bool {
    COLLECTING.load(Ordering::Relaxed)
}

/// Collects, on the calling thread, which is attached and at a safepoint. `None` if a collection is under way already (it may be that of
/// a caller further up: finalizers may call this), or no model is installed.
#[inline(never)]
pub fn collect(reason: Reason) -> Option<Stats> {
    let model = model::installed()?;
    COLLECTING.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).ok()?;
    let _reset = ResetOnDrop;
    let mut stats = Stats::new(reason);
    if let Some(found) = cycle(model, None, &mut stats) {
        stats.finalized = found.finalizable.len();
        model.run_finalizers(&found.finalizable);
        release(model, &found.finalizable);
        let second = cycle(model, Some(found.unreachable), &mut stats);
        debug_assert!(second.is_none());
    }
    stats::record(&stats);
    Some(stats)
}

struct ResetOnDrop;

impl Drop for ResetOnDrop {
    fn drop(&mut self) {
        COLLECTING.store(false, Ordering::Release);
    }
}

/// A dead set that must not be freed before its finalizers have run.
struct Isolated {
    /// Each with a reference that the collector holds.
    finalizable: Vec<NonNull<Header>>,
    unreachable: usize,
}

/// One stop of the world. `isolated` is the size of the dead set whose finalizers have run, if this is the second stop.
fn cycle(model: &'static dyn ObjectModel, isolated: Option<usize>, stats: &mut Stats) -> Option<Isolated> {
    // What the collector itself allocates needs no scan, and must not change blocks that it walks over.
    let _unscanned = Unscanned::begin();
    let requested = Instant::now();
    let world = pyre_threads::stop_the_world();
    let stopped = Instant::now();
    stats.time_to_stop = stats.time_to_stop.max(stopped - requested);
    pacing::begin();
    if crate::options::zeal() != 0 {
        crate::verify::enforce(model);
        stats::VERIFIED.fetch_add(1, Ordering::Relaxed);
    }
    let mut marker = Marker::new(model);
    mark_reachable(&mut marker, &world, model, stats);
    let mut dead = Dead::find(stats);
    if isolated.is_some() && !dead.finalizable.is_empty() {
        dead.finalizable.iter().for_each(|&cell| {
            marker.mark(cell);
        });
        marker.drain();
        dead = Dead::find(stats);
    }
    if !dead.weakly_referenced.is_empty() {
        stats.weakly_referenced += dead.weakly_referenced.len();
        // SAFETY: the model asks about cells, and the world is stopped.
        model.clear_weakrefs(&dead.weakly_referenced, &|cell| unsafe { !is_marked(cell) });
    }
    let callbacks = !dead.weakly_referenced.is_empty();
    if !dead.finalizable.is_empty() {
        for cell in &dead.finalizable {
            // SAFETY: a live cell, as the world is stopped.
            unsafe { cell.as_ref() }.increment_stopped();
        }
        resume(world, stopped, stats);
        return Some(Isolated { unreachable: dead.cells.len(), finalizable: dead.finalizable });
    }
    stats.resurrected = isolated.map_or(0, |before| before.saturating_sub(dead.cells.len()));
    // SAFETY: the model asks about cells, and the world is stopped.
    model.before_sweep(&|cell| unsafe { !is_marked(cell) });
    let dying = dead.sweep(model, stats);
    pool::trim();
    pacing::finished(stats.live_bytes);
    resume(world, stopped, stats);
    if callbacks {
        model.run_finalizers(&[]);
    }
    dying.into_iter().for_each(|cell| model.destroy(cell));
    None
}

fn mark_reachable(marker: &mut Marker, world: &WorldStopped<'_>, model: &dyn ObjectModel, stats: &mut Stats) {
    marker.mark_roots(world);
    let edges = EdgeCounts::count(model);
    stats.held_by_count = marker.mark_held(&edges);
}

fn resume(world: WorldStopped<'_>, stopped: Instant, stats: &mut Stats) {
    drop(world);
    stats.pauses.push(stopped.elapsed());
}

/// Gives up the references that kept finalizable cells alive.
fn release(model: &dyn ObjectModel, cells: &[NonNull<Header>]) {
    let me = tls::current_id();
    for &cell in cells {
        // SAFETY: the collector holds a reference to the cell until this statement.
        if unsafe { cell.as_ref() }.decrement(me) == Dropped::Dead {
            model.destroy(cell);
        }
    }
}
