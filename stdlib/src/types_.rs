//! `_types`: names for builtin types.

use crate::support::{NativeType, new_module};
use pyre_object::{Builtin, PyResult, TypeFlags, TypeSpec, Vm, module};

/// Pointers that C extensions hand to each other. There are no such extensions here, and so no capsules: only the type
/// exists.
static CAPSULE: NativeType = NativeType::new(&CAPSULE_SPEC);

static CAPSULE_SPEC: TypeSpec = TypeSpec {
    name: "PyCapsule",
    doc: "Capsule objects let you wrap a C \"void *\" pointer in a Python\nobject.  They're a way of passing data through the Python interpreter\nwithout creating your own custom type.",
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};

const TYPES: [(&str, Builtin); 26] = [
    ("AsyncGeneratorType", Builtin::AsyncGenerator),
    ("BuiltinFunctionType", Builtin::NativeFunction),
    ("BuiltinMethodType", Builtin::NativeFunction),
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
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_types", "Define names for built-in types.", &[]);
    for (name, ty) in TYPES {
        module::set(&m, name, ty.ty().clone());
    }
    module::set(&m, "CapsuleType", CAPSULE.get(vm).clone());
    Ok(m)
}
