//! `count`, `cycle` and `repeat`.

use super::{constructor, iterator_type};
use crate::support::{exactly, instance_of, native_table};
use pyre_object::typeobj::type_name;
use pyre_object::{
    Args, BinOp, NativeDef, Obj, PyResult, Slot, Vm, complex, float, heap_body, int, list, str,
};
use pyre_threads::sync::{AtomicI64, AtomicUsize, Ordering};

heap_body! {
    /// While `value` is empty the next value is `small` and the step is 1.
    struct Count "count" { slots { value, step } data { small: AtomicI64 } }
}

iterator_type! {
    pub(super) static COUNT = "count", Count,
    constructor!("count", "(cls, start=0, step=1)", new_count), next_count,
    "Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step",
    slot repr: repr_count
}

fn check_number(vm: &Vm, o: &Obj) -> PyResult<()> {
    let slots = o.slots();
    let fits = int::is_int(o)
        || float::is_float(o)
        || slots.int.addr() != 0
        || slots.float.addr() != 0
        || slots.index.addr() != 0
        || o.downcast::<complex::ComplexBody>().is_some();
    if fits { Ok(()) } else { Err(vm.type_error("a number is required")) }
}

fn new_count(vm: &Vm, a: &[Obj]) -> PyResult {
    let start = a[1].given().cloned().unwrap_or(Obj::from_len(0));
    let step = a[2].given().cloned().unwrap_or(Obj::from_len(1));
    check_number(vm, &start)?;
    check_number(vm, &step)?;
    let start = if int::is_int(&start) { int::expect(&start).to_obj() } else { start };
    let by_one = step.is_exactly(pyre_object::Builtin::Int) && int::as_i64(&step) == Some(1);
    let (value, small) = match int::as_i64(&start) {
        Some(i) if by_one && i < i64::MAX && int::is_int(&start) => (Slot::empty(), i),
        _ => (Slot::new(start), 0),
    };
    Ok(instance_of(&a[0], Count { value, step: Slot::new(step), small: AtomicI64::new(small) }))
}

fn next_count(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Count = o.body();
    if b.value.peek().is_unbound() {
        let i = if pyre_gc::is_multi_threaded() {
            b.small.fetch_add(1, Ordering::Relaxed)
        } else {
            let i = b.small.load(Ordering::Relaxed);
            b.small.store(i.wrapping_add(1), Ordering::Relaxed);
            i
        };
        if i == i64::MAX - 1 {
            b.value.set(int::new_int(i64::MAX));
        }
        return Ok(Some(int::new_int(i)));
    }
    loop {
        let value = b.value.get();
        let following = vm.binary(BinOp::Add, &value, b.step.get_fixed())?;
        // If another thread was faster, the next value is another one.
        if b.value.compare_set(value.raw(), following).is_ok() {
            return Ok(Some(value));
        }
    }
}

fn repr_count(vm: &Vm, o: &Obj) -> PyResult {
    let b: &Count = o.body();
    let value = b.value.get();
    let value = if value.is_unbound() { int::new_int(b.small.load(Ordering::Relaxed)) } else { value };
    let (name, value, step) = (type_name(o.ty()), vm.repr_text(&value)?, b.step.get_fixed());
    let text = if int::is_int(step) && int::as_i64(step) == Some(1) {
        format!("{name}({value})")
    } else {
        format!("{name}({value}, {})", vm.repr_text(step)?)
    };
    Ok(str::new_str(&text))
}

heap_body! {
    /// `iterator` is empty once it is exhausted; then the saved items are repeated.
    struct Cycle "cycle" { slots { iterator, saved } data { index: AtomicUsize } }
}

iterator_type! {
    pub(super) static CYCLE = "cycle", Cycle, new_cycle, next_cycle,
    "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely."
}

fn new_cycle(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let [iterable] = exactly(vm, "cycle", class, args)?;
    let body = Cycle {
        iterator: Slot::new(vm.iter(iterable)?),
        saved: Slot::new(list::new_list([])),
        index: AtomicUsize::new(0),
    };
    Ok(instance_of(class, body))
}

fn next_cycle(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Cycle = o.body();
    let saved = b.saved.get_fixed();
    if !b.iterator.peek().is_unbound() {
        let iterator = b.iterator.get();
        if !iterator.is_unbound() {
            if let Some(item) = vm.next(&iterator)? {
                list::append(saved, item.clone());
                return Ok(Some(item));
            }
            drop(b.iterator.take());
        }
    }
    let i = b.index.load(Ordering::Relaxed);
    if let Some(item) = list::get(saved, i) {
        b.index.store(i + 1, Ordering::Relaxed);
        return Ok(Some(item));
    }
    b.index.store(1, Ordering::Relaxed);
    Ok(list::get(saved, 0))
}

heap_body! {
    /// How often the object is still delivered; negative for ever.
    struct Repeat "repeat" { slots { object } data { left: AtomicI64 } }
}

iterator_type! {
    pub(super) static REPEAT = "repeat", Repeat,
    constructor!("repeat", "(cls, object, times=None)", new_repeat), next_repeat,
    "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
    methods: native_table![
        NativeDef::method("__length_hint__", "(self, /)", |vm, a| {
            match a[0].body::<Repeat>().left.load(Ordering::Relaxed) {
                n if n < 0 => Err(vm.type_error("len() of unsized object")),
                n => Ok(int::new_int(n)),
            }
        })
        .doc("Private method returning an estimate of len(list(it)).")
    ],
    slot repr: repr_repeat
}

fn new_repeat(vm: &Vm, a: &[Obj]) -> PyResult {
    let left = match a[2].given() {
        Some(n) => vm.to_isize(n)?.max(0) as i64,
        None => -1,
    };
    Ok(instance_of(&a[0], Repeat { object: Slot::new(a[1].clone()), left: AtomicI64::new(left) }))
}

fn next_repeat(_: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Repeat = o.body();
    let left = b.left.load(Ordering::Relaxed);
    if left == 0 {
        return Ok(None);
    }
    if left > 0 {
        b.left.store(left - 1, Ordering::Relaxed);
    }
    Ok(Some(b.object.get_fixed().clone()))
}

fn repr_repeat(vm: &Vm, o: &Obj) -> PyResult {
    let b: &Repeat = o.body();
    let (name, object) = (type_name(o.ty()), vm.repr_text(b.object.get_fixed())?);
    let text = match b.left.load(Ordering::Relaxed) {
        n if n < 0 => format!("{name}({object})"),
        n => format!("{name}({object}, {n})"),
    };
    Ok(str::new_str(&text))
}
