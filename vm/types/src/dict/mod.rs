//! `dict`: its operations and methods. The entries are in `pyre_object::dict`.

mod iter;
mod methods;
mod update;
mod views;

use crate::collection::{optional_iterable, push_repr, repr_of};
use pyre_object::dict::{self, DictBody};
use pyre_object::typeobj::type_body;
use pyre_object::{Args, BinOp, Body, Builtin, CmpOp, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, names};

pub use update::update;

/// The types of this module.
pub fn specs() -> &'static [(Builtin, &'static TypeSpec)] {
    static ALL: [(Builtin, &TypeSpec); 10] = [
        (Builtin::Dict, &DICT),
        (Builtin::DictKeys, &views::KEYS),
        (Builtin::DictValues, &views::VALUES),
        (Builtin::DictItems, &views::ITEMS),
        (Builtin::DictKeyIter, &iter::KEY_ITER),
        (Builtin::DictValueIter, &iter::VALUE_ITER),
        (Builtin::DictItemIter, &iter::ITEM_ITER),
        (Builtin::DictReverseKeyIter, &iter::REVERSE_KEY_ITER),
        (Builtin::DictReverseValueIter, &iter::REVERSE_VALUE_ITER),
        (Builtin::DictReverseItemIter, &iter::REVERSE_ITEM_ITER),
    ];
    &ALL
}

static DICT: TypeSpec = TypeSpec {
    name: "dict",
    doc: "dict() -> new empty dictionary\n\
          dict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\n\
          dict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        \
          d[k] = v\n\
          dict(**kwargs) -> new dictionary initialized with the name=value pairs\n    \
          in the keyword argument list.  For example:  dict(one=1, two=2)",
    layout: Some(<DictBody as Body>::layout),
    flags: TypeFlags::BASE
        .or(TypeFlags::IMMUTABLE)
        .or(TypeFlags::UNHASHABLE)
        .or(TypeFlags::MAPPING)
        .or(TypeFlags::MATCH_SELF),
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|_, o| Ok(dict::views::new_iter(Builtin::DictKeyIter, o.clone()))),
        init: Some(init),
        new: Some(new),
        len: Some(|_, o| Ok(dict::len(o))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(dict::contains),
        ..Slots::NONE
    }
    .with_binary(BinOp::Or, or)
    .with_inplace(BinOp::Or, inplace_or),
    methods: methods::METHODS,
    ..TypeSpec::EMPTY
};

/// `dict.__new__`: an empty dict, whatever the arguments.
fn new(_: &Vm, cls: &Obj, _: Args<'_>) -> PyResult {
    Ok(if cls.is(Builtin::Dict.ty()) {
        dict::new_dict()
    } else {
        dict::new_shaped(type_body(cls).root_shape())
    })
}

fn init(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult<()> {
    update_with("dict", vm, o, args)
}

/// `d.update(source, **keywords)`
fn update_with(name: &str, vm: &Vm, d: &Obj, args: Args<'_>) -> PyResult<()> {
    if let Some(source) = optional_iterable(vm, name, args, false)? {
        update(vm, d, source)?;
    }
    args.keywords().try_for_each(|(key, value)| dict::set_item(vm, d, key, value.clone()))
}

fn repr(vm: &Vm, o: &Obj) -> PyResult {
    repr_of(vm, o, ("{", "}", "{...}"), |out| {
        let (mut pos, mut first) = (0, true);
        while let Some((key, value)) = dict::next_entry(o, &mut pos) {
            push_repr(vm, out, &key, first)?;
            out.push_str(": ");
            push_repr(vm, out, &value, true)?;
            first = false;
        }
        Ok(())
    })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CmpOp) -> PyResult {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) || !dict::is_dict(a) || !dict::is_dict(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    Ok(Obj::bool(dict::eq(vm, a, b)? == (op == CmpOp::Eq)))
}

fn getitem(vm: &Vm, o: &Obj, key: &Obj) -> PyResult {
    if let Some(value) = dict::get_item(vm, o, key)? {
        return Ok(value);
    }
    if !o.is_exactly(Builtin::Dict)
        && let Some(value) = vm.call_special(o, names::__missing__(), std::slice::from_ref(key))?
    {
        return Ok(value);
    }
    Err(vm.key_error(key))
}

fn setitem(vm: &Vm, o: &Obj, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
    match value {
        Some(value) => dict::set_item(vm, o, key, value.clone()),
        None if dict::del_item(vm, o, key)? => Ok(()),
        None => Err(vm.key_error(key)),
    }
}

fn or(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    if !dict::is_dict(a) || !dict::is_dict(b) {
        return Ok(Obj::NOT_IMPLEMENTED);
    }
    let merged = dict::copy(a);
    update(vm, &merged, b)?;
    Ok(merged)
}

fn inplace_or(vm: &Vm, a: &Obj, b: &Obj) -> PyResult {
    update(vm, a, b)?;
    Ok(a.clone())
}
