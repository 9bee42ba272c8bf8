//! Methods that take bytes apart and put them together.

use super::{View, result_like, unchanged, view};
use pyre_object::tuple::new_tuple;
use pyre_object::{Obj, PyResult, Vm, bytes, list};
use pyre_text::split::{self, Ends, Flavor};
use pyre_text::{Body, search};
use std::ops::Range;

fn list_of(like: &Obj, content: &[u8], pieces: &[Range<usize>]) -> Obj {
    if let [whole] = pieces
        && *whole == (0..content.len())
    {
        return list::from_vec(vec![unchanged(like, content)]);
    }
    list::from_vec(pieces.iter().map(|r| result_like(like, &content[r.clone()])).collect())
}

fn split_arguments<'a>(vm: &Vm, a: &'a [Obj]) -> PyResult<(Option<View<'a>>, usize)> {
    let limit = a[2].given().map_or(Ok(-1), |o| vm.to_isize(o))?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let Some(separator) = a[1].not_none() else { return Ok((None, limit)) };
    let separator = view(vm, separator)?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok((Some(separator), limit))
}

pub(super) fn split(vm: &Vm, a: &[Obj]) -> PyResult {
    let (separator, limit) = split_arguments(vm, a)?;
    let content = view(vm, &a[0])?;
    let body = Body::Latin1(&content);
    let pieces = match separator {
        Some(s) => split::split_on(body, Body::Latin1(&s), limit),
        None => split::split_whitespace(body, Flavor::Bytes, limit),
    };
    Ok(list_of(&a[0], &content, &pieces))
}

pub(super) fn rsplit(vm: &Vm, a: &[Obj]) -> PyResult {
    let (separator, limit) = split_arguments(vm, a)?;
    let content = view(vm, &a[0])?;
    let body = Body::Latin1(&content);
    let pieces = match separator {
        Some(s) => split::rsplit_on(body, Body::Latin1(&s), limit),
        None => split::rsplit_whitespace(body, Flavor::Bytes, limit),
    };
    Ok(list_of(&a[0], &content, &pieces))
}

pub(super) fn splitlines(vm: &Vm, a: &[Obj]) -> PyResult {
    let keep = a[1].given().map_or(Ok(false), |o| vm.truth(o))?;
    let content = view(vm, &a[0])?;
    let pieces = split::split_lines(Body::Latin1(&content), Flavor::Bytes, keep);
    Ok(list_of(&a[0], &content, &pieces))
}

fn strip_ends(vm: &Vm, a: &[Obj], ends: Ends) -> PyResult {
    let characters = a[1].not_none().map(|o| view(vm, o)).transpose()?;
    let content = view(vm, &a[0])?;
    let body = Body::Latin1(&content);
    let r = match characters {
        None => split::strip_whitespace(body, Flavor::Bytes, ends),
        Some(c) => split::strip_characters(body, Body::Latin1(&c), ends),
    };
    if r.len() == content.len() {
        return Ok(unchanged(&a[0], &content));
    }
    Ok(result_like(&a[0], &content[r]))
}

pub(super) fn strip(vm: &Vm, a: &[Obj]) -> PyResult {
    strip_ends(vm, a, Ends::Both)
}

pub(super) fn lstrip(vm: &Vm, a: &[Obj]) -> PyResult {
    strip_ends(vm, a, Ends::Left)
}

pub(super) fn rstrip(vm: &Vm, a: &[Obj]) -> PyResult {
    strip_ends(vm, a, Ends::Right)
}

fn parts(vm: &Vm, a: &[Obj], find: fn(Body<'_>, Body<'_>) -> Option<usize>, whole_first: bool) -> PyResult {
    let separator = view(vm, &a[1])?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let content = view(vm, &a[0])?;
    let part = |b: &[u8]| result_like(&a[0], b);
    Ok(match find(Body::Latin1(&content), Body::Latin1(&separator)) {
        Some(i) => new_tuple([part(&content[..i]), part(&separator), part(&content[i + separator.len()..])]),
        None if whole_first => new_tuple([unchanged(&a[0], &content), part(b""), part(b"")]),
        None => new_tuple([part(b""), part(b""), unchanged(&a[0], &content)]),
    })
}

pub(super) fn partition(vm: &Vm, a: &[Obj]) -> PyResult {
    parts(vm, a, search::find, true)
}

pub(super) fn rpartition(vm: &Vm, a: &[Obj]) -> PyResult {
    parts(vm, a, search::rfind, false)
}

pub(super) fn join(vm: &Vm, a: &[Obj]) -> PyResult {
    let iterable = &a[1];
    if iterable.slots().iter.addr() == 0 && !pyre_object::protocol::is_sequence(vm, iterable) {
        return Err(vm.type_error("can only join an iterable"));
    }
    let items = vm.collect(iterable)?;
    if let [only] = items.as_slice()
        && only.is_exactly(pyre_object::Builtin::Bytes)
        && bytes::is_bytes(&a[0])
    {
        return Ok(only.clone());
    }
    let mut views = Vec::with_capacity(items.len());
    let mut total = 0usize;
    for (i, o) in items.iter().enumerate() {
        if !vm.has_buffer(o) {
            return Err(vm.type_error(format!(
                "sequence item {i}: expected a bytes-like object, {} found",
                o.type_name()
            )));
        }
        let v = view(vm, o)?;
        total = total.saturating_add(v.len());
        views.push(v);
    }
    let separator = view(vm, &a[0])?;
    total = total.saturating_add(separator.len().saturating_mul(items.len().saturating_sub(1)));
    if total > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    let mut out = Vec::with_capacity(total);
    for (i, v) in views.iter().enumerate() {
        if i != 0 {
            out.extend_from_slice(&separator);
        }
        out.extend_from_slice(v);
    }
    Ok(result_like(&a[0], &out))
}
