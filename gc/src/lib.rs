//! pyre-gc: cells, counts and collection. Sees objects only through the trait that the embedder implements.
//!
//! Design page: `docs/design/memory.md`.

pub mod count;
pub mod header;
pub mod queue;
mod sync;

pub use count::{Dropped, Total};
pub use header::Header;
