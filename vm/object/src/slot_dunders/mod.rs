//! Operations of Python classes: functions that look a dunder method up on the type and call it, and the rules that
//! say which function a class gets for an operation.
//!
//! A class that inherits a native type's dunder method unchanged has the native function itself in its slot. The
//! interpreter compares slots with [`DUNDERS`] and pushes a frame for the method instead of calling the function.
//! See docs/design/types.md.

mod basic;
mod operators;
mod update;

pub use basic::{call_next, unhashable};
pub use operators::compare_name;
pub use update::{fix_slots_of_new_type, update_all_slots, update_slots};

use crate::args::Args;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::slots::{BIN_OPS, BinaryFn, GetAttrFn, Slots};
use crate::vm::Vm;
use crate::{Exc, TypeFlags, str, typeobj};

/// Calls a special method looked up on the type only; `None` if the type has none.
#[inline]
pub fn call_special(vm: &Vm, obj: &Obj, name: &Obj, args: Args<'_>) -> PyResult<Option<Obj>> {
    let Some(f) = typeobj::lookup(vm, obj.ty(), name) else { return Ok(None) };
    if typeobj::type_body(f.ty()).flags().has(TypeFlags::METHOD_DESCRIPTOR) {
        return vm.call_with(&f, obj, args).map(Some);
    }
    let bound = match f.slots().descr_get.get() {
        Some(get) => get(vm, &f, Some(obj), obj.ty())?,
        None => f,
    };
    vm.call_args(&bound, args).map(Some)
}

/// As [`call_special`] for a method without which the operation is impossible.
#[inline]
fn required(vm: &Vm, obj: &Obj, name: &Obj, args: &[Obj]) -> PyResult {
    match call_special(vm, obj, name, Args::positional(args))? {
        Some(r) => Ok(r),
        None => Err(vm.error(Exc::AttributeError, str::to_string_lossy(name))),
    }
}

/// The functions that Python classes have in their slots for dunder methods written in Python. `getattr` is the one
/// for classes with `__getattribute__` only; see [`GETATTR_HOOK`].
pub static DUNDERS: Slots = Slots {
    repr: Some(basic::repr),
    str: Some(basic::str),
    hash: Some(basic::hash),
    call: Some(basic::call),
    getattr: Some(basic::getattribute),
    setattr: Some(basic::setattr),
    compare: Some(operators::compare),
    iter: Some(basic::iter),
    next: Some(basic::next),
    descr_get: Some(basic::descr_get),
    descr_set: Some(basic::descr_set),
    init: Some(basic::init),
    new: Some(basic::new),
    finalize: Some(basic::finalize),
    len: Some(basic::len),
    getitem: Some(basic::getitem),
    setitem: Some(basic::setitem),
    contains: Some(basic::contains),
    bool: Some(basic::bool),
    neg: Some(operators::neg),
    pos: Some(operators::pos),
    abs: Some(operators::abs),
    invert: Some(operators::invert),
    int: Some(operators::int),
    float: Some(operators::float),
    index: Some(operators::index),
    pow_mod: Some(operators::pow_mod),
    awaitable: Some(operators::awaitable),
    aiter: Some(operators::aiter),
    anext: Some(operators::anext),
    buffer: Some(basic::buffer),
    binary: BINARY,
    inplace: INPLACE,
};

/// The function of classes that define `__getattr__`.
pub static GETATTR_HOOK: GetAttrFn = basic::getattr_hook;

const BINARY: [Option<BinaryFn>; BIN_OPS] = [
    Some(operators::binary::<0>),
    Some(operators::binary::<1>),
    Some(operators::binary::<2>),
    Some(operators::binary::<3>),
    Some(operators::binary::<4>),
    Some(operators::binary::<5>),
    Some(operators::binary::<6>),
    Some(operators::binary::<7>),
    Some(operators::binary::<8>),
    Some(operators::binary::<9>),
    Some(operators::binary::<10>),
    Some(operators::binary::<11>),
    Some(operators::binary::<12>),
    Some(operators::binary::<13>),
];

const INPLACE: [Option<BinaryFn>; BIN_OPS] = [
    Some(operators::inplace::<0>),
    Some(operators::inplace::<1>),
    Some(operators::inplace::<2>),
    Some(operators::inplace::<3>),
    Some(operators::inplace::<4>),
    Some(operators::inplace::<5>),
    Some(operators::inplace::<6>),
    Some(operators::inplace::<7>),
    Some(operators::inplace::<8>),
    Some(operators::inplace::<9>),
    Some(operators::inplace::<10>),
    Some(operators::inplace::<11>),
    Some(operators::inplace::<12>),
    None,
];

/// The method names of a binary operator: `__add__`, `__radd__`, `__iadd__` (`__divmod__` has no augmented form).
pub fn binary_names(op: crate::BinOp) -> (&'static Obj, &'static Obj, &'static Obj) {
    operators::binary_names(op)
}
