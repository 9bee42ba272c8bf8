//! Builtin functions on numbers and characters.

use pyre_object::{BinOp, Builtin, Obj, PyResult, Vm, bytes, int, intern, raise, str};

pub fn abs(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.absolute(&a[0])
}

fn radix(vm: &Vm, o: &Obj, spec: &str) -> PyResult {
    let i = vm.index(o)?;
    vm.format(&i, &str::new_str(spec))
}

pub fn bin(vm: &Vm, a: &[Obj]) -> PyResult {
    radix(vm, &a[0], "#b")
}

pub fn oct(vm: &Vm, a: &[Obj]) -> PyResult {
    radix(vm, &a[0], "#o")
}

pub fn hex(vm: &Vm, a: &[Obj]) -> PyResult {
    radix(vm, &a[0], "#x")
}

pub fn chr(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = vm.index(&a[0])?;
    match int::as_i64(&i) {
        Some(n @ 0..=0x10ffff) => Ok(str::from_code_point(n as u32)),
        _ => raise!(vm, ValueError, "chr() arg not in range(0x110000)"),
    }
}

pub fn ord(vm: &Vm, a: &[Obj]) -> PyResult {
    let o = &a[0];
    if let Some(s) = str::get(o) {
        if s.len() == 1 {
            return Ok(Obj::from_len(s.char_at(0) as usize));
        }
        raise!(vm, TypeError, "ord() expected a character, but string of length {} found", s.len());
    }
    let data = if bytes::is_bytes(o) || bytes::is_bytearray(o) {
        vm.buffer(o)?.to_bytes().into_owned()
    } else {
        raise!(vm, TypeError, "ord() expected string of length 1, but {} found", o.type_name())
    };
    match data.as_slice() {
        [b] => Ok(Obj::from_len(usize::from(*b))),
        _ => raise!(vm, TypeError, "ord() expected a character, but string of length {} found", data.len()),
    }
}

pub fn divmod(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.binary(BinOp::DivMod, &a[0], &a[1])
}

pub fn pow(vm: &Vm, a: &[Obj]) -> PyResult {
    vm.power(&a[0], &a[1], a[2].not_none().unwrap_or(&Obj::NONE))
}

pub fn round(vm: &Vm, a: &[Obj]) -> PyResult {
    let args: &[Obj] = match a[1].not_none() {
        None => &[],
        Some(_) => &a[1..2],
    };
    match vm.call_special(&a[0], &intern::intern_str("__round__"), args)? {
        Some(r) => Ok(r),
        None => raise!(vm, TypeError, "type {} doesn't define __round__ method", a[0].type_name()),
    }
}

/// Compensated sum of floats (Neumaier, 1974), as CPython's `sum` since 3.12.
#[derive(Default)]
struct FloatSum {
    sum: f64,
    compensation: f64,
}

impl FloatSum {
    fn add(&mut self, x: f64) {
        let t = self.sum + x;
        self.compensation += if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
        self.sum = t;
    }

    fn total(&self) -> f64 {
        if self.compensation != 0.0 && self.compensation.is_finite() {
            self.sum + self.compensation
        } else {
            self.sum
        }
    }
}

pub fn sum(vm: &Vm, a: &[Obj]) -> PyResult {
    let start = a[1].given().cloned().unwrap_or_else(|| Obj::from_len(0));
    if str::is_str(&start) {
        raise!(vm, TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    }
    if bytes::is_bytes(&start) {
        raise!(vm, TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    }
    if bytes::is_bytearray(&start) {
        raise!(vm, TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
    }
    let mut total = start;
    let mut floats: Option<FloatSum> = None;
    vm.for_each(&a[0], |item| {
        if let Some(f) = &mut floats {
            if item.is_exactly(Builtin::Float) {
                f.add(pyre_object::float::as_float(&item).unwrap_or(0.0));
                return Ok(());
            }
            if item.raw().is_int() {
                f.add(item.raw().int() as f64);
                return Ok(());
            }
            total = pyre_object::float::new_float(f.total());
            floats = None;
        } else if total.is_exactly(Builtin::Float)
            || (total.raw().is_int() && item.is_exactly(Builtin::Float))
        {
            let first = pyre_object::float::as_float(&total).unwrap_or_else(|| total.raw().int() as f64);
            let mut f = FloatSum { sum: first, compensation: 0.0 };
            if item.is_exactly(Builtin::Float) {
                f.add(pyre_object::float::as_float(&item).unwrap_or(0.0));
                floats = Some(f);
                return Ok(());
            }
            if item.raw().is_int() {
                f.add(item.raw().int() as f64);
                floats = Some(f);
                return Ok(());
            }
        }
        total = vm.binary(BinOp::Add, &total, &item)?;
        Ok(())
    })?;
    Ok(match floats {
        Some(f) => pyre_object::float::new_float(f.total()),
        None => total,
    })
}
