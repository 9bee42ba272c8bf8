//! Timeouts of blocking calls, and waiting that lets signal handlers run.

use pyre_object::{Obj, PyResult, Vm, float, int, raise};
use pyre_threads::Acquire;
use std::time::{Duration, Instant};

/// `TIMEOUT_MAX`: the longest timeout in seconds.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// Nanoseconds of a number of seconds, rounded away from zero.
///
/// # Errors
/// `TypeError` for what is no number, `ValueError` for NaN, `OverflowError`.
pub fn nanoseconds(vm: &Vm, o: &Obj) -> PyResult<i64> {
    if let Some(f) = float::as_float(o) {
        if f.is_nan() {
            raise!(vm, ValueError, "Invalid value NaN (not a number)");
        }
        let scaled = f * 1e9;
        let ns = if scaled < 0.0 { scaled.floor() } else { scaled.ceil() };
        if !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&ns) {
            raise!(vm, OverflowError, "timestamp out of range for C PyTime_t");
        }
        return Ok(ns as i64);
    }
    if !int::is_int(o) && pyre_object::typeobj::lookup(vm, o.ty(), pyre_object::names::__index__()).is_none()
    {
        raise!(vm, TypeError, "'{}' object cannot be interpreted as an integer or float", o.type_name());
    }
    let i = vm.index(o)?;
    match int::as_i64(&i).and_then(|s| s.checked_mul(1_000_000_000)) {
        Some(ns) => Ok(ns),
        None => raise!(vm, OverflowError, "timestamp too large to convert to C PyTime_t"),
    }
}

/// The timeout that `acquire(blocking=True, timeout=-1)` asks for; `None` waits forever.
///
/// # Errors
/// `ValueError`, `OverflowError`, `TypeError`.
pub fn of_acquire(vm: &Vm, blocking: &Obj, timeout: &Obj) -> PyResult<Option<Duration>> {
    let blocking = match blocking.given() {
        Some(b) => vm.truth(b)?,
        None => true,
    };
    let ns = match timeout.given() {
        Some(t) => nanoseconds(vm, t)?,
        None => -1_000_000_000,
    };
    if !blocking && ns != -1_000_000_000 {
        raise!(vm, ValueError, "can't specify a timeout for a non-blocking call");
    }
    if ns < 0 && ns != -1_000_000_000 {
        raise!(vm, ValueError, "timeout value must be a non-negative number");
    }
    if !blocking {
        return Ok(Some(Duration::ZERO));
    }
    limited(vm, ns)
}

/// The timeout of calls where `None` and negative numbers wait forever.
///
/// # Errors
/// `OverflowError`, `TypeError`.
pub fn of_join(vm: &Vm, timeout: &Obj) -> PyResult<Option<Duration>> {
    match timeout.not_none() {
        Some(t) => limited(vm, nanoseconds(vm, t)?),
        None => Ok(None),
    }
}

fn limited(vm: &Vm, ns: i64) -> PyResult<Option<Duration>> {
    if ns < 0 {
        return Ok(None);
    }
    if ns as f64 > TIMEOUT_MAX * 1e9 {
        raise!(vm, OverflowError, "timeout value is too large");
    }
    Ok(Some(Duration::from_nanos(ns as u64)))
}

/// Waits by `attempt`, which gets the time that is left; after interruptions signal handlers run and it goes on. False:
/// the time ran out.
///
/// # Errors
/// What a signal handler raises.
pub fn wait(
    vm: &Vm,
    timeout: Option<Duration>,
    mut attempt: impl FnMut(Option<Duration>) -> Acquire,
) -> PyResult<bool> {
    // Without overflow: a timeout that long never ends.
    let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
    let mut left = timeout;
    loop {
        match attempt(left) {
            Acquire::Acquired => return Ok(true),
            Acquire::TimedOut => return Ok(false),
            Acquire::Interrupted => vm.poll()?,
        }
        left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
    }
}
