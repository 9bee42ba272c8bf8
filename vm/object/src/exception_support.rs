//! Making exceptions and reading their common parts.

use crate::alloc;
use crate::error::Raised;
use crate::exception::{Exc, ExceptionBody};
use crate::obj::Obj;
use crate::shape::shape;
use crate::vm::Vm;
use crate::{int, str, tuple};
use pyre_threads::sync::Ordering;

/// An exception of a builtin type with these `args`, and the members that the type derives from them. An `OSError` with
/// an error number becomes the subclass for that number.
pub fn new_exception(exc: Exc, args: &[Obj]) -> Obj {
    let exc = match (exc, args) {
        (Exc::OSError, [errno, _, ..]) if args.len() <= 5 => int::as_i64(errno).map_or(exc, os_error_class),
        _ => exc,
    };
    let body = ExceptionBody::new(tuple::from_slice(args));
    let e = alloc::new_shaped(shape(exc as u32), body);
    fill_members(exc, exception_body(&e), args);
    e
}

/// Members that the constructor of a builtin type takes from its positional arguments, which fit the type. Members that
/// are not given stay empty, which reads as `None`.
pub fn fill_members(exc: Exc, body: &ExceptionBody, args: &[Obj]) {
    let set = |i: usize, v: Option<&Obj>| body.extra(i).set(v.cloned().unwrap_or(Obj::UNBOUND));
    match exc {
        Exc::StopIteration => set(0, Some(args.first().unwrap_or(&Obj::NONE))),
        Exc::SystemExit => match args {
            [] => set(0, Some(&Obj::NONE)),
            [one] => set(0, Some(one)),
            more => body.extra(0).set(tuple::from_slice(more)),
        },
        Exc::ImportError | Exc::ModuleNotFoundError => set(0, args.first().filter(|_| args.len() == 1)),
        Exc::SyntaxError | Exc::IndentationError | Exc::TabError | Exc::_IncompleteInputError => {
            set(0, args.first());
            if let [_, details] = args {
                // filename, lineno, offset, text, end_lineno, end_offset; then the metadata
                for (k, v) in tuple::get(details).unwrap_or_default().iter().enumerate() {
                    set(if k == 6 { 8 } else { k + 1 }, Some(v));
                }
            }
        }
        Exc::UnicodeDecodeError | Exc::UnicodeEncodeError => (0..5).for_each(|i| set(i, args.get(i))),
        Exc::UnicodeTranslateError => (0..4).for_each(|i| set(i + 1, args.get(i))),
        _ if is_os_error(exc) => fill_os_error(exc, body, args),
        _ => {}
    }
}

fn is_os_error(exc: Exc) -> bool {
    exc == Exc::OSError || exc.base().is_some_and(is_os_error)
}

/// Error number, text, file names; the file names are no part of `args`.
fn fill_os_error(exc: Exc, body: &ExceptionBody, args: &[Obj]) {
    if !(2..=5).contains(&args.len()) {
        return;
    }
    body.extra(0).set(args[0].clone());
    body.extra(1).set(args[1].clone());
    let Some(filename) = args.get(2).filter(|f| !f.is_none()) else { return };
    if exc == Exc::BlockingIOError && int::is_int(filename) {
        body.extra(4).set(filename.clone());
        return;
    }
    body.extra(2).set(filename.clone());
    if let Some(second) = args.get(4).filter(|f| !f.is_none()) {
        body.extra(3).set(second.clone());
    }
    body.args.set(tuple::from_slice(&args[..2]));
}

/// The subclass of `OSError` for an error number (PEP 3151).
pub fn os_error_class(errno: i64) -> Exc {
    match i32::try_from(errno).unwrap_or(0) {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EINTR => Exc::InterruptedError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => Exc::OSError,
    }
}

/// The system's text for an error number: `os.strerror`.
pub fn error_text(errno: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is as long as said; the XSI form writes a terminated text into it.
    let rc = unsafe { libc::strerror_r(errno, buffer.as_mut_ptr().cast(), buffer.len()) };
    let text = buffer.split(|b| *b == 0).next().unwrap_or_default();
    if rc != 0 && text.is_empty() {
        return format!("Unknown error {errno}");
    }
    String::from_utf8_lossy(text).into_owned()
}

impl Vm {
    /// The `OSError` for an error number of the system, with the name of the file if it is about one.
    #[cold]
    pub fn os_error(&self, errno: i32, filename: Option<&Obj>) -> Raised {
        let mut args = vec![int::new_int(i64::from(errno)), str::new_str(&error_text(errno))];
        args.extend(filename.cloned());
        self.error_with(Exc::OSError, &args)
    }

    /// As [`Self::os_error`], for an error of Rust's library.
    #[cold]
    pub fn io_error(&self, e: &std::io::Error, filename: Option<&Obj>) -> Raised {
        match e.raw_os_error() {
            Some(errno) => self.os_error(errno, filename),
            None => self.error(Exc::OSError, e.to_string()),
        }
    }
}

/// The body of an exception object.
///
/// # Panics
/// `e` is no exception.
#[inline]
#[track_caller]
pub fn exception_body(e: &Obj) -> &ExceptionBody {
    e.body()
}

/// Whether the object is an exception instance.
pub fn is_exception(o: &Obj) -> bool {
    o.downcast::<ExceptionBody>().is_some()
}

/// Sets `__context__` of a newly raised exception to the one being handled, without making a cycle.
pub fn chain_context(e: &Obj, handled: Obj) {
    if handled.is(e) {
        return;
    }
    // Break a cycle: if `e` is already in the chain of `handled`, cut it there.
    let mut o = handled.clone();
    let (mut slow, mut step) = (o.clone(), false);
    loop {
        let next = exception_body(&o).context.get();
        if next.is_none() || next.is_unbound() {
            break;
        }
        if next.is(e) {
            exception_body(&o).context.set(Obj::NONE);
            break;
        }
        o = next;
        if step {
            slow = exception_body(&slow).context.get();
            if slow.is(&o) {
                break;
            }
        }
        step = !step;
    }
    exception_body(e).context.set(handled);
}

/// `raise e from cause`
pub fn set_cause(e: &Obj, cause: Obj) {
    let b = exception_body(e);
    b.cause.set(cause);
    b.suppress_context.store(true, Ordering::Relaxed);
}
