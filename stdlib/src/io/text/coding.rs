//! Decoding and encoding: natively or by incremental codecs, behind the same few operations.

use super::super::newline::split_state;
use super::super::support::call;
use super::{Inside, TextBody};
use crate::name;
use pyre_object::str::{self, StrBuilder};
use pyre_object::{Exc, Obj, PyResult, Vm, bytes, int, raise, tuple};
use pyre_types::codecs::{Codec, decode_with, encode_with};

/// Chooses the codec of an encoding.
///
/// # Errors
/// `LookupError`; what making incremental codecs raises.
pub fn choose(vm: &Vm, b: &TextBody, inside: &Inside<'_>, encoding: &str, errors: &str) -> PyResult<()> {
    let native =
        Codec::from_name(encoding).filter(|c| matches!(c, Codec::Utf8 | Codec::Latin1 | Codec::Ascii));
    let (mut encoder, mut decoder) = (Obj::UNBOUND, Obj::UNBOUND);
    if native.is_none() {
        let info = crate::codecs::lookup(vm, encoding)?;
        if let Some(is_text) = vm.getattr_opt(&info, name!("_is_text_encoding"))?
            && !vm.truth(&is_text)?
        {
            raise!(vm, LookupError, "'{encoding}' is not a text encoding");
        }
        let (can_read, can_write) = inside.with(|s| (s.can_read, s.can_write));
        let make = |which: &Obj| -> PyResult {
            let class = vm.getattr(&info, which)?;
            vm.call1(&class, &str::new_str(errors))
        };
        if can_read {
            decoder = make(name!("incrementaldecoder"))?;
        }
        if can_write {
            encoder = make(name!("incrementalencoder"))?;
        }
    }
    inside.with(|s| {
        s.codec = native;
        s.errors = errors.into();
        s.leftover.clear();
    });
    b.encoder.set(encoder);
    b.decoder.set(decoder);
    Ok(())
}

/// Decodes the next bytes and translates their line ends.
pub fn decode(vm: &Vm, b: &TextBody, inside: &Inside<'_>, input: &[u8], is_final: bool) -> PyResult {
    let (codec, universal) = inside.with(|s| (s.codec, s.newline.is_universal()));
    let text = match codec {
        Some(codec) => decode_natively(vm, inside, codec, input, is_final)?,
        None => {
            let decoder = b.decoder.get();
            if decoder.is_unbound() {
                return Err(super::super::support::unsupported(vm, "not readable"));
            }
            let text = call(vm, &decoder, name!("decode"), &[bytes::new_bytes(input), Obj::bool(is_final)])?;
            super::text_len(vm, &text)?;
            text
        }
    };
    Ok(if universal { inside.with(|s| s.translator.push(text, is_final)) } else { text })
}

fn decode_natively(vm: &Vm, inside: &Inside<'_>, codec: Codec, input: &[u8], is_final: bool) -> PyResult {
    let leftover = inside.with(|s| std::mem::take(&mut s.leftover));
    let errors = inside.with(|s| s.errors.clone());
    if leftover.is_empty() {
        let (text, consumed) = decode_with(vm, input, codec, &errors, is_final)?;
        if consumed < input.len() {
            inside.with(|s| s.leftover.extend_from_slice(&input[consumed..]));
        }
        return Ok(text);
    }
    let mut all = leftover;
    let before = all.len();
    all.extend_from_slice(input);
    match decode_with(vm, &all, codec, &errors, is_final) {
        Ok((text, consumed)) => {
            all.drain(..consumed.min(all.len()));
            inside.with(|s| s.leftover = all);
            Ok(text)
        }
        Err(e) => {
            all.truncate(before);
            inside.with(|s| s.leftover = all);
            Err(e)
        }
    }
}

/// The decoder's state: bytes that it holds back, and flags.
pub fn state(vm: &Vm, b: &TextBody, inside: &Inside<'_>) -> PyResult<(Vec<u8>, i64)> {
    let (held, flags) = match inside.with(|s| s.codec) {
        Some(_) => (inside.with(|s| s.leftover.clone()), 0),
        None => {
            let state = call(vm, &b.decoder.get(), name!("getstate"), &[])?;
            let (input, flags) = split_state(vm, &state)?;
            let Some(held) = bytes::get(&input) else {
                raise!(
                    vm,
                    TypeError,
                    "illegal decoder state: the first item should be a bytes object, not '{}'",
                    input.type_name()
                )
            };
            (held.to_vec(), vm.to_i64(&flags)?)
        }
    };
    Ok((
        held,
        inside.with(|s| {
            if s.newline.is_universal() { flags << 1 | i64::from(s.translator.pending_cr) } else { flags }
        }),
    ))
}

/// Sets what [`state`] gave.
pub fn set_state(vm: &Vm, b: &TextBody, inside: &Inside<'_>, held: &[u8], flags: i64) -> PyResult<()> {
    let flags = inside.with(|s| {
        if s.newline.is_universal() {
            s.translator.pending_cr = flags & 1 != 0;
            flags >> 1
        } else {
            flags
        }
    });
    if inside.with(|s| s.codec).is_some() {
        inside.with(|s| {
            s.leftover.clear();
            s.leftover.extend_from_slice(held);
        });
        return Ok(());
    }
    let decoder = b.decoder.get();
    if !decoder.is_unbound() {
        let state = tuple::pair(bytes::new_bytes(held), int::new_int(flags));
        call(vm, &decoder, name!("setstate"), &[state])?;
    }
    Ok(())
}

/// Brings the decoder to its first state.
pub fn reset(vm: &Vm, b: &TextBody, inside: &Inside<'_>) -> PyResult<()> {
    inside.with(|s| {
        s.leftover.clear();
        s.translator.pending_cr = false;
    });
    let decoder = b.decoder.get();
    if !decoder.is_unbound() {
        call(vm, &decoder, name!("reset"), &[])?;
    }
    Ok(())
}

/// Makes the encoder ready for a place in the stream.
pub fn reset_encoder(vm: &Vm, b: &TextBody, at_start: bool) -> PyResult<()> {
    let encoder = b.encoder.get();
    if !encoder.is_unbound() {
        if at_start {
            call(vm, &encoder, name!("reset"), &[])?;
        } else {
            call(vm, &encoder, name!("setstate"), &[Obj::from_len(0)])?;
        }
    }
    Ok(())
}

/// Appends encoded text to what waits to be written.
pub fn encode(vm: &Vm, b: &TextBody, inside: &Inside<'_>, text: &Obj) -> PyResult<()> {
    let s = str::expect(text);
    match inside.with(|s| s.codec) {
        Some(_) if s.is_ascii() => {
            inside.with(|state| state.pending.extend_from_slice(s.raw_bytes()));
            Ok(())
        }
        Some(codec) => {
            let errors = inside.with(|s| s.errors.clone());
            let encoded = encode_with(vm, text, codec, &errors)?;
            inside.with(|s| s.pending.extend_from_slice(&encoded));
            Ok(())
        }
        None => {
            let encoded = call(vm, &b.encoder.get(), name!("encode"), std::slice::from_ref(text))?;
            let Some(encoded) = bytes::get(&encoded) else {
                return Err(vm.error(
                    Exc::TypeError,
                    format!("encoder should return a bytes object, not '{}'", encoded.type_name()),
                ));
            };
            inside.with(|s| s.pending.extend_from_slice(encoded));
            Ok(())
        }
    }
}

/// The text with `\n` replaced.
pub fn with_line_ends(text: &Obj, line_end: &str) -> Obj {
    let mut out = StrBuilder::with_capacity(str::len(text) + 16);
    for c in str::expect(text).data().iter() {
        if c == u32::from(b'\n') { out.push_str(line_end) } else { out.push(c) }
    }
    out.finish()
}
