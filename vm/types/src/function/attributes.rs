//! The attributes of Python functions.

use super::instance_dict;
use crate::support::or_none;
use pyre_object::code::CodeBody;
use pyre_object::function::FunctionBody;
use pyre_object::{GetSetDef, Obj, PyResult, Vm, attr, dict, int, str, tuple};

pub(super) static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("__code__", |_, f| Ok(body(f).code.get()), set_code),
    GetSetDef::new("__defaults__", |_, f| Ok(or_none(body(f).defaults.get())), set_defaults),
    GetSetDef::new("__kwdefaults__", |_, f| Ok(or_none(body(f).kwdefaults.get())), set_kwdefaults),
    GetSetDef::new("__annotations__", annotations, set_annotations),
    GetSetDef::new("__annotate__", |_, f| Ok(or_none(body(f).annotate.get())), set_annotate),
    GetSetDef::new("__type_params__", type_params, set_type_params),
    GetSetDef::new("__name__", |_, f| Ok(body(f).name.get()), set_name),
    GetSetDef::new("__qualname__", |_, f| Ok(body(f).qualname()), set_qualname),
    GetSetDef::new(
        "__doc__",
        |_, f| Ok(or_none(body(f).doc())),
        |_, f, v| {
            body(f).doc.set(v.cloned().unwrap_or(Obj::NONE));
            Ok(())
        },
    )
    .member(),
    GetSetDef::new(
        "__module__",
        |_, f| Ok(or_none(body(f).module.get())),
        |_, f, v| {
            body(f).module.set(v.cloned().unwrap_or(Obj::NONE));
            Ok(())
        },
    )
    .member(),
    GetSetDef::readonly("__globals__", |_, f| Ok(body(f).globals.get())).member(),
    GetSetDef::readonly("__builtins__", |_, f| Ok(body(f).builtins.get())).member(),
    GetSetDef::readonly("__closure__", |_, f| Ok(or_none(body(f).closure.get()))).member(),
    GetSetDef::new("__dict__", instance_dict, set_dict),
];

fn body(f: &Obj) -> &FunctionBody {
    f.body()
}

fn set_dict(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    match value {
        None => Err(vm.type_error("cannot delete __dict__")),
        Some(d) if dict::is_dict(d) => {
            attr::set_instance_dict(f, d.clone());
            Ok(())
        }
        Some(v) => {
            let got = v.type_name();
            Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")))
        }
    }
}

fn set_code(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some((value, code)) = value.and_then(|v| v.downcast::<CodeBody>().map(|c| (v, c))) else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let b = body(f);
    let closure = b.closure.get();
    let have = tuple::get(&closure).map_or(0, <[Obj]>::len);
    let wanted = code.unit.freevars.len();
    if have != wanted {
        let name = str::to_string_lossy(&b.name.get());
        return Err(
            vm.value_error(format!("{name}() requires a code object with {have} free vars, not {wanted}"))
        );
    }
    b.set_code(value.clone());
    Ok(())
}

fn set_defaults(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let v = value.filter(|v| !v.is_none());
    if v.is_some_and(|v| !tuple::is_tuple(v)) {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    body(f).defaults.set(v.cloned().unwrap_or_default());
    body(f).changed();
    Ok(())
}

fn set_kwdefaults(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let v = value.filter(|v| !v.is_none());
    if v.is_some_and(|v| !dict::is_dict(v)) {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    body(f).kwdefaults.set(v.cloned().unwrap_or_default());
    body(f).changed();
    Ok(())
}

/// The dict, made at first use by the annotate function (PEP 649).
fn annotations(vm: &Vm, f: &Obj) -> PyResult {
    let b = body(f);
    let known = b.annotations.get();
    if !known.is_unbound() {
        return Ok(known);
    }
    let annotate = b.annotate.get();
    let made = match annotate.not_none() {
        Some(a) => {
            let d = vm.call1(a, &int::new_int(1))?;
            if !dict::is_dict(&d) {
                let got = d.type_name();
                return Err(vm.type_error(format!("__annotate__() must return a dict, not {got}")));
            }
            d
        }
        None => dict::new_dict(),
    };
    b.annotations.set(made.clone());
    Ok(made)
}

fn set_annotations(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let v = value.filter(|v| !v.is_none());
    if v.is_some_and(|v| !dict::is_dict(v)) {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    body(f).annotations.set(v.cloned().unwrap_or_default());
    body(f).annotate.set(Obj::UNBOUND);
    Ok(())
}

fn set_annotate(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some(v) = value else { return Err(vm.type_error("__annotate__ cannot be deleted")) };
    if v.is_none() {
        body(f).annotate.set(Obj::UNBOUND);
        return Ok(());
    }
    if !vm.is_callable(v) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    body(f).annotate.set(v.clone());
    body(f).annotations.set(Obj::UNBOUND);
    Ok(())
}

fn type_params(_vm: &Vm, f: &Obj) -> PyResult {
    let v = body(f).type_params.get();
    Ok(if v.is_unbound() { tuple::empty_tuple() } else { v })
}

fn set_type_params(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    match value.filter(|v| tuple::is_tuple(v)) {
        Some(v) => {
            body(f).type_params.set(v.clone());
            Ok(())
        }
        None => Err(vm.type_error("__type_params__ must be set to a tuple")),
    }
}

fn string<'a>(vm: &Vm, name: &str, value: Option<&'a Obj>) -> PyResult<&'a Obj> {
    value
        .filter(|v| str::is_str(v))
        .ok_or_else(|| vm.type_error(format!("{name} must be set to a string object")))
}

fn set_name(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    body(f).name.set(string(vm, "__name__", value)?.clone());
    Ok(())
}

fn set_qualname(vm: &Vm, f: &Obj, value: Option<&Obj>) -> PyResult<()> {
    body(f).qualname.set(string(vm, "__qualname__", value)?.clone());
    Ok(())
}
