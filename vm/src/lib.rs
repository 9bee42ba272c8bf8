//! pyre-vm: see docs/architecture.md.
