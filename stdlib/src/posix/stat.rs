//! `stat` and its results.

use super::path::{Path, descriptor};
use super::{dir_fd, flag};
use crate::name;
use crate::os_calls::checked;
use pyre_object::descriptor::new_getset;
use pyre_object::{GetSetDef, NativeDef, Obj, PyResult, Vm, attr, dict, float, int, intern, tuple, typeobj};
use pyre_types::struct_sequence::{StructSpec, type_of, with_hidden};
use std::sync::Once;

static STAT_RESULT: StructSpec = StructSpec {
    name: "os.stat_result",
    fields: &[
        "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime",
        "st_ctime",
    ],
    hidden: &["st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize", "st_blocks", "st_rdev"],
};

pub static STATVFS_RESULT: StructSpec = StructSpec {
    name: "os.statvfs_result",
    fields: &[
        "f_bsize",
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
        "f_favail",
        "f_flag",
        "f_namemax",
    ],
    hidden: &["f_fsid"],
};

pub static FUNCTIONS: [NativeDef; 9] = [
    NativeDef::function("stat", "(path, *, dir_fd=None, follow_symlinks=True)", |vm, a| {
        let p = Path::or_fd(vm, "stat", "path", &a[0])?;
        stat_path(vm, &p, dir_fd(vm, &a[1])?, flag(vm, &a[2], true)?)
    }),
    NativeDef::function("lstat", "(path, *, dir_fd=None)", |vm, a| {
        let p = Path::new(vm, "lstat", "path", &a[0])?;
        stat_path(vm, &p, dir_fd(vm, &a[1])?, false)
    }),
    NativeDef::function("fstat", "(fd)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let st = fill(vm, None, |to| {
            // SAFETY: `to` has room for the result.
            unsafe { libc::fstat(fd, to) }
        })?;
        stat_result(vm, &st)
    }),
    NativeDef::function("statvfs", "(path)", |vm, a| {
        let p = Path::or_fd(vm, "statvfs", "path", &a[0])?;
        statvfs(vm, &p)
    }),
    NativeDef::function("fstatvfs", "(fd, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        statvfs(vm, &Path { object: Obj::NONE, name: c"".to_owned(), fd: Some(fd), as_bytes: false })
    }),
    NativeDef::function("umask", "(mask, /)", |vm, a| {
        let mask = vm.to_i32(&a[0])?;
        // SAFETY: sets the process's mask.
        Ok(int::new_int(i64::from(unsafe { libc::umask(mask as libc::mode_t) })))
    }),
    NativeDef::function("major", "(device, /)", |vm, a| {
        Ok(int::new_int(i64::from(libc::major(vm.to_u64(&a[0])?))))
    }),
    NativeDef::function("minor", "(device, /)", |vm, a| {
        Ok(int::new_int(i64::from(libc::minor(vm.to_u64(&a[0])?))))
    }),
    NativeDef::function("makedev", "(major, minor, /)", |vm, a| {
        let (major, minor) = (vm.to_u64(&a[0])?, vm.to_u64(&a[1])?);
        Ok(int::from_u64(libc::makedev(major as u32, minor as u32)))
    }),
];

fn fill(vm: &Vm, filename: Option<&Obj>, call: impl Fn(*mut libc::stat) -> i32) -> PyResult<libc::stat> {
    // SAFETY: all-zero bytes are a valid `stat`.
    let mut st: libc::stat = unsafe { std::mem::zeroed() };
    let to = &raw mut st as usize;
    checked(vm, filename, || call(to as *mut libc::stat))?;
    Ok(st)
}

/// `stat` or `lstat` of a path.
///
/// # Errors
/// `OSError`
pub fn stat_path(vm: &Vm, p: &Path, dir: i32, follow: bool) -> PyResult {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let st = fill(vm, p.filename(), |to| {
        // SAFETY: the name is terminated, and `to` has room for the result.
        unsafe {
            match p.fd {
                Some(fd) => libc::fstat(fd, to),
                None => libc::fstatat(dir, p.name.as_ptr(), to, flags),
            }
        }
    })?;
    stat_result(vm, &st)
}

fn float_time(vm: &Vm, o: &Obj, exact: &Obj, i: usize) -> PyResult {
    match attr::instance_get(o, exact).and_then(|n| int::as_i64(&n)) {
        Some(n) => {
            let (sec, nsec) = (n.div_euclid(1_000_000_000), n.rem_euclid(1_000_000_000));
            Ok(float::new_float(sec as f64 + 1e-9 * nsec as f64))
        }
        None => {
            let item = tuple::get(o).and_then(|t| t.get(i));
            item.cloned().ok_or_else(|| vm.index_error("tuple index out of range"))
        }
    }
}

static TIMES: [GetSetDef; 3] = [
    GetSetDef::readonly("st_atime", |vm, o| float_time(vm, o, name!("st_atime_ns"), 7)),
    GetSetDef::readonly("st_mtime", |vm, o| float_time(vm, o, name!("st_mtime_ns"), 8)),
    GetSetDef::readonly("st_ctime", |vm, o| float_time(vm, o, name!("st_ctime_ns"), 9)),
];

/// `os.stat_result`: as items the times are whole seconds, as attributes they have fractions.
///
/// # Errors
/// None in a sound build.
pub fn type_object(vm: &Vm) -> PyResult<&'static Obj> {
    static ADAPTED: Once = Once::new();
    let ty = type_of(vm, &STAT_RESULT)?;
    ADAPTED.call_once(|| {
        // Nobody has looked into the type yet, so there is nothing to invalidate.
        let namespace = typeobj::type_body(ty).namespace();
        for def in &TIMES {
            dict::set_str(namespace, &intern::intern_str(def.name), new_getset(def, ty.clone()));
        }
    });
    Ok(ty)
}

/// The record for a `stat`.
///
/// # Errors
/// None in a sound build.
pub fn stat_result(vm: &Vm, st: &libc::stat) -> PyResult {
    let n = |i: u64| int::from_u64(i);
    let s = int::new_int;
    let ns = |sec: i64, nsec: i64| int::from_i128(i128::from(sec) * 1_000_000_000 + i128::from(nsec));
    with_hidden(
        vm,
        &STAT_RESULT,
        [
            n(st.st_mode.into()),
            n(st.st_ino),
            n(st.st_dev),
            n(st.st_nlink),
            n(st.st_uid.into()),
            n(st.st_gid.into()),
            s(st.st_size),
            s(st.st_atime),
            s(st.st_mtime),
            s(st.st_ctime),
        ],
        [
            ns(st.st_atime, st.st_atime_nsec),
            ns(st.st_mtime, st.st_mtime_nsec),
            ns(st.st_ctime, st.st_ctime_nsec),
            s(st.st_blksize),
            s(st.st_blocks),
            n(st.st_rdev),
        ],
    )
}

fn statvfs(vm: &Vm, p: &Path) -> PyResult {
    // SAFETY: all-zero bytes are a valid `statvfs`.
    let mut st: libc::statvfs = unsafe { std::mem::zeroed() };
    let to = &raw mut st as usize;
    // SAFETY: the name is terminated, and there is room for the result.
    checked(vm, p.filename(), || unsafe {
        match p.fd {
            Some(fd) => libc::fstatvfs(fd, to as *mut libc::statvfs),
            None => libc::statvfs(p.name.as_ptr(), to as *mut libc::statvfs),
        }
    })?;
    let items = [
        st.f_bsize,
        st.f_frsize,
        st.f_blocks,
        st.f_bfree,
        st.f_bavail,
        st.f_files,
        st.f_ffree,
        st.f_favail,
        st.f_flag,
        st.f_namemax,
    ];
    with_hidden(vm, &STATVFS_RESULT, items.map(int::from_u64), [int::from_u64(st.f_fsid)])
}
