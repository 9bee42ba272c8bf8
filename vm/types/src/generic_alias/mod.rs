//! `types.GenericAlias` (PEP 585): a class with type arguments, such as `list[int]`.

mod parameters;

use crate::arguments::native_table;
use crate::collection::items_of;
use crate::iterators::reduce_iter;
use crate::support::builtin_function;
use pyre_object::str::StrBuilder;
use pyre_object::typeobj::{is_type, type_body};
use pyre_object::{
    Args, BinOp, Body, Builtin, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags,
    TypeSpec, Vm, alloc, attr, heap_body, list, names, str, tuple,
};

pub(crate) use parameters::{parameters_of, substitute};

heap_body! {
    /// The body. `parameters` is computed when it is asked for.
    pub struct GenericAliasBody "GenericAlias" {
        slots { origin, args, parameters }
        data {
            /// It stands for its unpacking: `*tuple[int]`.
            starred: bool,
        }
    }
}

heap_body! {
    /// The iterator that yields the starred alias once.
    pub struct AliasIterBody "generic_alias_iterator" {
        slots {
            /// The alias; empty at the end.
            alias,
        }
        data {}
    }
}

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 2] =
        [(Builtin::GenericAlias, &GENERIC_ALIAS), (Builtin::GenericAliasIter, &GENERIC_ALIAS_ITER)];
    &ALL
}

static GENERIC_ALIAS: TypeSpec = TypeSpec {
    name: "types.GenericAlias",
    doc: "Represent a PEP 585 generic type\n\n\
          For example, for t = list[int], t.__origin__ is list and t.__args__\nis (int,).",
    layout: Some(GenericAliasBody::layout),
    flags: TypeFlags::BASE.or(TypeFlags::WEAKREF),
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        call: Some(call),
        getattr: Some(getattr),
        compare: Some(compare),
        iter: Some(|_, o| {
            Ok(alloc::new(Builtin::GenericAliasIter, AliasIterBody { alias: Slot::new(o.clone()) }))
        }),
        new: Some(new),
        getitem: Some(getitem),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, crate::union::type_or),
    methods: native_table![
        NativeDef::method("__mro_entries__", "($self, object, /)", |_, a| {
            Ok(tuple::new_tuple([body(&a[0]).origin.get()]))
        }),
        NativeDef::method("__instancecheck__", "($self, object, /)", |vm, _| {
            Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
        }),
        NativeDef::method("__subclasscheck__", "($self, object, /)", |vm, _| {
            Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
        }),
        NativeDef::method("__reduce__", "($self, /)", reduce),
        NativeDef::method("__dir__", "($self, /)", dir),
    ],
    getset: &GETSET,
    ..TypeSpec::EMPTY
};

static GETSET: [GetSetDef; 5] = [
    GetSetDef::readonly("__origin__", |_, o| Ok(body(o).origin.get())),
    GetSetDef::readonly("__args__", |_, o| Ok(body(o).args.get())),
    GetSetDef::readonly("__unpacked__", |_, o| Ok(Obj::bool(body(o).starred))),
    GetSetDef::readonly("__parameters__", |vm, o| {
        let b = body(o);
        parameters_of(vm, &b.parameters, b.args.get_fixed())
    }),
    GetSetDef::readonly("__typing_unpacked_tuple_args__", |_, o| {
        Ok(unpacked_tuple_args(o).cloned().unwrap_or(Obj::NONE))
    }),
];

fn body(o: &Obj) -> &GenericAliasBody {
    o.body()
}

/// The arguments of `*tuple[...]`.
fn unpacked_tuple_args(o: &Obj) -> Option<&Obj> {
    let b = o.downcast::<GenericAliasBody>()?;
    (b.starred && b.origin.get_fixed().is(Builtin::Tuple.ty())).then(|| b.args.get_fixed())
}

fn make(class: &Obj, origin: Obj, args: &Obj, starred: bool) -> Obj {
    let args = if tuple::is_tuple(args) { args.clone() } else { tuple::new_tuple([args.clone()]) };
    alloc::new_shaped(
        type_body(class).root_shape(),
        GenericAliasBody {
            origin: Slot::new(origin),
            args: Slot::new(args),
            parameters: Slot::empty(),
            starred,
        },
    )
}

fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(vm.type_error("GenericAlias() takes no keyword arguments"));
    }
    match args.pos() {
        [origin, args] => Ok(make(class, origin.clone(), args, false)),
        other => Err(vm.type_error(format!("GenericAlias expected 2 arguments, got {}", other.len()))),
    }
}

/// A type as `repr` of generic aliases and unions shows it.
///
/// # Errors
/// Whatever `__repr__` or an attribute raises.
pub(crate) fn push_type(vm: &Vm, out: &mut StrBuilder, o: &Obj) -> PyResult<()> {
    if o.raw() == Obj::ELLIPSIS.raw() {
        out.push_str("...");
        return Ok(());
    }
    let parametrized =
        vm.getattr_opt(o, names::__origin__())?.is_some() && vm.getattr_opt(o, names::__args__())?.is_some();
    if !parametrized
        && let Some(qualname) = vm.getattr_opt(o, names::__qualname__())?.filter(|q| !q.is_none())
        && let Some(module) = vm.getattr_opt(o, names::__module__())?.filter(|m| !m.is_none())
    {
        if !str::is_str(&module) || !str::eq_str(&module, "builtins") {
            out.push_obj(&vm.str(&module)?);
            out.push_str(".");
        }
        out.push_obj(&vm.str(&qualname)?);
        return Ok(());
    }
    out.push_obj(&vm.repr(o)?);
    Ok(())
}

fn push_types(vm: &Vm, out: &mut StrBuilder, items: &[Obj]) -> PyResult<()> {
    for (i, o) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        if list::is_list(o) {
            out.push_str("[");
            push_types(vm, out, tuple::items(&tuple::from_vec(list::snapshot(o))))?;
            out.push_str("]");
        } else {
            push_type(vm, out, o)?;
        }
    }
    Ok(())
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let b = body(o);
    let mut out = StrBuilder::new();
    if b.starred {
        out.push_str("*");
    }
    push_type(vm, &mut out, b.origin.get_fixed())?;
    out.push_str("[");
    let args = tuple::items(b.args.get_fixed());
    push_types(vm, &mut out, args)?;
    out.push_str(if args.is_empty() { "()]" } else { "]" });
    Ok(out.finish())
}

fn hash(vm: &Vm, o: &Obj) -> PyResult<i64> {
    let b = body(o);
    Ok(vm.hash(b.origin.get_fixed())? ^ vm.hash(b.args.get_fixed())?)
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<GenericAliasBody>(), b.downcast::<GenericAliasBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let same = x.starred == y.starred
        && vm.eq(x.origin.get_fixed(), y.origin.get_fixed())?
        && vm.eq(x.args.get_fixed(), y.args.get_fixed())?;
    Ok(Obj::bool(same == (op == CmpOp::Eq)))
}

fn call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let made = vm.call_args(body(o).origin.get_fixed(), args)?;
    match vm.setattr(&made, names::__orig_class__(), Some(o)) {
        Err(e) if !vm.matches(&e, Exc::AttributeError) && !vm.matches(&e, Exc::TypeError) => Err(e),
        _ => Ok(made),
    }
}

/// Attributes of the alias itself; all others are the origin's.
const OWN: [&str; 9] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

fn getattr(vm: &Vm, o: &Obj, name: &Obj) -> PyResult {
    let hidden = ["__bases__", "__copy__", "__deepcopy__"];
    if OWN.iter().chain(&hidden).any(|own| str::eq_str(name, own)) {
        return attr::generic_getattr(vm, o, name);
    }
    vm.getattr(body(o).origin.get_fixed(), name)
}

fn getitem(vm: &Vm, o: &Obj, item: &Obj) -> PyResult {
    let b = body(o);
    let parameters = parameters_of(vm, &b.parameters, b.args.get_fixed())?;
    let args = substitute(vm, o, b.args.get_fixed(), &parameters, item)?;
    Ok(make(Builtin::GenericAlias.ty(), b.origin.get(), &args, b.starred))
}

fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let b = body(&a[0]);
    if b.starred {
        let plain = make(Builtin::GenericAlias.ty(), b.origin.get(), b.args.get_fixed(), false);
        let next = builtin_function(vm, "next")?;
        return Ok(tuple::pair(next, tuple::new_tuple([vm.iter(&plain)?])));
    }
    Ok(tuple::pair(a[0].ty().clone(), tuple::pair(b.origin.get(), b.args.get())))
}

fn dir(vm: &Vm, a: &[Obj]) -> PyResult {
    let origin = body(&a[0]).origin.get();
    let found = match vm.call_special(&origin, names::__dir__(), &[])? {
        Some(found) => crate::list::from_iterable(vm, &found)?,
        None => list::with_capacity(0),
    };
    for own in OWN {
        let own = str::new_str(own);
        if !list::contains(vm, &found, &own)? {
            list::append(&found, own);
        }
    }
    Ok(found)
}

static GENERIC_ALIAS_ITER: TypeSpec = TypeSpec {
    name: "generic_alias_iterator",
    layout: Some(AliasIterBody::layout),
    flags: TypeFlags::NO_NEW,
    slots: Slots {
        iter: Some(|_, o| Ok(o.clone())),
        next: Some(|_, o| {
            let alias = o.body::<AliasIterBody>().alias.take();
            if alias.is_unbound() {
                return Ok(None);
            }
            let b = body(&alias);
            Ok(Some(make(Builtin::GenericAlias.ty(), b.origin.get(), b.args.get_fixed(), true)))
        }),
        ..Slots::NONE
    },
    methods: native_table![NativeDef::method("__reduce__", "($self, /)", |vm, a| {
        let alias = a[0].body::<AliasIterBody>().alias.get();
        reduce_iter(vm, if alias.is_unbound() { tuple::empty_tuple() } else { alias }, None)
    })],
    ..TypeSpec::EMPTY
};

/// The arguments of a subscription with those of unpacked tuples in their place.
fn unpack_arguments(vm: &Vm, item: &Obj) -> PyResult<Obj> {
    let out = list::with_capacity(0);
    let one = std::slice::from_ref(item);
    for o in tuple::get(item).unwrap_or(one) {
        let unpacked = match unpacked_tuple_args(o) {
            Some(args) => Some(args.clone()),
            None if is_type(o) => None,
            None => vm.getattr_opt(o, names::__typing_unpacked_tuple_args__())?,
        };
        match unpacked.as_ref().and_then(tuple::get) {
            Some(args) if args.last().is_none_or(|last| last.raw() != Obj::ELLIPSIS.raw()) => {
                list::extend_from_slice(&out, args);
            }
            _ => list::append(&out, o.clone()),
        }
    }
    Ok(tuple::from_vec(list::take_items(&out)))
}

/// The items of a list or tuple, as a tuple.
fn as_tuple(vm: &Vm, o: &Obj) -> PyResult {
    if tuple::is_tuple(o) {
        Ok(o.clone())
    } else {
        items_of(vm, o)?.collect::<PyResult<Vec<Obj>>>().map(tuple::from_vec)
    }
}
