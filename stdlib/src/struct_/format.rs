//! Format strings of `struct`, compiled to a list of fields with their places.

use super::struct_error;
use pyre_object::{Builtin, Obj, PyResult, Vm, bytes, raise, str};
use pyre_threads::sync::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Fields of one kind, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The format character.
    pub(super) code: u8,
    /// Of the first.
    pub(super) offset: usize,
    /// Bytes of one.
    pub(super) size: usize,
    /// How many.
    pub(super) count: usize,
}

/// A compiled format.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) fields: Vec<Field>,
    /// Bytes of all.
    pub(super) size: usize,
    /// Values that are packed or unpacked.
    pub(super) values: usize,
    /// Whether the most significant byte comes first.
    pub(super) big_endian: bool,
}

/// Bytes and alignment in C; `None` for characters that are no format.
fn native(code: u8) -> Option<(usize, usize)> {
    Some(match code {
        b'x' | b's' | b'p' | b'b' | b'B' | b'c' | b'?' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' => (size_of::<std::ffi::c_long>(), align_of::<std::ffi::c_long>()),
        b'n' | b'N' | b'P' => (size_of::<usize>(), align_of::<usize>()),
        b'q' | b'Q' => (8, align_of::<i64>()),
        b'd' => (8, align_of::<f64>()),
        b'F' => (8, 4),
        b'D' => (16, align_of::<f64>()),
        _ => return None,
    })
}

/// Bytes in the sizes that are the same everywhere.
fn standard(code: u8) -> Option<usize> {
    Some(match code {
        b'x' | b's' | b'p' | b'b' | b'B' | b'c' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'l' | b'L' | b'f' => 4,
        b'q' | b'Q' | b'd' | b'F' => 8,
        b'D' => 16,
        _ => return None,
    })
}

impl Compiled {
    /// Compiles a format.
    ///
    /// # Errors
    /// The text of the `struct.error`.
    fn parse(format: &[u8]) -> Result<Compiled, &'static str> {
        const TOO_LONG: &str = "total struct size too long";
        let (rest, is_native, big_endian) = match format {
            [b'@', rest @ ..] => (rest, true, cfg!(target_endian = "big")),
            [b'=', rest @ ..] => (rest, false, cfg!(target_endian = "big")),
            [b'<', rest @ ..] => (rest, false, false),
            [b'>' | b'!', rest @ ..] => (rest, false, true),
            rest => (rest, true, cfg!(target_endian = "big")),
        };
        let mut compiled = Compiled { fields: Vec::new(), size: 0, values: 0, big_endian };
        let mut at = 0;
        while at < rest.len() {
            if matches!(rest[at], b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) {
                at += 1;
                continue;
            }
            let mut repeat = None;
            while let Some(digit) = rest.get(at).filter(|c| c.is_ascii_digit()) {
                let so_far: usize = repeat.unwrap_or(0);
                let more = so_far.checked_mul(10).and_then(|n| n.checked_add(usize::from(digit - b'0')));
                repeat = Some(more.filter(|n| *n <= isize::MAX as usize).ok_or(TOO_LONG)?);
                at += 1;
            }
            let Some(&code) = rest.get(at) else {
                return Err("repeat count given without format specifier");
            };
            at += 1;
            let (size, align) = match is_native {
                true => native(code),
                false => standard(code).map(|s| (s, 1)),
            }
            .ok_or("bad char in struct format")?;
            compiled.add(code, size, align, repeat.unwrap_or(1)).ok_or(TOO_LONG)?;
        }
        Ok(compiled)
    }

    fn add(&mut self, code: u8, size: usize, align: usize, repeat: usize) -> Option<()> {
        let offset = self.size.checked_next_multiple_of(align)?;
        let end = offset.checked_add(size.checked_mul(repeat)?)?;
        self.size = Some(end).filter(|n| *n <= isize::MAX as usize)?;
        let (size, count) = match code {
            b'x' => return Some(()),
            b's' | b'p' => (repeat, 1),
            _ => (size, repeat),
        };
        if count > 0 {
            self.fields.push(Field { code, offset, size, count });
            self.values = self.values.checked_add(count)?;
        }
        Some(())
    }
}

/// The text of a format, a str or bytes; it must be ASCII.
pub(super) fn text_of(vm: &Vm, o: &Obj) -> PyResult {
    if str::is_str(o) {
        return Ok(o.clone());
    }
    match bytes::get(o) {
        Some(b) if b.is_ascii() => Ok(str::from_latin1(b)),
        Some(_) => {
            let args = [str::new_str("ascii"), str::new_str("surrogateescape")];
            vm.call_method_str(o, "decode", &args)
        }
        None => {
            raise!(vm, TypeError, "Struct() argument 1 must be a str or bytes object, not {}", o.type_name())
        }
    }
}

/// Compiles a format that is a str.
pub(super) fn compile(vm: &Vm, text: &Obj) -> PyResult<Arc<Compiled>> {
    let encoded;
    let format = match str::as_ascii(text) {
        Some(t) => t.as_bytes(),
        None => {
            encoded = vm.call_method_str(text, "encode", &[str::new_str("ascii")])?;
            bytes::get(&encoded).unwrap_or_default()
        }
    };
    if format.contains(&0) {
        return Err(struct_error(vm, "embedded null character"));
    }
    Compiled::parse(format).map(Arc::new).map_err(|e| struct_error(vm, e))
}

/// Formats that the module's functions used, up to a number at which the cache starts anew.
static CACHE: Mutex<Option<HashMap<Vec<u8>, Arc<Compiled>>>> = Mutex::new(None);
const CACHE_SIZE: usize = 100;

/// As [`text_of`] and [`compile`], remembered.
pub(super) fn compile_cached(vm: &Vm, o: &Obj) -> PyResult<Arc<Compiled>> {
    let key: Option<&[u8]> = if o.is_exactly(Builtin::Bytes) {
        bytes::get(o)
    } else if str::is_str(o) {
        str::as_ascii(o).map(|t| t.as_bytes())
    } else {
        None
    };
    if let Some(key) = key
        && let Some(found) = CACHE.lock().as_ref().and_then(|c| c.get(key).cloned())
    {
        return Ok(found);
    }
    let compiled = compile(vm, &text_of(vm, o)?)?;
    if let Some(key) = key {
        let mut cache = CACHE.lock();
        let cache = cache.get_or_insert_with(HashMap::new);
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        cache.insert(key.to_vec(), compiled.clone());
    }
    Ok(compiled)
}

/// Forgets all remembered formats.
pub(super) fn clear_cache() {
    *CACHE.lock() = None;
}
