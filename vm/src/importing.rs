//! Imports: the fast path for modules that are loaded, and the bootstrap of the frozen `importlib`.
//!
//! Everything that is not a plain hit in `sys.modules` is done by `importlib._bootstrap`, which is frozen bytecode; so
//! import locks, circular imports, hooks and packages behave as people know them.

use crate::runtime::{FrozenModule, config, runtime};
use pyre_object::{
    Builtin, Exc, NativeDef, Obj, PyResult, Vm, code, dict, int, intern, module, names, str, tuple,
};
use std::sync::OnceLock;

static GCD_IMPORT: OnceLock<&'static Obj> = OnceLock::new();
static BOOTSTRAP_IMPORT: OnceLock<&'static Obj> = OnceLock::new();

/// A module in `sys.modules` that is fully loaded.
fn loaded(vm: &Vm, name: &Obj) -> PyResult<Option<Obj>> {
    let Some(m) = dict::get_item(vm, runtime().modules, name)? else { return Ok(None) };
    if m.is_none() {
        return Ok(None);
    }
    if m.is_exactly(Builtin::Module)
        && let Some(d) = module::module_dict(&m)
        && let Some(spec) = dict::get_str(&d, names::__spec__())
    {
        // Another thread may be loading it: the slow path waits for that.
        if !spec.is_none()
            && let Some(i) = vm.getattr_opt(&spec, &intern::intern_str("_initializing"))?
            && vm.truth(&i)?
        {
            return Ok(None);
        }
    }
    Ok(Some(m))
}

/// Imports a module by its full name and returns that module, not the top-level package.
///
/// # Errors
/// Whatever the import raises.
pub fn import_module(vm: &Vm, name: &str) -> PyResult {
    let name = intern::intern_str(name);
    if let Some(m) = loaded(vm, &name)? {
        return Ok(m);
    }
    match GCD_IMPORT.get() {
        Some(f) => vm.call1(f, &name),
        None => Err(vm.error(Exc::ImportError, "the import system is not ready")),
    }
}

/// `import name` and `from name import ...`.
///
/// # Errors
/// Whatever the import raises.
pub fn import_name(vm: &Vm, name: &Obj, globals: &Obj, fromlist: &Obj, level: &Obj) -> PyResult {
    let absolute = int::as_i64(level) == Some(0);
    let has_fromlist = vm.truth(fromlist)?;
    if absolute && let Some(m) = loaded(vm, name)? {
        if !has_fromlist {
            let text = str::to_string_lossy(name);
            return match text.split_once('.') {
                None => Ok(m),
                Some((top, _)) => import_module(vm, top),
            };
        }
        let is_package = match module::module_dict(&m) {
            Some(d) => dict::get_str(&d, names::__path__()).is_some(),
            None => true,
        };
        if !is_package {
            return Ok(m);
        }
    }
    match BOOTSTRAP_IMPORT.get() {
        Some(f) => vm.call(f, &[name.clone(), globals.clone(), Obj::NONE, fromlist.clone(), level.clone()]),
        None => Err(vm.error(Exc::ImportError, "the import system is not ready")),
    }
}

/// Loads the frozen `importlib` and gives it its modules.
///
/// # Errors
/// Whatever its code raises: the build is broken then.
pub fn bootstrap(vm: &Vm) -> PyResult<()> {
    let imp = imp_module()?;
    let m = run_frozen_as(vm, "importlib._bootstrap", "_frozen_importlib")?;
    for name in ["_thread", "_weakref", "_warnings"] {
        let native = create_native(vm, name)?.ok_or_else(|| vm.error(Exc::ImportError, name))?;
        dict::set_str(runtime().modules, &intern::intern_str(name), native);
    }
    vm.call_method_str(&m, "_install", &[runtime().sys.clone(), imp.clone()])?;
    // The library's `FrozenImporter` knows no sources; ours are in the executable.
    let importer = vm.getattr_str(&m, "FrozenImporter")?;
    let source = vm.getattr_str(&imp, "_frozen_source")?;
    vm.setattr(&importer, &intern::intern_str("get_source"), Some(&source))?;
    let keep =
        |n: &str| -> PyResult<&'static Obj> { Ok(pyre_object::model::immortal(vm.getattr_str(&m, n)?)) };
    let _ = GCD_IMPORT.set(keep("_gcd_import")?);
    let _ = BOOTSTRAP_IMPORT.set(keep("__import__")?);
    let external = run_frozen_as(vm, "importlib._bootstrap_external", "_frozen_importlib_external")?;
    vm.setattr(&m, &intern::intern_str("_bootstrap_external"), Some(&external))?;
    vm.call_method_str(&external, "_install", std::slice::from_ref(&m))?;
    Ok(())
}

/// Runs a frozen module under another name and registers it.
fn run_frozen_as(vm: &Vm, frozen: &str, name: &str) -> PyResult {
    let code = frozen_code(vm, frozen)?;
    let m = module::new_module(name);
    dict::set_str(runtime().modules, &intern::intern_str(name), m.clone());
    let d = module::module_dict(&m).unwrap_or(Obj::NONE);
    dict::set_str(&d, names::__builtins__(), runtime().builtins.clone());
    pyre_interp::run_code(vm, &code, &d, runtime().builtins_dict, &d, Obj::UNBOUND)?;
    Ok(m)
}

fn frozen(name: &str) -> Option<FrozenModule> {
    (config().frozen)(name)
}

/// The code object of a frozen module.
fn frozen_code(vm: &Vm, name: &str) -> PyResult {
    let Some(f) = frozen(name) else {
        return Err(vm.error(Exc::ImportError, format!("No such frozen object named {name}")));
    };
    // SAFETY: frozen modules were serialized when the program was built.
    let unit = unsafe { pyre_bytecode::serialize::open(f.code) }
        .map_err(|e| vm.error(Exc::ImportError, format!("frozen object named '{name}' is invalid ({e})")))?;
    let optimize = config().options.optimize;
    if optimize > 0
        && let Some(source) = (config().frozen_source)(name)
    {
        // The frozen code is that of `-O0`.
        let options = pyre_compiler::Options { optimize, ..pyre_compiler::Options::default() };
        return crate::compiling::compile(vm, &source, &unit.filename, pyre_compiler::Mode::Exec, &options);
    }
    Ok(code::new_code(unit))
}

/// A native module, if there is one of that name.
fn create_native(vm: &Vm, name: &str) -> PyResult<Option<Obj>> {
    let table = config().native_modules;
    match table.iter().find(|(n, _)| *n == name) {
        Some((_, init)) => init(vm).map(Some),
        None => Ok(None),
    }
}

fn text(vm: &Vm, o: &Obj) -> PyResult<String> {
    if str::is_str(o) {
        Ok(str::to_string_lossy(o))
    } else {
        Err(vm.type_error(format!("expected str, not {}", o.type_name())))
    }
}

fn is_builtin(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = text(vm, &a[0])?;
    let special = matches!(name.as_str(), "sys" | "builtins" | "_imp");
    let known = config().native_modules.iter().any(|(n, _)| *n == name);
    Ok(Obj::from_len(usize::from(special || known)))
}

fn is_frozen(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(frozen(&text(vm, &a[0])?).is_some()))
}

fn is_frozen_package(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = text(vm, &a[0])?;
    match frozen(&name) {
        Some(f) => Ok(Obj::bool(f.is_package)),
        None => Err(vm.error(Exc::ImportError, format!("No such frozen object named {name}"))),
    }
}

fn find_frozen(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = text(vm, &a[0])?;
    Ok(match frozen(&name) {
        Some(f) => tuple::new_tuple([Obj::NONE, Obj::bool(f.is_package), a[0].clone()]),
        None => Obj::NONE,
    })
}

fn get_frozen_object(vm: &Vm, a: &[Obj]) -> PyResult {
    frozen_code(vm, &text(vm, &a[0])?)
}

fn init_frozen(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}

fn create_builtin(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = vm.getattr_str(&a[0], "name")?;
    let name = text(vm, &name)?;
    if let Some(m) = dict::get_str(runtime().modules, &intern::intern_str(&name)) {
        return Ok(m);
    }
    create_native(vm, &name)?
        .ok_or_else(|| vm.error(Exc::ImportError, format!("no built-in module named {name}")))
}

fn exec_builtin(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::from_len(0))
}

fn extension_suffixes(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(pyre_object::list::new_list([]))
}

fn nothing(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}

fn fix_co_filename(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}

fn source_hash(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = vm.buffer(&a[1])?;
    let h = pyre_text::hash::hash_bytes(pyre_text::hash::HashKey::from_bytes([0; 16]), &b.to_bytes());
    Ok(pyre_object::bytes::new_bytes(&h.to_le_bytes()))
}

/// The source of a frozen module.
fn frozen_source(vm: &Vm, a: &[Obj]) -> PyResult {
    let name = text(vm, &a[0])?;
    let Some(source) = (config().frozen_source)(&name) else {
        return Err(vm.error(Exc::ImportError, format!("'{name}' is not a frozen module")));
    };
    let source = crate::compiling::decode_source(vm, &source, &name)?;
    Ok(str::new_str(source.text()))
}

fn frozen_names(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(pyre_object::list::new_list((config().frozen_names)().into_iter().map(str::new_str)))
}

fn imp_module() -> PyResult {
    static DEFS: [NativeDef; 14] = [
        NativeDef::function("is_builtin", "(name, /)", is_builtin),
        NativeDef::function("is_frozen", "(name, /)", is_frozen),
        NativeDef::function("is_frozen_package", "(name, /)", is_frozen_package),
        NativeDef::function("find_frozen", "(name, /, *, withdata=False)", find_frozen),
        NativeDef::function("get_frozen_object", "(name, data=None, /)", get_frozen_object),
        NativeDef::function("init_frozen", "(name, /)", init_frozen),
        NativeDef::function("create_builtin", "(spec, /)", create_builtin),
        NativeDef::function("exec_builtin", "(mod, /)", exec_builtin),
        NativeDef::function("extension_suffixes", "()", extension_suffixes),
        NativeDef::function("_fix_co_filename", "(code, path, /)", fix_co_filename),
        NativeDef::function("source_hash", "(key, source)", source_hash),
        NativeDef::function("_frozen_source", "(fullname, /)", frozen_source),
        NativeDef::function("_frozen_module_names", "()", frozen_names),
        NativeDef::function("_override_frozen_modules_for_tests", "(override, /)", nothing),
    ];
    let m = module::new_module("_imp");
    module::add_functions(&m, &DEFS);
    module::add_functions(&m, &crate::import_lock::FUNCTIONS);
    module::set(&m, "check_hash_based_pycs", str::new_str("default"));
    module::set(&m, "pyc_magic_number_token", int::new_int(0x0a0d_5059));
    dict::set_str(runtime().modules, &intern::intern_str("_imp"), m.clone());
    Ok(m)
}
