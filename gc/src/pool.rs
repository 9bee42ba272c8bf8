//! The blocks and heaps that no thread holds: one lock, taken once per 32 KiB or per large object.

use crate::block::{self, BlockMeta, CHUNK_BLOCKS, CHUNK_BYTES, Kind, META_BLOCKS};
use crate::class::{BLOCK_BYTES, SizeClass};
use crate::heap::LocalHeap;
use crate::native::Unscanned;
use crate::sync::{AtomicUsize, Mutex, MutexGuard, Ordering};
use std::ops::{Deref, DerefMut};
use std::ptr;

/// The most blocks of a large object that shares its chunk; larger ones get chunks of their own.
pub(crate) const MAX_SPAN: usize = 32;
/// Bytes of free runs and chunks that keep their memory.
const KEEP_BYTES: usize = 32 << 20;

/// A chunk, or several in a row for one huge object.
struct Chunk {
    start: usize,
    /// Chunks in the row.
    count: usize,
    /// One bit for each block that nobody uses. For a row: all of them or none.
    free: u128,
}

const ALL_FREE: u128 = !0 << META_BLOCKS;
const _: () = assert!(CHUNK_BLOCKS == 128);

struct Pool {
    /// Sorted by address.
    chunks: Vec<Chunk>,
    /// No chunk before this one has a free block.
    first_free: usize,
    heaps: Vec<&'static LocalHeap>,
    idle: Vec<&'static LocalHeap>,
}

static POOL: Mutex<Pool> =
    Mutex::new(Pool { chunks: Vec::new(), first_free: 0, heaps: Vec::new(), idle: Vec::new() });
static IDLE_HEAPS: AtomicUsize = AtomicUsize::new(0);
static MAPPED: AtomicUsize = AtomicUsize::new(0);
static USED_BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// The pool, locked. What its tables allocate must not come from the pool.
struct Locked {
    pool: MutexGuard<'static, Pool>,
    _unscanned: Unscanned,
}

fn lock() -> Locked {
    let unscanned = Unscanned::begin();
    Locked { pool: POOL.lock(), _unscanned: unscanned }
}

impl Deref for Locked {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.pool
    }
}

impl DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut Pool {
        &mut self.pool
    }
}

/// Bytes of address space that chunks take.
pub fn mapped_bytes() -> usize {
    MAPPED.load(Ordering::Relaxed)
}

/// Bytes of the blocks in use.
pub fn used_bytes() -> usize {
    USED_BLOCKS.load(Ordering::Relaxed) * BLOCK_BYTES
}

/// A heap for a new thread.
pub(crate) fn take_idle_heap() -> &'static LocalHeap {
    let mut pool = lock();
    match pool.idle.pop() {
        Some(heap) => {
            IDLE_HEAPS.store(pool.idle.len(), Ordering::Relaxed);
            heap
        }
        None => {
            let heap: &'static LocalHeap = Box::leak(Box::new(LocalHeap::new()));
            pool.heaps.push(heap);
            heap
        }
    }
}

/// The heap of a thread that ends.
pub(crate) fn put_idle_heap(heap: &'static LocalHeap) {
    let mut pool = lock();
    pool.idle.push(heap);
    IDLE_HEAPS.store(pool.idle.len(), Ordering::Relaxed);
}

/// Heaps that a thread has.
pub(crate) fn heaps_in_use() -> usize {
    let pool = lock();
    pool.heaps.len() - pool.idle.len()
}

/// Keeps every other thread out of the pool while the process forks.
pub(crate) fn freeze() -> impl Sized {
    lock()
}

/// Moves what an idle heap has of this class to `heap`; false if none has anything.
pub(crate) fn adopt(heap: &LocalHeap, class: SizeClass) -> bool {
    if IDLE_HEAPS.load(Ordering::Relaxed) == 0 {
        return false;
    }
    let pool = lock();
    pool.idle.iter().any(|idle| heap.adopt(idle, class))
}

/// Calls `visit` with every heap. The world is stopped.
pub(crate) fn for_each_heap(visit: impl FnMut(&'static LocalHeap)) {
    let heaps = lock().heaps.clone();
    heaps.into_iter().for_each(visit);
}

/// The first of `count` adjacent blocks that nobody used. All metadata but the kind is the caller's to write.
pub(crate) fn take_blocks(count: usize) -> &'static BlockMeta {
    debug_assert!((1..=MAX_SPAN).contains(&count));
    let mut pool = lock();
    USED_BLOCKS.fetch_add(count, Ordering::Relaxed);
    let from = pool.first_free;
    for at in from..pool.chunks.len() {
        let chunk = &mut pool.chunks[at];
        if chunk.count == 1
            && let Some(block) = find_run(chunk.free, count)
        {
            chunk.free &= !(run_mask(count) << block);
            let start = chunk.start;
            if count == 1 {
                pool.first_free = at;
            }
            return meta(start, block);
        }
    }
    let at = map(&mut pool, 1);
    let chunk = &mut pool.chunks[at];
    chunk.free &= !(run_mask(count) << META_BLOCKS);
    meta(chunk.start, META_BLOCKS)
}

/// The first block of a row of chunks with room for `bytes`.
pub(crate) fn take_row(bytes: usize) -> &'static BlockMeta {
    let count = row_chunks(bytes);
    let mut pool = lock();
    USED_BLOCKS.fetch_add(count * CHUNK_BLOCKS, Ordering::Relaxed);
    if let Some(row) = pool.chunks.iter_mut().find(|row| row.count == count && row.free == ALL_FREE) {
        row.free = 0;
        return meta(row.start, META_BLOCKS);
    }
    let at = map(&mut pool, count);
    pool.chunks[at].free = 0;
    meta(pool.chunks[at].start, META_BLOCKS)
}

/// Chunks in a row for a large object of `bytes` bytes.
pub(crate) fn row_chunks(bytes: usize) -> usize {
    (bytes + META_BLOCKS * BLOCK_BYTES).div_ceil(CHUNK_BYTES)
}

/// Gives back blocks whose readers, if any, have all passed. `count` as they were taken, or `None` for a row.
pub(crate) fn put_blocks(first: &'static BlockMeta, count: Option<usize>) {
    let mut pool = lock();
    let start = first.start() & !(CHUNK_BYTES - 1);
    let at = (first.start() - start) / BLOCK_BYTES;
    for index in at..at + count.unwrap_or(CHUNK_BLOCKS - at) {
        meta(start, index).set_kind(Kind::Free);
    }
    let found = pool.chunks.binary_search_by_key(&start, |chunk| chunk.start);
    let Ok(found) = found else {
        debug_assert!(false, "a block lies in no chunk");
        return;
    };
    pool.first_free = pool.first_free.min(found);
    let chunk = &mut pool.chunks[found];
    let bytes = match count {
        Some(count) => {
            chunk.free |= run_mask(count) << at;
            USED_BLOCKS.fetch_sub(count, Ordering::Relaxed);
            count * BLOCK_BYTES
        }
        None => {
            chunk.free = ALL_FREE;
            USED_BLOCKS.fetch_sub(chunk.count * CHUNK_BLOCKS, Ordering::Relaxed);
            chunk.count * CHUNK_BYTES - META_BLOCKS * BLOCK_BYTES
        }
    };
    let idle =
        MAPPED.load(Ordering::Relaxed).saturating_sub(USED_BLOCKS.load(Ordering::Relaxed) * BLOCK_BYTES);
    if idle > KEEP_BYTES {
        // SAFETY: the range lies in mapped chunks and nobody uses it; reading it later gives zeroes.
        unsafe {
            let range = ptr::with_exposed_provenance_mut(first.start());
            libc::madvise(range, bytes, libc::MADV_DONTNEED);
        }
    }
}

/// Unmaps chunks without blocks in use, beyond what is worth keeping. The world is stopped: nobody resolves an address.
pub(crate) fn trim() {
    let mut pool = lock();
    let mut kept = 0;
    pool.first_free = 0;
    pool.chunks.retain(|chunk| {
        let bytes = chunk.count * CHUNK_BYTES;
        if chunk.free != ALL_FREE || kept + bytes <= KEEP_BYTES {
            kept += if chunk.free == ALL_FREE { bytes } else { 0 };
            return true;
        }
        block::register_chunks(chunk.start, chunk.count, false);
        // SAFETY: mapped by `map` with this size; no block of it is in use and no thread is looking.
        unsafe { libc::munmap(ptr::with_exposed_provenance_mut(chunk.start), bytes) };
        MAPPED.fetch_sub(bytes, Ordering::Relaxed);
        false
    });
}

/// Calls `visit` with every block that holds cells. Consistent while the world is stopped; otherwise blocks may come and go,
/// and the caller is an attached thread between two polls.
pub(crate) fn for_each_block(visit: impl FnMut(&'static BlockMeta)) {
    for_each_block_of(&[Kind::Small, Kind::Large], visit);
}

/// Calls `visit` with every block of native memory.
pub(crate) fn for_each_native_block(visit: impl FnMut(&'static BlockMeta)) {
    for_each_block_of(&[Kind::Native], visit);
}

fn for_each_block_of(kinds: &[Kind], mut visit: impl FnMut(&'static BlockMeta)) {
    let chunks: Vec<(usize, usize)> = lock().chunks.iter().map(|c| (c.start, c.count)).collect();
    for (start, count) in chunks {
        for index in META_BLOCKS..if count > 1 { META_BLOCKS + 1 } else { CHUNK_BLOCKS } {
            let meta = meta(start, index);
            if kinds.contains(&meta.kind()) {
                visit(meta);
            }
        }
    }
}

fn meta(chunk: usize, index: usize) -> &'static BlockMeta {
    let first: *const BlockMeta = ptr::with_exposed_provenance(chunk);
    // SAFETY: chunks begin with the metadata of their blocks, made of atomics, mapped as long as the chunk.
    unsafe { &*first.add(index) }
}

fn run_mask(count: usize) -> u128 {
    (1 << count) - 1
}

/// The lowest position of `count` adjacent ones.
fn find_run(free: u128, count: usize) -> Option<usize> {
    let mut starts = free;
    // After the step for `have`, bit i says that bits i .. i + have are all set.
    let mut have = 1;
    while have < count && starts != 0 {
        let step = have.min(count - have);
        starts &= starts >> step;
        have += step;
    }
    if starts == 0 { None } else { Some(starts.trailing_zeros() as usize) }
}

/// Maps `count` chunks in a row and enters them; returns their index.
fn map(pool: &mut Pool, count: usize) -> usize {
    let bytes = count * CHUNK_BYTES;
    let reserve = bytes + CHUNK_BYTES;
    // SAFETY: a fresh anonymous mapping; the parts outside the aligned range are unmapped again and not used.
    let start = unsafe {
        let base = libc::mmap(
            ptr::null_mut(),
            reserve,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        );
        if base == libc::MAP_FAILED {
            std::alloc::handle_alloc_error(
                std::alloc::Layout::from_size_align(bytes, CHUNK_BYTES)
                    .unwrap_or(std::alloc::Layout::new::<u8>()),
            );
        }
        let base = base.expose_provenance();
        let start = base.next_multiple_of(CHUNK_BYTES);
        if start > base {
            libc::munmap(ptr::with_exposed_provenance_mut(base), start - base);
        }
        let rest = base + reserve - (start + bytes);
        if rest > 0 {
            libc::munmap(ptr::with_exposed_provenance_mut(start + bytes), rest);
        }
        start
    };
    (0..META_BLOCKS).for_each(|index| meta(start, index).set_kind(Kind::Meta));
    block::register_chunks(start, count, true);
    let at = pool.chunks.partition_point(|chunk| chunk.start < start);
    pool.chunks.insert(at, Chunk { start, count, free: ALL_FREE });
    pool.first_free = pool.first_free.min(at);
    MAPPED.fetch_add(bytes, Ordering::Relaxed);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_where_it_first_fits() {
        assert_eq!(find_run(0b0111_0110, 1), Some(1));
        assert_eq!(find_run(0b0111_0110, 3), Some(4));
        assert_eq!(find_run(0b0111_0110, 4), None);
        assert_eq!(find_run(ALL_FREE, MAX_SPAN), Some(META_BLOCKS));
        assert_eq!(find_run(0, 1), None);
    }
}
