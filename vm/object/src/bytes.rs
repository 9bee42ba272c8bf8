//! `bytes`: immutable bytes behind the body. `bytearray`: bytes in a storage cell that is replaced when it grows.
//!
//! A `bytearray` is read and written in the critical section of the object. While its memory is lent out (to a
//! `memoryview`, say) it may not be resized, so lent pointers stay valid.

use crate::alloc;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::exception::Exc;
use crate::layout::{Body, HEADER_SIZE, Layout, Slot};
use crate::lock::lock;
use crate::obj::Obj;
use crate::shape::Shape;
use crate::value::Value;
use crate::vm::Vm;
use pyre_gc::Header;
use pyre_threads::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::ptr::NonNull;

/// The body of `bytes`; the bytes follow it.
#[repr(C)]
pub struct BytesBody {
    /// The hash; 0 while it is not computed.
    hash: AtomicU64,
    len: usize,
}

const DATA_OFFSET: usize = HEADER_SIZE + size_of::<BytesBody>();
/// The longest `bytes` or `bytearray`.
pub const MAX_LEN: usize = 1 << 46;

// SAFETY: there are no slots.
unsafe impl Body for BytesBody {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::variable::<BytesBody>("bytes", bytes_size);
        &LAYOUT
    }
    fn slots(&self, _: &mut dyn FnMut(&Slot)) {}
}

unsafe fn bytes_size(cell: NonNull<Header>) -> usize {
    // SAFETY: the shape of the cell says that its body is a `BytesBody`.
    size_of::<BytesBody>() + unsafe { crate::layout::body::<BytesBody>(cell) }.len
}

static SINGLE: [AtomicU64; 256] = [const { AtomicU64::new(Value::UNBOUND.0) }; 256];
static EMPTY: AtomicU64 = AtomicU64::new(Value::UNBOUND.0);

/// Makes the objects that exist once: empty bytes and single bytes.
pub fn init() {
    let make = |b: &[u8]| {
        let o = make(None, b.len(), |p| {
            // SAFETY: the cell has room for `b.len()` bytes.
            unsafe { std::ptr::copy_nonoverlapping(b.as_ptr(), p, b.len()) }
        });
        // SAFETY: the handle keeps the cell alive.
        let flipped = o.cell().is_some_and(|c| unsafe { c.as_ref() }.flip(pyre_threads::tls::current_id()));
        debug_assert!(flipped);
        o.into_raw().0
    };
    if EMPTY.load(Ordering::Acquire) == Value::UNBOUND.0 {
        EMPTY.store(make(b""), Ordering::Release);
        SINGLE.iter().enumerate().for_each(|(i, w)| w.store(make(&[i as u8]), Ordering::Release));
    }
}

/// Calls `f` with the objects that exist once, for the collector: they are roots.
pub fn for_each_root(f: &mut dyn FnMut(Value)) {
    for w in SINGLE.iter().chain([&EMPTY]) {
        f(Value(w.load(Ordering::Acquire)));
    }
}

fn make(shape: Option<&'static Shape>, len: usize, fill: impl FnOnce(*mut u8)) -> Obj {
    debug_assert!(len <= MAX_LEN);
    let behind = shape.map_or(0, |s| 16 + 8 * s.inline_slots as usize);
    let cell = alloc::cell(DATA_OFFSET + len + behind);
    // SAFETY: the cell is fresh and large enough for the body, the bytes and the attributes.
    unsafe {
        let base = cell.as_ptr().cast::<u8>();
        base.add(HEADER_SIZE).cast::<BytesBody>().write(BytesBody { hash: AtomicU64::new(0), len });
        fill(base.add(DATA_OFFSET));
        match shape {
            None => alloc::publish(cell, Builtin::Bytes.shape()),
            Some(s) => {
                alloc::clear_attributes(cell, s);
                alloc::publish_instance(cell, s)
            }
        }
    }
}

/// `bytes` with this content.
#[inline]
pub fn new_bytes(content: &[u8]) -> Obj {
    match content {
        [] => empty(),
        [b] => single(*b),
        _ => new_bytes_shaped(None, content),
    }
}

/// An instance of the type of `shape` (`None`: exactly `bytes`) with this content.
pub fn new_bytes_shaped(shape: Option<&'static Shape>, content: &[u8]) -> Obj {
    make(shape, content.len(), |p| {
        // SAFETY: the cell has room for `content.len()` bytes.
        unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), p, content.len()) }
    })
}

/// `bytes` that are all parts one after the other; `None` if that is too long.
pub fn concat(parts: &[&[u8]]) -> Option<Obj> {
    let len = parts.iter().try_fold(0usize, |n, p| n.checked_add(p.len())).filter(|n| *n <= MAX_LEN)?;
    if len <= 1 {
        return Some(new_bytes(&parts.concat()));
    }
    Some(make(None, len, |p| {
        let mut at = 0;
        for part in parts {
            // SAFETY: the lengths add up to that of the cell.
            unsafe { std::ptr::copy_nonoverlapping(part.as_ptr(), p.add(at), part.len()) };
            at += part.len();
        }
    }))
}

fn load(word: &AtomicU64) -> Obj {
    // SAFETY: the word is that of a tracing-managed object that lives forever: it has no count to take.
    unsafe { Obj::from_raw(Value(word.load(Ordering::Relaxed))) }
}

/// `b""`
#[inline]
pub fn empty() -> Obj {
    load(&EMPTY)
}

/// One byte.
#[inline]
pub fn single(b: u8) -> Obj {
    load(&SINGLE[b as usize])
}

/// Whether the object is `bytes` (or of a subclass).
#[inline]
pub fn is_bytes(o: &Obj) -> bool {
    o.downcast::<BytesBody>().is_some()
}

/// The content of `bytes`, `None` for other objects.
#[inline]
pub fn get(o: &Obj) -> Option<&[u8]> {
    let body = o.downcast::<BytesBody>()?;
    let cell = o.cell()?;
    // SAFETY: the bytes follow the body and are immutable.
    Some(unsafe { std::slice::from_raw_parts(cell.as_ptr().cast::<u8>().add(DATA_OFFSET), body.len) })
}

/// The content of `bytes`.
///
/// # Panics
/// The object is something else.
#[inline]
#[track_caller]
pub fn as_bytes(o: &Obj) -> &[u8] {
    get(o).expect("not bytes")
}

/// The hash of `bytes`.
///
/// # Panics
/// The object is something else.
pub fn hash(o: &Obj) -> i64 {
    let body = o.body::<BytesBody>();
    match body.hash.load(Ordering::Relaxed) {
        0 => {
            let h = crate::str::hash_bytes(as_bytes(o));
            body.hash.store(h as u64, Ordering::Relaxed);
            h
        }
        h => h as i64,
    }
}

crate::heap_body! {
    /// The body of `bytearray`: the content is `len` bytes of the storage from `start` on.
    pub struct ByteArrayBody "bytearray" {
        slots { storage }
        data {
            start: AtomicUsize,
            len: AtomicUsize,
            /// How often the memory is lent out.
            exports: AtomicUsize,
        }
    }
}

/// The body of a storage cell; the bytes follow it.
#[repr(C)]
pub struct ByteStorageBody {
    capacity: usize,
}

// SAFETY: there are no slots.
unsafe impl Body for ByteStorageBody {
    fn layout() -> &'static Layout {
        unsafe fn size(cell: NonNull<Header>) -> usize {
            // SAFETY: the shape of the cell says that its body is a `ByteStorageBody`.
            size_of::<ByteStorageBody>() + unsafe { crate::layout::body::<ByteStorageBody>(cell) }.capacity
        }
        static LAYOUT: Layout = Layout::variable::<ByteStorageBody>("byte_storage", size);
        &LAYOUT
    }
    fn slots(&self, _: &mut dyn FnMut(&Slot)) {}
}

const STORAGE_OFFSET: usize = HEADER_SIZE + size_of::<ByteStorageBody>();

fn new_storage(capacity: usize) -> Obj {
    let size = pyre_gc::good_size(STORAGE_OFFSET + capacity.max(8));
    let cell = alloc::cell(size);
    // SAFETY: the cell is fresh and holds the body; the bytes are zeroed so that no stale memory can be read.
    unsafe {
        let base = cell.as_ptr().cast::<u8>();
        base.add(HEADER_SIZE)
            .cast::<ByteStorageBody>()
            .write(ByteStorageBody { capacity: size - STORAGE_OFFSET });
        base.add(STORAGE_OFFSET).write_bytes(0, size - STORAGE_OFFSET);
        alloc::publish(cell, Builtin::ByteArrayStorage.shape())
    }
}

fn storage_data(storage: Value) -> *mut u8 {
    (storage.0 as *mut u8).wrapping_add(STORAGE_OFFSET)
}

/// Content and room of a bytearray, inside its critical section.
struct Area {
    data: *mut u8,
    len: usize,
    /// Bytes from `data` to the end of the storage.
    room: usize,
}

impl ByteArrayBody {
    fn new(content: &[u8]) -> ByteArrayBody {
        let storage = new_storage(content.len());
        // SAFETY: the storage is fresh and has the room.
        unsafe {
            std::ptr::copy_nonoverlapping(content.as_ptr(), storage_data(storage.raw()), content.len())
        };
        ByteArrayBody {
            storage: Slot::new(storage),
            start: AtomicUsize::new(0),
            len: AtomicUsize::new(content.len()),
            exports: AtomicUsize::new(0),
        }
    }

    fn area(&self) -> Area {
        let storage = self.storage.peek();
        let start = self.start.load(Ordering::Relaxed);
        // SAFETY: the slot always holds a storage cell, which the critical section keeps in place.
        let capacity = unsafe { Obj::borrow_raw(&storage).body_unchecked::<ByteStorageBody>() }.capacity;
        Area {
            data: storage_data(storage).wrapping_add(start),
            len: self.len.load(Ordering::Relaxed),
            room: capacity - start,
        }
    }
}

/// A `bytearray` with this content.
pub fn new_bytearray(content: &[u8]) -> Obj {
    alloc::new(Builtin::ByteArray, ByteArrayBody::new(content))
}

/// An instance of a subclass of `bytearray`, empty.
pub fn new_bytearray_shaped(shape: &'static Shape) -> Obj {
    alloc::new_shaped(shape, ByteArrayBody::new(&[]))
}

/// Whether the object is a `bytearray` (or of a subclass).
#[inline]
pub fn is_bytearray(o: &Obj) -> bool {
    o.downcast::<ByteArrayBody>().is_some()
}

/// Runs `f` with the content of a `bytearray`. `f` must not run Python code or drop objects.
///
/// # Panics
/// The object is something else.
pub fn with_bytearray<R>(o: &Obj, f: impl FnOnce(&mut [u8]) -> R) -> R {
    let body = o.body::<ByteArrayBody>();
    let _guard = lock(o);
    let a = body.area();
    // SAFETY: in the critical section nobody replaces the storage; the area is initialised.
    f(unsafe { std::slice::from_raw_parts_mut(a.data, a.len) })
}

/// A copy of the content of a `bytearray`.
///
/// # Panics
/// The object is something else.
pub fn bytearray_to_vec(o: &Obj) -> Vec<u8> {
    with_bytearray(o, |b| b.to_vec())
}

/// The length of a `bytearray`.
///
/// # Panics
/// The object is something else.
pub fn bytearray_len(o: &Obj) -> usize {
    o.body::<ByteArrayBody>().len.load(Ordering::Relaxed)
}

/// Bytes that the storage of a `bytearray` has.
///
/// # Panics
/// The object is something else.
pub fn bytearray_capacity(o: &Obj) -> usize {
    let body = o.body::<ByteArrayBody>();
    let _guard = lock(o);
    body.area().room
}

/// Replaces the bytes from `start` to `end` (clamped to the content) by `new`, in one step.
///
/// # Errors
/// `BufferError` if the length changes while the memory is lent out; `MemoryError`.
pub fn splice(vm: &Vm, o: &Obj, start: usize, end: usize, new: &[u8]) -> PyResult<()> {
    let body = o.body::<ByteArrayBody>();
    let old;
    {
        let _guard = lock(o);
        let a = body.area();
        let end = end.min(a.len);
        let start = start.min(end);
        let tail = a.len - end;
        let len = start + new.len() + tail;
        if len != a.len && body.exports.load(Ordering::Relaxed) != 0 {
            return Err(vm.error(Exc::BufferError, "Existing exports of data: object cannot be re-sized"));
        }
        if len > MAX_LEN {
            return Err(vm.error_with(Exc::MemoryError, &[]));
        }
        if len <= a.room {
            // SAFETY: both ranges lie in the storage, which only this section changes.
            unsafe {
                if start == 0 && new.is_empty() {
                    // Taking from the front only moves the start.
                    body.start.fetch_add(end, Ordering::Relaxed);
                } else {
                    std::ptr::copy(a.data.add(end), a.data.add(start + new.len()), tail);
                    std::ptr::copy_nonoverlapping(new.as_ptr(), a.data.add(start), new.len());
                }
            }
            body.len.store(len, Ordering::Relaxed);
            return Ok(());
        }
        let fresh = new_storage(len + len / 8 + 8);
        let to = storage_data(fresh.raw());
        // SAFETY: the new storage has room for `len` bytes; the old content is in place during the section.
        unsafe {
            std::ptr::copy_nonoverlapping(a.data, to, start);
            std::ptr::copy_nonoverlapping(new.as_ptr(), to.add(start), new.len());
            std::ptr::copy_nonoverlapping(a.data.add(end), to.add(start + new.len()), tail);
        }
        old = body.storage.replace_locked(fresh);
        body.start.store(0, Ordering::Relaxed);
        body.len.store(len, Ordering::Relaxed);
    }
    drop(old);
    Ok(())
}

/// Appends to a `bytearray`.
///
/// # Errors
/// As [`splice`].
pub fn append(vm: &Vm, o: &Obj, new: &[u8]) -> PyResult<()> {
    splice(vm, o, usize::MAX, usize::MAX, new)
}

/// Checks that a `bytearray` may change its length now.
///
/// # Errors
/// `BufferError` while the memory is lent out.
pub fn check_resizable(vm: &Vm, o: &Obj) -> PyResult<()> {
    match o.body::<ByteArrayBody>().exports.load(Ordering::Relaxed) {
        0 => Ok(()),
        _ => Err(vm.error(Exc::BufferError, "Existing exports of data: object cannot be re-sized")),
    }
}

/// Lends the memory of a `bytearray` out until [`end_export`]: address and length.
pub fn begin_export(o: &Obj) -> (*mut u8, usize) {
    let body = o.body::<ByteArrayBody>();
    let _guard = lock(o);
    body.exports.fetch_add(1, Ordering::Relaxed);
    let a = body.area();
    (a.data, a.len)
}

/// Ends what [`begin_export`] began.
pub fn end_export(o: &Obj) {
    o.body::<ByteArrayBody>().exports.fetch_sub(1, Ordering::Release);
}
