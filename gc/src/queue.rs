//! Merge queues: a thread that would take the foreign count of a biased object below zero hands the object, with its reference, to
//! the owner, who merges at its next safepoint.
//!
//! The queue also takes objects that are merged because threads contend for their counts. Those of an owner that is detached, and may stay
//! so for long, are merged on its behalf instead.
//!
//! A queue exists from `open` to `close`, both called by its thread. Who finds no queue merges itself, under the lock
//! that `close` takes: so every queued object is merged exactly once, and the plain `local` count of an exited owner is read
//! only after its last write. An id may be reused: its new thread inherits whatever the old one left biased.

use crate::count::Dropped;
use crate::header::Header;
use crate::sync::Mutex;
use std::ptr::NonNull;

const SHARDS: usize = if cfg!(loom) { 1 } else { 64 };

struct Entry(NonNull<Header>);

// SAFETY: an entry is an owned reference to a cell; headers are made of atomics and references may move between threads.
unsafe impl Send for Entry {}

struct Queue {
    owner: u16,
    entries: Vec<Entry>,
}

/// The merge queues of all threads, by owner id.
pub struct MergeQueues {
    shards: [Mutex<Vec<Queue>>; SHARDS],
    /// Called, under no lock, with the owner's id when its queue became non-empty.
    notify: fn(u16),
    while_detached: WhileDetached,
}

/// Calls the function while the thread with this id is detached and cannot attach; false, and no call, if it is not detached.
pub type WhileDetached = fn(u16, &mut dyn FnMut()) -> bool;

impl MergeQueues {
    /// No queues. `notify` is called with an owner's id when its queue became non-empty.
    #[cfg(not(loom))]
    pub const fn new(notify: fn(u16), while_detached: WhileDetached) -> MergeQueues {
        MergeQueues { shards: [const { Mutex::new(Vec::new()) }; SHARDS], notify, while_detached }
    }

    /// No queues. `notify` is called with an owner's id when its queue became non-empty. Owners are never detached.
    #[cfg(loom)]
    pub fn new(notify: fn(u16)) -> MergeQueues {
        MergeQueues::with_detached(notify, |_, _| false)
    }

    /// As [`MergeQueues::new`] for owners that detach.
    #[cfg(loom)]
    pub fn with_detached(notify: fn(u16), while_detached: WhileDetached) -> MergeQueues {
        MergeQueues { shards: std::array::from_fn(|_| Mutex::new(Vec::new())), notify, while_detached }
    }

    /// Calls `f` on behalf of a detached owner, if it is detached.
    pub(crate) fn while_detached(&self, owner: u16, f: &mut dyn FnMut()) {
        (self.while_detached)(owner, f);
    }

    fn shard(&self, owner: u16) -> &Mutex<Vec<Queue>> {
        &self.shards[usize::from(owner) % SHARDS]
    }

    /// The calling thread, `me`, begins to own objects.
    pub fn open(&self, me: u16) {
        let mut shard = self.shard(me).lock();
        debug_assert!(shard.iter().all(|queue| queue.owner != me));
        shard.push(Queue { owner: me, entries: Vec::new() });
    }

    /// Takes over a reference to an object in state QUEUED.
    pub(crate) fn push(&self, owner: u16, cell: NonNull<Header>) -> Dropped {
        let mut shard = self.shard(owner).lock();
        if let Some(queue) = shard.iter_mut().find(|queue| queue.owner == owner) {
            let first = queue.entries.is_empty();
            queue.entries.push(Entry(cell));
            drop(shard);
            if first {
                (self.notify)(owner);
            }
            return Dropped::Alive;
        }
        // SAFETY: the entry's reference keeps the cell alive until `merge_queued` drops it.
        let dropped = unsafe { cell.as_ref() }.merge_queued(self);
        drop(shard);
        dropped
    }

    /// Whether anything waits for the calling thread.
    pub fn is_pending(&self, me: u16) -> bool {
        self.shard(me).lock().iter().any(|queue| queue.owner == me && !queue.entries.is_empty())
    }

    /// Merges what waits for the calling thread, `me`; `dead` destroys the objects whose last reference that was.
    pub fn drain(&self, me: u16, mut dead: impl FnMut(NonNull<Header>)) {
        let entries = {
            let mut shard = self.shard(me).lock();
            match shard.iter_mut().find(|queue| queue.owner == me) {
                Some(queue) => std::mem::take(&mut queue.entries),
                None => return,
            }
        };
        self.merge_all(entries, &mut dead);
    }

    /// The calling thread, `me`, exits: merges what waits, and from then on others merge its objects themselves.
    pub fn close(&self, me: u16, mut dead: impl FnMut(NonNull<Header>)) {
        loop {
            let entries = {
                let mut shard = self.shard(me).lock();
                let Some(at) = shard.iter().position(|queue| queue.owner == me) else {
                    return;
                };
                if shard[at].entries.is_empty() {
                    shard.swap_remove(at);
                    return;
                }
                std::mem::take(&mut shard[at].entries)
            };
            self.merge_all(entries, &mut dead);
        }
    }

    /// Calls `visit` with every queued object: they are roots. The world is stopped.
    pub fn for_each(&self, mut visit: impl FnMut(NonNull<Header>)) {
        for shard in &self.shards {
            for queue in shard.lock().iter() {
                queue.entries.iter().for_each(|entry| visit(entry.0));
            }
        }
    }

    /// Keeps every thread out of the queues while the process forks.
    #[cfg(not(loom))]
    pub(crate) fn freeze(&self) -> impl Sized + '_ {
        self.shards.each_ref().map(|shard| shard.lock())
    }

    fn merge_all(&self, entries: Vec<Entry>, dead: &mut impl FnMut(NonNull<Header>)) {
        for Entry(cell) in entries {
            // SAFETY: the entry's reference keeps the cell alive until `merge_queued` drops it.
            if unsafe { cell.as_ref() }.merge_queued(self).is_dead() {
                dead(cell);
            }
        }
    }
}

#[cfg(not(loom))]
static QUEUES: MergeQueues = MergeQueues::new(notify, while_detached);

/// Makes the owner drain its queue at its next poll.
#[cfg(not(loom))]
fn notify(owner: u16) {
    let record = pyre_threads::ThreadId::new(owner).and_then(pyre_threads::thread_with_id);
    if let Some(record) = record {
        record.request(pyre_threads::Requests::MERGE_QUEUE);
    }
}

#[cfg(not(loom))]
fn while_detached(owner: u16, f: &mut dyn FnMut()) -> bool {
    pyre_threads::ThreadId::new(owner).is_some_and(|id| pyre_threads::while_detached(id, f))
}

/// The queues of the process. A thread with entries finds `MERGE_QUEUE` in its poll word.
#[cfg(not(loom))]
#[inline(always)]
pub fn global() -> &'static MergeQueues {
    &QUEUES
}

/// Models pass their own queues; there are none for the process.
#[cfg(loom)]
pub(crate) fn global() -> &'static MergeQueues {
    unreachable!("under loom the operations that end in `_in` are used")
}
