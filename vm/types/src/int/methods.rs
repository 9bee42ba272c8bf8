//! Methods and members of `int`.

use crate::arguments::native_table;
use crate::format::{format_int, spec_argument};
use pyre_number::BigInt;
use pyre_number::int::bytes::ByteOrder;
use pyre_object::int::{self, IntRef};
use pyre_object::str;
use pyre_object::tuple::new_tuple;
use pyre_object::{Builtin, GetSetDef, NativeDef, Obj, PyResult, Vm, bytes};

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::method("conjugate", "($self, /)", exact)
        .doc("Returns self, the complex conjugate of any int."),
    NativeDef::method("bit_length", "($self, /)", bit_length)
        .doc("Number of bits necessary to represent self in binary."),
    NativeDef::method("bit_count", "($self, /)", bit_count)
        .doc("Number of ones in the binary representation of the absolute value of self."),
    NativeDef::method("to_bytes", "($self, /, length=1, byteorder='big', *, signed=False)", to_bytes)
        .doc("Return an array of bytes representing an integer."),
    NativeDef::class_method("from_bytes", "($type, /, bytes, byteorder='big', *, signed=False)", from_bytes)
        .doc("Return the integer represented by the given array of bytes."),
    NativeDef::method("as_integer_ratio", "($self, /)", as_integer_ratio)
        .doc("Return a pair of integers, whose ratio is equal to the original int."),
    NativeDef::method("is_integer", "($self, /)", |_, _| Ok(Obj::TRUE))
        .doc("Returns True. Exists for duck type compatibility with float.is_integer."),
    NativeDef::method("__trunc__", "($self, /)", exact).doc("Truncating an Integral returns itself."),
    NativeDef::method("__floor__", "($self, /)", exact).doc("Flooring an Integral returns itself."),
    NativeDef::method("__ceil__", "($self, /)", exact).doc("Ceiling of an Integral returns itself."),
    NativeDef::method("__round__", "($self, ndigits=None, /)", round).doc(
        "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer."
    ),
    NativeDef::method("__getnewargs__", "($self, /)", |_, a| Ok(new_tuple([int::expect(&a[0]).to_obj()]))),
    NativeDef::method("__format__", "($self, format_spec, /)", format)
        .doc("Convert to a string according to format_spec."),
    NativeDef::method("__sizeof__", "($self, /)", |_, a| {
        let words = int::expect(&a[0]).to_big().magnitude_words().len();
        Ok(Obj::from_len(24 + 8 * words))
    })
    .doc("Returns size in memory, in bytes."),
];

pub(super) static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("real", super::exact),
    GetSetDef::readonly("imag", |_, _| Ok(int::new_int(0))),
    GetSetDef::readonly("numerator", super::exact),
    GetSetDef::readonly("denominator", |_, _| Ok(int::new_int(1))),
];

fn exact(vm: &Vm, a: &[Obj]) -> PyResult {
    super::exact(vm, &a[0])
}

fn bit_length(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(match int::expect(&a[0]) {
        IntRef::Small(i) => int::new_int(i64::from(64 - i.unsigned_abs().leading_zeros())),
        IntRef::Big(b) => int::from_u64(b.bit_length()),
    })
}

fn bit_count(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(match int::expect(&a[0]) {
        IntRef::Small(i) => int::new_int(i64::from(i.unsigned_abs().count_ones())),
        IntRef::Big(b) => int::from_u64(b.bit_count()),
    })
}

fn byte_order(vm: &Vm, o: &Obj, function: &str) -> PyResult<ByteOrder> {
    let Some(o) = o.given() else { return Ok(ByteOrder::Big) };
    if !str::is_str(o) {
        return Err(vm.type_error(format!(
            "{function}() argument 'byteorder' must be str, not {}",
            crate::arguments::argument_type(o)
        )));
    }
    if str::eq_str(o, "little") {
        Ok(ByteOrder::Little)
    } else if str::eq_str(o, "big") {
        Ok(ByteOrder::Big)
    } else {
        Err(vm.value_error("byteorder must be either 'little' or 'big'"))
    }
}

fn signed(vm: &Vm, o: &Obj) -> PyResult<bool> {
    o.given().map_or(Ok(false), |o| vm.truth(o))
}

fn to_bytes(vm: &Vm, a: &[Obj]) -> PyResult {
    let length = a[1].given().map_or(Ok(1), |o| vm.to_isize(o))?;
    let order = byte_order(vm, &a[2], "to_bytes")?;
    let signed = signed(vm, &a[3])?;
    let length =
        usize::try_from(length).map_err(|_| vm.value_error("length argument must be non-negative"))?;
    if length > crate::MAX_NATIVE_BYTES {
        return Err(vm.memory_error());
    }
    let out = int::expect(&a[0]).to_big().to_bytes(length, order, signed).map_err(|e| vm.num_error(e))?;
    Ok(bytes::new_bytes(&out))
}

fn from_bytes(vm: &Vm, a: &[Obj]) -> PyResult {
    let order = byte_order(vm, &a[2], "from_bytes")?;
    let signed = signed(vm, &a[3])?;
    let content = crate::bytes::to_bytes_object(vm, &a[1])?;
    let value = int::from_bigint(BigInt::from_bytes(bytes::as_bytes(&content), order, signed));
    if a[0].is(Builtin::Int.ty()) { Ok(value) } else { vm.call1(&a[0], &value) }
}

fn as_integer_ratio(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(new_tuple([exact(vm, a)?, int::new_int(1)]))
}

/// `round(self, ndigits)`: half to even.
fn round(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(digits) = a[1].not_none() else { return exact(vm, a) };
    let digits = vm.index(digits)?;
    let value = int::expect(&a[0]);
    let places = match int::expect(&digits) {
        d if !d.is_negative() => return exact(vm, a),
        IntRef::Small(d) => d.unsigned_abs(),
        IntRef::Big(_) => u64::MAX,
    };
    // A power of ten with more digits than twice the number rounds it to zero.
    if places > value.to_big().decimal_digits_bound() + 1 {
        return Ok(int::new_int(0));
    }
    let fail = |e| vm.num_error(e);
    let unit = BigInt::from(10).pow(places).map_err(fail)?;
    let value = value.to_big();
    let (quotient, remainder) = value.divmod(&unit).map_err(fail)?;
    let twice = &remainder + &remainder;
    let up = match twice.cmp(&unit) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient.is_odd(),
        std::cmp::Ordering::Greater => true,
    };
    let quotient = if up { &quotient + 1 } else { quotient };
    Ok(int::from_bigint(&quotient * &unit))
}

fn format(vm: &Vm, a: &[Obj]) -> PyResult {
    let spec = spec_argument(vm, &a[1])?;
    if spec.is_empty() {
        return vm.str(&a[0]);
    }
    format_int(vm, &a[0], int::expect(&a[0]), spec)
}
