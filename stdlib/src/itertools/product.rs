//! `product`.

use super::iterator_type;
use crate::support::instance_of;
use pyre_object::call::keyword_text;
use pyre_object::{Args, Obj, PyResult, Slot, Vm, heap_body, raise, tuple};
use pyre_threads::sync::Mutex;
use smallvec::SmallVec;

heap_body! {
    /// The pools, a tuple of tuples, and the indices of the next result; `None` at the end.
    struct Product "product" { slots { pools } data { indices: Mutex<Option<Vec<usize>>> } }
}

iterator_type! {
    pub(super) static PRODUCT = "product", Product, new, next,
    "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).\n\nproduct('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\nproduct((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ..."
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let mut repeat = 1;
    for (key, value) in args.keywords() {
        let key = keyword_text(key);
        if key != "repeat" {
            raise!(vm, TypeError, "product() got an unexpected keyword argument '{key}'");
        }
        repeat = vm.to_isize(value)?;
    }
    if repeat < 0 {
        raise!(vm, ValueError, "repeat argument cannot be negative");
    }
    let total = args.len().checked_mul(repeat as usize).filter(|n| *n < 1 << 40);
    let Some(total) = total else { raise!(vm, OverflowError, "repeat argument too large") };
    let mut pools = Vec::with_capacity(args.len());
    if repeat > 0 {
        for iterable in args.pos() {
            pools.push(tuple::from_vec(vm.collect(iterable)?));
        }
    }
    let pools = tuple::new_tuple(pools.iter().cycle().take(total).cloned());
    let empty = tuple::items(&pools).iter().any(|p| tuple::items(p).is_empty());
    let indices = if empty { None } else { Some(vec![0; total]) };
    Ok(instance_of(class, Product { pools: Slot::new(pools), indices: Mutex::new(indices) }))
}

fn next(_: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Product = o.body();
    let pools = tuple::items(b.pools.get_fixed());
    let mut guard = b.indices.lock();
    let Some(indices) = guard.as_mut() else { return Ok(None) };
    // Counting under the mutex runs no Python code.
    let current: SmallVec<[Obj; 12]> =
        indices.iter().zip(pools).map(|(i, pool)| tuple::items(pool)[*i].clone()).collect();
    let mut wrapped = true;
    for (i, pool) in indices.iter_mut().zip(pools).rev() {
        *i += 1;
        if *i < tuple::items(pool).len() {
            wrapped = false;
            break;
        }
        *i = 0;
    }
    if wrapped {
        *guard = None;
    }
    drop(guard);
    Ok(Some(tuple::new_tuple(current)))
}
