//! `object.__reduce_ex__`, `__reduce__` and `__getstate__`: the default protocol of pickle and copy (PEP 307, PEP 3154).

use pyre_object::alloc::NoBody;
use pyre_object::descriptor::{MemberBody, MemberKind, MethodDescriptorBody};
use pyre_object::typeobj::{self, type_body};
use pyre_object::{Body, Obj, PyResult, Vm, attr, dict, int, list, names, str, tuple};

/// `__reduce__`: protocol 0.
pub(super) fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    by_protocol(vm, &a[0], 0)
}

/// `__reduce_ex__`: calls `__reduce__` if a class overrides it.
pub(super) fn reduce_ex(vm: &Vm, a: &[Obj]) -> PyResult {
    let protocol = vm.index(&a[1])?;
    let protocol = int::as_i64(&protocol)
        .ok_or_else(|| vm.overflow_error("Python int too large to convert to C int"))?;
    let overridden =
        typeobj::lookup(vm, a[0].ty(), names::__reduce__()).is_some_and(|f| !is_default(&f, "__reduce__"));
    if overridden {
        return vm.call_method(&a[0], names::__reduce__(), &[]);
    }
    by_protocol(vm, &a[0], protocol)
}

/// Whether the method is that of `object`.
fn is_default(f: &Obj, name: &str) -> bool {
    f.downcast::<MethodDescriptorBody>()
        .is_some_and(|m| m.def.name == name && m.owner.get().is(pyre_object::Builtin::Object.ty()))
}

fn by_protocol(vm: &Vm, o: &Obj, protocol: i64) -> PyResult {
    if protocol >= 2 {
        return new_object(vm, o);
    }
    let copyreg = vm.import("copyreg")?;
    vm.call_method_str(&copyreg, "_reduce_ex", &[o.clone(), int::new_int(protocol)])
}

/// Arguments for `__new__` when the object is rebuilt, from `__getnewargs_ex__` or `__getnewargs__`.
struct NewArguments {
    positional: Option<Obj>,
    keywords: Option<Obj>,
}

fn new_arguments(vm: &Vm, o: &Obj) -> PyResult<NewArguments> {
    if let Some(f) = vm.getattr_opt(o, names::__getnewargs_ex__())? {
        let r = vm.call0(&f)?;
        let Some(items) = tuple::get(&r) else {
            let got = r.type_name();
            return Err(vm.type_error(format!("__getnewargs_ex__ should return a tuple, not '{got}'")));
        };
        let [args, kwargs] = items else {
            let n = items.len();
            return Err(
                vm.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {n}"))
            );
        };
        if !tuple::is_tuple(args) {
            let got = args.type_name();
            return Err(vm.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'"
            )));
        }
        if !dict::is_dict(kwargs) {
            let got = kwargs.type_name();
            return Err(vm.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'"
            )));
        }
        return Ok(NewArguments { positional: Some(args.clone()), keywords: Some(kwargs.clone()) });
    }
    let Some(f) = vm.getattr_opt(o, names::__getnewargs__())? else {
        return Ok(NewArguments { positional: None, keywords: None });
    };
    let r = vm.call0(&f)?;
    if !tuple::is_tuple(&r) {
        let got = r.type_name();
        return Err(vm.type_error(format!("__getnewargs__ should return a tuple, not '{got}'")));
    }
    Ok(NewArguments { positional: Some(r), keywords: None })
}

/// Protocol 2 and above.
fn new_object(vm: &Vm, o: &Obj) -> PyResult {
    let cls = o.ty();
    if type_body(cls).ops.new.addr() == 0 {
        return Err(vm.type_error(format!("cannot pickle '{}' object", o.type_name())));
    }
    let args = new_arguments(vm, o)?;
    let copyreg = vm.import("copyreg")?;
    let keywords = args.keywords.as_ref().filter(|k| dict::len(k) != 0);
    let (maker, maker_args) = match (&args.positional, keywords) {
        (Some(pos), Some(kw)) => (
            vm.getattr_str(&copyreg, "__newobj_ex__")?,
            tuple::new_tuple([cls.clone(), pos.clone(), kw.clone()]),
        ),
        (pos, _) => {
            let rest = pos.as_ref().map(|p| tuple::items(p)).unwrap_or_default();
            let all = std::iter::once(cls.clone()).chain(rest.iter().cloned());
            (vm.getattr_str(&copyreg, "__newobj__")?, tuple::new_tuple(all))
        }
    };
    let required = args.positional.is_none() && !list::is_list(o) && !dict::is_dict(o);
    let state = state_of(vm, o, required)?;
    let list_items = if list::is_list(o) { vm.iter(o)? } else { Obj::NONE };
    let dict_items = if dict::is_dict(o) {
        let items = vm.call_method(o, names::items(), &[])?;
        vm.iter(&items)?
    } else {
        Obj::NONE
    };
    Ok(tuple::new_tuple([maker, maker_args, state, list_items, dict_items]))
}

fn state_of(vm: &Vm, o: &Obj, required: bool) -> PyResult {
    if typeobj::lookup(vm, o.ty(), names::__getstate__()).is_some_and(|f| is_default(&f, "__getstate__"))
        && attr::instance_get(o, names::__getstate__()).is_none()
    {
        return default_state(vm, o, required);
    }
    vm.call_method(o, names::__getstate__(), &[])
}

/// `__getstate__`
pub(super) fn getstate(vm: &Vm, a: &[Obj]) -> PyResult {
    default_state(vm, &a[0], false)
}

/// Whether the members of `__slots__` and the dict are all that there is to an instance.
fn is_plain(o: &Obj) -> bool {
    std::ptr::eq(type_body(o.ty()).instance_layout, NoBody::layout())
        || o.downcast::<pyre_object::exception::ExceptionBody>().is_some()
}

/// The instance's dict, or with `__slots__` a pair of it and a dict of the slots' values.
fn default_state(vm: &Vm, o: &Obj, required: bool) -> PyResult {
    if required && !is_plain(o) {
        return Err(vm.type_error(format!("cannot pickle '{}' object", o.type_name())));
    }
    let state = if attr::has_attributes(o) {
        vm.getattr_opt(o, names::__dict__())?.unwrap_or(Obj::NONE)
    } else {
        Obj::NONE
    };
    let slot_values = dict::new_dict();
    for name in slot_names(o.ty()) {
        if let Some(v) = vm.getattr_opt(o, &name)? {
            dict::set_item(vm, &slot_values, &name, v)?;
        }
    }
    if dict::len(&slot_values) == 0 {
        return Ok(state);
    }
    Ok(tuple::pair(state, slot_values))
}

/// Names of the fixed slots of a class and its bases.
fn slot_names(cls: &Obj) -> Vec<Obj> {
    if type_body(cls).root_shape().fixed == 0 {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mro = type_body(cls).mro.get();
    for t in tuple::items(&mro) {
        for (name, value) in dict::items_snapshot(type_body(t).namespace()) {
            let is_slot =
                value.downcast::<MemberBody>().is_some_and(|m| matches!(m.kind, MemberKind::Inline(_)));
            if is_slot && str::is_str(&name) && !names.iter().any(|n: &Obj| n.is(&name)) {
                names.push(name);
            }
        }
    }
    names
}
