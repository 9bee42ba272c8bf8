//! `accumulate`.

use super::{constructor, iterator_type};
use crate::support::instance_of;
use pyre_object::{BinOp, Obj, PyResult, Slot, Vm, heap_body};

heap_body! {
    /// `function` is `None` for addition; `initial` is delivered first.
    struct Accumulate "accumulate" { slots { iterator, function, total, initial } data {} }
}

iterator_type! {
    pub(super) static ACCUMULATE = "accumulate", Accumulate,
    constructor!("accumulate", "(cls, iterable, func=None, *, initial=None)", new), next,
    "Return series of accumulated sums (or other binary function results)."
}

fn new(vm: &Vm, a: &[Obj]) -> PyResult {
    let body = Accumulate {
        iterator: Slot::new(vm.iter(&a[1])?),
        function: Slot::new(a[2].not_none().cloned().unwrap_or(Obj::NONE)),
        total: Slot::empty(),
        initial: Slot::new(a[3].not_none().cloned().unwrap_or(Obj::UNBOUND)),
    };
    Ok(instance_of(&a[0], body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Accumulate = o.body();
    if !b.initial.peek().is_unbound() {
        let initial = b.initial.take();
        if !initial.is_unbound() {
            b.total.set(initial.clone());
            return Ok(Some(initial));
        }
    }
    let Some(item) = vm.next(b.iterator.get_fixed())? else { return Ok(None) };
    let total = b.total.get();
    if total.is_unbound() {
        b.total.set(item.clone());
        return Ok(Some(item));
    }
    let function = b.function.get_fixed();
    let total = if function.is_none() {
        vm.binary(BinOp::Add, &total, &item)?
    } else {
        vm.call(function, &[total, item])?
    };
    b.total.set(total.clone());
    Ok(Some(total))
}
