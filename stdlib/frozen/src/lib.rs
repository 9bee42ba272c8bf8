//! pyre-frozen: see docs/architecture.md.
