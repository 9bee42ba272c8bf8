//! The raw stream below a buffer: called natively if it is exactly a `FileIO`, by its methods otherwise.

use super::super::fileio;
use super::super::support::call;
use crate::name;
use pyre_object::{Obj, PyResult, Vm, bytes, int, raise};

/// A raw stream.
pub struct RawStream<'a> {
    stream: &'a Obj,
    plain: bool,
}

impl RawStream<'_> {
    /// Finds out how to call it.
    #[inline]
    pub fn new(stream: &Obj) -> RawStream<'_> {
        RawStream { stream, plain: fileio::is_plain(stream) }
    }

    /// Reads into memory; `None` if it would block.
    ///
    /// # Errors
    /// Whatever the stream raises.
    pub fn read_into(&self, vm: &Vm, to: &mut [u8]) -> PyResult<Option<usize>> {
        if self.plain {
            return fileio::read_into(vm, self.stream, to);
        }
        let room = to.len();
        let memory = bytes::new_bytearray(&vec![0; room]);
        let got = call(vm, self.stream, name!("readinto"), std::slice::from_ref(&memory))?;
        if got.is_none() {
            return Ok(None);
        }
        let n = vm.to_isize(&got)?;
        if n < 0 || n as usize > room {
            raise!(
                vm,
                OSError,
                "raw readinto() returned invalid length {n} (should have been between 0 and {room})"
            );
        }
        let n = n as usize;
        bytes::with_bytearray(&memory, |b| match b.get(..n) {
            Some(b) => to[..n].copy_from_slice(b),
            None => to[..b.len()].copy_from_slice(b),
        });
        Ok(Some(n))
    }

    /// Appends everything up to the end; false if there was nothing and it would block.
    ///
    /// # Errors
    /// Whatever the stream raises.
    pub fn read_all(&self, vm: &Vm, all: &mut Vec<u8>) -> PyResult<bool> {
        if self.plain {
            return fileio::read_all(vm, self.stream, all);
        }
        let before = all.len();
        if let Some(f) = vm.getattr_opt(self.stream, name!("readall"))? {
            let got = vm.call0(&f)?;
            if got.is_none() {
                return Ok(false);
            }
            let Some(b) = bytes::get(&got) else { raise!(vm, TypeError, "readall() should return bytes") };
            all.extend_from_slice(b);
            return Ok(true);
        }
        loop {
            let got = call(vm, self.stream, name!("read"), &[])?;
            if got.is_none() {
                return Ok(all.len() > before);
            }
            let Some(b) = bytes::get(&got) else { raise!(vm, TypeError, "read() should return bytes") };
            if b.is_empty() {
                return Ok(true);
            }
            all.extend_from_slice(b);
        }
    }

    /// Writes from memory; `None` if it would block.
    ///
    /// # Errors
    /// Whatever the stream raises.
    pub fn write(&self, vm: &Vm, from: &[u8]) -> PyResult<Option<usize>> {
        if self.plain {
            return fileio::write(vm, self.stream, from);
        }
        let r = call(vm, self.stream, name!("write"), &[bytes::new_bytes(from)])?;
        if r.is_none() {
            return Ok(None);
        }
        let n = vm.to_isize(&r)?;
        if n < 0 || n as usize > from.len() {
            raise!(
                vm,
                OSError,
                "raw write() returned invalid length {n} (should have been between 0 and {})",
                from.len()
            );
        }
        Ok(Some(n as usize))
    }

    /// Moves it; returns the position.
    ///
    /// # Errors
    /// Whatever the stream raises.
    pub fn seek(&self, vm: &Vm, to: i64, whence: i32) -> PyResult<i64> {
        if self.plain {
            return fileio::seek(vm, self.stream, to, whence);
        }
        let r = call(vm, self.stream, name!("seek"), &[int::new_int(to), int::new_int(i64::from(whence))])?;
        position(vm, &r)
    }

    /// Its position.
    ///
    /// # Errors
    /// Whatever the stream raises.
    pub fn tell(&self, vm: &Vm) -> PyResult<i64> {
        if self.plain {
            return fileio::seek(vm, self.stream, 0, libc::SEEK_CUR);
        }
        let r = call(vm, self.stream, name!("tell"), &[])?;
        position(vm, &r)
    }

    /// Whether it can seek.
    ///
    /// # Errors
    /// Whatever the stream raises.
    pub fn is_seekable(&self, vm: &Vm) -> PyResult<bool> {
        if self.plain {
            return fileio::is_seekable(vm, self.stream);
        }
        let r = call(vm, self.stream, name!("seekable"), &[])?;
        vm.truth(&r)
    }
}

fn position(vm: &Vm, r: &Obj) -> PyResult<i64> {
    let n = vm.to_isize(r)? as i64;
    if n < 0 {
        raise!(vm, OSError, "Raw stream returned invalid position {n}");
    }
    Ok(n)
}
