//! Reading through the buffer.

use super::super::support::{call, optional_size};
use super::{BufferedBody, Inside, RawStream, is_plain_reader, open_raw, write};
use crate::name;
use pyre_object::{Obj, PyResult, Vm, bytes, raise};

const READ_OF_CLOSED: &str = "read of closed file";
/// The most that memory is reserved ahead of what a stream has.
const RESERVE: usize = 1 << 24;

/// Fills the empty buffer with one read; `None` if it would block, 0 at the end.
fn fill(vm: &Vm, raw: &RawStream<'_>, inside: &Inside<'_>) -> PyResult<Option<usize>> {
    write::flush_pending(vm, raw, inside)?;
    let (mut memory, size) = inside.with(|s| (std::mem::take(&mut s.ahead), s.size));
    memory.resize(size, 0);
    let r = raw.read_into(vm, &mut memory);
    let n = r.as_ref().ok().copied().flatten().unwrap_or(0);
    memory.truncate(n);
    inside.with(|s| {
        s.ahead = memory;
        s.at = 0;
        s.moved(n);
    });
    r
}

/// Appends up to `n` bytes that were read ahead.
fn take(inside: &Inside<'_>, n: usize, out: &mut Vec<u8>) -> usize {
    inside.with(|s| {
        let n = n.min(s.unread());
        out.extend_from_slice(&s.ahead[s.at..s.at + n]);
        s.at += n;
        n
    })
}

pub fn read(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = match a[1].not_none() {
        Some(_) => {
            let n = optional_size(vm, &a[1])?;
            if n.is_none() && vm.to_isize(&a[1])? < -1 {
                return Err(vm.value_error("read length must be non-negative or -1"));
            }
            n
        }
        None => None,
    };
    let stream = open_raw(vm, &a[0], READ_OF_CLOSED)?;
    let raw = RawStream::new(&stream);
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    let Some(n) = n else {
        let mut all = Vec::new();
        return Ok(if read_rest(vm, &raw, &inside, &mut all)? { bytes::new_bytes(&all) } else { Obj::NONE });
    };
    // What is there already needs no copy in between.
    let quick = inside.with(|s| {
        if n > s.unread() {
            return None;
        }
        let at = s.at;
        s.at += n;
        Some(bytes::new_bytes(&s.ahead[at..at + n]))
    });
    if let Some(b) = quick {
        return Ok(b);
    }
    let mut out = Vec::with_capacity(n.min(RESERVE));
    let blocked = read_up_to(vm, &raw, &inside, n, &mut out)?;
    Ok(if blocked && out.is_empty() { Obj::NONE } else { bytes::new_bytes(&out) })
}

/// Reads until there are `n` bytes, the end comes or the stream would block; returns whether it would.
fn read_up_to(
    vm: &Vm,
    raw: &RawStream<'_>,
    inside: &Inside<'_>,
    n: usize,
    out: &mut Vec<u8>,
) -> PyResult<bool> {
    take(inside, n, out);
    let size = inside.with(|s| s.size);
    while out.len() < n {
        let missing = n - out.len();
        if missing < size {
            match fill(vm, raw, inside)? {
                None => return Ok(true),
                Some(0) => return Ok(false),
                Some(_) => drop(take(inside, missing, out)),
            }
            continue;
        }
        // Whole buffers go to their place at once.
        write::flush_pending(vm, raw, inside)?;
        inside.with(super::State::discard_ahead);
        let step = (missing - missing % size).min(RESERVE);
        let at = out.len();
        if out.try_reserve(step).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(at + step, 0);
        let r = raw.read_into(vm, &mut out[at..]);
        let got = r.as_ref().ok().copied().flatten().unwrap_or(0);
        out.truncate(at + got);
        inside.with(|s| s.moved(got));
        match r? {
            None => return Ok(true),
            Some(0) => return Ok(false),
            Some(_) => {}
        }
    }
    Ok(false)
}

/// Appends everything up to the end; false if there was nothing and it would block.
fn read_rest(vm: &Vm, raw: &RawStream<'_>, inside: &Inside<'_>, all: &mut Vec<u8>) -> PyResult<bool> {
    let before = all.len();
    take(inside, usize::MAX, all);
    let had = all.len() - before;
    write::flush_pending(vm, raw, inside)?;
    inside.with(|s| {
        s.discard_ahead();
        s.raw_position = None;
    });
    Ok(raw.read_all(vm, all)? || had > 0)
}

/// As `read()` of an exact reader, into native memory; false if there was nothing and it would block.
///
/// # Errors
/// Whatever the raw stream raises.
pub fn read_all_into(vm: &Vm, o: &Obj, all: &mut Vec<u8>) -> PyResult<bool> {
    let stream = open_raw(vm, o, READ_OF_CLOSED)?;
    let inside = o.body::<BufferedBody>().state.enter(vm, o)?;
    read_rest(vm, &RawStream::new(&stream), &inside, all)
}

/// As `read1(n)` of an exact reader, appending to native memory: what one read gives, at most about `n` bytes.
///
/// # Errors
/// Whatever the raw stream raises.
pub fn read_chunk(vm: &Vm, o: &Obj, n: usize, out: &mut Vec<u8>) -> PyResult<usize> {
    let stream = open_raw(vm, o, READ_OF_CLOSED)?;
    let inside = o.body::<BufferedBody>().state.enter(vm, o)?;
    let had = take(&inside, n, out);
    if had > 0 {
        return Ok(had);
    }
    read_once(vm, &RawStream::new(&stream), &inside, n, out)
}

/// One read past the empty buffer.
fn read_once(
    vm: &Vm,
    raw: &RawStream<'_>,
    inside: &Inside<'_>,
    n: usize,
    out: &mut Vec<u8>,
) -> PyResult<usize> {
    write::flush_pending(vm, raw, inside)?;
    inside.with(super::State::discard_ahead);
    let at = out.len();
    if out.try_reserve(n).is_err() {
        return Err(vm.memory_error());
    }
    out.resize(at + n, 0);
    let r = raw.read_into(vm, &mut out[at..]);
    let got = r.as_ref().ok().copied().flatten().unwrap_or(0);
    out.truncate(at + got);
    inside.with(|s| s.moved(got));
    r.map(|_| got)
}

pub fn read1(vm: &Vm, a: &[Obj]) -> PyResult {
    let n = a[1].given().map_or(Ok(-1), |n| vm.to_isize(n))?;
    let stream = open_raw(vm, &a[0], READ_OF_CLOSED)?;
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    let n = usize::try_from(n).unwrap_or_else(|_| inside.with(|s| s.size));
    if n == 0 {
        return Ok(bytes::empty());
    }
    let mut out = Vec::new();
    if take(&inside, n, &mut out) == 0 {
        if n > bytes::MAX_LEN {
            return Err(vm.memory_error());
        }
        read_once(vm, &RawStream::new(&stream), &inside, n, &mut out)?;
    }
    Ok(bytes::new_bytes(&out))
}

pub fn peek(vm: &Vm, a: &[Obj]) -> PyResult {
    if let Some(n) = a[1].given() {
        vm.to_isize(n)?;
    }
    let stream = open_raw(vm, &a[0], "peek of closed file")?;
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    let raw = RawStream::new(&stream);
    write::flush_pending(vm, &raw, &inside)?;
    if inside.with(|s| s.unread()) == 0 {
        fill(vm, &raw, &inside)?;
    }
    Ok(inside.with(|s| bytes::new_bytes(&s.ahead[s.at..])))
}

pub fn readinto(vm: &Vm, a: &[Obj], once: bool) -> PyResult {
    let mut memory = vm.writable_buffer(&a[1])?;
    let to = memory.as_mut_slice().ok_or_else(|| vm.type_error("a writable buffer is required"))?;
    let stream = open_raw(vm, &a[0], "readinto of closed file")?;
    let raw = RawStream::new(&stream);
    let inside = a[0].body::<BufferedBody>().state.enter(vm, &a[0])?;
    let give = |to: &mut [u8]| {
        inside.with(|s| {
            let n = to.len().min(s.unread());
            to[..n].copy_from_slice(&s.ahead[s.at..s.at + n]);
            s.at += n;
            n
        })
    };
    let mut n = give(to);
    let size = inside.with(|s| s.size);
    while n < to.len() && !(once && n > 0) {
        let got = if to.len() - n > size {
            write::flush_pending(vm, &raw, &inside)?;
            inside.with(super::State::discard_ahead);
            let got = raw.read_into(vm, &mut to[n..])?;
            inside.with(|s| s.moved(got.unwrap_or(0)));
            got
        } else {
            fill(vm, &raw, &inside)?.map(|got| if got == 0 { 0 } else { give(&mut to[n..]) })
        };
        match got {
            None if n == 0 => return Ok(Obj::NONE),
            None | Some(0) => break,
            Some(got) => n += got,
        }
    }
    Ok(Obj::from_len(n))
}

pub fn readline(vm: &Vm, a: &[Obj]) -> PyResult {
    line(vm, &a[0], optional_size(vm, &a[1])?)
}

fn line(vm: &Vm, o: &Obj, limit: Option<usize>) -> PyResult {
    let stream = open_raw(vm, o, "readline of closed file")?;
    let inside = o.body::<BufferedBody>().state.enter(vm, o)?;
    let limit = limit.unwrap_or(usize::MAX);
    // The usual case: the line lies in the buffer.
    let quick = inside.with(|s| {
        let rest = &s.ahead[s.at..];
        let n = match memchr::memchr(b'\n', rest) {
            Some(i) => (i + 1).min(limit),
            None if rest.len() >= limit => limit,
            None => return None,
        };
        let line = bytes::new_bytes(&rest[..n]);
        s.at += n;
        Some(line)
    });
    if let Some(line) = quick {
        return Ok(line);
    }
    let raw = RawStream::new(&stream);
    let mut out = Vec::new();
    take(&inside, limit, &mut out);
    while out.len() < limit {
        if matches!(fill(vm, &raw, &inside)?, None | Some(0)) {
            break;
        }
        let n = inside.with(|s| memchr::memchr(b'\n', &s.ahead[s.at..]).map_or(s.unread(), |i| i + 1));
        take(&inside, n.min(limit - out.len()), &mut out);
        if out.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(bytes::new_bytes(&out))
}

/// `__next__`
pub fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    let line = if is_plain_reader(o) { line(vm, o, None)? } else { call(vm, o, name!("readline"), &[])? };
    match bytes::get(&line) {
        Some([]) => Ok(None),
        Some(_) => Ok(Some(line)),
        None => {
            raise!(vm, OSError, "readline() should have returned a bytes object, not '{}'", line.type_name())
        }
    }
}
