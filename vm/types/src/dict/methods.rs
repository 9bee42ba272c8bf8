//! The methods of `dict`.

use crate::arguments::native_table;
use crate::collection::{class_getitem, items_of};
use pyre_object::dict::views::{new_reverse_iter, new_view};
use pyre_object::{Args, Builtin, Exc, NativeDef, Obj, PyResult, Vm, dict, set, tuple};

pub(super) static METHODS: &[NativeDef] = native_table![
    NativeDef::method("__sizeof__", "($self, /)", sizeof)
        .doc("Return the size of the dict in memory, in bytes."),
    NativeDef::method("get", "($self, key, default=None, /)", get)
        .doc("Return the value for key if key is in the dictionary, else default."),
    NativeDef::method("setdefault", "($self, key, default=None, /)", setdefault).doc(
        "Insert key with a value of default if key is not in the dictionary.\n\n\
         Return the value for key if key is in the dictionary, else default.",
    ),
    NativeDef::method("pop", "($self, key, default=<unrepresentable>, /)", pop).doc(
        "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\n\
         If the key is not found, return the default if given; otherwise,\nraise a KeyError.",
    ),
    NativeDef::method("popitem", "($self, /)", popitem).doc(
        "Remove and return a (key, value) pair as a 2-tuple.\n\n\
         Pairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
    ),
    NativeDef::method("keys", "($self, /)", |_, a| Ok(new_view(Builtin::DictKeys, a[0].clone())))
        .doc("Return a set-like object providing a view on the dict's keys."),
    NativeDef::method("items", "($self, /)", |_, a| Ok(new_view(Builtin::DictItems, a[0].clone())))
        .doc("Return a set-like object providing a view on the dict's items."),
    NativeDef::method("values", "($self, /)", |_, a| Ok(new_view(Builtin::DictValues, a[0].clone())))
        .doc("Return an object providing a view on the dict's values."),
    NativeDef::raw_method("update", "($self, /, *args, **kwargs)", update).doc(
        "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\n\
         If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\n\
         If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\n\
         In either case, this is followed by: for k in F:  D[k] = F[k]",
    ),
    NativeDef::class_method("fromkeys", "($type, iterable, value=None, /)", fromkeys)
        .doc("Create a new dictionary with keys from iterable and values set to value."),
    NativeDef::method("clear", "($self, /)", |_, a| {
        dict::clear(&a[0]);
        Ok(Obj::NONE)
    })
    .doc("Remove all items from the dict."),
    NativeDef::method("copy", "($self, /)", |_, a| Ok(dict::copy(&a[0])))
        .doc("Return a shallow copy of the dict."),
    NativeDef::method("__getitem__", "($self, key, /)", |vm, a| super::getitem(vm, &a[0], &a[1]))
        .doc("Return self[key]."),
    NativeDef::method("__contains__", "($self, key, /)", |vm, a| {
        Ok(Obj::bool(dict::contains(vm, &a[0], &a[1])?))
    })
    .doc("True if the dictionary has the specified key, else False."),
    NativeDef::method("__reversed__", "($self, /)", |_, a| {
        Ok(new_reverse_iter(Builtin::DictReverseKeyIter, a[0].clone()))
    })
    .doc("Return a reverse iterator over the dict keys."),
    NativeDef::class_method("__class_getitem__", "($type, object, /)", class_getitem).doc(
        "dicts are generic over two types, signifying (respectively) the types of their keys and values"
    ),
];

fn or_none(o: &Obj) -> Obj {
    o.given().cloned().unwrap_or(Obj::NONE)
}

fn sizeof(_: &Vm, a: &[Obj]) -> PyResult {
    // An entry is a hash, a key and a value; the index has a byte or two for each.
    Ok(Obj::from_len(a[0].shape().cell_size() + 26 * dict::len(&a[0])))
}

fn get(vm: &Vm, a: &[Obj]) -> PyResult {
    Ok(dict::get_item(vm, &a[0], &a[1])?.unwrap_or_else(|| or_none(&a[2])))
}

fn setdefault(vm: &Vm, a: &[Obj]) -> PyResult {
    dict::set_default(vm, &a[0], &a[1], &or_none(&a[2]))
}

fn pop(vm: &Vm, a: &[Obj]) -> PyResult {
    // The key of an empty dict is not even hashed.
    let found = if dict::len(&a[0]) == 0 { None } else { dict::pop(vm, &a[0], &a[1])? };
    match (found, a[2].given()) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.key_error(&a[1])),
    }
}

fn popitem(vm: &Vm, a: &[Obj]) -> PyResult {
    match dict::popitem(&a[0]) {
        Some((key, value)) => Ok(tuple::pair(key, value)),
        None => Err(vm.error(Exc::KeyError, "popitem(): dictionary is empty")),
    }
}

fn update(vm: &Vm, args: Args<'_>) -> PyResult {
    let Some(d) = args.pos().first().filter(|d| dict::is_dict(d)) else {
        return Err(vm.type_error("unbound method dict.update() needs an argument"));
    };
    super::update_with("update", vm, d, args.skip(1))?;
    Ok(Obj::NONE)
}

fn fromkeys(vm: &Vm, a: &[Obj]) -> PyResult {
    let value = or_none(&a[2]);
    let d = vm.call0(&a[0])?;
    if !d.is_exactly(Builtin::Dict) {
        for key in items_of(vm, &a[1])? {
            vm.setitem(&d, &key?, &value)?;
        }
        return Ok(d);
    }
    if a[1].is_exactly(Builtin::Dict) {
        let mut pos = 0;
        while let Some((hash, key, _)) = dict::next_entry_hashed(&a[1], &mut pos) {
            dict::set_item_hashed(vm, &d, hash, &key, value.clone())?;
        }
    } else if a[1].is_exactly(Builtin::Set) || a[1].is_exactly(Builtin::FrozenSet) {
        let mut pos = 0;
        while let Some((hash, key)) = set::next_entry(&a[1], &mut pos) {
            dict::set_item_hashed(vm, &d, hash, &key, value.clone())?;
        }
    } else {
        vm.for_each(&a[1], |key| dict::set_item(vm, &d, &key, value.clone()))?;
    }
    Ok(d)
}
