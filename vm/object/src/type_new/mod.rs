//! Making types: `type.__new__` for classes, native types from their tables, and what can be changed on a type later.
//! See docs/design/types.md.

mod assign;
mod class;
mod instance_attributes;
mod layout;
mod mro;
mod namespace;
mod native_type;

pub use assign::{set_bases, set_class};
pub use class::{calculate_metaclass, type_new};
pub use instance_attributes::{DICT_DEF, WEAKREF_DEF};
pub use layout::{best_base, has_own_dict};
pub use mro::{compute_mro, default_mro};
pub(crate) use native_type::fill as fill_native;
pub use native_type::{NativeBuilder, new_native_type};

use crate::error::PyResult;
use crate::native::{TypeFlags, TypeSpec};
use crate::obj::Obj;
use crate::slots::{Slots, TypeSlots};
use crate::typeobj::{self, TypeBody, type_body};
use crate::vm::Vm;
use crate::{Builtin, Layout, Slot, alloc, str};
use pyre_threads::sync::Mutex;
use pyre_threads::sync::atomic::{AtomicBool, AtomicU32};
use std::collections::HashMap;

/// What the body of a new type is made of; MRO, shapes and inherited operations follow.
struct TypeParts {
    meta_shape: u32,
    name: Obj,
    qualname: Obj,
    base: Obj,
    bases: Obj,
    dict: Obj,
    flags: TypeFlags,
    layout: &'static Layout,
    spec: Option<&'static TypeSpec>,
}

/// A type object without MRO and shapes.
fn allocate(p: TypeParts) -> Obj {
    let body = TypeBody {
        name: Slot::new(p.name),
        qualname: Slot::new(p.qualname),
        base: Slot::new(p.base),
        bases: Slot::new(p.bases),
        mro: Slot::new(Obj::NONE),
        entries: Slot::new(p.dict),
        ops: TypeSlots::new(p.spec.map_or(&Slots::NONE, |s| &s.slots)),
        flags: AtomicU32::new(p.flags.0),
        version: AtomicU32::new(0),
        root_shape: AtomicU32::new(0),
        dict_shape: AtomicU32::new(0),
        instance_layout: p.layout,
        spec: p.spec,
        unfilled: AtomicBool::new(p.spec.is_some()),
        cells: Mutex::new(HashMap::new()),
        subclasses: Mutex::new(Vec::new()),
    };
    let ty = alloc::new_traced(p.meta_shape, body);
    pyre_gc::native::unscanned(|| typeobj::ALL_TYPES.lock().push(ty.raw()));
    ty
}

/// The name of a type in messages: with the module for native types outside `builtins`, as they declare it; only the
/// name for classes.
pub fn full_name(ty: &Obj) -> String {
    let body = type_body(ty);
    match body.spec {
        Some(s) if !body.flags().has(TypeFlags::HEAP) => s.name.to_owned(),
        _ => str::to_string_lossy(&body.name.get()),
    }
}

/// `module.qualname`, without the module if that is `builtins` or `__main__`: how CPython writes `%N` in messages.
pub fn qualified_name(vm: &Vm, ty: &Obj) -> PyResult<String> {
    let qualname = str::to_string_lossy(&type_body(ty).qualname.get());
    Ok(match vm.getattr_opt(ty, crate::names::__module__())? {
        Some(m) if str::is_str(&m) && !str::eq_str(&m, "builtins") && !str::eq_str(&m, "__main__") => {
            format!("{}.{qualname}", str::to_string_lossy(&m))
        }
        _ => qualname,
    })
}

/// The nearest base that is no Python class, along `__base__`.
pub fn native_base(ty: &Obj) -> Obj {
    let mut t = ty.clone();
    while type_body(&t).flags().has(TypeFlags::HEAP) {
        let base = type_body(&t).base.get();
        if !typeobj::is_type(&base) {
            break;
        }
        t = base;
    }
    t
}

/// `origin[args]` as a `types.GenericAlias`.
///
/// # Errors
/// Whatever the constructor raises.
pub fn generic_alias(vm: &Vm, origin: &Obj, args: &Obj) -> PyResult {
    vm.call2(Builtin::GenericAlias.ty(), origin, args)
}
