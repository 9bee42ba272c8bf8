//! `compress`, `dropwhile`, `filterfalse`, `starmap` and `takewhile`.

use super::{constructor, iterator_type};
use crate::support::{exactly, instance_of};
use pyre_object::{Args, Builtin, Obj, PyResult, Slot, Vm, heap_body, tuple};
use pyre_threads::sync::{AtomicBool, Ordering};

heap_body! {
    /// Two iterators.
    struct Compress "compress" { slots { data, selectors } data {} }
}

iterator_type! {
    pub(super) static COMPRESS = "compress", Compress,
    constructor!("compress", "(cls, data, selectors)", new_compress), next_selected,
    "Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors\nto choose the data elements."
}

fn new_compress(vm: &Vm, a: &[Obj]) -> PyResult {
    let body = Compress { data: Slot::new(vm.iter(&a[1])?), selectors: Slot::new(vm.iter(&a[2])?) };
    Ok(instance_of(&a[0], body))
}

fn next_selected(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Compress = o.body();
    loop {
        let Some(item) = vm.next(b.data.get_fixed())? else { return Ok(None) };
        let Some(selector) = vm.next(b.selectors.get_fixed())? else { return Ok(None) };
        if vm.truth(&selector)? {
            return Ok(Some(item));
        }
    }
}

heap_body! {
    /// A function and an iterator; whether the function has decided for good.
    struct Filter "filter" { slots { function, iterator } data { decided: AtomicBool } }
}

fn new_filter(vm: &Vm, name: &str, class: &Obj, args: Args<'_>) -> PyResult {
    let [function, iterable] = exactly(vm, name, class, args)?;
    let body = Filter {
        function: Slot::new(function.clone()),
        iterator: Slot::new(vm.iter(iterable)?),
        decided: AtomicBool::new(false),
    };
    Ok(instance_of(class, body))
}

impl Filter {
    fn holds(&self, vm: &Vm, item: &Obj) -> PyResult<bool> {
        let r = vm.call1(self.function.get_fixed(), item)?;
        vm.truth(&r)
    }
}

iterator_type! {
    pub(super) static DROPWHILE = "dropwhile", Filter,
    |vm, class, args| new_filter(vm, "dropwhile", class, args), next_dropwhile,
    "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted."
}

fn next_dropwhile(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Filter = o.body();
    loop {
        let Some(item) = vm.next(b.iterator.get_fixed())? else { return Ok(None) };
        if b.decided.load(Ordering::Relaxed) {
            return Ok(Some(item));
        }
        if !b.holds(vm, &item)? {
            b.decided.store(true, Ordering::Relaxed);
            return Ok(Some(item));
        }
    }
}

iterator_type! {
    pub(super) static TAKEWHILE = "takewhile", Filter,
    |vm, class, args| new_filter(vm, "takewhile", class, args), next_takewhile,
    "Return successive entries from an iterable as long as the predicate evaluates to true for each entry."
}

fn next_takewhile(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Filter = o.body();
    if b.decided.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let Some(item) = vm.next(b.iterator.get_fixed())? else { return Ok(None) };
    if b.holds(vm, &item)? {
        return Ok(Some(item));
    }
    b.decided.store(true, Ordering::Relaxed);
    Ok(None)
}

iterator_type! {
    pub(super) static FILTERFALSE = "filterfalse", Filter,
    |vm, class, args| new_filter(vm, "filterfalse", class, args), next_filterfalse,
    "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false."
}

fn next_filterfalse(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Filter = o.body();
    let function = b.function.get_fixed();
    let by_truth = function.is_none() || function.is(Builtin::Bool.ty());
    loop {
        let Some(item) = vm.next(b.iterator.get_fixed())? else { return Ok(None) };
        let holds = if by_truth { vm.truth(&item)? } else { b.holds(vm, &item)? };
        if !holds {
            return Ok(Some(item));
        }
    }
}

iterator_type! {
    pub(super) static STARMAP = "starmap", Filter,
    |vm, class, args| new_filter(vm, "starmap", class, args), next_starmap,
    "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence."
}

fn next_starmap(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Filter = o.body();
    let Some(args) = vm.next(b.iterator.get_fixed())? else { return Ok(None) };
    let args = if args.is_exactly(Builtin::Tuple) { args } else { tuple::from_vec(vm.collect(&args)?) };
    vm.call(b.function.get_fixed(), tuple::items(&args)).map(Some)
}
