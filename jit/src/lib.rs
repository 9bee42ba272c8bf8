//! pyre-jit: see docs/architecture.md.
