//! Type parameters and type aliases (PEP 695, 696): bodies and construction. Bounds, constraints, defaults and values
//! are computed when they are asked for, by the functions that the compiler made for them.

use crate::builtin::Builtin;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::shape::shape;
use crate::{alloc, attr, dict, heap_body, names};

/// Set on a parameter whose variance was declared covariant.
pub const COVARIANT: u8 = 1;
/// Set on a parameter whose variance was declared contravariant.
pub const CONTRAVARIANT: u8 = 2;
/// Set on a parameter whose variance is inferred.
pub const INFER_VARIANCE: u8 = 4;

heap_body! {
    /// `typing.TypeVar`. A value that was not computed yet is `UNBOUND`; so is a function that does not exist.
    pub struct TypeVarBody "TypeVar" {
        slots { name, bound, evaluate_bound, constraints, evaluate_constraints, default, evaluate_default }
        data {
            /// `COVARIANT` and its like; written once
            variance: u8,
        }
    }
}

heap_body! {
    /// `typing.ParamSpec`
    pub struct ParamSpecBody "ParamSpec" {
        slots { name, bound, default, evaluate_default }
        data {
            /// `COVARIANT` and its like; written once
            variance: u8,
        }
    }
}

heap_body! {
    /// `typing.TypeVarTuple`
    pub struct TypeVarTupleBody "TypeVarTuple" { slots { name, default, evaluate_default } data {} }
}

heap_body! {
    /// `typing.ParamSpecArgs` and `typing.ParamSpecKwargs`
    pub struct ParamSpecPartBody "ParamSpecArgs" { slots { origin } data {} }
}

heap_body! {
    /// `typing.TypeAliasType`
    pub struct TypeAliasBody "TypeAliasType" {
        slots {
            name,
            /// a tuple, or `UNBOUND` for an alias that is not generic
            type_params,
            /// `UNBOUND` until computed
            value,
            evaluate_value,
            module,
        }
        data {}
    }
}

/// Sets `__module__` of a new type parameter, unless `module` is `UNBOUND`.
pub fn with_module(o: Obj, module: Obj) -> Obj {
    if !module.is_unbound()
        && let Some(d) = attr::instance_dict(&o)
    {
        dict::set_str(&d, names::__module__(), module);
    }
    o
}

/// A type variable as the compiler makes it: its variance is inferred.
pub fn new_type_var(name: Obj, module: Obj) -> Obj {
    with_module(make_type_var(name, INFER_VARIANCE), module)
}

/// A type variable without bound, constraints and default.
pub fn make_type_var(name: Obj, variance: u8) -> Obj {
    let body = TypeVarBody {
        name: Slot::new(name),
        bound: Slot::empty(),
        evaluate_bound: Slot::empty(),
        constraints: Slot::empty(),
        evaluate_constraints: Slot::empty(),
        default: Slot::empty(),
        evaluate_default: Slot::empty(),
        variance,
    };
    alloc::new_shaped(shape(Builtin::TypeVar.shape()), body)
}

/// A parameter specification as the compiler makes it.
pub fn new_param_spec(name: Obj, module: Obj) -> Obj {
    with_module(make_param_spec(name, Obj::UNBOUND, INFER_VARIANCE), module)
}

/// A parameter specification without default.
pub fn make_param_spec(name: Obj, bound: Obj, variance: u8) -> Obj {
    let body = ParamSpecBody {
        name: Slot::new(name),
        bound: Slot::new(bound),
        default: Slot::empty(),
        evaluate_default: Slot::empty(),
        variance,
    };
    alloc::new_shaped(shape(Builtin::ParamSpec.shape()), body)
}

/// A type variable tuple without default.
pub fn new_type_var_tuple(name: Obj, module: Obj) -> Obj {
    let body =
        TypeVarTupleBody { name: Slot::new(name), default: Slot::empty(), evaluate_default: Slot::empty() };
    with_module(alloc::new_shaped(shape(Builtin::TypeVarTuple.shape()), body), module)
}

/// `type name[params] = ...`; `params` is a tuple or `None`.
pub fn new_type_alias(name: Obj, params: Obj, evaluate: Obj, module: Obj) -> Obj {
    alloc::new(
        Builtin::TypeAliasType,
        TypeAliasBody {
            name: Slot::new(name),
            type_params: Slot::new(if params.is_none() { Obj::UNBOUND } else { params }),
            value: Slot::empty(),
            evaluate_value: Slot::new(evaluate),
            module: Slot::new(module),
        },
    )
}

/// Gives a type parameter the function that computes its default.
pub fn set_default(parameter: &Obj, evaluate: Obj) {
    if let Some(b) = parameter.downcast::<TypeVarBody>() {
        b.evaluate_default.set(evaluate);
    } else if let Some(b) = parameter.downcast::<ParamSpecBody>() {
        b.evaluate_default.set(evaluate);
    } else if let Some(b) = parameter.downcast::<TypeVarTupleBody>() {
        b.evaluate_default.set(evaluate);
    }
}
