//! Reading text and lines.

use super::super::buffered;
use super::super::support::{call, optional_size, unsupported};
use super::write::give_pending;
use super::{Inside, TextBody, coding, forget_decoded};
use crate::name;
use pyre_object::str::{self, StrBuilder};
use pyre_object::{Obj, PyResult, Vm, bytes, raise};

fn check_readable(vm: &Vm, inside: &Inside<'_>) -> PyResult<()> {
    if inside.with(|s| s.can_read) { Ok(()) } else { Err(unsupported(vm, "not readable")) }
}

/// Reads and decodes one chunk, of at least about `hint` characters; false at the end.
fn read_chunk(vm: &Vm, b: &TextBody, inside: &Inside<'_>, buffer: &Obj, hint: usize) -> PyResult<bool> {
    let (telling, size, has_read1) = inside.with(|s| (s.telling, s.chunk_size, s.has_read1));
    let before = if telling { Some(coding::state(vm, b, inside)?) } else { None };
    let size = size.max(hint.min(1 << 24));
    let mut input = Vec::new();
    if buffered::is_plain_reader(buffer) {
        // What the last chunk lay in can be used again.
        input = inside.with(|s| s.snapshot.take()).map(|(_, v)| v).unwrap_or_default();
        input.clear();
        buffered::read_chunk(vm, buffer, size, &mut input)?;
    } else {
        let method = if has_read1 { name!("read1") } else { name!("read") };
        let got = call(vm, buffer, method, &[Obj::from_len(size)])?;
        if vm.has_buffer(&got) {
            input.extend_from_slice(&vm.buffer(&got)?.to_bytes());
        } else {
            let what = if has_read1 { "read1" } else { "read" };
            raise!(
                vm,
                TypeError,
                "underlying {what}() should have returned a bytes-like object, not '{}'",
                got.type_name()
            );
        }
    }
    let at_end = input.is_empty();
    let text = coding::decode(vm, b, inside, &input, at_end)?;
    let more = str::len(&text) > 0;
    inside.with(|s| {
        s.used = 0;
        s.snapshot = before.map(|(held, flags)| {
            let all = if held.is_empty() { input } else { [held.as_slice(), &input].concat() };
            (flags, all)
        });
    });
    b.decoded.set(text);
    Ok(more || !at_end)
}

/// The rest of the decoded text, at most `n` characters of it.
fn take(b: &TextBody, inside: &Inside<'_>, n: usize) -> Option<Obj> {
    let decoded = b.decoded.get();
    let text = str::get(&decoded)?;
    let used = inside.with(|s| s.used);
    let end = text.len().min(used.saturating_add(n));
    inside.with(|s| s.used = end);
    if used == 0 && end == text.len() {
        return Some(decoded);
    }
    Some(text.data().slice(used.min(end), end).to_obj())
}

pub fn read(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = optional_size(vm, &a[1])?;
    let b: &TextBody = a[0].body();
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    check_readable(vm, &inside)?;
    give_pending(vm, &inside, &buffer)?;
    let Some(n) = n else { return read_all(vm, b, &inside, &buffer) };
    let mut out = take(b, &inside, n).unwrap_or_else(str::empty);
    if str::len(&out) == n {
        return Ok(out);
    }
    let mut all = StrBuilder::new();
    all.push_obj(&out);
    while all.len() < n {
        if !read_chunk(vm, b, &inside, &buffer, n - all.len())? {
            break;
        }
        out = take(b, &inside, n - all.len()).unwrap_or_else(str::empty);
        all.push_obj(&out);
    }
    Ok(all.finish())
}

fn read_all(vm: &Vm, b: &TextBody, inside: &Inside<'_>, buffer: &Obj) -> PyResult {
    let mut input = Vec::new();
    if buffered::is_plain_reader(buffer) {
        buffered::read_all_into(vm, buffer, &mut input)?;
    } else {
        let got = call(vm, buffer, name!("read"), &[])?;
        match bytes::get(&got) {
            Some(d) => input.extend_from_slice(d),
            None if got.is_none() => {
                return Err(vm.error_with(
                    pyre_object::Exc::BlockingIOError,
                    &[
                        Obj::from_len(libc::EAGAIN as usize),
                        str::new_str("Read returned None."),
                        Obj::from_len(0),
                    ],
                ));
            }
            None => input.extend_from_slice(&vm.buffer(&got)?.to_bytes()),
        }
    }
    let text = coding::decode(vm, b, inside, &input, true)?;
    drop(input);
    let out = match take(b, inside, usize::MAX).filter(|t| str::len(t) > 0) {
        None => text,
        Some(first) => {
            let mut all = StrBuilder::new();
            all.push_obj(&first);
            all.push_obj(&text);
            all.finish()
        }
    };
    forget_decoded(b, inside);
    Ok(out)
}

pub fn readline(vm: &Vm, a: &[Obj]) -> PyResult {
    let limit = match a[1].given() {
        None => None,
        Some(n) => usize::try_from(vm.to_isize(n)?).ok(),
    };
    line(vm, a[0].body(), limit)
}

/// The next line, empty at the end.
fn line(vm: &Vm, b: &TextBody, limit: Option<usize>) -> PyResult {
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    match line_in_chunk(b, &inside, limit) {
        Some(line) => Ok(line),
        None => next_chunk_line(vm, b, &inside, &buffer, limit),
    }
}

/// A line that goes beyond the decoded text.
fn next_chunk_line(
    vm: &Vm,
    b: &TextBody,
    inside: &Inside<'_>,
    buffer: &Obj,
    limit: Option<usize>,
) -> PyResult {
    check_readable(vm, inside)?;
    give_pending(vm, inside, buffer)?;
    let limit = limit.unwrap_or(usize::MAX);
    let newline = inside.with(|s| s.newline);
    let mut all: Option<StrBuilder> = None;
    loop {
        let have = all.as_ref().map_or(0, StrBuilder::len);
        if have >= limit {
            break;
        }
        let decoded = b.decoded.get();
        let used = inside.with(|s| s.used);
        let Some(text) = str::get(&decoded).filter(|t| t.len() > used) else {
            if !read_chunk(vm, b, inside, buffer, 0)? {
                forget_decoded(b, inside);
                break;
            }
            continue;
        };
        let data = text.data();
        // A line end of two characters may have been cut apart.
        let joined = newline == super::Newline::CrLf
            && data.at(used) == u32::from(b'\n')
            && all.as_ref().is_some_and(|s| s.data().at(s.len() - 1) == u32::from(b'\r'));
        let found = if joined { Some(used + 1) } else { newline.line_end(data, used) };
        let end = found.unwrap_or(data.len()).min(used.saturating_add(limit - have));
        let complete = found == Some(end);
        inside.with(|s| s.used = end);
        match &mut all {
            None if complete => return Ok(data.slice(used, end).to_obj()),
            Some(s) => s.push_data(data.slice(used, end)),
            None => {
                let mut s = StrBuilder::with_capacity(2 * (end - used));
                s.push_data(data.slice(used, end));
                all = Some(s);
            }
        }
        if complete {
            break;
        }
    }
    Ok(all.map_or_else(str::empty, |s| s.finish()))
}

/// The usual case: the whole line lies in the decoded text.
#[inline]
fn line_in_chunk(b: &TextBody, inside: &Inside<'_>, limit: Option<usize>) -> Option<Obj> {
    let decoded = b.decoded.get();
    let text = str::get(&decoded)?.data();
    inside.with(|s| {
        let end = s.newline.line_end(text, s.used)?;
        if limit.is_some_and(|n| end - s.used > n) {
            return None;
        }
        let line = text.slice(s.used, end).to_obj();
        s.used = end;
        Some(line)
    })
}

/// `__next__`
pub fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let b: &TextBody = o.body();
    let line = if o.ty().is(super::types::TEXT_IO_WRAPPER.get()) {
        let buffer = b.open_buffer(vm)?;
        let inside = b.state.enter_again(vm)?;
        inside.with(|s| s.telling = false);
        match line_in_chunk(b, &inside, None) {
            Some(line) => return Ok(Some(line)),
            None => next_chunk_line(vm, b, &inside, &buffer, None)?,
        }
    } else {
        b.check_ready(vm)?;
        b.state.enter_again(vm)?.with(|s| s.telling = false);
        let line = call(vm, o, name!("readline"), &[])?;
        if !str::is_str(&line) {
            raise!(vm, OSError, "readline() should have returned a str object, not '{}'", line.type_name());
        }
        line
    };
    if str::len(&line) > 0 {
        return Ok(Some(line));
    }
    b.state.enter_again(vm)?.with(|s| {
        s.telling = s.seekable;
        s.snapshot = None;
    });
    Ok(None)
}
