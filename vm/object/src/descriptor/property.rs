//! `classmethod`, `staticmethod`, `property`, and how functions and bound methods behave as descriptors.

use crate::args::Args;
use crate::builtin::Builtin;
use crate::error::{PyResult, Raised};
use crate::layout::Slot;
use crate::obj::Obj;
use crate::shape::shape;
use crate::vm::Vm;
use crate::{Exc, alloc, function, heap_body};

heap_body! {
    /// `classmethod`
    pub struct ClassMethodBody "classmethod" { slots { callable } data {} }
}

heap_body! {
    /// `staticmethod`
    pub struct StaticMethodBody "staticmethod" { slots { callable } data {} }
}

heap_body! {
    /// `property`; functions that were not given are `None`, `name` is `UNBOUND` until `__set_name__`. `doc_of_getter`
    /// is `True` if the documentation came from the getter.
    pub struct PropertyBody "property" { slots { fget, fset, fdel, doc, name, doc_of_getter } data {} }
}

/// `classmethod(callable)` without copying attributes of the callable.
pub fn new_class_method(callable: Obj) -> Obj {
    alloc::new_shaped(shape(Builtin::ClassMethod.shape()), ClassMethodBody { callable: Slot::new(callable) })
}

/// `staticmethod(callable)` without copying attributes of the callable.
pub fn new_static_method(callable: Obj) -> Obj {
    alloc::new_shaped(
        shape(Builtin::StaticMethod.shape()),
        StaticMethodBody { callable: Slot::new(callable) },
    )
}

/// `__get__` of functions: a bound method, or the function itself for the class.
#[inline]
pub fn function_descr_get(_vm: &Vm, f: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    Ok(match obj {
        Some(o) => function::new_method(f.clone(), o.clone()),
        None => f.clone(),
    })
}

/// `__get__` of bound methods: the method itself.
pub fn method_descr_get(_vm: &Vm, m: &Obj, _obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    Ok(m.clone())
}

/// `__get__` of class methods.
pub fn class_method_descr_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, ty: &Obj) -> PyResult {
    let callable = d.body::<ClassMethodBody>().callable.get();
    if callable.is_unbound() {
        return Err(vm.runtime_error("uninitialized classmethod object"));
    }
    let class = match obj {
        Some(o) if ty.is_none() => o.ty(),
        _ => ty,
    };
    Ok(function::new_method(callable, class.clone()))
}

/// `__get__` of static methods.
pub fn static_method_descr_get(vm: &Vm, d: &Obj, _obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let callable = d.body::<StaticMethodBody>().callable.get();
    if callable.is_unbound() {
        return Err(vm.runtime_error("uninitialized staticmethod object"));
    }
    Ok(callable)
}

/// `call` of static methods.
pub fn static_method_call(vm: &Vm, d: &Obj, args: Args<'_>) -> PyResult {
    let callable = static_method_descr_get(vm, d, None, &Obj::NONE)?;
    vm.call_args(&callable, args)
}

#[cold]
fn no_accessor(vm: &Vm, b: &PropertyBody, obj: &Obj, what: &str) -> Raised {
    let owner = crate::str::to_string_lossy(&crate::typeobj::type_body(obj.ty()).qualname.get());
    let name = b.name.get();
    let text = match name.not_none().map(|n| vm.repr_text(n)) {
        Some(Ok(n)) => format!("property {n} of '{owner}' object has no {what}"),
        Some(Err(e)) => return e,
        None => format!("property of '{owner}' object has no {what}"),
    };
    vm.error(Exc::AttributeError, text)
}

/// `__get__` of properties.
pub fn property_descr_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let Some(obj) = obj else { return Ok(d.clone()) };
    let b: &PropertyBody = d.body();
    let get = b.fget.get();
    match get.not_none() {
        Some(f) => vm.call1(f, obj),
        None => Err(no_accessor(vm, b, obj, "getter")),
    }
}

/// `__set__` and `__delete__` of properties.
pub fn property_descr_set(vm: &Vm, d: &Obj, obj: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let b: &PropertyBody = d.body();
    let (f, what) = match value {
        Some(_) => (b.fset.get(), "setter"),
        None => (b.fdel.get(), "deleter"),
    };
    let Some(f) = f.not_none() else { return Err(no_accessor(vm, b, obj, what)) };
    match value {
        Some(v) => vm.call2(f, obj, v)?,
        None => vm.call1(f, obj)?,
    };
    Ok(())
}
