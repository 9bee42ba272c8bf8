//! System calls as native modules make them: detached from the runtime, repeated when a signal interrupts them.

use pyre_object::{Obj, PyResult, Raised, Vm};
use std::io;

/// The error number of the calling thread's last failed system call.
pub fn last_errno() -> i32 {
    io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// A result that the C library reports as -1.
pub trait Status: Copy {
    /// Whether the call failed.
    fn failed(self) -> bool;
}

impl Status for i32 {
    fn failed(self) -> bool {
        self == -1
    }
}

impl Status for i64 {
    fn failed(self) -> bool {
        self == -1
    }
}

impl Status for isize {
    fn failed(self) -> bool {
        self == -1
    }
}

/// Runs a system call with the thread detached; after `EINTR` runs signal handlers and tries again.
///
/// # Errors
/// The outer error is what a signal handler raises, the inner one the error number.
pub fn retry<R: Status>(vm: &Vm, mut call: impl FnMut() -> R) -> PyResult<Result<R, i32>> {
    loop {
        let (r, errno) = pyre_threads::without_attachment(|| {
            let r = call();
            (r, if r.failed() { last_errno() } else { 0 })
        });
        match errno {
            0 => return Ok(Ok(r)),
            libc::EINTR => vm.poll()?,
            e => return Ok(Err(e)),
        }
    }
}

/// As [`retry`], with an `OSError` for failures.
///
/// # Errors
/// `OSError`; what a signal handler raises.
pub fn checked<R: Status>(vm: &Vm, filename: Option<&Obj>, call: impl FnMut() -> R) -> PyResult<R> {
    retry(vm, call)?.map_err(|e| vm.os_error(e, filename))
}

/// The result of a call that cannot block.
///
/// # Errors
/// `OSError` from the error number if it failed.
pub fn at_once<R: Status>(vm: &Vm, r: R) -> PyResult<R> {
    if r.failed() { Err(last_error(vm)) } else { Ok(r) }
}

/// `OSError` from the error number.
pub fn last_error(vm: &Vm) -> Raised {
    vm.os_error(last_errno(), None)
}

/// The most bytes that one `read` or `write` is asked to transfer.
const MOST: usize = isize::MAX as usize;

/// `read(fd)`; `None` if it would block.
///
/// # Errors
/// `OSError`; what a signal handler raises.
pub fn read(vm: &Vm, fd: i32, to: &mut [u8]) -> PyResult<Option<usize>> {
    let (ptr, len) = (to.as_mut_ptr() as usize, to.len().min(MOST));
    // SAFETY: the memory is lent exclusively for the duration of the call.
    match retry(vm, || unsafe { libc::read(fd, ptr as *mut libc::c_void, len) })? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(e) => Err(vm.os_error(e, None)),
    }
}

/// `write(fd)`; `None` if it would block.
///
/// # Errors
/// `OSError`; what a signal handler raises.
pub fn write(vm: &Vm, fd: i32, from: &[u8]) -> PyResult<Option<usize>> {
    let (ptr, len) = (from.as_ptr() as usize, from.len().min(MOST));
    // SAFETY: the memory is lent for the duration of the call.
    match retry(vm, || unsafe { libc::write(fd, ptr as *const libc::c_void, len) })? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(e) => Err(vm.os_error(e, None)),
    }
}
