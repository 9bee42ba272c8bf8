//! The command line.

mod arguments;
mod main_program;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    std::process::exit(main_program::main());
}
