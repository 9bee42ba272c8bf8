//! The buffer protocol: memory of an object, lent to native code and to `memoryview`.

use crate::bytes;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::vm::Vm;
use smallvec::SmallVec;
use std::borrow::Cow;

/// Memory of an object, lent until it is dropped. The owner stays alive and does not move or resize the memory.
///
/// The memory may be written by other threads and through other views at any time, as with every implementation of
/// Python: bytes read from it may be torn between two writes, but they always exist.
pub struct Buffer {
    /// The object that lends the memory.
    pub owner: Obj,
    /// The first item.
    pub ptr: *mut u8,
    /// Bytes of all items together.
    pub len: usize,
    /// Bytes of an item.
    pub itemsize: usize,
    /// The item's format in the syntax of `struct`.
    pub format: Cow<'static, str>,
    /// Items in each dimension.
    pub shape: SmallVec<[usize; 2]>,
    /// Bytes from item to item in each dimension.
    pub strides: SmallVec<[isize; 2]>,
    /// Whether the memory must not be written.
    pub readonly: bool,
    /// Called with the owner when the buffer is dropped.
    pub release: Option<fn(&Obj)>,
}

// SAFETY: the memory belongs to the owner, which is usable from any thread; see the type's documentation on writes.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(f) = self.release {
            f(&self.owner);
        }
    }
}

impl Buffer {
    /// One dimension of bytes.
    pub fn simple(owner: Obj, ptr: *mut u8, len: usize, readonly: bool, release: Option<fn(&Obj)>) -> Buffer {
        Buffer {
            owner,
            ptr,
            len,
            itemsize: 1,
            format: Cow::Borrowed("B"),
            shape: SmallVec::from_slice(&[len]),
            strides: SmallVec::from_slice(&[1]),
            readonly,
            release,
        }
    }

    /// The memory of `bytes`; `None` for other objects.
    pub fn of_bytes(o: &Obj) -> Option<Buffer> {
        let b = bytes::get(o)?;
        Some(Buffer::simple(o.clone(), b.as_ptr().cast_mut(), b.len(), true, None))
    }

    /// The memory of a `bytearray`, which cannot be resized until the buffer is dropped; `None` for other objects.
    pub fn of_bytearray(o: &Obj) -> Option<Buffer> {
        if !bytes::is_bytearray(o) {
            return None;
        }
        let (ptr, len) = bytes::begin_export(o);
        Some(Buffer::simple(o.clone(), ptr, len, false, Some(bytes::end_export)))
    }

    /// Whether the items lie one behind the other in C order.
    pub fn is_c_contiguous(&self) -> bool {
        if self.len == 0 {
            return true;
        }
        let mut expected = self.itemsize as isize;
        for (n, stride) in self.shape.iter().zip(&self.strides).rev() {
            if *n > 1 && *stride != expected {
                return false;
            }
            expected *= *n as isize;
        }
        true
    }

    /// Whether the items lie one behind the other in Fortran order.
    pub fn is_f_contiguous(&self) -> bool {
        if self.len == 0 {
            return true;
        }
        let mut expected = self.itemsize as isize;
        for (n, stride) in self.shape.iter().zip(&self.strides) {
            if *n > 1 && *stride != expected {
                return false;
            }
            expected *= *n as isize;
        }
        true
    }

    /// The bytes, copied together in C order if they are not contiguous.
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        match self.as_slice() {
            Some(b) => Cow::Borrowed(b),
            None => {
                let mut out = Vec::with_capacity(self.len);
                self.copy_dimension(0, self.ptr, &mut out);
                Cow::Owned(out)
            }
        }
    }

    fn copy_dimension(&self, dim: usize, at: *const u8, out: &mut Vec<u8>) {
        if dim == self.shape.len() {
            // SAFETY: `at` is the address of an item.
            out.extend_from_slice(unsafe { std::slice::from_raw_parts(at, self.itemsize) });
            return;
        }
        for i in 0..self.shape[dim] {
            self.copy_dimension(dim + 1, at.wrapping_offset(i as isize * self.strides[dim]), out);
        }
    }

    /// The bytes, if they lie one behind the other.
    #[inline]
    pub fn as_slice(&self) -> Option<&[u8]> {
        if !self.is_c_contiguous() {
            return None;
        }
        if self.len == 0 {
            return Some(&[]);
        }
        // SAFETY: the owner keeps `len` bytes there while the buffer exists.
        Some(unsafe { std::slice::from_raw_parts(self.ptr, self.len) })
    }

    /// The bytes for writing, if they lie one behind the other and may be written.
    #[inline]
    pub fn as_mut_slice(&mut self) -> Option<&mut [u8]> {
        if self.readonly || !self.is_c_contiguous() {
            return None;
        }
        if self.len == 0 {
            return Some(&mut []);
        }
        // SAFETY: the owner keeps `len` writable bytes there while the buffer exists.
        Some(unsafe { std::slice::from_raw_parts_mut(self.ptr, self.len) })
    }
}

impl Vm {
    /// The memory of an object that supports the buffer protocol.
    ///
    /// # Errors
    /// `TypeError` when it does not; whatever the object raises.
    pub fn buffer(&self, o: &Obj) -> PyResult<Buffer> {
        if let Some(b) = Buffer::of_bytes(o) {
            return Ok(b);
        }
        match o.slots().buffer.get() {
            Some(f) => f(self, o),
            None => Err(self.type_error(format!("a bytes-like object is required, not '{}'", o.type_name()))),
        }
    }

    /// The memory of an object, as one contiguous piece.
    ///
    /// # Errors
    /// As [`Self::buffer`]; `BufferError` when it is not contiguous.
    pub fn contiguous_buffer(&self, o: &Obj) -> PyResult<Buffer> {
        let b = self.buffer(o)?;
        if b.is_c_contiguous() {
            return Ok(b);
        }
        Err(self.error(crate::Exc::BufferError, "memoryview: underlying buffer is not C-contiguous"))
    }

    /// The contiguous memory of an object, for writing.
    ///
    /// # Errors
    /// `TypeError` when there is none or it must not be written.
    pub fn writable_buffer(&self, o: &Obj) -> PyResult<Buffer> {
        let fail = || {
            self.type_error(format!("a read-write bytes-like object is required, not '{}'", o.type_name()))
        };
        if o.slots().buffer.get().is_none() {
            return Err(fail());
        }
        let b = self.contiguous_buffer(o)?;
        if b.readonly { Err(fail()) } else { Ok(b) }
    }

    /// Whether the object supports the buffer protocol.
    pub fn has_buffer(&self, o: &Obj) -> bool {
        bytes::is_bytes(o) || o.slots().buffer.addr() != 0
    }
}
