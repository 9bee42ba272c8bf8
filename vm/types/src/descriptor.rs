//! The types of the descriptors that lie in the namespaces of native types. `classmethod`, `staticmethod` and
//! `property` are in [`crate::property`].

use crate::function::text_signature;
use crate::support::{address, builtin_function, doc, identity_hash, text};
use pyre_object::descriptor::{
    ClassMethodDescriptorBody, GetSetBody, MemberBody, MethodDescriptorBody, MethodWrapperBody,
    WrapperDescriptorBody, class_method_descriptor_call, class_method_descriptor_get, getset_descr_get,
    getset_descr_set, member_descr_get, member_descr_set, method_descriptor_call, method_descriptor_get,
    method_wrapper_call, wrapper_descr_get, wrapper_descriptor_call,
};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, str, tuple,
    type_new,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 6] = [
        (Builtin::MethodDescriptor, &METHOD_DESCRIPTOR),
        (Builtin::ClassMethodDescriptor, &CLASS_METHOD_DESCRIPTOR),
        (Builtin::WrapperDescriptor, &WRAPPER_DESCRIPTOR),
        (Builtin::MethodWrapper, &METHOD_WRAPPER),
        (Builtin::GetSetDescriptor, &GETSET_DESCRIPTOR),
        (Builtin::MemberDescriptor, &MEMBER_DESCRIPTOR),
    ];
    &ALL
}

/// What all these descriptors have in common.
struct Parts {
    name: String,
    owner: Obj,
    doc: &'static str,
    signature: Option<String>,
}

fn parts(o: &Obj) -> Option<Parts> {
    if let Some(b) = o.downcast::<MethodDescriptorBody>() {
        return Some(of_native(b.def, b.owner.get()));
    }
    if let Some(b) = o.downcast::<ClassMethodDescriptorBody>() {
        return Some(of_native(b.def, b.owner.get()));
    }
    if let Some(b) = o.downcast::<WrapperDescriptorBody>() {
        return Some(Parts {
            name: b.def.name.to_owned(),
            owner: b.owner.get(),
            doc: b.def.doc,
            signature: Some(b.def.signature.to_owned()),
        });
    }
    if let Some(b) = o.downcast::<GetSetBody>() {
        return Some(Parts { name: b.def.name.to_owned(), owner: b.owner.get(), doc: "", signature: None });
    }
    let b = o.downcast::<MemberBody>()?;
    Some(Parts { name: str::to_string_lossy(&b.name.get()), owner: b.owner.get(), doc: "", signature: None })
}

fn of_native(def: &'static NativeDef, owner: Obj) -> Parts {
    Parts { name: def.name.to_owned(), owner, doc: def.doc, signature: Some(text_signature(def, false)) }
}

fn with_parts(vm: &Vm, o: &Obj, f: impl FnOnce(Parts) -> PyResult) -> PyResult {
    match parts(o) {
        Some(p) => f(p),
        None => Err(vm.type_error("not a descriptor")),
    }
}

fn get_name(vm: &Vm, o: &Obj) -> PyResult {
    with_parts(vm, o, |p| text(p.name))
}

fn get_owner(vm: &Vm, o: &Obj) -> PyResult {
    with_parts(vm, o, |p| Ok(p.owner))
}

fn get_doc(vm: &Vm, o: &Obj) -> PyResult {
    with_parts(vm, o, |p| Ok(doc(p.doc)))
}

fn get_signature(vm: &Vm, o: &Obj) -> PyResult {
    with_parts(vm, o, |p| p.signature.map_or(Ok(Obj::NONE), text))
}

fn get_qualname(vm: &Vm, o: &Obj) -> PyResult {
    with_parts(vm, o, |p| {
        text(format!("{}.{}", str::to_string_lossy(&type_body(&p.owner).qualname.get()), p.name))
    })
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let getattr = builtin_function(vm, "getattr")?;
    with_parts(vm, &a[0], |p| Ok(tuple::pair(getattr, tuple::pair(p.owner, str::new_str(&p.name)))))
}

fn repr_as(vm: &Vm, o: &Obj, kind: &str) -> PyResult {
    with_parts(vm, o, |p| {
        text(format!("<{kind} '{}' of '{}' objects>", p.name, type_new::full_name(&p.owner)))
    })
}

static FUNCTION_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::readonly("__objclass__", get_owner).member(),
    GetSetDef::readonly("__name__", get_name).member(),
    GetSetDef::readonly("__doc__", get_doc),
    GetSetDef::readonly("__qualname__", get_qualname),
    GetSetDef::readonly("__text_signature__", get_signature),
];

static DATA_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::readonly("__objclass__", get_owner).member(),
    GetSetDef::readonly("__name__", get_name).member(),
    GetSetDef::readonly("__doc__", get_doc),
    GetSetDef::readonly("__qualname__", get_qualname),
];

static REDUCE: [NativeDef; 1] = [NativeDef::method("__reduce__", "(self, /)", reduce)];

static METHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    name: "method_descriptor",
    layout: Some(MethodDescriptorBody::layout),
    flags: TypeFlags::METHOD_DESCRIPTOR.or(TypeFlags::NO_NEW),
    slots: Slots {
        repr: Some(|vm, o| repr_as(vm, o, "method")),
        call: Some(method_descriptor_call),
        descr_get: Some(method_descriptor_get),
        ..Slots::NONE
    },
    methods: &REDUCE,
    getset: FUNCTION_ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static CLASS_METHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    name: "classmethod_descriptor",
    layout: Some(ClassMethodDescriptorBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        repr: Some(|vm, o| repr_as(vm, o, "method")),
        call: Some(class_method_descriptor_call),
        descr_get: Some(class_method_descriptor_get),
        ..Slots::NONE
    },
    getset: FUNCTION_ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static WRAPPER_DESCRIPTOR: TypeSpec = TypeSpec {
    name: "wrapper_descriptor",
    layout: Some(WrapperDescriptorBody::layout),
    flags: TypeFlags::METHOD_DESCRIPTOR.or(TypeFlags::NO_NEW),
    slots: Slots {
        repr: Some(|vm, o| repr_as(vm, o, "slot wrapper")),
        call: Some(wrapper_descriptor_call),
        descr_get: Some(wrapper_descr_get),
        ..Slots::NONE
    },
    methods: &REDUCE,
    getset: FUNCTION_ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static GETSET_DESCRIPTOR: TypeSpec = TypeSpec {
    name: "getset_descriptor",
    layout: Some(GetSetBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        repr: Some(|vm, o| repr_as(vm, o, "attribute")),
        descr_get: Some(getset_descr_get),
        descr_set: Some(getset_descr_set),
        ..Slots::NONE
    },
    getset: DATA_ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static MEMBER_DESCRIPTOR: TypeSpec = TypeSpec {
    name: "member_descriptor",
    layout: Some(MemberBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        repr: Some(|vm, o| repr_as(vm, o, "member")),
        descr_get: Some(member_descr_get),
        descr_set: Some(member_descr_set),
        ..Slots::NONE
    },
    methods: &REDUCE,
    getset: DATA_ATTRIBUTES,
    ..TypeSpec::EMPTY
};

static METHOD_WRAPPER: TypeSpec = TypeSpec {
    name: "method-wrapper",
    layout: Some(MethodWrapperBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        repr: Some(wrapper_repr),
        hash: Some(|_, o| {
            let b: &MethodWrapperBody = o.body();
            Ok(identity_hash(&b.instance.get()) ^ identity_hash(&b.descriptor.get()))
        }),
        call: Some(method_wrapper_call),
        compare: Some(wrapper_compare),
        ..Slots::NONE
    },
    methods: &METHOD_WRAPPER_METHODS,
    getset: &[
        GetSetDef::readonly("__self__", |_, o| Ok(o.body::<MethodWrapperBody>().instance.get())),
        GetSetDef::readonly("__objclass__", |vm, o| get_owner(vm, &wrapped(o))),
        GetSetDef::readonly("__name__", |vm, o| get_name(vm, &wrapped(o))),
        GetSetDef::readonly("__qualname__", |vm, o| get_qualname(vm, &wrapped(o))),
        GetSetDef::readonly("__doc__", |vm, o| get_doc(vm, &wrapped(o))),
        GetSetDef::readonly("__text_signature__", |vm, o| get_signature(vm, &wrapped(o))),
    ],
    ..TypeSpec::EMPTY
};

static METHOD_WRAPPER_METHODS: [NativeDef; 1] = [NativeDef::method("__reduce__", "(self, /)", |vm, a| {
    let b: &MethodWrapperBody = a[0].body();
    let getattr = builtin_function(vm, "getattr")?;
    let name = get_name(vm, &b.descriptor.get())?;
    Ok(tuple::pair(getattr, tuple::pair(b.instance.get(), name)))
})];

fn wrapped(o: &Obj) -> Obj {
    o.body::<MethodWrapperBody>().descriptor.get()
}

fn wrapper_repr(vm: &Vm, o: &Obj) -> PyResult {
    let instance = o.body::<MethodWrapperBody>().instance.get();
    with_parts(vm, &wrapped(o), |p| {
        let (ty, at) = (instance.type_name(), address(&instance));
        text(format!("<method-wrapper '{}' of {ty} object at {at}>", p.name))
    })
}

fn wrapper_compare(_vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<MethodWrapperBody>(), b.downcast::<MethodWrapperBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let same = x.descriptor.get().is(&y.descriptor.get()) && x.instance.get().is(&y.instance.get());
    Ok(Obj::bool(same == (op == CmpOp::Eq)))
}
