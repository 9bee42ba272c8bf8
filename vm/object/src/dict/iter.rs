//! Going through a dict by position.
//!
//! A position is the number of an entry (`next_*`: the first that is not visited yet; `prev_*`: one more than the last
//! that is). It stays meaningful as long as no key is added: iterators compare [`super::len`] with what it was at their
//! start and raise `RuntimeError` ("dictionary changed size during iteration"). Whatever others do meanwhile, each step
//! yields a key with a value that it had, or the end.

use super::body;
use super::open;
use super::table::Table;
use crate::lock;
use crate::obj::Obj;
use crate::storage;
use crate::value::Value;

/// The live entry `i`: its hash, key and value, as far as they are asked for. The outer `None` means that others
/// interfered, the inner one that the entry is deleted.
#[inline(always)]
fn read_entry<const KEY: bool, const VALUE: bool>(
    home: &crate::Slot,
    word: Value,
    t: Table,
    i: u32,
) -> Option<Option<(i64, Obj, Obj)>> {
    let e = t.entry(i);
    let key_word = e.key.peek();
    if key_word == Value::TOMBSTONE {
        return Some(None);
    }
    let key = if KEY { storage::read(home, word, &e.key)? } else { Obj::UNBOUND };
    let hash = e.hash();
    let value = if VALUE { storage::read(home, word, &e.value)? } else { Obj::UNBOUND };
    let torn = pyre_gc::is_multi_threaded()
        && (e.key.peek() != key_word
            || (KEY && key.raw() != key_word)
            || (VALUE && (value.is_unbound() || value.raw() == Value::MOVING)));
    if torn { None } else { Some(Some((hash, key, value))) }
}

#[inline(always)]
fn next<const KEY: bool, const VALUE: bool>(d: &Obj, pos: &mut usize) -> Option<(i64, Obj, Obj)> {
    let home = &body(d).table;
    let mut attempts = 0;
    'again: loop {
        open::relax(&mut attempts);
        let word = home.peek();
        // SAFETY: read just now from a home of dict tables.
        let t = unsafe { Table::of_word(word) }?;
        let mut i = (*pos).max(t.first() as usize);
        while i < t.used() as usize {
            match read_entry::<KEY, VALUE>(home, word, t, i as u32) {
                None => continue 'again,
                Some(None) => i += 1,
                Some(found) => {
                    *pos = i + 1;
                    return found;
                }
            }
        }
        return None;
    }
}

/// The entry at or after `pos`; moves `pos` behind it. Begin with 0.
#[track_caller]
pub fn next_entry(d: &Obj, pos: &mut usize) -> Option<(Obj, Obj)> {
    next::<true, true>(d, pos).map(|(_, k, v)| (k, v))
}

/// As [`next_entry`], with the hash of the key.
#[track_caller]
pub fn next_entry_hashed(d: &Obj, pos: &mut usize) -> Option<(i64, Obj, Obj)> {
    next::<true, true>(d, pos)
}

/// As [`next_entry`], the key only.
#[track_caller]
pub fn next_key(d: &Obj, pos: &mut usize) -> Option<Obj> {
    next::<true, false>(d, pos).map(|e| e.1)
}

/// As [`next_entry`], the value only.
#[track_caller]
pub fn next_value(d: &Obj, pos: &mut usize) -> Option<Obj> {
    next::<false, true>(d, pos).map(|e| e.2)
}

/// The last entry before `pos`; moves `pos` to it. Begin with `usize::MAX`.
#[track_caller]
pub fn prev_entry(d: &Obj, pos: &mut usize) -> Option<(Obj, Obj)> {
    let home = &body(d).table;
    let mut attempts = 0;
    'again: loop {
        open::relax(&mut attempts);
        let word = home.peek();
        // SAFETY: read just now from a home of dict tables.
        let t = unsafe { Table::of_word(word) }?;
        let mut i = (*pos).min(t.used() as usize);
        while i > 0 {
            i -= 1;
            match read_entry::<true, true>(home, word, t, i as u32) {
                None => continue 'again,
                Some(None) => {}
                Some(Some((_, k, v))) => {
                    *pos = i;
                    return Some((k, v));
                }
            }
        }
        *pos = 0;
        return None;
    }
}

/// All entries at one moment: what `pick` makes of an entry and, with `VALUES`, the word of its value.
fn snapshot<const VALUES: bool, T>(d: &Obj, pick: impl Fn(&super::table::Entry, Value) -> T) -> Vec<T> {
    let b = body(d);
    let mut all = Vec::with_capacity(super::len(d));
    lock::with_lock(d, || {
        let Some(t) = b.table() else { return };
        if !VALUES || !b.is_open() {
            all.extend(t.live_entries().map(|e| pick(e, e.value.peek())));
            return;
        }
        let closed: Vec<Value> = t.live_entries().map(|e| open::close(&e.value)).collect();
        for (e, word) in t.live_entries().zip(closed) {
            all.push(pick(e, word));
            open::open(&e.value, word);
        }
    });
    all
}

/// Counts the word of a value that stays while the lock is held.
fn value_of(word: Value) -> Obj {
    // SAFETY: the entry, or who closed it, holds a reference.
    unsafe { Obj::from_borrowed(word) }
}

/// All keys with their values at one moment, in order.
#[track_caller]
pub fn items_snapshot(d: &Obj) -> Vec<(Obj, Obj)> {
    snapshot::<true, _>(d, |e, word| (storage::read_locked(&e.key), value_of(word)))
}

/// All keys at one moment, in order.
#[track_caller]
pub fn keys_snapshot(d: &Obj) -> Vec<Obj> {
    snapshot::<false, _>(d, |e, _| storage::read_locked(&e.key))
}

/// All values at one moment, in order.
#[track_caller]
pub fn values_snapshot(d: &Obj) -> Vec<Obj> {
    snapshot::<true, _>(d, |_, word| value_of(word))
}
