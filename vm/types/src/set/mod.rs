//! `set` and `frozenset`: operations and methods. The keys are in `pyre_object::set`.

mod algebra;
mod iter;
mod methods;

use crate::collection::{optional_iterable, push_repr, repr_of};
use pyre_object::set::{self, SetBody};
use pyre_object::slots::{AtomicFn, NewFn};
use pyre_object::typeobj::{is_instance_exact_mro, type_body};
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, list,
};

pub use algebra::{difference_update, set_from, symmetric_difference_update, update};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] =
        [(Builtin::Set, &SET), (Builtin::FrozenSet, &FROZENSET), (Builtin::SetIter, &iter::SET_ITER)];
    &ALL
}

const SLOTS: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(|_, o| Ok(set::iterator::new_iter(o.clone()))),
    len: Some(|_, o| Ok(set::len(o))),
    contains: Some(contains),
    ..Slots::NONE
}
.with_binary(BinOp::Sub, algebra::subtract)
.with_binary(BinOp::And, algebra::intersect)
.with_binary(BinOp::Xor, algebra::differ)
.with_binary(BinOp::Or, algebra::unite);

static SET: TypeSpec = TypeSpec {
    name: "set",
    doc: "Build an unordered collection of unique elements.",
    layout: Some(<SetBody as Body>::layout),
    flags: TypeFlags::BASE
        .or(TypeFlags::IMMUTABLE)
        .or(TypeFlags::UNHASHABLE)
        .or(TypeFlags::WEAKREF)
        .or(TypeFlags::MATCH_SELF),
    slots: Slots { init: Some(init), new: Some(new), ..SLOTS }
        .with_inplace(BinOp::Sub, algebra::inplace_subtract)
        .with_inplace(BinOp::And, algebra::inplace_intersect)
        .with_inplace(BinOp::Xor, algebra::inplace_differ)
        .with_inplace(BinOp::Or, algebra::inplace_unite),
    methods: methods::SET_METHODS,
    ..TypeSpec::EMPTY
};

static FROZENSET: TypeSpec = TypeSpec {
    name: "frozenset",
    doc: "Build an immutable unordered collection of unique elements.",
    layout: Some(<SetBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::WEAKREF).or(TypeFlags::MATCH_SELF),
    slots: Slots { new: Some(frozen_new), hash: Some(|_, o| Ok(set::frozenset_hash(o))), ..SLOTS },
    methods: methods::FROZENSET_METHODS,
    ..TypeSpec::EMPTY
};

/// Whether this is a `frozenset` (or an instance of a subclass); of the other sets it is not.
fn is_frozen(o: &Obj) -> bool {
    o.is_exactly(Builtin::FrozenSet)
        || (!o.is_exactly(Builtin::Set) && is_instance_exact_mro(o, Builtin::FrozenSet.ty()))
}

/// `set.__new__`: an empty set, whatever the arguments.
fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(if cls.is(Builtin::Set.ty()) { set::new_set() } else { set::new_shaped(type_body(cls).root_shape()) })
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let own_new = !o.is_exactly(Builtin::Set)
        && type_body(o.ty()).ops.new.addr() != AtomicFn::<NewFn>::new(Some(new)).addr();
    let items = optional_iterable(vm, "set", args, !own_new)?;
    if set::len(o) != 0 {
        set::clear(o);
    }
    items.map_or(Ok(()), |items| update(vm, o, items))
}

fn frozen_new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let inherits_init = type_body(cls).ops.init.addr() == type_body(Builtin::FrozenSet.ty()).ops.init.addr();
    let items = optional_iterable(vm, "frozenset", args, inherits_init)?;
    if cls.is(Builtin::FrozenSet.ty()) {
        return match items {
            Some(items) if items.is_exactly(Builtin::FrozenSet) => Ok(items.clone()),
            Some(items) => set_from(vm, items, true),
            None => Ok(set::new_empty(true)),
        };
    }
    let s = set::new_shaped(type_body(cls).root_shape());
    if let Some(items) = items {
        update(vm, &s, items)?;
    }
    Ok(s)
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let name = o.type_name();
    let keys = list::from_vec(set::snapshot(o));
    let recursive = format!("{name}(...)");
    let (open, close) = match (o.is_exactly(Builtin::Set), list::len(&keys)) {
        (_, 0) => (format!("{name}("), ")"),
        (true, _) => ("{".to_owned(), "}"),
        (false, _) => (format!("{name}({{"), "})"),
    };
    repr_of(vm, o, (&open, close, &recursive), |out| {
        let mut i = 0;
        while let Some(key) = list::get(&keys, i) {
            push_repr(vm, out, &key, i == 0)?;
            i += 1;
        }
        Ok(())
    })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !set::is_any_set(a) || !set::is_any_set(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    Ok(Obj::bool(match op {
        CmpOp::Eq => set::eq(vm, a, b)?,
        CmpOp::Ne => !set::eq(vm, a, b)?,
        CmpOp::Lt => set::len(a) < set::len(b) && set::is_subset(vm, a, b)?,
        CmpOp::Le => set::is_subset(vm, a, b)?,
        CmpOp::Gt => set::len(a) > set::len(b) && set::is_subset(vm, b, a)?,
        CmpOp::Ge => set::is_subset(vm, b, a)?,
    }))
}

/// Runs `f` with a key; if that is an unhashable set, with a frozenset of the same keys.
fn with_key<T>(vm: &Vm, key: &Obj, f: impl Fn(&Obj) -> PyResult<T>) -> PyResult<T> {
    match f(key) {
        Err(e) if set::is_any_set(key) && !is_frozen(key) && vm.matches(&e, Exc::TypeError) => {
            f(&set::copy(key, true))
        }
        r => r,
    }
}

fn contains(vm: &Vm, o: &Obj, key: &Obj) -> PyResult<bool> {
    with_key(vm, key, |key| set::contains(vm, o, key))
}
