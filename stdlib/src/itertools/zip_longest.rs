//! `zip_longest`.

use super::iterator_type;
use crate::support::instance_of;
use pyre_object::call::keyword_text;
use pyre_object::{Args, Obj, PyResult, Slot, Vm, heap_body, list, raise, tuple};
use pyre_threads::sync::{AtomicUsize, Ordering};
use smallvec::SmallVec;

heap_body! {
    /// The iterators, a list with `None` for the exhausted ones, of which `active` are left.
    struct ZipLongest "zip_longest" { slots { iterators, fill } data { active: AtomicUsize } }
}

iterator_type! {
    pub(super) static ZIP_LONGEST = "zip_longest", ZipLongest, new, next,
    "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.\n"
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let mut fill = Obj::NONE;
    for (key, value) in args.keywords() {
        if keyword_text(key) != "fillvalue" {
            raise!(vm, TypeError, "zip_longest() got an unexpected keyword argument");
        }
        fill = value.clone();
    }
    let iterators = list::new_list([]);
    for iterable in args.pos() {
        list::append(&iterators, vm.iter(iterable)?);
    }
    let active = AtomicUsize::new(args.len());
    Ok(instance_of(class, ZipLongest { iterators: Slot::new(iterators), fill: Slot::new(fill), active }))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &ZipLongest = o.body();
    if b.active.load(Ordering::Relaxed) == 0 {
        return Ok(None);
    }
    let iterators = b.iterators.get_fixed();
    let fill = b.fill.get_fixed();
    let mut items: SmallVec<[Obj; 8]> = SmallVec::new();
    for i in 0..list::len(iterators) {
        let iterator = list::get(iterators, i).unwrap_or(Obj::NONE);
        if iterator.is_none() {
            items.push(fill.clone());
            continue;
        }
        match vm.next(&iterator) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {
                let left = b.active.load(Ordering::Relaxed).saturating_sub(1);
                b.active.store(left, Ordering::Relaxed);
                if left == 0 {
                    return Ok(None);
                }
                drop(list::set(iterators, i, Obj::NONE));
                items.push(fill.clone());
            }
            Err(e) => {
                b.active.store(0, Ordering::Relaxed);
                return Err(e);
            }
        }
    }
    Ok(Some(tuple::new_tuple(items)))
}
