//! `code` objects.

use super::code_replace::{exception_table, replace};
use pyre_bytecode::{CodeUnit, Constant};
use pyre_object::code::{CodeBody, code_body};
use pyre_object::{
    Body, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, bytes, int, list, str,
    tuple,
};
use pyre_threads::sync::Ordering;

fn n(i: u32) -> Obj {
    int::new_int(i64::from(i))
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    let u = &code_body(o).unit;
    Ok(str::new_str(&format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        u.name,
        o.raw().0,
        u.filename,
        u.first_line
    )))
}

fn hash(_: &Vm, o: &Obj) -> PyResult<i64> {
    let u = &code_body(o).unit;
    let numbers = [u.first_line, u.arg_count, u.posonly_arg_count, u.kwonly_arg_count, u.flags];
    let all = numbers.into_iter().map(u64::from).chain(u.words.iter().copied());
    let mixed =
        all.fold(u.words.len() as u64, |h, w| (h.rotate_left(5) ^ w).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    Ok((str::hash(&str::new_str(&u.name)) ^ mixed as i64) | 1)
}

/// Do they come from the same source, line for line?
fn same_unit(x: &CodeUnit, y: &CodeUnit) -> bool {
    let same_constant = |(x, y): (&Constant, &Constant)| match (x, y) {
        (Constant::Code(x), Constant::Code(y)) => same_unit(x, y),
        (x, y) => x == y,
    };
    x.name == y.name
        && x.words == y.words
        && x.first_line == y.first_line
        && x.flags == y.flags
        && (x.arg_count, x.posonly_arg_count, x.kwonly_arg_count)
            == (y.arg_count, y.posonly_arg_count, y.kwonly_arg_count)
        && x.names == y.names
        && x.varnames == y.varnames
        && x.cellvars == y.cellvars
        && x.freevars == y.freevars
        && x.locations == y.locations
        && x.exceptions == y.exceptions
        && x.consts.len() == y.consts.len()
        && x.consts.iter().zip(&y.consts).all(same_constant)
}

fn compare(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<CodeBody>(), b.downcast::<CodeBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    let same = a.is(b) || same_unit(&x.unit, &y.unit);
    match op {
        CmpOp::Eq => Ok(Obj::bool(same)),
        CmpOp::Ne => Ok(Obj::bool(!same)),
        _ => Ok(Obj::NOT_IMPLEMENTED),
    }
}

/// `(start, end, line)` for every run of instructions of one line; offsets count bytes.
fn co_lines(_: &Vm, a: &[Obj]) -> PyResult {
    let b = code_body(&a[0]);
    let mut rows: Vec<(u32, u32, u32)> = Vec::new();
    for (at, i, _) in b.unit.instructions() {
        let line = b.unit.locations.lookup(at as u32).line;
        let end = at as u32 + i.op().size() as u32;
        match rows.last_mut() {
            Some(r) if r.2 == line => r.1 = end,
            _ => rows.push((at as u32, end, line)),
        }
    }
    let rows = rows
        .into_iter()
        .map(|(s, e, l)| tuple::new_tuple([n(s * 8), n(e * 8), if l == 0 { Obj::NONE } else { n(l) }]));
    Ok(pyre_object::iterators::list_iter(list::new_list(rows)))
}

/// `(line, end line, column, end column)` for every two bytes of `co_code`: that is how tools count, which halve the
/// offsets that frames and tracebacks give. A word of pyre's has four rows.
fn co_positions(_: &Vm, a: &[Obj]) -> PyResult {
    let b = code_body(&a[0]);
    let count = b.unit.words.len() * 4;
    let mut rows = Vec::with_capacity(count);
    let none = || tuple::new_tuple([Obj::NONE, Obj::NONE, Obj::NONE, Obj::NONE]);
    for (start, end, l) in b.unit.locations.runs() {
        let row = if l.line == 0 {
            none()
        } else {
            tuple::new_tuple([n(l.line), n(l.end_line), n(l.column), n(l.end_column)])
        };
        let words = (end.min(b.unit.words.len() as u32)).saturating_sub(start);
        rows.extend(std::iter::repeat_n(row, words as usize * 4));
    }
    rows.resize_with(count, none);
    Ok(pyre_object::iterators::list_iter(list::new_list(rows)))
}

/// The name of a variable by its number: locals, then cells, then free variables.
fn variable_name(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = code_body(&a[0]).complete();
    let i = vm.to_usize(&a[1])?;
    let groups = [b.varnames.get(), b.cellvars.get(), b.freevars.get()];
    match groups.iter().flat_map(tuple::items).nth(i) {
        Some(name) => Ok(name.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

static METHODS: [NativeDef; 5] = [
    NativeDef::method("co_lines", "(self, /)", co_lines),
    NativeDef::method("co_positions", "(self, /)", co_positions),
    NativeDef::raw_method("replace", "(self, /, **changes)", replace)
        .doc("Return a copy of the code object with new values for the specified fields."),
    NativeDef::raw_method("__replace__", "(self, /, **changes)", replace).doc("The same as replace()."),
    NativeDef::method("_varname_from_oparg", "(self, /, oparg)", variable_name),
];

macro_rules! field {
    ($name:literal, |$b:ident| $value:expr) => {
        GetSetDef::readonly($name, |_, o| {
            let $b = code_body(o).complete();
            Ok($value)
        })
    };
}

static GETSET: [GetSetDef; 19] = [
    field!("co_name", |b| b.name.get()),
    field!("co_qualname", |b| b.qualname()),
    field!("co_filename", |b| b.filename()),
    field!("co_consts", |b| b.consts.get()),
    field!("co_names", |b| b.names.get()),
    field!("co_varnames", |b| b.varnames.get()),
    field!("co_freevars", |b| b.freevars.get()),
    field!("co_cellvars", |b| b.cellvars.get()),
    field!("co_firstlineno", |b| n(b.unit.first_line)),
    field!("co_argcount", |b| n(b.unit.arg_count)),
    field!("co_posonlyargcount", |b| n(b.unit.posonly_arg_count)),
    field!("co_kwonlyargcount", |b| n(b.unit.kwonly_arg_count)),
    field!("co_nlocals", |b| Obj::from_len(b.unit.varnames.len())),
    field!("co_stacksize", |b| n(b.nregs)),
    field!("co_flags", |b| n(b.flags)),
    field!("co_code", |b| {
        let words = b.unit.words.iter().flat_map(|w| w.to_le_bytes());
        bytes::new_bytes(&words.collect::<Vec<u8>>())
    }),
    field!("_co_code_adaptive", |b| {
        let words = b.words().iter().flat_map(|w| w.load(Ordering::Relaxed).to_le_bytes());
        bytes::new_bytes(&words.collect::<Vec<u8>>())
    }),
    field!("co_linetable", |b| bytes::new_bytes(b.unit.locations.as_bytes())),
    field!("co_exceptiontable", |b| bytes::new_bytes(&exception_table(b))),
];

pub static SPEC: TypeSpec = TypeSpec {
    name: "code",
    layout: Some(CodeBody::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::WEAKREF),
    slots: Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    ..TypeSpec::EMPTY
};
