//! `tuple`: its operations and methods. The items are in `pyre_object::tuple`.

use crate::collection::{class_getitem, optional_iterable, place, push_repr, repr_of, search_bound};
use crate::sequence::{no_repeat_count, repeat_count};
use pyre_object::iterators::tuple_iter;
use pyre_object::slice::indices;
use pyre_object::tuple::{self, TupleBody, items};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, list,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Tuple, &TUPLE)];
    &ALL
}

static TUPLE: TypeSpec = TypeSpec {
    name: "tuple",
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\n\
          If iterable is specified the tuple is initialized from iterable's items.\n\n\
          If the argument is a tuple, the return value is the same object.",
    layout: Some(<TupleBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::SEQUENCE).or(TypeFlags::MATCH_SELF),
    slots: Slots {
        repr: Some(repr),
        hash: Some(|vm, o| tuple::tuple_hash(vm, items(o))),
        compare: Some(compare),
        iter: Some(|_, o| Ok(tuple_iter(o.clone()))),
        new: Some(new),
        len: Some(|_, o| Ok(items(o).len())),
        getitem: Some(getitem),
        contains: Some(contains),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply),
    methods: &METHODS,
    ..TypeSpec::EMPTY
};

static METHODS: [NativeDef; 4] = [
    NativeDef::method("__getnewargs__", "($self, /)", |_, a| {
        Ok(tuple::new_tuple([tuple::from_slice(items(&a[0]))]))
    }),
    NativeDef::method("index", "($self, value, start=0, stop=sys.maxsize, /)", index)
        .doc("Return first index of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::method("count", "($self, value, /)", count).doc("Return number of occurrences of value."),
    NativeDef::class_method("__class_getitem__", "($type, object, /)", class_getitem)
        .doc("Tuples are generic over the types of their contents."),
];

/// A tuple of the items of any iterable: `tuple(o)`.
///
/// # Errors
/// What iterating raises.
pub fn from_iterable(vm: &Vm, o: &Obj) -> PyResult {
    if o.is_exactly(Builtin::Tuple) {
        return Ok(o.clone());
    }
    if o.is_exactly(Builtin::List) {
        return Ok(tuple::from_vec(list::snapshot(o)));
    }
    // Collected in a list: memory that the collector knows.
    let l = list::with_capacity(0);
    crate::list::extend(vm, &l, o)?;
    Ok(tuple::from_vec(list::take_items(&l)))
}

fn new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let inherits_init = type_body(cls).ops.init.addr() == type_body(Builtin::Tuple.ty()).ops.init.addr();
    let source = optional_iterable(vm, "tuple", args, inherits_init)?;
    let t = source.map_or_else(|| Ok(tuple::empty_tuple()), |o| from_iterable(vm, o))?;
    if cls.is(Builtin::Tuple.ty()) {
        return Ok(t);
    }
    Ok(tuple::new_shaped(type_body(cls).root_shape(), items(&t).to_vec()))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let content = items(o);
    let close = if content.len() == 1 { ",)" } else { ")" };
    repr_of(vm, o, ("(", close, "(...)"), |out| {
        content.iter().enumerate().try_for_each(|(i, item)| push_repr(vm, out, item, i == 0))
    })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (tuple::get(a), tuple::get(b)) else { return Ok(Obj::NOT_IMPLEMENTED) };
    match (tuple::first_difference(vm, x, y)?, op) {
        (None, _) => Ok(Obj::bool(op.holds(x.len().cmp(&y.len())))),
        (Some(_), CmpOp::Eq) => Ok(Obj::FALSE),
        (Some(_), CmpOp::Ne) => Ok(Obj::TRUE),
        (Some(i), _) => vm.compare(&x[i], &y[i], op),
    }
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    let content = items(o);
    if key.raw().is_int() || key.slots().index.addr() != 0 {
        let i = vm.to_index(key, Exc::IndexError)?;
        return match place(i, content.len()) {
            Some(i) => Ok(content[i].clone()),
            None => Err(vm.index_error("tuple index out of range")),
        };
    }
    if !key.is_exactly(Builtin::Slice) {
        let got = key.type_name();
        return Err(vm.type_error(format!("tuple indices must be integers or slices, not {got}")));
    }
    let i = indices(vm, key, content.len())?;
    Ok(match i.step {
        1 if i.count == content.len() && o.is_exactly(Builtin::Tuple) => o.clone(),
        _ if i.count == 0 => tuple::empty_tuple(),
        1 => tuple::from_slice(&content[i.start as usize..i.start as usize + i.count]),
        _ => {
            let at = |k: usize| (i.start + i.step * k as isize) as usize;
            tuple::from_vec((0..i.count).map(|k| content[at(k)].clone()).collect())
        }
    })
}

fn contains(vm: &Vm, o: &Obj, item: &Obj) -> PyResult<bool> {
    for x in items(o) {
        if vm.eq(x, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (Some(x), Some(y)) = (tuple::get(a), tuple::get(b)) else { return Ok(Obj::NOT_IMPLEMENTED) };
    if x.is_empty() && b.is_exactly(Builtin::Tuple) {
        return Ok(b.clone());
    }
    if y.is_empty() && a.is_exactly(Builtin::Tuple) {
        return Ok(a.clone());
    }
    if x.len().saturating_add(y.len()) > tuple::MAX_LEN {
        return Err(vm.memory_error());
    }
    Ok(tuple::concat(x, y))
}

fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (t, n) = if tuple::is_tuple(a) { (a, b) } else { (b, a) };
    let Some(n) = repeat_count(vm, n)? else { return no_repeat_count(vm, n) };
    if t.is_exactly(Builtin::Tuple) && (n == 1 || items(t).is_empty()) {
        return Ok(t.clone());
    }
    tuple::repeat(items(t), n).ok_or_else(|| vm.memory_error())
}

fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let content = items(&a[0]);
    let start = search_bound(vm, &a[2], 0, content.len())?;
    let stop = search_bound(vm, &a[3], usize::MAX, content.len())?;
    for (i, x) in content.iter().enumerate().take(stop).skip(start) {
        if vm.eq(x, &a[1])? {
            return Ok(Obj::from_len(i));
        }
    }
    Err(vm.value_error("tuple.index(x): x not in tuple"))
}

fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut n = 0;
    for x in items(&a[0]) {
        n += usize::from(vm.eq(x, &a[1])?);
    }
    Ok(Obj::from_len(n))
}
