//! pyre-stdlib: see docs/architecture.md.
