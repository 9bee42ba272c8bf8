//! `range` and its iterators: bodies, construction, stepping. The methods are in `pyre-types`.
//!
//! A range keeps its four numbers as Python ints of any size. Its iterator is a machine-word one whenever all values
//! it will produce are words; the interpreter's `ForIter` steps that one itself.

use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::int::{self, IntRef};
use crate::iterators::is_private;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{alloc, heap_body, lock};
use pyre_threads::sync::{AtomicI64, AtomicU64, Ordering};

heap_body! {
    /// `range(start, stop, step)`: exact ints, written once.
    pub struct RangeBody "range" { slots { start, stop, step, length } data {} }
}

heap_body! {
    /// The iterator of a range of machine words. Only `remaining` changes, so that no two words can disagree.
    pub struct RangeIterBody "range_iterator" {
        slots {}
        data {
            /// Where the range ends: one step behind the last value. Wraps around like the arithmetic on it.
            end: AtomicI64,
            /// How many values are left.
            remaining: AtomicU64,
            /// The distance of two values.
            step: AtomicI64,
        }
    }
}

heap_body! {
    /// The iterator of a range with larger numbers: exact ints. All three are exchanged under the object's lock.
    pub struct LongRangeIterBody "longrange_iterator" { slots { current, remaining, step } data {} }
}

impl RangeIterBody {
    /// An iterator over `remaining` words.
    pub fn new(first: i64, remaining: u64, step: i64) -> RangeIterBody {
        RangeIterBody {
            end: AtomicI64::new(first.wrapping_add((remaining as i64).wrapping_mul(step))),
            remaining: AtomicU64::new(remaining),
            step: AtomicI64::new(step),
        }
    }

    /// The value that is given when so many are left.
    #[inline(always)]
    pub fn value_at(&self, left: u64) -> i64 {
        let distance = (left as i64).wrapping_mul(self.step.load(Ordering::Relaxed));
        self.end.load(Ordering::Relaxed).wrapping_sub(distance)
    }

    /// The next value.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        let mut left = self.remaining.load(Ordering::Relaxed);
        loop {
            if left == 0 {
                return None;
            }
            if is_private(self) {
                self.remaining.store(left - 1, Ordering::Relaxed);
                return Some(self.value_at(left));
            }
            match self.remaining.compare_exchange(left, left - 1, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(self.value_at(left)),
                Err(now) => left = now,
            }
        }
    }
}

/// How many values `range(start, stop, step)` has, for words; `step` is not 0.
pub fn count(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 && start < stop {
        (stop.wrapping_sub(start) as u64 - 1) / step as u64 + 1
    } else if step < 0 && start > stop {
        (start.wrapping_sub(stop) as u64 - 1) / step.unsigned_abs() + 1
    } else {
        0
    }
}

/// As [`count`], for exact ints of any size.
///
/// # Errors
/// `MemoryError`.
pub fn count_any(vm: &Vm, start: &Obj, stop: &Obj, step: &Obj) -> PyResult {
    if let (Some(a), Some(b), Some(s)) = (int::as_i64(start), int::as_i64(stop), int::as_i64(step)) {
        return Ok(int::from_u64(count(a, b, s)));
    }
    let (low, high, width) = if int::expect(step).is_negative() {
        (stop, start, int::neg(int::expect(step)))
    } else {
        (start, stop, step.clone())
    };
    if int::expect(low).compare(int::expect(high)).is_ge() {
        return Ok(Obj::from_len(0));
    }
    let distance = int::sub(&int::sub(high, low), &Obj::from_len(1));
    let whole =
        int::floor_divide(int::expect(&distance), int::expect(&width)).map_err(|e| vm.num_error(e))?;
    Ok(int::add(&whole, &Obj::from_len(1)))
}

/// `range(start, stop, step)` of exact ints.
///
/// # Errors
/// `ValueError` for a step of 0.
pub fn new_range(vm: &Vm, start: Obj, stop: Obj, step: Obj) -> PyResult {
    if int::expect(&step).is_zero() {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    let length = count_any(vm, &start, &stop, &step)?;
    Ok(alloc::new(
        Builtin::Range,
        RangeBody {
            start: Slot::new(start),
            stop: Slot::new(stop),
            step: Slot::new(step),
            length: Slot::new(length),
        },
    ))
}

/// An iterator over `count` values from `start` on, `step` apart: exact ints.
pub fn new_iter(start: &Obj, count: &Obj, step: &Obj) -> Obj {
    if let (Some(a), Some(n), Some(s)) = (int::as_i64(start), int::as_i64(count), int::as_i64(step))
        && i128::from(a) + i128::from(n) * i128::from(s) == i128::from(a.wrapping_add(n.wrapping_mul(s)))
    {
        return alloc::new(Builtin::RangeIter, RangeIterBody::new(a, n as u64, s));
    }
    alloc::new(
        Builtin::LongRangeIter,
        LongRangeIterBody {
            current: Slot::new(start.clone()),
            remaining: Slot::new(count.clone()),
            step: Slot::new(step.clone()),
        },
    )
}

/// `iter(r)`, `r` a range.
///
/// # Panics
/// `r` is no range.
pub fn iter(r: &Obj) -> Obj {
    let b: &RangeBody = r.body();
    new_iter(b.start.get_fixed(), b.length.get_fixed(), b.step.get_fixed())
}

/// The next value of a machine-word iterator.
#[inline]
pub fn next(it: &RangeIterBody) -> Option<Obj> {
    it.advance().map(int::new_int)
}

/// The next value of a `longrange_iterator`.
///
/// # Panics
/// `it` is something else.
pub fn long_next(it: &Obj) -> Option<Obj> {
    let b: &LongRangeIterBody = it.body();
    loop {
        let (current, left) = lock::with_lock(it, || (b.current.get(), b.remaining.get()));
        if int::expect(&left).compare(IntRef::Small(0)).is_le() {
            return None;
        }
        let following = int::add(&current, b.step.get_fixed());
        let fewer = int::sub(&left, &Obj::from_len(1));
        let old = lock::with_lock(it, || {
            if b.remaining.peek() != left.raw() {
                return Err((following, fewer));
            }
            Ok((b.current.replace_locked(following), b.remaining.replace_locked(fewer)))
        });
        if old.is_ok() {
            return Some(current);
        }
    }
}
