//! Exceptions that nobody can catch: in finalizers, callbacks, threads.

use crate::runtime::sys_attribute;
use pyre_object::exception_support::exception_body;
use pyre_object::{Obj, Raised, Vm, intern, module, str};

/// Gives the exception to `sys.unraisablehook`.
pub fn report(vm: &Vm, e: &Raised, what: &str, obj: Option<&Obj>) {
    let hook = sys_attribute("unraisablehook").filter(|h| !h.is_none());
    let args = module::new_module("UnraisableHookArgs");
    let fields = [
        ("exc_type", e.0.ty().clone()),
        ("exc_value", e.0.clone()),
        ("exc_traceback", exception_body(&e.0).traceback.get()),
        ("err_msg", str::new_str(what)),
        ("object", obj.cloned().unwrap_or(Obj::NONE)),
    ];
    for (name, v) in fields {
        module::set(&args, name, v);
    }
    let done = hook.is_some_and(|h| vm.call1(&h, &args).is_ok());
    if !done {
        let text = vm.repr_text(&e.0).unwrap_or_else(|_| e.0.type_name());
        eprintln!("{what}: {text}");
    }
}

/// The default `sys.unraisablehook`.
///
/// # Errors
/// What writing to `sys.stderr` raises.
pub fn default_hook(vm: &Vm, a: &[Obj]) -> pyre_object::PyResult {
    let get = |n: &str| vm.getattr(&a[0], &intern::intern_str(n));
    let (what, obj, value) = (get("err_msg")?, get("object")?, get("exc_value")?);
    let mut head =
        if what.is_none() { "Exception ignored in".to_owned() } else { str::to_string_lossy(&what) };
    if !obj.is_none() {
        let r = vm.repr_text(&obj).unwrap_or_else(|_| "<object repr() failed>".into());
        head = format!("{head}: {r}");
    } else if !what.is_none() {
        head.push(':');
    }
    crate::report::write_stderr(vm, &format!("{head}\n"));
    crate::report::print_exception(vm, &value);
    Ok(Obj::NONE)
}
