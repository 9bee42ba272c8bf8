//! `super`.

use crate::support::{or_none, text};
use pyre_object::descriptor::{SuperBody, check_super, super_getattr};
use pyre_object::typeobj::{self, type_body, type_name};
use pyre_object::{
    Args, Body, Builtin, GetSetDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, attr, hooks,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Super, &SUPER)];
    &ALL
}

static SUPER: TypeSpec = TypeSpec {
    name: "super",
    doc: "super() is super(__class__, <first argument>).\nsuper(type, obj) finds attributes on the classes after type in \
          the MRO of obj's type.\nsuper(type, type2) does so for a class.\nsuper(type) is not bound to an object yet.",
    layout: Some(SuperBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        repr: Some(repr),
        getattr: Some(getattr),
        descr_get: Some(descr_get),
        init: Some(init),
        new: Some(|_, cls, _| {
            let body = SuperBody { class: Slot::empty(), obj: Slot::empty(), obj_type: Slot::empty() };
            Ok(alloc::new_shaped(type_body(cls).root_shape(), body))
        }),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::readonly("__thisclass__", |_, o| Ok(or_none(body(o).class.get()))).member(),
        GetSetDef::readonly("__self__", |_, o| Ok(or_none(body(o).obj.get()))).member(),
        GetSetDef::readonly("__self_class__", |_, o| Ok(or_none(body(o).obj_type.get()))).member(),
    ],
    ..TypeSpec::EMPTY
};

fn body(o: &Obj) -> &SuperBody {
    o.body()
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.has_keywords() {
        return Err(vm.type_error("super() takes no keyword arguments"));
    }
    let (class, obj) = match args.pos() {
        [] => match hooks::SUPER_ARGUMENTS.get() {
            Some(f) => f(vm).map(|(c, o)| (c, Some(o)))?,
            None => return Err(vm.runtime_error("super(): no arguments")),
        },
        [class] => (class.clone(), None),
        [class, obj] => (class.clone(), Some(obj.clone())),
        more => {
            let n = more.len();
            return Err(vm.type_error(format!("super() expected at most 2 arguments, got {n}")));
        }
    };
    if !typeobj::is_type(&class) {
        let got = class.type_name();
        return Err(vm.type_error(format!("super() argument 1 must be a type, not {got}")));
    }
    bind(vm, o, class, obj.filter(|o| !o.is_none()))
}

fn bind(vm: &Vm, o: &Obj, class: Obj, obj: Option<Obj>) -> PyResult<()> {
    let b = body(o);
    let obj_type = match &obj {
        Some(obj) => check_super(vm, &class, obj)?,
        None => Obj::UNBOUND,
    };
    b.class.set(class);
    b.obj.set(obj.unwrap_or_default());
    b.obj_type.set(obj_type);
    Ok(())
}

fn getattr(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    let b = body(o);
    let (class, obj, obj_type) = (b.class.get(), b.obj.get(), b.obj_type.get());
    if !obj_type.is_unbound()
        && let Some(v) = super_getattr(vm, &class, &obj, &obj_type, name)?
    {
        return Ok(v);
    }
    attr::generic_getattr(vm, o, name)
}

/// Binds an unbound `super` to the instance.
fn descr_get(vm: &Vm, o: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let b = body(o);
    let Some(obj) = obj.filter(|o| !o.is_none()) else { return Ok(o.clone()) };
    if !b.obj.get().is_unbound() {
        return Ok(o.clone());
    }
    if !o.is_exactly(Builtin::Super) {
        return vm.call2(o.ty(), &b.class.get(), obj);
    }
    let made = alloc::new(
        Builtin::Super,
        SuperBody { class: Slot::empty(), obj: Slot::empty(), obj_type: Slot::empty() },
    );
    bind(vm, &made, b.class.get(), Some(obj.clone()))?;
    Ok(made)
}

fn repr(_vm: &Vm, o: &Obj) -> PyResult {
    let b = body(o);
    let (class, obj_type) = (b.class.get(), b.obj_type.get());
    let class = if typeobj::is_type(&class) { type_name(&class) } else { "NULL".to_owned() };
    if typeobj::is_type(&obj_type) {
        text(format!("<super: <class '{class}'>, <{} object>>", type_name(&obj_type)))
    } else {
        text(format!("<super: <class '{class}'>, NULL>"))
    }
}
