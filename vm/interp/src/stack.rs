//! The per-thread stacks: frames, and the registers that frames are windows of.
//!
//! Both are address space reserved once per thread and touched as they grow. Registers above the current frame hold
//! `UNBOUND` up to a high-water mark, so that pushing a frame writes no registers; leaving a frame empties its own.

use crate::tracing::Session;
use pyre_object::code::CodeBody;
use pyre_object::{Obj, Value, Vm};
use pyre_threads::sync::AtomicU64;
use std::ptr;

/// What happens with the value that a frame returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Action {
    /// Goes to register `dst` of the frame below.
    Store,
    /// Ends this native run of the interpreter and becomes its result.
    Exit,
    /// Must be `None`; the instance in `aux` goes to `dst` (a call of a class whose `__init__` this is).
    Init,
    /// The frame is a generator's, resumed for `ForIter`: a yielded value goes to `dst`; at the end the loop is left.
    ForIter,
    /// The frame is a generator's, resumed for `Send`: a yielded value goes to `dst`; a returned one too, and jumps.
    Send,
    /// As `ForIter` for a `__next__` written in Python: `StopIteration` ends the loop.
    NextMethod,
}

/// A frame of a Python call. Lives in the thread's frame stack; never moves while active.
#[repr(C)]
pub struct Frame {
    /// The code's body; kept alive by `func`.
    pub code: *const CodeBody,
    /// The instruction words of the code.
    pub words: *const AtomicU64,
    /// The constants of the code.
    pub consts: *const Value,
    /// Word index of the instruction that is being executed; up to date whenever the frame is not on top, and at every
    /// call into the runtime.
    pub pc: u32,
    /// Register of the frame below that gets the result.
    pub dst: u16,
    /// What happens with the result.
    pub action: Action,
    /// See `FLAG_*`.
    pub flags: u8,
    /// Register 0.
    pub regs: *mut Value,
    /// First free register above this frame.
    pub top: *mut Value,
    /// The function object; owned.
    pub func: Value,
    /// The globals dict; kept alive by `func`.
    pub globals: Value,
    /// The builtins dict; kept alive by `func`.
    pub builtins: Value,
    /// The namespace of a class body, module or `exec`; owned; `UNBOUND` in functions.
    pub locals: Value,
    /// Owned; belongs to `action`, or the generator object for generator frames.
    pub aux: Value,
    /// The frame object, once somebody asked for it; owned.
    pub object: Value,
    /// For generator frames: the exception that was being handled where it was resumed; owned.
    pub outer_handled: Value,
    /// For generator frames: how many handlers are active inside it.
    pub handlers: u32,
    /// Line of the last line event, for tracing.
    pub traced_line: u32,
}

/// The frame is a generator's, coroutine's or async generator's; `aux` is the object.
pub const FLAG_GENERATOR: u8 = 1;
/// The lowest frame of a native run of the interpreter: unwinding stops here.
pub const FLAG_ENTRY: u8 = 2;
/// Events are to be reported for this frame.
pub const FLAG_TRACED: u8 = 4;
/// The frame owns more than registers and function: one of `locals`, `aux`, `object` and `outer_handled` has been set.
pub const FLAG_MORE: u8 = 8;

/// Registers of one thread: address space for this many.
const REGISTERS: usize = 1 << 25;
/// Frames of one thread.
pub const FRAMES: u32 = 1 << 21;
/// How far ahead registers are emptied.
const STEP: usize = 512;

/// The stacks of one thread.
pub struct Stacks {
    registers: *mut Value,
    /// Everything from the top of the current frame up to here is `UNBOUND`.
    clean: *mut Value,
    frames: *mut Frame,
    /// The current frame, or one below `frames` when there is none.
    pub current: *mut Frame,
    /// The exception on its way was raised again: its traceback stays as it is in the frame that did so.
    pub reraise: bool,
    /// Records and checks hot loops, when that is on.
    pub tracing: Option<Box<Session>>,
}

fn reserve(bytes: usize) -> *mut u8 {
    // SAFETY: an anonymous private mapping at an address of the kernel's choice.
    let p = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED { ptr::null_mut() } else { p.cast() }
}

impl Stacks {
    /// The stacks of a new thread; `None` when the address space cannot be had.
    pub fn new() -> Option<Box<Stacks>> {
        let registers = reserve(REGISTERS * size_of::<Value>()).cast::<Value>();
        if registers.is_null() {
            return None;
        }
        let frames = reserve(FRAMES as usize * size_of::<Frame>()).cast::<Frame>();
        if frames.is_null() {
            // SAFETY: mapped above with this size.
            unsafe { libc::munmap(registers.cast(), REGISTERS * size_of::<Value>()) };
            return None;
        }
        Some(Box::new(Stacks {
            registers,
            clean: registers,
            frames,
            current: frames.wrapping_sub(1),
            reraise: false,
            tracing: None,
        }))
    }

    /// The calling thread's stacks.
    ///
    /// # Safety
    /// The thread's `Vm` has been given stacks ([`install`]).
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn of(vm: &Vm) -> &mut Stacks {
        // SAFETY: promised by the caller; only the thread itself uses its stacks while it runs.
        unsafe { &mut *vm.interp.get().cast::<Stacks>() }
    }

    /// Whether no frame is active.
    pub fn is_empty(&self) -> bool {
        self.current < self.frames
    }

    /// First free register above the current frame.
    pub fn top(&self) -> *mut Value {
        if self.is_empty() {
            self.registers
        } else {
            // SAFETY: a current frame is initialised.
            unsafe { (*self.current).top }
        }
    }

    /// Makes sure that the registers up to `end` exist and are empty from the old mark on. False: the stack is full.
    #[inline(always)]
    pub fn ensure(&mut self, end: *mut Value) -> bool {
        if self.is_clean(end) { true } else { self.extend(end) }
    }

    /// Whether the registers up to `end` are empty from the old mark on.
    #[inline(always)]
    pub fn is_clean(&self, end: *mut Value) -> bool {
        end <= self.clean
    }

    #[cold]
    #[inline(never)]
    fn extend(&mut self, end: *mut Value) -> bool {
        let limit = self.registers.wrapping_add(REGISTERS);
        let to = end.wrapping_add(STEP);
        if to > limit {
            return false;
        }
        let mut p = self.clean;
        while p < to {
            // SAFETY: within the reservation.
            unsafe { p.write(Value::UNBOUND) };
            p = p.wrapping_add(1);
        }
        self.clean = to;
        true
    }

    /// Room for one more frame? Its memory is uninitialised.
    #[inline(always)]
    pub fn next_frame(&mut self) -> Option<*mut Frame> {
        let f = self.current.wrapping_add(1);
        if f < self.frames.wrapping_add(FRAMES as usize) { Some(f) } else { None }
    }

    /// All active frames, innermost first.
    pub fn frames(&self) -> impl Iterator<Item = *mut Frame> + use<> {
        let bottom = self.frames;
        let mut f = self.current;
        std::iter::from_fn(move || {
            if f < bottom {
                return None;
            }
            let this = f;
            f = f.wrapping_sub(1);
            Some(this)
        })
    }

    /// Visits everything that the stacks own or borrow, for the collector.
    pub fn roots(&self, visit: &mut dyn FnMut(Value)) {
        let mut p = self.registers;
        let top = self.highest_top();
        if let Some(t) = &self.tracing {
            t.roots(visit);
        }
        while p < top {
            // SAFETY: below the clean mark every register is a value word.
            visit(unsafe { *p });
            p = p.wrapping_add(1);
        }
        for f in self.frames() {
            // SAFETY: active frames are initialised, and the thread is stopped.
            let f = unsafe { &*f };
            for v in [f.func, f.globals, f.builtins, f.locals, f.aux, f.object, f.outer_handled] {
                visit(v);
            }
            if f.flags & FLAG_GENERATOR != 0 {
                // SAFETY: a generator's registers lie in its own storage, as many as its code says.
                let regs = unsafe { std::slice::from_raw_parts(f.regs, (*f.code).nregs as usize) };
                regs.iter().for_each(|v| visit(*v));
            }
        }
    }

    /// Native calls may have put arguments above the current frame's registers; `clean` bounds everything.
    fn highest_top(&self) -> *mut Value {
        self.clean
    }
}

impl Drop for Stacks {
    fn drop(&mut self) {
        // SAFETY: mapped in `new` with these sizes; no frame is active any more.
        unsafe {
            libc::munmap(self.registers.cast(), REGISTERS * size_of::<Value>());
            libc::munmap(self.frames.cast(), FRAMES as usize * size_of::<Frame>());
        }
    }
}

/// Gives the thread its stacks.
///
/// # Errors
/// `MemoryError` when the address space cannot be had.
pub fn install(vm: &Vm) -> pyre_object::PyResult<()> {
    match Stacks::new() {
        Some(s) => {
            vm.interp.set(Box::into_raw(s).cast());
            Ok(())
        }
        None => Err(vm.error(pyre_object::Exc::MemoryError, "cannot reserve the stacks of a thread")),
    }
}

/// Takes the thread's stacks away again, when it ends.
pub fn uninstall(vm: &Vm) {
    let p = vm.interp.replace(ptr::null_mut()).cast::<Stacks>();
    if !p.is_null() {
        // SAFETY: made by `install`, and used by this thread only.
        drop(unsafe { Box::from_raw(p) });
    }
}

impl Frame {
    /// The function, borrowed.
    #[inline(always)]
    pub fn function(&self) -> &Obj {
        // SAFETY: owned by the frame.
        unsafe { Obj::borrow_raw(&self.func) }
    }

    /// The code.
    #[inline(always)]
    pub fn code(&self) -> &CodeBody {
        // SAFETY: kept alive by the frame's function.
        unsafe { &*self.code }
    }

    /// The source line of the current instruction.
    pub fn line(&self) -> u32 {
        self.code().unit.locations.lookup(self.pc).line
    }

    /// Releases the registers and leaves them empty.
    ///
    /// # Safety
    /// The frame is initialised and not running any more.
    #[inline(always)]
    pub unsafe fn release_registers(&mut self) {
        // SAFETY: the code says how many registers the frame has.
        let n = unsafe { (*self.code).nregs as usize };
        // The last first: programs see the order in which their locals die.
        for i in (0..n).rev() {
            // SAFETY: below `n`.
            unsafe {
                let slot = self.regs.add(i);
                let v = *slot;
                if !v.is_unbound() {
                    *slot = Value::UNBOUND;
                    pyre_object::obj::release(v);
                }
            }
        }
    }
}
