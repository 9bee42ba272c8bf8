//! Arithmetic operators with Python's dispatch: immediates first, then the slots of both operands.

use crate::error::{PyResult, Raised};
use crate::obj::Obj;
use crate::slots::{BinOp, BinaryFn, UnaryFn};
use crate::typeobj;
use crate::value::Value;
use crate::vm::Vm;

/// Small ints whose result is a small int; everything else is `None`.
#[inline]
pub fn small_int_op(op: BinOp, a: i64, b: i64) -> Option<Obj> {
    let r = match op {
        BinOp::Add => a.checked_add(b)?,
        BinOp::Sub => a.checked_sub(b)?,
        BinOp::Mul => a.checked_mul(b)?,
        BinOp::FloorDiv if b != 0 => floor_div(a, b),
        BinOp::Mod if b != 0 => floor_mod(a, b),
        BinOp::And => a & b,
        BinOp::Or => a | b,
        BinOp::Xor => a ^ b,
        BinOp::RShift if b >= 0 => a >> b.min(63),
        BinOp::LShift if (0..61).contains(&b) && (a << b) >> b == a => a << b,
        _ => return None,
    };
    Obj::small_int(r)
}

/// Python's `//` on machine ints of at most 62 bits; `b` is not 0.
#[inline(always)]
pub fn floor_div(a: i64, b: i64) -> i64 {
    let q = a / b;
    if (a % b != 0) && ((a < 0) != (b < 0)) { q - 1 } else { q }
}

/// Python's `%` on machine ints of at most 62 bits; `b` is not 0.
#[inline(always)]
pub fn floor_mod(a: i64, b: i64) -> i64 {
    let r = a % b;
    if r != 0 && ((r < 0) != (b < 0)) { r + b } else { r }
}

impl Vm {
    /// `a op b`
    ///
    /// # Errors
    /// `TypeError` when neither operand supports it, and whatever they raise.
    pub fn binary(&self, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
        if Value::both_int(a.raw(), b.raw())
            && let Some(r) = small_int_op(op, a.raw().int(), b.raw().int())
        {
            return Ok(r);
        }
        let r = self.binary_raw(op, a, b)?;
        if r.raw() == Value::NOT_IMPLEMENTED { Err(self.unsupported(op, op.symbol(), a, b)) } else { Ok(r) }
    }

    /// `a op b`, or `NotImplemented`.
    ///
    /// # Errors
    /// Whatever the operands raise.
    pub fn binary_raw(&self, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
        let (left, right) = (a.slots().binary[op as usize].get(), b.slots().binary[op as usize].get());
        let right = if same_fn(left, right) { None } else { right };
        let mut right_done = false;
        if let Some(f) = left {
            if let Some(g) = right
                && !a.ty().is(b.ty())
                && typeobj::is_subtype(b.ty(), a.ty())
            {
                let r = g(self, a, b)?;
                if r.raw() != Value::NOT_IMPLEMENTED {
                    return Ok(r);
                }
                right_done = true;
            }
            let r = f(self, a, b)?;
            if r.raw() != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        match right {
            Some(g) if !right_done => g(self, a, b),
            _ => Ok(Obj::NOT_IMPLEMENTED),
        }
    }

    /// `a op= b`
    ///
    /// # Errors
    /// As [`Self::binary`].
    pub fn inplace(&self, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
        if let Some(f) = a.slots().inplace[op as usize].get() {
            let r = f(self, a, b)?;
            if r.raw() != Value::NOT_IMPLEMENTED {
                return Ok(r);
            }
        }
        let r = self.binary_raw(op, a, b)?;
        if r.raw() == Value::NOT_IMPLEMENTED {
            return Err(self.unsupported(op, op.inplace_symbol(), a, b));
        }
        Ok(r)
    }

    /// `pow(a, b, m)`
    ///
    /// # Errors
    /// As [`Self::binary`].
    pub fn power(&self, a: &Obj, b: &Obj, m: &Obj) -> PyResult {
        if m.is_none() {
            return self.binary(BinOp::Pow, a, b);
        }
        for o in [a, b, m] {
            if let Some(f) = o.slots().pow_mod.get() {
                let r = f(self, a, b, m)?;
                if r.raw() != Value::NOT_IMPLEMENTED {
                    return Ok(r);
                }
            }
        }
        Err(self.type_error(format!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            a.type_name(),
            b.type_name(),
            m.type_name()
        )))
    }

    #[cold]
    fn unsupported(&self, op: BinOp, symbol: &str, a: &Obj, b: &Obj) -> Raised {
        // A hint that CPython gives for `print >> file`.
        if op == BinOp::RShift
            && a.is_exactly(crate::Builtin::NativeFunction)
            && crate::descriptor::native_name(a) == Some("print")
        {
            return self.type_error(format!(
                "unsupported operand type(s) for {symbol}: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                a.type_name(),
                b.type_name()
            ));
        }
        if symbol == "+" {
            // Sequences say what they can be concatenated with.
            let kind = [crate::Builtin::List, crate::Builtin::Tuple, crate::Builtin::Str]
                .into_iter()
                .find(|k| typeobj::is_instance_exact_mro(a, k.ty()));
            if let Some(k) = kind {
                let n = k.name();
                return self
                    .type_error(format!("can only concatenate {n} (not \"{}\") to {n}", b.type_name()));
            }
        }
        self.type_error(format!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            a.type_name(),
            b.type_name()
        ))
    }

    fn unary(&self, o: &Obj, f: Option<UnaryFn>, what: &str) -> PyResult {
        match f {
            Some(f) => f(self, o),
            None => Err(self.type_error(format!("bad operand type for {what}: '{}'", o.type_name()))),
        }
    }

    /// `-o`
    ///
    /// # Errors
    /// `TypeError`, and whatever the operand raises.
    pub fn negative(&self, o: &Obj) -> PyResult {
        self.unary(o, o.slots().neg.get(), "unary -")
    }

    /// `+o`
    ///
    /// # Errors
    /// `TypeError`, and whatever the operand raises.
    pub fn positive(&self, o: &Obj) -> PyResult {
        self.unary(o, o.slots().pos.get(), "unary +")
    }

    /// `~o`
    ///
    /// # Errors
    /// `TypeError`, and whatever the operand raises.
    pub fn invert(&self, o: &Obj) -> PyResult {
        self.unary(o, o.slots().invert.get(), "unary ~")
    }

    /// `abs(o)`
    ///
    /// # Errors
    /// `TypeError`, and whatever the operand raises.
    pub fn absolute(&self, o: &Obj) -> PyResult {
        self.unary(o, o.slots().abs.get(), "abs()")
    }
}

fn same_fn(a: Option<BinaryFn>, b: Option<BinaryFn>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a as usize == b as usize,
        _ => false,
    }
}
