//! `typing.Union`: `int | str` (PEP 604).

use crate::arguments::native_table;
use crate::generic_alias::{parameters_of, push_type, substitute};
use pyre_object::str::StrBuilder;
use pyre_object::typeobj::{is_instance_exact_mro, is_type};
use pyre_object::{
    BinOp, Body, Builtin, CmpOp, Exc, GetSetDef, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec,
    Vm, alloc, heap_body, list, set, str, tuple,
};

heap_body! {
    /// The body. `parameters` is computed when it is asked for.
    pub struct UnionBody "Union" {
        slots {
            /// All members in order, without repetitions.
            args,
            /// The hashable ones, a frozenset.
            hashable,
            /// The others, a tuple.
            unhashable,
            parameters,
        }
        data {}
    }
}

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 1] = [(Builtin::Union, &UNION)];
    &ALL
}

static UNION: TypeSpec = TypeSpec {
    name: "typing.Union",
    doc: "Represent a union type\n\nE.g. for int | str",
    layout: Some(UnionBody::layout),
    flags: TypeFlags::NO_NEW.or(TypeFlags::WEAKREF),
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        getitem: Some(getitem),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, |vm, a, b| from_members(vm, &[a.clone(), b.clone()])),
    methods: native_table![
        NativeDef::method("__mro_entries__", "($self, object, /)", |vm, a| {
            Err(vm.type_error(format!("Cannot subclass {}", vm.repr_text(&a[0])?)))
        }),
        NativeDef::class_method("__class_getitem__", "($type, object, /)", |vm, a| {
            from_members(vm, tuple::get(&a[1]).unwrap_or(std::slice::from_ref(&a[1])))
        }),
        NativeDef::method("__instancecheck__", "($self, object, /)", |vm, a| {
            vm.is_instance(&a[1], body(&a[0]).args.get_fixed()).map(Obj::bool)
        }),
        NativeDef::method("__subclasscheck__", "($self, object, /)", |vm, a| {
            vm.is_subclass(&a[1], body(&a[0]).args.get_fixed()).map(Obj::bool)
        }),
    ],
    getset: &GETSET,
    ..TypeSpec::EMPTY
};

static GETSET: [GetSetDef; 5] = [
    GetSetDef::readonly("__args__", |_, o| Ok(body(o).args.get())),
    GetSetDef::readonly("__name__", |_, _| Ok(str::new_str("Union"))),
    GetSetDef::readonly("__qualname__", |_, _| Ok(str::new_str("Union"))),
    GetSetDef::readonly("__origin__", |_, _| Ok(Builtin::Union.ty().clone())),
    GetSetDef::readonly("__parameters__", |vm, o| {
        parameters_of(vm, &body(o).parameters, body(o).args.get_fixed())
    }),
];

fn body(o: &Obj) -> &UnionBody {
    o.body()
}

/// What types, aliases and unions are to the operator `|`.
fn is_unionable(o: &Obj) -> bool {
    o.is_none()
        || is_type(o)
        || o.is_exactly(Builtin::Union)
        || o.is_exactly(Builtin::TypeAliasType)
        || is_instance_exact_mro(o, Builtin::GenericAlias.ty())
}

/// `a | b` if both can be members, else `NotImplemented`.
///
/// # Errors
/// Whatever comparing members raises.
pub fn type_or(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    from_members(vm, &[a.clone(), b.clone()])
}

/// `Union[members]`; the member itself if there is one only.
///
/// # Errors
/// `TypeError` if there is none, or one is no type; whatever comparing raises.
pub fn from_members(vm: &Vm, members: &[Obj]) -> PyResult {
    if members.is_empty() {
        return Err(vm.type_error("Cannot take a Union of no types."));
    }
    let mut builder = Builder {
        args: list::with_capacity(members.len()),
        hashable: set::new_empty(true),
        unhashable: list::with_capacity(0),
    };
    for m in members {
        builder.add(vm, &check(vm, m)?)?;
    }
    builder.finish()
}

/// A member that is no type: `typing` knows what to make of it.
fn check(vm: &Vm, o: &Obj) -> PyResult {
    if is_unionable(o) {
        return Ok(o.clone());
    }
    let check = vm.getattr_str(&vm.import("typing")?, "_type_check")?;
    vm.call2(&check, o, &str::new_str("Union[arg, ...]: each arg must be a type."))
}

struct Builder {
    args: Obj,
    hashable: Obj,
    unhashable: Obj,
}

impl Builder {
    fn add(&mut self, vm: &Vm, o: &Obj) -> PyResult<()> {
        if let Some(b) = o.downcast::<UnionBody>() {
            return tuple::items(b.args.get_fixed()).iter().try_for_each(|m| self.add_single(vm, m));
        }
        if o.is_none() { self.add_single(vm, Builtin::NoneType.ty()) } else { self.add_single(vm, o) }
    }

    fn add_single(&mut self, vm: &Vm, o: &Obj) -> PyResult<()> {
        let new = match vm.catch(vm.hash(o), Exc::TypeError)? {
            Some(hash) => set::add_hashed(vm, &self.hashable, hash, o)?,
            None if list::contains(vm, &self.unhashable, o)? => false,
            None => {
                list::append(&self.unhashable, o.clone());
                true
            }
        };
        if new {
            list::append(&self.args, o.clone());
        }
        Ok(())
    }

    fn finish(self) -> PyResult {
        if let (1, Some(only)) = (list::len(&self.args), list::get(&self.args, 0)) {
            return Ok(only);
        }
        Ok(alloc::new(
            Builtin::Union,
            UnionBody {
                args: Slot::new(tuple::from_vec(list::take_items(&self.args))),
                hashable: Slot::new(self.hashable),
                unhashable: Slot::new(tuple::from_vec(list::take_items(&self.unhashable))),
                parameters: Slot::empty(),
            },
        ))
    }
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    let mut out = StrBuilder::new();
    for (i, m) in tuple::items(body(o).args.get_fixed()).iter().enumerate() {
        if i > 0 {
            out.push_str(" | ");
        }
        if m.is(Builtin::NoneType.ty()) {
            out.push_str("None");
        } else {
            push_type(vm, &mut out, m)?;
        }
    }
    Ok(out.finish())
}

fn hash(vm: &Vm, o: &Obj) -> PyResult<i64> {
    // What hashing such a member raises says more than that there is one.
    for m in tuple::items(body(o).unhashable.get_fixed()) {
        vm.hash(m)?;
    }
    vm.hash(body(o).hashable.get_fixed())
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<UnionBody>(), b.downcast::<UnionBody>()) else {
        return Ok(Obj::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let same = set::eq(vm, x.hashable.get_fixed(), y.hashable.get_fixed())?
        && same_members(vm, x.unhashable.get_fixed(), y.unhashable.get_fixed())?;
    Ok(Obj::bool(same == (op == CmpOp::Eq)))
}

/// Whether two tuples without repetitions have equal items, in any order.
fn same_members(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
    if tuple::items(a).len() != tuple::items(b).len() {
        return Ok(false);
    }
    for m in tuple::items(a) {
        if !vm.contains(b, m)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn getitem(vm: &Vm, o: &Obj, item: &Obj) -> PyResult {
    let b = body(o);
    let parameters = parameters_of(vm, &b.parameters, b.args.get_fixed())?;
    let args = substitute(vm, o, b.args.get_fixed(), &parameters, item)?;
    from_members(vm, tuple::items(&args))
}
