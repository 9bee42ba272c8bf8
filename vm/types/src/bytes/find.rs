//! Methods that look for parts.

use super::{View, byte_value, result_like, unchanged, view};
use pyre_object::{Obj, PyResult, Vm, int, tuple};
use pyre_text::{Body, search};

/// A part to look for: a byte given as integer, or bytes.
enum Needle<'a> {
    Byte([u8; 1]),
    View(View<'a>),
}

impl Needle<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Needle::Byte(b) => b,
            Needle::View(v) => v,
        }
    }
}

fn needle<'a>(vm: &Vm, o: &'a Obj) -> PyResult<Needle<'a>> {
    if vm.has_buffer(o) {
        return view(vm, o).map(Needle::View);
    }
    if int::is_int(o) || o.slots().index.addr() != 0 {
        return byte_value(vm, o, "byte").map(|b| Needle::Byte([b]));
    }
    Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{}'", o.type_name())))
}

type Search = fn(Body<'_>, Body<'_>) -> Option<usize>;

fn search(vm: &Vm, a: &[Obj], search: Search) -> PyResult<Option<usize>> {
    let needle = needle(vm, &a[1])?;
    let content = view(vm, &a[0])?;
    let (start, end) = vm.to_range(&a[2], &a[3], content.len())?;
    if start > end {
        return Ok(None);
    }
    let found = search(Body::Latin1(&content[start..end]), Body::Latin1(needle.bytes()));
    Ok(found.map(|i| i + start))
}

fn or_minus_one(i: Option<usize>) -> Obj {
    i.map_or_else(|| int::new_int(-1), Obj::from_len)
}

fn or_error(vm: &Vm, i: Option<usize>) -> PyResult {
    i.map(Obj::from_len).ok_or_else(|| vm.value_error("subsection not found"))
}

pub(super) fn find(vm: &Vm, a: &[Obj]) -> PyResult {
    search(vm, a, search::find).map(or_minus_one)
}

pub(super) fn rfind(vm: &Vm, a: &[Obj]) -> PyResult {
    search(vm, a, search::rfind).map(or_minus_one)
}

pub(super) fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = search(vm, a, search::find)?;
    or_error(vm, i)
}

pub(super) fn rindex(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = search(vm, a, search::rfind)?;
    or_error(vm, i)
}

pub(super) fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    let needle = needle(vm, &a[1])?;
    let content = view(vm, &a[0])?;
    let (start, end) = vm.to_range(&a[2], &a[3], content.len())?;
    if start > end {
        return Ok(Obj::from_len(0));
    }
    Ok(Obj::from_len(search::count(Body::Latin1(&content[start..end]), Body::Latin1(needle.bytes()))))
}

pub(super) fn replace(vm: &Vm, a: &[Obj]) -> PyResult {
    let (old, new) = (view(vm, &a[1])?, view(vm, &a[2])?);
    let limit = a[3].given().map_or(Ok(-1), |o| vm.to_isize(o))?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let content = view(vm, &a[0])?;
    if new.len() > old.len() {
        let n = search::count(Body::Latin1(&content), Body::Latin1(&old)).min(limit);
        if n.saturating_mul(new.len() - old.len()) > crate::MAX_NATIVE_BYTES {
            return Err(vm.overflow_error("replace bytes is too long"));
        }
    }
    let r = search::replace(Body::Latin1(&content), Body::Latin1(&old), Body::Latin1(&new), limit);
    Ok(match r.as_ref().map(|b| b.as_body()) {
        Some(Body::Latin1(out)) => result_like(&a[0], out),
        _ => unchanged(&a[0], &content),
    })
}

fn affix(vm: &Vm, function: &str, a: &[Obj], holds: fn(&[u8], &[u8]) -> bool) -> PyResult {
    let content = view(vm, &a[0])?;
    let (start, end) = vm.to_range(&a[2], &a[3], content.len())?;
    let part = if start <= end { Some(&content[start..end]) } else { None };
    let test = |x: &[u8]| part.is_some_and(|p| holds(p, x));
    if let Some(candidates) = tuple::get(&a[1]) {
        for x in candidates {
            if test(&view(vm, x)?) {
                return Ok(Obj::TRUE);
            }
        }
        return Ok(Obj::FALSE);
    }
    if !vm.has_buffer(&a[1]) {
        return Err(vm.type_error(format!(
            "{function} first arg must be bytes or a tuple of bytes, not {}",
            a[1].type_name()
        )));
    }
    Ok(Obj::bool(test(&view(vm, &a[1])?)))
}

pub(super) fn startswith(vm: &Vm, a: &[Obj]) -> PyResult {
    affix(vm, "startswith", a, <[u8]>::starts_with)
}

pub(super) fn endswith(vm: &Vm, a: &[Obj]) -> PyResult {
    affix(vm, "endswith", a, <[u8]>::ends_with)
}

pub(super) fn removeprefix(vm: &Vm, a: &[Obj]) -> PyResult {
    let (content, prefix) = (view(vm, &a[0])?, view(vm, &a[1])?);
    Ok(match content.strip_prefix(&*prefix) {
        Some(rest) if !prefix.is_empty() => result_like(&a[0], rest),
        _ => unchanged(&a[0], &content),
    })
}

pub(super) fn removesuffix(vm: &Vm, a: &[Obj]) -> PyResult {
    let (content, suffix) = (view(vm, &a[0])?, view(vm, &a[1])?);
    Ok(match content.strip_suffix(&*suffix) {
        Some(rest) if !suffix.is_empty() => result_like(&a[0], rest),
        _ => unchanged(&a[0], &content),
    })
}
