//! `int`: 62 bits in the value word, more in a box; `bool` is an int in arithmetic. Instances of subclasses are boxes of
//! any value.

use crate::alloc;
use crate::builtin::Builtin;
use crate::error::{PyResult, Raised};
use crate::exception::Exc;
use crate::heap_body;
use crate::obj::Obj;
use crate::shape::Shape;
use crate::slots::BinOp;
use crate::value::Value;
use crate::vm::Vm;
use pyre_number::float::PowResult;
use pyre_number::int::small;
use pyre_number::{BigInt, NumError, NumErrorKind};
use std::borrow::Cow;
use std::cmp::Ordering;

heap_body! {
    /// A boxed int.
    pub struct IntBody "int" { slots {} data { value: BigInt } }
}

/// The value of an int: in a machine word if it fits there.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    /// Fits 64 bits.
    Small(i64),
    /// Does not.
    Big(&'a BigInt),
}

impl<'a> IntRef<'a> {
    /// As a big int.
    #[inline]
    pub fn to_big(self) -> Cow<'a, BigInt> {
        match self {
            IntRef::Small(i) => Cow::Owned(BigInt::from(i)),
            IntRef::Big(b) => Cow::Borrowed(b),
        }
    }

    /// Whether it is below zero.
    #[inline]
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(i) => i < 0,
            IntRef::Big(b) => b.is_negative(),
        }
    }

    /// Whether it is zero.
    #[inline]
    pub fn is_zero(self) -> bool {
        matches!(self, IntRef::Small(0))
    }

    /// As an exact `int` object.
    pub fn to_obj(self) -> Obj {
        match self {
            IntRef::Small(i) => new_int(i),
            IntRef::Big(b) => from_bigint(b.clone()),
        }
    }

    /// The order of two ints.
    #[inline]
    pub fn compare(self, other: IntRef<'_>) -> Ordering {
        match (self, other) {
            (IntRef::Small(a), IntRef::Small(b)) => a.cmp(&b),
            (IntRef::Big(a), IntRef::Big(b)) => a.cmp(b),
            (IntRef::Big(a), IntRef::Small(b)) => a.cmp_i64(b),
            (IntRef::Small(a), IntRef::Big(b)) => b.cmp_i64(a).reverse(),
        }
    }

    /// The hash.
    #[inline]
    pub fn hash(self) -> i64 {
        match self {
            IntRef::Small(i) => small::hash(i),
            IntRef::Big(b) => b.hash_value(),
        }
    }

    /// The exact order of an int and a float; `None` for NaN.
    pub fn compare_f64(self, f: f64) -> Option<Ordering> {
        match self {
            IntRef::Small(i) => small::cmp_f64(i, f),
            IntRef::Big(b) => b.cmp_f64(f),
        }
    }

    /// The nearest float.
    ///
    /// # Errors
    /// `OverflowError`.
    pub fn to_f64(self) -> Result<f64, NumError> {
        match self {
            IntRef::Small(i) => Ok(i as f64),
            IntRef::Big(b) => b.to_f64(),
        }
    }
}

/// An `int`.
#[inline(always)]
pub fn new_int(i: i64) -> Obj {
    match Value::small_int(i) {
        // SAFETY: an immediate owns nothing.
        Some(v) => unsafe { Obj::from_raw(v) },
        None => boxed(BigInt::from(i)),
    }
}

#[cold]
fn boxed(value: BigInt) -> Obj {
    alloc::new(Builtin::Int, IntBody { value })
}

/// An `int` of any size.
#[inline]
pub fn from_bigint(value: BigInt) -> Obj {
    match value.to_i64() {
        Some(i) => new_int(i),
        None => boxed(value),
    }
}

/// An `int`.
#[inline]
pub fn from_u64(i: u64) -> Obj {
    if i <= i64::MAX as u64 { new_int(i as i64) } else { boxed(BigInt::from(i)) }
}

/// An `int`.
#[inline]
pub fn from_usize(i: usize) -> Obj {
    from_u64(i as u64)
}

/// An `int`.
#[inline]
pub fn from_i128(i: i128) -> Obj {
    match i64::try_from(i) {
        Ok(i) => new_int(i),
        Err(_) => boxed(BigInt::from(i)),
    }
}

/// An `int` from its sign and the little-endian bytes of its magnitude.
pub fn from_magnitude(negative: bool, magnitude: &[u8]) -> Obj {
    let value = BigInt::from_bytes(magnitude, pyre_number::int::bytes::ByteOrder::Little, false);
    from_bigint(if negative { -value } else { value })
}

/// An instance of a subclass of `int`.
pub fn new_int_shaped(shape: &'static Shape, value: BigInt) -> Obj {
    alloc::new_shaped(shape, IntBody { value })
}

/// The value of an `int`, a `bool` or an instance of a subclass; `None` for other objects.
#[inline(always)]
pub fn get(o: &Obj) -> Option<IntRef<'_>> {
    let v = o.raw();
    if v.is_int() {
        return Some(IntRef::Small(v.int()));
    }
    get_other(o)
}

#[inline(never)]
fn get_other(o: &Obj) -> Option<IntRef<'_>> {
    match o.raw() {
        Value::TRUE => Some(IntRef::Small(1)),
        Value::FALSE => Some(IntRef::Small(0)),
        v if v.is_ptr() => {
            let big = &o.downcast::<IntBody>()?.value;
            Some(big.to_i64().map_or(IntRef::Big(big), IntRef::Small))
        }
        _ => None,
    }
}

/// The value of an int.
///
/// # Panics
/// The object is none.
#[inline]
#[track_caller]
pub fn expect(o: &Obj) -> IntRef<'_> {
    get(o).expect("not an int")
}

/// Whether the object is an `int`, a `bool` or of a subclass.
#[inline]
pub fn is_int(o: &Obj) -> bool {
    o.raw().is_int() || get_other(o).is_some()
}

/// The value of an int that fits 64 bits; `None` for larger ones and other objects.
#[inline]
pub fn as_i64(o: &Obj) -> Option<i64> {
    match get(o)? {
        IntRef::Small(i) => Some(i),
        IntRef::Big(_) => None,
    }
}

/// The value of an int that fits unsigned 64 bits; `None` for others and other objects.
#[inline]
pub fn as_u64(o: &Obj) -> Option<u64> {
    match get(o)? {
        IntRef::Small(i) => u64::try_from(i).ok(),
        IntRef::Big(b) => b.to_u64(),
    }
}

/// The value of an int as a big int; `None` for other objects.
pub fn to_bigint(o: &Obj) -> Option<BigInt> {
    get(o).map(|i| i.to_big().into_owned())
}

/// The nearest float to an int.
///
/// # Errors
/// `OverflowError`.
///
/// # Panics
/// The object is no int.
pub fn to_f64(vm: &Vm, o: &Obj) -> PyResult<f64> {
    expect(o).to_f64().map_err(|e| vm.num_error(e))
}

/// `a + b` of two ints.
///
/// # Panics
/// One is none.
#[inline]
pub fn add(a: &Obj, b: &Obj) -> Obj {
    match (expect(a), expect(b)) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i128(i128::from(a) + i128::from(b)),
        (IntRef::Big(a), IntRef::Small(b)) | (IntRef::Small(b), IntRef::Big(a)) => from_bigint(a + b),
        (IntRef::Big(a), IntRef::Big(b)) => from_bigint(a + b),
    }
}

/// `a - b` of two ints.
///
/// # Panics
/// One is none.
#[inline]
pub fn sub(a: &Obj, b: &Obj) -> Obj {
    match (expect(a), expect(b)) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i128(i128::from(a) - i128::from(b)),
        (IntRef::Big(a), IntRef::Small(b)) => from_bigint(a - b),
        (a, b) => from_bigint(a.to_big().as_ref() - b.to_big().as_ref()),
    }
}

/// `a * b` of two ints.
///
/// # Panics
/// One is none.
#[inline]
pub fn mul(a: &Obj, b: &Obj) -> Obj {
    match (expect(a), expect(b)) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i128(i128::from(a) * i128::from(b)),
        (IntRef::Big(a), IntRef::Small(b)) | (IntRef::Small(b), IntRef::Big(a)) => from_bigint(a * b),
        (IntRef::Big(a), IntRef::Big(b)) => from_bigint(a * b),
    }
}

/// `a op b`; `NotImplemented` when an operand is no int or the operator none of ints.
///
/// # Errors
/// `ZeroDivisionError`, `OverflowError`, `MemoryError`, and `ValueError` for negative shift counts.
pub fn binary(vm: &Vm, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
    let (Some(x), Some(y)) = (get(a), get(b)) else { return Ok(Obj::NOT_IMPLEMENTED) };
    let r = match op {
        BinOp::Add => return Ok(add(a, b)),
        BinOp::Sub => return Ok(sub(a, b)),
        BinOp::Mul => return Ok(mul(a, b)),
        BinOp::And | BinOp::Or | BinOp::Xor => return Ok(bitwise(op, x, y)),
        BinOp::TrueDiv => true_divide(x, y).map(crate::float::new_float),
        BinOp::FloorDiv => floor_divide(x, y),
        BinOp::Mod => modulo(x, y),
        BinOp::Pow => power(x, y),
        BinOp::LShift => shift_left(x, y),
        BinOp::RShift => shift_right(x, y),
        BinOp::DivMod => divmod(x, y).map(|(q, r)| crate::tuple::new_tuple([q, r])),
        BinOp::MatMul => return Ok(Obj::NOT_IMPLEMENTED),
    };
    r.map_err(|e| vm.num_error(e))
}

fn bitwise(op: BinOp, x: IntRef<'_>, y: IntRef<'_>) -> Obj {
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y) {
        return new_int(match op {
            BinOp::And => x & y,
            BinOp::Or => x | y,
            _ => x ^ y,
        });
    }
    let (x, y) = (x.to_big(), y.to_big());
    from_bigint(match op {
        BinOp::And => x.as_ref() & y.as_ref(),
        BinOp::Or => x.as_ref() | y.as_ref(),
        _ => x.as_ref() ^ y.as_ref(),
    })
}

/// `a / b`
///
/// # Errors
/// `ZeroDivisionError`, `OverflowError`.
pub fn true_divide(a: IntRef<'_>, b: IntRef<'_>) -> Result<f64, NumError> {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => small::true_divide(a, b),
        (a, b) => a.to_big().true_divide(&b.to_big()),
    }
}

/// `a // b`
///
/// # Errors
/// `ZeroDivisionError`.
pub fn floor_divide(a: IntRef<'_>, b: IntRef<'_>) -> Result<Obj, NumError> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && let Some(q) = small::floordiv(x, y)
    {
        return Ok(new_int(q));
    }
    a.to_big().floordiv(&b.to_big()).map(from_bigint)
}

/// `a % b`
///
/// # Errors
/// `ZeroDivisionError`.
pub fn modulo(a: IntRef<'_>, b: IntRef<'_>) -> Result<Obj, NumError> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && let Some(r) = small::modulo(x, y)
    {
        return Ok(new_int(r));
    }
    a.to_big().modulo(&b.to_big()).map(from_bigint)
}

/// `divmod(a, b)`
///
/// # Errors
/// `ZeroDivisionError`.
pub fn divmod(a: IntRef<'_>, b: IntRef<'_>) -> Result<(Obj, Obj), NumError> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && let Some((q, r)) = small::divmod(x, y)
    {
        return Ok((new_int(q), new_int(r)));
    }
    let (q, r) = a.to_big().divmod(&b.to_big())?;
    Ok((from_bigint(q), from_bigint(r)))
}

/// `a ** b`: a float for negative exponents.
///
/// # Errors
/// `ZeroDivisionError`, `OverflowError`, `MemoryError`.
pub fn power(a: IntRef<'_>, b: IntRef<'_>) -> Result<Obj, NumError> {
    if b.is_negative() {
        return match pyre_number::float::pow(a.to_f64()?, b.to_f64()?)? {
            PowResult::Real(f) => Ok(crate::float::new_float(f)),
            // An integral exponent never gives a complex result.
            PowResult::Complex => Err(NumError::range()),
        };
    }
    match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => match small::pow(x, y as u64) {
            Some(r) => Ok(new_int(r)),
            None => BigInt::from(x).pow(y as u64).map(from_bigint),
        },
        (IntRef::Big(x), IntRef::Small(y)) => x.pow(y as u64).map(from_bigint),
        (a, IntRef::Big(y)) => a.to_big().pow_big(y).map(from_bigint),
    }
}

/// `pow(a, b, m)`
///
/// # Errors
/// `ValueError` for a zero modulus or a base that is not invertible.
pub fn power_mod(a: IntRef<'_>, b: IntRef<'_>, m: IntRef<'_>) -> Result<Obj, NumError> {
    if let (IntRef::Small(x), IntRef::Small(y), IntRef::Small(z)) = (a, b, m)
        && y >= 0
        && z != 0
    {
        return Ok(new_int(small::modpow(x, y as u64, z)));
    }
    a.to_big().modpow(&b.to_big(), &m.to_big()).map(from_bigint)
}

/// `a << b`
///
/// # Errors
/// `ValueError` for negative counts, `MemoryError`, `OverflowError`.
pub fn shift_left(a: IntRef<'_>, b: IntRef<'_>) -> Result<Obj, NumError> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && y >= 0
        && let Some(r) = small::shift_left(x, y as u64)
    {
        return Ok(new_int(r));
    }
    a.to_big().shift_left_by(&b.to_big()).map(from_bigint)
}

/// `a >> b`
///
/// # Errors
/// `ValueError` for negative counts.
pub fn shift_right(a: IntRef<'_>, b: IntRef<'_>) -> Result<Obj, NumError> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && y >= 0
    {
        return Ok(new_int(small::shift_right(x, y as u64)));
    }
    a.to_big().shift_right_by(&b.to_big()).map(from_bigint)
}

/// `-a`
pub fn neg(a: IntRef<'_>) -> Obj {
    match a {
        IntRef::Small(i) => from_i128(-i128::from(i)),
        IntRef::Big(b) => from_bigint(-b),
    }
}

impl Vm {
    /// The exception for a failed operation on numbers.
    #[cold]
    pub fn num_error(&self, e: NumError) -> Raised {
        match e.kind {
            NumErrorKind::Value => self.value_error(e.message),
            NumErrorKind::Overflow => self.overflow_error(e.message),
            NumErrorKind::OverflowErrno => {
                self.error_with(Exc::OverflowError, &[new_int(34), crate::str::new_str(e.message)])
            }
            NumErrorKind::ZeroDivision => self.error(Exc::ZeroDivisionError, e.message),
            NumErrorKind::Memory => self.error_with(Exc::MemoryError, &[]),
        }
    }

    /// `MemoryError()`
    #[cold]
    pub fn memory_error(&self) -> Raised {
        self.error_with(Exc::MemoryError, &[])
    }

    /// `operator.index(o)`: an int.
    ///
    /// # Errors
    /// `TypeError` for everything that is no integer.
    #[inline]
    pub fn index(&self, o: &Obj) -> PyResult {
        if is_int(o) { Ok(o.clone()) } else { self.convert_to_index(o) }
    }

    #[cold]
    fn convert_to_index(&self, o: &Obj) -> PyResult {
        let Some(f) = o.slots().index.get() else {
            return Err(
                self.type_error(format!("'{}' object cannot be interpreted as an integer", o.type_name()))
            );
        };
        let r = f(self, o)?;
        if !is_int(&r) {
            return Err(self.type_error(format!("__index__ returned non-int (type {})", r.type_name())));
        }
        if !r.is_exactly(Builtin::Int) {
            self.warn(
                Exc::DeprecationWarning,
                &format!(
                    "__index__ returned non-int (type {}).  The ability to return an instance of a strict subclass of \
                     int is deprecated, and may not be supported in a future version of Python.",
                    r.type_name()
                ),
                1,
            )?;
        }
        Ok(r)
    }

    /// An integer argument that must fit a machine word.
    ///
    /// # Errors
    /// `TypeError`; `OverflowError: Python int too large to convert to C ssize_t`.
    #[inline]
    pub fn to_isize(&self, o: &Obj) -> PyResult<isize> {
        if o.raw().is_int() {
            return Ok(o.raw().int() as isize);
        }
        let i = self.index(o)?;
        as_i64(&i)
            .map(|i| i as isize)
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C ssize_t"))
    }

    /// As [`Self::to_isize`], for arguments that must not be negative.
    ///
    /// # Errors
    /// As there; `ValueError` for negative values.
    #[inline]
    pub fn to_usize(&self, o: &Obj) -> PyResult<usize> {
        let i = self.to_isize(o)?;
        usize::try_from(i).map_err(|_| self.value_error("value must be positive"))
    }

    /// An integer argument that must fit 64 bits.
    ///
    /// # Errors
    /// `TypeError`; `OverflowError`.
    #[inline]
    pub fn to_i64(&self, o: &Obj) -> PyResult<i64> {
        let i = self.index(o)?;
        as_i64(&i).ok_or_else(|| self.overflow_error("Python int too large to convert to C long"))
    }

    /// An integer argument that must fit unsigned 64 bits.
    ///
    /// # Errors
    /// `TypeError`; `OverflowError`.
    pub fn to_u64(&self, o: &Obj) -> PyResult<u64> {
        let i = self.index(o)?;
        as_u64(&i).ok_or_else(|| match expect(&i).is_negative() {
            true => self.overflow_error("can't convert negative int to unsigned"),
            false => self.overflow_error("Python int too large to convert to C unsigned long"),
        })
    }

    /// An integer argument that must fit 32 bits.
    ///
    /// # Errors
    /// `TypeError`; `OverflowError`.
    pub fn to_i32(&self, o: &Obj) -> PyResult<i32> {
        let i = self.index(o)?;
        as_i64(&i)
            .and_then(|i| i32::try_from(i).ok())
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C int"))
    }

    /// An index or a repeat count; `exc` is raised when it does not fit a machine word.
    ///
    /// # Errors
    /// `TypeError`; `exc: cannot fit 'T' into an index-sized integer`.
    #[inline]
    pub fn to_index(&self, o: &Obj, exc: Exc) -> PyResult<isize> {
        if o.raw().is_int() {
            return Ok(o.raw().int() as isize);
        }
        let i = self.index(o)?;
        as_i64(&i).map(|i| i as isize).ok_or_else(|| {
            self.error(exc, format!("cannot fit '{}' into an index-sized integer", o.type_name()))
        })
    }

    /// An integer argument, clamped to the range of a machine word: for slices.
    ///
    /// # Errors
    /// `TypeError: slice indices must be integers or None or have an __index__ method`.
    #[inline]
    pub fn to_clamped(&self, o: &Obj) -> PyResult<isize> {
        if o.raw().is_int() {
            return Ok(o.raw().int() as isize);
        }
        if !is_int(o) && o.slots().index.addr() == 0 {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        let i = self.index(o)?;
        Ok(match expect(&i) {
            IntRef::Small(i) => i as isize,
            IntRef::Big(b) if b.is_negative() => isize::MIN,
            IntRef::Big(_) => isize::MAX,
        })
    }

    /// The start and stop arguments of `find`, `count`, `startswith` and their like as offsets within `len`.
    ///
    /// # Errors
    /// As [`Self::to_clamped`].
    #[inline]
    pub fn to_range(&self, start: &Obj, end: &Obj, len: usize) -> PyResult<(usize, usize)> {
        if start.is_unbound() && end.is_unbound() {
            return Ok((0, len));
        }
        let place = |o: &Obj, default: usize| -> PyResult<usize> {
            let Some(o) = o.not_none() else { return Ok(default) };
            let i = self.to_clamped(o)?;
            Ok(if i < 0 { (len as isize).saturating_add(i).max(0) as usize } else { i as usize })
        };
        Ok((place(start, 0)?, place(end, len)?.min(len)))
    }
}
