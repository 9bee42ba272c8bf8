//! `_thread`: operating system threads, locks and thread-local data. What `threading` is made of.
//!
//! Design: `docs/design/threads-python.md`.

mod handle;
mod local;
mod lock;
mod rlock;
pub(crate) mod state;
pub(crate) mod timeout;

pub use handle::{refuse_new_threads, with_running};

use crate::support::{native_table, new_module};
use pyre_object::{Exc, NativeDef, Obj, PyResult, Vm, float, int, module, raise, str};
use pyre_threads::sync::{AtomicU64, Ordering};
use pyre_types::struct_sequence::{self, StructSpec};

/// The longest name of a thread that the system keeps, in bytes.
const NAME_MAX: usize = 15;

static EXCEPT_HOOK_ARGS: StructSpec = StructSpec {
    name: "_thread._ExceptHookArgs",
    fields: &["exc_type", "exc_value", "exc_traceback", "thread"],
    hidden: &[],
};

/// The main thread's ident.
static MAIN: AtomicU64 = AtomicU64::new(0);

/// The calling thread's ident.
#[inline]
pub fn ident() -> u64 {
    // SAFETY: always succeeds.
    unsafe { libc::pthread_self() as u64 }
}

/// Whether the calling thread is Python's main thread.
pub fn is_main() -> bool {
    MAIN.load(Ordering::Relaxed) == ident()
}

fn is_main_ident(ident: u64) -> bool {
    MAIN.load(Ordering::Relaxed) == ident
}

/// In the child of a fork: the calling thread is the main thread now.
pub fn after_fork_child() {
    MAIN.store(ident(), Ordering::Relaxed);
    handle::after_fork_child();
}

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    MAIN.store(ident(), Ordering::Relaxed);
    let m = new_module(
        "_thread",
        "This module provides primitive operations to write multi-threaded programs.",
        FUNCTIONS,
    );
    lock::LOCK.add_to(vm, &m);
    module::set(&m, "LockType", lock::LOCK.get(vm).clone());
    rlock::RLOCK.add_to(vm, &m);
    local::LOCAL.add_to(vm, &m);
    handle::HANDLE.add_to(vm, &m);
    module::set(&m, "_ExceptHookArgs", struct_sequence::type_of(vm, &EXCEPT_HOOK_ARGS)?.clone());
    module::set(&m, "error", Exc::RuntimeError.ty().clone());
    module::set(&m, "TIMEOUT_MAX", float::new_float(timeout::TIMEOUT_MAX));
    module::set(&m, "_NAME_MAXLEN", Obj::from_len(NAME_MAX));
    Ok(m)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("start_new_thread", "(function, args, kwargs={}, /)", handle::start_new_thread),
    NativeDef::function("start_new", "(function, args, kwargs={}, /)", handle::start_new_thread),
    NativeDef::function(
        "start_joinable_thread",
        "(function, handle=None, daemon=True)",
        handle::start_joinable_thread
    ),
    NativeDef::function("daemon_threads_allowed", "()", |_, _| Ok(Obj::TRUE)),
    NativeDef::function("allocate_lock", "()", |vm, _| Ok(lock::new_lock(vm))),
    NativeDef::function("allocate", "()", |vm, _| Ok(lock::new_lock(vm))),
    NativeDef::function("exit", "()", exit_thread),
    NativeDef::function("exit_thread", "()", exit_thread),
    NativeDef::function("interrupt_main", "(signum=2, /)", interrupt_main),
    NativeDef::function("get_ident", "()", |_, _| Ok(int::from_u64(ident()))),
    NativeDef::function("get_native_id", "()", native_id),
    NativeDef::function("_count", "()", handle::count),
    NativeDef::function("stack_size", "(size=0, /)", handle::stack_size),
    NativeDef::function("_shutdown", "()", handle::shutdown),
    NativeDef::function("_make_thread_handle", "(ident, /)", handle::make_handle),
    NativeDef::function("_get_main_thread_ident", "()", |_, _| Ok(int::from_u64(
        MAIN.load(Ordering::Relaxed)
    ))),
    NativeDef::function("_is_main_interpreter", "()", |_, _| Ok(Obj::TRUE)),
    NativeDef::function("_excepthook", "(args, /)", excepthook),
    NativeDef::function("set_name", "(name)", set_name),
    NativeDef::function("_get_name", "()", get_name),
];

fn exit_thread(vm: &Vm, _: &[Obj]) -> PyResult {
    Err(vm.error_with(Exc::SystemExit, &[]))
}

fn interrupt_main(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = match a[0].given() {
        Some(n) => vm.to_i32(n)?,
        None => libc::SIGINT,
    };
    if !(1..65).contains(&n) {
        raise!(vm, ValueError, "signal number out of range");
    }
    crate::signal::simulate(n);
    Ok(Obj::NONE)
}

fn native_id(_: &Vm, _: &[Obj]) -> PyResult {
    // SAFETY: always succeeds.
    Ok(int::new_int(i64::from(unsafe { libc::gettid() })))
}

fn set_name(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[0]) {
        raise!(vm, TypeError, "set_name() argument 'name' must be str, not {}", a[0].type_name());
    }
    let text = str::to_string_lossy(&a[0]);
    let mut bytes: Vec<u8> = text.bytes().take_while(|b| *b != 0).take(NAME_MAX).collect();
    bytes.push(0);
    // SAFETY: a terminated text, short enough.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
    Ok(Obj::NONE)
}

fn get_name(_: &Vm, _: &[Obj]) -> PyResult {
    let mut bytes = [0u8; 64];
    // SAFETY: the buffer is as long as said.
    unsafe { libc::pthread_getname_np(libc::pthread_self(), bytes.as_mut_ptr().cast(), bytes.len()) };
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(0);
    Ok(str::new_str(&std::string::String::from_utf8_lossy(&bytes[..end])))
}

/// `threading.excepthook`: writes the exception of a thread to `sys.stderr`.
fn excepthook(vm: &Vm, a: &[Obj]) -> PyResult {
    let ty = struct_sequence::type_of(vm, &EXCEPT_HOOK_ARGS)?;
    let Some([exc_type, value, traceback, thread]) =
        pyre_object::tuple::get(&a[0]).filter(|_| a[0].ty().is(ty))
    else {
        raise!(vm, TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
    };
    if exc_type.is(Exc::SystemExit.ty()) {
        return Ok(Obj::NONE);
    }
    let mut file = pyre_vm::runtime::sys_attribute("stderr").unwrap_or(Obj::NONE);
    if file.is_none() {
        if thread.is_none() {
            return Ok(Obj::NONE);
        }
        // Kept when the thread was made: the output may have gone since.
        file = vm.getattr_str(thread, "_stderr")?;
        if file.is_none() {
            return Ok(Obj::NONE);
        }
    }
    let name = match thread.not_none() {
        Some(t) => vm.getattr_str(t, "name")?,
        None => int::from_u64(ident()),
    };
    let head = format!("Exception in thread {}:\n", vm.str_text(&name)?);
    vm.call_method_str(&file, "write", &[str::new_str(&head)])?;
    let stderr = pyre_vm::runtime::sys_attribute("stderr");
    if stderr.is_some_and(|e| e.is(&file)) && !value.is_none() {
        pyre_vm::report::print_exception(vm, value);
    } else {
        let print = vm.import("traceback").and_then(|m| vm.getattr_str(&m, "print_exception"))?;
        let args = [exc_type.clone(), value.clone(), traceback.clone(), Obj::NONE, file.clone()];
        vm.call(&print, &args)?;
    }
    vm.call_method_str(&file, "flush", &[])
}
