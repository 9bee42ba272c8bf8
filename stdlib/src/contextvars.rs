//! `_contextvars`: context variables (PEP 567).
//!
//! The mapping of a context is a dict that is never changed once it is in its slot: setting a variable replaces it by a
//! changed copy. So copying a context is one reference. The current context of a thread is in its state.

use crate::support::{CLASS_GETITEM, NativeType, interned, native_table, new_module};
use crate::thread::state::{StateBody, state};
use pyre_object::{
    Args, Body, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, dict,
    heap_body, model, raise, str,
};
use pyre_threads::sync::{AtomicBool, Ordering};
use std::sync::OnceLock;

heap_body! {
    /// `contextvars.Context`. `vars` is an immutable dict. `entered`: some thread runs in it.
    struct ContextBody "Context" { slots { vars } data { entered: AtomicBool } }
}

heap_body! {
    /// `contextvars.ContextVar`. `default` may be empty.
    struct VarBody "ContextVar" { slots { name, default } data {} }
}

heap_body! {
    /// `contextvars.Token`. `old` is empty when the variable had no value.
    struct TokenBody "Token" { slots { context, var, old } data { used: AtomicBool } }
}

heap_body! {
    /// The type of `Token.MISSING`.
    struct MissingBody "Token.MISSING" { slots {} data {} }
}

static CONTEXT: NativeType = NativeType::new(&CONTEXT_SPEC);
static VAR: NativeType = NativeType::new(&VAR_SPEC);
static TOKEN: NativeType = NativeType::new(&TOKEN_SPEC);
static MISSING: NativeType = NativeType::new(&MISSING_SPEC);

interned! {
    fn missing_name = "MISSING";
}

static CONTEXT_SPEC: TypeSpec = TypeSpec {
    name: "_contextvars.Context",
    layout: Some(ContextBody::layout),
    flags: TypeFlags::UNHASHABLE.or(TypeFlags::WEAKREF),
    slots: Slots {
        new: Some(context_new),
        compare: Some(context_compare),
        iter: Some(|vm, o| vm.iter(&vars(o))),
        len: Some(|_, o| Ok(dict::len(&vars(o)))),
        getitem: Some(|vm, o, key| {
            check_key(vm, key)?;
            dict::get_item(vm, &vars(o), key)?.ok_or_else(|| vm.key_error(key))
        }),
        contains: Some(|vm, o, key| {
            check_key(vm, key)?;
            dict::contains(vm, &vars(o), key)
        }),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::raw_method("run", "(self, callable, /, *args, **kwargs)", context_run),
        NativeDef::method("copy", "($self, /)", |vm, a| Ok(new_context(vm, vars(&a[0]))))
            .doc("Return a shallow copy of the context object."),
        NativeDef::method("get", "($self, key, default=None, /)", |vm, a| {
            check_key(vm, &a[1])?;
            let default = || a[2].given().cloned().unwrap_or(Obj::NONE);
            Ok(dict::get_item(vm, &vars(&a[0]), &a[1])?.unwrap_or_else(default))
        }),
        NativeDef::method("keys", "($self, /)", |vm, a| vm.call_method_str(&vars(&a[0]), "keys", &[])),
        NativeDef::method("values", "($self, /)", |vm, a| vm.call_method_str(&vars(&a[0]), "values", &[])),
        NativeDef::method("items", "($self, /)", |vm, a| vm.call_method_str(&vars(&a[0]), "items", &[])),
    ],
    ..TypeSpec::EMPTY
};

static VAR_SPEC: TypeSpec = TypeSpec {
    name: "_contextvars.ContextVar",
    layout: Some(VarBody::layout),
    flags: TypeFlags::WEAKREF,
    slots: Slots { new: Some(var_new), repr: Some(var_repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("get", "($self, default=<unrepresentable>, /)", |vm, a| var_get(
            vm,
            &a[0],
            a[1].given()
        ))
        .doc("Return a value for the context variable for the current context."),
        NativeDef::method("set", "($self, value, /)", |vm, a| var_set(vm, &a[0], a[1].clone()))
            .doc("Call to set a new value for the context variable in the current context."),
        NativeDef::method("reset", "($self, token, /)", var_reset).doc("Reset the context variable."),
        CLASS_GETITEM,
    ],
    getset: &[GetSetDef::readonly("name", |_, o| Ok(o.body::<VarBody>().name.get())).member()],
    ..TypeSpec::EMPTY
};

static TOKEN_SPEC: TypeSpec = TypeSpec {
    name: "_contextvars.Token",
    layout: Some(TokenBody::layout),
    flags: TypeFlags::UNHASHABLE,
    slots: Slots { new: Some(token_new), repr: Some(token_repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__enter__", "($self, /)", |_, a| Ok(a[0].clone())),
        NativeDef::method("__exit__", "($self, type, value, traceback, /)", |vm, a| {
            var_reset(vm, &[a[0].body::<TokenBody>().var.get(), a[0].clone()])
        }),
        CLASS_GETITEM,
    ],
    getset: &[
        GetSetDef::readonly("var", |_, o| Ok(o.body::<TokenBody>().var.get())),
        GetSetDef::readonly("old_value", |vm, o| {
            let old = o.body::<TokenBody>().old.get();
            Ok(if old.is_unbound() { missing(vm).clone() } else { old })
        }),
    ],
    ..TypeSpec::EMPTY
};

static MISSING_SPEC: TypeSpec = TypeSpec {
    name: "Token.MISSING",
    layout: Some(MissingBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { repr: Some(|_, _| Ok(str::new_str("<Token.MISSING>"))), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

fn missing(vm: &Vm) -> &'static Obj {
    static ONLY: OnceLock<&'static Obj> = OnceLock::new();
    ONLY.get_or_init(|| model::immortal(MISSING.instance(vm, MissingBody {})))
}

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_contextvars", "Context Variables", FUNCTIONS);
    CONTEXT.add_to(vm, &m);
    VAR.add_to(vm, &m);
    TOKEN.add_to(vm, &m);
    pyre_object::typeobj::set_entry(vm, TOKEN.get(vm), missing_name(), Some(missing(vm).clone()))?;
    Ok(m)
}

static FUNCTIONS: &[NativeDef] = native_table![NativeDef::function("copy_context", "()", |vm, _| {
    let c = current(vm);
    Ok(new_context(vm, vars(&c)))
})];

fn new_context(vm: &Vm, vars: Obj) -> Obj {
    CONTEXT.instance(vm, ContextBody { vars: Slot::new(vars), entered: AtomicBool::new(false) })
}

/// The context's mapping, which nobody changes.
fn vars(context: &Obj) -> Obj {
    context.body::<ContextBody>().vars.get()
}

/// The calling thread's context.
fn current(vm: &Vm) -> Obj {
    let s = state(vm);
    let s: &StateBody = s.body();
    let c = s.context.get();
    if !c.is_unbound() {
        return c;
    }
    let c = new_context(vm, dict::new_dict());
    c.body::<ContextBody>().entered.store(true, Ordering::Relaxed);
    s.context.set(c.clone());
    c
}

fn check_key(vm: &Vm, key: &Obj) -> PyResult<()> {
    if VAR.is_exact(key) {
        return Ok(());
    }
    raise!(vm, TypeError, "a ContextVar key was expected, got {}", vm.repr_text(key)?)
}

fn context_new(vm: &Vm, _: &Obj, args: Args<'_>) -> PyResult {
    if !args.all().is_empty() {
        raise!(vm, TypeError, "Context() does not accept any arguments");
    }
    Ok(new_context(vm, dict::new_dict()))
}

fn context_compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !CONTEXT.is_exact(a) || !CONTEXT.is_exact(b) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let equal = dict::eq(vm, &vars(a), &vars(b))?;
    Ok(Obj::bool(equal == (op == CmpOp::Eq)))
}

fn context_run(vm: &Vm, args: Args<'_>) -> PyResult {
    let Some(f) = args.pos().get(1) else {
        raise!(vm, TypeError, "run() missing 1 required positional argument");
    };
    let context = args.pos()[0].clone();
    let Some(b) = context.downcast::<ContextBody>() else {
        raise!(vm, TypeError, "descriptor 'run' requires a '_contextvars.Context' object");
    };
    if b.entered.swap(true, Ordering::AcqRel) {
        let text = vm.repr_text(&context)?;
        raise!(vm, RuntimeError, "cannot enter context: {text} is already entered");
    }
    let s = state(vm);
    let s: &StateBody = s.body();
    let before = s.context.replace(context.clone());
    let r = vm.call_args(f, args.skip(2));
    let left = s.context.replace(before);
    b.entered.store(false, Ordering::Release);
    drop(left);
    r
}

/// A context variable; for modules that have one.
pub(crate) fn new_var(vm: &Vm, name: &str) -> Obj {
    let body = VarBody { name: Slot::new(pyre_object::intern::intern_str(name)), default: Slot::empty() };
    VAR.instance(vm, body)
}

fn var_new(vm: &Vm, _: &Obj, args: Args<'_>) -> PyResult {
    static NEW: NativeDef = NativeDef::function("ContextVar", "(name, *, default=None)", |vm, a| {
        if !str::is_str(&a[0]) {
            raise!(vm, TypeError, "context variable name must be a str");
        }
        Ok(VAR.instance(vm, VarBody { name: Slot::new(a[0].clone()), default: Slot::new(a[1].clone()) }))
    });
    NEW.call(vm, args)
}

fn var_repr(vm: &Vm, o: &Obj) -> PyResult {
    let b: &VarBody = o.body();
    let mut text = format!("<ContextVar name={}", vm.repr_text(b.name.get_fixed())?);
    if let Some(default) = b.default.get().given() {
        text.push_str(&format!(" default={}", vm.repr_text(default)?));
    }
    text.push_str(&format!(" at {:#x}>", o.raw().0));
    Ok(str::new_str(&text))
}

/// The value in the current context, else the given default, else that of the variable.
///
/// # Errors
/// `LookupError` if there is none of them.
pub(crate) fn var_get(vm: &Vm, var: &Obj, default: Option<&Obj>) -> PyResult {
    if let Some(v) = dict::get_item(vm, &vars(&current(vm)), var)? {
        return Ok(v);
    }
    if let Some(d) = default {
        return Ok(d.clone());
    }
    let own = var.body::<VarBody>().default.get();
    if own.is_unbound() {
        Err(vm.error_with(pyre_object::Exc::LookupError, std::slice::from_ref(var)))
    } else {
        Ok(own)
    }
}

/// The value of the variable in the current context, if it was set there.
pub(crate) fn var_value(vm: &Vm, var: &Obj) -> PyResult<Option<Obj>> {
    dict::get_item(vm, &vars(&current(vm)), var)
}

fn var_set(vm: &Vm, var: &Obj, value: Obj) -> PyResult {
    let context = current(vm);
    let before = vars(&context);
    let old = dict::get_item(vm, &before, var)?;
    let after = dict::copy(&before);
    dict::set_item(vm, &after, var, value)?;
    context.body::<ContextBody>().vars.set(after);
    let body = TokenBody {
        context: Slot::new(context),
        var: Slot::new(var.clone()),
        old: Slot::new(old.unwrap_or(Obj::UNBOUND)),
        used: AtomicBool::new(false),
    };
    Ok(TOKEN.instance(vm, body))
}

fn var_reset(vm: &Vm, a: &[Obj]) -> PyResult {
    let [var, token] = a else { return Ok(Obj::NONE) };
    let Some(t) = token.downcast::<TokenBody>() else {
        raise!(vm, TypeError, "expected an instance of Token, got {}", vm.repr_text(token)?);
    };
    if t.used.load(Ordering::Acquire) {
        raise!(vm, RuntimeError, "{} has already been used once", vm.repr_text(token)?);
    }
    if !t.var.get_fixed().is(var) {
        raise!(vm, ValueError, "{} was created by a different ContextVar", vm.repr_text(token)?);
    }
    let context = current(vm);
    if !t.context.get_fixed().is(&context) {
        raise!(vm, ValueError, "{} was created in a different Context", vm.repr_text(token)?);
    }
    if t.used.swap(true, Ordering::AcqRel) {
        raise!(vm, RuntimeError, "{} has already been used once", vm.repr_text(token)?);
    }
    let after = dict::copy(&vars(&context));
    match t.old.get().given() {
        Some(old) => dict::set_item(vm, &after, var, old.clone())?,
        None => drop(dict::pop(vm, &after, var)?),
    }
    context.body::<ContextBody>().vars.set(after);
    Ok(Obj::NONE)
}

fn token_new(vm: &Vm, _: &Obj, _: Args<'_>) -> PyResult {
    raise!(vm, RuntimeError, "Tokens can only be created by ContextVars")
}

fn token_repr(vm: &Vm, o: &Obj) -> PyResult {
    let b: &TokenBody = o.body();
    let used = if b.used.load(Ordering::Relaxed) { " used" } else { "" };
    let var = vm.repr_text(b.var.get_fixed())?;
    Ok(str::new_str(&format!("<Token{used} var={var} at {:#x}>", o.raw().0)))
}
