//! `int` and `bool`: the operations and methods; the values are in `pyre_object::int`.

mod boolean;
mod methods;
mod new;

use pyre_number::BigInt;
use pyre_object::int::{self, IntBody, IntRef};
use pyre_object::str::new_str;
use pyre_object::typeobj::type_body;
use pyre_object::{BinOp, Body, Builtin, CmpOp, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm};
use pyre_threads::sync::atomic::{AtomicUsize, Ordering};
use std::borrow::Cow;

pub use new::{ascii_number, parse_int};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 2] = [(Builtin::Int, &INT), (Builtin::Bool, &boolean::BOOL)];
    &ALL
}

/// The longest decimal text that is always converted.
pub const DIGITS_THRESHOLD: usize = 640;
/// The limit that applies unless it is changed.
pub const DEFAULT_MAX_DIGITS: usize = 4300;

static MAX_DIGITS: AtomicUsize = AtomicUsize::new(DEFAULT_MAX_DIGITS);

/// `sys.get_int_max_str_digits()`: 0 is no limit.
pub fn max_str_digits() -> usize {
    MAX_DIGITS.load(Ordering::Relaxed)
}

/// `sys.set_int_max_str_digits()`; the caller checks the value.
pub fn set_max_str_digits(n: usize) {
    MAX_DIGITS.store(n, Ordering::Relaxed);
}

/// `str(int)` as text.
///
/// # Errors
/// `ValueError` when there are more digits than the limit allows.
pub fn decimal_text(vm: &Vm, value: IntRef<'_>) -> PyResult<String> {
    match value {
        IntRef::Small(i) => Ok(i.to_string()),
        IntRef::Big(b) => {
            let limit = max_str_digits();
            let too_long = |digits: usize| limit != 0 && digits > limit && digits > DIGITS_THRESHOLD;
            // Refused without converting when the length is certain: the bound exceeds the true number by little.
            let bound = b.decimal_digits_bound() as usize;
            if limit == 0 || bound <= limit.max(DIGITS_THRESHOLD) {
                return Ok(b.to_decimal());
            }
            if bound <= limit + limit / 50 + 2 {
                let text = b.to_decimal();
                if !too_long(text.len() - usize::from(b.is_negative())) {
                    return Ok(text);
                }
            }
            Err(vm.value_error(format!(
                "Exceeds the limit ({limit} digits) for integer string conversion; use \
                 sys.set_int_max_str_digits() to increase the limit"
            )))
        }
    }
}

/// The digits in a base, lower case, without prefix.
pub fn radix_text(value: IntRef<'_>, radix: u32) -> String {
    match (value, radix) {
        (IntRef::Small(i), 2 | 8 | 16) => {
            let (sign, m) = (if i < 0 { "-" } else { "" }, i.unsigned_abs());
            match radix {
                2 => format!("{sign}{m:b}"),
                8 => format!("{sign}{m:o}"),
                _ => format!("{sign}{m:x}"),
            }
        }
        (v, _) => v.to_big().to_radix(radix),
    }
}

/// `bin(x)`, `oct(x)`, `hex(x)`: the digits with their prefix.
pub fn prefixed(value: IntRef<'_>, radix: u32, prefix: &str) -> Obj {
    let text = radix_text(value, radix);
    new_str(&match text.strip_prefix('-') {
        Some(digits) => format!("-{prefix}{digits}"),
        None => format!("{prefix}{text}"),
    })
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    match int::expect(o) {
        IntRef::Small(i) => Ok(small_text(i)),
        big => decimal_text(vm, big).map(|t| new_str(&t)),
    }
}

/// The decimal text of a machine word.
pub fn small_text(i: i64) -> Obj {
    let mut line = pyre_text::quick::Line::new();
    line.push_int(i);
    pyre_object::str::from_latin1(line.as_bytes())
}

fn compare(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    Ok(match (int::get(a), int::get(b)) {
        (Some(x), Some(y)) => Obj::bool(op.holds(x.compare(y))),
        _ => Obj::NOT_IMPLEMENTED,
    })
}

fn hash(_: &Vm, o: &Obj) -> PyResult<i64> {
    Ok(int::expect(o).hash())
}

fn truth(_: &Vm, o: &Obj) -> PyResult<bool> {
    Ok(!int::expect(o).is_zero())
}

/// The value as an exact int: the operand itself if it is one.
fn exact(_: &Vm, o: &Obj) -> PyResult {
    Ok(if o.is_exactly(Builtin::Int) { o.clone() } else { int::expect(o).to_obj() })
}

fn negative(_: &Vm, o: &Obj) -> PyResult {
    Ok(int::neg(int::expect(o)))
}

fn absolute(vm: &Vm, o: &Obj) -> PyResult {
    if int::expect(o).is_negative() { negative(vm, o) } else { exact(vm, o) }
}

fn invert(_: &Vm, o: &Obj) -> PyResult {
    Ok(match int::expect(o) {
        IntRef::Small(i) => int::new_int(!i),
        IntRef::Big(b) => int::from_bigint(!b),
    })
}

fn to_float(vm: &Vm, o: &Obj) -> PyResult {
    int::to_f64(vm, o).map(pyre_object::float::new_float)
}

fn power_mod(vm: &Vm, a: &Obj, b: &Obj, m: &Obj) -> PyResult {
    let (Some(x), Some(y), Some(z)) = (int::get(a), int::get(b), int::get(m)) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    int::power_mod(x, y, z).map_err(|e| vm.num_error(e))
}

macro_rules! binary_slots {
    ($slots:expr, $($op:ident),*) => {
        $slots$(.with_binary(BinOp::$op, |vm, a, b| int::binary(vm, BinOp::$op, a, b)))*
    };
}

static INT: TypeSpec = TypeSpec {
    name: "int",
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\n\
          Convert a number or string to an integer, or return 0 if no arguments are given.",
    layout: Some(<IntBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::MATCH_SELF),
    slots: binary_slots!(
        Slots {
            repr: Some(repr),
            hash: Some(hash),
            compare: Some(compare),
            bool: Some(truth),
            neg: Some(negative),
            pos: Some(exact),
            abs: Some(absolute),
            invert: Some(invert),
            int: Some(exact),
            index: Some(exact),
            float: Some(to_float),
            pow_mod: Some(power_mod),
            new: Some(new::int_new),
            ..Slots::NONE
        },
        Add,
        Sub,
        Mul,
        TrueDiv,
        FloorDiv,
        Mod,
        Pow,
        LShift,
        RShift,
        And,
        Or,
        Xor,
        DivMod
    ),
    methods: methods::METHODS,
    getset: methods::GETSET,
    ..TypeSpec::EMPTY
};

/// An instance of `cls` (`int` or a subclass) with this value.
pub(crate) fn make(cls: &Obj, value: Cow<'_, BigInt>) -> Obj {
    if cls.is(Builtin::Int.ty()) {
        return int::from_bigint(value.into_owned());
    }
    int::new_int_shaped(type_body(cls).root_shape(), value.into_owned())
}
