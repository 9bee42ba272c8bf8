//! Builtin functions on source, code and namespaces.

use crate::ast::{self, ONLY_AST, OPTIMIZED, TOP_LEVEL_AWAIT, TYPE_COMMENTS};
use crate::compiling;
use crate::runtime::{config, runtime};
use pyre_compiler::{Features, Mode, Options, Source};
use pyre_interp::frameobj::FrameBody;
use pyre_object::code::code_body;
use pyre_object::{Builtin, Exc, Obj, PyResult, Vm, dict, names, raise, str, tuple};

const DONT_IMPLY_DEDENT: i64 = 0x200;
const ALLOW_INCOMPLETE: i64 = 0x4000;
/// `CO_FUTURE_*`
const FUTURE_MASK: i64 = 0x1FE_0000;
/// Everything that `compile()` takes; 0x10 is a feature that changes nothing any more.
const ALL_FLAGS: i64 = ONLY_AST
    | TOP_LEVEL_AWAIT
    | DONT_IMPLY_DEDENT
    | ALLOW_INCOMPLETE
    | TYPE_COMMENTS
    | OPTIMIZED
    | FUTURE_MASK
    | 0x10;

/// Source text of a str, or decoded from bytes.
fn source_text(
    vm: &Vm,
    source: &Obj,
    filename: &str,
    mode: Mode,
    what: &str,
    other: &str,
) -> PyResult<Source> {
    if str::is_str(source) {
        let Some(text) = str::to_utf8(source) else {
            // The codec's error says where the surrogate is.
            let encoded = pyre_types::codecs::encode(vm, source, "utf-8", "strict");
            return encoded
                .and_then(|_| raise!(vm, ValueError, "source code string cannot contain surrogates"));
        };
        if text.contains('\0') {
            raise!(vm, SyntaxError, "source code string cannot contain null bytes");
        }
        let text: &str = if mode == Mode::Eval { trim_start(&text) } else { &text };
        return Ok(Source::from_text(text.to_owned()).with_int_digits(pyre_types::int::max_str_digits()));
    }
    if source.slots().buffer.addr() == 0 {
        raise!(vm, TypeError, "{what} must be a string, bytes {other}");
    }
    let bytes = vm.buffer(source)?.to_bytes().into_owned();
    compiling::decode_source(vm, &bytes, filename)
}

/// `eval()` takes spaces and tabs before the expression.
fn trim_start(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// The `__future__` features of the running code, as bits of `co_flags`.
fn inherited_flags(vm: &Vm) -> i64 {
    pyre_interp::current_frame(vm).map_or(0, |f| {
        // SAFETY: the frame's function keeps its code alive.
        i64::from(unsafe { &*f.code }.flags) & FUTURE_MASK
    })
}

fn options(flags: i64, optimize: i64) -> Options {
    Options {
        optimize: if optimize < 0 { config().options.optimize } else { optimize as u8 },
        allow_top_level_await: flags & TOP_LEVEL_AWAIT != 0,
        allow_incomplete_input: flags & ALLOW_INCOMPLETE != 0,
        dont_imply_dedent: flags & DONT_IMPLY_DEDENT != 0,
        features: Features::from_code_flags((flags & FUTURE_MASK) as u32),
        feature_version: None,
        optimize_nodes: flags & OPTIMIZED != 0,
    }
}

pub fn compile(vm: &Vm, a: &[Obj]) -> PyResult {
    let filename = if str::is_str(&a[1]) {
        str::to_string_lossy(&a[1])
    } else {
        let p = vm.call1(&vm.getattr_str(&vm.import("os")?, "fsdecode")?, &a[1])?;
        str::to_string_lossy(&p)
    };
    if !str::is_str(&a[2]) {
        raise!(vm, TypeError, "compile() argument 'mode' must be str, not {}", a[2].type_name());
    }
    let mut flags = a[3].given().map_or(Ok(0), |o| vm.to_i32(o))? as i64;
    if flags & !ALL_FLAGS != 0 {
        raise!(vm, ValueError, "compile(): unrecognised flags");
    }
    if !a[4].given().map_or(Ok(false), |o| vm.truth(o))? {
        flags |= inherited_flags(vm);
    }
    let optimize = a[5].given().map_or(Ok(-1), |o| vm.to_i32(o))? as i64;
    if !(-1..=2).contains(&optimize) {
        raise!(vm, ValueError, "compile(): invalid optimize value");
    }
    let mode = match str::to_string_lossy(&a[2]).as_str() {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" if flags & ONLY_AST != 0 && ast::is_node(&a[0]) => {
            ast::check_kind(vm, &a[0], pyre_compiler::tree::Kind::FunctionType)?;
            return Ok(a[0].clone());
        }
        "func_type" if flags & ONLY_AST != 0 => {
            let source = source_text(vm, &a[0], &filename, Mode::Eval, "compile() arg 1", "or AST object")?;
            return compiling::parse_function_type(vm, &source, &filename, &options(flags, optimize));
        }
        "func_type" => raise!(vm, ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST"),
        _ if flags & ONLY_AST != 0 => {
            raise!(vm, ValueError, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'")
        }
        _ => raise!(vm, ValueError, "compile() mode must be 'exec', 'eval' or 'single'"),
    };
    let mut options = options(flags, optimize);
    let version = a[6].given().map_or(Ok(-1), |o| vm.to_i32(o))?;
    options.feature_version = u8::try_from(version).ok();
    if ast::is_node(&a[0]) {
        if flags & ONLY_AST != 0 {
            ast::check_mode(vm, &a[0], mode)?;
            if flags & OPTIMIZED != 0 {
                return compiling::optimize_nodes(vm, &a[0], mode, &options);
            }
            return Ok(a[0].clone());
        }
        return compiling::compile_nodes(vm, &a[0], &filename, mode, &options);
    }
    let source = source_text(vm, &a[0], &filename, Mode::Exec, "compile() arg 1", "or AST object")?;
    if flags & ONLY_AST != 0 {
        return compiling::parse_source(vm, &source, &filename, mode, &options);
    }
    compiling::compile_source(vm, &source, &filename, mode, &options)
}

/// The namespaces of `exec` and `eval`: given, or those of the caller.
fn namespaces(vm: &Vm, globals: &Obj, locals: &Obj, what: &str) -> PyResult<(Obj, Obj)> {
    let g = match globals.not_none() {
        Some(g) if g.downcast::<dict::DictBody>().is_none() => {
            if what == "eval" {
                let kind = if g.slots().getitem.addr() == 0 {
                    "be a dict"
                } else {
                    "be a real dict; try eval(expr, {}, mapping)"
                };
                return Err(vm.type_error(format!("globals must {kind}")));
            }
            raise!(vm, TypeError, "{what}() globals must be a dict, not {}", g.type_name())
        }
        Some(g) => g.clone(),
        None => current_globals(vm)?,
    };
    let l = match (locals.not_none(), globals.not_none()) {
        (Some(l), _) if l.slots().getitem.addr() == 0 => {
            if what == "eval" {
                raise!(vm, TypeError, "locals must be a mapping");
            }
            raise!(vm, TypeError, "locals must be a mapping or None, not {}", l.type_name())
        }
        (Some(l), _) => l.clone(),
        (None, Some(_)) => g.clone(),
        (None, None) => self::locals(vm, &[])?,
    };
    if dict::get_str(&g, names::__builtins__()).is_none() {
        dict::set_str(&g, names::__builtins__(), runtime().builtins.clone());
    }
    Ok((g, l))
}

/// The builtins dict that code with these globals sees.
pub fn builtins_of(globals: &Obj) -> Obj {
    match dict::get_str(globals, names::__builtins__()) {
        Some(b) if b.is_exactly(Builtin::Dict) => b,
        Some(m) => pyre_object::module::module_dict(&m).unwrap_or_else(|| runtime().builtins_dict.clone()),
        None => runtime().builtins_dict.clone(),
    }
}

fn run(vm: &Vm, a: &[Obj], mode: Mode, what: &str, closure: Obj) -> PyResult {
    let (g, l) = namespaces(vm, &a[1], &a[2], what)?;
    let code = if a[0].is_exactly(Builtin::Code) {
        a[0].clone()
    } else {
        let source = source_text(vm, &a[0], "<string>", mode, &format!("{what}() arg 1"), "or code object")?;
        compiling::compile_source(vm, &source, "<string>", mode, &options(inherited_flags(vm), -1))?
    };
    let free = code_body(&code).unit.freevars.len();
    if free != 0 && closure.is_unbound() {
        raise!(vm, TypeError, "code object passed to {what}() may not contain free variables");
    }
    if !closure.is_unbound() && tuple::get(&closure).is_none_or(|c| c.len() != free) {
        raise!(vm, TypeError, "code object requires a closure of exactly length {free}");
    }
    pyre_interp::run_code(vm, &code, &g, &builtins_of(&g), &l, closure)
}

pub fn eval(vm: &Vm, a: &[Obj]) -> PyResult {
    run(vm, a, Mode::Eval, "eval", Obj::UNBOUND)
}

pub fn exec(vm: &Vm, a: &[Obj]) -> PyResult {
    let closure = a[3].not_none().cloned().unwrap_or(Obj::UNBOUND);
    run(vm, a, Mode::Exec, "exec", closure)?;
    Ok(Obj::NONE)
}

fn current_globals(vm: &Vm) -> PyResult {
    match pyre_interp::current_frame(vm) {
        // SAFETY: kept alive by the frame's function.
        Some(f) => Ok(unsafe { Obj::from_borrowed(f.globals) }),
        None => Err(vm.error(Exc::SystemError, "globals and locals cannot be NULL")),
    }
}

pub fn globals(vm: &Vm, _: &[Obj]) -> PyResult {
    current_globals(vm)
}

pub fn locals(vm: &Vm, _: &[Obj]) -> PyResult {
    let Some(f) = pyre_interp::current_frame(vm) else {
        return Err(vm.error(Exc::SystemError, "frame does not exist"));
    };
    let frame = pyre_interp::frameobj::of(vm, f);
    Ok(frame_locals(&frame))
}

/// `locals()` of a frame: the namespace of modules and class bodies, a snapshot of variables in functions (PEP 667).
pub fn frame_locals(frame: &Obj) -> Obj {
    let b: &FrameBody = frame.body();
    let namespace = b.locals.get();
    if !namespace.is_unbound() {
        return namespace;
    }
    pyre_interp::frameobj::snapshot_locals(b)
}

pub fn vars(vm: &Vm, a: &[Obj]) -> PyResult {
    match a[0].given() {
        None => locals(vm, &[]),
        Some(o) => match vm.getattr_opt(o, names::__dict__())? {
            Some(d) => Ok(d),
            None => raise!(vm, TypeError, "vars() argument must have __dict__ attribute"),
        },
    }
}
