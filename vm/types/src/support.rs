//! Small things that several builtin types share.

use pyre_object::{Obj, PyResult, Vm, intern, names, str};

/// The address that `repr` shows.
pub(crate) fn address(o: &Obj) -> String {
    format!("{:#x}", o.raw().0)
}

/// A str object.
pub(crate) fn text(s: impl AsRef<str>) -> PyResult {
    Ok(str::new_str(s.as_ref()))
}

/// `None` for an empty slot.
pub(crate) fn or_none(o: Obj) -> Obj {
    if o.is_unbound() { Obj::NONE } else { o }
}

/// A documentation string; `None` for an empty one.
pub(crate) fn doc(s: &'static str) -> Obj {
    if s.is_empty() { Obj::NONE } else { str::new_str(s) }
}

/// The hash of an object that is compared by identity.
pub(crate) fn identity_hash(o: &Obj) -> i64 {
    o.raw().0.rotate_right(4) as i64
}

/// `getattr(builtins, name)`: what `__reduce__` needs to name `getattr` and `iter`.
pub(crate) fn builtin_function(vm: &Vm, name: &str) -> PyResult {
    let builtins = vm.import("builtins")?;
    vm.getattr(&builtins, &intern::intern_str(name))
}

/// `o.__qualname__` as text, or the given text if there is none.
pub(crate) fn qualname_or(vm: &Vm, o: &Obj, default: &str) -> PyResult<String> {
    Ok(match vm.getattr_opt(o, names::__qualname__())? {
        Some(q) if str::is_str(&q) => str::to_string_lossy(&q),
        _ => match vm.getattr_opt(o, names::__name__())? {
            Some(n) if str::is_str(&n) => str::to_string_lossy(&n),
            _ => default.to_owned(),
        },
    })
}
