//! Every tunable of the heap and the collector, in one typed and validated table.

use crate::count::CONTENTION_FLIPS;
use crate::sync::{AtomicU64, AtomicUsize, Ordering};

macro_rules! options {
    ($($(#[$doc:meta])* $field:ident: $kind:ty = $default:expr, $name:literal, $range:expr;)*) => {
        /// The tunables. `Options::default()` is what a process starts with.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct Options { $($(#[$doc])* pub $field: $kind,)* }

        impl Default for Options {
            fn default() -> Options {
                Options { $($field: $default,)* }
            }
        }

        impl Options {
            /// The names that [`Options::set`] knows.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// Sets one option from text; the error says in one line what would be accepted.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
                match name {
                    $($name => {
                        let range = $range;
                        self.$field = value.parse().ok().filter(|v| range.contains(v)).ok_or_else(|| {
                            format!("{}: expected a number from {} to {}, got {:?}", $name, range.start(), range.end(), value)
                        })?;
                        Ok(())
                    })*
                    _ => Err(format!("unknown option {name:?}")),
                }
            }
        }
    };
}

options! {
    /// Net bytes allocated since the last collection, below which none is requested.
    min_bytes: usize = 16 << 20, "gcmin", 4096..=1 << 40;
    /// Garbage that may accumulate before a collection is requested, in percent of the live heap.
    growth_percent: usize = 75, "gcgrowth", 1..=10_000;
    /// Request a collection at every so many allocations; 0 never. For tests. Set it before the first allocation.
    zeal: usize = 0, "gczeal", 0..=1_000_000;
    /// Not 0: a word on a native stack keeps a counted cell alive too, not only a tracing-managed one.
    scan_counted: usize = 0, "gcscancounted", 0..=1;
    /// Not 0: an object on whose count threads collide becomes tracing-managed.
    contention_flips: usize = 1, "gcflips", 0..=1;
}

static MIN_BYTES: AtomicUsize = AtomicUsize::new(16 << 20);
static GROWTH_PERCENT: AtomicUsize = AtomicUsize::new(75);
static ZEAL: AtomicUsize = AtomicUsize::new(0);
static SCAN_COUNTED: AtomicUsize = AtomicUsize::new(0);

/// Net bytes since the last collection at which the next one is requested.
pub(crate) static THRESHOLD: AtomicU64 = AtomicU64::new(16 << 20);

impl Options {
    /// Makes these the tunables of the process.
    pub fn install(&self) {
        MIN_BYTES.store(self.min_bytes, Ordering::Relaxed);
        GROWTH_PERCENT.store(self.growth_percent, Ordering::Relaxed);
        ZEAL.store(self.zeal, Ordering::Relaxed);
        SCAN_COUNTED.store(self.scan_counted, Ordering::Relaxed);
        CONTENTION_FLIPS.set(self.contention_flips != 0);
        set_threshold(crate::pacing::live_bytes());
    }

    /// The tunables of the process.
    pub fn installed() -> Options {
        Options {
            min_bytes: MIN_BYTES.load(Ordering::Relaxed),
            growth_percent: GROWTH_PERCENT.load(Ordering::Relaxed),
            zeal: ZEAL.load(Ordering::Relaxed),
            scan_counted: SCAN_COUNTED.load(Ordering::Relaxed),
            contention_flips: usize::from(CONTENTION_FLIPS.is_on()),
        }
    }
}

/// A collection is requested at every so many allocations; 0 for normal pacing.
#[inline]
pub(crate) fn zeal() -> usize {
    ZEAL.load(Ordering::Relaxed)
}

/// Computes the threshold for a heap with so many live bytes.
pub(crate) fn set_threshold(live: usize) {
    let options = Options::installed();
    let growth = (live as u128 * options.growth_percent as u128 / 100) as u64;
    THRESHOLD.store(growth.max(options.min_bytes as u64), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_validated_in_one_clear_line() {
        let mut options = Options::default();
        options.set("gcgrowth", "50").unwrap();
        assert_eq!(options.growth_percent, 50);
        let error = options.set("gcgrowth", "0").unwrap_err();
        assert_eq!(error, "gcgrowth: expected a number from 1 to 10000, got \"0\"");
        assert!(options.set("gcgrow", "1").is_err());
        assert!(options.set("gczeal", "-1").is_err());
    }

    #[test]
    fn defaults_are_what_the_process_starts_with() {
        assert_eq!(Options::default(), Options::installed());
    }
}
