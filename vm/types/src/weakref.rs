//! `weakref.ref` and the proxies; how a referent's death empties them is in `pyre_object::weakref`.

use crate::arguments::native_table;
use crate::collection::class_getitem;
use crate::support::{address, text};
use pyre_object::typeobj::type_body;
use pyre_object::weakref::{WeakRefBody, deref, new_weakref, weakrefs_of};
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Raised, Slots, TypeFlags,
    TypeSpec, Vm, names, str, type_new,
};
use pyre_threads::sync::Ordering;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::WeakRef, &REF),
        (Builtin::WeakProxy, &PROXY),
        (Builtin::WeakCallableProxy, &CALLABLE_PROXY),
    ];
    &ALL
}

static REF: TypeSpec = TypeSpec {
    name: "weakref.ReferenceType",
    layout: Some(WeakRefBody::layout),
    flags: TypeFlags::BASE,
    slots: Slots {
        repr: Some(ref_repr),
        hash: Some(ref_hash),
        call: Some(ref_call),
        compare: Some(ref_compare),
        init: Some(ref_init),
        new: Some(ref_new),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::class_method("__class_getitem__", "($type, object, /)", class_getitem).doc("See PEP 585"),
    ],
    getset: &REF_GETSET,
    ..TypeSpec::EMPTY
};

static REF_GETSET: [GetSetDef; 1] = [GetSetDef::readonly("__callback__", |_, o| {
    let callback = o.body::<WeakRefBody>().callback.get();
    Ok(if callback.is_unbound() { Obj::NONE } else { callback })
})];

/// A weak reference of the given type.
///
/// # Errors
/// `TypeError` for objects that cannot be weakly referenced.
fn make(vm: &Vm, ty: &Obj, referent: &Obj, callback: Option<&Obj>) -> PyResult {
    let allowed = type_body(referent.ty()).flags().has(TypeFlags::WEAKREF);
    let made = if allowed { new_weakref(ty, referent, callback) } else { None };
    made.ok_or_else(|| {
        let name = type_new::full_name(referent.ty());
        vm.type_error(format!("cannot create weak reference to '{name}' object"))
    })
}

/// `weakref.ref(referent, callback)`
///
/// # Errors
/// `TypeError` for objects that cannot be weakly referenced.
pub fn new_ref(vm: &Vm, referent: &Obj, callback: Option<&Obj>) -> PyResult {
    make(vm, Builtin::WeakRef.ty(), referent, callback)
}

/// `weakref.proxy(referent, callback)`
///
/// # Errors
/// `TypeError` for objects that cannot be weakly referenced.
pub fn new_proxy(vm: &Vm, referent: &Obj, callback: Option<&Obj>) -> PyResult {
    let ty = if vm.is_callable(referent) { Builtin::WeakCallableProxy } else { Builtin::WeakProxy };
    make(vm, ty.ty(), referent, callback)
}

/// `weakref.getweakrefs(referent)`
pub fn references_to(referent: &Obj) -> Vec<Obj> {
    if referent.cell().is_some() { weakrefs_of(referent) } else { Vec::new() }
}

/// The referent and the callback of a constructor.
fn ref_args<'a>(vm: &Vm, name: &str, args: Args<'a>) -> PyResult<(&'a Obj, Option<&'a Obj>)> {
    match args.pos() {
        [referent] => Ok((referent, None)),
        [referent, callback] => Ok((referent, callback.not_none())),
        [] => Err(vm.type_error(format!("{name} expected at least 1 argument, got 0"))),
        more => Err(vm.type_error(format!("{name} expected at most 2 arguments, got {}", more.len()))),
    }
}

fn ref_new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    let (referent, callback) = ref_args(vm, "__new__", args)?;
    make(vm, class, referent, callback)
}

fn ref_init(vm: &Vm, _: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.has_keywords() {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    ref_args(vm, "__init__", args).map(drop)
}

fn ref_call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("weakref() takes no keyword arguments"));
    }
    if !args.is_empty() {
        return Err(vm.type_error(format!("weakref expected 0 arguments, got {}", args.len())));
    }
    Ok(deref(o).unwrap_or(Obj::NONE))
}

fn ref_hash(vm: &Vm, o: &Obj) -> PyResult<i64> {
    let b: &WeakRefBody = o.body();
    match b.hash.load(Ordering::Relaxed) {
        i64::MIN => {}
        known => return Ok(known),
    }
    let referent = deref(o).ok_or_else(|| vm.type_error("weak object has gone away"))?;
    let hash = vm.hash(&referent)?;
    b.hash.store(hash, Ordering::Relaxed);
    Ok(hash)
}

fn ref_compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let both = a.downcast::<WeakRefBody>().is_some() && b.downcast::<WeakRefBody>().is_some();
    if !both || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    match (deref(a), deref(b)) {
        (Some(x), Some(y)) => vm.compare(&x, &y, op),
        _ => Ok(Obj::bool(a.is(b) == (op == CmpOp::Eq))),
    }
}

fn ref_repr(vm: &Vm, o: &Obj) -> PyResult {
    let at = address(o);
    let Some(referent) = deref(o) else { return text(format!("<weakref at {at}; dead>")) };
    let (ty, to) = (type_new::full_name(referent.ty()), address(&referent));
    match vm.getattr_opt(&referent, names::__name__())? {
        Some(name) if str::is_str(&name) => {
            let name = str::to_string_lossy(&name);
            text(format!("<weakref at {at}; to '{ty}' at {to} ({name})>"))
        }
        _ => text(format!("<weakref at {at}; to '{ty}' at {to}>")),
    }
}

fn gone(vm: &Vm) -> Raised {
    vm.error(Exc::ReferenceError, "weakly-referenced object no longer exists")
}

fn is_proxy(o: &Obj) -> bool {
    o.is_exactly(Builtin::WeakProxy) || o.is_exactly(Builtin::WeakCallableProxy)
}

/// The referent of a proxy; any other object is itself.
fn unwrap(vm: &Vm, o: &Obj) -> PyResult {
    if is_proxy(o) { deref(o).ok_or_else(|| gone(vm)) } else { Ok(o.clone()) }
}

fn proxy_repr(_: &Vm, o: &Obj) -> PyResult {
    let at = address(o);
    text(match deref(o) {
        Some(referent) => {
            let ty = type_new::full_name(referent.ty());
            format!("<weakproxy at {at}; to '{ty}' at {}>", address(&referent))
        }
        None => format!("<weakproxy at {at}; dead>"),
    })
}

fn proxy_next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let referent = unwrap(vm, o)?;
    if referent.slots().next.addr() == 0 {
        let ty = type_new::full_name(referent.ty());
        return Err(vm.type_error(format!("Weakref proxy referenced a non-iterator '{ty}' object")));
    }
    vm.next(&referent)
}

fn proxy_setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let referent = unwrap(vm, o)?;
    match value {
        Some(value) => vm.setitem(&referent, key, value),
        None => vm.delitem(&referent, key),
    }
}

macro_rules! forwarded_operators {
    ($slots:expr, $($op:ident),*) => {
        $slots
        $(.with_binary(BinOp::$op, |vm, a, b| vm.binary(BinOp::$op, &unwrap(vm, a)?, &unwrap(vm, b)?)))*
    };
}

macro_rules! forwarded_assignments {
    ($slots:expr, $($op:ident),*) => {
        $slots
        $(.with_inplace(BinOp::$op, |vm, a, b| vm.inplace(BinOp::$op, &unwrap(vm, a)?, &unwrap(vm, b)?)))*
    };
}

const PROXY_SLOTS: Slots = forwarded_assignments!(
    forwarded_operators!(
        Slots {
            repr: Some(proxy_repr),
            str: Some(|vm, o| vm.str(&unwrap(vm, o)?)),
            getattr: Some(|vm, o, name| vm.getattr(&unwrap(vm, o)?, name)),
            setattr: Some(|vm, o, name, value| vm.setattr(&unwrap(vm, o)?, name, value)),
            compare: Some(|vm, a, b, op| vm.compare(&unwrap(vm, a)?, &unwrap(vm, b)?, op)),
            iter: Some(|vm, o| vm.iter(&unwrap(vm, o)?)),
            next: Some(proxy_next),
            len: Some(|vm, o| vm.len(&unwrap(vm, o)?)),
            getitem: Some(|vm, o, key| vm.getitem(&unwrap(vm, o)?, &unwrap(vm, key)?)),
            setitem: Some(proxy_setitem),
            contains: Some(|vm, o, item| vm.contains(&unwrap(vm, o)?, &unwrap(vm, item)?)),
            bool: Some(|vm, o| vm.truth(&unwrap(vm, o)?)),
            neg: Some(|vm, o| vm.negative(&unwrap(vm, o)?)),
            pos: Some(|vm, o| vm.positive(&unwrap(vm, o)?)),
            abs: Some(|vm, o| vm.absolute(&unwrap(vm, o)?)),
            invert: Some(|vm, o| vm.invert(&unwrap(vm, o)?)),
            int: Some(|vm, o| vm.call1(Builtin::Int.ty(), &unwrap(vm, o)?)),
            float: Some(|vm, o| vm.call1(Builtin::Float.ty(), &unwrap(vm, o)?)),
            index: Some(|vm, o| vm.index(&unwrap(vm, o)?)),
            pow_mod: Some(|vm, a, b, m| vm.power(&unwrap(vm, a)?, &unwrap(vm, b)?, &unwrap(vm, m)?)),
            ..Slots::NONE
        },
        Add,
        Sub,
        Mul,
        TrueDiv,
        FloorDiv,
        Mod,
        Pow,
        LShift,
        RShift,
        And,
        Or,
        Xor,
        MatMul,
        DivMod
    ),
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    LShift,
    RShift,
    And,
    Or,
    Xor,
    MatMul
);

static PROXY_METHODS: &[NativeDef] = native_table![
    NativeDef::method("__bytes__", "($self, /)", |vm, a| {
        vm.call_method_str(&unwrap(vm, &a[0])?, "__bytes__", &[])
    }),
    NativeDef::method("__reversed__", "($self, /)", |vm, a| {
        vm.call_method(&unwrap(vm, &a[0])?, names::__reversed__(), &[])
    }),
];

static PROXY: TypeSpec = TypeSpec {
    name: "weakref.ProxyType",
    layout: Some(WeakRefBody::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::UNHASHABLE),
    slots: PROXY_SLOTS,
    methods: PROXY_METHODS,
    ..TypeSpec::EMPTY
};

static CALLABLE_PROXY: TypeSpec = TypeSpec {
    name: "weakref.CallableProxyType",
    layout: Some(WeakRefBody::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::UNHASHABLE),
    slots: Slots { call: Some(|vm, o, args| vm.call_args(&unwrap(vm, o)?, args)), ..PROXY_SLOTS },
    methods: PROXY_METHODS,
    ..TypeSpec::EMPTY
};
