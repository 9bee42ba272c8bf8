//! The builtin exceptions. What they share is in `base`; members beyond `args` lie in the body by
//! `Exc::field_index`, which is the same index in every subclass.

mod base;
mod group;
mod os;
mod simple;
mod syntax;
mod table;
mod unicode;

use pyre_object::start::BuiltinSpec;

/// The exception types with their shape ids.
pub fn specs() -> Vec<BuiltinSpec> {
    table::specs()
}
