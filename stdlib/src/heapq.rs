//! `_heapq`: binary heaps in lists (Williams, 1964), with the smallest or the largest item first.
//!
//! Sifting moves items up into a hole; if a comparison raises, the item on the way is put into the hole, so that no item
//! is lost.

use crate::support::{native_table, new_module};
use pyre_object::{CmpOp, NativeDef, Obj, PyResult, Vm, list, module, raise, str};

/// Which item comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Smallest,
    Largest,
}

impl First {
    /// Whether `a` belongs before `b`.
    #[inline]
    fn before(self, vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
        match self {
            First::Smallest => vm.compare_bool(a, b, CmpOp::Lt),
            First::Largest => vm.compare_bool(b, a, CmpOp::Lt),
        }
    }
}

fn resized<T>(vm: &Vm) -> PyResult<T> {
    raise!(vm, RuntimeError, "list changed size during iteration")
}

fn get(vm: &Vm, heap: &Obj, i: usize) -> PyResult {
    match list::get(heap, i) {
        Some(o) => Ok(o),
        None => resized(vm),
    }
}

/// Moves `item`, for which there is a hole at `pos`, towards the root, at most to `start`.
fn sift_up(vm: &Vm, heap: &Obj, start: usize, mut pos: usize, item: Obj, first: First) -> PyResult<()> {
    let size = list::len(heap);
    while pos > start {
        let parent = (pos - 1) / 2;
        let above = get(vm, heap, parent)?;
        let before = first.before(vm, &item, &above);
        if list::len(heap) != size {
            drop(list::set(heap, pos, item));
            before?;
            return resized(vm);
        }
        match before {
            Ok(true) => drop(list::set(heap, pos, above)),
            Ok(false) => break,
            Err(e) => {
                drop(list::set(heap, pos, item));
                return Err(e);
            }
        }
        pos = parent;
    }
    drop(list::set(heap, pos, item));
    Ok(())
}

/// Finds the place of the item at `start`: the hole goes down to a leaf first, which needs one comparison for each
/// level, then the item goes up from there.
fn sift_down(vm: &Vm, heap: &Obj, start: usize, first: First) -> PyResult<()> {
    let size = list::len(heap);
    let item = get(vm, heap, start)?;
    let mut pos = start;
    while pos < size / 2 {
        let left = 2 * pos + 1;
        let mut child = get(vm, heap, left)?;
        let mut at = left;
        if left + 1 < size {
            let right = get(vm, heap, left + 1)?;
            let before = first.before(vm, &child, &right);
            if before.is_err() || list::len(heap) != size {
                drop(list::set(heap, pos, item));
                before?;
                return resized(vm);
            }
            if let Ok(false) = before {
                (at, child) = (left + 1, right);
            }
        }
        drop(list::set(heap, pos, child));
        pos = at;
    }
    sift_up(vm, heap, start, pos, item, first)
}

fn check_list(vm: &Vm, heap: &Obj, function: &str) -> PyResult<()> {
    if !list::is_list(heap) {
        raise!(vm, TypeError, "{function} must be list, not {}", heap.type_name());
    }
    Ok(())
}

fn empty<T>(vm: &Vm) -> PyResult<T> {
    raise!(vm, IndexError, "index out of range")
}

fn push(vm: &Vm, a: &[Obj], name: &str, first: First) -> PyResult {
    if !list::is_list(&a[0]) {
        check_list(vm, &a[0], &first_argument(name))?;
    }
    list::append(&a[0], a[1].clone());
    sift_up(vm, &a[0], 0, list::len(&a[0]) - 1, a[1].clone(), first)?;
    Ok(Obj::NONE)
}

fn first_argument(name: &str) -> String {
    format!("{name}() argument 1")
}

fn pop(vm: &Vm, heap: &Obj, name: &str, first: First) -> PyResult {
    if !list::is_list(heap) {
        check_list(vm, heap, &format!("{name}() argument"))?;
    }
    let Some(last) = list::pop_last(heap) else { return empty(vm) };
    let Some(top) = list::get(heap, 0) else { return Ok(last) };
    drop(list::set(heap, 0, last));
    sift_down(vm, heap, 0, first)?;
    Ok(top)
}

fn replace(vm: &Vm, a: &[Obj], name: &str, first: First) -> PyResult {
    if !list::is_list(&a[0]) {
        check_list(vm, &a[0], &first_argument(name))?;
    }
    let Some(top) = list::get(&a[0], 0) else { return empty(vm) };
    drop(list::set(&a[0], 0, a[1].clone()));
    sift_down(vm, &a[0], 0, first)?;
    Ok(top)
}

fn push_pop(vm: &Vm, a: &[Obj], name: &str, first: First) -> PyResult {
    if !list::is_list(&a[0]) {
        check_list(vm, &a[0], &first_argument(name))?;
    }
    let Some(top) = list::get(&a[0], 0) else { return Ok(a[1].clone()) };
    if !first.before(vm, &top, &a[1])? {
        return Ok(a[1].clone());
    }
    if list::set(&a[0], 0, a[1].clone()).is_err() {
        return empty(vm);
    }
    sift_down(vm, &a[0], 0, first)?;
    Ok(top)
}

fn heapify(vm: &Vm, heap: &Obj, name: &str, first: First) -> PyResult {
    check_list(vm, heap, &format!("{name}() argument"))?;
    for i in (0..list::len(heap) / 2).rev() {
        sift_down(vm, heap, i, first)?;
    }
    Ok(Obj::NONE)
}

use First::{Largest, Smallest};

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("heappush", "(heap, item, /)", |vm, a| push(vm, a, "heappush", Smallest))
        .doc("Push item onto heap, maintaining the heap invariant."),
    NativeDef::function("heappushpop", "(heap, item, /)", |vm, a| push_pop(vm, a, "heappushpop", Smallest))
        .doc("Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop()."),
    NativeDef::function("heappop", "(heap, /)", |vm, a| pop(vm, &a[0], "heappop", Smallest))
        .doc("Pop the smallest item off the heap, maintaining the heap invariant."),
    NativeDef::function("heapreplace", "(heap, item, /)", |vm, a| replace(vm, a, "heapreplace", Smallest))
        .doc("Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)"),
    NativeDef::function("heapify", "(heap, /)", |vm, a| heapify(vm, &a[0], "heapify", Smallest))
        .doc("Transform list into a heap, in-place, in O(len(heap)) time."),
    NativeDef::function("heappush_max", "(heap, item, /)", |vm, a| push(vm, a, "heappush_max", Largest))
        .doc("Push item onto max heap, maintaining the heap invariant."),
    NativeDef::function("heappushpop_max", "(heap, item, /)", |vm, a| push_pop(vm, a, "heappushpop_max", Largest))
        .doc("Maxheap variant of heappushpop.\n\nThe combined action runs more efficiently than heappush_max()\nfollowed by a separate call to heappop_max()."),
    NativeDef::function("heappop_max", "(heap, /)", |vm, a| pop(vm, &a[0], "heappop_max", Largest))
        .doc("Maxheap variant of heappop."),
    NativeDef::function("heapreplace_max", "(heap, item, /)", |vm, a| replace(vm, a, "heapreplace_max", Largest))
        .doc("Maxheap variant of heapreplace."),
    NativeDef::function("heapify_max", "(heap, /)", |vm, a| heapify(vm, &a[0], "heapify_max", Largest))
        .doc("Maxheap variant of heapify."),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    let m = new_module("_heapq", "Heap queue algorithm (a.k.a. priority queue).", FUNCTIONS);
    module::set(
        &m,
        "__about__",
        str::new_str("Heaps are lists in which no item is smaller than its parent, at index (i - 1) // 2."),
    );
    Ok(m)
}
