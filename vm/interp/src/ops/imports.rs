//! `import` statements.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::Instruction;
use pyre_object::exception_support::exception_body;
use pyre_object::{
    Builtin, Exc, Obj, PyResult, Raised, Vm, descriptor, dict, hooks, list, module, names, str,
};

/// `a = __import__(names[c], fromlist=b+1, level=b)`
pub fn import_name(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (vm, name) = (cx.vm, cx.name(u32::from(i.c())));
    let (level, from_list) = (cx.take(i.b()), cx.take(i.b() + 1));
    let f = cx.frame();
    // SAFETY: both are kept alive by the frame's function, `locals` by the frame.
    let (globals, builtins, locals) = unsafe {
        (Obj::from_borrowed(f.globals), Obj::from_borrowed(f.builtins), Obj::from_borrowed(f.locals))
    };
    let found = match importer(vm, &builtins)? {
        Some(import) => {
            let locals = if locals.is_unbound() { Obj::NONE } else { locals };
            vm.call(&import, &[name.clone(), globals, locals, from_list, level])?
        }
        None => match hooks::IMPORT_NAME.get() {
            Some(import) => import(vm, name, &globals, &from_list, &level)?,
            None => return Err(vm.error(Exc::ImportError, "no import system is installed")),
        },
    };
    cx.set(i.a(), found);
    Ok(Go::Next)
}

/// What `__import__` in the builtins is; `None` for the native one, which need not be called as an object.
fn importer(vm: &Vm, builtins: &Obj) -> PyResult<Option<Obj>> {
    let found = if builtins.is_exactly(Builtin::Dict) {
        dict::get_str(builtins, names::__import__())
    } else {
        vm.catch(vm.getitem(builtins, names::__import__()), Exc::KeyError)?
    };
    match found {
        None => Err(vm.error(Exc::ImportError, "__import__ not found")),
        Some(f)
            if f.is_exactly(Builtin::NativeFunction) && descriptor::native_name(&f) == Some("__import__") =>
        {
            Ok(None)
        }
        Some(f) => Ok(Some(f)),
    }
}

/// `a =` attribute or submodule `names[c]` of the module `b`
pub fn import_from(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let found = import_attribute(cx.vm, cx.reg(i.b()), cx.name(u32::from(i.c())))?;
    cx.set(i.a(), found);
    cx.kill(i);
    Ok(Go::Next)
}

fn import_attribute(vm: &Vm, from: &Obj, name: &Obj) -> PyResult {
    if let Some(v) = vm.getattr_opt(from, name)? {
        return Ok(v);
    }
    // A circular import can find the submodule in `sys.modules` before its parent has the attribute.
    let package = vm.getattr_opt(from, names::__name__())?.filter(str::is_str);
    if let Some(p) = &package {
        let full = str::new_str(&format!("{}.{}", str::to_string_lossy(p), str::to_string_lossy(name)));
        let modules = sys_attribute(vm, names::modules())?;
        if let Some(modules) = modules
            && let Some(m) = vm.catch(vm.getitem(&modules, &full), Exc::KeyError)?
        {
            return Ok(m);
        }
    }
    Err(cannot_import(vm, from, name, package)?)
}

/// An attribute of `sys`, if there is one.
///
/// # Errors
/// `sys` cannot be imported.
pub fn sys_attribute(vm: &Vm, name: &Obj) -> PyResult<Option<Obj>> {
    let sys = vm.import("sys")?;
    vm.getattr_opt(&sys, name)
}

fn sys_attribute_str(vm: &Vm, name: &str) -> PyResult<Option<Obj>> {
    sys_attribute(vm, &pyre_object::intern::intern_str(name))
}

/// The `ImportError` for a name that a module does not have.
fn cannot_import(vm: &Vm, from: &Obj, name: &Obj, package: Option<Obj>) -> PyResult<Raised> {
    let shown = match &package {
        Some(p) => vm.repr_text(p)?,
        None => "'<unknown module name>'".to_owned(),
    };
    let what = vm.repr_text(name)?;
    let spec = vm.getattr_opt(from, names::__spec__())?.filter(|s| !s.is_none());
    let mut origin = match &spec {
        Some(s) => file_of_spec(vm, s)?,
        None => None,
    };
    let mut message = format!("cannot import name {what} from {shown} (unknown location)");
    if let Some(spec) = &spec {
        if origin.is_none() {
            let file = module::module_dict(from).and_then(|d| dict::get_str(&d, names::__file__()));
            origin = file.filter(str::is_str);
        }
        let shadowing = match &origin {
            Some(o) => is_in_script_directory(vm, o)?,
            None => false,
        };
        let initializing = match vm.getattr_opt(spec, names::_initializing())? {
            Some(v) => vm.truth(&v)?,
            None => false,
        };
        if let Some(o) = &origin {
            let (file, quoted) = (vm.str_text(o)?, vm.repr_text(o)?);
            message = if shadowing && is_standard_library_name(vm, package.as_ref())? {
                format!(
                    "cannot import name {what} from {shown} (consider renaming {quoted} since it has the same name as \
                     the standard library module named {shown} and prevents importing that standard library module)"
                )
            } else if initializing && shadowing {
                format!(
                    "cannot import name {what} from {shown} (consider renaming {quoted} if it has the same name as a \
                     library you intended to import)"
                )
            } else if initializing {
                format!(
                    "cannot import name {what} from partially initialized module {shown} (most likely due to a \
                     circular import) ({file})"
                )
            } else {
                format!("cannot import name {what} from {shown} ({file})")
            };
        } else if initializing {
            message = format!(
                "cannot import name {what} from partially initialized module {shown} (most likely due to a circular \
                 import)"
            );
        }
    }
    let e = vm.error(Exc::ImportError, message);
    let b = exception_body(&e.0);
    // msg, name, path, name_from
    b.extra(1).set(package.unwrap_or_else(|| str::new_str("<unknown module name>")));
    b.extra(2).set(origin.unwrap_or(Obj::NONE));
    b.extra(3).set(name.clone());
    Ok(e)
}

/// The file that a module's spec names as its origin.
fn file_of_spec(vm: &Vm, spec: &Obj) -> PyResult<Option<Obj>> {
    let Some(located) = vm.getattr_opt(spec, names::has_location())? else { return Ok(None) };
    if !vm.truth(&located)? {
        return Ok(None);
    }
    Ok(vm.getattr_opt(spec, names::origin())?.filter(str::is_str))
}

/// Whether a module's file lies where scripts shadow the library: directly in `sys.path[0]`.
fn is_in_script_directory(vm: &Vm, origin: &Obj) -> PyResult<bool> {
    let path = sys_attribute(vm, names::path())?;
    let Some(first) = path.filter(list::is_list).and_then(|p| list::get(&p, 0)).filter(str::is_str) else {
        return Ok(false);
    };
    if let Some(flags) = sys_attribute(vm, names::flags())?
        && let Some(safe) = vm.getattr_opt(&flags, &pyre_object::intern::intern_str("safe_path"))?
        && vm.truth(&safe)?
    {
        return Ok(false);
    }
    let file = str::to_string_lossy(origin);
    let Some((mut directory, base)) = file.rsplit_once('/') else { return Ok(false) };
    if base == "__init__.py" || base == "__init__.pyc" {
        match directory.rsplit_once('/') {
            Some((parent, _)) => directory = parent,
            None => return Ok(false),
        }
    }
    Ok(str::eq_str(&first, directory))
}

fn is_standard_library_name(vm: &Vm, name: Option<&Obj>) -> PyResult<bool> {
    match (name, sys_attribute_str(vm, "stdlib_module_names")?) {
        (Some(name), Some(known)) => vm.contains(&known, name),
        _ => Ok(false),
    }
}

/// `from m import *` into a namespace.
///
/// # Errors
/// `ImportError`, `TypeError` for names that are no strings, and what the module's attributes raise.
pub fn import_star(vm: &Vm, m: &Obj, namespace: &Obj) -> PyResult<()> {
    let (all, public_only) = match vm.getattr_opt(m, names::__all__())? {
        Some(all) => (all, false),
        None => {
            let Some(d) = vm.getattr_opt(m, names::__dict__())? else {
                return Err(vm.error(Exc::ImportError, "from-import-* object has no __dict__ and no __all__"));
            };
            let keys = vm.call_method(&d, names::keys(), &[])?;
            (list::from_vec(vm.collect(&keys)?), true)
        }
    };
    for position in 0.. {
        let Some(name) = vm.catch(vm.getitem(&all, &Obj::from_len(position)), Exc::IndexError)? else {
            break;
        };
        if !str::is_str(&name) {
            return Err(bad_star_name(vm, m, &name, public_only)?);
        }
        if public_only && str::expect(&name).data().iter().next() == Some(u32::from(b'_')) {
            continue;
        }
        let value = vm.getattr(m, &name)?;
        if namespace.is_exactly(Builtin::Dict) {
            dict::set_item(vm, namespace, &name, value)?;
        } else {
            vm.setitem(namespace, &name, &value)?;
        }
    }
    Ok(())
}

fn bad_star_name(vm: &Vm, m: &Obj, name: &Obj, from_dict: bool) -> PyResult<Raised> {
    let module_name = vm.getattr(m, names::__name__())?;
    if !str::is_str(&module_name) {
        let t = module_name.type_name();
        return Ok(vm.type_error(format!("module __name__ must be a string, not {t}")));
    }
    let (kind, place) = if from_dict { ("Key", "__dict__") } else { ("Item", "__all__") };
    Ok(vm.type_error(format!(
        "{kind} in {}.{place} must be str, not {}",
        str::to_string_lossy(&module_name),
        name.type_name()
    )))
}
