//! pyre-loom-tests: see docs/architecture.md.
