//! pyre-object: see docs/architecture.md.
