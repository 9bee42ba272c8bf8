//! `methodcaller`.

use super::getters::operand;
use crate::support::{NativeType, instance_of, native_table};
use pyre_object::{
    Args, Body, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, dict, heap_body, intern,
    raise, str, tuple, type_new,
};
use smallvec::SmallVec;

heap_body! {
    /// The interned name, a tuple of arguments and a dict of keywords.
    struct MethodCaller "methodcaller" { slots { name, args, keywords } data {} }
}

pub(super) static METHODCALLER: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "operator.methodcaller",
    doc: "Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    layout: Some(MethodCaller::layout),
    flags: TypeFlags::NONE,
    slots: Slots { new: Some(new), call: Some(call), repr: Some(repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", reduce).doc("Return state information for pickling")
    ],
    ..TypeSpec::EMPTY
};

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let Some((name, rest)) = args.pos().split_first() else {
        raise!(vm, TypeError, "methodcaller needs at least one argument, the method name");
    };
    if !str::is_str(name) {
        raise!(vm, TypeError, "method name must be a string");
    }
    let exact = if str::is_exact(name) { name.clone() } else { str::expect(name).data().to_obj() };
    let keywords = dict::new_dict();
    for (key, value) in args.keywords() {
        dict::set_item(vm, &keywords, key, value.clone())?;
    }
    let body = MethodCaller {
        name: Slot::new(intern::intern(&exact)),
        args: Slot::new(tuple::from_slice(rest)),
        keywords: Slot::new(keywords),
    };
    Ok(instance_of(class, body))
}

fn call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let b: &MethodCaller = o.body();
    let operand = operand(vm, "methodcaller", args)?;
    let args = tuple::items(b.args.get_fixed());
    let keywords = b.keywords.get_fixed();
    if dict::len(keywords) == 0 {
        return vm.call_method(operand, b.name.get_fixed(), args);
    }
    let method = vm.getattr(operand, b.name.get_fixed())?;
    let mut all: SmallVec<[Obj; 8]> = args.iter().cloned().collect();
    let mut names: SmallVec<[Obj; 8]> = SmallVec::new();
    for (key, value) in dict::items_snapshot(keywords) {
        names.push(key);
        all.push(value);
    }
    vm.call_args(&method, Args::with_names(&all, &names))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let name = type_new::qualified_name(vm, o.ty())?;
    if !vm.repr_enter(o) {
        return Ok(str::new_str(&format!("{name}(...)")));
    }
    let text = repr_text(vm, o, &name);
    vm.repr_leave(o);
    text
}

fn repr_text(vm: &Vm, o: &Obj, name: &str) -> PyResult {
    let b: &MethodCaller = o.body();
    let mut out = str::StrBuilder::new();
    out.push_str(name);
    out.push_str("(");
    out.push_obj(&vm.repr(b.name.get_fixed())?);
    for arg in tuple::items(b.args.get_fixed()) {
        out.push_str(", ");
        out.push_obj(&vm.repr(arg)?);
    }
    for (key, value) in dict::items_snapshot(b.keywords.get_fixed()) {
        out.push_str(", ");
        out.push_obj(&key);
        out.push_str("=");
        out.push_obj(&vm.repr(&value)?);
    }
    out.push_str(")");
    Ok(out.finish())
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &MethodCaller = a[0].body();
    let (class, name, args) = (a[0].ty().clone(), b.name.get(), b.args.get());
    let keywords = dict::items_snapshot(b.keywords.get_fixed());
    if keywords.is_empty() {
        return Ok(tuple::pair(class, tuple::concat(&[name], tuple::items(&args))));
    }
    let functools = vm.import("functools")?;
    let partial = vm.getattr_str(&functools, "partial")?;
    let (names, values): (Vec<Obj>, Vec<Obj>) = keywords.into_iter().unzip();
    let all: Vec<Obj> = [class, name].into_iter().chain(values).collect();
    let constructor = vm.call_args(&partial, Args::with_names(&all, &names))?;
    Ok(tuple::pair(constructor, args))
}
