//! The built-in error handlers as functions, as `codecs.lookup_error` gives them.

use super::registry;
use pyre_object::descriptor::new_native_function;
use pyre_object::str::StrBuilder;
use pyre_object::{Exc, NativeDef, Obj, PyResult, Raised, Vm, bytes, int, str, tuple};
use pyre_text::codecs::{ByteOrder, handlers};
use std::sync::Once;

static HANDLERS: [NativeDef; 8] = [
    NativeDef::function("strict", "(exception, /)", |vm, a| {
        if pyre_object::exception_support::is_exception(&a[0]) {
            return Err(Raised(a[0].clone()));
        }
        Err(vm.type_error("codec must pass exception instance"))
    }),
    NativeDef::function("ignore", "(exception, /)", |vm, a| {
        let e = Problem::of(vm, &a[0])?;
        Ok(tuple::pair(str::empty(), Obj::from_len(e.end)))
    }),
    NativeDef::function("replace", "(exception, /)", |vm, a| {
        let e = Problem::of(vm, &a[0])?;
        let text = match e.kind {
            Kind::Decode => str::from_code_point(0xfffd),
            Kind::Encode => str::repeat_code_point(u32::from(b'?'), e.end - e.start),
            Kind::Translate => str::repeat_code_point(0xfffd, e.end - e.start),
        };
        Ok(tuple::pair(text, Obj::from_len(e.end)))
    }),
    NativeDef::function("backslashreplace", "(exception, /)", |vm, a| {
        let e = Problem::of(vm, &a[0])?;
        let mut out = pyre_text::Buffer::new();
        match bytes::get(&e.object) {
            Some(b) => handlers::backslash_bytes(&b[e.start..e.end], &mut out),
            None => handlers::backslash_codes(e.text().slice(e.start, e.end).text(), &mut out),
        }
        Ok(tuple::pair(str::from_buffer(&out), Obj::from_len(e.end)))
    }),
    NativeDef::function("xmlcharrefreplace", "(exception, /)", |vm, a| {
        let e = Problem::of(vm, &a[0])?;
        if e.kind != Kind::Encode {
            return Err(e.refuse(vm));
        }
        let mut out = pyre_text::Buffer::new();
        handlers::character_references(e.text().slice(e.start, e.end).text(), &mut out);
        Ok(tuple::pair(str::from_buffer(&out), Obj::from_len(e.end)))
    }),
    NativeDef::function("namereplace", "(exception, /)", |vm, a| {
        let e = Problem::of(vm, &a[0])?;
        if e.kind != Kind::Encode {
            return Err(e.refuse(vm));
        }
        let mut out = StrBuilder::new();
        for c in e.text().slice(e.start, e.end).iter() {
            match pyre_text::unicode::names::name(c) {
                Some(name) => out.push_str(&format!("\\N{{{name}}}")),
                None => {
                    let mut escaped = pyre_text::Buffer::new();
                    handlers::backslash_codes(pyre_text::Body::Ucs4(&[c]), &mut escaped);
                    out.push_obj(&str::from_buffer(&escaped));
                }
            }
        }
        Ok(tuple::pair(out.finish(), Obj::from_len(e.end)))
    }),
    NativeDef::function("surrogateescape", "(exception, /)", |vm, a| {
        let e = Problem::of(vm, &a[0])?;
        match (e.kind, bytes::get(&e.object)) {
            (Kind::Encode, _) => {
                let mut out = Vec::new();
                handlers::unescape_bytes(e.text().slice(e.start, e.end).text(), &mut out)
                    .ok_or_else(|| Raised(a[0].clone()))?;
                Ok(tuple::pair(bytes::new_bytes(&out), Obj::from_len(e.end)))
            }
            (Kind::Decode, Some(b)) => {
                let mut out = pyre_text::Buffer::new();
                let n = handlers::escape_bytes(&b[e.start..e.end], &mut out)
                    .ok_or_else(|| Raised(a[0].clone()))?;
                Ok(tuple::pair(str::from_buffer(&out), Obj::from_len(e.start + n)))
            }
            _ => Err(e.refuse(vm)),
        }
    }),
    NativeDef::function("surrogatepass", "(exception, /)", surrogate_pass),
];

/// Registers them, once.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let vm = Vm::current();
        for def in &HANDLERS {
            let f = new_native_function(def, Obj::NONE, str::new_str("_codecs"));
            // Functions can be called.
            let _ = registry::register_error(vm, def.name, &f);
        }
    });
}

/// Whether it is the name of a built-in handler.
pub fn is_builtin(name: &str) -> bool {
    HANDLERS.iter().any(|d| d.name == name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

/// What a handler is asked about.
struct Problem {
    kind: Kind,
    exception: Obj,
    object: Obj,
    start: usize,
    end: usize,
}

impl Problem {
    fn of(vm: &Vm, exception: &Obj) -> PyResult<Problem> {
        let is = |exc: Exc| pyre_object::typeobj::is_instance_exact_mro(exception, exc.ty());
        let kind = if is(Exc::UnicodeEncodeError) {
            Kind::Encode
        } else if is(Exc::UnicodeDecodeError) {
            Kind::Decode
        } else if is(Exc::UnicodeTranslateError) {
            Kind::Translate
        } else {
            return Err(vm.type_error(format!(
                "don't know how to handle {} in error callback",
                exception.type_name()
            )));
        };
        let object = vm.getattr_str(exception, "object")?;
        let len = match (bytes::get(&object), str::get(&object)) {
            (Some(b), _) if kind == Kind::Decode => b.len(),
            (_, Some(s)) if kind != Kind::Decode => s.len(),
            _ if kind == Kind::Decode => return Err(vm.type_error("object attribute must be bytes")),
            _ => return Err(vm.type_error("object attribute must be unicode")),
        };
        let place = |name: &str| -> PyResult<i64> { vm.to_i64(&vm.getattr_str(exception, name)?) };
        let start = place("start")?.clamp(0, len.saturating_sub(1) as i64) as usize;
        let end = place("end")?.clamp(usize::from(len > 0) as i64, len as i64) as usize;
        Ok(Problem { kind, exception: exception.clone(), object, start: start.min(end), end })
    }

    fn text(&self) -> str::Data<'_> {
        str::expect(&self.object).data()
    }

    fn refuse(&self, vm: &Vm) -> Raised {
        vm.type_error(format!("don't know how to handle {} in error callback", self.exception.type_name()))
    }
}

/// Width and byte order of an encoding that has a form for surrogates.
fn encoding_form(name: &str) -> Option<(usize, ByteOrder)> {
    let name: String = name.to_ascii_lowercase().replace(['_', '-'], "");
    let order = match name.as_bytes() {
        [.., b'b', b'e'] => ByteOrder::Big,
        _ => ByteOrder::Little,
    };
    match name.trim_end_matches("le").trim_end_matches("be") {
        "utf8" | "cputf8" => Some((1, order)),
        "utf16" => Some((2, order)),
        "utf32" => Some((4, order)),
        _ => None,
    }
}

fn surrogate_pass(vm: &Vm, a: &[Obj]) -> PyResult {
    let e = Problem::of(vm, &a[0])?;
    let again = || Raised(a[0].clone());
    let encoding = vm.getattr_str(&a[0], "encoding");
    if e.kind == Kind::Translate {
        return Err(e.refuse(vm));
    }
    let encoding = str::to_string_lossy(&encoding?);
    let (width, order) = encoding_form(&encoding).ok_or_else(again)?;
    if e.kind == Kind::Encode {
        let mut out = Vec::new();
        for c in e.text().slice(e.start, e.end).iter() {
            if !(0xd800..0xe000).contains(&c) {
                return Err(again());
            }
            match width {
                1 => str::push_wtf8(&mut out, c),
                2 => pyre_text::codecs::utf16::push_unit(c as u16, order, &mut out),
                _ => pyre_text::codecs::utf32::push_code(c, order, &mut out),
            }
        }
        return Ok(tuple::pair(bytes::new_bytes(&out), Obj::from_len(e.end)));
    }
    let rest = &bytes::as_bytes(&e.object)[e.start..];
    let found = match (width, rest) {
        (1, [0xed, x @ 0xa0..=0xbf, y @ 0x80..=0xbf, ..]) => {
            Some((0xd000 | u32::from(x & 0x3f) << 6 | u32::from(y & 0x3f), 3))
        }
        (2, [x, y, ..]) => Some((
            u32::from(if order == ByteOrder::Little {
                u16::from_le_bytes([*x, *y])
            } else {
                u16::from_be_bytes([*x, *y])
            }),
            2,
        )),
        (4, [x, y, z, w, ..]) => Some((
            if order == ByteOrder::Little {
                u32::from_le_bytes([*x, *y, *z, *w])
            } else {
                u32::from_be_bytes([*x, *y, *z, *w])
            },
            4,
        )),
        _ => None,
    };
    match found {
        Some((c, n)) if (0xd800..0xe000).contains(&c) => {
            Ok(tuple::pair(str::from_code_point(c), int::from_usize(e.start + n)))
        }
        _ => Err(again()),
    }
}
