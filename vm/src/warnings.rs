//! Warnings from native code, through the `warnings` module's filters.

use pyre_compiler::{Warning, WarningCategory};
use pyre_object::{Exc, Obj, PyResult, Vm, dict, int, intern, str};

/// Issues a warning as `warnings.warn` does.
///
/// # Errors
/// The warning, if the filters turn it into an exception.
pub fn warn(vm: &Vm, category: Exc, message: &str, stack_level: usize) -> PyResult<()> {
    let m = vm.import("warnings")?;
    let f = vm.getattr_str(&m, "warn")?;
    let args = [str::new_str(message), category.ty().clone(), Obj::from_len(stack_level)];
    vm.call(&f, &args).map(drop)
}

/// Issues a warning of the compiler; if the filters make it an error, that is a `SyntaxError` at the same place.
///
/// # Errors
/// See above.
pub fn warn_explicit(vm: &Vm, w: &Warning, filename: &str) -> PyResult<()> {
    let loaded = dict::get_str(crate::runtime::runtime().modules, &intern::intern_str("warnings"));
    let Some(m) = loaded else { return Ok(()) };
    let category = match w.category {
        WarningCategory::SyntaxWarning => Exc::SyntaxWarning,
        WarningCategory::DeprecationWarning => Exc::DeprecationWarning,
    };
    let f = vm.getattr_str(&m, "warn_explicit")?;
    let args = [
        str::new_str(&w.message),
        category.ty().clone(),
        str::new_str(filename),
        int::new_int(i64::from(w.line)),
    ];
    match vm.call(&f, &args) {
        Ok(_) => Ok(()),
        Err(e) if category == Exc::SyntaxWarning && vm.matches(&e, Exc::SyntaxWarning) => {
            Err(crate::compiling::syntax_error(vm, &w.as_error, filename))
        }
        Err(e) => Err(e),
    }
}
