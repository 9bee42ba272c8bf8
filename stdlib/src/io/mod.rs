//! `_io`: raw, buffered and text streams, streams in memory, `open`.
//!
//! Streams that are exactly of the types here call each other natively; subclasses and foreign streams are called by
//! their methods.

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod fileio;
pub mod guarded;
pub mod newline;
mod opening;
pub mod stringio;
mod support;
pub mod text;
pub mod types;
pub mod unwritten;

use pyre_object::{Builtin, Exc, NativeDef, Obj, PyResult, Vm, dict, module, str, tuple, type_new};

/// `DEFAULT_BUFFER_SIZE`
pub const DEFAULT_BUFFER_SIZE: usize = 131_072;

static FUNCTIONS: [NativeDef; 3] = [
    NativeDef::function(
        "open",
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        opening::open,
    ),
    NativeDef::function("open_code", "(path)", opening::open_code),
    NativeDef::function("text_encoding", "(encoding, stacklevel=2, /)", opening::text_encoding),
];

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    // Streams may need codecs that are not native, and their error handlers.
    crate::codecs::install();
    let m = module::new_module("_io");
    let make = |spec| type_new::new_native_type(vm, spec, &m);
    types::IO_BASE.keep(make(&base::IO_BASE));
    types::RAW_IO_BASE.keep(make(&base::RAW_IO_BASE));
    types::BUFFERED_IO_BASE.keep(make(&base::BUFFERED_IO_BASE));
    types::TEXT_IO_BASE.keep(make(&base::TEXT_IO_BASE));
    types::FILE_IO.keep(make(&fileio::FILE_IO));
    types::BUFFERED_READER.keep(make(&buffered::BUFFERED_READER));
    types::BUFFERED_WRITER.keep(make(&buffered::BUFFERED_WRITER));
    types::BUFFERED_RANDOM.keep(make(&buffered::BUFFERED_RANDOM));
    types::BUFFERED_RW_PAIR.keep(make(&buffered::BUFFERED_RW_PAIR));
    types::BYTES_IO.keep(make(&bytesio::BYTES_IO));
    types::BYTES_IO_BUFFER.keep(make(&bytesio::BYTES_IO_BUFFER));
    types::STRING_IO.keep(make(&stringio::STRING_IO));
    types::TEXT_IO_WRAPPER.keep(make(&text::TEXT_IO_WRAPPER));
    newline::make_type(vm, &m);
    types::UNSUPPORTED_OPERATION.keep(unsupported_operation(vm)?);
    module::set(&m, "UnsupportedOperation", types::UNSUPPORTED_OPERATION.get().clone());
    module::set(&m, "BlockingIOError", Exc::BlockingIOError.ty().clone());
    module::set(&m, "DEFAULT_BUFFER_SIZE", Obj::from_len(DEFAULT_BUFFER_SIZE));
    module::add_functions(&m, &FUNCTIONS);
    Ok(m)
}

/// `class UnsupportedOperation(OSError, ValueError)`, a class like any that Python code makes.
fn unsupported_operation(vm: &Vm) -> PyResult {
    let bases = tuple::pair(Exc::OSError.ty().clone(), Exc::ValueError.ty().clone());
    let namespace = dict::new_dict();
    dict::set_str(&namespace, crate::name!("__module__"), str::new_str("io"));
    vm.call(Builtin::Type.ty(), &[str::new_str("UnsupportedOperation"), bases, namespace])
}
