//! Records that are tuples with named fields: `sys.version_info`, `os.stat_result`, `time.struct_time`.

use pyre_object::args::Args;
use pyre_object::descriptor::{self, MemberKind};
use pyre_object::typeobj::{self, type_body};
use pyre_object::{
    Builtin, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, dict, intern, model, raise, str, tuple, type_new,
};
use pyre_threads::sync::Mutex;
use std::collections::HashMap;

/// What a record type is made of.
pub struct StructSpec {
    /// `module.name`
    pub name: &'static str,
    /// Fields that are items of the tuple.
    pub fields: &'static [&'static str],
    /// Fields that are attributes only.
    pub hidden: &'static [&'static str],
}

static TYPES: Mutex<Option<HashMap<usize, &'static Obj>>> = Mutex::new(None);

fn tuple_type(_: &Vm) -> Obj {
    Builtin::Tuple.ty().clone()
}

/// The type object of a record type.
///
/// # Errors
/// None in a sound build.
pub fn type_of(vm: &Vm, spec: &'static StructSpec) -> PyResult<&'static Obj> {
    let key = std::ptr::from_ref(spec) as usize;
    if let Some(t) = TYPES.lock().get_or_insert_with(HashMap::new).get(&key) {
        return Ok(t);
    }
    let ty = make(vm, spec)?;
    Ok(TYPES.lock().get_or_insert_with(HashMap::new).entry(key).or_insert_with(|| model::immortal(ty)))
}

fn make(vm: &Vm, spec: &'static StructSpec) -> PyResult {
    let flags = if spec.hidden.is_empty() { TypeFlags::NONE } else { TypeFlags::DICT };
    let table: &'static TypeSpec = Box::leak(Box::new(TypeSpec {
        name: spec.name,
        base: Some(tuple_type),
        flags,
        slots: Slots { repr: Some(repr), new: Some(from_iterable), ..Slots::NONE },
        ..TypeSpec::EMPTY
    }));
    let ty = type_new::new_native_type(vm, table, &Obj::NONE);
    let names: Vec<Obj> = spec.fields.iter().map(|f| intern::intern_str(f)).collect();
    // Nobody has looked into the type yet, so there is nothing to invalidate.
    let set = |name: &Obj, value: Obj| dict::set_str(type_body(&ty).namespace(), name, value);
    for (i, name) in names.iter().enumerate() {
        set(name, descriptor::new_member(ty.clone(), name.clone(), MemberKind::Item(i as u16)));
    }
    let numbers = [
        ("n_sequence_fields", spec.fields.len()),
        ("n_fields", spec.fields.len() + spec.hidden.len()),
        ("n_unnamed_fields", 0),
    ];
    for (name, n) in numbers {
        set(&intern::intern_str(name), Obj::from_len(n));
    }
    set(&intern::intern_str("__match_args__"), tuple::from_vec(names));
    let hidden = tuple::new_tuple(spec.hidden.iter().map(|f| intern::intern_str(f)));
    set(&intern::intern_str("_hidden_fields"), hidden);
    Ok(ty)
}

/// A record with these items.
///
/// # Errors
/// None in a sound build.
pub fn new(vm: &Vm, spec: &'static StructSpec, items: impl IntoIterator<Item = Obj>) -> PyResult {
    let ty = type_of(vm, spec)?;
    Ok(tuple::new_shaped(type_body(ty).root_shape(), items.into_iter().collect()))
}

/// A record with these items and values of its hidden fields.
///
/// # Errors
/// None in a sound build.
pub fn with_hidden(
    vm: &Vm,
    spec: &'static StructSpec,
    items: impl IntoIterator<Item = Obj>,
    hidden: impl IntoIterator<Item = Obj>,
) -> PyResult {
    let r = new(vm, spec, items)?;
    for (name, v) in spec.hidden.iter().zip(hidden) {
        pyre_object::attr::instance_set(vm, &r, &intern::intern_str(name), Some(v))?;
    }
    Ok(r)
}

fn fields_of(ty: &Obj, which: &str) -> Obj {
    dict::get_str(type_body(ty).namespace(), &intern::intern_str(which)).unwrap_or_else(tuple::empty_tuple)
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let names = fields_of(o.ty(), "__match_args__");
    let mut parts = Vec::new();
    for (name, item) in tuple::items(&names).iter().zip(tuple::items(o)) {
        parts.push(format!("{}={}", str::to_string_lossy(name), vm.repr_text(item)?));
    }
    Ok(str::new_str(&format!("{}({})", type_new::full_name(o.ty()), parts.join(", "))))
}

/// `T(iterable[, dict])`
fn from_iterable(vm: &Vm, ty: &Obj, args: Args<'_>) -> PyResult {
    let (names, hidden) = (fields_of(ty, "__match_args__"), fields_of(ty, "_hidden_fields"));
    let (visible, all) =
        (tuple::items(&names).len(), tuple::items(&names).len() + tuple::items(&hidden).len());
    let name = typeobj::type_name(ty);
    let Some(source) = args.pos().first().or_else(|| args.values().first()) else {
        raise!(vm, TypeError, "{name}() missing required argument 'sequence' (pos 1)")
    };
    let mut items = vm.collect(source)?;
    if items.len() < visible || items.len() > all {
        let (how, n) = match (visible == all, items.len() < visible) {
            (true, _) => ("a ", visible),
            (false, true) => ("an at least ", visible),
            (false, false) => ("an at most ", all),
        };
        raise!(
            vm,
            TypeError,
            "{}() takes {how}{n}-sequence ({}-sequence given)",
            type_new::full_name(ty),
            items.len()
        );
    }
    let rest = items.split_off(visible);
    let r = tuple::new_shaped(type_body(ty).root_shape(), items);
    let mut rest = rest.into_iter();
    for h in tuple::items(&hidden) {
        let v = rest.next().unwrap_or(Obj::NONE);
        pyre_object::attr::instance_set(vm, &r, h, Some(v))?;
    }
    Ok(r)
}
