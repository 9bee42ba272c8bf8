//! Slot wrappers: the dunder methods of native types, such as `int.__add__`, which call an operation of the type.

use crate::args::Args;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::slot_wrappers::{self, SlotFn, WrapperDef};
use crate::vm::Vm;
use crate::{alloc, heap_body, type_new, typeobj};

heap_body! {
    /// A dunder method of a native type.
    pub struct WrapperDescriptorBody "wrapper_descriptor" {
        slots { owner }
        data {
            /// name, arguments and documentation
            def: &'static WrapperDef,
            /// the operation that it calls
            function: SlotFn,
        }
    }
}

heap_body! {
    /// A slot wrapper bound to an instance.
    pub struct MethodWrapperBody "method-wrapper" { slots { descriptor, instance } data {} }
}

/// A slot wrapper for the operation `function` of the native type `owner`.
pub fn new_wrapper(def: &'static WrapperDef, owner: Obj, function: SlotFn) -> Obj {
    let body = WrapperDescriptorBody { owner: Slot::new(owner), def, function };
    alloc::new_traced(Builtin::WrapperDescriptor.shape(), body)
}

impl WrapperDescriptorBody {
    fn check(&self, vm: &Vm, obj: &Obj) -> PyResult<()> {
        let owner = self.owner.get_fixed();
        if typeobj::is_instance_exact_mro(obj, owner) {
            return Ok(());
        }
        Err(vm.type_error(format!(
            "descriptor '{}' requires a '{}' object but received a '{}'",
            self.def.name,
            type_new::full_name(owner),
            obj.type_name()
        )))
    }
}

/// `call` of slot wrappers.
pub fn wrapper_descriptor_call(vm: &Vm, f: &Obj, args: Args<'_>) -> PyResult {
    let b: &WrapperDescriptorBody = f.body();
    let Some(obj) = args.pos().first() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            b.def.name,
            type_new::full_name(b.owner.get_fixed())
        )));
    };
    b.check(vm, obj)?;
    slot_wrappers::call(vm, b, obj, args.skip(1))
}

/// `__get__` of slot wrappers.
pub fn wrapper_descr_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let Some(obj) = obj else { return Ok(d.clone()) };
    let b: &WrapperDescriptorBody = d.body();
    super::check_applies(vm, b.def.name, b.owner.get_fixed(), obj)?;
    let body = MethodWrapperBody { descriptor: Slot::new(d.clone()), instance: Slot::new(obj.clone()) };
    Ok(alloc::new(Builtin::MethodWrapper, body))
}

/// `call` of bound slot wrappers.
pub fn method_wrapper_call(vm: &Vm, m: &Obj, args: Args<'_>) -> PyResult {
    let b: &MethodWrapperBody = m.body();
    let d: &WrapperDescriptorBody = b.descriptor.get_fixed().body();
    slot_wrappers::call(vm, d, b.instance.get_fixed(), args)
}
