//! [`Vm`]: what one thread needs to run Python. Reached through a thread-local, handed around as `&Vm`.

use crate::obj::Obj;
use crate::value::Value;
use pyre_gc::native::unscanned;
use pyre_threads::sync::{AtomicU32, Ordering};
use pyre_threads::{ThreadRecord, tls};
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;

/// Entries of the per-thread cache of accesses to attributes.
const ACCESS_CACHE: usize = 1024;

/// Changes whenever inline caches were emptied: remembered accesses are then void too.
pub static ACCESS_EPOCH: AtomicU32 = AtomicU32::new(0);

/// Entries of the per-thread cache of attribute lookups on types.
pub const LOOKUP_CACHE: usize = 2048;

/// One remembered result of a lookup along a type's MRO.
#[derive(Clone, Copy)]
pub struct LookupEntry {
    /// The type's version; 0 is no entry.
    pub version: u32,
    /// The interned name.
    pub name: Value,
    /// What was found, `UNBOUND` for nothing. Not counted: valid only while the type has that version.
    pub value: Value,
}

/// An entry of a cache of which all bytes may be 0.
trait Entry {}
impl Entry for LookupEntry {}
impl Entry for (u64, u64) {}

/// An empty cache, all bytes 0: memory fresh from the system serves as it is, and only entries in use cost any.
fn empty_cache<T: Entry, const N: usize>() -> Box<[Cell<T>; N]> {
    let cache: Box<MaybeUninit<[Cell<T>; N]>> = Box::new_zeroed();
    // SAFETY: entries consist of integers.
    unsafe { cache.assume_init() }
}

/// The state of one thread that runs Python. Not `Sync`: only its own thread (and the collector, with the thread
/// stopped) touches it.
pub struct Vm {
    /// The thread's id, as it stands in object headers.
    pub tid: u16,
    /// The exception being handled (`sys.exception()`), or `UNBOUND`; owned.
    handled: Cell<Value>,
    /// Python calls and native re-entries that are active.
    pub depth: Cell<u32>,
    /// Cells that died while another one was being destroyed.
    pub(crate) dying: RefCell<Vec<Value>>,
    /// How deep destroying is nested.
    pub(crate) destroy_depth: Cell<u32>,
    lookup_cache: Box<[Cell<LookupEntry>; LOOKUP_CACHE]>,
    access_cache: Box<[Cell<(u64, u64)>; ACCESS_CACHE]>,
    access_epoch: Cell<u32>,
    /// The interpreter's own state (frames, registers).
    pub interp: Cell<*mut ()>,
    /// Objects whose `repr` is under way, to find recursive containers.
    pub repr_stack: RefCell<Vec<Value>>,
    /// Per-thread dict for modules (`_thread._local`, contexts); `UNBOUND` until used.
    thread_state: Cell<Value>,
}

static RECURSION_LIMIT: AtomicU32 = AtomicU32::new(1000);

/// Native stack that must be left when native code calls back into Python.
const NATIVE_RESERVE: usize = 192 * 1024;

/// Where an access is remembered, or beside it (Knuth, TAOCP 3, 6.4: multiplicative hashing).
#[inline(always)]
fn access_index(shape: u32, key: u64) -> usize {
    let mixed = (key >> 4) as u32 ^ (key as u32 & 1) ^ shape.wrapping_mul(0x85eb_ca6b);
    (mixed.wrapping_mul(0x9e37_79b1) >> (32 - ACCESS_CACHE.trailing_zeros())) as usize
}

impl Vm {
    /// The state of a thread that is attached as `tid`.
    pub fn new(tid: u16) -> Box<Vm> {
        // The collector asks `roots`; the lookup cache keeps nothing alive.
        unscanned(|| {
            Box::new(Vm {
                tid,
                handled: Cell::new(Value::UNBOUND),
                depth: Cell::new(0),
                dying: RefCell::new(Vec::new()),
                destroy_depth: Cell::new(0),
                lookup_cache: empty_cache(),
                access_cache: empty_cache(),
                access_epoch: Cell::new(0),
                interp: Cell::new(std::ptr::null_mut()),
                repr_stack: RefCell::new(Vec::new()),
                thread_state: Cell::new(Value::UNBOUND),
            })
        })
    }

    /// The calling thread's state.
    ///
    /// # Panics
    /// The thread does not run Python.
    #[inline(always)]
    pub fn current<'a>() -> &'a Vm {
        Vm::try_current().expect("this thread does not run Python")
    }

    /// The calling thread's state, if it runs Python.
    #[inline(always)]
    pub fn try_current<'a>() -> Option<&'a Vm> {
        // SAFETY: the pointer is set to a `Vm` that outlives the thread's attachment, and only this thread reads it.
        unsafe { (tls::vm_ptr() as *const Vm).as_ref() }
    }

    /// The thread's record.
    pub fn record(&self) -> &'static ThreadRecord {
        // SAFETY: a thread that runs Python is registered, and records are never freed.
        unsafe { &*tls::current_record() }
    }

    /// The exception being handled, `None` if there is none.
    pub fn handled(&self) -> Option<Obj> {
        let v = self.handled.get();
        // SAFETY: the cell owns a reference.
        if v.is_unbound() { None } else { Some(unsafe { Obj::from_borrowed(v) }) }
    }

    /// Makes `new` (or `UNBOUND`) the handled exception and returns the previous one.
    #[inline(always)]
    pub fn replace_handled(&self, new: Obj) -> Obj {
        // SAFETY: the cell owned its word.
        unsafe { Obj::from_raw(self.handled.replace(new.into_raw())) }
    }

    /// The thread's private object for modules, made by `make` at first use.
    pub fn thread_state(&self, make: impl FnOnce() -> Obj) -> Obj {
        if self.thread_state.get().is_unbound() {
            self.thread_state.set(make().into_raw());
        }
        // SAFETY: the cell owns a reference.
        unsafe { Obj::from_borrowed(self.thread_state.get()) }
    }

    /// Releases what the thread owns, before it detaches for good.
    pub fn clear(&self) {
        // SAFETY: both cells own their words.
        unsafe {
            drop(Obj::from_raw(self.handled.replace(Value::UNBOUND)));
            drop(Obj::from_raw(self.thread_state.replace(Value::UNBOUND)));
        }
    }

    /// The references that the thread's state holds, for the collector.
    pub fn roots(&self, visit: &mut dyn FnMut(Value)) {
        visit(self.handled.get());
        visit(self.thread_state.get());
        if let Ok(dying) = self.dying.try_borrow() {
            dying.iter().for_each(|v| visit(*v));
        }
    }

    /// Where the cache remembers the lookup of `name` on the type with this version.
    #[inline(always)]
    pub(crate) fn lookup_entry(&self, version: u32, name: Value) -> &Cell<LookupEntry> {
        &self.lookup_cache[((name.0 >> 4) as usize ^ (version as usize).wrapping_mul(31)) % LOOKUP_CACHE]
    }

    /// What this thread remembers of accesses to the attribute `key` (an interned name, marked for stores) of objects of
    /// that shape: an inline cache's word, found again where several shapes meet at one place, or 0.
    #[inline(always)]
    pub fn remembered_access(&self, shape: u32, key: u64) -> u64 {
        if self.access_epoch.get() != ACCESS_EPOCH.load(Ordering::Acquire) {
            return 0;
        }
        let at = access_index(shape, key);
        let (k, cache) = self.access_cache[at].get();
        if k == key && cache as u32 == shape {
            return cache;
        }
        let (k, cache) = self.access_cache[at ^ 1].get();
        if k == key && cache as u32 == shape { cache } else { 0 }
    }

    /// Remembers an access. The shape stands in the low half of the word.
    pub fn remember_access(&self, key: u64, cache: u64) {
        let epoch = ACCESS_EPOCH.load(Ordering::Acquire);
        if self.access_epoch.replace(epoch) != epoch {
            self.access_cache.iter().for_each(|e| e.set((0, 0)));
        }
        let at = access_index(cache as u32, key);
        let before = self.access_cache[at].replace((key, cache));
        if before.0 != 0 && (before.0 != key || before.1 as u32 != cache as u32) {
            // The other one of the pair is the older.
            self.access_cache[at ^ 1].set(before);
        }
    }

    /// `sys.getrecursionlimit()`
    pub fn recursion_limit() -> u32 {
        RECURSION_LIMIT.load(Ordering::Relaxed)
    }

    /// `sys.setrecursionlimit()`
    pub fn set_recursion_limit(n: u32) {
        RECURSION_LIMIT.store(n, Ordering::Relaxed);
    }

    /// Runs `f` one level deeper; guards the native stack and `sys.setrecursionlimit`.
    ///
    /// # Errors
    /// `RecursionError`; whatever `f` raises. `what` is appended to the message (` while calling a Python object`).
    #[inline]
    pub fn nested<T>(&self, what: &str, f: impl FnOnce() -> crate::PyResult<T>) -> crate::PyResult<T> {
        let depth = self.depth.get();
        if depth >= Vm::recursion_limit() || self.native_stack_left() < NATIVE_RESERVE {
            return Err(self.recursion_error(what));
        }
        self.depth.set(depth + 1);
        let r = f();
        self.depth.set(depth);
        r
    }

    /// Bytes of native stack below the current frame.
    #[inline(always)]
    pub fn native_stack_left(&self) -> usize {
        let here = 0u8;
        (&raw const here as usize).saturating_sub(self.record().stack_limit())
    }

    /// `RecursionError: maximum recursion depth exceeded` + `what`
    #[cold]
    pub fn recursion_error(&self, what: &str) -> crate::Raised {
        self.error(crate::Exc::RecursionError, format!("maximum recursion depth exceeded{what}"))
    }
}
