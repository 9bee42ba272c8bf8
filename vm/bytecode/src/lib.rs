//! pyre-bytecode: see docs/architecture.md.
