//! `batched` and `pairwise`.

use super::{constructor, iterator_type};
use crate::support::{exactly, instance_of};
use pyre_object::{Args, Obj, PyResult, Slot, Vm, heap_body, raise, tuple};
use pyre_threads::sync::{AtomicBool, AtomicUsize, Ordering};

heap_body! {
    /// `iterator` is empty once it is exhausted.
    struct Batched "batched" { slots { iterator } data { size: AtomicUsize, strict: AtomicBool } }
}

iterator_type! {
    pub(super) static BATCHED = "batched", Batched,
    constructor!("batched", "(cls, iterable, n, *, strict=False)", new_batched), next_batch,
    "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n."
}

fn new_batched(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.to_isize(&a[2])?;
    let strict = a[3].given().map_or(Ok(false), |s| vm.truth(s))?;
    if n < 1 {
        raise!(vm, ValueError, "n must be at least one");
    }
    let body = Batched {
        iterator: Slot::new(vm.iter(&a[1])?),
        size: AtomicUsize::new(n as usize),
        strict: AtomicBool::new(strict),
    };
    Ok(instance_of(&a[0], body))
}

fn next_batch(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Batched = o.body();
    let iterator = b.iterator.get();
    if iterator.is_unbound() {
        return Ok(None);
    }
    let size = b.size.load(Ordering::Relaxed);
    let mut items = Vec::with_capacity(size.min(1024));
    while items.len() < size {
        match vm.next(&iterator)? {
            Some(item) => items.push(item),
            None => {
                drop(b.iterator.take());
                if items.is_empty() {
                    return Ok(None);
                }
                if b.strict.load(Ordering::Relaxed) {
                    raise!(vm, ValueError, "batched(): incomplete batch");
                }
                break;
            }
        }
    }
    Ok(Some(tuple::from_vec(items)))
}

heap_body! {
    /// `iterator` is empty once it is exhausted; `last` is the second item of the last pair.
    struct Pairwise "pairwise" { slots { iterator, last } data {} }
}

iterator_type! {
    pub(super) static PAIRWISE = "pairwise", Pairwise, new_pairwise, next_pair,
    "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ..."
}

fn new_pairwise(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let [iterable] = exactly(vm, "pairwise", class, args)?;
    let body = Pairwise { iterator: Slot::new(vm.iter(iterable)?), last: Slot::empty() };
    Ok(instance_of(class, body))
}

fn next_pair(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Pairwise = o.body();
    let iterator = b.iterator.get();
    if iterator.is_unbound() {
        return Ok(None);
    }
    let mut last = b.last.get();
    if last.is_unbound() {
        match vm.next(&iterator)? {
            Some(item) => {
                b.last.set(item.clone());
                last = item;
            }
            None => {
                drop(b.iterator.take());
                return Ok(None);
            }
        }
        // The iterator may have stepped this object, or exhausted it.
        if b.iterator.peek().is_unbound() {
            drop(b.last.take());
            return Ok(None);
        }
    }
    match vm.next(&iterator)? {
        Some(item) => {
            b.last.set(item.clone());
            Ok(Some(tuple::pair(last, item)))
        }
        None => {
            drop(b.iterator.take());
            drop(b.last.take());
            Ok(None)
        }
    }
}
