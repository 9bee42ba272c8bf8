//! `_abc`: what `abc.ABCMeta` is made of (PEP 3119).
//!
//! Every abstract class has an `_abc_data`: the registered classes, weakly, and the classes that are known to be
//! subclasses or not to be. These are remembered by the id of the class's root shape, which no other class ever gets, so
//! that the caches need no weak references; the latest answers lie in a small table that is read without a lock. What is
//! known not to be a subclass holds until any class is registered anywhere ([`TOKEN`]).

use crate::support::{NativeType, interned, native_table, new_module};
use pyre_object::typeobj::{self, is_type, type_body};
use pyre_object::{
    Args, Body, Builtin, Exc, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Value, Vm, dict,
    heap_body, int, list, names, raise, set, tuple, weakref,
};
use pyre_threads::sync::{AtomicU64, Mutex, Ordering};
use std::collections::HashMap;

/// Entries of the table that is read without a lock.
const RECENT: usize = 16;

heap_body! {
    /// `_abc_data`
    struct AbcData "_abc_data" {
        slots {
            /// A list of weak references to the registered classes.
            registry,
        }
        data {
            /// Recent answers, by shape id: the id, then 31 bits of the token that was valid, then the answer.
            recent: [AtomicU64; RECENT],
            /// All answers: 0 stands for a subclass, other numbers are the token when it was none.
            known: Mutex<HashMap<u32, u64>>,
        }
    }
}

/// What is known of a class.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Subclass,
    NoSubclass,
    Unknown,
}

/// Counts registrations; never 0.
static TOKEN: AtomicU64 = AtomicU64::new(1);

static ABC_DATA: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_abc._abc_data",
    doc: "Internal state held by ABC machinery.",
    layout: Some(AbcData::layout),
    slots: Slots { new: Some(new_data), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

interned! {
    fn abc_impl = "_abc_impl";
    fn collection_flags = "__abc_tpflags__";
}

fn new_data(vm: &Vm, _: &Obj, _: Args<'_>) -> PyResult {
    Ok(ABC_DATA.instance(vm, fresh_data()))
}

fn fresh_data() -> AbcData {
    AbcData {
        registry: Slot::new(list::new_list([])),
        recent: [const { AtomicU64::new(0) }; RECENT],
        known: Mutex::new(HashMap::new()),
    }
}

fn token() -> u64 {
    TOKEN.load(Ordering::Acquire)
}

fn shape_of(class: &Obj) -> u32 {
    typeobj::root_shape_id(class)
}

const TOKEN_MASK: u64 = (1 << 31) - 1;

impl AbcData {
    fn packed(id: u32, token: u64, subclass: bool) -> u64 {
        (u64::from(id) << 32) | ((token & TOKEN_MASK) << 1) | u64::from(subclass)
    }

    #[inline]
    fn lookup(&self, id: u32) -> Answer {
        let word = self.recent[id as usize % RECENT].load(Ordering::Relaxed);
        if (word >> 32) as u32 == id {
            if word & 1 == 1 {
                return Answer::Subclass;
            }
            if (word >> 1) & TOKEN_MASK == token() & TOKEN_MASK {
                return Answer::NoSubclass;
            }
        }
        let answer = match self.known.lock().get(&id) {
            Some(0) => Answer::Subclass,
            Some(t) if *t == token() => Answer::NoSubclass,
            _ => return Answer::Unknown,
        };
        let word = AbcData::packed(id, token(), answer == Answer::Subclass);
        self.recent[id as usize % RECENT].store(word, Ordering::Relaxed);
        answer
    }

    /// `token` was read before the answer was worked out.
    fn remember(&self, id: u32, subclass: bool, token: u64) {
        let mut known = self.known.lock();
        let entry = known.entry(id).or_insert(token);
        if *entry != 0 {
            *entry = if subclass { 0 } else { token };
        }
        let subclass = *entry == 0;
        drop(known);
        self.recent[id as usize % RECENT].store(AbcData::packed(id, token, subclass), Ordering::Relaxed);
    }

    fn clear_caches(&self) {
        self.known.lock().clear();
        self.recent.iter().for_each(|w| w.store(0, Ordering::Relaxed));
    }
}

/// Runs `f` with the data of an abstract class.
fn with_data<R>(vm: &Vm, class: &Obj, f: impl FnOnce(&AbcData) -> PyResult<R>) -> PyResult<R> {
    let found = if is_type(class) { typeobj::lookup(vm, class, abc_impl()) } else { None };
    let data = match found {
        Some(d) => d,
        None => vm.getattr(class, abc_impl())?,
    };
    match data.downcast::<AbcData>() {
        Some(d) => f(d),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn is_abstract(vm: &Vm, o: &Obj) -> PyResult<bool> {
    match vm.getattr_opt(o, names::__isabstractmethod__())? {
        Some(v) => vm.truth(&v),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__` to the names that are still abstract.
fn compute_abstract_methods(vm: &Vm, class: &Obj) -> PyResult<()> {
    let abstracts = set::new_empty(true);
    let namespace = if is_type(class) {
        type_body(class).namespace().clone()
    } else {
        vm.getattr(class, names::__dict__())?
    };
    for (name, value) in vm.mapping_items(&namespace)? {
        if is_abstract(vm, &value)? {
            set::add(vm, &abstracts, &name)?;
        }
    }
    let bases = vm.getattr(class, names::__bases__())?;
    let Some(bases) = tuple::get(&bases) else { raise!(vm, TypeError, "__bases__ is not tuple") };
    for base in bases {
        let Some(inherited) = vm.getattr_opt(base, names::__abstractmethods__())? else { continue };
        vm.for_each(&inherited, |name| {
            if let Some(value) = vm.getattr_opt(class, &name)?
                && is_abstract(vm, &value)?
            {
                set::add(vm, &abstracts, &name)?;
            }
            Ok(())
        })?;
    }
    vm.setattr(class, names::__abstractmethods__(), Some(&abstracts))
}

const SEQUENCE_BIT: i64 = 1 << 5;
const MAPPING_BIT: i64 = 1 << 6;

/// `__abc_tpflags__` says which patterns instances match; it is taken out of the namespace.
fn take_collection_flags(vm: &Vm, class: &Obj) -> PyResult<()> {
    let body = type_body(class);
    let namespace = body.namespace().clone();
    let Some(flags) = dict::get_str(&namespace, collection_flags()) else { return Ok(()) };
    let bits = int::as_i64(&flags).unwrap_or(0);
    if bits & (SEQUENCE_BIT | MAPPING_BIT) == SEQUENCE_BIT | MAPPING_BIT {
        raise!(vm, TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    }
    if bits & SEQUENCE_BIT != 0 {
        body.add_flags(TypeFlags::SEQUENCE);
    }
    if bits & MAPPING_BIT != 0 {
        body.add_flags(TypeFlags::MAPPING);
    }
    typeobj::set_entry(vm, class, collection_flags(), None)?;
    Ok(())
}

fn abc_init(vm: &Vm, a: &[Obj]) -> PyResult {
    compute_abstract_methods(vm, &a[0])?;
    let data = ABC_DATA.instance(vm, fresh_data());
    vm.setattr(&a[0], abc_impl(), Some(&data))?;
    if is_type(&a[0]) {
        take_collection_flags(vm, &a[0])?;
    }
    Ok(Obj::NONE)
}

/// Marks a class and everything that derives from it as a sequence or a mapping for patterns.
fn spread_flag(class: &Obj, flag: TypeFlags) {
    let body = type_body(class);
    // `str` and `bytes` are sequences of a kind that patterns do not take apart.
    if body.flags().has(flag) || body.flags().has(TypeFlags::IMMUTABLE) {
        return;
    }
    body.remove_flags(TypeFlags::SEQUENCE.or(TypeFlags::MAPPING));
    body.add_flags(flag);
    typeobj::subclasses(class).iter().for_each(|c| spread_flag(c, flag));
}

fn abc_register(vm: &Vm, a: &[Obj]) -> PyResult {
    let (class, subclass) = (&a[0], &a[1]);
    if !is_type(subclass) {
        raise!(vm, TypeError, "Can only register classes");
    }
    if vm.is_subclass(subclass, class)? {
        return Ok(subclass.clone());
    }
    if vm.is_subclass(class, subclass)? {
        raise!(vm, RuntimeError, "Refusing to create an inheritance cycle");
    }
    let reference = weak(vm, subclass)?;
    with_data(vm, class, |d| {
        list::append(&d.registry.get(), reference);
        Ok(())
    })?;
    TOKEN.fetch_add(1, Ordering::AcqRel);
    if is_type(class) {
        for flag in [TypeFlags::SEQUENCE, TypeFlags::MAPPING] {
            if type_body(class).flags().has(flag) {
                spread_flag(subclass, flag);
            }
        }
    }
    Ok(subclass.clone())
}

fn weak(vm: &Vm, class: &Obj) -> PyResult {
    match weakref::new_weakref(Builtin::WeakRef.ty(), class, None) {
        Some(w) => Ok(w),
        None => Err(vm.type_error(format!("cannot create weak reference to '{}' object", class.type_name()))),
    }
}

fn abc_instancecheck(vm: &Vm, a: &[Obj]) -> PyResult {
    let (class, instance) = (&a[0], &a[1]);
    let exact = instance.ty();
    // Without `__class__` of its own, the common case, the answer may be known for the type.
    let declared = vm.getattr(instance, names::__class__())?;
    let known = with_data(vm, class, |d| {
        Ok(if is_type(&declared) { d.lookup(shape_of(&declared)) } else { Answer::Unknown })
    })?;
    let check = |c: &Obj| -> PyResult {
        match vm.call_special(class, names::__subclasscheck__(), std::slice::from_ref(c))? {
            Some(r) => Ok(r),
            None => Err(vm.type_error("the class has no __subclasscheck__")),
        }
    };
    if known == Answer::Subclass {
        return Ok(Obj::TRUE);
    }
    if declared.is(exact) {
        return if known == Answer::NoSubclass { Ok(Obj::FALSE) } else { check(&declared) };
    }
    let first = check(&declared)?;
    if vm.truth(&first)? { Ok(first) } else { check(exact) }
}

fn abc_subclasscheck(vm: &Vm, a: &[Obj]) -> PyResult {
    let (class, subclass) = (&a[0], &a[1]);
    if !is_type(subclass) {
        raise!(vm, TypeError, "issubclass() arg 1 must be a class");
    }
    let id = shape_of(subclass);
    let now = token();
    match with_data(vm, class, |d| Ok(d.lookup(id)))? {
        Answer::Subclass => return Ok(Obj::TRUE),
        Answer::NoSubclass => return Ok(Obj::FALSE),
        Answer::Unknown => {}
    }
    let answer = work_out(vm, class, subclass)?;
    with_data(vm, class, |d| {
        d.remember(id, answer, now);
        Ok(())
    })?;
    Ok(Obj::bool(answer))
}

/// Whether `subclass` is a subclass, by the hook, by inheritance, by registration, or through another subclass.
fn work_out(vm: &Vm, class: &Obj, subclass: &Obj) -> PyResult<bool> {
    let hook = vm.call_method(class, names::__subclasshook__(), std::slice::from_ref(subclass))?;
    match hook.raw() {
        Value::TRUE => return Ok(true),
        Value::FALSE => return Ok(false),
        Value::NOT_IMPLEMENTED => {}
        _ => {
            let m = "__subclasshook__ must return either False, True, or NotImplemented";
            return Err(vm.error(Exc::AssertionError, m));
        }
    }
    if is_type(class) && typeobj::is_subtype(subclass, class) {
        return Ok(true);
    }
    let registry = with_data(vm, class, |d| Ok(d.registry.get()))?;
    let mut i = 0;
    while let Some(reference) = list::get(&registry, i) {
        i += 1;
        let Some(registered) = weakref::deref(&reference) else { continue };
        if vm.is_subclass(subclass, &registered)? {
            return Ok(true);
        }
    }
    let subclasses = vm.call_method(class, names::__subclasses__(), &[])?;
    if !list::is_list(&subclasses) {
        raise!(vm, TypeError, "__subclasses__() must return a list");
    }
    let mut i = 0;
    while let Some(c) = list::get(&subclasses, i) {
        i += 1;
        if vm.is_subclass(subclass, &c)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Weak references to the classes for which `wanted` holds of their entry in `known`.
fn known_classes(vm: &Vm, known: &HashMap<u32, u64>, wanted: impl Fn(u64) -> bool) -> PyResult {
    let out = set::new_set();
    let object = Builtin::Object.ty().clone();
    // Breadth first over all classes there are.
    let all = list::new_list([object]);
    let seen = set::new_set();
    let mut i = 0;
    while let Some(class) = list::get(&all, i) {
        i += 1;
        if known.get(&shape_of(&class)).is_some_and(|t| wanted(*t)) {
            let reference = weak(vm, &class)?;
            set::add(vm, &out, &reference)?;
        }
        for c in typeobj::subclasses(&class) {
            if set::add(vm, &seen, &c)? {
                list::append(&all, c);
            }
        }
    }
    Ok(out)
}

fn get_dump(vm: &Vm, a: &[Obj]) -> PyResult {
    let (registry, known) = with_data(vm, &a[0], |d| Ok((d.registry.get(), d.known.lock().clone())))?;
    let registered = set::new_set();
    for reference in list::snapshot(&registry) {
        if weakref::deref(&reference).is_some() {
            set::add(vm, &registered, &reference)?;
        }
    }
    let positive = known_classes(vm, &known, |t| t == 0)?;
    let now = token();
    let negative = known_classes(vm, &known, |t| t == now)?;
    Ok(tuple::new_tuple([registered, positive, negative, int::from_u64(now)]))
}

fn reset_registry(vm: &Vm, a: &[Obj]) -> PyResult {
    with_data(vm, &a[0], |d| {
        d.registry.set(list::new_list([]));
        Ok(Obj::NONE)
    })
}

fn reset_caches(vm: &Vm, a: &[Obj]) -> PyResult {
    with_data(vm, &a[0], |d| {
        d.clear_caches();
        Ok(Obj::NONE)
    })
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("get_cache_token", "()", |_, _| Ok(int::from_u64(token())))
        .doc("Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every call to register() on any ABC."),
    NativeDef::function("_abc_init", "(self, /)", abc_init)
        .doc("Internal ABC helper for class set-up. Should be never used outside abc module."),
    NativeDef::function("_abc_register", "(self, subclass, /)", abc_register)
        .doc("Internal ABC helper for subclasss registration. Should be never used outside abc module."),
    NativeDef::function("_abc_instancecheck", "(self, instance, /)", abc_instancecheck)
        .doc("Internal ABC helper for instance checks. Should be never used outside abc module."),
    NativeDef::function("_abc_subclasscheck", "(self, subclass, /)", abc_subclasscheck)
        .doc("Internal ABC helper for subclasss checks. Should be never used outside abc module."),
    NativeDef::function("_get_dump", "(self, /)", get_dump)
        .doc("Internal ABC helper for cache and registry debugging.\n\nReturn shallow copies of registry, of both caches, and\nnegative cache version. Don't call this function directly,\ninstead use ABC._dump_registry() for a nice repr."),
    NativeDef::function("_reset_registry", "(self, /)", reset_registry)
        .doc("Internal ABC helper to reset registry of a given class.\n\nShould be only used by refleak.py"),
    NativeDef::function("_reset_caches", "(self, /)", reset_caches)
        .doc("Internal ABC helper to reset both caches of a given class.\n\nShould be only used by refleak.py"),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    Ok(new_module("_abc", "Module contains faster C implementation of abc.ABCMeta", FUNCTIONS))
}
