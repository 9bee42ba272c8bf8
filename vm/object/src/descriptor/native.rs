//! Native functions, and methods of native types that are not bound yet.

use super::{check_applies, does_not_apply};
use crate::args::Args;
use crate::builtin::Builtin;
use crate::error::PyResult;
use crate::layout::Slot;
use crate::native::NativeDef;
use crate::obj::Obj;
use crate::typeobj::{self, is_subtype};
use crate::vm::Vm;
use crate::{alloc, heap_body, type_new};

heap_body! {
    /// A native function: of a module (`self_` is the module), a static method (`self_` is the type), or a method
    /// bound to an instance or class, which it passes as first argument.
    pub struct NativeFunctionBody "builtin_function_or_method" {
        slots { self_, module }
        data {
            /// what it does
            def: &'static NativeDef,
            /// whether `self_` is passed as first argument
            bound: bool,
        }
    }
}

heap_body! {
    /// A method of a native type, as it lies in the type's namespace.
    pub struct MethodDescriptorBody "method_descriptor" {
        slots { owner }
        data {
            /// what it does
            def: &'static NativeDef,
        }
    }
}

heap_body! {
    /// A class method of a native type, as it lies in the type's namespace.
    pub struct ClassMethodDescriptorBody "classmethod_descriptor" {
        slots { owner }
        data {
            /// what it does
            def: &'static NativeDef,
        }
    }
}

/// A function of a module, or a static method (`self_` is then its type). `module` is its `__module__`.
pub fn new_native_function(def: &'static NativeDef, self_: Obj, module: Obj) -> Obj {
    let body = NativeFunctionBody { self_: Slot::new(self_), module: Slot::new(module), def, bound: false };
    // Functions live as long as what holds them; nobody counts on their death.
    alloc::new_traced(Builtin::NativeFunction.shape(), body)
}

/// A method bound to `self_`, which is passed as first argument.
#[inline]
pub fn new_bound_native(def: &'static NativeDef, self_: Obj) -> Obj {
    let body = NativeFunctionBody { self_: Slot::new(self_), module: Slot::new(Obj::NONE), def, bound: true };
    alloc::new(Builtin::NativeFunction, body)
}

/// A method of a native type.
pub fn new_method_descriptor(def: &'static NativeDef, owner: Obj) -> Obj {
    alloc::new_traced(
        Builtin::MethodDescriptor.shape(),
        MethodDescriptorBody { owner: Slot::new(owner), def },
    )
}

/// A class method of a native type.
pub fn new_class_method_descriptor(def: &'static NativeDef, owner: Obj) -> Obj {
    alloc::new_traced(
        Builtin::ClassMethodDescriptor.shape(),
        ClassMethodDescriptorBody { owner: Slot::new(owner), def },
    )
}

/// The name of a native function.
pub fn native_name(f: &Obj) -> Option<&'static str> {
    f.downcast::<NativeFunctionBody>().map(|b| b.def.name)
}

impl NativeFunctionBody {
    /// Calls the function.
    ///
    /// # Errors
    /// `TypeError` when the arguments do not fit; whatever the function raises.
    #[inline]
    pub fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult {
        if !self.bound {
            return self.def.call(vm, args);
        }
        self.def.call_with(vm, self.self_.get_fixed(), args)
    }
}

impl MethodDescriptorBody {
    /// Calls the method; the first argument is `self`.
    ///
    /// # Errors
    /// `TypeError` when the arguments do not fit; whatever the method raises.
    #[inline]
    pub fn call(&self, vm: &Vm, args: Args<'_>) -> PyResult {
        let owner = self.owner.get_fixed();
        match args.pos().first() {
            Some(obj) if typeobj::is_instance_exact_mro(obj, owner) => self.def.call(vm, args),
            Some(obj) => Err(does_not_apply(vm, self.def.name, owner, obj)),
            None => Err(vm.type_error(format!(
                "unbound method {}.{}() needs an argument",
                type_new::full_name(owner),
                self.def.name
            ))),
        }
    }
}

impl ClassMethodDescriptorBody {
    fn check_class(&self, vm: &Vm, class: &Obj) -> PyResult<()> {
        let owner = self.owner.get_fixed();
        if is_subtype(class, owner) {
            return Ok(());
        }
        Err(vm.type_error(format!(
            "descriptor '{}' requires a subtype of '{}' but received '{}'",
            self.def.name,
            type_new::full_name(owner),
            type_new::full_name(class)
        )))
    }
}

/// `call` of native functions.
pub fn native_function_call(vm: &Vm, f: &Obj, args: Args<'_>) -> PyResult {
    f.body::<NativeFunctionBody>().call(vm, args)
}

/// `call` of method descriptors.
pub fn method_descriptor_call(vm: &Vm, f: &Obj, args: Args<'_>) -> PyResult {
    f.body::<MethodDescriptorBody>().call(vm, args)
}

/// `__get__` of method descriptors.
pub fn method_descriptor_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, _ty: &Obj) -> PyResult {
    let Some(obj) = obj else { return Ok(d.clone()) };
    let b: &MethodDescriptorBody = d.body();
    check_applies(vm, b.def.name, b.owner.get_fixed(), obj)?;
    Ok(new_bound_native(b.def, obj.clone()))
}

/// `call` of class method descriptors.
pub fn class_method_descriptor_call(vm: &Vm, f: &Obj, args: Args<'_>) -> PyResult {
    let b: &ClassMethodDescriptorBody = f.body();
    let owner = type_new::full_name(b.owner.get_fixed());
    let name = b.def.name;
    let Some(class) = args.pos().first() else {
        return Err(vm.type_error(format!("descriptor '{name}' of '{owner}' object needs an argument")));
    };
    if !typeobj::is_type(class) {
        return Err(vm.type_error(format!(
            "descriptor '{name}' for type '{owner}' needs a type, not a '{}' as arg 2",
            class.type_name()
        )));
    }
    b.check_class(vm, class)?;
    b.def.call(vm, args)
}

/// `__get__` of class method descriptors.
pub fn class_method_descriptor_get(vm: &Vm, d: &Obj, obj: Option<&Obj>, ty: &Obj) -> PyResult {
    let b: &ClassMethodDescriptorBody = d.body();
    let class = match obj {
        Some(o) if ty.is_none() => o.ty(),
        _ => ty,
    };
    if !typeobj::is_type(class) {
        return Err(vm.type_error(format!(
            "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
            b.def.name,
            type_new::full_name(b.owner.get_fixed()),
            class.type_name()
        )));
    }
    b.check_class(vm, class)?;
    Ok(new_bound_native(b.def, class.clone()))
}
