//! The 16-byte header that begins every heap cell, raw storage included.
//!
//! | offset | field    | written by                                                                      |
//! |-------:|----------|---------------------------------------------------------------------------------|
//! | 0      | `shape`  | the allocating thread when it publishes; the freeing thread (0 = not a live cell); shape changes under the object's lock |
//! | 4      | `lock`   | bits 0 and 1: the byte lock of `pyre-threads`; the others: who counts, see [`crate::count`]; by read-modify-write |
//! | 5      | `flags`  | anyone who holds a reference, by read-modify-write                               |
//! | 6      | `owner`  | the owner while it merges or flips; a foreign merger under the queue lock of an exited owner; the flipper of a merged cell; the collector while the world is stopped |
//! | 8      | `local`  | the owner only, plain; the same exceptions as `owner`                            |
//! | 12     | `shared` | anyone, by compare-and-swap; see [`crate::count`]                                |
//!
//! Mark, logged and remembered bits are *not* here but beside the block ([`crate::block`]): the collector
//! performs no read-modify-write on these words.
//!
//! `init` writes the first eight bytes with one 64-bit store although others read `owner` with a 16-bit load.
//! Rust leaves mixed-size racing accesses unspecified; every supported machine performs an aligned store of
//! eight bytes as one, and a reader that races here is a stale one that only decides to fail or to retry.

use crate::sync::{AtomicI32, AtomicU8, AtomicU16, AtomicU32, Ordering};

/// `owner` of a cell whose counts are merged into `shared`.
pub const OWNER_MERGED: u16 = 0;
/// `owner` of a tracing-managed cell: it keeps no counts at all.
pub const OWNER_TRACED: u16 = 0xFFFF;

/// Flag: the object has a finalizer (PEP 442) that may have to run before it dies.
pub const HAS_FINALIZER: u8 = 1 << 0;
/// Flag: the finalizer has run.
pub const FINALIZED: u8 = 1 << 1;
/// Flag: the object has, or had, weak references.
pub const HAS_WEAKREFS: u8 = 1 << 2;
/// Flag: contention must not make this object tracing-managed.
pub const NEVER_FLIP: u8 = 1 << 3;
/// First of the four flag bits whose meaning belongs to the embedder (`EMBEDDER << 0 ..= EMBEDDER << 3`).
/// On a cell with shape 0 the first one says that the cell waits for a grace period; embedders do not see that.
pub const EMBEDDER: u8 = 1 << 4;

/// On a cell with shape 0: retired, waits for a grace period, on no free list.
#[cfg(not(loom))]
pub(crate) const RETIRED: u8 = EMBEDDER;

/// The header of a cell. Its address is the address of the cell.
#[repr(C, align(16))]
pub struct Header {
    /// Index into the embedder's shape table; 0 says that this is no live cell.
    pub shape: AtomicU32,
    /// The object's lock, in bits 0 and 1; the others are hints of [`crate::count`].
    pub lock: AtomicU8,
    /// See [`HAS_FINALIZER`] and the constants after it.
    pub flags: AtomicU8,
    /// Thread id of the owner, [`OWNER_MERGED`] or [`OWNER_TRACED`].
    pub owner: AtomicU16,
    /// References counted by the owner.
    pub(crate) local: AtomicU32,
    /// References counted by everybody else, shifted left by two, and the state of the protocol.
    pub(crate) shared: AtomicI32,
}

impl Header {
    /// A live header outside the heap, as after [`Header::init`]: for tests and models of the count protocol.
    pub fn detached(shape: u32, me: u16) -> Header {
        Header {
            shape: AtomicU32::new(shape),
            lock: AtomicU8::new(0),
            flags: AtomicU8::new(0),
            owner: AtomicU16::new(me),
            local: AtomicU32::new(1),
            shared: AtomicI32::new(0),
        }
    }

    /// The shape id; 0 if the cell is free, retired, or not yet published.
    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.load(Ordering::Relaxed)
    }

    /// The shape id, ordered before later reads of the body: for readers that hold no reference.
    #[inline(always)]
    pub fn shape_acquire(&self) -> u32 {
        self.shape.load(Ordering::Acquire)
    }

    /// Changes the shape of a live object. The caller holds the object's lock, or is the only one that can see it.
    #[inline(always)]
    pub fn set_shape(&self, shape: u32) {
        debug_assert!(shape != 0);
        self.shape.store(shape, Ordering::Release);
    }

    /// Whether any of these flags is set.
    #[inline(always)]
    pub fn has_flag(&self, flags: u8) -> bool {
        self.flags.load(Ordering::Relaxed) & flags != 0
    }

    /// Sets flags; returns the flags as they were.
    #[inline(always)]
    pub fn set_flag(&self, flags: u8) -> u8 {
        self.flags.fetch_or(flags, Ordering::AcqRel)
    }

    /// Clears flags; returns the flags as they were.
    #[inline(always)]
    pub fn clear_flag(&self, flags: u8) -> u8 {
        self.flags.fetch_and(!flags, Ordering::AcqRel)
    }

    /// Publishes a freshly allocated cell as an object with one reference, held by the caller's thread `me`.
    ///
    /// The body must be filled before: from here on a collection may trace the cell.
    #[inline(always)]
    pub fn init(&self, shape: u32, me: u16) {
        self.init_with_flags(shape, 0, me);
    }

    /// [`Header::init`] with flags.
    #[inline(always)]
    pub fn init_with_flags(&self, shape: u32, flags: u8, me: u16) {
        debug_assert!(shape != 0 && me != OWNER_MERGED && me != OWNER_TRACED);
        self.local.store(1, Ordering::Relaxed);
        // Release: a stale reader whose try-increment reads this life's count must then see that its slot changed.
        self.shared.store(0, Ordering::Release);
        self.store_first_half(shape, flags, me);
    }

    /// Publishes a freshly allocated cell as tracing-managed: it keeps no counts, only a collection frees it.
    #[inline(always)]
    pub fn init_traced(&self, shape: u32, flags: u8) {
        debug_assert!(shape != 0);
        self.local.store(0, Ordering::Relaxed);
        self.shared.store(crate::count::TRACED, Ordering::Release);
        self.store_first_half(shape, flags, OWNER_TRACED);
    }

    /// Makes the header that of a free cell. The dead count is published before anything can reuse the cell.
    #[inline(always)]
    pub(crate) fn set_free(&self, flags: u8) {
        self.shared.store(crate::count::DEAD, Ordering::Release);
        self.local.store(0, Ordering::Relaxed);
        self.store_first_half(0, flags, OWNER_MERGED);
    }

    /// What freeing does to a header, for models: they have no heap.
    #[cfg(loom)]
    pub fn set_free_in_model(&self) {
        self.set_free(0);
    }

    /// Stores shape, an open lock, flags and owner at once.
    #[inline(always)]
    fn store_first_half(&self, shape: u32, flags: u8, owner: u16) {
        #[cfg(not(loom))]
        {
            use crate::sync::AtomicU64;
            let word = (shape as u64) | (flags as u64) << 40 | (owner as u64) << 48;
            // SAFETY: the header is 16-byte aligned and at least 8 bytes long; its first half consists of atomics,
            // so sharing it is allowed. Only the thread that allocates or frees the cell is here; see the module's
            // header about the mixed sizes.
            let half = unsafe { AtomicU64::from_ptr((self as *const Header).cast_mut().cast::<u64>()) };
            half.store(word.to_le(), Ordering::Release);
        }
        #[cfg(loom)]
        {
            self.lock.store(0, Ordering::Relaxed);
            self.flags.store(flags, Ordering::Relaxed);
            self.owner.store(owner, Ordering::Relaxed);
            self.shape.store(shape, Ordering::Release);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::mem::{align_of, offset_of, size_of};

    #[test]
    fn the_layout_is_what_compiled_code_relies_on() {
        assert_eq!(size_of::<Header>(), 16);
        assert_eq!(align_of::<Header>(), 16);
        assert_eq!(offset_of!(Header, shape), 0);
        assert_eq!(offset_of!(Header, lock), 4);
        assert_eq!(offset_of!(Header, flags), 5);
        assert_eq!(offset_of!(Header, owner), 6);
        assert_eq!(offset_of!(Header, local), 8);
        assert_eq!(offset_of!(Header, shared), 12);
    }

    #[test]
    fn one_store_writes_the_whole_first_half() {
        let header = Header::detached(1, 1);
        header.lock.store(9, Ordering::Relaxed);
        header.init_with_flags(0x1234_5678, HAS_WEAKREFS, 0x4321);
        assert_eq!(header.shape(), 0x1234_5678);
        assert_eq!(header.lock.load(Ordering::Relaxed), 0);
        assert_eq!(header.flags.load(Ordering::Relaxed), HAS_WEAKREFS);
        assert_eq!(header.owner.load(Ordering::Relaxed), 0x4321);
    }
}
