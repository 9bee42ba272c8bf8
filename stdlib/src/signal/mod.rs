//! `_signal`: handlers, timers, masks and waiting for signals.
//!
//! How signals reach their handlers: [`delivery`] and `docs/design/threads-python.md`.

mod constants;
pub mod delivery;
mod sets;

pub use delivery::{after_fork_child, simulate};

use crate::support::{native_table, new_module};
use crate::thread;
use delivery::{NSIG, handler_of, handlers};
use pyre_object::{
    Exc, NativeDef, Obj, PyResult, Raised, Vm, float, int, intern, list, model, module, raise, str, tuple,
};
use pyre_threads::sync::Ordering;
use std::sync::OnceLock;

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m =
        new_module("_signal", "This module provides mechanisms to use signal handlers in Python.", FUNCTIONS);
    constants::add(&m);
    module::set(&m, "default_int_handler", default_int_handler().clone());
    module::set(&m, "ItimerError", itimer_error(vm)?.clone());
    module::set(&m, "struct_siginfo", sets::siginfo_type(vm)?.clone());
    Ok(m)
}

/// Prepares the process, on the main thread: Ctrl-C raises `KeyboardInterrupt`, writes to closed pipes are errors.
pub fn install(vm: &Vm) {
    delivery::install(vm, default_int_handler().clone());
}

/// The function is the same object before and after `_signal` is imported.
fn default_int_handler() -> &'static Obj {
    static DEF: NativeDef = NativeDef::function("default_int_handler", "(signalnum, frame, /)", |vm, _| {
        Err(vm.error_with(Exc::KeyboardInterrupt, &[]))
    });
    static FUNCTION: OnceLock<&'static Obj> = OnceLock::new();
    FUNCTION.get_or_init(|| {
        let f = pyre_object::descriptor::new_native_function(&DEF, Obj::NONE, intern::intern_str("_signal"));
        model::immortal(f)
    })
}

fn itimer_error(vm: &Vm) -> PyResult<&'static Obj> {
    static CLASS: OnceLock<&'static Obj> = OnceLock::new();
    if let Some(c) = CLASS.get() {
        return Ok(c);
    }
    let namespace = pyre_object::dict::new_dict();
    pyre_object::dict::set_str(&namespace, &intern::intern_str("__module__"), intern::intern_str("signal"));
    let bases = tuple::new_tuple([Exc::OSError.ty().clone()]);
    let args = [intern::intern_str("ItimerError"), bases, namespace];
    let class = vm.call(pyre_object::Builtin::Type.ty(), &args)?;
    Ok(CLASS.get_or_init(|| model::immortal(class)))
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("alarm", "(seconds, /)", alarm)
        .doc("Arrange for SIGALRM to arrive after the given number of seconds."),
    NativeDef::function("getitimer", "(which, /)", getitimer).doc("Returns current value of given itimer."),
    NativeDef::function("getsignal", "(signalnum, /)", getsignal)
        .doc("Return the current action for the given signal."),
    NativeDef::function("pause", "()", pause).doc("Wait until a signal arrives."),
    NativeDef::function(
        "pidfd_send_signal",
        "(pidfd, signalnum, siginfo=None, flags=0, /)",
        pidfd_send_signal
    ),
    NativeDef::function("pthread_kill", "(thread_id, signalnum, /)", pthread_kill)
        .doc("Send a signal to a thread."),
    NativeDef::function("pthread_sigmask", "(how, mask, /)", sets::pthread_sigmask)
        .doc("Fetch and/or change the signal mask of the calling thread."),
    NativeDef::function("raise_signal", "(signalnum, /)", raise_signal)
        .doc("Send a signal to the executing process."),
    NativeDef::function("set_wakeup_fd", "(fd, /, *, warn_on_full_buffer=True)", set_wakeup_fd)
        .doc("Sets the fd to be written to (with the signal number) when a signal comes in."),
    NativeDef::function("setitimer", "(which, seconds, interval=0.0, /)", setitimer)
        .doc("Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF)."),
    NativeDef::function("siginterrupt", "(signalnum, flag, /)", siginterrupt)
        .doc("Change system call restart behaviour."),
    NativeDef::function("signal", "(signalnum, handler, /)", signal)
        .doc("Set the action for the given signal."),
    NativeDef::function("sigpending", "()", sets::sigpending).doc("Examine pending signals."),
    NativeDef::function("sigtimedwait", "(sigset, timeout, /)", sets::sigtimedwait),
    NativeDef::function("sigwait", "(sigset, /)", sets::sigwait).doc("Wait for a signal."),
    NativeDef::function("sigwaitinfo", "(sigset, /)", sets::sigwaitinfo),
    NativeDef::function("strsignal", "(signalnum, /)", strsignal)
        .doc("Return the system description of the given signal."),
    NativeDef::function("valid_signals", "()", sets::valid_signals)
        .doc("Return a set of valid signal numbers on this platform."),
];

pub(crate) fn last_error(vm: &Vm) -> Raised {
    vm.io_error(&std::io::Error::last_os_error(), None)
}

/// A signal number, or `ValueError`.
fn number(vm: &Vm, o: &Obj) -> PyResult<i32> {
    let n = vm.to_i32(o)?;
    if !(1..NSIG as i32).contains(&n) {
        raise!(vm, ValueError, "signal number out of range");
    }
    Ok(n)
}

fn signal(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.to_i32(&a[0])?;
    if !thread::is_main() {
        raise!(vm, ValueError, "signal only works in main thread of the main interpreter");
    }
    if !(1..NSIG as i32).contains(&n) {
        raise!(vm, ValueError, "signal number out of range");
    }
    let h = &a[1];
    let action = match int::as_i64(h) {
        Some(0) => libc::SIG_DFL,
        Some(1) => libc::SIG_IGN,
        None if vm.is_callable(h) => delivery::action(),
        _ => raise!(
            vm,
            TypeError,
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
        ),
    };
    // What is pending is for the old handler.
    vm.poll()?;
    if !delivery::set_action(n, action) {
        return Err(last_error(vm));
    }
    let old = handler_of(n as usize);
    let _ = list::set(handlers(), n as usize, h.clone());
    Ok(old)
}

fn getsignal(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(handler_of(number(vm, &a[0])? as usize))
}

fn raise_signal(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = vm.to_i32(&a[0])?;
    // SAFETY: any number is allowed; handlers are async-signal-safe.
    if unsafe { libc::raise(n) } != 0 {
        return Err(last_error(vm));
    }
    vm.poll()?;
    Ok(Obj::NONE)
}

fn pthread_kill(vm: &Vm, a: &[Obj]) -> PyResult {
    let (ident, n) = (vm.to_u64(&a[0])?, vm.to_i32(&a[1])?);
    // SAFETY: the thread runs, as it is in the list of threads while that is locked.
    let sent = thread::with_running(ident, || unsafe { libc::pthread_kill(ident as libc::pthread_t, n) });
    match sent {
        None => Err(vm.os_error(libc::ESRCH, None)),
        Some(0) => {
            vm.poll()?;
            Ok(Obj::NONE)
        }
        Some(e) => Err(vm.os_error(e, None)),
    }
}

fn pidfd_send_signal(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[2].not_none().is_some() {
        raise!(vm, TypeError, "siginfo must be None");
    }
    let (fd, n) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?);
    let flags = a[3].given().map_or(Ok(0), |f| vm.to_i32(f))?;
    // SAFETY: plain numbers and a null pointer.
    let r = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, fd, n, std::ptr::null::<libc::siginfo_t>(), flags)
    };
    if r < 0 { Err(last_error(vm)) } else { Ok(Obj::NONE) }
}

fn pause(vm: &Vm, _: &[Obj]) -> PyResult {
    if !vm.record().requests().intersects(pyre_threads::Requests::INTERRUPT) {
        // SAFETY: no arguments.
        pyre_threads::without_attachment(|| unsafe { libc::pause() });
    }
    vm.poll()?;
    Ok(Obj::NONE)
}

fn alarm(vm: &Vm, a: &[Obj]) -> PyResult {
    let seconds = vm.to_i32(&a[0])?;
    // SAFETY: no pointers.
    Ok(int::new_int(i64::from(unsafe { libc::alarm(seconds as u32) })))
}

/// Seconds as the system wants them.
fn timeval(vm: &Vm, o: &Obj) -> PyResult<libc::timeval> {
    let ns = thread::timeout::nanoseconds(vm, o)?;
    let us = ns.div_euclid(1000) + i64::from(ns.rem_euclid(1000) != 0);
    Ok(libc::timeval { tv_sec: us.div_euclid(1_000_000), tv_usec: us.rem_euclid(1_000_000) })
}

fn timer_values(t: &libc::itimerval) -> Obj {
    let seconds = |t: &libc::timeval| float::new_float(t.tv_sec as f64 + t.tv_usec as f64 / 1e6);
    tuple::pair(seconds(&t.it_value), seconds(&t.it_interval))
}

fn itimer_failed(vm: &Vm) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let class = match itimer_error(vm) {
        Ok(c) => c,
        Err(e) => return e,
    };
    let text = pyre_object::exception_support::error_text(errno);
    match vm.call(class, &[int::new_int(i64::from(errno)), str::new_str(&text)]) {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

fn setitimer(vm: &Vm, a: &[Obj]) -> PyResult {
    let which = vm.to_i32(&a[0])?;
    let it_value = timeval(vm, &a[1])?;
    let it_interval = match a[2].given() {
        Some(i) => timeval(vm, i)?,
        None => libc::timeval { tv_sec: 0, tv_usec: 0 },
    };
    let new = libc::itimerval { it_value, it_interval };
    // SAFETY: both values are valid; an unknown timer is an error.
    let (r, old) = unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        (libc::setitimer(which as _, &new, &mut old), old)
    };
    if r != 0 { Err(itimer_failed(vm)) } else { Ok(timer_values(&old)) }
}

fn getitimer(vm: &Vm, a: &[Obj]) -> PyResult {
    let which = vm.to_i32(&a[0])?;
    // SAFETY: the value is overwritten; an unknown timer is an error.
    let (r, now) = unsafe {
        let mut now: libc::itimerval = std::mem::zeroed();
        (libc::getitimer(which as _, &mut now), now)
    };
    if r != 0 { Err(itimer_failed(vm)) } else { Ok(timer_values(&now)) }
}

fn siginterrupt(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = number(vm, &a[0])?;
    let flag = vm.to_i32(&a[1])?;
    // SAFETY: both values are valid; only the flags of the action change.
    let r = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(n, std::ptr::null(), &mut action) != 0 {
            return Err(last_error(vm));
        }
        if flag != 0 {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        libc::sigaction(n, &action, std::ptr::null_mut())
    };
    if r != 0 { Err(last_error(vm)) } else { Ok(Obj::NONE) }
}

fn strsignal(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = number(vm, &a[0])?;
    // SAFETY: returns null or a terminated text that lives until the next call on this thread.
    let text = unsafe {
        let p = libc::strsignal(n);
        if p.is_null() { None } else { Some(std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned()) }
    };
    match text {
        Some(t) if !t.starts_with("Unknown signal") => Ok(str::new_str(&t)),
        _ => Ok(Obj::NONE),
    }
}

fn set_wakeup_fd(vm: &Vm, a: &[Obj]) -> PyResult {
    let fd = vm.to_i32(&a[0])?;
    let warn = match a[1].given() {
        Some(w) => vm.truth(w)?,
        None => true,
    };
    if !thread::is_main() {
        raise!(vm, ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
    }
    if fd != -1 {
        // SAFETY: the value is overwritten; a bad descriptor is an error.
        let flags = unsafe {
            let mut status: libc::stat = std::mem::zeroed();
            if libc::fstat(fd, &mut status) != 0 {
                return Err(last_error(vm));
            }
            libc::fcntl(fd, libc::F_GETFL)
        };
        if flags >= 0 && flags & libc::O_NONBLOCK == 0 {
            raise!(vm, ValueError, "the fd {fd} must be in non-blocking mode");
        }
    }
    delivery::WARN_IF_FULL.store(warn, Ordering::Relaxed);
    let old = delivery::WAKEUP_FD.swap(fd, Ordering::AcqRel);
    Ok(int::new_int(i64::from(old)))
}
