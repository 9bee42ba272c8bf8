//! Iterators over `bytes` and `bytearray`.

use crate::arguments::{index_state, native_table};
use pyre_object::bytes;
use pyre_object::tuple::new_tuple;
use pyre_object::{Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeSpec, Vm, alloc, heap_body};
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};

heap_body! {
    /// An iterator over `bytes` or a `bytearray`.
    pub struct BytesIterBody "bytes_iterator" {
        slots { content }
        data { index: AtomicUsize }
    }
}

fn make(ty: Builtin, o: &Obj) -> PyResult {
    Ok(alloc::new(ty, BytesIterBody { content: Slot::new(o.clone()), index: AtomicUsize::new(0) }))
}

pub(super) fn bytes_iterate(_: &Vm, o: &Obj) -> PyResult {
    make(Builtin::BytesIter, o)
}

pub(crate) fn bytearray_iterate(_: &Vm, o: &Obj) -> PyResult {
    make(Builtin::ByteArrayIter, o)
}

fn byte_at(o: &Obj, i: usize) -> Option<u8> {
    match bytes::get(o) {
        Some(b) => b.get(i).copied(),
        None => bytes::with_bytearray(o, |b| b.get(i).copied()),
    }
}

fn len(o: &Obj) -> usize {
    bytes::get(o).map_or_else(|| bytes::bytearray_len(o), <[u8]>::len)
}

fn next(_: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b = o.body::<BytesIterBody>();
    let i = b.index.load(Ordering::Relaxed);
    let found = if i == usize::MAX { None } else { byte_at(b.content.get_fixed(), i) };
    // A finished iterator stays so.
    b.index.store(if found.is_some() { i + 1 } else { usize::MAX }, Ordering::Relaxed);
    Ok(found.map(|b| Obj::from_len(usize::from(b))))
}

fn length_hint(_: &Vm, a: &[Obj]) -> PyResult {
    let b = a[0].body::<BytesIterBody>();
    Ok(Obj::from_len(len(b.content.get_fixed()).saturating_sub(b.index.load(Ordering::Relaxed))))
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = a[0].body::<BytesIterBody>();
    let iter = vm.getattr_str(&vm.import("builtins")?, "iter")?;
    Ok(match b.index.load(Ordering::Relaxed) {
        usize::MAX => new_tuple([iter, new_tuple([new_tuple([])])]),
        i => new_tuple([iter, new_tuple([b.content.get()]), Obj::from_len(i)]),
    })
}

fn setstate(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = a[0].body::<BytesIterBody>();
    let i = index_state(vm, &a[1])?;
    if b.index.load(Ordering::Relaxed) != usize::MAX {
        b.index.store(i.min(len(b.content.get_fixed())), Ordering::Relaxed);
    }
    Ok(Obj::NONE)
}

macro_rules! spec {
    ($name:literal) => {
        TypeSpec {
            name: $name,
            layout: Some(<BytesIterBody as Body>::layout),
            slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
            methods: {
                static METHODS: &[NativeDef] = native_table![
                    NativeDef::method("__length_hint__", "($self, /)", length_hint)
                        .doc("Private method returning an estimate of len(list(it))."),
                    NativeDef::method("__reduce__", "($self, /)", reduce)
                        .doc("Return state information for pickling."),
                    NativeDef::method("__setstate__", "($self, state, /)", setstate)
                        .doc("Set state information for unpickling."),
                ];
                METHODS
            },
            ..TypeSpec::EMPTY
        }
    };
}

pub(super) static BYTES_ITER: TypeSpec = spec!("bytes_iterator");
pub(super) static BYTEARRAY_ITER: TypeSpec = spec!("bytearray_iterator");
