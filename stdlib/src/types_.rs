//! `_types`: names for builtin types.

use crate::support::new_module;
use pyre_object::{Builtin, PyResult, Vm, module};

const TYPES: [(&str, Builtin); 27] = [
    ("AsyncGeneratorType", Builtin::AsyncGenerator),
    ("BuiltinFunctionType", Builtin::NativeFunction),
    ("BuiltinMethodType", Builtin::NativeFunction),
    ("CapsuleType", Builtin::Capsule),
    ("CellType", Builtin::Cell),
    ("ClassMethodDescriptorType", Builtin::ClassMethodDescriptor),
    ("CodeType", Builtin::Code),
    ("CoroutineType", Builtin::Coroutine),
    ("EllipsisType", Builtin::EllipsisType),
    ("FrameType", Builtin::Frame),
    ("FunctionType", Builtin::Function),
    ("GeneratorType", Builtin::Generator),
    ("GenericAlias", Builtin::GenericAlias),
    ("GetSetDescriptorType", Builtin::GetSetDescriptor),
    ("LambdaType", Builtin::Function),
    ("MappingProxyType", Builtin::MappingProxy),
    ("MemberDescriptorType", Builtin::MemberDescriptor),
    ("MethodDescriptorType", Builtin::MethodDescriptor),
    ("MethodType", Builtin::Method),
    ("MethodWrapperType", Builtin::MethodWrapper),
    ("ModuleType", Builtin::Module),
    ("NoneType", Builtin::NoneType),
    ("NotImplementedType", Builtin::NotImplementedType),
    ("SimpleNamespace", Builtin::SimpleNamespace),
    ("TracebackType", Builtin::Traceback),
    ("UnionType", Builtin::Union),
    ("WrapperDescriptorType", Builtin::WrapperDescriptor),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    let m = new_module("_types", "Define names for built-in types.", &[]);
    for (name, ty) in TYPES {
        module::set(&m, name, ty.ty().clone());
    }
    Ok(m)
}
