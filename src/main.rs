//! The command line.

mod arguments;
mod main_program;

use pyre_gc::native::NativeMemory;

#[cfg(not(feature = "system-allocator"))]
use mimalloc::MiMalloc as Behind;
#[cfg(feature = "system-allocator")]
use std::alloc::System as Behind;

// The collector finds objects that only vectors and boxes of native code hold.
#[global_allocator]
static ALLOCATOR: NativeMemory<Behind> = NativeMemory(Behind);

fn main() {
    std::process::exit(main_program::main());
}
