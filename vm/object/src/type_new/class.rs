//! `type.__new__`: a class from its name, bases and namespace.

use super::namespace::{self, SlotsRequest};
use super::{TypeParts, allocate, best_base, compute_mro, has_own_dict, layout};
use crate::args::Args;
use crate::code::managed;
use crate::error::PyResult;
use crate::native::TypeFlags;
use crate::obj::Obj;
use crate::slots::{AtomicFn, NewFn};
use crate::typeobj::{self, is_subtype, is_type, type_body};
use crate::vm::Vm;
use crate::{Builtin, descriptor, dict, intern, names, slot_dunders, str, tuple};
use pyre_threads::sync::atomic::Ordering;

/// The metaclass of a class with these bases: the most derived of `meta` and the bases' metaclasses.
///
/// # Errors
/// `TypeError` when there is none.
pub fn calculate_metaclass(vm: &Vm, meta: &Obj, bases: &[Obj]) -> PyResult {
    let mut winner = meta.clone();
    for b in bases {
        let other = b.ty();
        if is_subtype(&winner, other) {
            continue;
        }
        if !is_subtype(other, &winner) {
            return Err(vm.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases",
            ));
        }
        winner = other.clone();
    }
    Ok(winner)
}

/// `type.__new__(meta, name, bases, namespace, **keywords)`
///
/// # Errors
/// `TypeError` and `ValueError` for everything that makes no class; whatever `mro`, `__set_name__` and
/// `__init_subclass__` raise.
pub fn type_new(vm: &Vm, meta: &Obj, args: Args<'_>) -> PyResult {
    let [name, bases, ns] = args.pos() else {
        return Err(vm.type_error(format!("type.__new__() takes exactly 3 arguments ({} given)", args.len())));
    };
    let wrong = |i: usize, what: &str, got: &Obj| {
        let got = got.type_name();
        Err(vm.type_error(format!("type.__new__() argument {i} must be {what}, not {got}")))
    };
    if !str::is_str(name) {
        return wrong(1, "str", name);
    }
    if !tuple::is_tuple(bases) {
        return wrong(2, "tuple", bases);
    }
    if !namespace::is_namespace(ns) {
        return wrong(3, "dict", ns);
    }
    let bases: Vec<Obj> = match tuple::items(bases) {
        [] => vec![Builtin::Object.ty().clone()],
        given => given.to_vec(),
    };
    for b in bases.iter().filter(|b| !is_type(b)) {
        if vm.getattr_opt(b, names::__mro_entries__())?.is_some() {
            return Err(vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    if let Some(b) = bases.iter().find(|b| is_type(b) && typeobj::root_shape_id(b) == 0) {
        let name = crate::type_new::full_name(b);
        return Err(vm.type_error(format!("Cannot extend an incomplete type '{name}'")));
    }
    let winner = calculate_metaclass(vm, meta, &bases)?;
    if !winner.is(meta)
        && let Some(new) = type_body(&winner).ops.new.get()
        && AtomicFn::new(Some(new)).addr() != AtomicFn::new(Some(type_new as NewFn)).addr()
    {
        return new(vm, &winner, args);
    }
    let ty = build(vm, &winner, name, bases, ns)?;
    init_subclass(vm, &ty, args)?;
    Ok(ty)
}

/// Makes the class, up to and including `__set_name__`.
fn build(vm: &Vm, meta: &Obj, name: &Obj, bases: Vec<Obj>, ns: &Obj) -> PyResult {
    let base = best_base(vm, &bases)?;
    let base_body = type_body(&base);
    let text = str::to_string_lossy(name);
    if text.contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let ns = namespace::copy(vm, ns)?;
    let name = intern::intern(name);
    let base_has_dict =
        base_body.dict_shape.load(Ordering::Acquire) != 0 || has_own_dict(base_body.instance_layout);
    let has_slots = dict::get_str(&ns, names::__slots__()).is_some();
    let mut request = namespace::read_slots(vm, &ns, &text, &base, base_has_dict)?;
    if has_slots {
        take_from_other_bases(&mut request, &bases, &base, base_has_dict);
    } else {
        request.dict &= !base_has_dict;
        request.weakref &= !base_body.flags().has(TypeFlags::WEAKREF);
    }
    let qualname = namespace::take_qualname(vm, &ns, &name)?;
    namespace::complete(vm, &ns)?;
    let has_dict = (base_has_dict || request.dict) && !has_own_dict(base_body.instance_layout);
    let ty = allocate(TypeParts {
        meta_shape: typeobj::root_shape_id(meta),
        name,
        qualname,
        base: base.clone(),
        bases: managed(tuple::from_vec(bases)),
        dict: managed(ns.clone()),
        flags: flags_of(&base, has_dict, request.weakref),
        layout: base_body.instance_layout,
        spec: None,
    });
    namespace::fill_cell(vm, &ns, names::__classcell__(), &ty)?;
    namespace::fill_cell(vm, &ns, names::__classdictcell__(), &ns)?;
    let body = type_body(&ty);
    body.mro.set(compute_mro(vm, &ty)?);
    layout::make_shapes(&ty, &base, request.names.len(), has_dict);
    namespace::add_descriptors(&ty, &ns, &request, base_body.root_shape().fixed);
    slot_dunders::fix_slots_of_new_type(&ty);
    typeobj::link_to_bases(&ty);
    body.version.store(typeobj::fresh_version(), Ordering::Release);
    namespace::call_set_name(vm, &ty, &ns)?;
    Ok(ty)
}

/// A class with `__slots__` still gets the dict and weak references of its other bases.
fn take_from_other_bases(request: &mut SlotsRequest, bases: &[Obj], base: &Obj, base_has_dict: bool) {
    let base_has_weakref = type_body(base).flags().has(TypeFlags::WEAKREF);
    for b in bases.iter().filter(|b| !b.is(base)) {
        let body = type_body(b);
        request.dict |= !base_has_dict && body.dict_shape.load(Ordering::Acquire) != 0;
        request.weakref |= !base_has_weakref && body.flags().has(TypeFlags::WEAKREF);
    }
}

fn flags_of(base: &Obj, has_dict: bool, weakref: bool) -> TypeFlags {
    let base = type_body(base).flags();
    let inherited = [
        TypeFlags::SEQUENCE,
        TypeFlags::MAPPING,
        TypeFlags::EXCEPTION,
        TypeFlags::TYPE_SUBCLASS,
        TypeFlags::MATCH_SELF,
        TypeFlags::WEAKREF,
    ];
    let mut flags = TypeFlags::HEAP.or(TypeFlags::BASE);
    for f in inherited.into_iter().filter(|f| base.has(*f)) {
        flags = flags.or(f);
    }
    if has_dict {
        flags = flags.or(TypeFlags::DICT);
    }
    if weakref { flags.or(TypeFlags::WEAKREF) } else { flags }
}

/// `super(cls, cls).__init_subclass__(**keywords)`
fn init_subclass(vm: &Vm, ty: &Obj, args: Args<'_>) -> PyResult<()> {
    let Some(f) = descriptor::super_getattr(vm, ty, ty, ty, names::__init_subclass__())? else {
        return Ok(());
    };
    vm.call_args(&f, Args::with_names(args.values(), args.names())).map(drop)
}
