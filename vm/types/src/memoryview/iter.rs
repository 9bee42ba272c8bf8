//! The iterator over a one-dimensional view.

use super::with_buffer;
use pyre_object::{Body, Exc, Obj, PyResult, Slot, Slots, TypeSpec, Vm, alloc, heap_body};
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};

heap_body! {
    /// An iterator over a `memoryview`.
    pub struct MemoryIterBody "memory_iterator" {
        slots { view }
        data { index: AtomicUsize }
    }
}

pub(super) fn iterate(vm: &Vm, o: &Obj) -> PyResult {
    match with_buffer(vm, o, |b| b.shape.len())? {
        0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => Ok(alloc::new(
            pyre_object::Builtin::MemoryIter,
            MemoryIterBody { view: Slot::new(o.clone()), index: AtomicUsize::new(0) },
        )),
        _ => Err(vm.error(Exc::NotImplementedError, "multi-dimensional sub-views are not implemented")),
    }
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b = o.body::<MemoryIterBody>();
    let i = b.index.load(Ordering::Relaxed);
    let view = b.view.get_fixed();
    if i == usize::MAX || i >= super::len(vm, view)? {
        b.index.store(usize::MAX, Ordering::Relaxed);
        return Ok(None);
    }
    b.index.store(i + 1, Ordering::Relaxed);
    super::getitem(vm, view, &Obj::from_len(i)).map(Some)
}

pub(super) static MEMORY_ITER: TypeSpec = TypeSpec {
    name: "memory_iterator",
    layout: Some(<MemoryIterBody as Body>::layout),
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    ..TypeSpec::EMPTY
};
