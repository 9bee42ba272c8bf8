//! [`Direct`]: the machine that simply does it. Handlers instantiated with it are the interpreter.
//!
//! It is built anew for every instruction from the loop's local variables and never escapes into a call, so that the
//! compiler keeps all of it in registers.

use pyre_jit::machine::{After, Before, Comparison, FloatOp, IntOp, Machine};
use pyre_object::operator::{floor_div, floor_mod};
use pyre_object::{Value, float, obj};
use pyre_threads::sync::AtomicU64;

/// See the module's documentation.
pub struct Direct {
    /// Register 0 of the frame.
    pub regs: *mut Value,
    /// The current instruction; a jump changes it.
    pub ip: *const AtomicU64,
    /// The constants of the code.
    pub consts: *const Value,
}

impl Direct {
    #[inline(always)]
    fn put(&mut self, r: u16, v: Value) {
        // SAFETY: the compiler only names registers that the frame has; the register owned its old word.
        unsafe {
            let p = self.regs.add(r as usize);
            let old = *p;
            *p = v;
            if old.is_ptr() {
                obj::release(old);
            }
        }
    }
}

impl Machine for Direct {
    type Word = Value;
    type Int = i64;
    type Float = f64;

    #[inline(always)]
    fn register(&mut self, r: u16) -> Value {
        // SAFETY: the compiler only names registers that the frame has.
        unsafe { *self.regs.add(r as usize) }
    }
    #[inline(always)]
    fn constant(&mut self, i: u32) -> Value {
        // SAFETY: the compiler only names constants that exist.
        unsafe { *self.consts.add(i as usize) }
    }
    #[inline(always)]
    fn int_constant(&mut self, i: i64) -> i64 {
        i
    }
    #[inline(always)]
    fn is_int(&mut self, w: Value) -> bool {
        w.is_int()
    }
    #[inline(always)]
    fn are_ints(&mut self, a: Value, b: Value) -> bool {
        Value::both_int(a, b)
    }
    #[inline(always)]
    fn is_float(&mut self, w: Value) -> bool {
        w.is_float()
    }
    #[inline(always)]
    fn are_floats(&mut self, a: Value, b: Value) -> bool {
        Value::both_float(a, b)
    }
    #[inline(always)]
    fn is_exactly(&mut self, w: Value, immediate: u64) -> bool {
        w.0 == immediate
    }
    #[inline(always)]
    fn shape(&mut self, w: Value) -> u32 {
        if w.is_ptr() {
            // SAFETY: the word comes from a register or field that keeps the object alive.
            unsafe { w.header() }.shape()
        } else {
            0
        }
    }
    #[inline(always)]
    fn int(&mut self, w: Value) -> i64 {
        w.int()
    }
    #[inline(always)]
    fn float(&mut self, w: Value) -> f64 {
        w.float()
    }
    #[inline(always)]
    fn int_to_float(&mut self, i: i64) -> f64 {
        i as f64
    }
    #[inline(always)]
    fn int_op(&mut self, op: IntOp, a: i64, b: i64) -> Option<i64> {
        // Machine ints are immediates: shifting by two makes the overflow of 62 bits that of 64.
        match op {
            IntOp::Add => (a << 2).checked_add(b << 2).map(|r| r >> 2),
            IntOp::Sub => (a << 2).checked_sub(b << 2).map(|r| r >> 2),
            IntOp::Mul => (a << 2).checked_mul(b).map(|r| r >> 2),
            IntOp::FloorDiv if b != 0 && b != -1 => Some(floor_div(a, b)),
            IntOp::FloorMod if b != 0 && b != -1 => Some(floor_mod(a, b)),
            IntOp::FloorDiv | IntOp::FloorMod => None,
            IntOp::And => Some(a & b),
            IntOp::Or => Some(a | b),
            IntOp::Xor => Some(a ^ b),
            IntOp::Shl if (0..61).contains(&b) => {
                let r = a << b;
                ((r >> b) == a && Value::small_int(r).is_some()).then_some(r)
            }
            IntOp::Shr if b >= 0 => Some(a >> b.min(63)),
            IntOp::Shl | IntOp::Shr => None,
        }
    }
    #[inline(always)]
    fn float_op(&mut self, op: FloatOp, a: f64, b: f64) -> f64 {
        match op {
            FloatOp::Add => a + b,
            FloatOp::Sub => a - b,
            FloatOp::Mul => a * b,
            FloatOp::Div => a / b,
        }
    }
    #[inline(always)]
    fn compare_ints(&mut self, c: Comparison, a: i64, b: i64) -> bool {
        match c {
            Comparison::Lt => a < b,
            Comparison::Le => a <= b,
            Comparison::Eq => a == b,
            Comparison::Ne => a != b,
            Comparison::Gt => a > b,
            Comparison::Ge => a >= b,
        }
    }
    #[inline(always)]
    fn compare_floats(&mut self, c: Comparison, a: f64, b: f64) -> bool {
        match c {
            Comparison::Lt => a < b,
            Comparison::Le => a <= b,
            Comparison::Eq => a == b,
            Comparison::Ne => a != b,
            Comparison::Gt => a > b,
            Comparison::Ge => a >= b,
        }
    }
    #[inline(always)]
    fn set_int(&mut self, t: Before, r: u16, v: i64) -> After {
        self.put(r, Value::int_unchecked(v));
        t.done()
    }
    #[inline(always)]
    fn set_float(&mut self, t: Before, r: u16, v: f64) -> After {
        let v = match Value::float_immediate(v) {
            Some(v) => v,
            None => float::new_float(v).into_raw(),
        };
        self.put(r, v);
        t.done()
    }
    #[inline(always)]
    fn set_immediate(&mut self, t: Before, r: u16, w: u64) -> After {
        self.put(r, Value(w));
        t.done()
    }
    #[inline(always)]
    fn set_copy(&mut self, t: Before, r: u16, w: Value) -> After {
        obj::retain(w);
        self.put(r, w);
        t.done()
    }
    #[inline(always)]
    fn kill(&mut self, r: u16) {
        self.put(r, Value::UNBOUND);
    }
    #[inline(always)]
    fn jump(&mut self, offset: i32) {
        self.ip = self.ip.wrapping_offset(offset as isize);
    }
}
