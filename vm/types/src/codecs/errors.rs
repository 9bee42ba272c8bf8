//! The error handlers of PEP 293: the built-in ones natively, others as Python callables.

use super::Codec;
use pyre_object::hooks::Hook;
use pyre_object::str::{self, push_wtf8};
use pyre_object::{Exc, Obj, PyResult, Raised, Vm, bytes, int, tuple};
use pyre_text::codecs::{ByteOrder, CodecError, handlers};
use pyre_text::{Body, Buffer};

/// Finds a handler that was registered with `codecs.register_error`; `None` if the name is unknown.
pub static LOOKUP_HANDLER: Hook<fn(&Vm, &str) -> PyResult<Option<Obj>>> = Hook::new();

/// What to do about errors.
pub(super) enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    SurrogateEscape,
    SurrogatePass,
    Named(String),
}

impl Handler {
    pub fn from_name(name: &str) -> Handler {
        match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            other => Handler::Named(other.to_owned()),
        }
    }
}

fn exception_arguments(codec: Codec, object: Obj, e: &CodecError) -> [Obj; 5] {
    [str::new_str(codec.name()), object, Obj::from_len(e.start), Obj::from_len(e.end), str::new_str(e.reason)]
}

fn encode_exception(vm: &Vm, codec: Codec, text: &Obj, e: &CodecError) -> Raised {
    vm.error_with(Exc::UnicodeEncodeError, &exception_arguments(codec, text.clone(), e))
}

fn decode_exception(vm: &Vm, codec: Codec, data: &[u8], e: &CodecError) -> Raised {
    vm.error_with(Exc::UnicodeDecodeError, &exception_arguments(codec, bytes::new_bytes(data), e))
}

fn lookup(vm: &Vm, name: &str) -> PyResult {
    let found = LOOKUP_HANDLER.get().map_or(Ok(None), |f| f(vm, name))?;
    found.ok_or_else(|| vm.error(Exc::LookupError, format!("unknown error handler name '{name}'")))
}

/// Calls a handler: its replacement and the position to go on from.
fn call_handler(vm: &Vm, name: &str, e: Raised, len: usize, what: &str) -> PyResult<(Obj, usize)> {
    let handler = lookup(vm, name)?;
    let r = vm.call1(&handler, &e.0)?;
    let wrong = || vm.type_error(format!("{what} error handler must return ({}, int) tuple", kinds(what)));
    let Some([replacement, position]) = tuple::get(&r) else { return Err(wrong()) };
    let Some(position) = int::get(position) else { return Err(wrong()) };
    if !(str::is_str(replacement) || (what == "encoding" && bytes::is_bytes(replacement))) {
        return Err(wrong());
    }
    let out_of_bounds = || {
        let shown = position.to_obj();
        vm.index_error(format!(
            "position {} from error handler out of bounds",
            int::as_i64(&shown).map_or_else(|| "?".to_owned(), |i| i.to_string())
        ))
    };
    let int::IntRef::Small(i) = position else { return Err(out_of_bounds()) };
    let i = if i < 0 { i + len as i64 } else { i };
    match usize::try_from(i) {
        Ok(i) if i <= len => Ok((replacement.clone(), i)),
        _ => Err(out_of_bounds()),
    }
}

fn kinds(what: &str) -> &'static str {
    if what == "encoding" { "str/bytes" } else { "str" }
}

/// Handles characters that cannot be encoded; returns where to go on.
pub(super) fn encode_error(
    vm: &Vm,
    codec: Codec,
    handler: &Handler,
    text: &Obj,
    e: CodecError,
    out: &mut Vec<u8>,
) -> PyResult<usize> {
    let body = str::expect(text).text();
    let range = body.slice(e.start, e.end);
    let fail = || encode_exception(vm, codec, text, &e);
    let mut replacement = Buffer::new();
    match handler {
        Handler::Strict => return Err(fail()),
        Handler::Ignore => return Ok(e.end),
        Handler::Replace => replacement.push_repeated(u32::from(b'?'), range.len()),
        Handler::BackslashReplace => handlers::backslash_codes(range, &mut replacement),
        Handler::XmlCharRefReplace => handlers::character_references(range, &mut replacement),
        Handler::SurrogateEscape => {
            handlers::unescape_bytes(range, out).ok_or_else(fail)?;
            return Ok(e.end);
        }
        Handler::SurrogatePass => {
            pass_surrogates(codec, range, out).ok_or_else(fail)?;
            return Ok(e.end);
        }
        Handler::Named(name) => {
            let (r, next) = call_handler(vm, name, fail(), body.len(), "encoding")?;
            match bytes::get(&r) {
                Some(b) => out.extend_from_slice(b),
                None => codec.encode_step(str::expect(&r).text(), 0, out).map_err(|_| fail())?,
            }
            return Ok(next);
        }
    }
    codec.encode_step(replacement.as_body(), 0, out).map_err(|_| fail())?;
    Ok(e.end)
}

/// Encodes surrogates as if they were characters; `None` when there are others or the codec has no such encoding.
fn pass_surrogates(codec: Codec, range: Body<'_>, out: &mut Vec<u8>) -> Option<()> {
    if !range.iter().all(|c| (0xd800..0xe000).contains(&c)) {
        return None;
    }
    for c in range.iter() {
        match codec {
            Codec::Utf8 => push_wtf8(out, c),
            Codec::Utf16(order) => out.extend_from_slice(&match order.unwrap_or(super::NATIVE) {
                ByteOrder::Little => (c as u16).to_le_bytes(),
                ByteOrder::Big => (c as u16).to_be_bytes(),
            }),
            Codec::Utf32(order) => out.extend_from_slice(&match order.unwrap_or(super::NATIVE) {
                ByteOrder::Little => c.to_le_bytes(),
                ByteOrder::Big => c.to_be_bytes(),
            }),
            Codec::Latin1 | Codec::Ascii => return None,
        }
    }
    Some(())
}

/// Handles bytes that cannot be decoded; returns where to go on, and the input if a handler replaced it.
pub(super) fn decode_error(
    vm: &Vm,
    codec: Codec,
    handler: &Handler,
    data: &[u8],
    e: CodecError,
    out: &mut Buffer,
) -> PyResult<(usize, Option<Obj>)> {
    let range = &data[e.start..e.end];
    let fail = || decode_exception(vm, codec, data, &e);
    match handler {
        Handler::Strict => return Err(fail()),
        Handler::Ignore => {}
        Handler::Replace => out.push(0xfffd),
        Handler::BackslashReplace => handlers::backslash_bytes(range, out),
        Handler::XmlCharRefReplace => {
            return Err(vm.type_error("don't know how to handle UnicodeDecodeError in error callback"));
        }
        Handler::SurrogateEscape => {
            let n = handlers::escape_bytes(range, out).ok_or_else(fail)?;
            return Ok((e.start + n, None));
        }
        Handler::SurrogatePass => {
            let (c, n) = passed_surrogate(codec, &data[e.start..]).ok_or_else(fail)?;
            out.push(c);
            return Ok((e.start + n, None));
        }
        Handler::Named(name) => {
            let exception = fail();
            let object = exception.0.clone();
            let (r, next) = call_handler(vm, name, exception, data.len(), "decoding")?;
            out.push_body(str::expect(&r).text());
            let input = vm.getattr_str(&object, "object")?;
            let changed = bytes::get(&input).is_some_and(|b| b != data);
            return Ok((next, changed.then_some(input)));
        }
    }
    Ok((e.end, None))
}

/// The surrogate that these bytes begin with, and its length.
fn passed_surrogate(codec: Codec, rest: &[u8]) -> Option<(u32, usize)> {
    let (c, n) = match (codec, rest) {
        (Codec::Utf8, [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..]) => {
            (0xd000 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f), 3)
        }
        (Codec::Utf16(order), [a, b, ..]) => (
            u32::from(match order.unwrap_or(super::NATIVE) {
                ByteOrder::Little => u16::from_le_bytes([*a, *b]),
                ByteOrder::Big => u16::from_be_bytes([*a, *b]),
            }),
            2,
        ),
        (Codec::Utf32(order), [a, b, c, d, ..]) => (
            match order.unwrap_or(super::NATIVE) {
                ByteOrder::Little => u32::from_le_bytes([*a, *b, *c, *d]),
                ByteOrder::Big => u32::from_be_bytes([*a, *b, *c, *d]),
            },
            4,
        ),
        _ => return None,
    };
    (0xd800..0xe000).contains(&c).then_some((c, n))
}
