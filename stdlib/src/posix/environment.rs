//! The process's environment and the machine: variables, names, limits, random bytes.

use super::integer;
use super::path::{self, Path};
use crate::os_calls::{at_once, last_errno};
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, dict, float, int, raise, str, tuple};
use pyre_types::struct_sequence::{self, StructSpec};
use std::ffi::CStr;

pub static TERMINAL_SIZE: StructSpec =
    StructSpec { name: "os.terminal_size", fields: &["columns", "lines"], hidden: &[] };

pub static UNAME_RESULT: StructSpec = StructSpec {
    name: "posix.uname_result",
    fields: &["sysname", "nodename", "release", "version", "machine"],
    hidden: &[],
};

pub static FUNCTIONS: [NativeDef; 14] = [
    NativeDef::function("putenv", "(name, value, /)", |vm, a| {
        let (name, value) = (variable(vm, "putenv", &a[0])?, variable(vm, "putenv", &a[1])?);
        if name.to_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        // SAFETY: both are terminated; the C library guards its table against its own functions.
        at_once(vm, unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })?;
        Ok(Obj::NONE)
    }),
    NativeDef::function("unsetenv", "(name, /)", |vm, a| {
        let name = variable(vm, "unsetenv", &a[0])?;
        // SAFETY: terminated, as above.
        at_once(vm, unsafe { libc::unsetenv(name.as_ptr()) })?;
        Ok(Obj::NONE)
    }),
    NativeDef::function("_create_environ", "()", |_, _| Ok(environ())),
    NativeDef::function("urandom", "(size, /)", |vm, a| {
        let n = vm.to_isize(&a[0])?;
        if n < 0 {
            return Err(vm.value_error("negative argument not allowed"));
        }
        random(vm, n as usize, 0)
    }),
    NativeDef::function("getrandom", "(size, flags=0)", |vm, a| {
        let n = vm.to_isize(&a[0])?;
        if n < 0 {
            return Err(vm.os_error(libc::EINVAL, None));
        }
        random(vm, n as usize, integer(vm, &a[1], 0)? as u32)
    }),
    NativeDef::function("uname", "()", uname),
    NativeDef::function("strerror", "(code, /)", |vm, a| {
        Ok(str::new_str(&pyre_object::exception_support::error_text(vm.to_i32(&a[0])?)))
    }),
    NativeDef::function("get_terminal_size", "(fd=None, /)", |vm, a| {
        let fd = a[0].given().map_or(Ok(1), |fd| vm.to_i32(fd))?;
        // SAFETY: all-zero bytes are a valid `winsize`, which the call fills.
        let size = unsafe {
            let mut size: libc::winsize = std::mem::zeroed();
            at_once(vm, libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size))?;
            size
        };
        let items = [size.ws_col, size.ws_row].map(|n| Obj::from_len(n.into()));
        struct_sequence::new(vm, &TERMINAL_SIZE, items)
    }),
    NativeDef::function("getloadavg", "()", |vm, _| {
        let mut loads = [0f64; 3];
        // SAFETY: there is room for three.
        if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
            raise!(vm, OSError, "Load averages are unobtainable");
        }
        Ok(tuple::new_tuple(loads.map(float::new_float)))
    }),
    NativeDef::function("sysconf", "(name, /)", |vm, a| {
        let name = configuration_name(vm, &a[0], super::constants::SYSCONF)?;
        // SAFETY: asks for a limit.
        let n = unsafe {
            *libc::__errno_location() = 0;
            libc::sysconf(name)
        };
        if n == -1 && last_errno() != 0 {
            return Err(vm.os_error(last_errno(), None));
        }
        Ok(int::new_int(n))
    }),
    NativeDef::function("pathconf", "(path, name)", |vm, a| {
        let p = Path::or_fd(vm, "pathconf", "path", &a[0])?;
        let name = configuration_name(vm, &a[1], super::constants::PATHCONF)?;
        // SAFETY: the name is terminated.
        let n = unsafe {
            *libc::__errno_location() = 0;
            match p.fd {
                Some(fd) => libc::fpathconf(fd, name),
                None => libc::pathconf(p.name.as_ptr(), name),
            }
        };
        if n == -1 && last_errno() != 0 {
            return Err(vm.os_error(last_errno(), p.filename()));
        }
        Ok(int::new_int(n))
    }),
    NativeDef::function("ctermid", "()", |_, _| Ok(str::new_str("/dev/tty"))),
    NativeDef::function("device_encoding", "(fd)", |vm, a| {
        let fd = vm.to_i32(&a[0])?;
        // SAFETY: asks about a descriptor.
        let terminal = unsafe { libc::isatty(fd) } == 1;
        Ok(if terminal { str::new_str(crate::locale::ENCODING) } else { Obj::NONE })
    }),
    NativeDef::function("_is_inputhook_installed", "()", |_, _| Ok(Obj::FALSE)),
];

fn variable(vm: &Vm, function: &str, o: &Obj) -> PyResult<std::ffi::CString> {
    if !str::is_str(o) && !bytes::is_bytes(o) {
        raise!(vm, TypeError, "{function}() argument must be str or bytes, not {}", o.type_name());
    }
    path::terminated(vm, path::encode(vm, o)?)
}

/// The variables as a dict of bytes.
pub fn environ() -> Obj {
    use std::os::unix::ffi::OsStrExt;
    let d = dict::new_dict();
    let vm = Vm::current();
    for (name, value) in std::env::vars_os() {
        let (name, value) = (bytes::new_bytes(name.as_bytes()), bytes::new_bytes(value.as_bytes()));
        // Hashing bytes cannot fail.
        let _ = dict::set_default(vm, &d, &name, &value);
    }
    d
}

fn random(vm: &Vm, n: usize, flags: u32) -> PyResult {
    if n > bytes::MAX_LEN {
        return Err(vm.memory_error());
    }
    let mut out = vec![0u8; n];
    let mut at = 0;
    while at < n {
        let (to, rest) = (out[at..].as_mut_ptr() as usize, n - at);
        // SAFETY: the rest of the memory is there.
        let got = crate::os_calls::checked(vm, None, || unsafe {
            libc::getrandom(to as *mut libc::c_void, rest, flags)
        })?;
        at += got as usize;
    }
    Ok(bytes::new_bytes(&out))
}

fn uname(vm: &Vm, _: &[Obj]) -> PyResult {
    // SAFETY: all-zero bytes are a valid `utsname`, which the call fills with terminated texts.
    let parts = unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        at_once(vm, libc::uname(&raw mut u))?;
        [u.sysname.as_ptr(), u.nodename.as_ptr(), u.release.as_ptr(), u.version.as_ptr(), u.machine.as_ptr()]
            .map(|p| CStr::from_ptr(p).to_owned())
    };
    let mut items = Vec::new();
    for p in &parts {
        items.push(path::decode_c(vm, p)?);
    }
    struct_sequence::new(vm, &UNAME_RESULT, items)
}

fn configuration_name(vm: &Vm, o: &Obj, names: &[(&str, i32)]) -> PyResult<i32> {
    if !str::is_str(o) {
        if int::is_int(o) {
            return vm.to_i32(o);
        }
        return Err(vm.type_error("configuration names must be strings or integers"));
    }
    let text = str::to_string_lossy(o);
    match names.iter().find(|(n, _)| *n == text) {
        Some((_, n)) => Ok(*n),
        None => Err(vm.value_error("unrecognized configuration name")),
    }
}
