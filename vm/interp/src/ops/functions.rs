//! Making functions and classes.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::{
    FUNCTION_ANNOTATE, FUNCTION_CLOSURE, FUNCTION_DEFAULTS, FUNCTION_KWDEFAULTS, Instruction,
};
use pyre_object::function::{CellBody, FunctionParts, is_function, new_function};
use pyre_object::type_new::calculate_metaclass;
use pyre_object::{Args, Builtin, NativeDef, Obj, PyResult, Vm, dict, names, str, tuple, typeobj};

/// `a =` a function of the code `consts[b]`
pub fn make_function(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let mut next = i.c();
    let mut part = |flag: u8| {
        if i.flags() & flag == 0 {
            return Obj::UNBOUND;
        }
        next += 1;
        cx.take(next - 1)
    };
    let defaults = part(FUNCTION_DEFAULTS);
    let kwdefaults = part(FUNCTION_KWDEFAULTS);
    let annotate = part(FUNCTION_ANNOTATE);
    let closure = part(FUNCTION_CLOSURE);
    let f = cx.frame();
    // SAFETY: both are kept alive by the frame's function.
    let (globals, builtins) = unsafe { (Obj::from_borrowed(f.globals), Obj::from_borrowed(f.builtins)) };
    let code = cx.constant(u32::from(i.b())).clone();
    let made =
        new_function(FunctionParts { code, globals, builtins, defaults, kwdefaults, closure, annotate });
    cx.set(i.a(), made);
    Ok(Go::Next)
}

/// `__build_class__(func, name, /, *bases, [metaclass], **kwds)`
pub static BUILD_CLASS: NativeDef =
    NativeDef::raw_function("__build_class__", "(func, name, /, *bases, **kwds)", build_class)
        .doc("__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.");

fn build_class(vm: &Vm, args: Args<'_>) -> PyResult {
    let [func, name, original_bases @ ..] = args.pos() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    if !is_function(func) {
        return Err(vm.type_error("__build_class__: func must be a function"));
    }
    if !str::is_str(name) {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let replaced = replaced_bases(vm, original_bases)?;
    let bases = tuple::from_slice(replaced.as_deref().unwrap_or(original_bases));
    let metaclass_at = args.names().iter().position(|n| str::eq_str(n, "metaclass"));
    let meta = match metaclass_at {
        Some(k) => args.values()[k].clone(),
        None => match tuple::items(&bases).first() {
            Some(b) => b.ty().clone(),
            None => Builtin::Type.ty().clone(),
        },
    };
    let meta =
        if typeobj::is_type(&meta) { calculate_metaclass(vm, &meta, tuple::items(&bases))? } else { meta };
    let rest = |pair: &(usize, (&Obj, &Obj))| Some(pair.0) != metaclass_at;
    let keywords: Vec<(Obj, Obj)> =
        args.keywords().enumerate().filter(rest).map(|(_, (k, v))| (k.clone(), v.clone())).collect();
    let namespace = prepare(vm, &meta, name, &bases, &keywords)?;
    let cell = crate::run_class_body(vm, func, &namespace)?;
    if replaced.is_some() {
        vm.setitem(&namespace, names::__orig_bases__(), &tuple::from_slice(original_bases))?;
    }
    let class = call_keywords(vm, &meta, &[name.clone(), bases, namespace], &keywords)?;
    if typeobj::is_type(&class)
        && let Some(content) = cell.downcast::<CellBody>()
    {
        check_class_cell(vm, name, &class, &content.content.get())?;
    }
    Ok(class)
}

/// Calls with keywords as pairs.
fn call_keywords(vm: &Vm, f: &Obj, pos: &[Obj], keywords: &[(Obj, Obj)]) -> PyResult {
    let all: Vec<Obj> = pos.iter().chain(keywords.iter().map(|(_, v)| v)).cloned().collect();
    let names: Vec<Obj> = keywords.iter().map(|(k, _)| k.clone()).collect();
    vm.call_args(f, Args::with_names(&all, &names))
}

/// The bases after `__mro_entries__` (PEP 560); `None` if there is no such method.
fn replaced_bases(vm: &Vm, bases: &[Obj]) -> PyResult<Option<Vec<Obj>>> {
    let mut replaced: Option<Vec<Obj>> = None;
    let mut original = None;
    for (k, base) in bases.iter().enumerate() {
        let entries =
            if typeobj::is_type(base) { None } else { vm.getattr_opt(base, names::__mro_entries__())? };
        let Some(entries) = entries else {
            if let Some(r) = &mut replaced {
                r.push(base.clone());
            }
            continue;
        };
        let all = original.get_or_insert_with(|| tuple::from_slice(bases));
        let new = vm.call1(&entries, all)?;
        let Some(new) = tuple::get(&new) else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        replaced.get_or_insert_with(|| bases[..k].to_vec()).extend_from_slice(new);
    }
    Ok(replaced)
}

/// The namespace of the class body: `__prepare__` of the metaclass, or a new dict.
fn prepare(vm: &Vm, meta: &Obj, name: &Obj, bases: &Obj, keywords: &[(Obj, Obj)]) -> PyResult {
    if meta.is(Builtin::Type.ty()) {
        return Ok(dict::new_dict());
    }
    let Some(f) = vm.getattr_opt(meta, names::__prepare__())? else { return Ok(dict::new_dict()) };
    let namespace = call_keywords(vm, &f, &[name.clone(), bases.clone()], keywords)?;
    if dict::is_dict(&namespace) || namespace.slots().getitem.addr() != 0 {
        return Ok(namespace);
    }
    let owner = if typeobj::is_type(meta) { typeobj::type_name(meta) } else { "<metaclass>".to_owned() };
    Err(vm.type_error(format!("{owner}.__prepare__() must return a mapping, not {}", namespace.type_name())))
}

/// The body's `__class__` cell must hold the new class.
fn check_class_cell(vm: &Vm, name: &Obj, class: &Obj, content: &Obj) -> PyResult<()> {
    if content.is(class) {
        return Ok(());
    }
    let (name, class_text) = (vm.repr_text(name)?, vm.repr_text(class)?);
    if content.is_unbound() {
        return Err(vm.runtime_error(format!(
            "__class__ not set defining {name} as {class_text}. Was __classcell__ propagated to type.__new__?"
        )));
    }
    Err(vm.type_error(format!("__class__ set to {} defining {name} as {class_text}", vm.repr_text(content)?)))
}
