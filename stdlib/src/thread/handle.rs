//! `_ThreadHandle`, and starting, joining and ending threads.
//!
//! A new thread gets its function through a global dict, where the collector sees it. Threads that are not daemons are in
//! a list, which `_shutdown` joins. A thread is done once it has given up everything it held.

use super::{local, timeout};
use crate::support::{NativeType, construct, instance_of, native_table};
use pyre_object::code::managed;
use pyre_object::{
    Args, Body, Exc, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, dict, heap_body,
    int, model, raise, start, str, tuple,
};
use pyre_threads::Event;
use pyre_threads::sync::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Mutex, Ordering};
use std::sync::{Arc, OnceLock};

const NOT_STARTED: u8 = 0;
const STARTING: u8 = 1;
const STARTED: u8 = 2;
const DONE: u8 = 3;

/// What is known about a thread.
pub struct Thread {
    ident: AtomicU64,
    state: AtomicU8,
    done: Event,
}

impl Thread {
    fn new(ident: u64, state: u8) -> Arc<Thread> {
        Arc::new(Thread { ident: AtomicU64::new(ident), state: AtomicU8::new(state), done: Event::new() })
    }

    fn finish(&self) {
        self.state.store(DONE, Ordering::Release);
        self.done.set();
    }
}

heap_body! {
    /// `_thread._ThreadHandle`
    pub struct HandleBody "_ThreadHandle" { slots {} data { thread: Arc<Thread> } }
}

/// The type.
pub static HANDLE: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_thread._ThreadHandle",
    layout: Some(HandleBody::layout),
    flags: TypeFlags::WEAKREF,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("join", "($self, timeout=None, /)", join),
        NativeDef::method("_set_done", "($self, /)", set_done),
        NativeDef::method("is_done", "($self, /)", is_done),
    ],
    getset: &[GetSetDef::readonly("ident", |_, o| {
        Ok(int::from_u64(thread(o).ident.load(Ordering::Relaxed)))
    })],
    ..TypeSpec::EMPTY
};

fn thread(o: &Obj) -> &Arc<Thread> {
    &o.body::<HandleBody>().thread
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    static NEW: NativeDef = NativeDef::raw_function("_ThreadHandle", "(cls, /, *args, **kwargs)", |_, a| {
        Ok(instance_of(&a.pos()[0], HandleBody { thread: Thread::new(0, NOT_STARTED) }))
    });
    construct(vm, &NEW, class, args)
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let name = pyre_object::type_new::full_name(o.ty());
    Ok(str::new_str(&format!("<{name} object: ident={}>", thread(o).ident.load(Ordering::Relaxed))))
}

fn is_done(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(Obj::bool(thread(&a[0]).state.load(Ordering::Acquire) == DONE))
}

fn check_started(vm: &Vm, t: &Thread) -> PyResult<()> {
    match t.state.load(Ordering::Acquire) {
        NOT_STARTED | STARTING => raise!(vm, RuntimeError, "thread not started"),
        _ => Ok(()),
    }
}

fn set_done(vm: &Vm, a: &[Obj]) -> PyResult {
    let t = thread(&a[0]);
    check_started(vm, t)?;
    t.finish();
    Ok(Obj::NONE)
}

fn join(vm: &Vm, a: &[Obj]) -> PyResult {
    let t = thread(&a[0]).clone();
    let timeout = timeout::of_join(vm, &a[1])?;
    check_started(vm, &t)?;
    if t.done.is_set() {
        return Ok(Obj::NONE);
    }
    if t.ident.load(Ordering::Relaxed) == super::ident() {
        raise!(vm, RuntimeError, "Cannot join current thread");
    }
    timeout::wait(vm, timeout, |left| t.done.wait(left))?;
    Ok(Obj::NONE)
}

/// `_make_thread_handle(ident)`: the handle of a thread that runs already.
pub fn make_handle(vm: &Vm, a: &[Obj]) -> PyResult {
    if !int::is_int(&a[0]) {
        raise!(vm, TypeError, "ident must be an integer");
    }
    let ident = vm.to_u64(&a[0])?;
    Ok(HANDLE.instance(vm, HandleBody { thread: Thread::new(ident, STARTED) }))
}

/// Native stack of new threads: `threading.stack_size`; 0 is the default.
static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
/// Address space; only touched pages cost memory.
const DEFAULT_STACK: usize = 64 << 20;
/// What `stack_size` accepts at least.
const MIN_STACK: usize = 53248;
/// What the interpreter needs in any case.
const NEEDED_STACK: usize = 512 << 10;
/// Threads that run Python, the main thread not counted.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// Their idents.
static IDENTS: Mutex<Vec<u64>> = Mutex::new(Vec::new());
static SHUTTING_DOWN: AtomicBool = AtomicBool::new(false);
/// Threads to be joined before the process ends.
static TO_JOIN: Mutex<Vec<Arc<Thread>>> = Mutex::new(Vec::new());

/// `stack_size([size])`
pub fn stack_size(vm: &Vm, a: &[Obj]) -> PyResult {
    let old = STACK_SIZE.load(Ordering::Relaxed);
    if let Some(size) = a[0].given() {
        let size = vm.to_isize(size)?;
        if size != 0 && size < MIN_STACK as isize {
            raise!(vm, ValueError, "size must be at least {MIN_STACK} bytes");
        }
        STACK_SIZE.store(size as usize, Ordering::Relaxed);
    }
    Ok(int::from_usize(old))
}

/// `_count()`
pub fn count(_: &Vm, _: &[Obj]) -> PyResult {
    Ok(int::from_usize(RUNNING.load(Ordering::Relaxed)))
}

/// What new threads are to call, by number: tuples `(function, args, kwargs)`.
fn pending() -> &'static Obj {
    static PENDING: OnceLock<&'static Obj> = OnceLock::new();
    PENDING.get_or_init(|| model::immortal(managed(dict::new_dict())))
}

/// Starts a thread; `kwargs` is a dict or `None`.
fn spawn(vm: &Vm, call: Obj, t: &Arc<Thread>, daemon: bool) -> PyResult<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if SHUTTING_DOWN.load(Ordering::Acquire) {
        raise!(vm, PythonFinalizationError, "can't create new thread at interpreter shutdown");
    }
    if !pyre_gc::is_multi_threaded() {
        pyre_gc::set_multi_threaded();
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let key = int::from_u64(number);
    dict::set_item(vm, pending(), &key, call)?;
    if !daemon {
        let mut list = TO_JOIN.lock();
        list.retain(|t| !t.done.is_set());
        list.push(t.clone());
    }
    let size = match STACK_SIZE.load(Ordering::Relaxed) {
        0 => DEFAULT_STACK,
        n => n.max(NEEDED_STACK),
    };
    let (ready, child) = (Arc::new(Event::new()), t.clone());
    let child_ready = ready.clone();
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let spawned =
        std::thread::Builder::new().stack_size(size).spawn(move || run(number, &child, &child_ready));
    if spawned.is_err() {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        dict::pop(vm, pending(), &key)?;
        TO_JOIN.lock().retain(|other| !Arc::ptr_eq(other, t));
        t.state.store(NOT_STARTED, Ordering::Release);
        raise!(vm, RuntimeError, "can't start new thread");
    }
    // The ident is known when this returns; signals can wait that long.
    while !ready.is_set() {
        pyre_threads::without_attachment(|| {
            let _ = ready.wait(Some(std::time::Duration::from_millis(50)));
        });
        if vm.record().requests().intersects(pyre_threads::Requests::INTERRUPT) {
            std::thread::yield_now();
        }
    }
    Ok(())
}

/// The end of a thread, also if native code in it panics: who joins it must not wait forever.
struct Finish<'a>(&'a Thread, &'a Event);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        IDENTS.lock().retain(|i| *i != super::ident());
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        self.1.set();
        self.0.finish();
    }
}

/// The life of a thread.
fn run(number: u64, t: &Thread, ready: &Event) {
    let _finish = Finish(t, ready);
    t.ident.store(super::ident(), Ordering::Relaxed);
    IDENTS.lock().push(super::ident());
    t.state.store(STARTED, Ordering::Release);
    ready.set();
    let vm = start::enter_thread("Thread");
    let call = dict::pop(vm, pending(), &int::from_u64(number)).ok().flatten();
    match pyre_interp::stack::install(vm) {
        Ok(()) => {
            if let Some(call) = call {
                run_call(vm, &call);
            }
        }
        Err(e) => vm.unraisable(&e, "Exception ignored in thread", None),
    }
    local::thread_ends(vm);
    vm.clear();
    local::thread_ends(vm);
    vm.clear();
    start::leave_thread();
}

#[inline(never)]
fn run_call(vm: &Vm, call: &Obj) {
    let Some([function, args, kwargs]) = tuple::get(call) else { return };
    let r = vm.call_tuple_dict(function, args, Some(kwargs).filter(|k| !k.is_none()));
    if let Err(e) = r
        && !vm.matches(&e, Exc::SystemExit)
    {
        let text = vm.repr_text(function).unwrap_or_else(|_| "<object repr() failed>".to_owned());
        vm.unraisable(&e, &format!("Exception ignored in thread started by {text}"), None);
    }
}

/// `start_new_thread(function, args, kwargs={}, /)`
pub fn start_new_thread(vm: &Vm, a: &[Obj]) -> PyResult {
    if !vm.is_callable(&a[0]) {
        raise!(vm, TypeError, "first arg must be callable");
    }
    if !tuple::is_tuple(&a[1]) {
        raise!(vm, TypeError, "2nd arg must be a tuple");
    }
    if a[2].given().is_some_and(|d| !dict::is_dict(d)) {
        raise!(vm, TypeError, "optional 3rd arg must be a dictionary");
    }
    let kwargs = a[2].given().cloned().unwrap_or(Obj::NONE);
    let t = Thread::new(0, STARTING);
    spawn(vm, tuple::new_tuple([a[0].clone(), a[1].clone(), kwargs]), &t, true)?;
    Ok(int::from_u64(t.ident.load(Ordering::Relaxed)))
}

/// `start_joinable_thread(function, handle=None, daemon=True)`
pub fn start_joinable_thread(vm: &Vm, a: &[Obj]) -> PyResult {
    if !vm.is_callable(&a[0]) {
        raise!(vm, TypeError, "thread function must be callable");
    }
    let handle = match a[1].not_none() {
        Some(h) if HANDLE.is_exact(h) => h.clone(),
        Some(_) => raise!(vm, TypeError, "'handle' must be a _ThreadHandle"),
        None => HANDLE.instance(vm, HandleBody { thread: Thread::new(0, NOT_STARTED) }),
    };
    let daemon = match a[2].given() {
        Some(d) => vm.truth(d)?,
        None => true,
    };
    let t = thread(&handle).clone();
    if t.state.compare_exchange(NOT_STARTED, STARTING, Ordering::AcqRel, Ordering::Acquire).is_err() {
        raise!(vm, RuntimeError, "thread already started");
    }
    let call = tuple::new_tuple([a[0].clone(), tuple::empty_tuple(), Obj::NONE]);
    if let Err(e) = spawn(vm, call, &t, daemon) {
        t.state.store(NOT_STARTED, Ordering::Release);
        return Err(e);
    }
    Ok(handle)
}

/// `_shutdown()`: waits for all threads that are not daemons.
pub fn shutdown(vm: &Vm, _: &[Obj]) -> PyResult {
    let me = super::ident();
    loop {
        let next = {
            let mut list = TO_JOIN.lock();
            list.retain(|t| !t.done.is_set());
            list.iter().find(|t| t.ident.load(Ordering::Relaxed) != me).cloned()
        };
        let Some(t) = next else { return Ok(Obj::NONE) };
        timeout::wait(vm, None, |left| t.done.wait(left))?;
    }
}

/// No thread can be started from now on.
pub fn refuse_new_threads() {
    SHUTTING_DOWN.store(true, Ordering::Release);
}

/// Calls `f` while the thread with this ident surely runs; `None` if there is none.
pub fn with_running<R>(ident: u64, f: impl FnOnce() -> R) -> Option<R> {
    let idents = IDENTS.lock();
    (super::is_main_ident(ident) || idents.contains(&ident)).then(f)
}

/// In the child of a fork: no other thread is left.
pub fn after_fork_child() {
    let me = super::ident();
    IDENTS.lock().retain(|i| *i == me);
    TO_JOIN.lock().retain(|t| {
        let mine = t.ident.load(Ordering::Relaxed) == me;
        if !mine {
            t.state.store(DONE, Ordering::Release);
            t.done.set();
        }
        mine
    });
    RUNNING.store(0, Ordering::Relaxed);
}
