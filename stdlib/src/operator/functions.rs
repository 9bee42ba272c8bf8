//! The functions of `_operator`.

use crate::support::native_table;
use pyre_object::{BinOp, CmpOp, NativeDef, Obj, PyResult, Vm, int, raise, str};

pub(super) static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("abs", "(a, /)", |vm, a| vm.absolute(&a[0])).doc("Same as abs(a)."),
    NativeDef::function("inv", "(a, /)", |vm, a| vm.invert(&a[0])).doc("Same as ~a."),
    NativeDef::function("invert", "(a, /)", |vm, a| vm.invert(&a[0])).doc("Same as ~a."),
    NativeDef::function("neg", "(a, /)", |vm, a| vm.negative(&a[0])).doc("Same as -a."),
    NativeDef::function("pos", "(a, /)", |vm, a| vm.positive(&a[0])).doc("Same as +a."),
    NativeDef::function("index", "(a, /)", |vm, a| Ok(int::expect(&vm.index(&a[0])?).to_obj())).doc("Same as a.__index__()"),
    NativeDef::function("add", "(a, b, /)", |vm, a| vm.binary(BinOp::Add, &a[0], &a[1])).doc("Same as a + b."),
    NativeDef::function("and_", "(a, b, /)", |vm, a| vm.binary(BinOp::And, &a[0], &a[1])).doc("Same as a & b."),
    NativeDef::function("floordiv", "(a, b, /)", |vm, a| vm.binary(BinOp::FloorDiv, &a[0], &a[1])).doc("Same as a // b."),
    NativeDef::function("lshift", "(a, b, /)", |vm, a| vm.binary(BinOp::LShift, &a[0], &a[1])).doc("Same as a << b."),
    NativeDef::function("matmul", "(a, b, /)", |vm, a| vm.binary(BinOp::MatMul, &a[0], &a[1])).doc("Same as a @ b."),
    NativeDef::function("mod", "(a, b, /)", |vm, a| vm.binary(BinOp::Mod, &a[0], &a[1])).doc("Same as a % b."),
    NativeDef::function("mul", "(a, b, /)", |vm, a| vm.binary(BinOp::Mul, &a[0], &a[1])).doc("Same as a * b."),
    NativeDef::function("or_", "(a, b, /)", |vm, a| vm.binary(BinOp::Or, &a[0], &a[1])).doc("Same as a | b."),
    NativeDef::function("pow", "(a, b, /)", |vm, a| vm.binary(BinOp::Pow, &a[0], &a[1])).doc("Same as a ** b."),
    NativeDef::function("rshift", "(a, b, /)", |vm, a| vm.binary(BinOp::RShift, &a[0], &a[1])).doc("Same as a >> b."),
    NativeDef::function("sub", "(a, b, /)", |vm, a| vm.binary(BinOp::Sub, &a[0], &a[1])).doc("Same as a - b."),
    NativeDef::function("truediv", "(a, b, /)", |vm, a| vm.binary(BinOp::TrueDiv, &a[0], &a[1])).doc("Same as a / b."),
    NativeDef::function("xor", "(a, b, /)", |vm, a| vm.binary(BinOp::Xor, &a[0], &a[1])).doc("Same as a ^ b."),
    NativeDef::function("iadd", "(a, b, /)", |vm, a| vm.inplace(BinOp::Add, &a[0], &a[1])).doc("Same as a += b."),
    NativeDef::function("iand", "(a, b, /)", |vm, a| vm.inplace(BinOp::And, &a[0], &a[1])).doc("Same as a &= b."),
    NativeDef::function("ifloordiv", "(a, b, /)", |vm, a| vm.inplace(BinOp::FloorDiv, &a[0], &a[1])).doc("Same as a //= b."),
    NativeDef::function("ilshift", "(a, b, /)", |vm, a| vm.inplace(BinOp::LShift, &a[0], &a[1])).doc("Same as a <<= b."),
    NativeDef::function("imatmul", "(a, b, /)", |vm, a| vm.inplace(BinOp::MatMul, &a[0], &a[1])).doc("Same as a @= b."),
    NativeDef::function("imod", "(a, b, /)", |vm, a| vm.inplace(BinOp::Mod, &a[0], &a[1])).doc("Same as a %= b."),
    NativeDef::function("imul", "(a, b, /)", |vm, a| vm.inplace(BinOp::Mul, &a[0], &a[1])).doc("Same as a *= b."),
    NativeDef::function("ior", "(a, b, /)", |vm, a| vm.inplace(BinOp::Or, &a[0], &a[1])).doc("Same as a |= b."),
    NativeDef::function("ipow", "(a, b, /)", |vm, a| vm.inplace(BinOp::Pow, &a[0], &a[1])).doc("Same as a **= b."),
    NativeDef::function("irshift", "(a, b, /)", |vm, a| vm.inplace(BinOp::RShift, &a[0], &a[1])).doc("Same as a >>= b."),
    NativeDef::function("isub", "(a, b, /)", |vm, a| vm.inplace(BinOp::Sub, &a[0], &a[1])).doc("Same as a -= b."),
    NativeDef::function("itruediv", "(a, b, /)", |vm, a| vm.inplace(BinOp::TrueDiv, &a[0], &a[1])).doc("Same as a /= b."),
    NativeDef::function("ixor", "(a, b, /)", |vm, a| vm.inplace(BinOp::Xor, &a[0], &a[1])).doc("Same as a ^= b."),
    NativeDef::function("eq", "(a, b, /)", |vm, a| vm.compare(&a[0], &a[1], CmpOp::Eq)).doc("Same as a == b."),
    NativeDef::function("ge", "(a, b, /)", |vm, a| vm.compare(&a[0], &a[1], CmpOp::Ge)).doc("Same as a >= b."),
    NativeDef::function("gt", "(a, b, /)", |vm, a| vm.compare(&a[0], &a[1], CmpOp::Gt)).doc("Same as a > b."),
    NativeDef::function("le", "(a, b, /)", |vm, a| vm.compare(&a[0], &a[1], CmpOp::Le)).doc("Same as a <= b."),
    NativeDef::function("lt", "(a, b, /)", |vm, a| vm.compare(&a[0], &a[1], CmpOp::Lt)).doc("Same as a < b."),
    NativeDef::function("ne", "(a, b, /)", |vm, a| vm.compare(&a[0], &a[1], CmpOp::Ne)).doc("Same as a != b."),
    NativeDef::function("is_", "(a, b, /)", |_, a| Ok(Obj::bool(a[0].is(&a[1])))).doc("Same as a is b."),
    NativeDef::function("is_not", "(a, b, /)", |_, a| Ok(Obj::bool(!a[0].is(&a[1])))).doc("Same as a is not b."),
    NativeDef::function("is_none", "(a, /)", |_, a| Ok(Obj::bool(a[0].is_none()))).doc("Same as a is None."),
    NativeDef::function("is_not_none", "(a, /)", |_, a| Ok(Obj::bool(!a[0].is_none()))).doc("Same as a is not None."),
    NativeDef::function("not_", "(a, /)", |vm, a| Ok(Obj::bool(!vm.truth(&a[0])?))).doc("Same as not a."),
    NativeDef::function("truth", "(a, /)", |vm, a| Ok(Obj::bool(vm.truth(&a[0])?))).doc("Return True if a is true, False otherwise."),
    NativeDef::function("concat", "(a, b, /)", |vm, a| {
        check_sequence(vm, &a[0])?;
        vm.binary(BinOp::Add, &a[0], &a[1])
    })
    .doc("Same as a + b, for a and b sequences."),
    NativeDef::function("iconcat", "(a, b, /)", |vm, a| {
        check_sequence(vm, &a[0])?;
        vm.inplace(BinOp::Add, &a[0], &a[1])
    })
    .doc("Same as a += b, for a and b sequences."),
    NativeDef::function("contains", "(a, b, /)", |vm, a| Ok(Obj::bool(vm.contains(&a[0], &a[1])?))).doc("Same as b in a (note reversed operands)."),
    NativeDef::function("countOf", "(a, b, /)", count_of).doc("Return the number of items in a which are, or which equal, b."),
    NativeDef::function("indexOf", "(a, b, /)", index_of).doc("Return the first index of b in a."),
    NativeDef::function("getitem", "(a, b, /)", |vm, a| vm.getitem(&a[0], &a[1])).doc("Same as a[b]."),
    NativeDef::function("setitem", "(a, b, c, /)", |vm, a| {
        vm.setitem(&a[0], &a[1], &a[2])?;
        Ok(Obj::NONE)
    })
    .doc("Same as a[b] = c."),
    NativeDef::function("delitem", "(a, b, /)", |vm, a| {
        vm.delitem(&a[0], &a[1])?;
        Ok(Obj::NONE)
    })
    .doc("Same as del a[b]."),
    NativeDef::function("length_hint", "(obj, default=0, /)", |vm, a| {
        let default = a[1].given().map_or(Ok(0), |d| vm.to_isize(d))?;
        if default < 0 {
            // Only what the object says itself can be a length.
            return match vm.length_hint(&a[0], usize::MAX)? {
                usize::MAX => Ok(a[1].clone()),
                n => Ok(Obj::from_len(n)),
            };
        }
        Ok(Obj::from_len(vm.length_hint(&a[0], default as usize)?))
    })
    .doc("Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0."),
    NativeDef::raw_function("call", "(obj, /, *args, **kwargs)", |vm, args| match args.pos().first() {
        Some(f) => vm.call_args(f, args.skip(1)),
        None => Err(vm.type_error("call expected at least 1 argument, got 0")),
    })
    .doc("Same as obj(*args, **kwargs)."),
    NativeDef::function("_compare_digest", "(a, b, /)", compare_digest).doc("Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values."),
];

fn check_sequence(vm: &Vm, o: &Obj) -> PyResult<()> {
    let slots = o.slots();
    let adds = [&slots.binary, &slots.inplace].iter().any(|table| table[BinOp::Add as usize].addr() != 0);
    if slots.getitem.addr() == 0 || !adds {
        raise!(vm, TypeError, "'{}' object can't be concatenated", o.type_name());
    }
    Ok(())
}

/// `iter(o)` with the message of searching functions.
fn iterate(vm: &Vm, o: &Obj) -> PyResult {
    vm.iter(o).map_err(|e| {
        if vm.matches(&e, pyre_object::Exc::TypeError) {
            vm.type_error(format!("argument of type '{}' is not iterable", o.type_name()))
        } else {
            e
        }
    })
}

fn count_of(vm: &Vm, a: &[Obj]) -> PyResult {
    let iterator = iterate(vm, &a[0])?;
    let mut n = 0;
    while let Some(item) = vm.next(&iterator)? {
        n += usize::from(vm.eq(&item, &a[1])?);
    }
    Ok(Obj::from_len(n))
}

fn index_of(vm: &Vm, a: &[Obj]) -> PyResult {
    let iterator = iterate(vm, &a[0])?;
    let mut n = 0;
    while let Some(item) = vm.next(&iterator)? {
        if vm.eq(&item, &a[1])? {
            return Ok(Obj::from_len(n));
        }
        n += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

/// Compares in a time that depends on the length of `b` only.
fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    let same_length = a.len() == b.len();
    let left = if same_length { a } else { b };
    let difference =
        left.iter().zip(b).fold(u8::from(!same_length), |d, (x, y)| d | std::hint::black_box(x ^ y));
    std::hint::black_box(difference) == 0
}

fn compare_digest(vm: &Vm, a: &[Obj]) -> PyResult {
    let (x, y) = (&a[0], &a[1]);
    if str::is_str(x) && str::is_str(y) {
        let (Some(x), Some(y)) = (str::as_ascii(x), str::as_ascii(y)) else {
            raise!(vm, TypeError, "comparing strings with non-ASCII characters is not supported");
        };
        return Ok(Obj::bool(equal_in_constant_time(x.as_bytes(), y.as_bytes())));
    }
    if !vm.has_buffer(x) && !vm.has_buffer(y) {
        let (x, y) = (x.type_name(), y.type_name());
        raise!(vm, TypeError, "unsupported operand types(s) or combination of types: '{x}' and '{y}'");
    }
    let (x, y) = (vm.buffer(x)?, vm.buffer(y)?);
    if x.shape.len() > 1 || y.shape.len() > 1 {
        raise!(vm, BufferError, "Buffer must be single dimension");
    }
    Ok(Obj::bool(equal_in_constant_time(&x.to_bytes(), &y.to_bytes())))
}
