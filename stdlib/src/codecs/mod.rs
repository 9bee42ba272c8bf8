//! `_codecs`: the registry of codecs, the codecs that are native, and error handlers.

mod registry;

pub use registry::lookup;
