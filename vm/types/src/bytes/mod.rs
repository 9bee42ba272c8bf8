//! `bytes`, and the methods that it shares with `bytearray`.

mod case;
mod find;
mod hex;
mod iter;
pub(crate) mod methods;
mod new;
mod split;
mod translate;

use crate::sequence::{no_repeat_count, repeat_count};
use pyre_object::buffer::Buffer;
use pyre_object::bytes::{self, BytesBody};
use pyre_object::{
    BinOp, Body, Builtin, CmpOp, Exc, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, int, str,
};
use std::ops::Deref;

pub use hex::hex_method;
pub(crate) use iter::bytearray_iterate;
pub(crate) use new::{byte_value, collect_bytes, encode_source, fill};
pub use new::{bytes_from_object, to_bytes_object};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::Bytes, &BYTES),
        (Builtin::BytesIter, &iter::BYTES_ITER),
        (Builtin::ByteArrayIter, &iter::BYTEARRAY_ITER),
    ];
    &ALL
}

/// The bytes of an object for the time of an operation; a `bytearray` cannot be resized meanwhile.
pub enum View<'a> {
    /// Of `bytes`.
    Bytes(&'a [u8]),
    /// Of anything else, contiguous.
    Buffer(Buffer),
}

impl Deref for View<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            View::Bytes(b) => b,
            View::Buffer(b) => b.as_slice().unwrap_or(&[]),
        }
    }
}

/// The bytes of a bytes-like object.
///
/// # Errors
/// `TypeError: a bytes-like object is required, not 'T'`; `BufferError`.
#[inline]
pub fn view<'a>(vm: &Vm, o: &'a Obj) -> PyResult<View<'a>> {
    match bytes::get(o) {
        Some(b) => Ok(View::Bytes(b)),
        None => vm.contiguous_buffer(o).map(View::Buffer),
    }
}

/// A result of the kind of `like`: a bytearray if that is one, else bytes.
#[inline]
pub(crate) fn result_like(like: &Obj, content: &[u8]) -> Obj {
    if bytes::is_bytearray(like) { bytes::new_bytearray(content) } else { bytes::new_bytes(content) }
}

/// The receiver as the result of an operation that changed nothing.
pub(crate) fn unchanged(o: &Obj, content: &[u8]) -> Obj {
    if o.is_exactly(Builtin::Bytes) { o.clone() } else { result_like(o, content) }
}

fn concat_error(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let builtin = [
        Builtin::Int,
        Builtin::Float,
        Builtin::Complex,
        Builtin::Str,
        Builtin::Tuple,
        Builtin::List,
        Builtin::Bool,
    ];
    if b.slots().binary[BinOp::Add as usize].addr() != 0 && !builtin.iter().any(|t| b.is_exactly(*t)) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    Err(vm.type_error(format!("can't concat {} to {}", b.type_name(), a.type_name())))
}

/// `a + b` for `bytes` and `bytearray`.
pub(crate) fn add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !bytes::is_bytes(a) && !bytes::is_bytearray(a) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if !vm.has_buffer(b) {
        return concat_error(vm, a, b);
    }
    let (x, y) = (view(vm, a)?, view(vm, b)?);
    if x.len().saturating_add(y.len()) > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    if bytes::is_bytearray(a) {
        return Ok(bytes::new_bytearray(&[&*x, &*y].concat()));
    }
    if y.is_empty() && a.is_exactly(Builtin::Bytes) {
        return Ok(a.clone());
    }
    bytes::concat(&[&x, &y]).ok_or_else(|| vm.memory_error())
}

/// `a * n` and `n * a` for `bytes` and `bytearray`.
pub(crate) fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (s, n) = if bytes::is_bytes(a) || bytes::is_bytearray(a) { (a, b) } else { (b, a) };
    let Some(n) = repeat_count(vm, n)? else { return no_repeat_count(vm, n) };
    let content = view(vm, s)?;
    if n == 1 && s.is_exactly(Builtin::Bytes) {
        return Ok(s.clone());
    }
    if content.len().saturating_mul(n) > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    Ok(result_like(s, &content.repeat(n)))
}

fn modulo(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    match bytes::get(a) {
        Some(format) => Ok(bytes::new_bytes(&crate::format::percent_bytes(vm, format, b)?)),
        None => Ok(Obj::NOT_IMPLEMENTED),
    }
}

fn compare(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (bytes::get(a), bytes::get(b)) else { return Ok(Obj::NOT_IMPLEMENTED) };
    Ok(Obj::bool(match op {
        CmpOp::Eq => x == y,
        CmpOp::Ne => x != y,
        op => op.holds(x.cmp(y)),
    }))
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    let b = bytes::as_bytes(o);
    if key.raw().is_int() || key.slots().index.addr() != 0 {
        let i = vm.to_index(key, Exc::IndexError)?;
        let i = if i < 0 { i + b.len() as isize } else { i };
        return match usize::try_from(i).ok().and_then(|i| b.get(i)) {
            Some(byte) => Ok(Obj::from_len(usize::from(*byte))),
            None => Err(vm.index_error("index out of range")),
        };
    }
    if key.is_exactly(Builtin::Slice) {
        let i = pyre_object::slice::indices(vm, key, b.len())?;
        if i.count == b.len() && i.step == 1 && o.is_exactly(Builtin::Bytes) {
            return Ok(o.clone());
        }
        return Ok(match (i.count, i.step) {
            (0, _) => bytes::empty(),
            (n, 1) => bytes::new_bytes(&b[i.start as usize..i.start as usize + n]),
            _ => bytes::new_bytes(&pick(b, i)),
        });
    }
    Err(vm.type_error(format!("byte indices must be integers or slices, not {}", key.type_name())))
}

/// The bytes that a slice selects.
pub(crate) fn pick(b: &[u8], i: pyre_object::slice::Indices) -> Vec<u8> {
    (0..i.count).map(|n| b[(i.start + n as isize * i.step) as usize]).collect()
}

/// `item in content`: a byte or a part.
pub(crate) fn contains(vm: &Vm, o: &Obj, item: &Obj) -> PyResult<bool> {
    if int::is_int(item) || item.slots().index.addr() != 0 {
        let byte = byte_value(vm, item, "byte")?;
        return Ok(memchr::memchr(byte, &view(vm, o)?).is_some());
    }
    let (hay, needle) = (view(vm, o)?, view(vm, item)?);
    Ok(memchr::memmem::find(&hay, &needle).is_some())
}

static BYTES: TypeSpec = TypeSpec {
    name: "bytes",
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n\
          bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n\
          bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n\
          bytes() -> empty bytes object",
    layout: Some(<BytesBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::MATCH_SELF),
    slots: Slots {
        repr: Some(|_, o| Ok(str::new_str(&pyre_text::repr::repr_bytes(bytes::as_bytes(o))))),
        str: Some(|_, o| Ok(str::new_str(&pyre_text::repr::repr_bytes(bytes::as_bytes(o))))),
        hash: Some(|_, o| Ok(bytes::hash(o))),
        compare: Some(compare),
        iter: Some(iter::bytes_iterate),
        new: Some(new::bytes_new),
        len: Some(|_, o| Ok(bytes::as_bytes(o).len())),
        getitem: Some(getitem),
        contains: Some(contains),
        buffer: Some(|vm, o| vm.buffer(o)),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply)
    .with_binary(BinOp::Mod, modulo),
    methods: methods::BYTES_METHODS,
    ..TypeSpec::EMPTY
};
