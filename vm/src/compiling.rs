//! From source to code objects: the compiler's results as Python objects and exceptions.

use pyre_compiler::{ErrorKind, Mode, Options, SyntaxError};
use pyre_object::exception_support::exception_body;
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, code, int, str, tuple};
use std::sync::Arc;

/// Compiles source bytes to a code object; warnings of the compiler are issued.
///
/// # Errors
/// `SyntaxError` and its subclasses, `RecursionError`, `MemoryError`, or a warning that the filters turn into an error.
pub fn compile(vm: &Vm, source: &[u8], filename: &str, mode: Mode, options: &Options) -> PyResult {
    let compiled =
        match pyre_threads::without_attachment(|| pyre_compiler::compile(source, filename, mode, options)) {
            Ok(c) => c,
            Err(e) => return Err(syntax_error(vm, &e, filename)),
        };
    for w in &compiled.warnings {
        crate::warnings::warn_explicit(vm, w, filename)?;
    }
    Ok(code::new_code(Arc::new(compiled.code)))
}

/// The exception for a compiler's error.
#[cold]
pub fn syntax_error(vm: &Vm, e: &SyntaxError, filename: &str) -> Raised {
    let exc = match e.kind {
        ErrorKind::SyntaxError => Exc::SyntaxError,
        ErrorKind::IndentationError => Exc::IndentationError,
        ErrorKind::TabError => Exc::TabError,
        ErrorKind::RecursionError => return vm.error(Exc::RecursionError, &e.message),
        ErrorKind::MemoryError => return vm.error(Exc::MemoryError, &e.message),
        ErrorKind::IncompleteInput => Exc::SyntaxError,
    };
    let number = |n: u32| int::new_int(i64::from(n));
    let text = e.text.as_ref().map_or(Obj::NONE, |t| str::new_str(t));
    let details = [
        str::new_str(filename),
        number(e.line),
        number(e.offset),
        text,
        number(e.end_line),
        number(e.end_offset),
    ];
    let message = str::new_str(&e.message);
    let r = vm.error_with(exc, &[message.clone(), tuple::new_tuple(details.iter().cloned())]);
    let b = exception_body(&r.0);
    b.extra(0).set(message);
    for (i, d) in details.into_iter().enumerate() {
        b.extra(i + 1).set(d);
    }
    r
}
