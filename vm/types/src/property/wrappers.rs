//! `classmethod` and `staticmethod`.

use super::says_abstract;
use crate::support::{or_none, text};
use pyre_object::descriptor::{
    ClassMethodBody, StaticMethodBody, class_method_descr_get, static_method_call, static_method_descr_get,
};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, names,
    type_new,
};

pub(super) static CLASS_METHOD: TypeSpec = TypeSpec {
    name: "classmethod",
    doc: "Makes a function a class method: it gets the class as first argument, also when it is called on an \
          instance.\n\nclass C:\n    @classmethod\n    def f(cls, arg): ...",
    layout: Some(ClassMethodBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT),
    slots: Slots {
        repr: Some(repr),
        descr_get: Some(class_method_descr_get),
        init: Some(|vm, o, args| init(vm, "classmethod", o, args)),
        new: Some(|_, cls, _| {
            Ok(alloc::new_shaped(type_body(cls).root_shape(), ClassMethodBody { callable: Slot::empty() }))
        }),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: ATTRIBUTES,
    ..TypeSpec::EMPTY
};

pub(super) static STATIC_METHOD: TypeSpec = TypeSpec {
    name: "staticmethod",
    doc: "Makes a function a static method: it gets no first argument of its own.\n\nclass C:\n    @staticmethod\n    \
          def f(arg): ...",
    layout: Some(StaticMethodBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT),
    slots: Slots {
        repr: Some(repr),
        call: Some(static_method_call),
        descr_get: Some(static_method_descr_get),
        init: Some(|vm, o, args| init(vm, "staticmethod", o, args)),
        new: Some(|_, cls, _| {
            Ok(alloc::new_shaped(type_body(cls).root_shape(), StaticMethodBody { callable: Slot::empty() }))
        }),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static METHODS: [NativeDef; 1] = [NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
    type_new::generic_alias(vm, &a[0], &a[1])
})
.doc("See PEP 585")];

static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::readonly("__func__", |_, o| Ok(or_none(callable(o)))).member(),
    GetSetDef::readonly("__wrapped__", |_, o| Ok(or_none(callable(o)))).member(),
    GetSetDef::readonly("__isabstractmethod__", |vm, o| says_abstract(vm, &callable(o)).map(Obj::bool)),
    GetSetDef::new(
        "__annotations__",
        |vm, o| forwarded(vm, o, names::__annotations__()),
        |vm, o, v| store(vm, o, names::__annotations__(), v),
    ),
    GetSetDef::new(
        "__annotate__",
        |vm, o| forwarded(vm, o, names::__annotate__()),
        |vm, o, v| store(vm, o, names::__annotate__(), v),
    ),
];

fn slot(o: &Obj) -> Option<&Slot> {
    o.downcast::<ClassMethodBody>()
        .map(|b| &b.callable)
        .or_else(|| o.downcast::<StaticMethodBody>().map(|b| &b.callable))
}

fn callable(o: &Obj) -> Obj {
    slot(o).map_or(Obj::UNBOUND, Slot::get)
}

/// The callable's value, unless another one was stored in the instance's dict.
fn forwarded(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    match pyre_object::attr::instance_get(o, name) {
        Some(v) => Ok(v),
        None => vm.getattr(&callable(o), name),
    }
}

fn store(vm: &Vm, o: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if pyre_object::attr::instance_set(vm, o, name, value.cloned())? {
        return Ok(());
    }
    Err(pyre_object::attr::no_attribute(vm, o, name))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let inner = vm.repr_text(&or_none(callable(o)))?;
    text(format!("<{}({inner})>", o.type_name()))
}

fn init(vm: &Vm, what: &str, o: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.has_keywords() {
        return Err(vm.type_error(format!("{what}() takes no keyword arguments")));
    }
    let [f] = args.pos() else {
        return Err(vm.type_error(format!("{what} expected 1 argument, got {}", args.len())));
    };
    if let Some(s) = slot(o) {
        s.set(f.clone());
    }
    // As `functools.wraps` does.
    for name in [names::__module__(), names::__name__(), names::__qualname__(), names::__doc__()] {
        if let Some(v) = vm.getattr_opt(f, name)? {
            pyre_object::attr::instance_set(vm, o, name, Some(v))?;
        }
    }
    Ok(())
}
