//! `_weakref`: the functions behind `weakref`. The types are in `pyre-types`.

use crate::support::{native_table, new_module};
use pyre_object::{Builtin, NativeDef, Obj, PyResult, Vm, dict, list, module, raise, weakref};

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    let m = new_module("_weakref", "Weak-reference support module.", FUNCTIONS);
    module::set(&m, "ref", Builtin::WeakRef.ty().clone());
    module::set(&m, "ReferenceType", Builtin::WeakRef.ty().clone());
    module::set(&m, "ProxyType", Builtin::WeakProxy.ty().clone());
    module::set(&m, "CallableProxyType", Builtin::WeakCallableProxy.ty().clone());
    Ok(m)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("getweakrefcount", "(object, /)", count)
        .doc("Return the number of weak references to 'object'."),
    NativeDef::function("getweakrefs", "(object, /)", all)
        .doc("Return a list of all weak reference objects pointing to 'object'."),
    NativeDef::function("proxy", "(object, callback=None, /)", proxy)
        .doc("Create a proxy object that weakly references 'object'."),
    NativeDef::function("_remove_dead_weakref", "(dct, key, /)", remove_dead)
        .doc("Atomically remove key from dict if it points to a dead weakref."),
];

fn count(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::from_len(weakref::weakrefs_of(&a[0]).len()))
}

fn all(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(list::from_vec(weakref::weakrefs_of(&a[0])))
}

fn proxy(vm: &Vm, a: &[Obj]) -> PyResult {
    pyre_types::weakref::new_proxy(vm, &a[0], a[1].not_none())
}

fn remove_dead(vm: &Vm, a: &[Obj]) -> PyResult {
    let [d, key] = a else { return Ok(Obj::NONE) };
    if !dict::is_dict(d) {
        raise!(vm, TypeError, "_remove_dead_weakref() argument 1 must be dict, not {}", d.type_name());
    }
    let Some(w) = dict::get_item(vm, d, key)? else { return Ok(Obj::NONE) };
    if w.downcast::<weakref::WeakRefBody>().is_none() {
        raise!(vm, TypeError, "not a weakref");
    }
    if weakref::deref(&w).is_none() {
        // Another thread may have stored a live one meanwhile: it is put back.
        if let Some(gone) = dict::pop(vm, d, key)?
            && !gone.is(&w)
        {
            dict::set_default(vm, d, key, &gone)?;
        }
    }
    Ok(Obj::NONE)
}
