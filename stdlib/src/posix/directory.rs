//! Directories: the current one, listing, making and removing.

use super::dir_fd;
use super::path::{self, Path};
use super::scan::Stream;
use crate::os_calls::{checked, last_errno};
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, list};

pub static FUNCTIONS: [NativeDef; 9] = [
    NativeDef::function("getcwd", "()", |vm, _| path::decode(vm, &current(vm)?)),
    NativeDef::function("getcwdb", "()", |vm, _| Ok(bytes::new_bytes(&current(vm)?))),
    NativeDef::function("chdir", "(path)", |vm, a| {
        let p = Path::or_fd(vm, "chdir", "path", &a[0])?;
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe {
            match p.fd {
                Some(fd) => libc::fchdir(fd),
                None => libc::chdir(p.name.as_ptr()),
            }
        })
        .map(|_| Obj::NONE)
    }),
    NativeDef::function("chroot", "(path)", |vm, a| {
        let p = Path::new(vm, "chroot", "path", &a[0])?;
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe { libc::chroot(p.name.as_ptr()) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("listdir", "(path=None)", listdir),
    NativeDef::function("scandir", "(path=None)", super::scan::scandir),
    NativeDef::function("mkdir", "(path, mode=511, *, dir_fd=None)", |vm, a| {
        let p = Path::new(vm, "mkdir", "path", &a[0])?;
        let (mode, dir) = (super::integer(vm, &a[1], 0o777)?, dir_fd(vm, &a[2])?);
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe { libc::mkdirat(dir, p.name.as_ptr(), mode as libc::mode_t) })
            .map(|_| Obj::NONE)
    }),
    NativeDef::function("rmdir", "(path, *, dir_fd=None)", |vm, a| {
        let p = Path::new(vm, "rmdir", "path", &a[0])?;
        let dir = dir_fd(vm, &a[1])?;
        // SAFETY: the name is terminated.
        checked(vm, p.filename(), || unsafe { libc::unlinkat(dir, p.name.as_ptr(), libc::AT_REMOVEDIR) })
            .map(|_| Obj::NONE)
    }),
    NativeDef::function("fspath", "(path)", |vm, a| path::fspath(vm, &a[0])),
];

fn current(vm: &Vm) -> PyResult<Vec<u8>> {
    let mut room = vec![0u8; 1024];
    loop {
        // SAFETY: the memory has the length that is given.
        let found = unsafe { libc::getcwd(room.as_mut_ptr().cast(), room.len()) };
        if !found.is_null() {
            let n = room.iter().position(|b| *b == 0).unwrap_or(room.len());
            room.truncate(n);
            return Ok(room);
        }
        match last_errno() {
            libc::ERANGE => room.resize(room.len() * 2, 0),
            e => return Err(vm.os_error(e, None)),
        }
    }
}

fn listdir(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::or_here(vm, "listdir", "path", &a[0])?;
    let names = pyre_threads::without_attachment(|| {
        let mut stream = Stream::open(&p)?;
        let mut names = Vec::new();
        while let Some(e) = stream.next()? {
            names.push(e.name);
        }
        Ok(names)
    });
    let names = names.map_err(|e: i32| vm.os_error(e, p.filename()))?;
    let out = list::with_capacity(names.len());
    for name in names {
        list::append(&out, p.result(vm, &name)?);
    }
    Ok(out)
}
