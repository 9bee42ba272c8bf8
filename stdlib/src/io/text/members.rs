//! Closing, detaching, `repr` and the attributes that can be set.

use super::super::buffered::both;
use super::super::fileio::is_finalizing;
use super::super::support::call;
use super::{DETACHED, TextBody};
use crate::name;
use pyre_object::{Exc, Obj, PyResult, Vm, int, raise, str, type_new};
use pyre_threads::sync::Ordering;

pub fn close(vm: &Vm, a: &[Obj]) -> PyResult {
    let o = &a[0];
    let buffer = o.body::<TextBody>().buffer(vm)?;
    let closed = vm.getattr(&buffer, name!("closed"))?;
    if vm.truth(&closed)? {
        return Ok(Obj::NONE);
    }
    if is_finalizing(o) {
        let _ = call(vm, &buffer, name!("_dealloc_warn"), std::slice::from_ref(o));
    }
    let flushed = call(vm, o, name!("flush"), &[]);
    both(flushed, call(vm, &buffer, name!("close"), &[]))
}

pub fn detach(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &TextBody = a[0].body();
    b.check_ready(vm)?;
    call(vm, &a[0], name!("flush"), &[])?;
    let buffer = b.buffer.take();
    b.status.store(DETACHED, Ordering::Release);
    Ok(buffer)
}

pub fn truncate(vm: &Vm, a: &[Obj]) -> PyResult {
    let buffer = a[0].body::<TextBody>().buffer(vm)?;
    call(vm, &a[0], name!("flush"), &[])?;
    let size = a[1].given().cloned().unwrap_or(Obj::NONE);
    call(vm, &buffer, name!("truncate"), &[size])
}

pub fn no_pickle(vm: &Vm, a: &[Obj]) -> PyResult {
    Err(vm.type_error(format!("cannot pickle '{}' instances", a[0].type_name())))
}

pub fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let b: &TextBody = o.body();
    let full = type_new::full_name(o.ty());
    if b.encoding.get().is_unbound() {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    if !vm.repr_enter(o) {
        raise!(vm, RuntimeError, "reentrant call inside {full}.__repr__");
    }
    let parts = repr_parts(vm, o);
    vm.repr_leave(o);
    let encoding = vm.repr_text(&b.encoding.get())?;
    Ok(str::new_str(&format!("<{full}{} encoding={encoding}>", parts?)))
}

fn repr_parts(vm: &Vm, o: &Obj) -> PyResult<String> {
    let mut parts = String::new();
    for (label, name) in [("name", name!("name")), ("mode", name!("mode"))] {
        let value = match vm.getattr_opt(o, name) {
            Ok(v) => v,
            // A stream without a buffer has neither.
            Err(e) if vm.matches(&e, Exc::ValueError) => None,
            Err(e) => return Err(e),
        };
        if let Some(v) = value {
            parts.push_str(&format!(" {label}={}", vm.repr_text(&v)?));
        }
    }
    Ok(parts)
}

pub fn chunk_size(vm: &Vm, o: &Obj) -> PyResult {
    let b: &TextBody = o.body();
    b.check_ready(vm)?;
    Ok(int::from_usize(b.state.enter_again(vm)?.with(|s| s.chunk_size)))
}

pub fn set_chunk_size(vm: &Vm, o: &Obj, v: Option<&Obj>) -> PyResult<()> {
    let b: &TextBody = o.body();
    b.check_ready(vm)?;
    let Some(v) = v else { raise!(vm, AttributeError, "cannot delete attribute") };
    let n = vm.to_index(v, Exc::ValueError)?;
    if n <= 0 {
        return Err(vm.value_error("a strictly positive integer is required"));
    }
    b.state.enter_again(vm)?.with(|s| s.chunk_size = n as usize);
    Ok(())
}
