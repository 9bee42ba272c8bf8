//! The process-wide state of the runtime and its start.

use pyre_object::{Obj, PyResult, Vm, dict, hooks, intern, model, module, start};
use std::sync::OnceLock;

/// Objects that exist once per process. All are immortal.
pub struct Runtime {
    /// `sys.modules`
    pub modules: &'static Obj,
    /// The `sys` module.
    pub sys: &'static Obj,
    /// Its namespace.
    pub sys_dict: &'static Obj,
    /// The `builtins` module.
    pub builtins: &'static Obj,
    /// Its namespace.
    pub builtins_dict: &'static Obj,
}

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// The runtime.
///
/// # Panics
/// It has not been started.
#[inline]
pub fn runtime() -> &'static Runtime {
    RUNTIME.get().expect("the runtime has not been started")
}

/// The function that makes a native module.
pub type ModuleInit = fn(&Vm) -> PyResult;

/// What the embedder decides before start.
pub struct Config {
    /// Native modules by name.
    pub native_modules: &'static [(&'static str, ModuleInit)],
    /// Frozen Python modules: name to serialized code, whether it is a package, and where its source would be.
    pub frozen: fn(&str) -> Option<FrozenModule>,
    /// The source of a frozen module, by its name: `-O` compiles it anew.
    pub frozen_source: fn(&str) -> Option<Vec<u8>>,
    /// Names of all frozen modules.
    pub frozen_names: fn() -> Vec<&'static str>,
    /// `sys.argv`
    pub argv: Vec<std::ffi::OsString>,
    /// `sys.executable`
    pub executable: std::ffi::OsString,
    /// Directory of the library's sources, if there is one on this machine.
    pub stdlib_dir: Option<std::path::PathBuf>,
    /// Options of the command line.
    pub options: crate::options::Options,
}

/// A module whose bytecode is part of the executable.
pub struct FrozenModule {
    /// The serialized code unit.
    pub code: &'static [u8],
    /// Whether it is a package.
    pub is_package: bool,
}

static CONFIG: OnceLock<Config> = OnceLock::new();

/// The configuration.
///
/// # Panics
/// The runtime has not been started.
pub fn config() -> &'static Config {
    CONFIG.get().expect("the runtime has not been started")
}

/// Starts the runtime on the calling thread, which becomes Python's main thread.
///
/// # Errors
/// What the start of the library raises.
pub fn start(config: Config) -> PyResult<&'static Vm> {
    if CONFIG.set(config).is_err() {
        panic!("the runtime was started before");
    }
    let vm = start::enter_thread("MainThread");
    let mut specs = pyre_types::specs();
    specs.extend(pyre_interp::types::specs());
    start::init(vm, &specs);
    pyre_interp::install();
    pyre_interp::stack::install(vm)?;
    pyre_types::complete(vm)?;
    hooks::IMPORT_MODULE.set(crate::importing::import_module);
    hooks::IMPORT_NAME.set(crate::importing::import_name);
    hooks::WARN.set(crate::warnings::warn);
    hooks::UNRAISABLE.set(crate::unraisable::report);
    let immortal_dict = |m: &Obj| {
        let d = module::module_dict(m).unwrap_or(Obj::NONE);
        model::immortal(pyre_object::code::managed(d))
    };
    let modules = model::immortal(pyre_object::code::managed(dict::new_dict()));
    let builtins = model::immortal(crate::builtins::module(vm)?);
    let sys = model::immortal(crate::sys::module(vm)?);
    let r = Runtime {
        modules,
        sys,
        sys_dict: immortal_dict(sys),
        builtins,
        builtins_dict: immortal_dict(builtins),
    };
    if RUNTIME.set(r).is_err() {
        panic!("the runtime was started before");
    }
    let r = runtime();
    module::set(sys, "modules", modules.clone());
    dict::set_str(modules, &intern::intern_str("builtins"), builtins.clone());
    dict::set_str(modules, &intern::intern_str("sys"), sys.clone());
    crate::sys::fill(vm, r)?;
    crate::importing::bootstrap(vm)?;
    crate::streams::install(vm)?;
    Ok(vm)
}

/// An attribute of `sys`.
pub fn sys_attribute(name: &str) -> Option<Obj> {
    dict::get_str(runtime().sys_dict, &intern::intern_str(name))
}

/// Sets an attribute of `sys`.
pub fn set_sys_attribute(name: &str, value: Obj) {
    dict::set_str(runtime().sys_dict, &intern::intern_str(name), value);
}
