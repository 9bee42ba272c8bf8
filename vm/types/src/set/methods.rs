//! The methods of `set` and `frozenset`.

use super::algebra::{
    difference, difference_update, intersection, replace_by, set_from, symmetric_difference_update, update,
};
use super::{is_frozen, with_key};
use crate::arguments::native_table;
use crate::collection::{class_getitem, items_of};
use pyre_object::{Builtin, Exc, NativeDef, Obj, PyResult, Vm, list, set, tuple};

const OTHERS: &str = "($self, /, *others)";
const OTHER: &str = "($self, other, /)";
const KEY: &str = "($self, object, /)";

/// The methods of both types, and some more.
macro_rules! with_shared_methods {
    ($($more:expr),* $(,)?) => {
        native_table![
            NativeDef::method("__contains__", KEY, |vm, a| Ok(Obj::bool(super::contains(vm, &a[0], &a[1])?)))
                .doc("x.__contains__(y) <==> y in x."),
            NativeDef::method("copy", "($self, /)", copy).doc("Return a shallow copy of a set."),
            NativeDef::method("difference", OTHERS, difference_method)
                .doc("Return a new set with elements in the set that are not in the others."),
            NativeDef::method("intersection", OTHERS, intersection_method)
                .doc("Return a new set with elements common to the set and all others."),
            NativeDef::method("isdisjoint", OTHER, is_disjoint)
                .doc("Return True if two sets have a null intersection."),
            NativeDef::method("issubset", OTHER, is_subset).doc("Report whether another set contains this set."),
            NativeDef::method("issuperset", OTHER, is_superset)
                .doc("Report whether this set contains another set."),
            NativeDef::method("symmetric_difference", OTHER, symmetric_difference)
                .doc("Return a new set with elements in either the set or other but not both."),
            NativeDef::method("union", OTHERS, union)
                .doc("Return a new set with elements from the set and all others."),
            NativeDef::method("__reduce__", "($self, /)", reduce).doc("Return state information for pickling."),
            NativeDef::method("__sizeof__", "($self, /)", sizeof)
                .doc("S.__sizeof__() -> size of S in memory, in bytes."),
            NativeDef::class_method("__class_getitem__", "($type, object, /)", class_getitem)
                .doc("sets are generic over the type of their elements"),
            $($more,)*
        ]
    };
}

pub(super) static FROZENSET_METHODS: &[NativeDef] = with_shared_methods![];

pub(super) static SET_METHODS: &[NativeDef] = with_shared_methods![
    NativeDef::method("add", KEY, |vm, a| {
        set::add(vm, &a[0], &a[1])?;
        Ok(Obj::NONE)
    })
    .doc("Add an element to a set.\n\nThis has no effect if the element is already present."),
    NativeDef::method("clear", "($self, /)", |_, a| {
        set::clear(&a[0]);
        Ok(Obj::NONE)
    })
    .doc("Remove all elements from this set."),
    NativeDef::method("discard", KEY, |vm, a| {
        with_key(vm, &a[1], |key| set::discard(vm, &a[0], key))?;
        Ok(Obj::NONE)
    })
    .doc(
        "Remove an element from a set if it is a member.\n\n\
         Unlike set.remove(), the discard() method does not raise\n\
         an exception when an element is missing from the set.",
    ),
    NativeDef::method("remove", KEY, |vm, a| {
        match with_key(vm, &a[1], |key| set::discard(vm, &a[0], key))? {
            true => Ok(Obj::NONE),
            false => Err(vm.key_error(&a[1])),
        }
    })
    .doc(
        "Remove an element from a set; it must be a member.\n\n\
         If the element is not a member, raise a KeyError.",
    ),
    NativeDef::method("pop", "($self, /)", |vm, a| {
        set::pop(&a[0]).ok_or_else(|| vm.error(Exc::KeyError, "pop from an empty set"))
    })
    .doc("Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty."),
    NativeDef::method("update", OTHERS, |vm, a| {
        tuple::items(&a[1]).iter().try_for_each(|other| update(vm, &a[0], other))?;
        Ok(Obj::NONE)
    })
    .doc("Update the set, adding elements from all others."),
    NativeDef::method("difference_update", OTHERS, |vm, a| {
        tuple::items(&a[1]).iter().try_for_each(|other| difference_update(vm, &a[0], other))?;
        Ok(Obj::NONE)
    })
    .doc("Update the set, removing elements found in others."),
    NativeDef::method("intersection_update", OTHERS, |vm, a| {
        replace_by(&a[0], &intersection_of(vm, &a[0], tuple::items(&a[1]), false)?);
        Ok(Obj::NONE)
    })
    .doc("Update the set, keeping only elements found in it and all others."),
    NativeDef::method("symmetric_difference_update", OTHER, |vm, a| {
        symmetric_difference_update(vm, &a[0], &a[1])?;
        Ok(Obj::NONE)
    })
    .doc("Update the set, keeping only elements found in either set, but not in both."),
];

fn copy(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(if a[0].is_exactly(Builtin::FrozenSet) { a[0].clone() } else { set::copy(&a[0], is_frozen(&a[0])) })
}

fn union(vm: &Vm, a: &[Obj]) -> PyResult {
    let all = set::copy(&a[0], is_frozen(&a[0]));
    for other in tuple::items(&a[1]) {
        if !other.is(&a[0]) {
            update(vm, &all, other)?;
        }
    }
    Ok(all)
}

/// The keys of `s` that are in all of `others`.
fn intersection_of(vm: &Vm, s: &Obj, others: &[Obj], frozen: bool) -> PyResult {
    let Some((first, rest)) = others.split_first() else { return Ok(set::copy(s, frozen)) };
    rest.iter().try_fold(intersection(vm, s, first, frozen)?, |common, other| {
        intersection(vm, &common, other, frozen)
    })
}

fn intersection_method(vm: &Vm, a: &[Obj]) -> PyResult {
    intersection_of(vm, &a[0], tuple::items(&a[1]), is_frozen(&a[0]))
}

fn difference_method(vm: &Vm, a: &[Obj]) -> PyResult {
    let frozen = is_frozen(&a[0]);
    let Some((first, rest)) = tuple::items(&a[1]).split_first() else { return Ok(set::copy(&a[0], frozen)) };
    let result = difference(vm, &a[0], first, frozen)?;
    rest.iter().try_for_each(|other| difference_update(vm, &result, other))?;
    Ok(result)
}

fn symmetric_difference(vm: &Vm, a: &[Obj]) -> PyResult {
    let result = set_from(vm, &a[1], is_frozen(&a[0]))?;
    set::symmetric_difference_update(vm, &result, &a[0])?;
    Ok(result)
}

fn is_disjoint(vm: &Vm, a: &[Obj]) -> PyResult {
    let (s, other) = (&a[0], &a[1]);
    if s.is(other) {
        return Ok(Obj::bool(set::len(s) == 0));
    }
    if !set::is_any_set(other) {
        return set::is_disjoint(vm, s, items_of(vm, other)?).map(Obj::bool);
    }
    let (all, small) = if set::len(other) > set::len(s) { (other, s) } else { (s, other) };
    let mut pos = 0;
    while let Some((hash, key)) = set::next_entry(small, &mut pos) {
        if set::contains_hashed(vm, all, hash, &key)? {
            return Ok(Obj::FALSE);
        }
    }
    Ok(Obj::TRUE)
}

fn is_subset(vm: &Vm, a: &[Obj]) -> PyResult {
    if set::is_any_set(&a[1]) {
        return set::is_subset(vm, &a[0], &a[1]).map(Obj::bool);
    }
    let common = intersection(vm, &a[0], &a[1], false)?;
    Ok(Obj::bool(set::len(&common) == set::len(&a[0])))
}

fn is_superset(vm: &Vm, a: &[Obj]) -> PyResult {
    if set::is_any_set(&a[1]) {
        return set::is_subset(vm, &a[1], &a[0]).map(Obj::bool);
    }
    for key in items_of(vm, &a[1])? {
        if !set::contains(vm, &a[0], &key?)? {
            return Ok(Obj::FALSE);
        }
    }
    Ok(Obj::TRUE)
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let keys = list::from_vec(set::snapshot(&a[0]));
    let state = vm.call_method_str(&a[0], "__getstate__", &[])?;
    Ok(tuple::new_tuple([a[0].ty().clone(), tuple::new_tuple([keys]), state]))
}

fn sizeof(_: &Vm, a: &[Obj]) -> PyResult {
    // An entry is a hash and a key; tables are at most three fifths full.
    Ok(Obj::from_len(a[0].shape().cell_size() + 27 * set::len(&a[0])))
}
