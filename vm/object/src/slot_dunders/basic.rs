//! Attribute access, calls, text, containers, iteration and the rest: one function per dunder method.

use super::{call_special, required};
use crate::args::Args;
use crate::attr;
use crate::buffer::Buffer;
use crate::descriptor::WrapperDescriptorBody;
use crate::error::{PyResult, Raised};
use crate::obj::Obj;
use crate::slot_wrappers::SlotFn;
use crate::slots::{AtomicFn, GetAttrFn};
use crate::value::Value;
use crate::vm::Vm;
use crate::{Exc, int, names, typeobj};

/// `__repr__`
pub fn repr(vm: &Vm, o: &Obj) -> PyResult {
    required(vm, o, names::__repr__(), &[])
}

/// `__str__`
pub fn str(vm: &Vm, o: &Obj) -> PyResult {
    required(vm, o, names::__str__(), &[])
}

/// `TypeError: unhashable type: 'T'`; also the `hash` of types that cannot be hashed.
#[cold]
pub fn unhashable(vm: &Vm, o: &Obj) -> PyResult<i64> {
    Err(vm.type_error(format!("unhashable type: '{}'", o.type_name())))
}

/// `__hash__`
pub fn hash(vm: &Vm, o: &Obj) -> PyResult<i64> {
    match typeobj::lookup(vm, o.ty(), names::__hash__()) {
        Some(f) if !f.is_none() => {}
        _ => return unhashable(vm, o),
    }
    let r = required(vm, o, names::__hash__(), &[])?;
    let Some(i) = int::get(&r) else {
        return Err(vm.type_error("__hash__ method should return an integer"));
    };
    let h = int::as_i64(&r).unwrap_or_else(|| i.hash());
    Ok(if h == -1 { -2 } else { h })
}

/// `__call__`
pub fn call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let r = vm.nested("", || call_special(vm, o, names::__call__(), args))?;
    r.ok_or_else(|| vm.type_error(format!("'{}' object is not callable", o.type_name())))
}

/// `__getattribute__`, of a class without `__getattr__`
pub fn getattribute(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    required(vm, o, names::__getattribute__(), std::slice::from_ref(name))
}

/// `__getattribute__`, then `__getattr__` if that raised `AttributeError`
pub fn getattr_hook(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    if let Some(v) = getattribute_opt(vm, o, name)? {
        return Ok(v);
    }
    match call_special(vm, o, names::__getattr__(), Args::positional(std::slice::from_ref(name)))? {
        Some(v) => Ok(v),
        None => Err(attr::no_attribute(vm, o, name)),
    }
}

/// `__getattribute__`; `None` for `AttributeError`. The native rules need no exception to say "no".
fn getattribute_opt(vm: &Vm, o: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    let f = typeobj::lookup(vm, o.ty(), names::__getattribute__());
    let native = f.as_ref().and_then(|f| f.downcast::<WrapperDescriptorBody>()).map(|w| w.function);
    let found = match native {
        Some(SlotFn::GetAttr(g)) if is(g, attr::generic_getattr) => attr::generic_getattr_opt(vm, o, name),
        Some(SlotFn::GetAttr(g)) if is(g, attr::type_getattr) => attr::type_getattr_opt(vm, o, name),
        Some(SlotFn::GetAttr(g)) => g(vm, o, name).map(Some),
        _ => getattribute(vm, o, name).map(Some),
    };
    vm.catch(found, Exc::AttributeError).map(Option::flatten)
}

fn is(a: GetAttrFn, b: GetAttrFn) -> bool {
    AtomicFn::new(Some(a)).addr() == AtomicFn::new(Some(b)).addr()
}

/// `__setattr__`, `__delattr__`
pub fn setattr(vm: &Vm, o: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    match value {
        Some(v) => required(vm, o, names::__setattr__(), &[name.clone(), v.clone()]),
        None => required(vm, o, names::__delattr__(), std::slice::from_ref(name)),
    }
    .map(drop)
}

/// `__iter__`
pub fn iter(vm: &Vm, o: &Obj) -> PyResult {
    match typeobj::lookup(vm, o.ty(), names::__iter__()) {
        Some(f) if !f.is_none() => required(vm, o, names::__iter__(), &[]),
        _ => Err(vm.type_error(format!("'{}' object is not iterable", o.type_name()))),
    }
}

/// `__next__`; `StopIteration` is the end
pub fn next(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    vm.catch(call_next(vm, o), Exc::StopIteration)
}

/// Calls `__next__` and lets `StopIteration` through, with its value.
///
/// # Errors
/// Whatever the method raises.
pub fn call_next(vm: &Vm, o: &Obj) -> PyResult {
    required(vm, o, names::__next__(), &[])
}

/// `__get__`
pub fn descr_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, ty: &Obj) -> PyResult {
    let obj = obj.cloned().unwrap_or(Obj::NONE);
    required(vm, d, names::__get__(), &[obj, ty.clone()])
}

/// `__set__`, `__delete__`
pub fn descr_set(vm: &Vm, d: &Obj, obj: &Obj, value: Option<&Obj>) -> PyResult<()> {
    match value {
        Some(v) => required(vm, d, names::__set__(), &[obj.clone(), v.clone()]),
        None => required(vm, d, names::__delete__(), std::slice::from_ref(obj)),
    }
    .map(drop)
}

/// `__init__`
pub fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    match call_special(vm, o, names::__init__(), args)? {
        Some(r) if !r.is_none() => {
            Err(vm.type_error(format!("__init__() should return None, not '{}'", r.type_name())))
        }
        _ => Ok(()),
    }
}

/// `__new__`
pub fn new(vm: &Vm, ty: &Obj, args: Args<'_>) -> PyResult {
    let f = attr::type_getattr(vm, ty, names::__new__())?;
    vm.call_with(&f, ty, args)
}

/// `__del__`
pub fn finalize(vm: &Vm, o: &Obj) {
    if let Err(e) = call_special(vm, o, names::__del__(), Args::EMPTY) {
        let f = typeobj::lookup(vm, o.ty(), names::__del__()).map(|f| vm.repr_text(&f));
        let what = match f {
            Some(Ok(f)) => format!("Exception ignored while calling deallocator {f}"),
            _ => "Exception ignored while calling deallocator".to_owned(),
        };
        vm.unraisable(&e, &what, None);
    }
}

/// `__len__`
pub fn len(vm: &Vm, o: &Obj) -> PyResult<usize> {
    let r = required(vm, o, names::__len__(), &[])?;
    let i = vm.index(&r)?;
    match int::as_i64(&i) {
        Some(n) if n >= 0 => Ok(n as usize),
        Some(_) => Err(negative_len(vm)),
        None if int::expect(&i).is_negative() => Err(negative_len(vm)),
        None => Err(vm.overflow_error(format!("cannot fit '{}' into an index-sized integer", i.type_name()))),
    }
}

#[cold]
fn negative_len(vm: &Vm) -> Raised {
    vm.value_error("__len__() should return >= 0")
}

/// `__getitem__`
pub fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    required(vm, o, names::__getitem__(), std::slice::from_ref(key))
}

/// `__setitem__`, `__delitem__`
pub fn setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    match value {
        Some(v) => required(vm, o, names::__setitem__(), &[key.clone(), v.clone()]),
        None => required(vm, o, names::__delitem__(), std::slice::from_ref(key)),
    }
    .map(drop)
}

/// `__contains__`
pub fn contains(vm: &Vm, o: &Obj, item: &Obj) -> PyResult<bool> {
    if typeobj::lookup(vm, o.ty(), names::__contains__()).is_some_and(|f| f.is_none()) {
        return Err(vm.type_error(format!("'{}' object is not a container", o.type_name())));
    }
    let r = required(vm, o, names::__contains__(), std::slice::from_ref(item))?;
    vm.truth(&r)
}

/// `__bool__`
pub fn bool(vm: &Vm, o: &Obj) -> PyResult<bool> {
    if typeobj::lookup(vm, o.ty(), names::__bool__()).is_some_and(|f| f.is_none()) {
        return Err(vm.type_error(format!("'{}' cannot be interpreted as a boolean", o.type_name())));
    }
    let r = required(vm, o, names::__bool__(), &[])?;
    match r.raw() {
        Value::TRUE => Ok(true),
        Value::FALSE => Ok(false),
        _ => Err(vm.type_error(format!("__bool__ should return bool, returned {}", r.type_name()))),
    }
}

/// `__buffer__`, which must return a memoryview
pub fn buffer(vm: &Vm, o: &Obj) -> PyResult<Buffer> {
    /// `inspect.BufferFlags.FULL_RO`
    const FULL_RO: usize = 0x11C;
    let view = required(vm, o, names::__buffer__(), &[Obj::from_len(FULL_RO)])?;
    match view.slots().buffer.get() {
        Some(f) if view.is_exactly(crate::Builtin::MemoryView) => f(vm, &view),
        _ => Err(vm.type_error("__buffer__ returned non-memoryview object")),
    }
}
