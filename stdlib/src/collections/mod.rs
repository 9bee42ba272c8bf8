//! `_collections`: `deque`, `defaultdict`, the attributes of named tuples, and the counting loop of `Counter`.
//! `OrderedDict` is left to the class in the library.

mod counting;
mod default_dict;
pub(crate) mod deque;
mod tuple_getter;

use crate::support::{native_table, new_module};
use pyre_object::{NativeDef, PyResult, Vm, module};

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("_count_elements", "(mapping, iterable, /)", counting::count_elements)
        .doc("Count elements in the iterable, updating the mapping"),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let doc = "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n";
    let m = new_module("_collections", doc, FUNCTIONS);
    deque::DEQUE.add_to(vm, &m);
    deque::ITERATOR.add_to(vm, &m);
    deque::REVERSE_ITERATOR.add_to(vm, &m);
    module::set(&m, "defaultdict", default_dict::default_dict(vm).clone());
    tuple_getter::TUPLE_GETTER.add_to(vm, &m);
    Ok(m)
}
