//! Names of files: `os.fspath`, and text to bytes and back with UTF-8 and `surrogateescape`.

use pyre_object::{Obj, PyResult, Vm, bytes, str};
use pyre_types::codecs::{Codec, decode_with, encode_with};
use std::ffi::{CStr, CString};

/// `os.fspath`: a `str` or `bytes`.
///
/// # Errors
/// `TypeError`; what `__fspath__` raises.
pub fn fspath(vm: &Vm, o: &Obj) -> PyResult {
    fspath_or(vm, o, "expected str, bytes or os.PathLike object, not ")
}

fn fspath_or(vm: &Vm, o: &Obj, message: &str) -> PyResult {
    if str::is_str(o) || bytes::is_bytes(o) {
        return Ok(o.clone());
    }
    let Some(r) = vm.call_special(o, crate::name!("__fspath__"), &[])? else {
        return Err(vm.type_error(format!("{message}{}", o.type_name())));
    };
    if str::is_str(&r) || bytes::is_bytes(&r) {
        return Ok(r);
    }
    Err(vm.type_error(format!(
        "expected {}.__fspath__() to return str or bytes, not {}",
        o.type_name(),
        r.type_name()
    )))
}

/// The bytes of a `str` or `bytes`.
///
/// # Errors
/// `UnicodeEncodeError` for surrogates that stand for no byte.
pub fn encode(vm: &Vm, o: &Obj) -> PyResult<Vec<u8>> {
    match bytes::get(o) {
        Some(b) => Ok(b.to_vec()),
        None => encode_with(vm, o, Codec::Utf8, "surrogateescape"),
    }
}

/// The text for bytes that the system gave.
///
/// # Errors
/// None in practice: every byte has a replacement.
pub fn decode(vm: &Vm, b: &[u8]) -> PyResult {
    decode_with(vm, b, Codec::Utf8, "surrogateescape", true).map(|(text, _)| text)
}

/// As [`decode`], without its length.
///
/// # Errors
/// As there.
pub fn decode_c(vm: &Vm, c: &CStr) -> PyResult {
    decode(vm, c.to_bytes())
}

/// The terminated form for the C library.
///
/// # Errors
/// `ValueError: embedded null byte`
pub fn terminated(vm: &Vm, b: Vec<u8>) -> PyResult<CString> {
    CString::new(b).map_err(|_| vm.value_error("embedded null byte"))
}

/// A file, by name or by descriptor.
pub struct Path {
    /// What the caller gave, for errors; what `__fspath__` returned for path objects.
    pub object: Obj,
    /// The name.
    pub name: CString,
    /// The descriptor, if that was given.
    pub fd: Option<i32>,
    /// Whether results are `bytes`.
    pub as_bytes: bool,
}

impl Path {
    /// A name.
    ///
    /// # Errors
    /// `TypeError` and `ValueError` that name the function and its argument.
    pub fn new(vm: &Vm, function: &str, argument: &str, o: &Obj) -> PyResult<Path> {
        Path::convert(vm, function, argument, o, false, "string, bytes or os.PathLike")
    }

    /// A name or a descriptor.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn or_fd(vm: &Vm, function: &str, argument: &str, o: &Obj) -> PyResult<Path> {
        Path::convert(vm, function, argument, o, true, "string, bytes, os.PathLike or integer")
    }

    /// A name or a descriptor; the current directory if nothing or `None` is given.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn or_here(vm: &Vm, function: &str, argument: &str, o: &Obj) -> PyResult<Path> {
        match o.not_none() {
            Some(o) => {
                Path::convert(vm, function, argument, o, true, "string, bytes, os.PathLike, integer or None")
            }
            None => Ok(Path { object: Obj::NONE, name: c".".to_owned(), fd: None, as_bytes: false }),
        }
    }

    fn convert(vm: &Vm, function: &str, argument: &str, o: &Obj, fd: bool, expected: &str) -> PyResult<Path> {
        if fd && !str::is_str(o) && !bytes::is_bytes(o) && o.slots().index.addr() != 0 {
            let n = descriptor(vm, o)?;
            return Ok(Path { object: o.clone(), name: c"".to_owned(), fd: Some(n), as_bytes: false });
        }
        if !str::is_str(o)
            && !bytes::is_bytes(o)
            && pyre_object::typeobj::lookup(vm, o.ty(), crate::name!("__fspath__")).is_none()
        {
            let got = o.type_name();
            return Err(vm.type_error(format!("{function}: {argument} should be {expected}, not {got}")));
        }
        let object = fspath(vm, o)?;
        let raw = encode(vm, &object)?;
        if raw.contains(&0) {
            let what = if bytes::is_bytes(&object) { "byte" } else { "character" };
            return Err(vm.value_error(format!("{function}: embedded null {what} in {argument}")));
        }
        let name = terminated(vm, raw)?;
        Ok(Path { as_bytes: bytes::is_bytes(&object), object, name, fd: None })
    }

    /// What `OSError.filename` is to be.
    pub fn filename(&self) -> Option<&Obj> {
        self.object.not_none()
    }

    /// The object for a name that belongs to this path: `bytes` if the path was.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn result(&self, vm: &Vm, name: &[u8]) -> PyResult {
        if self.as_bytes { Ok(bytes::new_bytes(name)) } else { decode(vm, name) }
    }
}

/// A file descriptor argument, as an integer.
///
/// # Errors
/// `TypeError`; `OverflowError: fd is greater than maximum`.
pub fn descriptor(vm: &Vm, o: &Obj) -> PyResult<i32> {
    let i = vm.index(o)?;
    match pyre_object::int::as_i64(&i) {
        Some(n) if n > i64::from(i32::MAX) => Err(vm.overflow_error("fd is greater than maximum")),
        Some(n) if n < i64::from(i32::MIN) => Err(vm.overflow_error("fd is less than minimum")),
        Some(n) => Ok(n as i32),
        None if pyre_object::int::expect(&i).is_negative() => {
            Err(vm.overflow_error("fd is less than minimum"))
        }
        None => Err(vm.overflow_error("fd is greater than maximum")),
    }
}
