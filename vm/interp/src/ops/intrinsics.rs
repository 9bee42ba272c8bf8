//! Operations without an instruction of their own.

use crate::cx::{Cx, Go, Step};
use crate::generator;
use crate::ops::imports;
use crate::stack::Frame;
use pyre_bytecode::{Instruction, Intrinsic1, Intrinsic2};
use pyre_object::exception_group as group;
use pyre_object::{Builtin, Exc, Obj, PyResult, Vm, dict, names, tuple, typevars};

/// `a =` intrinsic `c` of `b`
pub fn intrinsic1(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (vm, operand) = (cx.vm, cx.reg(i.b()));
    let Some(kind) = Intrinsic1::from_u16(i.c()) else {
        return Err(vm.error(Exc::SystemError, "unknown intrinsic"));
    };
    let result = match kind {
        Intrinsic1::PrintExpr => print_expression(vm, operand)?,
        Intrinsic1::ImportStar => {
            // SAFETY: owned by the frame.
            let locals = unsafe { Obj::from_borrowed(cx.frame().locals) };
            if locals.is_unbound() {
                return Err(vm.error(Exc::SystemError, "no locals found during 'import *'"));
            }
            imports::import_star(vm, operand, &locals)?;
            Obj::NONE
        }
        Intrinsic1::AsyncGenWrap => generator::wrap_async_value(operand.clone()),
        Intrinsic1::TypeVar => typevars::new_type_var(operand.clone(), Obj::UNBOUND),
        Intrinsic1::ParamSpec => typevars::new_param_spec(operand.clone(), Obj::UNBOUND),
        Intrinsic1::TypeVarTuple => typevars::new_type_var_tuple(operand.clone(), Obj::UNBOUND),
        Intrinsic1::SubscriptGeneric => subscript_generic(vm, operand)?,
        Intrinsic1::TypeAlias => {
            let [name, params, compute] = tuple::items(operand) else {
                return Err(vm.error(Exc::SystemError, "a type alias needs three parts"));
            };
            typevars::new_type_alias(
                name.clone(),
                params.clone(),
                compute.clone(),
                defining_module(cx.frame()),
            )
        }
    };
    cx.set(i.a(), result);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a =` intrinsic `c` of `b` and `b + 1`
pub fn intrinsic2(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let vm = cx.vm;
    let (first, second) = (cx.take(i.b()), cx.take(i.b() + 1));
    let Some(kind) = Intrinsic2::from_u16(i.c()) else {
        return Err(vm.error(Exc::SystemError, "unknown intrinsic"));
    };
    let result = match kind {
        Intrinsic2::PrepReraiseStar => group::prepare_reraise(vm, &first, &second)?,
        Intrinsic2::TypeVarWithBound => {
            let v = typevars::new_type_var(first, Obj::UNBOUND);
            v.body::<typevars::TypeVarBody>().evaluate_bound.set(second);
            v
        }
        Intrinsic2::TypeVarWithConstraints => {
            let v = typevars::new_type_var(first, Obj::UNBOUND);
            v.body::<typevars::TypeVarBody>().evaluate_constraints.set(second);
            v
        }
        Intrinsic2::SetFunctionTypeParams => {
            if first.is_exactly(Builtin::Function) {
                first.body::<pyre_object::function::FunctionBody>().type_params.set(second);
            }
            first
        }
        Intrinsic2::SetTypeParamDefault => {
            typevars::set_default(&first, second);
            first
        }
    };
    cx.set(i.a(), result);
    Ok(Go::Next)
}

/// The `__name__` of the module whose code runs in a frame, or `None`.
fn defining_module(frame: &Frame) -> Obj {
    // SAFETY: kept alive by the frame's function.
    let globals = unsafe { Obj::from_borrowed(frame.globals) };
    if globals.is_exactly(Builtin::Dict) {
        return dict::get_str(&globals, names::__name__()).unwrap_or(Obj::NONE);
    }
    Obj::NONE
}

/// Hands the value of an expression statement to `sys.displayhook`.
fn print_expression(vm: &Vm, value: &Obj) -> PyResult {
    match imports::sys_attribute(vm, names::displayhook())? {
        Some(hook) => {
            vm.call1(&hook, value)?;
            Ok(Obj::NONE)
        }
        None => Err(vm.runtime_error("lost sys.displayhook")),
    }
}

/// `Generic[*params]`
fn subscript_generic(vm: &Vm, params: &Obj) -> PyResult {
    let typing = vm.import("typing")?;
    let mut args = Vec::new();
    for p in tuple::items(params) {
        if p.is_exactly(Builtin::TypeVarTuple) {
            let unpack = vm.getattr_str(&typing, "Unpack")?;
            args.push(vm.getitem(&unpack, p)?);
        } else {
            args.push(p.clone());
        }
    }
    let alias = vm.getattr_str(&typing, "_GenericAlias")?;
    vm.call2(&alias, Builtin::Generic.ty(), &tuple::from_vec(args))
}
