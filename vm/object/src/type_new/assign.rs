//! Assigning `__bases__` of a class and `__class__` of an instance: possible while layouts fit.

use super::{best_base, compute_mro, has_own_dict};
use crate::attr;
use crate::code::managed;
use crate::error::{PyResult, Raised};
use crate::lock;
use crate::module::ModuleBody;
use crate::native::TypeFlags;
use crate::obj::Obj;
use crate::shape::{self, Shape, ShapeId, ShapeSpec};
use crate::typeobj::{self, TypeBody, is_subtype, is_type, type_body, type_name};
use crate::vm::Vm;
use crate::{Builtin, slot_dunders, tuple};
use pyre_gc::header::HAS_FINALIZER;
use pyre_threads::sync::Mutex;
use std::collections::HashMap;

/// Whether instances of both types have the same native part and fixed slots.
fn same_layout(a: &TypeBody, b: &TypeBody) -> bool {
    std::ptr::eq(a.instance_layout, b.instance_layout) && a.root_shape().fixed == b.root_shape().fixed
}

/// `ty.__bases__ = bases`
///
/// # Errors
/// `TypeError` when the bases do not fit.
pub fn set_bases(vm: &Vm, ty: &Obj, bases: &Obj) -> PyResult<()> {
    let name = type_name(ty);
    if !tuple::is_tuple(bases) {
        let got = bases.type_name();
        return Err(vm.type_error(format!("can only assign tuple to {name}.__bases__, not {got}")));
    }
    let items = tuple::items(bases);
    if items.is_empty() {
        return Err(vm.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for b in items {
        if !is_type(b) {
            let got = b.type_name();
            return Err(vm.type_error(format!("{name}.__bases__ must be tuple of classes, not '{got}'")));
        }
        // While an MRO is worked out it does not say yet what the bases do.
        if is_subtype(b, ty) || derives_by_base(b, ty) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(vm, items)?;
    let body = type_body(ty);
    let old_base = body.base.get();
    check_base(vm, &old_base, &new_base)?;
    let old_bases = body.bases.get();
    typeobj::unlink_from_bases(ty, &old_bases);
    body.bases.set(managed(tuple::from_slice(items)));
    body.base.set(new_base);
    typeobj::link_to_bases(ty);
    if let Err(e) = recompute_mros(vm, ty) {
        typeobj::unlink_from_bases(ty, &body.bases.get());
        body.bases.set(old_bases);
        body.base.set(old_base);
        typeobj::link_to_bases(ty);
        recompute_mros(vm, ty)?;
        return Err(e);
    }
    typeobj::invalidate(ty, None);
    slot_dunders::update_all_slots(ty);
    Ok(())
}

/// Whether following `__base__` from `ty` leads to `other`.
fn derives_by_base(ty: &Obj, other: &Obj) -> bool {
    let mut t = ty.clone();
    while is_type(&t) {
        if t.is(other) {
            return true;
        }
        t = type_body(&t).base.get();
    }
    false
}

fn check_base(vm: &Vm, old: &Obj, new: &Obj) -> PyResult<()> {
    let (o, n) = (type_body(old), type_body(new));
    if old.is(new) || (same_layout(o, n) && !old.is(Builtin::Object.ty())) {
        return Ok(());
    }
    let (old_name, new_name) = (type_name(old), type_name(new));
    let same_kind = o.flags().has(TypeFlags::HEAP) == n.flags().has(TypeFlags::HEAP);
    Err(vm.type_error(if !same_kind || !super::native_base(old).is(&super::native_base(new)) {
        format!("__bases__ assignment: '{new_name}' deallocator differs from '{old_name}'")
    } else {
        format!("__bases__ assignment: '{new_name}' object layout differs from '{old_name}'")
    }))
}

fn recompute_mros(vm: &Vm, ty: &Obj) -> PyResult<()> {
    type_body(ty).mro.set(compute_mro(vm, ty)?);
    // In a tuple, not in native memory: `mro()` may run anything.
    let subclasses = tuple::from_vec(typeobj::subclasses(ty));
    tuple::items(&subclasses).iter().try_for_each(|s| recompute_mros(vm, s))
}

/// `obj.__class__ = class`; `None` is an attempt to delete it.
///
/// # Errors
/// `TypeError` when the class does not fit the object.
pub fn set_class(vm: &Vm, obj: &Obj, class: Option<&Obj>) -> PyResult<()> {
    let Some(class) = class else { return Err(vm.type_error("can't delete __class__ attribute")) };
    if !is_type(class) {
        let got = class.type_name();
        return Err(vm.type_error(format!("__class__ must be set to a class, not '{got}' object")));
    }
    let old = obj.ty();
    let (from, to) = (type_body(old), type_body(class));
    let mutable = |t: &TypeBody| t.flags().has(TypeFlags::HEAP) && !t.flags().has(TypeFlags::IMMUTABLE);
    let modules = is_subtype(old, Builtin::Module.ty()) && is_subtype(class, Builtin::Module.ty());
    let possible = modules || (mutable(from) && mutable(to));
    if !possible {
        return Err(
            vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    }
    let both_dicts = from.dict_shape().is_some() == to.dict_shape().is_some();
    if !same_layout(from, to) || !both_dicts {
        return Err(layout_differs(vm, old, class));
    }
    if !move_to_class(obj, class, to) {
        return Err(layout_differs(vm, old, class));
    }
    if to.ops.finalize.addr() != 0
        && let Some(cell) = obj.cell()
    {
        // SAFETY: the object is held by the caller.
        unsafe { cell.as_ref() }.set_flag(HAS_FINALIZER);
        crate::alloc::PYTHON_FINALIZERS.store(true, pyre_threads::sync::Ordering::Relaxed);
    }
    Ok(())
}

fn layout_differs(vm: &Vm, old: &Obj, new: &Obj) -> Raised {
    vm.type_error(format!(
        "__class__ assignment: '{}' object layout differs from '{}'",
        type_name(new),
        type_name(old)
    ))
}

/// Gives the object a shape of the class with the geometry of its own cell.
fn move_to_class(obj: &Obj, class: &Obj, to: &TypeBody) -> bool {
    let Some(cell) = obj.cell() else { return false };
    if obj.downcast::<ModuleBody>().is_none()
        && !has_own_dict(obj.shape().layout)
        && to.dict_shape().is_some()
    {
        // Attributes by name survive a change of class in a dict.
        attr::instance_dict(obj);
    }
    lock::with_lock(obj, || {
        let s = obj.shape();
        let Some(id) = shape_with_geometry(class, to, s) else { return false };
        // SAFETY: the object is held by the caller; its lock is held.
        unsafe { cell.as_ref() }.set_shape(id);
        true
    })
}

/// Dict shapes of a class for cells of another geometry than its own instances have, by class and inline slots.
static FOREIGN: Mutex<Option<HashMap<(u64, u16), ShapeId>>> = Mutex::new(None);

fn shape_with_geometry(class: &Obj, to: &TypeBody, s: &'static Shape) -> Option<ShapeId> {
    let target = if s.dict_mode { to.dict_shape()? } else { to.root_shape() };
    if s.attrs_offset == target.attrs_offset && s.inline_slots == target.inline_slots {
        return Some(target.id);
    }
    if s.attrs_offset != target.attrs_offset || !s.dict_mode {
        return None;
    }
    let mut table = FOREIGN.lock();
    let table = table.get_or_insert_default();
    let key = (class.raw().0, s.inline_slots);
    // A class that died may have left its address to this one.
    if let Some(known) = table.get(&key).map(|id| shape::shape(*id))
        && std::ptr::eq(known.layout, s.layout)
        && known.attrs_offset == s.attrs_offset
        && known.fixed == target.fixed
    {
        return Some(known.id);
    }
    let spec = ShapeSpec {
        layout: s.layout,
        attrs_offset: s.attrs_offset,
        inline_slots: s.inline_slots,
        fixed: target.fixed,
        dict_mode: true,
        names: target.names.clone(),
    };
    let id = shape::new_shape(class.raw(), spec).id;
    table.insert(key, id);
    Some(id)
}
