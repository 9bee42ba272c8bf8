//! pyre-compiler: Python 3.14 source to bytecode.
//!
//! Bytes are decoded ([`source`]), scanned for their nesting ([`errors::scan`](errors)), parsed by ruff's parser, given
//! a symbol table (`symbols`) and compiled (`codegen`). Parsing and compiling recurse with the nesting of the source, so
//! deeply nested sources are compiled on a thread with a stack of the size that they need.

mod codegen;
mod errors;
mod fold;
mod future;
mod literal;
mod names;
mod source;
mod symbols;
pub mod tree;

use pyre_bytecode::CodeUnit;
use rustpython_ruff_python_ast::{Mod, PythonVersion, Stmt};
use rustpython_ruff_python_parser::{self as parser, ParseOptions};
use rustpython_ruff_text_size::{Ranged, TextRange};

pub use errors::{ErrorKind, SyntaxError, Warning, WarningCategory};
pub use future::Features;
pub use source::Source;

/// What a source is compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module, as by `exec`.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement: values of expressions are printed.
    Single,
}

/// Options of a compilation.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// 0, 1 (`-O`: no asserts, `__debug__` is false) or 2 (`-OO`: no docstrings either).
    pub optimize: u8,
    /// `await` and the like outside functions make the code a coroutine.
    pub allow_top_level_await: bool,
    /// Input that ends too early gives [`ErrorKind::IncompleteInput`].
    pub allow_incomplete_input: bool,
    /// An indented block at the end of interactive input needs a newline after it to be whole.
    pub dont_imply_dedent: bool,
    /// Features inherited from the code that compiles.
    pub features: Features,
    /// Syntax younger than Python 3.N is an error.
    pub feature_version: Option<u8>,
    /// Nodes are optimized.
    pub optimize_nodes: bool,
}

/// A compiled source.
#[derive(Debug)]
pub struct Compiled {
    /// The code.
    pub code: CodeUnit,
    /// Warnings, in the order of the source.
    pub warnings: Vec<Warning>,
    /// Features that the source has, inherited ones included.
    pub features: Features,
}

/// Compiles source bytes.
///
/// # Errors
/// If the source is not valid Python.
pub fn compile(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    let source = Source::from_bytes(source)?;
    compile_source(&source, filename, mode, options)
}

/// Compiles source text that is decoded already.
///
/// # Errors
/// If the source is not valid Python.
pub fn compile_source(
    source: &Source,
    filename: &str,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    let depth = errors::scan::nesting(source)?;
    on_large_stack(depth, source, |source| {
        let tree = parse(source, mode, options)?;
        compile_tree(source, &tree, filename, mode, options)
    })
    .map_err(Box::new)
}

/// Checks the syntax of source bytes, without what only compiling finds.
///
/// # Errors
/// If the source is not valid Python.
pub fn parse_only(source: &[u8], mode: Mode, options: &Options) -> Result<(), Box<SyntaxError>> {
    let source = Source::from_bytes(source)?;
    let depth = errors::scan::nesting(&source)?;
    on_large_stack(depth, &source, |source| parse(source, mode, options).map(|_| ())).map_err(Box::new)
}

/// The warnings that reading the source gave before the error was found.
pub fn warnings_before(source: &Source, error: &SyntaxError, mode: Mode) -> Vec<Warning> {
    if error.line == 0 || !source.text().contains('\\') {
        return Vec::new();
    }
    errors::translate::warnings_before(source, error, mode)
}

/// Stack that one level of nesting may need, in the parser and here.
const STACK_PER_LEVEL: usize = if cfg!(debug_assertions) { 48 << 10 } else { 12 << 10 };
/// Sources of this depth are compiled on the caller's stack.
const SHALLOW: usize = 40;

/// Runs the work on a stack that is large enough for that depth. The source is copied if that is another thread's.
fn on_large_stack<T: Send>(
    depth: usize,
    source: &Source,
    work: impl FnOnce(&Source) -> Result<T, SyntaxError> + Send,
) -> Result<T, SyntaxError> {
    if depth <= SHALLOW {
        return work(source);
    }
    let size = (depth * STACK_PER_LEVEL).max(4 << 20);
    let (text, int_digits) = (source.text().to_string(), source.int_digits());
    std::thread::scope(|scope| {
        let run = move || work(&Source::from_text(text).with_int_digits(int_digits));
        let thread = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, run);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(SyntaxError::bare(ErrorKind::MemoryError, "no stack for the compiler")),
        }
    })
}

fn parse(source: &Source, mode: Mode, options: &Options) -> Result<Mod, SyntaxError> {
    let parser_mode = match mode {
        Mode::Eval => parser::Mode::Expression,
        Mode::Exec | Mode::Single => parser::Mode::Module,
    };
    let minor = options.feature_version.map_or(14, |minor| minor.clamp(7, 14));
    let version = PythonVersion { major: 3, minor };
    let parser_options = ParseOptions::from(parser_mode).with_target_version(version);
    match parser::parse(source.text(), parser_options) {
        Ok(parsed) => {
            errors::versions::check(source, parsed.unsupported_syntax_errors(), options)?;
            Ok(parsed.into_syntax())
        }
        Err(error) => Err(errors::translate::translate(source, &error, mode, options)),
    }
}

fn compile_tree(
    source: &Source,
    tree: &Mod,
    filename: &str,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, SyntaxError> {
    let mut names = names::Interner::new();
    let mut warnings = Vec::new();
    let (table, features) = match tree {
        Mod::Module(module) => {
            if mode == Mode::Single {
                check_single(&module.body, source, options)?;
            }
            let features = future::collect(&module.body, options.features, source)?;
            let table = symbols::build::build_module(&module.body, source, &mut names, features.annotations)?;
            (table, features)
        }
        Mod::Expression(expression) => {
            let table = symbols::build::build_expression(&expression.body, source, &mut names)?;
            (table, options.features)
        }
    };
    let input = codegen::Input {
        source,
        table: &table,
        names: &mut names,
        options,
        filename,
        features,
        mode,
        warnings: &mut warnings,
    };
    let code = match tree {
        Mod::Module(module) => codegen::Codegen::module(input, &module.body)?,
        Mod::Expression(expression) => codegen::Codegen::expression(input, &expression.body)?,
    };
    warnings.sort_by_key(|warning| warning.line);
    Ok(Compiled { code, warnings, features })
}

fn is_compound(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Match(_)
            | Stmt::Try(_)
    )
}

/// Interactive input is one statement, or several simple ones on one line.
fn check_single(body: &[Stmt], source: &Source, options: &Options) -> Result<(), SyntaxError> {
    let line = |range: TextRange| source.line_index(range.start().to_usize());
    if let [first, rest @ ..] = body
        && let Some(other) = rest.iter().find(|statement| line(statement.range()) != line(first.range()))
    {
        if is_compound(first) {
            let start = other.range().start();
            let text = &source.text()[start.to_usize()..];
            let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len()).max(1);
            let range = TextRange::at(start, (length as u32).into());
            return Err(SyntaxError::at(source, range, "invalid syntax"));
        }
        let message = "multiple statements found while compiling a single statement";
        let mut error = SyntaxError::at(source, TextRange::empty(first.range().end()), message);
        error.end_offset += 1;
        return Err(error);
    }
    errors::translate::check_interactive(source, body.first().map(is_compound), options)
}
