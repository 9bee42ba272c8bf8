//! `cmp_to_key`: keys that are ordered by a function of two arguments.

use crate::support::{NativeType, construct, interned};
use pyre_object::{
    Args, Body, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, attr,
    heap_body, raise,
};

heap_body! {
    /// `KeyWrapper`: the function, and the object, which is `UNBOUND` in what `cmp_to_key` returns.
    struct KeyWrapper "KeyWrapper" { slots { compare, object } data {} }
}

interned! {
    fn obj_name = "obj";
}

static KEY_WRAPPER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "functools.KeyWrapper",
    layout: Some(KeyWrapper::layout),
    flags: TypeFlags::UNHASHABLE.or(TypeFlags::NO_NEW),
    slots: Slots { call: Some(call), compare: Some(compare), ..Slots::NONE },
    getset: &[GetSetDef::new("obj", get_object, set_object).member()],
    ..TypeSpec::EMPTY
};

static CALL: NativeDef = NativeDef::class_method("K", "(self, obj)", |vm, a| {
    let b: &KeyWrapper = a[0].body();
    let body = KeyWrapper { compare: Slot::new(b.compare.get()), object: Slot::new(a[1].clone()) };
    Ok(KEY_WRAPPER.instance(vm, body))
});

pub(super) fn cmp_to_key(vm: &Vm, a: &[Obj]) -> PyResult {
    let body = KeyWrapper { compare: Slot::new(a[0].clone()), object: Slot::empty() };
    Ok(KEY_WRAPPER.instance(vm, body))
}

fn call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    if let [object] = args.all()
        && !args.has_keywords()
    {
        let b: &KeyWrapper = o.body();
        let body = KeyWrapper { compare: Slot::new(b.compare.get()), object: Slot::new(object.clone()) };
        return Ok(KEY_WRAPPER.instance(vm, body));
    }
    construct(vm, &CALL, o, args)
}

fn get_object(vm: &Vm, o: &Obj) -> PyResult {
    let object = o.body::<KeyWrapper>().object.get();
    if object.is_unbound() { Err(attr::no_attribute(vm, o, obj_name())) } else { Ok(object) }
}

fn set_object(_: &Vm, o: &Obj, value: Option<&Obj>) -> PyResult<()> {
    o.body::<KeyWrapper>().object.set(value.cloned().unwrap_or(Obj::UNBOUND));
    Ok(())
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<KeyWrapper>(), b.downcast::<KeyWrapper>()) else {
        raise!(vm, TypeError, "other argument must be K instance");
    };
    let pair = [x.object.get(), y.object.get()];
    if pair.iter().any(Obj::is_unbound) {
        return Err(attr::no_attribute(vm, a, obj_name()));
    }
    let order = vm.call(x.compare.get_fixed(), &pair)?;
    vm.compare(&order, &Obj::from_len(0), op)
}
