//! pyre-number: see docs/architecture.md.
