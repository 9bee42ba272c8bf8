//! Operators of Python classes, with the rules for reflected operands.

use super::{DUNDERS, call_special, required};
use crate::args::Args;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::slots::{AtomicFn, BinOp, CmpOp};
use crate::value::Value;
use crate::vm::Vm;
use crate::{names, typeobj};

/// The names `__op__`, `__rop__` and `__iop__`.
#[inline(always)]
pub(super) fn binary_names(op: BinOp) -> (&'static Obj, &'static Obj, &'static Obj) {
    use crate::names as n;
    match op {
        BinOp::Add => (n::__add__(), n::__radd__(), n::__iadd__()),
        BinOp::Sub => (n::__sub__(), n::__rsub__(), n::__isub__()),
        BinOp::Mul => (n::__mul__(), n::__rmul__(), n::__imul__()),
        BinOp::TrueDiv => (n::__truediv__(), n::__rtruediv__(), n::__itruediv__()),
        BinOp::FloorDiv => (n::__floordiv__(), n::__rfloordiv__(), n::__ifloordiv__()),
        BinOp::Mod => (n::__mod__(), n::__rmod__(), n::__imod__()),
        BinOp::Pow => (n::__pow__(), n::__rpow__(), n::__ipow__()),
        BinOp::LShift => (n::__lshift__(), n::__rlshift__(), n::__ilshift__()),
        BinOp::RShift => (n::__rshift__(), n::__rrshift__(), n::__irshift__()),
        BinOp::And => (n::__and__(), n::__rand__(), n::__iand__()),
        BinOp::Or => (n::__or__(), n::__ror__(), n::__ior__()),
        BinOp::Xor => (n::__xor__(), n::__rxor__(), n::__ixor__()),
        BinOp::MatMul => (n::__matmul__(), n::__rmatmul__(), n::__imatmul__()),
        BinOp::DivMod => (n::__divmod__(), n::__rdivmod__(), n::__divmod__()),
    }
}

fn is_not_implemented(r: &Obj) -> bool {
    r.raw() == Value::NOT_IMPLEMENTED
}

/// `o.name(arg)`; `NotImplemented` if the type has no such method.
fn try_method(vm: &Vm, o: &Obj, name: &Obj, args: &[Obj]) -> PyResult {
    Ok(call_special(vm, o, name, Args::positional(args))?.unwrap_or(Obj::NOT_IMPLEMENTED))
}

/// Whether the right operand's type has its own version of the method `name`.
fn is_overloaded(vm: &Vm, left: &Obj, right: &Obj, name: &Obj) -> bool {
    match (typeobj::lookup(vm, left.ty(), name), typeobj::lookup(vm, right.ty(), name)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(l), Some(r)) => !l.is(&r),
    }
}

/// `__op__` of the left operand or `__rop__` of the right one; either may be of the class that has this function.
pub fn binary<const OP: usize>(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    let op = BinOp::ALL[OP];
    let (forward, reflected, _) = binary_names(op);
    let me = DUNDERS.binary[OP].map_or(0, |f| AtomicFn::new(Some(f)).addr());
    let mut try_right = !a.ty().is(b.ty()) && b.slots().binary[OP].addr() == me;
    if a.slots().binary[OP].addr() == me {
        // A subclass on the right that overrides the reflected method goes first.
        if try_right && typeobj::is_subtype(b.ty(), a.ty()) && is_overloaded(vm, a, b, reflected) {
            let r = try_method(vm, b, reflected, std::slice::from_ref(a))?;
            if !is_not_implemented(&r) {
                return Ok(r);
            }
            try_right = false;
        }
        let r = try_method(vm, a, forward, std::slice::from_ref(b))?;
        if !is_not_implemented(&r) || a.ty().is(b.ty()) {
            return Ok(r);
        }
    }
    if try_right { try_method(vm, b, reflected, std::slice::from_ref(a)) } else { Ok(Obj::NOT_IMPLEMENTED) }
}

/// `__iop__`
pub fn inplace<const OP: usize>(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    try_method(vm, a, binary_names(BinOp::ALL[OP]).2, std::slice::from_ref(b))
}

/// `__pow__` or `__rpow__` with a modulus
pub fn pow_mod(vm: &Vm, base: &Obj, exponent: &Obj, modulus: &Obj) -> PyResult {
    let me = DUNDERS.pow_mod.map_or(0, |f| AtomicFn::new(Some(f)).addr());
    if base.slots().pow_mod.addr() == me {
        let r = try_method(vm, base, names::__pow__(), &[exponent.clone(), modulus.clone()])?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    if exponent.slots().pow_mod.addr() == me && !exponent.ty().is(base.ty()) {
        return try_method(vm, exponent, names::__rpow__(), &[base.clone(), modulus.clone()]);
    }
    Ok(Obj::NOT_IMPLEMENTED)
}

/// The method of a comparison operator.
#[inline(always)]
pub fn compare_name(op: CmpOp) -> &'static Obj {
    match op {
        CmpOp::Lt => names::__lt__(),
        CmpOp::Le => names::__le__(),
        CmpOp::Eq => names::__eq__(),
        CmpOp::Ne => names::__ne__(),
        CmpOp::Gt => names::__gt__(),
        CmpOp::Ge => names::__ge__(),
    }
}

/// `__lt__` and so on; `object.__ne__` inverts `__eq__`
pub fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    try_method(vm, a, compare_name(op), std::slice::from_ref(b))
}

macro_rules! unary {
    ($($f:ident $name:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            pub fn $f(vm: &Vm, o: &Obj) -> PyResult {
                required(vm, o, names::$name(), &[])
            }
        )*
    };
}

unary! {
    neg __neg__;
    pos __pos__;
    abs __abs__;
    invert __invert__;
    int __int__;
    float __float__;
    index __index__;
    awaitable __await__;
    aiter __aiter__;
    anext __anext__;
}
