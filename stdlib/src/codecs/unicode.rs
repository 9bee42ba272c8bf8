//! The codecs UTF-8, UTF-16, UTF-32, Latin-1 and ASCII as functions.

use super::{errors_argument, text_argument};
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, int, str, tuple};
use pyre_text::codecs::{ByteOrder, utf16, utf32};
use pyre_types::codecs::{Codec, decode_with, encode_with};

use Codec::{Ascii, Latin1, Utf8, Utf16, Utf32};

const LITTLE: Option<ByteOrder> = Some(ByteOrder::Little);
const BIG: Option<ByteOrder> = Some(ByteOrder::Big);

pub static FUNCTIONS: [NativeDef; 20] = [
    NativeDef::function("utf_8_encode", "(str, errors=None, /)", |vm, a| encode(vm, a, "utf_8_encode", Utf8)),
    NativeDef::function("latin_1_encode", "(str, errors=None, /)", |vm, a| {
        encode(vm, a, "latin_1_encode", Latin1)
    }),
    NativeDef::function("ascii_encode", "(str, errors=None, /)", |vm, a| {
        encode(vm, a, "ascii_encode", Ascii)
    }),
    NativeDef::function("utf_16_encode", "(str, errors=None, byteorder=0, /)", |vm, a| {
        encode(vm, a, "utf_16_encode", Utf16(order_argument(vm, &a[2])?))
    }),
    NativeDef::function("utf_16_le_encode", "(str, errors=None, /)", |vm, a| {
        encode(vm, a, "utf_16_le_encode", Utf16(LITTLE))
    }),
    NativeDef::function("utf_16_be_encode", "(str, errors=None, /)", |vm, a| {
        encode(vm, a, "utf_16_be_encode", Utf16(BIG))
    }),
    NativeDef::function("utf_32_encode", "(str, errors=None, byteorder=0, /)", |vm, a| {
        encode(vm, a, "utf_32_encode", Utf32(order_argument(vm, &a[2])?))
    }),
    NativeDef::function("utf_32_le_encode", "(str, errors=None, /)", |vm, a| {
        encode(vm, a, "utf_32_le_encode", Utf32(LITTLE))
    }),
    NativeDef::function("utf_32_be_encode", "(str, errors=None, /)", |vm, a| {
        encode(vm, a, "utf_32_be_encode", Utf32(BIG))
    }),
    NativeDef::function("latin_1_decode", "(data, errors=None, /)", |vm, a| {
        decode_all(vm, a, "latin_1_decode", Latin1)
    }),
    NativeDef::function("ascii_decode", "(data, errors=None, /)", |vm, a| {
        decode_all(vm, a, "ascii_decode", Ascii)
    }),
    NativeDef::function("utf_8_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_8_decode", Utf8)
    }),
    NativeDef::function("utf_16_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_16_decode", Utf16(None))
    }),
    NativeDef::function("utf_16_le_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_16_le_decode", Utf16(LITTLE))
    }),
    NativeDef::function("utf_16_be_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_16_be_decode", Utf16(BIG))
    }),
    NativeDef::function("utf_32_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_32_decode", Utf32(None))
    }),
    NativeDef::function("utf_32_le_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_32_le_decode", Utf32(LITTLE))
    }),
    NativeDef::function("utf_32_be_decode", "(data, errors=None, final=False, /)", |vm, a| {
        decode(vm, a, "utf_32_be_decode", Utf32(BIG))
    }),
    NativeDef::function("utf_16_ex_decode", "(data, errors=None, byteorder=0, final=False, /)", |vm, a| {
        decode_with_order(vm, a, "utf_16_ex_decode", 2)
    }),
    NativeDef::function("utf_32_ex_decode", "(data, errors=None, byteorder=0, final=False, /)", |vm, a| {
        decode_with_order(vm, a, "utf_32_ex_decode", 4)
    }),
];

/// -1 is little-endian, 1 big-endian, 0 the machine's with a mark.
fn order_argument(vm: &Vm, o: &Obj) -> PyResult<Option<ByteOrder>> {
    let n = o.given().map_or(Ok(0), |n| vm.to_i32(n))?;
    Ok(match n {
        n if n < 0 => LITTLE,
        0 => None,
        _ => BIG,
    })
}

fn encode(vm: &Vm, a: &[Obj], function: &str, codec: Codec) -> PyResult {
    let text = text_argument(vm, function, &a[0])?;
    let errors = errors_argument(vm, function, &a[1])?;
    let out = encode_with(vm, text, codec, &errors)?;
    Ok(tuple::pair(bytes::new_bytes(&out), Obj::from_len(str::len(text))))
}

fn decode_all(vm: &Vm, a: &[Obj], function: &str, codec: Codec) -> PyResult {
    let errors = errors_argument(vm, function, &a[1])?;
    let memory = vm.contiguous_buffer(&a[0])?;
    let (text, n) = decode_with(vm, &memory.to_bytes(), codec, &errors, true)?;
    Ok(tuple::pair(text, Obj::from_len(n)))
}

fn decode(vm: &Vm, a: &[Obj], function: &str, codec: Codec) -> PyResult {
    let errors = errors_argument(vm, function, &a[1])?;
    let is_final = a[2].given().map_or(Ok(false), |f| vm.truth(f))?;
    let memory = vm.contiguous_buffer(&a[0])?;
    let (text, n) = decode_with(vm, &memory.to_bytes(), codec, &errors, is_final)?;
    Ok(tuple::pair(text, Obj::from_len(n)))
}

/// Also tells the byte order that a mark at the beginning gave.
fn decode_with_order(vm: &Vm, a: &[Obj], function: &str, width: usize) -> PyResult {
    let errors = errors_argument(vm, function, &a[1])?;
    let mut order = order_argument(vm, &a[2])?;
    let is_final = a[3].given().map_or(Ok(false), |f| vm.truth(f))?;
    let memory = vm.contiguous_buffer(&a[0])?;
    let data = memory.to_bytes();
    let mark = if width == 2 { utf16::byte_order_mark(&data) } else { utf32::byte_order_mark(&data) };
    let mut skip = 0;
    if order.is_none() {
        match mark {
            Some((o, n)) => (order, skip) = (Some(o), n),
            // Not enough to tell: wait for more.
            None if data.len() < width && !is_final => {
                return Ok(tuple::new_tuple([str::empty(), Obj::from_len(0), Obj::from_len(0)]));
            }
            None => {}
        }
    }
    let codec = if width == 2 { Utf16(order) } else { Utf32(order) };
    let (text, n) = if skip == 0 {
        decode_with(vm, &data, codec, &errors, is_final)?
    } else {
        decode_with(vm, &data[skip..], codec, &errors, is_final)?
    };
    let told = match order {
        Some(ByteOrder::Little) => -1,
        Some(ByteOrder::Big) => 1,
        None => 0,
    };
    Ok(tuple::new_tuple([text, Obj::from_len(n + skip), int::new_int(told)]))
}
