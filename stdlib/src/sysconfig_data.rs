//! `_sysconfigdata_t_linux_x86_64-linux-gnu`: what `sysconfig` says about the build. There was no `configure`, so there
//! are few of CPython's variables.

use crate::support::new_module;
use pyre_object::{Obj, PyResult, Vm, dict, int, intern, module, str};

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    let m = new_module("_sysconfigdata_t_linux_x86_64-linux-gnu", "", &[]);
    let variables = dict::new_dict();
    let set = |name: &str, value: Obj| dict::set_str(&variables, &intern::intern_str(name), value);
    for (name, text) in [
        ("ABIFLAGS", "t"),
        ("CC", ""),
        ("CFLAGS", ""),
        ("CONFIG_ARGS", ""),
        ("EXT_SUFFIX", ".so"),
        ("LDFLAGS", ""),
        ("MACHDEP", "linux"),
        ("MULTIARCH", "x86_64-linux-gnu"),
        ("PY_CFLAGS", ""),
        ("SHLIB_SUFFIX", ".so"),
        ("VERSION", "3.14"),
    ] {
        set(name, str::new_str(text));
    }
    for (name, number) in [("Py_DEBUG", 0), ("Py_GIL_DISABLED", 1), ("WITH_DOC_STRINGS", 1)] {
        set(name, int::new_int(number));
    }
    module::set(&m, "build_time_vars", variables);
    Ok(m)
}
