//! `combinations`, `combinations_with_replacement` and `permutations`, in lexicographic order of positions.

use super::{constructor, iterator_type};
use crate::support::instance_of;
use pyre_object::{Obj, PyResult, Slot, Vm, heap_body, int, raise, tuple};
use pyre_threads::sync::Mutex;
use smallvec::SmallVec;

/// The positions of the next result; for permutations, all positions and how often each place still changes.
struct Choice {
    indices: Vec<usize>,
    cycles: Vec<usize>,
    done: bool,
}

heap_body! {
    /// The pool, a tuple, and what comes next.
    struct Choose "combinations" { slots { pool } data { choice: Mutex<Choice> } }
}

iterator_type! {
    pub(super) static COMBINATIONS = "combinations", Choose,
    constructor!("combinations", "(cls, iterable, r)", |vm, a| {
        let (pool, r) = arguments(vm, a)?;
        let done = r > tuple::items(&pool).len();
        Ok(make(&a[0], pool, if done { Vec::new() } else { (0..r).collect() }, Vec::new(), done))
    }),
    |_, o| Ok(step(o, usize::MAX, advance_combination)),
    "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)"
}

iterator_type! {
    pub(super) static COMBINATIONS_WITH_REPLACEMENT = "combinations_with_replacement", Choose,
    constructor!("combinations_with_replacement", "(cls, iterable, r)", |vm, a| {
        let (pool, r) = arguments(vm, a)?;
        let done = r > 0 && tuple::items(&pool).is_empty();
        Ok(make(&a[0], pool, if done { Vec::new() } else { vec![0; r] }, Vec::new(), done))
    }),
    |_, o| Ok(step(o, usize::MAX, advance_with_replacement)),
    "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')"
}

iterator_type! {
    pub(super) static PERMUTATIONS = "permutations", Choose,
    constructor!("permutations", "(cls, iterable, r=None)", new_permutations),
    |_, o| {
        let r = o.body::<Choose>().choice.lock().cycles.len();
        Ok(step(o, r, advance_permutation))
    },
    "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)"
}

fn make(class: &Obj, pool: Obj, indices: Vec<usize>, cycles: Vec<usize>, done: bool) -> Obj {
    let choice = Mutex::new(Choice { indices, cycles, done });
    instance_of(class, Choose { pool: Slot::new(pool), choice })
}

fn arguments(vm: &Vm, a: &[Obj]) -> PyResult<(Obj, usize)> {
    let r = vm.to_isize(&a[2])?;
    let pool = tuple::from_vec(vm.collect(&a[1])?);
    if r < 0 {
        raise!(vm, ValueError, "r must be non-negative");
    }
    Ok((pool, r as usize))
}

fn new_permutations(vm: &Vm, a: &[Obj]) -> PyResult {
    let pool = tuple::from_vec(vm.collect(&a[1])?);
    let n = tuple::items(&pool).len();
    let r = match a[2].not_none() {
        None => n as isize,
        Some(r) if int::is_int(r) => vm.to_isize(r)?,
        Some(_) => raise!(vm, TypeError, "Expected int as r"),
    };
    if r < 0 {
        raise!(vm, ValueError, "r must be non-negative");
    }
    let r = r as usize;
    let done = r > n;
    let (indices, cycles) =
        if done { (Vec::new(), Vec::new()) } else { ((0..n).collect(), (0..r).map(|i| n - i).collect()) };
    Ok(make(&a[0], pool, indices, cycles, done))
}

/// Delivers the current choice (its first `r` positions) and advances; `advance` returns false at the end.
fn step(o: &Obj, r: usize, advance: fn(&mut Choice, usize) -> bool) -> Option<Obj> {
    let b: &Choose = o.body();
    let pool = tuple::items(b.pool.get_fixed());
    let mut choice = b.choice.lock();
    if choice.done {
        return None;
    }
    // Counting under the mutex runs no Python code.
    let current: SmallVec<[Obj; 12]> = choice.indices.iter().take(r).map(|i| pool[*i].clone()).collect();
    choice.done = !advance(&mut choice, pool.len());
    drop(choice);
    Some(tuple::new_tuple(current))
}

fn advance_combination(c: &mut Choice, n: usize) -> bool {
    let r = c.indices.len();
    let Some(i) = (0..r).rev().find(|i| c.indices[*i] != i + n - r) else { return false };
    let first = c.indices[i] + 1;
    (i..r).for_each(|k| c.indices[k] = first + k - i);
    true
}

fn advance_with_replacement(c: &mut Choice, n: usize) -> bool {
    let Some(i) = c.indices.iter().rposition(|i| *i != n - 1) else { return false };
    let value = c.indices[i] + 1;
    c.indices[i..].fill(value);
    true
}

fn advance_permutation(c: &mut Choice, n: usize) -> bool {
    for i in (0..c.cycles.len()).rev() {
        c.cycles[i] -= 1;
        if c.cycles[i] == 0 {
            c.indices[i..].rotate_left(1);
            c.cycles[i] = n - i;
        } else {
            let j = n - c.cycles[i];
            c.indices.swap(i, j);
            return true;
        }
    }
    false
}
