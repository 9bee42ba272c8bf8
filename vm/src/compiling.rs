//! From source to code objects: the compiler's results as Python objects and exceptions.

use pyre_compiler::tree::{self, Invalid};
use pyre_compiler::{Compiled, ErrorKind, Mode, Options, Source, SyntaxError};
use pyre_object::exception_support::exception_body;
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, code, int, str, tuple};

/// Decodes source bytes; encodings that the compiler does not know are left to the codecs.
///
/// # Errors
/// `SyntaxError`
pub fn decode_source(vm: &Vm, bytes: &[u8], filename: &str) -> PyResult<Source> {
    let error = match Source::from_bytes(bytes) {
        Ok(source) => return Ok(source.with_int_digits(pyre_types::int::max_str_digits())),
        Err(error) => error,
    };
    if error.message.starts_with("unknown encoding")
        && let Some(encoding) = Source::declared_encoding(bytes)
        && let Ok(text) = pyre_types::codecs::decode(vm, bytes, &encoding, "strict")
        && let Some(text) = str::to_utf8(&text)
    {
        return Ok(Source::from_text(text.into_owned()));
    }
    Err(syntax_error(vm, &error, filename))
}

/// Compiles source bytes to a code object; warnings of the compiler are issued.
///
/// # Errors
/// `SyntaxError` and its subclasses, `RecursionError`, `MemoryError`, or a warning that the filters turn into an error.
pub fn compile(vm: &Vm, source: &[u8], filename: &str, mode: Mode, options: &Options) -> PyResult {
    compile_source(vm, &decode_source(vm, source, filename)?, filename, mode, options)
}

/// Compiles source text to a code object; warnings of the compiler are issued.
///
/// # Errors
/// As [`compile`].
pub fn compile_source(vm: &Vm, source: &Source, filename: &str, mode: Mode, options: &Options) -> PyResult {
    let work = || pyre_compiler::compile_source(source, filename, mode, options);
    let compiled = match pyre_threads::without_attachment(work) {
        Ok(c) => c,
        Err(e) => return Err(error_in_source(vm, &e, filename, mode, source)),
    };
    finish(vm, compiled, filename)
}

/// Issues a compilation's warnings and makes its code object.
fn finish(vm: &Vm, compiled: Compiled, filename: &str) -> PyResult {
    for w in &compiled.warnings {
        crate::warnings::warn_explicit(vm, w, filename)?;
    }
    Ok(code::new_code(compiled.code.into()))
}

/// The exception for a compiler's error, with the source that `traceback` looks for mistyped keywords in: where the
/// statement before the error begins, and the whole text.
#[cold]
fn error_in_source(vm: &Vm, e: &SyntaxError, filename: &str, mode: Mode, source: &Source) -> Raised {
    for w in pyre_compiler::warnings_before(source, e, mode) {
        if let Err(raised) = crate::warnings::warn_explicit(vm, &w, filename) {
            return raised;
        }
    }
    let raised = syntax_error(vm, e, filename);
    let may_be_typo = e.message == "invalid syntax" || e.message.contains("Perhaps you forgot a comma");
    if !may_be_typo || !matches!(e.kind, ErrorKind::SyntaxError) || e.line == 0 {
        return raised;
    }
    let before: Vec<&str> = source.text().lines().take(e.line as usize).collect();
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let limit = before.last().map_or(0, |line| indentation(line));
    let is_earlier = |line: &&str| !line.trim().is_empty() && indentation(line) <= limit;
    let above = before.len().saturating_sub(1);
    let (line, column) = match before[..above].iter().rposition(is_earlier) {
        Some(i) => (i + 1, indentation(before[i])),
        None => (before.len(), 0),
    };
    let metadata = [Obj::from_len(line), Obj::from_len(column), str::new_str(source.text())];
    let member = Exc::SyntaxError.field_index("_metadata");
    if let Some(i) = member {
        exception_body(&raised.0).extra(i).set(tuple::new_tuple(metadata));
    }
    raised
}

/// Parses source text to nodes, as Python objects; warnings are issued.
///
/// # Errors
/// As [`compile`].
pub fn parse_source(vm: &Vm, source: &Source, filename: &str, mode: Mode, options: &Options) -> PyResult {
    let work = || tree::parse_source(source, mode, options);
    let parsed = match pyre_threads::without_attachment(work) {
        Ok(p) => p,
        Err(e) => return Err(error_in_source(vm, &e, filename, mode, source)),
    };
    for w in &parsed.warnings {
        crate::warnings::warn_explicit(vm, w, filename)?;
    }
    crate::ast::to_object(vm, &parsed.root)
}

/// Parses the type of a function to nodes.
///
/// # Errors
/// `SyntaxError`
pub fn parse_function_type(vm: &Vm, source: &Source, filename: &str, options: &Options) -> PyResult {
    match tree::parse_function_type(source, options) {
        Ok(parsed) => crate::ast::to_object(vm, &parsed.root),
        Err(e) => Err(syntax_error(vm, &e, filename)),
    }
}

/// Optimizes nodes that are Python objects: the result are new ones.
///
/// # Errors
/// As [`compile_nodes`].
pub fn optimize_nodes(vm: &Vm, root: &Obj, mode: Mode, options: &Options) -> PyResult {
    let mut root = crate::ast::root_from_object(vm, root, mode)?;
    tree::optimize_nodes(&mut root, options.optimize);
    crate::ast::to_object(vm, &root)
}

/// Compiles nodes that are Python objects.
///
/// # Errors
/// As [`compile`]; `TypeError` and `ValueError` for what are no proper nodes.
pub fn compile_nodes(vm: &Vm, root: &Obj, filename: &str, mode: Mode, options: &Options) -> PyResult {
    let root = crate::ast::root_from_object(vm, root, mode)?;
    let compiled = match tree::compile_nodes(root, filename, mode, options) {
        Ok(c) => c,
        Err(Invalid::Value(message)) => return Err(vm.value_error(message)),
        Err(Invalid::Type(message)) => return Err(vm.type_error(message)),
        Err(Invalid::Syntax(e)) => return Err(syntax_error(vm, &e, filename)),
    };
    finish(vm, compiled, filename)
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
        ErrorKind::IncompleteInput => Exc::_IncompleteInputError,
    };
    if e.line == 0 && e.text.is_none() {
        return vm.error(exc, &e.message);
    }
    // `u32::MAX` stands for -1.
    let number = |n: u32| int::new_int(i64::from(n as i32));
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
    vm.error_with(exc, &[message, tuple::new_tuple(details)])
}
