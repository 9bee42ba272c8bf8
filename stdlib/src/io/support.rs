//! What the stream types share: checks, argument conversions, errors.

use super::types;
use crate::name;
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, int, str};

/// Calls a method.
///
/// # Errors
/// Whatever it raises.
pub fn call(vm: &Vm, o: &Obj, name: &Obj, args: &[Obj]) -> PyResult {
    vm.call_method(o, name, args)
}

/// `UnsupportedOperation(message)`
#[cold]
pub fn unsupported(vm: &Vm, message: &str) -> Raised {
    match vm.call1(types::UNSUPPORTED_OPERATION.get(), &str::new_str(message)) {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

/// `ValueError: I/O operation on closed file.` if the stream says that it is closed.
///
/// # Errors
/// That; whatever `closed` raises.
pub fn check_closed(vm: &Vm, o: &Obj) -> PyResult<()> {
    let closed = vm.getattr(o, name!("closed"))?;
    if vm.truth(&closed)? { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(()) }
}

/// A size argument: `None`, nothing and negative numbers mean "no limit".
///
/// # Errors
/// `TypeError: argument should be integer or None, not 'T'`; `OverflowError`.
#[inline]
pub fn optional_size(vm: &Vm, o: &Obj) -> PyResult<Option<usize>> {
    let Some(o) = o.not_none() else { return Ok(None) };
    if !int::is_int(o) && o.slots().index.addr() == 0 {
        return Err(vm.type_error(format!("argument should be integer or None, not '{}'", o.type_name())));
    }
    let i = vm.index(o)?;
    let n = int::as_i64(&i)
        .ok_or_else(|| vm.error(Exc::OverflowError, "Python int too large to convert to C ssize_t"))?;
    Ok(usize::try_from(n).ok())
}

/// A file offset argument.
///
/// # Errors
/// `TypeError`, `OverflowError`.
pub fn offset(vm: &Vm, o: &Obj) -> PyResult<i64> {
    if o.slots().index.addr() == 0 && !int::is_int(o) {
        return Err(vm.type_error(format!("'{}' object cannot be interpreted as an integer", o.type_name())));
    }
    vm.to_isize(o).map(|n| n as i64)
}

/// `BlockingIOError` for a write that could not be completed.
#[cold]
pub fn would_block(vm: &Vm, written: usize) -> Raised {
    let text = str::new_str("write could not complete without blocking");
    vm.error_with(
        Exc::BlockingIOError,
        &[int::new_int(i64::from(libc::EAGAIN)), text, Obj::from_len(written)],
    )
}

/// `BlockingIOError` of a raw stream that had nothing, where the caller cannot return `None`.
pub fn is_blocking_error(vm: &Vm, e: &Raised) -> bool {
    vm.matches(e, Exc::BlockingIOError)
}
