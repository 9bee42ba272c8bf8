//! `module`.

use crate::support::text;
use pyre_object::code::managed;
use pyre_object::module::{ModuleBody, module_dict, module_getattr, module_setattr};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm,
    alloc, dict, int, intern, list, names, str,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Module, &MODULE)];
    &ALL
}

static MODULE: TypeSpec = TypeSpec {
    name: "module",
    doc: "Makes a module object; the name must be a string.",
    layout: Some(ModuleBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF),
    slots: Slots {
        repr: Some(repr),
        getattr: Some(module_getattr),
        setattr: Some(module_setattr),
        init: Some(init),
        new: Some(|_, cls, _| {
            let body = ModuleBody { dict: Slot::new(dict::new_dict()) };
            Ok(managed(alloc::new_shaped(type_body(cls).root_shape(), body)))
        }),
        ..Slots::NONE
    },
    methods: &MODULE_METHODS,
    getset: &[
        GetSetDef::readonly("__dict__", |_, m| Ok(namespace(m))).member(),
        GetSetDef::new("__annotations__", annotations, |vm, m, v| {
            store(vm, m, names::__annotations__(), v)?;
            // The annotations no longer follow from the function.
            dict::set_str(&namespace(m), names::__annotate__(), Obj::NONE);
            Ok(())
        }),
        GetSetDef::new("__annotate__", annotate, set_annotate),
    ],
    ..TypeSpec::EMPTY
};

static MODULE_METHODS: [NativeDef; 1] =
    [NativeDef::method("__dir__", "(self, /)", dir).doc("Names of the module's attributes, for dir().")];

fn namespace(m: &Obj) -> Obj {
    module_dict(m).unwrap_or(Obj::NONE)
}

fn init(vm: &Vm, m: &Obj, args: Args<'_>) -> PyResult<()> {
    let (mut name, mut doc) = (args.pos().first(), args.pos().get(1));
    if args.len() + args.names().len() > 2 {
        let n = args.len() + args.names().len();
        return Err(vm.type_error(format!("module() takes at most 2 arguments ({n} given)")));
    }
    for (k, v) in args.keywords() {
        match str::to_string_lossy(k).as_str() {
            "name" if name.is_none() => name = Some(v),
            "doc" if doc.is_none() => doc = Some(v),
            key @ ("name" | "doc") => {
                let at = if key == "name" { 1 } else { 2 };
                let m = format!("argument for module() given by name ('{key}') and position ({at})");
                return Err(vm.type_error(m));
            }
            key => {
                return Err(vm.type_error(format!("module() got an unexpected keyword argument '{key}'")));
            }
        }
    }
    let Some(name) = name else {
        return Err(vm.type_error("module() missing required argument 'name' (pos 1)"));
    };
    if !str::is_str(name) {
        let got = name.type_name();
        return Err(vm.type_error(format!("module() argument 'name' must be str, not {got}")));
    }
    let d = namespace(m);
    dict::set_str(&d, names::__name__(), name.clone());
    dict::set_str(&d, names::__doc__(), doc.cloned().unwrap_or(Obj::NONE));
    for n in [names::__package__(), names::__loader__(), names::__spec__()] {
        dict::set_str(&d, n, Obj::NONE);
    }
    Ok(())
}

/// `<module 'name' from 'file'>`, as `importlib` describes modules.
fn repr(vm: &Vm, m: &Obj) -> PyResult {
    let d = namespace(m);
    let get = |n: &Obj| dict::get_str(&d, n).filter(|v| !v.is_none());
    let name_of = |n: Option<Obj>| match n {
        Some(n) => vm.repr_text(&n),
        None => Ok("'?'".to_owned()),
    };
    if let Some(spec) = get(names::__spec__()) {
        let name = vm.getattr(&spec, &intern::intern_str("name"))?;
        let name = name_of(Some(name).filter(|n| !n.is_none()))?;
        let origin = vm.getattr(&spec, &intern::intern_str("origin"))?;
        if origin.is_none() {
            let loader = vm.getattr(&spec, &intern::intern_str("loader"))?;
            return if loader.is_none() {
                text(format!("<module {name}>"))
            } else {
                text(format!("<module {name} ({})>", vm.repr_text(&loader)?))
            };
        }
        let located = vm.getattr(&spec, &intern::intern_str("has_location"))?;
        return if vm.truth(&located)? {
            text(format!("<module {name} from {}>", vm.repr_text(&origin)?))
        } else {
            text(format!("<module {name} ({})>", vm.str_text(&origin)?))
        };
    }
    let name = name_of(get(names::__name__()))?;
    if let Some(file) = get(names::__file__()) {
        return text(format!("<module {name} from {}>", vm.repr_text(&file)?));
    }
    match get(names::__loader__()) {
        Some(loader) => text(format!("<module {name} ({})>", vm.repr_text(&loader)?)),
        None => text(format!("<module {name}>")),
    }
}

fn dir(vm: &Vm, a: &[Obj]) -> PyResult {
    let d = vm.getattr(&a[0], names::__dict__())?;
    if !dict::is_dict(&d) {
        return Err(vm.type_error("<module>.__dict__ is not a dictionary"));
    }
    match dict::get_str(&d, names::__dir__()) {
        Some(f) => vm.call0(&f),
        None => Ok(list::from_vec(dict::keys_snapshot(&d))),
    }
}

fn store(vm: &Vm, m: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let d = namespace(m);
    match value {
        Some(v) => dict::set_str(&d, name, v.clone()),
        None if dict::del_item(vm, &d, name)? => {}
        None => return Err(vm.error(Exc::AttributeError, str::to_string_lossy(name))),
    }
    Ok(())
}

/// The dict, made at first use by the annotate function (PEP 649).
fn annotations(vm: &Vm, m: &Obj) -> PyResult {
    let d = namespace(m);
    if let Some(a) = dict::get_str(&d, names::__annotations__()) {
        return Ok(a);
    }
    let made = match dict::get_str(&d, names::__annotate__()) {
        Some(f) if vm.is_callable(&f) => {
            let r = vm.call1(&f, &int::new_int(1))?;
            if !dict::is_dict(&r) {
                let got = r.type_name();
                return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{got}'")));
            }
            r
        }
        _ => dict::new_dict(),
    };
    dict::set_str(&d, names::__annotations__(), made.clone());
    Ok(made)
}

fn annotate(_vm: &Vm, m: &Obj) -> PyResult {
    let d = namespace(m);
    Ok(dict::get_str(&d, names::__annotate__()).unwrap_or_else(|| {
        dict::set_str(&d, names::__annotate__(), Obj::NONE);
        Obj::NONE
    }))
}

fn set_annotate(vm: &Vm, m: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some(v) = value else { return Err(vm.type_error("cannot delete __annotate__ attribute")) };
    if !v.is_none() && !vm.is_callable(v) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    let d = namespace(m);
    dict::set_str(&d, names::__annotate__(), v.clone());
    if !v.is_none() {
        dict::pop_str(&d, names::__annotations__());
    }
    Ok(())
}
