//! Sets of signals: masks, and waiting for one of several signals.

use super::last_error;
use crate::thread::timeout;
use pyre_object::{Obj, PyResult, Vm, int, raise, set};
use pyre_types::struct_sequence::{self, StructSpec};
use std::time::{Duration, Instant};

static SIGINFO: StructSpec = StructSpec {
    name: "signal.struct_siginfo",
    fields: &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"],
    hidden: &[],
};

pub(super) fn siginfo_type(vm: &Vm) -> PyResult<&'static Obj> {
    struct_sequence::type_of(vm, &SIGINFO)
}

fn to_set(vm: &Vm, o: &Obj) -> PyResult<libc::sigset_t> {
    // SAFETY: initialised by the call.
    let mut s = unsafe {
        let mut s: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut s);
        s
    };
    for item in vm.collect(o)? {
        let n = vm.to_i64(&item)?;
        let last = super::NSIG as i64 - 1;
        if !(1..=last).contains(&n) {
            raise!(vm, ValueError, "signal number {n} out of range [1; {last}]");
        }
        // SAFETY: a valid set; numbers that the system reserves are refused by the call, and ignored.
        unsafe { libc::sigaddset(&mut s, n as i32) };
    }
    Ok(s)
}

fn from_set(vm: &Vm, s: &libc::sigset_t) -> PyResult {
    // SAFETY: a valid set.
    let members = (1..super::NSIG as i32).filter(|n| unsafe { libc::sigismember(s, *n) } == 1);
    set::set_of(vm, members.map(|n| int::new_int(i64::from(n))))
}

pub(super) fn valid_signals(vm: &Vm, _: &[Obj]) -> PyResult {
    // SAFETY: initialised by the call.
    let s = unsafe {
        let mut s: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut s);
        s
    };
    from_set(vm, &s)
}

pub(super) fn sigpending(vm: &Vm, _: &[Obj]) -> PyResult {
    // SAFETY: the set is overwritten.
    let (r, s) = unsafe {
        let mut s: libc::sigset_t = std::mem::zeroed();
        (libc::sigpending(&mut s), s)
    };
    if r != 0 { Err(last_error(vm)) } else { from_set(vm, &s) }
}

pub(super) fn pthread_sigmask(vm: &Vm, a: &[Obj]) -> PyResult {
    let how = vm.to_i32(&a[0])?;
    let new = to_set(vm, &a[1])?;
    // SAFETY: both sets are valid.
    let (r, old) = unsafe {
        let mut old: libc::sigset_t = std::mem::zeroed();
        (libc::pthread_sigmask(how, &new, &mut old), old)
    };
    if r != 0 {
        return Err(vm.os_error(r, None));
    }
    // Signals that were unblocked have come by now.
    vm.poll()?;
    from_set(vm, &old)
}

pub(super) fn sigwait(vm: &Vm, a: &[Obj]) -> PyResult {
    let s = to_set(vm, &a[0])?;
    loop {
        let mut n = 0;
        // SAFETY: a valid set and a local.
        let e = pyre_threads::without_attachment(|| unsafe { libc::sigwait(&s, &mut n) });
        match e {
            0 => return Ok(int::new_int(i64::from(n))),
            libc::EINTR => vm.poll()?,
            e => return Err(vm.os_error(e, None)),
        }
    }
}

fn siginfo(vm: &Vm, i: &libc::siginfo_t) -> PyResult {
    // SAFETY: the fields lie in the structure whatever the signal is; the kernel filled or zeroed them.
    let (pid, uid, status) = unsafe { (i.si_pid(), i.si_uid(), i.si_status()) };
    let fields = [i.si_signo, i.si_code, i.si_errno, pid].map(|n| int::new_int(i64::from(n)));
    let rest = [int::new_int(i64::from(uid)), int::new_int(i64::from(status)), Obj::from_len(0)];
    struct_sequence::new(vm, &SIGINFO, fields.into_iter().chain(rest))
}

pub(super) fn sigwaitinfo(vm: &Vm, a: &[Obj]) -> PyResult {
    let s = to_set(vm, &a[0])?;
    wait_info(vm, &s, None)
}

pub(super) fn sigtimedwait(vm: &Vm, a: &[Obj]) -> PyResult {
    let ns = timeout::nanoseconds(vm, &a[1])?;
    if ns < 0 {
        raise!(vm, ValueError, "timeout must be non-negative");
    }
    let s = to_set(vm, &a[0])?;
    wait_info(vm, &s, Some(Duration::from_nanos(ns as u64)))
}

fn wait_info(vm: &Vm, s: &libc::sigset_t, timeout: Option<Duration>) -> PyResult {
    let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
    loop {
        let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
        // SAFETY: valid pointers to locals; the information is overwritten.
        let (n, info) = pyre_threads::without_attachment(|| unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let n = match left {
                None => libc::sigwaitinfo(s, &mut info),
                Some(t) => {
                    let t =
                        libc::timespec { tv_sec: t.as_secs() as i64, tv_nsec: i64::from(t.subsec_nanos()) };
                    libc::sigtimedwait(s, &mut info, &t)
                }
            };
            (n, info)
        });
        if n >= 0 {
            return siginfo(vm, &info);
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::EINTR) => vm.poll()?,
            Some(libc::EAGAIN) => return Ok(Obj::NONE),
            _ => return Err(last_error(vm)),
        }
    }
}
