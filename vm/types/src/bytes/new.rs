//! `bytes(...)`: from text, sizes, buffers and iterables.

use crate::arguments::{bind_optional, name_argument};
use pyre_object::typeobj::type_body;
use pyre_object::{Args, Builtin, Exc, Obj, PyResult, Vm, bytes, int, names, str};

/// An integer from 0 to 255; `what` begins the message of the `ValueError`.
///
/// # Errors
/// `TypeError`, `ValueError`
pub(crate) fn byte_value(vm: &Vm, o: &Obj, what: &str) -> PyResult<u8> {
    let i = vm.index(o)?;
    int::as_i64(&i)
        .and_then(|i| u8::try_from(i).ok())
        .ok_or_else(|| vm.value_error(format!("{what} must be in range(0, 256)")))
}

/// The bytes of an iterable of integers.
///
/// # Errors
/// `TypeError`, `ValueError`, and what iterating raises.
pub(crate) fn collect_bytes(vm: &Vm, iterable: &Obj, what: &str) -> PyResult<Vec<u8>> {
    let hint = vm.length_hint(iterable, 0)?;
    let mut out = Vec::with_capacity(hint.min(1 << 20));
    vm.for_each(iterable, |o| {
        out.push(byte_value(vm, &o, what)?);
        Ok(())
    })?;
    Ok(out)
}

/// `n` zero bytes.
///
/// # Errors
/// `ValueError` for negative counts, `OverflowError`, `MemoryError`.
pub(crate) fn fill(vm: &Vm, n: &Obj) -> PyResult<Vec<u8>> {
    let n = vm.to_index(n, Exc::OverflowError)?;
    let n = usize::try_from(n).map_err(|_| vm.value_error("negative count"))?;
    if n > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    Ok(vec![0; n])
}

/// The bytes of a buffer or an iterable of integers; `kind` is what messages say it is converted to.
///
/// # Errors
/// `TypeError`, `ValueError`, and what iterating raises.
pub fn bytes_from_object(vm: &Vm, o: &Obj, kind: &str) -> PyResult<Vec<u8>> {
    if vm.has_buffer(o) {
        return Ok(vm.buffer(o)?.to_bytes().into_owned());
    }
    if str::is_str(o) || (o.slots().iter.addr() == 0 && !pyre_object::protocol::is_sequence(vm, o)) {
        return Err(vm.type_error(format!("cannot convert '{}' object to {kind}", o.type_name())));
    }
    collect_bytes(vm, o, if kind == "bytes" { "bytes" } else { "byte" })
}

/// What `__bytes__` gives, if the object has it.
fn special_bytes(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let Some(r) = vm.call_special(o, names::__bytes__(), &[])? else { return Ok(None) };
    if !bytes::is_bytes(&r) {
        return Err(vm.type_error(format!("__bytes__ returned non-bytes (type {})", r.type_name())));
    }
    Ok(Some(r))
}

/// The object as `bytes`, as `int.from_bytes` and others take it.
///
/// # Errors
/// `TypeError`, `ValueError`, and what the object raises.
pub fn to_bytes_object(vm: &Vm, o: &Obj) -> PyResult {
    if o.is_exactly(Builtin::Bytes) {
        return Ok(o.clone());
    }
    if let Some(b) = special_bytes(vm, o)? {
        return Ok(b);
    }
    bytes_from_object(vm, o, "bytes").map(|b| bytes::new_bytes(&b))
}

pub(super) fn bytes_new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let value = match args.all() {
        [] => bytes::empty(),
        [x] if !args.has_keywords() => from_one(vm, x)?,
        _ => with_keywords(vm, args)?,
    };
    if cls.is(Builtin::Bytes.ty()) {
        return Ok(if value.is_exactly(Builtin::Bytes) {
            value
        } else {
            bytes::new_bytes(bytes::as_bytes(&value))
        });
    }
    Ok(bytes::new_bytes_shaped(Some(type_body(cls).root_shape()), bytes::as_bytes(&value)))
}

fn from_one(vm: &Vm, x: &Obj) -> PyResult {
    if x.is_exactly(Builtin::Bytes) {
        return Ok(x.clone());
    }
    if let Some(b) = special_bytes(vm, x)? {
        return Ok(b);
    }
    if str::is_str(x) {
        return Err(vm.type_error("string argument without an encoding"));
    }
    if x.slots().index.addr() != 0 {
        return fill(vm, x).map(|b| bytes::new_bytes(&b));
    }
    bytes_from_object(vm, x, "bytes").map(|b| bytes::new_bytes(&b))
}

fn with_keywords(vm: &Vm, args: Args<'_>) -> PyResult {
    if args.all().len() > 3 {
        return Err(vm.type_error(format!("bytes() takes at most 3 arguments ({} given)", args.all().len())));
    }
    let [source, encoding, errors] = bind_optional(vm, "bytes", ["source", "encoding", "errors"], args)?;
    let encoding = encoding.map(|o| name_argument(vm, "bytes", "encoding", o)).transpose()?;
    let errors = errors.map(|o| name_argument(vm, "bytes", "errors", o)).transpose()?;
    encode_source(vm, source, encoding.as_deref(), errors.as_deref())
        .unwrap_or_else(|| source.map_or_else(|| Ok(bytes::empty()), |x| from_one(vm, x)))
}

/// The text that was given with an encoding, encoded; `None` when neither encoding nor errors were given.
pub(crate) fn encode_source(
    vm: &Vm,
    source: Option<&Obj>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> Option<PyResult> {
    if encoding.is_none() && errors.is_none() {
        return None;
    }
    Some(match (source, encoding) {
        (Some(s), Some(e)) if str::is_str(s) => crate::codecs::encode(vm, s, e, errors.unwrap_or("strict")),
        (Some(s), None) if str::is_str(s) => Err(vm.type_error("string argument without an encoding")),
        (_, Some(_)) => Err(vm.type_error("encoding without a string argument")),
        (_, None) => Err(vm.type_error("errors without a string argument")),
    })
}
