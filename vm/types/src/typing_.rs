//! The objects behind `typing`: type parameters, type aliases, `Generic`, and the functions that compute constants.
//! What typing does with them is in the library's `typing` module, which is asked by name.

use crate::arguments::{argument_type, native_table};
use crate::iterators::read_only;
use pyre_object::model::immortal;
use pyre_object::typevars::{
    CONTRAVARIANT, COVARIANT, INFER_VARIANCE, ParamSpecBody, ParamSpecPartBody, TypeAliasBody, TypeVarBody,
    TypeVarTupleBody, make_param_spec, make_type_var, new_type_var_tuple, with_module,
};
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, GetSetDef, NativeDef, Obj, PyResult, Raised, Slot, Slots, TypeFlags,
    TypeSpec, Vm, alloc, dict, heap_body, hooks, names, str, tuple, type_new, typeobj,
};
use std::sync::OnceLock;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 7] = [
        (Builtin::TypeVar, &TYPE_VAR),
        (Builtin::ParamSpec, &PARAM_SPEC),
        (Builtin::TypeVarTuple, &TYPE_VAR_TUPLE),
        (Builtin::ParamSpecArgs, &PARAM_SPEC_ARGS),
        (Builtin::ParamSpecKwargs, &PARAM_SPEC_KWARGS),
        (Builtin::TypeAliasType, &TYPE_ALIAS),
        (Builtin::Generic, &GENERIC),
    ];
    &ALL
}

/// A type that is no builtin, made when it is first needed.
fn late_type(vm: &Vm, cell: &'static OnceLock<&'static Obj>, spec: &'static TypeSpec) -> &'static Obj {
    cell.get_or_init(|| immortal(type_new::new_native_type(vm, spec, &Obj::NONE)))
}

static NO_DEFAULT: TypeSpec = TypeSpec {
    name: "NoDefaultType",
    doc: "The type of the NoDefault singleton.",
    layout: Some(alloc::NoBody::layout),
    slots: Slots { repr: Some(|_, _| Ok(str::new_str("typing.NoDefault"))), ..Slots::NONE },
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, _| Ok(str::new_str("NoDefault")))
            .doc("Helper for pickle."),
    ],
    ..TypeSpec::EMPTY
};

/// `typing.NoDefault`
pub fn no_default(vm: &Vm) -> &'static Obj {
    static TYPE: OnceLock<&'static Obj> = OnceLock::new();
    static ONLY: OnceLock<&'static Obj> = OnceLock::new();
    ONLY.get_or_init(|| {
        let ty = late_type(vm, &TYPE, &NO_DEFAULT);
        immortal(alloc::new_plain(typeobj::type_body(ty).root_shape()))
    })
}

heap_body! {
    /// A callable that gives a value for every format: what `evaluate_bound` and its like are for eager values.
    pub struct ConstEvaluatorBody "_typing._ConstEvaluator" { slots { value } data {} }
}

static CONST_EVALUATOR: TypeSpec = TypeSpec {
    name: "_typing._ConstEvaluator",
    layout: Some(ConstEvaluatorBody::layout),
    slots: Slots {
        repr: Some(|vm, o| {
            let value = vm.repr_text(o.body::<ConstEvaluatorBody>().value.get_fixed())?;
            Ok(str::new_str(&format!("<constevaluator {value}>")))
        }),
        call: Some(call_const_evaluator),
        ..Slots::NONE
    },
    ..TypeSpec::EMPTY
};

/// `annotationlib.Format.STRING`
const FORMAT_STRING: i64 = 4;

fn call_const_evaluator(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    static CALL: NativeDef =
        NativeDef::function("constevaluator.__call__", "(format, /)", |_, a| Ok(a[0].clone()));
    let format = vm.to_i64(&CALL.call(vm, args)?)?;
    let value = o.body::<ConstEvaluatorBody>().value.get();
    if format != FORMAT_STRING {
        return Ok(value);
    }
    let Some(items) = tuple::get(&value) else { return type_repr(vm, &value) };
    let mut out = str::StrBuilder::new();
    out.push_str("(");
    for (i, item) in items.iter().enumerate() {
        if i != 0 {
            out.push_str(", ");
        }
        out.push_obj(&type_repr(vm, item)?);
    }
    out.push_str(if items.len() == 1 { ",)" } else { ")" });
    Ok(out.finish())
}

/// A type as annotations show it.
fn type_repr(vm: &Vm, o: &Obj) -> PyResult {
    if o.raw() == pyre_object::Value::ELLIPSIS {
        return Ok(str::new_str("..."));
    }
    if typeobj::is_type(o) {
        return Ok(str::new_str(&type_new::qualified_name(vm, o)?));
    }
    vm.repr(o)
}

fn const_evaluator(vm: &Vm, value: Obj) -> Obj {
    static TYPE: OnceLock<&'static Obj> = OnceLock::new();
    let ty = late_type(vm, &TYPE, &CONST_EVALUATOR);
    alloc::new_shaped(typeobj::type_body(ty).root_shape(), ConstEvaluatorBody { value: Slot::new(value) })
}

/// Calls a function of the library's `typing`.
fn call_typing(vm: &Vm, function: &str, args: &[Obj]) -> PyResult {
    let typing = vm.import("typing")?;
    vm.call(&vm.getattr_str(&typing, function)?, args)
}

/// `typing.Unpack[o]`
fn unpack(vm: &Vm, o: &Obj) -> PyResult {
    let typing = vm.import("typing")?;
    vm.getitem(&vm.getattr_str(&typing, "Unpack")?, o)
}

/// An iterator whose only item is the unpacked object.
fn iter_unpacked(vm: &Vm, o: &Obj) -> PyResult {
    vm.iter(&tuple::new_tuple([unpack(vm, o)?]))
}

fn union(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    vm.getitem(Builtin::Union.ty(), &tuple::pair(a.clone(), b.clone()))
}

/// The content of a slot that is computed at first use: the value, or else what the function in `evaluate` gives for
/// the value format; `None` if there is neither.
fn computed(vm: &Vm, value: &Slot, evaluate: &Slot) -> PyResult<Option<Obj>> {
    let known = value.get();
    if !known.is_unbound() {
        return Ok(Some(known));
    }
    let f = evaluate.get();
    if f.is_unbound() {
        return Ok(None);
    }
    let fresh = vm.call1(&f, &Obj::from_len(1))?;
    value.set(fresh.clone());
    Ok(Some(fresh))
}

/// `evaluate_bound` and its like: the function, or one around the eager value, or `None`.
fn evaluator(vm: &Vm, value: &Slot, evaluate: &Slot) -> Obj {
    let f = evaluate.get();
    if !f.is_unbound() {
        return f;
    }
    match value.get() {
        v if v.is_unbound() => Obj::NONE,
        v => const_evaluator(vm, v),
    }
}

fn default_of(vm: &Vm, value: &Slot, evaluate: &Slot) -> PyResult {
    Ok(computed(vm, value, evaluate)?.unwrap_or_else(|| no_default(vm).clone()))
}

fn has_default(vm: &Vm, value: &Slot, evaluate: &Slot) -> Obj {
    let v = value.get();
    Obj::bool(!evaluate.get().is_unbound() || (!v.is_unbound() && !v.is(no_default(vm))))
}

/// `UNBOUND` for an argument that was not given or is `NoDefault`.
fn given_default(vm: &Vm, o: &Obj) -> Obj {
    o.given().filter(|d| !d.is(no_default(vm))).cloned().unwrap_or(Obj::UNBOUND)
}

fn name_argument(vm: &Vm, function: &str, o: &Obj) -> PyResult {
    if str::is_str(o) {
        return Ok(o.clone());
    }
    Err(vm.type_error(format!("{function}() argument 'name' must be str, not {}", argument_type(o))))
}

/// The module whose code runs, for `__module__` of a new type parameter.
fn caller_module(vm: &Vm) -> Obj {
    let globals = hooks::CALLER_GLOBALS.get().and_then(|f| f(vm)).filter(dict::is_dict);
    globals.and_then(|g| dict::get_str(&g, names::__name__())).unwrap_or(Obj::NONE)
}

fn variance(vm: &Vm, covariant: &Obj, contravariant: &Obj, infer: &Obj) -> PyResult<u8> {
    let flag = |o: &Obj| o.given().map_or(Ok(false), |o| vm.truth(o));
    let (co, contra, infer) = (flag(covariant)?, flag(contravariant)?, flag(infer)?);
    if co && contra {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if infer && (co || contra) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    let bit = |set: bool, bit: u8| if set { bit } else { 0 };
    Ok(bit(co, COVARIANT) | bit(contra, CONTRAVARIANT) | bit(infer, INFER_VARIANCE))
}

/// A bound as typing checks it.
fn checked_type(vm: &Vm, o: &Obj, message: &str) -> PyResult {
    if o.is_none() {
        return Ok(Builtin::NoneType.ty().clone());
    }
    call_typing(vm, "_type_check", &[o.clone(), str::new_str(message)])
}

/// The name with a sign for the variance.
fn show(name: &Obj, variance: u8) -> Obj {
    let sign = match variance {
        v if v & INFER_VARIANCE != 0 => "",
        v if v & COVARIANT != 0 => "+",
        v if v & CONTRAVARIANT != 0 => "-",
        _ => "~",
    };
    let mut out = str::StrBuilder::new();
    out.push_str(sign);
    out.push_obj(name);
    out.finish()
}

#[cold]
fn cannot_subclass(vm: &Vm, what: &str) -> Raised {
    vm.type_error(format!("Cannot subclass an instance of {what}"))
}

const PARAMETER_FLAGS: TypeFlags = TypeFlags::DICT.or(TypeFlags::WEAKREF);

fn type_var(o: &Obj) -> &TypeVarBody {
    o.body()
}

static TYPE_VAR: TypeSpec = TypeSpec {
    name: "typing.TypeVar",
    doc: "Type variable.",
    layout: Some(TypeVarBody::layout),
    flags: PARAMETER_FLAGS,
    slots: Slots {
        new: Some(|vm, _, args| TYPE_VAR_NEW.call(vm, args)),
        repr: Some(|_, o| Ok(show(type_var(o).name.get_fixed(), type_var(o).variance))),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, union),
    methods: native_table![
        NativeDef::method("__mro_entries__", "(self, bases, /)", |vm, _| Err(cannot_subclass(vm, "TypeVar"))),
        NativeDef::method("__reduce__", "(self, /)", |_, a| Ok(type_var(&a[0]).name.get())),
        NativeDef::method("__typing_subst__", "(self, arg, /)", |vm, a| call_typing(vm, "_typevar_subst", a)),
        NativeDef::method("__typing_prepare_subst__", "(self, alias, args, /)", prepare_subst),
        NativeDef::method("has_default", "(self, /)", |vm, a| {
            let b = type_var(&a[0]);
            Ok(has_default(vm, &b.default, &b.evaluate_default))
        }),
    ],
    getset: &[
        GetSetDef::new("__name__", |_, o| Ok(type_var(o).name.get()), read_only),
        GetSetDef::new(
            "__covariant__",
            |_, o| Ok(Obj::bool(type_var(o).variance & COVARIANT != 0)),
            read_only,
        ),
        GetSetDef::new(
            "__contravariant__",
            |_, o| Ok(Obj::bool(type_var(o).variance & CONTRAVARIANT != 0)),
            read_only,
        ),
        GetSetDef::new(
            "__infer_variance__",
            |_, o| Ok(Obj::bool(type_var(o).variance & INFER_VARIANCE != 0)),
            read_only,
        ),
        GetSetDef::readonly("__bound__", |vm, o| {
            let b = type_var(o);
            Ok(computed(vm, &b.bound, &b.evaluate_bound)?.unwrap_or(Obj::NONE))
        }),
        GetSetDef::readonly("__constraints__", |vm, o| {
            let b = type_var(o);
            Ok(computed(vm, &b.constraints, &b.evaluate_constraints)?.unwrap_or_else(tuple::empty_tuple))
        }),
        GetSetDef::readonly("__default__", |vm, o| {
            default_of(vm, &type_var(o).default, &type_var(o).evaluate_default)
        }),
        GetSetDef::readonly("evaluate_bound", |vm, o| {
            Ok(evaluator(vm, &type_var(o).bound, &type_var(o).evaluate_bound))
        }),
        GetSetDef::readonly("evaluate_constraints", |vm, o| {
            Ok(evaluator(vm, &type_var(o).constraints, &type_var(o).evaluate_constraints))
        }),
        GetSetDef::readonly("evaluate_default", |vm, o| {
            Ok(evaluator(vm, &type_var(o).default, &type_var(o).evaluate_default))
        }),
    ],
    ..TypeSpec::EMPTY
};

static TYPE_VAR_NEW: NativeDef = NativeDef::function(
    "typevar",
    "(name, *constraints, bound=None, default=None, covariant=False, contravariant=False, infer_variance=False)",
    |vm, a| {
        let [name, constraints, bound, default, co, contra, infer] = a else { return Ok(Obj::NONE) };
        let name = name_argument(vm, "typevar", name)?;
        let variance = variance(vm, co, contra, infer)?;
        let bound = match bound.not_none() {
            Some(b) => checked_type(vm, b, "Bound must be a type.")?,
            None => Obj::UNBOUND,
        };
        match tuple::items(constraints).len() {
            0 => {}
            1 => return Err(vm.type_error("A single constraint is not allowed")),
            _ if !bound.is_unbound() => {
                return Err(vm.type_error("Constraints cannot be combined with bound=..."));
            }
            _ => {}
        }
        let v = make_type_var(name, variance);
        let b = type_var(&v);
        b.bound.set(bound);
        if !tuple::items(constraints).is_empty() {
            b.constraints.set(constraints.clone());
        }
        b.default.set(given_default(vm, default));
        Ok(with_module(v, caller_module(vm)))
    },
);

/// Completes the arguments of a generic alias by the parameter's default.
fn prepare_subst(vm: &Vm, a: &[Obj]) -> PyResult {
    let [this, alias, args] = a else { return Ok(Obj::NONE) };
    let params = vm.getattr(alias, names::__parameters__())?;
    let given = vm.len(args)?;
    let params = vm.collect(&params)?;
    let index = params.iter().position(|p| p.is(this)).unwrap_or(0);
    if index < given {
        return Ok(args.clone());
    }
    if index == given {
        let default = vm.getattr(this, names::__default__())?;
        if !default.is(no_default(vm)) {
            let mut all = vm.collect(args)?;
            all.push(default);
            return Ok(tuple::from_vec(all));
        }
    }
    Err(vm.type_error(format!("Too few arguments for {}", vm.str_text(alias)?)))
}

fn param_spec(o: &Obj) -> &ParamSpecBody {
    o.body()
}

static PARAM_SPEC: TypeSpec = TypeSpec {
    name: "typing.ParamSpec",
    doc: "Parameter specification variable.",
    layout: Some(ParamSpecBody::layout),
    flags: PARAMETER_FLAGS,
    slots: Slots {
        new: Some(|vm, _, args| PARAM_SPEC_NEW.call(vm, args)),
        repr: Some(|_, o| Ok(show(param_spec(o).name.get_fixed(), param_spec(o).variance))),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, union),
    methods: native_table![
        NativeDef::method("__mro_entries__", "(self, bases, /)", |vm, _| Err(cannot_subclass(
            vm,
            "ParamSpec"
        ))),
        NativeDef::method("__reduce__", "(self, /)", |_, a| Ok(param_spec(&a[0]).name.get())),
        NativeDef::method("__typing_subst__", "(self, arg, /)", |vm, a| call_typing(
            vm,
            "_paramspec_subst",
            a
        )),
        NativeDef::method("__typing_prepare_subst__", "(self, alias, args, /)", |vm, a| {
            call_typing(vm, "_paramspec_prepare_subst", a)
        }),
        NativeDef::method("has_default", "(self, /)", |vm, a| {
            let b = param_spec(&a[0]);
            Ok(has_default(vm, &b.default, &b.evaluate_default))
        }),
    ],
    getset: &[
        GetSetDef::new("__name__", |_, o| Ok(param_spec(o).name.get()), read_only),
        GetSetDef::new("__bound__", |_, o| Ok(crate::support::or_none(param_spec(o).bound.get())), read_only),
        GetSetDef::new(
            "__covariant__",
            |_, o| Ok(Obj::bool(param_spec(o).variance & COVARIANT != 0)),
            read_only,
        ),
        GetSetDef::new(
            "__contravariant__",
            |_, o| Ok(Obj::bool(param_spec(o).variance & CONTRAVARIANT != 0)),
            read_only,
        ),
        GetSetDef::new(
            "__infer_variance__",
            |_, o| Ok(Obj::bool(param_spec(o).variance & INFER_VARIANCE != 0)),
            read_only,
        ),
        GetSetDef::readonly("__default__", |vm, o| {
            default_of(vm, &param_spec(o).default, &param_spec(o).evaluate_default)
        }),
        GetSetDef::readonly("evaluate_default", |vm, o| {
            Ok(evaluator(vm, &param_spec(o).default, &param_spec(o).evaluate_default))
        }),
        GetSetDef::readonly("args", |_, o| Ok(new_part(Builtin::ParamSpecArgs, o))),
        GetSetDef::readonly("kwargs", |_, o| Ok(new_part(Builtin::ParamSpecKwargs, o))),
    ],
    ..TypeSpec::EMPTY
};

static PARAM_SPEC_NEW: NativeDef = NativeDef::function(
    "paramspec",
    "(name, *, bound=None, default=None, covariant=False, contravariant=False, infer_variance=False)",
    |vm, a| {
        let [name, bound, default, co, contra, infer] = a else { return Ok(Obj::NONE) };
        let name = name_argument(vm, "paramspec", name)?;
        let variance = variance(vm, co, contra, infer)?;
        let bound = match bound.not_none() {
            Some(b) => checked_type(vm, b, "Bound must be a type.")?,
            None => Obj::UNBOUND,
        };
        let p = make_param_spec(name, bound, variance);
        param_spec(&p).default.set(given_default(vm, default));
        Ok(with_module(p, caller_module(vm)))
    },
);

fn type_var_tuple(o: &Obj) -> &TypeVarTupleBody {
    o.body()
}

static TYPE_VAR_TUPLE: TypeSpec = TypeSpec {
    name: "typing.TypeVarTuple",
    doc: "Type variable tuple.",
    layout: Some(TypeVarTupleBody::layout),
    flags: PARAMETER_FLAGS,
    slots: Slots {
        new: Some(|vm, _, args| TYPE_VAR_TUPLE_NEW.call(vm, args)),
        repr: Some(|_, o| Ok(type_var_tuple(o).name.get())),
        iter: Some(iter_unpacked),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("__mro_entries__", "(self, bases, /)", |vm, _| Err(cannot_subclass(
            vm,
            "TypeVarTuple"
        ))),
        NativeDef::method("__reduce__", "(self, /)", |_, a| Ok(type_var_tuple(&a[0]).name.get())),
        NativeDef::method("__typing_subst__", "(self, arg, /)", |vm, _| {
            Err(vm.type_error("Substitution of bare TypeVarTuple is not supported"))
        }),
        NativeDef::method("__typing_prepare_subst__", "(self, alias, args, /)", |vm, a| {
            call_typing(vm, "_typevartuple_prepare_subst", a)
        }),
        NativeDef::method("has_default", "(self, /)", |vm, a| {
            let b = type_var_tuple(&a[0]);
            Ok(has_default(vm, &b.default, &b.evaluate_default))
        }),
    ],
    getset: &[
        GetSetDef::new("__name__", |_, o| Ok(type_var_tuple(o).name.get()), read_only),
        GetSetDef::readonly("__default__", |vm, o| {
            default_of(vm, &type_var_tuple(o).default, &type_var_tuple(o).evaluate_default)
        }),
        GetSetDef::readonly("evaluate_default", |vm, o| {
            Ok(evaluator(vm, &type_var_tuple(o).default, &type_var_tuple(o).evaluate_default))
        }),
    ],
    ..TypeSpec::EMPTY
};

static TYPE_VAR_TUPLE_NEW: NativeDef =
    NativeDef::function("typevartuple", "(name, *, default=None)", |vm, a| {
        let name = name_argument(vm, "typevartuple", &a[0])?;
        let v = new_type_var_tuple(name, caller_module(vm));
        type_var_tuple(&v).default.set(given_default(vm, &a[1]));
        Ok(v)
    });

fn new_part(ty: Builtin, origin: &Obj) -> Obj {
    alloc::new(ty, ParamSpecPartBody { origin: Slot::new(origin.clone()) })
}

macro_rules! param_spec_part {
    ($builtin:ident, $name:literal, $suffix:literal) => {
        TypeSpec {
            name: concat!("typing.", $name),
            doc: concat!("The ", $suffix, " of a ParamSpec object."),
            layout: Some(ParamSpecPartBody::layout),
            flags: TypeFlags::UNHASHABLE.or(TypeFlags::WEAKREF),
            slots: Slots {
                new: Some(|vm, _, args| {
                    static NEW: NativeDef =
                        NativeDef::function($name, "(origin)", |_, a| Ok(new_part(Builtin::$builtin, &a[0])));
                    NEW.call(vm, args)
                }),
                repr: Some(|vm, o| part_repr(vm, o, $suffix)),
                compare: Some(part_compare),
                ..Slots::NONE
            },
            methods: native_table![NativeDef::method("__mro_entries__", "(self, bases, /)", |vm, _| Err(
                cannot_subclass(vm, $name)
            ))],
            getset: &[GetSetDef::new(
                "__origin__",
                |_, o| Ok(o.body::<ParamSpecPartBody>().origin.get()),
                read_only,
            )],
            ..TypeSpec::EMPTY
        }
    };
}

static PARAM_SPEC_ARGS: TypeSpec = param_spec_part!(ParamSpecArgs, "ParamSpecArgs", "args");
static PARAM_SPEC_KWARGS: TypeSpec = param_spec_part!(ParamSpecKwargs, "ParamSpecKwargs", "kwargs");

fn part_repr(vm: &Vm, o: &Obj, suffix: &str) -> PyResult {
    let origin = o.body::<ParamSpecPartBody>().origin.get_fixed();
    let name = match origin.downcast::<ParamSpecBody>() {
        Some(p) => str::to_string_lossy(p.name.get_fixed()),
        None => vm.repr_text(origin)?,
    };
    Ok(str::new_str(&format!("{name}.{suffix}")))
}

fn part_compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !a.ty().is(b.ty()) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let (x, y): (&ParamSpecPartBody, &ParamSpecPartBody) = (a.body(), b.body());
    Ok(Obj::bool(vm.eq(x.origin.get_fixed(), y.origin.get_fixed())? == (op == CmpOp::Eq)))
}

fn type_alias(o: &Obj) -> &TypeAliasBody {
    o.body()
}

static TYPE_ALIAS: TypeSpec = TypeSpec {
    name: "typing.TypeAliasType",
    doc: "Type alias.",
    layout: Some(TypeAliasBody::layout),
    flags: TypeFlags::WEAKREF,
    slots: Slots {
        new: Some(|vm, _, args| TYPE_ALIAS_NEW.call(vm, args)),
        repr: Some(|_, o| Ok(type_alias(o).name.get())),
        iter: Some(iter_unpacked),
        getitem: Some(|vm, o, args| {
            if type_alias(o).type_params.get().is_unbound() {
                return Err(vm.type_error("Only generic type aliases are subscriptable"));
            }
            type_new::generic_alias(vm, o, args)
        }),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, union),
    methods: native_table![
        NativeDef::method("__reduce__", "(self, /)", |_, a| Ok(type_alias(&a[0]).name.get()))
            .doc("Helper for pickle."),
    ],
    getset: &[
        GetSetDef::new("__name__", |_, o| Ok(type_alias(o).name.get()), read_only),
        GetSetDef::readonly("__value__", |vm, o| {
            Ok(computed(vm, &type_alias(o).value, &type_alias(o).evaluate_value)?.unwrap_or(Obj::NONE))
        }),
        GetSetDef::readonly("evaluate_value", |vm, o| {
            Ok(evaluator(vm, &type_alias(o).value, &type_alias(o).evaluate_value))
        }),
        GetSetDef::readonly("__type_params__", |_, o| Ok(alias_params(o))),
        GetSetDef::readonly("__parameters__", |vm, o| {
            let mut all = Vec::new();
            for p in tuple::items(&alias_params(o)) {
                all.push(if p.is_exactly(Builtin::TypeVarTuple) { unpack(vm, p)? } else { p.clone() });
            }
            Ok(tuple::from_vec(all))
        }),
        GetSetDef::readonly("__module__", |_, o| Ok(crate::support::or_none(type_alias(o).module.get()))),
    ],
    ..TypeSpec::EMPTY
};

fn alias_params(o: &Obj) -> Obj {
    match type_alias(o).type_params.get() {
        none if none.is_unbound() => tuple::empty_tuple(),
        params => params,
    }
}

static TYPE_ALIAS_NEW: NativeDef =
    NativeDef::function("typealias", "(name, value, *, type_params=())", |vm, a| {
        let [name, value, params] = a else { return Ok(Obj::NONE) };
        let name = name_argument(vm, "typealias", name)?;
        let params = params.given().cloned().unwrap_or_else(tuple::empty_tuple);
        check_params(vm, &params)?;
        let some = !tuple::items(&params).is_empty();
        Ok(alloc::new(
            Builtin::TypeAliasType,
            TypeAliasBody {
                name: Slot::new(name),
                type_params: Slot::new(if some { params } else { Obj::UNBOUND }),
                value: Slot::new(value.clone()),
                evaluate_value: Slot::empty(),
                module: Slot::new(caller_module(vm)),
            },
        ))
    });

fn check_params(vm: &Vm, params: &Obj) -> PyResult<()> {
    let Some(items) = tuple::get(params) else {
        return Err(vm.type_error("type_params must be a tuple"));
    };
    let mut default_seen = false;
    for p in items {
        let known = [Builtin::TypeVar, Builtin::ParamSpec, Builtin::TypeVarTuple];
        if !known.iter().any(|k| p.is_exactly(*k)) {
            return Err(vm.type_error(format!("Expected a type param, got {}", vm.repr_text(p)?)));
        }
        let has = vm.truth(&vm.call_method_str(p, "has_default", &[])?)?;
        if default_seen && !has {
            return Err(vm.type_error(format!(
                "non-default type parameter '{}' follows default type parameter",
                vm.str_text(p)?
            )));
        }
        default_seen |= has;
    }
    Ok(())
}

static GENERIC: TypeSpec = TypeSpec {
    name: "typing.Generic",
    doc: "Abstract base class for generic types.",
    flags: TypeFlags::BASE,
    methods: native_table![
        NativeDef::raw_class_method("__class_getitem__", "(cls, *args, **kwargs)", |vm, args| {
            forward(vm, "_generic_class_getitem", args)
        })
        .doc("Parameterizes a generic class."),
        NativeDef::raw_class_method("__init_subclass__", "(cls, *args, **kwargs)", |vm, args| {
            forward(vm, "_generic_init_subclass", args)
        })
        .doc("Initializes subclasses."),
    ],
    ..TypeSpec::EMPTY
};

fn forward(vm: &Vm, function: &str, args: Args<'_>) -> PyResult {
    let typing = vm.import("typing")?;
    vm.call_args(&vm.getattr_str(&typing, function)?, args)
}
