//! `tee`: iterators that share what one iterator delivers, through a linked list of chunks. A chunk that all of them have
//! passed is released.

use crate::support::{NativeType, exactly, native_table, self_iter};
use pyre_object::{
    Args, Body, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Value, Vm, heap_body, list,
    names, raise, tuple,
};
use pyre_threads::sync::{AtomicBool, AtomicUsize, Ordering};

/// Items in a chunk.
const CHUNK: usize = 57;

heap_body! {
    /// The current chunk and the position in it.
    struct Tee "_tee" { slots { chunk } data { index: AtomicUsize } }
}

heap_body! {
    /// Up to [`CHUNK`] items, a list, and the chunk behind them.
    struct Chunk "_tee_dataobject" { slots { iterator, items, following } data { running: AtomicBool } }
}

pub(super) static TEE: NativeType = NativeType::new(&TEE_SPEC);
pub(super) static TEE_DATA: NativeType = NativeType::new(&CHUNK_SPEC);

static TEE_SPEC: TypeSpec = TypeSpec {
    name: "itertools._tee",
    doc: "Iterator wrapped to make it copyable.",
    layout: Some(Tee::layout),
    flags: TypeFlags::WEAKREF,
    slots: Slots { new: Some(new_tee), iter: Some(self_iter), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__copy__", "(self, /)", |vm, a| Ok(copy(vm, &a[0])))
            .doc("Returns an independent iterator.")
    ],
    ..TypeSpec::EMPTY
};

static CHUNK_SPEC: TypeSpec = TypeSpec {
    name: "itertools._tee_dataobject",
    doc: "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
    layout: Some(Chunk::layout),
    slots: Slots { new: Some(new_chunk), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

fn chunk(vm: &Vm, iterator: Obj) -> Obj {
    let body = Chunk {
        iterator: Slot::new(iterator),
        items: Slot::new(list::new_list([])),
        following: Slot::empty(),
        running: AtomicBool::new(false),
    };
    TEE_DATA.instance(vm, body)
}

fn new_chunk(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let [iterator, values, following] = exactly(vm, "teedataobject", class, args)?;
    if !list::is_list(values) {
        raise!(vm, TypeError, "argument 2 must be list, not {}", values.type_name());
    }
    let n = list::len(values);
    if n > CHUNK {
        raise!(vm, ValueError, "Invalid arguments");
    }
    let made = chunk(vm, iterator.clone());
    let b: &Chunk = made.body();
    list::extend_from_vec(b.items.get_fixed(), list::snapshot(values));
    if !following.is_none() {
        if n < CHUNK || following.downcast::<Chunk>().is_none() {
            raise!(vm, ValueError, "Invalid arguments");
        }
        b.following.set(following.clone());
    }
    Ok(made)
}

fn tee_at(vm: &Vm, chunk: Obj, index: usize) -> Obj {
    TEE.instance(vm, Tee { chunk: Slot::new(chunk), index: AtomicUsize::new(index) })
}

fn copy(vm: &Vm, o: &Obj) -> Obj {
    let b: &Tee = o.body();
    tee_at(vm, b.chunk.get(), b.index.load(Ordering::Relaxed))
}

fn from_iterable(vm: &Vm, iterable: &Obj) -> PyResult {
    let iterator = vm.iter(iterable)?;
    Ok(if TEE.is_exact(&iterator) { copy(vm, &iterator) } else { tee_at(vm, chunk(vm, iterator), 0) })
}

fn new_tee(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let [iterable] = exactly(vm, "_tee", class, args)?;
    from_iterable(vm, iterable)
}

/// Item `i` of a chunk, which the iterator delivers if nobody asked for it before.
fn item(vm: &Vm, c: &Chunk, i: usize) -> PyResult<Option<Obj>> {
    let items = c.items.get_fixed();
    if let Some(o) = list::get(items, i) {
        return Ok(Some(o));
    }
    if c.running.swap(true, Ordering::Acquire) {
        raise!(vm, RuntimeError, "cannot re-enter the tee iterator");
    }
    // Another thread may have read it just before.
    let item = match list::get(items, i) {
        Some(o) => Ok(Some(o)),
        None => vm.next(c.iterator.get_fixed()),
    };
    if let Ok(Some(o)) = &item
        && list::len(items) <= i
    {
        list::append(items, o.clone());
    }
    c.running.store(false, Ordering::Release);
    item
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Tee = o.body();
    let mut current = b.chunk.get();
    let mut i = b.index.load(Ordering::Relaxed);
    if i >= CHUNK {
        let c: &Chunk = current.body();
        if c.following.peek().is_unbound() {
            // If another thread was faster, its chunk is the one.
            let _ = c.following.compare_set(Value::UNBOUND, chunk(vm, c.iterator.get()));
        }
        let following = c.following.get();
        b.chunk.set(following.clone());
        b.index.store(0, Ordering::Relaxed);
        current = following;
        i = 0;
    }
    let got = item(vm, current.body(), i)?;
    if got.is_some() {
        b.index.store(i + 1, Ordering::Relaxed);
    }
    Ok(got)
}

/// `tee(iterable, n=2)`
pub(super) fn tee(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = a[1].given().map_or(Ok(2), |n| vm.to_isize(n))?;
    if n < 0 {
        raise!(vm, ValueError, "n must be >= 0");
    }
    if n == 0 {
        return Ok(tuple::empty_tuple());
    }
    let iterator = vm.iter(&a[0])?;
    let copies = match vm.special(&iterator, names::__copy__())? {
        Some(_) if !TEE.is_exact(&iterator) => iterator,
        _ => from_iterable(vm, &iterator)?,
    };
    let mut all = vec![copies.clone()];
    for _ in 1..n {
        let copy = match TEE.is_exact(&copies) {
            true => copy(vm, &copies),
            false => vm.call_method(&copies, names::__copy__(), &[])?,
        };
        all.push(copy);
    }
    Ok(tuple::from_vec(all))
}
