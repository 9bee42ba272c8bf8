//! pyre-types: see docs/architecture.md.
