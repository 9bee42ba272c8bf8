//! The attributes of type objects.

use crate::mapping_proxy;
use crate::support::{doc, or_none};
use pyre_object::typeobj::{self, type_body};
use pyre_object::{
    Builtin, GetSetDef, Obj, PyResult, TypeFlags, Vm, dict, intern, names, str, tuple, type_new,
};

pub(super) static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("__name__", |_, t| Ok(type_body(t).name.get()), set_name),
    GetSetDef::new("__qualname__", |_, t| Ok(type_body(t).qualname.get()), set_qualname),
    GetSetDef::new("__module__", module, set_module),
    GetSetDef::new("__bases__", |_, t| Ok(type_body(t).bases.get()), set_bases),
    GetSetDef::readonly("__base__", |_, t| Ok(or_none(type_body(t).base.get()))).member(),
    GetSetDef::readonly("__mro__", |_, t| Ok(or_none(type_body(t).mro.get()))).member(),
    GetSetDef::readonly("__dict__", |_, t| Ok(namespace_proxy(t))),
    GetSetDef::new("__doc__", get_doc, set_doc),
    GetSetDef::readonly("__text_signature__", text_signature),
    GetSetDef::new("__abstractmethods__", abstract_methods, set_abstract_methods),
    GetSetDef::new("__annotations__", annotations, set_annotations),
    GetSetDef::new("__annotate__", annotate, set_annotate),
    GetSetDef::new("__type_params__", type_params, set_type_params),
    GetSetDef::readonly("__flags__", |_, t| Ok(pyre_object::int::new_int(flags(t)))).member(),
    GetSetDef::readonly("__basicsize__", |_, t| Ok(Obj::from_len(type_body(t).root_shape().cell_size())))
        .member(),
    GetSetDef::readonly("__itemsize__", |_, t| Ok(Obj::from_len(item_size(t)))).member(),
    GetSetDef::readonly("__dictoffset__", |_, t| Ok(Obj::from_len(dict_offset(t)))).member(),
    GetSetDef::readonly("__weakrefoffset__", |_, t| {
        Ok(Obj::from_len(usize::from(type_body(t).flags().has(TypeFlags::WEAKREF))))
    })
    .member(),
];

/// A read-only view of a type's namespace.
pub fn namespace_proxy(ty: &Obj) -> Obj {
    mapping_proxy::new_proxy(type_body(ty).namespace().clone())
}

/// The type's own entry, no bases.
fn own(ty: &Obj, name: &Obj) -> Option<Obj> {
    dict::get_str(type_body(ty).namespace(), name)
}

fn is_heap(ty: &Obj) -> bool {
    type_body(ty).flags().has(TypeFlags::HEAP)
}

/// Checks that a special attribute may be assigned; returns the value.
fn assignable<'a>(vm: &Vm, ty: &Obj, name: &str, value: Option<&'a Obj>) -> PyResult<&'a Obj> {
    let type_name = type_new::full_name(ty);
    if type_body(ty).flags().has(TypeFlags::IMMUTABLE) {
        return Err(vm.type_error(format!("cannot set '{name}' attribute of immutable type '{type_name}'")));
    }
    value.ok_or_else(|| {
        vm.type_error(format!("cannot delete '{name}' attribute of immutable type '{type_name}'"))
    })
}

fn store(vm: &Vm, ty: &Obj, name: &Obj, value: Option<Obj>) -> PyResult<()> {
    typeobj::set_entry(vm, ty, name, value).map(drop)
}

fn set_name(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let value = assignable(vm, ty, "__name__", value)?;
    if !str::is_str(value) {
        let name = typeobj::type_name(ty);
        let got = value.type_name();
        return Err(vm.type_error(format!("can only assign string to {name}.__name__, not '{got}'")));
    }
    if str::to_string_lossy(value).contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    type_body(ty).name.set(intern::intern(value));
    Ok(())
}

fn set_qualname(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let value = assignable(vm, ty, "__qualname__", value)?;
    if !str::is_str(value) {
        let name = typeobj::type_name(ty);
        let got = value.type_name();
        return Err(vm.type_error(format!("can only assign string to {name}.__qualname__, not '{got}'")));
    }
    type_body(ty).qualname.set(intern::intern(value));
    Ok(())
}

fn module(vm: &Vm, ty: &Obj) -> PyResult {
    // `type` has this very descriptor in its namespace, under the name that is looked for.
    if let Some(m) = own(ty, names::__module__())
        && !m.is_exactly(Builtin::GetSetDescriptor)
        && !m.is_exactly(Builtin::MemberDescriptor)
    {
        return Ok(m);
    }
    if is_heap(ty) {
        return Err(vm.error(pyre_object::Exc::AttributeError, "__module__"));
    }
    let name = type_body(ty).spec.and_then(|s| s.name.rsplit_once('.')).map_or("builtins", |(m, _)| m);
    Ok(intern::intern_str(name))
}

fn set_module(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let value = assignable(vm, ty, "__module__", value)?;
    store(vm, ty, names::__module__(), Some(value.clone()))
}

fn set_bases(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let value = assignable(vm, ty, "__bases__", value)?;
    type_new::set_bases(vm, ty, value)
}

fn get_doc(vm: &Vm, ty: &Obj) -> PyResult {
    let body = type_body(ty);
    if let Some(spec) = body.spec
        && !spec.doc.is_empty()
    {
        return Ok(doc(spec.doc));
    }
    let Some(d) = own(ty, names::__doc__()) else { return Ok(Obj::NONE) };
    match d.slots().descr_get.get() {
        Some(get) => get(vm, &d, None, ty),
        None => Ok(d),
    }
}

fn set_doc(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let value = assignable(vm, ty, "__doc__", value)?;
    store(vm, ty, names::__doc__(), Some(value.clone()))
}

fn text_signature(_vm: &Vm, ty: &Obj) -> PyResult {
    // Native constructors say `(*args, **kwargs)`, which is no help; only `object` has a signature of its own.
    if ty.is(Builtin::Object.ty()) { crate::support::text("()") } else { Ok(Obj::NONE) }
}

fn abstract_methods(vm: &Vm, ty: &Obj) -> PyResult {
    match own(ty, names::__abstractmethods__()) {
        Some(m) if !ty.is(Builtin::Type.ty()) => Ok(m),
        _ => {
            let name = names::__abstractmethods__();
            Err(vm.attribute_error(ty, name, "__abstractmethods__"))
        }
    }
}

fn set_abstract_methods(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let name = names::__abstractmethods__();
    let is_abstract = value.map(|v| vm.truth(v)).transpose()?.unwrap_or(false);
    if !typeobj::set_entry(vm, ty, name, value.cloned())? && value.is_none() {
        return Err(vm.attribute_error(ty, name, "__abstractmethods__"));
    }
    if is_abstract {
        type_body(ty).add_flags(TypeFlags::ABSTRACT);
    } else {
        type_body(ty).remove_flags(TypeFlags::ABSTRACT);
    }
    Ok(())
}

fn no_attribute(vm: &Vm, ty: &Obj, name: &Obj) -> pyre_object::Raised {
    let text =
        format!("type object '{}' has no attribute '{}'", typeobj::type_name(ty), str::to_string_lossy(name));
    vm.attribute_error(ty, name, text)
}

/// An entry of the namespace, bound as an attribute of the class is.
fn own_bound(vm: &Vm, ty: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    let Some(v) = own(ty, name) else { return Ok(None) };
    match v.slots().descr_get.get() {
        Some(get) => get(vm, &v, None, ty).map(Some),
        None => Ok(Some(v)),
    }
}

/// `__annotations__`: stored by the class body, cached, or computed by `__annotate__` (PEP 649).
fn annotations(vm: &Vm, ty: &Obj) -> PyResult {
    if !is_heap(ty) {
        return Err(no_attribute(vm, ty, names::__annotations__()));
    }
    for name in [names::__annotations__(), names::__annotations_cache__()] {
        if let Some(v) = own_bound(vm, ty, name)? {
            return Ok(v);
        }
    }
    let annotate = annotate(vm, ty)?;
    let value = if vm.is_callable(&annotate) {
        let v = vm.call1(&annotate, &pyre_object::int::new_int(1))?;
        if !dict::is_dict(&v) {
            let got = v.type_name();
            return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{got}'")));
        }
        v
    } else {
        dict::new_dict()
    };
    store(vm, ty, names::__annotations_cache__(), Some(value.clone()))?;
    Ok(value)
}

fn check_mutable(vm: &Vm, ty: &Obj, name: &str) -> PyResult<()> {
    if type_body(ty).flags().has(TypeFlags::IMMUTABLE) {
        let type_name = type_new::full_name(ty);
        return Err(vm.type_error(format!("cannot set '{name}' attribute of immutable type '{type_name}'")));
    }
    Ok(())
}

fn set_annotations(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    check_mutable(vm, ty, "__annotations__")?;
    let (stored, cache) = (names::__annotations__(), names::__annotations_cache__());
    match value {
        Some(v) => {
            let name = if own(ty, stored).is_some() { stored } else { cache };
            store(vm, ty, name, Some(v.clone()))?;
        }
        None => {
            let had = typeobj::set_entry(vm, ty, stored, None)? | typeobj::set_entry(vm, ty, cache, None)?;
            if !had {
                return Err(vm.attribute_error(ty, stored, "__annotations__"));
            }
        }
    }
    // The annotations no longer follow from the function.
    for name in [names::__annotate_func__(), names::__annotate__()] {
        if own(ty, name).is_some() {
            store(vm, ty, name, Some(Obj::NONE))?;
        }
    }
    Ok(())
}

fn annotate(vm: &Vm, ty: &Obj) -> PyResult {
    if !is_heap(ty) {
        return Err(no_attribute(vm, ty, names::__annotate__()));
    }
    for name in [names::__annotate_func__(), names::__annotate__()] {
        if let Some(v) = own_bound(vm, ty, name)? {
            return Ok(v);
        }
    }
    store(vm, ty, names::__annotate_func__(), Some(Obj::NONE))?;
    Ok(Obj::NONE)
}

fn set_annotate(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else { return Err(vm.type_error("cannot delete __annotate__ attribute")) };
    check_mutable(vm, ty, "__annotate__")?;
    if !value.is_none() && !vm.is_callable(value) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    store(vm, ty, names::__annotate_func__(), Some(value.clone()))?;
    if !value.is_none() {
        store(vm, ty, names::__annotations_cache__(), None)?;
        store(vm, ty, names::__annotations__(), None)?;
    }
    Ok(())
}

fn type_params(_vm: &Vm, ty: &Obj) -> PyResult {
    let own = if is_heap(ty) { own(ty, names::__type_params__()) } else { None };
    Ok(own.unwrap_or_else(tuple::empty_tuple))
}

fn set_type_params(vm: &Vm, ty: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let value = assignable(vm, ty, "__type_params__", value)?;
    store(vm, ty, names::__type_params__(), Some(value.clone()))
}

/// `Py_TPFLAGS_*` as far as Python code asks for them.
fn flags(ty: &Obj) -> i64 {
    let own = type_body(ty).flags();
    let by_flag = [
        (TypeFlags::SEQUENCE, 5),
        (TypeFlags::MAPPING, 6),
        (TypeFlags::NO_NEW, 7),
        (TypeFlags::IMMUTABLE, 8),
        (TypeFlags::HEAP, 9),
        (TypeFlags::BASE, 10),
        (TypeFlags::METHOD_DESCRIPTOR, 17),
        (TypeFlags::ABSTRACT, 20),
        (TypeFlags::MATCH_SELF, 22),
    ];
    let by_base = [
        (Builtin::Int, 24),
        (Builtin::List, 25),
        (Builtin::Tuple, 26),
        (Builtin::Bytes, 27),
        (Builtin::Str, 28),
        (Builtin::Dict, 29),
        (Builtin::Type, 31),
    ];
    // Ready, and has a version.
    let mut bits = 1i64 << 12 | 1 << 19;
    bits |= by_flag.iter().filter(|(f, _)| own.has(*f)).map(|(_, b)| 1i64 << b).sum::<i64>();
    bits |=
        by_base.iter().filter(|(b, _)| typeobj::is_subtype(ty, b.ty())).map(|(_, b)| 1i64 << b).sum::<i64>();
    if own.has(TypeFlags::EXCEPTION) {
        bits |= 1 << 30;
    }
    // Pickling looks for the nearest base that is no heap type; in CPython `Generic` and its like are.
    if type_body(ty).spec.is_some_and(|spec| spec.name.starts_with("typing.")) {
        bits |= 1 << 9;
    }
    bits
}

fn item_size(ty: &Obj) -> usize {
    let sizes = [(Builtin::Int, 4), (Builtin::Bytes, 1), (Builtin::Tuple, 8), (Builtin::Type, 40)];
    sizes.iter().find(|(b, _)| typeobj::is_subtype(ty, b.ty())).map_or(0, |(_, s)| *s)
}

fn dict_offset(ty: &Obj) -> usize {
    let body = type_body(ty);
    if body.dict_shape().is_some() { body.root_shape().attrs_offset as usize } else { 0 }
}
