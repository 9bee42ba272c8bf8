//! `islice`.

use super::iterator_type;
use crate::support::{instance_of, no_keywords};
use pyre_object::iterators::step;
use pyre_object::{Args, Exc, Obj, PyResult, Slot, Vm, heap_body, raise};
use pyre_threads::sync::{AtomicUsize, Ordering};

heap_body! {
    /// `iterator` is empty once it is exhausted. `seen` is how many items were read, or are being read by the threads that
    /// claimed them; items from `stop` on are not delivered.
    struct ISlice "islice" {
        slots { iterator }
        data { start: usize, stop: usize, step: usize, seen: AtomicUsize }
    }
}

iterator_type! {
    pub(super) static ISLICE = "islice", ISlice, new, next,
    "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator."
}

/// No limit.
const FOREVER: usize = usize::MAX;

/// A bound that is not negative; `None` gives the default.
fn bound(vm: &Vm, o: Option<&Obj>, default: usize, message: &str) -> PyResult<usize> {
    let Some(o) = o.filter(|o| !o.is_none()) else { return Ok(default) };
    match vm.to_isize(o) {
        Ok(n) if n >= 0 => Ok(n as usize),
        Err(e) if !vm.matches(&e, Exc::TypeError) && !vm.matches(&e, Exc::OverflowError) => Err(e),
        _ => Err(vm.value_error(message)),
    }
}

const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const STEP: &str = "Step for islice() must be a positive integer or None.";

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    no_keywords(vm, "islice", class, args)?;
    let (iterable, start, stop, step) = match args.pos() {
        [it, stop] => (it, None, Some(stop), None),
        [it, start, stop] => (it, Some(start), Some(stop), None),
        [it, start, stop, step] => (it, Some(start), Some(stop), Some(step)),
        few if few.len() < 2 => {
            raise!(vm, TypeError, "islice expected at least 2 arguments, got {}", few.len())
        }
        many => raise!(vm, TypeError, "islice expected at most 4 arguments, got {}", many.len()),
    };
    let stop = bound(vm, stop, FOREVER, STOP)?;
    let start = bound(vm, start, 0, INDICES)?;
    let step = bound(vm, step, 1, STEP)?;
    if step == 0 {
        return Err(vm.value_error(STEP));
    }
    let body =
        ISlice { iterator: Slot::new(vm.iter(iterable)?), start, stop, step, seen: AtomicUsize::new(0) };
    Ok(instance_of(class, body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &ISlice = o.body();
    let iterator = b.iterator.get();
    if iterator.is_unbound() {
        return Ok(None);
    }
    let item = advance(vm, b, &iterator);
    if !matches!(item, Ok(Some(_))) {
        drop(b.iterator.take());
    }
    item
}

fn advance(vm: &Vm, b: &ISlice, iterator: &Obj) -> PyResult<Option<Obj>> {
    let (seen, wanted) = claim(b);
    for _ in seen..wanted {
        if vm.next(iterator)?.is_none() {
            return Ok(None);
        }
    }
    if wanted < b.stop { vm.next(iterator) } else { Ok(None) }
}

/// Claims the items up to the next one that is delivered, or, when there is none, those before the end: the first of them, and the number of the
/// one to deliver.
fn claim(b: &ISlice) -> (usize, usize) {
    loop {
        let seen = b.seen.load(Ordering::Relaxed);
        let wanted = match seen {
            0 => b.start,
            _ => (seen - 1).saturating_add(b.step).min(b.stop).max(seen),
        };
        let after = if wanted < b.stop { wanted + 1 } else { wanted };
        if step(b, &b.seen, seen, after) {
            return (seen, wanted);
        }
    }
}
