//! What sequences share: repetition.

use pyre_object::{BinOp, Builtin, Exc, Obj, PyResult, Vm};

/// How often a sequence is to be repeated (negative counts are 0); `None` if the operand is no integer.
///
/// # Errors
/// `OverflowError` if it does not fit a machine word; whatever `__index__` raises.
pub fn repeat_count(vm: &Vm, n: &Obj) -> PyResult<Option<usize>> {
    if !n.raw().is_int() && n.slots().index.addr() == 0 {
        return Ok(None);
    }
    vm.to_index(n, Exc::OverflowError).map(|n| Some(n.max(0) as usize))
}

/// The result of `sequence * n` when `n` is no integer: types of other code may still implement it.
///
/// # Errors
/// `TypeError`
pub fn no_repeat_count(vm: &Vm, n: &Obj) -> PyResult {
    let builtin = [
        Builtin::Float,
        Builtin::Complex,
        Builtin::Str,
        Builtin::Bytes,
        Builtin::ByteArray,
        Builtin::Tuple,
        Builtin::List,
    ];
    if n.slots().binary[BinOp::Mul as usize].addr() != 0 && !builtin.iter().any(|b| n.is_exactly(*b)) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    Err(vm.type_error(format!("can't multiply sequence by non-int of type '{}'", n.type_name())))
}
