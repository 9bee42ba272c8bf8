//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).

use super::base::{self, FLAGS};
use pyre_object::exception_group::{Condition, MESSAGE, exceptions, new_group, split};
use pyre_object::exception_support::exception_body;
use pyre_object::{Args, Exc, NativeDef, Obj, PyResult, Slots, TypeSpec, Vm, str, tuple, type_new};

static BASE_EXCEPTION_GROUP_METHODS: [NativeDef; 4] = [
    NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
        type_new::generic_alias(vm, &a[0], &a[1])
    })
    .doc("See PEP 585"),
    NativeDef::method("derive", "(self, excs, /)", derive)
        .doc("Makes a group like this one with other exceptions."),
    NativeDef::method("split", "(self, matcher_value, /)", split_method)
        .doc("Splits the group into what matches and the rest."),
    NativeDef::method("subgroup", "(self, matcher_value, /)", subgroup)
        .doc("The part of the group that matches, or None."),
];

pub static BASE_EXCEPTION_GROUP: TypeSpec = TypeSpec {
    name: "BaseExceptionGroup",
    doc: "A combination of multiple unrelated exceptions.",
    base: Some(|_| Exc::BaseException.ty().clone()),
    flags: FLAGS,
    slots: Slots { new: Some(new), init: Some(base::init), str: Some(to_str), ..Slots::NONE },
    methods: &BASE_EXCEPTION_GROUP_METHODS,
    ..TypeSpec::EMPTY
};

pub static EXCEPTION_GROUP: TypeSpec = TypeSpec {
    name: "ExceptionGroup",
    doc: "A combination of multiple unrelated exceptions that derive from Exception.",
    base: Some(|_| Exc::BaseExceptionGroup.ty().clone()),
    flags: FLAGS,
    ..TypeSpec::EMPTY
};

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    // Keywords belong to the `__init__` of a subclass.
    new_group(vm, class, args.pos())
}

fn to_str(vm: &Vm, e: &Obj) -> PyResult {
    let message = exception_body(e).extra(MESSAGE).get();
    let n = tuple::items(&exceptions(e)).len();
    let mut s = str::StrBuilder::new();
    if !message.is_unbound() {
        s.push_obj(&vm.str(&message)?);
    }
    s.push_str(&format!(" ({n} sub-exception{})", if n == 1 { "" } else { "s" }));
    Ok(s.finish())
}

fn derive(vm: &Vm, args: &[Obj]) -> PyResult {
    let message = exception_body(&args[0]).extra(MESSAGE).get();
    vm.call2(Exc::BaseExceptionGroup.ty(), &message, &args[1])
}

fn split_method(vm: &Vm, args: &[Obj]) -> PyResult {
    let condition = Condition::from_argument(vm, &args[1])?;
    let (matched, rest) = split(vm, &args[0], &condition, true)?;
    Ok(tuple::pair(matched.unwrap_or(Obj::NONE), rest.unwrap_or(Obj::NONE)))
}

fn subgroup(vm: &Vm, args: &[Obj]) -> PyResult {
    let condition = Condition::from_argument(vm, &args[1])?;
    Ok(split(vm, &args[0], &condition, false)?.0.unwrap_or(Obj::NONE))
}
