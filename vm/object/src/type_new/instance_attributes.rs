//! `__dict__` and `__weakref__` of instances.

use crate::attr;
use crate::error::PyResult;
use crate::native::GetSetDef;
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{dict, names, weakref};

/// `__dict__` of instances that keep their attributes in slots or a dict.
pub static DICT_DEF: GetSetDef = GetSetDef::new("__dict__", get_dict, set_dict);

/// `__weakref__`
pub static WEAKREF_DEF: GetSetDef = GetSetDef::readonly("__weakref__", get_weakref);

fn get_dict(vm: &Vm, o: &Obj) -> PyResult {
    attr::instance_dict(o).ok_or_else(|| attr::no_attribute(vm, o, names::__dict__()))
}

fn set_dict(vm: &Vm, o: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let d = match value {
        None => dict::new_dict(),
        Some(d) if dict::is_dict(d) => d.clone(),
        Some(v) => {
            return Err(
                vm.type_error(format!("__dict__ must be set to a dictionary, not a '{}'", v.type_name()))
            );
        }
    };
    if attr::set_instance_dict(o, d) { Ok(()) } else { Err(attr::no_attribute(vm, o, names::__dict__())) }
}

fn get_weakref(_vm: &Vm, o: &Obj) -> PyResult {
    Ok(weakref::weakrefs_of(o).into_iter().next().unwrap_or(Obj::NONE))
}
