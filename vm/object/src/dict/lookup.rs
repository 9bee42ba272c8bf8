//! How a key is found: without a lock and calling `==` where needed, or under the lock without calling anything.
//!
//! `==` may run Python code and change the dict, so a search has phases: probe until only `==` can decide, keep the
//! stored key alive, call, and go on only if the table is still the dict's and the key still in its entry. A change that
//! follows a search takes the lock and checks the search's [`Stamp`].

use super::DictBody;
use super::table::{Cursor, Step, Table};
use crate::error::PyResult;
use crate::hash_table::is_same_text;
use crate::lock;
use crate::obj::Obj;
use crate::value::Value;
use crate::vm::Vm;
use smallvec::SmallVec;

/// What a search saw: it still holds under the lock if the table is the same and, for a hit, the key is still in its
/// entry, or, for a miss, nothing was inserted.
struct Stamp {
    word: Value,
    generation: u32,
    usable: u32,
    at: Option<u32>,
    /// The stored key of a hit; `held` keeps it alive if it is not the searched one.
    key: Value,
    _held: Obj,
}

impl Stamp {
    /// Whether the result of the search still holds; under the lock.
    fn holds(&self, b: &DictBody) -> bool {
        if b.table.peek() != self.word {
            return false;
        }
        let Some(t) = b.table() else { return true };
        t.generation() == self.generation
            && match self.at {
                Some(i) => i < t.used() && t.entry(i).key.peek() == self.key,
                None => t.usable() == self.usable,
            }
    }
}

/// Probes with or without others about.
#[inline(always)]
fn probe(t: Table, b: &DictBody, word: Value, c: &mut Cursor, hash: i64, key: &Obj, held: &mut Obj) -> Step {
    if pyre_gc::is_multi_threaded() {
        probe_shared(t, b, word, c, hash, key, held)
    } else {
        t.find::<false>((&b.table, word), c, hash, key, held)
    }
}

#[inline(never)]
fn probe_shared(
    t: Table,
    b: &DictBody,
    word: Value,
    c: &mut Cursor,
    hash: i64,
    key: &Obj,
    held: &mut Obj,
) -> Step {
    t.find::<true>((&b.table, word), c, hash, key, held)
}

/// Searches without a lock. `done` gets the table, where it was read from, the entry and what its key was; it returns
/// `None` to search again.
#[inline(always)]
fn search<R>(
    vm: &Vm,
    b: &DictBody,
    hash: i64,
    key: &Obj,
    mut done: impl FnMut(Option<Table>, Value, u32, Option<(u32, Value)>, &mut Obj) -> Option<R>,
) -> PyResult<R> {
    let mut attempts = 0;
    'again: loop {
        super::open::relax(&mut attempts);
        // Keys that were asked about live until the table is not looked at any more: releasing them may run Python code.
        let mut asked: SmallVec<[Obj; 2]> = SmallVec::new();
        let word = b.table.peek();
        let mut held = Obj::UNBOUND;
        // SAFETY: read just now from a home of dict tables.
        let Some(t) = (unsafe { Table::of_word(word) }) else {
            match done(None, word, 0, None, &mut held) {
                Some(r) => return Ok(r),
                None => continue 'again,
            }
        };
        let generation = t.generation();
        let mut usable = t.usable();
        let mut cursor = t.cursor(hash);
        loop {
            let (i, ask) = match probe(t, b, word, &mut cursor, hash, key, &mut held) {
                Step::At(i) => (i, false),
                Step::Ask(i) => (i, true),
                Step::Retry => continue 'again,
                Step::Missing => match done(Some(t), word, usable, None, &mut held) {
                    Some(r) => return Ok(r),
                    None => continue 'again,
                },
            };
            if ask {
                let equal = vm.eq(&held, key)?;
                // The table may be gone: look at it only if it is still the dict's.
                if b.table.peek() != word
                    || t.generation() != generation
                    || i >= t.used()
                    || t.entry(i).key.peek() != held.raw()
                {
                    continue 'again;
                }
                // What was inserted meanwhile lies further on in the probe's path.
                usable = t.usable();
                if !equal {
                    asked.push(std::mem::take(&mut held));
                    continue;
                }
            }
            let stored = found_key(t, i, key, &held);
            match done(Some(t), word, usable, Some((i, stored)), &mut held) {
                Some(r) => return Ok(r),
                None => continue 'again,
            }
        }
    }
}

/// The word of the key that a probe found in entry `i`.
#[inline(always)]
fn found_key(t: Table, i: u32, key: &Obj, held: &Obj) -> Value {
    if !held.is_unbound() {
        held.raw()
    } else if pyre_gc::is_multi_threaded() {
        // Found by identity: anything else would be held.
        key.raw()
    } else {
        t.entry(i).key.peek()
    }
}

/// The value of a key if it is found or missed by identity and hash alone.
#[inline(always)]
fn get_identical(b: &DictBody, hash: i64, key: &Obj) -> Option<Option<Obj>> {
    let word = b.table.peek();
    // SAFETY: read just now from a home of dict tables.
    let Some(t) = (unsafe { Table::of_word(word) }) else { return Some(None) };
    match t.find_identical(hash, key.raw()) {
        Step::At(i) => t.value((&b.table, word), i, key.raw()).map(Some),
        Step::Missing => Some(None),
        _ => None,
    }
}

/// The value of a key with a known hash, without a lock.
#[inline(always)]
pub(super) fn get_hashed(vm: &Vm, b: &DictBody, hash: i64, key: &Obj) -> PyResult<Option<Obj>> {
    match get_identical(b, hash, key) {
        Some(found) => Ok(found),
        None => get_searching(vm, b, hash, key),
    }
}

#[inline(never)]
fn get_searching(vm: &Vm, b: &DictBody, hash: i64, key: &Obj) -> PyResult<Option<Obj>> {
    search(vm, b, hash, key, |t, word, _, hit, _| match (t, hit) {
        (Some(t), Some((i, stored))) => t.value((&b.table, word), i, stored).map(Some),
        _ => Some(None),
    })
}

/// The value of an exact `str` key with a known hash; runs no Python code.
#[inline(always)]
pub(super) fn get_text(b: &DictBody, hash: i64, name: &Obj) -> Option<Obj> {
    match get_identical(b, hash, name) {
        Some(found) => found,
        None => get_text_comparing(b, hash, name),
    }
}

#[inline(never)]
fn get_text_comparing(b: &DictBody, hash: i64, name: &Obj) -> Option<Obj> {
    let mut attempts = 0;
    'again: loop {
        super::open::relax(&mut attempts);
        // As in `search`.
        let mut asked: SmallVec<[Obj; 2]> = SmallVec::new();
        let word = b.table.peek();
        // SAFETY: read just now from a home of dict tables.
        let t = unsafe { Table::of_word(word) }?;
        let mut cursor = t.cursor(hash);
        let mut held = Obj::UNBOUND;
        loop {
            let i = match probe(t, b, word, &mut cursor, hash, name, &mut held) {
                Step::At(i) => i,
                Step::Ask(i) if is_same_text(&held, name) => i,
                Step::Ask(_) => {
                    asked.push(std::mem::take(&mut held));
                    continue;
                }
                Step::Retry => continue 'again,
                Step::Missing => return None,
            };
            let stored = found_key(t, i, name, &held);
            match t.value((&b.table, word), i, stored) {
                Some(v) => return Some(v),
                None => continue 'again,
            }
        }
    }
}

/// Finds a key and then runs `change` under the lock with the entry that holds it. `change` returns what is to be
/// dropped after unlocking.
#[inline(always)]
pub(super) fn edit<R>(
    vm: &Vm,
    d: &Obj,
    b: &DictBody,
    hash: i64,
    key: &Obj,
    change: impl FnOnce(Option<u32>) -> R,
) -> PyResult<R> {
    let guard = b.lock_to_change(d);
    match find_identical(b, hash, key) {
        Step::At(i) => Ok(finish(guard, change, Some(i))),
        Step::Missing => Ok(finish(guard, change, None)),
        Step::Ask(_) | Step::Retry => {
            // What was asked about must be released after unlocking.
            let (step, held) = find_locked(b, hash, key);
            match step {
                Step::At(i) => Ok(finish(guard, change, Some(i))),
                Step::Missing => Ok(finish(guard, change, None)),
                Step::Ask(_) | Step::Retry => {
                    drop(guard);
                    drop(held);
                    edit_asking(vm, d, b, hash, key, change)
                }
            }
        }
    }
}

#[inline(always)]
fn find_identical(b: &DictBody, hash: i64, key: &Obj) -> Step {
    b.table().map_or(Step::Missing, |t| t.find_identical(hash, key.raw()))
}

#[inline(never)]
fn edit_asking<R>(
    vm: &Vm,
    d: &Obj,
    b: &DictBody,
    hash: i64,
    key: &Obj,
    change: impl FnOnce(Option<u32>) -> R,
) -> PyResult<R> {
    loop {
        let stamp = search(vm, b, hash, key, |t, word, usable, hit, held| {
            Some(Stamp {
                word,
                generation: t.map_or(0, Table::generation),
                usable,
                at: hit.map(|h| h.0),
                key: hit.map_or(Value::UNBOUND, |h| h.1),
                _held: std::mem::take(held),
            })
        })?;
        let guard = lock::lock(d);
        if stamp.holds(b) {
            return Ok(finish(guard, change, stamp.at));
        }
        drop(guard);
    }
}

/// As [`edit`] for an exact `str` key; runs no Python code.
#[inline(always)]
pub(super) fn edit_text<R>(
    d: &Obj,
    b: &DictBody,
    hash: i64,
    name: &Obj,
    change: impl FnOnce(Option<u32>) -> R,
) -> R {
    let guard = b.lock_to_change(d);
    match find_identical(b, hash, name) {
        Step::At(i) => finish(guard, change, Some(i)),
        Step::Missing => finish(guard, change, None),
        Step::Ask(_) | Step::Retry => {
            // What was asked about must be released after unlocking.
            let (at, asked) = find_text_locked(b, hash, name);
            let r = finish(guard, change, at);
            drop(asked);
            r
        }
    }
}

#[inline(never)]
fn find_text_locked(b: &DictBody, hash: i64, name: &Obj) -> (Option<u32>, SmallVec<[Obj; 2]>) {
    let mut asked = SmallVec::new();
    let Some(t) = b.table() else { return (None, asked) };
    let mut cursor = t.cursor(hash);
    loop {
        let mut held = Obj::UNBOUND;
        match t.find::<false>((&b.table, Value::UNBOUND), &mut cursor, hash, name, &mut held) {
            Step::At(i) => return (Some(i), asked),
            Step::Ask(i) => {
                let same = is_same_text(&held, name);
                asked.push(held);
                if same {
                    return (Some(i), asked);
                }
            }
            Step::Missing | Step::Retry => return (None, asked),
        }
    }
}

#[inline(always)]
fn finish<R>(guard: lock::Guard<'_>, change: impl FnOnce(Option<u32>) -> R, at: Option<u32>) -> R {
    let r = change(at);
    drop(guard);
    r
}

#[inline(never)]
fn find_locked(b: &DictBody, hash: i64, key: &Obj) -> (Step, Obj) {
    let mut held = Obj::UNBOUND;
    let Some(t) = b.table() else { return (Step::Missing, held) };
    let step = t.find::<false>((&b.table, Value::UNBOUND), &mut t.cursor(hash), hash, key, &mut held);
    (step, held)
}
