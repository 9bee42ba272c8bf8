//! Making heap objects.

use crate::builtin::Builtin;
use crate::layout::{Body, HEADER_SIZE, Layout, Slot};
use crate::obj::Obj;
use crate::shape::{Shape, shape};
use crate::value::Value;
use pyre_gc::header::HAS_FINALIZER;
use pyre_gc::{Header, LocalHeap};
use pyre_threads::sync::{AtomicBool, Ordering};
use pyre_threads::tls;
use std::ptr::NonNull;

/// A fresh cell of at least `size` bytes (header included), not published yet.
#[inline(always)]
pub fn cell(size: usize) -> NonNull<Header> {
    // SAFETY: a thread that runs Python has entered the heap.
    unsafe { LocalHeap::current_unchecked() }.alloc(size)
}

/// An exact instance of a builtin type with this body.
#[inline(always)]
pub fn new<T: Body>(ty: Builtin, body: T) -> Obj {
    let cell = cell(HEADER_SIZE + std::mem::size_of::<T>());
    // SAFETY: the cell is fresh and large enough.
    unsafe { cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<T>().write(body) };
    publish(cell, ty.shape())
}

/// An instance of the type that `shape` belongs to: a body, an empty attribute word and empty inline slots.
#[inline]
pub fn new_shaped<T: Body>(shape: &'static Shape, body: T) -> Obj {
    debug_assert!(std::ptr::eq(shape.layout, T::layout()));
    let cell = cell(shape.cell_size());
    // SAFETY: the cell is fresh and `cell_size` includes the body and the slots that are written here.
    unsafe {
        cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<T>().write(body);
        clear_attributes(cell, shape);
    }
    publish_instance(cell, shape)
}

/// An instance without a native body (a plain Python object).
#[inline]
pub fn new_plain(shape: &'static Shape) -> Obj {
    let cell = cell(shape.cell_size());
    // SAFETY: the cell is fresh and `cell_size` includes the slots that are written here.
    unsafe { clear_attributes(cell, shape) };
    publish_instance(cell, shape)
}

/// Empties the attribute word and the inline slots of a fresh cell.
///
/// # Safety
/// The cell is fresh and was allocated for this shape.
#[inline(always)]
pub unsafe fn clear_attributes(cell: NonNull<Header>, shape: &'static Shape) {
    if shape.attrs_offset == 0 {
        return;
    }
    let n = 1 + shape.inline_slots as usize;
    // SAFETY: as promised by the caller.
    unsafe {
        let base = cell.as_ptr().cast::<u8>().add(attrs_offset(cell, shape)).cast::<u64>();
        for i in 0..n {
            base.add(i).write(Value::UNBOUND.0);
        }
    }
}

/// Byte offset of the attribute word in this cell.
///
/// # Safety
/// The cell's body has been written and its shape has attributes.
#[inline(always)]
pub unsafe fn attrs_offset(cell: NonNull<Header>, shape: &Shape) -> usize {
    match (shape.attrs_offset, shape.layout.variable) {
        // SAFETY: the body was written.
        (u16::MAX, Some(size_of)) => unsafe { size_of(cell) }.saturating_add(HEADER_SIZE + 7) & !7,
        (o, _) => o as usize,
    }
}

/// Publishes a cell whose body is complete. The objects that never count references and types that the collector alone
/// manages are made with [`publish_traced`].
#[inline(always)]
pub fn publish(cell: NonNull<Header>, shape: u32) -> Obj {
    // SAFETY: the cell is fresh and its body complete.
    unsafe {
        cell.as_ref().init(shape, tls::current_id());
        Obj::from_raw(Value::from_header(cell.as_ptr()))
    }
}

/// Whether there ever was an object with a finalizer written in Python.
pub static PYTHON_FINALIZERS: AtomicBool = AtomicBool::new(false);

/// As [`publish`], for an instance of a type that may have a finalizer (`__del__`): every instance of a Python class.
#[inline(always)]
pub fn publish_instance(cell: NonNull<Header>, shape: &'static Shape) -> Obj {
    let finalize = &shape.slots().finalize;
    let flags = if finalize.addr() != 0 { HAS_FINALIZER } else { 0 };
    if flags != 0
        && finalize.is(crate::slot_dunders::DUNDERS.finalize)
        && !PYTHON_FINALIZERS.load(Ordering::Relaxed)
    {
        PYTHON_FINALIZERS.store(true, Ordering::Relaxed);
    }
    // SAFETY: the cell is fresh and its body complete.
    unsafe {
        cell.as_ref().init_with_flags(shape.id, flags, tls::current_id());
        Obj::from_raw(Value::from_header(cell.as_ptr()))
    }
}

/// Publishes a tracing-managed object: types, functions without closures, code, modules, interned strings.
#[inline]
pub fn publish_traced(cell: NonNull<Header>, shape: u32) -> Obj {
    // SAFETY: the cell is fresh and its body complete.
    unsafe {
        cell.as_ref().init_traced(shape, 0);
        Obj::from_raw(Value::from_header(cell.as_ptr()))
    }
}

/// As [`new`], but tracing-managed.
pub fn new_traced<T: Body>(shape_id: u32, body: T) -> Obj {
    let cell = cell(HEADER_SIZE + std::mem::size_of::<T>());
    // SAFETY: the cell is fresh and large enough.
    unsafe { cell.as_ptr().cast::<u8>().add(HEADER_SIZE).cast::<T>().write(body) };
    publish_traced(cell, shape_id)
}

impl Obj {
    /// The cell behind the handle, if it is one.
    #[inline(always)]
    pub fn cell(&self) -> Option<NonNull<Header>> {
        if self.raw().is_ptr() { NonNull::new(self.raw().0 as *mut Header) } else { None }
    }

    /// The shape id; for immediates that of their type.
    #[inline(always)]
    pub fn shape_id(&self) -> u32 {
        let v = self.raw();
        if v.is_ptr() {
            // SAFETY: a handle keeps its object alive.
            unsafe { v.header() }.shape()
        } else {
            immediate_shape(v)
        }
    }

    /// The shape.
    #[inline(always)]
    pub fn shape(&self) -> &'static Shape {
        shape(self.shape_id())
    }

    /// The type object.
    #[inline(always)]
    pub fn ty(&self) -> &'static Obj {
        let s = self.shape();
        // SAFETY: `Shape::ty` is a word that is set once and whose type lives as long as an instance does.
        unsafe { Obj::borrow_raw(&*(s.ty_word() as *const Value)) }
    }

    /// Whether this is exactly an instance of the builtin type (no subclass).
    #[inline(always)]
    pub fn is_exactly(&self, ty: Builtin) -> bool {
        self.shape_id() == ty.shape()
    }

    /// The native body, if the object is an instance of a type with that body, subclasses included.
    #[inline(always)]
    pub fn downcast<T: Body>(&self) -> Option<&T> {
        let cell = self.cell()?;
        if std::ptr::eq(self.shape().layout, T::layout()) {
            // SAFETY: the layout says that the body is a `T`; the handle keeps the object alive.
            Some(unsafe { crate::layout::body(cell) })
        } else {
            None
        }
    }

    /// The native body of an object that the caller knows to have it.
    ///
    /// # Panics
    /// It has another one.
    #[inline(always)]
    #[track_caller]
    pub fn body<T: Body>(&self) -> &T {
        self.downcast().expect("the object has another layout")
    }

    /// The native body, unchecked.
    ///
    /// # Safety
    /// The object's layout is `T`'s.
    #[inline(always)]
    pub unsafe fn body_unchecked<T: Body>(&self) -> &T {
        debug_assert!(std::ptr::eq(self.shape().layout, T::layout()));
        // SAFETY: promised by the caller.
        unsafe { crate::layout::body(NonNull::new_unchecked(self.raw().0 as *mut Header)) }
    }
}

/// The shape id that stands for an immediate's type.
#[inline]
pub fn immediate_shape(v: Value) -> u32 {
    if v.is_int() {
        return Builtin::Int.shape();
    }
    if v.is_float() {
        return Builtin::Float.shape();
    }
    match v {
        Value::NONE => Builtin::NoneType.shape(),
        Value::TRUE | Value::FALSE => Builtin::Bool.shape(),
        Value::ELLIPSIS => Builtin::EllipsisType.shape(),
        Value::NOT_IMPLEMENTED => Builtin::NotImplementedType.shape(),
        _ => Builtin::Object.shape(),
    }
}

/// A layout without a body, for `object` itself and plain instances.
pub struct NoBody;

// SAFETY: there is nothing to visit.
unsafe impl Body for NoBody {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::of::<NoBody>("object");
        &LAYOUT
    }
    fn slots(&self, _: &mut dyn FnMut(&Slot)) {}
}
