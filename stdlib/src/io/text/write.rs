//! Writing text.

use super::super::support::{call, unsupported};
use super::super::{buffered, newline};
use super::{Inside, TextBody, coding, forget_decoded};
use crate::name;
use pyre_object::{Obj, PyResult, Vm, bytes, raise, str};
use pyre_types::arguments::argument_type;

pub fn write(vm: &Vm, a: &[Obj]) -> PyResult {
    let text = &a[1];
    let Some(s) = str::get(text) else {
        raise!(vm, TypeError, "write() argument must be str, not {}", argument_type(text))
    };
    let b: &TextBody = a[0].body();
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    let (can_write, line_end, line_buffering, write_through) =
        inside.with(|s| (s.can_write, s.write_newline, s.line_buffering, s.write_through));
    if !can_write {
        return Err(unsupported(vm, "not writable"));
    }
    let has = |c| newline::find(s.data(), 0, c).is_some();
    let flush = line_buffering && (has(b'\n') || has(b'\r'));
    match line_end {
        Some(e) if has(b'\n') => coding::encode(vm, b, &inside, &coding::with_line_ends(text, e))?,
        _ => coding::encode(vm, b, &inside, text)?,
    }
    if write_through || flush || inside.with(|s| s.pending.len() >= s.chunk_size) {
        give_pending(vm, &inside, &buffer)?;
    }
    if flush {
        call(vm, &buffer, name!("flush"), &[])?;
    }
    if inside.with(|s| s.can_read) {
        forget_decoded(b, &inside);
        coding::reset(vm, b, &inside)?;
    }
    Ok(Obj::from_len(s.len()))
}

/// Gives the encoded text to the binary stream.
pub fn give_pending(vm: &Vm, inside: &Inside<'_>, buffer: &Obj) -> PyResult<()> {
    let mut pending = inside.with(|s| std::mem::take(&mut s.pending));
    if pending.is_empty() {
        inside.with(|s| s.pending = pending);
        return Ok(());
    }
    let r = if buffered::is_plain_writer(buffer) {
        buffered::write_bytes(vm, buffer, &pending).map(drop)
    } else {
        call(vm, buffer, name!("write"), &[bytes::new_bytes(&pending)]).map(drop)
    };
    pending.clear();
    inside.with(|s| {
        if s.pending.is_empty() {
            s.pending = pending;
        }
    });
    r
}

/// Gives everything to the binary stream and flushes that.
pub fn flush_all(vm: &Vm, _b: &TextBody, inside: &Inside<'_>, buffer: &Obj) -> PyResult<()> {
    inside.with(|s| s.telling = s.seekable);
    give_pending(vm, inside, buffer)?;
    call(vm, buffer, name!("flush"), &[]).map(drop)
}

pub fn flush(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &TextBody = a[0].body();
    let buffer = b.open_buffer(vm)?;
    let inside = b.state.enter_again(vm)?;
    flush_all(vm, b, &inside, &buffer)?;
    Ok(Obj::NONE)
}
