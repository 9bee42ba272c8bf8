//! `attrgetter` and `itemgetter`.

use crate::support::{NativeType, instance_of, native_table, no_keywords};
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, heap_body, intern,
    list, raise, str, tuple, type_new,
};

heap_body! {
    /// The keys as given, a tuple; for attributes also the paths, a tuple of interned names and of tuples of them.
    struct Getter "itemgetter" { slots { keys, paths } data {} }
}

pub(super) static ATTRGETTER: NativeType = NativeType::new(&ATTRGETTER_SPEC);
pub(super) static ITEMGETTER: NativeType = NativeType::new(&ITEMGETTER_SPEC);

static ATTRGETTER_SPEC: TypeSpec = TypeSpec {
    name: "operator.attrgetter",
    doc: "Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    layout: Some(Getter::layout),
    flags: TypeFlags::NONE,
    slots: Slots { new: Some(new_attrgetter), call: Some(call_attrgetter), repr: Some(repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling")
    ],
    ..TypeSpec::EMPTY
};

static ITEMGETTER_SPEC: TypeSpec = TypeSpec {
    name: "operator.itemgetter",
    doc: "Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    layout: Some(Getter::layout),
    flags: TypeFlags::NONE,
    slots: Slots { new: Some(new_itemgetter), call: Some(call_itemgetter), repr: Some(repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling")
    ],
    ..TypeSpec::EMPTY
};

/// The only argument of a call.
pub(super) fn operand<'a>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<&'a Obj> {
    if args.has_keywords() {
        raise!(vm, TypeError, "{name}() takes no keyword arguments");
    }
    match args.pos() {
        [o] => Ok(o),
        other => raise!(vm, TypeError, "{name} expected 1 argument, got {}", other.len()),
    }
}

/// An attribute's name, or a tuple of the names along a dotted path.
fn path(name: &Obj) -> Obj {
    let text = str::expect(name).data();
    let dots: Vec<usize> =
        text.iter().enumerate().filter(|(_, c)| *c == '.' as u32).map(|(i, _)| i).collect();
    if dots.is_empty() {
        let exact = if str::is_exact(name) { name.clone() } else { text.to_obj() };
        return intern::intern(&exact);
    }
    let mut start = 0;
    let parts = dots.into_iter().chain([text.len()]).map(|end| {
        let part = intern::intern(&text.slice(start, end).to_obj());
        start = end + 1;
        part
    });
    tuple::new_tuple(parts)
}

fn new_attrgetter(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    no_keywords(vm, "attrgetter", class, args)?;
    if args.is_empty() {
        raise!(vm, TypeError, "attrgetter expected 1 argument, got 0");
    }
    if !args.pos().iter().all(str::is_str) {
        raise!(vm, TypeError, "attribute name must be a string");
    }
    let paths = tuple::new_tuple(args.pos().iter().map(path));
    Ok(instance_of(class, Getter { keys: Slot::new(tuple::from_slice(args.pos())), paths: Slot::new(paths) }))
}

fn follow(vm: &Vm, o: &Obj, path: &Obj) -> PyResult {
    let Some(parts) = tuple::get(path) else { return vm.getattr(o, path) };
    let mut o = o.clone();
    for name in parts {
        o = vm.getattr(&o, name)?;
    }
    Ok(o)
}

fn call_attrgetter(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let b: &Getter = o.body();
    let operand = operand(vm, "attrgetter", args)?;
    match tuple::items(b.paths.get_fixed()) {
        [one] => follow(vm, operand, one),
        many => {
            let values: PyResult<Vec<Obj>> = many.iter().map(|p| follow(vm, operand, p)).collect();
            Ok(tuple::from_vec(values?))
        }
    }
}

fn new_itemgetter(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    no_keywords(vm, "itemgetter", class, args)?;
    if args.is_empty() {
        raise!(vm, TypeError, "itemgetter expected 1 argument, got 0");
    }
    Ok(instance_of(class, Getter { keys: Slot::new(tuple::from_slice(args.pos())), paths: Slot::empty() }))
}

#[inline]
fn item(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    if key.raw().is_int() {
        let i = key.raw().int();
        if o.is_exactly(Builtin::Tuple) {
            let items = tuple::items(o);
            if let Some(i) = list::normalize_index(i, items.len()) {
                return Ok(items[i].clone());
            }
        } else if o.is_exactly(Builtin::List)
            && let Some(i) = list::normalize_index(i, list::len(o))
            && let Some(item) = list::get(o, i)
        {
            return Ok(item);
        }
    }
    vm.getitem(o, key)
}

fn call_itemgetter(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let b: &Getter = o.body();
    let operand = operand(vm, "itemgetter", args)?;
    match tuple::items(b.keys.get_fixed()) {
        [one] => item(vm, operand, one),
        [x, y] => Ok(tuple::pair(item(vm, operand, x)?, item(vm, operand, y)?)),
        many => {
            let values: PyResult<Vec<Obj>> = many.iter().map(|k| item(vm, operand, k)).collect();
            Ok(tuple::from_vec(values?))
        }
    }
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    if !vm.repr_enter(o) {
        let name = type_new::qualified_name(vm, o.ty())?;
        return Ok(str::new_str(&format!("{name}(...)")));
    }
    let text = repr_text(vm, o);
    vm.repr_leave(o);
    text
}

fn repr_text(vm: &Vm, o: &Obj) -> PyResult {
    let mut out = str::StrBuilder::new();
    out.push_str(&type_new::qualified_name(vm, o.ty())?);
    out.push_str("(");
    for (i, key) in tuple::items(o.body::<Getter>().keys.get_fixed()).iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_obj(&vm.repr(key)?);
    }
    out.push_str(")");
    Ok(out.finish())
}

fn reduce(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(tuple::pair(a[0].ty().clone(), a[0].body::<Getter>().keys.get()))
}
