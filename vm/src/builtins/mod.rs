//! The `builtins` module: types by name, and the functions.

mod functions;
mod numbers;
mod source;

use pyre_object::{Builtin, Exc, NativeDef, Obj, PyResult, Vm, module};

/// Types that are visible as builtins.
const TYPES: &[Builtin] = &[
    Builtin::Object,
    Builtin::Type,
    Builtin::Int,
    Builtin::Bool,
    Builtin::Float,
    Builtin::Complex,
    Builtin::Str,
    Builtin::Bytes,
    Builtin::ByteArray,
    Builtin::MemoryView,
    Builtin::Tuple,
    Builtin::List,
    Builtin::Dict,
    Builtin::Set,
    Builtin::FrozenSet,
    Builtin::Range,
    Builtin::Slice,
    Builtin::ClassMethod,
    Builtin::StaticMethod,
    Builtin::Property,
    Builtin::Super,
    Builtin::Enumerate,
    Builtin::Zip,
    Builtin::Map,
    Builtin::Filter,
    Builtin::Reversed,
];

static DEFS: [NativeDef; 44] = [
    NativeDef::function("abs", "(number, /)", numbers::abs),
    NativeDef::function("all", "(iterable, /)", functions::all),
    NativeDef::function("any", "(iterable, /)", functions::any),
    NativeDef::function("ascii", "(obj, /)", functions::ascii),
    NativeDef::function("bin", "(number, /)", numbers::bin),
    NativeDef::raw_function("breakpoint", "(*args, **kws)", functions::breakpoint),
    NativeDef::function("callable", "(obj, /)", functions::callable),
    NativeDef::function("chr", "(i, /)", numbers::chr),
    NativeDef::function(
        "compile",
        "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        source::compile,
    ),
    NativeDef::function("delattr", "(obj, name, /)", functions::delattr),
    NativeDef::function("dir", "(object=None, /)", functions::dir),
    NativeDef::function("divmod", "(x, y, /)", numbers::divmod),
    NativeDef::function("eval", "(source, /, globals=None, locals=None)", source::eval),
    NativeDef::function("exec", "(source, /, globals=None, locals=None, *, closure=None)", source::exec),
    NativeDef::function("format", "(value, format_spec='', /)", functions::format),
    NativeDef::function("getattr", "(object, name, default=None, /)", functions::getattr),
    NativeDef::function("globals", "()", source::globals),
    NativeDef::function("hasattr", "(obj, name, /)", functions::hasattr),
    NativeDef::function("hash", "(obj, /)", functions::hash),
    NativeDef::function("hex", "(number, /)", numbers::hex),
    NativeDef::function("id", "(obj, /)", functions::id),
    NativeDef::function("input", "(prompt='', /)", functions::input),
    NativeDef::function("isinstance", "(obj, class_or_tuple, /)", functions::isinstance),
    NativeDef::function("issubclass", "(cls, class_or_tuple, /)", functions::issubclass),
    NativeDef::function("iter", "(object, sentinel=None, /)", functions::iter),
    NativeDef::function("aiter", "(async_iterable, /)", functions::aiter),
    NativeDef::function("len", "(obj, /)", functions::len),
    NativeDef::function("locals", "()", source::locals),
    NativeDef::raw_function("max", "(iterable, *[, default=obj, key=func])", functions::max),
    NativeDef::raw_function("min", "(iterable, *[, default=obj, key=func])", functions::min),
    NativeDef::function("next", "(iterator, default=None, /)", functions::next),
    NativeDef::function("oct", "(number, /)", numbers::oct),
    NativeDef::function("ord", "(character, /)", numbers::ord),
    NativeDef::function("pow", "(base, exp, mod=None)", numbers::pow),
    NativeDef::function("print", "(*args, sep=' ', end='\\n', file=None, flush=False)", functions::print),
    NativeDef::function("repr", "(obj, /)", functions::repr),
    NativeDef::function("round", "(number, ndigits=None)", numbers::round),
    NativeDef::function("setattr", "(obj, name, value, /)", functions::setattr),
    NativeDef::raw_function("sorted", "(iterable, /, *, key=None, reverse=False)", functions::sorted),
    NativeDef::function("sum", "(iterable, /, start=0)", numbers::sum),
    NativeDef::function("vars", "(object=None, /)", source::vars),
    NativeDef::function(
        "__import__",
        "(name, globals=None, locals=None, fromlist=(), level=0)",
        functions::import,
    ),
    NativeDef::function(
        "open",
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        functions::open,
    ),
    NativeDef::function("anext", "(async_iterator, default=None, /)", functions::anext),
];

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(_vm: &Vm) -> PyResult {
    let m = module::new_module("builtins");
    for t in TYPES {
        module::set(&m, t.name(), t.ty().clone());
    }
    for e in Exc::ALL {
        module::set(&m, e.name(), e.ty().clone());
    }
    module::set(&m, "EnvironmentError", Exc::OSError.ty().clone());
    module::set(&m, "IOError", Exc::OSError.ty().clone());
    for (name, v) in [
        ("None", Obj::NONE),
        ("True", Obj::TRUE),
        ("False", Obj::FALSE),
        ("Ellipsis", Obj::ELLIPSIS),
        ("NotImplemented", Obj::NOT_IMPLEMENTED),
    ] {
        module::set(&m, name, v);
    }
    let debug = crate::runtime::config().options.optimize == 0;
    module::set(&m, "__debug__", Obj::bool(debug));
    module::add_functions(&m, &DEFS);
    module::add_functions(&m, std::slice::from_ref(&pyre_interp::ops::functions::BUILD_CLASS));
    Ok(m)
}
