//! Functions on file descriptors.

use super::path::{Path, descriptor};
use super::{dir_fd, flag, integer};
use crate::os_calls::{self, at_once, checked};
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, int, list, raise, tuple};

pub static FUNCTIONS: [NativeDef; 38] = [
    NativeDef::function("open", "(path, flags, mode=511, *, dir_fd=None)", open),
    NativeDef::function("close", "(fd)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        // After EINTR it is closed all the same.
        let r = pyre_threads::without_attachment(|| {
            // SAFETY: the caller says that the descriptor is its own.
            if unsafe { libc::close(fd) } == 0 { 0 } else { os_calls::last_errno() }
        });
        if r == 0 || r == libc::EINTR { Ok(Obj::NONE) } else { Err(vm.os_error(r, None)) }
    }),
    NativeDef::function("closerange", "(fd_low, fd_high, /)", |vm, a| {
        let (low, high) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?);
        pyre_threads::without_attachment(|| {
            (low.max(0)..high).for_each(|fd| {
                // SAFETY: the caller says that the descriptors are its own.
                let _ = unsafe { libc::close(fd) };
            });
        });
        Ok(Obj::NONE)
    }),
    NativeDef::function("read", "(fd, length, /)", |vm, a| {
        let (fd, n) = (descriptor(vm, &a[0])?, vm.to_isize(&a[1])?);
        if n < 0 {
            return Err(vm.os_error(libc::EINVAL, None));
        }
        let mut memory = vec![0; (n as usize).min(bytes::MAX_LEN)];
        transferred(vm, os_calls::read(vm, fd, &mut memory)?).map(|n| bytes::new_bytes(&memory[..n]))
    }),
    NativeDef::function("readinto", "(fd, buffer, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let mut memory = vm.writable_buffer(&a[1])?;
        let to = memory.as_mut_slice().unwrap_or_default();
        transferred(vm, os_calls::read(vm, fd, to)?).map(Obj::from_len)
    }),
    NativeDef::function("write", "(fd, data, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let memory = vm.contiguous_buffer(&a[1])?;
        transferred(vm, os_calls::write(vm, fd, &memory.to_bytes())?).map(Obj::from_len)
    }),
    NativeDef::function("pread", "(fd, length, offset, /)", |vm, a| {
        let (fd, n, at) = (descriptor(vm, &a[0])?, vm.to_isize(&a[1])?, vm.to_i64(&a[2])?);
        if n < 0 {
            return Err(vm.os_error(libc::EINVAL, None));
        }
        let mut memory = vec![0u8; (n as usize).min(bytes::MAX_LEN)];
        let (to, len) = (memory.as_mut_ptr() as usize, memory.len());
        // SAFETY: the memory outlives the call.
        let n = checked(vm, None, || unsafe { libc::pread(fd, to as *mut libc::c_void, len, at) })?;
        Ok(bytes::new_bytes(&memory[..n as usize]))
    }),
    NativeDef::function("pwrite", "(fd, buffer, offset, /)", |vm, a| {
        let (fd, memory, at) = (descriptor(vm, &a[0])?, vm.contiguous_buffer(&a[1])?, vm.to_i64(&a[2])?);
        let data = memory.to_bytes();
        // SAFETY: the memory outlives the call.
        let n = checked(vm, None, || unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len(), at) })?;
        Ok(Obj::from_len(n as usize))
    }),
    NativeDef::function("readv", "(fd, buffers, /)", readv),
    NativeDef::function("writev", "(fd, buffers, /)", writev),
    NativeDef::function("lseek", "(fd, position, how, /)", |vm, a| {
        let (fd, to, how) = (descriptor(vm, &a[0])?, vm.to_i64(&a[1])?, vm.to_i32(&a[2])?);
        // SAFETY: moves the position of a descriptor.
        at_once(vm, unsafe { libc::lseek(fd, to, how) }).map(int::new_int)
    }),
    NativeDef::function("pipe", "()", |vm, _| pipe(vm, libc::O_CLOEXEC)),
    NativeDef::function("pipe2", "(flags, /)", |vm, a| pipe(vm, vm.to_i32(&a[0])?)),
    NativeDef::function("dup", "(fd, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        // SAFETY: makes another descriptor.
        at_once(vm, unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }).map(number)
    }),
    NativeDef::function("dup2", "(fd, fd2, inheritable=True)", |vm, a| {
        let (from, to) = (descriptor(vm, &a[0])?, descriptor(vm, &a[1])?);
        let flags = if flag(vm, &a[2], true)? { 0 } else { libc::O_CLOEXEC };
        // SAFETY: the caller says that the second descriptor is its own.
        checked(vm, None, || unsafe {
            if flags == 0 { libc::dup2(from, to) } else { libc::dup3(from, to, flags) }
        })
        .map(number)
    }),
    NativeDef::function("ftruncate", "(fd, length, /)", |vm, a| {
        let (fd, n) = (descriptor(vm, &a[0])?, vm.to_i64(&a[1])?);
        // SAFETY: changes the length of a file.
        checked(vm, None, || unsafe { libc::ftruncate(fd, n) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("fsync", "(fd)", |vm, a| {
        let fd = super::file_descriptor(vm, &a[0])?;
        // SAFETY: writes a file to its device.
        checked(vm, None, || unsafe { libc::fsync(fd) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("fdatasync", "(fd)", |vm, a| {
        let fd = super::file_descriptor(vm, &a[0])?;
        // SAFETY: writes a file to its device.
        checked(vm, None, || unsafe { libc::fdatasync(fd) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("sync", "()", |_, _| {
        // SAFETY: writes all files to their devices.
        pyre_threads::without_attachment(|| unsafe { libc::sync() });
        Ok(Obj::NONE)
    }),
    NativeDef::function("isatty", "(fd, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        // SAFETY: asks about a descriptor.
        Ok(Obj::bool(unsafe { libc::isatty(fd) } == 1))
    }),
    NativeDef::function("get_inheritable", "(fd, /)", |vm, a| {
        let flags = fd_flags(vm, descriptor(vm, &a[0])?)?;
        Ok(Obj::bool(flags & libc::FD_CLOEXEC == 0))
    }),
    NativeDef::function("set_inheritable", "(fd, inheritable, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let flags = fd_flags(vm, fd)?;
        let flags = if vm.truth(&a[1])? { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        // SAFETY: sets a flag of a descriptor.
        at_once(vm, unsafe { libc::fcntl(fd, libc::F_SETFD, flags) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("get_blocking", "(fd, /)", |vm, a| {
        let flags = status_flags(vm, descriptor(vm, &a[0])?)?;
        Ok(Obj::bool(flags & libc::O_NONBLOCK == 0))
    }),
    NativeDef::function("set_blocking", "(fd, blocking, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let flags = status_flags(vm, fd)?;
        let flags = if vm.truth(&a[1])? { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        // SAFETY: sets a flag of a descriptor.
        at_once(vm, unsafe { libc::fcntl(fd, libc::F_SETFL, flags) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("sendfile", "(out_fd, in_fd, offset, count)", sendfile),
    NativeDef::function(
        "copy_file_range",
        "(src, dst, count, offset_src=None, offset_dst=None)",
        copy_file_range,
    ),
    NativeDef::function("posix_fadvise", "(fd, offset, length, advice, /)", |vm, a| {
        let (fd, at, n, advice) =
            (descriptor(vm, &a[0])?, vm.to_i64(&a[1])?, vm.to_i64(&a[2])?, vm.to_i32(&a[3])?);
        // SAFETY: advice about a descriptor.
        match pyre_threads::without_attachment(|| unsafe { libc::posix_fadvise(fd, at, n, advice) }) {
            0 => Ok(Obj::NONE),
            e => Err(vm.os_error(e, None)),
        }
    }),
    NativeDef::function("posix_fallocate", "(fd, offset, length, /)", |vm, a| {
        let (fd, at, n) = (descriptor(vm, &a[0])?, vm.to_i64(&a[1])?, vm.to_i64(&a[2])?);
        // SAFETY: reserves room in a file.
        match pyre_threads::without_attachment(|| unsafe { libc::posix_fallocate(fd, at, n) }) {
            0 => Ok(Obj::NONE),
            e => Err(vm.os_error(e, None)),
        }
    }),
    NativeDef::function("lockf", "(fd, command, length, /)", |vm, a| {
        let (fd, command, n) = (descriptor(vm, &a[0])?, vm.to_i32(&a[1])?, vm.to_i64(&a[2])?);
        // SAFETY: locks a part of a file.
        checked(vm, None, || unsafe { libc::lockf(fd, command, n) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("memfd_create", "(name, flags=1)", |vm, a| {
        let p = Path::new(vm, "memfd_create", "name", &a[0])?;
        let flags = integer(vm, &a[1], libc::MFD_CLOEXEC as i32)?;
        // SAFETY: the name is terminated.
        at_once(vm, unsafe { libc::memfd_create(p.name.as_ptr(), flags as u32) }).map(number)
    }),
    NativeDef::function("eventfd", "(initval, flags=524288)", |vm, a| {
        let (n, flags) = (vm.to_u64(&a[0])?, integer(vm, &a[1], libc::EFD_CLOEXEC)?);
        // SAFETY: makes a descriptor.
        at_once(vm, unsafe { libc::eventfd(n as u32, flags) }).map(number)
    }),
    NativeDef::function("eventfd_read", "(fd)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let mut value = [0u8; 8];
        match os_calls::read(vm, fd, &mut value)? {
            Some(_) => Ok(int::from_u64(u64::from_ne_bytes(value))),
            None => Err(vm.os_error(libc::EAGAIN, None)),
        }
    }),
    NativeDef::function("eventfd_write", "(fd, value)", |vm, a| {
        let (fd, value) = (descriptor(vm, &a[0])?, vm.to_u64(&a[1])?);
        transferred(vm, os_calls::write(vm, fd, &value.to_ne_bytes())?).map(|_| Obj::NONE)
    }),
    NativeDef::function("openpty", "()", |vm, _| {
        let (mut master, mut slave) = (0, 0);
        let null = std::ptr::null_mut();
        // SAFETY: the two numbers are written; the rest is optional.
        at_once(vm, unsafe {
            libc::openpty(&raw mut master, &raw mut slave, null, null.cast(), null.cast())
        })?;
        for fd in [master, slave] {
            // SAFETY: sets a flag of a descriptor.
            at_once(vm, unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) })?;
        }
        Ok(tuple::pair(number(master), number(slave)))
    }),
    NativeDef::function("ttyname", "(fd, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        let mut name = [0u8; 256];
        // SAFETY: the name is written into memory of the length given.
        match unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) } {
            0 => super::path::decode(vm, name.split(|b| *b == 0).next().unwrap_or_default()),
            e => Err(vm.os_error(e, None)),
        }
    }),
    NativeDef::function("tcgetpgrp", "(fd, /)", |vm, a| {
        let fd = descriptor(vm, &a[0])?;
        // SAFETY: asks about a terminal.
        at_once(vm, unsafe { libc::tcgetpgrp(fd) }).map(number)
    }),
    NativeDef::function("tcsetpgrp", "(fd, pgid, /)", |vm, a| {
        let (fd, group) = (descriptor(vm, &a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: gives a terminal to a process group.
        at_once(vm, unsafe { libc::tcsetpgrp(fd, group) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("fchdir", "(fd)", |vm, a| {
        let fd = super::file_descriptor(vm, &a[0])?;
        // SAFETY: changes the current directory.
        checked(vm, None, || unsafe { libc::fchdir(fd) }).map(|_| Obj::NONE)
    }),
];

fn number(n: i32) -> Obj {
    int::new_int(i64::from(n))
}

fn transferred(vm: &Vm, n: Option<usize>) -> PyResult<usize> {
    n.ok_or_else(|| vm.os_error(libc::EAGAIN, None))
}

fn fd_flags(vm: &Vm, fd: i32) -> PyResult<i32> {
    // SAFETY: asks about a descriptor.
    at_once(vm, unsafe { libc::fcntl(fd, libc::F_GETFD) })
}

fn status_flags(vm: &Vm, fd: i32) -> PyResult<i32> {
    // SAFETY: asks about a descriptor.
    at_once(vm, unsafe { libc::fcntl(fd, libc::F_GETFL) })
}

fn open(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::new(vm, "open", "path", &a[0])?;
    let (flags, mode, dir) =
        (vm.to_i32(&a[1])? | libc::O_CLOEXEC, integer(vm, &a[2], 0o777)?, dir_fd(vm, &a[3])?);
    // SAFETY: the name is terminated.
    checked(vm, p.filename(), || unsafe { libc::openat(dir, p.name.as_ptr(), flags, mode as libc::c_uint) })
        .map(number)
}

fn pipe(vm: &Vm, flags: i32) -> PyResult {
    let mut ends = [0; 2];
    // SAFETY: both numbers are written.
    at_once(vm, unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    Ok(tuple::pair(number(ends[0]), number(ends[1])))
}

fn buffers(vm: &Vm, o: &Obj, name: &str) -> PyResult<Vec<Obj>> {
    if list::is_list(o) || tuple::is_tuple(o) {
        return vm.collect(o);
    }
    raise!(vm, TypeError, "{name}() arg 2 must be a sequence")
}

fn readv(vm: &Vm, a: &[Obj]) -> PyResult {
    let fd = descriptor(vm, &a[0])?;
    let mut memories = Vec::new();
    for o in buffers(vm, &a[1], "readv")? {
        memories.push(vm.writable_buffer(&o)?);
    }
    let parts: Vec<libc::iovec> =
        memories.iter().map(|m| libc::iovec { iov_base: m.ptr.cast(), iov_len: m.len }).collect();
    // SAFETY: the memory is lent for the duration of the call.
    let n = checked(vm, None, || unsafe { libc::readv(fd, parts.as_ptr(), parts.len() as i32) })?;
    Ok(Obj::from_len(n as usize))
}

fn writev(vm: &Vm, a: &[Obj]) -> PyResult {
    let fd = descriptor(vm, &a[0])?;
    let mut memories = Vec::new();
    for o in buffers(vm, &a[1], "writev")? {
        memories.push(vm.contiguous_buffer(&o)?);
    }
    let parts: Vec<libc::iovec> =
        memories.iter().map(|m| libc::iovec { iov_base: m.ptr.cast(), iov_len: m.len }).collect();
    // SAFETY: the memory is lent for the duration of the call.
    let n = checked(vm, None, || unsafe { libc::writev(fd, parts.as_ptr(), parts.len() as i32) })?;
    Ok(Obj::from_len(n as usize))
}

fn sendfile(vm: &Vm, a: &[Obj]) -> PyResult {
    let (out, from) = (descriptor(vm, &a[0])?, descriptor(vm, &a[1])?);
    let n = vm.to_usize(&a[3])?;
    let mut at = match a[2].not_none() {
        Some(o) => Some(vm.to_i64(o)?),
        None => None,
    };
    // SAFETY: the offset, if there is one, outlives the call.
    let n = checked(vm, None, || unsafe {
        libc::sendfile(out, from, at.as_mut().map_or(std::ptr::null_mut(), |at| &raw mut *at), n)
    })?;
    Ok(Obj::from_len(n as usize))
}

fn copy_file_range(vm: &Vm, a: &[Obj]) -> PyResult {
    let (from, to, n) = (descriptor(vm, &a[0])?, descriptor(vm, &a[1])?, vm.to_isize(&a[2])?);
    if n < 0 {
        return Err(vm.value_error("negative value for 'count' not allowed"));
    }
    let offset = |o: &Obj| o.not_none().map_or(Ok(None), |o| vm.to_i64(o).map(Some));
    let (mut in_at, mut out_at) = (offset(&a[3])?, offset(&a[4])?);
    let null = std::ptr::null_mut;
    // SAFETY: the offsets, if there are any, outlive the call.
    let n = checked(vm, None, || unsafe {
        libc::copy_file_range(
            from,
            in_at.as_mut().map_or(null(), |at| &raw mut *at),
            to,
            out_at.as_mut().map_or(null(), |at| &raw mut *at),
            n as usize,
            0,
        )
    })?;
    Ok(Obj::from_len(n as usize))
}
