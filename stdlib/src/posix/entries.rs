//! Names in directories: links, renaming, removing, permissions, times.

use super::path::{Path, descriptor};
use super::{dir_fd, flag, integer};
use crate::os_calls::{checked, retry};
use pyre_object::{Exc, NativeDef, Obj, PyResult, Raised, Vm, exception_support, float, int, str, tuple};

pub static FUNCTIONS: [NativeDef; 17] = [
    NativeDef::function("unlink", "(path, *, dir_fd=None)", |vm, a| unlink(vm, a, "unlink")),
    NativeDef::function("remove", "(path, *, dir_fd=None)", |vm, a| unlink(vm, a, "remove")),
    NativeDef::function("rename", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", |vm, a| {
        rename(vm, a, "rename")
    }),
    NativeDef::function("replace", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", |vm, a| {
        rename(vm, a, "replace")
    }),
    NativeDef::function(
        "link",
        "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
        link,
    ),
    NativeDef::function("symlink", "(src, dst, target_is_directory=False, *, dir_fd=None)", symlink),
    NativeDef::function("readlink", "(path, *, dir_fd=None)", readlink),
    NativeDef::function("chmod", "(path, mode, *, dir_fd=None, follow_symlinks=True)", chmod),
    NativeDef::function("fchmod", "(fd, mode)", |vm, a| {
        let (fd, mode) = (descriptor(vm, &a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: changes permissions of an open file.
        checked(vm, None, || unsafe { libc::fchmod(fd, mode as libc::mode_t) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("chown", "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)", |vm, a| {
        let p = Path::or_fd(vm, "chown", "path", &a[0])?;
        let follow = flag(vm, &a[4], true)?;
        let (user, group, dir) = (id(vm, &a[1])?, id(vm, &a[2])?, dir_fd(vm, &a[3])?);
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe {
            match p.fd {
                Some(fd) => libc::fchown(fd, user, group),
                None => libc::fchownat(dir, p.name.as_ptr(), user, group, flags),
            }
        })
        .map(|_| Obj::NONE)
    }),
    NativeDef::function("fchown", "(fd, uid, gid)", |vm, a| {
        let (fd, user, group) = (descriptor(vm, &a[0])?, id(vm, &a[1])?, id(vm, &a[2])?);
        // SAFETY: changes the owner of an open file.
        checked(vm, None, || unsafe { libc::fchown(fd, user, group) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("lchown", "(path, uid, gid)", |vm, a| {
        let p = Path::new(vm, "lchown", "path", &a[0])?;
        let (user, group) = (id(vm, &a[1])?, id(vm, &a[2])?);
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe { libc::lchown(p.name.as_ptr(), user, group) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("utime", "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)", utime),
    NativeDef::function(
        "access",
        "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        access,
    ),
    NativeDef::function("truncate", "(path, length)", |vm, a| {
        let p = Path::or_fd(vm, "truncate", "path", &a[0])?;
        let n = vm.to_i64(&a[1])?;
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe {
            match p.fd {
                Some(fd) => libc::ftruncate(fd, n),
                None => libc::truncate(p.name.as_ptr(), n),
            }
        })
        .map(|_| Obj::NONE)
    }),
    NativeDef::function("mkfifo", "(path, mode=438, *, dir_fd=None)", |vm, a| {
        let p = Path::new(vm, "mkfifo", "path", &a[0])?;
        let (mode, dir) = (integer(vm, &a[1], 0o666)?, dir_fd(vm, &a[2])?);
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe { libc::mkfifoat(dir, p.name.as_ptr(), mode as libc::mode_t) })
            .map(|_| Obj::NONE)
    }),
    NativeDef::function("mknod", "(path, mode=384, device=0, *, dir_fd=None)", |vm, a| {
        let p = Path::new(vm, "mknod", "path", &a[0])?;
        let (mode, dir) = (integer(vm, &a[1], 0o600)?, dir_fd(vm, &a[3])?);
        let device = a[2].given().map_or(Ok(0), |d| vm.to_u64(d))?;
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe {
            libc::mknodat(dir, p.name.as_ptr(), mode as libc::mode_t, device)
        })
        .map(|_| Obj::NONE)
    }),
];

/// A user or group number; -1 leaves it as it is.
pub fn id(vm: &Vm, o: &Obj) -> PyResult<u32> {
    let i = vm.index(o)?;
    match int::as_i64(&i) {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(vm.overflow_error("uid is less than minimum")),
        Some(n) => u32::try_from(n).map_err(|_| vm.overflow_error("uid is greater than maximum")),
        None => Err(vm.overflow_error("uid is greater than maximum")),
    }
}

fn unlink(vm: &Vm, a: &[Obj], function: &str) -> PyResult {
    let p = Path::new(vm, function, "path", &a[0])?;
    let dir = dir_fd(vm, &a[1])?;
    // SAFETY: the name is terminated.
    checked(vm, p.filename(), || unsafe { libc::unlinkat(dir, p.name.as_ptr(), 0) }).map(|_| Obj::NONE)
}

/// `OSError` about two files.
fn two_files(vm: &Vm, errno: i32, a: &Path, b: &Path) -> Raised {
    let text = str::new_str(&exception_support::error_text(errno));
    vm.error_with(
        Exc::OSError,
        &[int::new_int(i64::from(errno)), text, a.object.clone(), Obj::NONE, b.object.clone()],
    )
}

fn rename(vm: &Vm, a: &[Obj], function: &str) -> PyResult {
    let (from, to) = (Path::new(vm, function, "src", &a[0])?, Path::new(vm, function, "dst", &a[1])?);
    let (from_dir, to_dir) = (dir_fd(vm, &a[2])?, dir_fd(vm, &a[3])?);
    // SAFETY: the names are terminated.
    retry(vm, || unsafe { libc::renameat(from_dir, from.name.as_ptr(), to_dir, to.name.as_ptr()) })?
        .map_err(|e| two_files(vm, e, &from, &to))?;
    Ok(Obj::NONE)
}

fn link(vm: &Vm, a: &[Obj]) -> PyResult {
    let (from, to) = (Path::new(vm, "link", "src", &a[0])?, Path::new(vm, "link", "dst", &a[1])?);
    let (from_dir, to_dir) = (dir_fd(vm, &a[2])?, dir_fd(vm, &a[3])?);
    let flags = if a[4].given().is_some() && flag(vm, &a[4], true)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: the names are terminated.
    retry(vm, || unsafe { libc::linkat(from_dir, from.name.as_ptr(), to_dir, to.name.as_ptr(), flags) })?
        .map_err(|e| two_files(vm, e, &from, &to))?;
    Ok(Obj::NONE)
}

fn symlink(vm: &Vm, a: &[Obj]) -> PyResult {
    let (target, name) = (Path::new(vm, "symlink", "src", &a[0])?, Path::new(vm, "symlink", "dst", &a[1])?);
    let dir = dir_fd(vm, &a[3])?;
    // SAFETY: the names are terminated.
    retry(vm, || unsafe { libc::symlinkat(target.name.as_ptr(), dir, name.name.as_ptr()) })?
        .map_err(|e| two_files(vm, e, &target, &name))?;
    Ok(Obj::NONE)
}

fn readlink(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::new(vm, "readlink", "path", &a[0])?;
    let dir = dir_fd(vm, &a[1])?;
    let mut room = vec![0u8; libc::PATH_MAX as usize + 1];
    let to = room.as_mut_ptr() as usize;
    let n = room.len();
    // SAFETY: the name is terminated, and the memory has the length that is given.
    let n = checked(vm, p.filename(), || unsafe {
        libc::readlinkat(dir, p.name.as_ptr(), to as *mut libc::c_char, n)
    })?;
    p.result(vm, &room[..n as usize])
}

fn chmod(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::or_fd(vm, "chmod", "path", &a[0])?;
    let (mode, dir) = (vm.to_i32(&a[1])? as libc::mode_t, dir_fd(vm, &a[2])?);
    let flags = if flag(vm, &a[3], true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the name is terminated.
    checked(vm, p.filename(), || unsafe {
        match p.fd {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(dir, p.name.as_ptr(), mode, flags),
        }
    })?;
    Ok(Obj::NONE)
}

/// Seconds and nanoseconds of a time in seconds.
fn seconds(vm: &Vm, o: &Obj) -> PyResult<libc::timespec> {
    if let Some(f) = float::as_float(o) {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let whole = f.floor();
        if !(-9.2e18..9.2e18).contains(&whole) {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        let (mut sec, mut nsec) = (whole as i64, ((f - whole) * 1e9).floor() as i64);
        if nsec >= 1_000_000_000 {
            (sec, nsec) = (sec + 1, nsec - 1_000_000_000);
        }
        return Ok(libc::timespec { tv_sec: sec, tv_nsec: nsec });
    }
    Ok(libc::timespec { tv_sec: vm.to_i64(o)?, tv_nsec: 0 })
}

fn nanoseconds(vm: &Vm, o: &Obj) -> PyResult<libc::timespec> {
    let n = vm.to_i64(o)?;
    Ok(libc::timespec { tv_sec: n.div_euclid(1_000_000_000), tv_nsec: n.rem_euclid(1_000_000_000) })
}

fn utime(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::or_fd(vm, "utime", "path", &a[0])?;
    let (times, ns) = (a[1].not_none(), a[2].given());
    if times.is_some() && ns.is_some() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let dir = dir_fd(vm, &a[3])?;
    let flags = if flag(vm, &a[4], true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let pair = |o: &Obj, f: fn(&Vm, &Obj) -> PyResult<libc::timespec>, message: &str| match tuple::get(o) {
        Some([x, y]) => Ok([f(vm, x)?, f(vm, y)?]),
        _ => Err(vm.type_error(message)),
    };
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    let when = match (times, ns) {
        (Some(t), _) => pair(t, seconds, "utime: 'times' must be either a tuple of two ints or None")?,
        (_, Some(n)) => pair(n, nanoseconds, "utime: 'ns' must be a tuple of two ints")?,
        _ => [now, now],
    };
    // SAFETY: the name is terminated; two times are given.
    checked(vm, p.filename(), || unsafe {
        match p.fd {
            Some(fd) => libc::futimens(fd, when.as_ptr()),
            None => libc::utimensat(dir, p.name.as_ptr(), when.as_ptr(), flags),
        }
    })?;
    Ok(Obj::NONE)
}

fn access(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::new(vm, "access", "path", &a[0])?;
    let (mode, dir) = (vm.to_i32(&a[1])?, dir_fd(vm, &a[2])?);
    let mut flags = if flag(vm, &a[3], false)? { libc::AT_EACCESS } else { 0 };
    if !flag(vm, &a[4], true)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: the name is terminated.
    let r =
        pyre_threads::without_attachment(|| unsafe { libc::faccessat(dir, p.name.as_ptr(), mode, flags) });
    Ok(Obj::bool(r == 0))
}
