//! `types.SimpleNamespace`.

use crate::support::text;
use pyre_object::{
    Args, Builtin, CmpOp, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, attr, dict, str, tuple,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::SimpleNamespace, &SIMPLE_NAMESPACE)];
    &ALL
}

static SIMPLE_NAMESPACE: TypeSpec = TypeSpec {
    name: "types.SimpleNamespace",
    doc: "An object whose attributes are what it was called with.",
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::UNHASHABLE),
    slots: Slots { repr: Some(repr), compare: Some(compare), init: Some(init), ..Slots::NONE },
    methods: &SIMPLE_NAMESPACE_METHODS,
    ..TypeSpec::EMPTY
};

static SIMPLE_NAMESPACE_METHODS: [NativeDef; 2] = [
    NativeDef::method("__reduce__", "(self, /)", reduce).doc("State for pickle."),
    NativeDef::raw_method("__replace__", "(self, /, **changes)", replace)
        .doc("A copy with other values for some attributes."),
];

fn dict_of(vm: &Vm, o: &Obj) -> PyResult {
    attr::instance_dict(o).ok_or_else(|| vm.runtime_error("namespace lost its dict"))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let d = dict_of(vm, o)?;
    match args.pos() {
        [] => {}
        [given] if dict::is_dict(given) => update(vm, &d, given)?,
        [given] => {
            let made = vm.call1(Builtin::Dict.ty(), given)?;
            update(vm, &d, &made)?;
        }
        more => {
            let (name, n) = (o.type_name(), more.len());
            return Err(vm.type_error(format!("{name} expected at most 1 argument, got {n}")));
        }
    }
    for (k, v) in args.keywords() {
        dict::set_item(vm, &d, k, v.clone())?;
    }
    Ok(())
}

fn update(vm: &Vm, d: &Obj, from: &Obj) -> PyResult<()> {
    for (k, v) in dict::items_snapshot(from) {
        if !str::is_str(&k) {
            return Err(vm.type_error("keywords must be strings"));
        }
        dict::set_item(vm, d, &k, v)?;
    }
    Ok(())
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let name = if o.is_exactly(Builtin::SimpleNamespace) || o.ty().is(Builtin::SimpleNamespace.ty()) {
        "namespace".to_owned()
    } else {
        o.type_name()
    };
    if !vm.repr_enter(o) {
        return text(format!("{name}(...)"));
    }
    let r = attributes_text(vm, o);
    vm.repr_leave(o);
    text(format!("{name}({})", r?))
}

fn attributes_text(vm: &Vm, o: &Obj) -> PyResult<String> {
    let mut parts = Vec::new();
    for (k, v) in dict::items_snapshot(&dict_of(vm, o)?) {
        if str::is_str(&k) && str::len(&k) != 0 {
            parts.push(format!("{}={}", str::to_string_lossy(&k), vm.repr_text(&v)?));
        }
    }
    Ok(parts.join(", "))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let ty = Builtin::SimpleNamespace.ty();
    let both = [a, b].iter().all(|o| pyre_object::typeobj::is_instance_exact_mro(o, ty));
    if !both {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    vm.compare(&dict_of(vm, a)?, &dict_of(vm, b)?, op)
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(tuple::new_tuple([a[0].ty().clone(), tuple::empty_tuple(), dict_of(vm, &a[0])?]))
}

fn replace(vm: &Vm, args: Args<'_>) -> PyResult {
    let [o] = args.pos() else {
        let n = args.len().saturating_sub(1);
        return Err(vm.type_error(format!("__replace__() takes no positional arguments ({n} given)")));
    };
    let copy = vm.call0(o.ty())?;
    let d = dict_of(vm, &copy)?;
    dict::update(vm, &d, &dict_of(vm, o)?)?;
    for (k, v) in args.keywords() {
        dict::set_item(vm, &d, k, v.clone())?;
    }
    Ok(copy)
}
