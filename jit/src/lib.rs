//! pyre-jit: a framework that makes a tracing compiler out of a bytecode interpreter. It names no language.
//!
//! The embedder writes each instruction handler once over [`machine::Machine`]. Its recorder machine executes and at the
//! same time writes a trace down with [`recording`]; the trace is [`ir`]. [`replay`] interprets a trace, and [`check`]
//! runs a trace and the interpreter side by side and compares them. Design: `docs/design/jit.md`.

pub mod check;
pub mod ir;
pub mod machine;
pub mod recording;
pub mod replay;
#[cfg(test)]
mod tests;
