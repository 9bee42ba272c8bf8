//! The methods of arrays.

use super::{append, array, content, is_array, item, len, pickling, plain, splice, store};
use crate::support::{CLASS_GETITEM, native_table};
use pyre_object::layout::HEADER_SIZE;
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, int, list, raise, str, tuple};

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::method("append", "(self, v, /)", |vm, a| append(vm, &a[0], &a[1]).map(|()| Obj::NONE))
        .doc("Append new value v to the end of the array."),
    NativeDef::method("buffer_info", "(self, /)", |_, a| {
        let address = bytes::with_bytearray(store(&a[0]), |all| all.as_ptr() as u64);
        Ok(tuple::pair(int::from_u64(address), Obj::from_len(len(&a[0]))))
    })
    .doc("Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.\n\nThe length should be multiplied by the itemsize attribute to calculate\nthe buffer length in bytes."),
    NativeDef::method("byteswap", "(self, /)", byteswap)
        .doc("Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is\nraised."),
    NativeDef::method("clear", "(self, /)", |vm, a| splice(vm, &a[0], 0, usize::MAX, &[]).map(|()| Obj::NONE))
        .doc("Remove all items from the array."),
    NativeDef::method("__copy__", "(self, /)", |vm, a| Ok(plain(vm, array(&a[0]).kind, &content(&a[0]))))
        .doc("Return a copy of the array."),
    NativeDef::method("__deepcopy__", "(self, unused, /)", |vm, a| {
        Ok(plain(vm, array(&a[0]).kind, &content(&a[0])))
    })
    .doc("Return a copy of the array."),
    NativeDef::method("count", "(self, v, /)", count).doc("Return number of occurrences of v in the array."),
    NativeDef::method("extend", "(self, bb, /)", |vm, a| extend(vm, &a[0], &a[1]).map(|()| Obj::NONE))
        .doc("Append items to the end of the array."),
    NativeDef::method("fromfile", "(self, f, n, /)", from_file)
        .doc("Read n objects from the file object f and append them to the end of the array."),
    NativeDef::method("fromlist", "(self, list, /)", from_list).doc("Append items to array from list."),
    NativeDef::method("fromunicode", "(self, ustr, /)", from_unicode)
        .doc("Extends this array with data from the unicode string ustr.\n\nThe array must be a unicode type array; otherwise a ValueError is raised.\nUse array.frombytes(ustr.encode(...)) to append Unicode data to an array of\nsome other type."),
    NativeDef::method("frombytes", "(self, buffer, /)", |vm, a| {
        append_bytes(vm, &a[0], &a[1]).map(|()| Obj::NONE)
    })
    .doc("Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method."),
    NativeDef::method("index", "(self, v, start=0, stop=sys.maxsize, /)", index)
        .doc("Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present."),
    NativeDef::method("insert", "(self, i, v, /)", insert).doc("Insert a new item v into the array before position i."),
    NativeDef::method("pop", "(self, i=-1, /)", pop)
        .doc("Return the i-th element and delete it from the array.\n\ni defaults to -1."),
    NativeDef::method("__reduce_ex__", "(self, value, /)", pickling::reduce_ex)
        .doc("Return state information for pickling."),
    NativeDef::method("remove", "(self, v, /)", remove).doc("Remove the first occurrence of v in the array."),
    NativeDef::method("reverse", "(self, /)", reverse).doc("Reverse the order of the items in the array."),
    NativeDef::method("tofile", "(self, f, /)", to_file)
        .doc("Write all items (as machine values) to the file object f."),
    NativeDef::method("tolist", "(self, /)", |_, a| Ok(to_list(&a[0])))
        .doc("Convert array to an ordinary list with the same items."),
    NativeDef::method("tobytes", "(self, /)", |_, a| Ok(bytes::new_bytes(&content(&a[0]))))
        .doc("Convert the array to an array of machine values and return the bytes representation."),
    NativeDef::method("tounicode", "(self, /)", |vm, a| {
        if !array(&a[0]).kind.is_text() {
            raise!(vm, ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
        }
        Ok(to_text(&a[0]))
    })
    .doc("Extends this array with data from the unicode string ustr.\n\nConvert the array to a unicode string.  The array must be a unicode type array;\notherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a\nunicode string from an array of some other type."),
    NativeDef::method("__sizeof__", "(self, /)", |_, a| {
        Ok(Obj::from_len(HEADER_SIZE + size_of::<super::Array>() + content(&a[0]).len()))
    })
    .doc("Size of the array in memory, in bytes."),
    CLASS_GETITEM,
];

/// The items as a list.
pub(super) fn to_list(o: &Obj) -> Obj {
    let kind = array(o).kind;
    list::new_list(content(o).chunks_exact(kind.size).map(|raw| kind.read(raw)))
}

/// The characters of an array of characters.
pub(super) fn to_text(o: &Obj) -> Obj {
    let size = array(o).kind.size;
    let points: Vec<u32> = content(o)
        .chunks_exact(size)
        .map(|c| {
            if size == 2 {
                u32::from(u16::from_ne_bytes([c[0], c[1]]))
            } else {
                u32::from_ne_bytes([c[0], c[1], c[2], c[3]])
            }
        })
        .collect();
    str::from_ucs4(&points)
}

/// Appends the characters of a str to an array of characters.
pub(super) fn append_text(vm: &Vm, o: &Obj, text: &Obj) -> PyResult<()> {
    let size = array(o).kind.size;
    let mut raw = Vec::new();
    for c in str::expect(text).data().iter() {
        if size == 2 {
            raw.extend((c as u16).to_ne_bytes());
        } else {
            raw.extend(c.to_ne_bytes());
        }
    }
    splice(vm, o, usize::MAX, usize::MAX, &raw)
}

/// Appends machine values.
pub(super) fn append_bytes(vm: &Vm, o: &Obj, source: &Obj) -> PyResult<()> {
    let raw = {
        let b = vm.contiguous_buffer(source)?;
        if b.itemsize != 1 {
            raise!(vm, TypeError, "a bytes-like object is required");
        }
        b.to_bytes().into_owned()
    };
    if !raw.len().is_multiple_of(array(o).kind.size) {
        raise!(vm, ValueError, "bytes length not a multiple of item size");
    }
    splice(vm, o, usize::MAX, usize::MAX, &raw)
}

/// Appends the items of an array of the same type, or of any iterable.
pub(super) fn extend(vm: &Vm, o: &Obj, items: &Obj) -> PyResult<()> {
    if !is_array(items) {
        return vm.for_each(items, |item| append(vm, o, &item));
    }
    if array(o).kind != array(items).kind {
        raise!(vm, TypeError, "can only extend with array of same kind");
    }
    splice(vm, o, usize::MAX, usize::MAX, &content(items))
}

/// The first position of an equal item in a range.
pub(super) fn find(vm: &Vm, o: &Obj, value: &Obj, start: usize, stop: usize) -> PyResult<Option<usize>> {
    for i in start..stop {
        let Some(item) = item(o, i) else { break };
        let equal = vm.compare(&item, value, pyre_object::CmpOp::Eq)?;
        if vm.truth(&equal)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn byteswap(_: &Vm, a: &[Obj]) -> PyResult {
    let size = array(&a[0]).kind.size;
    bytes::with_bytearray(store(&a[0]), |all| all.chunks_exact_mut(size).for_each(<[u8]>::reverse));
    Ok(Obj::NONE)
}

fn reverse(_: &Vm, a: &[Obj]) -> PyResult {
    let size = array(&a[0]).kind.size;
    bytes::with_bytearray(store(&a[0]), |all| {
        // All bytes backwards, then each item forwards again.
        all.reverse();
        all.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    });
    Ok(Obj::NONE)
}

fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(vm, &a[0], &a[1], from, usize::MAX)? {
        n += 1;
        from = i + 1;
    }
    Ok(Obj::from_len(n))
}

fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = len(&a[0]);
    let place = |o: &Obj, default: usize| -> PyResult<usize> {
        let Some(o) = o.given() else { return Ok(default) };
        let i = vm.to_clamped(o)?;
        Ok(if i < 0 { (n as isize).saturating_add(i).max(0) as usize } else { i as usize })
    };
    match find(vm, &a[0], &a[1], place(&a[2], 0)?, place(&a[3], usize::MAX)?)? {
        Some(i) => Ok(Obj::from_len(i)),
        None => Err(vm.value_error("array.index(x): x not in array")),
    }
}

fn insert(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = vm.to_isize(&a[1])?;
    let kind = array(&a[0]).kind;
    let raw = kind.write(vm, &a[2])?;
    let n = len(&a[0]);
    let at = if i < 0 { (n as isize).saturating_add(i).max(0) as usize } else { (i as usize).min(n) };
    splice(vm, &a[0], at, at, &raw[..kind.size])?;
    Ok(Obj::NONE)
}

fn pop(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = a[1].given().map_or(Ok(-1), |i| vm.to_isize(i))?;
    let n = len(&a[0]);
    if n == 0 {
        return Err(vm.index_error("pop from empty array"));
    }
    let place = list::normalize_index(i as i64, n);
    let Some((i, value)) = place.and_then(|i| Some((i, item(&a[0], i)?))) else {
        return Err(vm.index_error("pop index out of range"));
    };
    splice(vm, &a[0], i, i + 1, &[])?;
    Ok(value)
}

fn remove(vm: &Vm, a: &[Obj]) -> PyResult {
    match find(vm, &a[0], &a[1], 0, usize::MAX)? {
        Some(i) => splice(vm, &a[0], i, i + 1, &[]).map(|()| Obj::NONE),
        None => Err(vm.value_error("array.remove(x): x not in array")),
    }
}

fn from_list(vm: &Vm, a: &[Obj]) -> PyResult {
    if !list::is_list(&a[1]) {
        raise!(vm, TypeError, "arg must be list");
    }
    // Nothing is added if an item does not fit.
    let kind = array(&a[0]).kind;
    let mut raw = Vec::with_capacity(list::len(&a[1]) * kind.size);
    for item in list::snapshot(&a[1]) {
        raw.extend_from_slice(&kind.write(vm, &item)?[..kind.size]);
    }
    splice(vm, &a[0], usize::MAX, usize::MAX, &raw)?;
    Ok(Obj::NONE)
}

fn from_unicode(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[1]) {
        raise!(vm, TypeError, "fromunicode() argument must be str, not {}", a[1].type_name());
    }
    if !array(&a[0]).kind.is_text() {
        raise!(vm, ValueError, "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
    }
    append_text(vm, &a[0], &a[1])?;
    Ok(Obj::NONE)
}

fn from_file(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.to_isize(&a[2])?;
    if n < 0 {
        raise!(vm, ValueError, "negative count");
    }
    let Some(total) = (n as usize).checked_mul(array(&a[0]).kind.size) else {
        return Err(vm.memory_error());
    };
    let data = vm.call_method_str(&a[1], "read", &[int::from_usize(total)])?;
    let Some(got) = bytes::get(&data) else { raise!(vm, TypeError, "read() didn't return bytes") };
    append_bytes(vm, &a[0], &data)?;
    if got.len() != total {
        raise!(vm, EOFError, "read() didn't return enough bytes");
    }
    Ok(Obj::NONE)
}

fn to_file(vm: &Vm, a: &[Obj]) -> PyResult {
    const BLOCK: usize = 64 * 1024;
    let write = vm.getattr_str(&a[1], "write")?;
    for block in content(&a[0]).chunks(BLOCK) {
        vm.call1(&write, &bytes::new_bytes(block))?;
    }
    Ok(Obj::NONE)
}
