//! Descriptors of attributes: computed ones of native types, and members that lie in a fixed slot of the instance
//! (`__slots__`, fields of exceptions).

use super::check_applies;
use crate::alloc;
use crate::attr;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::exception::ExceptionBody;
use crate::heap_body;
use crate::layout::Slot;
use crate::native::GetSetDef;
use crate::obj::Obj;
use crate::str;
use crate::vm::Vm;

heap_body! {
    /// A computed attribute of a native type.
    pub struct GetSetBody "getset_descriptor" {
        slots { owner }
        data {
            /// how it is read and written
            def: &'static GetSetDef,
        }
    }
}

/// Where a member lies.
#[derive(Clone, Copy)]
pub enum MemberKind {
    /// An inline slot of the instance, by index; reading an empty one is an `AttributeError`.
    Inline(u16),
    /// An extra field of an exception, by index; an empty one reads as `None`.
    Exception(u16),
    /// As `Exception`, but it cannot be assigned.
    ExceptionReadOnly(u16),
    /// An item of a tuple (a field of `sys.version_info` and the like).
    Item(u16),
    /// Wherever the functions of a native type's table find it.
    Computed(&'static GetSetDef),
}

heap_body! {
    /// A member that lies in a slot of the instance.
    pub struct MemberBody "member_descriptor" {
        slots { owner, name }
        data {
            /// where it lies
            kind: MemberKind,
        }
    }
}

/// A computed attribute of a native type.
pub fn new_getset(def: &'static GetSetDef, owner: Obj) -> Obj {
    alloc::new_traced(Builtin::GetSetDescriptor.shape(), GetSetBody { owner: Slot::new(owner), def })
}

/// A member; `name` is interned.
pub fn new_member(owner: Obj, name: Obj, kind: MemberKind) -> Obj {
    let body = MemberBody { owner: Slot::new(owner), name: Slot::new(name), kind };
    alloc::new_traced(Builtin::MemberDescriptor.shape(), body)
}

/// `__get__` of computed attributes.
pub fn getset_descr_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let Some(obj) = obj else { return Ok(d.clone()) };
    let b: &GetSetBody = d.body();
    check_applies(vm, b.def.name, b.owner.get_fixed(), obj)?;
    (b.def.get)(vm, obj)
}

/// `__set__` and `__delete__` of computed attributes.
pub fn getset_descr_set(vm: &Vm, d: &Obj, obj: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let b: &GetSetBody = d.body();
    let owner = b.owner.get_fixed();
    check_applies(vm, b.def.name, owner, obj)?;
    match b.def.set {
        Some(set) => set(vm, obj, value),
        None => {
            let text = format!(
                "attribute '{}' of '{}' objects is not writable",
                b.def.name,
                crate::type_new::full_name(owner)
            );
            Err(vm.error(crate::Exc::AttributeError, text))
        }
    }
}

impl MemberBody {
    /// The slot of the member in `obj`, an instance of the owner.
    fn slot<'a>(&self, obj: &'a Obj) -> Option<&'a Slot> {
        match self.kind {
            MemberKind::Inline(i) => {
                let (cell, shape) = (obj.cell()?, obj.shape());
                if shape.attrs_offset == 0 || i >= shape.inline_slots {
                    return None;
                }
                // SAFETY: the object is alive, and its shape says that it has this slot.
                Some(unsafe { attr::inline_slot(cell, shape, i) })
            }
            MemberKind::Item(_) | MemberKind::Computed(_) => None,
            MemberKind::Exception(i) | MemberKind::ExceptionReadOnly(i) => {
                obj.downcast::<ExceptionBody>().map(|b| b.extra(i as usize))
            }
        }
    }

    fn name_text(&self) -> String {
        str::to_string_lossy(self.name.get_fixed())
    }
}

/// `__get__` of members.
pub fn member_descr_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let Some(obj) = obj else { return Ok(d.clone()) };
    let b: &MemberBody = d.body();
    if !crate::typeobj::is_instance_exact_mro(obj, b.owner.get_fixed()) {
        check_applies(vm, &b.name_text(), b.owner.get_fixed(), obj)?;
    }
    if let MemberKind::Item(i) = b.kind {
        let item = crate::tuple::get(obj).and_then(|items| items.get(i as usize)).cloned();
        return item.ok_or_else(|| attr::no_attribute(vm, obj, b.name.get_fixed()));
    }
    if let MemberKind::Computed(def) = b.kind {
        return (def.get)(vm, obj);
    }
    let value = b.slot(obj).map_or(Obj::UNBOUND, Slot::get);
    match b.kind {
        _ if !value.is_unbound() => Ok(value),
        MemberKind::Inline(_) => {
            let class = crate::type_new::qualified_name(vm, obj.ty())?;
            let text = format!("'{class}' object has no attribute '{}'", b.name_text());
            Err(vm.attribute_error(obj, b.name.get_fixed(), text))
        }
        _ => Ok(Obj::NONE),
    }
}

/// `__set__` and `__delete__` of members.
pub fn member_descr_set(vm: &Vm, d: &Obj, obj: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let b: &MemberBody = d.body();
    if !crate::typeobj::is_instance_exact_mro(obj, b.owner.get_fixed()) {
        check_applies(vm, &b.name_text(), b.owner.get_fixed(), obj)?;
    }
    if let MemberKind::Computed(GetSetDef { set: Some(set), .. }) = b.kind {
        return set(vm, obj, value);
    }
    if matches!(b.kind, MemberKind::ExceptionReadOnly(_) | MemberKind::Item(_) | MemberKind::Computed(_)) {
        return Err(vm.error(crate::Exc::AttributeError, "readonly attribute"));
    }
    let Some(slot) = b.slot(obj) else {
        return Err(attr::no_attribute(vm, obj, b.name.get_fixed()));
    };
    match value {
        Some(v) => slot.set(v.clone()),
        None => {
            let old = slot.take();
            if old.is_unbound() && matches!(b.kind, MemberKind::Inline(_)) {
                return Err(vm.error(crate::Exc::AttributeError, b.name_text()));
            }
        }
    }
    Ok(())
}
