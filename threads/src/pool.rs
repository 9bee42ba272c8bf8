//! A pool of worker threads with work stealing (crossbeam-deque), for marking and for parallel loops.
//!
//! One job runs at a time; a second caller waits for its turn. A caller that is attached is detached while it waits. The
//! workers are not registered: a job that touches objects registers and attaches its worker itself.

use crate::parking::{Acquire, Gate};
use crate::runtime::blocking;
use crate::sched::BlockReason;
use crate::sync::{Condvar, Mutex};
use crossbeam_deque::{Injector, Steal, Stealer, Worker as Deque};
use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

type Job = *const (dyn Fn(usize) + Sync);

struct State {
    job: Option<Job>,
    // Counts jobs, so that a worker runs each one once.
    generation: u64,
    running: usize,
    panic: Option<Box<dyn Any + Send>>,
    shutdown: bool,
}

// SAFETY: the job is `Sync`, and `Pool::run` keeps it alive until every worker is done with it.
unsafe impl Send for State {}

struct Shared {
    state: Mutex<State>,
    start: Condvar,
    done: Condvar,
}

/// A pool of worker threads, joined on drop.
pub struct Pool {
    shared: Arc<Shared>,
    turn: Gate,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// A pool of `workers` threads (at least one) named after `name`. Fails when the system refuses a thread.
    pub fn new(workers: usize, name: &str) -> std::io::Result<Pool> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State { job: None, generation: 0, running: 0, panic: None, shutdown: false }),
            start: Condvar::new(),
            done: Condvar::new(),
        });
        let mut pool = Pool { shared, turn: Gate::new(), threads: Vec::new() };
        for index in 0..workers.max(1) {
            let shared = pool.shared.clone();
            let builder = std::thread::Builder::new().name(format!("{name}-{index}"));
            // On failure the drop of `pool` ends those that have started.
            pool.threads.push(builder.spawn(move || shared.work(index))?);
        }
        Ok(pool)
    }

    /// The number of workers.
    pub fn workers(&self) -> usize {
        self.threads.len()
    }

    /// Runs `job` on every worker at once, with the worker's index, and returns when all have finished.
    ///
    /// A panic of a worker is passed on to the caller, after all have finished. A job must not use its own pool.
    pub fn run(&self, job: &(dyn Fn(usize) + Sync)) {
        // SAFETY: only the lifetime is changed; the workers are done with the job when `run_one` returns.
        let job =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(job) };
        let panic = blocking(BlockReason::Pool, || {
            // Detached and without a way to report an interruption, so wait until it is this caller's turn.
            while self.turn.acquire(None) != Acquire::Acquired {
                std::thread::yield_now();
            }
            let panic = self.run_one(job);
            self.turn.release();
            panic
        });
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn run_one(&self, job: Job) -> Option<Box<dyn Any + Send>> {
        let mut state = self.shared.state.lock();
        state.job = Some(job);
        state.generation += 1;
        state.running = self.threads.len();
        self.shared.start.notify_all();
        while state.running > 0 {
            state = self.shared.done.wait(state);
        }
        state.job = None;
        state.panic.take()
    }

    /// Calls `f` for pieces of `range` of at most `grain` indices, in parallel and in no particular order.
    pub fn for_each(&self, range: Range<usize>, grain: usize, f: impl Fn(Range<usize>) + Sync) {
        let grain = grain.max(1);
        let next = AtomicUsize::new(range.start);
        self.run(&|_| {
            while let Ok(start) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |start| {
                (start < range.end).then(|| start.saturating_add(grain).min(range.end))
            }) {
                f(start..start.saturating_add(grain).min(range.end));
            }
        });
    }

    /// Calls `f` for every seed, and for every item that `f` pushes, until there are none.
    pub fn process<T: Send>(&self, seeds: impl IntoIterator<Item = T>, f: impl Fn(T, &Local<'_, T>) + Sync) {
        let injector = Injector::new();
        let mut count = 0;
        for seed in seeds {
            injector.push(seed);
            count += 1;
        }
        let deques: Vec<Deque<T>> = self.threads.iter().map(|_| Deque::new_lifo()).collect();
        let stealers: Vec<Stealer<T>> = deques.iter().map(Deque::stealer).collect();
        let traversal = Traversal {
            injector,
            stealers,
            pending: AtomicUsize::new(count),
            failed: AtomicBool::new(false),
        };
        // Each deque goes to one worker.
        let deques: Vec<Mutex<Option<Deque<T>>>> =
            deques.into_iter().map(|deque| Mutex::new(Some(deque))).collect();
        self.run(&|index| {
            if let Some(deque) = deques[index].lock().take() {
                traversal.work(&Local { traversal: &traversal, deque, index }, &f);
            }
        });
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.state.lock().shutdown = true;
        self.shared.start.notify_all();
        let threads = std::mem::take(&mut self.threads);
        blocking(BlockReason::Pool, || {
            for thread in threads {
                // A worker does not panic: it catches what its jobs do.
                let _ = thread.join();
            }
        });
    }
}

impl Shared {
    fn work(&self, index: usize) {
        let mut seen = 0;
        let mut state = self.state.lock();
        loop {
            match state.job {
                Some(job) if state.generation != seen => {
                    seen = state.generation;
                    drop(state);
                    // SAFETY: the caller of `run` keeps the job alive until `running` is zero.
                    let result = catch_unwind(AssertUnwindSafe(|| unsafe { (*job)(index) }));
                    state = self.state.lock();
                    if let Err(panic) = result {
                        state.panic.get_or_insert(panic);
                    }
                    state.running -= 1;
                    if state.running == 0 {
                        self.done.notify_one();
                    }
                }
                _ if state.shutdown => return,
                _ => state = self.start.wait(state),
            }
        }
    }
}

struct Traversal<T> {
    injector: Injector<T>,
    stealers: Vec<Stealer<T>>,
    // Items that were pushed and not finished. An item's children are counted before it is finished, so zero is final.
    pending: AtomicUsize,
    failed: AtomicBool,
}

/// A worker's view of [`Pool::process`].
pub struct Local<'a, T> {
    traversal: &'a Traversal<T>,
    deque: Deque<T>,
    index: usize,
}

impl<T> Local<'_, T> {
    /// Adds an item.
    pub fn push(&self, item: T) {
        self.traversal.pending.fetch_add(1, Ordering::Relaxed);
        self.deque.push(item);
    }

    /// The index of the worker.
    pub fn index(&self) -> usize {
        self.index
    }
}

impl<T> Traversal<T> {
    fn work(&self, local: &Local<'_, T>, f: &(impl Fn(T, &Local<'_, T>) + Sync)) {
        /// Ends the other workers when `f` panics.
        struct Failed<'a>(&'a AtomicBool);
        impl Drop for Failed<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let failed = Failed(&self.failed);
        let mut idle = 0;
        while self.pending.load(Ordering::Acquire) != 0 && !self.failed.load(Ordering::Relaxed) {
            match self.find(local) {
                Some(item) => {
                    idle = 0;
                    f(item, local);
                    self.pending.fetch_sub(1, Ordering::AcqRel);
                }
                None if idle < 32 => {
                    idle += 1;
                    std::hint::spin_loop();
                }
                None => std::thread::yield_now(),
            }
        }
        std::mem::forget(failed);
    }

    fn find(&self, local: &Local<'_, T>) -> Option<T> {
        if let Some(item) = local.deque.pop() {
            return Some(item);
        }
        loop {
            let mut steal = self.injector.steal_batch_and_pop(&local.deque);
            for offset in 1..self.stealers.len() {
                if steal.is_success() {
                    break;
                }
                let victim = &self.stealers[(local.index + offset) % self.stealers.len()];
                steal = steal.or_else(|| victim.steal());
            }
            match steal {
                Steal::Success(item) => return Some(item),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn every_index_is_visited_once() {
        let pool = Pool::new(3, "test").unwrap();
        let seen: Vec<AtomicUsize> = (0..1000).map(|_| AtomicUsize::new(0)).collect();
        for _ in 0..20 {
            pool.for_each(0..1000, 7, |piece| {
                for at in piece {
                    seen[at].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        assert!(seen.iter().all(|count| count.load(Ordering::Relaxed) == 20));
    }

    #[test]
    fn a_traversal_reaches_every_item_that_was_pushed() {
        let pool = Pool::new(4, "test").unwrap();
        let sum = AtomicU64::new(0);
        pool.process([12u32], |depth, local| {
            sum.fetch_add(1, Ordering::Relaxed);
            if depth > 0 {
                local.push(depth - 1);
                local.push(depth - 1);
            }
        });
        assert_eq!(sum.load(Ordering::Relaxed), (1 << 13) - 1);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_lives_on() {
        let pool = Pool::new(2, "test").unwrap();
        let result = catch_unwind(AssertUnwindSafe(|| {
            pool.process(0..100, |at, _| {
                if at == 50 {
                    resume_unwind(Box::new("stop"));
                }
            });
        }));
        assert_eq!(result.unwrap_err().downcast_ref::<&str>(), Some(&"stop"));
        pool.for_each(0..10, 1, |_| {});
    }
}
