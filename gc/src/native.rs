//! Native memory that the collector can scan: a global allocator for embedders whose Rust code keeps handles of objects in vectors,
//! boxes and maps.
//!
//! A counted reference is safe anywhere, but a tracing-managed object is kept alive only by what the collector finds. So blocks that may hold
//! words (aligned to 8 or 16) come, on threads that have a heap, from cells of their own kind: a word on a native stack that points into such a block,
//! at its start or further in, is resolved to the block, which is then scanned as the stack is, and so on (Boehm, Weiser, "Garbage collection in
//! an uncooperative environment", 1988, here for roots only). Blocks larger than a cell come from the allocator behind and stand in a table.
//!
//! Not scanned: blocks that only statics refer to (their objects are the business of `ObjectModel::roots`), blocks with
//! another alignment, those made on threads without a heap, and those made under [`unscanned`]: tables of words that keep nothing alive.
//!
//! Stale words in a block keep garbage alive as those on a stack do; counted cells are not affected.

use crate::block::{self, BlockMeta};
use crate::class::MAX_SMALL;
use crate::header::Header;
use crate::heap::LocalHeap;
use crate::sync::{AtomicU16, Mutex, MutexGuard, Ordering};
use pyre_threads::tls;
use std::alloc::{GlobalAlloc, Layout};
use std::collections::BTreeMap;
use std::ptr::NonNull;

const HEADER: usize = size_of::<Header>();
/// The shape of a block in use.
const IN_USE: u32 = 1;

/// The global allocator of a process whose native memory is scanned; `A` is where all other memory comes from.
pub struct NativeMemory<A>(pub A);

/// Blocks larger than a cell, by address.
static LARGE: Mutex<BTreeMap<usize, Large>> = Mutex::new(BTreeMap::new());
/// The thread that scans, and holds `LARGE` for as long; 0 for none.
static SCANNER: AtomicU16 = AtomicU16::new(0);

struct Large {
    bytes: usize,
    seen: bool,
}

/// While it lives, the calling thread's new blocks are not scanned.
pub(crate) struct Unscanned(*mut ());

impl Unscanned {
    pub(crate) fn begin() -> Unscanned {
        let heap = tls::native_ptr();
        tls::set_native_ptr(std::ptr::null_mut());
        Unscanned(heap)
    }
}

impl Drop for Unscanned {
    fn drop(&mut self) {
        tls::set_native_ptr(self.0);
    }
}

/// Runs `f`; the blocks it makes are not scanned. For tables whose words must keep nothing alive: caches, shapes.
pub fn unscanned<R>(f: impl FnOnce() -> R) -> R {
    let _guard = Unscanned::begin();
    f()
}

#[inline(always)]
fn may_hold_words(layout: Layout) -> bool {
    layout.align() >= 8 && layout.align() <= 16 && layout.size() >= 8
}

#[inline(always)]
fn fits_a_cell(bytes: usize) -> bool {
    bytes <= MAX_SMALL - HEADER
}

/// The cell of a block of native memory, if the block has one.
#[inline(always)]
fn cell_of(block: *mut u8) -> Option<NonNull<Header>> {
    let cell = block.wrapping_sub(HEADER);
    if block::is_native(cell as usize) { NonNull::new(cell.cast()) } else { None }
}

fn lock_large() -> Option<(MutexGuard<'static, BTreeMap<usize, Large>>, Unscanned)> {
    // What the scanner allocates and frees meanwhile is its own worklist, which is in no table.
    let me = tls::current_id();
    if me != 0 && SCANNER.load(Ordering::Relaxed) == me {
        return None;
    }
    // The table's own nodes are not scanned, and must not need the pool: its owner may free into this table.
    let unscanned = Unscanned::begin();
    Some((LARGE.lock(), unscanned))
}

#[cold]
fn enter_large(block: *mut u8, bytes: usize) {
    if !block.is_null()
        && let Some((mut table, _unscanned)) = lock_large()
    {
        table.insert(block as usize, Large { bytes, seen: false });
    }
}

#[cold]
fn leave_large(block: *mut u8) {
    if let Some((mut table, _unscanned)) = lock_large() {
        table.remove(&(block as usize));
    }
}

#[inline(always)]
fn heap_of_thread() -> Option<&'static LocalHeap> {
    // SAFETY: the pointer is null or that of a heap, and heaps are never freed.
    unsafe { tls::native_ptr().cast::<LocalHeap>().as_ref() }
}

fn take_cell(heap: &LocalHeap, bytes: usize) -> *mut u8 {
    let cell = heap.alloc(bytes + HEADER);
    // SAFETY: a fresh cell of this thread; its header consists of atomics.
    let header = unsafe { cell.as_ref() };
    header.local.store(bytes as u32, Ordering::Relaxed);
    header.shape.store(IN_USE, Ordering::Release);
    cell.as_ptr().cast::<u8>().wrapping_add(HEADER)
}

impl<A: GlobalAlloc> NativeMemory<A> {
    /// A block that is too large for a cell, or of a thread that has none.
    unsafe fn alloc_behind(&self, layout: Layout, zeroed: bool) -> *mut u8 {
        // SAFETY: the contract of the caller is that of the allocator behind.
        let block = unsafe { if zeroed { self.0.alloc_zeroed(layout) } else { self.0.alloc(layout) } };
        if may_hold_words(layout) && !fits_a_cell(layout.size()) && heap_of_thread().is_some() {
            enter_large(block, layout.size());
        }
        block
    }
}

// SAFETY: blocks are cells, whose bodies are 16-byte aligned and as large as asked for, or come from the allocator behind; each
// goes back where it came from, which its address says.
unsafe impl<A: GlobalAlloc> GlobalAlloc for NativeMemory<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if may_hold_words(layout)
            && fits_a_cell(layout.size())
            && let Some(heap) = heap_of_thread()
        {
            return take_cell(heap, layout.size());
        }
        // SAFETY: passed on.
        unsafe { self.alloc_behind(layout, false) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if may_hold_words(layout)
            && fits_a_cell(layout.size())
            && let Some(heap) = heap_of_thread()
        {
            let block = take_cell(heap, layout.size());
            // SAFETY: the block has so many bytes.
            unsafe { block.write_bytes(0, layout.size()) };
            return block;
        }
        // SAFETY: passed on.
        unsafe { self.alloc_behind(layout, true) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if may_hold_words(layout) {
            if !fits_a_cell(layout.size()) {
                leave_large(block);
            } else if let Some(cell) = cell_of(block) {
                match heap_of_thread() {
                    // SAFETY: a cell of native memory that its only owner gives back.
                    Some(heap) => unsafe { heap.free(cell) },
                    // SAFETY: as above.
                    None => unsafe { crate::heap::free_elsewhere(cell, BlockMeta::of(cell)) },
                }
                return;
            }
        }
        // SAFETY: not one of our cells, so it came from there.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the caller promises that `bytes`, rounded up to the alignment, does not overflow.
        let new = unsafe { Layout::from_size_align_unchecked(bytes, layout.align()) };
        if may_hold_words(layout) || may_hold_words(new) {
            if let Some(cell) = cell_of(block).filter(|_| fits_a_cell(layout.size())) {
                // SAFETY: a cell.
                let room = unsafe { BlockMeta::of(cell) }.bytes_per_cell() - HEADER;
                if bytes <= room && bytes * 2 > room {
                    // SAFETY: the block's owner is here; the header consists of atomics.
                    unsafe { cell.as_ref() }.local.store(bytes as u32, Ordering::Relaxed);
                    return block;
                }
            } else if !fits_a_cell(layout.size()) && !fits_a_cell(bytes) {
                leave_large(block);
                // SAFETY: the block came from there; the rest is the caller's contract.
                let moved = unsafe { self.0.realloc(block, layout, bytes) };
                // A block that could not grow stays where it is, and stays in use.
                let (at, bytes) = if moved.is_null() { (block, layout.size()) } else { (moved, bytes) };
                enter_large(at, bytes);
                return moved;
            }
            // SAFETY: both blocks have at least the smaller number of bytes, and are not the same.
            unsafe {
                let moved = self.alloc(new);
                if !moved.is_null() {
                    moved.copy_from_nonoverlapping(block, layout.size().min(bytes));
                    self.dealloc(block, layout);
                }
                return moved;
            }
        }
        // SAFETY: never one of our cells.
        unsafe { self.0.realloc(block, layout, bytes) }
    }
}

/// The blocks, while the world is stopped and one thread scans. Detached threads may go on making and freeing blocks; large
/// ones wait until it is over.
pub(crate) struct Scan {
    table: MutexGuard<'static, BTreeMap<usize, Large>>,
    /// Blocks seen and not scanned yet, as begin and end.
    pending: Vec<(usize, usize)>,
}

impl Scan {
    /// Nothing is seen yet. The calling thread makes no blocks that are scanned while this lives ([`Unscanned`]).
    pub(crate) fn begin() -> Scan {
        debug_assert!(tls::native_ptr().is_null());
        crate::pool::for_each_native_block(|meta| meta.mark.clear_all());
        let mut table = LARGE.lock();
        SCANNER.store(tls::current_id(), Ordering::Relaxed);
        table.values_mut().for_each(|large| large.seen = false);
        Scan { table, pending: Vec::new() }
    }

    /// If `word` points into a block that was not seen, remembers to scan it.
    #[inline]
    pub(crate) fn see(&mut self, word: u64) {
        if let Some(cell) = block::resolve_native(word) {
            // SAFETY: resolved to a cell, whose memory is not unmapped; its header consists of atomics.
            let (meta, header) = unsafe { (BlockMeta::of(cell), cell.as_ref()) };
            if meta.mark.set_exclusive(cell.as_ptr() as usize) {
                let start = cell.as_ptr() as usize + HEADER;
                let room = meta.bytes_per_cell() - HEADER;
                let bytes = (header.local.load(Ordering::Relaxed) as usize).min(room);
                self.pending.push((start, start + bytes));
            }
            return;
        }
        if let Some((&start, large)) = self.table.range_mut(..=word as usize).next_back()
            && (word as usize) < start + large.bytes
            && !large.seen
        {
            large.seen = true;
            self.pending.push((start, start + large.bytes));
        }
    }

    /// Calls `visit` with every word of the blocks that were seen, and of those that they lead to.
    pub(crate) fn drain(&mut self, visit: &mut dyn FnMut(u64)) {
        while let Some((start, end)) = self.pending.pop() {
            let mut see = |word: usize| {
                visit(word as u64);
                self.see(word as u64);
            };
            // SAFETY: the block's memory stays mapped: cells of native memory are never unmapped, and whoever frees a large block takes it
            // out of the table first, which is locked.
            unsafe { pyre_threads::scan_words(start, end, &mut see) };
        }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        SCANNER.store(0, Ordering::Relaxed);
    }
}

/// Keeps every other thread out of the table while the process forks.
pub(crate) fn freeze() -> impl Sized {
    LARGE.lock()
}
