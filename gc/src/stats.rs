//! What collections did: a record of each, and histograms over all.

use crate::sync::{AtomicU64, Mutex, Ordering};
use std::time::Duration;

/// Why a collection runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The heap has grown.
    Growth,
    /// `gc.collect()`.
    Explicit,
    /// The process ends.
    Shutdown,
    /// A test option.
    Zeal,
}

/// What one collection did.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Why it ran.
    pub reason: Reason,
    /// Cells found live.
    pub live_cells: usize,
    /// Bytes of the cells found live.
    pub live_bytes: usize,
    /// Cells freed.
    pub freed_cells: usize,
    /// Bytes of the cells freed.
    pub freed_bytes: usize,
    /// Finalizers run.
    pub finalized: usize,
    /// Cells whose weak references were cleared.
    pub weakly_referenced: usize,
    /// Cells that were unreachable before finalizers ran, and were reachable after.
    pub resurrected: usize,
    /// Cells kept because their counts show references from outside the heap that no root explains.
    pub held_by_count: usize,
    /// Bytes of blocks given back.
    pub released_bytes: usize,
    /// Bytes that waited for a grace period when it began.
    pub deferred_bytes: usize,
    /// How long the world was stopped, each time.
    pub pauses: Vec<Duration>,
    /// From the request for the world to stop until it had.
    pub time_to_stop: Duration,
}

impl Stats {
    pub(crate) fn new(reason: Reason) -> Stats {
        Stats {
            reason,
            live_cells: 0,
            live_bytes: 0,
            freed_cells: 0,
            freed_bytes: 0,
            finalized: 0,
            weakly_referenced: 0,
            resurrected: 0,
            held_by_count: 0,
            released_bytes: 0,
            deferred_bytes: crate::deferred_bytes(),
            pauses: Vec::new(),
            time_to_stop: Duration::ZERO,
        }
    }
}

/// Counts of values by the position of their highest bit.
pub struct Histogram {
    buckets: [AtomicU64; 64],
    sum: AtomicU64,
    max: AtomicU64,
}

impl Histogram {
    const fn new() -> Histogram {
        Histogram {
            buckets: [const { AtomicU64::new(0) }; 64],
            sum: AtomicU64::new(0),
            max: AtomicU64::new(0),
        }
    }

    fn record(&self, value: u64) {
        let bucket = (64 - value.leading_zeros()).saturating_sub(1) as usize;
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
        self.max.fetch_max(value, Ordering::Relaxed);
    }

    /// The buckets that are not empty, as `(lowest value, count)`; a bucket ends where twice its lowest value begins.
    pub fn buckets(&self) -> Vec<(u64, u64)> {
        let buckets = self.buckets.iter().enumerate();
        let lowest = |at: usize| if at == 0 { 0 } else { 1 << at };
        buckets.map(|(at, n)| (lowest(at), n.load(Ordering::Relaxed))).filter(|&(_, n)| n > 0).collect()
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|n| n.load(Ordering::Relaxed)).sum()
    }

    /// The sum of the values.
    pub fn sum(&self) -> u64 {
        self.sum.load(Ordering::Relaxed)
    }

    /// The largest value.
    pub fn max(&self) -> u64 {
        self.max.load(Ordering::Relaxed)
    }
}

/// Microseconds that the world was stopped, for each pause.
pub static PAUSE_MICROS: Histogram = Histogram::new();
/// Microseconds from the request for the world to stop until it had.
pub static STOP_MICROS: Histogram = Histogram::new();
/// Live bytes after each collection.
pub static LIVE_BYTES: Histogram = Histogram::new();
/// Bytes waiting for a grace period when each collection began.
pub static DEFERRED_BYTES: Histogram = Histogram::new();
/// Bytes freed by each collection.
pub static FREED_BYTES: Histogram = Histogram::new();

/// How often the verifier found the heap in order before a collection.
pub static VERIFIED: AtomicU64 = AtomicU64::new(0);

/// All histograms by name.
pub fn histograms() -> [(&'static str, &'static Histogram); 5] {
    [
        ("pause_us", &PAUSE_MICROS),
        ("stop_us", &STOP_MICROS),
        ("live_bytes", &LIVE_BYTES),
        ("deferred_bytes", &DEFERRED_BYTES),
        ("freed_bytes", &FREED_BYTES),
    ]
}

/// Sums over all collections.
#[derive(Clone, Copy, Default, Debug)]
pub struct Totals {
    /// Collections that ran.
    pub collections: u64,
    /// Cells freed by them.
    pub freed_cells: u64,
    /// Finalizers they ran.
    pub finalized: u64,
    /// Cells that their finalizers resurrected.
    pub resurrected: u64,
}

static TOTALS: Mutex<Totals> =
    Mutex::new(Totals { collections: 0, freed_cells: 0, finalized: 0, resurrected: 0 });

/// Sums over all collections so far.
pub fn totals() -> Totals {
    *TOTALS.lock()
}

pub(crate) fn record(stats: &Stats) {
    for pause in &stats.pauses {
        PAUSE_MICROS.record(pause.as_micros() as u64);
    }
    STOP_MICROS.record(stats.time_to_stop.as_micros() as u64);
    LIVE_BYTES.record(stats.live_bytes as u64);
    DEFERRED_BYTES.record(stats.deferred_bytes as u64);
    FREED_BYTES.record(stats.freed_bytes as u64);
    let mut totals = TOTALS.lock();
    totals.collections += 1;
    totals.freed_cells += stats.freed_cells as u64;
    totals.finalized += stats.finalized as u64;
    totals.resurrected += stats.resurrected as u64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_powers_of_two() {
        let histogram = Histogram::new();
        for value in [0, 1, 2, 3, 4, u64::MAX >> 1] {
            histogram.record(value);
        }
        assert_eq!(histogram.buckets(), [(0, 2), (2, 2), (4, 1), (1 << 62, 1)]);
        assert_eq!(histogram.count(), 6);
        assert_eq!(histogram.max(), u64::MAX >> 1);
    }
}
