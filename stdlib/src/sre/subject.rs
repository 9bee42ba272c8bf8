//! What is searched: the text of a str in its own width, or the bytes of a bytes-like object; and the engine's view of
//! both.

use pyre_object::buffer::Buffer;
use pyre_object::{Exc, Obj, PyResult, Vm, bytes, str};
use rustpython_sre_engine::{Request, State, StrDrive, StringCursor};

/// Units of `W` bytes in the machine's byte order.
///
/// The engine keeps the address inside its cursors to itself; its own driver for bytes moves it, byte by byte, and the
/// position is put right afterwards. `advance` does not use the engine's, which reads one byte behind the end.
#[derive(Clone, Copy)]
struct Units<'a, const W: usize>(&'a [u8]);

impl<'a, const W: usize> Units<'a, W> {
    #[inline(always)]
    fn shift(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position.wrapping_add(n);
        <&'a [u8]>::skip(cursor, n * W);
        cursor.position = position;
    }

    #[inline(always)]
    fn shift_back(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position.wrapping_sub(n);
        // The driver subtracts bytes from the position, which counts units.
        cursor.position = usize::MAX;
        <&'a [u8]>::back_skip(cursor, n * W);
        cursor.position = position;
    }
}

impl<'a, const W: usize> StrDrive for Units<'a, W> {
    #[inline]
    fn count(&self) -> usize {
        self.0.len() / W
    }

    #[inline]
    fn create_cursor(&self, n: usize) -> StringCursor {
        let mut cursor = self.0.create_cursor(n * W);
        cursor.position = n;
        cursor
    }

    #[inline]
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        *cursor = self.create_cursor(n);
    }

    #[inline(always)]
    fn advance(cursor: &mut StringCursor) -> u32 {
        let c = Self::peek(cursor);
        Self::shift(cursor, 1);
        c
    }

    #[inline(always)]
    fn peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        at.position = 0;
        let mut unit = [0; 4];
        for (i, byte) in unit[..W].iter_mut().enumerate() {
            if i > 0 {
                <&'a [u8]>::skip(&mut at, 1);
            }
            *byte = <&'a [u8]>::peek(&at) as u8;
        }
        if cfg!(target_endian = "big") {
            unit[..W].reverse();
        }
        u32::from_le_bytes(unit)
    }

    #[inline(always)]
    fn skip(cursor: &mut StringCursor, n: usize) {
        Self::shift(cursor, n);
    }

    #[inline(always)]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        Self::shift_back(cursor, 1);
        Self::peek(cursor)
    }

    #[inline(always)]
    fn back_peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        Self::shift_back(&mut at, 1);
        Self::peek(&at)
    }

    #[inline(always)]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        Self::shift_back(cursor, n);
    }
}

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
    pub groups: Box<[Option<(usize, usize)>]>,
    pub last_index: Option<usize>,
}

impl Found {
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

    /// Runs the pattern's code on `start..end`. `must_advance`: an empty match at the start does not count.
    pub(super) fn find(
        &self,
        codes: &Codes<'_>,
        range: (usize, usize),
        mode: Mode,
        must_advance: bool,
    ) -> Option<Found> {
        if range.0 > range.1 {
            return None;
        }
        if !self.is_text() {
            return run(Units::<1>(self.bytes()), codes, range, mode, must_advance);
        }
        let text = str::expect(&self.object);
        let raw = text.raw_bytes();
        match text.kind().width() {
            1 => run(Units::<1>(raw), codes, range, mode, must_advance),
            2 => run(Units::<2>(raw), codes, range, mode, must_advance),
            _ => run(Units::<4>(raw), codes, range, mode, must_advance),
        }
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

/// A compiled pattern, as the engine wants it.
pub(super) struct Codes<'a> {
    pub codes: &'a [u32],
    pub groups: usize,
}

fn run<S: StrDrive>(
    subject: S,
    codes: &Codes<'_>,
    range: (usize, usize),
    mode: Mode,
    must_advance: bool,
) -> Option<Found> {
    let mut request = Request::new(subject, range.0, range.1, codes.codes, mode == Mode::Full);
    request.must_advance = must_advance;
    let mut state = State::default();
    state.reset(&request, request.start);
    let found = if mode == Mode::Search { state.search(request) } else { state.py_match(&request) };
    if !found {
        return None;
    }
    let groups =
        std::iter::once(Some((state.start, state.cursor.position))).chain((0..codes.groups).map(|i| {
            let (start, end) = state.marks.get(i);
            start.into_option().zip(end.into_option())
        }));
    Some(Found { groups: groups.collect(), last_index: usize::try_from(state.marks.last_index()).ok() })
}
