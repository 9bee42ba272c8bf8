//! Methods that take strings apart and put them together.

use super::{exact, too_long};
use crate::arguments::argument_type;
use pyre_object::list;
use pyre_object::str::{self, Data, StrRef};
use pyre_object::tuple::{self, new_tuple};
use pyre_object::{Builtin, Obj, PyResult, Vm};
use pyre_text::search;
use pyre_text::split::{self, Ends, Flavor};
use smallvec::SmallVec;
use std::ops::Range;

fn list_of(o: &Obj, pieces: &[Range<usize>]) -> Obj {
    list::from_vec(pieces.iter().map(|r| str::slice(o, r.start, r.end)).collect())
}

/// The separator and the number of splits.
fn split_arguments<'a>(vm: &Vm, a: &'a [Obj]) -> PyResult<(Option<StrRef<'a>>, usize)> {
    let limit = a[2].given().map_or(Ok(-1), |o| vm.to_isize(o))?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let Some(separator) = a[1].not_none() else { return Ok((None, limit)) };
    match str::get(separator) {
        Some(s) if s.is_empty() => Err(vm.value_error("empty separator")),
        Some(s) => Ok((Some(s), limit)),
        None => Err(vm.type_error(format!("must be str or None, not {}", separator.type_name()))),
    }
}

/// The pieces of one-byte text between single bytes, or between runs of whitespace, all of them: nearly every `split`.
fn split_simply(o: &Obj, bytes: &[u8], separator: Option<u8>) -> Obj {
    let mut pieces: SmallVec<[Obj; 16]> = SmallVec::new();
    match separator {
        Some(separator) => {
            let mut start = 0;
            for end in memchr::memchr_iter(separator, bytes) {
                pieces.push(str::slice(o, start, end));
                start = end + 1;
            }
            pieces.push(str::slice(o, start, bytes.len()));
        }
        None => {
            let is_space = |b: &u8| Flavor::Text.is_space(u32::from(*b));
            let mut at = 0;
            while let Some(gap) = bytes[at..].iter().position(|b| !is_space(b)) {
                let start = at + gap;
                at = bytes[start..].iter().position(is_space).map_or(bytes.len(), |n| start + n);
                pieces.push(str::slice(o, start, at));
            }
        }
    }
    list::from_small(pieces)
}

pub(super) fn split(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[2].is_unbound()
        && let Data::One(bytes) = str::expect(&a[0]).data()
    {
        match a[1].not_none().map(str::get) {
            None => return Ok(split_simply(&a[0], bytes, None)),
            Some(Some(separator)) if separator.len() == 1 => {
                if let [byte] = *separator.raw_bytes() {
                    return Ok(split_simply(&a[0], bytes, Some(byte)));
                }
            }
            _ => {}
        }
    }
    let body = str::expect(&a[0]).text();
    Ok(list_of(
        &a[0],
        &match split_arguments(vm, a)? {
            (Some(separator), limit) => split::split_on(body, separator.text(), limit),
            (None, limit) => split::split_whitespace(body, Flavor::Text, limit),
        },
    ))
}

pub(super) fn rsplit(vm: &Vm, a: &[Obj]) -> PyResult {
    let body = str::expect(&a[0]).text();
    Ok(list_of(
        &a[0],
        &match split_arguments(vm, a)? {
            (Some(separator), limit) => split::rsplit_on(body, separator.text(), limit),
            (None, limit) => split::rsplit_whitespace(body, Flavor::Text, limit),
        },
    ))
}

pub(super) fn splitlines(vm: &Vm, a: &[Obj]) -> PyResult {
    let keep = a[1].given().map_or(Ok(false), |o| vm.truth(o))?;
    Ok(list_of(&a[0], &split::split_lines(str::expect(&a[0]).text(), Flavor::Text, keep)))
}

fn strip_ends(vm: &Vm, a: &[Obj], function: &str, ends: Ends) -> PyResult {
    let s = str::expect(&a[0]);
    let r = match a[1].not_none() {
        None => split::strip_whitespace(s.text(), Flavor::Text, ends),
        Some(chars) => match str::get(chars) {
            Some(chars) => split::strip_characters(s.text(), chars.text(), ends),
            None => return Err(vm.type_error(format!("{function} arg must be None or str"))),
        },
    };
    Ok(str::slice(&a[0], r.start, r.end))
}

pub(super) fn strip(vm: &Vm, a: &[Obj]) -> PyResult {
    strip_ends(vm, a, "strip", Ends::Both)
}

pub(super) fn lstrip(vm: &Vm, a: &[Obj]) -> PyResult {
    strip_ends(vm, a, "lstrip", Ends::Left)
}

pub(super) fn rstrip(vm: &Vm, a: &[Obj]) -> PyResult {
    strip_ends(vm, a, "rstrip", Ends::Right)
}

fn separator<'a>(vm: &Vm, o: &'a Obj) -> PyResult<StrRef<'a>> {
    match str::get(o) {
        Some(s) if s.is_empty() => Err(vm.value_error("empty separator")),
        Some(s) => Ok(s),
        None => Err(vm.type_error(format!("must be str, not {}", argument_type(o)))),
    }
}

pub(super) fn partition(vm: &Vm, a: &[Obj]) -> PyResult {
    let (s, sep) = (str::expect(&a[0]), separator(vm, &a[1])?);
    Ok(match search::find(s.text(), sep.text()) {
        Some(i) => {
            new_tuple([str::slice(&a[0], 0, i), exact(&a[1]), str::slice(&a[0], i + sep.len(), s.len())])
        }
        None => new_tuple([exact(&a[0]), str::empty(), str::empty()]),
    })
}

pub(super) fn rpartition(vm: &Vm, a: &[Obj]) -> PyResult {
    let (s, sep) = (str::expect(&a[0]), separator(vm, &a[1])?);
    Ok(match search::rfind(s.text(), sep.text()) {
        Some(i) => {
            new_tuple([str::slice(&a[0], 0, i), exact(&a[1]), str::slice(&a[0], i + sep.len(), s.len())])
        }
        None => new_tuple([str::empty(), str::empty(), exact(&a[0])]),
    })
}

pub(super) fn join(vm: &Vm, a: &[Obj]) -> PyResult {
    join_iterable(vm, &a[0], &a[1])
}

/// `separator.join(iterable)`
///
/// # Errors
/// `TypeError` for items that are no str, and whatever iterating raises.
pub fn join_iterable(vm: &Vm, separator: &Obj, iterable: &Obj) -> PyResult {
    if iterable.is_exactly(Builtin::Tuple) {
        return join_items(vm, separator, tuple::items(iterable));
    }
    if !iterable.is_exactly(Builtin::List)
        && iterable.slots().iter.addr() == 0
        && iterable.slots().getitem.addr() == 0
    {
        return Err(vm.type_error("can only join an iterable"));
    }
    let items = vm.collect(iterable)?;
    join_items(vm, separator, &items)
}

fn join_items(vm: &Vm, separator: &Obj, items: &[Obj]) -> PyResult {
    if let Some(i) = items.iter().position(|o| !str::is_str(o)) {
        return Err(vm.type_error(format!(
            "sequence item {i}: expected str instance, {} found",
            items[i].type_name()
        )));
    }
    str::join_pieces(str::expect(separator), items).ok_or_else(|| too_long(vm))
}
