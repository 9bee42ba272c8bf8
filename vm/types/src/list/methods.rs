//! The methods of `list`.

use super::sort::sort_method;
use crate::collection::{class_getitem, place, search_bound};
use pyre_object::{NativeDef, Obj, PyResult, Vm, iterators, list};

pub(super) static METHODS: [NativeDef; 15] = [
    NativeDef::method("append", "($self, object, /)", append).doc("Append object to the end of the list."),
    NativeDef::method("clear", "($self, /)", clear).doc("Remove all items from list."),
    NativeDef::method("copy", "($self, /)", copy).doc("Return a shallow copy of the list."),
    NativeDef::method("count", "($self, value, /)", count).doc("Return number of occurrences of value."),
    NativeDef::method("extend", "($self, iterable, /)", extend)
        .doc("Extend list by appending elements from the iterable."),
    NativeDef::method("index", "($self, value, start=0, stop=sys.maxsize, /)", index)
        .doc("Return first index of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::method("insert", "($self, index, object, /)", insert).doc("Insert object before index."),
    NativeDef::method("pop", "($self, index=-1, /)", pop).doc(
        "Remove and return item at index (default last).\n\n\
         Raises IndexError if list is empty or index is out of range.",
    ),
    NativeDef::method("remove", "($self, value, /)", remove)
        .doc("Remove first occurrence of value.\n\nRaises ValueError if the value is not present."),
    NativeDef::method("reverse", "($self, /)", reverse).doc("Reverse *IN PLACE*."),
    NativeDef::method("sort", "($self, /, *, key=None, reverse=False)", sort_method).doc(
        "Sort the list in ascending order and return None.\n\n\
         The sort is in place and stable: equal items keep their order. A key function is applied once to\n\
         each item, and the results are compared instead of the items. With reverse, the order is descending.",
    ),
    NativeDef::method("__getitem__", "($self, index, /)", |vm, a| super::subscript::get(vm, &a[0], &a[1]))
        .doc("Return self[index]."),
    NativeDef::method("__reversed__", "($self, /)", reversed).doc("Return a reverse iterator over the list."),
    NativeDef::method("__sizeof__", "($self, /)", sizeof).doc("Return the size of the list in memory, in bytes."),
    NativeDef::class_method("__class_getitem__", "($type, object, /)", class_getitem)
        .doc("lists are generic over the type of their contents"),
];

fn append(_: &Vm, a: &[Obj]) -> PyResult {
    list::append(&a[0], a[1].clone());
    Ok(Obj::NONE)
}

fn clear(_: &Vm, a: &[Obj]) -> PyResult {
    list::clear(&a[0]);
    Ok(Obj::NONE)
}

fn copy(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(list::copy(&a[0]))
}

fn count(vm: &Vm, a: &[Obj]) -> PyResult {
    list::count(vm, &a[0], &a[1]).map(Obj::from_len)
}

fn extend(vm: &Vm, a: &[Obj]) -> PyResult {
    super::extend(vm, &a[0], &a[1])?;
    Ok(Obj::NONE)
}

fn index(vm: &Vm, a: &[Obj]) -> PyResult {
    let len = list::len(&a[0]);
    let start = search_bound(vm, &a[2], 0, len)?;
    let stop = search_bound(vm, &a[3], usize::MAX, len)?;
    match list::index_of(vm, &a[0], &a[1], start, stop)? {
        Some(i) => Ok(Obj::from_len(i)),
        None => Err(vm.value_error("list.index(x): x not in list")),
    }
}

fn insert(vm: &Vm, a: &[Obj]) -> PyResult {
    let i = vm.to_isize(&a[1])?;
    let at = if i < 0 { i.saturating_add(list::len(&a[0]) as isize).max(0) } else { i };
    list::insert(&a[0], at as usize, a[2].clone());
    Ok(Obj::NONE)
}

fn pop(vm: &Vm, a: &[Obj]) -> PyResult {
    let empty = || vm.index_error("pop from empty list");
    let Some(index) = a[1].given() else { return list::pop_last(&a[0]).ok_or_else(empty) };
    let i = vm.to_isize(index)?;
    let len = list::len(&a[0]);
    if len == 0 {
        return Err(empty());
    }
    match place(i, len).and_then(|i| list::pop(&a[0], i)) {
        Some(item) => Ok(item),
        None => Err(vm.index_error("pop index out of range")),
    }
}

fn remove(vm: &Vm, a: &[Obj]) -> PyResult {
    if list::remove(vm, &a[0], &a[1])? {
        return Ok(Obj::NONE);
    }
    Err(vm.value_error("list.remove(x): x not in list"))
}

fn reverse(_: &Vm, a: &[Obj]) -> PyResult {
    list::reverse(&a[0]);
    Ok(Obj::NONE)
}

fn reversed(_: &Vm, a: &[Obj]) -> PyResult {
    Ok(iterators::list_reverse_iter(a[0].clone()))
}

fn sizeof(_: &Vm, a: &[Obj]) -> PyResult {
    let own = a[0].shape().cell_size();
    Ok(Obj::from_len(own + 8 * list::len(&a[0])))
}
