//! `defaultdict`: a dict whose instances have one more slot, for the factory.

use crate::support::{CLASS_GETITEM, native_table};
use pyre_object::descriptor::{MemberKind, new_member};
use pyre_object::dict::{self, DictBody};
use pyre_object::layout::HEADER_SIZE;
use pyre_object::shape::{ShapeSpec, new_shape};
use pyre_object::str::StrBuilder;
use pyre_object::typeobj::{type_body, type_name};
use pyre_object::{
    Args, BinOp, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Value, Vm, attr,
    intern, model, raise, str, tuple, type_new,
};
use pyre_threads::sync::Ordering;
use std::sync::OnceLock;

static SPEC: TypeSpec = TypeSpec {
    name: "collections.defaultdict",
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.\n",
    base: Some(|_| Builtin::Dict.ty().clone()),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::NONE }
        .with_binary(BinOp::Or, union),
    methods: native_table![
        NativeDef::method("__missing__", "(self, key, /)", missing).doc(
            "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n"
        ),
        NativeDef::method("copy", "(self, /)", copy).doc("D.copy() -> a shallow copy of D."),
        NativeDef::method("__copy__", "(self, /)", copy).doc("D.copy() -> a shallow copy of D."),
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
        CLASS_GETITEM,
    ],
    ..TypeSpec::EMPTY
};

/// The type.
pub(super) fn default_dict(vm: &Vm) -> &'static Obj {
    static TYPE: OnceLock<&'static Obj> = OnceLock::new();
    TYPE.get_or_init(|| {
        let ty = type_new::new_native_type(vm, &SPEC, &Obj::NONE);
        let layout = DictBody::layout();
        let shape = ShapeSpec {
            layout,
            attrs_offset: (HEADER_SIZE + layout.size).next_multiple_of(8) as u16,
            inline_slots: 1,
            fixed: 1,
            dict_mode: false,
            // A fixed slot is reached through its descriptor only.
            names: Box::new([Value::UNBOUND]),
        };
        let body = type_body(&ty);
        body.root_shape.store(new_shape(ty.raw(), shape).id, Ordering::Release);
        let name = intern::intern_str("default_factory");
        let member = new_member(ty.clone(), name.clone(), MemberKind::Inline(0));
        dict::set_str(body.namespace(), &name, member);
        model::immortal(ty)
    })
}

/// The slot of the factory of a defaultdict.
fn factory_slot(o: &Obj) -> Option<&Slot> {
    let (cell, shape) = (o.cell()?, o.shape());
    if shape.attrs_offset == 0 || shape.inline_slots == 0 {
        return None;
    }
    // SAFETY: the object is alive, and its shape says that it has the slot.
    Some(unsafe { attr::inline_slot(cell, shape, 0) })
}

fn factory(o: &Obj) -> Obj {
    match factory_slot(o).map(Slot::get) {
        Some(f) if !f.is_unbound() => f,
        _ => Obj::NONE,
    }
}

fn is_default_dict(vm: &Vm, o: &Obj) -> bool {
    pyre_object::typeobj::is_instance_exact_mro(o, default_dict(vm))
}

fn new(_: &Vm, class: &Obj, _: Args<'_>) -> PyResult {
    let d = dict::new_shaped(type_body(class).root_shape());
    if let Some(s) = factory_slot(&d) {
        s.set(Obj::NONE);
    }
    Ok(d)
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let first = args.pos().first();
    if let Some(f) = first
        && !f.is_none()
        && !vm.is_callable(f)
    {
        raise!(vm, TypeError, "first argument must be callable or None");
    }
    if let Some(s) = factory_slot(o) {
        s.set(first.cloned().unwrap_or(Obj::NONE));
    }
    let rest = if first.is_some() { args.skip(1) } else { args };
    match type_body(Builtin::Dict.ty()).ops.init.get() {
        Some(base) => base(vm, o, rest),
        None => Ok(()),
    }
}

fn missing(vm: &Vm, a: &[Obj]) -> PyResult {
    let make = factory(&a[0]);
    if make.is_none() {
        return Err(vm.key_error(&a[1]));
    }
    let value = vm.call0(&make)?;
    if a[0].ty().is(default_dict(vm)) {
        // Another thread may have been faster: then all see its value.
        return dict::set_default(vm, &a[0], &a[1], &value);
    }
    vm.setitem(&a[0], &a[1], &value)?;
    Ok(value)
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let make = factory(o);
    let base = match type_body(Builtin::Dict.ty()).ops.repr.get() {
        Some(f) => f(vm, o)?,
        None => str::new_str("{}"),
    };
    let mut out = StrBuilder::new();
    out.push_str(&type_name(o.ty()));
    out.push_str("(");
    if vm.repr_enter(&make) {
        let text = vm.repr(&make);
        vm.repr_leave(&make);
        out.push_obj(&text?);
    } else {
        out.push_str("...");
    }
    out.push_str(", ");
    out.push_obj(&base);
    out.push_str(")");
    Ok(out.finish())
}

fn copy(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.call2(a[0].ty(), &factory(&a[0]), &a[0])
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let make = factory(&a[0]);
    let args = if make.is_none() { tuple::empty_tuple() } else { tuple::new_tuple([make]) };
    let items = vm.call_method_str(&a[0], "items", &[])?;
    let items = vm.iter(&items)?;
    Ok(tuple::new_tuple([a[0].ty().clone(), args, Obj::NONE, Obj::NONE, items]))
}

fn union(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let own = if is_default_dict(vm, a) { a } else { b };
    let other = if own.is(a) { b } else { a };
    if !dict::is_dict(other) || !is_default_dict(vm, own) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let result = vm.call2(own.ty(), &factory(own), a)?;
    dict::update(vm, &result, b)?;
    Ok(result)
}
