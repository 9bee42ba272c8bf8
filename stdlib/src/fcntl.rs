//! `fcntl`: file control, `ioctl` and locks.

use crate::os_calls::checked;
use crate::posix::file_descriptor;
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, int, module, raise, str};

macro_rules! same_name {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const NUMBERS: &[(&str, i64)] = same_name! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
    F_GETOWN F_SETOWN F_GETLEASE F_SETLEASE F_NOTIFY F_RDLCK F_WRLCK F_UNLCK F_GETPIPE_SZ F_SETPIPE_SZ
    F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE
    FD_CLOEXEC FICLONE FICLONERANGE
};

const OTHERS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_MODIFY", 2),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_RENAME", 16),
    ("DN_ATTRIB", 32),
    ("DN_MULTISHOT", 0x8000_0000),
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_WRITE", 128),
    ("LOCK_RW", 192),
    ("F_EXLCK", 4),
    ("F_SHLCK", 8),
    ("F_SETSIG", 10),
    ("F_GETSIG", 11),
    ("F_GETLK64", libc::F_GETLK as i64),
    ("F_SETLK64", libc::F_SETLK as i64),
    ("F_SETLKW64", libc::F_SETLKW as i64),
    ("FASYNC", libc::O_ASYNC as i64),
];

static FUNCTIONS: [NativeDef; 4] = [
    NativeDef::function("fcntl", "(fd, cmd, arg=0, /)", fcntl),
    NativeDef::function("ioctl", "(fd, request, arg=0, mutate_flag=True, /)", ioctl),
    NativeDef::function("flock", "(fd, operation, /)", |vm, a| {
        let (fd, operation) = (file_descriptor(vm, &a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: locks a file.
        checked(vm, None, || unsafe { libc::flock(fd, operation) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("lockf", "(fd, cmd, len=0, start=0, whence=0, /)", lockf),
];

/// The longest argument structure.
const MOST: usize = 1024;

/// A structure given as bytes (or text), copied.
fn structure(vm: &Vm, o: &Obj, function: &str) -> PyResult<Option<Vec<u8>>> {
    let content = if str::is_str(o) {
        str::to_wtf8(o).into_owned()
    } else if vm.has_buffer(o) {
        vm.contiguous_buffer(o)?.to_bytes().into_owned()
    } else {
        return Ok(None);
    };
    if content.len() > MOST {
        raise!(vm, ValueError, "{function} argument 3 is too long");
    }
    Ok(Some(content))
}

fn fcntl(vm: &Vm, a: &[Obj]) -> PyResult {
    let (fd, command) = (file_descriptor(vm, &a[0])?, vm.to_i32(&a[1])?);
    if let Some(o) = a[2].given()
        && !int::is_int(o)
        && let Some(content) = structure(vm, o, "fcntl")?
    {
        let mut room = [0u8; MOST];
        room[..content.len()].copy_from_slice(&content);
        let to = room.as_mut_ptr() as usize;
        // SAFETY: the structure has room for whatever the call writes.
        checked(vm, None, || unsafe { libc::fcntl(fd, command, to) })?;
        return Ok(bytes::new_bytes(&room[..content.len()]));
    }
    let argument = number(vm, &a[2])?;
    // SAFETY: the caller knows what the command means.
    checked(vm, None, || unsafe { libc::fcntl(fd, command, argument as libc::c_int) })
        .map(|n| int::new_int(n.into()))
}

fn number(vm: &Vm, o: &Obj) -> PyResult<u64> {
    let Some(o) = o.given() else { return Ok(0) };
    let i = vm.index(o)?;
    match (int::as_i64(&i), int::as_u64(&i)) {
        (Some(n), _) => Ok(n as u64),
        (_, Some(n)) => Ok(n),
        _ => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

fn ioctl(vm: &Vm, a: &[Obj]) -> PyResult {
    let (fd, request) = (file_descriptor(vm, &a[0])?, number(vm, &a[1])? as libc::c_ulong);
    let mutate = a[3].given().map_or(Ok(true), |m| vm.truth(m))?;
    let Some(o) = a[2].given().filter(|o| !int::is_int(o)) else {
        let argument = number(vm, &a[2])?;
        // SAFETY: the caller knows what the request means.
        return checked(vm, None, || unsafe { libc::ioctl(fd, request, argument) })
            .map(|n| int::new_int(n.into()));
    };
    let Some(content) = structure(vm, o, "ioctl")? else {
        raise!(
            vm,
            TypeError,
            "ioctl() argument 3 must be an int, a bytes-like object, or a string, not {}",
            o.type_name()
        )
    };
    let mut room = [0u8; MOST + 8];
    room[..content.len()].copy_from_slice(&content);
    let to = room.as_mut_ptr() as usize;
    // SAFETY: the structure has room for whatever the call writes.
    let r = checked(vm, None, || unsafe { libc::ioctl(fd, request, to) })?;
    let is_mutable = mutate && !str::is_str(o) && !bytes::is_bytes(o);
    if is_mutable {
        let mut memory = vm.buffer(o)?;
        if let Some(m) = memory.as_mut_slice() {
            let n = m.len().min(content.len());
            m[..n].copy_from_slice(&room[..n]);
            return Ok(int::new_int(r.into()));
        }
    }
    Ok(bytes::new_bytes(&room[..content.len()]))
}

fn lockf(vm: &Vm, a: &[Obj]) -> PyResult {
    let (fd, command) = (file_descriptor(vm, &a[0])?, vm.to_i32(&a[1])?);
    let kind = if command == libc::LOCK_UN {
        libc::F_UNLCK
    } else if command & libc::LOCK_SH != 0 {
        libc::F_RDLCK
    } else if command & libc::LOCK_EX != 0 {
        libc::F_WRLCK
    } else {
        return Err(vm.value_error("unrecognized lockf argument"));
    };
    // SAFETY: all-zero bytes are a valid lock description.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as i16;
    lock.l_len = a[2].given().map_or(Ok(0), |n| vm.to_i64(n))?;
    lock.l_start = a[3].given().map_or(Ok(0), |n| vm.to_i64(n))?;
    lock.l_whence = a[4].given().map_or(Ok(0), |n| vm.to_i32(n))? as i16;
    let how = if command & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    let to = &raw const lock as usize;
    // SAFETY: the description outlives the call.
    checked(vm, None, || unsafe { libc::fcntl(fd, how, to) }).map(|_| Obj::NONE)
}

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    let m = module::new_module("fcntl");
    for (name, n) in NUMBERS.iter().chain(OTHERS) {
        module::set(&m, name, int::new_int(*n));
    }
    module::add_functions(&m, &FUNCTIONS);
    Ok(m)
}
