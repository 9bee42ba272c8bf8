//! Nodes of the compiler as Python objects.

use super::base::set;
use super::classes::{Classes, classes, instance};
use pyre_compiler::tree::{Field, Node, Place};
use pyre_object::code::constant;
use pyre_object::{Obj, PyResult, Vm, int, intern, list};

/// Native stack that must be left for a level of nodes.
const STACK_RESERVE: usize = 256 << 10;

/// The node as an object.
///
/// # Errors
/// `RecursionError`
pub fn to_object(vm: &Vm, node: &Node) -> PyResult {
    convert(vm, classes(vm)?, node)
}

fn convert(vm: &Vm, c: &Classes, node: &Node) -> PyResult {
    if let Some(only) = c.singletons[node.kind as usize] {
        return Ok(only.clone());
    }
    if vm.native_stack_left() < STACK_RESERVE {
        return Err(vm.recursion_error(" during ast construction"));
    }
    let o = instance(c.kinds[node.kind as usize]);
    for (field, name) in node.fields.iter().zip(&c.field_names[node.kind as usize]) {
        set(vm, &o, name, value(vm, c, field)?)?;
    }
    if let Some(Place { line, column, end_line, end_column }) = node.location {
        for (name, n) in c.place_names.iter().zip([line, column, end_line, end_column]) {
            set(vm, &o, name, int::new_int(i64::from(n)))?;
        }
    }
    Ok(o)
}

fn value(vm: &Vm, c: &Classes, field: &Field) -> PyResult {
    Ok(match field {
        Field::None => Obj::NONE,
        Field::Int(n) => int::new_int(i64::from(*n)),
        Field::Name(name) => intern::intern_str(name),
        Field::Constant(value) => constant(value),
        Field::Node(node) => convert(vm, c, node)?,
        Field::List(items) => {
            let items: PyResult<Vec<Obj>> = items.iter().map(|item| value(vm, c, item)).collect();
            list::from_vec(items?)
        }
    })
}
