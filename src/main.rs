//! The command line.

#![no_main]

#[cfg(not(feature = "system-allocator"))]
mod allocator;
mod arguments;
mod main_program;

use pyre_gc::native::NativeMemory;

#[cfg(not(feature = "system-allocator"))]
use allocator::Mimalloc as Behind;
#[cfg(feature = "system-allocator")]
use std::alloc::System as Behind;

// The collector finds objects that only vectors and boxes of native code hold.
#[global_allocator]
static ALLOCATOR: NativeMemory<Behind> = NativeMemory(Behind);

/// What the C library calls. Rust's own `main` would first read the process's memory map to find the end of a stack that
/// is not used, and install handlers for its overflow.
///
/// # Safety
/// The arguments are those of the C library.
// SAFETY: nothing else in the program has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(count: i32, arguments: *const *const std::ffi::c_char) -> i32 {
    let at = |i: usize| {
        // SAFETY: the C library passes so many pointers to strings that end with a zero.
        let text = unsafe { std::ffi::CStr::from_ptr(*arguments.add(i)) };
        std::os::unix::ffi::OsStrExt::from_bytes(text.to_bytes())
    };
    main_program::main((0..count.max(0) as usize).map(|i| std::ffi::OsStr::to_owned(at(i))))
}
