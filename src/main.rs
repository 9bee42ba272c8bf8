//! The command line.

mod arguments;
mod main_program;

use pyre_gc::native::NativeMemory;

// The collector finds objects that only vectors and boxes of native code hold.
#[global_allocator]
static ALLOCATOR: NativeMemory<mimalloc::MiMalloc> = NativeMemory(mimalloc::MiMalloc);

fn main() {
    std::process::exit(main_program::main());
}
