//! Processes: identity, making, waiting, ending.

use super::path::{self, Path};
use super::{entries::id, integer};
use crate::os_calls::{at_once, checked, last_errno};
use pyre_object::{
    NativeDef, Obj, PyResult, Value, Vm, code, destroy, float, int, list, model, raise, tuple,
};
use pyre_types::struct_sequence::{self, StructSpec};
use std::ffi::CString;
use std::sync::OnceLock;

pub static TIMES_RESULT: StructSpec = StructSpec {
    name: "posix.times_result",
    fields: &["user", "system", "children_user", "children_system", "elapsed"],
    hidden: &[],
};

pub static FUNCTIONS: [NativeDef; 25] = [
    NativeDef::function("fork", "()", |vm, _| fork(vm)),
    NativeDef::function(
        "register_at_fork",
        "(*, before=None, after_in_child=None, after_in_parent=None)",
        register,
    ),
    NativeDef::function("execv", "(path, argv, /)", |vm, a| execute(vm, &a[0], &a[1], None)),
    NativeDef::function("execve", "(path, argv, env)", |vm, a| execute(vm, &a[0], &a[1], Some(&a[2]))),
    NativeDef::function("waitpid", "(pid, options, /)", |vm, a| {
        wait(vm, vm.to_i32(&a[0])?, vm.to_i32(&a[1])?)
    }),
    NativeDef::function("wait", "()", |vm, _| wait(vm, -1, 0)),
    NativeDef::function("kill", "(pid, signal, /)", |vm, a| {
        let (pid, signal) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: sends a signal.
        at_once(vm, unsafe { libc::kill(pid, signal) })?;
        vm.poll()?;
        Ok(Obj::NONE)
    }),
    NativeDef::function("killpg", "(pgid, signal, /)", |vm, a| {
        let (group, signal) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: sends a signal.
        at_once(vm, unsafe { libc::killpg(group, signal) })?;
        vm.poll()?;
        Ok(Obj::NONE)
    }),
    NativeDef::function("_exit", "(status)", |vm, a| {
        let status = vm.to_i32(&a[0])?;
        // SAFETY: ends the process without running anything more.
        unsafe { libc::_exit(status) }
    }),
    NativeDef::function("abort", "()", |_, _| std::process::abort()),
    NativeDef::function("system", "(command)", |vm, a| {
        let p = path::fspath(vm, &a[0])?;
        let command = path::terminated(vm, path::encode(vm, &p)?)?;
        // SAFETY: the command is terminated.
        Ok(number(pyre_threads::without_attachment(|| unsafe { libc::system(command.as_ptr()) })))
    }),
    NativeDef::function("times", "()", times),
    NativeDef::function("nice", "(increment, /)", |vm, a| {
        let n = vm.to_i32(&a[0])?;
        // SAFETY: changes the process's priority; -1 is also a result.
        let r = unsafe {
            *libc::__errno_location() = 0;
            libc::nice(n)
        };
        if r == -1 && last_errno() != 0 { Err(vm.os_error(last_errno(), None)) } else { Ok(number(r)) }
    }),
    NativeDef::function("WIFEXITED", "(status)", |vm, a| Ok(Obj::bool(libc::WIFEXITED(vm.to_i32(&a[0])?)))),
    NativeDef::function("WEXITSTATUS", "(status)", |vm, a| Ok(number(libc::WEXITSTATUS(vm.to_i32(&a[0])?)))),
    NativeDef::function("WIFSIGNALED", "(status)", |vm, a| {
        Ok(Obj::bool(libc::WIFSIGNALED(vm.to_i32(&a[0])?)))
    }),
    NativeDef::function("WTERMSIG", "(status)", |vm, a| Ok(number(libc::WTERMSIG(vm.to_i32(&a[0])?)))),
    NativeDef::function("WIFSTOPPED", "(status)", |vm, a| Ok(Obj::bool(libc::WIFSTOPPED(vm.to_i32(&a[0])?)))),
    NativeDef::function("WSTOPSIG", "(status)", |vm, a| Ok(number(libc::WSTOPSIG(vm.to_i32(&a[0])?)))),
    NativeDef::function("WIFCONTINUED", "(status)", |vm, a| {
        Ok(Obj::bool(libc::WIFCONTINUED(vm.to_i32(&a[0])?)))
    }),
    NativeDef::function("WCOREDUMP", "(status, /)", |vm, a| {
        Ok(Obj::bool(libc::WCOREDUMP(vm.to_i32(&a[0])?)))
    }),
    NativeDef::function("waitstatus_to_exitcode", "(status)", |vm, a| {
        let status = vm.to_i32(&a[0])?;
        if libc::WIFEXITED(status) {
            return Ok(number(libc::WEXITSTATUS(status)));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(number(-libc::WTERMSIG(status)));
        }
        if libc::WIFSTOPPED(status) {
            raise!(vm, ValueError, "process stopped by delivery of signal {}", libc::WSTOPSIG(status));
        }
        raise!(vm, ValueError, "invalid wait status: {status}")
    }),
    NativeDef::function("getpriority", "(which, who)", |vm, a| {
        let (which, who) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: asks for a priority; -1 is also a result.
        let r = unsafe {
            *libc::__errno_location() = 0;
            libc::getpriority(which as _, who as libc::id_t)
        };
        if r == -1 && last_errno() != 0 { Err(vm.os_error(last_errno(), None)) } else { Ok(number(r)) }
    }),
    NativeDef::function("setpriority", "(which, who, priority)", |vm, a| {
        let (which, who, priority) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?, vm.to_i32(&a[2])?);
        // SAFETY: sets a priority.
        at_once(vm, unsafe { libc::setpriority(which as _, who as libc::id_t, priority) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("pidfd_open", "(pid, flags=0)", |vm, a| {
        let (pid, flags) = (vm.to_i32(&a[0])?, integer(vm, &a[1], 0)?);
        // SAFETY: makes a descriptor for a process.
        at_once(vm, unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) }).map(int::new_int)
    }),
];

pub static IDENTITY: [NativeDef; 20] = [
    // SAFETY (all of these): they ask for, or set, a number of the process.
    NativeDef::function("getpid", "()", |_, _| Ok(number(std::process::id() as i32))),
    NativeDef::function("getppid", "()", |_, _| Ok(number(std::os::unix::process::parent_id() as i32))),
    // SAFETY: as above.
    NativeDef::function("getuid", "()", |_, _| Ok(user(unsafe { libc::getuid() }))),
    // SAFETY: as above.
    NativeDef::function("geteuid", "()", |_, _| Ok(user(unsafe { libc::geteuid() }))),
    // SAFETY: as above.
    NativeDef::function("getgid", "()", |_, _| Ok(user(unsafe { libc::getgid() }))),
    // SAFETY: as above.
    NativeDef::function("getegid", "()", |_, _| Ok(user(unsafe { libc::getegid() }))),
    // SAFETY: as above.
    NativeDef::function("getpgrp", "()", |_, _| Ok(number(unsafe { libc::getpgrp() }))),
    NativeDef::function("getpgid", "(pid)", |vm, a| {
        let pid = vm.to_i32(&a[0])?;
        // SAFETY: as above.
        at_once(vm, unsafe { libc::getpgid(pid) }).map(number)
    }),
    NativeDef::function("getsid", "(pid, /)", |vm, a| {
        let pid = vm.to_i32(&a[0])?;
        // SAFETY: as above.
        at_once(vm, unsafe { libc::getsid(pid) }).map(number)
    }),
    NativeDef::function("setsid", "()", |vm, _| {
        // SAFETY: as above.
        at_once(vm, unsafe { libc::setsid() }).map(|_| Obj::NONE)
    }),
    NativeDef::function("setpgid", "(pid, pgrp, /)", |vm, a| {
        let (pid, group) = (vm.to_i32(&a[0])?, vm.to_i32(&a[1])?);
        // SAFETY: as above.
        at_once(vm, unsafe { libc::setpgid(pid, group) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("setpgrp", "()", |vm, _| {
        // SAFETY: as above.
        at_once(vm, unsafe { libc::setpgid(0, 0) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("setuid", "(uid, /)", |vm, a| {
        let n = id(vm, &a[0])?;
        // SAFETY: as above.
        at_once(vm, unsafe { libc::setuid(n) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("seteuid", "(euid, /)", |vm, a| {
        let n = id(vm, &a[0])?;
        // SAFETY: as above.
        at_once(vm, unsafe { libc::seteuid(n) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("setgid", "(gid, /)", |vm, a| {
        let n = id(vm, &a[0])?;
        // SAFETY: as above.
        at_once(vm, unsafe { libc::setgid(n) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("setegid", "(egid, /)", |vm, a| {
        let n = id(vm, &a[0])?;
        // SAFETY: as above.
        at_once(vm, unsafe { libc::setegid(n) }).map(|_| Obj::NONE)
    }),
    NativeDef::function("getgroups", "()", |vm, _| {
        let mut groups = vec![0; 65536];
        // SAFETY: there is room for as many as said.
        let n = at_once(vm, unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) })?;
        Ok(list::new_list(groups[..n as usize].iter().map(|g| user(*g))))
    }),
    NativeDef::function("getresuid", "()", |vm, _| {
        let mut n = [0; 3];
        let p = n.as_mut_ptr();
        // SAFETY: three numbers are written.
        at_once(vm, unsafe { libc::getresuid(p, p.add(1), p.add(2)) })?;
        Ok(tuple::new_tuple(n.map(user)))
    }),
    NativeDef::function("getresgid", "()", |vm, _| {
        let mut n = [0; 3];
        let p = n.as_mut_ptr();
        // SAFETY: three numbers are written.
        at_once(vm, unsafe { libc::getresgid(p, p.add(1), p.add(2)) })?;
        Ok(tuple::new_tuple(n.map(user)))
    }),
    NativeDef::function("getlogin", "()", |vm, _| {
        let mut name = [0u8; 256];
        // SAFETY: the name is written into memory of the length given.
        match unsafe { getlogin_r(name.as_mut_ptr().cast(), name.len()) } {
            0 => path::decode(vm, name.split(|b| *b == 0).next().unwrap_or_default()),
            e => Err(vm.os_error(e, None)),
        }
    }),
];

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, size: usize) -> i32;
}

fn number(n: i32) -> Obj {
    int::new_int(i64::from(n))
}

fn user(n: u32) -> Obj {
    int::new_int(i64::from(n))
}

/// Functions to call around a fork: before, after it in the child, after it in the parent.
fn hooks() -> &'static [&'static Obj; 3] {
    static HOOKS: OnceLock<[&'static Obj; 3]> = OnceLock::new();
    HOOKS.get_or_init(|| std::array::from_fn(|_| model::immortal(code::managed(list::new_list([])))))
}

fn register(vm: &Vm, a: &[Obj]) -> PyResult {
    if a.iter().all(|f| f.given().is_none()) {
        return Err(vm.type_error("At least one argument is required."));
    }
    for (name, f) in ["before", "after_in_child", "after_in_parent"].iter().zip(a) {
        if f.given().is_some_and(|f| !vm.is_callable(f)) {
            raise!(vm, TypeError, "'{name}' must be callable, not {}", f.type_name());
        }
    }
    for (hooks, f) in hooks().iter().zip(a) {
        if let Some(f) = f.given() {
            list::append(hooks, f.clone());
        }
    }
    Ok(Obj::NONE)
}

fn run_hooks(vm: &Vm, functions: Vec<Obj>) {
    for f in functions {
        if let Err(e) = vm.call0(&f) {
            vm.unraisable(&e, "Exception ignored in fork hook", Some(&f));
        }
    }
}

fn fork(vm: &Vm) -> PyResult {
    let [before, in_child, in_parent] = hooks();
    let mut first = list::snapshot(before);
    first.reverse();
    run_hooks(vm, first);
    // The child must not find the table of module locks half changed.
    pyre_vm::import_lock::acquire(vm)?;
    let (pid, gone) = pyre_threads::fork_with(|| {
        let _frozen = pyre_gc::freeze();
        // SAFETY: the world is stopped, so that the child begins with consistent memory.
        unsafe { libc::fork() }
    });
    let errno = if pid < 0 { last_errno() } else { 0 };
    if pid == 0 {
        let ids = gone.into_iter().map(|id| id.get());
        pyre_gc::LocalHeap::after_fork_child(ids, |cell| destroy::destroy(Value::from_header(cell.as_ptr())));
        crate::warnings::after_fork_child();
        crate::signal::after_fork_child(vm);
    }
    pyre_vm::import_lock::release(vm)?;
    run_hooks(vm, list::snapshot(if pid == 0 { in_child } else { in_parent }));
    if pid < 0 { Err(vm.os_error(errno, None)) } else { Ok(number(pid)) }
}

fn c_strings(vm: &Vm, items: &[Obj]) -> PyResult<Vec<CString>> {
    items
        .iter()
        .map(|o| {
            let o = path::fspath(vm, o)?;
            path::terminated(vm, path::encode(vm, &o)?)
        })
        .collect()
}

fn pointers(texts: &[CString]) -> Vec<*const libc::c_char> {
    texts.iter().map(|t| t.as_ptr()).chain([std::ptr::null()]).collect()
}

fn execute(vm: &Vm, file: &Obj, argv: &Obj, env: Option<&Obj>) -> PyResult {
    let name = if env.is_some() { "execve" } else { "execv" };
    let p =
        if env.is_some() { Path::or_fd(vm, name, "path", file)? } else { Path::new(vm, name, "path", file)? };
    if !list::is_list(argv) && !tuple::is_tuple(argv) {
        let what = if env.is_some() {
            "execve: argv must be a tuple or list"
        } else {
            "execv() arg 2 must be a tuple or list"
        };
        return Err(vm.type_error(what));
    }
    let arguments = c_strings(vm, &vm.collect(argv)?)?;
    let dot = if env.is_some() { ":" } else { "()" };
    let Some(first) = arguments.first() else {
        raise!(
            vm,
            ValueError,
            "{name}{dot} {} must not be empty",
            if env.is_some() { "argv" } else { "arg 2" }
        )
    };
    if first.is_empty() {
        raise!(
            vm,
            ValueError,
            "{name}{dot} {} first element cannot be empty",
            if env.is_some() { "argv" } else { "arg 2" }
        );
    }
    let mut variables = Vec::new();
    if let Some(env) = env {
        for (k, v) in vm.mapping_items(env)? {
            let (k, v) = (path::fspath(vm, &k)?, path::fspath(vm, &v)?);
            let mut text = path::encode(vm, &k)?;
            if text.is_empty() || text.contains(&b'=') {
                return Err(vm.value_error("illegal environment variable name"));
            }
            text.push(b'=');
            text.extend_from_slice(&path::encode(vm, &v)?);
            variables.push(path::terminated(vm, text)?);
        }
    }
    let (arguments, variables) = (pointers(&arguments), pointers(&variables));
    // SAFETY: all texts are terminated, and so are the lists.
    unsafe {
        match (env, p.fd) {
            (None, _) => libc::execv(p.name.as_ptr(), arguments.as_ptr()),
            (Some(_), None) => libc::execve(p.name.as_ptr(), arguments.as_ptr(), variables.as_ptr()),
            (Some(_), Some(fd)) => libc::fexecve(fd, arguments.as_ptr(), variables.as_ptr()),
        }
    };
    Err(vm.os_error(last_errno(), p.filename()))
}

fn wait(vm: &Vm, pid: i32, options: i32) -> PyResult {
    let mut status = 0;
    let to = &raw mut status as usize;
    // SAFETY: the status is written to a place that outlives the call.
    let pid = checked(vm, None, || unsafe { libc::waitpid(pid, to as *mut i32, options) })?;
    Ok(tuple::pair(number(pid), number(status)))
}

fn times(vm: &Vm, _: &[Obj]) -> PyResult {
    // SAFETY: all-zero bytes are a valid `tms`, which the call fills.
    let (t, elapsed) = unsafe {
        let mut t: libc::tms = std::mem::zeroed();
        let elapsed = libc::times(&raw mut t);
        (t, elapsed)
    };
    // SAFETY: asks for a constant.
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
    let items = [t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed]
        .map(|n| float::new_float(n as f64 / per_second));
    struct_sequence::new(vm, &TIMES_RESULT, items)
}
