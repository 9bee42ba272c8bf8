//! `_string`: the parsers behind `string.Formatter`.

use crate::support::{NativeType, native_table, new_module, self_iter};
use pyre_object::{
    Body, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, heap_body, raise, str, tuple,
};
use pyre_text::str_format::{Access, FieldName, Key, Parser, Piece};
use pyre_threads::sync::{AtomicUsize, Ordering};
use std::ops::Range;

heap_body! {
    /// The pieces of a template, up to the first error.
    struct Pieces "formatteriterator" {
        slots { template }
        data { pieces: Vec<Piece>, error: Option<&'static str>, at: AtomicUsize }
    }
}

heap_body! {
    /// The accesses of a field name, up to the first error.
    struct Accesses "fieldnameiterator" {
        slots { name }
        data { accesses: Vec<Access>, error: Option<&'static str>, at: AtomicUsize }
    }
}

static PIECES: NativeType = NativeType::new(&PIECES_SPEC);
static ACCESSES: NativeType = NativeType::new(&ACCESSES_SPEC);

static PIECES_SPEC: TypeSpec = TypeSpec {
    name: "formatteriterator",
    layout: Some(Pieces::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(self_iter), next: Some(next_piece), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

static ACCESSES_SPEC: TypeSpec = TypeSpec {
    name: "fieldnameiterator",
    layout: Some(Accesses::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots { iter: Some(self_iter), next: Some(next_access), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

fn check_str(vm: &Vm, o: &Obj) -> PyResult<()> {
    if !str::is_str(o) {
        raise!(vm, TypeError, "expected str, got {}", o.type_name());
    }
    Ok(())
}

/// The items of a parser before its first error, and that error.
fn until_error<T>(items: impl Iterator<Item = Result<T, &'static str>>) -> (Vec<T>, Option<&'static str>) {
    let mut all = Vec::new();
    for item in items {
        match item {
            Ok(item) => all.push(item),
            Err(e) => return (all, Some(e)),
        }
    }
    (all, None)
}

fn formatter_parser(vm: &Vm, a: &[Obj]) -> PyResult {
    check_str(vm, &a[0])?;
    let (pieces, error) = until_error(Parser::new(str::expect(&a[0]).text()));
    let body = Pieces { template: Slot::new(a[0].clone()), pieces, error, at: AtomicUsize::new(0) };
    Ok(PIECES.instance(vm, body))
}

fn part(text: &Obj, range: &Range<usize>) -> Obj {
    str::expect(text).data().slice(range.start, range.end).to_obj()
}

fn next_piece(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Pieces = o.body();
    let i = b.at.fetch_add(1, Ordering::Relaxed);
    let template = b.template.get_fixed();
    let Some(piece) = b.pieces.get(i) else {
        return match b.error {
            Some(e) if i == b.pieces.len() => Err(vm.value_error(e)),
            _ => Ok(None),
        };
    };
    let literal = part(template, &piece.literal);
    let Some(field) = &piece.field else {
        return Ok(Some(tuple::new_tuple([literal, Obj::NONE, Obj::NONE, Obj::NONE])));
    };
    let (name, spec) = (part(template, &field.name), part(template, &field.spec));
    let conversion = field.conversion.map_or(Obj::NONE, str::from_code_point);
    Ok(Some(tuple::new_tuple([literal, name, spec, conversion])))
}

fn key(text: &Obj, key: &Key) -> Obj {
    match key {
        Key::Empty => str::empty(),
        Key::Index(i) => pyre_object::int::from_usize(*i),
        Key::Name(range) => part(text, range),
    }
}

fn formatter_field_name_split(vm: &Vm, a: &[Obj]) -> PyResult {
    check_str(vm, &a[0])?;
    let (first, rest) = FieldName::split(str::expect(&a[0]).text()).map_err(|e| vm.value_error(e))?;
    let (accesses, error) = until_error(rest);
    let first = key(&a[0], &first);
    let body = Accesses { name: Slot::new(a[0].clone()), accesses, error, at: AtomicUsize::new(0) };
    Ok(tuple::pair(first, ACCESSES.instance(vm, body)))
}

fn next_access(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &Accesses = o.body();
    let i = b.at.fetch_add(1, Ordering::Relaxed);
    let name = b.name.get_fixed();
    match b.accesses.get(i) {
        Some(Access::Attribute(range)) => Ok(Some(tuple::pair(Obj::TRUE, part(name, range)))),
        Some(Access::Item(k)) => Ok(Some(tuple::pair(Obj::FALSE, key(name, k)))),
        None => match b.error {
            Some(e) if i == b.accesses.len() => Err(vm.value_error(e)),
            _ => Ok(None),
        },
    }
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("formatter_field_name_split", "(string, /)", formatter_field_name_split)
        .doc("split the argument as a field name"),
    NativeDef::function("formatter_parser", "(string, /)", formatter_parser)
        .doc("parse the argument as a format string"),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    Ok(new_module("_string", "string helper module", FUNCTIONS))
}
