//! `binascii`: bytes as text in base64 (RFC 4648), hexadecimal, uuencode and quoted-printable (RFC 2045) form, and two
//! checksums.

mod base64;
mod crc;
mod hex;
mod quoted;
mod uu;

use crate::support::{exception_class, native_table, new_module};
use pyre_object::{Exc, NativeDef, Obj, PyResult, Raised, Vm, module, str};
use std::sync::OnceLock;

/// `binascii.Error`
fn error_class(vm: &Vm) -> PyResult<&'static Obj> {
    static TYPE: OnceLock<&'static Obj> = OnceLock::new();
    exception_class(vm, &TYPE, "binascii", "Error", Exc::ValueError.ty())
}

/// `binascii.Error(message)`
#[cold]
fn error(vm: &Vm, message: &str) -> Raised {
    match error_class(vm).and_then(|ty| vm.call1(ty, &str::new_str(message))) {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

/// Runs `f` on the bytes of an argument that may be ASCII text too.
fn with_ascii<R>(vm: &Vm, o: &Obj, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
    if str::is_str(o) {
        return match str::as_ascii(o) {
            Some(t) => f(t.as_bytes()),
            None => Err(vm.value_error("string argument should contain only ASCII characters")),
        };
    }
    if !vm.has_buffer(o) {
        let kind = o.type_name();
        let m = format!("argument should be bytes, buffer or ASCII string, not '{kind}'");
        return Err(vm.type_error(m));
    }
    f(&vm.contiguous_buffer(o)?.to_bytes())
}

/// Runs `f` on the bytes of an argument.
fn with_bytes<R>(vm: &Vm, o: &Obj, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
    f(&vm.contiguous_buffer(o)?.to_bytes())
}

/// An optional flag.
fn flag(vm: &Vm, o: &Obj, default: bool) -> PyResult<bool> {
    o.given().map_or(Ok(default), |o| vm.truth(o))
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("a2b_uu", "(data, /)", uu::decode).doc("Decode a line of uuencoded data."),
    NativeDef::function("b2a_uu", "(data, /, *, backtick=False)", uu::encode).doc("Uuencode line of data."),
    NativeDef::function("a2b_base64", "(data, /, *, strict_mode=False)", base64::decode)
        .doc("Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not part of the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==)."),
    NativeDef::function("b2a_base64", "(data, /, *, newline=True)", base64::encode)
        .doc("Base64-code line of data."),
    NativeDef::function("a2b_hex", "(hexstr, /)", hex::decode)
        .doc("Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\"."),
    NativeDef::function("b2a_hex", "(data, sep=<unrepresentable>, bytes_per_sep=1)", hex::encode)
        .doc("Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left."),
    NativeDef::function("hexlify", "(data, sep=<unrepresentable>, bytes_per_sep=1)", hex::encode)
        .doc("Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"b2a_hex()\"."),
    NativeDef::function("unhexlify", "(hexstr, /)", hex::decode)
        .doc("Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case)."),
    NativeDef::function("crc_hqx", "(data, crc, /)", crc::crc_hqx).doc("Compute CRC-CCITT incrementally."),
    NativeDef::function("crc32", "(data, crc=0, /)", crc::crc32).doc("Compute CRC-32 incrementally."),
    NativeDef::function("b2a_qp", "(data, quotetabs=False, istext=True, header=False)", quoted::encode)
        .doc("Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded."),
    NativeDef::function("a2b_qp", "(data, header=False)", quoted::decode)
        .doc("Decode a string of qp-encoded data."),
];

/// The module.
///
/// # Errors
/// None in practice: what making a class raises.
pub fn module(vm: &Vm) -> PyResult {
    static INCOMPLETE: OnceLock<&'static Obj> = OnceLock::new();
    let m = new_module("binascii", "Conversion between binary data and ASCII", FUNCTIONS);
    module::set(&m, "Error", error_class(vm)?.clone());
    let incomplete = exception_class(vm, &INCOMPLETE, "binascii", "Incomplete", Exc::Exception.ty())?;
    module::set(&m, "Incomplete", incomplete.clone());
    Ok(m)
}
