//! `FrameLocalsProxy` (PEP 667): `frame.f_locals` of a function, a mapping that reads and writes the frame's variables.
//! Names that are no variables of the function live in a dict of the frame object.

use crate::frameobj::{self, FrameBody};
use pyre_object::function::CellBody;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm,
    alloc, dict, heap_body, list, raise, str, tuple,
};

heap_body! {
    /// The frame whose variables are shown.
    pub struct ProxyBody "FrameLocalsProxy" { slots { frame } data {} }
}

/// The proxy for the variables of a function's frame.
pub fn new_proxy(frame: &Obj) -> Obj {
    alloc::new(Builtin::FrameLocalsProxy, ProxyBody { frame: Slot::new(frame.clone()) })
}

fn frame(o: &Obj) -> &FrameBody {
    o.body::<ProxyBody>().frame.get_fixed().body()
}

/// The variables and the other names, at this moment.
fn snapshot(vm: &Vm, o: &Obj) -> PyResult {
    let b = frame(o);
    let d = frameobj::snapshot_locals(b);
    let extra = b.extra_locals.get();
    if !extra.is_unbound() {
        dict::update(vm, &d, &extra)?;
    }
    Ok(d)
}

/// What a variable's register or closure entry says: its value, or `UNBOUND`.
fn content(v: &Obj) -> Obj {
    if v.is_exactly(Builtin::Cell) { v.body::<CellBody>().content.get() } else { v.clone() }
}

/// The value of the variable `name`: `None` when the function has no such variable, `UNBOUND` while it has no value.
fn variable(b: &FrameBody, name: &Obj) -> Option<Obj> {
    let place = frameobj::find_variable(b, &str::to_utf8(name)?)?;
    Some(content(&place.read(b)))
}

fn lookup(vm: &Vm, o: &Obj, key: &Obj) -> PyResult<Option<Obj>> {
    let b = frame(o);
    if str::is_str(key)
        && let Some(v) = variable(b, key).filter(|v| !v.is_unbound())
    {
        return Ok(Some(v));
    }
    let extra = b.extra_locals.get();
    if extra.is_unbound() { Ok(None) } else { dict::get_item(vm, &extra, key) }
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    match lookup(vm, o, key)? {
        Some(v) => Ok(v),
        None => {
            let shown = vm.repr_text(key)?;
            Err(vm.error(Exc::KeyError, format!("local variable '{shown}' is not defined")))
        }
    }
}

fn extra(b: &FrameBody) -> Obj {
    if b.extra_locals.get().is_unbound() {
        b.extra_locals.set(dict::new_dict());
    }
    b.extra_locals.get()
}

fn setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let b = frame(o);
    let place = if str::is_str(key) {
        str::to_utf8(key).and_then(|name| frameobj::find_variable(b, &name))
    } else {
        None
    };
    match (place, value) {
        (Some(_), None) => raise!(vm, ValueError, "cannot remove local variables from FrameLocalsProxy"),
        (Some(place), Some(v)) => {
            place.write(b, v.clone());
            Ok(())
        }
        (None, Some(v)) => dict::set_item(vm, &extra(b), key, v.clone()),
        (None, None) => {
            let names = b.extra_locals.get();
            if !names.is_unbound() && dict::del_item(vm, &names, key)? {
                return Ok(());
            }
            Err(vm.key_error(key))
        }
    }
}

fn update_from(vm: &Vm, o: &Obj, other: &Obj) -> PyResult<()> {
    let items = if other.is_exactly(Builtin::FrameLocalsProxy) {
        vm.mapping_items(&snapshot(vm, other)?)?
    } else {
        vm.mapping_items(other)?
    };
    items.iter().try_for_each(|(k, v)| setitem(vm, o, k, Some(v)))
}

fn update(vm: &Vm, a: &[Obj]) -> PyResult {
    if !dict::is_dict(&a[1]) && !a[1].is_exactly(Builtin::FrameLocalsProxy) {
        raise!(vm, TypeError, "update() argument must be dict or another FrameLocalsProxy");
    }
    update_from(vm, &a[0], &a[1])?;
    Ok(Obj::NONE)
}

fn keys(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(list::from_vec(dict::keys_snapshot(&snapshot(vm, &a[0])?)))
}

fn values(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(list::from_vec(dict::values_snapshot(&snapshot(vm, &a[0])?)))
}

fn items(vm: &Vm, a: &[Obj]) -> PyResult {
    let pairs = dict::items_snapshot(&snapshot(vm, &a[0])?);
    Ok(list::from_vec(pairs.into_iter().map(|(k, v)| tuple::pair(k, v)).collect()))
}

fn pop(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = frame(&a[0]);
    if str::is_str(&a[1]) && variable(b, &a[1]).is_some() {
        raise!(vm, ValueError, "cannot remove local variables from FrameLocalsProxy");
    }
    let names = b.extra_locals.get();
    let found = if names.is_unbound() { None } else { dict::pop(vm, &names, &a[1])? };
    found.or_else(|| a[2].given().cloned()).ok_or_else(|| vm.key_error(&a[1]))
}

fn get(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(lookup(vm, &a[0], &a[1])?.unwrap_or_else(|| a[2].given().cloned().unwrap_or(Obj::NONE)))
}

fn setdefault(vm: &Vm, a: &[Obj]) -> PyResult {
    if let Some(v) = lookup(vm, &a[0], &a[1])? {
        return Ok(v);
    }
    let v = a[2].given().cloned().unwrap_or(Obj::NONE);
    setitem(vm, &a[0], &a[1], Some(&v))?;
    Ok(v)
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    if !vm.repr_enter(o) {
        return Ok(str::new_str("{...}"));
    }
    let text = snapshot(vm, o).and_then(|d| vm.repr(&d));
    vm.repr_leave(o);
    text
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if b.is_exactly(Builtin::FrameLocalsProxy) {
        let same = a.body::<ProxyBody>().frame.get_fixed().is(b.body::<ProxyBody>().frame.get_fixed());
        return Ok(Obj::bool(same == (op == CmpOp::Eq)));
    }
    if !dict::is_dict(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    vm.compare(&snapshot(vm, a)?, b, op)
}

fn or(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let is_operand = |o: &Obj| dict::is_dict(o) || o.is_exactly(Builtin::FrameLocalsProxy);
    if !is_operand(a) || !is_operand(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let whole = |o: &Obj| if dict::is_dict(o) { Ok(dict::copy(o)) } else { snapshot(vm, o) };
    let all = whole(a)?;
    dict::update(vm, &all, &whole(b)?)?;
    Ok(all)
}

fn inplace_or(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !dict::is_dict(b) && !b.is_exactly(Builtin::FrameLocalsProxy) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    update_from(vm, a, b)?;
    Ok(a.clone())
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        raise!(vm, TypeError, "FrameLocalsProxy takes no keyword arguments");
    }
    let [frame] = args.pos() else {
        raise!(vm, TypeError, "FrameLocalsProxy expected 1 argument, got {}", args.len());
    };
    if !frame.is_exactly(Builtin::Frame) {
        raise!(vm, TypeError, "expect frame, not {}", frame.type_name());
    }
    let body = ProxyBody { frame: Slot::new(frame.clone()) };
    Ok(alloc::new_shaped(type_body(class).root_shape(), body))
}

static METHODS: [NativeDef; 11] = [
    NativeDef::method("__contains__", "($self, key, /)", |vm, a| {
        Ok(Obj::bool(lookup(vm, &a[0], &a[1])?.is_some()))
    }),
    NativeDef::method("__getitem__", "($self, key, /)", |vm, a| getitem(vm, &a[0], &a[1])),
    NativeDef::method("update", "($self, other, /)", update),
    NativeDef::method("__reversed__", "($self, /)", |vm, a| {
        let names = list::from_vec(dict::keys_snapshot(&snapshot(vm, &a[0])?).into_iter().rev().collect());
        vm.iter(&names)
    }),
    NativeDef::method("copy", "($self, /)", |vm, a| snapshot(vm, &a[0])),
    NativeDef::method("keys", "($self, /)", keys),
    NativeDef::method("values", "($self, /)", values),
    NativeDef::method("items", "($self, /)", items),
    NativeDef::method("get", "($self, key, default=None, /)", get),
    NativeDef::method("pop", "($self, key, default=<unrepresentable>, /)", pop),
    NativeDef::method("setdefault", "($self, key, default=None, /)", setdefault),
];

pub static FRAME_LOCALS: TypeSpec = TypeSpec {
    name: "FrameLocalsProxy",
    layout: Some(ProxyBody::layout),
    flags: TypeFlags::MAPPING.or(TypeFlags::UNHASHABLE),
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|vm, o| vm.iter(&keys(vm, std::slice::from_ref(o))?)),
        len: Some(|vm, o| Ok(dict::len(&snapshot(vm, o)?))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|vm, o, key| Ok(lookup(vm, o, key)?.is_some())),
        new: Some(new),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, or)
    .with_inplace(BinOp::Or, inplace_or),
    methods: &METHODS,
    ..TypeSpec::EMPTY
};
