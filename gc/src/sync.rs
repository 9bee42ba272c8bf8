//! The one place where this crate picks its atomics: those of the façade of `pyre-threads`, std's or loom's.

#[cfg(not(loom))]
pub(crate) use pyre_threads::sync::{AtomicBool, AtomicI64, AtomicPtr, AtomicUsize, MutexGuard, fence};
pub(crate) use pyre_threads::sync::{
    AtomicI32, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Mutex, Ordering, Switch,
};
