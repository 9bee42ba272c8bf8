//! Operators on anything: the slow forms of the staged handlers, and what has no staged form.
//!
//! Operators of user classes push the method's frame with a return action instead of nesting the interpreter.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::{INPLACE, Instruction};
use pyre_object::{BinOp, Builtin, CmpOp, Obj, PyResult, Value, Vm, dict, float, int, set, tuple};

/// Slow form of an instruction whose staged form cannot fail.
#[cold]
pub fn unreachable_slow(cx: &mut Cx<'_>, i: Instruction) -> Step {
    Err(cx.vm.error(pyre_object::Exc::SystemError, format!("{} has no slow form", i.op().name())))
}

/// `a = b op c`
#[inline(never)]
pub fn binary(cx: &mut Cx<'_>, i: Instruction, op: BinOp) -> Step {
    let (a, b) = (cx.reg(i.b()), cx.reg(i.c()));
    let r = if i.flags() & INPLACE != 0 {
        inplace(cx, i, op, a, b)?
    } else {
        match mixed_floats(op, a, b) {
            Some(r) => r,
            None => cx.vm.binary(op, a, b)?,
        }
    };
    cx.set(i.a(), r);
    cx.kill(i);
    Ok(Go::Next)
}

/// Augmented assignment. `s += t` on a string that only the target holds may grow it in place.
fn inplace(cx: &mut Cx<'_>, i: Instruction, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
    if op == BinOp::Add && i.a() == i.b() && a.is_exactly(Builtin::Str) && b.is_exactly(Builtin::Str) {
        let owned = cx.take(i.b());
        return pyre_object::str::concat_owned(owned, b)
            .ok_or_else(|| cx.vm.error(pyre_object::Exc::MemoryError, ""));
    }
    match mixed_floats(op, a, b) {
        Some(r) => Ok(r),
        None => cx.vm.inplace(op, a, b),
    }
}

/// Float arithmetic where an operand is an int or a boxed float.
#[inline]
fn mixed_floats(op: BinOp, a: &Obj, b: &Obj) -> Option<Obj> {
    let (va, vb) = (a.raw(), b.raw());
    if Value::both_int(va, vb) {
        if op == BinOp::TrueDiv && vb.int() != 0 && va.int().abs() < 1 << 53 && vb.int().abs() < 1 << 53 {
            return Some(float::new_float(va.int() as f64 / vb.int() as f64));
        }
        return match op {
            BinOp::Add => Some(int::from_i128(i128::from(va.int()) + i128::from(vb.int()))),
            BinOp::Sub => Some(int::from_i128(i128::from(va.int()) - i128::from(vb.int()))),
            BinOp::Mul => Some(int::from_i128(i128::from(va.int()) * i128::from(vb.int()))),
            _ => None,
        };
    }
    let x = number(a)?;
    let y = number(b)?;
    let r = match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::TrueDiv if y != 0.0 => x / y,
        _ => return None,
    };
    Some(float::new_float(r))
}

#[inline(always)]
fn number(o: &Obj) -> Option<f64> {
    let v = o.raw();
    if v.is_float() {
        Some(v.float())
    } else if v.is_int() && v.int().abs() < 1 << 53 {
        Some(v.int() as f64)
    } else if o.is_exactly(Builtin::Float) {
        float::as_float(o)
    } else {
        None
    }
}

/// `a = b op c`, `c` an immediate int.
#[inline(never)]
pub fn binary_int(cx: &mut Cx<'_>, i: Instruction, op: BinOp) -> Step {
    let a = cx.reg(i.b());
    // SAFETY: an immediate owns nothing.
    let b = unsafe { Obj::from_raw(Value::int_unchecked(i64::from(i.c_i16()))) };
    let r = match mixed_floats(op, a, &b) {
        Some(r) => r,
        None if i.flags() & INPLACE != 0 => cx.vm.inplace(op, a, &b)?,
        None => cx.vm.binary(op, a, &b)?,
    };
    cx.set(i.a(), r);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a = b op c` for comparisons.
#[inline(never)]
pub fn compare(cx: &mut Cx<'_>, i: Instruction, op: CmpOp) -> Step {
    let r = rich(cx, cx.reg(i.b()), cx.reg(i.c()), op)?;
    cx.set(i.a(), r);
    cx.kill(i);
    Ok(Go::Next)
}

#[inline]
fn rich(cx: &Cx<'_>, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if let (Some(x), Some(y)) = (number(a), number(b)) {
        let holds = match op {
            CmpOp::Lt => x < y,
            CmpOp::Le => x <= y,
            CmpOp::Eq => x == y,
            CmpOp::Ne => x != y,
            CmpOp::Gt => x > y,
            CmpOp::Ge => x >= y,
        };
        return Ok(Obj::bool(holds));
    }
    if a.is_exactly(Builtin::Str) && b.is_exactly(Builtin::Str) {
        return Ok(Obj::bool(match op {
            CmpOp::Eq => pyre_object::str::eq(a, b),
            CmpOp::Ne => !pyre_object::str::eq(a, b),
            _ => op.holds(pyre_object::str::cmp(a, b)),
        }));
    }
    cx.vm.compare(a, b, op)
}

/// Jumps if the comparison of `a` and `b` is `sense`.
#[inline(never)]
pub fn branch(cx: &mut Cx<'_>, i: Instruction, op: CmpOp, sense: bool) -> Step {
    let r = rich(cx, cx.reg(i.a()), cx.reg(i.b()), op)?;
    let truth = cx.vm.truth(&r)?;
    drop(r);
    cx.kill(i);
    if truth == sense { cx.jump(i32::from(i.c_i16())) } else { Ok(Go::Next) }
}

/// Jumps if the comparison of `a` with an immediate int is `sense`.
#[inline(never)]
pub fn branch_int(cx: &mut Cx<'_>, i: Instruction, op: CmpOp, sense: bool) -> Step {
    // SAFETY: an immediate owns nothing.
    let b = unsafe { Obj::from_raw(Value::int_unchecked(i64::from(i.b_i16()))) };
    let r = rich(cx, cx.reg(i.a()), &b, op)?;
    let truth = cx.vm.truth(&r)?;
    drop(r);
    // `b` is an immediate in this form: only `a` can be a temporary.
    if i.flags() & pyre_bytecode::KILL_A != 0 {
        drop(cx.take(i.a()));
    }
    if truth == sense { cx.jump(i32::from(i.c_i16())) } else { Ok(Go::Next) }
}

/// Jumps if the truth of `a` is `sense`.
#[inline(never)]
pub fn jump_if(cx: &mut Cx<'_>, i: Instruction, sense: bool) -> Step {
    let truth = cx.vm.truth(cx.reg(i.a()))?;
    cx.kill(i);
    if truth == sense { cx.jump(i.bc_i32()) } else { Ok(Go::Next) }
}

/// Jumps if `(a is None) == sense`; releases the temporary.
pub fn jump_if_none(cx: &mut Cx<'_>, i: Instruction, sense: bool) -> Step {
    let none = cx.word(i.a()).is_none();
    cx.kill(i);
    if none == sense { cx.jump(i.bc_i32()) } else { Ok(Go::Next) }
}

fn unary(cx: &mut Cx<'_>, i: Instruction, f: impl FnOnce(&pyre_object::Vm, &Obj) -> PyResult) -> Step {
    let r = f(cx.vm, cx.reg(i.b()))?;
    cx.set(i.a(), r);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a = -b`
pub fn neg(cx: &mut Cx<'_>, i: Instruction) -> Step {
    unary(cx, i, |vm, o| vm.negative(o))
}

/// `a = +b`
pub fn pos(cx: &mut Cx<'_>, i: Instruction) -> Step {
    unary(cx, i, |vm, o| vm.positive(o))
}

/// `a = ~b`
pub fn invert(cx: &mut Cx<'_>, i: Instruction) -> Step {
    unary(cx, i, |vm, o| vm.invert(o))
}

/// `a = not b`
pub fn not(cx: &mut Cx<'_>, i: Instruction) -> Step {
    unary(cx, i, |vm, o| Ok(Obj::bool(!vm.truth(o)?)))
}

/// `a = bool(b)`
pub fn to_bool(cx: &mut Cx<'_>, i: Instruction) -> Step {
    unary(cx, i, |vm, o| Ok(Obj::bool(vm.truth(o)?)))
}

const DICT: u32 = Builtin::Dict as u32;
const TUPLE: u32 = Builtin::Tuple as u32;
const SET: u32 = Builtin::Set as u32;
const FROZEN_SET: u32 = Builtin::FrozenSet as u32;

/// Whether one of the items is the object or equal to it.
fn is_among(vm: &Vm, items: &[Obj], o: &Obj) -> PyResult<bool> {
    for item in items {
        let (x, y) = (item.raw(), o.raw());
        if x == y || (!Value::both_int(x, y) && vm.eq(item, o)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `a = (b in c) == sense`
#[inline(always)]
pub fn contains(cx: &mut Cx<'_>, i: Instruction, sense: bool) -> Step {
    let (item, container) = (cx.reg(i.b()), cx.reg(i.c()));
    let r = match container.shape_id() {
        DICT => dict::contains(cx.vm, container, item)?,
        // Only sets themselves can be looked for without having a hash.
        SET | FROZEN_SET if item.raw().is_int() || item.is_exactly(Builtin::Str) => {
            set::contains(cx.vm, container, item)?
        }
        TUPLE => is_among(cx.vm, tuple::items(container), item)?,
        _ => cx.vm.contains(container, item)?,
    };
    cx.set(i.a(), Obj::bool(r == sense));
    cx.kill(i);
    Ok(Go::Next)
}
