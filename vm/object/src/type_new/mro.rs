//! Method resolution orders: C3 (Barrett et al., OOPSLA 1996), and classes that compute their own.

use super::full_name;
use super::layout::solid_base;
use crate::code::managed;
use crate::error::{PyResult, Raised};
use crate::obj::Obj;
use crate::typeobj::{is_subtype, is_type, lookup, type_body, type_name};
use crate::vm::Vm;
use crate::{Builtin, descriptor, intern, tuple};

/// The C3 linearisation of a type, from its bases' MROs; the type comes first.
///
/// # Errors
/// `TypeError` when there is none.
pub fn default_mro(vm: &Vm, ty: &Obj) -> PyResult<Vec<Obj>> {
    let bases = type_body(ty).bases.get();
    let bases = tuple::items(&bases);
    let mut mro = vec![ty.clone()];
    if let [base] = bases {
        mro.extend_from_slice(tuple::items(&mro_of(base)));
        return Ok(mro);
    }
    check_duplicates(vm, bases)?;
    let mros: Vec<Obj> = bases.iter().map(mro_of).collect();
    let mut lists: Vec<&[Obj]> = mros.iter().map(|m| tuple::items(m)).collect();
    lists.push(bases);
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(mro);
        }
        let next =
            lists.iter().map(|l| &l[0]).find(|c| !lists.iter().any(|l| l[1..].iter().any(|t| t.is(c))));
        let Some(next) = next.cloned() else { return Err(inconsistent(vm, &lists)) };
        for l in &mut lists {
            if l[0].is(&next) {
                *l = &l[1..];
            }
        }
        mro.push(next);
    }
}

fn mro_of(ty: &Obj) -> Obj {
    let mro = type_body(ty).mro.get();
    if tuple::is_tuple(&mro) { mro } else { tuple::new_tuple([ty.clone()]) }
}

fn check_duplicates(vm: &Vm, bases: &[Obj]) -> PyResult<()> {
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].iter().any(|o| o.is(b)) {
            return Err(vm.type_error(format!("duplicate base class {}", type_name(b))));
        }
    }
    Ok(())
}

fn inconsistent(vm: &Vm, lists: &[&[Obj]]) -> Raised {
    let mut heads: Vec<&Obj> = Vec::new();
    for l in lists {
        if !heads.iter().any(|h| h.is(&l[0])) {
            heads.push(&l[0]);
        }
    }
    let names: Vec<String> = heads.iter().map(|t| type_name(t)).collect();
    vm.type_error(format!(
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    ))
}

/// The MRO that a type should have: `mro()` of its metaclass, or C3.
///
/// # Errors
/// `TypeError` when there is none or `mro()` returns something unsuitable; whatever it raises.
pub fn compute_mro(vm: &Vm, ty: &Obj) -> PyResult {
    let meta = ty.ty();
    if meta.is(Builtin::Type.ty()) || !has_custom_mro(vm, meta) {
        return Ok(managed(tuple::from_vec(default_mro(vm, ty)?)));
    }
    let result = vm.call_method_str(ty, "mro", &[])?;
    let items = vm.collect(&result)?;
    let solid = solid_base(ty);
    for t in &items {
        if !is_type(t) {
            return Err(vm.type_error(format!("mro() returned a non-class ('{}')", t.type_name())));
        }
        if !t.is(ty) && !is_subtype(&solid, &solid_base(t)) {
            return Err(
                vm.type_error(format!("mro() returned base with unsuitable layout ('{}')", full_name(t)))
            );
        }
    }
    Ok(managed(tuple::from_vec(items)))
}

fn has_custom_mro(vm: &Vm, meta: &Obj) -> bool {
    let found = lookup(vm, meta, &intern::intern_str("mro"));
    found.is_some_and(|f| f.downcast::<descriptor::MethodDescriptorBody>().is_none())
}
