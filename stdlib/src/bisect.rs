//! `_bisect`: binary search in sorted sequences.

use crate::support::{native_table, new_module};
use pyre_object::{Builtin, CmpOp, NativeDef, Obj, PyResult, Vm, int, list, names, raise};

/// On which side of equal items the place is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

#[inline]
fn item(vm: &Vm, a: &Obj, i: usize) -> PyResult {
    if a.is_exactly(Builtin::List) {
        return list::get(a, i).ok_or_else(|| vm.index_error("list index out of range"));
    }
    vm.getitem(a, &int::from_usize(i))
}

/// The place for `x` among the items `lo..hi`; `key` is applied to items only.
fn search(vm: &Vm, side: Side, a: &Obj, x: &Obj, lo: &Obj, hi: &Obj, key: Option<&Obj>) -> PyResult<usize> {
    let lo = lo.given().map_or(Ok(0), |o| vm.to_isize(o))?;
    if lo < 0 {
        raise!(vm, ValueError, "lo must be non-negative");
    }
    let hi = match hi.not_none() {
        None => -1,
        Some(o) if int::is_int(o) || o.slots().index.addr() != 0 => vm.to_isize(o)?,
        Some(o) => raise!(vm, TypeError, "argument should be integer or None, not '{}'", o.type_name()),
    };
    let hi = if hi == -1 { vm.len(a)? as isize } else { hi };
    let (mut lo, mut hi) = (lo, hi);
    while lo < hi {
        let middle = (lo as usize + hi as usize) / 2;
        let mut y = item(vm, a, middle)?;
        if let Some(key) = key {
            y = vm.call1(key, &y)?;
        }
        let go_right = match side {
            Side::Left => vm.compare_bool(&y, x, CmpOp::Lt)?,
            Side::Right => !vm.compare_bool(x, &y, CmpOp::Lt)?,
        };
        if go_right {
            lo = middle as isize + 1;
        } else {
            hi = middle as isize;
        }
    }
    Ok(lo as usize)
}

/// The arguments of all four functions: `a, x, lo, hi, key`.
fn bisect(vm: &Vm, side: Side, a: &[Obj]) -> PyResult {
    Ok(int::from_usize(search(vm, side, &a[0], &a[1], &a[2], &a[3], a[4].not_none())?))
}

fn insort(vm: &Vm, side: Side, a: &[Obj]) -> PyResult {
    let key = a[4].not_none();
    let i = match key {
        Some(k) => {
            let x = vm.call1(k, &a[1])?;
            search(vm, side, &a[0], &x, &a[2], &a[3], key)?
        }
        None => search(vm, side, &a[0], &a[1], &a[2], &a[3], None)?,
    };
    if a[0].is_exactly(Builtin::List) {
        list::insert(&a[0], i, a[1].clone());
    } else {
        vm.call_method(&a[0], names::insert(), &[int::from_usize(i), a[1].clone()])?;
    }
    Ok(Obj::NONE)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("bisect_right", "(a, x, lo=0, hi=None, *, key=None)", |vm, a| bisect(vm, Side::Right, a))
        .doc("Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x)\nwill insert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::function("insort_right", "(a, x, lo=0, hi=None, *, key=None)", |vm, a| insort(vm, Side::Right, a))
        .doc("Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::function("bisect_left", "(a, x, lo=0, hi=None, *, key=None)", |vm, a| bisect(vm, Side::Left, a))
        .doc("Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)\nwill insert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::function("insort_left", "(a, x, lo=0, hi=None, *, key=None)", |vm, a| insort(vm, Side::Left, a))
        .doc("Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
];

const DOC: &str = "Bisection algorithms.

This module provides support for maintaining a list in sorted order without
having to sort the list after each insertion. For long lists of items with
expensive comparison operations, this can be an improvement over the more
common approach.
";

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    Ok(new_module("_bisect", DOC, FUNCTIONS))
}
