//! `unicode_escape`, `raw_unicode_escape` and `string_escape` as functions.

use super::{decode_exception, errors_argument, handle, text_argument, text_or_bytes};
use pyre_object::{Exc, NativeDef, Obj, PyResult, Vm, bytes, raise, str, tuple};
use pyre_text::Buffer;
use pyre_text::codecs::bytes_escape::{self, EscapeError};
use pyre_text::codecs::{CodecError, unicode_escape};

pub static FUNCTIONS: [NativeDef; 6] = [
    NativeDef::function("escape_encode", "(data, errors=None, /)", |vm, a| {
        let Some(b) = bytes::get(&a[0]) else {
            raise!(vm, TypeError, "escape_encode() argument 1 must be bytes, not {}", a[0].type_name())
        };
        errors_argument(vm, "escape_encode", &a[1])?;
        Ok(tuple::pair(bytes::new_bytes(&bytes_escape::encode(b)), Obj::from_len(b.len())))
    }),
    NativeDef::function("escape_decode", "(data, errors=None, /)", escape_decode),
    NativeDef::function("unicode_escape_encode", "(str, errors=None, /)", |vm, a| {
        let text = text_argument(vm, "unicode_escape_encode", &a[0])?;
        errors_argument(vm, "unicode_escape_encode", &a[1])?;
        let out = unicode_escape::encode(str::expect(text).text());
        Ok(tuple::pair(bytes::new_bytes(&out), Obj::from_len(str::len(text))))
    }),
    NativeDef::function("raw_unicode_escape_encode", "(str, errors=None, /)", |vm, a| {
        let text = text_argument(vm, "raw_unicode_escape_encode", &a[0])?;
        errors_argument(vm, "raw_unicode_escape_encode", &a[1])?;
        let out = unicode_escape::encode_raw(str::expect(text).text());
        Ok(tuple::pair(bytes::new_bytes(&out), Obj::from_len(str::len(text))))
    }),
    NativeDef::function("unicode_escape_decode", "(data, errors=None, final=True, /)", |vm, a| {
        decode(vm, a, "unicode_escape_decode", "unicodeescape", |vm, data, at, is_final, out| {
            let lookup =
                |name: &[u8]| std::str::from_utf8(name).ok().and_then(pyre_text::unicode::names::character);
            let r = unicode_escape::decode(data, at, is_final, &lookup, out);
            Ok(match r {
                Ok(d) => {
                    warn_invalid(vm, data, d.first_invalid)?;
                    Ok(d.consumed)
                }
                Err(e) => Err(e),
            })
        })
    }),
    NativeDef::function("raw_unicode_escape_decode", "(data, errors=None, final=True, /)", |vm, a| {
        decode(vm, a, "raw_unicode_escape_decode", "rawunicodeescape", |_, data, at, is_final, out| {
            Ok(unicode_escape::decode_raw(data, at, is_final, out))
        })
    }),
];

fn warn_invalid(vm: &Vm, data: &[u8], at: Option<usize>) -> PyResult<()> {
    let Some(at) = at else { return Ok(()) };
    let rest = &data[at + 1..];
    let message = match rest.first() {
        Some(b'0'..=b'7') => {
            let digits = rest.iter().take(3).take_while(|c| matches!(c, b'0'..=b'7')).count();
            format!(
                "\"\\{}\" is an invalid octal escape sequence. ",
                String::from_utf8_lossy(&rest[..digits])
            )
        }
        Some(c) => format!("\"\\{}\" is an invalid escape sequence. ", char::from(*c)),
        None => return Ok(()),
    };
    vm.warn(Exc::DeprecationWarning, &message, 1)
}

type Step = fn(&Vm, &[u8], usize, bool, &mut Buffer) -> PyResult<Result<usize, CodecError>>;

fn decode(vm: &Vm, a: &[Obj], function: &str, encoding: &str, step: Step) -> PyResult {
    let errors = errors_argument(vm, function, &a[1])?;
    let is_final = a[2].given().map_or(Ok(true), |f| vm.truth(f))?;
    let data = text_or_bytes(vm, &a[0])?;
    let (mut out, mut at) = (Buffer::with_capacity(data.len()), 0);
    loop {
        match step(vm, &data, at, is_final, &mut out)? {
            Ok(consumed) => return Ok(tuple::pair(str::from_buffer(&out), Obj::from_len(consumed))),
            Err(e) => {
                let e = decode_exception(vm, encoding, &data, &e);
                let (replacement, next) = handle(vm, &errors, e, data.len(), false)?;
                out.push_body(str::expect(&replacement).text());
                at = next;
                if at >= data.len() {
                    return Ok(tuple::pair(str::from_buffer(&out), Obj::from_len(at)));
                }
            }
        }
    }
}

fn escape_decode(vm: &Vm, a: &[Obj]) -> PyResult {
    let errors = errors_argument(vm, "escape_decode", &a[1])?;
    let data = text_or_bytes(vm, &a[0])?;
    let (mut out, mut start) = (Vec::new(), 0);
    loop {
        match bytes_escape::decode(&data[start..]) {
            Ok(u) => {
                out.extend_from_slice(&u.bytes);
                warn_invalid(vm, &data[start..], u.first_invalid)?;
                return Ok(tuple::pair(bytes::new_bytes(&out), Obj::from_len(data.len())));
            }
            Err(EscapeError::Trailing) => return Err(vm.value_error("Trailing \\ in string")),
            Err(EscapeError::InvalidHexadecimal { at }) => {
                let place = start + at;
                match errors.as_str() {
                    "strict" => raise!(vm, ValueError, "invalid \\x escape at position {place}"),
                    "replace" | "ignore" => {}
                    other => raise!(vm, ValueError, "decoding error; unknown error handling code: {other}"),
                }
                if let Ok(before) = bytes_escape::decode(&data[start..place]) {
                    out.extend_from_slice(&before.bytes);
                }
                if errors == "replace" {
                    out.push(b'?');
                }
                start = place + 2;
                if data.get(start).is_some_and(u8::is_ascii_hexdigit) {
                    start += 1;
                }
            }
        }
    }
}
