//! Attributes of instances: slots by shape, the instance dict, and `object`'s rules for reading and writing.
//!
//! Concurrency: readers take no lock; stores, and all changes of shape, happen under the object's lock. Only fixed
//! `__slots__` members, which never move, are swapped without it. The attribute word holds nothing, the out-of-line
//! slots, or the dict, and the shape says which (`pyre_gc::typed_word`): it changes while the word is empty. So a reader
//! that loads the word and then still finds the shape it started with has loaded what that shape promises, and one that
//! finds the word empty has learnt nothing until it has held the lock.

use crate::alloc::attrs_offset;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::shape::{Shape, shape};
use crate::typeobj::{self, type_body};
use crate::value::Value;
use crate::value_array::{self, Array};
use crate::vm::Vm;
use crate::{PyResult, Raised, dict, intern, lock, storage, str};
use pyre_gc::Header;
use pyre_gc::typed_word::{self, Found};
use std::ptr::NonNull;

/// The attribute word of an instance: nothing, out-of-line slots, or the instance dict (in dict mode).
///
/// # Safety
/// The cell is alive and has this shape, with `attrs_offset != 0`.
#[inline(always)]
pub unsafe fn attr_word<'a>(cell: NonNull<Header>, shape: &Shape) -> &'a Slot {
    // SAFETY: promised by the caller.
    unsafe { &*cell.as_ptr().cast::<u8>().add(attrs_offset(cell, shape)).cast::<Slot>() }
}

/// An inline slot by index.
///
/// # Safety
/// As for [`attr_word`], and `i < shape.inline_slots`.
#[inline(always)]
pub unsafe fn inline_slot<'a>(cell: NonNull<Header>, shape: &Shape, i: u16) -> &'a Slot {
    // SAFETY: promised by the caller.
    unsafe { &*cell.as_ptr().cast::<u8>().add(attrs_offset(cell, shape) + 8 + 8 * i as usize).cast::<Slot>() }
}

/// What out-of-line slot `i` of an object of this shape holds: `UNBOUND` when it is empty, or when the object has another
/// shape by now, or will have in a moment: the last is known under the lock only.
#[inline]
pub fn read_out_of_line(cell: NonNull<Header>, s: &'static Shape, i: usize) -> Obj {
    // SAFETY: the object is alive (callers hold it) and its layout never changes.
    let (header, home) = unsafe { (cell.as_ref(), attr_word(cell, s)) };
    loop {
        let Found::Word(word) = typed_word::load(header, home.barrier(), s.id, Value::UNBOUND.0) else {
            return Obj::UNBOUND;
        };
        let word = Value(word);
        // SAFETY: an array, as the shape says, loaded after the last quiescent point.
        match unsafe { Array::of_word(word) } {
            Some(a) if i < a.capacity() => {
                if let Some(o) = storage::read(home, word, a.slot(i)) {
                    return o;
                }
                std::hint::spin_loop();
            }
            _ => return Obj::UNBOUND,
        }
    }
}

/// What slot `i` of an instance holds; `UNBOUND` also when its shape has changed meanwhile, but not because it is about
/// to. May wait for the object's lock, which is a quiescent point.
#[inline]
fn read_slot_settled(obj: &Obj, cell: NonNull<Header>, s: &'static Shape, i: u16) -> Obj {
    let v = read_slot(cell, s, i);
    if v.is_unbound() && i >= s.inline_slots && pyre_gc::is_multi_threaded() {
        return lock::with_lock(obj, || read_slot(cell, s, i));
    }
    v
}

/// As [`read_slot_settled`], but `UNBOUND` also when the shape is about to change.
#[inline]
fn read_slot(cell: NonNull<Header>, s: &'static Shape, i: u16) -> Obj {
    if i < s.inline_slots {
        // SAFETY: the object is alive (callers hold it) and its layout never changes.
        unsafe { inline_slot(cell, s, i) }.get()
    } else {
        read_out_of_line(cell, s, (i - s.inline_slots) as usize)
    }
}

/// The shape as it is now, ordered before later reads of slots.
#[inline(always)]
fn current_shape(cell: NonNull<Header>) -> &'static Shape {
    // SAFETY: callers hold the object.
    shape(unsafe { cell.as_ref() }.shape_acquire())
}

/// The instance dict of an object in dict mode, if it was made yet.
#[inline]
fn dict_of(obj: &Obj, word: &Slot) -> Option<Obj> {
    let d = word.get();
    if !d.is_unbound() {
        return Some(d);
    }
    if !pyre_gc::is_multi_threaded() {
        return None;
    }
    // Perhaps it is on its way into the word: that happens under the lock.
    let d = lock::with_lock(obj, || word.get());
    (!d.is_unbound()).then_some(d)
}

/// An attribute of the instance itself (no class, no descriptor); `name` is interned.
pub fn instance_get(obj: &Obj, name: &Obj) -> Option<Obj> {
    let cell = obj.cell()?;
    loop {
        let s = current_shape(cell);
        if s.attrs_offset == 0 {
            return None;
        }
        let found = if s.dict_mode {
            // SAFETY: alive, and of this shape.
            dict_of(obj, unsafe { attr_word(cell, s) }).and_then(|d| dict::get_str(&d, name))
        } else {
            s.slot_of(name.raw()).map(|i| read_slot_settled(obj, cell, s, i)).filter(|v| !v.is_unbound())
        };
        // A change of shape meanwhile may have moved the value.
        if found.is_some() || current_shape(cell).id == s.id {
            return found;
        }
    }
}

/// Whether instances of the object's type can have attributes of their own.
pub fn has_attributes(obj: &Obj) -> bool {
    obj.cell().is_some() && obj.shape().attrs_offset != 0 && can_have_dict(obj.shape())
}

fn can_have_dict(s: &Shape) -> bool {
    s.type_body().dict_shape().is_some()
}

/// Sets (or with `None` deletes) an attribute of the instance itself. Returns false if the instance cannot have it
/// (no dict), or had none to delete.
pub fn instance_set(vm: &Vm, obj: &Obj, name: &Obj, value: Option<Obj>) -> PyResult<bool> {
    let Some(cell) = obj.cell() else { return Ok(false) };
    let s = obj.shape();
    if s.attrs_offset == 0 || !can_have_dict(s) {
        return Ok(false);
    }
    let Some(mut value) = value else { return instance_delete(vm, obj, name) };
    loop {
        let s = obj.shape();
        if s.dict_mode {
            let d = instance_dict(obj).ok_or_else(|| vm.runtime_error("instance lost its dict"))?;
            dict::set_str(&d, name, value);
            return Ok(true);
        }
        match s.slot_of(name.raw()) {
            Some(i) => match store_slot(obj, cell, s, i, value) {
                Ok(()) => return Ok(true),
                Err(back) => value = back,
            },
            None => match add_slot(obj, cell, s, name, value) {
                Ok(()) => return Ok(true),
                Err(back) => value = back,
            },
        }
    }
}

/// Stores into an existing slot; gives the value back if the object changed its shape meanwhile.
/// (public for the inline caches of the interpreter)
///
/// # Errors
/// The value, not stored.
pub fn store_slot(
    obj: &Obj,
    cell: NonNull<Header>,
    s: &'static Shape,
    i: u16,
    value: Obj,
) -> Result<(), Obj> {
    if i < s.fixed {
        // SAFETY: alive; fixed members stay where they are under every shape of the object.
        unsafe { inline_slot(cell, s, i) }.set(value);
        return Ok(());
    }
    let old = lock::with_lock(obj, || {
        // Also after growing by other attributes the slot is this one.
        let now = current_shape(cell);
        if now.id != s.id && (now.dict_mode || now.names.get(i as usize) != s.names.get(i as usize)) {
            return Err(value);
        }
        // SAFETY: alive; the slot is there, as the shape under the lock says.
        unsafe {
            if i < s.inline_slots {
                return Ok(inline_slot(cell, s, i).replace_locked(value));
            }
            match value_array::slot_in(attr_word(cell, s), (i - s.inline_slots) as usize) {
                Some(slot) => Ok(slot.replace_locked(value)),
                None => Err(value),
            }
        }
    })?;
    drop(old);
    Ok(())
}

/// Adds an attribute: the slot first, then the shape that says it is there.
/// (public for the inline caches of the interpreter)
pub fn add_slot(
    obj: &Obj,
    cell: NonNull<Header>,
    s: &'static Shape,
    name: &Obj,
    value: Obj,
) -> Result<(), Obj> {
    let next = if is_plain_attribute_name(name) { s.with_attribute(name.raw()) } else { None };
    let Some(next) = next else {
        let _ = instance_dict(obj);
        return Err(value);
    };
    let i = s.names.len() as u16;
    let old = lock::with_lock(obj, || {
        if current_shape(cell).id != s.id {
            return Err(value);
        }
        // SAFETY: alive; under the lock nobody else adds slots. An unused slot holds nothing.
        unsafe {
            let old = if i < s.inline_slots {
                let _ = inline_slot(cell, s, i).replace_locked(value);
                Obj::UNBOUND
            } else {
                grow_and_store(attr_word(cell, s), (i - s.inline_slots) as usize, value)
            };
            cell.as_ref().set_shape(next.id);
            Ok(old)
        }
    })?;
    value_array::retire(old);
    Ok(())
}

/// Stores at `i` of the out-of-line slots, with a larger storage if needed; returns the old one, to be retired. Under the
/// object's lock.
fn grow_and_store(home: &Slot, i: usize, value: Obj) -> Obj {
    if let Some(slot) = value_array::slot_in(home, i) {
        let _ = slot.replace_locked(value);
        return Obj::UNBOUND;
    }
    let old = home.peek();
    let capacity = (i + 1).next_multiple_of(4).max(i + i / 2);
    // SAFETY: under the lock the home keeps the array alive.
    let fresh = value_array::grown(unsafe { Obj::borrow_raw(&old) }, capacity);
    if let Some(slot) = value_array::slot(&fresh, i) {
        let _ = slot.replace_locked(value);
    }
    home.replace_locked(fresh)
}

/// Attribute names that live in slots: exact interned strings.
fn is_plain_attribute_name(name: &Obj) -> bool {
    intern::is_interned(name)
}

fn instance_delete(vm: &Vm, obj: &Obj, name: &Obj) -> PyResult<bool> {
    if instance_get(obj, name).is_none() {
        return Ok(false);
    }
    match instance_dict(obj) {
        Some(d) => dict::del_item(vm, &d, name),
        None => Ok(false),
    }
}

/// The instance's `__dict__`: moves the object to dict mode if it is not there yet. `None` if it cannot have one.
pub fn instance_dict(obj: &Obj) -> Option<Obj> {
    let cell = obj.cell()?;
    loop {
        let s = current_shape(cell);
        if s.attrs_offset == 0 {
            return None;
        }
        if s.dict_mode {
            // SAFETY: alive, and of this shape.
            let word = unsafe { attr_word(cell, s) };
            if let Some(d) = dict_of(obj, word) {
                return Some(d);
            }
            let fresh = dict::new_dict();
            if word.compare_set(Value::UNBOUND, fresh.clone()).is_ok() {
                return Some(fresh);
            }
            continue;
        }
        let target = s.type_body().dict_shape()?;
        if let Some(d) = move_to_dict(obj, cell, s, target) {
            return Some(d);
        }
    }
}

/// Replaces the instance's dict.
pub fn set_instance_dict(obj: &Obj, d: Obj) -> bool {
    if instance_dict(obj).is_none() {
        return false;
    }
    let Some(cell) = obj.cell() else { return false };
    let s = current_shape(cell);
    // SAFETY: alive; `instance_dict` moved it to dict mode, which it never leaves.
    unsafe { attr_word(cell, s) }.set(d);
    true
}

/// Moves the attributes to a fresh dict and returns it; `None` if somebody changed the object meanwhile.
fn move_to_dict(obj: &Obj, cell: NonNull<Header>, s: &'static Shape, target: &'static Shape) -> Option<Obj> {
    let d = dict::new_dict();
    let mut copied = Vec::with_capacity(s.names.len());
    // Fixed `__slots__` members stay inline.
    for (i, name) in s.names.iter().enumerate().skip(s.fixed as usize) {
        let v = read_slot(cell, s, i as u16);
        if !v.is_unbound() {
            // SAFETY: names of shapes are interned strings, which live forever.
            dict::set_str(&d, unsafe { Obj::borrow_raw(name) }, v.clone());
        }
        copied.push((i as u16, v));
    }
    let leftovers = lock::with_lock(obj, || {
        if current_shape(cell).id != s.id {
            return None;
        }
        // SAFETY: alive; slots and shape change only under the lock.
        unsafe {
            let word = attr_word(cell, s);
            let still = |i: u16| {
                if i < s.inline_slots {
                    inline_slot(cell, s, i).peek()
                } else {
                    value_array::slot_in(word, (i - s.inline_slots) as usize)
                        .map_or(Value::UNBOUND, Slot::peek)
                }
            };
            if copied.iter().any(|(i, v)| still(*i) != v.raw()) {
                return None;
            }
            let dict = d.clone().into_raw().0;
            let storage =
                typed_word::change(cell.as_ref(), word.barrier(), target.id, dict, Value::UNBOUND.0);
            let storage = Obj::from_raw(Value(storage));
            let inline: Vec<Obj> = (s.fixed..s.inline_slots.min(s.names.len() as u16))
                .map(|i| inline_slot(cell, s, i).replace_locked(Obj::UNBOUND))
                .collect();
            Some((storage, inline))
        }
    });
    let (storage, inline) = leftovers?;
    value_array::retire_with_contents(storage);
    drop(inline);
    Some(d)
}

/// The interned form of an attribute name, or `TypeError`.
pub fn attribute_name(vm: &Vm, name: &Obj) -> PyResult {
    if !str::is_str(name) {
        return Err(vm.type_error(format!("attribute name must be string, not '{}'", name.type_name())));
    }
    Ok(intern::intern(name))
}

/// `object.__getattribute__`; `name` is interned.
pub fn generic_getattr(vm: &Vm, obj: &Obj, name: &Obj) -> PyResult {
    match generic_getattr_opt(vm, obj, name)? {
        Some(v) => Ok(v),
        None => Err(no_attribute(vm, obj, name)),
    }
}

/// As [`generic_getattr`]; `None` instead of `AttributeError` when there is no such attribute.
pub fn generic_getattr_opt(vm: &Vm, obj: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    let ty = obj.ty();
    let on_class = typeobj::lookup(vm, ty, name);
    let get = on_class.as_ref().and_then(|d| d.slots().descr_get.get());
    if let (Some(d), Some(get)) = (&on_class, get)
        && d.slots().descr_set.addr() != 0
    {
        return get(vm, d, Some(obj), ty).map(Some);
    }
    if let Some(v) = instance_get(obj, name) {
        return Ok(Some(v));
    }
    match (on_class, get) {
        (Some(d), Some(get)) => get(vm, &d, Some(obj), ty).map(Some),
        (other, _) => Ok(other),
    }
}

/// `AttributeError: 'T' object has no attribute 'name'`
#[cold]
pub fn no_attribute(vm: &Vm, obj: &Obj, name: &Obj) -> Raised {
    let text = format!("'{}' object has no attribute '{}'", obj.type_name(), str::to_string_lossy(name));
    vm.attribute_error(obj, name, text)
}

/// `object.__setattr__` and `__delattr__`; `name` is interned.
pub fn generic_setattr(vm: &Vm, obj: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let on_class = typeobj::lookup(vm, obj.ty(), name);
    if let Some(d) = &on_class
        && let Some(set) = d.slots().descr_set.get()
    {
        return set(vm, d, obj, value);
    }
    if instance_set(vm, obj, name, value.cloned())? {
        return Ok(());
    }
    let text = str::to_string_lossy(name);
    let type_name = obj.type_name();
    let message = match (&on_class, has_attributes(obj)) {
        (Some(_), false) => format!("'{type_name}' object attribute '{text}' is read-only"),
        (None, false) => {
            format!(
                "'{type_name}' object has no attribute '{text}' and no __dict__ for setting new attributes"
            )
        }
        _ => format!("'{type_name}' object has no attribute '{text}'"),
    };
    Err(vm.attribute_error(obj, name, message))
}

/// `type.__getattribute__`; `name` is interned.
pub fn type_getattr(vm: &Vm, ty: &Obj, name: &Obj) -> PyResult {
    match type_getattr_opt(vm, ty, name)? {
        Some(v) => Ok(v),
        None => {
            let text = format!(
                "type object '{}' has no attribute '{}'",
                crate::type_new::full_name(ty),
                str::to_string_lossy(name)
            );
            Err(vm.attribute_error(ty, name, text))
        }
    }
}

/// As [`type_getattr`]; `None` when there is no such attribute.
pub fn type_getattr_opt(vm: &Vm, ty: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    let meta = ty.ty();
    let on_meta = typeobj::lookup(vm, meta, name);
    let get = on_meta.as_ref().and_then(|d| d.slots().descr_get.get());
    if let (Some(d), Some(get)) = (&on_meta, get)
        && d.slots().descr_set.addr() != 0
    {
        return get(vm, d, Some(ty), meta).map(Some);
    }
    if let Some(v) = typeobj::lookup(vm, ty, name) {
        return match v.slots().descr_get.get() {
            Some(get) => get(vm, &v, None, ty).map(Some),
            None => Ok(Some(v)),
        };
    }
    match (on_meta, get) {
        (Some(d), Some(get)) => get(vm, &d, Some(ty), meta).map(Some),
        (other, _) => Ok(other),
    }
}

/// `type.__setattr__` and `__delattr__`; `name` is interned.
pub fn type_setattr(vm: &Vm, ty: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
    let text = || str::to_string_lossy(name);
    if type_body(ty).flags().has(crate::TypeFlags::IMMUTABLE) {
        let verb = if value.is_some() { "set" } else { "delete" };
        let _ = verb;
        return Err(vm.type_error(format!(
            "cannot set '{}' attribute of immutable type '{}'",
            text(),
            crate::type_new::full_name(ty)
        )));
    }
    if let Some(d) = typeobj::lookup(vm, ty.ty(), name)
        && let Some(set) = d.slots().descr_set.get()
    {
        return set(vm, &d, ty, value);
    }
    let existed = typeobj::set_entry(vm, ty, name, value.cloned())?;
    if value.is_none() && !existed {
        let m = format!("type object '{}' has no attribute '{}'", typeobj::type_name(ty), text());
        return Err(vm.attribute_error(ty, name, m));
    }
    crate::slot_dunders::update_slots(vm, ty, name);
    Ok(())
}

impl Vm {
    /// `getattr(obj, name)`; `name` is a str.
    ///
    /// # Errors
    /// `AttributeError`, or whatever a descriptor raises.
    #[inline]
    pub fn getattr(&self, obj: &Obj, name: &Obj) -> PyResult {
        match obj.slots().getattr.get() {
            Some(f) => f(self, obj, &intern::intern(name)),
            None => Err(no_attribute(self, obj, name)),
        }
    }

    /// `getattr(obj, name)` for a name known at compile time.
    ///
    /// # Errors
    /// As [`Self::getattr`].
    pub fn getattr_str(&self, obj: &Obj, name: &str) -> PyResult {
        self.getattr(obj, &intern::intern_str(name))
    }

    /// `None` when the attribute does not exist.
    ///
    /// # Errors
    /// Whatever is raised other than `AttributeError`.
    pub fn getattr_opt(&self, obj: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
        let slot = obj.slots().getattr.get();
        // The generic rules need no exception to say "no".
        let is = |f: crate::slots::GetAttrFn| slot.is_some_and(|s| std::ptr::fn_addr_eq(s, f));
        if is(generic_getattr) {
            return self
                .catch(generic_getattr_opt(self, obj, name), crate::Exc::AttributeError)
                .map(Option::flatten);
        }
        if is(type_getattr) {
            return self
                .catch(type_getattr_opt(self, obj, name), crate::Exc::AttributeError)
                .map(Option::flatten);
        }
        self.catch(self.getattr(obj, name), crate::Exc::AttributeError)
    }

    /// `setattr(obj, name, value)`, or `delattr` with `None`; `name` is a str.
    ///
    /// # Errors
    /// `AttributeError`, or whatever a descriptor raises.
    pub fn setattr(&self, obj: &Obj, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        match obj.slots().setattr.get() {
            Some(f) => f(self, obj, &intern::intern(name), value),
            None => Err(no_attribute(self, obj, name)),
        }
    }

    /// A special method of the object's type, bound (descriptors are called); `None` if there is none.
    ///
    /// # Errors
    /// What a descriptor raises.
    pub fn special(&self, obj: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
        match typeobj::lookup(self, obj.ty(), name) {
            None => Ok(None),
            Some(d) => match d.slots().descr_get.get() {
                Some(get) => get(self, &d, Some(obj), obj.ty()).map(Some),
                None => Ok(Some(d)),
            },
        }
    }
}
