//! `fsum`, `sumprod` and `prod`.
//!
//! `fsum` keeps the exact sum as floats that do not overlap (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic
//! and Fast Robust Geometric Predicates", 1997) and rounds once. `sumprod` accumulates floats in three parts (T. Ogita,
//! S. M. Rump and S. Oishi, "Accurate Sum and Dot Product", 2005).

use super::new;
use pyre_object::{BinOp, Builtin, Obj, PyResult, Value, Vm, float, int, raise};

/// `a + b` as the rounded sum and its error.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// Adds `x` to the exact sum; false if that overflows.
fn add_exactly(parts: &mut Vec<f64>, mut x: f64) -> bool {
    let mut kept = 0;
    for i in 0..parts.len() {
        let (sum, error) = two_sum(x, parts[i]);
        if error != 0.0 && !sum.is_infinite() {
            parts[kept] = error;
            kept += 1;
        }
        x = sum;
        if x.is_infinite() {
            return false;
        }
    }
    parts.truncate(kept);
    parts.push(x);
    true
}

/// The float that is nearest to the sum of parts that do not overlap and grow.
fn round_parts(parts: &[f64]) -> f64 {
    let mut rest = parts.iter().rev().copied();
    let Some(mut high) = rest.next() else { return 0.0 };
    let mut low = 0.0;
    for part in rest.by_ref() {
        (high, low) = two_sum(high, part);
        if low != 0.0 {
            break;
        }
    }
    // If the error is half of a unit, what follows it decides.
    if let Some(following) = rest.find(|p| *p != 0.0)
        && low != 0.0
        && (low < 0.0) == (following < 0.0)
    {
        let twice = low * 2.0;
        let rounded = high + twice;
        if twice == rounded - high {
            high = rounded;
        }
    }
    high
}

pub(super) fn fsum(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut parts: Vec<f64> = Vec::with_capacity(8);
    let (mut special, mut infinities) = (0.0, 0.0);
    vm.for_each(&a[0], |o| {
        let x = vm.to_f64(&o)?;
        if !x.is_finite() {
            special += x;
            if x.is_infinite() {
                infinities += x;
            }
        } else if x != 0.0 && !add_exactly(&mut parts, x) {
            raise!(vm, OverflowError, "intermediate overflow in fsum");
        }
        Ok(())
    })?;
    if special != 0.0 {
        if f64::is_nan(infinities) {
            raise!(vm, ValueError, "-inf + inf in fsum");
        }
        return new(special);
    }
    new(round_parts(&parts))
}

pub(super) fn prod(vm: &Vm, a: &[Obj]) -> PyResult {
    let mut product = a[1].given().cloned().unwrap_or(Obj::from_len(1));
    vm.for_each(&a[0], |item| {
        product = if Value::both_float(product.raw(), item.raw()) {
            float::new_float(product.raw().float() * item.raw().float())
        } else {
            vm.binary(BinOp::Mul, &product, &item)?
        };
        Ok(())
    })?;
    Ok(product)
}

/// A sum in three parts.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    fn plus_product(self, x: f64, y: f64) -> Triple {
        let product = x * y;
        let product_error = x.mul_add(y, -product);
        let (high, e1) = two_sum(self.high, product);
        let (low, e2) = two_sum(self.low, product_error);
        let (low, e3) = two_sum(low, e1);
        Triple { high, low, tiny: self.tiny + e2 + e3 }
    }

    fn value(self) -> f64 {
        let (high, low) = two_sum(self.low, self.high);
        let (low, rest) = two_sum(self.tiny, low);
        let (sum, error) = two_sum(high, low);
        sum + (error + rest)
    }
}

/// The running sum of `sumprod`: of small ints, of floats, and of everything else.
struct ProductSum {
    ints: i128,
    ints_allowed: bool,
    floats: Triple,
    floats_used: bool,
    floats_allowed: bool,
    total: Obj,
}

/// The value of a float or int as a factor beside a float.
fn factor(o: &Obj) -> Option<f64> {
    if o.is_exactly(Builtin::Float) {
        return float::as_float(o);
    }
    if o.is_exactly(Builtin::Int) || o.raw().is_bool() { int::expect(o).to_f64().ok() } else { None }
}

impl ProductSum {
    fn leave_ints(&mut self, vm: &Vm) -> PyResult<()> {
        if self.ints != 0 {
            self.total = vm.binary(BinOp::Add, &self.total, &int::from_i128(self.ints))?;
            self.ints = 0;
        }
        Ok(())
    }

    fn leave_floats(&mut self, vm: &Vm) -> PyResult<()> {
        if self.floats_used {
            self.total = vm.binary(BinOp::Add, &self.total, &float::new_float(self.floats.value()))?;
            self.floats = Triple::default();
            self.floats_used = false;
        }
        Ok(())
    }

    fn add(&mut self, vm: &Vm, x: &Obj, y: &Obj) -> PyResult<()> {
        if self.ints_allowed {
            if x.is_exactly(Builtin::Int)
                && y.is_exactly(Builtin::Int)
                && let (Some(a), Some(b)) = (int::as_i64(x), int::as_i64(y))
                && let Some(sum) = self.ints.checked_add(i128::from(a) * i128::from(b))
            {
                self.ints = sum;
                return Ok(());
            }
            self.leave_ints(vm)?;
            self.ints_allowed = false;
        }
        if self.floats_allowed {
            if (x.is_exactly(Builtin::Float) || y.is_exactly(Builtin::Float))
                && let (Some(a), Some(b)) = (factor(x), factor(y))
            {
                let sum = self.floats.plus_product(a, b);
                if sum.high.is_finite() {
                    self.floats = sum;
                    self.floats_used = true;
                    return Ok(());
                }
            }
            self.leave_floats(vm)?;
            self.floats_allowed = false;
        }
        let product = vm.binary(BinOp::Mul, x, y)?;
        self.total = vm.binary(BinOp::Add, &self.total, &product)?;
        Ok(())
    }
}

pub(super) fn sumprod(vm: &Vm, a: &[Obj]) -> PyResult {
    let (p, q) = (vm.iter(&a[0])?, vm.iter(&a[1])?);
    let mut sum = ProductSum {
        ints: 0,
        ints_allowed: true,
        floats: Triple::default(),
        floats_used: false,
        floats_allowed: true,
        total: Obj::from_len(0),
    };
    loop {
        match (vm.next(&p)?, vm.next(&q)?) {
            (Some(x), Some(y)) => sum.add(vm, &x, &y)?,
            (None, None) => break,
            _ => raise!(vm, ValueError, "Inputs are not the same length"),
        }
    }
    sum.leave_ints(vm)?;
    sum.leave_floats(vm)?;
    Ok(sum.total)
}
