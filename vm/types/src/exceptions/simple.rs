//! Exceptions with one or two members: `StopIteration`, `SystemExit`, `KeyError`, `ImportError`, `NameError`,
//! `AttributeError`.

use super::base::{self, FLAGS, keep_args, keywords, nonempty_dict, reduction};
use pyre_object::exception_support::{exception_body, fill_members};
use pyre_object::{Args, Exc, NativeDef, Obj, PyResult, Slots, TypeSpec, Vm, dict, intern, str, tuple};

pub static STOP_ITERATION: TypeSpec = TypeSpec {
    name: "StopIteration",
    doc: "Signal the end from iterator.__next__().",
    base: Some(|_| Exc::Exception.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(|vm, e, args| positional(vm, Exc::StopIteration, e, args)), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

pub static SYSTEM_EXIT: TypeSpec = TypeSpec {
    name: "SystemExit",
    doc: "Request to exit from the interpreter.",
    base: Some(|_| Exc::BaseException.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(|vm, e, args| positional(vm, Exc::SystemExit, e, args)), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

/// `__init__` of a type whose members come from the positional arguments.
fn positional(vm: &Vm, exc: Exc, e: &Obj, args: Args<'_>) -> PyResult<()> {
    base::init(vm, e, args)?;
    fill_members(exc, exception_body(e), args.pos());
    Ok(())
}

pub static KEY_ERROR: TypeSpec = TypeSpec {
    name: "KeyError",
    doc: "Mapping key not found.",
    base: Some(|_| Exc::LookupError.ty().clone()),
    flags: FLAGS,
    slots: Slots { str: Some(key_error_str), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

/// A missing key is shown as its `repr`: an empty string would show as nothing.
fn key_error_str(vm: &Vm, e: &Obj) -> PyResult {
    let args = exception_body(e).args.get();
    match tuple::items(&args) {
        [key] => vm.repr(key),
        _ => base::to_str(vm, e),
    }
}

static IMPORT_ERROR_METHODS: [NativeDef; 1] =
    [NativeDef::method("__reduce__", "(self, /)", import_error_reduce).doc("Helper for pickle.")];

pub static IMPORT_ERROR: TypeSpec = TypeSpec {
    name: "ImportError",
    doc: "Import can't find module, or can't find name in module.",
    base: Some(|_| Exc::Exception.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(import_error_init), str: Some(import_error_str), ..Slots::NONE },
    methods: &IMPORT_ERROR_METHODS,
    ..TypeSpec::EMPTY
};

fn import_error_init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    let [name, path, name_from] = keywords(vm, "ImportError", ["name", "path", "name_from"], args)?;
    keep_args(e, args);
    let b = exception_body(e);
    fill_members(Exc::ImportError, b, args.pos());
    b.extra(1).set(name);
    b.extra(2).set(path);
    b.extra(3).set(name_from);
    Ok(())
}

fn import_error_str(vm: &Vm, e: &Obj) -> PyResult {
    let message = exception_body(e).extra(0).get();
    if str::is_exact(&message) { Ok(message) } else { base::to_str(vm, e) }
}

fn import_error_reduce(_vm: &Vm, args: &[Obj]) -> PyResult {
    let e = &args[0];
    let b = exception_body(e);
    let state = with_members(
        e,
        &[("name", b.extra(1).get()), ("path", b.extra(2).get()), ("name_from", b.extra(3).get())],
    );
    Ok(reduction(e, b.args.get(), state))
}

/// A copy of the instance's dict with those members that have a value; `None` if there is nothing to keep.
fn with_members(e: &Obj, members: &[(&str, Obj)]) -> Option<Obj> {
    let own = nonempty_dict(e);
    if own.is_none() && members.iter().all(|(_, v)| v.is_unbound()) {
        return None;
    }
    let d = own.map_or_else(dict::new_dict, |d| dict::copy(&d));
    for (name, value) in members.iter().filter(|(_, v)| !v.is_unbound()) {
        dict::set_str(&d, &intern::intern_str(name), value.clone());
    }
    Some(d)
}

pub static NAME_ERROR: TypeSpec = TypeSpec {
    name: "NameError",
    doc: "Name not found globally.",
    base: Some(|_| Exc::Exception.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(name_error_init), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

fn name_error_init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    let [name] = keywords(vm, "NameError", ["name"], args)?;
    keep_args(e, args);
    exception_body(e).extra(0).set(name);
    Ok(())
}

static ATTRIBUTE_ERROR_METHODS: [NativeDef; 2] = [
    NativeDef::method("__getstate__", "(self, /)", |_, args| Ok(attribute_error_state(&args[0])))
        .doc("Helper for pickle."),
    NativeDef::method("__reduce__", "(self, /)", attribute_error_reduce).doc("Helper for pickle."),
];

pub static ATTRIBUTE_ERROR: TypeSpec = TypeSpec {
    name: "AttributeError",
    doc: "Attribute not found.",
    base: Some(|_| Exc::Exception.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(attribute_error_init), ..Slots::NONE },
    methods: &ATTRIBUTE_ERROR_METHODS,
    ..TypeSpec::EMPTY
};

fn attribute_error_init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    let [name, obj] = keywords(vm, "AttributeError", ["name", "obj"], args)?;
    keep_args(e, args);
    let b = exception_body(e);
    b.extra(0).set(name);
    b.extra(1).set(obj);
    Ok(())
}

/// The object whose attribute was missing is not kept: it need not be possible to pickle it.
fn attribute_error_state(e: &Obj) -> Obj {
    let b = exception_body(e);
    with_members(e, &[("name", b.extra(0).get()), ("args", b.args.get())]).unwrap_or(Obj::NONE)
}

fn attribute_error_reduce(_vm: &Vm, args: &[Obj]) -> PyResult {
    let e = &args[0];
    Ok(reduction(e, exception_body(e).args.get(), Some(attribute_error_state(e))))
}
