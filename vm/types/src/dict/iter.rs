//! The iterators over dicts and their views; the bodies are in `pyre_object::dict::views`.

use crate::arguments::native_table;
use crate::iterators::reduce_iter;
use pyre_object::dict::views::{Changed, DictIterBody};
use pyre_object::slots::NextFn;
use pyre_object::{Body, Builtin, NativeDef, Obj, PyResult, Slots, TypeFlags, TypeSpec, Vm, list, tuple};

fn stepped<T>(vm: &Vm, r: Result<Option<T>, Changed>, value: impl FnOnce(T) -> Obj) -> PyResult<Option<Obj>> {
    r.map(|found| found.map(value)).map_err(|changed| changed.error(vm))
}

fn next_key(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    stepped(vm, o.body::<DictIterBody>().advance_key(), |k| k)
}

fn next_value(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    stepped(vm, o.body::<DictIterBody>().advance_value(), |v| v)
}

fn next_item(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    stepped(vm, o.body::<DictIterBody>().advance_item(), |(k, v)| tuple::pair(k, v))
}

fn previous_key(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    stepped(vm, o.body::<DictIterBody>().advance_back(), |(k, _)| k)
}

fn previous_value(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    stepped(vm, o.body::<DictIterBody>().advance_back(), |(_, v)| v)
}

fn previous_item(vm: &Vm, o: &Obj) -> PyResult<Option<Obj>> {
    stepped(vm, o.body::<DictIterBody>().advance_back(), |(k, v)| tuple::pair(k, v))
}

static METHODS: &[NativeDef] = native_table![
    NativeDef::method("__length_hint__", "($self, /)", |_, a| {
        Ok(Obj::from_len(a[0].body::<DictIterBody>().length_hint()))
    })
    .doc("Private method returning an estimate of len(list(it))."),
    NativeDef::method("__reduce__", "($self, /)", reduce).doc("Return state information for pickling."),
];

/// An iterator over a list of what is to come.
fn reduce(vm: &Vm, a: &[Obj]) -> PyResult {
    let kinds = [
        Builtin::DictKeyIter,
        Builtin::DictValueIter,
        Builtin::DictItemIter,
        Builtin::DictReverseKeyIter,
        Builtin::DictReverseValueIter,
        Builtin::DictReverseItemIter,
    ];
    let Some(kind) = kinds.into_iter().find(|k| a[0].is_exactly(*k)) else {
        return Err(vm.type_error("not a dict iterator"));
    };
    let copy = a[0].body::<DictIterBody>().copy(kind);
    let rest = list::with_capacity(0);
    crate::list::extend(vm, &rest, &copy)?;
    reduce_iter(vm, rest, None)
}

const fn spec(name: &'static str, next: NextFn) -> TypeSpec {
    TypeSpec {
        name,
        layout: Some(<DictIterBody as Body>::layout),
        flags: TypeFlags::NO_NEW,
        slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
        ..TypeSpec::EMPTY
    }
}

pub(super) static KEY_ITER: TypeSpec = TypeSpec { methods: METHODS, ..spec("dict_keyiterator", next_key) };
pub(super) static VALUE_ITER: TypeSpec =
    TypeSpec { methods: METHODS, ..spec("dict_valueiterator", next_value) };
pub(super) static ITEM_ITER: TypeSpec = TypeSpec { methods: METHODS, ..spec("dict_itemiterator", next_item) };
pub(super) static REVERSE_KEY_ITER: TypeSpec =
    TypeSpec { methods: METHODS, ..spec("dict_reversekeyiterator", previous_key) };
pub(super) static REVERSE_VALUE_ITER: TypeSpec =
    TypeSpec { methods: METHODS, ..spec("dict_reversevalueiterator", previous_value) };
pub(super) static REVERSE_ITEM_ITER: TypeSpec =
    TypeSpec { methods: METHODS, ..spec("dict_reverseitemiterator", previous_item) };
