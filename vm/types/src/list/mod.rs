//! `list`: its operations and methods. The items are in `pyre_object::list`.

mod methods;
mod sort;
mod subscript;

use crate::collection::{optional_iterable, push_repr, repr_of};
use crate::sequence::{no_repeat_count, repeat_count};
use pyre_object::list::{self, ListBody};
use pyre_object::range::{self, RangeIterBody};
use pyre_object::slots::{AtomicFn, NewFn};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, iterators, set, tuple,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::List, &LIST)];
    &ALL
}

pub use sort::sort;

static LIST: TypeSpec = TypeSpec {
    name: "list",
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\n\
          The argument must be an iterable if specified.",
    layout: Some(<ListBody as Body>::layout),
    flags: TypeFlags::BASE
        .or(TypeFlags::IMMUTABLE)
        .or(TypeFlags::UNHASHABLE)
        .or(TypeFlags::SEQUENCE)
        .or(TypeFlags::MATCH_SELF),
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|_, o| Ok(iterators::list_iter(o.clone()))),
        init: Some(init),
        new: Some(new),
        len: Some(|_, o| Ok(list::len(o))),
        getitem: Some(subscript::get),
        setitem: Some(subscript::set),
        contains: Some(list::contains),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply)
    .with_inplace(BinOp::Add, inplace_add)
    .with_inplace(BinOp::Mul, inplace_multiply),
    methods: &methods::METHODS,
    ..TypeSpec::EMPTY
};

/// `list.__new__`: an empty list, whatever the arguments.
fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(if cls.is(Builtin::List.ty()) {
        list::with_capacity(0)
    } else {
        list::new_shaped(type_body(cls).root_shape())
    })
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let own_new = !o.is_exactly(Builtin::List)
        && type_body(o.ty()).ops.new.addr() != AtomicFn::<NewFn>::new(Some(new)).addr();
    let items = optional_iterable(vm, "list", args, !own_new)?;
    if list::len(o) != 0 {
        list::clear(o);
    }
    items.map_or(Ok(()), |items| extend(vm, o, items))
}

/// A list of the items of any iterable: `list(o)`.
///
/// # Errors
/// What iterating raises.
pub fn from_iterable(vm: &Vm, o: &Obj) -> PyResult {
    if o.is_exactly(Builtin::List) {
        return Ok(list::copy(o));
    }
    let l = list::with_capacity(0);
    extend(vm, &l, o)?;
    Ok(l)
}

/// `l.extend(items)`. What was appended before an error stays.
///
/// # Errors
/// What iterating raises.
pub fn extend(vm: &Vm, l: &Obj, items: &Obj) -> PyResult<()> {
    if items.is_exactly(Builtin::Tuple) {
        list::extend_from_slice(l, tuple::items(items));
        return Ok(());
    }
    if let Some(snapshot) = snapshot(items) {
        list::extend_from_vec(l, snapshot);
        return Ok(());
    }
    if items.is_exactly(Builtin::Range) {
        return extend_from_range(vm, l, items);
    }
    let it = vm.iter(items)?;
    // What a wrong hint raises is raised; how large it is does not matter.
    vm.length_hint(items, 8)?;
    let Some(next) = it.slots().next.get() else {
        return Err(vm.type_error(format!("'{}' object is not an iterator", it.type_name())));
    };
    while let Some(item) = next(vm, &it)? {
        list::append(l, item);
    }
    Ok(())
}

/// Ints are made in portions, so that the list is locked seldom.
fn extend_from_range(vm: &Vm, l: &Obj, range: &Obj) -> PyResult<()> {
    const PORTION: usize = 4096;
    let it = range::iter(range);
    loop {
        let portion: Vec<Obj> = match it.downcast::<RangeIterBody>() {
            Some(b) => std::iter::from_fn(|| range::next(b)).take(PORTION).collect(),
            None => std::iter::from_fn(|| range::long_next(&it)).take(PORTION).collect(),
        };
        let last = portion.len() < PORTION;
        list::extend_from_vec(l, portion);
        if last {
            return Ok(());
        }
        vm.poll()?;
    }
}

/// The dict behind a view of this kind, if its iteration is its own.
fn view_of(o: &Obj, kind: Builtin) -> Option<Obj> {
    if !o.is_exactly(kind) {
        return None;
    }
    let d = o.body::<pyre_object::dict::views::DictViewBody>().dict.get();
    d.is_exactly(Builtin::Dict).then_some(d)
}

/// All items at one moment, of the containers that give them without running Python code.
fn snapshot(o: &Obj) -> Option<Vec<Obj>> {
    if o.is_exactly(Builtin::List) {
        Some(list::snapshot(o))
    } else if o.is_exactly(Builtin::Set) || o.is_exactly(Builtin::FrozenSet) {
        Some(set::snapshot(o))
    } else if o.is_exactly(Builtin::Dict) {
        Some(pyre_object::dict::keys_snapshot(o))
    } else if let Some(d) = view_of(o, Builtin::DictKeys) {
        Some(pyre_object::dict::keys_snapshot(&d))
    } else if let Some(d) = view_of(o, Builtin::DictValues) {
        Some(pyre_object::dict::values_snapshot(&d))
    } else if let Some(d) = view_of(o, Builtin::DictItems) {
        let pairs = pyre_object::dict::items_snapshot(&d);
        Some(pairs.into_iter().map(|(k, v)| pyre_object::tuple::pair(k, v)).collect())
    } else {
        None
    }
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    repr_of(vm, o, ("[", "]", "[...]"), |out| {
        let mut i = 0;
        while let Some(item) = list::get(o, i) {
            push_repr(vm, out, &item, i == 0)?;
            i += 1;
        }
        Ok(())
    })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !list::is_list(a) || !list::is_list(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if matches!(op, CmpOp::Eq | CmpOp::Ne) && list::len(a) != list::len(b) {
        return Ok(Obj::bool(op == CmpOp::Ne));
    }
    match (list::first_difference(vm, a, b)?, op) {
        (None, _) => Ok(Obj::bool(op.holds(list::len(a).cmp(&list::len(b))))),
        (Some(_), CmpOp::Eq) => Ok(Obj::FALSE),
        (Some(_), CmpOp::Ne) => Ok(Obj::TRUE),
        (Some((x, y)), _) => vm.compare(&x, &y, op),
    }
}

fn add(_: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !list::is_list(a) || !list::is_list(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    Ok(list::concat(a, b))
}

fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (l, n) = if list::is_list(a) { (a, b) } else { (b, a) };
    let Some(n) = repeat_count(vm, n)? else { return no_repeat_count(vm, n) };
    list::repeat(l, n).ok_or_else(|| vm.memory_error())
}

fn inplace_add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    extend(vm, a, b)?;
    Ok(a.clone())
}

fn inplace_multiply(vm: &Vm, a: &Obj, n: &Obj) -> PyResult {
    let Some(n) = repeat_count(vm, n)? else { return no_repeat_count(vm, n) };
    if !list::repeat_in_place(a, n) {
        return Err(vm.memory_error());
    }
    Ok(a.clone())
}
