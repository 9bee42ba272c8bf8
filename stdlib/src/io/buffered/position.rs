//! Moving, flushing, closing, detaching.

use super::super::fileio;
use super::super::support::{call, offset, unsupported};
use super::{BufferedBody, DETACHED, Inside, RawStream, State, is_raw_closed, open_raw, write};
use crate::name;
use pyre_object::{Obj, PyResult, Raised, Vm, exception_support, int, raise};
use pyre_threads::sync::Ordering;

/// Forgets what was read ahead and moves the raw stream back to where the reader stands.
pub fn rewind(vm: &Vm, raw: &RawStream<'_>, inside: &Inside<'_>) -> PyResult<()> {
    let unread = inside.with(|s| s.unread());
    if unread > 0 {
        let at = raw.seek(vm, -(unread as i64), 1)?;
        inside.with(|s| s.raw_position = Some(at));
    }
    inside.with(State::discard_ahead);
    Ok(())
}

/// As [`rewind`], where the raw stream can seek.
fn rewind_if_possible(vm: &Vm, raw: &RawStream<'_>, inside: &Inside<'_>) -> PyResult<()> {
    if inside.with(|s| s.unread()) > 0 && raw.is_seekable(vm)? { rewind(vm, raw, inside) } else { Ok(()) }
}

pub fn flush(vm: &Vm, a: &[Obj]) -> PyResult {
    let stream = open_raw(vm, &a[0], "flush of closed file")?;
    let raw = RawStream::new(&stream);
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    write::flush_pending(vm, &raw, &inside)?;
    rewind_if_possible(vm, &raw, &inside)?;
    Ok(Obj::NONE)
}

/// `BufferedReader.flush`: the raw stream's.
pub fn flush_reader(vm: &Vm, a: &[Obj]) -> PyResult {
    let stream = open_raw(vm, &a[0], "flush of closed file")?;
    call(vm, &stream, name!("flush"), &[])
}

pub fn tell(vm: &Vm, a: &[Obj]) -> PyResult {
    let stream = a[0].body::<BufferedBody>().raw(vm)?;
    let raw = RawStream::new(&stream);
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    let at = raw.tell(vm)?;
    Ok(int::new_int(inside.with(|s| {
        s.raw_position = Some(at);
        // A raw stream that was moved behind our back must not give negative positions.
        (at - s.unread() as i64 + s.pending.len() as i64).max(0)
    })))
}

pub fn seek(vm: &Vm, a: &[Obj]) -> PyResult {
    let whence = a[2].given().map_or(Ok(0), |w| vm.to_i32(w))?;
    let known = [libc::SEEK_SET, libc::SEEK_CUR, libc::SEEK_END, libc::SEEK_HOLE, libc::SEEK_DATA];
    if !known.contains(&whence) {
        raise!(vm, ValueError, "whence value {whence} unsupported");
    }
    let stream = open_raw(vm, &a[0], "seek of closed file")?;
    let raw = RawStream::new(&stream);
    if !raw.is_seekable(vm)? {
        return Err(unsupported(vm, "File or stream is not seekable."));
    }
    let to = offset(vm, &a[1])?;
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    if matches!(whence, libc::SEEK_SET | libc::SEEK_CUR) && inside.with(|s| s.unread() > 0 || s.at > 0) {
        // Within the buffer nothing needs to move but the reader.
        let end = match inside.with(|s| s.raw_position) {
            Some(p) => p,
            None => raw.tell(vm)?,
        };
        let there = inside.with(|s| {
            s.raw_position = Some(end);
            let here = end - s.unread() as i64;
            let target = if whence == libc::SEEK_SET { to } else { here + to };
            let start = end - s.ahead.len() as i64;
            if target >= start && target <= end {
                s.at = (target - start) as usize;
                return Some(target);
            }
            None
        });
        if let Some(at) = there {
            return Ok(int::new_int(at));
        }
    }
    write::flush_pending(vm, &raw, &inside)?;
    let to = if whence == libc::SEEK_CUR { to - inside.with(|s| s.unread()) as i64 } else { to };
    let at = raw.seek(vm, to, whence)?;
    inside.with(|s| {
        s.raw_position = Some(at);
        s.discard_ahead();
    });
    Ok(int::new_int(at))
}

pub fn truncate(vm: &Vm, a: &[Obj]) -> PyResult {
    let stream = open_raw(vm, &a[0], "truncate of closed file")?;
    let writable = call(vm, &stream, name!("writable"), &[])?;
    if !vm.truth(&writable)? || a[0].ty().is(super::types::BUFFERED_READER.get()) {
        return Err(unsupported(vm, "truncate"));
    }
    let raw = RawStream::new(&stream);
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    write::flush_pending(vm, &raw, &inside)?;
    let size = match a[1].not_none() {
        Some(n) => n.clone(),
        None => int::new_int(raw.tell(vm)? - inside.with(|s| s.unread()) as i64),
    };
    let r = call(vm, &stream, name!("truncate"), &[size])?;
    inside.with(|s| s.raw_position = None);
    Ok(r)
}

pub fn detach(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &BufferedBody = a[0].body();
    b.raw(vm)?;
    call(vm, &a[0], name!("flush"), &[])?;
    let raw = b.raw.take();
    b.status.store(DETACHED, Ordering::Release);
    Ok(raw)
}

pub fn close(vm: &Vm, a: &[Obj]) -> PyResult {
    let o = &a[0];
    let b: &BufferedBody = o.body();
    let raw = b.raw(vm)?;
    if is_raw_closed(vm, &raw)? {
        return Ok(Obj::NONE);
    }
    if fileio::is_finalizing(o) {
        let _ = call(vm, &raw, name!("_dealloc_warn"), std::slice::from_ref(o));
    }
    let flushed = call(vm, o, name!("flush"), &[]);
    let closed = call(vm, &raw, name!("close"), &[]);
    if let Ok(inside) = b.state.enter(vm, o) {
        inside.with(|s| {
            s.discard_ahead();
            s.pending = Vec::new();
            s.ahead = Vec::new();
        });
    }
    both(flushed, closed)
}

/// The second result; if both failed, the second exception with the first as its context.
pub fn both(first: PyResult, second: PyResult) -> PyResult {
    match (first, second) {
        (Err(a), Err(b)) => {
            if !a.0.is(&b.0) {
                exception_support::chain_context(&b.0, a.0);
            }
            Err(Raised(b.0))
        }
        (Err(a), Ok(_)) => Err(a),
        (Ok(_), r) => r,
    }
}
