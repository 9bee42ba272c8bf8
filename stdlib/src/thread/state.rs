//! What the library keeps for each thread: the current context, and which thread-local objects the thread has used.

use crate::support::NativeType;
use pyre_object::{Body, Obj, Slot, TypeFlags, TypeSpec, Vm, heap_body};
use pyre_threads::sync::{AtomicU64, Ordering};

heap_body! {
    /// `context` is the current context of `_contextvars`. `locals` is a dict of weak references to the thread-local
    /// objects in which the thread has an entry, by their number.
    pub struct StateBody "thread state" { slots { context, locals } data { pruned_at: AtomicU64 } }
}

static STATE: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_thread._state",
    layout: Some(StateBody::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::IMMUTABLE),
    ..TypeSpec::EMPTY
};

/// The calling thread's state.
pub fn state(vm: &Vm) -> Obj {
    vm.thread_state(|| {
        let body = StateBody { context: Slot::empty(), locals: Slot::empty(), pruned_at: AtomicU64::new(16) };
        STATE.instance(vm, body)
    })
}

/// A number of the calling thread that no other thread ever has.
pub fn thread_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    match pyre_threads::tls::number() {
        0 => {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            pyre_threads::tls::set_number(number);
            number
        }
        number => number,
    }
}
