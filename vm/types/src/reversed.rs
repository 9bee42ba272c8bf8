//! `reversed`, for sequences without a `__reversed__` of their own.

use crate::arguments::native_table;
use crate::iterators::item_or_end;
use pyre_object::protocol::is_sequence;
use pyre_object::typeobj::{lookup, type_body};
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
    int, names, tuple,
};
use pyre_threads::sync::{AtomicUsize, Ordering};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Reversed, &REVERSED)];
    &ALL
}

heap_body! {
    /// `left` is one more than the index of the next item; 0 at the end.
    pub struct ReversedBody "reversed" {
        slots {
            /// written once
            sequence,
        }
        data { left: AtomicUsize }
    }
}

static REVERSED: TypeSpec = TypeSpec {
    name: "reversed",
    doc: "Return a reverse iterator over the values of the given sequence.",
    layout: Some(ReversedBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(new), iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |vm, a| {
            let b: &ReversedBody = a[0].body();
            let left = b.left.load(Ordering::Relaxed);
            if left == 0 {
                return Ok(Obj::from_len(0));
            }
            Ok(Obj::from_len(if vm.len(b.sequence.get_fixed())? < left { 0 } else { left }))
        })
        .doc("Private method returning an estimate of len(list(it))."),
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &ReversedBody = a[0].body();
            let ty = a[0].ty().clone();
            Ok(match b.left.load(Ordering::Relaxed) {
                0 => tuple::pair(ty, tuple::new_tuple([tuple::empty_tuple()])),
                n => tuple::new_tuple([ty, tuple::new_tuple([b.sequence.get()]), Obj::from_len(n - 1)]),
            })
        })
        .doc("Return state information for pickling."),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            let b: &ReversedBody = a[0].body();
            if !int::is_int(&a[1]) {
                return Err(vm.type_error("an integer is required"));
            }
            let i = vm.to_isize(&a[1])?;
            if b.left.load(Ordering::Relaxed) != 0 {
                let left = i.saturating_add(1).max(0) as usize;
                b.left.store(left.min(vm.len(b.sequence.get_fixed())?), Ordering::Relaxed);
            }
            Ok(Obj::NONE)
        })
        .doc("Set state information for unpickling."),
    ],
    ..TypeSpec::EMPTY
};

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() && class.is(Builtin::Reversed.ty()) {
        return Err(vm.type_error("reversed() takes no keyword arguments"));
    }
    let [sequence] = args.pos() else {
        return Err(vm.type_error(format!("reversed expected 1 argument, got {}", args.len())));
    };
    let not_reversible = || vm.type_error(format!("'{}' object is not reversible", sequence.type_name()));
    if let Some(method) = lookup(vm, sequence.ty(), names::__reversed__()) {
        if method.is_none() {
            return Err(not_reversible());
        }
        return vm.call_special(sequence, names::__reversed__(), &[])?.ok_or_else(not_reversible);
    }
    if !is_sequence(vm, sequence) {
        return Err(not_reversible());
    }
    let n = vm.len(sequence)?;
    let body = ReversedBody { sequence: Slot::new(sequence.clone()), left: AtomicUsize::new(n) };
    Ok(alloc::new_shaped(type_body(class).root_shape(), body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &ReversedBody = o.body();
    let Some(i) = b.left.load(Ordering::Relaxed).checked_sub(1) else { return Ok(None) };
    let item = item_or_end(vm, b.sequence.get_fixed(), i)?;
    b.left.store(if item.is_some() { i } else { 0 }, Ordering::Relaxed);
    Ok(item)
}
