//! Functions of `sys`.

use crate::report;
use crate::runtime::{runtime, sys_attribute};
use pyre_interp::frameobj;
use pyre_object::exception_support::exception_body;
use pyre_object::{
    Args, Exc, NativeDef, Obj, PyResult, TypeFlags, Vm, dict, int, intern, raise, str, tuple, typeobj,
};

/// `sys._jit`: whether there is CPython's JIT compiler. There is not.
pub static JIT_DEFS: [NativeDef; 3] = [
    NativeDef::function("is_available", "()", |_, _| Ok(Obj::FALSE))
        .doc("Return True if the current Python executable supports JIT compilation, and False otherwise."),
    NativeDef::function("is_enabled", "()", |_, _| Ok(Obj::FALSE)).doc(
        "Return True if JIT compilation is enabled for the current Python process, and False otherwise.",
    ),
    NativeDef::function("is_active", "()", |_, _| Ok(Obj::FALSE))
        .doc("Return True if the topmost Python frame is currently executing JIT code, and False otherwise."),
];

pub static DEFS: [NativeDef; 32] = [
    NativeDef::raw_function("breakpointhook", "(*args, **kwargs)", breakpointhook)
        .doc("This hook function is called by built-in breakpoint()."),
    NativeDef::function("exit", "(status=None, /)", exit),
    NativeDef::function("exc_info", "()", exc_info),
    NativeDef::function("exception", "()", exception),
    NativeDef::function("getrecursionlimit", "()", getrecursionlimit),
    NativeDef::function("setrecursionlimit", "(limit, /)", setrecursionlimit),
    NativeDef::function("intern", "(string, /)", intern_),
    NativeDef::function("_is_interned", "(string, /)", is_interned),
    NativeDef::function("getsizeof", "(object, default=None)", getsizeof),
    NativeDef::function("getrefcount", "(object, /)", getrefcount),
    NativeDef::function("getdefaultencoding", "()", utf8),
    NativeDef::function("getfilesystemencoding", "()", utf8),
    NativeDef::function("getfilesystemencodeerrors", "()", surrogateescape),
    NativeDef::function("_getframe", "(depth=0, /)", getframe),
    NativeDef::function("_getframemodulename", "(depth=0)", getframemodulename),
    NativeDef::function("_is_gil_enabled", "()", is_gil_enabled),
    NativeDef::function("excepthook", "(exctype, value, traceback, /)", excepthook),
    NativeDef::function("unraisablehook", "(unraisable, /)", crate::unraisable::default_hook),
    NativeDef::function("displayhook", "(object, /)", displayhook),
    NativeDef::function("is_finalizing", "()", is_finalizing),
    NativeDef::function("getswitchinterval", "()", getswitchinterval),
    NativeDef::function("setswitchinterval", "(interval, /)", setswitchinterval),
    NativeDef::function("audit", "(event, /, *args)", audit),
    NativeDef::function("_get_cpu_count_config", "()", cpu_count_config),
    NativeDef::function("get_int_max_str_digits", "()", get_int_max_str_digits),
    NativeDef::function("set_int_max_str_digits", "(maxdigits)", set_int_max_str_digits),
    NativeDef::function("gettrace", "()", no_hook),
    NativeDef::function("settrace", "(function, /)", set_hook),
    NativeDef::function("getprofile", "()", no_hook),
    NativeDef::function("setprofile", "(function, /)", set_hook),
    NativeDef::function("_clear_type_cache", "()", no_hook),
    NativeDef::function("_clear_type_descriptors", "(type, /)", clear_type_descriptors),
];

/// Takes `__dict__` and `__weakref__` out of a class's namespace: `dataclasses` replaces the class by one with slots.
fn clear_type_descriptors(vm: &Vm, a: &[Obj]) -> PyResult {
    if !typeobj::is_type(&a[0]) {
        let given = a[0].type_name();
        raise!(vm, TypeError, "_clear_type_descriptors() argument must be type, not {given}");
    }
    if !typeobj::type_body(&a[0]).flags().has(TypeFlags::HEAP) {
        raise!(vm, TypeError, "argument is immutable");
    }
    for name in ["__dict__", "__weakref__"] {
        typeobj::set_entry(vm, &a[0], &intern::intern_str(name), None)?;
    }
    Ok(Obj::NONE)
}

/// `-X threads=N` is what `os.process_cpu_count()` says; without it the machine decides.
fn cpu_count_config(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(match crate::runtime::config().options.threads {
        Some(n) => Obj::from_len(n),
        None => int::new_int(-1),
    })
}

fn get_int_max_str_digits(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::from_len(pyre_types::int::max_str_digits()))
}

fn set_int_max_str_digits(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.index(&a[0])?;
    match int::as_i64(&n) {
        Some(n) if n == 0 || n >= 640 => {
            pyre_types::int::set_max_str_digits(n as usize);
            Ok(Obj::NONE)
        }
        _ => raise!(vm, ValueError, "maxdigits must be 0 or larger than 640"),
    }
}

/// What the environment variable `PYTHONBREAKPOINT` names, `pdb.set_trace` by default.
fn breakpointhook(vm: &Vm, args: Args<'_>) -> PyResult {
    let environment = vm.getattr_str(&vm.import("os")?, "environ")?;
    let name =
        vm.call_method_str(&environment, "get", &[str::new_str("PYTHONBREAKPOINT"), str::new_str("")])?;
    let name = match str::to_string_lossy(&name) {
        name if name == "0" => return Ok(Obj::NONE),
        name if name.is_empty() => "pdb.set_trace".to_owned(),
        name => name,
    };
    let (module, function) = name.rsplit_once('.').unwrap_or(("builtins", name.as_str()));
    let found = vm
        .call_method_str(&vm.import("importlib")?, "import_module", &[str::new_str(module)])
        .and_then(|m| vm.getattr_str(&m, function));
    match found {
        Ok(hook) => vm.call_args(&hook, args),
        Err(e) if vm.matches(&e, Exc::ImportError) || vm.matches(&e, Exc::AttributeError) => {
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\"");
            vm.warn(Exc::RuntimeWarning, &message, 1)?;
            Ok(Obj::NONE)
        }
        Err(e) => Err(e),
    }
}

fn no_hook(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}

/// Tracing and profiling do not exist yet; switching them off does nothing.
fn set_hook(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[0].is_none() {
        return Ok(Obj::NONE);
    }
    raise!(vm, NotImplementedError, "tracing and profiling functions")
}

fn exit(vm: &Vm, a: &[Obj]) -> PyResult {
    let args: &[Obj] = match a[0].not_none() {
        None => &[],
        Some(status) => tuple::get(status).unwrap_or(&a[..1]),
    };
    Err(vm.error_with(Exc::SystemExit, args))
}

fn exc_info(vm: &Vm, _: &[Obj]) -> PyResult {
    Ok(match vm.handled() {
        Some(e) if !e.is_none() => {
            let tb = exception_body(&e).traceback.get();
            tuple::new_tuple([e.ty().clone(), e, tb])
        }
        _ => tuple::new_tuple([Obj::NONE, Obj::NONE, Obj::NONE]),
    })
}

fn exception(vm: &Vm, _: &[Obj]) -> PyResult {
    Ok(vm.handled().unwrap_or(Obj::NONE))
}

fn getrecursionlimit(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::from_len(Vm::recursion_limit() as usize))
}

fn setrecursionlimit(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.index(&a[0])?;
    match int::as_i64(&n) {
        Some(n) if n < 1 => raise!(vm, ValueError, "recursion limit must be greater or equal than 1"),
        Some(n) if n <= i64::from(i32::MAX) => {
            if vm.depth.get() >= n as u32 {
                raise!(
                    vm,
                    RecursionError,
                    "cannot set the recursion limit to {n} at the recursion depth {}: the limit is too low",
                    vm.depth.get()
                );
            }
            Vm::set_recursion_limit(n as u32);
            Ok(Obj::NONE)
        }
        _ => raise!(vm, OverflowError, "Python int too large to convert to C int"),
    }
}

fn intern_(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_exact(&a[0]) {
        raise!(vm, TypeError, "intern() argument must be str, not {}", a[0].type_name());
    }
    Ok(intern::intern(&a[0]))
}

fn is_interned(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(intern::is_interned(&a[0])))
}

fn getsizeof(vm: &Vm, a: &[Obj]) -> PyResult {
    match vm.call_special(&a[0], &intern::intern_str("__sizeof__"), &[]) {
        Ok(Some(n)) => Ok(n),
        Ok(None) | Err(_) if a[1].given().is_some() => Ok(a[1].clone()),
        Ok(None) => raise!(vm, TypeError, "Type {} doesn't define __sizeof__", a[0].type_name()),
        Err(e) => Err(e),
    }
}

fn getrefcount(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(match a[0].cell() {
        // SAFETY: held by the argument.
        Some(c) => match unsafe { c.as_ref() }.total() {
            pyre_gc::Total::Counted(n) => int::new_int(n),
            pyre_gc::Total::Traced => int::new_int(0xffff_ffff),
        },
        None => int::new_int(0xffff_ffff),
    })
}

fn utf8(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(str::new_str("utf-8"))
}

fn surrogateescape(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(str::new_str("surrogateescape"))
}

fn nth_frame(vm: &Vm, depth: &Obj) -> PyResult {
    let n = match depth.given() {
        Some(d) => vm.to_i64(d)?.max(0) as usize,
        None => 0,
    };
    let Some(f) = pyre_interp::current_frame(vm) else {
        raise!(vm, ValueError, "call stack is not deep enough")
    };
    let mut p: *mut pyre_interp::stack::Frame = f;
    for _ in 0..n {
        match frameobj::caller(vm, p) {
            Some(below) => p = below,
            None => raise!(vm, ValueError, "call stack is not deep enough"),
        }
    }
    Ok(frameobj::of(vm, p))
}

fn getframe(vm: &Vm, a: &[Obj]) -> PyResult {
    nth_frame(vm, &a[0])
}

fn getframemodulename(vm: &Vm, a: &[Obj]) -> PyResult {
    let Ok(f) = nth_frame(vm, &a[0]) else { return Ok(Obj::NONE) };
    let function = f.body::<frameobj::FrameBody>().function.get();
    vm.getattr_opt(&function, &intern::intern_str("__module__")).map(|m| m.unwrap_or(Obj::NONE))
}

fn is_gil_enabled(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::FALSE)
}

fn excepthook(vm: &Vm, a: &[Obj]) -> PyResult {
    report::print_exception(vm, &a[1]);
    Ok(Obj::NONE)
}

fn displayhook(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[0].is_none() {
        return Ok(Obj::NONE);
    }
    let underscore = intern::intern_str("_");
    dict::set_str(runtime().builtins_dict, &underscore, Obj::NONE);
    let Some(out) = sys_attribute("stdout") else { raise!(vm, RuntimeError, "lost sys.stdout") };
    let text = vm.repr(&a[0])?;
    vm.call_method_str(&out, "write", &[text])?;
    vm.call_method_str(&out, "write", &[str::new_str("\n")])?;
    dict::set_str(runtime().builtins_dict, &underscore, a[0].clone());
    Ok(Obj::NONE)
}

fn is_finalizing(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::FALSE)
}

fn getswitchinterval(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(pyre_object::float::new_float(0.005))
}

fn setswitchinterval(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}

fn audit(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(Obj::NONE)
}
