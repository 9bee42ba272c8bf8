//! What loom models call: worlds of their own, and records passed by hand.
//!
//! Exists under `--cfg loom` only. A record has to be used by one thread of the model at a time.

use crate::epoch::FreeFn;
use crate::record::{Requests, ThreadRecord};
use crate::registry::{HandshakeFn, World, WorldStopped};
use std::sync::Arc;

/// A world that lives for ever.
pub fn world() -> &'static World {
    World::leak()
}

/// Registers a thread, detached.
///
/// # Panics
/// If there are no ids left.
pub fn register(world: &'static World) -> Arc<ThreadRecord> {
    world.register("model").expect("a model has few threads")
}

/// Removes a thread, which is detached.
pub fn unregister(record: &ThreadRecord) {
    record.world().unregister(record);
}

/// The registered threads.
pub fn threads(world: &World) -> Vec<Arc<ThreadRecord>> {
    world.snapshot()
}

/// Makes the calling thread find the record in its thread-locals. `runtime::unregister` ends that.
pub fn enter(record: &Arc<ThreadRecord>) {
    crate::runtime::enter(record.clone());
}

/// Attaches.
pub fn attach(record: &ThreadRecord) {
    record.world().attach(record);
}

/// Detaches.
pub fn detach(record: &ThreadRecord) {
    record.world().detach(record);
}

/// Polls.
pub fn poll(record: &ThreadRecord) -> Requests {
    if record.poll_requested() { record.world().safepoint(record) } else { Requests::NONE }
}

/// Passes a quiescent point.
pub fn quiesce(record: &ThreadRecord) {
    record.world().quiesce(record);
}

/// See `runtime::handshake`. `me` is attached.
pub fn handshake(world: &World, me: Option<&ThreadRecord>, f: HandshakeFn<'_>) {
    world.handshake(me, f);
}

/// See `runtime::stop_the_world`. `me` is attached.
pub fn stop<'w>(world: &'w World, me: Option<&ThreadRecord>) -> WorldStopped<'w> {
    world.stop(me)
}

/// See `runtime::set_attach_limit`.
pub fn set_attach_limit(world: &World, limit: usize) {
    world.set_attach_limit(limit);
}

/// Defers on the attached thread of `record`.
///
/// # Safety
/// As for `runtime::defer` in a normal build.
pub unsafe fn defer(record: &ThreadRecord, bytes: usize, free: FreeFn, pointer: *mut (), word: usize) {
    record.world().epochs.defer(record, bytes, free, pointer, word);
}
