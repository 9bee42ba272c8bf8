//! What the process knows about one thread.
//!
//! The state word decides who may act for a thread; every transition of it is a method here.
//!
//! | bit        | set by                                   | cleared by | means |
//! |------------|------------------------------------------|------------|-------|
//! | `ATTACHED` | the thread (`try_attach`)                | the thread (`try_detach`) | it runs and may touch objects |
//! | `STOPPED`  | the thread, at a safepoint               | whoever resumes the world | it waits; always with `ATTACHED` and `PENDING` |
//! | `HELD`     | another thread (`try_hold`), only while no other bit is set | the same thread, soon | it keeps the detached thread detached |
//! | `PENDING`  | a requester, under the world's mutex     | the thread after serving; the requester for a detached thread; whoever resumes the world | a request names this thread |
//!
//! `PENDING` on a thread that is not attached blocks attaching, so the requester may act on its behalf. `PENDING` on an
//! attached thread blocks detaching, so the thread serves the request itself. As both are one word there is no moment
//! at which both or neither are responsible.
//!
//! `HELD` serves those who act on behalf of one detached thread for a moment, without a request. A request may come meanwhile: both act,
//! on different things.
//!
//! The poll word is separate, so that a poll is one relaxed load and one branch. It only asks for attention: its lower
//! bits repeat what is decided elsewhere under a lock, its upper bits belong to the embedder.
//!
//! | field                   | written by                            | read by |
//! |-------------------------|---------------------------------------|---------|
//! | `poll`                  | anyone sets; the thread clears        | the thread, anyone |
//! | stack bounds            | the thread, at registration           | anyone |
//! | `saved_sp`, `saved_registers` | the thread while attached       | whoever found it detached, stopped or serving |
//! | `epoch`                 | the thread                            | anyone |
//! | `garbage`               | the thread, attached or exiting       | the child of a fork |
//! | `parked_on`             | the thread                            | whoever interrupts it |
//! | `embedder`              | the embedder                          | anyone |

use crate::epoch::Garbage;
use crate::registry::World;
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Mutex, Ordering, UnsafeCell, fence};
use crate::{lot, stack};
use std::fmt;

/// The number of a thread among those that own objects.
///
/// Never [`ThreadId::MERGED`] nor [`ThreadId::TRACING_MANAGED`], which object headers use for "nobody". An id is not
/// reused before the embedder calls `release_id`, as objects carry the id of their owner beyond its life.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(u16);

impl ThreadId {
    /// The owner field of an object that no thread owns.
    pub const MERGED: u16 = 0;
    /// The owner field of an object that only the collector frees.
    pub const TRACING_MANAGED: u16 = 0xFFFF;
    /// The largest id of a thread.
    pub const MAX: u16 = 0xFFFE;

    /// The id with this number, or `None` for the two reserved numbers.
    pub const fn new(raw: u16) -> Option<ThreadId> {
        if raw == Self::MERGED || raw == Self::TRACING_MANAGED { None } else { Some(ThreadId(raw)) }
    }

    /// The number.
    #[inline(always)]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThreadId({})", self.0)
    }
}

/// Bits of the poll word.
///
/// Bits 0 to 7 belong to this crate. The others belong to the embedder, who takes them with [`ThreadRecord::take`];
/// until then every poll of the thread takes the slow path. Those without a name start at [`Requests::EMBEDDER_SHIFT`].
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[must_use = "requests of the embedder stay pending until they are taken"]
pub struct Requests(pub u32);

impl Requests {
    /// Nothing.
    pub const NONE: Requests = Requests(0);
    /// A handshake names this thread.
    pub const HANDSHAKE: Requests = Requests(1);
    /// The world is to stop.
    pub const STOP: Requests = Requests(1 << 1);
    /// Others wait for a place under the attach limit.
    pub const YIELD: Requests = Requests(1 << 2);
    /// A grace period waits for this thread, or its own deferred memory is over budget.
    pub const QUIESCE: Requests = Requests(1 << 3);
    /// A signal handler has to run. Interrupts blocking waits.
    pub const SIGNAL: Requests = Requests(1 << 8);
    /// An exception was sent to this thread. Interrupts blocking waits.
    pub const ASYNC_EXC: Requests = Requests(1 << 9);
    /// Objects of this thread wait to be merged.
    pub const MERGE_QUEUE: Requests = Requests(1 << 10);
    /// The collector wants to run.
    pub const GC_REQUEST: Requests = Requests(1 << 11);
    /// The first of the embedder's unnamed bits.
    pub const EMBEDDER_SHIFT: u32 = 16;
    /// All bits that this crate leaves to the embedder.
    pub const EMBEDDER: Requests = Requests(!0xFF);
    /// The bits that end a blocking wait early.
    pub const INTERRUPT: Requests = Requests(Self::SIGNAL.0 | Self::ASYNC_EXC.0);

    /// Both sets together.
    pub const fn union(self, other: Requests) -> Requests {
        Requests(self.0 | other.0)
    }
    /// What both sets share.
    pub const fn and(self, other: Requests) -> Requests {
        Requests(self.0 & other.0)
    }
    /// Whether the sets share a bit.
    pub const fn intersects(self, other: Requests) -> bool {
        self.0 & other.0 != 0
    }
    /// Whether no bit is set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requests({:#x})", self.0)
    }
}

const ATTACHED: u32 = 1;
const STOPPED: u32 = 2;
const PENDING: u32 = 4;
const HELD: u32 = 8;

/// What a thread is doing, as far as others may rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It runs and may touch objects.
    Attached,
    /// It is blocked or in native code and touches no object.
    Detached,
    /// It waits at a safepoint until the world resumes.
    Stopped,
}

/// The outcome of [`ThreadRecord::try_attach`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum AttachStep {
    /// The thread is attached.
    Attached,
    /// A requester acts for the thread: wait until it is done.
    Blocked,
    /// Somebody holds the thread detached for a moment: try again.
    Held,
}

/// The outcome of [`ThreadRecord::try_detach`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum DetachStep {
    /// The thread is detached.
    Detached,
    /// A request names the thread: serve it, then try again.
    ServeFirst,
}

/// Who serves a request that has just been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Responsible {
    /// The thread itself, at its next poll.
    Thread,
    /// The requester; the thread cannot attach meanwhile.
    Requester,
}

/// What the process knows about one thread.
#[repr(C, align(128))]
pub struct ThreadRecord {
    // The poll word comes first: compiled code addresses it as `[record]`.
    poll: AtomicU32,
    state: AtomicU32,
    pub(crate) epoch: AtomicU64,
    id: u16,
    world: &'static World,
    stack_base: usize,
    stack_limit: usize,
    saved_sp: AtomicUsize,
    saved_registers: UnsafeCell<stack::Registers>,
    embedder: AtomicPtr<()>,
    pub(crate) parked_on: AtomicUsize,
    pub(crate) garbage: Garbage,
    pub(crate) place: crate::limit::Place,
    name: Mutex<String>,
}

// SAFETY: `saved_registers` and `garbage` are the only fields that are not atomic or locked. The table in the module's
// header says who may access them when; the state word orders those accesses.
unsafe impl Sync for ThreadRecord {}
// SAFETY: nothing in a record is tied to the thread that created it.
unsafe impl Send for ThreadRecord {}

/// The offset of the poll word in a [`ThreadRecord`], for compiled code.
pub const POLL_OFFSET: usize = 0;
const _: () = assert!(std::mem::offset_of!(ThreadRecord, poll) == POLL_OFFSET);

impl ThreadRecord {
    /// The record of a detached thread.
    pub(crate) fn new(world: &'static World, id: ThreadId, name: String, bounds: stack::Bounds) -> Self {
        ThreadRecord {
            poll: AtomicU32::new(0),
            state: AtomicU32::new(0),
            epoch: AtomicU64::new(crate::epoch::OFFLINE),
            id: id.get(),
            world,
            stack_base: bounds.base,
            stack_limit: bounds.limit,
            saved_sp: AtomicUsize::new(bounds.base),
            saved_registers: UnsafeCell::new(stack::Registers::default()),
            embedder: AtomicPtr::new(std::ptr::null_mut()),
            parked_on: AtomicUsize::new(0),
            garbage: Garbage::new(),
            place: crate::limit::Place::new(),
            name: Mutex::new(name),
        }
    }

    /// The id that objects owned by this thread carry.
    #[inline(always)]
    pub fn id(&self) -> ThreadId {
        ThreadId(self.id)
    }

    /// The world that the thread is registered in.
    #[inline(always)]
    pub fn world(&self) -> &'static World {
        self.world
    }

    /// Whether the slow path of a poll has anything to do: one relaxed load.
    #[inline(always)]
    pub fn poll_requested(&self) -> bool {
        self.poll.load(Ordering::Relaxed) != 0
    }

    /// The poll word as it is now.
    #[inline]
    pub fn requests(&self) -> Requests {
        Requests(self.poll.load(Ordering::Acquire))
    }

    /// Sets bits of the poll word; the thread sees them at its next poll. Async-signal-safe.
    ///
    /// Does not wake a thread that is blocked: see [`ThreadRecord::interrupt`].
    #[inline]
    pub fn request(&self, bits: Requests) {
        self.poll.fetch_or(bits.0, Ordering::AcqRel);
    }

    /// Clears those of the embedder's `bits` that are set and returns them.
    #[inline]
    pub fn take(&self, bits: Requests) -> Requests {
        let bits = bits.and(Requests::EMBEDDER);
        Requests(self.poll.fetch_and(!bits.0, Ordering::AcqRel)).and(bits)
    }

    /// Sets bits of the poll word and, if one is among [`Requests::INTERRUPT`], wakes the thread from an interruptible
    /// wait. Not async-signal-safe.
    pub fn interrupt(&self, bits: Requests) {
        self.request(bits);
        if bits.intersects(Requests::INTERRUPT) {
            // Pairs with the fence in `parking`: either the waiter sees the bits, or its address is seen here.
            fence(Ordering::SeqCst);
            let address = self.parked_on.load(Ordering::Relaxed);
            if address != 0 {
                lot::interrupt(address, std::ptr::from_ref(self) as usize);
            }
        }
    }

    pub(crate) fn clear_own(&self, bits: Requests) {
        self.poll.fetch_and(!bits.0, Ordering::AcqRel);
    }

    /// What the thread is doing at this moment; stable only where the caller has made it so.
    pub fn phase(&self) -> Phase {
        let state = self.state.load(Ordering::Acquire);
        if state & STOPPED != 0 {
            Phase::Stopped
        } else if state & ATTACHED != 0 {
            Phase::Attached
        } else {
            Phase::Detached
        }
    }

    /// Whether a request names this thread and is not served yet.
    pub(crate) fn is_pending(&self) -> bool {
        self.state.load(Ordering::Acquire) & PENDING != 0
    }

    /// Detached to attached. Acquires what a requester did on behalf of the thread.
    pub(crate) fn try_attach(&self) -> AttachStep {
        match self.state.compare_exchange(0, ATTACHED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => AttachStep::Attached,
            Err(HELD) => AttachStep::Held,
            Err(state) => {
                debug_assert!(state & ATTACHED == 0, "already attached");
                AttachStep::Blocked
            }
        }
    }

    /// Keeps the thread detached until [`ThreadRecord::let_go`], if it is detached and nobody else acts for it. Acquires what the thread
    /// did. The caller must not block meanwhile.
    pub(crate) fn try_hold(&self) -> bool {
        self.state.compare_exchange(0, HELD, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Ends [`ThreadRecord::try_hold`]. Releases what the holder did.
    pub(crate) fn let_go(&self) {
        self.state.fetch_and(!HELD, Ordering::AcqRel);
    }

    /// Attached to detached. Releases what the thread did.
    pub(crate) fn try_detach(&self) -> DetachStep {
        match self.state.compare_exchange(ATTACHED, 0, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => DetachStep::Detached,
            Err(state) => {
                debug_assert!(state & ATTACHED != 0, "not attached");
                DetachStep::ServeFirst
            }
        }
    }

    /// Names the thread in a request that its poll word announces as `bit`. Under the world's mutex.
    pub(crate) fn make_pending(&self, bit: Requests) -> Responsible {
        let old = self.state.fetch_or(PENDING, Ordering::AcqRel);
        debug_assert!(old & PENDING == 0, "requests do not overlap");
        if old & ATTACHED != 0 {
            self.poll.fetch_or(bit.0, Ordering::AcqRel);
            Responsible::Thread
        } else {
            Responsible::Requester
        }
    }

    /// The request has been served, by whoever is responsible. Under the world's mutex.
    pub(crate) fn clear_pending(&self) {
        self.state.fetch_and(!(PENDING | STOPPED), Ordering::AcqRel);
    }

    /// Attached and pending to stopped. By the thread, under the world's mutex.
    pub(crate) fn mark_stopped(&self) {
        self.state.fetch_or(STOPPED, Ordering::AcqRel);
    }

    /// The highest address of the native stack (one past its end).
    pub fn stack_base(&self) -> usize {
        self.stack_base
    }

    /// The lowest address that the native stack may reach, above the guard pages; 0 when unknown.
    pub fn stack_limit(&self) -> usize {
        self.stack_limit
    }

    /// Publishes the stack pointer and the callee-saved registers, on the thread itself.
    ///
    /// Inlined, so that the frame that it describes is the caller's: it must last until the thread is attached again.
    #[inline(always)]
    pub(crate) fn publish_stack(&self) {
        self.saved_registers.with_mut(|registers| {
            // SAFETY: only the thread itself writes, and only while attached; readers come after its state change.
            let sp = stack::save_registers(unsafe { &mut *registers });
            self.saved_sp.store(sp, Ordering::Relaxed);
        });
    }

    /// The part of the native stack in use when the thread last detached, stopped or entered a safepoint, as
    /// `(lowest, one past the highest)` address, word-aligned.
    pub fn published_stack(&self) -> (usize, usize) {
        (self.saved_sp.load(Ordering::Relaxed), self.stack_base)
    }

    /// Calls `f` with every word of the published stack and every saved register, for conservative scanning.
    ///
    /// The calling thread's own words are current; another thread's are those it published.
    ///
    /// # Safety
    /// The thread must be stopped, or be detached with attaching blocked, or be the calling thread inside a handshake or
    /// while it holds the world stopped.
    #[inline(never)]
    pub unsafe fn scan_stack(&self, f: &mut dyn FnMut(usize)) {
        if std::ptr::eq(self, crate::tls::current_record()) {
            self.publish_stack();
        }
        self.saved_registers.with(|registers| {
            // SAFETY: the caller guarantees that the thread does not run, so nobody writes.
            for word in unsafe { (*registers).words() } {
                f(word);
            }
        });
        let (low, high) = self.published_stack();
        // SAFETY: the caller guarantees that the frames above the published stack pointer are live.
        unsafe { stack::scan_words(low, high, f) };
    }

    /// The embedder's pointer, null until it is set.
    #[inline]
    pub fn embedder(&self) -> *mut () {
        self.embedder.load(Ordering::Acquire)
    }

    /// Sets what [`ThreadRecord::embedder`] returns.
    pub fn set_embedder(&self, pointer: *mut ()) {
        self.embedder.store(pointer, Ordering::Release);
    }

    /// A name for people who debug.
    pub fn name(&self) -> String {
        self.name.lock().clone()
    }

    /// Changes the name.
    pub fn set_name(&self, name: &str) {
        *self.name.lock() = name.to_owned();
    }
}

impl fmt::Debug for ThreadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadRecord")
            .field("id", &self.id)
            .field("phase", &self.phase())
            .field("requests", &self.requests())
            .finish_non_exhaustive()
    }
}
