//! `_thread._local`: objects whose attributes differ from thread to thread.
//!
//! The object maps numbers of threads to dicts. A thread that ends removes its entries; it finds the objects through weak
//! references in its state, so neither keeps the other alive.

use super::state::{StateBody, state, thread_number};
use crate::support::{NativeType, instance_of};
use pyre_object::{
    Args, Body, Builtin, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, attr, dict, heap_body, int,
    names, raise, str, tuple, typeobj, weakref,
};
use pyre_threads::sync::{AtomicU64, Ordering};

heap_body! {
    /// `dicts` maps numbers of threads to dicts; `args` and `kwargs` are those of the constructor.
    pub struct LocalBody "_local" { slots { dicts, args, kwargs } data { number: AtomicU64 } }
}

/// The type.
pub static LOCAL: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_thread._local",
    doc: "Thread-local data",
    layout: Some(LocalBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), getattr: Some(getattr), setattr: Some(setattr), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

fn has_init(vm: &Vm, class: &Obj) -> bool {
    let of = |ty: &Obj| typeobj::lookup(vm, ty, names::__init__());
    match (of(class), of(Builtin::Object.ty())) {
        (Some(a), Some(b)) => !a.is(&b),
        _ => false,
    }
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    if !args.all().is_empty() && !has_init(vm, class) {
        raise!(vm, TypeError, "Initialization arguments are not supported");
    }
    let kwargs = if args.has_keywords() {
        let d = dict::new_dict();
        for (k, v) in args.keywords() {
            dict::set_item(vm, &d, k, v.clone())?;
        }
        d
    } else {
        Obj::NONE
    };
    let body = LocalBody {
        dicts: Slot::new(dict::new_dict()),
        args: Slot::new(tuple::from_slice(args.pos())),
        kwargs: Slot::new(kwargs),
        number: AtomicU64::new(NEXT.fetch_add(1, Ordering::Relaxed)),
    };
    let o = instance_of(class, body);
    // For this thread, `__init__` runs as part of the construction.
    enter(vm, &o)?;
    Ok(o)
}

/// Makes the calling thread's dict and tells its state.
fn enter(vm: &Vm, o: &Obj) -> PyResult {
    let b: &LocalBody = o.body();
    let d = dict::new_dict();
    dict::set_item(vm, b.dicts.get_fixed(), &int::from_u64(thread_number()), d.clone())?;
    let s = state(vm);
    let s: &StateBody = s.body();
    if s.locals.peek().is_unbound() {
        s.locals.set(dict::new_dict());
    }
    let locals = s.locals.get();
    if let Some(w) = weakref::new_weakref(Builtin::WeakRef.ty(), o, None) {
        dict::set_item(vm, &locals, &int::from_u64(b.number.load(Ordering::Relaxed)), w)?;
    }
    // Entries of objects that have died are dropped now and then.
    if dict::len(&locals) as u64 >= s.pruned_at.load(Ordering::Relaxed) {
        for (k, w) in dict::items_snapshot(&locals) {
            if weakref::deref(&w).is_none() {
                dict::del_item(vm, &locals, &k)?;
            }
        }
        s.pruned_at.store((dict::len(&locals) as u64 * 2).max(16), Ordering::Relaxed);
    }
    Ok(d)
}

/// The calling thread's dict; made, with a call of `__init__`, if the thread has not used the object yet.
fn thread_dict(vm: &Vm, o: &Obj) -> PyResult {
    let b: &LocalBody = o.body();
    let key = int::from_u64(thread_number());
    if let Some(d) = dict::get_item(vm, b.dicts.get_fixed(), &key)? {
        return Ok(d);
    }
    let d = enter(vm, o)?;
    if has_init(vm, o.ty())
        && let Some(init) = vm.special(o, names::__init__())?
    {
        let kwargs = b.kwargs.get();
        let r = vm.call_tuple_dict(&init, b.args.get_fixed(), Some(&kwargs).filter(|k| !k.is_none()));
        if let Err(e) = r {
            dict::del_item(vm, b.dicts.get_fixed(), &key)?;
            return Err(e);
        }
    }
    Ok(d)
}

fn getattr(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    let d = thread_dict(vm, o)?;
    if name.is(names::__dict__()) {
        return Ok(d);
    }
    let on_class = typeobj::lookup(vm, o.ty(), name);
    let get = on_class.as_ref().and_then(|c| c.slots().descr_get.get());
    if let (Some(c), Some(get)) = (&on_class, get)
        && c.slots().descr_set.addr() != 0
    {
        return get(vm, c, Some(o), o.ty());
    }
    if let Some(v) = dict::get_str(&d, name) {
        return Ok(v);
    }
    match (on_class, get) {
        (Some(c), Some(get)) => get(vm, &c, Some(o), o.ty()),
        (Some(c), None) => Ok(c),
        (None, _) => Err(attr::no_attribute(vm, o, name)),
    }
}

fn setattr(vm: &Vm, o: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if name.is(names::__dict__()) {
        let text = format!(
            "'{}' object attribute '__dict__' is read-only",
            pyre_object::type_new::full_name(o.ty())
        );
        return Err(vm.attribute_error(o, name, text));
    }
    let d = thread_dict(vm, o)?;
    if let Some(c) = typeobj::lookup(vm, o.ty(), name)
        && let Some(set) = c.slots().descr_set.get()
    {
        return set(vm, &c, o, value);
    }
    match value {
        Some(v) if str::is_exact(name) => dict::set_str(&d, name, v.clone()),
        Some(v) => dict::set_item(vm, &d, name, v.clone())?,
        None if dict::del_item(vm, &d, name)? => {}
        None => return Err(attr::no_attribute(vm, o, name)),
    }
    Ok(())
}

/// Releases what the calling thread, which ends, has in thread-local objects.
pub fn thread_ends(vm: &Vm) {
    let s = state(vm);
    let s: &StateBody = s.body();
    let key = int::from_u64(thread_number());
    // Finalizers may use thread-local objects again.
    for _ in 0..8 {
        let locals = s.locals.take();
        if locals.is_unbound() {
            return;
        }
        for w in dict::values_snapshot(&locals) {
            if let Some(o) = weakref::deref(&w)
                && let Ok(gone) = dict::pop(vm, o.body::<LocalBody>().dicts.get_fixed(), &key)
            {
                drop(gone);
            }
        }
    }
}
