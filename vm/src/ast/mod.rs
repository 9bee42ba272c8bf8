//! The module `_ast`: classes of nodes, made from the compiler's table, and nodes of the compiler as instances of them
//! and back.

mod base;
mod classes;
mod from_object;
mod to_object;

pub use classes::{classes, is_node};
pub use from_object::{check_kind, check_mode, root_from_object};
pub use to_object::to_object;

use pyre_object::{Obj, PyResult, Vm, int, module};

/// `ast.PyCF_ONLY_AST`: `compile()` gives nodes.
pub const ONLY_AST: i64 = 0x400;
/// `ast.PyCF_OPTIMIZED_AST`, without the bit above.
pub const OPTIMIZED: i64 = 0x8000;
/// `ast.PyCF_TYPE_COMMENTS`
pub const TYPE_COMMENTS: i64 = 0x1000;
/// `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`
pub const TOP_LEVEL_AWAIT: i64 = 0x2000;

/// The module.
///
/// # Errors
/// What making the classes raises: nothing, short of exhaustion.
pub fn module(vm: &Vm) -> PyResult {
    let m = module::new_module("_ast");
    let c = classes(vm)?;
    let set = |ty: &'static Obj| {
        module::set(&m, &pyre_object::typeobj::type_name(ty), ty.clone());
    };
    set(c.ast);
    c.groups.iter().for_each(|ty| set(ty));
    c.kinds.iter().for_each(|ty| set(ty));
    let constants = [
        ("PyCF_ONLY_AST", ONLY_AST),
        ("PyCF_OPTIMIZED_AST", ONLY_AST | OPTIMIZED),
        ("PyCF_TYPE_COMMENTS", TYPE_COMMENTS),
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", TOP_LEVEL_AWAIT),
    ];
    for (name, value) in constants {
        module::set(&m, name, int::new_int(value));
    }
    Ok(m)
}
