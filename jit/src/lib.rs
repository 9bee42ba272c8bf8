//! pyre-jit: a framework that makes a tracing compiler out of a bytecode interpreter. It names no language.
//!
//! The embedder writes each instruction handler once over [`machine::Machine`].

pub mod machine;
