//! `memoryview`: the memory of another object, seen as an array of items.
//!
//! A view holds a [`Buffer`] of the object that owns the memory; views of a view get their own buffer of the same owner.
//! Memory is accessed in short critical sections of the view, so that `release()` on another thread cannot pull it away.

mod item;
mod iter;
mod methods;

use item::{code, pack, unpack};
pub use item::{f64_to_half, half_to_f64};
use pyre_object::buffer::Buffer;
use pyre_object::slice::{adjust, unpack as unpack_slice};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Builtin, CmpOp, Exc, Layout, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc,
    bytes, str, tuple,
};
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 2] =
        [(Builtin::MemoryView, &MEMORYVIEW), (Builtin::MemoryIter, &iter::MEMORY_ITER)];
    &ALL
}

/// The body of a `memoryview`.
pub struct MemoryViewBody {
    /// The owner of the memory, for the collector.
    owner: Slot,
    /// The memory; `None` after `release()`.
    buffer: Mutex<Option<Buffer>>,
    /// Buffers that others got from this view.
    exports: AtomicUsize,
}

// SAFETY: `owner` is the only slot and set once; the buffer keeps a counted handle of the same object.
unsafe impl Body for MemoryViewBody {
    fn layout() -> &'static Layout {
        static LAYOUT: Layout = Layout::of::<MemoryViewBody>("memoryview");
        &LAYOUT
    }
    fn slots(&self, visit: &mut dyn FnMut(&Slot)) {
        visit(&self.owner);
    }
}

/// A view of this memory.
pub fn new_view(b: Buffer) -> Obj {
    alloc::new(
        Builtin::MemoryView,
        MemoryViewBody {
            owner: Slot::new(b.owner.clone()),
            buffer: Mutex::new(Some(b)),
            exports: AtomicUsize::new(0),
        },
    )
}

/// Runs `f` with the view's memory; `f` runs no Python code.
pub(crate) fn with_buffer<R>(vm: &Vm, o: &Obj, f: impl FnOnce(&Buffer) -> R) -> PyResult<R> {
    let guard = o.body::<MemoryViewBody>().buffer.lock().unwrap_or_else(PoisonError::into_inner);
    match guard.as_ref() {
        Some(b) => Ok(f(b)),
        None => Err(vm.value_error("operation forbidden on released memoryview object")),
    }
}

fn is_released(o: &Obj) -> bool {
    o.body::<MemoryViewBody>().buffer.lock().unwrap_or_else(PoisonError::into_inner).is_none()
}

/// Another buffer of the same memory and geometry.
fn another(vm: &Vm, o: &Obj) -> PyResult<Buffer> {
    let owner = with_buffer(vm, o, |b| b.owner.clone())?;
    let mut fresh = vm.buffer(&owner)?;
    with_buffer(vm, o, |b| {
        fresh.ptr = b.ptr;
        fresh.len = b.len;
        fresh.itemsize = b.itemsize;
        fresh.format = b.format.clone();
        fresh.shape = b.shape.clone();
        fresh.strides = b.strides.clone();
        fresh.readonly = b.readonly;
    })?;
    Ok(fresh)
}

fn new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    if args.all().len() > 1 {
        return Err(
            vm.type_error(format!("memoryview() takes at most 1 argument ({} given)", args.all().len()))
        );
    }
    let [object] = crate::arguments::bind_optional(vm, "memoryview", ["object"], args)?;
    let Some(object) = object else {
        return Err(vm.type_error("memoryview() missing required argument 'object' (pos 1)"));
    };
    debug_assert!(type_body(cls).root_shape().id == Builtin::MemoryView.shape());
    if object.is_exactly(Builtin::MemoryView) {
        return another(vm, object).map(new_view);
    }
    if !vm.has_buffer(object) {
        return Err(vm.type_error(format!(
            "memoryview: a bytes-like object is required, not '{}'",
            object.type_name()
        )));
    }
    vm.buffer(object).map(new_view)
}

fn end_export(o: &Obj) {
    o.body::<MemoryViewBody>().exports.fetch_sub(1, Ordering::Release);
}

/// The memory for others: it cannot be released meanwhile.
fn buffer(vm: &Vm, o: &Obj) -> PyResult<Buffer> {
    with_buffer(vm, o, |b| {
        o.body::<MemoryViewBody>().exports.fetch_add(1, Ordering::Acquire);
        Buffer {
            owner: o.clone(),
            ptr: b.ptr,
            len: b.len,
            itemsize: b.itemsize,
            format: b.format.clone(),
            shape: b.shape.clone(),
            strides: b.strides.clone(),
            readonly: b.readonly,
            release: Some(end_export),
        }
    })
}

/// `release()`
fn release(vm: &Vm, o: &Obj) -> PyResult<()> {
    let body = o.body::<MemoryViewBody>();
    let taken = {
        let mut guard = body.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        let n = body.exports.load(Ordering::Acquire);
        if n != 0 && guard.is_some() {
            let plural = if n == 1 { "" } else { "s" };
            return Err(vm.error(Exc::BufferError, format!("memoryview has {n} exported buffer{plural}")));
        }
        guard.take()
    };
    drop(taken);
    Ok(())
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let kind = if is_released(o) { "released memory" } else { "memory" };
    Ok(str::new_str(&format!("<{kind} at {:#x}>", o.raw().0)))
}

/// The bytes of the item at an address.
///
/// # Safety
/// The address is that of an item of a live buffer.
unsafe fn read_item(at: *const u8, size: usize) -> Vec<u8> {
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts(at, size) }.to_vec()
}

/// Where an index along a dimension leads.
fn step(vm: &Vm, b: &Buffer, dim: usize, i: isize) -> PyResult<isize> {
    let n = b.shape[dim] as isize;
    let i = if i < 0 { i + n } else { i };
    if i < 0 || i >= n {
        return Err(vm.index_error(format!("index out of bounds on dimension {}", dim + 1)));
    }
    Ok(i * b.strides[dim])
}

/// The indices of an item key; `None` for slices and other keys.
fn item_key(vm: &Vm, key: &Obj) -> PyResult<Option<Vec<isize>>> {
    let is_index = |k: &Obj| k.raw().is_int() || k.slots().index.addr() != 0;
    if is_index(key) {
        return Ok(Some(vec![vm.to_index(key, Exc::IndexError)?]));
    }
    match tuple::get(key) {
        Some(parts) if parts.iter().all(is_index) => {
            Ok(Some(parts.iter().map(|k| vm.to_index(k, Exc::IndexError)).collect::<PyResult<_>>()?))
        }
        Some(parts) if !parts.is_empty() && parts.iter().all(|k| k.is_exactly(Builtin::Slice)) => {
            Err(vm.error(Exc::NotImplementedError, "multi-dimensional slicing is not implemented"))
        }
        _ => Ok(None),
    }
}

/// The offset of an item from the first one.
fn item_offset(vm: &Vm, b: &Buffer, indices: &[isize], is_tuple: bool) -> PyResult<isize> {
    let dims = b.shape.len();
    if dims == 0 && !(is_tuple && indices.is_empty()) {
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if !is_tuple && dims > 1 {
        return Err(vm.error(Exc::NotImplementedError, "multi-dimensional sub-views are not implemented"));
    }
    if indices.len() < dims {
        return Err(vm.error(Exc::NotImplementedError, "sub-views are not implemented"));
    }
    if indices.len() > dims {
        return Err(
            vm.type_error(format!("cannot index {dims}-dimension view with {}-element tuple", indices.len()))
        );
    }
    indices.iter().enumerate().try_fold(0, |at, (dim, i)| Ok(at + step(vm, b, dim, *i)?))
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    if let Some(indices) = item_key(vm, key)? {
        let (format, raw) = with_buffer(vm, o, |b| {
            let at = item_offset(vm, b, &indices, tuple::is_tuple(key))?;
            // SAFETY: the offset was checked against the shape.
            Ok((b.format.clone(), unsafe { read_item(b.ptr.wrapping_offset(at), b.itemsize) }))
        })??;
        return unpack(vm, &format, &raw);
    }
    if key.is_exactly(Builtin::Slice) {
        return sliced(vm, o, key).map(new_view);
    }
    with_buffer(vm, o, |_| ())?;
    Err(vm.type_error("memoryview: invalid slice key"))
}

fn sliced(vm: &Vm, o: &Obj, key: &Obj) -> PyResult<Buffer> {
    let parts = unpack_slice(vm, key)?;
    let mut b = another(vm, o)?;
    match b.shape.len() {
        0 => return Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => {}
        _ => return Err(vm.error(Exc::NotImplementedError, "multi-dimensional slicing is not implemented")),
    }
    let i = adjust(parts, b.shape[0]);
    b.ptr = b.ptr.wrapping_offset(i.start * b.strides[0]);
    b.shape[0] = i.count;
    b.strides[0] *= i.step;
    b.len = i.count * b.itemsize;
    Ok(b)
}

fn setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let (readonly, format) = with_buffer(vm, o, |b| (b.readonly, b.format.clone()))?;
    if readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    let Some(value) = value else { return Err(vm.type_error("cannot delete memory")) };
    if let Some(indices) = item_key(vm, key)? {
        let is_tuple = tuple::is_tuple(key);
        with_buffer(vm, o, |b| item_offset(vm, b, &indices, is_tuple).map(|_| ()))??;
        let raw = pack(vm, &format, value)?;
        return with_buffer(vm, o, |b| {
            let at = item_offset(vm, b, &indices, is_tuple)?;
            // SAFETY: the offset was checked against the shape, and the memory may be written.
            unsafe { std::ptr::copy_nonoverlapping(raw.as_ptr(), b.ptr.wrapping_offset(at), b.itemsize) };
            Ok(())
        })?;
    }
    if !key.is_exactly(Builtin::Slice) {
        return Err(vm.type_error("memoryview: invalid slice key"));
    }
    let to = sliced(vm, o, key)?;
    if !vm.has_buffer(value) {
        return Err(vm.type_error(format!("a bytes-like object is required, not '{}'", value.type_name())));
    }
    let from = vm.buffer(value)?;
    if code(&from.format) != code(&to.format) || from.shape != to.shape {
        return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
    }
    let content = from.to_bytes().into_owned();
    for (i, raw) in content.chunks_exact(to.itemsize.max(1)).enumerate() {
        let at = to.ptr.wrapping_offset(i as isize * to.strides[0]);
        // SAFETY: `at` is the address of the `i`-th of as many items.
        unsafe { std::ptr::copy_nonoverlapping(raw.as_ptr(), at, to.itemsize) };
    }
    Ok(())
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let answer = |equal: bool| Ok(Obj::bool(equal == (op == CmpOp::Eq)));
    if is_released(a) || (b.is_exactly(Builtin::MemoryView) && is_released(b)) {
        return answer(a.is(b));
    }
    if !vm.has_buffer(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let (x, y) = (buffer(vm, a)?, vm.buffer(b)?);
    if x.shape != y.shape {
        return answer(false);
    }
    let (xs, ys) = (x.to_bytes(), y.to_bytes());
    let is_float = matches!(code(&x.format), Some(b'e' | b'f' | b'd') | None);
    if x.format == y.format && !is_float {
        return answer(xs == ys);
    }
    let items = xs.chunks_exact(x.itemsize.max(1)).zip(ys.chunks_exact(y.itemsize.max(1)));
    for (p, q) in items {
        let unpacked = (|| Ok((unpack(vm, &x.format, p)?, unpack(vm, &y.format, q)?)))();
        // Views of formats that are not supported are equal to nothing.
        let Some((p, q)) = vm.catch(unpacked, Exc::NotImplementedError)? else { return answer(false) };
        let equal = vm.compare(&p, &q, CmpOp::Eq)?;
        if !vm.truth(&equal)? {
            return answer(false);
        }
    }
    answer(true)
}

fn hash(vm: &Vm, o: &Obj) -> PyResult<i64> {
    let (readonly, format, content, owner) =
        with_buffer(vm, o, |b| (b.readonly, b.format.clone(), b.to_bytes().into_owned(), b.owner.clone()))?;
    if !readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !matches!(code(&format), Some(b'B' | b'b' | b'c')) {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    if !bytes::is_bytes(&owner) {
        // The owner has to be hashable too.
        vm.hash(&owner)?;
    }
    Ok(str::hash_bytes(&content))
}

fn len(vm: &Vm, o: &Obj) -> PyResult<usize> {
    match with_buffer(vm, o, |b| b.shape.first().copied())? {
        Some(n) => Ok(n),
        None => Err(vm.type_error("0-dim memory has no length")),
    }
}

static MEMORYVIEW: TypeSpec = TypeSpec {
    name: "memoryview",
    doc: "Create a new memoryview object which references the given object.",
    layout: Some(MemoryViewBody::layout),
    flags: TypeFlags::IMMUTABLE.or(TypeFlags::SEQUENCE).or(TypeFlags::WEAKREF),
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter::iterate),
        new: Some(new),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    ..TypeSpec::EMPTY
};
