//! pyre-threads: see docs/architecture.md.
