//! Attributes of instances: slots by shape, the instance dict, and `object`'s rules for reading and writing.
//!
//! Concurrency: readers take no lock. A store into an existing slot swaps and then looks at the shape again; changes of
//! shape happen under the object's lock (see `docs/design/objects.md`).

use crate::alloc::attrs_offset;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::shape::{Shape, shape};
use crate::typeobj::{self, type_body};
use crate::value_array;
use crate::vm::Vm;
use crate::{PyResult, Raised, dict, intern, lock, str};
use pyre_gc::Header;
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
    unsafe {
        &*cell.as_ptr().cast::<u8>().add(attrs_offset(cell, shape) + 8 + 8 * i as usize).cast::<Slot>()
    }
}

/// Reads slot `i` of an instance.
#[inline]
fn read_slot(cell: NonNull<Header>, shape: &'static Shape, i: u16) -> Obj {
    // SAFETY: the object is alive (callers hold it) and its layout never changes.
    unsafe {
        if i < shape.inline_slots {
            inline_slot(cell, shape, i).get()
        } else {
            let storage = attr_word(cell, shape).get();
            value_array::get(&storage, (i - shape.inline_slots) as usize)
        }
    }
}

/// An attribute of the instance itself (no class, no descriptor); `name` is interned.
pub fn instance_get(obj: &Obj, name: &Obj) -> Option<Obj> {
    let cell = obj.cell()?;
    loop {
        let id = obj.shape_id();
        let s = shape(id);
        if s.attrs_offset == 0 {
            return None;
        }
        let found = if s.dict_mode {
            // SAFETY: alive, and of this shape.
            let d = unsafe { attr_word(cell, s) }.get();
            if d.is_unbound() { None } else { dict::get_str(&d, name) }
        } else {
            s.slot_of(name.raw()).map(|i| read_slot(cell, s, i)).filter(|v| !v.is_unbound())
        };
        // A change of shape meanwhile may have moved the value.
        if found.is_some() || obj.shape_id() == id {
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
pub fn store_slot(obj: &Obj, cell: NonNull<Header>, s: &'static Shape, i: u16, value: Obj) -> Result<(), Obj> {
    let storage;
    // SAFETY: alive, and the layout never changes.
    let slot: &Slot = unsafe {
        if i < s.inline_slots {
            inline_slot(cell, s, i)
        } else {
            storage = attr_word(cell, s).get();
            match value_array::slot(&storage, (i - s.inline_slots) as usize) {
                Some(slot) => slot,
                None => return Err(value),
            }
        }
    };
    let raw = value.raw();
    let old = slot.replace(value);
    if obj.shape_id() != s.id && pyre_gc::is_multi_threaded() {
        // Moved to dict mode under our hands: take the value back unless the mover found it.
        let back = slot.take();
        drop(old);
        if back.raw() == raw && !back.is_unbound() {
            return Err(back);
        }
        return Ok(());
    }
    drop(old);
    Ok(())
}

/// Adds an attribute: the slot first, then the shape that says it is there.
/// (public for the inline caches of the interpreter)
pub fn add_slot(obj: &Obj, cell: NonNull<Header>, s: &'static Shape, name: &Obj, value: Obj) -> Result<(), Obj> {
    let next = if is_plain_attribute_name(name) { s.with_attribute(name.raw()) } else { None };
    let Some(next) = next else {
        let _ = instance_dict(obj);
        return Err(value);
    };
    let i = s.names.len() as u16;
    lock::with_lock(obj, || {
        if obj.shape_id() != s.id {
            return Err(value);
        }
        // SAFETY: alive; under the lock nobody else adds slots.
        unsafe {
            if i < s.inline_slots {
                inline_slot(cell, s, i).replace_locked(value);
            } else {
                grow_and_store(attr_word(cell, s), (i - s.inline_slots) as usize, value);
            }
            cell.as_ref().set_shape(next.id);
        }
        Ok(())
    })
}

/// Stores at `i` of the out-of-line slots, with a larger storage if needed.
fn grow_and_store(word: &Slot, i: usize, value: Obj) {
    let old = word.get();
    if let Some(slot) = value_array::slot(&old, i) {
        slot.replace_locked(value);
        return;
    }
    let capacity = (i + 1).next_multiple_of(4).max(i + i / 2);
    let fresh = value_array::grown(&old, capacity);
    if let Some(slot) = value_array::slot(&fresh, i) {
        slot.replace_locked(value);
    }
    drop(old);
    let old = word.replace_locked(fresh);
    value_array::retire(old);
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
        let s = obj.shape();
        if s.attrs_offset == 0 {
            return None;
        }
        if s.dict_mode {
            // SAFETY: alive, and of this shape.
            let d = unsafe { attr_word(cell, s) }.get();
            if !d.is_unbound() {
                return Some(d);
            }
            let fresh = dict::new_dict();
            // SAFETY: alive, and of this shape.
            if unsafe { attr_word(cell, s) }.compare_set(crate::Value::UNBOUND, fresh.clone()).is_ok() {
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
    let (Some(cell), s) = (obj.cell(), obj.shape()) else { return false };
    // SAFETY: alive; `instance_dict` moved it to dict mode, which it never leaves.
    unsafe { attr_word(cell, s) }.set(d);
    true
}

fn move_to_dict(obj: &Obj, cell: NonNull<Header>, s: &'static Shape, target: &'static Shape) -> Option<Obj> {
    let d = dict::new_dict();
    let fixed = s.fixed as usize;
    for (i, name) in s.names.iter().enumerate().skip(fixed) {
        let v = read_slot(cell, s, i as u16);
        if !v.is_unbound() {
            // SAFETY: names of shapes are interned strings, which live forever.
            dict::set_str(&d, unsafe { Obj::borrow_raw(name) }, v);
        }
    }
    // Fixed `__slots__` members stay inline, so only the attribute word and the shape change.
    let leftovers = lock::with_lock(obj, || {
        if obj.shape_id() != s.id {
            return None;
        }
        let mut leftovers = Vec::new();
        // SAFETY: alive; the shape changes only under the lock.
        unsafe {
            leftovers.push((None, attr_word(cell, s).replace_locked(d.clone())));
            cell.as_ref().set_shape(target.id);
            for i in fixed..s.names.len().min(s.inline_slots as usize) {
                leftovers.push((Some(i), inline_slot(cell, s, i as u16).take()));
            }
        }
        Some(leftovers)
    })?;
    for (i, old) in leftovers {
        match i {
            None => value_array::retire_with_contents(old),
            Some(i) => {
                // A store that raced with the move: it wins.
                // SAFETY: names of shapes are interned strings, which live forever.
                let name = unsafe { Obj::borrow_raw(&s.names[i]) };
                if !old.is_unbound() && dict::get_str(&d, name).is_none_or(|v| !v.is(&old)) {
                    dict::set_str(&d, name, old);
                }
            }
        }
    }
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
    let message = match (&on_class, has_attributes(obj), value) {
        (Some(_), false, _) => format!("'{type_name}' object attribute '{text}' is read-only"),
        (None, false, Some(_)) => {
            format!("'{type_name}' object has no attribute '{text}' and no __dict__ for setting new attributes")
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
                typeobj::type_name(ty),
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
            return self.catch(generic_getattr_opt(self, obj, name), crate::Exc::AttributeError).map(Option::flatten);
        }
        if is(type_getattr) {
            return self.catch(type_getattr_opt(self, obj, name), crate::Exc::AttributeError).map(Option::flatten);
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
