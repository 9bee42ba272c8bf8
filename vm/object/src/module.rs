//! Module objects.

use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::heap_body;
use crate::layout::Slot;
use crate::native::{NativeDef, note_module};
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{alloc, attr, descriptor, dict, intern, names, str, typeobj};

heap_body! {
    /// A module: its namespace is a dict of its own. Modules are tracing-managed.
    pub struct ModuleBody "module" { slots { dict } data {} }
}

/// A new module with `__name__`, `__doc__`, `__package__`, `__loader__`, `__spec__`.
pub fn new_module(name: &str) -> Obj {
    let d = dict::new_dict();
    let none = [names::__doc__(), names::__package__(), names::__loader__(), names::__spec__()];
    dict::set_str(&d, names::__name__(), intern::intern_str(name));
    for n in none {
        dict::set_str(&d, n, Obj::NONE);
    }
    new_module_with_dict(d)
}

/// A module around an existing namespace.
pub fn new_module_with_dict(d: Obj) -> Obj {
    alloc::new_traced(Builtin::Module.shape(), ModuleBody { dict: Slot::new(d) })
}

/// The namespace of a module (subclasses included).
pub fn module_dict(m: &Obj) -> Option<Obj> {
    m.downcast::<ModuleBody>().map(|b| b.dict.get())
}

/// Sets an attribute of a module under construction.
pub fn set(m: &Obj, name: &str, value: Obj) {
    if let Some(d) = module_dict(m) {
        dict::set_str(&d, &intern::intern_str(name), value);
    }
}

/// Adds native functions to a module under construction.
pub fn add_functions(m: &Obj, defs: &'static [NativeDef]) {
    let name = module_dict(m).and_then(|d| dict::get_str(&d, names::__name__())).unwrap_or(Obj::NONE);
    let text = str::get(&name).map(|n| n.to_string_lossy()).unwrap_or_default();
    note_module(defs, &text);
    for def in defs {
        set(m, def.name, descriptor::new_native_function(def, m.clone(), name.clone()));
    }
}

/// `module.__getattribute__`: the generic rules, then the module's own `__getattr__`.
pub fn module_getattr(vm: &Vm, m: &Obj, name: &Obj) -> PyResult {
    if let Some(v) = module_getattr_opt(vm, m, name)? {
        return Ok(v);
    }
    let d = module_dict(m).unwrap_or(Obj::NONE);
    let module_name = if d.is_none() { None } else { dict::get_str(&d, names::__name__()) };
    let text = str::to_string_lossy(name);
    let message = match module_name.filter(str::is_str) {
        Some(n) => format!("module '{}' has no attribute '{text}'", str::to_string_lossy(&n)),
        None => format!("module has no attribute '{text}'"),
    };
    Err(vm.attribute_error(m, name, message))
}

fn module_getattr_opt(vm: &Vm, m: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    let ty = m.ty();
    let on_class = typeobj::lookup(vm, ty, name);
    if let Some(d) = &on_class
        && d.slots().descr_set.addr() != 0
        && let Some(get) = d.slots().descr_get.get()
    {
        return get(vm, d, Some(m), ty).map(Some);
    }
    let d = module_dict(m);
    if let Some(v) = d.as_ref().and_then(|d| dict::get_str(d, name)) {
        return Ok(Some(v));
    }
    if let Some(v) = attr::instance_get(m, name) {
        return Ok(Some(v));
    }
    if let Some(c) = on_class {
        return match c.slots().descr_get.get() {
            Some(get) => get(vm, &c, Some(m), ty).map(Some),
            None => Ok(Some(c)),
        };
    }
    match d.and_then(|d| dict::get_str(&d, names::__getattr__())) {
        Some(hook) => vm.call1(&hook, name).map(Some),
        None => Ok(None),
    }
}

/// `module.__setattr__`
pub fn module_setattr(vm: &Vm, m: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if let Some(d) = typeobj::lookup(vm, m.ty(), name)
        && let Some(set) = d.slots().descr_set.get()
    {
        return set(vm, &d, m, value);
    }
    let Some(d) = module_dict(m) else { return Err(attr::no_attribute(vm, m, name)) };
    match value {
        Some(v) => {
            dict::set_str(&d, name, v.clone());
            Ok(())
        }
        None if dict::del_item(vm, &d, name)? => Ok(()),
        None => Err(attr::no_attribute(vm, m, name)),
    }
}
