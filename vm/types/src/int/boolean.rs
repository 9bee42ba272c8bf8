//! `bool`.

use pyre_object::int::{self, IntRef};
use pyre_object::str::new_str;
use pyre_object::{Args, BinOp, Builtin, Exc, Obj, PyResult, Slots, TypeFlags, TypeSpec, Value, Vm};

fn repr(_: &Vm, o: &Obj) -> PyResult {
    Ok(new_str(if o.raw() == Value::TRUE { "True" } else { "False" }))
}

fn new(vm: &Vm, _cls: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("bool() takes no keyword arguments"));
    }
    match args.pos() {
        [] => Ok(Obj::FALSE),
        [x] => Ok(Obj::bool(vm.truth(x)?)),
        more => Err(vm.type_error(format!("bool expected at most 1 argument, got {}", more.len()))),
    }
}

/// `&`, `|` and `^`: of two bools a bool.
fn bitwise(vm: &Vm, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
    let r = int::binary(vm, op, a, b)?;
    if a.raw().is_bool() && b.raw().is_bool() {
        return Ok(Obj::bool(matches!(int::get(&r), Some(IntRef::Small(1)))));
    }
    Ok(r)
}

fn invert(vm: &Vm, o: &Obj) -> PyResult {
    vm.warn(
        Exc::DeprecationWarning,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
         'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int.",
        1,
    )?;
    Ok(int::new_int(if o.raw() == Value::TRUE { -2 } else { -1 }))
}

pub(super) static BOOL: TypeSpec = TypeSpec {
    name: "bool",
    doc: "Returns True when the argument is true, False otherwise.\n\
          The builtins True and False are the only two instances of the class bool.\n\
          The class bool is a subclass of the class int, and cannot be subclassed.",
    base: Some(|_| Builtin::Int.ty().clone()),
    flags: TypeFlags::IMMUTABLE.or(TypeFlags::MATCH_SELF),
    slots: Slots { repr: Some(repr), invert: Some(invert), new: Some(new), ..Slots::NONE }
        .with_binary(BinOp::And, |vm, a, b| bitwise(vm, BinOp::And, a, b))
        .with_binary(BinOp::Or, |vm, a, b| bitwise(vm, BinOp::Or, a, b))
        .with_binary(BinOp::Xor, |vm, a, b| bitwise(vm, BinOp::Xor, a, b)),
    ..TypeSpec::EMPTY
};
