//! `bytearray`: construction, item assignment, and the methods that change it.

use crate::arguments::{bind_optional, name_argument};
use crate::bytes::{
    add, byte_value, bytearray_iterate, bytes_from_object, collect_bytes, contains, encode_source, fill,
    methods, multiply, pick, view,
};
use pyre_object::buffer::Buffer;
use pyre_object::bytes::{self as cell, ByteArrayBody};
use pyre_object::slice::{adjust, unpack};
use pyre_object::tuple::new_tuple;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, int, names, str,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::ByteArray, &BYTEARRAY)];
    &ALL
}

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(if cls.is(Builtin::ByteArray.ty()) {
        cell::new_bytearray(&[])
    } else {
        cell::new_bytearray_shaped(type_body(cls).root_shape())
    })
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    if args.all().len() > 3 {
        return Err(
            vm.type_error(format!("bytearray() takes at most 3 arguments ({} given)", args.all().len()))
        );
    }
    let [source, encoding, errors] = bind_optional(vm, "bytearray", ["source", "encoding", "errors"], args)?;
    let encoding = encoding.map(|o| name_argument(vm, "bytearray", "encoding", o)).transpose()?;
    let errors = errors.map(|o| name_argument(vm, "bytearray", "errors", o)).transpose()?;
    if cell::bytearray_len(o) != 0 {
        cell::splice(vm, o, 0, usize::MAX, &[])?;
    }
    if let Some(encoded) = encode_source(vm, source, encoding.as_deref(), errors.as_deref()) {
        return cell::append(vm, o, cell::as_bytes(&encoded?));
    }
    let Some(source) = source else { return Ok(()) };
    if str::is_str(source) {
        return Err(vm.type_error("string argument without an encoding"));
    }
    let content = if source.slots().index.addr() != 0 {
        fill(vm, source)?
    } else {
        bytes_from_object(vm, source, "bytearray")?
    };
    cell::append(vm, o, &content)
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let content = cell::bytearray_to_vec(o);
    let name = if o.is_exactly(Builtin::ByteArray) { "bytearray".to_owned() } else { o.type_name() };
    let mut text = pyre_text::repr::repr_bytes(&content);
    if text.starts_with("b\"") {
        // Unlike `bytes`, it escapes single quotes between double ones too.
        text = text.replace('\'', "\\'");
    }
    Ok(str::new_str(&format!("{name}({text})")))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !vm.has_buffer(a) || !vm.has_buffer(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let (x, y) = (view(vm, a)?, view(vm, b)?);
    Ok(Obj::bool(op.holds(x.cmp(&*y))))
}

/// The index that an integer key stands for, or an error.
fn index_in(vm: &Vm, key: &Obj, len: usize, message: &str) -> PyResult<usize> {
    let i = vm.to_index(key, Exc::IndexError)?;
    let i = if i < 0 { i + len as isize } else { i };
    usize::try_from(i).ok().filter(|i| *i < len).ok_or_else(|| vm.index_error(message))
}

const OUT_OF_RANGE: &str = "bytearray index out of range";

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    if key.raw().is_int() || key.slots().index.addr() != 0 {
        let i = vm.to_index(key, Exc::IndexError)?;
        let found = cell::with_bytearray(o, |b| {
            let i = if i < 0 { i + b.len() as isize } else { i };
            usize::try_from(i).ok().and_then(|i| b.get(i).copied())
        });
        return found.map(|b| Obj::from_len(usize::from(b))).ok_or_else(|| vm.index_error(OUT_OF_RANGE));
    }
    if key.is_exactly(Builtin::Slice) {
        let parts = unpack(vm, key)?;
        let out = cell::with_bytearray(o, |b| pick(b, adjust(parts, b.len())));
        return Ok(cell::new_bytearray(&out));
    }
    Err(vm.type_error(format!("bytearray indices must be integers or slices, not {}", key.type_name())))
}

fn setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if key.raw().is_int() || key.slots().index.addr() != 0 {
        let Some(value) = value else {
            let i = index_in(vm, key, cell::bytearray_len(o), OUT_OF_RANGE)?;
            return cell::splice(vm, o, i, i + 1, &[]);
        };
        let i = vm.to_index(key, Exc::IndexError)?;
        let byte = byte_value(vm, value, "byte")?;
        let stored = cell::with_bytearray(o, |b| {
            let i = if i < 0 { i + b.len() as isize } else { i };
            usize::try_from(i).ok().and_then(|i| b.get_mut(i)).map(|slot| *slot = byte)
        });
        return stored.ok_or_else(|| vm.index_error(OUT_OF_RANGE));
    }
    if !key.is_exactly(Builtin::Slice) {
        return Err(
            vm.type_error(format!("bytearray indices must be integers or slices, not {}", key.type_name()))
        );
    }
    let content = match value {
        None => Vec::new(),
        Some(v) => slice_value(vm, v)?,
    };
    let parts = unpack(vm, key)?;
    let i = adjust(parts, cell::bytearray_len(o));
    if i.step == 1 {
        return cell::splice(vm, o, i.start as usize, i.stop.max(i.start) as usize, &content);
    }
    if value.is_none() {
        return delete_stepped(vm, o, i);
    }
    if content.len() != i.count {
        if content.is_empty() {
            return delete_stepped(vm, o, i);
        }
        return Err(vm.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            content.len(),
            i.count
        )));
    }
    cell::with_bytearray(o, |b| {
        for (n, byte) in content.iter().enumerate() {
            if let Some(slot) = b.get_mut((i.start + n as isize * i.step) as usize) {
                *slot = *byte;
            }
        }
    });
    Ok(())
}

fn slice_value(vm: &Vm, v: &Obj) -> PyResult<Vec<u8>> {
    if vm.has_buffer(v) {
        return Ok(vm.buffer(v)?.to_bytes().into_owned());
    }
    if int::is_int(v) || str::is_str(v) || (v.slots().iter.addr() == 0 && v.slots().getitem.addr() == 0) {
        return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    collect_bytes(vm, v, "byte")
}

fn delete_stepped(vm: &Vm, o: &Obj, i: pyre_object::slice::Indices) -> PyResult<()> {
    if i.count == 0 {
        return Ok(());
    }
    let content = cell::bytearray_to_vec(o);
    let mut gone = vec![false; content.len()];
    for n in 0..i.count {
        if let Some(g) = gone.get_mut((i.start + n as isize * i.step) as usize) {
            *g = true;
        }
    }
    let kept: Vec<u8> = content.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(b, _)| *b).collect();
    cell::splice(vm, o, 0, content.len(), &kept)
}

fn inplace_add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !vm.has_buffer(b) {
        return Err(vm.type_error(format!("can't concat {} to {}", b.type_name(), a.type_name())));
    }
    // A copy, so that appending an array to itself does not find its memory lent out.
    let content = view(vm, b)?.to_vec();
    cell::append(vm, a, &content)?;
    Ok(a.clone())
}

fn inplace_multiply(vm: &Vm, a: &Obj, n: &Obj) -> PyResult {
    let Some(n) = crate::sequence::repeat_count(vm, n)? else {
        return crate::sequence::no_repeat_count(vm, n);
    };
    let content = cell::bytearray_to_vec(a);
    if content.len().saturating_mul(n) > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    cell::splice(vm, a, 0, content.len(), &content.repeat(n))?;
    Ok(a.clone())
}

fn modulo(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !cell::is_bytearray(a) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let format = cell::bytearray_to_vec(a);
    Ok(cell::new_bytearray(&crate::format::percent_bytes(vm, &format, b)?))
}

pub(crate) fn alloc(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::from_len(cell::bytearray_capacity(&a[0])))
}

pub(crate) fn sizeof(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::from_len(56 + cell::bytearray_capacity(&a[0])))
}

pub(crate) fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let text = str::from_latin1(&cell::bytearray_to_vec(&a[0]));
    let state = vm.getattr_opt(&a[0], names::__dict__())?.unwrap_or(Obj::NONE);
    Ok(new_tuple([a[0].ty().clone(), new_tuple([text, str::new_str("latin-1")]), state]))
}

pub(crate) fn reduce_ex(vm: &Vm, a: &[Obj]) -> PyResult {
    let protocol = a[1].given().map_or(Ok(0), |o| vm.to_i32(o))?;
    if protocol < 3 {
        return reduce(vm, a);
    }
    let content = cell::bytearray_to_vec(&a[0]);
    let args = if content.is_empty() { new_tuple([]) } else { new_tuple([cell::new_bytes(&content)]) };
    let state = vm.getattr_opt(&a[0], names::__dict__())?.unwrap_or(Obj::NONE);
    Ok(new_tuple([a[0].ty().clone(), args, state]))
}

pub(crate) fn append(vm: &Vm, a: &[Obj]) -> PyResult {
    let byte = byte_value(vm, &a[1], "byte")?;
    cell::append(vm, &a[0], &[byte])?;
    Ok(Obj::NONE)
}

pub(crate) fn clear(vm: &Vm, a: &[Obj]) -> PyResult {
    cell::splice(vm, &a[0], 0, usize::MAX, &[])?;
    Ok(Obj::NONE)
}

pub(crate) fn copy(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(cell::new_bytearray(&cell::bytearray_to_vec(&a[0])))
}

pub(crate) fn extend(vm: &Vm, a: &[Obj]) -> PyResult {
    let o = &a[1];
    let content = if vm.has_buffer(o) {
        view(vm, o)?.to_vec()
    } else if str::is_str(o) {
        return Err(vm.type_error("expected iterable of integers; got: 'str'"));
    } else if o.slots().iter.addr() == 0 && o.slots().getitem.addr() == 0 {
        return Err(vm.type_error(format!("can't extend bytearray with {}", o.type_name())));
    } else {
        collect_bytes(vm, o, "byte")?
    };
    cell::append(vm, &a[0], &content)?;
    Ok(Obj::NONE)
}

pub(crate) fn insert(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = vm.to_isize(&a[1])?;
    let byte = byte_value(vm, &a[2], "byte")?;
    let len = cell::bytearray_len(&a[0]);
    let at = if i < 0 { (i + len as isize).max(0) as usize } else { (i as usize).min(len) };
    cell::splice(vm, &a[0], at, at, &[byte])?;
    Ok(Obj::NONE)
}

pub(crate) fn pop(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = a[1].given().map_or(Ok(-1), |o| vm.to_isize(o))?;
    let len = cell::bytearray_len(&a[0]);
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let at = if i < 0 { i + len as isize } else { i };
    let out_of_range = || vm.index_error("pop index out of range");
    let at = usize::try_from(at).map_err(|_| out_of_range())?;
    let byte = cell::with_bytearray(&a[0], |b| b.get(at).copied()).ok_or_else(out_of_range)?;
    cell::splice(vm, &a[0], at, at + 1, &[])?;
    Ok(Obj::from_len(usize::from(byte)))
}

pub(crate) fn remove(vm: &Vm, a: &[Obj]) -> PyResult {
    let byte = byte_value(vm, &a[1], "byte")?;
    match cell::with_bytearray(&a[0], |b| memchr::memchr(byte, b)) {
        Some(i) => cell::splice(vm, &a[0], i, i + 1, &[])?,
        None => return Err(vm.value_error("value not found in bytearray")),
    }
    Ok(Obj::NONE)
}

pub(crate) fn resize(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.to_isize(&a[1])?;
    let Ok(n) = usize::try_from(n) else {
        return Err(vm.value_error(format!("Can only resize to positive sizes, got {n}")));
    };
    if n > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    match n.checked_sub(cell::bytearray_len(&a[0])) {
        Some(more) => cell::append(vm, &a[0], &vec![0; more])?,
        None => cell::splice(vm, &a[0], n, usize::MAX, &[])?,
    }
    Ok(Obj::NONE)
}

pub(crate) fn reverse(_: &Vm, a: &[Obj]) -> PyResult {
    cell::with_bytearray(&a[0], <[u8]>::reverse);
    Ok(Obj::NONE)
}

fn buffer(vm: &Vm, o: &Obj) -> PyResult<Buffer> {
    Buffer::of_bytearray(o).ok_or_else(|| vm.type_error("not a bytearray"))
}

static BYTEARRAY: TypeSpec = TypeSpec {
    name: "bytearray",
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n\
          bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n\
          bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n\
          bytearray() -> empty bytes array",
    layout: Some(<ByteArrayBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::UNHASHABLE).or(TypeFlags::MATCH_SELF),
    slots: Slots {
        repr: Some(repr),
        str: Some(repr),
        compare: Some(compare),
        iter: Some(bytearray_iterate),
        new: Some(new),
        init: Some(init),
        len: Some(|_, o| Ok(cell::bytearray_len(o))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        buffer: Some(buffer),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply)
    .with_binary(BinOp::Mod, modulo)
    .with_inplace(BinOp::Add, inplace_add)
    .with_inplace(BinOp::Mul, inplace_multiply),
    methods: methods::BYTEARRAY_METHODS,
    ..TypeSpec::EMPTY
};
