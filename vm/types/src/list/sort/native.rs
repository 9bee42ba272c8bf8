//! Sorting keys that native code can put into a total order: exact ints, floats without NaN, strings, and tuples of
//! equal length that have one of these kinds at each place.
//!
//! Each key gets a rank, 64 bits that never contradict its order; only keys of equal rank are looked at again.

use pyre_object::int::{self, IntRef};
use pyre_object::str::{self, Data};
use pyre_object::{Builtin, Obj, Value, float, tuple};
use std::cmp::Ordering;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ints of at most 62 bits.
    SmallInt,
    Int,
    Float,
    /// Strings of one byte for each code point.
    Latin1,
    Str,
}

enum Plan {
    Scalars(Kind),
    /// The kinds of the items.
    Tuples(Vec<Kind>),
}

/// As [`sort`] for items that are their own keys.
pub(super) fn sort_items(words: &mut [Value], reverse: bool) -> bool {
    if !words.iter().all(|w| w.is_int()) {
        return sort(words, |w| *w, reverse);
    }
    // The words of small ints are ordered as the ints are, and equal ones are the same.
    if reverse {
        words.sort_unstable_by_key(|w| std::cmp::Reverse(w.0 as i64));
    } else {
        words.sort_unstable_by_key(|w| w.0 as i64);
    }
    true
}

/// Sorts stably by keys, descending if `reverse`. False if the keys are not of this sort; then nothing has changed. Runs no
/// Python code; the keys are alive.
pub(super) fn sort<T: Copy>(v: &mut [T], key: impl Fn(&T) -> Value, reverse: bool) -> bool {
    if v.len() < 2 {
        return true;
    }
    let Some(plan) = plan(v.iter().map(&key)) else { return false };
    if reverse {
        v.reverse();
    }
    match plan {
        Plan::Scalars(kind @ (Kind::SmallInt | Kind::Float)) => {
            by_rank(v, |t| with(key(t), |o| rank(kind, o)), |_, _| Ordering::Equal);
        }
        Plan::Scalars(kind) => by_rank(
            v,
            |t| with(key(t), |o| rank(kind, o)),
            |a, b| with(key(a), |a| with(key(b), |b| compare(kind, a, b))),
        ),
        Plan::Tuples(kinds) => {
            // Two ranks: the first items are often equal.
            let two = |o: &Obj| {
                let items = tuple::items(o);
                (rank(kinds[0], &items[0]), kinds.get(1).map_or(0, |kind| rank(*kind, &items[1])))
            };
            by_rank(
                v,
                |t| with(key(t), |o| first_decides(kinds[0], two(o))),
                |a, b| with(key(a), |a| with(key(b), |b| compare_tuples(&kinds, a, b))),
            );
        }
    }
    if reverse {
        v.reverse();
    }
    true
}

/// Lends the object behind a word that is alive.
#[inline(always)]
fn with<R>(v: Value, f: impl FnOnce(&Obj) -> R) -> R {
    // SAFETY: the callers of `sort` keep the keys alive.
    f(unsafe { Obj::borrow_raw(&v) })
}

/// The second rank counts only where equal first ranks mean equal items.
fn first_decides(kind: Kind, (first, second): (u64, u64)) -> (u64, u64) {
    (first, if matches!(kind, Kind::SmallInt | Kind::Float) { second } else { 0 })
}

fn by_rank<T: Copy, R: Ord + Copy>(v: &mut [T], rank: impl Fn(&T) -> R, tie: impl Fn(&T, &T) -> Ordering) {
    let mut ranked: Vec<(R, T)> = v.iter().map(|t| (rank(t), *t)).collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(&a.1, &b.1)));
    v.iter_mut().zip(ranked).for_each(|(to, (_, t))| *to = t);
}

fn plan(keys: impl Iterator<Item = Value> + Clone) -> Option<Plan> {
    let first = keys.clone().next()?;
    if with(first, |o| o.is_exactly(Builtin::Tuple)) {
        return plan_tuples(keys).map(Plan::Tuples);
    }
    let mut kind = with(first, kind_of)?;
    for k in keys {
        kind = join(kind, with(k, kind_of)?)?;
    }
    Some(Plan::Scalars(kind))
}

fn plan_tuples(keys: impl Iterator<Item = Value>) -> Option<Vec<Kind>> {
    let mut kinds: Vec<Kind> = Vec::new();
    for k in keys {
        with(k, |o| {
            let items = if o.is_exactly(Builtin::Tuple) { tuple::items(o) } else { &[] };
            if kinds.is_empty() {
                kinds = items.iter().map(kind_of).collect::<Option<_>>()?;
            }
            if items.is_empty() || items.len() != kinds.len() {
                return None;
            }
            for (kind, item) in kinds.iter_mut().zip(items) {
                *kind = join(*kind, kind_of(item)?)?;
            }
            Some(())
        })?;
    }
    Some(kinds)
}

#[inline]
fn kind_of(o: &Obj) -> Option<Kind> {
    if o.raw().is_int() {
        return Some(Kind::SmallInt);
    }
    if str::is_exact(o) {
        let narrow = str::expect(o).kind() == str::Kind::One;
        return Some(if narrow { Kind::Latin1 } else { Kind::Str });
    }
    if o.is_exactly(Builtin::Float) {
        return float::as_float(o).filter(|f| !f.is_nan()).map(|_| Kind::Float);
    }
    o.is_exactly(Builtin::Int).then_some(Kind::Int)
}

/// The kind of keys of both kinds.
#[inline]
fn join(a: Kind, b: Kind) -> Option<Kind> {
    match (a, b) {
        _ if a == b => Some(a),
        (Kind::SmallInt, Kind::Int) | (Kind::Int, Kind::SmallInt) => Some(Kind::Int),
        (Kind::Latin1, Kind::Str) | (Kind::Str, Kind::Latin1) => Some(Kind::Str),
        _ => None,
    }
}

const SIGN: u64 = 1 << 63;

#[inline]
fn rank(kind: Kind, o: &Obj) -> u64 {
    match kind {
        Kind::SmallInt => o.raw().int() as u64 ^ SIGN,
        Kind::Int => match int::expect(o) {
            IntRef::Small(i) => i as u64 ^ SIGN,
            big if big.is_negative() => 0,
            _ => u64::MAX,
        },
        Kind::Float => {
            // Adding 0 makes both zeros one.
            let bits = (float::as_float(o).unwrap_or_default() + 0.0).to_bits();
            if bits & SIGN != 0 { !bits } else { bits | SIGN }
        }
        Kind::Latin1 => latin1_rank(str::expect(o).raw_bytes()),
        Kind::Str => text_rank(o),
    }
}

/// The first eight bytes; a shorter string is as if it ended in zeros.
#[inline]
fn latin1_rank(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(first) => u64::from_be_bytes(*first),
        None => {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(padded)
        }
    }
}

/// The first three code points, as all widths can have them; a shorter string is as if it ended in zeros.
fn text_rank(o: &Obj) -> u64 {
    let of = |units: &mut dyn Iterator<Item = u32>| {
        (0..3).fold(0, |rank, _| rank << 21 | u64::from(units.next().unwrap_or(0)))
    };
    match str::expect(o).data() {
        Data::One(b) => of(&mut b.iter().map(|c| u32::from(*c))),
        Data::Two(b) => of(&mut b.iter().map(|c| u32::from(*c))),
        Data::Four(b) => of(&mut b.iter().copied()),
    }
}

fn compare(kind: Kind, a: &Obj, b: &Obj) -> Ordering {
    match kind {
        Kind::SmallInt | Kind::Int => int::expect(a).compare(int::expect(b)),
        Kind::Float => rank(kind, a).cmp(&rank(kind, b)),
        Kind::Latin1 => str::expect(a).raw_bytes().cmp(str::expect(b).raw_bytes()),
        Kind::Str => str::cmp(a, b),
    }
}

fn compare_tuples(kinds: &[Kind], a: &Obj, b: &Obj) -> Ordering {
    let pairs = tuple::items(a).iter().zip(tuple::items(b));
    let mut by_item = kinds.iter().zip(pairs).map(|(kind, (x, y))| compare(*kind, x, y));
    by_item.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}
