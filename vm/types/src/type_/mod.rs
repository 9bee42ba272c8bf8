//! `type`.

mod attributes;

use crate::object::collect_class_names;
use crate::support::text;
use pyre_object::call::type_call;
use pyre_object::typeobj::{self, TypeBody, type_body};
use pyre_object::{
    Args, BinOp, Body, Builtin, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, attr, dict, list,
    names, str, type_new,
};

pub use attributes::namespace_proxy;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Type, &TYPE)];
    &ALL
}

static TYPE: TypeSpec = TypeSpec {
    name: "type",
    doc: "type(object) is the object's type.\ntype(name, bases, namespace, **keywords) makes a new class.",
    layout: Some(TypeBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::TYPE_SUBCLASS).or(TypeFlags::WEAKREF),
    slots: Slots {
        repr: Some(repr),
        call: Some(type_call),
        getattr: Some(attr::type_getattr),
        setattr: Some(attr::type_setattr),
        init: Some(init),
        new: Some(type_new::type_new),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, crate::union::type_or),
    methods: &TYPE_METHODS,
    getset: attributes::ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static TYPE_METHODS: [NativeDef; 7] = [
    NativeDef::method("mro", "(self, /)", mro).doc("The method resolution order that the type should have."),
    NativeDef::method("__subclasses__", "(self, /)", subclasses).doc("The direct subclasses that are alive."),
    NativeDef::raw_class_method("__prepare__", "(cls, name, bases, /, **kwds)", |_, _| Ok(dict::new_dict()))
        .doc("Makes the namespace in which a class body runs."),
    NativeDef::method("__instancecheck__", "(self, instance, /)", instance_check)
        .doc("Whether an object is an instance."),
    NativeDef::method("__subclasscheck__", "(self, subclass, /)", subclass_check)
        .doc("Whether a class is a subclass."),
    NativeDef::method("__dir__", "(self, /)", dir).doc("Names of the type's attributes, for dir()."),
    NativeDef::method("__sizeof__", "(self, /)", sizeof).doc("Size of the type object in memory, in bytes."),
];

fn repr(vm: &Vm, ty: &Obj) -> PyResult {
    let qualname = str::to_string_lossy(&type_body(ty).qualname.get());
    match vm.getattr_opt(ty, names::__module__())? {
        Some(m) if str::is_str(&m) && !str::eq_str(&m, "builtins") => {
            text(format!("<class '{}.{qualname}'>", str::to_string_lossy(&m)))
        }
        _ => text(format!("<class '{qualname}'>")),
    }
}

fn init(vm: &Vm, _ty: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.len() == 1 && args.has_keywords() {
        return Err(vm.type_error("type.__init__() takes no keyword arguments"));
    }
    if !matches!(args.len(), 1 | 3) {
        return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

fn mro(vm: &Vm, a: &[Obj]) -> PyResult {
    type_new::default_mro(vm, &a[0]).map(list::from_vec)
}

fn subclasses(_vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(list::from_vec(typeobj::subclasses(&a[0])))
}

fn instance_check(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.real_is_instance(&a[1], &a[0]).map(Obj::bool)
}

fn subclass_check(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.real_is_subclass(&a[1], &a[0]).map(Obj::bool)
}

fn dir(vm: &Vm, a: &[Obj]) -> PyResult {
    let all = dict::new_dict();
    collect_class_names(vm, &a[0], &all)?;
    Ok(list::from_vec(dict::keys_snapshot(&all)))
}

fn sizeof(_vm: &Vm, _a: &[Obj]) -> PyResult {
    Ok(Obj::from_len(pyre_object::layout::HEADER_SIZE + std::mem::size_of::<TypeBody>()))
}
