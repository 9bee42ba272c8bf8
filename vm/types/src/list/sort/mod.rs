//! `list.sort`.
//!
//! Keys whose order native code knows (ints, floats without NaN, strings, tuples of them: [`native`]) are sorted with
//! the standard library's stable sort, which needs a total order. All others go through [`powersort`], which puts up with
//! comparisons that raise or contradict each other. The list is empty meanwhile, so that Python code that looks at it
//! sees that it must not; after an error the items are back in their old order.

mod native;
mod powersort;

use pyre_gc::RootedVec;
use pyre_object::{CmpOp, Obj, PyResult, Value, Vm, list};

/// `l.sort(key=key, reverse=reverse)`
///
/// # Errors
/// What the key function or a comparison raises; `ValueError` if the list was changed meanwhile.
pub fn sort(vm: &Vm, l: &Obj, key: Option<&Obj>, reverse: bool) -> PyResult<()> {
    if key.is_none() && list::permute(l, |words| native::sort_items(words, reverse)) {
        return Ok(());
    }
    let items = Held::of(list::take_items(l));
    let order = match key {
        None => order_of_items(vm, &items, reverse),
        Some(key) => order_by_key(vm, &items, key, reverse),
    };
    let (items, result) = match order {
        Ok(order) => (items.reordered(order), Ok(())),
        Err(e) => (items.into_vec(), Err(e)),
    };
    let untouched = list::put_items(l, items);
    result?;
    if untouched { Ok(()) } else { Err(vm.value_error("list modified during sort")) }
}

pub(super) fn sort_method(vm: &Vm, a: &[Obj]) -> PyResult {
    let reverse = a[2].given().map_or(Ok(false), |o| vm.truth(o))?;
    sort(vm, &a[0], a[1].not_none(), reverse)?;
    Ok(Obj::NONE)
}

fn less(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
    // SAFETY: the words are of a `Held`, which outlives the sorting.
    let (a, b) = unsafe { (Obj::borrow_raw(a), Obj::borrow_raw(b)) };
    vm.compare_bool(a, b, CmpOp::Lt)
}

fn order_of_items(vm: &Vm, items: &Held, reverse: bool) -> PyResult<Vec<Value>> {
    let mut order: Vec<Value> = items.words().collect();
    reversed_around(&mut order, reverse, |v| powersort::sort(v, &mut |a, b| less(vm, a, b)))?;
    Ok(order)
}

fn order_by_key(vm: &Vm, items: &Held, key: &Obj, reverse: bool) -> PyResult<Vec<Value>> {
    let mut keys = Held::of(Vec::with_capacity(items.len()));
    for i in 0..items.len() {
        keys.push(vm.call1(key, items.get(i))?);
    }
    let mut pairs: Vec<(Value, Value)> = keys.words().zip(items.words()).collect();
    if !native::sort(&mut pairs, |p| p.0, reverse) {
        reversed_around(&mut pairs, reverse, |v| powersort::sort(v, &mut |a, b| less(vm, &a.0, &b.0)))?;
    }
    Ok(pairs.into_iter().map(|p| p.1).collect())
}

/// Sorts in descending order and stably: the reverse of what is sorted in ascending order from the reverse.
fn reversed_around<T>(
    v: &mut [T],
    reverse: bool,
    sort: impl FnOnce(&mut [T]) -> PyResult<()>,
) -> PyResult<()> {
    if reverse {
        v.reverse();
    }
    sort(v)?;
    if reverse {
        v.reverse();
    }
    Ok(())
}

/// References in native memory while Python code runs: owned, and roots for the collector.
struct Held {
    owned: RootedVec,
}

impl Held {
    fn of(items: Vec<Obj>) -> Held {
        Held { owned: RootedVec::with(items.into_iter().map(|o| o.into_raw().0).collect()) }
    }

    fn push(&mut self, o: Obj) {
        self.owned.push(o.into_raw().0);
    }

    fn len(&self) -> usize {
        self.owned.len()
    }

    fn get(&self, i: usize) -> &Obj {
        let word: *const u64 = &raw const self.owned[i];
        // SAFETY: `Value` is transparent over the word; the buffer owns the reference and does not change while it is
        // borrowed.
        unsafe { Obj::borrow_raw(&*word.cast::<Value>()) }
    }

    fn words(&self) -> impl Iterator<Item = Value> + '_ {
        self.owned.iter().map(|w| Value(*w))
    }

    fn into_vec(mut self) -> Vec<Obj> {
        let words = std::mem::take(&mut *self.owned);
        // SAFETY: the buffer owned the references, and is empty now.
        words.into_iter().map(|w| unsafe { Obj::from_raw(Value(w)) }).collect()
    }

    /// The same references in another order.
    fn reordered(mut self, order: Vec<Value>) -> Vec<Obj> {
        debug_assert_eq!(order.len(), self.owned.len());
        self.owned.clear();
        // SAFETY: a permutation of the words whose references the buffer owned until now.
        order.into_iter().map(|w| unsafe { Obj::from_raw(w) }).collect()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for w in std::mem::take(&mut *self.owned) {
            // SAFETY: the buffer owned the reference.
            drop(unsafe { Obj::from_raw(Value(w)) });
        }
    }
}
