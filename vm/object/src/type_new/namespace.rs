//! What the namespace of a new class says about it: special names, `__slots__`.

use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::function::CellBody;
use crate::native::TypeFlags;
use crate::obj::Obj;
use crate::typeobj::{self, type_body};
use crate::vm::Vm;
use crate::{descriptor, dict, function, hooks, intern, names, str, tuple};

/// A copy of the namespace with interned keys.
pub(super) fn copy(vm: &Vm, ns: &Obj) -> PyResult {
    let copy = dict::with_capacity(dict::len(ns) + 4);
    for (k, v) in dict::items_snapshot(ns) {
        if str::is_exact(&k) {
            dict::set_str(&copy, &intern::intern(&k), v);
        } else {
            dict::set_item(vm, &copy, &k, v)?;
        }
    }
    Ok(copy)
}

/// `__module__`, `__doc__`, and functions that are class or static methods without saying so.
pub(super) fn complete(vm: &Vm, ns: &Obj) -> PyResult<()> {
    if dict::get_str(ns, names::__module__()).is_none()
        && let Some(globals) = hooks::CALLER_GLOBALS.get().and_then(|f| f(vm))
        && let Some(module) = dict::get_str(&globals, names::__name__())
    {
        dict::set_str(ns, names::__module__(), module);
    }
    if dict::get_str(ns, names::__doc__()).is_none() {
        dict::set_str(ns, names::__doc__(), Obj::NONE);
    }
    let wrap = |name: &Obj, make: fn(Obj) -> Obj| {
        if let Some(f) = dict::get_str(ns, name)
            && function::is_function(&f)
        {
            dict::set_str(ns, name, make(f));
        }
    };
    wrap(names::__new__(), descriptor::new_static_method);
    wrap(names::__init_subclass__(), descriptor::new_class_method);
    wrap(names::__class_getitem__(), descriptor::new_class_method);
    // Objects that compare by value but define no hash cannot be hashed.
    if dict::get_str(ns, names::__eq__()).is_some() && dict::get_str(ns, names::__hash__()).is_none() {
        dict::set_str(ns, names::__hash__(), Obj::NONE);
    }
    Ok(())
}

/// Takes `__qualname__` out of the namespace; the class's name if it has none.
pub(super) fn take_qualname(vm: &Vm, ns: &Obj, name: &Obj) -> PyResult {
    match dict::pop_str(ns, names::__qualname__()) {
        None => Ok(name.clone()),
        Some(q) if str::is_str(&q) => Ok(intern::intern(&q)),
        Some(q) => Err(vm.type_error(format!("type __qualname__ must be a str, not {}", q.type_name()))),
    }
}

/// Takes a cell that the compiler left in the namespace (`__classcell__`, `__classdictcell__`) and fills it.
pub(super) fn fill_cell(vm: &Vm, ns: &Obj, name: &Obj, content: &Obj) -> PyResult<()> {
    let Some(cell) = dict::pop_str(ns, name) else { return Ok(()) };
    match cell.downcast::<CellBody>() {
        Some(c) => {
            c.content.set(content.clone());
            Ok(())
        }
        None => {
            let what = vm.repr_text(cell.ty())?;
            Err(vm.type_error(format!("{} must be a nonlocal cell, not {what}", str::to_string_lossy(name))))
        }
    }
}

/// What `__slots__` asks for.
pub(super) struct SlotsRequest {
    /// Mangled names of fixed slots, interned and sorted.
    pub names: Vec<Obj>,
    /// `__dict__` is among them, or there is no `__slots__`.
    pub dict: bool,
    /// `__weakref__` is among them, or there is no `__slots__`.
    pub weakref: bool,
}

/// Reads `__slots__` of a class named `class_name` with this base. `base_has_dict`: its instances have a dict already.
pub(super) fn read_slots(
    vm: &Vm,
    ns: &Obj,
    class_name: &str,
    base: &Obj,
    base_has_dict: bool,
) -> PyResult<SlotsRequest> {
    let variable = super::layout::is_variable_sized(base);
    let base_has_weakref = type_body(base).flags().has(TypeFlags::WEAKREF);
    let Some(slots) = dict::get_str(ns, names::__slots__()) else {
        return Ok(SlotsRequest { names: Vec::new(), dict: true, weakref: !variable });
    };
    let items = if str::is_str(&slots) { vec![slots] } else { vm.collect(&slots)? };
    if !items.is_empty() && variable {
        let base = super::full_name(base);
        return Err(vm.type_error(format!("nonempty __slots__ not supported for subtype of '{base}'")));
    }
    let mut request = SlotsRequest { names: Vec::new(), dict: false, weakref: false };
    for item in items {
        if !str::is_str(&item) {
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{}'", item.type_name())));
        }
        let text = str::to_string_lossy(&item);
        if !is_identifier(&text) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        match text.as_str() {
            "__dict__" if base_has_dict || request.dict => {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            "__dict__" => request.dict = true,
            "__weakref__" if base_has_weakref || request.weakref => {
                return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
            }
            "__weakref__" => request.weakref = true,
            _ => {
                let name = intern::intern_str(&mangle(class_name, &text));
                let exempt = ["__qualname__", "__classcell__", "__classdictcell__"].contains(&text.as_str());
                if !exempt && dict::get_str(ns, &name).is_some() {
                    let shown = vm.repr_text(&name)?;
                    return Err(vm.value_error(format!("{shown} in __slots__ conflicts with class variable")));
                }
                request.names.push(name);
            }
        }
    }
    request.names.sort_by(str::cmp);
    request.names.dedup_by(|a, b| a.is(b));
    Ok(request)
}

fn is_identifier(text: &str) -> bool {
    use pyre_text::unicode::{is_id_continue, is_id_start};
    let mut chars = text.chars().map(u32::from);
    chars.next().is_some_and(is_id_start) && chars.all(is_id_continue)
}

/// Private names (`__x`) of a class.
fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

/// Adds the descriptors for fixed slots, `__dict__` and `__weakref__`.
pub(super) fn add_descriptors(ty: &Obj, ns: &Obj, request: &SlotsRequest, first_slot: u16) {
    for (i, name) in request.names.iter().enumerate() {
        let kind = descriptor::MemberKind::Inline(first_slot + i as u16);
        dict::set_str(ns, name, descriptor::new_member(ty.clone(), name.clone(), kind));
    }
    let add = |name: &Obj, def| {
        if dict::get_str(ns, name).is_none() {
            dict::set_str(ns, name, descriptor::new_getset(def, ty.clone()));
        }
    };
    if request.dict {
        add(names::__dict__(), &super::DICT_DEF);
    }
    if request.weakref {
        add(names::__weakref__(), &super::WEAKREF_DEF);
    }
}

/// Calls `__set_name__` of everything in the namespace that has it.
pub(super) fn call_set_name(vm: &Vm, ty: &Obj, ns: &Obj) -> PyResult<()> {
    let mut pairs = Vec::new();
    for (name, value) in dict::items_snapshot(ns) {
        // Most values are functions and strings, which do not have it.
        let plain =
            !value.raw().is_ptr() || value.is_exactly(Builtin::Function) || value.is_exactly(Builtin::Str);
        if !plain && typeobj::lookup(vm, value.ty(), names::__set_name__()).is_some() {
            pairs.extend([name, value]);
        }
    }
    // In a tuple, not in native memory: the calls may remove them from the class.
    let pairs = tuple::from_vec(pairs);
    for pair in tuple::items(&pairs).chunks_exact(2) {
        let (name, value) = (&pair[0], &pair[1]);
        let Some(f) = vm.special(value, names::__set_name__())? else { continue };
        if let Err(e) = vm.call2(&f, ty, name) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.type_name(),
                vm.repr_text(name)?,
                typeobj::type_name(ty)
            );
            vm.call_method(&e.0, names::add_note(), &[str::new_str(&note)])?;
            return Err(e);
        }
    }
    Ok(())
}

/// Whether the object is exactly the kind of namespace that `type` accepts.
pub(super) fn is_namespace(o: &Obj) -> bool {
    dict::is_dict(o) || o.is_exactly(Builtin::Dict)
}
