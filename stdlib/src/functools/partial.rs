//! `partial` and its placeholder for positional arguments that are still to come.

use super::bind;
use crate::support::{CLASS_GETITEM, NativeType, instance_dict_or_none, instance_of, native_table};
use pyre_object::str::StrBuilder;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Value, Vm, attr, dict,
    heap_body, model, raise, str, tuple, type_new,
};
use pyre_threads::sync::{AtomicUsize, Ordering};
use smallvec::SmallVec;
use std::sync::OnceLock;

heap_body! {
    /// The function, a tuple of arguments and a dict of keywords; the number of placeholders among the arguments.
    struct Partial "partial" { slots { func, args, keywords } data { holes: AtomicUsize } }
}

pub(super) static PARTIAL: NativeType = NativeType::new(&PARTIAL_SPEC);

static PARTIAL_SPEC: TypeSpec = TypeSpec {
    name: "functools.partial",
    doc: "Create a new function with partial application of the given arguments\nand keywords.",
    layout: Some(Partial::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), call: Some(call), repr: Some(repr), descr_get: Some(bind), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, a| {
            let b: &Partial = a[0].body();
            let (func, args, keywords) = (b.func.get(), b.args.get(), b.keywords.get());
            let state = [func.clone(), args, keywords, instance_state(&a[0])];
            Ok(tuple::new_tuple([a[0].ty().clone(), tuple::new_tuple([func]), tuple::new_tuple(state)]))
        }),
        NativeDef::method("__setstate__", "(self, state, /)", set_state),
        CLASS_GETITEM,
    ],
    getset: &[
        GetSetDef::readonly("func", |_, o| Ok(o.body::<Partial>().func.get())),
        GetSetDef::readonly("args", |_, o| Ok(o.body::<Partial>().args.get())),
        GetSetDef::readonly("keywords", |_, o| Ok(o.body::<Partial>().keywords.get())),
    ],
    ..TypeSpec::EMPTY
};

pub(super) static PLACEHOLDER_TYPE: NativeType = NativeType::new(&PLACEHOLDER_SPEC);

static PLACEHOLDER_SPEC: TypeSpec = TypeSpec {
    name: "functools._PlaceholderType",
    doc: "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
    slots: Slots {
        new: Some(|vm, _, args| {
            if !args.is_empty() {
                raise!(vm, TypeError, "PlaceholderType takes no arguments");
            }
            Ok(placeholder(vm).clone())
        }),
        repr: Some(|_, _| Ok(str::new_str("Placeholder"))),
        ..Slots::NONE
    },
    methods: native_table![NativeDef::method("__reduce__", "(self, /)", |_, _| Ok(str::new_str(
        "Placeholder"
    )))],
    ..TypeSpec::EMPTY
};

/// `Placeholder`
pub(super) fn placeholder(vm: &Vm) -> &'static Obj {
    static ONE: OnceLock<&'static Obj> = OnceLock::new();
    ONE.get_or_init(|| {
        let ty = PLACEHOLDER_TYPE.get(vm);
        model::immortal(pyre_object::alloc::new_plain(type_body(ty).root_shape()))
    })
}

fn instance_state(o: &Obj) -> Obj {
    if is_plain(o) { Obj::NONE } else { instance_dict_or_none(o) }
}

/// Whether the instance never had attributes of its own.
fn is_plain(o: &Obj) -> bool {
    o.shape_id() == type_body(o.ty()).root_shape().id
}

fn holes_in(vm: &Vm, args: &[Obj]) -> usize {
    let hole = placeholder(vm);
    args.iter().filter(|a| a.is(hole)).count()
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let Some((func, rest)) = args.pos().split_first() else {
        raise!(vm, TypeError, "type 'partial' takes at least one argument");
    };
    if !vm.is_callable(func) {
        raise!(vm, TypeError, "the first argument must be callable");
    }
    let hole = placeholder(vm);
    if rest.last().is_some_and(|a| a.is(hole)) {
        raise!(vm, TypeError, "trailing Placeholders are not allowed");
    }
    if args.values().iter().any(|a| a.is(hole)) {
        raise!(vm, TypeError, "Placeholder cannot be passed as a keyword argument");
    }
    let keywords = dict::new_dict();
    let (mut target, mut positional) = (func.clone(), tuple::from_slice(rest));
    if let Some(inner) = func.downcast::<Partial>()
        && is_plain(func)
    {
        target = inner.func.get();
        let known = inner.args.get();
        positional = merge_positional(hole, tuple::items(&known), rest);
        dict::update(vm, &keywords, &inner.keywords.get())?;
    }
    for (key, value) in args.keywords() {
        dict::set_item(vm, &keywords, key, value.clone())?;
    }
    let holes = holes_in(vm, tuple::items(&positional));
    let body = Partial {
        func: Slot::new(target),
        args: Slot::new(positional),
        keywords: Slot::new(keywords),
        holes: AtomicUsize::new(holes),
    };
    Ok(instance_of(class, body))
}

/// Fills the placeholders of `known` with the first of `given`, and appends the rest.
fn merge_positional(hole: &Obj, known: &[Obj], given: &[Obj]) -> Obj {
    let mut given = given.iter();
    let mut all: Vec<Obj> = known
        .iter()
        .map(|a| if a.is(hole) { given.next().unwrap_or(a).clone() } else { a.clone() })
        .collect();
    all.extend(given.cloned());
    // Placeholders at the end are what was missing anyway.
    while all.last().is_some_and(|a| a.is(hole)) {
        all.pop();
    }
    tuple::from_vec(all)
}

fn call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let b: &Partial = o.body();
    let (func, known, keywords) = (b.func.get(), b.args.get(), b.keywords.get());
    let known = tuple::items(&known);
    let holes = b.holes.load(Ordering::Relaxed);
    let given = args.pos();
    if given.len() < holes {
        raise!(
            vm,
            TypeError,
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            given.len()
        );
    }
    // The words are lent by the tuple and by the caller, who keep them alive during the call.
    let mut words: SmallVec<[Value; 8]> = SmallVec::with_capacity(known.len() + args.all().len());
    if holes == 0 {
        words.extend(known.iter().map(Obj::raw));
    } else {
        let hole = placeholder(vm);
        let mut given = given.iter();
        words
            .extend(known.iter().map(|a| if a.is(hole) { given.next().unwrap_or(a).raw() } else { a.raw() }));
    }
    words.extend(given[holes..].iter().map(Obj::raw));
    if dict::len(&keywords) == 0 {
        words.extend(args.values().iter().map(Obj::raw));
        // SAFETY: `known` is held by a handle of this frame, the others by the caller.
        let all = unsafe { Obj::borrow_slice(&words) };
        return vm.call_args(&func, Args::with_names(all, args.names()));
    }
    call_with_keywords(vm, &func, &words, &keywords, args)
}

fn call_with_keywords(vm: &Vm, func: &Obj, words: &[Value], keywords: &Obj, args: Args<'_>) -> PyResult {
    // SAFETY: lent to `call`, which waits for this function.
    let mut all: SmallVec<[Obj; 8]> = unsafe { Obj::borrow_slice(words) }.iter().cloned().collect();
    let mut names: SmallVec<[Obj; 8]> = SmallVec::new();
    let first = all.len();
    for (key, value) in dict::items_snapshot(keywords) {
        if !str::is_str(&key) {
            raise!(vm, TypeError, "keywords must be strings");
        }
        names.push(key);
        all.push(value);
    }
    for (key, value) in args.keywords() {
        match names.iter().position(|n| n.is(key) || str::eq(n, key)) {
            Some(i) => all[first + i] = value.clone(),
            None => {
                names.push(key.clone());
                all.push(value.clone());
            }
        }
    }
    vm.call_args(func, Args::with_names(&all, &names))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    if !vm.repr_enter(o) {
        return Ok(str::new_str("..."));
    }
    let text = repr_text(vm, o);
    vm.repr_leave(o);
    text
}

fn repr_text(vm: &Vm, o: &Obj) -> PyResult {
    let b: &Partial = o.body();
    let mut out = StrBuilder::new();
    out.push_str(&type_new::qualified_name(vm, o.ty())?);
    out.push_str("(");
    out.push_obj(&vm.repr(&b.func.get())?);
    for a in tuple::items(&b.args.get()) {
        out.push_str(", ");
        out.push_obj(&vm.repr(a)?);
    }
    for (key, value) in dict::items_snapshot(&b.keywords.get()) {
        out.push_str(", ");
        out.push_obj(&vm.str(&key)?);
        out.push_str("=");
        out.push_obj(&vm.repr(&value)?);
    }
    out.push_str(")");
    Ok(out.finish())
}

fn set_state(vm: &Vm, a: &[Obj]) -> PyResult {
    let invalid = || vm.type_error("invalid partial state");
    let Some([func, args, keywords, state]) = tuple::get(&a[1]) else { return Err(invalid()) };
    let keywords_fit = keywords.is_none() || dict::is_dict(keywords);
    if !vm.is_callable(func) || !tuple::is_tuple(args) || !keywords_fit {
        return Err(invalid());
    }
    let items = tuple::items(args);
    if items.last().is_some_and(|a| a.is(placeholder(vm))) {
        raise!(vm, TypeError, "trailing Placeholders are not allowed");
    }
    let keywords = match () {
        () if keywords.is_none() => dict::new_dict(),
        () if keywords.is_exactly(pyre_object::Builtin::Dict) => keywords.clone(),
        () => dict::copy(keywords),
    };
    let b: &Partial = a[0].body();
    b.func.set(func.clone());
    b.args.set(tuple::from_slice(items));
    b.keywords.set(keywords);
    b.holes.store(holes_in(vm, items), Ordering::Relaxed);
    if dict::is_dict(state) {
        attr::set_instance_dict(&a[0], state.clone());
    } else if state.is_none() {
        if !is_plain(&a[0]) {
            attr::set_instance_dict(&a[0], dict::new_dict());
        }
    } else {
        return Err(invalid());
    }
    Ok(Obj::NONE)
}
