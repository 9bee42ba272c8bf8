//! Where a name lies in the builtins dict, for inline caches of globals: the cache's word has no room for both dicts.
//!
//! A cell is one word, `layout id of the builtins dict | entry << 32`. A stale one is refilled in place by the next
//! lookup of its name.

use pyre_object::Obj;
use pyre_object::dict::{self, DictBody};
use pyre_threads::sync::{AtomicU64, Mutex, Ordering};
use std::collections::HashMap;

const CELLS: usize = 4096;

static WORDS: [AtomicU64; CELLS] = [const { AtomicU64::new(0) }; CELLS];
static INDEX: Mutex<Option<HashMap<u64, u32>>> = Mutex::new(None);

/// The cell of an interned name, filled for this builtins dict. `None` when the dict cannot be cached or the table is
/// full.
pub fn cell(builtins: &Obj, name: &Obj) -> Option<u32> {
    let id = dict::layout_id(builtins);
    let entry = dict::value_position(builtins, name)?;
    if id == 0 || dict::layout_id(builtins) != id {
        return None;
    }
    let mut index = INDEX.lock();
    let index = index.get_or_insert_with(HashMap::new);
    let n = index.len() as u32;
    let i = *index.entry(name.raw().0).or_insert(n);
    if i as usize >= CELLS {
        return None;
    }
    WORDS[i as usize].store(u64::from(id) | u64::from(entry) << 32, Ordering::Release);
    Some(i)
}

/// The builtin, if `globals` still has the layout that is known not to have the name.
#[inline(always)]
pub fn get(globals: &DictBody, globals_id: u32, builtins: &DictBody, i: u32) -> Option<Obj> {
    if !dict::has_layout(globals, globals_id) {
        return None;
    }
    let w = WORDS.get(i as usize)?.load(Ordering::Acquire);
    dict::cached_value_in(builtins, w as u32, (w >> 32) as u32)
}
