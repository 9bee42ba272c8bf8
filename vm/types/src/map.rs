//! `map`.

use crate::arguments::native_table;
use crate::zip::{iterators_of, step, strict_argument};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
    tuple,
};
use pyre_threads::sync::{AtomicBool, Ordering};
use smallvec::SmallVec;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Map, &MAP)];
    &ALL
}

heap_body! {
    /// The function and the iterators (a tuple), written once, and whether the iterators must end together.
    pub struct MapBody "map" { slots { function, iterators } data { strict: AtomicBool } }
}

static MAP: TypeSpec = TypeSpec {
    name: "map",
    doc: "Make an iterator that computes the function using arguments from each of the iterables.\n\nIf strict is true and one of the iterables is exhausted before the others, raise a ValueError.",
    layout: Some(MapBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(new), iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &MapBody = a[0].body();
            let all =
                [b.function.get()].into_iter().chain(tuple::items(b.iterators.get_fixed()).iter().cloned());
            let strict = b.strict.load(Ordering::Relaxed).then_some(Obj::TRUE);
            Ok(tuple::new_tuple([a[0].ty().clone(), tuple::new_tuple(all)].into_iter().chain(strict)))
        })
        .doc("Return state information for pickling."),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            a[0].body::<MapBody>().strict.store(vm.truth(&a[1])?, Ordering::Relaxed);
            Ok(Obj::NONE)
        })
        .doc("Set state information for unpickling."),
    ],
    ..TypeSpec::EMPTY
};

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let strict = strict_argument(vm, "map", args)?;
    let [function, iterables @ ..] = args.pos() else { return Err(too_few(vm)) };
    if iterables.is_empty() {
        return Err(too_few(vm));
    }
    let iterators = iterators_of(vm, iterables)?;
    let body = MapBody {
        function: Slot::new(function.clone()),
        iterators: Slot::new(iterators),
        strict: AtomicBool::new(strict),
    };
    Ok(alloc::new_shaped(type_body(class).root_shape(), body))
}

#[cold]
fn too_few(vm: &Vm) -> pyre_object::Raised {
    vm.type_error("map() must have at least two arguments.")
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &MapBody = o.body();
    let function = b.function.get_fixed();
    let iterators = tuple::items(b.iterators.get_fixed());
    if let [only] = iterators {
        return match vm.next(only)? {
            Some(item) => vm.call1(function, &item).map(Some),
            None => Ok(None),
        };
    }
    let mut items: SmallVec<[Obj; 8]> = SmallVec::new();
    if !step(vm, "map", b.strict.load(Ordering::Relaxed), iterators, &mut items)? {
        return Ok(None);
    }
    vm.call(function, &items).map(Some)
}
