//! Collection plans: one file each, a composition of the shared parts.

pub(crate) mod edges;
pub mod mark_sweep;
pub(crate) mod marking;
pub(crate) mod sweep;
