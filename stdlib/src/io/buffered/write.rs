//! Writing through the buffer.

use super::super::support::would_block;
use super::{BufferedBody, Inside, RawStream, open_raw};
use pyre_object::{Obj, PyResult, Vm};

/// Gives the bytes that wait to the raw stream.
///
/// # Errors
/// `BlockingIOError` if it does not take them all; what it raises. What it did not take still waits.
pub fn flush_pending(vm: &Vm, raw: &RawStream<'_>, inside: &Inside<'_>) -> PyResult<()> {
    let pending = inside.with(|s| std::mem::take(&mut s.pending));
    if pending.is_empty() {
        inside.with(|s| s.pending = pending);
        return Ok(());
    }
    let (written, r) = write_fully(vm, raw, inside, &pending);
    inside.with(|s| {
        // Nobody can have added anything: the section was held.
        s.pending = pending;
        s.pending.drain(..written);
    });
    match r {
        Ok(true) => Ok(()),
        Ok(false) => Err(would_block(vm, 0)),
        Err(e) => Err(e),
    }
}

/// Writes until all is written; how much was, and whether that is all (false: it would block).
fn write_fully(vm: &Vm, raw: &RawStream<'_>, inside: &Inside<'_>, data: &[u8]) -> (usize, PyResult<bool>) {
    let mut written = 0;
    while written < data.len() {
        match raw.write(vm, &data[written..]) {
            Ok(Some(n)) => {
                written += n;
                inside.with(|s| s.moved(n));
            }
            Ok(None) => return (written, Ok(false)),
            Err(e) => return (written, Err(e)),
        }
    }
    (written, Ok(true))
}

pub fn write(vm: &Vm, a: &[Obj]) -> PyResult {
    let memory = vm.contiguous_buffer(&a[1])?;
    let n = write_bytes(vm, &a[0], &memory.to_bytes())?;
    Ok(Obj::from_len(n))
}

/// Writes from native memory.
///
/// # Errors
/// `ValueError` when closed, `BlockingIOError`, what the raw stream raises.
pub fn write_bytes(vm: &Vm, o: &Obj, data: &[u8]) -> PyResult<usize> {
    let stream = open_raw(vm, o, "write to closed file")?;
    let raw = RawStream::new(&stream);
    let inside = o.body::<BufferedBody>().state.enter(vm, o)?;
    super::position::rewind(vm, &raw, &inside)?;
    let fits = inside.with(|s| {
        let fits = s.pending.len() + data.len() <= s.size;
        if fits {
            s.pending.extend_from_slice(data);
        }
        fits
    });
    if fits {
        return Ok(data.len());
    }
    if let Err(e) = flush_pending(vm, &raw, &inside) {
        if !super::super::support::is_blocking_error(vm, &e) {
            return Err(e);
        }
        // Keep as much as there is room for.
        let kept = inside.with(|s| {
            let n = s.size.saturating_sub(s.pending.len()).min(data.len());
            s.pending.extend_from_slice(&data[..n]);
            n
        });
        return if kept == data.len() { Ok(kept) } else { Err(would_block(vm, kept)) };
    }
    let size = inside.with(|s| s.size);
    let mut rest = data;
    while rest.len() >= size {
        match raw.write(vm, rest)? {
            Some(n) => {
                inside.with(|s| s.moved(n));
                rest = &rest[n..];
            }
            None => {
                let n = size.min(rest.len());
                inside.with(|s| s.pending.extend_from_slice(&rest[..n]));
                let done = data.len() - rest.len() + n;
                return if n == rest.len() { Ok(data.len()) } else { Err(would_block(vm, done)) };
            }
        }
        vm.poll()?;
    }
    inside.with(|s| s.pending.extend_from_slice(rest));
    Ok(data.len())
}
