//! `range` and its iterators: the methods; the values are in `pyre_object::range`.

use crate::arguments::native_table;
use crate::iterators::{read_only, reduce_iter};
use crate::slice::indices_of_any;
use pyre_object::int::{self, IntRef};
use pyre_object::range::{
    LongRangeIterBody, RangeBody, RangeIterBody, iter, long_next, new_iter, new_range, next,
};
use pyre_object::{
    Args, Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, lock,
    str, tuple,
};
use pyre_threads::sync::Ordering;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::Range, &RANGE),
        (Builtin::RangeIter, &RANGE_ITER),
        (Builtin::LongRangeIter, &LONG_RANGE_ITER),
    ];
    &ALL
}

static RANGE: TypeSpec = TypeSpec {
    name: "range",
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nThe integers from start (inclusive) to stop (exclusive) by step.",
    layout: Some(RangeBody::layout),
    flags: TypeFlags::SEQUENCE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|_, r| Ok(iter(r))),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        bool: Some(|_, r| Ok(!int::expect(length(r)).is_zero())),
        new: Some(new),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__reversed__", "(self, /)", |vm, a| reversed(vm, &a[0]))
            .doc("Return a reverse iterator."),
        NativeDef::method("__reduce__", "(self, /)", |_, a| Ok(reduce(&a[0]))).doc("Helper for pickle."),
        NativeDef::method("count", "(self, value, /)", count)
            .doc("rangeobject.count(value) -> integer -- return number of occurrences of value"),
        NativeDef::method("index", "(self, value, /)", index)
            .doc("rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present."),
    ],
    getset: &[
        GetSetDef::new("start", |_, r| Ok(body(r).start.get()), read_only),
        GetSetDef::new("stop", |_, r| Ok(body(r).stop.get()), read_only),
        GetSetDef::new("step", |_, r| Ok(body(r).step.get()), read_only),
    ],
    ..TypeSpec::EMPTY
};

/// An integer argument as an exact int.
fn exact_index(vm: &Vm, o: &Obj) -> PyResult {
    Ok(int::expect(&vm.index(o)?).to_obj())
}

fn body(r: &Obj) -> &RangeBody {
    r.body()
}

fn length(r: &Obj) -> &Obj {
    body(r).length.get_fixed()
}

fn new(vm: &Vm, _class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("range() takes no keyword arguments"));
    }
    let one = || Obj::from_len(1);
    match args.pos() {
        [stop] => new_range(vm, Obj::from_len(0), exact_index(vm, stop)?, one()),
        [start, stop] => {
            let start = exact_index(vm, start)?;
            new_range(vm, start, exact_index(vm, stop)?, one())
        }
        [start, stop, step] => {
            let (start, stop) = (exact_index(vm, start)?, exact_index(vm, stop)?);
            new_range(vm, start, stop, exact_index(vm, step)?)
        }
        [] => Err(vm.type_error("range expected at least 1 argument, got 0")),
        more => Err(vm.type_error(format!("range expected at most 3 arguments, got {}", more.len()))),
    }
}

fn repr(vm: &Vm, r: &Obj) -> PyResult {
    let b = body(r);
    let (start, stop) = (vm.repr_text(b.start.get_fixed())?, vm.repr_text(b.stop.get_fixed())?);
    let step = b.step.get_fixed();
    Ok(str::new_str(&if int::as_i64(step) == Some(1) {
        format!("range({start}, {stop})")
    } else {
        format!("range({start}, {stop}, {})", vm.repr_text(step)?)
    }))
}

/// The values that ranges are compared by: the length, and as much of start and step as matters.
fn identity(r: &Obj) -> [Obj; 3] {
    let b = body(r);
    let n = b.length.get();
    let start = if int::expect(&n).is_zero() { Obj::NONE } else { b.start.get() };
    let step = if int::as_i64(&n).is_some_and(|n| n <= 1) { Obj::NONE } else { b.step.get() };
    [n, start, step]
}

fn hash(vm: &Vm, r: &Obj) -> PyResult<i64> {
    tuple::tuple_hash(vm, &identity(r))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) || !a.is_exactly(Builtin::Range) || !b.is_exactly(Builtin::Range)
    {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let same = a.is(b) || tuple::eq_items(vm, &identity(a), &identity(b))?;
    Ok(Obj::bool(same == (op == CmpOp::Eq)))
}

fn len(vm: &Vm, r: &Obj) -> PyResult<usize> {
    int::as_i64(length(r))
        .map(|n| n as usize)
        .ok_or_else(|| vm.overflow_error("Python int too large to convert to C ssize_t"))
}

/// `start + i * step`
fn item(r: &Obj, i: &Obj) -> Obj {
    let b = body(r);
    int::add(b.start.get_fixed(), &int::mul(i, b.step.get_fixed()))
}

fn getitem(vm: &Vm, r: &Obj, key: &Obj) -> PyResult {
    if key.is_exactly(Builtin::Slice) {
        let [start, stop, step] = indices_of_any(vm, key, length(r))?;
        let step = int::mul(&step, body(r).step.get_fixed());
        return new_range(vm, item(r, &start), item(r, &stop), step);
    }
    if !int::is_int(key) && key.slots().index.addr() == 0 {
        let m = format!("range indices must be integers or slices, not {}", key.type_name());
        return Err(vm.type_error(m));
    }
    let mut i = exact_index(vm, key)?;
    if int::expect(&i).is_negative() {
        i = int::add(&i, length(r));
    }
    if int::expect(&i).is_negative() || int::expect(&i).compare(int::expect(length(r))).is_ge() {
        return Err(vm.index_error("range object index out of range"));
    }
    Ok(item(r, &i))
}

/// The index of an exact int in the range.
fn place(vm: &Vm, r: &Obj, value: &Obj) -> PyResult<Option<Obj>> {
    let b = body(r);
    let distance = int::sub(value, b.start.get_fixed());
    let (whole, rest) =
        int::divmod(int::expect(&distance), int::expect(b.step.get_fixed())).map_err(|e| vm.num_error(e))?;
    let inside = int::expect(&rest).is_zero()
        && !int::expect(&whole).is_negative()
        && int::expect(&whole).compare(int::expect(length(r))).is_lt();
    Ok(inside.then_some(whole))
}

/// Whether a value is found by arithmetic; others are compared with every item.
fn is_plain_int(o: &Obj) -> bool {
    o.is_exactly(Builtin::Int) || o.is_exactly(Builtin::Bool)
}

/// Calls `f` with the index of every item that equals `value`, until it returns true.
fn search(vm: &Vm, r: &Obj, value: &Obj, mut f: impl FnMut(usize) -> bool) -> PyResult<()> {
    let it = iter(r);
    let mut i = 0;
    while let Some(x) = vm.next(&it)? {
        if vm.eq(&x, value)? && f(i) {
            break;
        }
        i += 1;
    }
    Ok(())
}

fn contains(vm: &Vm, r: &Obj, value: &Obj) -> PyResult<bool> {
    if is_plain_int(value) {
        return Ok(place(vm, r, &exact_index(vm, value)?)?.is_some());
    }
    let mut found = false;
    search(vm, r, value, |_| {
        found = true;
        true
    })?;
    Ok(found)
}

fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let (r, value) = (&a[0], &a[1]);
    if is_plain_int(value) {
        return Ok(Obj::from_len(usize::from(place(vm, r, &exact_index(vm, value)?)?.is_some())));
    }
    let mut n = 0;
    search(vm, r, value, |_| {
        n += 1;
        false
    })?;
    Ok(Obj::from_len(n))
}

fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let (r, value) = (&a[0], &a[1]);
    if is_plain_int(value) {
        return match place(vm, r, &exact_index(vm, value)?)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("range.index(x): x not in range")),
        };
    }
    let mut found = None;
    search(vm, r, value, |i| {
        found = Some(i);
        true
    })?;
    found.map(Obj::from_len).ok_or_else(|| vm.value_error("sequence.index(x): x not in sequence"))
}

fn reduce(r: &Obj) -> Obj {
    let b = body(r);
    tuple::pair(Builtin::Range.ty().clone(), tuple::new_tuple([b.start.get(), b.stop.get(), b.step.get()]))
}

fn reversed(_vm: &Vm, r: &Obj) -> PyResult {
    let last = item(r, &int::sub(length(r), &Obj::from_len(1)));
    Ok(new_iter(&last, length(r), &int::neg(int::expect(body(r).step.get_fixed()))))
}

static RANGE_ITER: TypeSpec = TypeSpec {
    name: "range_iterator",
    layout: Some(RangeIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(|_, o| Ok(next(o.body()))), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |_, a| {
            Ok(int::from_u64(a[0].body::<RangeIterBody>().remaining.load(Ordering::Relaxed)))
        })
        .doc("Private method returning an estimate of len(list(it))."),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &RangeIterBody = a[0].body();
            let left = b.remaining.load(Ordering::Relaxed);
            let current = int::new_int(b.value_at(left));
            reduce_rest(vm, current, &int::from_u64(left), int::new_int(b.step.load(Ordering::Relaxed)))
        })
        .doc("Return state information for pickling."),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &RangeIterBody = a[0].body();
            let left = b.remaining.load(Ordering::Relaxed);
            let n = (vm.to_isize(&a[1])?.max(0) as u64).min(left);
            b.remaining.store(left - n, Ordering::Relaxed);
            Ok(Obj::NONE)
        })
        .doc("Set state information for unpickling."),
    ],
    ..TypeSpec::EMPTY
};

/// What `__reduce__` of an iterator gives: `iter` of a range of what is left.
fn reduce_rest(vm: &Vm, current: Obj, left: &Obj, step: Obj) -> PyResult {
    let stop = int::add(&current, &int::mul(left, &step));
    reduce_iter(vm, new_range(vm, current, stop, step)?, Some(Obj::NONE))
}

static LONG_RANGE_ITER: TypeSpec = TypeSpec {
    name: "longrange_iterator",
    layout: Some(LongRangeIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(|_, o| Ok(long_next(o))), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |_, a| {
            Ok(a[0].body::<LongRangeIterBody>().remaining.get())
        })
        .doc("Private method returning an estimate of len(list(it))."),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &LongRangeIterBody = a[0].body();
            let (current, left) = lock::with_lock(&a[0], || (b.current.get(), b.remaining.get()));
            reduce_rest(vm, current, &left, b.step.get())
        })
        .doc("Return state information for pickling."),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &LongRangeIterBody = a[0].body();
            let (current, left) = lock::with_lock(&a[0], || (b.current.get(), b.remaining.get()));
            let mut n = exact_index(vm, &a[1])?;
            if int::expect(&n).compare(IntRef::Small(0)).is_lt() {
                n = Obj::from_len(0);
            } else if int::expect(&n).compare(int::expect(&left)).is_gt() {
                n = left.clone();
            }
            let (current, left) =
                (int::add(&current, &int::mul(&n, b.step.get_fixed())), int::sub(&left, &n));
            let old = lock::with_lock(&a[0], || {
                (b.current.replace_locked(current), b.remaining.replace_locked(left))
            });
            drop(old);
            Ok(Obj::NONE)
        })
        .doc("Set state information for unpickling."),
    ],
    ..TypeSpec::EMPTY
};
