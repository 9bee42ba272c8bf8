//! `array`: sequences of numbers or characters of one machine type. The bytes lie in a bytearray of the array's own,
//! which takes care of locking, growing and lending its memory.

mod construct;
mod iterator;
mod kind;
mod methods;
mod pickling;

use crate::support::{NativeType, instance_of, native_table, new_module};
use kind::Kind;
use pyre_object::buffer::Buffer;
use pyre_object::str::StrBuilder;
use pyre_object::typeobj::type_name;
use pyre_object::{
    BinOp, Body, Builtin, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags,
    TypeSpec, Vm, bytes, heap_body, list, module, raise, slice, str,
};
use smallvec::SmallVec;
use std::borrow::Cow;

heap_body! {
    /// `bytes` is a bytearray; neither changes.
    struct Array "array" { slots { bytes } data { kind: Kind } }
}

static ARRAY: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "array.array",
    doc: "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
    layout: Some(Array::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF).or(TypeFlags::SEQUENCE).or(TypeFlags::UNHASHABLE),
    slots: Slots {
        new: Some(construct::new),
        repr: Some(repr),
        len: Some(|_, o| Ok(len(o))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|vm, o, item| Ok(methods::find(vm, o, item, 0, usize::MAX)?.is_some())),
        iter: Some(iterator::iter),
        compare: Some(compare),
        buffer: Some(buffer),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply)
    .with_inplace(BinOp::Add, inplace_add)
    .with_inplace(BinOp::Mul, inplace_multiply),
    methods: methods::METHODS,
    getset: &[
        GetSetDef::readonly("typecode", |_, o| Ok(str::from_code_point(u32::from(array(o).kind.code)))),
        GetSetDef::readonly("itemsize", |_, o| Ok(Obj::from_len(array(o).kind.size))),
    ],
    ..TypeSpec::EMPTY
};

fn array(o: &Obj) -> &Array {
    o.body()
}

fn is_array(o: &Obj) -> bool {
    o.downcast::<Array>().is_some()
}

fn store(o: &Obj) -> &Obj {
    array(o).bytes.get_fixed()
}

fn make(class: &Obj, kind: Kind, content: &[u8]) -> Obj {
    instance_of(class, Array { bytes: Slot::new(bytes::new_bytearray(content)), kind })
}

/// An array of the exact type.
fn plain(vm: &Vm, kind: Kind, content: &[u8]) -> Obj {
    make(ARRAY.get(vm), kind, content)
}

fn len(o: &Obj) -> usize {
    bytes::bytearray_len(store(o)) / array(o).kind.size
}

/// The bytes of item `i`; `None` if out of range.
fn raw_item(o: &Obj, i: usize) -> Option<[u8; 8]> {
    let size = array(o).kind.size;
    bytes::with_bytearray(store(o), |all| {
        let raw = all.get(i.checked_mul(size)?..(i + 1).checked_mul(size)?)?;
        let mut word = [0; 8];
        word[..size].copy_from_slice(raw);
        Some(word)
    })
}

fn item(o: &Obj, i: usize) -> Option<Obj> {
    let kind = array(o).kind;
    raw_item(o, i).map(|raw| kind.read(&raw[..kind.size]))
}

/// Replaces the items `start..end` by these bytes.
fn splice(vm: &Vm, o: &Obj, start: usize, end: usize, new: &[u8]) -> PyResult<()> {
    let size = array(o).kind.size;
    bytes::splice(vm, store(o), start.saturating_mul(size), end.saturating_mul(size), new)
        .map_err(|e| exporting(vm, e))
}

fn exporting(vm: &Vm, e: Raised) -> Raised {
    if vm.matches(&e, Exc::BufferError) {
        vm.error(Exc::BufferError, "cannot resize an array that is exporting buffers")
    } else {
        e
    }
}

fn append(vm: &Vm, o: &Obj, value: &Obj) -> PyResult<()> {
    let kind = array(o).kind;
    let raw = kind.write(vm, value)?;
    bytes::append(vm, store(o), &raw[..kind.size]).map_err(|e| exporting(vm, e))
}

fn content(o: &Obj) -> Vec<u8> {
    bytes::bytearray_to_vec(store(o))
}

/// An index or a slice.
fn is_slice(vm: &Vm, key: &Obj) -> PyResult<bool> {
    if key.is_exactly(Builtin::Slice) {
        return Ok(true);
    }
    if !key.raw().is_int() && key.slots().index.addr() == 0 {
        raise!(vm, TypeError, "array indices must be integers");
    }
    Ok(false)
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    if is_slice(vm, key)? {
        let kind = array(o).kind;
        let all = content(o);
        let s = slice::indices(vm, key, all.len() / kind.size)?;
        let mut out = Vec::with_capacity(s.count * kind.size);
        for i in 0..s.count {
            let at = (s.start as isize + i as isize * s.step) as usize * kind.size;
            out.extend_from_slice(&all[at..at + kind.size]);
        }
        return Ok(plain(vm, kind, &out));
    }
    let i = vm.to_index(key, Exc::IndexError)?;
    let found = list::normalize_index(i as i64, len(o)).and_then(|i| item(o, i));
    found.ok_or_else(|| vm.index_error("array index out of range"))
}

fn setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if is_slice(vm, key)? {
        return set_slice(vm, o, key, value);
    }
    let kind = array(o).kind;
    let i = vm.to_index(key, Exc::IndexError)?;
    let out_of_range = || vm.index_error("array assignment index out of range");
    let i = list::normalize_index(i as i64, len(o)).ok_or_else(out_of_range)?;
    let Some(value) = value else { return splice(vm, o, i, i + 1, &[]) };
    let raw = kind.write(vm, value)?;
    let done = bytes::with_bytearray(store(o), |all| {
        let Some(place) = all.get_mut(i * kind.size..(i + 1) * kind.size) else { return false };
        place.copy_from_slice(&raw[..kind.size]);
        true
    });
    if done { Ok(()) } else { Err(out_of_range()) }
}

fn set_slice(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let kind = array(o).kind;
    let new = match value {
        None => Vec::new(),
        Some(v) if is_array(v) => {
            if array(v).kind != kind {
                raise!(vm, TypeError, "bad argument type for built-in operation");
            }
            content(v)
        }
        Some(v) => {
            raise!(vm, TypeError, "can only assign array (not \"{}\") to array slice", v.type_name())
        }
    };
    let s = slice::indices(vm, key, len(o))?;
    let start = s.start as isize;
    if s.step == 1 {
        return splice(vm, o, start as usize, start as usize + s.count, &new);
    }
    let size = kind.size;
    if value.is_none() {
        bytes::check_resizable(vm, store(o)).map_err(|e| exporting(vm, e))?;
        let mut places: Vec<usize> = (0..s.count).map(|i| (start + i as isize * s.step) as usize).collect();
        places.sort_unstable();
        for i in places.into_iter().rev() {
            splice(vm, o, i, i + 1, &[])?;
        }
        return Ok(());
    }
    if new.len() / size != s.count {
        let (got, want) = (new.len() / size, s.count);
        raise!(vm, ValueError, "attempt to assign array of size {got} to extended slice of size {want}");
    }
    bytes::with_bytearray(store(o), |all| {
        for (i, raw) in new.chunks_exact(size).enumerate() {
            let at = (start + i as isize * s.step) as usize * size;
            if let Some(place) = all.get_mut(at..at + size) {
                place.copy_from_slice(raw);
            }
        }
    });
    Ok(())
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let kind = array(o).kind;
    let mut out = StrBuilder::new();
    out.push_str(&type_name(o.ty()));
    out.push_str(&format!("('{}'", kind.code as char));
    if len(o) > 0 {
        out.push_str(", ");
        let content = if kind.is_text() { methods::to_text(o) } else { methods::to_list(o) };
        out.push_obj(&vm.repr(&content)?);
    }
    out.push_str(")");
    Ok(out.finish())
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !is_array(a) || !is_array(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let (n, m) = (len(a), len(b));
    if n != m && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::bool(op == CmpOp::Ne));
    }
    for i in 0..n.min(m) {
        let (Some(x), Some(y)) = (item(a, i), item(b, i)) else { break };
        let equal = vm.compare(&x, &y, CmpOp::Eq)?;
        if !vm.truth(&equal)? {
            return match op {
                CmpOp::Eq => Ok(Obj::FALSE),
                CmpOp::Ne => Ok(Obj::TRUE),
                _ => vm.compare(&x, &y, op),
            };
        }
    }
    Ok(Obj::bool(op.holds(n.cmp(&m))))
}

fn release(o: &Obj) {
    bytes::end_export(store(o));
}

fn buffer(_: &Vm, o: &Obj) -> PyResult<Buffer> {
    let kind = array(o).kind;
    let (ptr, length) = bytes::begin_export(store(o));
    Ok(Buffer {
        owner: o.clone(),
        ptr,
        len: length,
        itemsize: kind.size,
        format: Cow::Borrowed(kind.format()),
        shape: SmallVec::from_slice(&[length / kind.size]),
        strides: SmallVec::from_slice(&[kind.size as isize]),
        readonly: false,
        release: Some(release),
    })
}

fn add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !is_array(a) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if !is_array(b) {
        raise!(vm, TypeError, "can only append array (not \"{}\") to array", b.type_name());
    }
    if array(a).kind != array(b).kind {
        raise!(vm, TypeError, "bad argument type for built-in operation");
    }
    let mut all = content(a);
    all.extend(content(b));
    Ok(plain(vm, array(a).kind, &all))
}

fn inplace_add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !is_array(b) {
        raise!(vm, TypeError, "can only extend array with array (not \"{}\")", b.type_name());
    }
    methods::extend(vm, a, b)?;
    Ok(a.clone())
}

/// The content, `n` times.
fn repeated(vm: &Vm, o: &Obj, n: &Obj) -> PyResult<Vec<u8>> {
    if !n.raw().is_int() && n.slots().index.addr() == 0 {
        raise!(vm, TypeError, "can't multiply sequence by non-int of type '{}'", n.type_name());
    }
    let n = vm.to_index(n, Exc::OverflowError)?.max(0) as usize;
    let all = content(o);
    match all.len().checked_mul(n) {
        Some(total) if total <= pyre_types::MAX_NATIVE_BYTES => Ok(all.repeat(n)),
        _ => Err(vm.memory_error()),
    }
}

fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (o, n) = if is_array(a) { (a, b) } else { (b, a) };
    Ok(plain(vm, array(o).kind, &repeated(vm, o, n)?))
}

fn inplace_multiply(vm: &Vm, o: &Obj, n: &Obj) -> PyResult {
    let all = repeated(vm, o, n)?;
    splice(vm, o, 0, usize::MAX, &all)?;
    Ok(o.clone())
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function(
        "_array_reconstructor",
        "(arraytype, typecode, mformat_code, items, /)",
        pickling::reconstruct
    )
    .doc("Internal. Used for pickling support."),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let doc = "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n";
    let m = new_module("array", doc, FUNCTIONS);
    ARRAY.add_to(vm, &m);
    module::set(&m, "ArrayType", ARRAY.get(vm).clone());
    module::set(&m, "typecodes", str::new_str(kind::CODES));
    Ok(m)
}
