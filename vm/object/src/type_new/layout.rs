//! Which base decides the layout of a class's instances, and the shapes of a new class.

use super::full_name;
use crate::alloc::NoBody;
use crate::code::CodeBody;
use crate::error::PyResult;
use crate::function::FunctionBody;
use crate::layout::{Body, HEADER_SIZE};
use crate::module::ModuleBody;
use crate::native::TypeFlags;
use crate::obj::Obj;
use crate::shape::{self, ShapeSpec};
use crate::typeobj::{TypeBody, is_subtype, is_type, type_body};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Builtin, Layout, dict, tuple};
use pyre_bytecode::Text;
use pyre_threads::sync::atomic::Ordering;
use std::collections::HashSet;

/// Attribute slots in the instances of a plain class, at least and at most.
const INLINE_SLOTS: std::ops::RangeInclusive<usize> = 4..=24;

/// Whether instances of this layout keep their namespace in the body (modules and types): classes derived from them
/// add none.
pub fn has_own_dict(layout: &'static Layout) -> bool {
    std::ptr::eq(layout, ModuleBody::layout()) || std::ptr::eq(layout, TypeBody::layout())
}

/// The nearest type along `__base__` that adds something to the layout of its base: a body or fixed slots.
pub(super) fn solid_base(ty: &Obj) -> Obj {
    let mut t = ty.clone();
    loop {
        let body = type_body(&t);
        let base = body.base.get();
        if !is_type(&base) {
            return t;
        }
        let b = type_body(&base);
        let same_body = std::ptr::eq(body.instance_layout, b.instance_layout);
        // A type under construction has no shape yet and adds nothing that matters here.
        let adds_slots =
            body.root_shape.load(Ordering::Acquire) != 0 && body.root_shape().fixed > b.root_shape().fixed;
        if !same_body || adds_slots {
            return t;
        }
        t = base;
    }
}

/// The base whose layout the instances of a class with these bases get.
///
/// # Errors
/// `TypeError` when a base is unacceptable or layouts conflict.
pub fn best_base(vm: &Vm, bases: &[Obj]) -> PyResult {
    let mut best: Option<(Obj, Obj)> = None;
    for b in bases {
        if !is_type(b) {
            return Err(vm.type_error("bases must be types"));
        }
        if !type_body(b).flags().has(TypeFlags::BASE) {
            return Err(vm.type_error(format!("type '{}' is not an acceptable base type", full_name(b))));
        }
        let solid = solid_base(b);
        best = match best {
            None => Some((b.clone(), solid)),
            Some((base, winner)) if is_subtype(&winner, &solid) => Some((base, winner)),
            Some((_, winner)) if is_subtype(&solid, &winner) => Some((b.clone(), solid)),
            Some(_) => return Err(vm.type_error("multiple bases have instance lay-out conflict")),
        };
    }
    best.map(|(b, _)| b).ok_or_else(|| vm.type_error("a class needs a base"))
}

/// Whether CPython gives instances of the type a size of their own (`tp_itemsize`): no `__slots__`, no weak references.
pub(super) fn is_variable_sized(base: &Obj) -> bool {
    [Builtin::Int, Builtin::Bytes, Builtin::Tuple, Builtin::Type].iter().any(|b| is_subtype(base, b.ty()))
}

/// Makes the shapes of a new class: `new_fixed` more fixed slots than its base's instances, and a dict if `has_dict`.
pub(super) fn make_shapes(ty: &Obj, base: &Obj, new_fixed: usize, has_dict: bool) {
    let body = type_body(ty);
    let parent = type_body(base).root_shape();
    let layout = body.instance_layout;
    let fixed = parent.fixed as usize + new_fixed;
    let attrs_offset = match parent.attrs_offset {
        0 if fixed == 0 && !has_dict => 0,
        0 if layout.variable.is_some() => u16::MAX,
        0 => (HEADER_SIZE + layout.size).next_multiple_of(8) as u16,
        o => o,
    };
    let free = if has_dict && layout.variable.is_none() { free_slots(ty, layout) } else { 0 };
    let spec = |dict_mode| ShapeSpec {
        layout,
        attrs_offset,
        inline_slots: (fixed + free) as u16,
        fixed: fixed as u16,
        dict_mode,
        // Fixed slots are reached through their descriptors only.
        names: vec![Value::UNBOUND; fixed].into(),
    };
    body.root_shape.store(shape::new_shape(ty.raw(), spec(false)).id, Ordering::Release);
    if has_dict {
        body.dict_shape.store(shape::new_shape(ty.raw(), spec(true)).id, Ordering::Release);
    }
}

/// How many attributes instances will probably have: the distinct names that the class's methods store on `self`.
fn free_slots(ty: &Obj, layout: &'static Layout) -> usize {
    let mut names: HashSet<Text> = HashSet::new();
    let mro = type_body(ty).mro.get();
    for t in tuple::items(&mro) {
        if !type_body(t).flags().has(TypeFlags::HEAP) {
            continue;
        }
        for value in dict::values_snapshot(type_body(t).namespace()) {
            if let Some(f) = value.downcast::<FunctionBody>() {
                stored_on_self(f, &mut names);
            }
        }
    }
    if std::ptr::eq(layout, NoBody::layout()) {
        names.len().clamp(*INLINE_SLOTS.start(), *INLINE_SLOTS.end())
    } else {
        names.len().min(*INLINE_SLOTS.end())
    }
}

fn stored_on_self(f: &FunctionBody, names: &mut HashSet<Text>) {
    let code = f.code.get();
    let Some(code) = code.downcast::<CodeBody>() else { return };
    names.extend(code.unit.stored_on_first());
}
