//! `OSError`: error numbers choose the subclass, file names are members but not arguments.

use super::base::{self, FLAGS, keep_args, no_keywords, nonempty_dict, reduction};
use pyre_object::exception_support::{exception_body, fill_members, os_error_class};
use pyre_object::slots::AtomicFn;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Exc, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeSpec, Vm, int, str, tuple, typeobj,
};

static OS_ERROR_METHODS: [NativeDef; 1] =
    [NativeDef::method("__reduce__", "(self, /)", reduce).doc("Helper for pickle.")];

pub static OS_ERROR: TypeSpec = TypeSpec {
    name: "OSError",
    doc: "Base class for I/O related errors.",
    base: Some(|_| Exc::Exception.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(init), new: Some(new), str: Some(to_str), ..Slots::NONE },
    methods: &OS_ERROR_METHODS,
    getset: &[GetSetDef::new("characters_written", characters_written, set_characters_written)],
    ..TypeSpec::EMPTY
};

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

/// Whether the arguments are taken in `__init__`: a subclass that redefines only that passes its own arguments to
/// `__new__`, which must not look at them.
fn uses_init(class: &Obj) -> bool {
    let ops = &type_body(class).ops;
    ops.init.addr() != AtomicFn::new(OS_ERROR.slots.init).addr()
        && ops.new.addr() == AtomicFn::new(OS_ERROR.slots.new).addr()
}

/// The members of a new instance.
fn fill(e: &Obj, args: Args<'_>) {
    let blocking = typeobj::is_instance_exact_mro(e, Exc::BlockingIOError.ty());
    let exc = if blocking { Exc::BlockingIOError } else { Exc::OSError };
    fill_members(exc, exception_body(e), args.pos());
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if uses_init(class) {
        return base::new(vm, class, Args::EMPTY);
    }
    let mut class = class;
    if args.has_keywords() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", typeobj::type_name(class))));
    }
    if class.is(Exc::OSError.ty())
        && (2..=5).contains(&args.len())
        && let Some(errno) = int::as_i64(&args.pos()[0])
    {
        class = os_error_class(errno).ty();
    }
    let e = base::new(vm, class, args)?;
    fill(&e, args);
    Ok(e)
}

fn init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    if !uses_init(e.ty()) {
        return Ok(());
    }
    no_keywords(vm, e, args)?;
    keep_args(e, args);
    fill(e, args);
    Ok(())
}

fn to_str(vm: &Vm, e: &Obj) -> PyResult {
    let b = exception_body(e);
    let (errno, text) = (b.extra(ERRNO).get(), b.extra(STRERROR).get());
    let (filename, filename2) = (b.extra(FILENAME).get(), b.extra(FILENAME2).get());
    let shown = |o: &Obj| if o.is_unbound() { Ok(str::new_str("None")) } else { vm.str(o) };
    if filename.is_unbound() && (errno.is_unbound() || text.is_unbound()) {
        return base::to_str(vm, e);
    }
    let mut s = str::StrBuilder::new();
    s.push_str("[Errno ");
    s.push_obj(&shown(&errno)?);
    s.push_str("] ");
    s.push_obj(&shown(&text)?);
    if !filename.is_unbound() {
        s.push_str(": ");
        s.push_obj(&vm.repr(&filename)?);
        if !filename2.is_unbound() {
            s.push_str(" -> ");
            s.push_obj(&vm.repr(&filename2)?);
        }
    }
    Ok(s.finish())
}

fn reduce(_vm: &Vm, args: &[Obj]) -> PyResult {
    let e = &args[0];
    let b = exception_body(e);
    let mut args = b.args.get();
    let filename = b.extra(FILENAME).get();
    if let [errno, text] = tuple::items(&args)
        && !filename.is_unbound()
    {
        let mut all = vec![errno.clone(), text.clone(), filename];
        let second = b.extra(FILENAME2).get();
        if !second.is_unbound() {
            all.extend([Obj::NONE, second]);
        }
        args = tuple::from_vec(all);
    }
    Ok(reduction(e, args, nonempty_dict(e)))
}

fn characters_written(vm: &Vm, e: &Obj) -> PyResult {
    let n = exception_body(e).extra(WRITTEN).get();
    if n.is_unbound() { Err(vm.error(Exc::AttributeError, "characters_written")) } else { Ok(n) }
}

fn set_characters_written(vm: &Vm, e: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let slot = exception_body(e).extra(WRITTEN);
    match value {
        Some(n) => slot.set(int::new_int(vm.to_index(n, Exc::ValueError)? as i64)),
        None if slot.take().is_unbound() => return Err(vm.error(Exc::AttributeError, "characters_written")),
        None => {}
    }
    Ok(())
}
