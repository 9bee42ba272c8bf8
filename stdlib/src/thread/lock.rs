//! `_thread.lock`: a lock without an owner, on a gate of `pyre-threads`.

use super::timeout;
use crate::support::{NativeType, construct, instance_of, native_table};
use pyre_object::{
    Args, Body, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, heap_body, raise, str,
};
use pyre_threads::Gate;

heap_body! {
    /// `_thread.lock`
    pub struct LockBody "lock" { slots {} data { gate: Gate } }
}

/// The type.
pub static LOCK: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_thread.lock",
    doc: "A lock object is a synchronization primitive.",
    layout: Some(LockBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::IMMUTABLE),
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("acquire", "($self, /, blocking=True, timeout=-1)", acquire).doc("Lock the lock."),
        NativeDef::method("acquire_lock", "($self, /, blocking=True, timeout=-1)", acquire),
        NativeDef::method("release", "($self, /)", release).doc("Release the lock."),
        NativeDef::method("release_lock", "($self, /)", release),
        NativeDef::method("locked", "($self, /)", locked)
            .doc("Return whether the lock is in the locked state."),
        NativeDef::method("locked_lock", "($self, /)", locked),
        NativeDef::method("__enter__", "($self, /)", enter),
        NativeDef::method("__exit__", "($self, /, *exc_info)", exit),
        NativeDef::method("_at_fork_reinit", "($self, /)", reinit),
    ],
    ..TypeSpec::EMPTY
};

fn gate(o: &Obj) -> &Gate {
    &o.body::<LockBody>().gate
}

/// A free lock.
pub fn new_lock(vm: &Vm) -> Obj {
    LOCK.instance(vm, LockBody { gate: Gate::new() })
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    static NEW: NativeDef = NativeDef::function("lock", "(cls, /)", |_, a| {
        Ok(instance_of(&a[0], LockBody { gate: Gate::new() }))
    });
    if !args.all().is_empty() {
        raise!(vm, TypeError, "lock expected 0 arguments, got {}", args.all().len());
    }
    construct(vm, &NEW, class, args)
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let state = if gate(o).is_held() { "locked" } else { "unlocked" };
    let name = pyre_object::type_new::full_name(o.ty());
    Ok(str::new_str(&format!("<{state} {name} object at {:#x}>", o.raw().0)))
}

/// Takes the lock.
///
/// # Errors
/// What a signal handler raises.
pub fn acquire_lock(vm: &Vm, o: &Obj, timeout: Option<std::time::Duration>) -> PyResult<bool> {
    let gate = gate(o);
    if gate.try_acquire() {
        return Ok(true);
    }
    timeout::wait(vm, timeout, |left| gate.acquire(left))
}

fn acquire(vm: &Vm, a: &[Obj]) -> PyResult {
    let timeout = timeout::of_acquire(vm, &a[1], &a[2])?;
    acquire_lock(vm, &a[0], timeout).map(Obj::bool)
}

fn release(vm: &Vm, a: &[Obj]) -> PyResult {
    if gate(&a[0]).release() { Ok(Obj::NONE) } else { raise!(vm, RuntimeError, "release unlocked lock") }
}

fn locked(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(gate(&a[0]).is_held()))
}

fn enter(vm: &Vm, a: &[Obj]) -> PyResult {
    acquire_lock(vm, &a[0], None).map(Obj::bool)
}

fn exit(vm: &Vm, a: &[Obj]) -> PyResult {
    release(vm, a)
}

fn reinit(_: &Vm, a: &[Obj]) -> PyResult {
    // Nobody waits: after a fork there is one thread.
    while gate(&a[0]).is_held() {
        gate(&a[0]).release();
    }
    Ok(Obj::NONE)
}
