//! How a heap type lies in memory, and what the collector and the destroyer may know about it.
//!
//! A cell is `Header`, then a body (`repr(C)`, of the type's native base), then for instances that can have attributes
//! one word for out-of-line attributes or the instance dict, then inline attribute slots. A body keeps its references
//! in [`Slot`]s, so that a marker may read them at any moment; other Rust data in it is dropped with the object.

use crate::obj::{Obj, release};
use crate::value::Value;
use pyre_gc::Header;
use pyre_threads::{rare, tls};
use std::ptr::NonNull;

/// Bytes before the body of a cell.
pub const HEADER_SIZE: usize = 16;

/// One reference inside a heap object. Every store goes through the barrier interface of `pyre-gc`.
#[repr(transparent)]
pub struct Slot(pyre_gc::Slot);

/// [`Slot::get`] of an object that others count.
extern "C" fn get_rarely(slot: u64, _: u64, _: u64) -> u64 {
    // SAFETY: `get` passes a slot.
    let slot = unsafe { &*(slot as *const Slot) };
    count_settled(|| slot.peek()).0
}

/// The word that `peek` gives, counted. Other threads may change it meanwhile: it is looked at again after counting.
pub(crate) fn count_settled(peek: impl Fn() -> Value) -> Value {
    let me = tls::current_id();
    loop {
        let v = peek();
        // SAFETY: cells are type-stable while a thread is attached: the header may be read even if the object died.
        if !v.is_ptr() || unsafe { v.header() }.try_increment_quickly(me) {
            return v;
        }
        // SAFETY: as above.
        if unsafe { v.header() }.try_increment(me) {
            if peek() == v {
                return v;
            }
            // SAFETY: counted just now, and the word has changed: given up again.
            unsafe { release(v) };
        } else {
            std::hint::spin_loop();
        }
    }
}

impl Slot {
    /// A slot that holds `v` from the start.
    #[inline(always)]
    pub fn new(v: Obj) -> Slot {
        Slot(pyre_gc::Slot::new(v.into_raw().0))
    }

    /// A slot that holds nothing.
    #[inline(always)]
    pub fn empty() -> Slot {
        Slot(pyre_gc::Slot::new(Value::UNBOUND.0))
    }

    /// The slot as the collector's barriers see it.
    #[inline(always)]
    pub(crate) fn barrier(&self) -> &pyre_gc::Slot {
        &self.0
    }

    /// The word in the slot, not counted: for tests of immediates and identity only, unless the caller knows that
    /// nobody can overwrite the slot meanwhile.
    #[inline(always)]
    pub fn peek(&self) -> Value {
        Value(self.0.load_acquire())
    }

    /// A counted reference to the content (`UNBOUND` if the slot is empty). Other threads may overwrite the slot
    /// meanwhile: the load is validated after counting.
    #[inline(always)]
    pub fn get(&self) -> Obj {
        let v = self.peek();
        // SAFETY: cells are type-stable while a thread is attached: the header may be read even if the object died. If the
        // caller's thread is the owner, only it could let it die, and it does not do so here.
        let word = if !v.is_ptr() || unsafe { v.header() }.try_increment_quickly(tls::current_id()) {
            v.0
        } else {
            rare::call(get_rarely, std::ptr::from_ref(self) as u64, 0, 0)
        };
        // SAFETY: an immediate, or counted just now.
        unsafe { Obj::from_raw(Value(word)) }
    }

    /// Borrows the content of a slot that is written once, before the object is published.
    #[inline(always)]
    pub fn get_fixed(&self) -> &Obj {
        // SAFETY: the slot is transparent over one word that is never 0 and, by this method's contract, never changes
        // while the object lives.
        unsafe { &*(self as *const Slot as *const Obj) }
    }

    /// Stores `v` and returns what was there.
    #[inline(always)]
    pub fn replace(&self, v: Obj) -> Obj {
        let word = v.into_raw().0;
        // With one thread there is no writer to race with.
        let old = if pyre_gc::is_multi_threaded() { self.0.swap(word) } else { self.0.replace(word) };
        // SAFETY: the slot owned the old word and gives it to the caller.
        unsafe { Obj::from_raw(Value(old)) }
    }

    /// As [`Self::replace`], by the only thread that can write the slot now: it holds the object's lock, and every other
    /// writer takes it too.
    #[inline(always)]
    pub fn replace_locked(&self, v: Obj) -> Obj {
        // SAFETY: the slot owned the old word and gives it to the caller.
        unsafe { Obj::from_raw(Value(self.0.replace(v.into_raw().0))) }
    }

    /// Stores `v` and returns what was there, unless that is one of the words `closed`; needs no lock.
    ///
    /// # Errors
    /// Gives `v` back if the slot is closed.
    #[inline(always)]
    pub fn overwrite(&self, v: Obj, closed: [Value; 2]) -> Result<Obj, Obj> {
        let raw = v.into_raw();
        match self.0.overwrite(raw.0, closed.map(|c| c.0)) {
            // SAFETY: the slot gives the reference to the old word up.
            Some(old) => Ok(unsafe { Obj::from_raw(Value(old)) }),
            // SAFETY: not stored, so still owned here.
            None => Err(unsafe { Obj::from_raw(raw) }),
        }
    }

    /// Releases what the slot of a dead object holds.
    #[inline(always)]
    pub fn release_dead(&self) {
        let v = Value(self.0.replace(Value::UNBOUND.0));
        if v.is_ptr() {
            // SAFETY: the slot owned the word.
            unsafe { crate::obj::release(v) };
        }
    }

    /// Stores a word in a slot of an object that no other thread can see yet, or one that held no reference.
    ///
    /// # Safety
    /// The caller gives one count of `v` away; nobody else writes the slot now; what it held owns nothing.
    #[inline(always)]
    pub unsafe fn init_raw(&self, v: Value) {
        self.0.init(v.0);
    }

    /// Stores `v`; releases what was there (which may run Python code).
    #[inline(always)]
    pub fn set(&self, v: Obj) {
        drop(self.replace(v));
    }

    /// Moves the content out.
    #[inline(always)]
    pub fn take(&self) -> Obj {
        self.replace(Obj::UNBOUND)
    }

    /// Stores `new` if the slot still holds `old`; gives `new` back otherwise.
    ///
    /// # Errors
    /// The slot holds something else.
    #[inline]
    pub fn compare_set(&self, old: Value, new: Obj) -> Result<(), Obj> {
        let raw = new.into_raw();
        match self.0.compare_exchange(old.0, raw.0) {
            Ok(old) => {
                // SAFETY: the slot owned the old word.
                unsafe { release(Value(old)) };
                Ok(())
            }
            // SAFETY: not stored, so still owned here.
            Err(_) => Err(unsafe { Obj::from_raw(raw) }),
        }
    }
}

/// The native part of an object.
///
/// # Safety
/// `slots` visits every [`Slot`] of the body, and may be called by the collector on another thread at any moment after
/// the object was published. Rust fields that are not atomic or locked are never changed after publication.
pub unsafe trait Body: Sized + 'static {
    /// The layout descriptor of this body; one `static` per type.
    fn layout() -> &'static Layout;
    /// Visits all references of the body.
    fn slots(&self, visit: &mut dyn FnMut(&Slot));
}

/// What a body is to the collector and the destroyer.
pub struct Layout {
    /// For diagnostics.
    pub name: &'static str,
    /// Bytes of the body; for bodies of variable size the fixed part.
    pub size: usize,
    /// Bytes of the whole body of this very cell, when the size varies (`str`, `tuple`, `int`, storage).
    pub variable: Option<unsafe fn(NonNull<Header>) -> usize>,
    /// Visits the references of the body.
    pub slots: unsafe fn(NonNull<Header>, &mut dyn FnMut(&Slot)),
    /// Releases what the body of a dead cell refers to and drops its Rust data.
    pub release: unsafe fn(NonNull<Header>),
    /// Drops Rust data in the body that is no reference.
    pub drop: Option<unsafe fn(NonNull<Header>)>,
}

impl Layout {
    /// The layout of a body of fixed size.
    pub const fn of<T: Body>(name: &'static str) -> Layout {
        unsafe fn slots<T: Body>(cell: NonNull<Header>, visit: &mut dyn FnMut(&Slot)) {
            // SAFETY: the shape of the cell says that its body is a `T`.
            unsafe { body::<T>(cell) }.slots(visit);
        }
        unsafe fn release<T: Body>(cell: NonNull<Header>) {
            // SAFETY: as above; the cell is dead and the caller's alone.
            unsafe {
                body::<T>(cell).slots(&mut |s| s.release_dead());
                if std::mem::needs_drop::<T>() {
                    drop_body::<T>(cell);
                }
            }
        }
        unsafe fn drop_body<T: Body>(cell: NonNull<Header>) {
            // SAFETY: the shape of the cell says that its body is a `T`; it is dropped once, by the destroyer.
            unsafe { std::ptr::drop_in_place(cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<T>()) }
        }
        Layout {
            name,
            size: std::mem::size_of::<T>().next_multiple_of(8),
            variable: None,
            slots: slots::<T>,
            release: release::<T>,
            drop: if std::mem::needs_drop::<T>() { Some(drop_body::<T>) } else { None },
        }
    }

    /// The layout of a body whose size is only known from the cell.
    pub const fn variable<T: Body>(
        name: &'static str,
        size_of: unsafe fn(NonNull<Header>) -> usize,
    ) -> Layout {
        let mut l = Layout::of::<T>(name);
        l.variable = Some(size_of);
        l
    }
}

/// The body of a cell.
///
/// # Safety
/// The cell is alive for `'a` and its body is a `T`.
#[inline(always)]
pub unsafe fn body<'a, T>(cell: NonNull<Header>) -> &'a T {
    // SAFETY: the body follows the header.
    unsafe { &*cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<T>() }
}

/// How many of `count` elements of `stride` bytes each, the first of which lies `offset` bytes into the body, are in its cell.
///
/// Only a reader that holds no reference ever sees a difference: the cell it looks at may have died and been handed out again, and then
/// the numbers in the body are another object's. What such a reader finds is thrown away, but it must not leave the cell.
#[inline]
pub fn within_cell<T>(body: &T, offset: usize, count: usize, stride: usize) -> usize {
    let cell = (std::ptr::from_ref(body) as usize - HEADER_SIZE) as *mut Header;
    // SAFETY: bodies lie in cells, behind the header; the address is not null.
    let bytes = unsafe { pyre_gc::cell_bytes(NonNull::new_unchecked(cell)) };
    count.min(bytes.saturating_sub(HEADER_SIZE + offset) / stride)
}

/// Declares a body of slots and plain data together with its [`Body`] implementation.
///
/// ```ignore
/// heap_body! {
///     /// `functools.partial`
///     pub struct Partial "partial" { slots { func, args, kwargs } data { calls: AtomicU64 } }
/// }
/// ```
#[macro_export]
macro_rules! heap_body {
    ($(#[$m:meta])* $vis:vis struct $name:ident $text:literal {
        slots { $($(#[$sm:meta])* $slot:ident),* $(,)? }
        data { $($(#[$dm:meta])* $field:ident : $ty:ty),* $(,)? }
    }) => {
        $(#[$m])*
        #[repr(C)]
        #[allow(missing_docs)]
        $vis struct $name {
            $($(#[$sm])* pub $slot: $crate::Slot,)*
            $($(#[$dm])* pub $field: $ty,)*
        }
        // SAFETY: all slots are listed by the macro itself; data fields are synchronised types by the body's contract.
        unsafe impl $crate::Body for $name {
            fn layout() -> &'static $crate::Layout {
                static LAYOUT: $crate::Layout = $crate::Layout::of::<$name>($text);
                &LAYOUT
            }
            #[allow(unused_variables)]
            #[inline(always)]
            fn slots(&self, visit: &mut dyn FnMut(&$crate::Slot)) {
                $(visit(&self.$slot);)*
            }
        }
    };
}
