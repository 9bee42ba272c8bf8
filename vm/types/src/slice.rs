//! `slice`: construction, comparison, hash and `indices` for sequences of any length.

use crate::arguments::native_table;
use crate::iterators::read_only;
use pyre_object::int::{self, IntRef};
use pyre_object::slice::{SliceBody, adjust, new_slice, unpack};
use pyre_object::{
    Args, Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeSpec, Vm, str, tuple,
};
use std::cmp::Ordering;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Slice, &SLICE)];
    &ALL
}

static SLICE: TypeSpec = TypeSpec {
    name: "slice",
    doc: "slice(stop)\nslice(start, stop[, step])\n\nThe bounds of an extended slicing.",
    layout: Some(SliceBody::layout),
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        new: Some(new),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("indices", "(self, len, /)", |vm, a| {
            let [start, stop, step] = indices_of_any(vm, &a[0], &a[1])?;
            Ok(tuple::new_tuple([start, stop, step]))
        })
        .doc("Start, stop and step of the slice for a sequence of this length."),
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            Ok(tuple::pair(Builtin::Slice.ty().clone(), tuple::from_slice(&parts(&a[0]))))
        })
        .doc("Return state information for pickling."),
    ],
    getset: &[
        GetSetDef::new("start", |_, o| Ok(o.body::<SliceBody>().start.get()), read_only),
        GetSetDef::new("stop", |_, o| Ok(o.body::<SliceBody>().stop.get()), read_only),
        GetSetDef::new("step", |_, o| Ok(o.body::<SliceBody>().step.get()), read_only),
    ],
    ..TypeSpec::EMPTY
};

fn parts(s: &Obj) -> [Obj; 3] {
    let b: &SliceBody = s.body();
    [b.start.get(), b.stop.get(), b.step.get()]
}

fn new(vm: &Vm, _class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("slice() takes no keyword arguments"));
    }
    let none = || Obj::NONE;
    match args.pos() {
        [stop] => Ok(new_slice(none(), stop.clone(), none())),
        [start, stop] => Ok(new_slice(start.clone(), stop.clone(), none())),
        [start, stop, step] => Ok(new_slice(start.clone(), stop.clone(), step.clone())),
        [] => Err(vm.type_error("slice expected at least 1 argument, got 0")),
        more => Err(vm.type_error(format!("slice expected at most 3 arguments, got {}", more.len()))),
    }
}

fn repr(vm: &Vm, s: &Obj) -> PyResult {
    let mut out = str::StrBuilder::new();
    out.push_str("slice(");
    for (i, p) in parts(s).iter().enumerate() {
        if i != 0 {
            out.push_str(", ");
        }
        out.push_obj(&vm.repr(p)?);
    }
    out.push_str(")");
    Ok(out.finish())
}

/// As for the tuples of the parts.
fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !b.is_exactly(Builtin::Slice) || !a.is_exactly(Builtin::Slice) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if a.is(b) {
        return Ok(Obj::bool(op.holds(Ordering::Equal)));
    }
    vm.compare(&tuple::from_slice(&parts(a)), &tuple::from_slice(&parts(b)), op)
}

/// The rounds of xxHash over the parts, as for tuples, but without the length at the end.
fn hash(vm: &Vm, s: &Obj) -> PyResult<i64> {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let mut acc = PRIME_5;
    for p in parts(s) {
        let lane = vm.hash(&p)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
}

/// What the slice means for a sequence of `len` items, with ints of any size: start, stop, step.
///
/// # Errors
/// `TypeError` for parts that are no index, `ValueError` for a step of 0 or a negative length.
pub fn indices_of_any(vm: &Vm, s: &Obj, len: &Obj) -> PyResult<[Obj; 3]> {
    let len = vm.index(len)?;
    if int::expect(&len).is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let small = |o: &Obj| o.is_none() || o.raw().is_int();
    let all = parts(s);
    if let Some(n) = int::as_i64(&len).and_then(|n| usize::try_from(n).ok())
        && all.iter().all(small)
    {
        let i = adjust(unpack(vm, s)?, n);
        return Ok([i.start, i.stop, i.step].map(|v| int::new_int(v as i64)));
    }
    let [start, stop, step] = all;
    let step = if step.is_none() { Obj::from_len(1) } else { index(vm, &step)? };
    if int::expect(&step).is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let backwards = int::expect(&step).is_negative();
    let (lowest, highest) = if backwards {
        (int::new_int(-1), int::sub(&len, &Obj::from_len(1)))
    } else {
        (Obj::from_len(0), len.clone())
    };
    let place = |o: &Obj, default: &Obj| -> PyResult {
        if o.is_none() {
            return Ok(default.clone());
        }
        let i = index(vm, o)?;
        if int::expect(&i).is_negative() {
            let i = int::add(&i, &len);
            return Ok(if less(&i, &lowest) { lowest.clone() } else { i });
        }
        Ok(if less(&highest, &i) { highest.clone() } else { i })
    };
    let (from, to) = if backwards { (&highest, &lowest) } else { (&lowest, &highest) };
    Ok([place(&start, from)?, place(&stop, to)?, step])
}

fn less(a: &Obj, b: &Obj) -> bool {
    let (a, b): (IntRef<'_>, IntRef<'_>) = (int::expect(a), int::expect(b));
    a.compare(b).is_lt()
}

/// A part of a slice as an exact int.
fn index(vm: &Vm, o: &Obj) -> PyResult {
    if !int::is_int(o) && o.slots().index.addr() == 0 {
        return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    Ok(int::expect(&vm.index(o)?).to_obj())
}
