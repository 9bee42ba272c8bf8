//! Cells that remember attribute lookups on types for inline caches.
//!
//! A cell stands for "what a lookup of *name* along the MRO of *type* finds now". Inline caches hold its index; the
//! word in the cell is the value, not counted (the class's dict holds it). When an attribute of that name changes
//! on the type or a base, the cell is emptied *before* the old value is released, and stays empty for good: caches that
//! see it empty take the slow path and get a new cell. A reader counts the value and looks at the cell again.

use crate::obj::Obj;
use crate::value::Value;
use pyre_threads::sync::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use pyre_threads::{rare, tls};

const CHUNK: usize = 4096;
const CHUNKS: usize = 4096;
/// Indices fit into 24 bits of an inline cache.
pub const MAX_CELLS: u32 = (CHUNK * CHUNKS) as u32;

static TABLE: [AtomicPtr<[AtomicU64; CHUNK]>; CHUNKS] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; CHUNKS];
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A new cell with this value; `None` when the table is full (lookups are then not cached).
pub fn new_cell(v: Value) -> Option<u32> {
    if NEXT.load(Ordering::Relaxed) >= MAX_CELLS {
        return None;
    }
    let i = NEXT.fetch_add(1, Ordering::Relaxed);
    if i >= MAX_CELLS {
        return None;
    }
    let entry = &TABLE[i as usize / CHUNK];
    let mut p = entry.load(Ordering::Acquire);
    if p.is_null() {
        let fresh = Box::into_raw(Box::new([const { AtomicU64::new(Value::UNBOUND.0) }; CHUNK]));
        match entry.compare_exchange(std::ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => p = fresh,
            Err(other) => {
                // SAFETY: made above and never shared.
                drop(unsafe { Box::from_raw(fresh) });
                p = other;
            }
        }
    }
    // SAFETY: chunks are never freed.
    (unsafe { &*p })[i as usize % CHUNK].store(v.0, Ordering::Release);
    Some(i)
}

#[inline(always)]
fn word(i: u32) -> &'static AtomicU64 {
    let chunk = TABLE[i as usize / CHUNK].load(Ordering::Acquire);
    // SAFETY: an index was handed out only after its chunk was published; chunks are never freed.
    let chunk = unsafe { &*chunk };
    &chunk[i as usize % CHUNK]
}

/// The word in the cell, not counted; `UNBOUND` when the cell is dead.
#[inline(always)]
pub fn peek(i: u32) -> Value {
    Value(word(i).load(Ordering::Acquire))
}

/// A counted reference to the value, or `UNBOUND` when the cell is dead.
#[inline(always)]
pub fn get(i: u32) -> Obj {
    get_word(word(i))
}

#[inline(always)]
fn get_word(w: &AtomicU64) -> Obj {
    let v = Value(w.load(Ordering::Acquire));
    // SAFETY: cells are type-stable while a thread is attached. If the caller's thread is the owner, only it could let it
    // die, and it does not do so here.
    let word = if !v.is_ptr() || unsafe { v.header() }.try_increment_quickly(tls::current_id()) {
        v.0
    } else {
        rare::call(get_rarely, std::ptr::from_ref(w) as u64, 0, 0)
    };
    // SAFETY: an immediate, or counted just now.
    unsafe { Obj::from_raw(Value(word)) }
}

/// A class attribute that others count.
extern "C" fn get_rarely(w: u64, _: u64, _: u64) -> u64 {
    // SAFETY: `get_word` passes a word of the table, and chunks are never freed.
    let w = unsafe { &*(w as *const AtomicU64) };
    crate::layout::count_settled(|| Value(w.load(Ordering::Acquire))).0
}

/// Empties the cell for good.
pub fn kill(i: u32) {
    word(i).store(Value::UNBOUND.0, Ordering::SeqCst);
}
