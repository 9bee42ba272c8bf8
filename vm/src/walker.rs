//! `-X walker`: a thread that walks everything reachable, over and over, while the program runs.
//!
//! It reads objects as a concurrent marker does, without locks and without counting, and so tests that every builtin type is laid out for that:
//! it must never leave a cell, and never meet an edge that leads to no live object ([`pyre_gc::walk`]). A violation ends the process.

use pyre_threads::sync::{AtomicU64, Ordering};
use std::time::Duration;

/// Walks that were completed.
pub static WALKS: AtomicU64 = AtomicU64::new(0);
/// Cells that they read.
pub static CELLS: AtomicU64 = AtomicU64::new(0);
/// Words whose cell had died before it was read.
pub static RACED: AtomicU64 = AtomicU64::new(0);

/// How long the walker leaves the heap alone between two walks, so that programs with few processors get on.
const PAUSE: Duration = Duration::from_micros(500);

/// Starts the walker, before any other thread of the program.
///
/// # Errors
/// The system gives no thread.
pub fn start() -> std::io::Result<()> {
    pyre_gc::set_multi_threaded();
    std::thread::Builder::new().name("walker".into()).spawn(walk).map(drop)
}

fn walk() {
    if pyre_threads::register("walker").is_err() {
        return;
    }
    pyre_threads::attach();
    loop {
        step();
        pyre_threads::without_attachment(|| std::thread::sleep(PAUSE));
    }
}

#[inline(never)]
fn step() {
    // Requests of the embedder are for threads that run Python; there is nothing of that here.
    let mut poll = || {
        let _ = pyre_threads::poll();
    };
    let Some(walk) = pyre_gc::walk::walk_everything(&mut poll) else { return };
    WALKS.fetch_add(1, Ordering::Relaxed);
    CELLS.fetch_add(walk.cells as u64, Ordering::Relaxed);
    RACED.fetch_add(walk.raced as u64, Ordering::Relaxed);
    if walk.dangling > 0 {
        eprintln!("pyre: the walker met {} edges that lead to no live object", walk.dangling);
        std::process::abort();
    }
}
