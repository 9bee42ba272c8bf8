//! `builtin_function_or_method`.

use crate::support::{address, builtin_function, doc, identity_hash, or_none, text};
use pyre_object::descriptor::{NativeFunctionBody, native_function_call};
use pyre_object::typeobj::{self, type_body};
use pyre_object::{
    Binding, Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm,
    names, str, tuple,
};

pub(super) static NATIVE_FUNCTION: TypeSpec = TypeSpec {
    name: "builtin_function_or_method",
    layout: Some(NativeFunctionBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::NO_NEW),
    slots: Slots {
        repr: Some(repr),
        hash: Some(|_, o| {
            let b: &NativeFunctionBody = o.body();
            Ok(identity_hash(&b.self_.get()) ^ std::ptr::from_ref(b.def) as i64)
        }),
        call: Some(native_function_call),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &NATIVE_FUNCTION_METHODS,
    getset: &[
        GetSetDef::readonly("__module__", |_, o| Ok(or_none(body(o).module.get()))).member(),
        GetSetDef::readonly("__doc__", |_, o| Ok(doc(body(o).def.doc))),
        GetSetDef::readonly("__name__", |_, o| Ok(str::new_str(body(o).def.name))),
        GetSetDef::readonly("__qualname__", qualname),
        GetSetDef::readonly("__self__", |_, o| Ok(or_none(body(o).self_.get()))),
        GetSetDef::readonly("__text_signature__", |_, o| {
            let in_module = owner_is_module(&body(o).self_.get());
            text(text_signature(body(o).def, in_module))
        }),
    ],
    ..TypeSpec::EMPTY
};

static NATIVE_FUNCTION_METHODS: [NativeDef; 1] = [NativeDef::method("__reduce__", "(self, /)", |vm, a| {
    let b: &NativeFunctionBody = a[0].body();
    let owner = b.self_.get();
    if owner_is_module(&owner) {
        return Ok(str::new_str(b.def.name));
    }
    let getattr = builtin_function(vm, "getattr")?;
    Ok(tuple::pair(getattr, tuple::pair(owner, str::new_str(b.def.name))))
})];

fn body(o: &Obj) -> &NativeFunctionBody {
    o.body()
}

fn owner_is_module(owner: &Obj) -> bool {
    !owner.raw().is_ptr() || typeobj::is_instance_exact_mro(owner, Builtin::Module.ty())
}

/// The signature in the form that `inspect` reads: the first parameter is marked with `$` if it is bound.
pub(crate) fn text_signature(def: &NativeDef, in_module: bool) -> String {
    let inner = def.signature.trim_start_matches('(');
    let rest = inner.strip_prefix('$').unwrap_or(inner);
    // After the name of the first parameter.
    let tail = rest.find([',', ')']).map_or(")", |i| &rest[i..]);
    match def.binding {
        Binding::Instance => format!("($self{tail}"),
        Binding::Class => format!("($type{tail}"),
        Binding::Static if in_module && inner == ")" => "($module, /)".to_owned(),
        Binding::Static if in_module && !inner.contains('/') => format!("($module, /, {inner}"),
        Binding::Static if in_module => format!("($module, {inner}"),
        Binding::Static if inner.starts_with("$type") => def.signature.to_owned(),
        Binding::Static => format!("({inner}"),
    }
}

fn repr(_vm: &Vm, o: &Obj) -> PyResult {
    let (name, owner) = (body(o).def.name, body(o).self_.get());
    if owner_is_module(&owner) {
        return text(format!("<built-in function {name}>"));
    }
    text(format!("<built-in method {name} of {} object at {}>", owner.type_name(), address(&owner)))
}

fn qualname(vm: &Vm, o: &Obj) -> PyResult {
    let (name, owner) = (body(o).def.name, body(o).self_.get());
    if owner_is_module(&owner) {
        return text(name);
    }
    let ty = if typeobj::is_type(&owner) { &owner } else { owner.ty() };
    let q = vm.getattr_opt(ty, names::__qualname__())?.unwrap_or_else(|| type_body(ty).name.get());
    text(format!("{}.{name}", str::to_string_lossy(&q)))
}

fn compare(_vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<NativeFunctionBody>(), b.downcast::<NativeFunctionBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let same = x.self_.get().is(&y.self_.get()) && std::ptr::eq(x.def, y.def);
    Ok(Obj::bool(same == (op == CmpOp::Eq)))
}
