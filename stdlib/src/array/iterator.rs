//! The iterator of arrays.

use super::item;
use crate::support::{NativeType, builtin_function, native_table, self_iter};
use pyre_object::{
    Body, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, heap_body, int, list, tuple,
};
use pyre_threads::sync::{AtomicUsize, Ordering};

heap_body! {
    /// The array, empty once it is exhausted, and the index of the next item.
    struct ArrayIter "arrayiterator" { slots { array } data { index: AtomicUsize } }
}

static ITERATOR: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "array.arrayiterator",
    layout: Some(ArrayIter::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(self_iter), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let i = vm.to_isize(&a[1])?.max(0) as usize;
            a[0].body::<ArrayIter>().index.store(i, Ordering::Relaxed);
            Ok(Obj::NONE)
        })
        .doc("Set state information for unpickling."),
    ],
    ..TypeSpec::EMPTY
};

pub(super) fn iter(vm: &Vm, o: &Obj) -> PyResult {
    Ok(ITERATOR.instance(vm, ArrayIter { array: Slot::new(o.clone()), index: AtomicUsize::new(0) }))
}

fn next(_: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &ArrayIter = o.body();
    let array = b.array.get();
    if array.is_unbound() {
        return Ok(None);
    }
    let i = b.index.load(Ordering::Relaxed);
    match item(&array, i) {
        Some(item) => {
            b.index.store(i + 1, Ordering::Relaxed);
            Ok(Some(item))
        }
        None => {
            drop(b.array.take());
            Ok(None)
        }
    }
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &ArrayIter = a[0].body();
    let iter = builtin_function(vm, "iter")?;
    let array = b.array.get();
    if array.is_unbound() {
        return Ok(tuple::pair(iter, tuple::new_tuple([list::new_list([])])));
    }
    let index = int::from_usize(b.index.load(Ordering::Relaxed));
    Ok(tuple::new_tuple([iter, tuple::new_tuple([array]), index]))
}
