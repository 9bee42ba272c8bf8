//! pyre-gc: see docs/architecture.md.
