//! `chain`.

use super::iterator_type;
use crate::support::{CLASS_GETITEM, instance_of, native_table, no_keywords};
use pyre_object::{Args, NativeDef, Obj, PyResult, Slot, Vm, heap_body, tuple};

heap_body! {
    /// An iterator of iterables, empty once it is exhausted, and that of the current iterable.
    struct Chain "chain" { slots { source, active } data {} }
}

iterator_type! {
    pub(super) static CHAIN = "chain", Chain, new, next,
    "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
    methods: native_table![
        NativeDef::class_method("from_iterable", "(cls, iterable, /)", |vm, a| from_source(vm, &a[0], &a[1]))
            .doc("Alternative chain() constructor taking a single iterable argument that evaluates lazily."),
        CLASS_GETITEM,
    ]
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    no_keywords(vm, "chain", class, args)?;
    from_source(vm, class, &tuple::from_slice(args.pos()))
}

fn from_source(vm: &Vm, class: &Obj, iterables: &Obj) -> PyResult {
    let body = Chain { source: Slot::new(vm.iter(iterables)?), active: Slot::empty() };
    Ok(instance_of(class, body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Chain = o.body();
    loop {
        let active = b.active.get();
        if !active.is_unbound() {
            if let Some(item) = vm.next(&active)? {
                return Ok(Some(item));
            }
            // Another thread may have gone on already.
            let _ = b.active.compare_set(active.raw(), Obj::UNBOUND);
        }
        let source = b.source.get();
        if source.is_unbound() {
            return Ok(None);
        }
        let step = match vm.next(&source) {
            Ok(Some(iterable)) => vm.iter(&iterable).map(Some),
            Ok(None) => Ok(None),
            Err(e) => Err(e),
        };
        match step {
            Ok(Some(iterator)) => b.active.set(iterator),
            other => {
                drop(b.source.take());
                return other;
            }
        }
    }
}
