//! `_csv.Dialect`: the checked parameters of a format.

use super::{QUOTE_MINIMAL, QUOTE_NONE, QUOTE_NOTNULL, registered};
use crate::support::{NativeType, construct, instance_of};
use pyre_object::{
    Body, Builtin, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, heap_body, int,
    intern, raise, str, type_new,
};

/// What a dialect says. Characters are code points, `None` where there is none.
pub(super) struct Format {
    pub(super) delimiter: u32,
    pub(super) doublequote: bool,
    pub(super) escapechar: Option<u32>,
    pub(super) lineterminator: Vec<u32>,
    pub(super) quotechar: Option<u32>,
    pub(super) quoting: i64,
    pub(super) skipinitialspace: bool,
    pub(super) strict: bool,
}

heap_body! {
    /// `_csv.Dialect`
    pub(super) struct Dialect "Dialect" { slots {} data { format: Format } }
}

pub(super) static DIALECT: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_csv.Dialect",
    doc: "CSV dialect\n\nThe Dialect type records CSV dialect options.",
    layout: Some(Dialect::layout),
    flags: TypeFlags::BASE,
    slots: Slots { new: Some(|vm, class, args| construct(vm, &NEW, class, args)), ..Slots::NONE },
    getset: &[
        GetSetDef::readonly("delimiter", |_, o| Ok(str::from_code_point(format(o).delimiter))),
        GetSetDef::readonly("doublequote", |_, o| Ok(Obj::bool(format(o).doublequote))),
        GetSetDef::readonly("escapechar", |_, o| Ok(char_or_none(format(o).escapechar))),
        GetSetDef::readonly("lineterminator", |_, o| Ok(str::from_ucs4(&format(o).lineterminator))),
        GetSetDef::readonly("quotechar", |_, o| Ok(char_or_none(format(o).quotechar))),
        GetSetDef::readonly("quoting", |_, o| Ok(int::new_int(format(o).quoting))),
        GetSetDef::readonly("skipinitialspace", |_, o| Ok(Obj::bool(format(o).skipinitialspace))),
        GetSetDef::readonly("strict", |_, o| Ok(Obj::bool(format(o).strict))),
    ],
    ..TypeSpec::EMPTY
};

static NEW: NativeDef = NativeDef::class_method(
    "Dialect",
    "(cls, dialect=None, delimiter=',', doublequote=True, escapechar=None, lineterminator='', quotechar='', quoting=0, skipinitialspace=False, strict=False)",
    new,
);

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// What a dialect object says.
pub(super) fn format(o: &Obj) -> &Format {
    &o.body::<Dialect>().format
}

fn char_or_none(c: Option<u32>) -> Obj {
    c.map_or(Obj::NONE, str::from_code_point)
}

fn new(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut given = a[2..10].to_vec();
    if let Some(base) = a[1].not_none() {
        let base = if str::is_str(base) { registered(vm, base)? } else { base.clone() };
        let plain = given.iter().all(|v| v.given().is_none());
        if plain && a[0].is(DIALECT.get(vm)) && base.ty().is(&a[0]) {
            return Ok(base);
        }
        for (value, name) in given.iter_mut().zip(NAMES) {
            if value.is_unbound()
                && let Some(found) = vm.getattr_opt(&base, &intern::intern_str(name))?
            {
                *value = found;
            }
        }
    }
    let mut format = Format {
        delimiter: character(vm, NAMES[0], &given[0], ',')?,
        doublequote: flag(vm, &given[1], true)?,
        escapechar: character_or_none(vm, NAMES[2], &given[2], None)?,
        lineterminator: line_terminator(vm, &given[3])?,
        quotechar: character_or_none(vm, NAMES[4], &given[4], Some('"'))?,
        quoting: quoting(vm, &given[5])?,
        skipinitialspace: flag(vm, &given[6], false)?,
        strict: flag(vm, &given[7], false)?,
    };
    if given[4].is_none() && given[5].is_unbound() {
        format.quoting = QUOTE_NONE;
    }
    if format.quoting != QUOTE_NONE && format.quotechar.is_none() {
        raise!(vm, TypeError, "quotechar must be set if quoting enabled");
    }
    check(vm, &format)?;
    Ok(instance_of(&a[0], Dialect { format }))
}

/// Refuses characters that would make the format ambiguous.
fn check(vm: &Vm, f: &Format) -> PyResult<()> {
    let chars = [("delimiter", Some(f.delimiter)), ("escapechar", f.escapechar), ("quotechar", f.quotechar)];
    for (name, c) in chars {
        let Some(c) = c else { continue };
        let space = c == u32::from(' ') && f.skipinitialspace && name != "delimiter";
        if c == u32::from('\n') || c == u32::from('\r') || space {
            raise!(vm, ValueError, "bad {name} value");
        }
        if f.lineterminator.contains(&c) {
            raise!(vm, ValueError, "bad {name} or lineterminator value");
        }
    }
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
        if chars[i].1.is_some() && chars[i].1 == chars[j].1 {
            raise!(vm, ValueError, "bad {} or {} value", chars[i].0, chars[j].0);
        }
    }
    Ok(())
}

fn flag(vm: &Vm, v: &Obj, default: bool) -> PyResult<bool> {
    v.given().map_or(Ok(default), |v| vm.truth(v))
}

fn character(vm: &Vm, name: &str, v: &Obj, default: char) -> PyResult<u32> {
    let Some(v) = v.given() else { return Ok(u32::from(default)) };
    one(vm, name, v, "")
}

fn character_or_none(vm: &Vm, name: &str, v: &Obj, default: Option<char>) -> PyResult<Option<u32>> {
    let Some(v) = v.given() else { return Ok(default.map(u32::from)) };
    if v.is_none() { Ok(None) } else { one(vm, name, v, " or None").map(Some) }
}

fn one(vm: &Vm, name: &str, v: &Obj, or: &str) -> PyResult<u32> {
    let Some(s) = str::get(v) else {
        let ty = type_new::full_name(v.ty());
        raise!(vm, TypeError, "\"{name}\" must be a unicode character{or}, not {ty}")
    };
    if s.len() != 1 {
        let n = s.len();
        raise!(vm, TypeError, "\"{name}\" must be a unicode character{or}, not a string of length {n}");
    }
    Ok(s.char_at(0))
}

fn line_terminator(vm: &Vm, v: &Obj) -> PyResult<Vec<u32>> {
    let Some(v) = v.given() else { return Ok(vec![13, 10]) };
    match str::get(v) {
        Some(s) => Ok(s.data().iter().collect()),
        None => {
            raise!(vm, TypeError, "\"lineterminator\" must be a string, not {}", type_new::full_name(v.ty()))
        }
    }
}

fn quoting(vm: &Vm, v: &Obj) -> PyResult<i64> {
    let Some(v) = v.given() else { return Ok(QUOTE_MINIMAL) };
    if !v.is_exactly(Builtin::Int) {
        raise!(vm, TypeError, "\"quoting\" must be an integer, not {}", type_new::full_name(v.ty()));
    }
    match int::as_i64(v) {
        Some(q) if (QUOTE_MINIMAL..=QUOTE_NOTNULL).contains(&q) => Ok(q),
        _ => raise!(vm, TypeError, "bad \"quoting\" value"),
    }
}
