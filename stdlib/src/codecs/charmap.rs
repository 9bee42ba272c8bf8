//! `charmap`: codecs that are a table.

use super::{decode_exception, encode_exception, errors_argument, handle, text_argument};
use pyre_object::str::StrBuilder;
use pyre_object::{Builtin, Exc, NativeDef, Obj, PyResult, Vm, bytes, dict, int, raise, str, tuple};
use pyre_text::codecs::CodecError;
use pyre_types::codecs::{Codec, decode_with, encode_with};

const UNDEFINED: &str = "character maps to <undefined>";

pub static FUNCTIONS: [NativeDef; 3] = [
    NativeDef::function("charmap_build", "(map, /)", |vm, a| {
        let map = text_argument(vm, "charmap_build", &a[0])?;
        let d = dict::new_dict();
        for (i, c) in str::expect(map).data().iter().enumerate().take(256) {
            if c != 0xfffe {
                dict::set_item(vm, &d, &Obj::from_len(c as usize), Obj::from_len(i))?;
            }
        }
        Ok(d)
    }),
    NativeDef::function("charmap_decode", "(data, errors=None, mapping=None, /)", decode),
    NativeDef::function("charmap_encode", "(str, errors=None, mapping=None, /)", encode),
];

/// What a byte stands for: appends it to `out`; false if nothing.
fn decode_byte(vm: &Vm, mapping: &Obj, byte: u8, out: &mut StrBuilder) -> PyResult<bool> {
    if let Some(table) = str::get(mapping) {
        let i = usize::from(byte);
        if i >= table.len() || table.char_at(i) == 0xfffe {
            return Ok(false);
        }
        out.push(table.char_at(i));
        return Ok(true);
    }
    let Some(v) = vm.catch(vm.getitem(mapping, &Obj::from_len(byte.into())), Exc::LookupError)? else {
        return Ok(false);
    };
    if v.is_none() {
        return Ok(false);
    }
    if let Some(i) = int::get(&v) {
        let int::IntRef::Small(i) = i else {
            raise!(vm, TypeError, "character mapping must be in range(0x110000)")
        };
        match u32::try_from(i) {
            Ok(0xfffe) => return Ok(false),
            Ok(c) if c < 0x11_0000 => out.push(c),
            _ => raise!(vm, TypeError, "character mapping must be in range(0x110000)"),
        }
        return Ok(true);
    }
    if let Some(s) = str::get(&v) {
        if s.len() == 1 && s.char_at(0) == 0xfffe {
            return Ok(false);
        }
        out.push_ref(s);
        return Ok(true);
    }
    raise!(vm, TypeError, "character mapping must return integer, None or str")
}

fn decode(vm: &Vm, a: &[Obj]) -> PyResult {
    let errors = errors_argument(vm, "charmap_decode", &a[1])?;
    let memory = vm.contiguous_buffer(&a[0])?;
    let data = memory.to_bytes();
    let Some(mapping) = a[2].not_none() else {
        let (text, n) = decode_with(vm, &data, Codec::Latin1, &errors, true)?;
        return Ok(tuple::pair(text, Obj::from_len(n)));
    };
    let (mut out, mut at) = (StrBuilder::with_capacity(data.len()), 0);
    while at < data.len() {
        if decode_byte(vm, mapping, data[at], &mut out)? {
            at += 1;
            continue;
        }
        let e = CodecError { start: at, end: at + 1, reason: UNDEFINED };
        let e = decode_exception(vm, "charmap", &data, &e);
        let (replacement, next) = handle(vm, &errors, e, data.len(), false)?;
        out.push_obj(&replacement);
        at = next;
    }
    Ok(tuple::pair(out.finish(), Obj::from_len(data.len())))
}

/// What a character is encoded as: appends it to `out`; false if nothing.
fn encode_character(vm: &Vm, mapping: &Obj, c: u32, out: &mut Vec<u8>) -> PyResult<bool> {
    let key = Obj::from_len(c as usize);
    let found = if mapping.is_exactly(Builtin::Dict) {
        dict::get_item(vm, mapping, &key)?
    } else {
        vm.catch(vm.getitem(mapping, &key), Exc::LookupError)?
    };
    let Some(v) = found.filter(|v| !v.is_none()) else { return Ok(false) };
    if int::is_int(&v) {
        match int::as_i64(&v).and_then(|i| u8::try_from(i).ok()) {
            Some(b) => out.push(b),
            None => raise!(vm, TypeError, "character mapping must be in range(256)"),
        }
        return Ok(true);
    }
    match bytes::get(&v) {
        Some(b) => out.extend_from_slice(b),
        None => raise!(
            vm,
            TypeError,
            "character mapping must return integer, bytes or None, not {}",
            v.type_name()
        ),
    }
    Ok(true)
}

fn encode(vm: &Vm, a: &[Obj]) -> PyResult {
    let text = text_argument(vm, "charmap_encode", &a[0])?;
    let errors = errors_argument(vm, "charmap_encode", &a[1])?;
    let data = str::expect(text).data();
    let n = Obj::from_len(data.len());
    let Some(mapping) = a[2].not_none() else {
        return Ok(tuple::pair(bytes::new_bytes(&encode_with(vm, text, Codec::Latin1, &errors)?), n));
    };
    let (mut out, mut at) = (Vec::with_capacity(data.len()), 0);
    while at < data.len() {
        if encode_character(vm, mapping, data.at(at), &mut out)? {
            at += 1;
            continue;
        }
        // The handler gets all characters in a row that have no encoding.
        let (mut end, mut scratch) = (at + 1, Vec::new());
        while end < data.len() && !encode_character(vm, mapping, data.at(end), &mut scratch)? {
            end += 1;
        }
        let e = CodecError { start: at, end, reason: UNDEFINED };
        let fail = || encode_exception(vm, "charmap", text, &e);
        let (replacement, next) = handle(vm, &errors, fail(), data.len(), true)?;
        match bytes::get(&replacement) {
            Some(b) => out.extend_from_slice(b),
            None => {
                for c in str::expect(&replacement).data().iter() {
                    if !encode_character(vm, mapping, c, &mut out)? {
                        return Err(fail());
                    }
                }
            }
        }
        at = next;
    }
    Ok(tuple::pair(bytes::new_bytes(&out), n))
}
