//! pyre-text: see docs/architecture.md.
