//! Displays of containers, and taking sequences apart.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::{Instruction, KILL_B};
use pyre_object::dict::DictBody;
use pyre_object::protocol::is_sequence;
use pyre_object::{
    Builtin, Exc, Obj, PyResult, Raised, Value, Vm, dict, list, names, set, slice, str, tuple,
};
use smallvec::SmallVec;

/// The items of an unpacking on their way into registers.
type Items = SmallVec<[Obj; 8]>;

/// Lends the words of `n` registers to `f`, which takes the references over; the registers are empty afterwards.
#[inline(always)]
fn give_away(cx: &Cx<'_>, base: u16, n: usize, f: impl FnOnce(&[Value]) -> Obj) -> Obj {
    let first = cx.frame().regs.wrapping_add(base as usize);
    // SAFETY: the compiler only names registers that the frame has; `f` runs no Python code that could write them.
    unsafe {
        let made = f(std::slice::from_raw_parts(first, n));
        std::slice::from_raw_parts_mut(first, n).fill(Value::UNBOUND);
        made
    }
}

/// `a = (b, ..)`
pub fn build_tuple(cx: &mut Cx<'_>, i: Instruction) -> Step {
    // SAFETY: the registers owned the references and are emptied.
    let t = give_away(cx, i.b(), i.c() as usize, |words| unsafe { tuple::from_words(words) });
    cx.set(i.a(), t);
    Ok(Go::Next)
}

/// `a = [b, ..]`
pub fn build_list(cx: &mut Cx<'_>, i: Instruction) -> Step {
    // SAFETY: the registers owned the references and are emptied.
    let l = give_away(cx, i.b(), i.c() as usize, |words| unsafe { list::from_words(words) });
    cx.set(i.a(), l);
    Ok(Go::Next)
}

/// `a = {b, ..}`
pub fn build_set(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let n = i.c() as usize;
    let s = set::new_set();
    for item in cx.regs(i.b(), n) {
        set::add(cx.vm, &s, item)?;
    }
    cx.drop_range(i.b(), n);
    cx.set(i.a(), s);
    Ok(Go::Next)
}

/// `a = {b: b+1, ..}`
pub fn build_map(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let n = i.c() as usize;
    let d = dict::with_capacity(n);
    for k in 0..n as u16 {
        let value = cx.take(i.b() + 2 * k + 1);
        dict::set_item(cx.vm, &d, cx.reg(i.b() + 2 * k), value)?;
    }
    cx.drop_range(i.b(), 2 * n);
    cx.set(i.a(), d);
    Ok(Go::Next)
}

/// `a =` the strings from `b`, joined
pub fn build_string(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let n = i.c() as usize;
    let nothing = str::empty();
    match str::join_pieces(str::expect(&nothing), cx.regs(i.b(), n)) {
        Some(joined) => {
            cx.drop_range(i.b(), n);
            cx.set(i.a(), joined);
            Ok(Go::Next)
        }
        None => Err(cx.vm.memory_error()),
    }
}

/// `a = slice(b, b+1[, b+2])`
pub fn build_slice(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (start, stop) = (cx.take(i.b()), cx.take(i.b() + 1));
    let step = if i.c() == 3 { cx.take(i.b() + 2) } else { Obj::NONE };
    cx.set(i.a(), slice::new_slice(start, stop, step));
    Ok(Go::Next)
}

/// The operand `b`, owned: moved out of its register if it dies here.
#[inline(always)]
fn own_b(cx: &Cx<'_>, i: Instruction) -> Obj {
    if i.flags() & KILL_B != 0 { cx.take(i.b()) } else { cx.reg(i.b()).clone() }
}

/// Appends `b` to the list `a`.
#[inline]
pub fn list_append(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let item = own_b(cx, i);
    list::append(cx.reg(i.a()), item);
    cx.kill(i);
    Ok(Go::Next)
}

/// Extends the list `a` by the iterable `b`.
pub fn list_extend(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (l, items) = (cx.reg(i.a()), cx.reg(i.b()));
    if items.is_exactly(Builtin::Tuple) {
        list::extend_from_slice(l, tuple::items(items));
    } else if items.is_exactly(Builtin::List) {
        list::extend_from_vec(l, list::snapshot(items));
    } else if items.slots().iter.addr() == 0 && !is_sequence(cx.vm, items) {
        let m = format!("Value after * must be an iterable, not {}", items.type_name());
        return Err(cx.vm.type_error(m));
    } else {
        cx.vm.for_each(items, |item| {
            list::append(l, item);
            Ok(())
        })?;
    }
    cx.kill(i);
    Ok(Go::Next)
}

/// `a = tuple(b)`, `b` a list
pub fn list_to_tuple(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let items = list::snapshot(cx.reg(i.b()));
    cx.set(i.a(), tuple::from_vec(items));
    cx.kill(i);
    Ok(Go::Next)
}

/// Adds `b` to the set `a`.
pub fn set_add(cx: &mut Cx<'_>, i: Instruction) -> Step {
    set::add(cx.vm, cx.reg(i.a()), cx.reg(i.b()))?;
    cx.kill(i);
    Ok(Go::Next)
}

/// Adds the items of the iterable `b` to the set `a`.
pub fn set_update(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (s, items) = (cx.reg(i.a()), cx.reg(i.b()));
    if items.is_exactly(Builtin::Set) || items.is_exactly(Builtin::FrozenSet) {
        set::union(cx.vm, s, items)?;
    } else {
        cx.vm.for_each(items, |item| set::add(cx.vm, s, &item).map(drop))?;
    }
    cx.kill(i);
    Ok(Go::Next)
}

/// `a[b] = c`, `a` a dict
pub fn map_insert(cx: &mut Cx<'_>, i: Instruction) -> Step {
    dict::set_item(cx.vm, cx.reg(i.a()), cx.reg(i.b()), cx.reg(i.c()).clone())?;
    cx.kill(i);
    Ok(Go::Next)
}

/// Whether the object is a dict that says nothing of its own about iteration.
fn is_plain_dict(o: &Obj) -> bool {
    o.is_exactly(Builtin::Dict)
        || (o.downcast::<DictBody>().is_some()
            && o.slots().iter.addr() == pyre_object::typeobj::type_body(Builtin::Dict.ty()).ops.iter.addr())
}

/// The `keys()` of a mapping; `None` if it has no such method.
fn mapping_keys(vm: &Vm, mapping: &Obj) -> PyResult<Option<Obj>> {
    vm.catch(vm.call_method(mapping, names::keys(), &[]), Exc::AttributeError)
}

/// Updates the dict `a` from the mapping `b` of a dict display.
pub fn dict_update(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (d, mapping, vm) = (cx.reg(i.a()), cx.reg(i.b()), cx.vm);
    if is_plain_dict(mapping) {
        dict::update(vm, d, mapping)?;
    } else {
        let Some(keys) = mapping_keys(vm, mapping)? else {
            return Err(vm.type_error(format!("'{}' object is not a mapping", mapping.type_name())));
        };
        vm.for_each(&keys, |key| {
            let value = vm.getitem(mapping, &key)?;
            dict::set_item(vm, d, &key, value)
        })?;
    }
    cx.kill(i);
    Ok(Go::Next)
}

/// Adds the mapping `b` to the keyword arguments `a` of a call of `c`.
pub fn dict_merge(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (d, mapping, callee, vm) = (cx.reg(i.a()), cx.reg(i.b()), cx.reg(i.c()), cx.vm);
    let insert = |key: &Obj, value: Obj| -> PyResult<()> {
        if dict::get_or_insert(vm, d, key, &value)?.1 { Ok(()) } else { Err(duplicate(vm, callee, key)) }
    };
    if is_plain_dict(mapping) {
        if dict::len(d) == 0 {
            dict::update(vm, d, mapping)?;
        } else {
            let mut pos = 0;
            while let Some((key, value)) = dict::next_entry(mapping, &mut pos) {
                insert(&key, value)?;
            }
        }
    } else {
        let Some(keys) = mapping_keys(vm, mapping)? else { return Err(not_a_mapping(vm, callee, mapping)) };
        vm.for_each(&keys, |key| {
            let value = vm.getitem(mapping, &key)?;
            insert(&key, value)
        })?;
    }
    cx.kill(i);
    Ok(Go::Next)
}

#[cold]
fn duplicate(vm: &Vm, callee: &Obj, key: &Obj) -> Raised {
    match (function_text(vm, callee), vm.str_text(key)) {
        (Ok(f), Ok(key)) => vm.type_error(format!("{f} got multiple values for keyword argument '{key}'")),
        (Err(e), _) | (_, Err(e)) => e,
    }
}

/// The error of `f(**x)` where `x` is no mapping.
#[cold]
pub fn not_a_mapping(vm: &Vm, callee: &Obj, x: &Obj) -> Raised {
    match function_text(vm, callee) {
        Ok(f) => vm.type_error(format!("{f} argument after ** must be a mapping, not {}", x.type_name())),
        Err(e) => e,
    }
}

/// The error of `f(*x)` where `x` cannot be iterated.
#[cold]
pub fn not_an_iterable(vm: &Vm, callee: &Obj, x: &Obj) -> Raised {
    match function_text(vm, callee) {
        Ok(f) => vm.type_error(format!("{f} argument after * must be an iterable, not {}", x.type_name())),
        Err(e) => e,
    }
}

/// A callable as messages about its call name it: `module.qualname()`, or its `str`.
///
/// # Errors
/// What its attributes or its `__str__` raise.
pub fn function_text(vm: &Vm, f: &Obj) -> PyResult<String> {
    let Some(qualname) = vm.getattr_opt(f, names::__qualname__())? else { return vm.str_text(f) };
    let qualname = vm.str_text(&qualname)?;
    match vm.getattr_opt(f, names::__module__())? {
        Some(m) if !(m.is_none() || str::is_str(&m) && str::eq_str(&m, "builtins")) => {
            Ok(format!("{}.{qualname}()", vm.str_text(&m)?))
        }
        _ => Ok(format!("{qualname}()")),
    }
}

/// Writes items into consecutive registers.
fn store(cx: &Cx<'_>, base: u16, items: Items) {
    for (k, item) in items.into_iter().enumerate() {
        cx.set(base + k as u16, item);
    }
}

/// Unpacks `b` into exactly `c` registers.
#[inline]
pub fn unpack_sequence(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (base, n) = (i.a(), i.c() as usize);
    // Owned: the targets may include the register of the source.
    let source = own_b(cx, i);
    if source.is_exactly(Builtin::Tuple) {
        let items = tuple::items(&source);
        if items.len() == n {
            for (k, item) in items.iter().enumerate() {
                cx.set(base + k as u16, item.clone());
            }
            return Ok(Go::Next);
        }
        return Err(wrong_count(cx.vm, n, items.len(), true));
    }
    if source.is_exactly(Builtin::List) {
        let mut items = Vec::with_capacity(n);
        list::copy_items(&source, 0, list::len(&source), &mut items);
        if items.len() != n {
            return Err(wrong_count(cx.vm, n, items.len(), true));
        }
        store(cx, base, items.into());
        return Ok(Go::Next);
    }
    let items = unpack_iterable(cx.vm, &source, n)?;
    store(cx, base, items);
    Ok(Go::Next)
}

#[cold]
fn wrong_count(vm: &Vm, expected: usize, got: usize, known: bool) -> Raised {
    vm.value_error(if got < expected {
        format!("not enough values to unpack (expected {expected}, got {got})")
    } else if known {
        format!("too many values to unpack (expected {expected}, got {got})")
    } else {
        format!("too many values to unpack (expected {expected})")
    })
}

/// `iter(source)` with the error of an unpacking.
fn iterate(vm: &Vm, source: &Obj) -> PyResult {
    if source.slots().iter.addr() == 0 && !is_sequence(vm, source) {
        return Err(vm.type_error(format!("cannot unpack non-iterable {} object", source.type_name())));
    }
    vm.iter(source)
}

#[inline(never)]
fn unpack_iterable(vm: &Vm, source: &Obj, n: usize) -> PyResult<Items> {
    let it = iterate(vm, source)?;
    let mut items = Items::new();
    while items.len() < n {
        match vm.next(&it)? {
            Some(item) => items.push(item),
            None => return Err(wrong_count(vm, n, items.len(), false)),
        }
    }
    if vm.next(&it)?.is_some() {
        let size = if source.is_exactly(Builtin::Dict) { dict::len(source) } else { 0 };
        return Err(wrong_count(vm, n, size.max(n), size > n));
    }
    Ok(items)
}

/// Unpacks `b` into `c & 0xff` registers, a list, and `c >> 8` registers.
pub fn unpack_ex(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (base, before, after) = (i.a(), (i.c() & 0xff) as usize, (i.c() >> 8) as usize);
    let source = own_b(cx, i);
    let vm = cx.vm;
    let mut all = if source.is_exactly(Builtin::Tuple) {
        tuple::items(&source).to_vec()
    } else if source.is_exactly(Builtin::List) {
        list::snapshot(&source)
    } else {
        collect(vm, &source)?
    };
    drop(source);
    if all.len() < before + after {
        return Err(vm.value_error(format!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            all.len()
        )));
    }
    let last = all.split_off(all.len() - after);
    let middle = list::from_vec(all.split_off(before));
    store(cx, base, all.into_iter().chain([middle]).chain(last).collect());
    Ok(Go::Next)
}

/// All items.
fn collect(vm: &Vm, source: &Obj) -> PyResult<Vec<Obj>> {
    let it = iterate(vm, source)?;
    let mut all = Vec::new();
    while let Some(item) = vm.next(&it)? {
        all.push(item);
    }
    Ok(all)
}
