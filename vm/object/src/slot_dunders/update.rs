//! Which function a class has for each operation.

use super::{DUNDERS, GETATTR_HOOK, basic};
use crate::descriptor::{MethodDescriptorBody, NativeFunctionBody, WrapperDescriptorBody};
use crate::obj::Obj;
use crate::slot_wrappers::{self, NEW_DEF, SlotFn, SlotId};
use crate::slots::BinOp;
use crate::typeobj::{self, TypeBody, type_body};
use crate::vm::Vm;
use crate::{dict, names, tuple};

/// What one dunder name contributes to an operation.
enum Contribution {
    /// The native function itself.
    Native(SlotFn),
    /// Nothing: the name belongs to a native type that lacks the operation.
    Nothing,
    /// The method has to be looked up and called.
    Python,
}

/// The native function behind `found`, the value of a dunder name on the class.
fn contribution(ty: &Obj, slot: SlotId, name: &Obj, found: &Obj) -> Contribution {
    if slot == SlotId::Hash && found.is_none() {
        return Contribution::Native(SlotFn::Hash(basic::unhashable));
    }
    if let Some(w) = found.downcast::<WrapperDescriptorBody>() {
        let owner = w.owner.get_fixed();
        if !crate::str::eq_str(name, w.def.name) || !typeobj::is_subtype(ty, owner) {
            return Contribution::Python;
        }
        if slot == SlotId::PowMod && w.def.slot == SlotId::Binary(BinOp::Pow) {
            return match slot.of_type(&type_body(owner).ops) {
                Some(f) => Contribution::Native(f),
                None => Contribution::Nothing,
            };
        }
        return if w.def.slot == slot { Contribution::Native(w.function) } else { Contribution::Python };
    }
    // A native type may spell a dunder method out beside its operation.
    if let Some(m) = found.downcast::<MethodDescriptorBody>() {
        let owner = m.owner.get_fixed();
        let table = type_body(owner).spec.map(|s| &s.slots);
        if crate::str::eq_str(name, m.def.name)
            && typeobj::is_subtype(ty, owner)
            && let Some(f) = table.and_then(|t| slot.of_table(t))
        {
            return Contribution::Native(f);
        }
    }
    Contribution::Python
}

/// The function for `__new__`. That of a native type whose instances have another body is called with its checks.
fn new_function(body: &TypeBody, found: &Obj) -> Option<SlotFn> {
    if let Some(f) = found.downcast::<NativeFunctionBody>()
        && std::ptr::eq(f.def, &NEW_DEF)
        && std::ptr::eq(type_body(f.self_.get_fixed()).instance_layout, body.instance_layout)
    {
        return SlotId::New.of_type(&type_body(f.self_.get_fixed()).ops);
    }
    DUNDERS.new.map(SlotFn::New)
}

/// The function that the operation of a class should have now.
fn function_for(ty: &Obj, body: &TypeBody, slot: SlotId) -> Option<SlotFn> {
    if slot == SlotId::New {
        return typeobj::lookup_uncached(body, names::__new__()).as_ref().and_then(|f| new_function(body, f));
    }
    let mut native: Option<SlotFn> = None;
    for name in slot_wrappers::names_of_slot(slot) {
        let Some(found) = typeobj::lookup_uncached(body, name) else { continue };
        match contribution(ty, slot, name, &found) {
            Contribution::Native(f) if native.is_none_or(|n| n.addr() == f.addr()) => native = Some(f),
            Contribution::Nothing => {}
            _ => return python_function(body, slot),
        }
    }
    native
}

fn python_function(body: &TypeBody, slot: SlotId) -> Option<SlotFn> {
    if slot == SlotId::GetAttr && typeobj::lookup_uncached(body, names::__getattr__()).is_some() {
        return Some(SlotFn::GetAttr(GETATTR_HOOK));
    }
    slot.of_table(&DUNDERS)
}

fn update(ty: &Obj, slot: SlotId) {
    let body = type_body(ty);
    slot.store(&body.ops, function_for(ty, body, slot));
}

/// Recomputes the operations that depend on the dunder method `name` (interned), of the class and its subclasses.
pub fn update_slots(_vm: &Vm, ty: &Obj, name: &Obj) {
    let slots = slot_wrappers::slots_of_name(name);
    if !slots.is_empty() {
        update_tree(ty, name, slots);
    }
}

fn update_tree(ty: &Obj, name: &Obj, slots: &[SlotId]) {
    slots.iter().for_each(|s| update(ty, *s));
    for sub in typeobj::subclasses(ty) {
        if dict::get_str(type_body(&sub).namespace(), name).is_none() {
            update_tree(&sub, name, slots);
        }
    }
}

/// Recomputes all operations of a class and its subclasses, after its bases changed.
pub fn update_all_slots(ty: &Obj) {
    SlotId::all().for_each(|s| update(ty, s));
    typeobj::subclasses(ty).iter().for_each(update_all_slots);
}

/// Sets the operations of a new class, whose MRO and namespace are complete. They are those of its base, except for
/// what the namespace defines and what other bases have differently.
pub fn fix_slots_of_new_type(ty: &Obj) {
    let body = type_body(ty);
    let base = body.base.get();
    if base.is_none() || base.is_unbound() {
        return;
    }
    let base_ops = &type_body(&base).ops;
    body.ops.inherit(base_ops);
    let mro = body.mro.get();
    let others = &tuple::items(&mro)[1..];
    let is_linear = others.iter().zip(tuple::items(&type_body(&base).mro.get())).all(|(a, b)| a.is(b))
        && others.len() == tuple::items(&type_body(&base).mro.get()).len();
    if !is_linear {
        for slot in SlotId::all() {
            let mine = slot.addr(base_ops);
            if others.iter().any(|t| slot.addr(&type_body(t).ops) != mine) {
                update(ty, slot);
            }
        }
    }
    for (name, _) in dict::items_snapshot(body.namespace()) {
        slot_wrappers::slots_of_name(&name).iter().for_each(|s| update(ty, *s));
    }
}
