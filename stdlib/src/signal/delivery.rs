//! From the operating system's signal to the Python handler.
//!
//! The handler of the process notes the signal and asks the main thread to poll. If it runs on another thread it sends
//! the signal on to the main thread, whose system calls it thereby ends. Waking a main thread that waits for a lock is
//! not async-signal-safe, so the handler writes to a pipe, and a thread that reads it does that. Python handlers run at
//! polls of the main thread.

use crate::thread;
use pyre_object::code::managed;
use pyre_object::{Obj, PyResult, Raised, Vm, int, list, model};
use pyre_threads::sync::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, Mutex, Ordering};
use pyre_threads::{Requests, ThreadRecord};
use std::sync::OnceLock;

/// One more than the largest signal number.
pub const NSIG: usize = 65;

static PENDING: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static MAIN_RECORD: AtomicPtr<ThreadRecord> = AtomicPtr::new(std::ptr::null_mut());
static MAIN_THREAD: AtomicU64 = AtomicU64::new(0);
static PIPE: [AtomicI32; 2] = [AtomicI32::new(-1), AtomicI32::new(-1)];
/// `set_wakeup_fd`
pub static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
/// Whether a full pipe behind the wakeup descriptor is worth a warning.
pub static WARN_IF_FULL: AtomicBool = AtomicBool::new(true);
/// The error of the last write to the wakeup descriptor.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);

/// What `getsignal` says, by number.
pub fn handlers() -> &'static Obj {
    static HANDLERS: OnceLock<&'static Obj> = OnceLock::new();
    HANDLERS.get_or_init(|| model::immortal(managed(list::new_list((0..NSIG).map(|_| Obj::NONE)))))
}

/// The Python handler of a signal.
pub fn handler_of(n: usize) -> Obj {
    list::get(handlers(), n).unwrap_or(Obj::NONE)
}

/// Prepares the process on the main thread: handlers as they are, `KeyboardInterrupt` for Ctrl-C, writes to closed
/// pipes as exceptions.
pub fn install(vm: &Vm, default_int_handler: Obj) {
    MAIN_RECORD.store(std::ptr::from_ref(vm.record()).cast_mut(), Ordering::Release);
    MAIN_THREAD.store(thread::ident(), Ordering::Release);
    pyre_interp::poll::SIGNALS.set(run_handlers);
    for n in [libc::SIGPIPE, libc::SIGXFSZ] {
        // SAFETY: ignoring these signals affects system calls only, which then return errors.
        unsafe { libc::signal(n, libc::SIG_IGN) };
    }
    for n in 1..NSIG {
        let _ = list::set(handlers(), n, current_disposition(n as i32));
    }
    if int::as_i64(&handler_of(libc::SIGINT as usize)) == Some(0) && set_action(libc::SIGINT, action()) {
        let _ = list::set(handlers(), libc::SIGINT as usize, default_int_handler);
    }
}

fn current_disposition(n: i32) -> Obj {
    // SAFETY: an all-zero `sigaction` is a valid value to be overwritten; nothing is changed.
    let (ok, action) = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        (libc::sigaction(n, std::ptr::null(), &mut action) == 0, action)
    };
    match action.sa_sigaction {
        libc::SIG_DFL if ok => Obj::from_len(0),
        libc::SIG_IGN if ok => Obj::from_len(1),
        _ => Obj::NONE,
    }
}

/// Sets what the system does on a signal; false: errno says why not.
pub fn set_action(n: i32, action: usize) -> bool {
    if action != libc::SIG_DFL && action != libc::SIG_IGN {
        ensure_watcher();
    }
    // SAFETY: the action is one of the two constants or `on_signal`, which is async-signal-safe.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = action;
        libc::sigemptyset(&mut new.sa_mask);
        // Without SA_RESTART: system calls of the main thread end, so that the Python handler runs.
        new.sa_flags = libc::SA_ONSTACK;
        libc::sigaction(n, &new, std::ptr::null_mut()) == 0
    }
}

/// The address to give to [`set_action`] for a Python handler.
pub fn action() -> usize {
    on_signal as *const () as usize
}

extern "C" fn on_signal(n: libc::c_int) {
    // SAFETY: errno is the thread's own; the functions called are async-signal-safe.
    unsafe {
        let errno = *libc::__errno_location();
        let main = MAIN_THREAD.load(Ordering::Relaxed);
        if libc::pthread_self() as u64 != main && main != 0 {
            libc::pthread_kill(main as libc::pthread_t, n);
        } else {
            note(n);
        }
        *libc::__errno_location() = errno;
    }
}

/// Notes a signal. Async-signal-safe.
fn note(n: libc::c_int) {
    if let Some(p) = PENDING.get(n as usize) {
        p.store(true, Ordering::Release);
    }
    // SAFETY: null or the record of the main thread, which is never freed.
    if let Some(record) = unsafe { MAIN_RECORD.load(Ordering::Acquire).as_ref() } {
        record.request(Requests::SIGNAL);
    }
    let byte = n as u8;
    // SAFETY: writes one byte of a local; a bad descriptor is an error that is handled.
    unsafe {
        let fd = PIPE[1].load(Ordering::Acquire);
        if fd >= 0 {
            libc::write(fd, (&raw const byte).cast(), 1);
        }
        let fd = WAKEUP_FD.load(Ordering::Acquire);
        if fd >= 0 && libc::write(fd, (&raw const byte).cast(), 1) < 0 {
            let e = *libc::__errno_location();
            if e != libc::EAGAIN || WARN_IF_FULL.load(Ordering::Relaxed) {
                WAKEUP_ERROR.store(e, Ordering::Release);
            }
        }
    }
}

/// As if the signal had come, if it has a Python handler. From any thread.
pub fn simulate(n: i32) {
    let h = handler_of(n as usize);
    if h.is_none() || int::is_int(&h) {
        return;
    }
    note(n);
    wake_main();
}

/// Wakes the main thread from what it waits for in this process.
fn wake_main() {
    // SAFETY: null or the record of the main thread, which is never freed.
    if let Some(record) = unsafe { MAIN_RECORD.load(Ordering::Acquire).as_ref() } {
        record.interrupt(Requests::SIGNAL);
    }
}

static WATCHER: Mutex<bool> = Mutex::new(false);

/// Starts the thread that wakes the main thread, if it does not run.
fn ensure_watcher() {
    let mut runs = WATCHER.lock();
    if *runs {
        return;
    }
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
        return;
    }
    // SAFETY: our own descriptor. A full pipe must not block a signal handler.
    unsafe { libc::fcntl(fds[1], libc::F_SETFL, libc::O_NONBLOCK) };
    PIPE[0].store(fds[0], Ordering::Release);
    PIPE[1].store(fds[1], Ordering::Release);
    let fd = fds[0];
    let spawned =
        std::thread::Builder::new().name("signals".into()).stack_size(64 << 10).spawn(move || watch(fd));
    *runs = spawned.is_ok();
}

fn watch(fd: i32) {
    // SAFETY: a full set is a valid mask; this thread handles no signal itself.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, std::ptr::null_mut());
    }
    let mut buffer = [0u8; 64];
    loop {
        // SAFETY: reads into a local buffer of that size.
        let n = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        if n > 0 {
            wake_main();
        } else if n == 0 || std::io::Error::last_os_error().kind() != std::io::ErrorKind::Interrupted {
            return;
        }
    }
}

/// In the child of a fork: the calling thread is the main thread now, and has no watcher.
pub fn after_fork_child(vm: &Vm) {
    MAIN_RECORD.store(std::ptr::from_ref(vm.record()).cast_mut(), Ordering::Release);
    MAIN_THREAD.store(thread::ident(), Ordering::Release);
    thread::after_fork_child();
    for p in &PENDING {
        p.store(false, Ordering::Relaxed);
    }
    for p in &PIPE {
        let fd = p.swap(-1, Ordering::AcqRel);
        if fd >= 0 {
            // SAFETY: our own descriptor.
            unsafe { libc::close(fd) };
        }
    }
    *WATCHER.lock() = false;
    let is_python = |n: usize| {
        let h = handler_of(n);
        !h.is_none() && !int::is_int(&h)
    };
    if (1..NSIG).any(is_python) {
        ensure_watcher();
    }
}

/// Runs the handlers of pending signals, on the main thread.
fn run_handlers(vm: &Vm) -> PyResult<()> {
    if MAIN_THREAD.load(Ordering::Relaxed) != thread::ident() {
        return Ok(());
    }
    let e = WAKEUP_ERROR.swap(0, Ordering::AcqRel);
    if e != 0 {
        let raised = vm.os_error(e, None);
        vm.unraisable(&raised, "Exception ignored when trying to write to the signal wakeup fd", None);
    }
    for (n, pending) in PENDING.iter().enumerate().take(NSIG).skip(1) {
        if !pending.swap(false, Ordering::AcqRel) {
            continue;
        }
        let h = handler_of(n);
        if h.is_none() || int::is_int(&h) {
            continue;
        }
        let frame = match pyre_interp::current_frame(vm) {
            Some(f) => pyre_interp::frameobj::of(vm, f),
            None => Obj::NONE,
        };
        let r: Result<Obj, Raised> = vm.call2(&h, &Obj::from_len(n), &frame);
        if let Err(e) = r {
            // The others have their turn at the next poll.
            if PENDING.iter().any(|p| p.load(Ordering::Relaxed)) {
                vm.record().request(Requests::SIGNAL);
            }
            return Err(e);
        }
    }
    Ok(())
}
