//! Well-known names as interned strings: `names::__init__()` is one load.

use crate::obj::Obj;
use crate::value::Value;
use pyre_threads::sync::atomic::{AtomicU64, Ordering};

macro_rules! names {
    ($($ident:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($ident,)* }

        const TEXTS: &[&str] = &[$($text,)*];

        $(
            #[doc = concat!("`", $text, "`")]
            #[inline(always)]
            #[allow(non_snake_case)]
            pub fn $ident() -> &'static Obj {
                at(Index::$ident as usize)
            }
        )*
    };
}

static TABLE: [AtomicU64; TEXTS.len()] = [const { AtomicU64::new(Value::UNBOUND.0) }; TEXTS.len()];

#[inline(always)]
fn at(i: usize) -> &'static Obj {
    // SAFETY: the word is set once, at start, to an interned string, which lives forever; `Obj` is transparent over it.
    unsafe { &*(TABLE[i].as_ptr() as *const Obj) }
}

/// Interns all names; by the first thread, after [`crate::str::init`].
pub fn init() {
    for (text, word) in TEXTS.iter().zip(&TABLE) {
        if word.load(Ordering::Acquire) == Value::UNBOUND.0 {
            word.store(crate::intern::intern_str(text).into_raw().0, Ordering::Release);
        }
    }
}

/// Whether defining this name (an interned string) on a class changes how attributes are found.
pub fn is_attribute_hook(name: &Obj) -> bool {
    [
        __getattribute__(),
        __getattr__(),
        __setattr__(),
        __delattr__(),
        __get__(),
        __set__(),
        __delete__(),
        __class__(),
    ]
    .iter()
    .any(|hook| hook.is(name))
}

#[rustfmt::skip]
names! {
    __abs__ = "__abs__", __add__ = "__add__", __aenter__ = "__aenter__", __aexit__ = "__aexit__",
    __aiter__ = "__aiter__", __all__ = "__all__", __and__ = "__and__", __anext__ = "__anext__",
    __annotate__ = "__annotate__", __annotate_func__ = "__annotate_func__",
    __annotations__ = "__annotations__", __annotations_cache__ = "__annotations_cache__",
    __args__ = "__args__", __await__ = "__await__", __bases__ = "__bases__", __base__ = "__base__",
    __bool__ = "__bool__", __buffer__ = "__buffer__", __build_class__ = "__build_class__",
    __builtins__ = "__builtins__", __bytes__ = "__bytes__", __cached__ = "__cached__",
    __call__ = "__call__", __cause__ = "__cause__", __ceil__ = "__ceil__", __class__ = "__class__",
    __class_getitem__ = "__class_getitem__", __classcell__ = "__classcell__",
    __classdict__ = "__classdict__", __classdictcell__ = "__classdictcell__", __closure__ = "__closure__",
    __code__ = "__code__", __complex__ = "__complex__",
    __conditional_annotations__ = "__conditional_annotations__", __contains__ = "__contains__",
    __context__ = "__context__", __copy__ = "__copy__", __debug__ = "__debug__",
    __deepcopy__ = "__deepcopy__", __defaults__ = "__defaults__", __del__ = "__del__",
    __delattr__ = "__delattr__", __delete__ = "__delete__", __delitem__ = "__delitem__",
    __dict__ = "__dict__", __dictoffset__ = "__dictoffset__", __dir__ = "__dir__",
    __divmod__ = "__divmod__", __doc__ = "__doc__", __enter__ = "__enter__", __eq__ = "__eq__",
    __exit__ = "__exit__", __file__ = "__file__", __firstlineno__ = "__firstlineno__",
    __float__ = "__float__", __floor__ = "__floor__", __floordiv__ = "__floordiv__",
    __format__ = "__format__", __fspath__ = "__fspath__", __ge__ = "__ge__", __get__ = "__get__",
    __getattr__ = "__getattr__", __getattribute__ = "__getattribute__", __getinitargs__ = "__getinitargs__",
    __getitem__ = "__getitem__", __getnewargs__ = "__getnewargs__", __getnewargs_ex__ = "__getnewargs_ex__",
    __getstate__ = "__getstate__", __globals__ = "__globals__", __gt__ = "__gt__", __hash__ = "__hash__",
    __iadd__ = "__iadd__", __iand__ = "__iand__", __ifloordiv__ = "__ifloordiv__",
    __ilshift__ = "__ilshift__", __imatmul__ = "__imatmul__", __imod__ = "__imod__",
    __import__ = "__import__", __imul__ = "__imul__", __index__ = "__index__", __init__ = "__init__",
    __init_subclass__ = "__init_subclass__", __instancecheck__ = "__instancecheck__", __int__ = "__int__",
    __invert__ = "__invert__", __ior__ = "__ior__", __ipow__ = "__ipow__", __irshift__ = "__irshift__",
    __isabstractmethod__ = "__isabstractmethod__", __isub__ = "__isub__", __iter__ = "__iter__",
    __itruediv__ = "__itruediv__", __ixor__ = "__ixor__", __kwdefaults__ = "__kwdefaults__",
    __le__ = "__le__", __len__ = "__len__", __length_hint__ = "__length_hint__",
    __lltrace__ = "__lltrace__", __loader__ = "__loader__", __lshift__ = "__lshift__", __lt__ = "__lt__",
    __main__ = "__main__", __match_args__ = "__match_args__", __matmul__ = "__matmul__",
    __missing__ = "__missing__", __mod__ = "__mod__", __module__ = "__module__", __mro__ = "__mro__",
    __mro_entries__ = "__mro_entries__", __mul__ = "__mul__", __name__ = "__name__", __ne__ = "__ne__",
    __neg__ = "__neg__", __new__ = "__new__", __next__ = "__next__", __notes__ = "__notes__",
    __objclass__ = "__objclass__", __or__ = "__or__", __orig_bases__ = "__orig_bases__",
    __orig_class__ = "__orig_class__", __origin__ = "__origin__", __package__ = "__package__",
    __parameters__ = "__parameters__", __path__ = "__path__", __pos__ = "__pos__", __pow__ = "__pow__",
    __prepare__ = "__prepare__", __qualname__ = "__qualname__", __radd__ = "__radd__",
    __rand__ = "__rand__", __rdivmod__ = "__rdivmod__", __reduce__ = "__reduce__",
    __reduce_ex__ = "__reduce_ex__", __release_buffer__ = "__release_buffer__", __repr__ = "__repr__",
    __reversed__ = "__reversed__", __rfloordiv__ = "__rfloordiv__", __rlshift__ = "__rlshift__",
    __rmatmul__ = "__rmatmul__", __rmod__ = "__rmod__", __rmul__ = "__rmul__", __ror__ = "__ror__",
    __round__ = "__round__", __rpow__ = "__rpow__", __rrshift__ = "__rrshift__", __rshift__ = "__rshift__",
    __rsub__ = "__rsub__", __rtruediv__ = "__rtruediv__", __rxor__ = "__rxor__", __self__ = "__self__",
    __set__ = "__set__", __set_name__ = "__set_name__", __setattr__ = "__setattr__",
    __setitem__ = "__setitem__", __setstate__ = "__setstate__", __signature__ = "__signature__",
    __sizeof__ = "__sizeof__", __slots__ = "__slots__", __spec__ = "__spec__",
    __static_attributes__ = "__static_attributes__", __str__ = "__str__", __sub__ = "__sub__",
    __subclasscheck__ = "__subclasscheck__", __subclasses__ = "__subclasses__",
    __subclasshook__ = "__subclasshook__", __suppress_context__ = "__suppress_context__",
    __text_signature__ = "__text_signature__", __traceback__ = "__traceback__", __truediv__ = "__truediv__",
    __trunc__ = "__trunc__", __type_params__ = "__type_params__",
    __typing_is_unpacked_typevartuple__ = "__typing_is_unpacked_typevartuple__",
    __typing_prepare_subst__ = "__typing_prepare_subst__", __typing_subst__ = "__typing_subst__",
    __typing_unpacked_tuple_args__ = "__typing_unpacked_tuple_args__", __unpacked__ = "__unpacked__",
    __warningregistry__ = "__warningregistry__", __weakref__ = "__weakref__",
    __weakrefoffset__ = "__weakrefoffset__", __wrapped__ = "__wrapped__", __xor__ = "__xor__",
    __abstractmethods__ = "__abstractmethods__", __default__ = "__default__", __bound__ = "__bound__",
    __constraints__ = "__constraints__", __contravariant__ = "__contravariant__",
    __covariant__ = "__covariant__", __infer_variance__ = "__infer_variance__",
    __evaluate__ = "__evaluate__", __func__ = "__func__", __value__ = "__value__", __flags__ = "__flags__",
    __basicsize__ = "__basicsize__", __itemsize__ = "__itemsize__", __abc_tpflags__ = "__abc_tpflags__",
    K = "K", T = "T", V = "V", _as_parameter_ = "_as_parameter_", _asdict = "_asdict",
    _bootstrap = "_bootstrap", _field_defaults = "_field_defaults", _fields = "_fields",
    _fields_ = "_fields_", _find_and_load = "_find_and_load",
    _find_and_load_unlocked = "_find_and_load_unlocked", _fix_up_module = "_fix_up_module",
    _gcd_import = "_gcd_import", _handle_fromlist = "_handle_fromlist", _initializing = "_initializing",
    _lock_unlock_module = "_lock_unlock_module", _make = "_make", _mro = "_mro", _path = "_path",
    _replace = "_replace", _shutdown = "_shutdown", _uninitialized_submodules = "_uninitialized_submodules",
    abs = "abs", acquire = "acquire", add_note = "add_note", ag_await = "ag_await", ag_code = "ag_code",
    ag_frame = "ag_frame", ag_running = "ag_running", append = "append", appendleft = "appendleft",
    args = "args", argv = "argv", as_integer_ratio = "as_integer_ratio",
    backslashreplace = "backslashreplace", base = "base", big = "big", bit_count = "bit_count",
    bit_length = "bit_length", bool = "bool", breakpointhook = "breakpointhook", buffering = "buffering",
    builtins = "builtins", byteorder = "byteorder", bytes = "bytes", cached = "cached", cancel = "cancel",
    category = "category", characters_written = "characters_written", clear = "clear", close = "close",
    closed = "closed", closefd = "closefd", cls = "cls", co_filename = "co_filename", co_name = "co_name",
    code = "code", codecs = "codecs", collected = "collected", compile = "compile", conjugate = "conjugate",
    context = "context", conversion = "conversion", copy = "copy", count = "count", cr_await = "cr_await",
    cr_code = "cr_code", cr_frame = "cr_frame", cr_running = "cr_running", cr_suspended = "cr_suspended",
    create_module = "create_module", daemon = "daemon", data = "data", decode = "decode",
    decoder = "decoder", default = "default", denominator = "denominator", dict = "dict",
    dictcomp = "<dictcomp>", digits = "digits", dir = "dir", discard = "discard",
    displayhook = "displayhook", divmod = "divmod", doc = "doc", done = "done",
    dont_write_bytecode = "dont_write_bytecode", encode = "encode", encoder = "encoder",
    encoding = "encoding", end = "end", end_lineno = "end_lineno", end_offset = "end_offset",
    endswith = "endswith", err_msg = "err_msg", errno = "errno", errors = "errors",
    exc_traceback = "exc_traceback", exc_type = "exc_type", exc_value = "exc_value",
    excepthook = "excepthook", exception = "exception", exceptions = "exceptions", exec = "exec",
    exec_module = "exec_module", exit = "exit", expression = "expression", extend = "extend",
    extra = "extra", fdel = "fdel", fget = "fget", file = "file", filename = "filename",
    filename2 = "filename2", fileno = "fileno", fill = "fill", fillvalue = "fillvalue", find = "find",
    find_spec = "find_spec", flags = "flags", flush = "flush", format = "format", format_map = "format_map",
    format_spec = "format_spec", frame = "frame", from_bytes = "from_bytes", from_float = "from_float",
    fromhex = "fromhex", fromkeys = "fromkeys", fset = "fset", func = "func", function = "function",
    ge = "ge", generation = "generation", genexpr = "<genexpr>", get = "get", get_source = "get_source",
    getattr = "getattr", getrandom = "getrandom", getvalue = "getvalue", gi_code = "gi_code",
    gi_frame = "gi_frame", gi_running = "gi_running", gi_suspended = "gi_suspended",
    gi_yieldfrom = "gi_yieldfrom", globals = "globals", handle = "handle", has_location = "has_location",
    hash = "hash", hex = "hex", id = "id", ident = "ident", ignore = "ignore", imag = "imag",
    index = "index", indices = "indices", inf = "inf", info = "info", initial = "initial",
    insert = "insert", int = "int", interpolation = "interpolation", interpolations = "interpolations",
    is_alive = "is_alive", is_integer = "is_integer", isatty = "isatty", isinstance = "isinstance",
    items = "items", itemsize = "itemsize", iter = "iter", iterable = "iterable", join = "join",
    keepends = "keepends", key = "key", keys = "keys", kind = "kind", kw = "kw", kwargs = "kwargs",
    lambda_ = "<lambda>", last = "last", last_exc = "last_exc", last_traceback = "last_traceback",
    last_type = "last_type", last_value = "last_value", len = "len", level = "level", line = "line",
    line_buffering = "line_buffering", lineno = "lineno", list = "list", listcomp = "<listcomp>",
    little = "little", loader = "loader", loader_state = "loader_state", loads = "loads", locals = "locals",
    lock = "lock", locked = "locked", lower = "lower", lt = "lt", mapping = "mapping", max = "max",
    maxlen = "maxlen", maxsplit = "maxsplit", members = "members", message = "message",
    meta_path = "meta_path", metaclass = "metaclass", min = "min", mode = "mode", module = "module",
    module_name = "<module>", modules = "modules", mro = "mro", msg = "msg", n = "n", name = "name",
    name_from = "name_from", namereplace = "namereplace", nan = "nan", native_id = "native_id",
    ndim = "ndim", new = "new", newline = "newline", next = "next", notify = "notify",
    notify_all = "notify_all", numerator = "numerator", obj = "obj", object = "object", offset = "offset",
    old = "old", onerror = "onerror", op = "op", open = "open", opener = "opener", order = "order",
    orig_argv = "orig_argv", origin = "origin", os = "os", owner = "owner", parent = "parent",
    path = "path", path_hooks = "path_hooks", path_importer_cache = "path_importer_cache", phase = "phase",
    pop = "pop", popleft = "popleft", pos = "pos", posix = "posix", prefix = "prefix", print = "print",
    print_file_and_line = "print_file_and_line", protocol = "protocol", ps1 = "ps1", ps2 = "ps2",
    raw = "raw", read = "read", read1 = "read1", readable = "readable", readall = "readall",
    readinto = "readinto", readline = "readline", readlines = "readlines", readonly = "readonly",
    real = "real", reason = "reason", release = "release", remove = "remove", repeat = "repeat",
    repl = "repl", replace = "replace", repr = "repr", result = "result", return_ = "return",
    reverse = "reverse", reversed = "reversed", rjust = "rjust", round = "round", rstrip = "rstrip",
    seek = "seek", seekable = "seekable", self_ = "self", send = "send", sep = "sep", set = "set",
    setattr = "setattr", setcomp = "<setcomp>", setdefault = "setdefault", setstate = "setstate",
    shape = "shape", signed = "signed", size = "size", sleep = "sleep", slice = "slice", sort = "sort",
    sorted = "sorted", source = "source", stacklevel = "stacklevel", start = "start",
    start_new_thread = "start_new_thread", startswith = "startswith", state = "state", stderr = "stderr",
    stdin = "stdin", stdout = "stdout", step = "step", stop = "stop", strerror = "strerror",
    strict = "strict", strides = "strides", string = "string", strings = "strings", strip = "strip",
    sub = "sub", submodule_search_locations = "submodule_search_locations", sum = "sum", super_ = "super",
    surrogateescape = "surrogateescape", surrogatepass = "surrogatepass",
    symmetric_difference = "symmetric_difference", sys = "sys", tb_frame = "tb_frame",
    tb_lasti = "tb_lasti", tb_lineno = "tb_lineno", tb_next = "tb_next", tell = "tell", text = "text",
    thread = "thread", threading = "threading", throw = "throw", to_bytes = "to_bytes", total = "total",
    tracebacklimit = "tracebacklimit", truncate = "truncate", tuple = "tuple", r#type = "type",
    tzinfo = "tzinfo", tzname = "tzname", uncollectable = "uncollectable", union = "union",
    unlink = "unlink", unraisable = "unraisable", unraisablehook = "unraisablehook", update = "update",
    upper = "upper", utf_8 = "utf-8", value = "value", values = "values", version = "version",
    wait = "wait", warn = "warn", warnings = "warnings", warnoptions = "warnoptions", width = "width",
    with_traceback = "with_traceback", writable = "writable", write = "write",
    write_through = "write_through", writelines = "writelines", x = "x",
    xmlcharrefreplace = "xmlcharrefreplace", y = "y", z = "z", zip = "zip",
}
