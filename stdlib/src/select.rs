//! `select`: waiting for files: `select`, `poll` and `epoll`.

mod epoll;
mod poll;

use crate::os_calls::last_errno;
use crate::posix::file_descriptor;
use pyre_object::{Exc, NativeDef, Obj, PyResult, Vm, float, int, list, module, raise};
use std::time::{Duration, Instant};

static FUNCTIONS: [NativeDef; 2] = [
    NativeDef::function("select", "(rlist, wlist, xlist, timeout=None, /)", select),
    NativeDef::function("poll", "()", poll::new),
];

/// Waits with the thread detached until there is something, the time is over or a signal handler raises. `call` gets
/// the time that is left, `None` for no limit.
///
/// # Errors
/// `OSError`; what a signal handler raises.
fn wait(vm: &Vm, limit: Option<Duration>, mut call: impl FnMut(Option<Duration>) -> i32) -> PyResult<i32> {
    let start = Instant::now();
    loop {
        let left = limit.map(|l| l.saturating_sub(start.elapsed()));
        let (n, errno) = pyre_threads::without_attachment(|| {
            let n = call(left);
            (n, if n < 0 { last_errno() } else { 0 })
        });
        match errno {
            0 => return Ok(n),
            libc::EINTR => vm.poll()?,
            e => return Err(vm.os_error(e, None)),
        }
    }
}

/// A time in units of `unit` nanoseconds; `None` and negative ones mean no limit (if they are allowed).
fn timeout(vm: &Vm, o: &Obj, unit: f64, negative: bool) -> PyResult<Option<Duration>> {
    let Some(o) = o.not_none() else { return Ok(None) };
    let n = match float::as_float(o) {
        Some(f) => f,
        None if int::is_int(o) || o.slots().index.addr() != 0 => int::to_f64(vm, &vm.index(o)?)?,
        None => return Err(vm.type_error("timeout must be a real number or None")),
    };
    if n.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if n < 0.0 {
        return if negative { Ok(None) } else { Err(vm.value_error("timeout must be non-negative")) };
    }
    let ns = (n * unit).ceil();
    if ns > 9.2e18 {
        return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(Some(Duration::from_nanos(ns as u64)))
}

/// Milliseconds for `poll` and `epoll_wait`, rounded up; -1 for no limit.
fn milliseconds(left: Option<Duration>) -> i32 {
    match left {
        None => -1,
        Some(d) => i32::try_from(d.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX),
    }
}

fn select(vm: &Vm, a: &[Obj]) -> PyResult {
    let limit = timeout(vm, &a[3], 1e9, false)?;
    let mut groups: Vec<Vec<(i32, Obj)>> = Vec::new();
    for o in &a[..3] {
        let mut group = Vec::new();
        let Some(items) = vm.catch(vm.collect(o), Exc::TypeError)? else {
            raise!(vm, TypeError, "arguments 1-3 must be sequences")
        };
        for item in items {
            let fd = file_descriptor(vm, &item)?;
            if fd as usize >= libc::FD_SETSIZE {
                raise!(vm, ValueError, "filedescriptor out of range in select()");
            }
            group.push((fd, item));
        }
        groups.push(group);
    }
    let highest = groups.iter().flatten().map(|(fd, _)| *fd).max().unwrap_or(-1);
    // SAFETY: all-zero bytes are an empty set.
    let mut sets: [libc::fd_set; 3] = unsafe { std::mem::zeroed() };
    wait(vm, limit, |left| {
        for (set, group) in sets.iter_mut().zip(&groups) {
            // SAFETY: the descriptors are within the set.
            unsafe {
                libc::FD_ZERO(set);
                group.iter().for_each(|(fd, _)| libc::FD_SET(*fd, set));
            }
        }
        let mut time = left.map(|d| libc::timeval {
            tv_sec: d.as_secs() as libc::time_t,
            tv_usec: d.subsec_nanos().div_ceil(1000) as libc::suseconds_t,
        });
        if let Some(t) = &mut time
            && t.tv_usec >= 1_000_000
        {
            (t.tv_sec, t.tv_usec) = (t.tv_sec + 1, 0);
        }
        let [r, w, x] = &mut sets;
        // SAFETY: the sets and the time outlive the call.
        unsafe {
            libc::select(highest + 1, r, w, x, time.as_mut().map_or(std::ptr::null_mut(), |t| &raw mut *t))
        }
    })?;
    let ready = sets.iter().zip(&groups).map(|(set, group)| {
        // SAFETY: the descriptors are within the set.
        let chosen = group.iter().filter(|(fd, _)| unsafe { libc::FD_ISSET(*fd, set) });
        list::new_list(chosen.map(|(_, o)| o.clone()).collect::<Vec<_>>())
    });
    Ok(pyre_object::tuple::from_vec(ready.collect()))
}

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = module::new_module("select");
    module::set(&m, "error", Exc::OSError.ty().clone());
    module::add_functions(&m, &FUNCTIONS);
    poll::add(vm, &m);
    epoll::add(vm, &m);
    Ok(m)
}
