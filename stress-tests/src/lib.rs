//! pyre-stress-tests: see docs/architecture.md.
