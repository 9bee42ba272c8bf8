//! `_stat`: the bits of file modes.

use pyre_object::{NativeDef, Obj, PyResult, Vm, int, module, str};

macro_rules! same_name {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const SAME: &[(&str, i64)] = same_name! {
    S_IFBLK S_IFCHR S_IFDIR S_IFIFO S_IFLNK S_IFREG S_IFSOCK
    S_IRGRP S_IROTH S_IRUSR S_IRWXG S_IRWXO S_IRWXU S_ISGID S_ISUID S_ISVTX
    S_IWGRP S_IWOTH S_IWUSR S_IXGRP S_IXOTH S_IXUSR
};

const OTHERS: &[(&str, i64)] = &[
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_ENFMT", 0o2000),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
    ("SF_APPEND", 0x40000),
    ("SF_ARCHIVED", 0x10000),
    ("SF_DATALESS", 0x4000_0000),
    ("SF_FIRMLINK", 0x80_0000),
    ("SF_IMMUTABLE", 0x20000),
    ("SF_NOUNLINK", 0x10_0000),
    ("SF_SETTABLE", 0xffff_0000),
    ("SF_SNAPSHOT", 0x20_0000),
    ("UF_APPEND", 4),
    ("UF_COMPRESSED", 0x20),
    ("UF_DATAVAULT", 0x80),
    ("UF_HIDDEN", 0x8000),
    ("UF_IMMUTABLE", 2),
    ("UF_NODUMP", 1),
    ("UF_NOUNLINK", 0x10),
    ("UF_OPAQUE", 8),
    ("UF_SETTABLE", 0xffff),
    ("UF_TRACKED", 0x40),
];

static FUNCTIONS: [NativeDef; 13] = [
    NativeDef::function("S_IMODE", "(mode, /)", |vm, a| Ok(int::new_int(i64::from(mode(vm, a)? & 0o7777)))),
    NativeDef::function("S_IFMT", "(mode, /)", |vm, a| {
        Ok(int::new_int(i64::from(mode(vm, a)? & libc::S_IFMT)))
    }),
    NativeDef::function("S_ISDIR", "(mode, /)", |vm, a| is(vm, a, libc::S_IFDIR)),
    NativeDef::function("S_ISCHR", "(mode, /)", |vm, a| is(vm, a, libc::S_IFCHR)),
    NativeDef::function("S_ISBLK", "(mode, /)", |vm, a| is(vm, a, libc::S_IFBLK)),
    NativeDef::function("S_ISREG", "(mode, /)", |vm, a| is(vm, a, libc::S_IFREG)),
    NativeDef::function("S_ISFIFO", "(mode, /)", |vm, a| is(vm, a, libc::S_IFIFO)),
    NativeDef::function("S_ISLNK", "(mode, /)", |vm, a| is(vm, a, libc::S_IFLNK)),
    NativeDef::function("S_ISSOCK", "(mode, /)", |vm, a| is(vm, a, libc::S_IFSOCK)),
    NativeDef::function("S_ISDOOR", "(mode, /)", never),
    NativeDef::function("S_ISPORT", "(mode, /)", never),
    NativeDef::function("S_ISWHT", "(mode, /)", never),
    NativeDef::function("filemode", "(mode, /)", |vm, a| Ok(str::new_str(&file_mode(mode(vm, a)?)))),
];

fn mode(vm: &Vm, a: &[Obj]) -> PyResult<u32> {
    let n = vm.to_u64(&a[0])?;
    u32::try_from(n).map_err(|_| vm.overflow_error("mode out of range"))
}

fn is(vm: &Vm, a: &[Obj], kind: u32) -> PyResult {
    Ok(Obj::bool(mode(vm, a)? & libc::S_IFMT == kind))
}

fn never(vm: &Vm, a: &[Obj]) -> PyResult {
    mode(vm, a).map(|_| Obj::FALSE)
}

/// `-rwxr-xr-x`
fn file_mode(mode: u32) -> String {
    let kind = match mode & libc::S_IFMT {
        libc::S_IFREG => '-',
        libc::S_IFDIR => 'd',
        libc::S_IFLNK => 'l',
        libc::S_IFBLK => 'b',
        libc::S_IFCHR => 'c',
        libc::S_IFIFO => 'p',
        libc::S_IFSOCK => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    let special = [(0o4000, 's', 'S'), (0o2000, 's', 'S'), (0o1000, 't', 'T')];
    for (i, (bit, with, without)) in special.into_iter().enumerate() {
        let three = mode >> (6 - 3 * i) & 7;
        text.push(if three & 4 != 0 { 'r' } else { '-' });
        text.push(if three & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & bit != 0, three & 1 != 0) {
            (true, true) => with,
            (true, false) => without,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    let m = module::new_module("_stat");
    for (name, value) in SAME.iter().chain(OTHERS) {
        module::set(&m, name, int::new_int(*value));
    }
    module::add_functions(&m, &FUNCTIONS);
    Ok(m)
}
