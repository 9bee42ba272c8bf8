//! `_operator`: the operators as functions, and the callables that fetch attributes, items and method results.

mod functions;
mod getters;
mod method_caller;

use crate::support::new_module;
use pyre_object::{PyResult, Vm};

const DOC: &str = "Operator interface.

This module exports a set of functions implemented in C corresponding
to the intrinsic operators of Python.  For example, operator.add(x, y)
is equivalent to the expression x+y.";

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_operator", DOC, functions::FUNCTIONS);
    getters::ATTRGETTER.add_to(vm, &m);
    getters::ITEMGETTER.add_to(vm, &m);
    method_caller::METHODCALLER.add_to(vm, &m);
    Ok(m)
}
