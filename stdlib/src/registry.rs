//! The table of native modules: what `import` finds before it looks for files.

use pyre_object::{PyResult, Vm};

/// The native modules with the functions that make them, sorted by name.
pub static MODULES: &[(&str, fn(&Vm) -> PyResult)] = &[
    ("_abc", crate::abc::module),
    ("_collections", crate::collections::module),
    ("_functools", crate::functools::module),
    ("_io", crate::io::module),
    ("_operator", crate::operator::module),
    ("_string", crate::string_::module),
    ("_suggestions", crate::suggestions::module),
    ("_types", crate::types_::module),
    ("_typing", crate::typing_::module),
    ("itertools", crate::itertools::module),
];
