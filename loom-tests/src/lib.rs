//! Helpers of the loom models. Run them with `RUSTFLAGS="--cfg loom" cargo test --release -p pyre-loom-tests`.
//!
//! What loom 0.7 does not explore: for a store it remembers only the last access to the word before it. If the storing
//! thread has itself loaded the word just before, earlier loads by others are never moved behind the store. Let the thread
//! that stores be the one that runs first (the one that spawns), and break the protocol once to see the model fail.

#[cfg(loom)]
mod helpers {
    use pyre_threads::sync::UnsafeCell;
    use pyre_threads::{Requests, ThreadRecord, World, model};
    use std::sync::Arc;

    /// Explores `model` with at most `preemptions` preemptions, or as many as `LOOM_MAX_PREEMPTIONS` says.
    pub fn check(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
        builder.check(model);
    }

    /// A cell whose accesses loom checks for races.
    pub struct Cell(UnsafeCell<usize>);

    // SAFETY: loom reports the accesses that are not ordered; that is what the cell is for.
    unsafe impl Sync for Cell {}
    // SAFETY: as above.
    unsafe impl Send for Cell {}

    impl Cell {
        /// A cell holding `value`.
        pub fn new(value: usize) -> Self {
            Cell(UnsafeCell::new(value))
        }
        /// Writes.
        pub fn add(&self, by: usize) {
            // SAFETY: loom checks that nobody else accesses the cell.
            self.0.with_mut(|value| unsafe { *value += by });
        }
        /// Reads.
        pub fn get(&self) -> usize {
            // SAFETY: loom checks that nobody writes.
            self.0.with(|value| unsafe { *value })
        }
    }

    /// A registered thread of a model.
    pub struct Member {
        /// Its record.
        pub record: Arc<ThreadRecord>,
    }

    impl Member {
        /// Registers; the thread that uses the member may be another one.
        pub fn register(world: &'static World) -> Self {
            Member { record: model::register(world) }
        }
        /// Attaches.
        pub fn attach(&self) {
            model::attach(&self.record);
        }
        /// Detaches.
        pub fn detach(&self) {
            model::detach(&self.record);
        }
        /// Polls.
        pub fn poll(&self) -> Requests {
            model::poll(&self.record)
        }
        /// Takes the slow path of a poll as if garbage were over budget.
        pub fn poll_slowly(&self) -> Requests {
            self.record.request(Requests::QUIESCE);
            model::poll(&self.record)
        }
        /// Unregisters.
        pub fn unregister(&self) {
            model::unregister(&self.record);
        }
        /// Makes the calling thread find the record in its thread-locals.
        pub fn enter(&self) {
            model::enter(&self.record);
        }
        /// Unregisters and clears the thread-locals.
        pub fn leave(&self) {
            // SAFETY: the thread uses no reference from its thread-locals any more.
            unsafe { pyre_threads::unregister() };
        }
    }
}

#[cfg(loom)]
pub use helpers::{Cell, Member, check};
