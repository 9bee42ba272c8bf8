//! `atexit`: functions that run when the process ends.

use crate::support::{native_table, new_module};
use pyre_object::code::managed;
use pyre_object::{Args, NativeDef, Obj, PyResult, Vm, dict, list, model, raise, tuple};
use std::sync::OnceLock;

static LIST: OnceLock<&'static Obj> = OnceLock::new();

/// The callbacks in the order of registration: tuples `(function, args, kwargs)`.
fn callbacks() -> &'static Obj {
    LIST.get_or_init(|| model::immortal(managed(list::new_list([]))))
}

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    Ok(new_module(
        "atexit",
        "allow programmer to define multiple exit functions to be executed upon normal program termination.",
        FUNCTIONS,
    ))
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::raw_function("register", "(func, /, *args, **kwargs)", register)
        .doc("Register a function to be executed upon normal program termination"),
    NativeDef::function("unregister", "(func, /)", unregister)
        .doc("Unregister an exit function which was previously registered using atexit.register"),
    NativeDef::function("_clear", "()", clear).doc("Clear the list of previously registered exit functions."),
    NativeDef::function("_run_exitfuncs", "()", run_all).doc("Run all registered exit functions."),
    NativeDef::function("_ncallbacks", "()", |_, _| Ok(Obj::from_len(list::len(callbacks())))),
];

/// Runs what was registered, at the end of the process.
///
/// # Errors
/// What the last callback that raised has raised; the others have run.
pub fn run_callbacks(vm: &Vm) -> PyResult<()> {
    if LIST.get().is_none() { Ok(()) } else { run_all(vm, &[]).map(drop) }
}

fn register(vm: &Vm, args: Args<'_>) -> PyResult {
    let Some(f) = args.pos().first() else {
        raise!(vm, TypeError, "register() takes at least 1 argument (0 given)");
    };
    if !vm.is_callable(f) {
        raise!(vm, TypeError, "the first argument must be callable");
    }
    let kwargs = dict::new_dict();
    for (k, v) in args.keywords() {
        dict::set_item(vm, &kwargs, k, v.clone())?;
    }
    let rest = tuple::from_slice(args.skip(1).pos());
    list::append(callbacks(), tuple::new_tuple([f.clone(), rest, kwargs]));
    Ok(f.clone())
}

fn unregister(vm: &Vm, a: &[Obj]) -> PyResult {
    for entry in list::snapshot(callbacks()) {
        let f = tuple::items(&entry)[0].clone();
        if vm.eq(&f, &a[0])? {
            // By identity: comparing may have changed the list.
            let at = list::snapshot(callbacks()).iter().position(|e| e.is(&entry));
            drop(at.and_then(|i| list::pop(callbacks(), i)));
        }
    }
    Ok(Obj::NONE)
}

fn clear(_: &Vm, _: &[Obj]) -> PyResult {
    list::clear(callbacks());
    Ok(Obj::NONE)
}

fn run_all(vm: &Vm, _: &[Obj]) -> PyResult {
    while let Some(entry) = list::pop_last(callbacks()) {
        let [f, args, kwargs] = tuple::items(&entry) else { continue };
        if let Err(e) = vm.call_tuple_dict(f, args, Some(kwargs)) {
            let text = vm.repr_text(f).unwrap_or_else(|_| "<object repr() failed>".to_owned());
            vm.unraisable(&e, &format!("Exception ignored in atexit callback {text}"), None);
        }
    }
    Ok(Obj::NONE)
}
