//! `groupby` and the iterators of its groups.

use super::{constructor, iterator_type};
use crate::support::{exactly, instance_of};
use pyre_object::{Args, Obj, PyResult, Slot, Vm, heap_body, raise, tuple, type_new};
use pyre_threads::sync::{AtomicU64, Ordering};

heap_body! {
    /// `key` is `None` for the items themselves. `current_*` is the item that was read last, `wanted` the key of the
    /// current group. Only the group with the current number delivers items.
    struct GroupBy "groupby" {
        slots { iterator, key, wanted, current_key, current_value }
        data { group: AtomicU64 }
    }
}

heap_body! {
    /// The items of one group.
    struct Grouper "_grouper" { slots { parent, wanted } data { group: AtomicU64 } }
}

iterator_type! {
    pub(super) static GROUPBY = "groupby", GroupBy,
    constructor!("groupby", "(cls, iterable, key=None)", new), next,
    "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping."
}

iterator_type! {
    pub(super) static GROUPER = "_grouper", Grouper, new_grouper, next_in_group, ""
}

fn new(vm: &Vm, a: &[Obj]) -> PyResult {
    let body = GroupBy {
        iterator: Slot::new(vm.iter(&a[1])?),
        key: Slot::new(a[2].not_none().cloned().unwrap_or(Obj::NONE)),
        wanted: Slot::empty(),
        current_key: Slot::empty(),
        current_value: Slot::empty(),
        group: AtomicU64::new(0),
    };
    Ok(instance_of(&a[0], body))
}

/// Reads the next item; false at the end.
fn step(vm: &Vm, b: &GroupBy) -> PyResult<bool> {
    let Some(value) = vm.next(b.iterator.get_fixed())? else { return Ok(false) };
    let key = b.key.get_fixed();
    let key = if key.is_none() { value.clone() } else { vm.call1(key, &value)? };
    b.current_value.set(value);
    b.current_key.set(key);
    Ok(true)
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &GroupBy = o.body();
    // No group delivers anything while the rest of the last one is skipped.
    let group = b.group.fetch_add(1, Ordering::Relaxed) + 1;
    loop {
        let key = b.current_key.get();
        if !key.is_unbound() {
            let wanted = b.wanted.get();
            if wanted.is_unbound() || !vm.eq(&wanted, &key)? {
                break;
            }
        }
        if !step(vm, b)? {
            return Ok(None);
        }
    }
    let key = b.current_key.get();
    b.wanted.set(key.clone());
    let grouper = Grouper {
        parent: Slot::new(o.clone()),
        wanted: Slot::new(key.clone()),
        group: AtomicU64::new(group),
    };
    Ok(Some(tuple::pair(key, GROUPER.instance(vm, grouper))))
}

fn new_grouper(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let [parent, wanted] = exactly(vm, "_grouper", class, args)?;
    let Some(b) = parent.downcast::<GroupBy>() else {
        let name = type_new::full_name(GROUPBY.get(vm));
        raise!(vm, TypeError, "_grouper() argument 1 must be {name}, not {}", parent.type_name());
    };
    let group = b.group.fetch_add(1, Ordering::Relaxed) + 1;
    let body = Grouper {
        parent: Slot::new(parent.clone()),
        wanted: Slot::new(wanted.clone()),
        group: AtomicU64::new(group),
    };
    Ok(instance_of(class, body))
}

fn next_in_group(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let g: &Grouper = o.body();
    let b: &GroupBy = g.parent.get_fixed().body();
    if b.group.load(Ordering::Relaxed) != g.group.load(Ordering::Relaxed) {
        return Ok(None);
    }
    if b.current_value.peek().is_unbound() && !step(vm, b)? {
        return Ok(None);
    }
    let key = b.current_key.get();
    if key.is_unbound() || !vm.eq(g.wanted.get_fixed(), &key)? {
        return Ok(None);
    }
    let value = b.current_value.take();
    Ok(if value.is_unbound() { None } else { Some(value) })
}
