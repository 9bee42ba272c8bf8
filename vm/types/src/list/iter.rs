//! `list_iterator` and `list_reverseiterator`; the bodies are in `pyre_object::iterators`.

use crate::collection::{iterator_state, itself, reduce_iterator};
use pyre_object::iterators::{EXHAUSTED, ListIterBody, ListReverseIterBody};
use pyre_object::{Body, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, list};
use pyre_threads::sync::Ordering;

const HINT_DOC: &str = "Private method returning an estimate of len(list(it)).";
const REDUCE_DOC: &str = "Return state information for pickling.";
const SETSTATE_DOC: &str = "Set state information for unpickling.";

pub(super) static LIST_ITER: TypeSpec = TypeSpec {
    name: "list_iterator",
    layout: Some(<ListIterBody as Body>::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(itself),
        next: Some(|_, o| Ok(o.body::<ListIterBody>().advance())),
        ..Slots::NONE
    },
    methods: &ITER_METHODS,
    ..TypeSpec::EMPTY
};

static ITER_METHODS: [NativeDef; 3] = [
    NativeDef::method("__length_hint__", "($self, /)", length_hint).doc(HINT_DOC),
    NativeDef::method("__reduce__", "($self, /)", reduce).doc(REDUCE_DOC),
    NativeDef::method("__setstate__", "($self, object, /)", setstate).doc(SETSTATE_DOC),
];

pub(super) static LIST_REVERSE_ITER: TypeSpec = TypeSpec {
    name: "list_reverseiterator",
    layout: Some(<ListReverseIterBody as Body>::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(itself),
        next: Some(|_, o| Ok(o.body::<ListReverseIterBody>().advance())),
        ..Slots::NONE
    },
    methods: &REVERSE_METHODS,
    ..TypeSpec::EMPTY
};

static REVERSE_METHODS: [NativeDef; 3] = [
    NativeDef::method("__length_hint__", "($self, /)", reverse_length_hint).doc(HINT_DOC),
    NativeDef::method("__reduce__", "($self, /)", reverse_reduce).doc(REDUCE_DOC),
    NativeDef::method("__setstate__", "($self, object, /)", reverse_setstate).doc(SETSTATE_DOC),
];

fn length_hint(_: &Vm, a: &[Obj]) -> PyResult {
    let b: &ListIterBody = a[0].body();
    Ok(Obj::from_len(list::len(b.seq.get_fixed()).saturating_sub(b.index.load(Ordering::Relaxed))))
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &ListIterBody = a[0].body();
    match b.index.load(Ordering::Relaxed) {
        EXHAUSTED => reduce_iterator(vm, "iter", list::with_capacity(0), None),
        i => reduce_iterator(vm, "iter", b.seq.get(), Some(i)),
    }
}

fn setstate(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = iterator_state(vm, &a[1])?;
    let b: &ListIterBody = a[0].body();
    if b.index.load(Ordering::Relaxed) != EXHAUSTED {
        b.index.store((i.max(0) as usize).min(list::len(b.seq.get_fixed())), Ordering::Relaxed);
    }
    Ok(Obj::NONE)
}

fn reverse_length_hint(_: &Vm, a: &[Obj]) -> PyResult {
    let b: &ListReverseIterBody = a[0].body();
    let left = b.index.load(Ordering::Relaxed);
    // A list that became shorter ends the iteration at the next step.
    Ok(Obj::from_len(if left > list::len(b.seq.get_fixed()) { 0 } else { left }))
}

fn reverse_reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &ListReverseIterBody = a[0].body();
    match b.index.load(Ordering::Relaxed).checked_sub(1) {
        None => reduce_iterator(vm, "reversed", list::with_capacity(0), None),
        Some(i) => reduce_iterator(vm, "reversed", b.seq.get(), Some(i)),
    }
}

fn reverse_setstate(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = iterator_state(vm, &a[1])?;
    let b: &ListReverseIterBody = a[0].body();
    if b.index.load(Ordering::Relaxed) != 0 {
        let left = i.saturating_add(1).max(0) as usize;
        b.index.store(left.min(list::len(b.seq.get_fixed())), Ordering::Relaxed);
    }
    Ok(Obj::NONE)
}
