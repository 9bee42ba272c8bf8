//! Encoding and decoding text: the loops around the codecs of `pyre-text`, with Python's error handlers.
//!
//! Codecs that are not native go through the hooks of `pyre-object` to the registry of the `codecs` module.

mod errors;

use errors::{Handler, decode_error, encode_error};
use pyre_object::hooks::{DECODE, ENCODE};
use pyre_object::str::{self, StrRef};
use pyre_object::{Exc, Obj, PyResult, Vm, bytes};
use pyre_text::codecs::{ByteOrder, CodecError, ascii, utf8, utf16, utf32};
use pyre_text::{Body, Buffer};

pub use errors::LOOKUP_HANDLER;

/// A codec that is implemented here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// UTF-8
    Utf8,
    /// Latin-1
    Latin1,
    /// ASCII
    Ascii,
    /// UTF-16, in the given order or with a mark.
    Utf16(Option<ByteOrder>),
    /// UTF-32, in the given order or with a mark.
    Utf32(Option<ByteOrder>),
}

const NATIVE: ByteOrder = if cfg!(target_endian = "little") { ByteOrder::Little } else { ByteOrder::Big };

impl Codec {
    /// The native codec of this name.
    pub fn from_name(name: &str) -> Option<Codec> {
        let normal: String =
            name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match normal.as_str() {
            "utf-8" | "utf8" | "u8" | "cp65001" => Codec::Utf8,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" | "latin" => {
                Codec::Latin1
            }
            "ascii" | "us-ascii" | "646" => Codec::Ascii,
            "utf-16" | "utf16" | "u16" => Codec::Utf16(None),
            "utf-16-le" | "utf-16le" => Codec::Utf16(Some(ByteOrder::Little)),
            "utf-16-be" | "utf-16be" => Codec::Utf16(Some(ByteOrder::Big)),
            "utf-32" | "utf32" | "u32" => Codec::Utf32(None),
            "utf-32-le" | "utf-32le" => Codec::Utf32(Some(ByteOrder::Little)),
            "utf-32-be" | "utf-32be" => Codec::Utf32(Some(ByteOrder::Big)),
            _ => return None,
        })
    }

    /// The name that errors show.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Utf8 => "utf-8",
            Codec::Latin1 => "latin-1",
            Codec::Ascii => "ascii",
            Codec::Utf16(None) => "utf-16",
            Codec::Utf16(Some(ByteOrder::Little)) => "utf-16-le",
            Codec::Utf16(Some(ByteOrder::Big)) => "utf-16-be",
            Codec::Utf32(None) => "utf-32",
            Codec::Utf32(Some(ByteOrder::Little)) => "utf-32-le",
            Codec::Utf32(Some(ByteOrder::Big)) => "utf-32-be",
        }
    }

    fn encode_step(self, body: Body<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
        match self {
            Codec::Utf8 => utf8::encode(body, start, out),
            Codec::Latin1 => ascii::encode_latin1(body, start, out),
            Codec::Ascii => ascii::encode(body, start, out),
            Codec::Utf16(order) => utf16::encode(body, start, order.unwrap_or(NATIVE), out),
            Codec::Utf32(order) => utf32::encode(body, start, order.unwrap_or(NATIVE), out),
        }
    }

    fn decode_step(
        self,
        bytes: &[u8],
        start: usize,
        is_final: bool,
        out: &mut Buffer,
    ) -> Result<usize, CodecError> {
        match self {
            Codec::Utf8 => utf8::decode(bytes, start, is_final, out),
            Codec::Latin1 => {
                out.push_latin1(&bytes[start..]);
                Ok(bytes.len())
            }
            Codec::Ascii => ascii::decode(bytes, start, out),
            Codec::Utf16(order) => utf16::decode(bytes, start, order.unwrap_or(NATIVE), is_final, out),
            Codec::Utf32(order) => utf32::decode(bytes, start, order.unwrap_or(NATIVE), is_final, out),
        }
    }
}

/// `text.encode(encoding, errors)`
///
/// # Errors
/// `UnicodeEncodeError`, `LookupError` for unknown names, and what handlers raise.
pub fn encode(vm: &Vm, text: &Obj, encoding: &str, errors: &str) -> PyResult {
    if let Some(codec) = Codec::from_name(encoding) {
        return encode_with(vm, text, codec, errors).map(|b| bytes::new_bytes(&b));
    }
    match ENCODE.get() {
        Some(f) => f(vm, text, encoding, errors),
        None => Err(vm.error(Exc::LookupError, format!("unknown encoding: {encoding}"))),
    }
}

/// `data.decode(encoding, errors)`
///
/// # Errors
/// `UnicodeDecodeError`, `LookupError` for unknown names, and what handlers raise.
pub fn decode(vm: &Vm, data: &[u8], encoding: &str, errors: &str) -> PyResult {
    if let Some(codec) = Codec::from_name(encoding) {
        return decode_with(vm, data, codec, errors, true).map(|(text, _)| text);
    }
    match DECODE.get() {
        Some(f) => f(vm, data, encoding, errors),
        None => Err(vm.error(Exc::LookupError, format!("unknown encoding: {encoding}"))),
    }
}

/// Encodes with a native codec; UTF-16 and UTF-32 without an order begin with a mark.
///
/// # Errors
/// As [`encode`].
pub fn encode_with(vm: &Vm, text: &Obj, codec: Codec, errors: &str) -> PyResult<Vec<u8>> {
    let s: StrRef<'_> = str::expect(text);
    let body = s.text();
    if s.is_ascii() && matches!(codec, Codec::Utf8 | Codec::Latin1 | Codec::Ascii) {
        return Ok(s.raw_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(s.len() + s.len() / 2 + 4);
    match codec {
        Codec::Utf16(None) => out.extend_from_slice(&0xfeffu16.to_ne_bytes()),
        Codec::Utf32(None) => out.extend_from_slice(&0xfeffu32.to_ne_bytes()),
        _ => {}
    }
    let mut handler = None;
    let mut at = 0;
    loop {
        match codec.encode_step(body, at, &mut out) {
            Ok(()) => return Ok(out),
            Err(e) => {
                let h = handler.get_or_insert_with(|| Handler::from_name(errors));
                at = encode_error(vm, codec, h, text, e, &mut out)?;
                if at >= s.len() {
                    return Ok(out);
                }
            }
        }
    }
}

/// Decodes with a native codec; also returns how many bytes were consumed, which are all if `is_final`.
///
/// # Errors
/// As [`decode`].
pub fn decode_with(
    vm: &Vm,
    data: &[u8],
    codec: Codec,
    errors: &str,
    is_final: bool,
) -> PyResult<(Obj, usize)> {
    let (codec, mut at) = match codec {
        Codec::Utf16(None) => {
            utf16::byte_order_mark(data).map_or((codec, 0), |(o, n)| (Codec::Utf16(Some(o)), n))
        }
        Codec::Utf32(None) => {
            utf32::byte_order_mark(data).map_or((codec, 0), |(o, n)| (Codec::Utf32(Some(o)), n))
        }
        c => (c, 0),
    };
    if matches!(codec, Codec::Utf8 | Codec::Ascii | Codec::Latin1)
        && (codec == Codec::Latin1 || data.is_ascii())
    {
        return Ok((str::from_latin1(data), data.len()));
    }
    let mut out = Buffer::with_capacity(data.len());
    let mut handler = None;
    // A handler may replace the input.
    let mut replaced: Option<Obj> = None;
    loop {
        let input = replaced.as_ref().map_or(data, |o| bytes::as_bytes(o));
        match codec.decode_step(input, at, is_final, &mut out) {
            Ok(consumed) => return Ok((str::from_buffer(&out), consumed)),
            Err(e) => {
                let h = handler.get_or_insert_with(|| Handler::from_name(errors));
                let (next, input) = decode_error(vm, codec, h, input, e, &mut out)?;
                at = next;
                if input.is_some() {
                    replaced = input;
                }
                let n = replaced.as_ref().map_or(data.len(), |o| bytes::as_bytes(o).len());
                if at >= n {
                    return Ok((str::from_buffer(&out), at));
                }
            }
        }
    }
}
