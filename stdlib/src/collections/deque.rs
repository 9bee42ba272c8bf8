//! `deque`: a ring buffer in a value array. All access takes the object's lock; comparisons run without it and find
//! changes by the version.

mod iterator;
mod methods;
mod ring;

pub(super) use iterator::{ITERATOR, REVERSE_ITERATOR};
use ring::Deque;

use crate::support::{NativeType, instance_of};
use pyre_object::call::keyword_text;
use pyre_object::str::StrBuilder;
use pyre_object::typeobj::type_name;
use pyre_object::{
    Args, BinOp, Body, CmpOp, Exc, GetSetDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, int, list, raise,
};
use pyre_threads::sync::Ordering;

pub(super) static DEQUE: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "collections.deque",
    doc: "A list-like sequence optimized for data accesses near its endpoints.",
    layout: Some(Deque::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF).or(TypeFlags::SEQUENCE).or(TypeFlags::UNHASHABLE),
    slots: Slots {
        new: Some(|_, class, _| Ok(instance_of(class, Deque::empty()))),
        init: Some(init),
        repr: Some(repr),
        len: Some(|_, o| Ok(ring::len(o))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|vm, o, item| Ok(methods::find(vm, o, item, 0, usize::MAX)?.is_some())),
        iter: Some(iterator::forward),
        compare: Some(compare),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply)
    .with_inplace(BinOp::Add, |vm, o, items| {
        methods::extend(vm, o, items)?;
        Ok(o.clone())
    })
    .with_inplace(BinOp::Mul, multiply_in_place),
    methods: methods::METHODS,
    getset: &[GetSetDef::readonly("maxlen", |_, o| {
        Ok(o.body::<Deque>().limit().map_or(Obj::NONE, Obj::from_len))
    })],
    ..TypeSpec::EMPTY
};

/// Whether the object is a deque, instances of subclasses included.
fn is_deque(o: &Obj) -> bool {
    o.downcast::<Deque>().is_some()
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let total = args.all().len();
    if total > 2 {
        raise!(vm, TypeError, "deque() takes at most 2 arguments ({total} given)");
    }
    let (mut iterable, mut maxlen) = (args.pos().first(), args.pos().get(1));
    for (key, value) in args.keywords() {
        match keyword_text(key).as_str() {
            "iterable" if iterable.is_none() => iterable = Some(value),
            "maxlen" if maxlen.is_none() => maxlen = Some(value),
            k @ ("iterable" | "maxlen") => {
                let i = if k == "iterable" { 1 } else { 2 };
                raise!(vm, TypeError, "argument for deque() given by name ('{k}') and position ({i})")
            }
            other => raise!(vm, TypeError, "deque() got an unexpected keyword argument '{other}'"),
        }
    }
    let limit = match maxlen {
        Some(n) if !n.is_none() => {
            if !int::is_int(n) {
                raise!(vm, TypeError, "an integer is required");
            }
            let n = vm.to_isize(n)?;
            if n < 0 {
                raise!(vm, ValueError, "maxlen must be non-negative");
            }
            n as i64
        }
        _ => -1,
    };
    o.body::<Deque>().maxlen.store(limit, Ordering::Relaxed);
    ring::clear(o);
    match iterable {
        Some(items) => methods::extend(vm, o, items),
        None => Ok(()),
    }
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    if !vm.repr_enter(o) {
        return Ok(pyre_object::str::new_str("[...]"));
    }
    let items = list::from_vec(ring::snapshot(o));
    let text = vm.repr(&items);
    vm.repr_leave(o);
    let mut out = StrBuilder::new();
    out.push_str(&type_name(o.ty()));
    out.push_str("(");
    out.push_obj(&text?);
    if let Some(n) = o.body::<Deque>().limit() {
        out.push_str(&format!(", maxlen={n}"));
    }
    out.push_str(")");
    Ok(out.finish())
}

/// The position that an index stands for.
fn position(vm: &Vm, o: &Obj, index: &Obj) -> PyResult<usize> {
    let i = vm.to_index(index, Exc::IndexError)?;
    list::normalize_index(i as i64, ring::len(o)).ok_or_else(|| out_of_range(vm))
}

fn out_of_range(vm: &Vm) -> pyre_object::Raised {
    vm.index_error("deque index out of range")
}

fn check_index(vm: &Vm, index: &Obj) -> PyResult<()> {
    if !index.raw().is_int() && index.slots().index.addr() == 0 {
        return Err(vm.type_error(format!("sequence index must be integer, not '{}'", index.type_name())));
    }
    Ok(())
}

fn getitem(vm: &Vm, o: &Obj, index: &Obj) -> PyResult {
    check_index(vm, index)?;
    ring::get(o, position(vm, o, index)?).ok_or_else(|| out_of_range(vm))
}

fn setitem(vm: &Vm, o: &Obj, index: &Obj, value: Option<&Obj>) -> PyResult<()> {
    check_index(vm, index)?;
    let i = position(vm, o, index)?;
    let done = match value {
        Some(v) => ring::set(o, i, v.clone()),
        None => ring::remove_at(o, i).is_some(),
    };
    if done { Ok(()) } else { Err(out_of_range(vm)) }
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !is_deque(a) || !is_deque(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let (n, m) = (ring::len(a), ring::len(b));
    match op {
        CmpOp::Eq if a.is(b) => return Ok(Obj::TRUE),
        CmpOp::Ne if a.is(b) => return Ok(Obj::FALSE),
        CmpOp::Eq | CmpOp::Ne if n != m => return Ok(Obj::bool(op == CmpOp::Ne)),
        _ => {}
    }
    let (va, vb) = (ring::version(a), ring::version(b));
    for i in 0.. {
        if ring::version(a) != va || ring::version(b) != vb {
            return Err(methods::mutated(vm));
        }
        let (Some(x), Some(y)) = (ring::get(a, i), ring::get(b, i)) else { break };
        if !vm.eq(&x, &y)? {
            return match op {
                CmpOp::Eq => Ok(Obj::FALSE),
                CmpOp::Ne => Ok(Obj::TRUE),
                _ => vm.compare(&x, &y, op),
            };
        }
    }
    Ok(Obj::bool(op.holds(n.cmp(&m))))
}

fn add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !is_deque(a) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if !is_deque(b) {
        raise!(vm, TypeError, "can only concatenate deque (not \"{}\") to deque", b.type_name());
    }
    let sum = methods::copy_of(vm, a)?;
    methods::extend(vm, &sum, b)?;
    Ok(sum)
}

fn times(vm: &Vm, n: &Obj) -> PyResult<usize> {
    if !n.raw().is_int() && n.slots().index.addr() == 0 {
        raise!(vm, TypeError, "can't multiply sequence by non-int of type '{}'", n.type_name());
    }
    Ok(vm.to_index(n, Exc::OverflowError)?.max(0) as usize)
}

fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (d, n) = if is_deque(a) { (a, b) } else { (b, a) };
    let times = times(vm, n)?;
    let product = methods::copy_of(vm, d)?;
    repeat(vm, &product, times)?;
    Ok(product)
}

fn multiply_in_place(vm: &Vm, o: &Obj, n: &Obj) -> PyResult {
    let times = times(vm, n)?;
    repeat(vm, o, times)?;
    Ok(o.clone())
}

fn repeat(vm: &Vm, o: &Obj, times: usize) -> PyResult<()> {
    if times == 0 {
        ring::clear(o);
        return Ok(());
    }
    let items = ring::snapshot(o);
    let limit = o.body::<Deque>().limit().unwrap_or(usize::MAX);
    match items.len().checked_mul(times) {
        Some(n) if n.min(limit) <= pyre_object::list::MAX_LEN => {}
        _ => return Err(vm.memory_error()),
    }
    // More rounds than fill the limit only replace items by equal ones.
    let rounds = if items.is_empty() { 1 } else { times.min(limit / items.len() + 2) };
    // The last round ends with the last item, whatever the limit.
    for _ in 1..rounds {
        for item in &items {
            ring::append(o, item.clone());
        }
        vm.poll()?;
    }
    Ok(())
}

/// An empty deque, for modules that need a queue.
pub(crate) fn new_deque(vm: &Vm) -> Obj {
    DEQUE.instance(vm, ring::Deque::empty())
}

/// Adds an item on the right.
pub(crate) fn push(deque: &Obj, v: Obj) {
    ring::append(deque, v);
}

/// Removes the leftmost item.
pub(crate) fn pop_first(deque: &Obj) -> Option<Obj> {
    ring::pop_left(deque)
}

/// The number of items.
pub(crate) fn length(deque: &Obj) -> usize {
    ring::len(deque)
}
