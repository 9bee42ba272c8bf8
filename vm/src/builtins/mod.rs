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
    NativeDef::function("abs", "(number, /)", numbers::abs)
        .doc("Return the absolute value of the argument."),
    NativeDef::function("all", "(iterable, /)", functions::all)
        .doc("Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True."),
    NativeDef::function("any", "(iterable, /)", functions::any)
        .doc("Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False."),
    NativeDef::function("ascii", "(obj, /)", functions::ascii)
        .doc("Return an ASCII-only representation of an object.\n\nWhat repr() gives, with other characters as \\\\x, \\\\u or \\\\U escapes."),
    NativeDef::function("bin", "(number, /)", numbers::bin)
        .doc("Return the binary representation of an integer.\n\n   >>> bin(10)\n   '0b1010'"),
    NativeDef::raw_function("breakpoint", "(*args, **kws)", functions::breakpoint)
        .doc("Call sys.breakpointhook(*args, **kws): by default, drop into the debugger."),
    NativeDef::function("callable", "(obj, /)", functions::callable)
        .doc("Return whether the object is callable (i.e., some kind of function)."),
    NativeDef::function("chr", "(i, /)", numbers::chr)
        .doc("Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."),
    NativeDef::function(
        "compile",
        "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        source::compile,
    )
        .doc("Compile source into a code object that can be executed by exec() or eval()."),
    NativeDef::function("delattr", "(obj, name, /)", functions::delattr)
        .doc("Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``"),
    NativeDef::function("dir", "(object=None, /)", functions::dir)
        .doc("Return the names of an object's attributes; without an argument, those of the current scope."),
    NativeDef::function("divmod", "(x, y, /)", numbers::divmod)
        .doc("Return the tuple (x//y, x%y).  Invariant: div*y + mod == x."),
    NativeDef::function("eval", "(source, /, globals=None, locals=None)", source::eval)
        .doc("Evaluate the given source in the context of globals and locals."),
    NativeDef::function("exec", "(source, /, globals=None, locals=None, *, closure=None)", source::exec)
        .doc("Execute the given source in the context of globals and locals."),
    NativeDef::function("format", "(value, format_spec='', /)", functions::format)
        .doc("Return type(value).__format__(value, format_spec)."),
    NativeDef::function("getattr", "(object, name, default=None, /)", functions::getattr)
        .doc("Get a named attribute from an object.\n\ngetattr(x, 'y') is equivalent to ``x.y``; a default is returned where the attribute does not exist."),
    NativeDef::function("globals", "()", source::globals)
        .doc("Return the dictionary containing the current scope's global variables."),
    NativeDef::function("hasattr", "(obj, name, /)", functions::hasattr)
        .doc("Return whether the object has an attribute with the given name."),
    NativeDef::function("hash", "(obj, /)", functions::hash)
        .doc("Return the hash value for the given object.\n\nTwo objects that compare equal must also have the same hash value."),
    NativeDef::function("hex", "(number, /)", numbers::hex)
        .doc("Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
    NativeDef::function("id", "(obj, /)", functions::id)
        .doc("Return the identity of an object.\n\nIt is unique among simultaneously existing objects."),
    NativeDef::function("input", "(prompt='', /)", functions::input)
        .doc("Read a string from standard input.  The trailing newline is stripped."),
    NativeDef::function("isinstance", "(obj, class_or_tuple, /)", functions::isinstance)
        .doc("Return whether an object is an instance of a class or of a subclass thereof."),
    NativeDef::function("issubclass", "(cls, class_or_tuple, /)", functions::issubclass)
        .doc("Return whether 'cls' is derived from another class or is the same class."),
    NativeDef::function("iter", "(object, sentinel=None, /)", functions::iter)
        .doc("Get an iterator from an object; with a sentinel, call the object until it returns the sentinel."),
    NativeDef::function("aiter", "(async_iterable, /)", functions::aiter)
        .doc("Return an AsyncIterator for an AsyncIterable object."),
    NativeDef::function("len", "(obj, /)", functions::len)
        .doc("Return the number of items in a container."),
    NativeDef::function("locals", "()", source::locals)
        .doc("Return a dictionary containing the current scope's local variables."),
    NativeDef::raw_function("max", "(iterable, *[, default=obj, key=func])", functions::max)
        .doc("Return the largest item of an iterable, or the largest of two or more arguments."),
    NativeDef::raw_function("min", "(iterable, *[, default=obj, key=func])", functions::min)
        .doc("Return the smallest item of an iterable, or the smallest of two or more arguments."),
    NativeDef::function("next", "(iterator, default=None, /)", functions::next)
        .doc("Return the next item from the iterator, or the default at its end."),
    NativeDef::function("oct", "(number, /)", numbers::oct)
        .doc("Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
    NativeDef::function("ord", "(character, /)", numbers::ord)
        .doc("Return the ordinal value of a character."),
    NativeDef::function("pow", "(base, exp, mod=None)", numbers::pow)
        .doc("Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments."),
    NativeDef::function("print", "(*args, sep=' ', end='\\n', file=None, flush=False)", functions::print)
        .doc("Prints the values to a stream, or to sys.stdout by default."),
    NativeDef::function("repr", "(obj, /)", functions::repr)
        .doc("Return the canonical string representation of the object."),
    NativeDef::function("round", "(number, ndigits=None)", numbers::round)
        .doc("Round a number to a given precision in decimal digits."),
    NativeDef::function("setattr", "(obj, name, value, /)", functions::setattr)
        .doc("Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', v) is equivalent to ``x.y = v``"),
    NativeDef::raw_function("sorted", "(iterable, /, *, key=None, reverse=False)", functions::sorted)
        .doc("Return a new list containing all items from the iterable in ascending order."),
    NativeDef::function("sum", "(iterable, /, start=0)", numbers::sum)
        .doc("Return the sum of a 'start' value (default: 0) plus an iterable of numbers."),
    NativeDef::function("vars", "(object=None, /)", source::vars)
        .doc("Show the __dict__ of an object; without an argument, equivalent to locals()."),
    NativeDef::function(
        "__import__",
        "(name, globals=None, locals=None, fromlist=(), level=0)",
        functions::import,
    )
        .doc("Import a module. Programs use importlib.import_module() instead."),
    NativeDef::function(
        "open",
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        functions::open,
    )
        .doc("Open file and return a stream.  Raise OSError upon failure."),
    NativeDef::function("anext", "(async_iterator, default=None, /)", functions::anext)
        .doc("Return the next item from the async iterator, or the default at its end."),
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
