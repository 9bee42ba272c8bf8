//! `_count_elements`: `mapping[x] = mapping.get(x, 0) + 1` for all items.

use crate::support::interned;
use pyre_object::{BinOp, Builtin, Obj, PyResult, Vm, dict, int, str, typeobj};

interned! {
    fn get_name = "get";
}

/// Whether `get` and `__setitem__` are those of `dict`, so that the table may be used directly.
fn is_plain_dict(vm: &Vm, mapping: &Obj) -> bool {
    if !dict::is_dict(mapping) {
        return false;
    }
    let (own, base) = (mapping.ty(), Builtin::Dict.ty());
    let same_get = match (typeobj::lookup(vm, own, get_name()), typeobj::lookup(vm, base, get_name())) {
        (Some(a), Some(b)) => a.is(&b),
        _ => false,
    };
    let (a, b) = (&typeobj::type_body(own).ops.setitem, &typeobj::type_body(base).ops.setitem);
    same_get && a.addr() == b.addr()
}

pub(super) fn count_elements(vm: &Vm, a: &[Obj]) -> PyResult {
    let (mapping, iterable) = (&a[0], &a[1]);
    let one = Obj::from_len(1);
    if is_plain_dict(vm, mapping) {
        vm.for_each(iterable, |item| {
            let hash = if str::is_exact(&item) { str::hash(&item) } else { vm.hash(&item)? };
            let next = match dict::get_item_hashed(vm, mapping, hash, &item)? {
                None => Obj::from_len(1),
                Some(n) if n.raw().is_int() => int::new_int(n.raw().int() + 1),
                Some(n) => vm.binary(BinOp::Add, &n, &one)?,
            };
            dict::set_item_hashed(vm, mapping, hash, &item, next)
        })?;
        return Ok(Obj::NONE);
    }
    let get = vm.getattr(mapping, get_name())?;
    vm.for_each(iterable, |item| {
        let old = vm.call(&get, &[item.clone(), Obj::from_len(0)])?;
        let next = vm.binary(BinOp::Add, &old, &one)?;
        vm.setitem(mapping, &item, &next)
    })?;
    Ok(Obj::NONE)
}
