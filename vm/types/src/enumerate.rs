//! `enumerate`.

use crate::arguments::native_table;
use pyre_object::call::keyword_text;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, heap_body,
    int, tuple, type_new,
};
use pyre_threads::sync::{AtomicI64, Ordering};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Enumerate, &ENUMERATE)];
    &ALL
}

heap_body! {
    /// The number of the next item is in `index`, or in `large` once it does not fit a word.
    pub struct EnumerateBody "enumerate" {
        slots {
            iterator,
            /// an int, or `UNBOUND`
            large,
        }
        data { index: AtomicI64 }
    }
}

static ENUMERATE: TypeSpec = TypeSpec {
    name: "enumerate",
    doc: "Return an enumerate object.\n\nIt yields pairs of a count (from start, by default 0) and a value of the iterable.",
    layout: Some(EnumerateBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(new), iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &EnumerateBody = a[0].body();
            Ok(tuple::pair(a[0].ty().clone(), tuple::pair(b.iterator.get(), count(b))))
        })
        .doc("Return state information for pickling."),
        NativeDef::class_method("__class_getitem__", "(cls, item, /)", |vm, a| {
            type_new::generic_alias(vm, &a[0], &a[1])
        })
        .doc("See PEP 585"),
    ],
    ..TypeSpec::EMPTY
};

fn count(b: &EnumerateBody) -> Obj {
    let large = b.large.get();
    if large.is_unbound() { int::new_int(b.index.load(Ordering::Relaxed)) } else { large }
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if args.all().len() > 2 {
        let n = args.all().len();
        return Err(vm.type_error(format!("enumerate() takes at most 2 arguments ({n} given)")));
    }
    let (mut iterable, mut start) = (args.pos().first(), args.pos().get(1));
    for (key, value) in args.keywords() {
        match keyword_text(key).as_str() {
            "iterable" if iterable.is_none() => iterable = Some(value),
            "start" if start.is_none() => start = Some(value),
            other => {
                let m = format!("'{other}' is an invalid keyword argument for enumerate()");
                return Err(vm.type_error(m));
            }
        }
    }
    let Some(iterable) = iterable else {
        return Err(vm.type_error("enumerate() missing required argument 'iterable'"));
    };
    let start = match start {
        Some(s) => int::expect(&vm.index(s)?).to_obj(),
        None => Obj::from_len(0),
    };
    let iterator = vm.iter(iterable)?;
    let (index, large) = match int::as_i64(&start) {
        Some(i) => (i, Obj::UNBOUND),
        None => (0, start),
    };
    let body = EnumerateBody {
        iterator: Slot::new(iterator),
        large: Slot::new(large),
        index: AtomicI64::new(index),
    };
    Ok(alloc::new_shaped(type_body(class).root_shape(), body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &EnumerateBody = o.body();
    let Some(item) = vm.next(b.iterator.get_fixed())? else { return Ok(None) };
    if b.large.peek().is_unbound() {
        let i = b.index.load(Ordering::Relaxed);
        match i.checked_add(1) {
            Some(following) => b.index.store(following, Ordering::Relaxed),
            None => b.large.set(int::add(&int::new_int(i), &Obj::from_len(1))),
        }
        return Ok(Some(tuple::pair(int::new_int(i), item)));
    }
    let i = b.large.get();
    b.large.set(int::add(&i, &Obj::from_len(1)));
    Ok(Some(tuple::pair(i, item)))
}
