//! The `sys` module.

mod functions;
mod info;
mod monitoring;

use crate::runtime::{Runtime, config};
use pyre_object::{Obj, PyResult, Vm, dict, int, list, module, str, tuple};
use std::os::unix::ffi::OsStrExt;

/// Makes the module with what needs nothing else.
///
/// # Errors
/// None in a sound build.
pub fn module(_vm: &Vm) -> PyResult {
    let m = module::new_module("sys");
    module::add_functions(&m, &functions::DEFS);
    Ok(m)
}

/// A path or argument of the operating system as a str, undecodable bytes as lone surrogates (PEP 383).
pub fn os_str(s: &std::ffi::OsStr) -> Obj {
    match s.to_str() {
        Some(t) => str::new_str(t),
        None => {
            let mut points = Vec::new();
            for chunk in s.as_bytes().utf8_chunks() {
                points.extend(chunk.valid().chars().map(u32::from));
                points.extend(chunk.invalid().iter().map(|b| 0xdc00 + u32::from(*b)));
            }
            str::from_ucs4(&points)
        }
    }
}

/// Fills in the attributes.
///
/// # Errors
/// What creating the types of `sys.flags` and the like raises.
pub fn fill(vm: &Vm, r: &Runtime) -> PyResult<()> {
    let c = config();
    let set = |name: &str, v: Obj| module::set(r.sys, name, v);
    let text = |s: &str| str::new_str(s);
    set("argv", list::new_list(c.argv.iter().map(|a| os_str(a))));
    set("orig_argv", list::new_list(std::env::args_os().map(|a| os_str(&a))));
    set("executable", os_str(&c.executable));
    set("_base_executable", os_str(&c.executable));
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        set(name, text("/usr/local"));
    }
    set("platlibdir", text("lib"));
    set("_stdlib_dir", c.stdlib_dir.as_ref().map_or(Obj::NONE, |p| os_str(p.as_os_str())));
    set("_framework", text(""));
    set("_git", tuple::new_tuple([text("pyre"), text(""), text("")]));
    let jit = module::new_module("sys._jit");
    module::add_functions(&jit, &functions::JIT_DEFS);
    set("_jit", jit);
    set("platform", text("linux"));
    set("byteorder", text(if cfg!(target_endian = "little") { "little" } else { "big" }));
    set("copyright", text("Copyright (c) of pyre and what it is made of: see pyre --licenses"));
    set("version", text(&info::version()));
    set("hexversion", int::new_int(0x030e_00f0));
    set("api_version", int::new_int(1013));
    set("maxsize", int::new_int(i64::MAX));
    set("maxunicode", int::new_int(0x10ffff));
    set("float_repr_style", text("short"));
    set("dont_write_bytecode", Obj::TRUE);
    set("pycache_prefix", Obj::NONE);
    set("path", list::new_list([]));
    set("meta_path", list::new_list([]));
    set("path_hooks", list::new_list([]));
    set("path_importer_cache", dict::new_dict());
    set("warnoptions", list::new_list(c.options.warnings.iter().map(|w| text(w))));
    set("abiflags", text("t"));
    set("ps1", text(">>> "));
    set("ps2", text("... "));
    let names = c.native_modules.iter().map(|(n, _)| *n).chain(["sys", "builtins", "_imp"]);
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    set("builtin_module_names", tuple::new_tuple(names.into_iter().map(text)));
    let mut all: Vec<&str> = (c.frozen_names)().into_iter().filter(|n| !n.contains('.')).collect();
    all.extend(c.native_modules.iter().map(|(n, _)| *n));
    all.sort_unstable();
    all.dedup();
    set("stdlib_module_names", pyre_object::set::frozenset_of(vm, all.into_iter().map(text))?);
    for hook in ["excepthook", "unraisablehook", "displayhook", "breakpointhook"] {
        if let Some(f) = crate::runtime::sys_attribute(hook) {
            set(&format!("__{hook}__"), f);
        }
    }
    let x = dict::new_dict();
    for (k, v) in &c.options.x {
        dict::set_item(vm, &x, &text(k), v.as_ref().map_or(Obj::TRUE, |v| text(v)))?;
    }
    set("_xoptions", x);
    monitoring::fill(vm, r)?;
    info::fill(vm, r)
}
