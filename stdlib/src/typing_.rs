//! `_typing`: the types behind `typing` that are builtin.

use crate::support::{native_table, new_module};
use pyre_object::{Builtin, NativeDef, PyResult, Vm, module};

static FUNCTIONS: &[NativeDef] =
    native_table![NativeDef::function("_idfunc", "(x, /)", |_, a| Ok(a[0].clone()))];

const TYPES: [(&str, Builtin); 8] = [
    ("Generic", Builtin::Generic),
    ("ParamSpec", Builtin::ParamSpec),
    ("ParamSpecArgs", Builtin::ParamSpecArgs),
    ("ParamSpecKwargs", Builtin::ParamSpecKwargs),
    ("TypeAliasType", Builtin::TypeAliasType),
    ("TypeVar", Builtin::TypeVar),
    ("TypeVarTuple", Builtin::TypeVarTuple),
    ("Union", Builtin::Union),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_typing", "Primitives and accelerators for the typing module.\n", FUNCTIONS);
    for (name, ty) in TYPES {
        module::set(&m, name, ty.ty().clone());
    }
    module::set(&m, "NoDefault", pyre_types::typing_::no_default(vm).clone());
    Ok(m)
}
