//! Python functions, bound methods and closure cells.

mod attributes;
mod native;

use crate::support::{address, builtin_function, identity_hash, qualname_or, text};
use pyre_object::call::{function_call, method_call};
use pyre_object::code::CodeBody;
use pyre_object::descriptor::{function_descr_get, method_descr_get};
use pyre_object::function::{
    CellBody, FunctionBody, FunctionParts, MethodBody, new_cell, new_function, new_method,
};
use pyre_object::{
    Args, Body, Builtin, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm,
    attr, dict, names, str, tuple, typeobj,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 4] = [
        (Builtin::Function, &FUNCTION),
        (Builtin::Method, &METHOD),
        (Builtin::NativeFunction, &native::NATIVE_FUNCTION),
        (Builtin::Cell, &CELL),
    ];
    &ALL
}

pub(crate) use native::text_signature;

static FUNCTION: TypeSpec = TypeSpec {
    name: "function",
    doc: "Makes a function from a code object, globals and the rest.",
    layout: Some(FunctionBody::layout),
    flags: TypeFlags::DICT.or(TypeFlags::WEAKREF).or(TypeFlags::METHOD_DESCRIPTOR),
    slots: Slots {
        repr: Some(function_repr),
        call: Some(function_call),
        descr_get: Some(function_descr_get),
        new: Some(function_new),
        ..Slots::NONE
    },
    getset: attributes::ATTRIBUTES,
    ..TypeSpec::EMPTY
};

fn function_repr(_vm: &Vm, f: &Obj) -> PyResult {
    let qualname = f.body::<FunctionBody>().qualname();
    text(format!("<function {} at {}>", str::to_string_lossy(&qualname), address(f)))
}

/// Arguments of `function(...)`, by name.
fn function_arguments<'a>(vm: &Vm, args: Args<'a>) -> PyResult<[Option<&'a Obj>; 6]> {
    const NAMES: [&str; 6] = ["code", "globals", "name", "argdefs", "closure", "kwdefaults"];
    let mut found: [Option<&Obj>; 6] = [None; 6];
    if args.len() > 6 {
        let n = args.len();
        return Err(vm.type_error(format!("function() takes at most 6 arguments ({n} given)")));
    }
    for (slot, v) in found.iter_mut().zip(args.pos()) {
        *slot = Some(v);
    }
    for (k, v) in args.keywords() {
        let key = str::to_string_lossy(k);
        match NAMES.iter().position(|n| *n == key) {
            Some(i) if found[i].is_some() => {
                return Err(vm.type_error(format!(
                    "argument for function() given by name ('{key}') and position ({})",
                    i + 1
                )));
            }
            Some(i) => found[i] = Some(v),
            None => {
                return Err(vm.type_error(format!("function() got an unexpected keyword argument '{key}'")));
            }
        }
    }
    for i in 0..2 {
        if found[i].is_none() {
            let m = format!("function() missing required argument '{}' (pos {})", NAMES[i], i + 1);
            return Err(vm.type_error(m));
        }
    }
    Ok(found)
}

fn function_new(vm: &Vm, _cls: &Obj, args: Args<'_>) -> PyResult {
    let [code, globals, name, defaults, closure, kwdefaults] = function_arguments(vm, args)?;
    let none = Obj::NONE;
    let (code, globals) = (code.unwrap_or(&none), globals.unwrap_or(&none));
    let Some(code_body) = code.downcast::<CodeBody>() else {
        let got = code.type_name();
        return Err(vm.type_error(format!("function() argument 'code' must be code, not {got}")));
    };
    if !dict::is_dict(globals) {
        let got = globals.type_name();
        return Err(vm.type_error(format!("function() argument 'globals' must be dict, not {got}")));
    }
    let given = |o: Option<&Obj>| o.filter(|o| !o.is_none()).cloned();
    let (name, defaults, kwdefaults) = (given(name), given(defaults), given(kwdefaults));
    if name.as_ref().is_some_and(|n| !str::is_str(n)) {
        return Err(vm.type_error("arg 3 (name) must be None or string"));
    }
    if defaults.as_ref().is_some_and(|d| !tuple::is_tuple(d)) {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let closure = check_closure(vm, code_body, given(closure))?;
    if kwdefaults.as_ref().is_some_and(|d| !dict::is_dict(d)) {
        return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    let f = new_function(FunctionParts {
        code: code.clone(),
        globals: globals.clone(),
        builtins: builtins_of(vm, globals)?,
        defaults: defaults.unwrap_or_default(),
        kwdefaults: kwdefaults.unwrap_or_default(),
        closure: closure.unwrap_or_default(),
        annotate: Obj::UNBOUND,
    });
    if let Some(n) = name {
        f.body::<FunctionBody>().name.set(n);
    }
    Ok(f)
}

/// The builtins that functions with these globals use.
fn builtins_of(vm: &Vm, globals: &Obj) -> PyResult {
    let b = match dict::get_str(globals, names::__builtins__()) {
        Some(b) => b,
        None => vm.import("builtins")?,
    };
    Ok(pyre_object::module::module_dict(&b).unwrap_or(b))
}

fn check_closure(vm: &Vm, code: &CodeBody, closure: Option<Obj>) -> PyResult<Option<Obj>> {
    let wanted = code.unit.freevars.len();
    let Some(closure) = closure else {
        return if wanted == 0 { Ok(None) } else { Err(vm.type_error("arg 5 (closure) must be tuple")) };
    };
    let Some(cells) = tuple::get(&closure) else {
        return Err(vm.type_error(if wanted == 0 {
            "arg 5 (closure) must be None or tuple"
        } else {
            "arg 5 (closure) must be tuple"
        }));
    };
    if cells.len() != wanted {
        let name = str::to_string_lossy(&code.name.get());
        let n = cells.len();
        return Err(vm.value_error(format!("{name} requires closure of length {wanted}, not {n}")));
    }
    if let Some(bad) = cells.iter().find(|c| c.downcast::<CellBody>().is_none()) {
        let got = bad.type_name();
        return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {got}")));
    }
    Ok(Some(closure).filter(|_| wanted != 0))
}

static METHOD: TypeSpec = TypeSpec {
    name: "method",
    doc: "A function bound to an instance.",
    layout: Some(MethodBody::layout),
    flags: TypeFlags::WEAKREF,
    slots: Slots {
        repr: Some(method_repr),
        hash: Some(method_hash),
        call: Some(method_call),
        getattr: Some(method_getattr),
        compare: Some(method_compare),
        descr_get: Some(method_descr_get),
        new: Some(method_new),
        ..Slots::NONE
    },
    methods: &METHOD_METHODS,
    getset: &[
        GetSetDef::readonly("__func__", |_, o| Ok(o.body::<MethodBody>().function.get())).member(),
        GetSetDef::readonly("__self__", |_, o| Ok(o.body::<MethodBody>().instance.get())).member(),
        GetSetDef::readonly("__doc__", |vm, o| {
            let function = o.body::<MethodBody>().function.get();
            Ok(vm.getattr_opt(&function, names::__doc__())?.unwrap_or(Obj::NONE))
        }),
    ],
    ..TypeSpec::EMPTY
};

static METHOD_METHODS: [NativeDef; 1] = [NativeDef::method("__reduce__", "(self, /)", |vm, a| {
    let m: &MethodBody = a[0].body();
    let function = m.function.get();
    let name = vm.getattr(&function, names::__name__())?;
    let getattr = builtin_function(vm, "getattr")?;
    Ok(tuple::pair(getattr, tuple::pair(m.instance.get(), name)))
})];

fn method_repr(vm: &Vm, o: &Obj) -> PyResult {
    let m: &MethodBody = o.body();
    let name = qualname_or(vm, &m.function.get(), "?")?;
    text(format!("<bound method {name} of {}>", vm.repr_text(&m.instance.get())?))
}

fn method_hash(vm: &Vm, o: &Obj) -> PyResult<i64> {
    let m: &MethodBody = o.body();
    let h = identity_hash(&m.instance.get()) ^ vm.hash(&m.function.get())?;
    Ok(if h == -1 { -2 } else { h })
}

fn method_compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<MethodBody>(), b.downcast::<MethodBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let same = x.instance.get().is(&y.instance.get()) && vm.eq(&x.function.get(), &y.function.get())?;
    Ok(Obj::bool(same == (op == CmpOp::Eq)))
}

/// The method's own attributes first, then the function's.
fn method_getattr(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    if let Some(d) = typeobj::lookup(vm, o.ty(), name) {
        return match d.slots().descr_get.get() {
            Some(get) => get(vm, &d, Some(o), o.ty()),
            None => Ok(d),
        };
    }
    vm.getattr(&o.body::<MethodBody>().function.get(), name)
}

fn method_new(vm: &Vm, _cls: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("method() takes no keyword arguments"));
    }
    let [function, instance] = args.pos() else {
        return Err(vm.type_error(format!("method expected 2 arguments, got {}", args.len())));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if instance.is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(new_method(function.clone(), instance.clone()))
}

static CELL: TypeSpec = TypeSpec {
    name: "cell",
    doc: "Makes a closure cell; without contents it is empty.",
    layout: Some(CellBody::layout),
    flags: TypeFlags::UNHASHABLE,
    slots: Slots { repr: Some(cell_repr), compare: Some(cell_compare), new: Some(cell_new), ..Slots::NONE },
    getset: &[GetSetDef::new(
        "cell_contents",
        |vm, o| {
            let v = o.body::<CellBody>().content.get();
            if v.is_unbound() { Err(vm.value_error("Cell is empty")) } else { Ok(v) }
        },
        |_, o, v| {
            o.body::<CellBody>().content.set(v.cloned().unwrap_or(Obj::UNBOUND));
            Ok(())
        },
    )],
    ..TypeSpec::EMPTY
};

fn cell_repr(_vm: &Vm, o: &Obj) -> PyResult {
    let content = o.body::<CellBody>().content.get();
    if content.is_unbound() {
        return text(format!("<cell at {}: empty>", address(o)));
    }
    text(format!("<cell at {}: {} object at {}>", address(o), content.type_name(), address(&content)))
}

/// Cells compare by content; an empty one comes before all others.
fn cell_compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<CellBody>(), b.downcast::<CellBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    let (x, y) = (x.content.get(), y.content.get());
    if !x.is_unbound() && !y.is_unbound() {
        return vm.compare(&x, &y, op);
    }
    Ok(Obj::bool(op.holds((!x.is_unbound()).cmp(&!y.is_unbound()))))
}

fn cell_new(vm: &Vm, _cls: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("cell() takes no keyword arguments"));
    }
    match args.pos() {
        [] => Ok(new_cell(Obj::UNBOUND)),
        [v] => Ok(new_cell(v.clone())),
        more => Err(vm.type_error(format!("cell expected at most 1 argument, got {}", more.len()))),
    }
}

/// The `__dict__` of functions and of other objects with attributes beside their body.
pub(crate) fn instance_dict(vm: &Vm, o: &Obj) -> PyResult {
    attr::instance_dict(o).ok_or_else(|| vm.error(Exc::AttributeError, "__dict__"))
}
