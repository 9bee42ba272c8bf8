//! `dict_keys`, `dict_values`, `dict_items`. Keys and items are sets as far as operators and comparisons go.

use crate::arguments::native_table;
use crate::collection::{items_of, push_repr};
use crate::mapping_proxy::new_proxy;
use crate::set::{difference_update, set_from, symmetric_difference_update, update};
use pyre_object::dict::views::{DictViewBody, new_iter, new_reverse_iter};
use pyre_object::str::StrBuilder;
use pyre_object::{
    BinOp, Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, dict,
    set, str, tuple,
};

static GETSET: [GetSetDef; 1] = [GetSetDef::readonly("mapping", |_, o| Ok(new_proxy(viewed(o).clone())))];

static SET_METHODS: &[NativeDef] = native_table![
    NativeDef::method("isdisjoint", "($self, object, /)", is_disjoint)
        .doc("Return True if the view and the given iterable have a null intersection."),
    NativeDef::method("__reversed__", "($self, /)", reversed)
        .doc("Return a reverse iterator over the dict keys or items."),
];

static VALUES_METHODS: &[NativeDef] = native_table![
    NativeDef::method("__reversed__", "($self, /)", reversed)
        .doc("Return a reverse iterator over the dict values."),
];

pub(super) static KEYS: TypeSpec = TypeSpec {
    name: "dict_keys",
    layout: Some(<DictViewBody as Body>::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::UNHASHABLE),
    slots: set_slots(Slots {
        iter: Some(|_, o| Ok(new_iter(Builtin::DictKeyIter, viewed(o).clone()))),
        contains: Some(|vm, o, key| dict::contains(vm, viewed(o), key)),
        ..Slots::NONE
    }),
    methods: SET_METHODS,
    getset: &GETSET,
    ..TypeSpec::EMPTY
};

pub(super) static ITEMS: TypeSpec = TypeSpec {
    name: "dict_items",
    layout: Some(<DictViewBody as Body>::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::UNHASHABLE),
    slots: set_slots(Slots {
        iter: Some(|_, o| Ok(new_iter(Builtin::DictItemIter, viewed(o).clone()))),
        contains: Some(has_item),
        ..Slots::NONE
    }),
    methods: SET_METHODS,
    getset: &GETSET,
    ..TypeSpec::EMPTY
};

pub(super) static VALUES: TypeSpec = TypeSpec {
    name: "dict_values",
    layout: Some(<DictViewBody as Body>::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        iter: Some(|_, o| Ok(new_iter(Builtin::DictValueIter, viewed(o).clone()))),
        len: Some(|_, o| Ok(dict::len(viewed(o)))),
        ..Slots::NONE
    },
    methods: VALUES_METHODS,
    getset: &GETSET,
    ..TypeSpec::EMPTY
};

const fn set_slots(own: Slots) -> Slots {
    Slots { repr: Some(repr), compare: Some(compare), len: Some(|_, o| Ok(dict::len(viewed(o)))), ..own }
        .with_binary(BinOp::Sub, subtract)
        .with_binary(BinOp::And, intersect)
        .with_binary(BinOp::Or, unite)
        .with_binary(BinOp::Xor, differ)
}

fn viewed(o: &Obj) -> &Obj {
    o.body::<DictViewBody>().dict.get_fixed()
}

/// Keys and items.
fn is_set_view(o: &Obj) -> bool {
    o.is_exactly(Builtin::DictKeys) || o.is_exactly(Builtin::DictItems)
}

fn has_item(vm: &Vm, o: &Obj, item: &Obj) -> PyResult<bool> {
    let Some([key, value]) = tuple::get(item) else { return Ok(false) };
    match dict::get_item(vm, viewed(o), key)? {
        Some(found) => vm.eq(&found, value),
        None => Ok(false),
    }
}

fn reversed(vm: &Vm, a: &[Obj]) -> PyResult {
    let kind = [
        (Builtin::DictKeys, Builtin::DictReverseKeyIter),
        (Builtin::DictValues, Builtin::DictReverseValueIter),
        (Builtin::DictItems, Builtin::DictReverseItemIter),
    ]
    .into_iter()
    .find(|(view, _)| a[0].is_exactly(*view));
    match kind {
        Some((_, kind)) => Ok(new_reverse_iter(kind, viewed(&a[0]).clone())),
        None => Err(vm.type_error("not a dict view")),
    }
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    if !vm.repr_enter(o) {
        return Ok(str::new_str("..."));
    }
    let mut out = StrBuilder::new();
    out.push_str(&o.type_name());
    out.push_str("([");
    let done = push_items(vm, o, &mut out);
    vm.repr_leave(o);
    done?;
    out.push_str("])");
    Ok(out.finish())
}

fn push_items(vm: &Vm, o: &Obj, out: &mut StrBuilder) -> PyResult<()> {
    let (mut pos, mut first) = (0, true);
    while let Some((key, value)) = dict::next_entry(viewed(o), &mut pos) {
        let shown = match () {
            () if o.is_exactly(Builtin::DictKeys) => key,
            () if o.is_exactly(Builtin::DictValues) => value,
            () => tuple::pair(key, value),
        };
        push_repr(vm, out, &shown, first)?;
        first = false;
    }
    Ok(())
}

fn all_in(vm: &Vm, part: &Obj, whole: &Obj) -> PyResult<bool> {
    for item in items_of(vm, part)? {
        if !vm.contains(whole, &item?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !set::is_any_set(b) && !is_set_view(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let (x, y) = (vm.len(a)?, vm.len(b)?);
    Ok(Obj::bool(match op {
        CmpOp::Eq => x == y && all_in(vm, a, b)?,
        CmpOp::Ne => x != y || !all_in(vm, a, b)?,
        CmpOp::Lt => x < y && all_in(vm, a, b)?,
        CmpOp::Le => x <= y && all_in(vm, a, b)?,
        CmpOp::Gt => x > y && all_in(vm, b, a)?,
        CmpOp::Ge => x >= y && all_in(vm, b, a)?,
    }))
}

/// A set of the items of the left operand, whichever of both is the view, changed by `f` with the right one.
fn changed_set(vm: &Vm, a: &Obj, b: &Obj, f: impl FnOnce(&Vm, &Obj, &Obj) -> PyResult<()>) -> PyResult {
    let result = set_from(vm, a, false)?;
    f(vm, &result, b)?;
    Ok(result)
}

fn subtract(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed_set(vm, a, b, difference_update)
}

fn unite(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed_set(vm, a, b, update)
}

fn differ(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    changed_set(vm, a, b, symmetric_difference_update)
}

fn intersect(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    // The items of the result are those of the other operand, or of the shorter view.
    let (mut view, mut other) = if is_set_view(a) { (a, b) } else { (b, a) };
    if is_set_view(other) && vm.len(other)? > vm.len(view)? {
        (view, other) = (other, view);
    }
    let result = set::new_set();
    if set::is_any_set(other) && vm.len(view)? <= set::len(other) {
        for item in items_of(vm, view)? {
            let item = item?;
            if set::contains(vm, other, &item)? {
                set::add(vm, &result, &item)?;
            }
        }
        return Ok(result);
    }
    for item in items_of(vm, other)? {
        let item = item?;
        if vm.contains(view, &item)? {
            set::add(vm, &result, &item)?;
        }
    }
    Ok(result)
}

fn is_disjoint(vm: &Vm, a: &[Obj]) -> PyResult {
    let (mut view, mut other) = (&a[0], &a[1]);
    if view.is(other) {
        return Ok(Obj::bool(vm.len(view)? == 0));
    }
    if (set::is_any_set(other) || is_set_view(other)) && vm.len(other)? > vm.len(view)? {
        (view, other) = (other, view);
    }
    for item in items_of(vm, other)? {
        if vm.contains(view, &item?)? {
            return Ok(Obj::FALSE);
        }
    }
    Ok(Obj::TRUE)
}
