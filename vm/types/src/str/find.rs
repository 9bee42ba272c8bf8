//! Methods that look for substrings.

use super::{exact, text_argument};
use crate::arguments::argument_type;
use pyre_object::str::{self, StrRef};
use pyre_object::tuple;
use pyre_object::{Obj, PyResult, Vm};
use pyre_text::search;

/// The needle in `a[1]` and the range that `a[2]` and `a[3]` select; `None` when the range begins behind the end.
fn arguments<'a>(vm: &Vm, function: &str, a: &'a [Obj]) -> PyResult<(StrRef<'a>, Option<(usize, usize)>)> {
    let needle = text_argument(vm, function, 1, &a[1])?;
    let (start, end) = vm.to_range(&a[2], &a[3], str::len(&a[0]))?;
    Ok((needle, (start <= end).then_some((start, end))))
}

type Search = fn(pyre_text::Body<'_>, pyre_text::Body<'_>) -> Option<usize>;

fn search(vm: &Vm, function: &str, a: &[Obj], search: Search) -> PyResult<Option<usize>> {
    let (needle, range) = arguments(vm, function, a)?;
    let Some((start, end)) = range else { return Ok(None) };
    let hay = str::expect(&a[0]).data().slice(start, end);
    Ok(search(hay.text(), needle.text()).map(|i| i + start))
}

fn or_minus_one(i: Option<usize>) -> Obj {
    i.map_or_else(|| pyre_object::int::new_int(-1), Obj::from_len)
}

pub(super) fn find(vm: &Vm, a: &[Obj]) -> PyResult {
    search(vm, "find", a, search::find).map(or_minus_one)
}

pub(super) fn rfind(vm: &Vm, a: &[Obj]) -> PyResult {
    search(vm, "rfind", a, search::rfind).map(or_minus_one)
}

fn or_error(vm: &Vm, i: Option<usize>) -> PyResult {
    i.map(Obj::from_len).ok_or_else(|| vm.value_error("substring not found"))
}

pub(super) fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = search(vm, "index", a, search::find)?;
    or_error(vm, i)
}

pub(super) fn rindex(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = search(vm, "rindex", a, search::rfind)?;
    or_error(vm, i)
}

pub(super) fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let (needle, range) = arguments(vm, "count", a)?;
    let Some((start, end)) = range else { return Ok(Obj::from_len(0)) };
    let hay = str::expect(&a[0]).data().slice(start, end);
    Ok(Obj::from_len(search::count(hay.text(), needle.text())))
}

pub(super) fn replace(vm: &Vm, a: &[Obj]) -> PyResult {
    let (old, new) = (text_argument(vm, "replace", 1, &a[1])?, text_argument(vm, "replace", 2, &a[2])?);
    let limit = a[3].given().map_or(Ok(-1), |o| vm.to_isize(o))?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let s = str::expect(&a[0]);
    if new.len() > old.len() {
        let growth = (s.len() + 1).min(limit).saturating_mul(new.len() - old.len());
        // Only a result that might be too long is worth counting the occurrences first.
        if growth > crate::MAX_NATIVE_BYTES / 4 {
            let n = search::count(s.text(), old.text()).min(limit);
            if n.saturating_mul(new.len() - old.len()) > crate::MAX_NATIVE_BYTES / 4 {
                return Err(vm.overflow_error("replace string is too long"));
            }
        }
    }
    Ok(match search::replace(s.text(), old.text(), new.text(), limit) {
        Some(b) => str::from_buffer(&b),
        None => exact(&a[0]),
    })
}

type Affix = fn(pyre_text::Body<'_>, pyre_text::Body<'_>) -> bool;

fn affix(vm: &Vm, function: &str, a: &[Obj], holds: Affix) -> PyResult {
    let s = str::expect(&a[0]);
    let (start, end) = vm.to_range(&a[2], &a[3], s.len())?;
    let test = |x: StrRef<'_>| start <= end && holds(s.data().slice(start, end).text(), x.text());
    if let Some(x) = str::get(&a[1]) {
        return Ok(Obj::bool(test(x)));
    }
    let Some(candidates) = tuple::get(&a[1]) else {
        return Err(vm.type_error(format!(
            "{function} first arg must be str or a tuple of str, not {}",
            a[1].type_name()
        )));
    };
    for x in candidates {
        let Some(x) = str::get(x) else {
            return Err(
                vm.type_error(format!("tuple for {function} must only contain str, not {}", x.type_name()))
            );
        };
        if test(x) {
            return Ok(Obj::TRUE);
        }
    }
    Ok(Obj::FALSE)
}

pub(super) fn startswith(vm: &Vm, a: &[Obj]) -> PyResult {
    affix(vm, "startswith", a, search::starts_with)
}

pub(super) fn endswith(vm: &Vm, a: &[Obj]) -> PyResult {
    affix(vm, "endswith", a, search::ends_with)
}

fn only_argument<'a>(vm: &Vm, function: &str, o: &'a Obj) -> PyResult<StrRef<'a>> {
    str::get(o)
        .ok_or_else(|| vm.type_error(format!("{function}() argument must be str, not {}", argument_type(o))))
}

pub(super) fn removeprefix(vm: &Vm, a: &[Obj]) -> PyResult {
    let (s, prefix) = (str::expect(&a[0]), only_argument(vm, "removeprefix", &a[1])?);
    Ok(match search::starts_with(s.text(), prefix.text()) {
        true => str::slice(&a[0], prefix.len(), s.len()),
        false => exact(&a[0]),
    })
}

pub(super) fn removesuffix(vm: &Vm, a: &[Obj]) -> PyResult {
    let (s, suffix) = (str::expect(&a[0]), only_argument(vm, "removesuffix", &a[1])?);
    Ok(match search::ends_with(s.text(), suffix.text()) {
        true => str::slice(&a[0], 0, s.len() - suffix.len()),
        false => exact(&a[0]),
    })
}
