//! Methods and members of `memoryview`.

use super::item::{code, size, unpack};
use super::{another, new_view, release, with_buffer};
use crate::arguments::native_table;
use pyre_object::buffer::Buffer;
use pyre_object::tuple::new_tuple;
use pyre_object::{Exc, GetSetDef, NativeDef, Obj, PyResult, Vm, bytes, int, list, str, tuple};
use smallvec::SmallVec;

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::method("release", "($self, /)", |vm, a| release(vm, &a[0]).map(|()| Obj::NONE))
        .doc("Release the underlying buffer exposed by the memoryview object."),
    NativeDef::method("tobytes", "($self, /, order='C')", tobytes)
        .doc("Return the data in the buffer as a byte string."),
    NativeDef::method("hex", "($self, /, sep=<unrepresentable>, bytes_per_sep=1)", hex)
        .doc("Return the data in the buffer as a str of hexadecimal numbers."),
    NativeDef::method("tolist", "($self, /)", tolist)
        .doc("Return the data in the buffer as a list of elements."),
    NativeDef::method("cast", "($self, /, format, shape=<unrepresentable>)", cast)
        .doc("Cast a memoryview to a new format or shape."),
    NativeDef::method("toreadonly", "($self, /)", toreadonly)
        .doc("Return a readonly version of the memoryview."),
    NativeDef::method("count", "($self, value, /)", count)
        .doc("Count the number of occurrences of a value."),
    NativeDef::method("index", "($self, value, start=0, stop=sys.maxsize, /)", index)
        .doc("Return the index of the first occurrence of a value.\n\nRaises ValueError if the value is not present."),
    NativeDef::method("__enter__", "($self, /)", |vm, a| with_buffer(vm, &a[0], |_| a[0].clone())),
    NativeDef::method("__exit__", "($self, /, *exc_info)", |vm, a| release(vm, &a[0]).map(|()| Obj::NONE)),
];

pub(super) static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("obj", |vm, o| with_buffer(vm, o, |b| b.owner.clone())),
    GetSetDef::readonly("nbytes", |vm, o| with_buffer(vm, o, |b| Obj::from_len(b.len))),
    GetSetDef::readonly("readonly", |vm, o| with_buffer(vm, o, |b| Obj::bool(b.readonly))),
    GetSetDef::readonly("itemsize", |vm, o| with_buffer(vm, o, |b| Obj::from_len(b.itemsize))),
    GetSetDef::readonly("format", |vm, o| with_buffer(vm, o, |b| str::new_str(&b.format))),
    GetSetDef::readonly("ndim", |vm, o| with_buffer(vm, o, |b| Obj::from_len(b.shape.len()))),
    GetSetDef::readonly("shape", |vm, o| {
        with_buffer(vm, o, |b| new_tuple(b.shape.iter().map(|n| Obj::from_len(*n))))
    }),
    GetSetDef::readonly("strides", |vm, o| {
        with_buffer(vm, o, |b| new_tuple(b.strides.iter().map(|n| int::new_int(*n as i64))))
    }),
    GetSetDef::readonly("suboffsets", |vm, o| with_buffer(vm, o, |_| tuple::empty_tuple())),
    GetSetDef::readonly("c_contiguous", |vm, o| with_buffer(vm, o, |b| Obj::bool(b.is_c_contiguous()))),
    GetSetDef::readonly("f_contiguous", |vm, o| with_buffer(vm, o, |b| Obj::bool(b.is_f_contiguous()))),
    GetSetDef::readonly("contiguous", |vm, o| {
        with_buffer(vm, o, |b| Obj::bool(b.is_c_contiguous() || b.is_f_contiguous()))
    }),
];

fn content(vm: &Vm, o: &Obj) -> PyResult<Vec<u8>> {
    with_buffer(vm, o, |b| b.to_bytes().into_owned())
}

fn tobytes(vm: &Vm, a: &[Obj]) -> PyResult {
    let order = match a[1].not_none() {
        None => "C".to_owned(),
        Some(o) if str::is_str(o) => str::to_string_lossy(o),
        Some(o) => {
            return Err(vm.type_error(format!(
                "tobytes() argument 'order' must be str or None, not {}",
                o.type_name()
            )));
        }
    };
    let fortran = match order.as_str() {
        "C" => false,
        "F" => true,
        "A" => with_buffer(vm, &a[0], |b| b.is_f_contiguous() && !b.is_c_contiguous())?,
        _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
    };
    if fortran {
        let out = with_buffer(vm, &a[0], |b| {
            let mut out = Vec::with_capacity(b.len);
            copy_fortran(b, b.shape.len(), b.ptr, &mut out);
            out
        })?;
        return Ok(bytes::new_bytes(&out));
    }
    content(vm, &a[0]).map(|c| bytes::new_bytes(&c))
}

/// The items with the first index running fastest.
fn copy_fortran(b: &Buffer, dims: usize, at: *const u8, out: &mut Vec<u8>) {
    if dims == 0 {
        // SAFETY: `at` is the address of an item.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(at, b.itemsize) });
        return;
    }
    for i in 0..b.shape[dims - 1] {
        copy_fortran(b, dims - 1, at.wrapping_offset(i as isize * b.strides[dims - 1]), out);
    }
}

fn hex(vm: &Vm, a: &[Obj]) -> PyResult {
    crate::bytes::hex_method(vm, &content(vm, &a[0])?, &a[1], &a[2])
}

/// The items in C order with the format, itemsize and shape.
fn items(vm: &Vm, o: &Obj) -> PyResult<(Vec<Obj>, Vec<usize>)> {
    let (raw, format, itemsize, shape) =
        with_buffer(vm, o, |b| (b.to_bytes().into_owned(), b.format.clone(), b.itemsize, b.shape.to_vec()))?;
    let items =
        raw.chunks_exact(itemsize.max(1)).map(|r| unpack(vm, &format, r)).collect::<PyResult<Vec<_>>>()?;
    Ok((items, shape))
}

fn tolist(vm: &Vm, a: &[Obj]) -> PyResult {
    let (mut items, shape) = items(vm, &a[0])?;
    if shape.is_empty() {
        return Ok(items.pop().unwrap_or(Obj::NONE));
    }
    // From the innermost dimension outwards.
    for n in shape[1..].iter().rev() {
        let mut rest = items.into_iter();
        let mut rows = Vec::new();
        loop {
            let row: Vec<Obj> = rest.by_ref().take(*n).collect();
            if row.is_empty() {
                break;
            }
            rows.push(list::from_vec(row));
        }
        items = rows;
    }
    Ok(list::from_vec(items))
}

fn cast(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(format) = str::get(&a[1]) else {
        return Err(vm.type_error(format!("cast() argument 'format' must be str, not {}", a[1].type_name())));
    };
    let format = format.to_string_lossy();
    let shape = a[2].given().map(|s| shape_argument(vm, s)).transpose()?;
    let mut b = another(vm, &a[0])?;
    if !b.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if shape.is_some() && b.shape.len() != 1 && shape.as_ref().is_some_and(|s| s.len() != 1) {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let Some(target) = code(&format) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let Some(source) = code(&b.format) else {
        return Err(vm.value_error(
            "memoryview: source format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
    if !is_byte(source) && !is_byte(target) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let itemsize = size(target).unwrap_or(1);
    if !b.len.is_multiple_of(itemsize) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    b.itemsize = itemsize;
    b.format = format.into();
    b.shape = SmallVec::from_slice(&[b.len / itemsize]);
    if let Some(shape) = shape {
        let product = shape.iter().try_fold(itemsize, |p, n| p.checked_mul(*n));
        if product != Some(b.len) {
            return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
        b.shape = SmallVec::from_vec(shape);
    }
    let mut stride = itemsize as isize;
    b.strides = b.shape.iter().map(|_| 0).collect();
    for dim in (0..b.shape.len()).rev() {
        b.strides[dim] = stride;
        stride *= b.shape[dim] as isize;
    }
    Ok(new_view(b))
}

fn shape_argument(vm: &Vm, o: &Obj) -> PyResult<Vec<usize>> {
    let parts = match tuple::get(o) {
        Some(t) => t.to_vec(),
        None if list::is_list(o) => list::snapshot(o),
        None => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if parts.len() > 64 {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let part = |o: &Obj| match int::get(o) {
        None => Err(vm.type_error("memoryview.cast(): elements of shape must be integers")),
        Some(int::IntRef::Small(n)) if n > 0 => Ok(n as usize),
        Some(_) => Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0")),
    };
    parts.iter().map(part).collect()
}

fn toreadonly(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut b = another(vm, &a[0])?;
    b.readonly = true;
    Ok(new_view(b))
}

/// The items of a view that can be searched: one dimension.
fn one_dimension(vm: &Vm, o: &Obj) -> PyResult<Vec<Obj>> {
    match with_buffer(vm, o, |b| b.shape.len())? {
        1 => items(vm, o).map(|(items, _)| items),
        0 => Err(vm.type_error("invalid lookup on 0-dim memory")),
        _ => Err(vm.error(Exc::NotImplementedError, "multi-dimensional lookup is not implemented")),
    }
}

fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut n = 0;
    for item in one_dimension(vm, &a[0])? {
        n += usize::from(vm.eq(&item, &a[1])?);
    }
    Ok(Obj::from_len(n))
}

fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let items = one_dimension(vm, &a[0])?;
    let (start, stop) = vm.to_range(&a[2], &a[3], items.len())?;
    for (i, item) in items.iter().enumerate().take(stop).skip(start) {
        if vm.eq(item, &a[1])? {
            return Ok(Obj::from_len(i));
        }
    }
    Err(vm.value_error("memoryview.index(x): x not found"))
}
