//! `super`: attribute lookup along the rest of an MRO.

use crate::error::PyResult;
use crate::obj::Obj;
use crate::typeobj::{self, type_body};
use crate::vm::Vm;
use crate::{dict, heap_body, names, tuple};

heap_body! {
    /// `super`: the class after which the search begins, the object, and the type along whose MRO it goes. `obj` and
    /// `obj_type` are `UNBOUND` for an unbound `super`.
    pub struct SuperBody "super" { slots { class, obj, obj_type } data {} }
}

/// Checks the arguments of `super(class, obj)`; returns the type along whose MRO the search goes.
///
/// # Errors
/// `TypeError` when `obj` is neither an instance nor a subtype of `class`.
pub fn check_super(vm: &Vm, class: &Obj, obj: &Obj) -> PyResult {
    if typeobj::is_type(obj) && typeobj::is_subtype(obj, class) {
        return Ok(obj.clone());
    }
    if typeobj::is_instance_exact_mro(obj, class) {
        return Ok(obj.ty().clone());
    }
    if let Some(c) = vm.getattr_opt(obj, names::__class__())?
        && typeobj::is_type(&c)
        && !c.is(obj.ty())
        && typeobj::is_subtype(&c, class)
    {
        return Ok(c);
    }
    let what = if typeobj::is_type(obj) {
        format!("type {}", crate::type_new::full_name(obj))
    } else {
        format!("instance of {}", obj.type_name())
    };
    Err(vm.type_error(format!(
        "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
        crate::type_new::full_name(class)
    )))
}

/// What `name` (interned) finds on the types after `class` in the MRO of `obj_type`; no descriptor is called.
pub fn super_lookup(class: &Obj, obj_type: &Obj, name: &Obj) -> Option<Obj> {
    let mro = type_body(obj_type).mro.get();
    let rest = tuple::get(&mro)?;
    let after = rest.iter().position(|t| t.is(class))? + 1;
    rest[after..].iter().find_map(|t| dict::get_str(type_body(t).namespace(), name))
}

/// `super(class, obj).name`; `None` when there is no such attribute (`super`'s own attributes are then tried).
///
/// # Errors
/// What a descriptor raises.
pub fn super_getattr(vm: &Vm, class: &Obj, obj: &Obj, obj_type: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    // `super().__class__` is `super` itself.
    if name.is(names::__class__()) {
        return Ok(None);
    }
    let Some(found) = super_lookup(class, obj_type, name) else { return Ok(None) };
    match found.slots().descr_get.get() {
        // Without an instance when `obj` is the class itself (class methods).
        Some(get) => get(vm, &found, if obj.is(obj_type) { None } else { Some(obj) }, obj_type).map(Some),
        None => Ok(Some(found)),
    }
}
