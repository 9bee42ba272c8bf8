//! What fills a dict: mappings, and iterables of pairs.

use crate::collection::items_of;
use pyre_object::{Builtin, Exc, Obj, PyResult, Raised, Vm, dict, list, names, str, tuple, typeobj};

/// `d.update(source)`: a mapping if it has `keys`, else an iterable of pairs.
///
/// # Errors
/// `TypeError`, `ValueError`; whatever the source or comparing keys raises.
pub fn update(vm: &Vm, d: &Obj, source: &Obj) -> PyResult<()> {
    if source.is_exactly(Builtin::Dict) {
        return dict::update(vm, d, source);
    }
    match vm.getattr_opt(source, names::keys())? {
        Some(_) if iterates_as_dict(source) => dict::update(vm, d, source),
        Some(_) => update_from_mapping(vm, d, source),
        None => update_from_pairs(vm, d, source),
    }
}

/// Whether this is an instance of a subclass of `dict` that has its `__iter__`: then the entries are taken directly.
fn iterates_as_dict(o: &Obj) -> bool {
    dict::is_dict(o) && o.slots().iter.addr() == typeobj::type_body(Builtin::Dict.ty()).ops.iter.addr()
}

fn update_from_mapping(vm: &Vm, d: &Obj, mapping: &Obj) -> PyResult<()> {
    let keys = vm.call_method(mapping, names::keys(), &[])?;
    let Some(keys_iter) = vm.catch(items_of(vm, &keys), Exc::TypeError)? else {
        let (owner, got) = (mapping.type_name(), keys.type_name());
        return Err(vm.type_error(format!("{owner}.keys() returned a non-iterable (type {got})")));
    };
    for key in keys_iter {
        let key = key?;
        let value = vm.getitem(mapping, &key)?;
        dict::set_item(vm, d, &key, value)?;
    }
    Ok(())
}

fn update_from_pairs(vm: &Vm, d: &Obj, pairs: &Obj) -> PyResult<()> {
    for (i, item) in items_of(vm, pairs)?.enumerate() {
        let item = item?;
        if let Some([key, value]) = tuple::get(&item) {
            dict::set_item(vm, d, key, value.clone())?;
            continue;
        }
        let pair = as_list(vm, &item).map_err(|e| explain(vm, e, i))?;
        match list::snapshot(&pair).as_slice() {
            [key, value] => dict::set_item(vm, d, key, value.clone())?,
            other => {
                return Err(vm.value_error(format!(
                    "dictionary update sequence element #{i} has length {}; 2 is required",
                    other.len()
                )));
            }
        }
    }
    Ok(())
}

fn as_list(vm: &Vm, item: &Obj) -> PyResult {
    if item.is_exactly(Builtin::List) {
        return Ok(item.clone());
    }
    match vm.catch(vm.iter(item), Exc::TypeError)? {
        Some(it) => crate::list::from_iterable(vm, &it),
        None => Err(vm.type_error("object is not iterable")),
    }
}

/// Adds a note to a `TypeError` about an element.
fn explain(vm: &Vm, e: Raised, i: usize) -> Raised {
    if !vm.matches(&e, Exc::TypeError) {
        return e;
    }
    let note = format!("Cannot convert dictionary update sequence element #{i} to a sequence");
    match vm.call_method(&e.0, names::add_note(), &[str::new_str(&note)]) {
        Ok(_) => e,
        Err(other) => other,
    }
}
