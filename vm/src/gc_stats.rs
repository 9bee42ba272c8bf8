//! `-X gcstats`: what the collector did, on standard error when the process ends.

use crate::{runtime, walker};
use pyre_gc::stats::{self, Histogram};
use pyre_threads::sync::Ordering;
use std::fmt::Write as _;

/// The report, one line for each figure; histograms with their median, 99th percentile and largest value.
pub fn report() -> String {
    let totals = stats::totals();
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "gcstats {name:<18} {value}");
    };
    line("collections", totals.collections.to_string());
    line("freed_cells", totals.freed_cells.to_string());
    line("finalized", totals.finalized.to_string());
    line("resurrected", totals.resurrected.to_string());
    line("allocated_bytes", pyre_gc::pacing::allocated_bytes().to_string());
    line("heap_bytes", pyre_gc::heap_bytes().to_string());
    line("used_bytes", pyre_gc::used_bytes().to_string());
    line("mapped_bytes", pyre_gc::mapped_bytes().to_string());
    line("deferred_bytes", pyre_gc::deferred_bytes().to_string());
    for (name, histogram) in stats::histograms() {
        line(name, summary(histogram));
    }
    if runtime::config().options.gc_zeal.is_some() {
        line("verified", stats::VERIFIED.load(Ordering::Relaxed).to_string());
    }
    if runtime::config().options.walker {
        line("walks", walker::WALKS.load(Ordering::Relaxed).to_string());
        line("walked_cells", walker::CELLS.load(Ordering::Relaxed).to_string());
        line("walks_raced", walker::RACED.load(Ordering::Relaxed).to_string());
    }
    text
}

fn summary(histogram: &Histogram) -> String {
    let count = histogram.count();
    if count == 0 {
        return String::from("none");
    }
    // Buckets are powers of two, so these are the lower ends of the buckets in which the values lie.
    let at_least = |percent: u64| {
        let mut before = 0;
        let rank = (count * percent).div_ceil(100);
        let within = |&(_, n): &(u64, u64)| {
            before += n;
            before >= rank
        };
        histogram.buckets().into_iter().find(within).map_or(0, |(lowest, _)| lowest)
    };
    format!(
        "count {count}, mean {}, median >= {}, p99 >= {}, max {}",
        histogram.sum() / count,
        at_least(50),
        at_least(99),
        histogram.max()
    )
}
