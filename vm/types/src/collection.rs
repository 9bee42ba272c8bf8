//! What the builtin containers share: arguments of constructors, search ranges, `repr` of items, pickling of iterators.

use pyre_object::slots::NextFn;
use pyre_object::str::StrBuilder;
use pyre_object::{Args, Obj, PyResult, Vm, int, type_new};

/// The optional iterable of `list(iterable=())` and its like. `keywords_matter` is false if a subclass has a constructor
/// of its own that takes the keywords.
///
/// # Errors
/// `TypeError`
pub(crate) fn optional_iterable<'a>(
    vm: &Vm,
    name: &str,
    args: Args<'a>,
    keywords_matter: bool,
) -> PyResult<Option<&'a Obj>> {
    if args.has_keywords() && keywords_matter {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.pos() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        more => Err(vm.type_error(format!("{name} expected at most 1 argument, got {}", more.len()))),
    }
}

/// A bound of `index(value, start, stop)`: clamped, negative ones count from the end.
///
/// # Errors
/// `TypeError: slice indices must be integers or have an __index__ method`
pub(crate) fn search_bound(vm: &Vm, o: &Obj, default: usize, len: usize) -> PyResult<usize> {
    let Some(o) = o.given() else { return Ok(default) };
    if !int::is_int(o) && o.slots().index.addr() == 0 {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    }
    let i = vm.to_clamped(o)?;
    Ok(if i < 0 { i.saturating_add(len as isize).max(0) as usize } else { i as usize })
}

/// The index of an item that is searched, negative ones from the end; `None` out of range.
#[inline]
pub(crate) fn place(i: isize, len: usize) -> Option<usize> {
    pyre_object::list::normalize_index(i as i64, len)
}

/// The text of a container: `open`, what `items` pushes, `close`; `recursive` inside itself.
///
/// # Errors
/// Whatever `items` raises.
pub(crate) fn repr_of(
    vm: &Vm,
    o: &Obj,
    (open, close, recursive): (&str, &str, &str),
    items: impl FnOnce(&mut StrBuilder) -> PyResult<()>,
) -> PyResult {
    if !vm.repr_enter(o) {
        return Ok(pyre_object::str::new_str(recursive));
    }
    let mut out = StrBuilder::new();
    out.push_str(open);
    let done = items(&mut out);
    vm.repr_leave(o);
    done?;
    out.push_str(close);
    Ok(out.finish())
}

/// Appends `repr(o)`, after a comma if it is not the first.
///
/// # Errors
/// Whatever `__repr__` raises.
pub(crate) fn push_repr(vm: &Vm, out: &mut StrBuilder, o: &Obj, first: bool) -> PyResult<()> {
    if o.raw().is_int() {
        if !first {
            out.push_str(", ");
        }
        out.push_str(&o.raw().int().to_string());
        return Ok(());
    }
    let text = vm.repr(o)?;
    if !first {
        out.push_str(", ");
    }
    out.push_obj(&text);
    Ok(())
}

/// `__class_getitem__` of generic containers.
pub(crate) fn class_getitem(vm: &Vm, a: &[Obj]) -> PyResult {
    type_new::generic_alias(vm, &a[0], &a[1])
}

/// The items of any iterable, one by one.
pub(crate) struct ItemsOf<'a> {
    vm: &'a Vm,
    iterator: Obj,
    next: NextFn,
}

/// Iterates over any iterable.
///
/// # Errors
/// `TypeError` if it is none.
pub(crate) fn items_of<'a>(vm: &'a Vm, iterable: &Obj) -> PyResult<ItemsOf<'a>> {
    let iterator = vm.iter(iterable)?;
    match iterator.slots().next.get() {
        Some(next) => Ok(ItemsOf { vm, iterator, next }),
        None => Err(vm.type_error(format!("'{}' object is not an iterator", iterator.type_name()))),
    }
}

impl Iterator for ItemsOf<'_> {
    type Item = PyResult<Obj>;

    #[inline]
    fn next(&mut self) -> Option<PyResult<Obj>> {
        (self.next)(self.vm, &self.iterator).transpose()
    }
}
