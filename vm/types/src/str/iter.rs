//! Iterators over the characters of a string.

use crate::arguments::{index_state, native_table};
use pyre_object::str;
use pyre_object::tuple::new_tuple;
use pyre_object::{Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeSpec, Vm, alloc, heap_body};
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};

heap_body! {
    /// An iterator over a string.
    pub struct StrIterBody "str_iterator" {
        slots { text }
        data { index: AtomicUsize }
    }
}

pub(super) fn iterate(_: &Vm, o: &Obj) -> PyResult {
    let ty = if str::expect(o).is_ascii() { Builtin::StrAsciiIter } else { Builtin::StrIter };
    Ok(alloc::new(ty, StrIterBody { text: Slot::new(o.clone()), index: AtomicUsize::new(0) }))
}

/// The next character. Threads that share an iterator may see a character twice, as with CPython.
#[inline]
fn next(_: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b = o.body::<StrIterBody>();
    let s = str::expect(b.text.get_fixed());
    let i = b.index.load(Ordering::Relaxed);
    if i >= s.len() {
        // A finished iterator stays so.
        b.index.store(usize::MAX, Ordering::Relaxed);
        return Ok(None);
    }
    b.index.store(i + 1, Ordering::Relaxed);
    Ok(Some(str::from_code_point(s.char_at(i))))
}

fn length_hint(_: &Vm, a: &[Obj]) -> PyResult {
    let b = a[0].body::<StrIterBody>();
    let n = str::len(b.text.get_fixed()).saturating_sub(b.index.load(Ordering::Relaxed));
    Ok(Obj::from_len(n))
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = a[0].body::<StrIterBody>();
    let iter = vm.getattr_str(&vm.import("builtins")?, "iter")?;
    Ok(match b.index.load(Ordering::Relaxed) {
        usize::MAX => new_tuple([iter, new_tuple([str::empty()])]),
        i => new_tuple([iter, new_tuple([b.text.get()]), Obj::from_len(i)]),
    })
}

fn setstate(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = a[0].body::<StrIterBody>();
    let i = index_state(vm, &a[1])?;
    if b.index.load(Ordering::Relaxed) != usize::MAX {
        b.index.store(i.min(str::len(b.text.get_fixed())), Ordering::Relaxed);
    }
    Ok(Obj::NONE)
}

macro_rules! spec {
    ($name:literal) => {
        TypeSpec {
            name: $name,
            layout: Some(<StrIterBody as Body>::layout),
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

pub(super) static STR_ITER: TypeSpec = spec!("str_iterator");
pub(super) static STR_ASCII_ITER: TypeSpec = spec!("str_ascii_iterator");
