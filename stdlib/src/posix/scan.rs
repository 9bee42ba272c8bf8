//! `scandir`: directory streams, their iterator, and `DirEntry`.

use super::path::{self, Path};
use crate::io::guarded::Guarded;
use crate::names::KeptType;
use crate::os_calls::last_errno;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, alloc, bytes,
    heap_body, int, module, str, tuple, type_new,
};

static SCANDIR_ITERATOR: KeptType = KeptType::new();
static DIR_ENTRY: KeptType = KeptType::new();

/// Makes the types.
pub fn add_types(vm: &Vm, m: &Obj) {
    SCANDIR_ITERATOR.keep(type_new::new_native_type(vm, &ITERATOR_SPEC, &Obj::NONE));
    DIR_ENTRY.keep(type_new::new_native_type(vm, &ENTRY_SPEC, &Obj::NONE));
    module::set(m, "DirEntry", DIR_ENTRY.get().clone());
}

/// An open directory.
pub struct Stream(*mut libc::DIR);

// SAFETY: the stream is used by one thread at a time, behind `&mut`.
unsafe impl Send for Stream {}

/// What a directory says about one of its files.
pub struct Found {
    pub name: Vec<u8>,
    pub inode: u64,
    pub kind: u8,
}

impl Stream {
    /// Opens a directory.
    ///
    /// # Errors
    /// The error number.
    pub fn open(p: &Path) -> Result<Stream, i32> {
        // SAFETY: the name is terminated; a duplicate descriptor belongs to the stream, which rewinds it.
        let dir = unsafe {
            match p.fd {
                None => libc::opendir(p.name.as_ptr()),
                Some(fd) => {
                    let own = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if own < 0 {
                        return Err(last_errno());
                    }
                    let dir = libc::fdopendir(own);
                    if dir.is_null() {
                        let e = last_errno();
                        libc::close(own);
                        return Err(e);
                    }
                    libc::rewinddir(dir);
                    dir
                }
            }
        };
        if dir.is_null() { Err(last_errno()) } else { Ok(Stream(dir)) }
    }

    /// The next file, without `.` and `..`.
    ///
    /// # Errors
    /// The error number.
    pub fn next(&mut self) -> Result<Option<Found>, i32> {
        loop {
            // SAFETY: the stream is open; the entry is valid until the next call.
            let found = unsafe {
                *libc::__errno_location() = 0;
                let e = libc::readdir(self.0);
                if e.is_null() {
                    return match last_errno() {
                        0 => Ok(None),
                        e => Err(e),
                    };
                }
                let name = std::ffi::CStr::from_ptr((&raw const (*e).d_name).cast());
                Found { name: name.to_bytes().to_vec(), inode: (*e).d_ino, kind: (*e).d_type }
            };
            if found.name != b"." && found.name != b".." {
                return Ok(Some(found));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: opened by `open`, closed once.
        unsafe { libc::closedir(self.0) };
    }
}

heap_body! {
    /// The body of the iterator.
    pub struct ScandirBody "ScandirIterator" {
        slots {
            /// The directory as it was given: a name, or `None` for the current one, or a descriptor.
            path,
        }
        data {
            stream: Guarded<Option<Stream>>,
            /// The descriptor if the directory was given by one, else -1.
            fd: i32,
            as_bytes: bool,
        }
    }
}

static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "posix.ScandirIterator",
    layout: Some(ScandirBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(next),
        finalize: Some(finalize),
        ..Slots::NONE
    },
    methods: &ITERATOR_METHODS,
    ..TypeSpec::EMPTY
};

static ITERATOR_METHODS: [NativeDef; 3] = [
    NativeDef::method("close", "($self, /)", |vm, a| close(vm, &a[0])),
    NativeDef::method("__enter__", "($self, /)", |_, a| Ok(a[0].clone())),
    NativeDef::method("__exit__", "($self, /, *args)", |vm, a| close(vm, &a[0])),
];

/// `os.scandir`
pub fn scandir(vm: &Vm, a: &[Obj]) -> PyResult {
    let p = Path::or_here(vm, "scandir", "path", &a[0])?;
    let stream = pyre_threads::without_attachment(|| Stream::open(&p));
    let stream = stream.map_err(|e| vm.os_error(e, p.filename()))?;
    let body = ScandirBody {
        path: Slot::new(p.object.clone()),
        stream: Guarded::new(Some(stream)),
        fd: p.fd.unwrap_or(-1),
        as_bytes: p.as_bytes,
    };
    Ok(alloc::new_shaped(type_body(SCANDIR_ITERATOR.get()).root_shape(), body))
}

fn close(vm: &Vm, o: &Obj) -> PyResult {
    let inside = o.body::<ScandirBody>().stream.enter_again(vm)?;
    let stream = inside.with(Option::take);
    pyre_threads::without_attachment(move || drop(stream));
    Ok(Obj::NONE)
}

fn finalize(vm: &Vm, o: &Obj) {
    let Ok(inside) = o.body::<ScandirBody>().stream.enter_again(vm) else { return };
    let open = inside.with(|s| s.is_some());
    drop(inside);
    if !open {
        return;
    }
    let shown = vm.repr_text(o).unwrap_or_default();
    if let Err(e) = vm.warn(Exc::ResourceWarning, &format!("unclosed scandir iterator {shown}"), 1) {
        vm.unraisable(&e, "Exception ignored while finalizing scandir iterator", Some(o));
    }
    let _ = close(vm, o);
}

fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &ScandirBody = o.body();
    let inside = b.stream.enter_again(vm)?;
    let Some(mut stream) = inside.with(Option::take) else { return Ok(None) };
    let found = pyre_threads::without_attachment(|| stream.next());
    match found {
        Ok(Some(found)) => {
            inside.with(|s| *s = Some(stream));
            drop(inside);
            entry(vm, b, &found).map(Some)
        }
        Ok(None) => Ok(None),
        Err(e) => Err(vm.os_error(e, b.path.get_fixed().not_none())),
    }
}

heap_body! {
    /// The body of a `DirEntry`.
    pub struct EntryBody "DirEntry" {
        slots {
            name,
            path,
            /// What `stat` gave, once it was called.
            stat,
            /// What `lstat` gave, once it was called.
            lstat,
        }
        data { inode: u64, kind: u8, fd: i32 }
    }
}

fn entry(vm: &Vm, dir: &ScandirBody, found: &Found) -> PyResult {
    let make = |b: &[u8]| if dir.as_bytes { Ok(bytes::new_bytes(b)) } else { path::decode(vm, b) };
    let name = make(&found.name)?;
    let base = dir.path.get_fixed();
    let path = if dir.fd >= 0 {
        name.clone()
    } else {
        let mut full = match base.not_none() {
            Some(p) => path::encode(vm, p)?,
            None => b".".to_vec(),
        };
        if full.last().is_some_and(|c| *c != b'/') {
            full.push(b'/');
        }
        full.extend_from_slice(&found.name);
        make(&full)?
    };
    let body = EntryBody {
        name: Slot::new(name),
        path: Slot::new(path),
        stat: Slot::empty(),
        lstat: Slot::empty(),
        inode: found.inode,
        kind: found.kind,
        fd: dir.fd,
    };
    Ok(alloc::new_shaped(type_body(DIR_ENTRY.get()).root_shape(), body))
}

static ENTRY_SPEC: TypeSpec = TypeSpec {
    name: "posix.DirEntry",
    layout: Some(EntryBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: &ENTRY_METHODS,
    getset: &[
        GetSetDef::readonly("name", |_, o| Ok(o.body::<EntryBody>().name.get())),
        GetSetDef::readonly("path", |_, o| Ok(o.body::<EntryBody>().path.get())),
    ],
    ..TypeSpec::EMPTY
};

static ENTRY_METHODS: [NativeDef; 8] = [
    NativeDef::method("is_dir", "($self, /, *, follow_symlinks=True)", |vm, a| is_kind(vm, a, libc::S_IFDIR)),
    NativeDef::method("is_file", "($self, /, *, follow_symlinks=True)", |vm, a| {
        is_kind(vm, a, libc::S_IFREG)
    }),
    NativeDef::method("is_symlink", "($self, /)", |vm, a| {
        let b: &EntryBody = a[0].body();
        if b.kind != libc::DT_UNKNOWN {
            return Ok(Obj::bool(b.kind == libc::DT_LNK));
        }
        has_mode(vm, b, libc::S_IFLNK, false)
    }),
    NativeDef::method("is_junction", "($self, /)", |_, _| Ok(Obj::FALSE)),
    NativeDef::method("stat", "($self, /, *, follow_symlinks=True)", |vm, a| {
        stat(vm, a[0].body(), super::flag(vm, &a[1], true)?)
    }),
    NativeDef::method("inode", "($self, /)", |_, a| Ok(int::from_u64(a[0].body::<EntryBody>().inode))),
    NativeDef::method("__fspath__", "($self, /)", |_, a| Ok(a[0].body::<EntryBody>().path.get())),
    NativeDef::class_method("__class_getitem__", "($cls, object, /)", |vm, a| {
        type_new::generic_alias(vm, &a[0], &a[1])
    }),
];

fn is_kind(vm: &Vm, a: &[Obj], mode: u32) -> PyResult {
    let b: &EntryBody = a[0].body();
    let follow = super::flag(vm, &a[1], true)?;
    let is_link = b.kind == libc::DT_LNK;
    if b.kind == libc::DT_UNKNOWN || (is_link && follow) {
        return has_mode(vm, b, mode, follow);
    }
    let wanted = if mode == libc::S_IFDIR { libc::DT_DIR } else { libc::DT_REG };
    Ok(Obj::bool(b.kind == wanted))
}

fn has_mode(vm: &Vm, b: &EntryBody, mode: u32, follow: bool) -> PyResult {
    let st = match stat(vm, b, follow) {
        Ok(st) => st,
        Err(e) if vm.matches(&e, Exc::FileNotFoundError) => return Ok(Obj::FALSE),
        Err(e) => return Err(e),
    };
    let found = tuple::get(&st).and_then(|t| t.first()).and_then(int::as_i64).unwrap_or(0);
    Ok(Obj::bool(found as u32 & libc::S_IFMT == mode))
}

fn stat(vm: &Vm, b: &EntryBody, follow: bool) -> PyResult {
    let may_be_link = matches!(b.kind, libc::DT_LNK | libc::DT_UNKNOWN);
    let slot = if follow && may_be_link { &b.stat } else { &b.lstat };
    let known = slot.get();
    if !known.is_unbound() {
        return Ok(known);
    }
    let path = b.path.get_fixed();
    let p = Path {
        object: path.clone(),
        name: path::terminated(vm, path::encode(vm, path)?)?,
        fd: None,
        as_bytes: false,
    };
    let dir = if b.fd >= 0 { b.fd } else { libc::AT_FDCWD };
    let st = super::stat::stat_path(vm, &p, dir, follow && may_be_link)?;
    slot.set(st.clone());
    Ok(st)
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let shown = vm.repr_text(o.body::<EntryBody>().name.get_fixed())?;
    Ok(str::new_str(&format!("<DirEntry {shown}>")))
}
