//! `complex`: always boxed.

use crate::alloc;
use crate::builtin::Builtin;
use crate::heap_body;
use crate::obj::Obj;
use crate::shape::Shape;
use pyre_number::Complex;

heap_body! {
    /// A complex number.
    pub struct ComplexBody "complex" { slots {} data { value: Complex } }
}

/// A `complex`.
pub fn new_complex(re: f64, im: f64) -> Obj {
    from_complex(Complex::new(re, im))
}

/// A `complex`.
pub fn from_complex(value: Complex) -> Obj {
    alloc::new(Builtin::Complex, ComplexBody { value })
}

/// An instance of a subclass of `complex`.
pub fn new_complex_shaped(shape: &'static Shape, value: Complex) -> Obj {
    alloc::new_shaped(shape, ComplexBody { value })
}

/// The value of a `complex` or of an instance of a subclass.
#[inline]
pub fn as_complex(o: &Obj) -> Option<Complex> {
    o.downcast::<ComplexBody>().map(|b| b.value)
}
