//! Native stack bounds and the registers that a conservative scan must see.
//!
//! A value may live in a callee-saved register only, so a scan of memory alone would miss it. The registers are copied
//! into the thread's record, by code that is inlined into the frame that waits. A function of its own would not do: its
//! prologue pushes registers before it can copy them, and its frame is gone while the thread is still detached.

#[cfg(all(not(loom), not(miri), not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
compile_error!("pyre-threads knows the callee-saved registers of x86-64 and AArch64 only");

/// The number of callee-saved general registers.
#[cfg(target_arch = "x86_64")]
const COUNT: usize = 6;
#[cfg(not(target_arch = "x86_64"))]
const COUNT: usize = 11;

/// A copy of the callee-saved general registers.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Registers([usize; COUNT]);

impl Registers {
    /// The registers' contents.
    pub(crate) fn words(&self) -> [usize; COUNT] {
        self.0
    }
}

/// The extent of a native stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// One past the highest address.
    pub(crate) base: usize,
    /// The lowest usable address; 0 when unknown.
    pub(crate) limit: usize,
}

impl Bounds {
    /// Bounds that make every scan empty.
    #[cfg(loom)]
    pub(crate) const UNKNOWN: Bounds = Bounds { base: 0, limit: 0 };
}

/// The extent of the stack that the calling thread runs on.
#[cfg(not(loom))]
pub(crate) fn current_bounds() -> Bounds {
    #[cfg(not(miri))]
    if let (limit, base @ 1..) = crate::tls::switched_stack() {
        return Bounds { base, limit };
    }
    own_bounds()
}

/// The extent of the calling thread's own stack.
#[cfg(all(target_os = "linux", not(loom)))]
fn own_bounds() -> Bounds {
    let mut low = std::ptr::null_mut();
    let mut size = 0;
    let mut guard = 0;
    // SAFETY: the attribute object is initialised by `pthread_getattr_np`, read while it is valid and destroyed once.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return Bounds { base: 0, limit: 0 };
        }
        libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
        libc::pthread_attr_getguardsize(&attributes, &mut guard);
        libc::pthread_attr_destroy(&mut attributes);
    }
    // Some C libraries count the guard pages as part of the stack, so they are left out in any case.
    Bounds { base: low as usize + size, limit: low as usize + guard }
}

/// The extent of the calling thread's own stack.
#[cfg(all(target_os = "macos", not(loom)))]
fn own_bounds() -> Bounds {
    // SAFETY: both functions only read the calling thread's attributes.
    let (base, size) = unsafe {
        let me = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(me) as usize, libc::pthread_get_stacksize_np(me))
    };
    Bounds { base, limit: base - size }
}

/// Models have no stacks to scan.
#[cfg(loom)]
pub(crate) fn current_bounds() -> Bounds {
    Bounds::UNKNOWN
}

/// Copies the callee-saved registers and returns the stack pointer of the frame that this is inlined into.
#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
#[inline(always)]
pub(crate) fn save_registers(registers: &mut Registers) -> usize {
    let sp: usize;
    // SAFETY: writes six words into the array that the pointer was made from, and reads the stack pointer.
    unsafe {
        std::arch::asm!(
            "mov [{to}], rbx",
            "mov [{to} + 8], rbp",
            "mov [{to} + 16], r12",
            "mov [{to} + 24], r13",
            "mov [{to} + 32], r14",
            "mov [{to} + 40], r15",
            "mov {sp}, rsp",
            to = in(reg) registers.0.as_mut_ptr(),
            sp = out(reg) sp,
            options(nostack, preserves_flags),
        );
    }
    sp
}

/// Copies the callee-saved registers and returns the stack pointer of the frame that this is inlined into.
#[cfg(all(target_arch = "aarch64", not(loom), not(miri)))]
#[inline(always)]
pub(crate) fn save_registers(registers: &mut Registers) -> usize {
    let sp: usize;
    // SAFETY: writes eleven words into the array that the pointer was made from, and reads the stack pointer.
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{to}]",
            "stp x21, x22, [{to}, #16]",
            "stp x23, x24, [{to}, #32]",
            "stp x25, x26, [{to}, #48]",
            "stp x27, x28, [{to}, #64]",
            "str x29, [{to}, #80]",
            "mov {sp}, sp",
            to = in(reg) registers.0.as_mut_ptr(),
            sp = out(reg) sp,
            options(nostack, preserves_flags),
        );
    }
    sp
}

/// Models and Miri have no registers to save.
#[cfg(any(loom, miri))]
pub(crate) fn save_registers(_registers: &mut Registers) -> usize {
    usize::MAX
}

/// A word of memory that others may be writing, or that nobody has initialised: read by an instruction that the compiler does not see
/// through, so that it is whatever the machine finds there.
///
/// # Safety
/// The address is aligned and readable.
#[inline(always)]
unsafe fn any_word(address: usize) -> usize {
    let word: usize;
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: readable by contract.
    unsafe {
        std::arch::asm!("mov {word}, [{at}]", at = in(reg) address, word = out(reg) word,
            options(nostack, preserves_flags, readonly));
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    // SAFETY: readable by contract.
    unsafe {
        std::arch::asm!("ldr {word}, [{at}]", at = in(reg) address, word = out(reg) word,
            options(nostack, preserves_flags, readonly));
    }
    #[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        // SAFETY: readable by contract.
        word = unsafe { std::ptr::read_volatile(std::ptr::with_exposed_provenance(address)) };
    }
    word
}

/// Calls `f` with every aligned word of `[low, high)`, whatever others do to them.
///
/// # Safety
/// The range must be readable for the duration of the call. Its contents may be uninitialised padding or dead slots.
pub unsafe fn scan_words(low: usize, high: usize, f: &mut dyn FnMut(usize)) {
    let mut address = low;
    while address + size_of::<usize>() <= high {
        // SAFETY: readable by contract.
        f(unsafe { any_word(address) });
        address += size_of::<usize>();
    }
}

/// Above the first frame of a new stack: zeros, in which a walk of the frames finds its end.
#[cfg(all(not(loom), not(miri)))]
const ABOVE: usize = 4096;
/// Below a new stack: not accessible.
#[cfg(all(not(loom), not(miri)))]
const GUARD: usize = 64 * 1024;

/// Runs `f` on a new stack of `bytes` bytes, of which only touched pages cost memory, instead of on a new thread. A thread does this
/// before it is registered. A panic of `f` aborts the process.
///
/// # Errors
/// There is no memory.
#[cfg(all(not(loom), not(miri)))]
pub fn with_stack<F: FnOnce() -> R, R>(bytes: usize, f: F) -> std::io::Result<R> {
    struct Call<F, R> {
        f: Option<F>,
        result: Option<R>,
    }
    // A panic does not leave a function of this ABI.
    extern "C" fn run<F: FnOnce() -> R, R>(call: *mut Call<F, R>) {
        // SAFETY: the pointer is to `call` below, which outlives this call, and nobody else has it.
        let call = unsafe { &mut *call };
        call.result = call.f.take().map(|f| f());
    }
    let low = map_stack(bytes)?;
    let top = low + bytes - ABOVE;
    let mut call = Call { f: Some(f), result: None };
    let before = crate::tls::set_switched_stack((low + GUARD, top));
    let function: extern "C" fn(*mut Call<F, R>) = run;
    // SAFETY: `top` is the end of a stack of this size, aligned to 16; the function keeps the ABI.
    unsafe { call_on_stack(top, (&raw mut call).cast(), function as *const ()) };
    crate::tls::set_switched_stack(before);
    // SAFETY: mapped above with this size; nothing runs on it any more.
    unsafe { libc::munmap(std::ptr::with_exposed_provenance_mut(low), bytes) };
    call.result.ok_or_else(|| std::io::Error::other("the function has not returned"))
}

/// Address space for a stack, with its guard; the lowest address.
#[cfg(all(not(loom), not(miri)))]
fn map_stack(bytes: usize) -> std::io::Result<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK;
    // SAFETY: a fresh anonymous mapping; its lowest pages lose their access at once.
    unsafe {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let low = libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0);
        if low == libc::MAP_FAILED || libc::mprotect(low, GUARD, libc::PROT_NONE) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok(low.expose_provenance())
    }
}

/// Calls `function(argument)` with the stack pointer at `top`.
///
/// # Safety
/// `top` is aligned to 16 and the end of a stack; the function takes the argument and keeps the C ABI.
#[cfg(all(not(loom), not(miri), target_arch = "x86_64"))]
unsafe fn call_on_stack(top: usize, argument: *mut (), function: *const ()) {
    // SAFETY: r12 keeps its value across calls, so the stack pointer is what it was when this ends.
    unsafe {
        std::arch::asm!(
            "mov r12, rsp",
            "mov rsp, {top}",
            "call {function}",
            "mov rsp, r12",
            top = in(reg) top,
            function = in(reg) function,
            in("rdi") argument,
            out("r12") _,
            clobber_abi("C"),
        );
    }
}

/// Calls `function(argument)` with the stack pointer at `top`.
///
/// # Safety
/// `top` is aligned to 16 and the end of a stack; the function takes the argument and keeps the C ABI.
#[cfg(all(not(loom), not(miri), target_arch = "aarch64"))]
unsafe fn call_on_stack(top: usize, argument: *mut (), function: *const ()) {
    // SAFETY: x20 keeps its value across calls, so the stack pointer is what it was when this ends.
    unsafe {
        std::arch::asm!(
            "mov x20, sp",
            "mov sp, {top}",
            "blr {function}",
            "mov sp, x20",
            top = in(reg) top,
            function = in(reg) function,
            in("x0") argument,
            out("x20") _,
            clobber_abi("C"),
        );
    }
}

#[cfg(all(test, not(loom), not(miri)))]
mod tests {
    use super::*;

    #[test]
    fn a_function_runs_on_a_stack_of_its_own_and_its_bounds_are_known() {
        let outside = current_bounds();
        let inside = with_stack(8 << 20, || {
            let local = 0usize;
            let bounds = current_bounds();
            let address = std::ptr::from_ref(&local) as usize;
            assert!(bounds.limit < address && address < bounds.base);
            bounds
        })
        .unwrap();
        assert_ne!(inside, outside);
        assert_eq!(current_bounds(), outside);
    }

    #[test]
    fn the_bounds_contain_a_local() {
        let local = 0usize;
        let bounds = current_bounds();
        let address = std::ptr::from_ref(&local) as usize;
        assert!(bounds.limit < address && address < bounds.base);
    }

    #[inline(never)]
    fn finds(needle: usize) -> bool {
        let mut registers = Registers::default();
        let sp = save_registers(&mut registers);
        let mut found = registers.words().contains(&!needle);
        // SAFETY: the frames between the stack pointer and the base are live.
        unsafe { scan_words(sp, current_bounds().base, &mut |word| found |= word == !needle) };
        found
    }

    #[test]
    fn a_scan_sees_a_value_that_only_a_caller_holds() {
        let secret = std::hint::black_box(0x1234_5678_9abc_def0_usize);
        let found = finds(!secret);
        assert!(std::hint::black_box(secret) != 0 && found);
    }
}
