//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use super::base::{self, FLAGS};
use pyre_object::exception_support::{exception_body, fill_members};
use pyre_object::{Args, Exc, GetSetDef, Obj, PyResult, Slots, TypeSpec, Vm, bytes, int, str};

const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

const POSITIONS: &[GetSetDef] = &[
    GetSetDef::new("start", |_, e| Ok(position(e, START)), |vm, e, v| set_position(vm, e, START, v)),
    GetSetDef::new("end", |_, e| Ok(position(e, END)), |vm, e, v| set_position(vm, e, END, v)),
];

fn position(e: &Obj, index: usize) -> Obj {
    let o = exception_body(e).extra(index).get();
    if o.is_unbound() { Obj::from_len(0) } else { o }
}

fn set_position(vm: &Vm, e: &Obj, index: usize, value: Option<&Obj>) -> PyResult<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete numeric/char attribute")) };
    if !int::is_int(value) {
        return Err(vm.type_error("an integer is required"));
    }
    exception_body(e).extra(index).set(int::new_int(vm.to_isize(value)? as i64));
    Ok(())
}

pub static UNICODE_ENCODE_ERROR: TypeSpec = TypeSpec {
    name: "UnicodeEncodeError",
    doc: "Unicode encoding error.",
    base: Some(|_| Exc::UnicodeError.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(encode_init), str: Some(encode_str), ..Slots::NONE },
    getset: POSITIONS,
    ..TypeSpec::EMPTY
};

pub static UNICODE_DECODE_ERROR: TypeSpec = TypeSpec {
    name: "UnicodeDecodeError",
    doc: "Unicode decoding error.",
    base: Some(|_| Exc::UnicodeError.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(decode_init), str: Some(decode_str), ..Slots::NONE },
    getset: POSITIONS,
    ..TypeSpec::EMPTY
};

pub static UNICODE_TRANSLATE_ERROR: TypeSpec = TypeSpec {
    name: "UnicodeTranslateError",
    doc: "Unicode translation error.",
    base: Some(|_| Exc::UnicodeError.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(translate_init), str: Some(translate_str), ..Slots::NONE },
    getset: POSITIONS,
    ..TypeSpec::EMPTY
};

fn exactly<'a, const N: usize>(vm: &Vm, args: Args<'a>) -> PyResult<&'a [Obj; N]> {
    <&[Obj; N]>::try_from(args.pos())
        .map_err(|_| vm.type_error(format!("function takes exactly {N} arguments ({} given)", args.len())))
}

/// Argument `number` must be a str.
fn text(vm: &Vm, number: usize, o: &Obj) -> PyResult<()> {
    if str::is_str(o) {
        return Ok(());
    }
    let shown = if o.is_none() { "None".to_owned() } else { o.type_name() };
    Err(vm.type_error(format!("argument {number} must be str, not {shown}")))
}

fn index(vm: &Vm, o: &Obj) -> PyResult {
    Ok(int::new_int(vm.to_isize(o)? as i64))
}

fn encode_init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    base::init(vm, e, args)?;
    let [encoding, object, start, end, reason] = exactly(vm, args)?;
    text(vm, 1, encoding)?;
    text(vm, 2, object)?;
    let (start, end) = (index(vm, start)?, index(vm, end)?);
    text(vm, 5, reason)?;
    let members = [encoding.clone(), object.clone(), start, end, reason.clone()];
    fill_members(Exc::UnicodeEncodeError, exception_body(e), &members);
    Ok(())
}

fn decode_init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    base::init(vm, e, args)?;
    let [encoding, object, start, end, reason] = exactly(vm, args)?;
    text(vm, 1, encoding)?;
    let (start, end) = (index(vm, start)?, index(vm, end)?);
    text(vm, 5, reason)?;
    let object = if bytes::is_bytes(object) {
        object.clone()
    } else {
        bytes::new_bytes(&vm.buffer(object)?.to_bytes())
    };
    let members = [encoding.clone(), object, start, end, reason.clone()];
    fill_members(Exc::UnicodeDecodeError, exception_body(e), &members);
    Ok(())
}

fn translate_init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    base::init(vm, e, args)?;
    let [object, start, end, reason] = exactly(vm, args)?;
    text(vm, 1, object)?;
    let (start, end) = (index(vm, start)?, index(vm, end)?);
    text(vm, 4, reason)?;
    let members = [object.clone(), start, end, reason.clone()];
    fill_members(Exc::UnicodeTranslateError, exception_body(e), &members);
    Ok(())
}

/// What the texts are made of: encoding, the object, the positions, the reason.
struct Parts {
    encoding: String,
    object: Obj,
    start: i64,
    end: i64,
    reason: String,
}

/// `None` for an exception that was never initialised.
fn parts(vm: &Vm, e: &Obj) -> PyResult<Option<Parts>> {
    let b = exception_body(e);
    let object = b.extra(OBJECT).get();
    if object.is_unbound() {
        return Ok(None);
    }
    let shown = |i: usize| match b.extra(i).get() {
        o if o.is_unbound() => Ok("None".to_owned()),
        o => vm.str_text(&o),
    };
    let at = |i: usize| int::as_i64(&position(e, i)).unwrap_or(0);
    Ok(Some(Parts {
        encoding: shown(ENCODING)?,
        object,
        start: at(START),
        end: at(END),
        reason: shown(REASON)?,
    }))
}

/// The only character between the positions, if there is exactly one.
fn single_character(vm: &Vm, p: &Parts) -> PyResult<Option<String>> {
    if !str::is_str(&p.object) {
        return Err(vm.type_error("UnicodeError 'object' attribute must be a string"));
    }
    let s = str::expect(&p.object);
    if p.start < 0 || p.start as usize >= s.len() || p.end != p.start + 1 {
        return Ok(None);
    }
    let c = s.char_at(p.start as usize);
    Ok(Some(match c {
        0..0x100 => format!("\\x{c:02x}"),
        0x100..0x10000 => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }))
}

fn encode_str(vm: &Vm, e: &Obj) -> PyResult {
    let Some(p) = parts(vm, e)? else { return Ok(str::empty()) };
    let (encoding, start, reason) = (&p.encoding, p.start, &p.reason);
    Ok(str::new_str(&match single_character(vm, &p)? {
        Some(c) => format!("'{encoding}' codec can't encode character '{c}' in position {start}: {reason}"),
        None => {
            format!("'{encoding}' codec can't encode characters in position {start}-{}: {reason}", p.end - 1)
        }
    }))
}

fn decode_str(vm: &Vm, e: &Obj) -> PyResult {
    let Some(p) = parts(vm, e)? else { return Ok(str::empty()) };
    let (encoding, start, reason) = (&p.encoding, p.start, &p.reason);
    if !bytes::is_bytes(&p.object) {
        return Err(vm.type_error("UnicodeError 'object' attribute must be a bytes"));
    }
    let byte = usize::try_from(start).ok().and_then(|i| bytes::as_bytes(&p.object).get(i).copied());
    Ok(str::new_str(&match byte.filter(|_| p.end == start + 1) {
        Some(b) => format!("'{encoding}' codec can't decode byte 0x{b:02x} in position {start}: {reason}"),
        None => format!("'{encoding}' codec can't decode bytes in position {start}-{}: {reason}", p.end - 1),
    }))
}

fn translate_str(vm: &Vm, e: &Obj) -> PyResult {
    let Some(p) = parts(vm, e)? else { return Ok(str::empty()) };
    let (start, reason) = (p.start, &p.reason);
    Ok(str::new_str(&match single_character(vm, &p)? {
        Some(c) => format!("can't translate character '{c}' in position {start}: {reason}"),
        None => format!("can't translate characters in position {start}-{}: {reason}", p.end - 1),
    }))
}
