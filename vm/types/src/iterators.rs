//! The iterators of lists and tuples, of objects with `__getitem__`, and of `iter(callable, sentinel)`.

use crate::arguments::{index_state, native_table};
use crate::support::builtin_function;
use pyre_object::iterators::{EXHAUSTED, ListIterBody, ListReverseIterBody, TupleIterBody};
use pyre_object::protocol::SequenceIterBody;
use pyre_object::{
    Body, Builtin, Exc, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
    int, list, tuple,
};
use pyre_threads::sync::Ordering;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 5] = [
        (Builtin::ListIter, &LIST_ITER),
        (Builtin::ListReverseIter, &LIST_REVERSE_ITER),
        (Builtin::TupleIter, &TUPLE_ITER),
        (Builtin::SequenceIter, &SEQUENCE_ITER),
        (Builtin::CallableIter, &CALLABLE_ITER),
    ];
    &ALL
}

/// The setter of attributes that never change.
pub(crate) fn read_only(vm: &Vm, _o: &Obj, _value: Option<&Obj>) -> PyResult<()> {
    Err(vm.error(Exc::AttributeError, "readonly attribute"))
}

/// What `__reduce__` of an iterator gives: a call of `iter`, perhaps with a state to set afterwards.
pub(crate) fn reduce_iter(vm: &Vm, over: Obj, state: Option<Obj>) -> PyResult {
    let call = [builtin_function(vm, "iter")?, tuple::new_tuple([over])];
    Ok(tuple::new_tuple(call.into_iter().chain(state)))
}

const LENGTH_HINT_DOC: &str = "Private method returning an estimate of len(list(it)).";
const REDUCE_DOC: &str = "Return state information for pickling.";
const SETSTATE_DOC: &str = "Set state information for unpickling.";

static LIST_ITER: TypeSpec = TypeSpec {
    name: "list_iterator",
    layout: Some(ListIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(|_, o| Ok(o.body::<ListIterBody>().advance())),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |_, a| {
            let b: &ListIterBody = a[0].body();
            let i = b.index.load(Ordering::Relaxed);
            Ok(Obj::from_len(list::len(b.seq.get_fixed()).saturating_sub(i)))
        })
        .doc(LENGTH_HINT_DOC),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &ListIterBody = a[0].body();
            match b.index.load(Ordering::Relaxed) {
                EXHAUSTED => reduce_iter(vm, list::new_list([]), None),
                i => reduce_iter(vm, b.seq.get(), Some(Obj::from_len(i))),
            }
        })
        .doc(REDUCE_DOC),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &ListIterBody = a[0].body();
            let i = state_index(vm, &a[1])?;
            if b.index.load(Ordering::Relaxed) != EXHAUSTED {
                b.index.store(i.min(list::len(b.seq.get_fixed())), Ordering::Relaxed);
            }
            Ok(Obj::NONE)
        })
        .doc(SETSTATE_DOC),
    ],
    ..TypeSpec::EMPTY
};

/// The argument of `__setstate__`.
fn state_index(vm: &Vm, o: &Obj) -> PyResult<usize> {
    if !int::is_int(o) {
        return Err(vm.type_error("an integer is required"));
    }
    index_state(vm, o)
}

static LIST_REVERSE_ITER: TypeSpec = TypeSpec {
    name: "list_reverseiterator",
    layout: Some(ListReverseIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(|_, o| Ok(o.body::<ListReverseIterBody>().advance())),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |_, a| {
            let b: &ListReverseIterBody = a[0].body();
            let i = b.index.load(Ordering::Relaxed);
            Ok(Obj::from_len(if i > list::len(b.seq.get_fixed()) { 0 } else { i }))
        })
        .doc(LENGTH_HINT_DOC),
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &ListReverseIterBody = a[0].body();
            let i = b.index.load(Ordering::Relaxed);
            let seq = if i == 0 { list::new_list([]) } else { b.seq.get() };
            let call = [Builtin::Reversed.ty().clone(), tuple::new_tuple([seq])];
            Ok(tuple::new_tuple(call.into_iter().chain((i != 0).then(|| Obj::from_len(i - 1)))))
        })
        .doc(REDUCE_DOC),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &ListReverseIterBody = a[0].body();
            if !int::is_int(&a[1]) {
                return Err(vm.type_error("an integer is required"));
            }
            let i = vm.to_isize(&a[1])?;
            if b.index.load(Ordering::Relaxed) != 0 {
                let next = i.saturating_add(1).max(0) as usize;
                b.index.store(next.min(list::len(b.seq.get_fixed())), Ordering::Relaxed);
            }
            Ok(Obj::NONE)
        })
        .doc(SETSTATE_DOC),
    ],
    ..TypeSpec::EMPTY
};

static TUPLE_ITER: TypeSpec = TypeSpec {
    name: "tuple_iterator",
    layout: Some(TupleIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(|_, o| Ok(o.body::<TupleIterBody>().advance())),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |_, a| {
            let b: &TupleIterBody = a[0].body();
            let i = b.index.load(Ordering::Relaxed);
            Ok(Obj::from_len(tuple::items(b.seq.get_fixed()).len().saturating_sub(i)))
        })
        .doc(LENGTH_HINT_DOC),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &TupleIterBody = a[0].body();
            match b.index.load(Ordering::Relaxed) {
                i if i >= tuple::items(b.seq.get_fixed()).len() => {
                    reduce_iter(vm, tuple::empty_tuple(), None)
                }
                i => reduce_iter(vm, b.seq.get(), Some(Obj::from_len(i))),
            }
        })
        .doc(REDUCE_DOC),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &TupleIterBody = a[0].body();
            let i = state_index(vm, &a[1])?;
            b.index.store(i.min(tuple::items(b.seq.get_fixed()).len()), Ordering::Relaxed);
            Ok(Obj::NONE)
        })
        .doc(SETSTATE_DOC),
    ],
    ..TypeSpec::EMPTY
};

static SEQUENCE_ITER: TypeSpec = TypeSpec {
    name: "iterator",
    layout: Some(SequenceIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(sequence_next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |vm, a| {
            let b: &SequenceIterBody = a[0].body();
            let seq = b.sequence.get_fixed();
            match b.index.load(Ordering::Relaxed) {
                EXHAUSTED => Ok(Obj::from_len(0)),
                _ if seq.slots().len.addr() == 0 => Ok(Obj::NOT_IMPLEMENTED),
                i => Ok(Obj::from_len(vm.len(seq)?.saturating_sub(i))),
            }
        })
        .doc(LENGTH_HINT_DOC),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &SequenceIterBody = a[0].body();
            match b.index.load(Ordering::Relaxed) {
                EXHAUSTED => reduce_iter(vm, tuple::empty_tuple(), None),
                i => reduce_iter(vm, b.sequence.get(), Some(Obj::from_len(i))),
            }
        })
        .doc(REDUCE_DOC),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &SequenceIterBody = a[0].body();
            let i = state_index(vm, &a[1])?;
            if b.index.load(Ordering::Relaxed) != EXHAUSTED {
                b.index.store(i, Ordering::Relaxed);
            }
            Ok(Obj::NONE)
        })
        .doc(SETSTATE_DOC),
    ],
    ..TypeSpec::EMPTY
};

/// An item, or `None` where `__getitem__` says that there is none (`IndexError`, `StopIteration`).
pub(crate) fn item_or_end(vm: &Vm, seq: &Obj, i: usize) -> PyResult<Option<Obj>> {
    let item = vm.catch(vm.getitem(seq, &int::from_usize(i)), Exc::IndexError);
    vm.catch(item, Exc::StopIteration).map(Option::flatten)
}

fn sequence_next(vm: &Vm, it: &Obj) -> PyResult<Option<Obj>> {
    let b: &SequenceIterBody = it.body();
    let i = b.index.load(Ordering::Relaxed);
    if i == EXHAUSTED {
        return Ok(None);
    }
    let item = item_or_end(vm, b.sequence.get_fixed(), i)?;
    b.index.store(if item.is_some() { i + 1 } else { EXHAUSTED }, Ordering::Relaxed);
    Ok(item)
}

heap_body! {
    /// `iter(callable, sentinel)`; both become `UNBOUND` at the end.
    pub struct CallableIterBody "callable_iterator" { slots { callable, sentinel } data {} }
}

/// `iter(callable, sentinel)`
pub fn callable_iter(callable: Obj, sentinel: Obj) -> Obj {
    let body = CallableIterBody { callable: Slot::new(callable), sentinel: Slot::new(sentinel) };
    alloc::new(Builtin::CallableIter, body)
}

static CALLABLE_ITER: TypeSpec = TypeSpec {
    name: "callable_iterator",
    layout: Some(CallableIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(callable_next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |vm, a| {
            let b: &CallableIterBody = a[0].body();
            let (callable, sentinel) = (b.callable.get(), b.sentinel.get());
            if callable.is_unbound() || sentinel.is_unbound() {
                return reduce_iter(vm, tuple::empty_tuple(), None);
            }
            Ok(tuple::pair(builtin_function(vm, "iter")?, tuple::pair(callable, sentinel)))
        })
        .doc(REDUCE_DOC),
    ],
    ..TypeSpec::EMPTY
};

fn callable_next(vm: &Vm, it: &Obj) -> PyResult<Option<Obj>> {
    let b: &CallableIterBody = it.body();
    let callable = b.callable.get();
    if callable.is_unbound() {
        return Ok(None);
    }
    let value = vm.catch(vm.call0(&callable), Exc::StopIteration)?;
    let sentinel = b.sentinel.get();
    if let Some(v) = value
        && !sentinel.is_unbound()
        && !vm.eq(&sentinel, &v)?
    {
        return Ok(Some(v));
    }
    b.callable.set(Obj::UNBOUND);
    b.sentinel.set(Obj::UNBOUND);
    Ok(None)
}
