//! `_json`: the scanner and the encoder under the `json` package.

mod encode;
mod scan;
mod strings;

use crate::support::{native_table, new_module};
use pyre_object::{NativeDef, PyResult, Vm, module};

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("encode_basestring_ascii", "(string, /)", |vm, a| strings::encode(vm, &a[0], true))
        .doc("encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string"),
    NativeDef::function("encode_basestring", "(string, /)", |vm, a| strings::encode(vm, &a[0], false))
        .doc("encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"),
    NativeDef::function("scanstring", "(string, end, strict=True, /)", strings::scanstring)
        .doc("scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote."),
];

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_json", "json speedups\n", FUNCTIONS);
    module::set(&m, "make_scanner", scan::SCANNER.get(vm).clone());
    module::set(&m, "make_encoder", encode::ENCODER.get(vm).clone());
    encode::remember(vm, &m)?;
    Ok(m)
}
