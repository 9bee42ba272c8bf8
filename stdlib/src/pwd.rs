//! `pwd`: the database of users.

use crate::posix::path;
use pyre_object::{NativeDef, Obj, PyResult, Vm, int, list, module, raise, str};
use pyre_threads::sync::Mutex;
use pyre_types::struct_sequence::{self, StructSpec, type_of};
use std::ffi::CStr;

static STRUCT_PASSWD: StructSpec = StructSpec {
    name: "pwd.struct_passwd",
    fields: &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
    hidden: &[],
};

static FUNCTIONS: [NativeDef; 3] = [
    NativeDef::function("getpwuid", "(uidobj, /)", |vm, a| {
        let user = vm.index(&a[0])?;
        let found = match int::as_i64(&user).and_then(|n| u32::try_from(n).ok()) {
            None => None,
            // SAFETY: the arguments are what `find` gives.
            Some(n) => find(vm, |e, room, size, to| unsafe { libc::getpwuid_r(n, e, room, size, to) })?,
        };
        match found {
            Some(e) => record(vm, &e),
            None => {
                let shown = vm.repr_text(&user)?;
                Err(vm.error(pyre_object::Exc::KeyError, format!("getpwuid(): uid not found: {shown}")))
            }
        }
    }),
    NativeDef::function("getpwnam", "(name, /)", |vm, a| {
        if !str::is_str(&a[0]) {
            raise!(vm, TypeError, "getpwnam() argument must be str, not {}", a[0].type_name());
        }
        let name = path::terminated(vm, path::encode(vm, &a[0])?)?;
        // SAFETY: the name is terminated; the other arguments are what `find` gives.
        let found =
            find(vm, |e, room, size, to| unsafe { libc::getpwnam_r(name.as_ptr(), e, room, size, to) })?;
        match found {
            Some(e) => record(vm, &e),
            None => {
                let shown = vm.repr_text(&a[0])?;
                Err(vm.error(pyre_object::Exc::KeyError, format!("getpwnam(): name not found: {shown}")))
            }
        }
    }),
    NativeDef::function("getpwall", "()", |vm, _| {
        let all = list::new_list([]);
        for e in everyone() {
            list::append(&all, record(vm, &e)?);
        }
        Ok(all)
    }),
];

/// An entry, copied out of the C library's memory.
struct Entry {
    texts: [Vec<u8>; 5],
    user: u32,
    group: u32,
}

impl Entry {
    /// # Safety
    /// The texts of the entry are null or terminated.
    unsafe fn copy(e: &libc::passwd) -> Entry {
        let text = |p: *const libc::c_char| {
            if p.is_null() {
                Vec::new()
            } else {
                // SAFETY: promised by the caller.
                unsafe { CStr::from_ptr(p) }.to_bytes().to_vec()
            }
        };
        Entry {
            texts: [e.pw_name, e.pw_passwd, e.pw_gecos, e.pw_dir, e.pw_shell].map(|p| text(p)),
            user: e.pw_uid,
            group: e.pw_gid,
        }
    }
}

fn record(vm: &Vm, e: &Entry) -> PyResult {
    let mut texts = Vec::new();
    for t in &e.texts {
        texts.push(path::decode(vm, t)?);
    }
    let [name, password, gecos, home, shell]: [Obj; 5] =
        texts.try_into().map_err(|_| vm.runtime_error("an entry has five texts"))?;
    let number = |n: u32| int::new_int(i64::from(n));
    let items = [name, password, number(e.user), number(e.group), gecos, home, shell];
    struct_sequence::new(vm, &STRUCT_PASSWD, items)
}

type Search<'a> = dyn Fn(*mut libc::passwd, *mut libc::c_char, usize, *mut *mut libc::passwd) -> i32 + 'a;

fn find<F>(vm: &Vm, search: F) -> PyResult<Option<Entry>>
where
    F: Fn(*mut libc::passwd, *mut libc::c_char, usize, *mut *mut libc::passwd) -> i32,
{
    let search: &Search<'_> = &search;
    let r = pyre_threads::without_attachment(|| {
        let mut room = vec![0u8; 1024];
        loop {
            // SAFETY: all-zero bytes are a valid entry.
            let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
            let mut found = std::ptr::null_mut();
            match search(&raw mut entry, room.as_mut_ptr().cast(), room.len(), &raw mut found) {
                libc::ERANGE if room.len() < 1 << 20 => room.resize(room.len() * 2, 0),
                0 if found.is_null() => return Ok(None),
                // SAFETY: the entry was filled with texts in `room`.
                0 => return Ok(Some(unsafe { Entry::copy(&entry) })),
                // These stand for "not found" on some systems.
                libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => return Ok(None),
                e => return Err(e),
            }
        }
    });
    r.map_err(|e| vm.os_error(e, None))
}

fn everyone() -> Vec<Entry> {
    // The C library keeps one place in the database per process.
    static TURN: Mutex<()> = Mutex::new(());
    pyre_threads::without_attachment(|| {
        let _turn = TURN.lock();
        let mut all = Vec::new();
        // SAFETY: the calls are made by one thread at a time; each entry is valid until the next call.
        unsafe {
            libc::setpwent();
            loop {
                let e = libc::getpwent();
                if e.is_null() {
                    break;
                }
                all.push(Entry::copy(&*e));
            }
            libc::endpwent();
        }
        all
    })
}

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = module::new_module("pwd");
    module::set(&m, "struct_passwd", type_of(vm, &STRUCT_PASSWD)?.clone());
    module::add_functions(&m, &FUNCTIONS);
    Ok(m)
}
