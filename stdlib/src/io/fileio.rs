//! `FileIO`: a file descriptor as a raw stream.

use super::support::{check_closed, offset, optional_size, unsupported};
use super::types;
use crate::name;
use crate::os_calls;
use crate::posix::path;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, alloc, attr, bytes,
    heap_body, int, raise, str,
};
use pyre_threads::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, Ordering};
use pyre_types::arguments::bind_optional;

const CREATED: u32 = 1;
const READABLE: u32 = 2;
const WRITABLE: u32 = 4;
const APPENDING: u32 = 8;
const CLOSE_FD: u32 = 16;

heap_body! {
    /// The body of a `FileIO`.
    pub struct FileIoBody "FileIO" {
        slots {}
        data {
            /// The descriptor, -1 when closed.
            fd: AtomicI32,
            /// How it was opened.
            flags: AtomicU32,
            /// Whether it can seek: 0 not known, 1 no, 2 yes.
            seekable: AtomicU8,
            /// The preferred size of transfers.
            block_size: AtomicU32,
            /// Whether the finalizer closes it.
            finalizing: AtomicBool,
        }
    }
}

impl FileIoBody {
    fn new() -> FileIoBody {
        FileIoBody {
            fd: AtomicI32::new(-1),
            flags: AtomicU32::new(CLOSE_FD),
            seekable: AtomicU8::new(0),
            block_size: AtomicU32::new(super::DEFAULT_BUFFER_SIZE as u32),
            finalizing: AtomicBool::new(false),
        }
    }

    fn fd(&self) -> i32 {
        self.fd.load(Ordering::Relaxed)
    }

    fn has(&self, flag: u32) -> bool {
        self.flags.load(Ordering::Relaxed) & flag != 0
    }

    fn open_fd(&self, vm: &Vm) -> PyResult<i32> {
        match self.fd() {
            fd if fd < 0 => Err(vm.value_error("I/O operation on closed file")),
            fd => Ok(fd),
        }
    }

    fn reading_fd(&self, vm: &Vm) -> PyResult<i32> {
        let fd = self.open_fd(vm)?;
        if self.has(READABLE) { Ok(fd) } else { Err(unsupported(vm, "File not open for reading")) }
    }

    fn writing_fd(&self, vm: &Vm) -> PyResult<i32> {
        let fd = self.open_fd(vm)?;
        if self.has(WRITABLE) { Ok(fd) } else { Err(unsupported(vm, "File not open for writing")) }
    }

    /// The preferred size of transfers.
    pub fn block_size(&self) -> usize {
        self.block_size.load(Ordering::Relaxed) as usize
    }

    fn mode(&self) -> &'static str {
        let readable = self.has(READABLE);
        match (self.has(CREATED), self.has(APPENDING), readable, self.has(WRITABLE)) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}

/// `FileIO`
pub static FILE_IO: TypeSpec = TypeSpec {
    name: "_io.FileIO",
    doc: "Open a file.",
    base: Some(|_| types::RAW_IO_BASE.get().clone()),
    layout: Some(FileIoBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF),
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::NONE },
    methods: &METHODS,
    getset: &[
        GetSetDef::new("_finalizing", |_, o| Ok(Obj::bool(is_finalizing(o))), set_finalizing),
        GetSetDef::readonly("closed", |_, o| Ok(Obj::bool(o.body::<FileIoBody>().fd() < 0))),
        GetSetDef::readonly("closefd", |_, o| Ok(Obj::bool(o.body::<FileIoBody>().has(CLOSE_FD)))),
        GetSetDef::readonly("mode", |_, o| Ok(str::new_str(o.body::<FileIoBody>().mode()))),
        GetSetDef::new(
            "_blksize",
            |_, o| Ok(Obj::from_len(o.body::<FileIoBody>().block_size())),
            |vm, o, v| {
                let n = v.map_or(Ok(0), |v| vm.to_i32(v))?;
                o.body::<FileIoBody>().block_size.store(n.max(0) as u32, Ordering::Relaxed);
                Ok(())
            },
        ),
    ],
};

static METHODS: [NativeDef; 16] = [
    NativeDef::method("read", "($self, size=-1, /)", |vm, a| {
        a[0].body::<FileIoBody>().reading_fd(vm)?;
        match optional_size(vm, &a[1])? {
            None => readall(vm, a),
            Some(n) => read(vm, &a[0], n),
        }
    }),
    NativeDef::method("readall", "($self, /)", readall),
    NativeDef::method("readinto", "($self, buffer, /)", |vm, a| {
        let mut memory = vm.writable_buffer(&a[1])?;
        let to = memory.as_mut_slice().ok_or_else(|| vm.type_error("a writable buffer is required"))?;
        Ok(read_into(vm, &a[0], to)?.map_or(Obj::NONE, Obj::from_len))
    }),
    NativeDef::method("write", "($self, b, /)", |vm, a| {
        a[0].body::<FileIoBody>().writing_fd(vm)?;
        let memory = vm.contiguous_buffer(&a[1])?;
        Ok(write(vm, &a[0], &memory.to_bytes())?.map_or(Obj::NONE, Obj::from_len))
    }),
    NativeDef::method("seek", "($self, pos, whence=0, /)", |vm, a| {
        let whence = a[2].given().map_or(Ok(0), |w| vm.to_i32(w))?;
        a[0].body::<FileIoBody>().open_fd(vm)?;
        Ok(int::new_int(seek(vm, &a[0], offset(vm, &a[1])?, whence)?))
    }),
    NativeDef::method("tell", "($self, /)", |vm, a| Ok(int::new_int(seek(vm, &a[0], 0, libc::SEEK_CUR)?))),
    NativeDef::method("truncate", "($self, size=None, /)", truncate),
    NativeDef::method("close", "($self, /)", close),
    NativeDef::method("seekable", "($self, /)", |vm, a| Ok(Obj::bool(is_seekable(vm, &a[0])?))),
    NativeDef::method("readable", "($self, /)", |vm, a| {
        let b: &FileIoBody = a[0].body();
        b.open_fd(vm)?;
        Ok(Obj::bool(b.has(READABLE)))
    }),
    NativeDef::method("writable", "($self, /)", |vm, a| {
        let b: &FileIoBody = a[0].body();
        b.open_fd(vm)?;
        Ok(Obj::bool(b.has(WRITABLE)))
    }),
    NativeDef::method("fileno", "($self, /)", |vm, a| {
        Ok(int::new_int(i64::from(a[0].body::<FileIoBody>().open_fd(vm)?)))
    }),
    NativeDef::method("isatty", "($self, /)", is_terminal),
    NativeDef::method("_isatty_open_only", "($self, /)", is_terminal),
    NativeDef::method("_dealloc_warn", "($self, source, /)", |vm, a| {
        warn_unclosed(vm, &a[0], &a[1]);
        Ok(Obj::NONE)
    }),
    NativeDef::method("__getstate__", "($self, /)", |vm, a| {
        Err(vm.type_error(format!("cannot pickle '{}' instances", a[0].type_name())))
    }),
];

fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(alloc::new_shaped(type_body(cls).root_shape(), FileIoBody::new()))
}

/// What a mode string asks for: our flags and those of `open(2)`.
fn parse_mode(vm: &Vm, mode: &str) -> PyResult<(u32, i32)> {
    let (mut flags, mut os, mut how, mut plus) = (0, 0, 0, false);
    for c in mode.chars() {
        match c {
            'x' => (flags, os, how) = (CREATED | WRITABLE, libc::O_EXCL | libc::O_CREAT, how + 1),
            'r' => (flags, how) = (flags | READABLE, how + 1),
            'w' => (flags, os, how) = (flags | WRITABLE, libc::O_CREAT | libc::O_TRUNC, how + 1),
            'a' => (flags, os, how) = (flags | WRITABLE | APPENDING, libc::O_APPEND | libc::O_CREAT, how + 1),
            'b' => {}
            '+' if !plus => plus = true,
            '+' => how = 2,
            _ => raise!(vm, ValueError, "invalid mode: {mode}"),
        }
    }
    if how != 1 || (plus && mode.matches('+').count() > 1) {
        return Err(
            vm.value_error("Must have exactly one of create/read/write/append mode and at most one plus")
        );
    }
    if plus {
        flags |= READABLE | WRITABLE;
    }
    os |= match (flags & READABLE != 0, flags & WRITABLE != 0) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((flags, os | libc::O_CLOEXEC))
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    let [file, mode, close_fd, opener] =
        bind_optional(vm, "FileIO", ["file", "mode", "closefd", "opener"], args)?;
    let Some(file) = file else {
        return Err(vm.type_error("FileIO() missing required argument 'file' (pos 1)"));
    };
    let mode = match mode {
        None => "r".to_owned(),
        Some(m) if str::is_str(m) => str::to_string_lossy(m),
        Some(m) => raise!(vm, TypeError, "FileIO() argument 'mode' must be str, not {}", m.type_name()),
    };
    let close_fd = close_fd.map_or(Ok(true), |c| vm.truth(c))?;
    initialize(vm, o, file, &mode, close_fd, opener.and_then(Obj::not_none))
}

/// An open `FileIO`, for `open()`.
///
/// # Errors
/// As the constructor.
pub fn open(vm: &Vm, file: &Obj, mode: &str, close_fd: bool, opener: Option<&Obj>) -> PyResult {
    let o = new(vm, types::FILE_IO.get(), Args::EMPTY)?;
    initialize(vm, &o, file, mode, close_fd, opener)?;
    Ok(o)
}

fn initialize(
    vm: &Vm,
    o: &Obj,
    file: &Obj,
    mode: &str,
    close_fd: bool,
    opener: Option<&Obj>,
) -> PyResult<()> {
    let b: &FileIoBody = o.body();
    if b.fd() >= 0 {
        if b.has(CLOSE_FD) {
            close_descriptor(vm, b)?;
        } else {
            b.fd.store(-1, Ordering::Relaxed);
        }
    }
    let is_name =
        str::is_str(file) || bytes::is_bytes(file) || !int::is_int(file) && file.slots().index.addr() == 0;
    let (flags, os) = parse_mode(vm, mode)?;
    b.flags.store(flags | if close_fd { CLOSE_FD } else { 0 }, Ordering::Relaxed);
    b.seekable.store(0, Ordering::Relaxed);
    if !is_name {
        if file.raw().is_bool() {
            vm.warn(Exc::RuntimeWarning, "bool is used as a file descriptor", 1)?;
        }
        let fd = path::descriptor(vm, file)?;
        if fd < 0 {
            return Err(vm.value_error("negative file descriptor"));
        }
        b.fd.store(fd, Ordering::Relaxed);
        let checked = examine(vm, b, None);
        if let Err(e) = checked {
            // Not ours to close.
            b.fd.store(-1, Ordering::Relaxed);
            return Err(e);
        }
    } else {
        if !close_fd {
            return Err(vm.value_error("Cannot use closefd=False with file name"));
        }
        let fd = open_name(vm, file, os, opener)?;
        b.fd.store(fd, Ordering::Relaxed);
        if let Err(e) = examine(vm, b, Some(file)) {
            let _ = close_descriptor(vm, b);
            return Err(e);
        }
    }
    vm.setattr(o, name!("name"), Some(file))?;
    if flags & APPENDING != 0 {
        // A stream that cannot seek has no end to go to.
        let _ = seek(vm, o, 0, libc::SEEK_END);
    }
    Ok(())
}

fn open_name(vm: &Vm, file: &Obj, os: i32, opener: Option<&Obj>) -> PyResult<i32> {
    let Some(opener) = opener else {
        let object = path::fspath(vm, file)?;
        let name = path::terminated(vm, path::encode(vm, &object)?)?;
        // SAFETY: the name is terminated.
        return os_calls::checked(vm, Some(file), || unsafe { libc::open(name.as_ptr(), os, 0o666) });
    };
    let fd = vm.call(opener, &[file.clone(), int::new_int(i64::from(os))])?;
    if fd.slots().index.addr() == 0 && !int::is_int(&fd) {
        raise!(vm, TypeError, "expected integer from opener");
    }
    let fd = vm.to_i32(&fd)?;
    if fd < 0 {
        raise!(vm, ValueError, "opener returned {fd}");
    }
    // SAFETY: sets a flag of a descriptor.
    os_calls::at_once(vm, unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) })?;
    Ok(fd)
}

/// Refuses directories, and learns the block size and whether the file is a regular one.
fn examine(vm: &Vm, b: &FileIoBody, file: Option<&Obj>) -> PyResult<()> {
    // SAFETY: all-zero bytes are a valid `stat`.
    let mut st: libc::stat = unsafe { std::mem::zeroed() };
    let (fd, to) = (b.fd(), &raw mut st as usize);
    // SAFETY: `st` has room for the result and outlives the call.
    os_calls::checked(vm, file, || unsafe { libc::fstat(fd, to as *mut libc::stat) })?;
    if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
        return Err(vm.os_error(libc::EISDIR, file));
    }
    if st.st_blksize > 1 {
        b.block_size.store(st.st_blksize as u32, Ordering::Relaxed);
    }
    if st.st_mode & libc::S_IFMT == libc::S_IFREG {
        b.seekable.store(2, Ordering::Relaxed);
    }
    Ok(())
}

/// Reads into memory; `None` if it would block.
///
/// # Errors
/// `ValueError`, `UnsupportedOperation`, `OSError`.
pub fn read_into(vm: &Vm, o: &Obj, to: &mut [u8]) -> PyResult<Option<usize>> {
    os_calls::read(vm, o.body::<FileIoBody>().reading_fd(vm)?, to)
}

/// Writes from memory; `None` if it would block.
///
/// # Errors
/// As [`read_into`].
pub fn write(vm: &Vm, o: &Obj, from: &[u8]) -> PyResult<Option<usize>> {
    os_calls::write(vm, o.body::<FileIoBody>().writing_fd(vm)?, from)
}

fn read(vm: &Vm, o: &Obj, n: usize) -> PyResult {
    if n > bytes::MAX_LEN {
        return Err(vm.memory_error());
    }
    let mut memory = vec![0; n];
    Ok(match read_into(vm, o, &mut memory)? {
        Some(n) => bytes::new_bytes(&memory[..n]),
        None => Obj::NONE,
    })
}

fn readall(vm: &Vm, a: &[Obj]) -> PyResult {
    a[0].body::<FileIoBody>().reading_fd(vm)?;
    let mut all = Vec::new();
    Ok(if read_all(vm, &a[0], &mut all)? { bytes::new_bytes(&all) } else { Obj::NONE })
}

/// Appends everything up to the end of the file; false if there was nothing and it would block.
///
/// # Errors
/// As [`read_into`].
pub fn read_all(vm: &Vm, o: &Obj, all: &mut Vec<u8>) -> PyResult<bool> {
    let fd = o.body::<FileIoBody>().reading_fd(vm)?;
    let before = all.len();
    // SAFETY: all-zero bytes are a valid `stat`.
    let mut st: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `st` has room for the result; the calls do not block on a file that is open.
    let rest = unsafe {
        let here = libc::lseek(fd, 0, libc::SEEK_CUR);
        if here >= 0 && libc::fstat(fd, &raw mut st) == 0 && st.st_size > here {
            st.st_size - here
        } else {
            0
        }
    };
    // One byte more, so that the end shows without another allocation.
    let mut step = (rest as usize).saturating_add(1).clamp(8192, bytes::MAX_LEN);
    loop {
        let at = all.len();
        if all.try_reserve(step).is_err() {
            return Err(vm.memory_error());
        }
        all.resize(at + step, 0);
        match os_calls::read(vm, fd, &mut all[at..])? {
            Some(n) => {
                all.truncate(at + n);
                if n == 0 {
                    return Ok(true);
                }
                step = if n == step { (all.len() - before).max(8192) } else { (step - n).max(8192) };
            }
            None => {
                all.truncate(at);
                return Ok(at > before);
            }
        }
    }
}

/// `lseek`
///
/// # Errors
/// `ValueError`, `OSError`.
pub fn seek(vm: &Vm, o: &Obj, to: i64, whence: i32) -> PyResult<i64> {
    let fd = o.body::<FileIoBody>().open_fd(vm)?;
    // SAFETY: moves the position of a descriptor.
    os_calls::at_once(vm, unsafe { libc::lseek(fd, to, whence) })
}

/// Whether the file can seek.
///
/// # Errors
/// `ValueError` when it is closed.
pub fn is_seekable(vm: &Vm, o: &Obj) -> PyResult<bool> {
    let b: &FileIoBody = o.body();
    let fd = b.open_fd(vm)?;
    if b.seekable.load(Ordering::Relaxed) == 0 {
        // SAFETY: asks for the position of a descriptor.
        let found = if unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } < 0 { 1 } else { 2 };
        b.seekable.store(found, Ordering::Relaxed);
    }
    Ok(b.seekable.load(Ordering::Relaxed) == 2)
}

fn truncate(vm: &Vm, a: &[Obj]) -> PyResult {
    let fd = a[0].body::<FileIoBody>().writing_fd(vm)?;
    let size = match a[1].not_none() {
        Some(s) => offset(vm, s)?,
        None => seek(vm, &a[0], 0, libc::SEEK_CUR)?,
    };
    // SAFETY: changes the length of a file.
    os_calls::checked(vm, None, || unsafe { libc::ftruncate(fd, size) })?;
    Ok(int::new_int(size))
}

fn close_descriptor(vm: &Vm, b: &FileIoBody) -> PyResult<()> {
    let fd = b.fd.swap(-1, Ordering::Relaxed);
    if fd < 0 {
        return Ok(());
    }
    // SAFETY: the descriptor was ours, and is forgotten. After EINTR it is closed all the same.
    let errno = pyre_threads::without_attachment(|| match unsafe { libc::close(fd) } {
        0 => 0,
        _ => os_calls::last_errno(),
    });
    match errno {
        0 | libc::EINTR => Ok(()),
        e => Err(vm.os_error(e, None)),
    }
}

fn close(vm: &Vm, a: &[Obj]) -> PyResult {
    let o = &a[0];
    let b: &FileIoBody = o.body();
    let marked = close_base(vm, o);
    if !b.has(CLOSE_FD) {
        b.fd.store(-1, Ordering::Relaxed);
        return marked.map(|()| Obj::NONE);
    }
    if is_finalizing(o) && b.fd() >= 0 {
        warn_unclosed(vm, o, o);
    }
    let closed = close_descriptor(vm, b);
    marked.and(closed).map(|()| Obj::NONE)
}

/// What `_RawIOBase.close` does: `flush`, which a subclass may define, once.
fn close_base(vm: &Vm, o: &Obj) -> PyResult<()> {
    if attr::instance_get(o, name!("__IOBase_closed")).is_some() {
        return Ok(());
    }
    let flushed = if o.ty().is(types::FILE_IO.get()) {
        Ok(())
    } else {
        super::support::call(vm, o, name!("flush"), &[]).map(drop)
    };
    vm.setattr(o, name!("__IOBase_closed"), Some(&Obj::TRUE))?;
    flushed
}

fn finalizing_flag(o: &Obj) -> Option<&AtomicBool> {
    if let Some(b) = o.downcast::<FileIoBody>() {
        return Some(&b.finalizing);
    }
    if let Some(b) = o.downcast::<super::buffered::BufferedBody>() {
        return Some(&b.finalizing);
    }
    o.downcast::<super::text::TextBody>().map(|b| &b.finalizing)
}

/// Whether the stream is closed by its finalizer.
pub fn is_finalizing(o: &Obj) -> bool {
    finalizing_flag(o).is_some_and(|f| f.load(Ordering::Relaxed))
}

/// Sets `_finalizing`.
///
/// # Errors
/// What asking for the value's truth raises.
pub fn set_finalizing(vm: &Vm, o: &Obj, v: Option<&Obj>) -> PyResult<()> {
    let value = v.map_or(Ok(false), |v| vm.truth(v))?;
    if let Some(f) = finalizing_flag(o) {
        f.store(value, Ordering::Relaxed);
    }
    Ok(())
}

/// `ResourceWarning: unclosed file ...`
fn warn_unclosed(vm: &Vm, o: &Obj, source: &Obj) {
    let b: &FileIoBody = o.body();
    if b.fd() < 0 || !b.has(CLOSE_FD) {
        return;
    }
    let shown = vm.repr_text(source).unwrap_or_default();
    if let Err(e) = vm.warn(Exc::ResourceWarning, &format!("unclosed file {shown}"), 1) {
        vm.unraisable(&e, "Exception ignored while finalizing file", Some(o));
    }
}

fn is_terminal(vm: &Vm, a: &[Obj]) -> PyResult {
    let fd = a[0].body::<FileIoBody>().open_fd(vm)?;
    // A regular file is none; this saves the call.
    if a[0].body::<FileIoBody>().seekable.load(Ordering::Relaxed) == 2 {
        return Ok(Obj::FALSE);
    }
    // SAFETY: asks about a descriptor.
    Ok(Obj::bool(unsafe { libc::isatty(fd) } == 1))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let b: &FileIoBody = o.body();
    let full = pyre_object::type_new::full_name(o.ty());
    let full = if o.ty().is(types::FILE_IO.get()) { "_io.FileIO".to_owned() } else { full };
    let text = if b.fd() < 0 {
        format!("<{full} [closed]>")
    } else {
        let close_fd = if b.has(CLOSE_FD) { "True" } else { "False" };
        let mode = b.mode();
        match vm.getattr_opt(o, name!("name"))? {
            None => format!("<{full} fd={} mode='{mode}' closefd={close_fd}>", b.fd()),
            Some(n) => {
                if !vm.repr_enter(o) {
                    raise!(vm, RuntimeError, "reentrant call inside {full}.__repr__");
                }
                let shown = vm.repr_text(&n);
                vm.repr_leave(o);
                format!("<{full} name={} mode='{mode}' closefd={close_fd}>", shown?)
            }
        }
    };
    Ok(str::new_str(&text))
}

/// Whether the object is exactly a `FileIO`, so that its methods can be called natively.
#[inline]
pub fn is_plain(o: &Obj) -> bool {
    o.ty().is(types::FILE_IO.get())
}

/// As `closed`, for exact instances.
pub fn is_closed(o: &Obj) -> bool {
    o.body::<FileIoBody>().fd() < 0
}

/// The block size of any raw stream.
///
/// # Errors
/// Whatever `_blksize` raises.
pub fn block_size_of(vm: &Vm, raw: &Obj) -> PyResult<usize> {
    if let Some(b) = raw.downcast::<FileIoBody>() {
        return Ok(b.block_size());
    }
    match vm.getattr_opt(raw, name!("_blksize"))? {
        Some(n) => Ok(vm.to_isize(&n)?.max(0) as usize),
        None => Ok(super::DEFAULT_BUFFER_SIZE),
    }
}

/// Checks that any stream is open.
///
/// # Errors
/// `ValueError`
pub fn ensure_open(vm: &Vm, o: &Obj) -> PyResult<()> {
    if is_plain(o) { o.body::<FileIoBody>().open_fd(vm).map(drop) } else { check_closed(vm, o) }
}
