//! The intern table: one object per text for names, so that names compare by address.
//!
//! Interned strings are tracing-managed and live forever. Lookups take no lock: each shard is an open-addressing table
//! that only ever gains entries; when it grows, the old table is left to readers that may still walk it (all of them
//! together are at most as large as the current one). Insertion takes the shard's lock.

use crate::obj::Obj;
use crate::str::{self, StrRef};
use crate::value::Value;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use pyre_threads::tls;

const SHARDS: usize = 64;
const EMPTY: u64 = 0;

struct Table {
    /// Interned strings by hash, linear probing; 0 is free. A power of two.
    entries: Box<[AtomicU64]>,
}

struct Shard {
    table: AtomicPtr<Table>,
    /// Number of entries; the lock serialises insertions.
    count: Mutex<usize>,
}

static TABLE: [Shard; SHARDS] =
    [const { Shard { table: AtomicPtr::new(std::ptr::null_mut()), count: Mutex::new(0) } }; SHARDS];

impl Table {
    fn new(len: usize) -> &'static Table {
        Box::leak(Box::new(Table { entries: (0..len).map(|_| AtomicU64::new(EMPTY)).collect() }))
    }

    /// The entry with this text, or the index of the free one where it belongs.
    fn probe(&self, s: StrRef<'_>, hash: u64) -> Result<Value, usize> {
        self.find(hash, |known| known.equals(s))
    }

    /// The entry with this hash that `is_it` recognises, or the index of the free one where it belongs.
    #[inline(always)]
    fn find(&self, hash: u64, is_it: impl Fn(StrRef<'_>) -> bool) -> Result<Value, usize> {
        let mask = self.entries.len() - 1;
        let mut i = (hash >> 6) as usize & mask;
        loop {
            let v = Value(self.entries[i].load(Ordering::Acquire));
            if v.0 == EMPTY {
                return Err(i);
            }
            // SAFETY: the table holds strings that live forever.
            let known = str::expect(unsafe { Obj::borrow_raw(&v) });
            if known.hash() as u64 == hash && is_it(known) {
                return Ok(v);
            }
            i = (i + 1) & mask;
        }
    }
}

impl Shard {
    fn of(hash: u64) -> &'static Shard {
        &TABLE[hash as usize % SHARDS]
    }

    fn table(&self) -> Option<&'static Table> {
        // SAFETY: tables are never freed.
        unsafe { self.table.load(Ordering::Acquire).as_ref() }
    }

    /// The table with room for one more entry; the shard's lock is held.
    fn table_with_room(&self, count: usize) -> &'static Table {
        let old = self.table();
        if let Some(t) = old
            && count * 4 < t.entries.len() * 3
        {
            return t;
        }
        let new = Table::new(old.map_or(64, |t| t.entries.len() * 2));
        for word in old.iter().flat_map(|t| t.entries.iter()).map(|e| e.load(Ordering::Relaxed)) {
            if word == EMPTY {
                continue;
            }
            let v = Value(word);
            // SAFETY: the table holds strings that live forever.
            let s = str::expect(unsafe { Obj::borrow_raw(&v) });
            if let Err(i) = new.probe(s, s.hash() as u64) {
                new.entries[i].store(word, Ordering::Relaxed);
            }
        }
        self.table.store(std::ptr::from_ref(new).cast_mut(), Ordering::Release);
        new
    }
}

/// A handle of an interned string: it is tracing-managed, so there is no count to take.
fn handle(v: Value) -> Obj {
    // SAFETY: see above.
    unsafe { Obj::from_raw(v) }
}

/// The interned string with the text of `s` (the object itself if nobody interned that text before and it is exactly a
/// `str`).
///
/// # Panics
/// `s` is no `str`.
#[inline]
pub fn intern(s: &Obj) -> Obj {
    let r = str::expect(s);
    if r.is_interned() {
        return s.clone();
    }
    let hash = r.hash() as u64;
    if let Some(Ok(v)) = Shard::of(hash).table().map(|t| t.probe(r, hash)) {
        return handle(v);
    }
    insert(s.clone(), hash)
}

#[cold]
fn insert(s: Obj, hash: u64) -> Obj {
    let me = tls::current_id();
    let flip = |o: &Obj| {
        o.cell().is_some_and(|c| {
            // SAFETY: the handle keeps the cell alive.
            unsafe { c.as_ref() }.flip(me)
        })
    };
    // Made outside of the lock: an instance of a subclass, or an object of another thread, is not interned itself.
    let own = if str::is_exact(&s) && flip(&s) {
        s
    } else {
        let copy = str::subclass_copy(None, &s);
        flip(&copy);
        copy
    };
    let shard = Shard::of(hash);
    let mut count = shard.count.lock();
    let table = shard.table_with_room(*count);
    match table.probe(str::expect(&own), hash) {
        Ok(v) => handle(v),
        Err(i) => {
            *count += 1;
            str::expect(&own).set_interned();
            table.entries[i].store(own.raw().0, Ordering::Release);
            own
        }
    }
}

/// Interns a string that the caller has just made.
pub(crate) fn intern_fresh(s: Obj) -> Obj {
    let hash = str::expect(&s).hash() as u64;
    insert(s, hash)
}

/// The interned string with this text. Makes no object if there is one already.
pub fn intern_str(text: &str) -> Obj {
    if !text.is_ascii() {
        return intern(&str::new_str(text));
    }
    let bytes = text.as_bytes();
    let hash = str::hash_bytes(bytes) as u64;
    if let Some(table) = Shard::of(hash).table()
        && let Ok(v) = table.find(hash, |known| known.raw_bytes() == bytes && known.is_ascii())
    {
        return handle(v);
    }
    let s = str::new_str(text);
    str::expect(&s).set_hash(hash as i64);
    insert(s, hash)
}

/// The interned string with the text of `s`, if there is one.
///
/// # Panics
/// `s` is no `str`.
#[inline]
pub fn lookup_interned(s: &Obj) -> Option<Obj> {
    let r = str::expect(s);
    if r.is_interned() {
        return Some(s.clone());
    }
    let hash = r.hash() as u64;
    Shard::of(hash).table()?.probe(r, hash).ok().map(handle)
}

/// Whether this very object is the interned one of its text.
#[inline]
pub fn is_interned(s: &Obj) -> bool {
    str::get(s).is_some_and(|r| r.is_interned())
}

/// Calls `f` with every interned string, for the collector: they are roots.
pub fn for_each_interned(f: &mut dyn FnMut(Value)) {
    for shard in &TABLE {
        for e in shard.table().iter().flat_map(|t| t.entries.iter()) {
            match e.load(Ordering::Acquire) {
                EMPTY => {}
                word => f(Value(word)),
            }
        }
    }
}
