//! Processors and scheduling.

use crate::os_calls::at_once;
use pyre_object::{NativeDef, Obj, PyResult, Vm, float, int, raise, set};
use pyre_types::struct_sequence::{self, StructSpec};

pub static SCHED_PARAM: StructSpec =
    StructSpec { name: "posix.sched_param", fields: &["sched_priority"], hidden: &[] };

pub static FUNCTIONS: [NativeDef; 9] = [
    NativeDef::function("cpu_count", "()", |_, _| {
        // SAFETY: asks for a number.
        let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        Ok(if n < 1 { Obj::NONE } else { int::new_int(n) })
    }),
    NativeDef::function("sched_getaffinity", "(pid, /)", affinity),
    NativeDef::function("sched_setaffinity", "(pid, mask, /)", set_affinity),
    NativeDef::function("sched_yield", "()", |_, _| {
        pyre_threads::without_attachment(std::thread::yield_now);
        Ok(Obj::NONE)
    }),
    NativeDef::function("sched_get_priority_min", "(policy)", |vm, a| {
        let policy = vm.to_i32(&a[0])?;
        // SAFETY: asks for a number.
        at_once(vm, unsafe { libc::sched_get_priority_min(policy) }).map(|n| int::new_int(n.into()))
    }),
    NativeDef::function("sched_get_priority_max", "(policy)", |vm, a| {
        let policy = vm.to_i32(&a[0])?;
        // SAFETY: asks for a number.
        at_once(vm, unsafe { libc::sched_get_priority_max(policy) }).map(|n| int::new_int(n.into()))
    }),
    NativeDef::function("sched_getscheduler", "(pid, /)", |vm, a| {
        let pid = vm.to_i32(&a[0])?;
        // SAFETY: asks for a number.
        at_once(vm, unsafe { libc::sched_getscheduler(pid) }).map(|n| int::new_int(n.into()))
    }),
    NativeDef::function("sched_getparam", "(pid, /)", |vm, a| {
        let pid = vm.to_i32(&a[0])?;
        // SAFETY: all-zero bytes are valid parameters, which the call fills.
        let p = unsafe {
            let mut p: libc::sched_param = std::mem::zeroed();
            at_once(vm, libc::sched_getparam(pid, &raw mut p))?;
            p
        };
        struct_sequence::new(vm, &SCHED_PARAM, [int::new_int(p.sched_priority.into())])
    }),
    NativeDef::function("sched_rr_get_interval", "(pid, /)", |vm, a| {
        let pid = vm.to_i32(&a[0])?;
        // SAFETY: all-zero bytes are a valid time, which the call fills.
        let t = unsafe {
            let mut t: libc::timespec = std::mem::zeroed();
            at_once(vm, libc::sched_rr_get_interval(pid, &raw mut t))?;
            t
        };
        Ok(float::new_float(t.tv_sec as f64 + 1e-9 * t.tv_nsec as f64))
    }),
];

/// Processors of the largest machine that is supported.
const MOST: usize = 8192;

fn affinity(vm: &Vm, a: &[Obj]) -> PyResult {
    let pid = vm.to_i32(&a[0])?;
    let mut mask = [0u64; MOST / 64];
    // SAFETY: the mask has the size that is given.
    at_once(vm, unsafe { libc::sched_getaffinity(pid, MOST / 8, mask.as_mut_ptr().cast()) })?;
    let processors = set::new_set();
    for i in (0..MOST).filter(|i| mask[i / 64] & (1 << (i % 64)) != 0) {
        set::add(vm, &processors, &Obj::from_len(i))?;
    }
    Ok(processors)
}

fn set_affinity(vm: &Vm, a: &[Obj]) -> PyResult {
    let pid = vm.to_i32(&a[0])?;
    let mut mask = [0u64; MOST / 64];
    for o in vm.collect(&a[1])? {
        let i = vm.to_isize(&o)?;
        match usize::try_from(i) {
            Ok(i) if i < MOST => mask[i / 64] |= 1 << (i % 64),
            Ok(_) => return Err(vm.overflow_error("CPU number too large")),
            Err(_) => raise!(vm, ValueError, "negative CPU number"),
        }
    }
    // SAFETY: the mask has the size that is given.
    at_once(vm, unsafe { libc::sched_setaffinity(pid, MOST / 8, mask.as_ptr().cast()) })?;
    Ok(Obj::NONE)
}
