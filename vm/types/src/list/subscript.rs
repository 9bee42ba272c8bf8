//! `l[i]`, `l[a:b:c]`, and assigning to and deleting them.

use pyre_object::list;
use pyre_object::slice::{adjust, unpack};
use pyre_object::{Builtin, Exc, Obj, PyResult, Vm};

fn is_index(key: &Obj) -> bool {
    key.raw().is_int() || key.slots().index.addr() != 0
}

fn wrong_key(vm: &Vm, key: &Obj) -> pyre_object::Raised {
    vm.type_error(format!("list indices must be integers or slices, not {}", key.type_name()))
}

/// `l[key]`
pub(super) fn get(vm: &Vm, l: &Obj, key: &Obj) -> PyResult {
    if is_index(key) {
        let i = vm.to_index(key, Exc::IndexError)?;
        let at = list::normalize_index(i as i64, list::len(l));
        return at.and_then(|i| list::get(l, i)).ok_or_else(|| vm.index_error("list index out of range"));
    }
    if !key.is_exactly(Builtin::Slice) {
        return Err(wrong_key(vm, key));
    }
    let parts = unpack(vm, key)?;
    let i = adjust(parts, list::len(l));
    Ok(list::get_slice(l, i.start as usize, i.step, i.count))
}

/// `l[key] = value`, or `del l[key]` for no value.
pub(super) fn set(vm: &Vm, l: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    if is_index(key) {
        let i = vm.to_index(key, Exc::IndexError)?;
        let out_of_range = || vm.index_error("list assignment index out of range");
        let at = list::normalize_index(i as i64, list::len(l)).ok_or_else(out_of_range)?;
        return match value {
            Some(v) => list::set(l, at, v.clone()).map_err(|_| out_of_range()),
            None => list::pop(l, at).map(drop).ok_or_else(out_of_range),
        };
    }
    if !key.is_exactly(Builtin::Slice) {
        return Err(wrong_key(vm, key));
    }
    let parts = unpack(vm, key)?;
    match value {
        Some(v) => assign_slice(vm, l, parts, v),
        None => {
            let i = adjust(parts, list::len(l));
            list::delete_slice(l, i.start.max(0) as usize, i.step, i.count);
            Ok(())
        }
    }
}

fn assign_slice(vm: &Vm, l: &Obj, parts: (isize, isize, isize), value: &Obj) -> PyResult<()> {
    // In a list of its own: iterating runs Python code.
    let items = if value.is_exactly(Builtin::List) || value.is_exactly(Builtin::Tuple) {
        value.clone()
    } else {
        let it = match vm.catch(vm.iter(value), Exc::TypeError)? {
            Some(it) => it,
            None => return Err(vm.type_error("must assign iterable to extended slice")),
        };
        super::from_iterable(vm, &it)?
    };
    let items = match pyre_object::tuple::get(&items) {
        Some(items) => items.to_vec(),
        None => list::snapshot(&items),
    };
    let i = adjust(parts, list::len(l));
    if i.step == 1 {
        list::set_slice(l, i.start as usize, i.stop.max(i.start) as usize, items);
        return Ok(());
    }
    if items.len() != i.count {
        return Err(vm.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            i.count
        )));
    }
    if i.count != 0 {
        list::set_stepped(l, i.start as usize, i.step, items);
    }
    Ok(())
}
