//! Broken-down time: `struct_time` and conversions.

use super::MODULE;
use crate::posix::path;
use pyre_object::{NativeDef, Obj, PyResult, Vm, attr, float, int, module, raise, str, tuple};
use pyre_types::struct_sequence::{StructSpec, with_hidden};
use std::ffi::CStr;

/// `time.struct_time`
pub static STRUCT_TIME: StructSpec = StructSpec {
    name: "time.struct_time",
    fields: &[
        "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
    ],
    hidden: &["tm_zone", "tm_gmtoff"],
};

unsafe extern "C" {
    fn tzset();
}

pub static FUNCTIONS: [NativeDef; 8] = [
    NativeDef::function("gmtime", "(seconds=None, /)", |vm, a| {
        let t = broken_down(vm, timestamp(vm, &a[0])?, true)?;
        record(vm, &t)
    }),
    NativeDef::function("localtime", "(seconds=None, /)", |vm, a| {
        let t = broken_down(vm, timestamp(vm, &a[0])?, false)?;
        record(vm, &t)
    }),
    NativeDef::function("mktime", "(seconds, /)", |vm, a| {
        let mut t = from_tuple(vm, &a[0], "mktime")?.tm;
        t.tm_wday = -1;
        // SAFETY: the fields are numbers; the call normalizes them.
        let r = unsafe { libc::mktime(&raw mut t) };
        if r == -1 && t.tm_wday == -1 {
            return Err(vm.overflow_error("mktime argument out of range"));
        }
        Ok(float::new_float(r as f64))
    }),
    NativeDef::function("asctime", "(tuple=None, /)", |vm, a| {
        let t = match a[0].given() {
            Some(t) => checked(vm, from_tuple(vm, t, "asctime")?.tm)?,
            None => broken_down(vm, now(), false)?,
        };
        Ok(str::new_str(&asctime(&t)))
    }),
    NativeDef::function("ctime", "(seconds=None, /)", |vm, a| {
        let t = broken_down(vm, timestamp(vm, &a[0])?, false)?;
        Ok(str::new_str(&asctime(&t)))
    }),
    NativeDef::function("strftime", "(format, tuple=None, /)", strftime),
    NativeDef::function("strptime", "(string, format='%a %b %d %H:%M:%S %Y', /)", |vm, a| {
        let m = vm.import("_strptime")?;
        let f = vm.getattr_str(&m, "_strptime_time")?;
        let given = 1 + usize::from(a[1].given().is_some());
        vm.call(&f, &a[..given])
    }),
    NativeDef::function("tzset", "()", |_, _| {
        if let Some(m) = MODULE.get() {
            set_zone(m);
        }
        Ok(Obj::NONE)
    }),
];

fn now() -> i64 {
    // SAFETY: asks for the time.
    unsafe { libc::time(std::ptr::null_mut()) }
}

/// Whole seconds of a time argument.
fn timestamp(vm: &Vm, o: &Obj) -> PyResult<i64> {
    let Some(o) = o.not_none() else { return Ok(now()) };
    let out_of_range = || vm.overflow_error("timestamp out of range for platform time_t");
    if let Some(f) = float::as_float(o) {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let f = f.floor();
        return if (-9.2e18..9.2e18).contains(&f) { Ok(f as i64) } else { Err(out_of_range()) };
    }
    let i = vm.index(o)?;
    int::as_i64(&i).ok_or_else(out_of_range)
}

fn empty_tm() -> libc::tm {
    // SAFETY: all-zero bytes are a valid `tm`; the zone's name is null then.
    unsafe { std::mem::zeroed() }
}

fn broken_down(vm: &Vm, seconds: i64, utc: bool) -> PyResult<libc::tm> {
    let mut t = empty_tm();
    // SAFETY: the result is written to `t`.
    let r = unsafe {
        if utc {
            libc::gmtime_r(&raw const seconds, &raw mut t)
        } else {
            libc::localtime_r(&raw const seconds, &raw mut t)
        }
    };
    if r.is_null() { Err(vm.os_error(crate::os_calls::last_errno(), None)) } else { Ok(t) }
}

fn zone_name(vm: &Vm, t: &libc::tm) -> PyResult {
    if t.tm_zone.is_null() {
        return Ok(Obj::NONE);
    }
    // SAFETY: the C library keeps names of zones forever.
    path::decode_c(vm, unsafe { CStr::from_ptr(t.tm_zone) })
}

fn record(vm: &Vm, t: &libc::tm) -> PyResult {
    let n = |i: i32| int::new_int(i64::from(i));
    let items = [
        int::new_int(i64::from(t.tm_year) + 1900),
        n(t.tm_mon + 1),
        n(t.tm_mday),
        n(t.tm_hour),
        n(t.tm_min),
        n(t.tm_sec),
        n((t.tm_wday + 6) % 7),
        n(t.tm_yday + 1),
        n(t.tm_isdst),
    ];
    with_hidden(vm, &STRUCT_TIME, items, [zone_name(vm, t)?, int::new_int(t.tm_gmtoff)])
}

/// A time from Python, with the text that its zone's name points to.
struct Given {
    tm: libc::tm,
    _zone: Option<std::ffi::CString>,
}

fn from_tuple(vm: &Vm, o: &Obj, function: &str) -> PyResult<Given> {
    let Some(items) = tuple::get(o) else { raise!(vm, TypeError, "Tuple or struct_time argument required") };
    if items.len() != 9 {
        raise!(vm, TypeError, "{function}(): illegal time tuple argument");
    }
    let mut n = [0i32; 9];
    for (n, item) in n.iter_mut().zip(items) {
        *n = vm.to_i32(item)?;
    }
    let mut tm = empty_tm();
    if n[0] < i32::MIN + 1900 {
        return Err(vm.overflow_error("year out of range"));
    }
    tm.tm_year = n[0] - 1900;
    tm.tm_mon = n[1].wrapping_sub(1);
    (tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec) = (n[2], n[3], n[4], n[5]);
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    let mut zone = None;
    if let Some(z) = attr::instance_get(o, crate::name!("tm_zone")).filter(str::is_str) {
        zone = path::encode(vm, &z).ok().and_then(|z| std::ffi::CString::new(z).ok());
    }
    if let Some(z) = &zone {
        tm.tm_zone = z.as_ptr();
    }
    if let Some(offset) = attr::instance_get(o, crate::name!("tm_gmtoff")).and_then(|n| int::as_i64(&n)) {
        tm.tm_gmtoff = offset;
    }
    Ok(Given { tm, _zone: zone })
}

/// Checks ranges; 0 stands for the first month, day of the month and day of the year.
fn checked(vm: &Vm, mut t: libc::tm) -> PyResult<libc::tm> {
    if t.tm_mon == -1 {
        t.tm_mon = 0;
    }
    if t.tm_mday == 0 {
        t.tm_mday = 1;
    }
    if t.tm_yday == -1 {
        t.tm_yday = 0;
    }
    let ranges = [
        (t.tm_mon, 0..=11, "month out of range"),
        (t.tm_mday, 1..=31, "day of month out of range"),
        (t.tm_hour, 0..=23, "hour out of range"),
        (t.tm_min, 0..=59, "minute out of range"),
        (t.tm_sec, 0..=61, "seconds out of range"),
        (t.tm_wday, 0..=6, "day of week out of range"),
        (t.tm_yday, 0..=365, "day of year out of range"),
    ];
    for (n, range, message) in ranges {
        if !range.contains(&n) {
            return Err(vm.value_error(message));
        }
    }
    Ok(t)
}

fn asctime(t: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[t.tm_wday.rem_euclid(7) as usize],
        MONTHS[t.tm_mon.rem_euclid(12) as usize],
        t.tm_mday,
        t.tm_hour,
        t.tm_min,
        t.tm_sec,
        i64::from(t.tm_year) + 1900
    )
}

fn strftime(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[0]) {
        raise!(
            vm,
            TypeError,
            "strftime() argument 1 must be str, not {}",
            pyre_types::arguments::argument_type(&a[0])
        );
    }
    let given = match a[1].given() {
        Some(t) => from_tuple(vm, t, "strftime")?,
        None => Given { tm: broken_down(vm, now(), false)?, _zone: None },
    };
    let t = checked(vm, given.tm)?;
    // Surrogates and null characters are no business of the C library.
    let format = str::to_wtf8(&a[0]).into_owned();
    let mut out = Vec::new();
    for (i, part) in format.split(|b| *b == 0).enumerate() {
        if i > 0 {
            out.push(0);
        }
        format_part(vm, part, &t, &mut out)?;
    }
    Ok(str::from_wtf8(&out))
}

/// Formats a text without null characters.
fn format_part(vm: &Vm, part: &[u8], t: &libc::tm, out: &mut Vec<u8>) -> PyResult<()> {
    if part.is_empty() {
        return Ok(());
    }
    // One character more, so that an empty result is not taken for too little room.
    let mut format = part.to_vec();
    format.push(b' ');
    let format = path::terminated(vm, format)?;
    let mut room = vec![0u8; 256 + part.len() * 4];
    loop {
        // SAFETY: the memory has the length that is given; the format is terminated, and the zone's name too.
        let n = unsafe {
            libc::strftime(room.as_mut_ptr().cast(), room.len(), format.as_ptr(), std::ptr::from_ref(t))
        };
        if n > 0 {
            out.extend_from_slice(&room[..n - 1]);
            return Ok(());
        }
        if room.len() > (1 << 24) + part.len() * 256 {
            return Err(vm.value_error("Invalid format string"));
        }
        room.resize(room.len() * 2, 0);
    }
}

/// Reads the zone from the environment and sets `timezone`, `altzone`, `daylight` and `tzname`.
pub fn set_zone(m: &Obj) {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    // SAFETY: reads `TZ`.
    unsafe { tzset() };
    let vm = Vm::current();
    let start = now() / YEAR * YEAR;
    let zone = |when: i64| {
        let mut t = empty_tm();
        // SAFETY: the result is written to `t`.
        unsafe { libc::localtime_r(&raw const when, &raw mut t) };
        (-t.tm_gmtoff, zone_name(vm, &t).unwrap_or(Obj::NONE))
    };
    let (january, july) = (zone(start), zone(start + YEAR / 2));
    let daylight = january.0 != july.0;
    // Where July is further east, it has the summer.
    let (standard, summer) = if january.0 < july.0 { (july, january) } else { (january, july) };
    module::set(m, "timezone", int::new_int(standard.0));
    module::set(m, "altzone", int::new_int(summer.0));
    module::set(m, "daylight", Obj::from_len(daylight.into()));
    module::set(m, "tzname", tuple::pair(standard.1, summer.1));
}
