//! `time`: clocks, sleeping, and the calendar by way of the C library.

mod calendar;
mod clocks;

use pyre_object::{Obj, PyResult, Vm, model, module};
use pyre_types::struct_sequence::type_of;
use std::sync::OnceLock;

static MODULE: OnceLock<&'static Obj> = OnceLock::new();

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = module::new_module("time");
    let _ = MODULE.set(model::immortal(m.clone()));
    module::add_functions(&m, &clocks::FUNCTIONS);
    module::add_functions(&m, &calendar::FUNCTIONS);
    clocks::add_constants(&m);
    module::set(&m, "struct_time", type_of(vm, &calendar::STRUCT_TIME)?.clone());
    module::set(&m, "_STRUCT_TM_ITEMS", Obj::from_len(11));
    calendar::set_zone(&m);
    Ok(m)
}
