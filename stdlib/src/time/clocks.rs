//! Clocks and `sleep`.

use crate::os_calls::at_once;
use pyre_object::{NativeDef, Obj, PyResult, Vm, float, int, module, raise, str};
use pyre_threads::{Acquire, Event};
use std::time::{Duration, Instant};

const REAL: i32 = libc::CLOCK_REALTIME;
const MONOTONIC: i32 = libc::CLOCK_MONOTONIC;
const PROCESS: i32 = libc::CLOCK_PROCESS_CPUTIME_ID;
const THREAD: i32 = libc::CLOCK_THREAD_CPUTIME_ID;

pub static FUNCTIONS: [NativeDef; 18] = [
    NativeDef::function("time", "()", |vm, _| seconds(vm, REAL)),
    NativeDef::function("time_ns", "()", |vm, _| nanoseconds(vm, REAL)),
    NativeDef::function("monotonic", "()", |vm, _| seconds(vm, MONOTONIC)),
    NativeDef::function("monotonic_ns", "()", |vm, _| nanoseconds(vm, MONOTONIC)),
    NativeDef::function("perf_counter", "()", |vm, _| seconds(vm, MONOTONIC)),
    NativeDef::function("perf_counter_ns", "()", |vm, _| nanoseconds(vm, MONOTONIC)),
    NativeDef::function("process_time", "()", |vm, _| seconds(vm, PROCESS)),
    NativeDef::function("process_time_ns", "()", |vm, _| nanoseconds(vm, PROCESS)),
    NativeDef::function("thread_time", "()", |vm, _| seconds(vm, THREAD)),
    NativeDef::function("thread_time_ns", "()", |vm, _| nanoseconds(vm, THREAD)),
    NativeDef::function("clock_gettime", "(clk_id, /)", |vm, a| seconds(vm, vm.to_i32(&a[0])?)),
    NativeDef::function("clock_gettime_ns", "(clk_id, /)", |vm, a| nanoseconds(vm, vm.to_i32(&a[0])?)),
    NativeDef::function("clock_getres", "(clk_id, /)", |vm, a| {
        let clock = vm.to_i32(&a[0])?;
        // SAFETY: all-zero bytes are a valid time, which the call fills.
        let t = unsafe {
            let mut t: libc::timespec = std::mem::zeroed();
            at_once(vm, libc::clock_getres(clock, &raw mut t))?;
            t
        };
        Ok(float::new_float(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9))
    }),
    NativeDef::function("clock_settime", "(clk_id, time, /)", |vm, a| {
        let ns = duration(vm, &a[1], "clock_settime")?;
        set_clock(vm, vm.to_i32(&a[0])?, ns)
    }),
    NativeDef::function("clock_settime_ns", "(clk_id, time, /)", |vm, a| {
        set_clock(vm, vm.to_i32(&a[0])?, vm.to_i64(&a[1])?)
    }),
    NativeDef::function("pthread_getcpuclockid", "(thread_id, /)", |vm, a| {
        let thread = vm.to_u64(&a[0])?;
        let mut clock = 0;
        // SAFETY: the caller names a thread that exists, as in C; the number is written.
        match unsafe { libc::pthread_getcpuclockid(thread as libc::pthread_t, &raw mut clock) } {
            0 => Ok(int::new_int(i64::from(clock))),
            e => Err(vm.os_error(e, None)),
        }
    }),
    NativeDef::function("get_clock_info", "(name, /)", clock_info),
    NativeDef::function("sleep", "(seconds, /)", sleep),
];

/// Adds the numbers of the clocks.
pub fn add_constants(m: &Obj) {
    let clocks = [
        ("CLOCK_REALTIME", REAL),
        ("CLOCK_MONOTONIC", MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", PROCESS),
        ("CLOCK_THREAD_CPUTIME_ID", THREAD),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ];
    for (name, n) in clocks {
        module::set(m, name, int::new_int(i64::from(n)));
    }
}

fn read(vm: &Vm, clock: i32) -> PyResult<i64> {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is written.
    at_once(vm, unsafe { libc::clock_gettime(clock, &raw mut t) })?;
    Ok(t.tv_sec * 1_000_000_000 + t.tv_nsec)
}

fn seconds(vm: &Vm, clock: i32) -> PyResult {
    Ok(float::new_float(read(vm, clock)? as f64 / 1e9))
}

fn nanoseconds(vm: &Vm, clock: i32) -> PyResult {
    Ok(int::new_int(read(vm, clock)?))
}

fn set_clock(vm: &Vm, clock: i32, ns: i64) -> PyResult {
    let t = libc::timespec { tv_sec: ns.div_euclid(1_000_000_000), tv_nsec: ns.rem_euclid(1_000_000_000) };
    // SAFETY: sets a clock.
    at_once(vm, unsafe { libc::clock_settime(clock, &raw const t) }).map(|_| Obj::NONE)
}

/// Seconds, as an int or a float, in nanoseconds; rounded up.
fn duration(vm: &Vm, o: &Obj, _function: &str) -> PyResult<i64> {
    let too_large = || vm.overflow_error("timestamp out of range for C PyTime_t");
    if let Some(f) = float::as_float(o) {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let ns = if f < 0.0 { (f * 1e9).floor() } else { (f * 1e9).ceil() };
        return if (-9.2e18..9.2e18).contains(&ns) { Ok(ns as i64) } else { Err(too_large()) };
    }
    if !int::is_int(o) && o.slots().index.addr() == 0 {
        raise!(vm, TypeError, "'{}' object cannot be interpreted as an integer or float", o.type_name());
    }
    let i = vm.index(o)?;
    int::as_i64(&i).and_then(|i| i.checked_mul(1_000_000_000)).ok_or_else(too_large)
}

fn sleep(vm: &Vm, a: &[Obj]) -> PyResult {
    let ns = duration(vm, &a[0], "sleep")?;
    let Ok(ns) = u64::try_from(ns) else { return Err(vm.value_error("sleep length must be non-negative")) };
    if ns == 0 {
        pyre_threads::without_attachment(std::thread::yield_now);
        vm.poll()?;
        return Ok(Obj::NONE);
    }
    let length = Duration::from_nanos(ns);
    let start = Instant::now();
    // Nobody sets it: the wait ends by time, or is interrupted for a signal.
    let never = Event::new();
    loop {
        let rest = length.saturating_sub(start.elapsed());
        if rest.is_zero() {
            return Ok(Obj::NONE);
        }
        if never.wait(Some(rest)) != Acquire::TimedOut {
            vm.poll()?;
        }
    }
}

fn clock_info(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[0]) {
        raise!(vm, TypeError, "get_clock_info() argument 1 must be str, not {}", a[0].type_name());
    }
    let (clock, implementation, monotonic) = match str::to_string_lossy(&a[0]).as_str() {
        "time" => (REAL, "CLOCK_REALTIME", false),
        "monotonic" | "perf_counter" => (MONOTONIC, "CLOCK_MONOTONIC", true),
        "process_time" => (PROCESS, "CLOCK_PROCESS_CPUTIME_ID", true),
        "thread_time" => (THREAD, "CLOCK_THREAD_CPUTIME_ID", true),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is written.
    at_once(vm, unsafe { libc::clock_getres(clock, &raw mut t) })?;
    let resolution = t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9;
    vm.call_kw(
        pyre_object::Builtin::SimpleNamespace.ty(),
        &[],
        &[
            ("implementation", str::new_str(&format!("clock_gettime({implementation})"))),
            ("monotonic", Obj::bool(monotonic)),
            ("adjustable", Obj::bool(!monotonic)),
            ("resolution", float::new_float(resolution)),
        ],
    )
}
