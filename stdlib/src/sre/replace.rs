//! `sub`, `subn`, `split` and the templates of replacements.

use super::matches;
use super::pattern::{self, PatternBody};
use super::subject::{Found, Subject};
use crate::support::NativeType;
use pyre_object::{
    Body, Obj, PyResult, Slot, TypeFlags, TypeSpec, Vm, bytes, heap_body, int, list, raise, str, tuple,
};

heap_body! {
    /// A tuple of pieces of text and group numbers in turn; it begins and ends with text.
    struct Template "_sre.SRE_Template" { slots { pieces } data {} }
}

pub(super) static TEMPLATE: NativeType = NativeType::new(&SPEC);

static SPEC: TypeSpec = TypeSpec {
    name: "_sre.SRE_Template",
    layout: Some(Template::layout),
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};

/// `_sre.template(pattern, pieces)`
pub(super) fn template(vm: &Vm, a: &[Obj]) -> PyResult {
    if !list::is_list(&a[1]) {
        raise!(vm, TypeError, "template() argument 2 must be list, not {}", a[1].type_name());
    }
    let pieces = list::snapshot(&a[1]);
    let valid = |i: &Obj| int::as_i64(i).is_some_and(|i| i >= 0);
    if pieces.len().is_multiple_of(2) || !pieces.iter().skip(1).step_by(2).all(valid) {
        raise!(vm, TypeError, "invalid template");
    }
    Ok(TEMPLATE.instance(vm, Template { pieces: Slot::new(tuple::from_vec(pieces)) }))
}

/// The parsed template, by way of the cache of `re`.
pub(super) fn compile(vm: &Vm, pattern: &Obj, template: &Obj) -> PyResult {
    let re = vm.import("re")?;
    let compile = vm.getattr_str(&re, "_compile_template")?;
    if !str::is_str(template) && !bytes::is_bytes(template) && vm.has_buffer(template) {
        // The cache wants something that can be hashed.
        let buffer = vm.contiguous_buffer(template)?;
        let template = bytes::new_bytes(buffer.as_slice().unwrap_or_default());
        return vm.call2(&compile, pattern, &template);
    }
    vm.call2(&compile, pattern, template)
}

/// A template with the groups of a match.
pub(super) fn expand(vm: &Vm, template: &Obj, m: &Obj) -> PyResult {
    let Some(t) = template.downcast::<Template>() else { return Ok(template.clone()) };
    let pieces = tuple::items(t.pieces.get_fixed());
    if let [text] = pieces {
        return Ok(text.clone());
    }
    let subject = matches::subject(vm, m)?;
    let groups = &matches::body(m).found.groups;
    let mut out = Vec::with_capacity(pieces.len());
    for (i, piece) in pieces.iter().enumerate() {
        if i % 2 == 0 {
            out.push(piece.clone());
            continue;
        }
        let index = int::as_i64(piece).and_then(|i| usize::try_from(i).ok()).unwrap_or(usize::MAX);
        let Some(place) = groups.get(index) else { return Err(vm.index_error("no such group")) };
        out.push(subject.group(*place, &subject.empty()));
    }
    join(vm, &subject, out)
}

fn join(vm: &Vm, subject: &Subject, pieces: Vec<Obj>) -> PyResult {
    if subject.is_text()
        && pieces.iter().all(str::is_str)
        && let Some(text) = str::join_pieces(str::expect(&str::empty()), &pieces)
    {
        return Ok(text);
    }
    vm.call_method_str(&subject.empty(), "join", &[list::from_vec(pieces)])
}

/// What replaces a match.
enum Replacement {
    Text(Obj),
    Template(Obj),
    Call(Obj),
}

fn replacement(vm: &Vm, p: &Obj, repl: &Obj) -> PyResult<Replacement> {
    if vm.is_callable(repl) {
        return Ok(Replacement::Call(repl.clone()));
    }
    let plain = if let Some(text) = str::get(repl) {
        !text.data().iter().any(|c| c == u32::from(b'\\'))
    } else if bytes::is_bytes(repl) {
        !bytes::as_bytes(repl).contains(&b'\\')
    } else {
        false
    };
    if plain {
        return Ok(Replacement::Text(repl.clone()));
    }
    let template = compile(vm, p, repl)?;
    let text = match template.downcast::<Template>() {
        None => return Ok(Replacement::Text(template)),
        Some(t) => match tuple::items(t.pieces.get_fixed()) {
            [text] => Some(text.clone()),
            _ => None,
        },
    };
    Ok(text.map_or(Replacement::Template(template), Replacement::Text))
}

/// The result of `sub` and the number of replacements.
pub(super) fn substitute(vm: &Vm, p: &Obj, repl: &Obj, string: &Obj, count: isize) -> PyResult<(Obj, usize)> {
    let b: &PatternBody = pattern::body(p);
    let replacement = replacement(vm, p, repl)?;
    let subject = Subject::for_pattern(vm, string, b.of_bytes)?;
    let len = subject.len();
    let (mut pieces, mut done, mut n) = (Vec::new(), 0, 0);
    let (mut from, mut must_advance) = (0, false);
    let mut matcher = subject.matcher(vm, &b.program, len);
    while (count <= 0 || n < count as usize) && matcher.search(from, must_advance)? {
        vm.poll()?;
        let (start, end) = matcher.span();
        if done < start {
            pieces.push(subject.slice(done, start));
        }
        let a_match = || matches::new(vm, p, &subject, Found::of(&matcher, b.groups), (0, len));
        let new = match &replacement {
            Replacement::Text(text) => text.clone(),
            Replacement::Template(t) => expand(vm, t, &a_match())?,
            Replacement::Call(f) => vm.call1(f, &a_match())?,
        };
        if !new.is_none() {
            pieces.push(new);
        }
        (done, from, must_advance) = (end, end, start == end);
        n += 1;
    }
    if done < len {
        pieces.push(subject.slice(done, len));
    }
    Ok((join(vm, &subject, pieces)?, n))
}

/// `split`
pub(super) fn split(vm: &Vm, p: &Obj, string: &Obj, limit: isize) -> PyResult {
    let b: &PatternBody = pattern::body(p);
    let subject = Subject::for_pattern(vm, string, b.of_bytes)?;
    let len = subject.len();
    let (mut out, mut from, mut must_advance, mut n) = (Vec::new(), 0, false, 0);
    let mut matcher = subject.matcher(vm, &b.program, len);
    while (limit <= 0 || n < limit) && matcher.search(from, must_advance)? {
        vm.poll()?;
        let (start, end) = matcher.span();
        out.push(subject.slice(from, start));
        out.extend((0..b.groups).map(|i| subject.group(matcher.group(i), &Obj::NONE)));
        (from, must_advance) = (end, start == end);
        n += 1;
    }
    out.push(subject.slice(from, len));
    Ok(list::from_vec(out))
}
