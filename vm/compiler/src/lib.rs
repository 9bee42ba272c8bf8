//! pyre-compiler: see docs/architecture.md.
