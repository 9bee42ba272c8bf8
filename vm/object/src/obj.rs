//! [`Obj`], the owned handle of a value: what all code outside the VM's core works with.
//!
//! Owning means holding one count of the object (biased reference counting, see `docs/design/memory.md`); dropping it
//! releases the count and destroys the object at once when it was the last. `&Obj` is the borrowed form: a slice of
//! registers is lent to a native function as `&[Obj]` without counting anything.

use crate::destroy;
use crate::value::Value;
use pyre_gc::Dropped;
use pyre_threads::{rare, tls};
use std::num::NonZeroU64;

/// An owned reference to a Python value.
///
/// Dropping may run finalizers, which is Python code: never drop one while holding an object's lock.
#[repr(transparent)]
pub struct Obj(NonZeroU64);

impl Obj {
    /// `None`
    pub const NONE: Obj = Obj::immediate(Value::NONE);
    /// `True`
    pub const TRUE: Obj = Obj::immediate(Value::TRUE);
    /// `False`
    pub const FALSE: Obj = Obj::immediate(Value::FALSE);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Obj = Obj::immediate(Value::NOT_IMPLEMENTED);
    /// `...`
    pub const ELLIPSIS: Obj = Obj::immediate(Value::ELLIPSIS);
    /// An argument or variable that was not given.
    pub const UNBOUND: Obj = Obj::immediate(Value::UNBOUND);

    const fn immediate(v: Value) -> Obj {
        match NonZeroU64::new(v.0) {
            Some(w) => Obj(w),
            None => panic!("0 is no value"),
        }
    }

    /// Takes over the reference that `v` stands for.
    ///
    /// # Safety
    /// `v` is a value word, and if it is a pointer the caller owns one count of the object and gives it away.
    #[inline(always)]
    pub unsafe fn from_raw(v: Value) -> Obj {
        // SAFETY: no value word is 0 (pointers are not null, every immediate has a tag bit).
        Obj(unsafe { NonZeroU64::new_unchecked(v.0) })
    }

    /// Gives the reference up to the caller as a raw word.
    #[inline(always)]
    pub fn into_raw(self) -> Value {
        let v = self.raw();
        std::mem::forget(self);
        v
    }

    /// The word, still owned by this handle.
    #[inline(always)]
    pub fn raw(&self) -> Value {
        Value(self.0.get())
    }

    /// Lends a raw word as a borrowed handle.
    ///
    /// # Safety
    /// The word at `v` is a value that stays alive and in place while the borrow lives.
    #[inline(always)]
    pub unsafe fn borrow_raw(v: &Value) -> &Obj {
        // SAFETY: `Obj` and `Value` are both transparent over one word that is never 0.
        unsafe { &*(v as *const Value as *const Obj) }
    }

    /// Lends consecutive raw words as borrowed handles.
    ///
    /// # Safety
    /// As for [`Self::borrow_raw`], for every word of the slice.
    #[inline(always)]
    pub unsafe fn borrow_slice(v: &[Value]) -> &[Obj] {
        // SAFETY: `Obj` and `Value` are both transparent over one word that is never 0.
        unsafe { &*(v as *const [Value] as *const [Obj]) }
    }

    /// Makes a counted reference from a word whose object the caller knows to be alive.
    ///
    /// # Safety
    /// `v` is a value word; if it is a pointer, somebody holds a reference for the duration of this call.
    #[inline(always)]
    pub unsafe fn from_borrowed(v: Value) -> Obj {
        retain(v);
        // SAFETY: the count was just taken.
        unsafe { Obj::from_raw(v) }
    }

    /// The int `i` if it fits into 62 bits (see [`crate::int::new_int`] for any `i64`).
    #[inline(always)]
    pub fn small_int(i: i64) -> Option<Obj> {
        // SAFETY: an immediate owns nothing.
        Value::small_int(i).map(|v| unsafe { Obj::from_raw(v) })
    }

    /// A length, an index, a byte: an int that nearly always fits into 62 bits.
    #[inline(always)]
    pub fn from_len(n: usize) -> Obj {
        if n >= 1 << 61 {
            return crate::int::from_usize(n);
        }
        // SAFETY: an immediate owns nothing.
        unsafe { Obj::from_raw(Value::int_unchecked(n as i64)) }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(b: bool) -> Obj {
        // SAFETY: an immediate owns nothing.
        unsafe { Obj::from_raw(Value::bool(b)) }
    }

    /// Identity: Python's `is`.
    #[inline(always)]
    pub fn is(&self, other: &Obj) -> bool {
        self.0 == other.0
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.raw().is_none()
    }

    /// Whether an optional argument was not given.
    #[inline(always)]
    pub fn is_unbound(&self) -> bool {
        self.raw().is_unbound()
    }

    /// `None` for an argument that was not given, else the argument.
    #[inline(always)]
    pub fn given(&self) -> Option<&Obj> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// `None` for an argument that was not given or is `None`, else the argument.
    #[inline(always)]
    pub fn not_none(&self) -> Option<&Obj> {
        if self.is_unbound() || self.is_none() { None } else { Some(self) }
    }
}

/// Takes one more count of a live object.
#[inline(always)]
pub fn retain(v: Value) {
    if v.is_ptr() {
        // SAFETY: a pointer word of a value that the caller knows to be alive.
        if !unsafe { v.header() }.increment_quickly(tls::current_id()) {
            rare::call(retain_rarely, v.0, 0, 0);
        }
    }
}

#[cold]
extern "C" fn retain_rarely(v: u64, _: u64, _: u64) -> u64 {
    // SAFETY: as in `retain`.
    unsafe { Value(v).header() }.increment(tls::current_id());
    0
}

/// Releases one count; destroys the object when it was the last.
///
/// # Safety
/// The caller owns the count.
#[inline(always)]
pub unsafe fn release(v: Value) {
    if v.is_ptr() {
        // SAFETY: the caller holds a reference, so the cell is alive.
        if !unsafe { v.header() }.decrement_quickly(tls::current_id()) {
            rare::call(release_rarely, v.0, 0, 0);
        }
    }
}

/// The last reference, or one that another thread counts.
extern "C" fn release_rarely(v: u64, _: u64, _: u64) -> u64 {
    let v = Value(v);
    // SAFETY: as in `release`.
    if let Dropped::Dead = unsafe { v.header() }.decrement(tls::current_id()) {
        destroy::destroy(v);
    }
    0
}

impl Clone for Obj {
    #[inline(always)]
    fn clone(&self) -> Obj {
        retain(self.raw());
        Obj(self.0)
    }
}

impl Drop for Obj {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: a handle owns one count.
        unsafe { release(self.raw()) }
    }
}

impl Default for Obj {
    fn default() -> Obj {
        Obj::UNBOUND
    }
}

impl std::fmt::Debug for Obj {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Obj({:?})", self.raw())
    }
}
