//! `float`: immediate in the value word, or boxed when the exponent is a rare one or the type a subclass.

use crate::alloc;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::shape::Shape;
use crate::value::Value;
use crate::vm::Vm;
use crate::{heap_body, int};

heap_body! {
    /// A boxed float.
    pub struct FloatBody "float" { slots {} data { value: f64 } }
}

/// A `float`.
#[inline(always)]
pub fn new_float(f: f64) -> Obj {
    match Value::float_immediate(f) {
        // SAFETY: an immediate owns nothing.
        Some(v) => unsafe { Obj::from_raw(v) },
        None => alloc::new(Builtin::Float, FloatBody { value: f }),
    }
}

/// A `float` that is an object of its own: a NaN that a program asks for has an identity, which containers compare first.
pub fn new_boxed(f: f64) -> Obj {
    alloc::new(Builtin::Float, FloatBody { value: f })
}

/// An instance of a subclass of `float`.
pub fn new_float_shaped(shape: &'static Shape, f: f64) -> Obj {
    alloc::new_shaped(shape, FloatBody { value: f })
}

/// The value of a `float` or of an instance of a subclass.
#[inline(always)]
pub fn as_float(o: &Obj) -> Option<f64> {
    let v = o.raw();
    if v.is_float() {
        return Some(v.float());
    }
    if v.is_ptr() { o.downcast::<FloatBody>().map(|b| b.value) } else { None }
}

/// Whether the object is a `float` or of a subclass.
#[inline(always)]
pub fn is_float(o: &Obj) -> bool {
    as_float(o).is_some()
}

impl Vm {
    /// The value of any real number: a float, or something with `__float__` or `__index__`.
    ///
    /// # Errors
    /// `TypeError` for everything else; `OverflowError` for ints that are too large.
    #[inline]
    pub fn to_f64(&self, o: &Obj) -> PyResult<f64> {
        match as_float(o) {
            Some(f) => Ok(f),
            None if o.raw().is_int() => Ok(o.raw().int() as f64),
            None => self.call_float(o),
        }
    }

    /// The value of a real number by its `__float__`, even if it is a float itself, or by its `__index__`.
    ///
    /// # Errors
    /// As [`Self::to_f64`].
    #[cold]
    pub fn call_float(&self, o: &Obj) -> PyResult<f64> {
        if let Some(f) = o.slots().float.get() {
            let r = f(self, o)?;
            let Some(x) = as_float(&r) else {
                return Err(self.type_error(format!(
                    "{}.__float__ returned non-float (type {})",
                    o.type_name(),
                    r.type_name()
                )));
            };
            if !r.is_exactly(Builtin::Float) {
                self.warn(
                    crate::Exc::DeprecationWarning,
                    &format!(
                        "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict \
                         subclass of float is deprecated, and may not be supported in a future version of Python.",
                        o.type_name(),
                        r.type_name()
                    ),
                    1,
                )?;
            }
            return Ok(x);
        }
        if o.slots().index.addr() != 0 || int::is_int(o) {
            let i = self.index(o)?;
            return int::to_f64(self, &i);
        }
        Err(self.type_error(format!("must be real number, not {}", o.type_name())))
    }
}
