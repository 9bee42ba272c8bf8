//! The value word: one `u64` that is a heap pointer, a small int, a float or a singleton.
//!
//! Encoding (see `docs/decisions/0001-value-tags.md`):
//!
//! | low bits | meaning |
//! |---|---|
//! | `000` | pointer to a heap cell, never null |
//! | `11`  | 62-bit int, `(i << 2) \| 3` |
//! | bit 0 != bit 1 | immediate float, `bits.rotate_left(4) ^ 2` (self-tagging: Melançon, Feeley, Serrano, 2025) |
//! | `100` | singleton, `(k << 3) \| 4` |
//!
//! `Value` is `Copy` and owns nothing: it is for the core of the VM only. Everything else uses [`crate::Obj`].

use pyre_gc::Header;

/// A raw value word. Copying it does not count a reference.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(pub u64);

/// Smallest int that fits into a value word.
pub const SMALL_INT_MIN: i64 = -(1 << 61);
/// Largest int that fits into a value word.
pub const SMALL_INT_MAX: i64 = (1 << 61) - 1;

impl Value {
    /// The content of a register, slot or variable that holds nothing.
    pub const UNBOUND: Value = Value(4);
    /// `None`
    pub const NONE: Value = Value(12);
    /// `False`
    pub const FALSE: Value = Value(20);
    /// `True`
    pub const TRUE: Value = Value(28);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Value = Value(36);
    /// `...`
    pub const ELLIPSIS: Value = Value(44);
    /// A dict or set entry whose key was deleted.
    pub const TOMBSTONE: Value = Value(52);
    /// The value of a dict entry while somebody who holds the dict's lock copies or moves it.
    pub const MOVING: Value = Value(60);

    /// The int `i`, or `None` when it needs more than 62 bits.
    #[inline(always)]
    pub const fn small_int(i: i64) -> Option<Value> {
        if i >= SMALL_INT_MIN && i <= SMALL_INT_MAX { Some(Value(((i as u64) << 2) | 3)) } else { None }
    }

    /// The int `i`, which the caller knows to fit into 62 bits.
    #[inline(always)]
    pub const fn int_unchecked(i: i64) -> Value {
        Value(((i as u64) << 2) | 3)
    }

    /// Whether this is an immediate int (`bool` is not).
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.0 & 3 == 3
    }

    /// Whether both words are immediate ints.
    #[inline(always)]
    pub const fn both_int(a: Value, b: Value) -> bool {
        a.0 & b.0 & 3 == 3
    }

    /// The int in the word; meaningless unless [`Self::is_int`].
    #[inline(always)]
    pub const fn int(self) -> i64 {
        (self.0 as i64) >> 2
    }

    /// The float `f` as an immediate, or `None` when its exponent is one of the rare ones that need a box.
    #[inline(always)]
    pub fn float_immediate(f: f64) -> Option<Value> {
        let w = f.to_bits().rotate_left(4) ^ 2;
        if (w ^ (w >> 1)) & 1 == 1 { Some(Value(w)) } else { None }
    }

    /// Whether this is an immediate float.
    #[inline(always)]
    pub const fn is_float(self) -> bool {
        (self.0 ^ (self.0 >> 1)) & 1 == 1
    }

    /// Whether both words are immediate floats.
    #[inline(always)]
    pub const fn both_float(a: Value, b: Value) -> bool {
        (a.0 ^ (a.0 >> 1)) & (b.0 ^ (b.0 >> 1)) & 1 == 1
    }

    /// The float in the word; meaningless unless [`Self::is_float`].
    #[inline(always)]
    pub fn float(self) -> f64 {
        f64::from_bits((self.0 ^ 2).rotate_right(4))
    }

    /// Whether this is a pointer to a heap cell.
    #[inline(always)]
    pub const fn is_ptr(self) -> bool {
        self.0 & 7 == 0
    }

    /// Whether this word is a singleton (`None`, `True`, the unbound marker, ...).
    #[inline(always)]
    pub const fn is_singleton(self) -> bool {
        self.0 & 7 == 4
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        Value(20 + ((b as u64) << 3))
    }

    /// Whether this is `True` or `False`.
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 == Self::TRUE.0 || self.0 == Self::FALSE.0
    }

    /// Whether a register or slot holds nothing.
    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.0 == Self::UNBOUND.0
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Self::NONE.0
    }

    /// The header of the cell that this word points to.
    ///
    /// # Safety
    /// The word is a pointer ([`Self::is_ptr`]) to a cell of the heap. Cells are type-stable, so the header may be
    /// read through atomics even when the object has died; everything behind it only while a reference is held.
    #[inline(always)]
    pub unsafe fn header<'a>(self) -> &'a Header {
        // SAFETY: the caller guarantees that the word points to a heap cell, which begins with its header.
        unsafe { &*(self.0 as *const Header) }
    }

    /// The word for a cell.
    #[inline(always)]
    pub fn from_header(h: *const Header) -> Value {
        Value(h as u64)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            v if v.is_int() => write!(f, "int({})", v.int()),
            v if v.is_float() => write!(f, "float({:?})", v.float()),
            v if v.is_ptr() => write!(f, "ptr({:#x})", v.0),
            v => write!(f, "singleton({})", v.0 >> 3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_int_of_62_bits_survives_the_word() {
        for i in [0, 1, -1, 42, SMALL_INT_MIN, SMALL_INT_MAX] {
            let v = Value::small_int(i).unwrap();
            assert!(v.is_int() && !v.is_float() && !v.is_ptr() && !v.is_singleton());
            assert_eq!(v.int(), i);
        }
        assert!(Value::small_int(SMALL_INT_MAX + 1).is_none());
        assert!(Value::small_int(SMALL_INT_MIN - 1).is_none());
    }

    #[test]
    fn common_floats_are_immediate_and_survive_the_word() {
        for f in [0.0, -0.0, 1.0, -1.5, 1e-70, 1e70, f64::INFINITY, f64::NEG_INFINITY, 5e-324, 1e300] {
            let v = Value::float_immediate(f).unwrap_or_else(|| panic!("{f} should be immediate"));
            assert!(v.is_float() && !v.is_int() && !v.is_ptr() && !v.is_singleton());
            assert_eq!(v.float().to_bits(), f.to_bits());
        }
        assert!(Value::float_immediate(f64::NAN).unwrap().float().is_nan());
        assert!(Value::float_immediate(1e100).is_none());
    }

    #[test]
    fn singletons_are_no_other_kind() {
        for v in [Value::UNBOUND, Value::NONE, Value::TRUE, Value::FALSE, Value::ELLIPSIS, Value::TOMBSTONE] {
            assert!(v.is_singleton() && !v.is_int() && !v.is_float() && !v.is_ptr());
        }
    }
}
