//! `_thread.RLock`: a lock that its owner can take again.
//!
//! `owner` is written by the thread that holds the gate only, so a thread that reads its own ident there owns the lock.

use super::{ident, timeout};
use crate::support::{NativeType, construct, instance_of, native_table};
use pyre_object::{
    Args, Body, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, heap_body, int, raise, str, tuple,
};
use pyre_threads::Gate;
use pyre_threads::sync::{AtomicU64, Ordering};

heap_body! {
    /// `_thread.RLock`
    pub struct RLockBody "RLock" { slots {} data { gate: Gate, owner: AtomicU64, count: AtomicU64 } }
}

/// The type.
pub static RLOCK: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_thread.RLock",
    layout: Some(RLockBody::layout),
    flags: TypeFlags::WEAKREF.or(TypeFlags::BASE),
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("acquire", "($self, /, blocking=True, timeout=-1)", acquire).doc("Lock the lock."),
        NativeDef::method("release", "($self, /)", release).doc("Release the lock."),
        NativeDef::method("locked", "($self, /)", locked),
        NativeDef::method("_is_owned", "($self, /)", is_owned),
        NativeDef::method("_recursion_count", "($self, /)", recursion_count),
        NativeDef::method("_acquire_restore", "($self, state, /)", acquire_restore),
        NativeDef::method("_release_save", "($self, /)", release_save),
        NativeDef::method("_at_fork_reinit", "($self, /)", reinit),
        NativeDef::method("__enter__", "($self, /, blocking=True, timeout=-1)", acquire),
        NativeDef::method("__exit__", "($self, /, *exc_info)", release),
    ],
    ..TypeSpec::EMPTY
};

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    static NEW: NativeDef = NativeDef::raw_function("RLock", "(cls, /, *args, **kwargs)", |_, a| {
        let body = RLockBody { gate: Gate::new(), owner: AtomicU64::new(0), count: AtomicU64::new(0) };
        Ok(instance_of(&a.pos()[0], body))
    });
    construct(vm, &NEW, class, args)
}

impl RLockBody {
    fn is_mine(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == ident()
    }

    fn set(&self, owner: u64, count: u64) {
        self.count.store(count, Ordering::Relaxed);
        self.owner.store(owner, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let b: &RLockBody = o.body();
    let state = if b.gate.is_held() { "locked" } else { "unlocked" };
    let name = pyre_object::type_new::full_name(o.ty());
    let (owner, count) = (b.owner.load(Ordering::Relaxed), b.count());
    Ok(str::new_str(&format!("<{state} {name} object owner={owner} count={count} at {:#x}>", o.raw().0)))
}

fn acquire(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &RLockBody = a[0].body();
    let timeout = timeout::of_acquire(vm, &a[1], &a[2])?;
    if b.is_mine() {
        b.count.store(b.count() + 1, Ordering::Relaxed);
        return Ok(Obj::TRUE);
    }
    let taken = b.gate.try_acquire() || timeout::wait(vm, timeout, |left| b.gate.acquire(left))?;
    if taken {
        b.set(ident(), 1);
    }
    Ok(Obj::bool(taken))
}

fn release(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &RLockBody = a[0].body();
    if !b.is_mine() {
        raise!(vm, RuntimeError, "cannot release un-acquired lock");
    }
    match b.count() {
        1 => {
            b.set(0, 0);
            b.gate.release();
        }
        n => b.count.store(n - 1, Ordering::Relaxed),
    }
    Ok(Obj::NONE)
}

fn locked(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(a[0].body::<RLockBody>().gate.is_held()))
}

fn is_owned(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(a[0].body::<RLockBody>().is_mine()))
}

fn recursion_count(_: &Vm, a: &[Obj]) -> PyResult {
    let b: &RLockBody = a[0].body();
    Ok(int::from_u64(if b.is_mine() { b.count() } else { 0 }))
}

fn acquire_restore(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &RLockBody = a[0].body();
    let Some([count, owner]) = tuple::get(&a[1]) else {
        let got = a[1].type_name();
        raise!(vm, TypeError, "_acquire_restore() argument 1 must be 2-item tuple, not {got}");
    };
    let (count, owner) = (vm.to_u64(count)?, vm.to_u64(owner)?);
    if !b.gate.try_acquire() {
        timeout::wait(vm, None, |left| b.gate.acquire(left))?;
    }
    b.set(owner, count);
    Ok(Obj::NONE)
}

fn release_save(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &RLockBody = a[0].body();
    if !b.is_mine() {
        raise!(vm, RuntimeError, "cannot release un-acquired lock");
    }
    let state = tuple::pair(int::from_u64(b.count()), int::from_u64(ident()));
    b.set(0, 0);
    b.gate.release();
    Ok(state)
}

fn reinit(_: &Vm, a: &[Obj]) -> PyResult {
    let b: &RLockBody = a[0].body();
    b.set(0, 0);
    // Nobody waits: after a fork there is one thread.
    while b.gate.is_held() {
        b.gate.release();
    }
    Ok(Obj::NONE)
}
