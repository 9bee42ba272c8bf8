//! Shapes (hidden classes): what a header's shape id means.
//!
//! A shape implies the type, the layout of the cell, and which attribute lies in which slot. Shapes of one type form a
//! tree by added attributes; a slot never changes its meaning under one shape. Objects that lose an attribute, get too
//! many, or whose `__dict__` is asked for, move to the type's *dict shape* and keep their attributes in a real dict.
//!
//! Shapes are never freed: their ids sit in inline caches. Ids are indices into a chunked global table.

use crate::layout::{HEADER_SIZE, Layout};
use crate::value::Value;
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// A shape id; 0 is a free cell.
pub type ShapeId = u32;

/// More attributes than this move an object to its dict shape.
pub const MAX_ATTRIBUTES: usize = 120;

/// See the module's documentation. Immutable after publication except for the type word (set once) and transitions.
pub struct Shape {
    /// Index in the table.
    pub id: ShapeId,
    /// Attributes live in a dict in the attribute word, not in slots.
    pub dict_mode: bool,
    /// The native part of the cell.
    pub layout: &'static Layout,
    ty: AtomicU64,
    /// Byte offset of the attribute word from the start of the cell; 0: instances cannot have attributes;
    /// `u16::MAX`: behind a body of variable size.
    pub attrs_offset: u16,
    /// How many of the slots lie in the cell, behind the attribute word.
    pub inline_slots: u16,
    /// The first `fixed` names are `__slots__` members: not part of `__dict__`.
    pub fixed: u16,
    /// Attribute names (interned strings) in slot order.
    pub names: Box<[Value]>,
    /// The newest transition; the list only grows at its head, and readers take no lock.
    transitions: AtomicPtr<Transition>,
    /// How many transitions there are; whoever adds one holds the lock.
    adding: Mutex<usize>,
}

/// The shape that adding an attribute leads to.
struct Transition {
    name: Value,
    to: ShapeId,
    next: *const Transition,
}

const CHUNK: usize = 1024;
const CHUNKS: usize = 1 << 14;

struct Table {
    chunks: [AtomicPtr<[AtomicPtr<Shape>; CHUNK]>; CHUNKS],
    next: AtomicU32,
}

static TABLE: Table = Table {
    chunks: [const { AtomicPtr::new(std::ptr::null_mut()) }; CHUNKS],
    next: AtomicU32::new(FIRST_DYNAMIC),
};

/// Ids below this are those of the builtin types ([`crate::Builtin`]).
pub const FIRST_DYNAMIC: ShapeId = 512;

fn chunk_of(id: ShapeId) -> &'static [AtomicPtr<Shape>; CHUNK] {
    let entry = &TABLE.chunks[id as usize / CHUNK];
    let mut p = entry.load(Ordering::Acquire);
    if p.is_null() {
        let fresh = Box::into_raw(Box::new([const { AtomicPtr::new(std::ptr::null_mut()) }; CHUNK]));
        match entry.compare_exchange(std::ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => p = fresh,
            Err(other) => {
                // SAFETY: `fresh` was made above and never shared.
                drop(unsafe { Box::from_raw(fresh) });
                p = other;
            }
        }
    }
    // SAFETY: chunks are published once and never freed.
    unsafe { &*p }
}

/// The shape with this id, which some live header or inline cache carries.
#[inline(always)]
pub fn shape(id: ShapeId) -> &'static Shape {
    let chunk = TABLE.chunks[id as usize / CHUNK].load(Ordering::Acquire);
    // SAFETY: an id reaches a header only after its shape was published (release) in a chunk that is never freed.
    unsafe { &*(*chunk)[id as usize % CHUNK].load(Ordering::Acquire) }
}

/// What a new shape is made of.
pub struct ShapeSpec {
    /// The native part.
    pub layout: &'static Layout,
    /// See [`Shape::attrs_offset`].
    pub attrs_offset: u16,
    /// See [`Shape::inline_slots`].
    pub inline_slots: u16,
    /// See [`Shape::fixed`].
    pub fixed: u16,
    /// See [`Shape::dict_mode`].
    pub dict_mode: bool,
    /// Names in slot order.
    pub names: Box<[Value]>,
}

fn publish(id: ShapeId, ty: Value, s: ShapeSpec) -> &'static Shape {
    // A shape does not keep its type alive.
    let shape: &'static mut Shape = Box::leak(unscanned(|| {
        Box::new(Shape {
            id,
            dict_mode: s.dict_mode,
            layout: s.layout,
            ty: AtomicU64::new(ty.0),
            attrs_offset: s.attrs_offset,
            inline_slots: s.inline_slots,
            fixed: s.fixed,
            names: s.names,
            transitions: AtomicPtr::new(std::ptr::null_mut()),
            adding: Mutex::new(0),
        })
    }));
    chunk_of(id)[id as usize % CHUNK].store(shape, Ordering::Release);
    shape
}

/// Publishes the shape of a builtin type under its fixed id; the type object follows with [`Shape::set_type`].
pub fn new_builtin(id: ShapeId, s: ShapeSpec) -> &'static Shape {
    assert!(id < FIRST_DYNAMIC && id != 0);
    publish(id, Value::UNBOUND, s)
}

/// Publishes a new shape of the type object `ty`.
pub fn new_shape(ty: Value, s: ShapeSpec) -> &'static Shape {
    let id = TABLE.next.fetch_add(1, Ordering::Relaxed);
    assert!((id as usize) < CHUNK * CHUNKS, "shape table is full");
    publish(id, ty, s)
}

impl Shape {
    /// The type object (tracing-managed, so the word needs no count).
    #[inline(always)]
    pub fn ty(&self) -> Value {
        Value(self.ty.load(Ordering::Relaxed))
    }

    /// Where the type word lies (it is set once, and the shape is never freed).
    #[inline(always)]
    pub fn ty_word(&self) -> *const u64 {
        self.ty.as_ptr()
    }

    /// Sets the type of a builtin shape; once, at start.
    pub fn set_type(&self, ty: Value) {
        self.ty.store(ty.0, Ordering::Release);
    }

    /// The slot of an attribute; `name` is an interned string.
    #[inline]
    pub fn slot_of(&self, name: Value) -> Option<u16> {
        self.names.iter().position(|&n| n == name).map(|i| i as u16)
    }

    /// The shape after adding `name`, or `None` when the object should move to its dict shape.
    pub fn with_attribute(&'static self, name: Value) -> Option<&'static Shape> {
        if let Some(next) = self.transition(name) {
            return Some(next);
        }
        let mut count = self.adding.lock();
        if let Some(next) = self.transition(name) {
            return Some(next);
        }
        if self.names.len() >= MAX_ATTRIBUTES || *count >= 64 {
            return None;
        }
        let names = self.names.iter().copied().chain([name]).collect();
        let next = new_shape(
            self.ty(),
            ShapeSpec {
                layout: self.layout,
                attrs_offset: self.attrs_offset,
                inline_slots: self.inline_slots,
                fixed: self.fixed,
                dict_mode: false,
                names,
            },
        );
        let head = self.transitions.load(Ordering::Relaxed);
        let added = Box::leak(Box::new(Transition { name, to: next.id, next: head }));
        self.transitions.store(added, Ordering::Release);
        *count += 1;
        Some(next)
    }

    /// The shape after adding `name`, if that was asked for before.
    fn transition(&self, name: Value) -> Option<&'static Shape> {
        let mut at: *const Transition = self.transitions.load(Ordering::Acquire);
        // SAFETY: transitions are published whole, never changed and never freed.
        while let Some(t) = unsafe { at.as_ref() } {
            if t.name == name {
                return Some(shape(t.to));
            }
            at = t.next;
        }
        None
    }

    /// Byte offset of an inline slot from the start of the cell.
    #[inline(always)]
    pub fn inline_offset(&self, slot: u16) -> usize {
        self.attrs_offset as usize + 8 + 8 * slot as usize
    }

    /// Bytes of a cell of this shape; only for bodies of fixed size.
    pub fn cell_size(&self) -> usize {
        match self.attrs_offset {
            0 => HEADER_SIZE + self.layout.size,
            o => o as usize + 8 + 8 * self.inline_slots as usize,
        }
    }
}

/// Calls `f` with every shape there is.
pub fn for_each_shape(mut f: impl FnMut(&'static Shape)) {
    let end = TABLE.next.load(Ordering::Acquire);
    for id in 1..end {
        let chunk = TABLE.chunks[id as usize / CHUNK].load(Ordering::Acquire);
        if chunk.is_null() {
            continue;
        }
        // SAFETY: chunks are never freed.
        let p = unsafe { &*chunk }[id as usize % CHUNK].load(Ordering::Acquire);
        if !p.is_null() {
            // SAFETY: shapes are never freed.
            f(unsafe { &*p });
        }
    }
}
