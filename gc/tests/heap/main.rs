//! The heap and its collector, driven by a toy embedder.
#![cfg(not(loom))]
#![allow(clippy::undocumented_unsafe_blocks, missing_docs)]

mod allocation;
mod churn;
mod collection;
mod graphs;
mod toy;
