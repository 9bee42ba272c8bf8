//! Calls from hot code into rare code that leave the caller's registers alone.
//!
//! A function that calls another one, if only in one case of a thousand, has to keep its variables in registers that the
//! callee saves, and so has to save those itself when it is entered: the common case pays for the rare one. Here
//! the rare case pays: a stub saves all general registers around the call. (Compilers know this as the calling convention
//! `preserve_most`, which Rust does not offer yet.) Where there is no stub the call is an ordinary one.

/// What can be called so. It must not unwind.
pub type Rare = extern "C" fn(u64, u64, u64) -> u64;

/// Saves the registers that callees may change, except rax, around a call of the function in rax with what r10, r11
/// and r9 hold.
#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
#[unsafe(naked)]
extern "C" fn save_all_and_call() {
    std::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rcx",
        "push rdx",
        "push rsi",
        "push rdi",
        "push r8",
        "push r9",
        "push r10",
        "push r11",
        "and rsp, -16",
        "mov rdi, r10",
        "mov rsi, r11",
        "mov rdx, r9",
        "call rax",
        "lea rsp, [rbp - 64]",
        "pop r11",
        "pop r10",
        "pop r9",
        "pop r8",
        "pop rdi",
        "pop rsi",
        "pop rdx",
        "pop rcx",
        "pop rbp",
        "ret",
    )
}

/// Calls `f(a, b, c)`.
#[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
#[inline(always)]
pub fn call(f: Rare, a: u64, b: u64, c: u64) -> u64 {
    std::hint::cold_path();
    let r: u64;
    // SAFETY: the stub keeps every general register but rax, `f` may change the others that are named here, and the System V
    // convention lets it change nothing else that compiled code keeps values in. The stack pointer goes below the red zone before anything is
    // pushed, and comes back: the caller's part of the stack is not written, which is what `nostack` promises.
    unsafe {
        std::arch::asm!(
            "lea rsp, [rsp - 128]",
            "call {stub}",
            "lea rsp, [rsp + 128]",
            stub = sym save_all_and_call,
            inout("rax") f as usize as u64 => r,
            in("r10") a,
            in("r11") b,
            in("r9") c,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
            out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            options(nostack),
        );
    }
    r
}

/// Calls `f(a, b, c)`.
#[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
#[inline(always)]
pub fn call(f: Rare, a: u64, b: u64, c: u64) -> u64 {
    std::hint::cold_path();
    f(a, b, c)
}
