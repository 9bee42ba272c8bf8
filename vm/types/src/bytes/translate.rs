//! `translate` and `maketrans`.

use super::{result_like, unchanged, view};
use pyre_object::{Obj, PyResult, Vm, bytes};

pub(super) fn translate(vm: &Vm, a: &[Obj]) -> PyResult {
    let table = a[1].not_none().map(|o| view(vm, o)).transpose()?;
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let mut deleted = [false; 256];
    if let Some(d) = a[2].given() {
        view(vm, d)?.iter().for_each(|b| deleted[*b as usize] = true);
    }
    let content = view(vm, &a[0])?;
    let out: Vec<u8> = content
        .iter()
        .filter(|b| !deleted[**b as usize])
        .map(|b| table.as_ref().map_or(*b, |t| t[*b as usize]))
        .collect();
    if out == *content {
        return Ok(unchanged(&a[0], &content));
    }
    Ok(result_like(&a[0], &out))
}

pub(super) fn maketrans(vm: &Vm, a: &[Obj]) -> PyResult {
    let (from, to) = (view(vm, &a[0])?, view(vm, &a[1])?);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    from.iter().zip(to.iter()).for_each(|(f, t)| table[*f as usize] = *t);
    Ok(bytes::new_bytes(&table))
}
