//! The iterators of deques, in both directions.

use super::{DEQUE, is_deque, methods, ring};
use crate::support::{NativeType, construct, native_table, self_iter};
use pyre_object::{
    Body, NativeDef, Obj, PyResult, Slot, Slots, TypeSpec, Vm, heap_body, raise, tuple, type_new,
};
use pyre_threads::sync::{AtomicU64, AtomicUsize, Ordering};

heap_body! {
    /// Items that are left to deliver, of a deque that must keep its version.
    struct DequeIter "_deque_iterator" {
        slots { deque }
        data { left: AtomicUsize, version: AtomicU64 }
    }
}

pub(in crate::collections) static ITERATOR: NativeType = NativeType::new(&ITERATOR_SPEC);
pub(in crate::collections) static REVERSE_ITERATOR: NativeType = NativeType::new(&REVERSE_SPEC);

static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "collections._deque_iterator",
    layout: Some(DequeIter::layout),
    slots: Slots {
        new: Some(|vm, class, args| construct(vm, &NEW, class, args)),
        iter: Some(self_iter),
        next: Some(next_forward),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", length_hint)
            .doc("Private method returning an estimate of len(list(it))."),
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
    ],
    ..TypeSpec::EMPTY
};

static REVERSE_SPEC: TypeSpec = TypeSpec {
    name: "collections._deque_reverse_iterator",
    layout: Some(DequeIter::layout),
    slots: Slots {
        new: Some(|vm, class, args| construct(vm, &NEW_REVERSE, class, args)),
        iter: Some(self_iter),
        next: Some(next_backward),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", length_hint)
            .doc("Private method returning an estimate of len(list(it))."),
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling."),
    ],
    ..TypeSpec::EMPTY
};

static NEW: NativeDef =
    NativeDef::class_method("_deque_iterator", "(cls, deque, index=0, /)", |vm, a| new(vm, &ITERATOR, a));
static NEW_REVERSE: NativeDef =
    NativeDef::class_method("_deque_reverse_iterator", "(cls, deque, index=0, /)", |vm, a| {
        new(vm, &REVERSE_ITERATOR, a)
    });

fn new(vm: &Vm, ty: &NativeType, a: &[Obj]) -> PyResult {
    if !is_deque(&a[1]) {
        let name = type_new::full_name(DEQUE.get(vm));
        raise!(vm, TypeError, "argument 1 must be {name}, not {}", a[1].type_name());
    }
    let skip = match a[2].given() {
        Some(n) => vm.to_isize(n)?.max(0) as usize,
        None => 0,
    };
    Ok(iterator(vm, ty, &a[1], skip))
}

fn iterator(vm: &Vm, ty: &NativeType, deque: &Obj, skip: usize) -> Obj {
    let body = DequeIter {
        deque: Slot::new(deque.clone()),
        left: AtomicUsize::new(ring::len(deque).saturating_sub(skip)),
        version: AtomicU64::new(ring::version(deque)),
    };
    ty.instance(vm, body)
}

/// `iter(d)`
pub(super) fn forward(vm: &Vm, o: &Obj) -> PyResult {
    Ok(iterator(vm, &ITERATOR, o, 0))
}

/// `reversed(d)`
pub(super) fn backward(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(iterator(vm, &REVERSE_ITERATOR, &a[0], 0))
}

/// Steps; `at` maps the length and what is left to a position.
#[inline(always)]
fn step(vm: &Vm, o: &Obj, at: impl FnOnce(usize, usize) -> usize) -> PyResult<Option<Obj>> {
    let b: &DequeIter = o.body();
    let deque = b.deque.get_fixed();
    if ring::version(deque) != b.version.load(Ordering::Relaxed) {
        b.left.store(0, Ordering::Relaxed);
        return Err(methods::mutated(vm));
    }
    let left = b.left.load(Ordering::Relaxed);
    if left == 0 {
        return Ok(None);
    }
    b.left.store(left - 1, Ordering::Relaxed);
    Ok(ring::get(deque, at(ring::len(deque), left)))
}

fn next_forward(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    step(vm, o, |len, left| len.wrapping_sub(left))
}

fn next_backward(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    step(vm, o, |_, left| left - 1)
}

fn length_hint(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::from_len(a[0].body::<DequeIter>().left.load(Ordering::Relaxed)))
}

fn reduce(_: &Vm, a: &[Obj]) -> PyResult {
    let b: &DequeIter = a[0].body();
    let deque = b.deque.get();
    let done = ring::len(&deque).saturating_sub(b.left.load(Ordering::Relaxed));
    Ok(tuple::pair(a[0].ty().clone(), tuple::pair(deque, Obj::from_len(done))))
}
