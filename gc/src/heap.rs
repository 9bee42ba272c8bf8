//! The heap of one thread: free lists by size class, and what others freed for it.
//!
//! Allocation pops from a list and never blocks, never polls and never collects. A cell freed by the thread that owns its block goes to the head of
//! that list; one freed by another thread goes to the inbox of the block's heap (a Treiber stack that is only ever taken whole, hence
//! free of ABA), which is emptied at the next refill. Every free cell is on exactly one list; which heap's does not matter.
//!
//! A heap outlives its thread: it becomes idle, a new thread takes it over with everything in it, and a refill adopts the blocks
//! of idle heaps before it takes new ones.

use crate::block::{BlockMeta, Kind};
use crate::class::{BLOCK_BYTES, CLASSES, SizeClass};
use crate::header::{Header, RETIRED};
use crate::sync::{AtomicPtr, Ordering};
use crate::{deferred, large, options, pacing, pool, queue};
use pyre_threads::tls;
use std::cell::{Cell, RefCell};
use std::ptr::{self, NonNull};

/// A cell on a free list. The link lies where the body begins: stale readers look at headers only.
#[repr(C)]
pub(crate) struct FreeCell {
    header: Header,
    /// Atomic because walks may still be reading the body of the cell that this was.
    next: AtomicPtr<FreeCell>,
}

impl FreeCell {
    #[inline(always)]
    fn next(&self) -> *mut FreeCell {
        self.next.load(Ordering::Relaxed)
    }

    #[inline(always)]
    fn set_next(&self, next: *mut FreeCell) {
        self.next.store(next, Ordering::Relaxed);
    }
}

/// Bytes carved from a block at a time.
const CARVE_BYTES: usize = 4096;

/// The heap of one thread. Only that thread calls its methods, except where they say otherwise.
pub struct LocalHeap {
    free: [Cell<*mut FreeCell>; CLASSES],
    /// Blocks of this heap by class, linked through `BlockMeta::next`. The first may have cells left to carve.
    blocks: [Cell<*mut BlockMeta>; CLASSES],
    inbox: [AtomicPtr<FreeCell>; CLASSES],
    me: Cell<u16>,
    /// Buffers in native memory whose words are roots, innermost last.
    rooted: RefCell<Vec<*const Vec<u64>>>,
    /// The heap of the thread's native memory ([`crate::native`]); null in such a heap.
    native: Cell<*const LocalHeap>,
}

// SAFETY: `free`, `blocks`, `me` and `rooted` are touched only by the heap's thread, by a collector while the world is stopped, or under the
// pool's lock while the heap is idle; `inbox` is atomic.
unsafe impl Sync for LocalHeap {}
// SAFETY: nothing in a heap is tied to the thread that created it.
unsafe impl Send for LocalHeap {}

impl LocalHeap {
    /// A heap, with one for native memory.
    pub(crate) fn new() -> LocalHeap {
        let heap = LocalHeap::empty();
        heap.renew_native();
        heap
    }

    fn empty() -> LocalHeap {
        LocalHeap {
            free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            blocks: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            inbox: [const { AtomicPtr::new(ptr::null_mut()) }; CLASSES],
            me: Cell::new(0),
            rooted: RefCell::new(Vec::new()),
            native: Cell::new(ptr::null()),
        }
    }

    /// Begins a new heap for native memory. The old one's blocks stay in use until they are freed.
    fn renew_native(&self) {
        self.native.set(Box::leak(Box::new(LocalHeap::empty())));
    }

    /// Whether this heap is for native memory.
    #[inline]
    fn is_native(&self) -> bool {
        self.native.get().is_null()
    }

    /// The calling thread, registered with `pyre-threads`, begins to allocate and to own objects.
    pub fn enter() -> &'static LocalHeap {
        debug_assert!(tls::heap_ptr().is_null(), "the thread has a heap already");
        let me = tls::current_id();
        assert!(me != 0, "the thread is not registered");
        let heap = pool::take_idle_heap();
        debug_assert!(
            crate::is_multi_threaded() || pool::heaps_in_use() == 1,
            "a second thread enters the heap, and `set_multi_threaded` was not called before it started"
        );
        heap.me.set(me);
        queue::global().open(me);
        tls::set_heap_ptr(ptr::from_ref(heap).cast_mut().cast());
        tls::set_native_ptr(heap.native.get().cast_mut().cast());
        heap
    }

    /// The calling thread, attached, ends: its queue is closed, and its memory is left to others. `dead` destroys objects whose
    /// last reference was in the queue; it may allocate and free.
    pub fn exit(dead: impl FnMut(NonNull<Header>)) {
        let Some(heap) = LocalHeap::try_current() else {
            return;
        };
        queue::global().close(heap.me.get(), dead);
        tls::set_native_ptr(ptr::null_mut());
        tls::set_heap_ptr(ptr::null_mut());
        heap.me.set(0);
        pool::put_idle_heap(heap);
    }

    /// In the child of a fork: leaves what the threads with these ids had, and which do not exist here, to others. `dead` as for
    /// [`LocalHeap::exit`].
    pub fn after_fork_child(gone: impl IntoIterator<Item = u16>, mut dead: impl FnMut(NonNull<Header>)) {
        for id in gone {
            queue::global().close(id, &mut dead);
            pool::for_each_heap(|heap| {
                if heap.me.get() == id {
                    heap.me.set(0);
                    // The thread may have been in the middle of an allocation: its objects' lists were left in order, as it was detached or
                    // stopped, but not these.
                    heap.renew_native();
                    pool::put_idle_heap(heap);
                }
            });
        }
    }

    /// The calling thread's heap.
    ///
    /// # Safety
    /// The thread has called [`LocalHeap::enter`] and not yet [`LocalHeap::exit`].
    #[inline(always)]
    pub unsafe fn current_unchecked() -> &'static LocalHeap {
        // SAFETY: between the two calls the pointer is that of a heap, and heaps are never freed.
        unsafe { &*tls::heap_ptr().cast::<LocalHeap>() }
    }

    /// The calling thread's heap; panics if the thread has none.
    #[inline]
    pub fn current() -> &'static LocalHeap {
        LocalHeap::try_current().expect("the thread has no heap")
    }

    /// The calling thread's heap, if it has one.
    #[inline]
    pub fn try_current() -> Option<&'static LocalHeap> {
        // SAFETY: the pointer is null or that of a heap, and heaps are never freed.
        unsafe { tls::heap_ptr().cast::<LocalHeap>().as_ref() }
    }

    /// The id of the heap's thread.
    #[inline(always)]
    pub fn me(&self) -> u16 {
        self.me.get()
    }

    /// A cell of at least `size` bytes, header included, aligned to 16. Its body is uninitialised and its shape 0: fill the
    /// body, then publish with [`Header::init`], before the next poll.
    #[inline]
    pub fn alloc(&self, size: usize) -> NonNull<Header> {
        match SizeClass::of(size) {
            Some(class) => self.alloc_class(class),
            None => large::alloc(size),
        }
    }

    /// [`LocalHeap::alloc`] for a class known beforehand.
    #[inline(always)]
    pub fn alloc_class(&self, class: SizeClass) -> NonNull<Header> {
        let list = &self.free[class.index()];
        match NonNull::new(list.get()) {
            Some(cell) => {
                // SAFETY: cells on the list are free cells of this heap, and only this thread takes them.
                list.set(unsafe { cell.as_ref() }.next());
                cell.cast()
            }
            None => self.refill(class),
        }
    }

    /// Frees a dead cell at once. Stale readers may still look at its header, nobody at its body.
    ///
    /// # Safety
    /// `cell` is a cell of this heap's process that nobody else frees: an object for which the caller was told that it is
    /// dead, a cell not yet published, or raw storage that no lock-free reader can have found.
    #[inline(always)]
    pub unsafe fn free(&self, cell: NonNull<Header>) {
        // SAFETY: a cell, by contract.
        let meta = unsafe { BlockMeta::of(cell) };
        if ptr::eq(meta.owner.load(Ordering::Relaxed), self) {
            // SAFETY: the cell is ours to free and lies in a block of this heap.
            unsafe { self.push_free(cell, usize::from(meta.class.load(Ordering::Relaxed))) };
        } else {
            // SAFETY: the same contract.
            unsafe { free_elsewhere(cell, meta) };
        }
    }

    /// Frees raw storage whose body lock-free readers may still be reading: after a grace period. From now on the cell
    /// counts as dead (its shape is 0); its body stays as it is until then.
    ///
    /// # Safety
    /// As [`LocalHeap::free`], and the storage is no longer reachable from any object.
    pub unsafe fn free_deferred(&self, cell: NonNull<Header>) {
        // SAFETY: a cell that the caller may free, by contract; its header consists of atomics.
        let meta = unsafe {
            cell.as_ref().set_free(RETIRED);
            BlockMeta::of(cell)
        };
        deferred::retire(cell, meta.bytes_per_cell());
    }

    /// The words of a buffer become roots.
    pub(crate) fn register(&self, words: *const Vec<u64>) {
        self.rooted.borrow_mut().push(words);
    }

    /// They are roots no longer.
    pub(crate) fn unregister(&self, words: *const Vec<u64>) {
        let mut rooted = self.rooted.borrow_mut();
        if let Some(at) = rooted.iter().rposition(|&other| ptr::eq(other, words)) {
            rooted.remove(at);
        }
    }

    /// Calls `visit` with every word of the registered buffers. The world is stopped.
    pub(crate) fn for_each_rooted(&self, visit: &mut dyn FnMut(u64)) {
        for &words in self.rooted.borrow().iter() {
            // SAFETY: a buffer unregisters before it is dropped, and its thread, being stopped, does not change it.
            unsafe { &*words }.iter().for_each(|&word| visit(word));
        }
    }

    /// Puts a cell on this heap's list.
    ///
    /// # Safety
    /// The cell is of this class and on no list. The caller is the heap's thread, or has stopped the world.
    #[inline(always)]
    pub(crate) unsafe fn push_free(&self, cell: NonNull<Header>, class: usize) {
        // SAFETY: free cells are at least as large as `FreeCell`, and this one is the caller's.
        let free = unsafe { cell.cast::<FreeCell>().as_ref() };
        free.header.set_free(0);
        let list = &self.free[class];
        free.set_next(list.get());
        list.set(cell.as_ptr().cast());
    }

    /// Puts a cell into the inbox; from any thread.
    ///
    /// # Safety
    /// The cell is of this class and on no list, and the caller may free it.
    pub(crate) unsafe fn push_inbox(&self, cell: NonNull<Header>, class: usize) {
        // SAFETY: as in `push_free`.
        let free = unsafe { cell.cast::<FreeCell>().as_ref() };
        free.header.set_free(0);
        let inbox = &self.inbox[class];
        let mut head = inbox.load(Ordering::Relaxed);
        loop {
            free.set_next(head);
            match inbox.compare_exchange_weak(
                head,
                cell.as_ptr().cast(),
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, class: SizeClass) -> NonNull<Header> {
        let index = class.index();
        let every = options::zeal();
        if every != 0 && !self.is_native() {
            return self.refill_for_zeal(class, every);
        }
        loop {
            let inbox = self.inbox[index].swap(ptr::null_mut(), Ordering::Acquire);
            if !inbox.is_null() {
                self.free[index].set(inbox);
            } else if !self.carve(class, CARVE_BYTES / class.bytes())
                && (self.is_native() || !pool::adopt(self, class))
            {
                self.take_block(class);
            }
            if let Some(cell) = NonNull::new(self.free[index].get()) {
                // SAFETY: a cell on this heap's list.
                self.free[index].set(unsafe { cell.as_ref() }.next());
                return cell.cast();
            }
        }
    }

    /// Hands out cells so that every refill is the `every`th allocation of its class, and requests a collection.
    fn refill_for_zeal(&self, class: SizeClass, every: usize) -> NonNull<Header> {
        let index = class.index();
        if pacing::is_enabled() {
            pacing::request();
        }
        let mut list = self.inbox[index].swap(ptr::null_mut(), Ordering::Acquire);
        // What was freed goes back to the inbox but for `every` cells.
        let mut kept = 0;
        while let Some(cell) = NonNull::new(list) {
            // SAFETY: the list was taken whole, so it is ours.
            list = unsafe { cell.as_ref() }.next();
            // SAFETY: a free cell of this class, on no list now.
            unsafe {
                if kept < every {
                    self.push_free(cell.cast(), index);
                } else {
                    self.push_inbox(cell.cast(), index);
                }
            }
            kept += 1;
        }
        loop {
            if let Some(cell) = NonNull::new(self.free[index].get()) {
                // SAFETY: a cell on this heap's list.
                self.free[index].set(unsafe { cell.as_ref() }.next());
                return cell.cast();
            }
            if !self.carve(class, every) {
                self.take_block(class);
            }
        }
    }

    /// Puts up to `count` cells of the current block that were never used on the list; false if it has none left.
    fn carve(&self, class: SizeClass, count: usize) -> bool {
        // SAFETY: the list holds blocks of this heap; metadata is never freed while a heap lists it.
        let Some(meta) = (unsafe { self.blocks[class.index()].get().as_ref() }) else {
            return false;
        };
        let from = usize::from(meta.carved.load(Ordering::Relaxed));
        let to = meta.capacity().min(from + count.max(1));
        if from == to {
            return false;
        }
        for index in (from..to).rev() {
            // SAFETY: a cell of this class in a block of this heap that was never handed out.
            unsafe { self.push_free(meta.cell(index), class.index()) };
        }
        // After the headers: a resolver that sees the new number finds shape 0.
        meta.carved.store(to as u16, Ordering::Release);
        if !self.is_native() {
            pacing::allocated((to - from) * class.bytes());
        }
        true
    }

    fn take_block(&self, class: SizeClass) {
        let meta = pool::take_blocks(1);
        let bytes = class.bytes() as u32;
        meta.class.store(class.index() as u8, Ordering::Relaxed);
        meta.cell_bytes.store(bytes, Ordering::Relaxed);
        meta.magic.store((1u64 << 32).div_ceil(u64::from(bytes)) as u32, Ordering::Relaxed);
        meta.carved.store(0, Ordering::Relaxed);
        self.own(meta);
        meta.set_kind(if self.is_native() { Kind::Native } else { Kind::Small });
    }

    /// Makes a block of a class this heap's.
    pub(crate) fn own(&self, meta: &'static BlockMeta) {
        let this = ptr::from_ref(self).cast_mut();
        let blocks = &self.blocks[usize::from(meta.class.load(Ordering::Relaxed))];
        let all_carved = usize::from(meta.carved.load(Ordering::Relaxed)) == meta.capacity();
        // SAFETY: the list holds blocks of this heap, whose metadata stays while they are listed.
        match unsafe { blocks.get().as_ref() } {
            // The first block is the one to carve, so one that is used up goes behind it.
            Some(first) if all_carved => {
                meta.next.store(first.next.load(Ordering::Relaxed), Ordering::Relaxed);
                first.next.store(ptr::from_ref(meta).cast_mut(), Ordering::Relaxed);
            }
            _ => {
                meta.next.store(blocks.get(), Ordering::Relaxed);
                blocks.set(ptr::from_ref(meta).cast_mut());
            }
        }
        meta.home.store(this, Ordering::Relaxed);
        // Under zeal every free takes the slow path into the inbox, so that every allocation comes to a refill.
        let owner = if options::zeal() != 0 && !self.is_native() { ptr::null_mut() } else { this };
        meta.owner.store(owner, Ordering::Relaxed);
    }

    /// Moves everything of this class from an idle heap here; false if it had nothing. Under the pool's lock.
    pub(crate) fn adopt(&self, idle: &LocalHeap, class: SizeClass) -> bool {
        let index = class.index();
        let inbox = idle.inbox[index].swap(ptr::null_mut(), Ordering::Acquire);
        let mut found = false;
        for mut list in [inbox, idle.free[index].replace(ptr::null_mut())] {
            while let Some(cell) = NonNull::new(list) {
                // SAFETY: both lists were taken whole; the cells are free and of this class.
                unsafe {
                    list = cell.as_ref().next();
                    self.push_free(cell.cast(), index);
                }
                found = true;
            }
        }
        let mut block = idle.blocks[index].replace(ptr::null_mut());
        // SAFETY: the list of an idle heap holds blocks of that heap, whose metadata stays while they are listed.
        while let Some(meta) = unsafe { block.as_ref() } {
            block = meta.next.load(Ordering::Relaxed);
            found |= usize::from(meta.carved.load(Ordering::Relaxed)) < meta.capacity();
            self.own(meta);
        }
        found
    }

    /// Counts the cells of blocks that may be released. The world is stopped; detached threads may add to the inbox meanwhile.
    pub(crate) fn count_releasing(&self) {
        for index in 0..CLASSES {
            for mut list in [self.free[index].get(), self.inbox[index].load(Ordering::Acquire)] {
                while let Some(cell) = NonNull::new(list) {
                    // SAFETY: nobody takes cells off the lists of a stopped world.
                    unsafe {
                        list = cell.as_ref().next();
                        let meta = BlockMeta::of(cell.cast());
                        if meta.is_releasing() {
                            meta.count_listed();
                        }
                    }
                }
            }
        }
    }

    /// Drops the free cells of blocks that are being released, and the blocks. The world is stopped.
    pub(crate) fn forget_releasing(&self) {
        for index in 0..CLASSES {
            for (inbox, mut list) in [
                (false, self.free[index].replace(ptr::null_mut())),
                (true, self.inbox[index].swap(ptr::null_mut(), Ordering::Acquire)),
            ] {
                while let Some(cell) = NonNull::new(list) {
                    // SAFETY: both lists were taken whole; the cells are free, of this class, and their blocks still mapped.
                    unsafe {
                        list = cell.as_ref().next();
                        if !BlockMeta::of(cell.cast()).is_releasing() {
                            if inbox {
                                self.push_inbox(cell.cast(), index);
                            } else {
                                self.push_free(cell.cast(), index);
                            }
                        }
                    }
                }
            }
            let mut block = self.blocks[index].replace(ptr::null_mut());
            let mut last: Option<&BlockMeta> = None;
            // SAFETY: the list holds blocks of this heap, whose metadata stays while they are listed.
            while let Some(meta) = unsafe { block.as_ref() } {
                block = meta.next.load(Ordering::Relaxed);
                if meta.is_releasing() {
                    continue;
                }
                let this = ptr::from_ref(meta).cast_mut();
                meta.next.store(ptr::null_mut(), Ordering::Relaxed);
                match last {
                    Some(last) => last.next.store(this, Ordering::Relaxed),
                    None => self.blocks[index].set(this),
                }
                last = Some(meta);
            }
        }
    }
}

/// Frees a cell that is not in a block of the calling thread's heap.
///
/// # Safety
/// As [`LocalHeap::free`].
#[cold]
#[inline(never)]
pub(crate) unsafe fn free_elsewhere(cell: NonNull<Header>, meta: &BlockMeta) {
    match meta.kind() {
        Kind::Small | Kind::Native => {
            let class = usize::from(meta.class.load(Ordering::Relaxed));
            // SAFETY: such a block has a home, heaps are never freed; the cell is the caller's to free.
            unsafe { (*meta.home.load(Ordering::Relaxed)).push_inbox(cell, class) };
        }
        // SAFETY: as below; there is nobody else to look at the header.
        Kind::Large if !crate::is_multi_threaded() => unsafe {
            cell.as_ref().set_free(0);
            large::release(BlockMeta::of(cell));
        },
        // Try-increments may still look at the header, so the memory stays for a grace period.
        Kind::Large => {
            // SAFETY: the cell is the caller's to free; its header consists of atomics.
            unsafe { cell.as_ref().set_free(RETIRED) };
            deferred::retire(cell, meta.bytes_per_cell());
        }
        _ => debug_assert!(false, "freed what is no cell"),
    }
}

/// Frees a retired cell: its grace period has passed. From any thread, with or without a heap.
///
/// # Safety
/// The cell was retired, and no reader of that time is still reading.
pub(crate) unsafe fn free_retired(cell: NonNull<Header>) {
    // SAFETY: a cell, by contract.
    let meta = unsafe { BlockMeta::of(cell) };
    match meta.kind() {
        Kind::Large => large::release(meta),
        _ => {
            let class = usize::from(meta.class.load(Ordering::Relaxed));
            let home = meta.home.load(Ordering::Relaxed);
            // SAFETY: a small block has a home, heaps are never freed; the cell is retired and on no list. `push_free` only
            // if the heap is the calling thread's.
            unsafe {
                if ptr::eq(tls::heap_ptr().cast(), home) && !meta.owner.load(Ordering::Relaxed).is_null() {
                    (*home).push_free(cell, class);
                } else {
                    (*home).push_inbox(cell, class);
                }
            }
        }
    }
}

const _: () = assert!(std::mem::offset_of!(FreeCell, next) == 16);
const _: () = assert!(BLOCK_BYTES <= u16::MAX as usize);
