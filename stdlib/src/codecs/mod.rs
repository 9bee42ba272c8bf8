//! `_codecs`: the registry of codecs, the codecs that are native, and error handlers (PEP 293).

mod charmap;
mod escapes;
mod handlers;
mod registry;
mod unicode;
mod utf7;

pub use registry::lookup;

use pyre_object::{Exc, NativeDef, Obj, PyResult, Raised, Vm, bytes, hooks, int, module, raise, str, tuple};
use pyre_text::codecs::CodecError;
use pyre_types::arguments::name_argument;

static FUNCTIONS: [NativeDef; 9] = [
    NativeDef::function("register", "(search_function, /)", |vm, a| {
        registry::register(vm, &a[0])?;
        Ok(Obj::NONE)
    }),
    NativeDef::function("unregister", "(search_function, /)", |_, a| {
        registry::unregister(&a[0]);
        Ok(Obj::NONE)
    }),
    NativeDef::function("lookup", "(encoding, /)", |vm, a| {
        registry::lookup(vm, &name_argument(vm, "lookup", "encoding", &a[0])?)
    }),
    NativeDef::function("encode", "(obj, encoding='utf-8', errors='strict')", |vm, a| {
        let (encoding, errors) = names(vm, "encode", a)?;
        let entry = registry::lookup(vm, &encoding)?;
        convert(vm, &entry, 0, &a[0], &encoding, errors.as_deref())
    }),
    NativeDef::function("decode", "(obj, encoding='utf-8', errors='strict')", |vm, a| {
        let (encoding, errors) = names(vm, "decode", a)?;
        let entry = registry::lookup(vm, &encoding)?;
        convert(vm, &entry, 1, &a[0], &encoding, errors.as_deref())
    }),
    NativeDef::function("register_error", "(errors, handler, /)", |vm, a| {
        registry::register_error(vm, &name_argument(vm, "register_error", "errors", &a[0])?, &a[1])?;
        Ok(Obj::NONE)
    }),
    NativeDef::function("_unregister_error", "(errors, /)", |vm, a| {
        let name = name_argument(vm, "_unregister_error", "errors", &a[0])?;
        if handlers::is_builtin(&name) {
            raise!(vm, ValueError, "cannot un-register built-in error handler '{name}'");
        }
        Ok(Obj::bool(registry::unregister_error(&name)))
    }),
    NativeDef::function("lookup_error", "(name, /)", |vm, a| {
        lookup_error(vm, &name_argument(vm, "lookup_error", "name", &a[0])?)
    }),
    NativeDef::function("readbuffer_encode", "(data, errors=None, /)", |vm, a| {
        let b = text_or_bytes(vm, &a[0])?;
        Ok(tuple::pair(bytes::new_bytes(&b), Obj::from_len(b.len())))
    }),
];

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    install();
    let m = module::new_module("_codecs");
    for table in
        [&FUNCTIONS[..], &unicode::FUNCTIONS, &escapes::FUNCTIONS, &charmap::FUNCTIONS, &utf7::FUNCTIONS]
    {
        module::add_functions(&m, table);
    }
    Ok(m)
}

/// Makes codecs that are not native, and registered error handlers, known to `str.encode` and `bytes.decode`.
pub fn install() {
    handlers::register();
    hooks::ENCODE.set(encode_text);
    hooks::DECODE.set(decode_text);
    pyre_types::codecs::LOOKUP_HANDLER.set(|_, name| Ok(registry::find_error(name)));
}

fn lookup_error(vm: &Vm, name: &str) -> PyResult {
    registry::find_error(name)
        .ok_or_else(|| vm.error(Exc::LookupError, format!("unknown error handler name '{name}'")))
}

fn names(vm: &Vm, function: &str, a: &[Obj]) -> PyResult<(String, Option<String>)> {
    let encoding = registry::name_text(vm, function, "encoding", &a[1], "utf-8")?;
    let errors = a[2].given().map(|e| name_argument(vm, function, "errors", e)).transpose()?;
    Ok((encoding, errors))
}

/// Runs the encoder (0) or decoder (1) of an entry.
fn convert(vm: &Vm, entry: &Obj, which: usize, o: &Obj, encoding: &str, errors: Option<&str>) -> PyResult {
    let f = registry::function(vm, entry, which)?;
    let mut arguments = vec![o.clone()];
    arguments.extend(errors.map(str::new_str));
    let (verb, noun) = if which == 0 { ("encoding", "encoder") } else { ("decoding", "decoder") };
    let r = match vm.call(&f, &arguments) {
        Ok(r) => r,
        Err(e) => {
            let note = str::new_str(&format!("{verb} with '{encoding}' codec failed"));
            vm.call_method_str(&e.0, "add_note", &[note])?;
            return Err(e);
        }
    };
    match tuple::get(&r) {
        Some([result, _]) => Ok(result.clone()),
        _ => Err(vm.type_error(format!("{noun} must return a tuple (object, integer)"))),
    }
}

fn encode_text(vm: &Vm, text: &Obj, encoding: &str, errors: &str) -> PyResult {
    let entry = registry::lookup_text(vm, encoding, "codecs.encode()")?;
    let r = convert(vm, &entry, 0, text, encoding, Some(errors))?;
    if bytes::is_bytes(&r) {
        return Ok(r);
    }
    if bytes::is_bytearray(&r) {
        let message = format!(
            "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
        );
        vm.warn(Exc::RuntimeWarning, &message, 1)?;
        return Ok(bytes::new_bytes(&bytes::bytearray_to_vec(&r)));
    }
    Err(vm.type_error(format!(
        "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        r.type_name()
    )))
}

fn decode_text(vm: &Vm, data: &[u8], encoding: &str, errors: &str) -> PyResult {
    let entry = registry::lookup_text(vm, encoding, "codecs.decode()")?;
    let r = convert(vm, &entry, 1, &bytes::new_bytes(data), encoding, Some(errors))?;
    if str::is_str(&r) {
        return Ok(r);
    }
    Err(vm.type_error(format!(
        "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
        r.type_name()
    )))
}

/// The `errors` argument of a codec's function.
fn errors_argument(vm: &Vm, function: &str, o: &Obj) -> PyResult<String> {
    match o.not_none() {
        None => Ok("strict".to_owned()),
        Some(e) if str::is_str(e) => name_argument(vm, function, "errors", e),
        Some(e) => {
            raise!(vm, TypeError, "{function}() argument 2 must be str or None, not {}", e.type_name())
        }
    }
}

/// The bytes of an argument that may also be text, which stands for its UTF-8 form.
fn text_or_bytes(vm: &Vm, o: &Obj) -> PyResult<Vec<u8>> {
    if str::is_str(o) {
        return pyre_types::codecs::encode_with(vm, o, pyre_types::codecs::Codec::Utf8, "strict");
    }
    Ok(vm.contiguous_buffer(o)?.to_bytes().into_owned())
}

fn text_argument<'a>(vm: &Vm, function: &str, o: &'a Obj) -> PyResult<&'a Obj> {
    if str::is_str(o) {
        return Ok(o);
    }
    raise!(
        vm,
        TypeError,
        "{function}() argument 1 must be str, not {}",
        pyre_types::arguments::argument_type(o)
    )
}

/// `UnicodeDecodeError`
fn decode_exception(vm: &Vm, encoding: &str, data: &[u8], e: &CodecError) -> Raised {
    vm.error_with(
        Exc::UnicodeDecodeError,
        &[
            str::new_str(encoding),
            bytes::new_bytes(data),
            Obj::from_len(e.start),
            Obj::from_len(e.end),
            str::new_str(e.reason),
        ],
    )
}

/// `UnicodeEncodeError`
fn encode_exception(vm: &Vm, encoding: &str, text: &Obj, e: &CodecError) -> Raised {
    vm.error_with(
        Exc::UnicodeEncodeError,
        &[
            str::new_str(encoding),
            text.clone(),
            Obj::from_len(e.start),
            Obj::from_len(e.end),
            str::new_str(e.reason),
        ],
    )
}

/// Asks the error handler: its replacement, and where to go on in an input of this length.
fn handle(vm: &Vm, errors: &str, e: Raised, len: usize, encoding: bool) -> PyResult<(Obj, usize)> {
    if errors == "strict" {
        return Err(e);
    }
    let handler = lookup_error(vm, errors)?;
    let r = vm.call1(&handler, &e.0)?;
    let (what, kinds) = if encoding { ("encoding", "str/bytes") } else { ("decoding", "str") };
    let wrong = || vm.type_error(format!("{what} error handler must return ({kinds}, int) tuple"));
    let Some([replacement, position]) = tuple::get(&r) else { return Err(wrong()) };
    if !int::is_int(position) || !(str::is_str(replacement) || encoding && bytes::is_bytes(replacement)) {
        return Err(wrong());
    }
    let at = int::as_i64(position).map(|p| if p < 0 { p + len as i64 } else { p });
    match at.and_then(|p| usize::try_from(p).ok()).filter(|p| *p <= len) {
        Some(p) => Ok((replacement.clone(), p)),
        None => {
            let shown = vm.repr_text(position)?;
            Err(vm.index_error(format!("position {shown} from error handler out of bounds")))
        }
    }
}
