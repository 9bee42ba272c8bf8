//! What is searched: the text of a str in its own width, or the bytes of a bytes-like object.

use super::engine::{Matcher, Program, Text};
use pyre_object::buffer::Buffer;
use pyre_object::str::Data;
use pyre_object::{Exc, Obj, PyResult, Vm, bytes, str};
use smallvec::SmallVec;

/// A str or the lent memory of a bytes-like object.
pub(super) struct Subject {
    object: Obj,
    buffer: Option<Buffer>,
}

/// How a match has to lie in the range that is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// At its start.
    Match,
    /// It is the whole range.
    Full,
    /// Anywhere.
    Search,
}

/// Where the groups of a match lie; the match itself is group 0. `None` for groups that took no part.
pub(super) struct Found {
    pub groups: SmallVec<[Place; 4]>,
    pub last_index: Option<usize>,
}

/// Where a group lies.
pub(super) type Place = Option<(usize, usize)>;

impl Found {
    /// What a matcher found last.
    pub(super) fn of(matcher: &Matcher<'_>, groups: usize) -> Found {
        let mut places = SmallVec::with_capacity(groups + 1);
        places.push(Some(matcher.span()));
        places.extend((0..groups).map(|i| matcher.group(i)));
        Found { groups: places, last_index: matcher.last_group() }
    }

    pub(super) fn start(&self) -> usize {
        self.groups[0].map_or(0, |g| g.0)
    }

    pub(super) fn end(&self) -> usize {
        self.groups[0].map_or(0, |g| g.1)
    }
}

impl Subject {
    pub(super) fn new(vm: &Vm, o: &Obj) -> PyResult<Subject> {
        if str::is_str(o) {
            return Ok(Subject { object: o.clone(), buffer: None });
        }
        if !vm.has_buffer(o) {
            return Err(
                vm.type_error(format!("expected string or bytes-like object, got '{}'", o.type_name()))
            );
        }
        let buffer = vm.contiguous_buffer(o)?;
        Ok(Subject { object: o.clone(), buffer: Some(buffer) })
    }

    /// As [`Self::new`], for a pattern of a kind of its own: of bytes, of text, or (`None`) of any.
    pub(super) fn for_pattern(vm: &Vm, o: &Obj, of_bytes: Option<bool>) -> PyResult<Subject> {
        let subject = Subject::new(vm, o)?;
        match (of_bytes, subject.is_text()) {
            (Some(true), true) => Err(vm.type_error("cannot use a bytes pattern on a string-like object")),
            (Some(false), false) => Err(vm.type_error("cannot use a string pattern on a bytes-like object")),
            _ => Ok(subject),
        }
    }

    pub(super) fn is_text(&self) -> bool {
        self.buffer.is_none()
    }

    pub(super) fn object(&self) -> &Obj {
        &self.object
    }

    fn bytes(&self) -> &[u8] {
        self.buffer.as_ref().and_then(Buffer::as_slice).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        if self.is_text() { str::len(&self.object) } else { self.bytes().len() }
    }

    /// A piece, as str or bytes.
    pub(super) fn slice(&self, start: usize, end: usize) -> Obj {
        let end = end.min(self.len());
        let start = start.min(end);
        if self.is_text() {
            return str::slice(&self.object, start, end);
        }
        let all = self.bytes();
        if end - start == all.len() && self.object.is_exactly(pyre_object::Builtin::Bytes) {
            return self.object.clone();
        }
        bytes::new_bytes(&all[start..end])
    }

    /// The piece of a group, or the default for a group that took no part.
    pub(super) fn group(&self, place: Option<(usize, usize)>, default: &Obj) -> Obj {
        place.map_or_else(|| default.clone(), |(start, end)| self.slice(start, end))
    }

    /// The empty str or bytes.
    pub(super) fn empty(&self) -> Obj {
        if self.is_text() { str::empty() } else { bytes::empty() }
    }

    /// A matcher for the subject up to `end`.
    pub(super) fn matcher<'a>(&'a self, vm: &'a Vm, program: &'a Program, end: usize) -> Matcher<'a> {
        let text = match str::get(&self.object).filter(|_| self.is_text()).map(|s| s.data()) {
            None => Text::One(self.bytes()),
            Some(Data::One(d)) => Text::One(d),
            Some(Data::Two(d)) => Text::Two(d),
            Some(Data::Four(d)) => Text::Four(d),
        };
        Matcher::new(vm, program, text, end)
    }

    /// `pos` and `endpos` as offsets.
    pub(super) fn range(&self, vm: &Vm, pos: &Obj, endpos: &Obj) -> PyResult<(usize, usize)> {
        let len = self.len();
        let place = |o: &Obj, default: usize| -> PyResult<usize> {
            let Some(o) = o.given() else { return Ok(default) };
            Ok((vm.to_index(o, Exc::OverflowError)?.max(0) as usize).min(len))
        };
        Ok((place(pos, 0)?, place(endpos, len)?))
    }
}
