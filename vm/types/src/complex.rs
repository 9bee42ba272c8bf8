//! `complex`: the operations and methods; the values are in `pyre_object::complex`.

use crate::arguments::{argument_type, native_table};
use crate::float::hash_of;
use crate::format::{format_complex, spec_argument};
use crate::int::ascii_number;
use pyre_number::complex::ParseComplexError;
use pyre_number::{Complex, NumError};
use pyre_object::call::keyword_text;
use pyre_object::complex::{ComplexBody, as_complex, from_complex, new_complex_shaped};
use pyre_object::float::{as_float, new_float};
use pyre_object::int;
use pyre_object::tuple::new_tuple;
use pyre_object::typeobj::type_body;
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec,
    Vm, names, str,
};

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Complex, &COMPLEX)];
    &ALL
}

/// An operand of complex arithmetic. Real ones are kept apart: adding one leaves the sign of a zero imaginary part.
#[derive(Clone, Copy)]
enum Operand {
    Complex(Complex),
    Real(f64),
}

fn operand(vm: &Vm, o: &Obj) -> PyResult<Option<Operand>> {
    if let Some(c) = as_complex(o) {
        return Ok(Some(Operand::Complex(c)));
    }
    if let Some(f) = as_float(o) {
        return Ok(Some(Operand::Real(f)));
    }
    match int::get(o) {
        Some(i) => i.to_f64().map(|f| Some(Operand::Real(f))).map_err(|e| vm.num_error(e)),
        None => Ok(None),
    }
}

impl Operand {
    fn complex(self) -> Complex {
        match self {
            Operand::Complex(c) => c,
            Operand::Real(f) => Complex::new(f, 0.0),
        }
    }
}

fn binary(vm: &Vm, op: BinOp, a: &Obj, b: &Obj) -> PyResult {
    use Operand::{Complex as C, Real as R};
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else { return Ok(Obj::NOT_IMPLEMENTED) };
    let r: Result<Complex, NumError> = match (op, x, y) {
        (BinOp::Add, C(c), R(f)) | (BinOp::Add, R(f), C(c)) => Ok(c.add_real(f)),
        (BinOp::Add, ..) => Ok(x.complex() + y.complex()),
        (BinOp::Sub, C(c), R(f)) => Ok(c.sub_real(f)),
        (BinOp::Sub, R(f), C(c)) => Ok(c.real_sub(f)),
        (BinOp::Sub, ..) => Ok(x.complex() - y.complex()),
        (BinOp::Mul, C(c), R(f)) | (BinOp::Mul, R(f), C(c)) => Ok(c.mul_real(f)),
        (BinOp::Mul, ..) => Ok(x.complex() * y.complex()),
        (BinOp::TrueDiv, C(c), R(f)) => c.divide_real(f),
        (BinOp::TrueDiv, R(f), C(c)) => c.real_divide(f),
        (BinOp::TrueDiv, ..) => x.complex().divide(y.complex()),
        (BinOp::Pow, ..) => x.complex().pow(y.complex()),
        _ => return Ok(Obj::NOT_IMPLEMENTED),
    };
    r.map(from_complex).map_err(|e| vm.num_error(e))
}

fn power_mod(vm: &Vm, _: &Obj, _: &Obj, _: &Obj) -> PyResult {
    Err(vm.value_error("complex modulo"))
}

fn compare(_: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let Some(x) = as_complex(a) else { return Ok(Obj::NOT_IMPLEMENTED) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let equal = if let Some(y) = as_complex(b) {
        x == y
    } else if let Some(f) = as_float(b) {
        x.im == 0.0 && x.re == f
    } else if let Some(i) = int::get(b) {
        x.im == 0.0 && i.compare_f64(x.re) == Some(std::cmp::Ordering::Equal)
    } else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    Ok(Obj::bool(equal == (op == CmpOp::Eq)))
}

fn value(o: &Obj) -> Complex {
    as_complex(o).unwrap_or(Complex::new(f64::NAN, f64::NAN))
}

fn hash(_: &Vm, o: &Obj) -> PyResult<i64> {
    let c = value(o);
    Ok(Complex::combine_hashes(hash_of(c.re, o), hash_of(c.im, o)))
}

fn make(cls: &Obj, c: Complex) -> Obj {
    if cls.is(Builtin::Complex.ty()) {
        from_complex(c)
    } else {
        new_complex_shaped(type_body(cls).root_shape(), c)
    }
}

/// What `__complex__` gives, if the object has it.
fn special_complex(vm: &Vm, o: &Obj) -> PyResult<Option<Complex>> {
    if o.is_exactly(Builtin::Complex) {
        return Ok(as_complex(o));
    }
    let Some(r) = vm.call_special(o, names::__complex__(), &[])? else { return Ok(None) };
    let Some(c) = as_complex(&r) else {
        return Err(vm.type_error(format!("__complex__ returned non-complex (type {})", r.type_name())));
    };
    if !r.is_exactly(Builtin::Complex) {
        vm.warn(
            Exc::DeprecationWarning,
            &format!(
                "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass \
                 of complex is deprecated, and may not be supported in a future version of Python.",
                r.type_name()
            ),
            1,
        )?;
    }
    Ok(Some(c))
}

fn is_real(o: &Obj) -> bool {
    o.slots().float.addr() != 0 || o.slots().index.addr() != 0 || as_complex(o).is_some()
}

fn new(vm: &Vm, cls: &Obj, args: Args<'_>) -> PyResult {
    let (mut re, mut im) = (args.pos().first(), args.pos().get(1));
    if args.len() > 2 {
        return Err(
            vm.type_error(format!("complex() takes at most 2 arguments ({} given)", args.all().len()))
        );
    }
    let only_positional = !args.has_keywords();
    for (name, v) in args.keywords() {
        let (slot, position) = match keyword_text(name).as_str() {
            "real" => (&mut re, 1),
            "imag" => (&mut im, 2),
            other => {
                return Err(vm.type_error(format!("complex() got an unexpected keyword argument '{other}'")));
            }
        };
        if slot.replace(v).is_some() {
            return Err(vm.type_error(format!(
                "argument for complex() given by name ('{}') and position ({position})",
                keyword_text(name)
            )));
        }
    }
    match (re, im) {
        (None, None) => Ok(make(cls, Complex::new(0.0, 0.0))),
        (Some(x), None) if only_positional => from_one(vm, cls, x),
        (re, im) => from_two(vm, cls, re, im),
    }
}

/// `complex(x)`
fn from_one(vm: &Vm, cls: &Obj, x: &Obj) -> PyResult {
    if x.is_exactly(Builtin::Complex) && cls.is(Builtin::Complex.ty()) {
        return Ok(x.clone());
    }
    if let Some(s) = str::get(x) {
        return match Complex::parse(&ascii_number(s)) {
            Ok(c) => Ok(make(cls, c)),
            Err(ParseComplexError::Malformed) => Err(vm.value_error("complex() arg is a malformed string")),
            Err(ParseComplexError::Underscores) => {
                Err(vm.value_error(format!("could not convert string to complex: {}", vm.repr_text(x)?)))
            }
        };
    }
    if let Some(c) = special_complex(vm, x)? {
        return Ok(make(cls, c));
    }
    if !is_real(x) {
        return Err(vm.type_error(format!(
            "complex() argument must be a string or a number, not {}",
            argument_type(x)
        )));
    }
    Ok(make(cls, Complex::new(vm.to_f64(x)?, 0.0)))
}

/// `complex(real, imag)`; complex arguments are added up, with a warning.
fn from_two(vm: &Vm, cls: &Obj, re: Option<&Obj>, im: Option<&Obj>) -> PyResult {
    let part = |o: Option<&Obj>, name: &str, special: bool| -> PyResult<Complex> {
        let Some(o) = o else { return Ok(Complex::new(0.0, 0.0)) };
        let not_real =
            || format!("complex() argument '{name}' must be a real number, not {}", argument_type(o));
        let c = if special && !str::is_str(o) { special_complex(vm, o)? } else { as_complex(o) };
        if let Some(c) = c {
            vm.warn(Exc::DeprecationWarning, &not_real(), 1)?;
            return Ok(c);
        }
        if str::is_str(o) || !is_real(o) {
            return Err(vm.type_error(not_real()));
        }
        Ok(Complex::new(vm.to_f64(o)?, 0.0))
    };
    let re = part(re, "real", true)?;
    let im = part(im, "imag", false)?;
    let (mut real, mut imaginary) = (re.re, im.re);
    if im.im != 0.0 {
        real -= im.im;
    }
    if re.im != 0.0 || re.im.is_sign_negative() {
        imaginary += re.im;
    }
    Ok(make(cls, Complex::new(real, imaginary)))
}

fn from_number(vm: &Vm, a: &[Obj]) -> PyResult {
    if a[1].is_exactly(Builtin::Complex) && a[0].is(Builtin::Complex.ty()) {
        return Ok(a[1].clone());
    }
    let c = match special_complex(vm, &a[1])? {
        Some(c) => c,
        None => Complex::new(vm.to_f64(&a[1])?, 0.0),
    };
    let c = from_complex(c);
    if a[0].is(Builtin::Complex.ty()) { Ok(c) } else { vm.call1(&a[0], &c) }
}

fn format(vm: &Vm, a: &[Obj]) -> PyResult {
    let spec = spec_argument(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str(&a[0]);
    }
    format_complex(vm, &a[0], value(&a[0]), spec)
}

fn exact(o: &Obj) -> Obj {
    if o.is_exactly(Builtin::Complex) { o.clone() } else { from_complex(value(o)) }
}

static METHODS: &[NativeDef] = native_table![
    NativeDef::class_method("from_number", "($type, number, /)", from_number)
        .doc("Convert number to a complex floating-point number."),
    NativeDef::method("conjugate", "($self, /)", |_, a| {
        let c = value(&a[0]);
        Ok(from_complex(Complex::new(c.re, -c.im)))
    })
    .doc("Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j."),
    NativeDef::method("__complex__", "($self, /)", |_, a| Ok(exact(&a[0])))
        .doc("Convert this value to exact type complex."),
    NativeDef::method("__getnewargs__", "($self, /)", |_, a| {
        let c = value(&a[0]);
        Ok(new_tuple([new_float(c.re), new_float(c.im)]))
    }),
    NativeDef::method("__format__", "($self, format_spec, /)", format)
        .doc("Convert to a string according to format_spec."),
];

macro_rules! binary_slots {
    ($slots:expr, $($op:ident),*) => {
        $slots$(.with_binary(BinOp::$op, |vm, a, b| binary(vm, BinOp::$op, a, b)))*
    };
}

static COMPLEX: TypeSpec = TypeSpec {
    name: "complex",
    doc: "Create a complex number from a string or numbers.",
    layout: Some(<ComplexBody as Body>::layout),
    flags: TypeFlags::BASE.or(TypeFlags::IMMUTABLE),
    slots: binary_slots!(
        Slots {
            repr: Some(|_, o| Ok(str::new_str(&value(o).repr()))),
            hash: Some(hash),
            compare: Some(compare),
            bool: Some(|_, o| Ok(value(o).re != 0.0 || value(o).im != 0.0)),
            neg: Some(|_, o| Ok(from_complex(-value(o)))),
            pos: Some(|_, o| Ok(exact(o))),
            abs: Some(|vm, o| value(o).abs().map(new_float).map_err(|e| vm.num_error(e))),
            pow_mod: Some(power_mod),
            new: Some(new),
            ..Slots::NONE
        },
        Add,
        Sub,
        Mul,
        TrueDiv,
        Pow
    ),
    methods: METHODS,
    getset: &[
        GetSetDef::readonly("real", |_, o| Ok(new_float(value(o).re))).member(),
        GetSetDef::readonly("imag", |_, o| Ok(new_float(value(o).im))).member(),
    ],
    ..TypeSpec::EMPTY
};
