//! The objects through which types offer functions and computed attributes: native functions, method descriptors,
//! attribute descriptors, slot wrappers, `classmethod`, `staticmethod`, `property`, and `super`.
//!
//! Here are their bodies, constructors and descriptor functions; their Python-visible types are in `pyre-types`.

mod attribute;
mod native;
mod property;
mod super_lookup;
mod wrapper;

pub use attribute::{
    GetSetBody, MemberBody, MemberKind, getset_descr_get, getset_descr_set, member_descr_get,
    member_descr_set, new_getset, new_member,
};
pub use native::{
    ClassMethodDescriptorBody, MethodDescriptorBody, NativeFunctionBody, class_method_descriptor_call,
    class_method_descriptor_get, method_descriptor_call, method_descriptor_get, native_function_call,
    native_name, new_bound_native, new_class_method_descriptor, new_method_descriptor, new_native_function,
};
pub use property::{
    ClassMethodBody, PropertyBody, StaticMethodBody, class_method_descr_get, function_descr_get,
    method_descr_get, new_class_method, new_static_method, property_descr_get, property_descr_set,
    static_method_call, static_method_descr_get,
};
pub use super_lookup::{SuperBody, check_super, super_getattr, super_lookup};
pub use wrapper::{
    MethodWrapperBody, WrapperDescriptorBody, method_wrapper_call, new_wrapper, wrapper_descr_get,
    wrapper_descriptor_call,
};

use crate::error::{PyResult, Raised};
use crate::obj::Obj;
use crate::typeobj;
use crate::vm::Vm;

/// `descriptor 'x' for 'T' objects doesn't apply to a 'U' object`
#[cold]
fn does_not_apply(vm: &Vm, name: &str, owner: &Obj, obj: &Obj) -> Raised {
    vm.type_error(format!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        crate::type_new::full_name(owner),
        obj.type_name()
    ))
}

/// Checks that a descriptor of `owner` may be used with `obj`.
#[inline]
fn check_applies(vm: &Vm, name: &str, owner: &Obj, obj: &Obj) -> PyResult<()> {
    if typeobj::is_instance_exact_mro(obj, owner) {
        Ok(())
    } else {
        Err(does_not_apply(vm, name, owner, obj))
    }
}
