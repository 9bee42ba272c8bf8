//! The table of native modules: what `import` finds before it looks for files.

use pyre_object::{PyResult, Vm};

/// The native modules with the functions that make them, sorted by name.
pub static MODULES: &[(&str, fn(&Vm) -> PyResult)] = &[
    ("_abc", crate::abc::module),
    ("_bisect", crate::bisect::module),
    ("_codecs", crate::codecs::module),
    ("_collections", crate::collections::module),
    ("_contextvars", crate::contextvars::module),
    ("_functools", crate::functools::module),
    ("_heapq", crate::heapq::module),
    ("_io", crate::io::module),
    ("_locale", crate::locale::module),
    ("_opcode", crate::opcode::module),
    ("_operator", crate::operator::module),
    ("_queue", crate::queue::module),
    ("_random", crate::random::module),
    ("_signal", crate::signal::module),
    ("_stat", crate::stat::module),
    ("_statistics", crate::statistics::module),
    ("_string", crate::string_::module),
    ("_struct", crate::struct_::module),
    ("_suggestions", crate::suggestions::module),
    ("_thread", crate::thread::module),
    ("_types", crate::types_::module),
    ("_typing", crate::typing_::module),
    ("_warnings", crate::warnings::module),
    ("_weakref", crate::weakref::module),
    ("atexit", crate::atexit::module),
    ("cmath", crate::cmath::module),
    ("errno", crate::errno::module),
    ("gc", crate::gc::module),
    ("itertools", crate::itertools::module),
    ("math", crate::math::module),
    ("posix", crate::posix::module),
    ("time", crate::time::module),
];
