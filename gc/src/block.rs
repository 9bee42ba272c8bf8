//! Chunks, blocks and their side metadata; from any address to the cell that holds it.
//!
//! A chunk is 4 MiB, aligned, and begins with the metadata of its 128 blocks, so that metadata is found by arithmetic. A block is
//! 32 KiB and holds cells of one class, or belongs to a large object: a span of blocks, or a whole run of chunks.
//! A two-level table says which addresses are chunks.
//!
//! Memory is type-stable: a block changes its class, and a chunk returns to the system, only while the world is stopped, which
//! every reader of unvalidated pointers has passed.

use crate::class::{BLOCK_BYTES, MIN_CELL};
use crate::header::Header;
use crate::heap::LocalHeap;
use crate::sync::{AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::ptr::NonNull;

/// Bytes in a chunk, and its alignment.
pub const CHUNK_BYTES: usize = 4 << 20;
/// Blocks in a chunk, those that hold the metadata included.
pub(crate) const CHUNK_BLOCKS: usize = CHUNK_BYTES / BLOCK_BYTES;
/// Blocks at a chunk's start that hold the metadata.
pub(crate) const META_BLOCKS: usize = CHUNK_BLOCKS * META_BYTES / BLOCK_BYTES;
const META_BYTES: usize = 1024;
/// Side bits are per 16 bytes of a block.
const GRANULE: usize = 16;
const BITMAP_WORDS: usize = BLOCK_BYTES / GRANULE / 64;
/// The most cells a block holds.
pub(crate) const MAX_CELLS: usize = BLOCK_BYTES / MIN_CELL;

/// What a block is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Nothing; its side bits are clear.
    Free = 0,
    /// Metadata.
    Meta = 1,
    /// Cells of one class.
    Small = 2,
    /// The first block of a large object.
    Large = 3,
    /// A later block of a large object; `span` is the distance to the first, in blocks.
    LargeTail = 4,
    /// Cells of one class that hold blocks of native memory.
    Native = 5,
}

impl Kind {
    fn from_u8(kind: u8) -> Kind {
        match kind {
            1 => Kind::Meta,
            2 => Kind::Small,
            3 => Kind::Large,
            4 => Kind::LargeTail,
            5 => Kind::Native,
            _ => Kind::Free,
        }
    }
}

/// One bit for each granule of a block.
pub(crate) struct SideBits([AtomicU64; BITMAP_WORDS]);

impl SideBits {
    #[inline(always)]
    fn split(cell: usize) -> (usize, u64) {
        let granule = (cell & (BLOCK_BYTES - 1)) / GRANULE;
        (granule / 64, 1 << (granule % 64))
    }

    /// The bit of the cell at this address.
    #[inline(always)]
    pub(crate) fn get(&self, cell: usize) -> bool {
        let (word, bit) = Self::split(cell);
        self.0[word].load(Ordering::Relaxed) & bit != 0
    }

    /// Sets the bit of the cell at this address, by the only thread that changes these bits; says whether it was clear.
    #[inline(always)]
    pub(crate) fn set_exclusive(&self, cell: usize) -> bool {
        let (word, bit) = Self::split(cell);
        let old = self.0[word].load(Ordering::Relaxed);
        self.0[word].store(old | bit, Ordering::Relaxed);
        old & bit == 0
    }

    /// Clears all bits.
    pub(crate) fn clear_all(&self) {
        self.0.iter().for_each(|word| word.store(0, Ordering::Relaxed));
    }

    /// The positions in the block, in bytes, of the bits that are set.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = word.load(Ordering::Relaxed);
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some((at * 64 + bit) * GRANULE)
            })
        })
    }
}

/// The metadata of a block. All fields are atomics because `free` and the resolver look at blocks of other threads.
///
/// | field        | written by                                                     |
/// |--------------|----------------------------------------------------------------|
/// | `owner`      | the heap that takes or adopts the block, under the pool's lock  |
/// | `kind`, `class`, `cell_bytes`, `magic`, `span`, `bytes` | whoever takes the block, before `kind` is published |
/// | `carved`     | the owner                                                      |
/// | `mark`, `edges` | the collector                                               |
/// | `logged`, `remembered` | reserved for the concurrent plan                     |
#[repr(C, align(1024))]
pub(crate) struct BlockMeta {
    /// The heap whose thread frees into its own lists; null makes every free take the slow path.
    pub(crate) owner: AtomicPtr<LocalHeap>,
    /// The heap that gets the cells that others free.
    pub(crate) home: AtomicPtr<LocalHeap>,
    kind: AtomicU8,
    pub(crate) class: AtomicU8,
    /// 0, or 1 while the sweep empties the block to give it back.
    releasing: AtomicU8,
    /// Cells on free lists, counted for that.
    listed: AtomicU16,
    pub(crate) cell_bytes: AtomicU32,
    /// `ceil(2^32 / cell_bytes)`: division by multiplication, exact below 32 KiB.
    pub(crate) magic: AtomicU32,
    /// Cells that have been on a free list so far; those after them were never touched.
    pub(crate) carved: AtomicU16,
    /// Large: blocks in the span. Tail: distance to the first block.
    pub(crate) span: AtomicU32,
    /// Large: bytes of the cell.
    pub(crate) bytes: AtomicUsize,
    /// The next block of the same class in the same heap.
    pub(crate) next: AtomicPtr<BlockMeta>,
    /// Edges found to each cell, by cell index, during a collection.
    pub(crate) edges: AtomicPtr<u32>,
    pub(crate) mark: SideBits,
    pub(crate) logged: SideBits,
    pub(crate) remembered: SideBits,
}

const _: () = assert!(size_of::<BlockMeta>() == META_BYTES);

impl BlockMeta {
    /// The metadata of the block that holds the start of this cell.
    ///
    /// # Safety
    /// `cell` is the address of a cell, live or free, of this heap.
    #[inline(always)]
    pub(crate) unsafe fn of(cell: NonNull<Header>) -> &'static BlockMeta {
        let address = cell.as_ptr() as usize;
        let chunk = address & !(CHUNK_BYTES - 1);
        let index = (address & (CHUNK_BYTES - 1)) / BLOCK_BYTES;
        // SAFETY: cells lie in chunks, which begin with the metadata of their blocks and are not unmapped while
        // somebody may hold a cell of them. Metadata consists of atomics, so sharing it is sound.
        unsafe { &*std::ptr::with_exposed_provenance::<BlockMeta>(chunk + index * META_BYTES) }
    }

    pub(crate) fn kind(&self) -> Kind {
        Kind::from_u8(self.kind.load(Ordering::Acquire))
    }

    /// Publishes what the block is used for; the other fields are set before.
    pub(crate) fn set_kind(&self, kind: Kind) {
        self.kind.store(kind as u8, Ordering::Release);
    }

    /// The address of the block's first byte.
    pub(crate) fn start(&self) -> usize {
        let address = std::ptr::from_ref(self).expose_provenance();
        let chunk = address & !(CHUNK_BYTES - 1);
        chunk + (address - chunk) / META_BYTES * BLOCK_BYTES
    }

    /// Cells that fit.
    pub(crate) fn capacity(&self) -> usize {
        BLOCK_BYTES / self.cell_bytes.load(Ordering::Relaxed) as usize
    }

    /// The index of the cell that holds this byte of the block.
    #[inline(always)]
    pub(crate) fn cell_index(&self, offset: usize) -> usize {
        ((offset as u64 * u64::from(self.magic.load(Ordering::Relaxed))) >> 32) as usize
    }

    /// The cell with this index, of those carved.
    #[inline(always)]
    pub(crate) fn cell(&self, index: usize) -> NonNull<Header> {
        let address = self.start() + index * self.cell_bytes.load(Ordering::Relaxed) as usize;
        // SAFETY: no block starts at address 0.
        unsafe { NonNull::new_unchecked(std::ptr::with_exposed_provenance_mut(address)) }
    }

    /// The index of a cell in the `edges` table.
    #[inline(always)]
    pub(crate) fn edge_index(&self, cell: NonNull<Header>) -> usize {
        match self.kind() {
            Kind::Small => self.cell_index(cell.as_ptr() as usize & (BLOCK_BYTES - 1)),
            _ => 0,
        }
    }

    /// Bytes of each cell of the block.
    pub(crate) fn bytes_per_cell(&self) -> usize {
        match self.kind() {
            Kind::Small | Kind::Native => self.cell_bytes.load(Ordering::Relaxed) as usize,
            Kind::Large => self.bytes.load(Ordering::Relaxed),
            _ => 0,
        }
    }

    /// Cells that may be live: those carved, or the one large object.
    pub(crate) fn cells(&self) -> usize {
        match self.kind() {
            Kind::Small => usize::from(self.carved.load(Ordering::Acquire)),
            Kind::Large => 1,
            _ => 0,
        }
    }
}

/// Giving a block back, in a stopped world: count its cells on the lists, and if all are there, forget them.
impl BlockMeta {
    pub(crate) fn begin_release(&self) {
        self.listed.store(0, Ordering::Relaxed);
        self.releasing.store(1, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn is_releasing(&self) -> bool {
        self.releasing.load(Ordering::Relaxed) != 0
    }

    /// A cell of the block is on a list.
    #[inline]
    pub(crate) fn count_listed(&self) {
        self.listed.store(self.listed.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// Whether every cell was counted; if not, the block is not released.
    pub(crate) fn confirm_release(&self) -> bool {
        let all = usize::from(self.listed.load(Ordering::Relaxed)) == self.cells();
        self.releasing.store(u8::from(all), Ordering::Relaxed);
        all
    }

    /// No heap knows the block any more.
    pub(crate) fn end_release(&self) {
        self.releasing.store(0, Ordering::Relaxed);
        self.carved.store(0, Ordering::Release);
        self.owner.store(std::ptr::null_mut(), Ordering::Relaxed);
        self.home.store(std::ptr::null_mut(), Ordering::Relaxed);
        self.mark.clear_all();
        self.logged.clear_all();
        self.remembered.clear_all();
    }
}

const LEAF_BITS: u32 = 13;
const ROOT_ENTRIES: usize = 1 << (47 - CHUNK_BYTES.trailing_zeros() - LEAF_BITS);

/// For each 4 MiB of the address space: 0, or the distance in chunks to the chunk with the metadata, plus 1.
struct Leaf([AtomicU32; 1 << LEAF_BITS]);

static CHUNKS: [AtomicPtr<Leaf>; ROOT_ENTRIES] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; ROOT_ENTRIES];

/// Enters `count` chunks at `start` that belong together into the table, or removes them (`present` false). Called under the pool's lock.
pub(crate) fn register_chunks(start: usize, count: usize, present: bool) {
    for at in 0..count {
        let number = start / CHUNK_BYTES + at;
        let root = &CHUNKS[number >> LEAF_BITS];
        let mut leaf = root.load(Ordering::Acquire);
        if leaf.is_null() {
            // SAFETY: a leaf consists of integers, for which zeroes are valid; leaves are never freed.
            leaf = Box::into_raw(unsafe { Box::<Leaf>::new_zeroed().assume_init() });
            root.store(leaf, Ordering::Release);
        }
        // SAFETY: not null, never freed, made of atomics.
        let entry = unsafe { &(*leaf).0[number & ((1 << LEAF_BITS) - 1)] };
        entry.store(if present { at as u32 + 1 } else { 0 }, Ordering::Release);
    }
}

/// The start of the chunk with the metadata for this address, if the address is in the heap.
#[inline]
fn chunk_of(address: usize) -> Option<usize> {
    let number = address / CHUNK_BYTES;
    let leaf = CHUNKS.get(number >> LEAF_BITS)?.load(Ordering::Acquire);
    if leaf.is_null() {
        return None;
    }
    // SAFETY: not null, never freed, made of atomics.
    let entry = unsafe { (*leaf).0[number & ((1 << LEAF_BITS) - 1)].load(Ordering::Acquire) };
    if entry == 0 { None } else { Some((number - (entry as usize - 1)) * CHUNK_BYTES) }
}

/// The live cell that holds the byte at address `word`, or that `word` points into, if there is one.
///
/// For any word. The answer is stable while the world is stopped; otherwise the cell may be dead or reused by the time the
/// caller looks, and the caller must be an attached thread between two polls, so that the memory stays.
pub fn resolve(word: u64) -> Option<NonNull<Header>> {
    let address = word as usize;
    let chunk = chunk_of(address)?;
    let offset = address - chunk;
    let index = (offset / BLOCK_BYTES).min(CHUNK_BLOCKS - 1);
    // SAFETY: the table says that a chunk starts here; its metadata is at its start.
    let meta = |index: usize| unsafe {
        &*std::ptr::with_exposed_provenance::<BlockMeta>(chunk + index * META_BYTES)
    };
    let mut block = meta(index);
    let cell = match block.kind() {
        Kind::Free | Kind::Meta | Kind::Native => return None,
        Kind::Small => {
            let cell = block.cell_index(offset & (BLOCK_BYTES - 1));
            if cell >= usize::from(block.carved.load(Ordering::Acquire)) {
                return None;
            }
            block.cell(cell)
        }
        kind => {
            if kind == Kind::LargeTail {
                block = meta(index.checked_sub(block.span.load(Ordering::Relaxed) as usize)?);
            }
            if block.kind() != Kind::Large || address - block.start() >= block.bytes.load(Ordering::Relaxed) {
                return None;
            }
            block.cell(0)
        }
    };
    // SAFETY: `cell` is a cell of a chunk in the table, so its header is mapped; it is made of atomics.
    if unsafe { cell.as_ref() }.shape_acquire() == 0 { None } else { Some(cell) }
}

/// The metadata of the block that holds this address, if the address is in the heap.
#[inline]
fn block_of(address: usize) -> Option<&'static BlockMeta> {
    let chunk = chunk_of(address)?;
    let index = ((address - chunk) / BLOCK_BYTES).min(CHUNK_BLOCKS - 1);
    // SAFETY: the table says that a chunk starts here; its metadata is at its start.
    Some(unsafe { &*std::ptr::with_exposed_provenance::<BlockMeta>(chunk + index * META_BYTES) })
}

/// Whether the address lies in a block of native memory.
#[inline]
pub(crate) fn is_native(address: usize) -> bool {
    block_of(address).is_some_and(|meta| meta.kind() == Kind::Native)
}

/// The cell in use of a block of native memory that `word` points into, if there is one.
#[inline]
pub(crate) fn resolve_native(word: u64) -> Option<NonNull<Header>> {
    let block = block_of(word as usize).filter(|meta| meta.kind() == Kind::Native)?;
    let index = block.cell_index(word as usize & (BLOCK_BYTES - 1));
    if index >= usize::from(block.carved.load(Ordering::Acquire)) {
        return None;
    }
    let cell = block.cell(index);
    // SAFETY: a carved cell of a chunk in the table; its header consists of atomics.
    if unsafe { cell.as_ref() }.shape_acquire() == 0 { None } else { Some(cell) }
}

/// The bytes of a cell, header included: at least what was asked for.
///
/// # Safety
/// `cell` is a cell: allocated, or resolved since the last poll.
#[inline]
pub unsafe fn cell_bytes(cell: NonNull<Header>) -> usize {
    // SAFETY: a cell, by contract.
    unsafe { BlockMeta::of(cell) }.bytes_per_cell()
}

/// The live cell that `word` is a pointer to the start of.
pub fn resolve_exact(word: u64) -> Option<NonNull<Header>> {
    resolve(word).filter(|cell| cell.as_ptr() as u64 == word)
}
