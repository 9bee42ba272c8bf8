//! How a key of a set is found: the protocols are those of the dict's lookup.

use super::SetBody;
use super::table::{Cursor, Step, Table};
use crate::error::PyResult;
use crate::lock;
use crate::obj::Obj;
use crate::value::Value;
use crate::vm::Vm;
use smallvec::SmallVec;

/// Where a key is or belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// In this slot.
    Found(u32),
    /// Nowhere; this empty slot ended the probe.
    Free(u32),
    /// There is no table.
    NoTable,
}

/// What a search saw. It still holds under the lock if the table is the same and the slot's word is.
struct Stamp {
    word: Value,
    generation: u32,
    place: Place,
    key: Value,
    _held: Obj,
}

impl Stamp {
    fn holds(&self, b: &SetBody) -> bool {
        if b.table.peek() != self.word {
            return false;
        }
        let Some(t) = b.table() else { return true };
        t.generation() == self.generation
            && match self.place {
                Place::Found(i) => t.entry(i).key.peek() == self.key,
                // Every key that was added to the probe's path since would be in this slot or behind it.
                Place::Free(i) => t.entry(i).key.peek().is_unbound(),
                Place::NoTable => false,
            }
    }
}

#[inline(always)]
fn probe(t: Table, b: &SetBody, word: Value, c: &mut Cursor, hash: i64, key: &Obj, held: &mut Obj) -> Step {
    if pyre_gc::is_multi_threaded() {
        probe_shared(t, b, word, c, hash, key, held)
    } else {
        t.find::<false>((&b.table, word), c, hash, key, held)
    }
}

#[inline(never)]
fn probe_shared(
    t: Table,
    b: &SetBody,
    word: Value,
    c: &mut Cursor,
    hash: i64,
    key: &Obj,
    held: &mut Obj,
) -> Step {
    t.find::<true>((&b.table, word), c, hash, key, held)
}

/// Searches without a lock.
#[inline(always)]
fn search(vm: &Vm, b: &SetBody, hash: i64, key: &Obj) -> PyResult<Stamp> {
    'again: loop {
        // Keys that were asked about live until the table is not looked at any more: releasing them may run Python code.
        let mut asked: SmallVec<[Obj; 2]> = SmallVec::new();
        let word = b.table.peek();
        let mut held = Obj::UNBOUND;
        // SAFETY: read just now from a home of set tables.
        let Some(t) = (unsafe { Table::of_word(word) }) else {
            return Ok(Stamp {
                word,
                generation: 0,
                place: Place::NoTable,
                key: Value::UNBOUND,
                _held: held,
            });
        };
        let generation = t.generation();
        let mut cursor = t.cursor(hash);
        loop {
            let place = match probe(t, b, word, &mut cursor, hash, key, &mut held) {
                Step::At(i) => Place::Found(i),
                Step::Missing(i) => Place::Free(i),
                Step::Retry => continue 'again,
                Step::Ask(i) => {
                    let equal = vm.eq(&held, key)?;
                    // The table may be gone: look at it only if it is still the set's.
                    if b.table.peek() != word
                        || t.generation() != generation
                        || t.entry(i).key.peek() != held.raw()
                    {
                        continue 'again;
                    }
                    if !equal {
                        asked.push(std::mem::take(&mut held));
                        continue;
                    }
                    Place::Found(i)
                }
            };
            let found = match place {
                Place::Found(_) if !held.is_unbound() => held.raw(),
                Place::Found(i) if !pyre_gc::is_multi_threaded() => t.entry(i).key.peek(),
                Place::Found(_) => key.raw(),
                _ => Value::UNBOUND,
            };
            return Ok(Stamp { word, generation, place, key: found, _held: held });
        }
    }
}

/// Whether a key with a known hash is in the set, without a lock.
#[inline(always)]
pub(super) fn contains_hashed(vm: &Vm, b: &SetBody, hash: i64, key: &Obj) -> PyResult<bool> {
    Ok(matches!(search(vm, b, hash, key)?.place, Place::Found(_)))
}

/// Finds a key and then runs `change` under the lock with its place. `change` returns what is to be dropped after
/// unlocking.
#[inline(always)]
pub(super) fn edit<R>(
    vm: &Vm,
    s: &Obj,
    b: &SetBody,
    hash: i64,
    key: &Obj,
    change: impl FnOnce(Place) -> R,
) -> PyResult<R> {
    {
        // Declared first: dropped after unlocking.
        let mut held = Obj::UNBOUND;
        let guard = lock::lock(s);
        let place = match b.table() {
            None => Some(Place::NoTable),
            Some(t) => {
                match t.find::<false>((&b.table, Value::UNBOUND), &mut t.cursor(hash), hash, key, &mut held) {
                    Step::At(i) => Some(Place::Found(i)),
                    Step::Missing(i) => Some(Place::Free(i)),
                    Step::Ask(_) | Step::Retry => None,
                }
            }
        };
        if let Some(place) = place {
            let r = change(place);
            drop(guard);
            return Ok(r);
        }
        drop(guard);
    }
    loop {
        let stamp = search(vm, b, hash, key)?;
        let guard = lock::lock(s);
        if stamp.holds(b) {
            let r = change(stamp.place);
            drop(guard);
            return Ok(r);
        }
        drop(guard);
    }
}
