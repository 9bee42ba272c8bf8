//! `filter`.

use crate::arguments::native_table;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
    tuple,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Filter, &FILTER)];
    &ALL
}

heap_body! {
    /// The predicate (or `None`) and the iterator, written once.
    pub struct FilterBody "filter" { slots { predicate, iterator } data {} }
}

static FILTER: TypeSpec = TypeSpec {
    name: "filter",
    doc: "Return an iterator yielding those items of iterable for which function(item) is true.\n\nIf function is None, return the items that are true.",
    layout: Some(FilterBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(new), iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &FilterBody = a[0].body();
            Ok(tuple::pair(a[0].ty().clone(), tuple::pair(b.predicate.get(), b.iterator.get())))
        })
        .doc("Return state information for pickling."),
    ],
    ..TypeSpec::EMPTY
};

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() && class.is(Builtin::Filter.ty()) {
        return Err(vm.type_error("filter() takes no keyword arguments"));
    }
    let [predicate, iterable] = args.pos() else {
        return Err(vm.type_error(format!("filter expected 2 arguments, got {}", args.len())));
    };
    let body =
        FilterBody { predicate: Slot::new(predicate.clone()), iterator: Slot::new(vm.iter(iterable)?) };
    Ok(alloc::new_shaped(type_body(class).root_shape(), body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &FilterBody = o.body();
    let (predicate, iterator) = (b.predicate.get_fixed(), b.iterator.get_fixed());
    let plain = predicate.is_none() || predicate.is(Builtin::Bool.ty());
    while let Some(item) = vm.next(iterator)? {
        let keep = if plain { vm.truth(&item)? } else { vm.truth(&vm.call1(predicate, &item)?)? };
        if keep {
            return Ok(Some(item));
        }
    }
    Ok(None)
}
