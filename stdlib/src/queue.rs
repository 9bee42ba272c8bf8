//! `_queue`: `SimpleQueue`, a deque with a semaphore that counts its items.

use crate::collections::deque;
use crate::support::{CLASS_GETITEM, NativeType, instance_of, native_table, new_module};
use crate::thread::timeout;
use pyre_object::{
    Args, Body, Builtin, Exc, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags, TypeSpec, Vm, dict,
    heap_body, intern, model, module, raise, tuple,
};
use pyre_threads::Semaphore;
use std::sync::OnceLock;
use std::time::Duration;

heap_body! {
    /// `_queue.SimpleQueue`. There are at least as many items as the semaphore has units.
    struct QueueBody "SimpleQueue" { slots { items } data { available: Semaphore } }
}

static QUEUE: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_queue.SimpleQueue",
    doc: "Simple, unbounded, reentrant FIFO queue.",
    layout: Some(QueueBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("empty", "($self, /)", |_, a| Ok(Obj::bool(deque::length(&items(&a[0])) == 0)))
            .doc("Return True if the queue is empty, False otherwise (not reliable!)."),
        NativeDef::method("qsize", "($self, /)", |_, a| Ok(Obj::from_len(deque::length(&items(&a[0])))))
            .doc("Return the approximate size of the queue (not reliable!)."),
        NativeDef::method("put", "($self, /, item, block=True, timeout=None)", put)
            .doc("Put the item on the queue."),
        NativeDef::method("put_nowait", "($self, /, item)", put)
            .doc("Put an item into the queue without blocking."),
        NativeDef::method("get", "($self, /, block=True, timeout=None)", get)
            .doc("Remove and return an item from the queue."),
        NativeDef::method("get_nowait", "($self, /)", |vm, a| take(vm, &a[0], Some(Duration::ZERO)))
            .doc("Remove and return an item from the queue without blocking."),
        CLASS_GETITEM,
    ],
    ..TypeSpec::EMPTY
};

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module(
        "_queue",
        "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.",
        &[],
    );
    QUEUE.add_to(vm, &m);
    module::set(&m, "Empty", empty_class(vm)?.clone());
    Ok(m)
}

/// `_queue.Empty`
fn empty_class(vm: &Vm) -> PyResult<&'static Obj> {
    static CLASS: OnceLock<&'static Obj> = OnceLock::new();
    if let Some(c) = CLASS.get() {
        return Ok(c);
    }
    let namespace = dict::new_dict();
    dict::set_str(&namespace, &intern::intern_str("__module__"), intern::intern_str("_queue"));
    dict::set_str(
        &namespace,
        &intern::intern_str("__doc__"),
        intern::intern_str("Exception raised by Queue.get(block=0)/get_nowait()."),
    );
    let bases = tuple::new_tuple([Exc::Exception.ty().clone()]);
    let class = vm.call(Builtin::Type.ty(), &[intern::intern_str("Empty"), bases, namespace])?;
    Ok(CLASS.get_or_init(|| model::immortal(class)))
}

fn items(o: &Obj) -> Obj {
    o.body::<QueueBody>().items.get()
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if class.is(QUEUE.get(vm)) && !args.all().is_empty() {
        raise!(
            vm,
            TypeError,
            "SimpleQueue() takes no {} arguments",
            if args.has_keywords() { "keyword" } else { "positional" }
        );
    }
    Ok(instance_of(class, QueueBody { items: Slot::new(deque::new_deque(vm)), available: Semaphore::new(0) }))
}

fn put(_: &Vm, a: &[Obj]) -> PyResult {
    let b: &QueueBody = a[0].body();
    deque::push(b.items.get_fixed(), a[1].clone());
    b.available.release();
    Ok(Obj::NONE)
}

fn get(vm: &Vm, a: &[Obj]) -> PyResult {
    let block = match a[1].given() {
        Some(b) => vm.truth(b)?,
        None => true,
    };
    if !block {
        return take(vm, &a[0], Some(Duration::ZERO));
    }
    let Some(t) = a[2].not_none() else { return take(vm, &a[0], None) };
    let ns = timeout::nanoseconds(vm, t)?;
    if ns < 0 {
        raise!(vm, ValueError, "'timeout' must be a non-negative number");
    }
    if ns as f64 > timeout::TIMEOUT_MAX * 1e9 {
        raise!(vm, OverflowError, "timeout value is too large");
    }
    take(vm, &a[0], Some(Duration::from_nanos(ns as u64)))
}

fn take(vm: &Vm, o: &Obj, timeout: Option<Duration>) -> PyResult {
    let b: &QueueBody = o.body();
    if !b.available.try_acquire() && !timeout::wait(vm, timeout, |left| b.available.acquire(left))? {
        return Err(Raised(vm.call0(empty_class(vm)?)?));
    }
    match deque::pop_first(b.items.get_fixed()) {
        Some(v) => Ok(v),
        None => raise!(vm, RuntimeError, "a queue has lost an item"),
    }
}
