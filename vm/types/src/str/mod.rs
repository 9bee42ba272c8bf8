//! `str`: the operations and methods. Strings are in `pyre_object::str`, the algorithms on text in `pyre-text`; here are
//! arguments, errors and objects.

mod case;
mod find;
mod iter;
mod methods;
mod new;
mod split;
mod translate;

pub use pyre_text::unicode;

use crate::arguments::argument_type;
use crate::sequence::{self, repeat_count};
use pyre_object::str::{self, StrBody, StrRef};
use pyre_object::{BinOp, Body, Builtin, CmpOp, Exc, Obj, PyResult, Raised, Slots, TypeFlags, TypeSpec, Vm};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 3] = [
        (Builtin::Str, &STR),
        (Builtin::StrIter, &iter::STR_ITER),
        (Builtin::StrAsciiIter, &iter::STR_ASCII_ITER),
    ];
    &ALL
}

/// An exact string of what an algorithm built, or the receiver if it built nothing.
pub(crate) fn exact(o: &Obj) -> Obj {
    if str::is_exact(o) { o.clone() } else { str::subclass_copy(None, o) }
}

/// A string argument of a method: `f() argument i must be str, not T`.
pub(crate) fn text_argument<'a>(
    vm: &Vm,
    function: &str,
    position: usize,
    o: &'a Obj,
) -> PyResult<StrRef<'a>> {
    str::get(o).ok_or_else(|| {
        vm.type_error(format!("{function}() argument {position} must be str, not {}", argument_type(o)))
    })
}

/// `MemoryError()`, for lengths that no string has.
pub(crate) fn too_long(vm: &Vm) -> Raised {
    vm.memory_error()
}

fn add(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !str::is_str(a) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    if !str::is_str(b) {
        if str::is_exact(a) || b.slots().binary[BinOp::Add as usize].addr() != 0 {
            return Ok(Obj::NOT_IMPLEMENTED);
        }
        return Err(vm.type_error(format!("can only concatenate str (not \"{}\") to str", b.type_name())));
    }
    str::concat(a, b).ok_or_else(|| too_long(vm))
}

fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let (s, n) = if str::is_str(a) { (a, b) } else { (b, a) };
    let Some(n) = repeat_count(vm, n)? else { return sequence::no_repeat_count(vm, n) };
    str::repeat(s, n).ok_or_else(|| too_long(vm))
}

fn modulo(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !str::is_str(a) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    crate::format::percent_str(vm, a, b)
}

fn compare(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (str::get(a), str::get(b)) else { return Ok(Obj::NOT_IMPLEMENTED) };
    Ok(Obj::bool(match op {
        CmpOp::Eq => x.equals(y),
        CmpOp::Ne => !x.equals(y),
        op => op.holds(x.compare(y)),
    }))
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    let s = str::expect(o);
    let n = s.len();
    if key.raw().is_int() || key.slots().index.addr() != 0 {
        let i = vm.to_index(key, Exc::IndexError)?;
        let i = if i < 0 { i + n as isize } else { i };
        if i < 0 || i as usize >= n {
            return Err(vm.index_error("string index out of range"));
        }
        return Ok(str::from_code_point(s.char_at(i as usize)));
    }
    if key.is_exactly(Builtin::Slice) {
        let i = pyre_object::slice::indices(vm, key, n)?;
        return Ok(match (i.count, i.step) {
            (0, _) => str::empty(),
            (count, 1) => str::slice(o, i.start as usize, i.start as usize + count),
            (count, step) => str::slice_step(o, i.start as usize, step, count),
        });
    }
    Err(vm.type_error(format!("string indices must be integers, not '{}'", key.type_name())))
}

fn contains(vm: &Vm, o: &Obj, item: &Obj) -> PyResult<bool> {
    let Some(needle) = str::get(item) else {
        return Err(
            vm.type_error(format!("'in <string>' requires string as left operand, not {}", item.type_name()))
        );
    };
    Ok(pyre_text::search::contains(str::expect(o).text(), needle.text()))
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    Ok(str::from_buffer(&pyre_text::repr::repr(str::expect(o).text())))
}

/// `ascii(o)` from its `repr`.
pub fn ascii(vm: &Vm, o: &Obj) -> PyResult {
    let r = vm.repr(o)?;
    if str::expect(&r).is_ascii() {
        return Ok(r);
    }
    Ok(str::from_buffer(&pyre_text::repr::escape_non_ascii(str::expect(&r).text())))
}

static STR: TypeSpec = TypeSpec {
    name: "str",
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n\
          Create a new string object from the given object. If encoding or errors is specified, then the object must \
          expose a data buffer that will be decoded using the given encoding and error handler.",
    layout: Some(<StrBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::MATCH_SELF),
    slots: Slots {
        repr: Some(repr),
        str: Some(|_, o| Ok(exact(o))),
        hash: Some(|_, o| Ok(str::hash(o))),
        compare: Some(compare),
        iter: Some(iter::iterate),
        new: Some(new::str_new),
        len: Some(|_, o| Ok(str::len(o))),
        getitem: Some(getitem),
        contains: Some(contains),
        ..Slots::NONE
    }
    .with_binary(BinOp::Add, add)
    .with_binary(BinOp::Mul, multiply)
    .with_binary(BinOp::Mod, modulo),
    methods: methods::METHODS,
    ..TypeSpec::EMPTY
};
