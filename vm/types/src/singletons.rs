//! The types of `None`, `...` and `NotImplemented`.

use crate::support::text;
use pyre_object::alloc::NoBody;
use pyre_object::{Args, Body, Builtin, CmpOp, NativeDef, Obj, PyResult, Slots, TypeSpec, Vm, str};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::NoneType, &NONE_TYPE),
        (Builtin::EllipsisType, &ELLIPSIS_TYPE),
        (Builtin::NotImplementedType, &NOT_IMPLEMENTED_TYPE),
    ];
    &ALL
}

/// What `hash(None)` is in CPython since 3.12.
const NONE_HASH: i64 = 0xFCA8_6420;

static NONE_TYPE: TypeSpec = TypeSpec {
    name: "NoneType",
    doc: "The type of None.",
    layout: Some(NoBody::layout),
    slots: Slots {
        repr: Some(|_, _| text("None")),
        hash: Some(|_, _| Ok(NONE_HASH)),
        compare: Some(compare),
        bool: Some(|_, _| Ok(false)),
        new: Some(|vm, _, args| only(vm, "NoneType", args, Obj::NONE)),
        ..Slots::NONE
    },
    ..TypeSpec::EMPTY
};

static ELLIPSIS_TYPE: TypeSpec = TypeSpec {
    name: "ellipsis",
    doc: "The type of Ellipsis.",
    layout: Some(NoBody::layout),
    slots: Slots {
        repr: Some(|_, _| text("Ellipsis")),
        new: Some(|vm, _, args| only(vm, "EllipsisType", args, Obj::ELLIPSIS)),
        ..Slots::NONE
    },
    methods: &ELLIPSIS_TYPE_METHODS,
    ..TypeSpec::EMPTY
};

static ELLIPSIS_TYPE_METHODS: [NativeDef; 1] =
    [NativeDef::method("__reduce__", "(self, /)", |_, _| Ok(str::new_str("Ellipsis")))];

static NOT_IMPLEMENTED_TYPE: TypeSpec = TypeSpec {
    name: "NotImplementedType",
    doc: "The type of NotImplemented.",
    layout: Some(NoBody::layout),
    slots: Slots {
        repr: Some(|_, _| text("NotImplemented")),
        bool: Some(|vm, _| Err(vm.type_error("NotImplemented should not be used in a boolean context"))),
        new: Some(|vm, _, args| only(vm, "NotImplementedType", args, Obj::NOT_IMPLEMENTED)),
        ..Slots::NONE
    },
    methods: &NOT_IMPLEMENTED_TYPE_METHODS,
    ..TypeSpec::EMPTY
};

static NOT_IMPLEMENTED_TYPE_METHODS: [NativeDef; 1] =
    [NativeDef::method("__reduce__", "(self, /)", |_, _| Ok(str::new_str("NotImplemented")))];

/// The constructor of a type with one instance.
fn only(vm: &Vm, name: &str, args: Args<'_>, value: Obj) -> PyResult {
    if args.is_empty() { Ok(value) } else { Err(vm.type_error(format!("{name} takes no arguments"))) }
}

fn compare(_vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    match op {
        CmpOp::Eq if a.is(b) => Ok(Obj::TRUE),
        CmpOp::Ne if a.is(b) => Ok(Obj::FALSE),
        _ => Ok(Obj::NOT_IMPLEMENTED),
    }
}
