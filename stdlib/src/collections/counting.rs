//! `_count_elements`: `mapping[x] = mapping.get(x, 0) + 1` for all items.

use crate::support::interned;
use pyre_object::{BinOp, Builtin, Obj, PyResult, Vm, dict, int, names, str, typeobj};

interned! {
    fn get_name = "get";
}

/// Whether `get` and `__setitem__` are those of `dict`, so that the table may be used directly.
fn is_plain_dict(vm: &Vm, mapping: &Obj) -> bool {
    if !dict::is_dict(mapping) {
        return false;
    }
    let (own, base) = (mapping.ty(), Builtin::Dict.ty());
    let same = |name: &Obj| match (typeobj::lookup(vm, own, name), typeobj::lookup(vm, base, name)) {
        (Some(a), Some(b)) => a.is(&b),
        _ => false,
    };
    same(get_name()) && same(names::__setitem__())
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
