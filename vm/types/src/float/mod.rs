//! `float`: the operations and methods; the values are in `pyre_object::float`.

mod methods;

use crate::int::ascii_number;
use pyre_number::NumError;
use pyre_number::float::{self as num, PowResult};
use pyre_object::float::{FloatBody, as_float, is_float, new_boxed, new_float, new_float_shaped};
use pyre_object::int::{self, IntRef};
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, bytes, str,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Float, &FLOAT)];
    &ALL
}

/// An operand of float arithmetic: a float or an int; `None` is for other types to deal with.
#[inline]
fn operand(vm: &Vm, o: &Obj) -> PyResult<Option<f64>> {
    if let Some(f) = as_float(o) {
        return Ok(Some(f));
    }
    match int::get(o) {
        Some(i) => i.to_f64().map(Some).map_err(|e| vm.num_error(e)),
        None => Ok(None),
    }
}

/// `a op b` of floats and ints.
///
/// # Errors
/// `ZeroDivisionError`, `OverflowError`.
pub fn binary(vm: &Vm, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else { return Ok(Obj::NOT_IMPLEMENTED) };
    let r: Result<f64, NumError> = match op {
        BinOp::Add => Ok(x + y),
        BinOp::Sub => Ok(x - y),
        BinOp::Mul => Ok(x * y),
        BinOp::TrueDiv => num::divide(x, y),
        BinOp::FloorDiv => num::floordiv(x, y),
        BinOp::Mod => num::modulo(x, y),
        BinOp::Pow => return power(vm, x, y),
        BinOp::DivMod => {
            let (q, r) = num::divmod(x, y).map_err(|e| vm.num_error(e))?;
            return Ok(pyre_object::tuple::new_tuple([new_float(q), new_float(r)]));
        }
        _ => return Ok(Obj::NOT_IMPLEMENTED),
    };
    r.map(new_float).map_err(|e| vm.num_error(e))
}

fn power(vm: &Vm, x: f64, y: f64) -> PyResult {
    match num::pow(x, y).map_err(|e| vm.num_error(e))? {
        PowResult::Real(f) => Ok(new_float(f)),
        PowResult::Complex => {
            let (x, y) = (pyre_number::Complex::new(x, 0.0), pyre_number::Complex::new(y, 0.0));
            x.pow(y).map(pyre_object::complex::from_complex).map_err(|e| vm.num_error(e))
        }
    }
}

fn power_mod(vm: &Vm, _: &Obj, _: &Obj, _: &Obj) -> PyResult {
    Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"))
}

fn compare(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let Some(x) = as_float(a) else { return Ok(Obj::NOT_IMPLEMENTED) };
    let order = match as_float(b) {
        Some(y) => x.partial_cmp(&y),
        None => match int::get(b) {
            Some(i) => i.compare_f64(x).map(std::cmp::Ordering::reverse),
            None => return Ok(Obj::NOT_IMPLEMENTED),
        },
    };
    // NaN is unequal to everything and not ordered.
    Ok(Obj::bool(order.map_or(op == CmpOp::Ne, |o| op.holds(o))))
}

pub(crate) fn value(o: &Obj) -> f64 {
    as_float(o).unwrap_or(f64::NAN)
}

fn repr(_: &Vm, o: &Obj) -> PyResult {
    Ok(str::from_latin1(num::repr(value(o)).as_bytes()))
}

/// The hash of a float; that of a NaN depends on the object.
pub(crate) fn hash_of(f: f64, o: &Obj) -> i64 {
    num::hash(f).unwrap_or_else(|| {
        let h = o.raw().0.rotate_right(4) as i64;
        if h == -1 { -2 } else { h }
    })
}

fn hash(_: &Vm, o: &Obj) -> PyResult<i64> {
    Ok(hash_of(value(o), o))
}

fn exact(_: &Vm, o: &Obj) -> PyResult {
    Ok(if o.is_exactly(Builtin::Float) { o.clone() } else { new_float(value(o)) })
}

fn to_int(vm: &Vm, o: &Obj) -> PyResult {
    from_integral(vm, value(o).trunc())
}

/// An int of a float without fraction.
///
/// # Errors
/// `ValueError` for NaN, `OverflowError` for infinities.
pub(crate) fn from_integral(vm: &Vm, f: f64) -> PyResult {
    match pyre_number::int::small::from_f64(f) {
        Some(i) => Ok(IntRef::Small(i).to_obj()),
        None => pyre_number::BigInt::from_f64(f).map(int::from_bigint).map_err(|e| vm.num_error(e)),
    }
}

fn new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let init = |t: &Obj| type_body(t).ops.init.addr();
    if args.has_keywords() && (cls.is(Builtin::Float.ty()) || init(cls) == init(Builtin::Float.ty())) {
        return Err(vm.type_error("float() takes no keyword arguments"));
    }
    let f = match args.pos() {
        [] => 0.0,
        [x] if cls.is(Builtin::Float.ty()) && x.is_exactly(Builtin::Float) => return Ok(x.clone()),
        [x] => convert(vm, x)?,
        more => return Err(vm.type_error(format!("float expected at most 1 argument, got {}", more.len()))),
    };
    if cls.is(Builtin::Float.ty()) {
        return Ok(if f.is_nan() { new_boxed(f) } else { new_float(f) });
    }
    Ok(new_float_shaped(type_body(cls).root_shape(), f))
}

fn convert(vm: &Vm, x: &Obj) -> PyResult<f64> {
    if x.slots().float.addr() != 0 && !x.is_exactly(Builtin::Float) {
        return vm.call_float(x);
    }
    if let Some(s) = str::get(x) {
        return parse(vm, &ascii_number(s), x);
    }
    if is_float(x) || x.slots().index.addr() != 0 {
        return vm.to_f64(x);
    }
    if bytes::is_bytearray(x) {
        return parse(vm, &bytes::bytearray_to_vec(x), x);
    }
    if vm.has_buffer(x) {
        let b = vm.buffer(x)?;
        return parse(vm, &b.to_bytes(), x);
    }
    Err(vm.type_error(format!("float() argument must be a string or a real number, not '{}'", x.type_name())))
}

fn parse(vm: &Vm, text: &[u8], shown: &Obj) -> PyResult<f64> {
    match num::parse(text) {
        Some(f) => Ok(f),
        None => Err(vm.value_error(format!("could not convert string to float: {}", vm.repr_text(shown)?))),
    }
}

macro_rules! binary_slots {
    ($slots:expr, $($op:ident),*) => {
        $slots$(.with_binary(BinOp::$op, |vm, a, b| binary(vm, BinOp::$op, a, b)))*
    };
}

static FLOAT: TypeSpec = TypeSpec {
    name: "float",
    doc: "Convert a string or number to a floating-point number, if possible.",
    layout: Some(<FloatBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE).or(TypeFlags::MATCH_SELF),
    slots: binary_slots!(
        Slots {
            repr: Some(repr),
            hash: Some(hash),
            compare: Some(compare),
            bool: Some(|_, o| Ok(value(o) != 0.0)),
            neg: Some(|_, o| Ok(new_float(-value(o)))),
            pos: Some(exact),
            abs: Some(|_, o| Ok(new_float(value(o).abs()))),
            int: Some(to_int),
            float: Some(exact),
            pow_mod: Some(power_mod),
            new: Some(new),
            ..Slots::NONE
        },
        Add,
        Sub,
        Mul,
        TrueDiv,
        FloorDiv,
        Mod,
        Pow,
        DivMod
    ),
    methods: methods::METHODS,
    getset: methods::GETSET,
    ..TypeSpec::EMPTY
};
