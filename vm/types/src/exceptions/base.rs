//! `BaseException`: construction, text, and the attributes that every exception has.

use pyre_object::call::keyword_text;
use pyre_object::exception::ExceptionBody;
use pyre_object::exception_support::{exception_body, is_exception, set_cause};
use pyre_object::{
    Args, Body, Builtin, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, alloc, attr,
    dict, list, names, str, tuple, typeobj,
};
use pyre_threads::sync::Ordering;

/// The flags of every exception type.
pub const FLAGS: TypeFlags =
    TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF).or(TypeFlags::EXCEPTION);

static BASE_EXCEPTION_METHODS: [NativeDef; 4] = [
    NativeDef::method("__reduce__", "(self, /)", reduce).doc("Helper for pickle."),
    NativeDef::method("__setstate__", "(self, state, /)", set_state).doc("Helper for pickle."),
    NativeDef::method("with_traceback", "(self, tb, /)", with_traceback)
        .doc("Set self.__traceback__ to tb and return self."),
    NativeDef::method("add_note", "(self, note, /)", add_note).doc("Add a note to the exception."),
];

pub static BASE_EXCEPTION: TypeSpec = TypeSpec {
    name: "BaseException",
    doc: "Common base class for all exceptions.",
    base: None,
    layout: Some(ExceptionBody::layout),
    flags: FLAGS,
    slots: Slots { repr: Some(repr), str: Some(to_str), init: Some(init), new: Some(new), ..Slots::NONE },
    methods: &BASE_EXCEPTION_METHODS,
    getset: &[
        GetSetDef::new("args", |_, e| Ok(exception_body(e).args.get()), set_args),
        GetSetDef::new("__traceback__", |_, e| Ok(exception_body(e).traceback.get()), set_traceback),
        GetSetDef::new("__context__", |_, e| Ok(exception_body(e).context.get()), set_context),
        GetSetDef::new("__cause__", |_, e| Ok(exception_body(e).cause.get()), set_cause_attribute),
        GetSetDef::new("__suppress_context__", suppress_context, set_suppress_context),
    ],
};

/// `__new__`: takes everything and keeps the positional arguments.
pub fn new(_vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let body = ExceptionBody::new(tuple::from_slice(args.pos()));
    Ok(alloc::new_shaped(typeobj::type_body(class).root_shape(), body))
}

/// `__init__` of exceptions without members of their own.
pub fn init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    no_keywords(vm, e, args)?;
    keep_args(e, args);
    Ok(())
}

/// `TypeError` if there are keywords.
pub fn no_keywords(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.has_keywords() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", e.type_name())));
    }
    Ok(())
}

/// Makes the positional arguments `args`, unless `__new__` did already.
pub fn keep_args(e: &Obj, args: Args<'_>) {
    let slot = &exception_body(e).args;
    let old = slot.get();
    let old = tuple::items(&old);
    if old.len() != args.len() || !old.iter().zip(args.pos()).all(|(a, b)| a.is(b)) {
        slot.set(tuple::from_slice(args.pos()));
    }
}

/// The values of keyword-only parameters, `UNBOUND` where none was given.
pub fn keywords<const N: usize>(
    vm: &Vm,
    function: &str,
    known: [&str; N],
    args: Args<'_>,
) -> PyResult<[Obj; N]> {
    let mut values = [const { Obj::UNBOUND }; N];
    for (key, value) in args.keywords() {
        let text = keyword_text(key);
        match known.iter().position(|n| *n == text) {
            Some(i) => values[i] = value.clone(),
            None => {
                let hint = pyre_text::suggest::closest(&text, known.into_iter())
                    .map_or(String::new(), |s| format!(". Did you mean '{s}'?"));
                return Err(
                    vm.type_error(format!("{function}() got an unexpected keyword argument '{text}'{hint}"))
                );
            }
        }
    }
    Ok(values)
}

/// `str(e)`: nothing, the only argument, or the arguments.
pub fn to_str(vm: &Vm, e: &Obj) -> PyResult {
    let args = exception_body(e).args.get();
    match tuple::items(&args) {
        [] => Ok(str::empty()),
        [one] => vm.str(one),
        _ => vm.str(&args),
    }
}

/// `repr(e)`
pub fn repr(vm: &Vm, e: &Obj) -> PyResult {
    let args = exception_body(e).args.get();
    let mut b = str::StrBuilder::new();
    b.push_str(&typeobj::type_name(e.ty()));
    match tuple::items(&args) {
        [one] => {
            b.push_str("(");
            b.push_obj(&vm.repr(one)?);
            b.push_str(")");
        }
        _ => b.push_obj(&vm.repr(&args)?),
    }
    Ok(b.finish())
}

/// The instance's dict if it has entries.
pub fn nonempty_dict(e: &Obj) -> Option<Obj> {
    attr::instance_dict(e).filter(|d| dict::len(d) != 0)
}

fn reduce(_vm: &Vm, args: &[Obj]) -> PyResult {
    let e = &args[0];
    Ok(reduction(e, exception_body(e).args.get(), nonempty_dict(e)))
}

/// What `__reduce__` gives: type, arguments, state.
pub fn reduction(e: &Obj, args: Obj, state: Option<Obj>) -> Obj {
    tuple::new_tuple([e.ty().clone(), args].into_iter().chain(state))
}

fn set_state(vm: &Vm, args: &[Obj]) -> PyResult {
    let [e, state] = args else { return Ok(Obj::NONE) };
    if !state.is_none() {
        if !dict::is_dict(state) {
            return Err(vm.type_error("state is not a dictionary"));
        }
        for (name, value) in dict::items_snapshot(state) {
            if !str::is_str(&name) {
                let m = format!("attribute name must be string, not '{}'", name.type_name());
                return Err(vm.type_error(m));
            }
            vm.setattr(e, &name, Some(&value))?;
        }
    }
    Ok(Obj::NONE)
}

fn with_traceback(vm: &Vm, args: &[Obj]) -> PyResult {
    set_traceback(vm, &args[0], Some(&args[1]))?;
    Ok(args[0].clone())
}

fn add_note(vm: &Vm, args: &[Obj]) -> PyResult {
    let [e, note] = args else { return Ok(Obj::NONE) };
    if !str::is_str(note) {
        return Err(vm.type_error(format!("add_note() argument must be str, not {}", note.type_name())));
    }
    let notes = match vm.getattr_opt(e, names::__notes__())? {
        Some(notes) => notes,
        None => {
            let fresh = list::new_list([]);
            vm.setattr(e, names::__notes__(), Some(&fresh))?;
            fresh
        }
    };
    if !list::is_list(&notes) {
        return Err(vm.type_error("Cannot add note: __notes__ is not a list"));
    }
    list::append(&notes, note.clone());
    Ok(Obj::NONE)
}

/// The value to store; deleting is an error.
fn assigned<'a>(vm: &Vm, name: &str, value: Option<&'a Obj>) -> PyResult<&'a Obj> {
    value.ok_or_else(|| vm.type_error(format!("{name} may not be deleted")))
}

fn set_args(vm: &Vm, e: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let items = vm.collect(assigned(vm, "args", value)?)?;
    exception_body(e).args.set(tuple::from_vec(items));
    Ok(())
}

fn set_traceback(vm: &Vm, e: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let tb = assigned(vm, "__traceback__", value)?;
    if !tb.is_none() && !tb.is_exactly(Builtin::Traceback) {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    exception_body(e).traceback.set(tb.clone());
    Ok(())
}

fn set_context(vm: &Vm, e: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let context = assigned(vm, "__context__", value)?;
    if !context.is_none() && !is_exception(context) {
        return Err(vm.type_error("exception context must be None or derive from BaseException"));
    }
    exception_body(e).context.set(context.clone());
    Ok(())
}

fn set_cause_attribute(vm: &Vm, e: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let cause = assigned(vm, "__cause__", value)?;
    if !cause.is_none() && !is_exception(cause) {
        return Err(vm.type_error("exception cause must be None or derive from BaseException"));
    }
    set_cause(e, cause.clone());
    Ok(())
}

fn suppress_context(_vm: &Vm, e: &Obj) -> PyResult {
    Ok(Obj::bool(exception_body(e).suppress_context.load(Ordering::Relaxed)))
}

fn set_suppress_context(vm: &Vm, e: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete numeric/char attribute")) };
    if !value.raw().is_bool() {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    exception_body(e).suppress_context.store(value.is(&Obj::TRUE), Ordering::Relaxed);
    Ok(())
}
