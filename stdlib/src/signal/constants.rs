//! The numbers of `_signal`.

use pyre_object::{Obj, int, module};

/// Adds the constants to the module.
pub fn add(m: &Obj) {
    let table: &[(&str, i32)] = &[
        ("NSIG", super::delivery::NSIG as i32),
        ("SIG_DFL", 0),
        ("SIG_IGN", 1),
        ("SIG_BLOCK", libc::SIG_BLOCK),
        ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
        ("SIG_SETMASK", libc::SIG_SETMASK),
        ("ITIMER_REAL", 0),
        ("ITIMER_VIRTUAL", 1),
        ("ITIMER_PROF", 2),
        ("SIGABRT", libc::SIGABRT),
        ("SIGALRM", libc::SIGALRM),
        ("SIGBUS", libc::SIGBUS),
        ("SIGCHLD", libc::SIGCHLD),
        ("SIGCLD", libc::SIGCHLD),
        ("SIGCONT", libc::SIGCONT),
        ("SIGFPE", libc::SIGFPE),
        ("SIGHUP", libc::SIGHUP),
        ("SIGILL", libc::SIGILL),
        ("SIGINT", libc::SIGINT),
        ("SIGIO", libc::SIGIO),
        ("SIGIOT", libc::SIGABRT),
        ("SIGKILL", libc::SIGKILL),
        ("SIGPIPE", libc::SIGPIPE),
        ("SIGPOLL", libc::SIGPOLL),
        ("SIGPROF", libc::SIGPROF),
        ("SIGPWR", libc::SIGPWR),
        ("SIGQUIT", libc::SIGQUIT),
        ("SIGRTMAX", libc::SIGRTMAX()),
        ("SIGRTMIN", libc::SIGRTMIN()),
        ("SIGSEGV", libc::SIGSEGV),
        ("SIGSTKFLT", libc::SIGSTKFLT),
        ("SIGSTOP", libc::SIGSTOP),
        ("SIGSYS", libc::SIGSYS),
        ("SIGTERM", libc::SIGTERM),
        ("SIGTRAP", libc::SIGTRAP),
        ("SIGTSTP", libc::SIGTSTP),
        ("SIGTTIN", libc::SIGTTIN),
        ("SIGTTOU", libc::SIGTTOU),
        ("SIGURG", libc::SIGURG),
        ("SIGUSR1", libc::SIGUSR1),
        ("SIGUSR2", libc::SIGUSR2),
        ("SIGVTALRM", libc::SIGVTALRM),
        ("SIGWINCH", libc::SIGWINCH),
        ("SIGXCPU", libc::SIGXCPU),
        ("SIGXFSZ", libc::SIGXFSZ),
    ];
    for (name, n) in table {
        module::set(m, name, int::new_int(i64::from(*n)));
    }
}
