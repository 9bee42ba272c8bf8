//! Extended attributes of files.

use super::flag;
use super::path::{self, Path};
use crate::os_calls::{checked, retry};
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, list};

pub static FUNCTIONS: [NativeDef; 4] = [
    NativeDef::function("getxattr", "(path, attribute, *, follow_symlinks=True)", |vm, a| {
        let (p, name) =
            (Path::or_fd(vm, "getxattr", "path", &a[0])?, Path::new(vm, "getxattr", "attribute", &a[1])?);
        let follow = flag(vm, &a[2], true)?;
        let value = sized(vm, &p, |to, n| {
            // SAFETY: the names are terminated, and the memory has the length that is given.
            unsafe {
                match (p.fd, follow) {
                    (Some(fd), _) => libc::fgetxattr(fd, name.name.as_ptr(), to.cast(), n),
                    (None, true) => libc::getxattr(p.name.as_ptr(), name.name.as_ptr(), to.cast(), n),
                    (None, false) => libc::lgetxattr(p.name.as_ptr(), name.name.as_ptr(), to.cast(), n),
                }
            }
        })?;
        Ok(bytes::new_bytes(&value))
    }),
    NativeDef::function("listxattr", "(path=None, *, follow_symlinks=True)", |vm, a| {
        let p = Path::or_here(vm, "listxattr", "path", &a[0])?;
        let follow = flag(vm, &a[1], true)?;
        let names = sized(vm, &p, |to, n| {
            // SAFETY: the name is terminated, and the memory has the length that is given.
            unsafe {
                match (p.fd, follow) {
                    (Some(fd), _) => libc::flistxattr(fd, to.cast(), n),
                    (None, true) => libc::listxattr(p.name.as_ptr(), to.cast(), n),
                    (None, false) => libc::llistxattr(p.name.as_ptr(), to.cast(), n),
                }
            }
        })?;
        let out = list::new_list([]);
        for name in names.split(|b| *b == 0).filter(|n| !n.is_empty()) {
            list::append(&out, path::decode(vm, name)?);
        }
        Ok(out)
    }),
    NativeDef::function("setxattr", "(path, attribute, value, flags=0, *, follow_symlinks=True)", |vm, a| {
        let (p, name) =
            (Path::or_fd(vm, "setxattr", "path", &a[0])?, Path::new(vm, "setxattr", "attribute", &a[1])?);
        let (memory, flags) = (vm.contiguous_buffer(&a[2])?, super::integer(vm, &a[3], 0)?);
        let value = memory.to_bytes();
        let (from, n, follow) = (value.as_ptr(), value.len(), flag(vm, &a[4], true)?);
        // SAFETY: the names are terminated, and the value has the length that is given.
        checked(vm, p.filename(), || unsafe {
            match (p.fd, follow) {
                (Some(fd), _) => libc::fsetxattr(fd, name.name.as_ptr(), from.cast(), n, flags),
                (None, true) => libc::setxattr(p.name.as_ptr(), name.name.as_ptr(), from.cast(), n, flags),
                (None, false) => libc::lsetxattr(p.name.as_ptr(), name.name.as_ptr(), from.cast(), n, flags),
            }
        })
        .map(|_| Obj::NONE)
    }),
    NativeDef::function("removexattr", "(path, attribute, *, follow_symlinks=True)", |vm, a| {
        let p = Path::or_fd(vm, "removexattr", "path", &a[0])?;
        let name = Path::new(vm, "removexattr", "attribute", &a[1])?;
        let follow = flag(vm, &a[2], true)?;
        // SAFETY: the names are terminated.
        checked(vm, p.filename(), || unsafe {
            match (p.fd, follow) {
                (Some(fd), _) => libc::fremovexattr(fd, name.name.as_ptr()),
                (None, true) => libc::removexattr(p.name.as_ptr(), name.name.as_ptr()),
                (None, false) => libc::lremovexattr(p.name.as_ptr(), name.name.as_ptr()),
            }
        })
        .map(|_| Obj::NONE)
    }),
];

/// The largest value, as Linux has it.
const MOST: usize = 65536;

/// What a call writes into memory of a length that it may find too short.
fn sized(vm: &Vm, p: &Path, mut call: impl FnMut(*mut u8, usize) -> isize) -> PyResult<Vec<u8>> {
    for size in [256, MOST] {
        let mut room = vec![0u8; size];
        match retry(vm, || call(room.as_mut_ptr(), size))? {
            Ok(n) => {
                room.truncate(n as usize);
                return Ok(room);
            }
            Err(libc::ERANGE) if size < MOST => {}
            Err(e) => return Err(vm.os_error(e, p.filename())),
        }
    }
    Err(vm.os_error(libc::ERANGE, p.filename()))
}
