//! The methods of `deque`.

use super::ring::{self, Deque};
use super::{DEQUE, is_deque, iterator};
use crate::support::{CLASS_GETITEM, native_table};
use pyre_object::layout::HEADER_SIZE;
use pyre_object::{NativeDef, Obj, PyResult, Raised, Vm, names, raise, tuple};
use pyre_threads::sync::Ordering;

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::method("append", "(self, item, /)", |_, a| {
        ring::append(&a[0], a[1].clone());
        Ok(Obj::NONE)
    })
    .doc("Add an element to the right side of the deque."),
    NativeDef::method("appendleft", "(self, item, /)", |_, a| {
        ring::append_left(&a[0], a[1].clone());
        Ok(Obj::NONE)
    })
    .doc("Add an element to the left side of the deque."),
    NativeDef::method("clear", "(self, /)", |_, a| {
        ring::clear(&a[0]);
        Ok(Obj::NONE)
    })
    .doc("Remove all elements from the deque."),
    NativeDef::method("__copy__", "(self, /)", |vm, a| copy_of(vm, &a[0]))
        .doc("Return a shallow copy of a deque."),
    NativeDef::method("copy", "(self, /)", |vm, a| copy_of(vm, &a[0]))
        .doc("Return a shallow copy of a deque."),
    NativeDef::method("count", "(self, value, /)", count).doc("Return number of occurrences of value."),
    NativeDef::method("extend", "(self, iterable, /)", |vm, a| {
        extend(vm, &a[0], &a[1])?;
        Ok(Obj::NONE)
    })
    .doc("Extend the right side of the deque with elements from the iterable."),
    NativeDef::method("extendleft", "(self, iterable, /)", extend_left)
        .doc("Extend the left side of the deque with elements from the iterable."),
    NativeDef::method("index", "(self, value, start=0, stop=sys.maxsize, /)", index)
        .doc("Return first index of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::method("insert", "(self, index, value, /)", insert).doc("Insert value before index."),
    NativeDef::method("pop", "(self, /)", |vm, a| match ring::pop(&a[0]) {
        Some(o) => Ok(o),
        None => Err(vm.index_error("pop from an empty deque")),
    })
    .doc("Remove and return the rightmost element."),
    NativeDef::method("popleft", "(self, /)", |vm, a| match ring::pop_left(&a[0]) {
        Some(o) => Ok(o),
        None => Err(vm.index_error("pop from an empty deque")),
    })
    .doc("Remove and return the leftmost element."),
    NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
    NativeDef::method("remove", "(self, value, /)", remove).doc("Remove first occurrence of value."),
    NativeDef::method("__reversed__", "(self, /)", iterator::backward)
        .doc("Return a reverse iterator over the deque."),
    NativeDef::method("reverse", "(self, /)", |_, a| {
        ring::reverse(&a[0]);
        Ok(Obj::NONE)
    })
    .doc("Reverse *IN PLACE*."),
    NativeDef::method("rotate", "(self, n=1, /)", |vm, a| {
        ring::rotate(&a[0], a[1].given().map_or(Ok(1), |n| vm.to_isize(n))?);
        Ok(Obj::NONE)
    })
    .doc("Rotate the deque n steps to the right.  If n is negative, rotates left."),
    NativeDef::method("__sizeof__", "(self, /)", |_, a| {
        let b: &Deque = a[0].body();
        Ok(Obj::from_len(HEADER_SIZE + size_of::<Deque>() + 8 * b.len.load(Ordering::Relaxed)))
    })
    .doc("Return the size of the deque in memory, in bytes."),
    CLASS_GETITEM,
];

/// The error of loops that found the deque changed.
pub(super) fn mutated(vm: &Vm) -> Raised {
    vm.runtime_error("deque mutated during iteration")
}

/// Appends all items of an iterable.
pub(super) fn extend(vm: &Vm, o: &Obj, items: &Obj) -> PyResult<()> {
    if items.is(o) {
        ring::snapshot(o).into_iter().for_each(|item| ring::append(o, item));
        return Ok(());
    }
    vm.for_each(items, |item| {
        ring::append(o, item);
        Ok(())
    })
}

fn extend_left(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[0].is(&a[1]) {
        ring::snapshot(&a[0]).into_iter().for_each(|item| ring::append_left(&a[0], item));
        return Ok(Obj::NONE);
    }
    vm.for_each(&a[1], |item| {
        ring::append_left(&a[0], item);
        Ok(())
    })?;
    Ok(Obj::NONE)
}

/// A copy with the same limit, by the constructor for instances of subclasses.
pub(super) fn copy_of(vm: &Vm, o: &Obj) -> PyResult {
    let limit = o.body::<Deque>().maxlen.load(Ordering::Relaxed);
    if DEQUE.is_exact(o) {
        let copy = DEQUE.instance(vm, Deque::empty());
        copy.body::<Deque>().maxlen.store(limit, Ordering::Relaxed);
        ring::snapshot(o).into_iter().for_each(|item| ring::append(&copy, item));
        return Ok(copy);
    }
    let copy = match limit {
        n if n < 0 => vm.call1(o.ty(), o)?,
        n => vm.call2(o.ty(), o, &Obj::from_len(n as usize))?,
    };
    if !is_deque(&copy) {
        raise!(vm, TypeError, "{}() must return a deque, not {}", o.type_name(), copy.type_name());
    }
    Ok(copy)
}

/// The first position of an equal item in a range.
pub(super) fn find(vm: &Vm, o: &Obj, value: &Obj, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let version = ring::version(o);
    for i in start..stop {
        let Some(item) = ring::get(o, i) else { break };
        if vm.eq(&item, value)? {
            return Ok(Some(i));
        }
        if ring::version(o) != version {
            return Err(mutated(vm));
        }
    }
    Ok(None)
}

fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let version = ring::version(&a[0]);
    let (mut i, mut n) = (0, 0);
    while let Some(item) = ring::get(&a[0], i) {
        n += usize::from(vm.eq(&item, &a[1])?);
        if ring::version(&a[0]) != version {
            return Err(mutated(vm));
        }
        i += 1;
    }
    Ok(Obj::from_len(n))
}

fn bound(vm: &Vm, o: &Obj, default: usize, len: usize) -> PyResult<usize> {
    let Some(o) = o.given() else { return Ok(default) };
    if !o.raw().is_int() && o.slots().index.addr() == 0 {
        raise!(vm, TypeError, "slice indices must be integers or have an __index__ method");
    }
    let i = vm.to_clamped(o)?;
    Ok(if i < 0 { (len as isize).saturating_add(i).max(0) as usize } else { i as usize })
}

fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let len = ring::len(&a[0]);
    let (start, stop) = (bound(vm, &a[2], 0, len)?, bound(vm, &a[3], len, len)?);
    match find(vm, &a[0], &a[1], start, stop.min(len))? {
        Some(i) => Ok(Obj::from_len(i)),
        None => Err(vm.value_error("deque.index(x): x not in deque")),
    }
}

fn insert(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = vm.to_isize(&a[1])?;
    let len = ring::len(&a[0]);
    let at = if i < 0 { (len as isize).saturating_add(i).max(0) as usize } else { (i as usize).min(len) };
    if !ring::insert(&a[0], at, a[2].clone()) {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    Ok(Obj::NONE)
}

fn remove(vm: &Vm, a: &[Obj]) -> PyResult {
    let version = ring::version(&a[0]);
    let mut i = 0;
    while let Some(item) = ring::get(&a[0], i) {
        let equal = vm.eq(&item, &a[1])?;
        if ring::version(&a[0]) != version {
            return Err(vm.index_error("deque mutated during iteration"));
        }
        if equal {
            drop(ring::remove_at(&a[0], i));
            return Ok(Obj::NONE);
        }
        i += 1;
    }
    Err(vm.value_error("deque.remove(x): x not in deque"))
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let state = vm.call_method(&a[0], names::__getstate__(), &[])?;
    let args = match a[0].body::<Deque>().limit() {
        Some(n) => tuple::pair(tuple::empty_tuple(), Obj::from_len(n)),
        None => tuple::empty_tuple(),
    };
    let items = vm.iter(&a[0])?;
    Ok(tuple::new_tuple([a[0].ty().clone(), args, state, items]))
}
