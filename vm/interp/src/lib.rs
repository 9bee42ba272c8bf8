//! pyre-interp: see docs/architecture.md.
