//! Type parameters of generic aliases and unions: finding them among the arguments, and putting arguments in their
//! place (PEP 585, 604, 612, 646).

use super::{as_tuple, unpack_arguments};
use pyre_object::typeobj::is_type;
use pyre_object::{Obj, PyResult, Slot, Vm, list, names, tuple};

/// The parameters among the arguments, remembered in `cache`.
///
/// # Errors
/// Whatever looking at the arguments raises.
pub(crate) fn parameters_of(vm: &Vm, cache: &Slot, args: &Obj) -> PyResult {
    let known = cache.get();
    if !known.is_unbound() {
        return Ok(known);
    }
    let found = list::with_capacity(0);
    collect(vm, args, &found)?;
    let found = tuple::from_vec(list::take_items(&found));
    cache.set(found.clone());
    Ok(found)
}

fn add_new(found: &Obj, o: &Obj) {
    if !list::snapshot(found).iter().any(|known| known.is(o)) {
        list::append(found, o.clone());
    }
}

fn collect(vm: &Vm, args: &Obj, found: &Obj) -> PyResult<()> {
    let args = as_tuple(vm, args)?;
    for o in tuple::items(&args) {
        // A class that is not subscripted has the descriptor, not parameters.
        if is_type(o) {
            continue;
        }
        if vm.getattr_opt(o, names::__typing_subst__())?.is_some() {
            add_new(found, o);
        } else if tuple::is_tuple(o) || list::is_list(o) {
            vm.nested("", || collect(vm, o, found))?;
        } else if let Some(inner) = vm.getattr_opt(o, names::__parameters__())?
            && let Some(inner) = tuple::get(&inner)
        {
            inner.iter().for_each(|o| add_new(found, o));
        }
    }
    Ok(())
}

/// The arguments of `alias[item]`, a tuple: `args` with the items in the place of the parameters.
///
/// # Errors
/// `TypeError` if there is nothing to put in, or the number of items is wrong; whatever the parameters raise.
pub(crate) fn substitute(vm: &Vm, alias: &Obj, args: &Obj, parameters: &Obj, item: &Obj) -> PyResult {
    let params = tuple::items(parameters);
    if params.is_empty() {
        return Err(vm.type_error(format!("{} is not a generic class", vm.repr_text(alias)?)));
    }
    let mut item = unpack_arguments(vm, item)?;
    for p in params {
        if let Some(prepare) = vm.getattr_opt(p, names::__typing_prepare_subst__())?.filter(|f| !f.is_none())
        {
            let given = if tuple::is_tuple(&item) { item } else { tuple::new_tuple([item]) };
            item = vm.call2(&prepare, alias, &given)?;
        }
    }
    let given = tuple::get(&item).unwrap_or(std::slice::from_ref(&item));
    if given.len() != params.len() {
        let how = if given.len() > params.len() { "many" } else { "few" };
        return Err(vm.type_error(format!(
            "Too {how} arguments for {}; actual {}, expected {}",
            vm.repr_text(alias)?,
            given.len(),
            params.len()
        )));
    }
    Substitution { alias, parameters, params, item: &item, given }.apply(vm, args)
}

struct Substitution<'a> {
    alias: &'a Obj,
    parameters: &'a Obj,
    params: &'a [Obj],
    item: &'a Obj,
    given: &'a [Obj],
}

impl Substitution<'_> {
    fn apply(&self, vm: &Vm, args: &Obj) -> PyResult {
        let args = as_tuple(vm, args)?;
        let out = list::with_capacity(0);
        for o in tuple::items(&args) {
            if is_type(o) {
                list::append(&out, o.clone());
                continue;
            }
            if tuple::is_tuple(o) || list::is_list(o) {
                let inner = vm.nested("", || substitute(vm, self.alias, o, self.parameters, self.item))?;
                let inner = if list::is_list(o) { list::from_slice(tuple::items(&inner)) } else { inner };
                list::append(&out, inner);
                continue;
            }
            let unpacks = match vm.getattr_opt(o, names::__typing_is_unpacked_typevartuple__())? {
                Some(flag) => vm.truth(&flag)?,
                None => false,
            };
            let put = match vm.getattr_opt(o, names::__typing_subst__())? {
                Some(subst) => match self.params.iter().position(|p| p.is(o)) {
                    Some(i) => vm.call1(&subst, &self.given[i])?,
                    None => o.clone(),
                },
                None => self.subscript(vm, o)?,
            };
            if !unpacks {
                list::append(&out, put);
                continue;
            }
            let Some(items) = tuple::get(&put) else {
                return Err(vm.type_error(format!(
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    o.type_name(),
                    put.type_name()
                )));
            };
            list::extend_from_slice(&out, items);
        }
        Ok(tuple::from_vec(list::take_items(&out)))
    }

    /// An argument that has parameters itself, subscripted with what belongs to them.
    fn subscript(&self, vm: &Vm, o: &Obj) -> PyResult {
        let inner = vm.getattr_opt(o, names::__parameters__())?;
        let Some(inner) = inner.as_ref().and_then(tuple::get).filter(|p| !p.is_empty()) else {
            return Ok(o.clone());
        };
        let out = list::with_capacity(0);
        for p in inner {
            let Some(i) = self.params.iter().position(|q| q.is(p)) else {
                list::append(&out, p.clone());
                continue;
            };
            // A TypeVarTuple, the only parameter that can be iterated over, stands for several arguments.
            match tuple::get(&self.given[i]) {
                Some(items) if self.params[i].slots().iter.addr() != 0 => {
                    list::extend_from_slice(&out, items)
                }
                _ => list::append(&out, self.given[i].clone()),
            }
        }
        vm.getitem(o, &tuple::from_vec(list::take_items(&out)))
    }
}
