//! The type objects of the module.

use crate::names::KeptType;

/// `_IOBase`
pub static IO_BASE: KeptType = KeptType::new();
/// `_RawIOBase`
pub static RAW_IO_BASE: KeptType = KeptType::new();
/// `_BufferedIOBase`
pub static BUFFERED_IO_BASE: KeptType = KeptType::new();
/// `_TextIOBase`
pub static TEXT_IO_BASE: KeptType = KeptType::new();
/// `FileIO`
pub static FILE_IO: KeptType = KeptType::new();
/// `BufferedReader`
pub static BUFFERED_READER: KeptType = KeptType::new();
/// `BufferedWriter`
pub static BUFFERED_WRITER: KeptType = KeptType::new();
/// `BufferedRandom`
pub static BUFFERED_RANDOM: KeptType = KeptType::new();
/// `BufferedRWPair`
pub static BUFFERED_RW_PAIR: KeptType = KeptType::new();
/// `BytesIO`
pub static BYTES_IO: KeptType = KeptType::new();
/// `_BytesIOBuffer`
pub static BYTES_IO_BUFFER: KeptType = KeptType::new();
/// `StringIO`
pub static STRING_IO: KeptType = KeptType::new();
/// `TextIOWrapper`
pub static TEXT_IO_WRAPPER: KeptType = KeptType::new();
/// `IncrementalNewlineDecoder`
pub static INCREMENTAL_NEWLINE_DECODER: KeptType = KeptType::new();
/// `UnsupportedOperation`
pub static UNSUPPORTED_OPERATION: KeptType = KeptType::new();
