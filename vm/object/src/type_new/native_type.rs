//! Native types from their tables ([`TypeSpec`]).

use super::{TypeParts, allocate};
use crate::alloc::NoBody;
use crate::code::managed;
use crate::descriptor::{self, MemberKind};
use crate::exception::{Exc, ExceptionBody};
use crate::layout::{Body, HEADER_SIZE, Layout};
use crate::module;
use crate::native::{Binding, TypeFlags, TypeSpec};
use crate::obj::Obj;
use crate::shape::{self, ShapeSpec, shape};
use crate::typeobj::{self, is_type, type_body};
use crate::vm::Vm;
use crate::{Builtin, builtin, dict, intern, names, slot_dunders, slot_wrappers, str, tuple};
use pyre_threads::sync::atomic::Ordering;

/// A native type of a native module; it becomes an attribute of `module` (unless that is `None`).
pub fn new_native_type(vm: &Vm, spec: &'static TypeSpec, module: &Obj) -> Obj {
    let base = spec.base.map_or_else(|| Builtin::Object.ty().clone(), |f| f(vm));
    let ty = NativeBuilder { spec, id: None }.create(&base);
    if !module.is_none() {
        module::set(module, short_name(spec), ty.clone());
    }
    ty
}

/// Makes one native type, in two steps: the type object, then its namespace.
pub struct NativeBuilder {
    /// The table.
    pub spec: &'static TypeSpec,
    /// The fixed shape id of a builtin type.
    pub id: Option<u32>,
}

fn short_name(spec: &TypeSpec) -> &'static str {
    spec.name.rsplit('.').next().unwrap_or(spec.name)
}

impl NativeBuilder {
    /// The layout of instances; `base` is not needed if the table names a layout.
    fn layout(&self, base: &Obj) -> &'static Layout {
        match self.spec.layout {
            Some(f) => f(),
            None if is_type(base) => type_body(base).instance_layout,
            None => NoBody::layout(),
        }
    }

    /// Publishes the shape under its fixed id, before there are types.
    pub fn publish_shape(&self, base: &Obj) {
        if let Some(id) = self.id {
            let has_dict = self.has_dict(base);
            shape::new_builtin(
                id,
                shape_spec(self.layout(base), parent_offset(base, self.layout(base)), has_dict, false),
            );
        }
    }

    fn has_dict(&self, base: &Obj) -> bool {
        self.spec.flags.has(TypeFlags::DICT)
            || (is_type(base) && type_body(base).dict_shape.load(Ordering::Acquire) != 0)
    }

    /// The type object, with inherited operations and an empty namespace. `base` is `None` for `object` itself.
    pub fn create(&self, base: &Obj) -> Obj {
        let spec = self.spec;
        let name = intern::intern_str(short_name(spec));
        let bases = if is_type(base) { tuple::new_tuple([base.clone()]) } else { tuple::empty_tuple() };
        let layout = self.layout(base);
        let has_dict = self.has_dict(base);
        let mut flags = spec.flags;
        if is_type(base) {
            flags = inherit_flags(flags, type_body(base).flags());
        }
        flags = flags.or(TypeFlags::IMMUTABLE);
        let ty = allocate(TypeParts {
            meta_shape: Builtin::Type.shape(),
            name: name.clone(),
            qualname: name,
            base: if is_type(base) { base.clone() } else { Obj::NONE },
            bases: managed(bases),
            dict: Obj::UNBOUND,
            flags,
            layout,
            spec: Some(spec),
        });
        let body = type_body(&ty);
        self.set_shapes(&ty, base, layout, has_dict);
        let mut mro = vec![ty.clone()];
        if is_type(base) {
            mro.extend_from_slice(tuple::items(&type_body(base).mro.get()));
            inherit_operations(&ty, spec, base);
            typeobj::link_to_bases(&ty);
        }
        body.mro.set(managed(tuple::from_vec(mro)));
        body.version.store(typeobj::fresh_version(), Ordering::Release);
        ty
    }

    fn set_shapes(&self, ty: &Obj, base: &Obj, layout: &'static Layout, has_dict: bool) {
        let body = type_body(ty);
        let offset = parent_offset(base, layout);
        let root = match self.id {
            Some(id) => {
                let s = shape(id);
                s.set_type(ty.raw());
                builtin::set_builtin_type(id, ty);
                s
            }
            None => shape::new_shape(ty.raw(), shape_spec(layout, offset, has_dict, false)),
        };
        body.root_shape.store(root.id, Ordering::Release);
        if has_dict {
            let d = shape::new_shape(ty.raw(), shape_spec(layout, offset, true, true));
            body.dict_shape.store(d.id, Ordering::Release);
        }
    }
}

/// Where instances of the base have their attributes, if the type has the same body: a larger body moves them.
fn parent_offset(base: &Obj, layout: &'static Layout) -> u16 {
    if is_type(base) && std::ptr::eq(type_body(base).instance_layout, layout) {
        type_body(base).root_shape().attrs_offset
    } else {
        0
    }
}

fn shape_spec(layout: &'static Layout, parent_offset: u16, has_dict: bool, dict_mode: bool) -> ShapeSpec {
    let attrs_offset = match parent_offset {
        0 if !has_dict => 0,
        0 if layout.variable.is_some() => u16::MAX,
        0 => (HEADER_SIZE + layout.size).next_multiple_of(8) as u16,
        o => o,
    };
    ShapeSpec { layout, attrs_offset, inline_slots: 0, fixed: 0, dict_mode, names: Box::new([]) }
}

fn inherit_flags(own: TypeFlags, base: TypeFlags) -> TypeFlags {
    [
        TypeFlags::DICT,
        TypeFlags::WEAKREF,
        TypeFlags::SEQUENCE,
        TypeFlags::MAPPING,
        TypeFlags::EXCEPTION,
        TypeFlags::TYPE_SUBCLASS,
        TypeFlags::MATCH_SELF,
    ]
    .into_iter()
    .filter(|f| base.has(*f))
    .fold(own, TypeFlags::or)
}

fn inherit_operations(ty: &Obj, spec: &'static TypeSpec, base: &Obj) {
    let body = type_body(ty);
    body.ops.inherit(&type_body(base).ops);
    // The base's constructor would leave a body of another type uninitialised.
    if spec.slots.new.is_none() && (spec.layout.is_some() || spec.flags.has(TypeFlags::NO_NEW)) {
        body.ops.new.set(None);
    }
    if spec.flags.has(TypeFlags::UNHASHABLE) {
        body.ops.hash.set(Some(slot_dunders::unhashable));
    }
}

/// Fills the namespace `ns` of a native type: methods, computed attributes, slot wrappers, documentation. Nobody has
/// looked into it before.
pub(crate) fn fill(ty: &Obj, ns: &Obj) {
    let body = type_body(ty);
    let Some(spec) = body.spec else { return };
    let module = match spec.name.rsplit_once('.') {
        Some((m, _)) => intern::intern_str(m),
        None => names::builtins().clone(),
    };
    for def in spec.methods {
        let value = match def.binding {
            Binding::Instance => descriptor::new_method_descriptor(def, ty.clone()),
            Binding::Class => descriptor::new_class_method_descriptor(def, ty.clone()),
            Binding::Static => {
                descriptor::new_static_method(descriptor::new_native_function(def, ty.clone(), Obj::NONE))
            }
        };
        dict::set_str(ns, &intern::intern_str(def.name), value);
    }
    for def in spec.getset {
        let name = intern::intern_str(def.name);
        let value = if def.is_member {
            descriptor::new_member(ty.clone(), name.clone(), MemberKind::Computed(def))
        } else {
            descriptor::new_getset(def, ty.clone())
        };
        dict::set_str(ns, &name, value);
    }
    slot_wrappers::add_wrappers(ty, ns, &spec.slots, spec.flags);
    let id = body.root_shape.load(Ordering::Relaxed);
    if let Some(exc) = Exc::ALL.iter().copied().find(|exc| *exc as u32 == id) {
        add_exception_members(ty, ns, exc);
    }
    let base = body.base.get();
    let base_has_dict = is_type(&base) && type_body(&base).dict_shape().is_some();
    if body.dict_shape().is_some() && !base_has_dict {
        add_missing(ns, names::__dict__(), || descriptor::new_getset(&super::DICT_DEF, ty.clone()));
    }
    add_missing(ns, names::__doc__(), || {
        if spec.doc.is_empty() { Obj::NONE } else { managed(str::new_str(spec.doc)) }
    });
    if spec.name.contains('.') {
        add_missing(ns, names::__module__(), || module);
    }
}

fn add_missing(ns: &Obj, name: &Obj, value: impl FnOnce() -> Obj) {
    if dict::get_str(ns, name).is_none() {
        dict::set_str(ns, name, value());
    }
}

fn add_exception_members(ty: &Obj, ns: &Obj, exc: Exc) {
    debug_assert!(std::ptr::eq(type_body(ty).instance_layout, ExceptionBody::layout()));
    for field in exc.own_fields() {
        let Some(i) = exc.field_index(field) else { continue };
        let kind = if exc == Exc::BaseExceptionGroup {
            MemberKind::ExceptionReadOnly(i as u16)
        } else {
            MemberKind::Exception(i as u16)
        };
        let name = intern::intern_str(field);
        add_missing(ns, &name, || descriptor::new_member(ty.clone(), name.clone(), kind));
    }
}
