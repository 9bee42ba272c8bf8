//! `zip`, and what it shares with `map`: several iterators that are stepped together.

use crate::arguments::native_table;
use pyre_object::call::keyword_text;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc,
    heap_body, tuple,
};
use pyre_threads::sync::{AtomicBool, Ordering};
use smallvec::SmallVec;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Zip, &ZIP)];
    &ALL
}

heap_body! {
    /// The iterators, a tuple written once, and whether they must end together.
    pub struct ZipBody "zip" { slots { iterators } data { strict: AtomicBool } }
}

static ZIP: TypeSpec = TypeSpec {
    name: "zip",
    doc: "The zip object yields tuples of the next items of its iterables until one is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others, raise a ValueError.",
    layout: Some(ZipBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(new), iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &ZipBody = a[0].body();
            let strict = b.strict.load(Ordering::Relaxed).then_some(Obj::TRUE);
            Ok(tuple::new_tuple([a[0].ty().clone(), b.iterators.get()].into_iter().chain(strict)))
        })
        .doc("Return state information for pickling."),
        NativeDef::method("__setstate__", "(self, state, /)", |vm, a| {
            a[0].body::<ZipBody>().strict.store(vm.truth(&a[1])?, Ordering::Relaxed);
            Ok(Obj::NONE)
        })
        .doc("Set state information for unpickling."),
    ],
    ..TypeSpec::EMPTY
};

/// The value of the only keyword, `strict`.
pub(crate) fn strict_argument(vm: &Vm, function: &str, args: Args<'_>) -> PyResult<bool> {
    let mut strict = false;
    for (key, value) in args.keywords() {
        let key = keyword_text(key);
        if key != "strict" {
            return Err(vm.type_error(format!("{function}() got an unexpected keyword argument '{key}'")));
        }
        strict = vm.truth(value)?;
    }
    Ok(strict)
}

/// A tuple of iterators.
pub(crate) fn iterators_of(vm: &Vm, iterables: &[Obj]) -> PyResult {
    let all: PyResult<Vec<Obj>> = iterables.iter().map(|o| vm.iter(o)).collect();
    Ok(tuple::from_vec(all?))
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let strict = strict_argument(vm, "zip", args)?;
    let iterators = iterators_of(vm, args.pos())?;
    let body = ZipBody { iterators: Slot::new(iterators), strict: AtomicBool::new(strict) };
    Ok(alloc::new_shaped(type_body(class).root_shape(), body))
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &ZipBody = o.body();
    let iterators = tuple::items(b.iterators.get_fixed());
    match iterators {
        [] => Ok(None),
        [first, second] => {
            let Some(x) = vm.next(first)? else {
                return end(vm, "zip", b.strict.load(Ordering::Relaxed), iterators, 0);
            };
            let Some(y) = vm.next(second)? else {
                return end(vm, "zip", b.strict.load(Ordering::Relaxed), iterators, 1);
            };
            Ok(Some(tuple::pair(x, y)))
        }
        _ => {
            let mut items: SmallVec<[Obj; 8]> = SmallVec::new();
            let all = step(vm, "zip", b.strict.load(Ordering::Relaxed), iterators, &mut items)?;
            Ok(all.then(|| tuple::new_tuple(items)))
        }
    }
}

/// Adds the next item of every iterator to `items`; false when one is at its end.
pub(crate) fn step(
    vm: &Vm,
    function: &str,
    strict: bool,
    iterators: &[Obj],
    items: &mut SmallVec<[Obj; 8]>,
) -> PyResult<bool> {
    for (i, it) in iterators.iter().enumerate() {
        match vm.next(it)? {
            Some(item) => items.push(item),
            None => {
                end(vm, function, strict, iterators, i)?;
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Iterator `i` is at its end: if they must end together, the others have to be, too.
fn end(vm: &Vm, function: &str, strict: bool, iterators: &[Obj], i: usize) -> PyResult<Option<Obj>> {
    if !strict {
        return Ok(None);
    }
    if i > 0 {
        return Err(uneven(vm, function, i, "shorter"));
    }
    for (k, it) in iterators.iter().enumerate().skip(1) {
        if vm.next(it)?.is_some() {
            return Err(uneven(vm, function, k, "longer"));
        }
    }
    Ok(None)
}

#[cold]
fn uneven(vm: &Vm, function: &str, i: usize, how: &str) -> Raised {
    let others = if i == 1 { " 1".to_owned() } else { format!("s 1-{i}") };
    vm.value_error(format!("{function}() argument {} is {how} than argument{others}", i + 1))
}
