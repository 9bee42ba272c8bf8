//! pyre's bytecode: the instruction set, compiled code as plain data, its compact serialized form, a disassembler and
//! a verifier. Knows nothing of the heap, of Python objects or of the compiler; see `docs/design/bytecode.md`.

pub mod code;
pub mod disassemble;
pub mod instructions;
pub mod serialize;
pub mod shared;
pub mod table;
pub mod verify;

#[cfg(test)]
mod tests;

pub use code::*;
pub use instructions::*;
pub use shared::{Bytes, Shared, SharedUnit, Text};
