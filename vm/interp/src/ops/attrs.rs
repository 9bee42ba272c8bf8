//! Attributes, with inline caches.
//!
//! A cache is one word, `kind << 56 | payload << 32 | key`; reading and writing it is atomic, so it is never torn.
//!
//! | kind | key | payload | meaning |
//! |---|---|---|---|
//! | `INLINE` | shape | word offset in the cell | the attribute lies there |
//! | `OUT` | shape | index | it lies in the out-of-line slots |
//! | `CLASS` | shape | class cell | the class attribute is the value |
//! | `METHOD` | shape | class cell | the class attribute is a function to bind |
//! | `PROPERTY` | shape | class cell | a property with a Python getter |
//! | `MODULE` | dict layout | entry | a variable of a module |
//! | `TYPE` | version of the type object | class cell | an attribute of a class, taken as it is |
//! | `WRAPPED` | version of the type object | class cell | a static method or class method of a class |
//! | `ADD` | shape before | shape after | a store that adds the attribute |
//!
//! Kinds that read the instance are right as long as no class on the MRO gets a data descriptor of that name; such a
//! change empties all caches. The others read a class cell, which dies when the lookup would change.

use crate::cx::{Cx, Go, Step};
use crate::direct::type_value;
use crate::ops::calls;
use crate::stack::Action;
use pyre_bytecode::Instruction;
use pyre_object::attr::{self, generic_getattr, generic_setattr};
use pyre_object::descriptor::{ClassMethodBody, MemberBody, MemberKind, PropertyBody, StaticMethodBody};
use pyre_object::function::new_method;
use pyre_object::module::{module_dict, module_getattr};
use pyre_object::shape::Shape;
use pyre_object::typeobj::{self, type_body};
use pyre_object::{Builtin, Obj, PyResult, Slot, TypeFlags, class_cells, dict, names, str, tuple};

/// See above.
pub const INLINE: u64 = 1;
/// See above.
pub const OUT: u64 = 2;
/// See above.
pub const CLASS: u64 = 3;
/// See above.
pub const METHOD: u64 = 4;
const PROPERTY: u64 = 5;
/// See above.
pub const MODULE: u64 = 6;
/// See above.
pub const TYPE: u64 = 7;
/// See above.
pub const ADD: u64 = 8;
const WRAPPED: u64 = 9;

fn entry(kind: u64, payload: u32, key: u32) -> u64 {
    kind << 56 | u64::from(payload & 0xff_ffff) << 32 | u64::from(key)
}

/// The payload of a cache.
#[inline(always)]
pub fn payload(cache: u64) -> u32 {
    (cache >> 32) as u32 & 0xff_ffff
}

/// The slot at a word offset of the object's cell.
#[inline(always)]
fn slot_at(o: &Obj, offset: u32) -> &Slot {
    // SAFETY: the cache was filled for this shape, whose cells are at least that long.
    unsafe { &*((o.raw().0 as *const Slot).add(offset as usize)) }
}

/// An attribute by a cache of a kind that yields the value itself.
#[inline(always)]
fn cached(o: &Obj, cache: u64) -> Option<Obj> {
    if !o.raw().is_ptr() {
        return None;
    }
    let shape = o.shape_id();
    if shape == cache as u32 {
        let v = match cache >> 56 {
            INLINE => slot_at(o, payload(cache)).get(),
            OUT => out_of_line(o, shape, payload(cache)),
            CLASS => class_cells::get(payload(cache)),
            _ => return None,
        };
        return if v.is_unbound() { None } else { Some(v) };
    }
    if cache >> 56 == MODULE && shape == Builtin::Module.shape() {
        return dict::cached_value(&module_dict(o)?, cache as u32, payload(cache));
    }
    if cache >> 56 == TYPE { of_class(o, cache) } else { None }
}

/// What a class has, by a cache whose key is the class's version.
fn of_class(o: &Obj, cache: u64) -> Option<Obj> {
    type_value(o.downcast()?, cache as u32, payload(cache))
}

/// What an out-of-line slot of an object of this shape holds.
#[inline]
pub fn out_of_line(o: &Obj, shape: u32, i: u32) -> Obj {
    match o.cell() {
        Some(cell) => attr::read_out_of_line(cell, pyre_object::shape::shape(shape), i as usize),
        None => Obj::UNBOUND,
    }
}

/// The thread's own memory of accesses, for places where objects of several shapes meet: what an inline cache would hold
/// for this shape, or 0.
fn remembered(cx: &Cx<'_>, o: &Obj, name: &Obj, store: bool) -> u64 {
    if !o.raw().is_ptr() {
        return 0;
    }
    cx.vm.remembered_access(o.shape_id(), access_key(name, store))
}

/// The key of an access in the thread's memory.
#[inline(always)]
pub fn access_key(name: &Obj, store: bool) -> u64 {
    name.raw().0 | u64::from(store)
}

/// Fills the instruction's cache and the thread's memory.
fn remember(cx: &Cx<'_>, name: &Obj, store: bool, cache: u64) {
    cx.set_extra(cache);
    if !matches!(cache >> 56, MODULE | TYPE | WRAPPED) {
        cx.vm.remember_access(access_key(name, store), cache);
    }
}

/// As [`load_method_slow`], for a static or class method of a class; false if the cache is not for this object.
fn load_wrapped(cx: &mut Cx<'_>, i: Instruction, o: &Obj, cache: u64) -> bool {
    let Some(method) = of_class(o, cache) else { return false };
    if method.is_exactly(Builtin::StaticMethod) {
        let callable = method.body::<StaticMethodBody>().callable.get();
        return plain_pair(cx, i, callable).is_ok();
    }
    let callable = method.body::<ClassMethodBody>().callable.get();
    if !callable.is_exactly(Builtin::Function) {
        return false;
    }
    set_pair(cx, i, callable);
    true
}

/// `a = b.name` by a cache of any kind; `None` if it is not for this object.
fn load_by(cx: &mut Cx<'_>, i: Instruction, cache: u64) -> Option<Step> {
    let o = cx.reg(i.b());
    if let Some(v) = cached(o, cache) {
        cx.set(i.a(), v);
        cx.kill(i);
        return Some(Ok(Go::Next));
    }
    if !o.raw().is_ptr() || o.shape_id() != cache as u32 || !matches!(cache >> 56, METHOD | PROPERTY) {
        return None;
    }
    let on_class = class_cells::get(payload(cache));
    if on_class.is_unbound() {
        return None;
    }
    if cache >> 56 == PROPERTY {
        return Some(property(cx, i, &on_class));
    }
    Some(bind(cx, on_class, o).map(|v| {
        cx.set(i.a(), v);
        cx.kill(i);
        Go::Next
    }))
}

/// `a = b.name`; fills the cache
#[inline(never)]
pub fn load_attr_slow(cx: &mut Cx<'_>, i: Instruction) -> Step {
    if let Some(step) = load_by(cx, i, cx.extra()) {
        return step;
    }
    let o = cx.reg(i.b());
    let name = cx.name(u32::from(i.c()));
    let cache = remembered(cx, o, name, false);
    if cache != 0
        && let Some(step) = load_by(cx, i, cache)
    {
        return step;
    }
    if let Some(cache) = fill_load(cx, o, name)
        && let Some(step) = load_by(cx, i, cache)
    {
        return step;
    }
    let v = cx.vm.getattr(o, name)?;
    cx.set(i.a(), v);
    cx.kill(i);
    Ok(Go::Next)
}

fn bind(cx: &Cx<'_>, on_class: Obj, o: &Obj) -> PyResult {
    if on_class.is_exactly(Builtin::Function) {
        return Ok(new_method(on_class, o.clone()));
    }
    match on_class.slots().descr_get.get() {
        Some(get) => get(cx.vm, &on_class, Some(o), o.ty()),
        None => Ok(on_class),
    }
}

/// Calls a property's getter in a frame.
fn property(cx: &mut Cx<'_>, i: Instruction, p: &Obj) -> Step {
    let getter = p.body::<PropertyBody>().fget.get();
    let o = cx.reg(i.b()).clone();
    let dying = cx.dying(i);
    let step = calls::push_call(cx, getter, &[o], i.a(), Action::Store);
    drop(dying);
    step
}

/// Fills the cache for a load if the access is of a cacheable kind; returns what was stored.
fn fill_load(cx: &Cx<'_>, o: &Obj, name: &Obj) -> Option<u64> {
    let get = &o.slots().getattr;
    let cache = if get.is(Some(generic_getattr)) {
        fill_instance(cx, o, name)?
    } else if get.is(Some(module_getattr)) && o.is_exactly(Builtin::Module) {
        fill_module(cx, o, name)?
    } else if get.is(Some(attr::type_getattr)) {
        fill_type(cx, o, name)?
    } else {
        return None;
    };
    remember(cx, name, false, cache);
    Some(cache)
}

fn fill_instance(cx: &Cx<'_>, o: &Obj, name: &Obj) -> Option<u64> {
    let s = o.shape();
    if !o.raw().is_ptr() {
        return None;
    }
    let ty = o.ty();
    let on_class = typeobj::lookup(cx.vm, ty, name);
    let data = on_class.as_ref().is_some_and(|d| d.slots().descr_set.addr() != 0);
    if data {
        let d = on_class?;
        if d.is_exactly(Builtin::Property) {
            let f = d.body::<PropertyBody>().fget.get();
            if f.is_exactly(Builtin::Function) {
                return Some(entry(PROPERTY, cell_of(ty, name, &d)?, s.id));
            }
        }
        if d.is_exactly(Builtin::MemberDescriptor) {
            return member_offset(s, &d).map(|at| entry(INLINE, at, s.id));
        }
        return None;
    }
    if s.dict_mode && type_body(ty).dict_shape().is_some() {
        return None;
    }
    if let Some(slot) = s.slot_of(name.raw()) {
        return instance_entry(s, slot);
    }
    let d = on_class?;
    let cell = cell_of(ty, name, &d)?;
    let kind = match d.slots().descr_get.get() {
        None => CLASS,
        Some(_) if type_body(d.ty()).flags().has(TypeFlags::METHOD_DESCRIPTOR) => METHOD,
        Some(_) => return None,
    };
    Some(entry(kind, cell, s.id))
}

/// The class cell of an attribute that was found to be `seen`, which decided about the kind of the cache. `None` if it has
/// become something else meanwhile; from then on a change empties the cell.
fn cell_of(ty: &Obj, name: &Obj, seen: &Obj) -> Option<u32> {
    typeobj::lookup_cell(ty, name).filter(|cell| class_cells::peek(*cell) == seen.raw())
}

fn instance_entry(s: &Shape, slot: u16) -> Option<u64> {
    if s.attrs_offset == u16::MAX {
        return None;
    }
    if slot < s.inline_slots {
        return Some(entry(INLINE, (s.inline_offset(slot) / 8) as u32, s.id));
    }
    Some(entry(OUT, u32::from(slot - s.inline_slots), s.id))
}

/// Word offset of a `__slots__` member.
fn member_offset(s: &Shape, d: &Obj) -> Option<u32> {
    if s.attrs_offset == u16::MAX {
        return None;
    }
    match d.body::<MemberBody>().kind {
        MemberKind::Inline(i) => Some((s.inline_offset(i) / 8) as u32),
        _ => None,
    }
}

fn fill_module(cx: &Cx<'_>, m: &Obj, name: &Obj) -> Option<u64> {
    if typeobj::lookup(cx.vm, m.ty(), name).is_some() {
        return None;
    }
    let d = module_dict(m)?;
    let id = dict::layout_id(&d);
    let index = dict::value_position(&d, name)?;
    (id != 0).then(|| entry(MODULE, index, id))
}

fn fill_type(cx: &Cx<'_>, ty: &Obj, name: &Obj) -> Option<u64> {
    if typeobj::lookup(cx.vm, ty.ty(), name).is_some() {
        return None;
    }
    let version = type_body(ty).version.load(pyre_threads::sync::Ordering::Acquire);
    let v = typeobj::lookup(cx.vm, ty, name)?;
    if version == 0 {
        return None;
    }
    let kind = if v.slots().descr_get.addr() == 0 || v.is_exactly(Builtin::Function) {
        TYPE
    } else if v.is_exactly(Builtin::StaticMethod) || v.is_exactly(Builtin::ClassMethod) {
        WRAPPED
    } else {
        return None;
    };
    Some(entry(kind, cell_of(ty, name, &v)?, version))
}

/// Writes the function and, as self, the object in `b` (moved if it dies here).
#[inline(always)]
fn set_pair(cx: &mut Cx<'_>, i: Instruction, f: Obj) {
    let this = if i.flags() & pyre_bytecode::KILL_B != 0 || i.b() == i.a() {
        cx.take(i.b())
    } else {
        cx.reg(i.b()).clone()
    };
    cx.set(i.a(), f);
    cx.set(i.a() + 1, this);
}

/// For a call of `b.name`: `a` = function and `a+1` = self, or `a` = the attribute and `a+1` unbound.
#[inline(never)]
pub fn load_method_slow(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let name = cx.name(u32::from(i.c()));
    let known = cx.extra();
    if known >> 56 == WRAPPED && load_wrapped(cx, i, o, known) {
        return Ok(Go::Next);
    }
    if let Some(v) = cached(o, known) {
        return plain_pair(cx, i, v);
    }
    let known = remembered(cx, o, name, false);
    let cache = if known == 0 { fill_load(cx, o, name).unwrap_or(0) } else { known };
    if cache >> 56 == METHOD && o.shape_id() == cache as u32 {
        let f = class_cells::get(payload(cache));
        if !f.is_unbound() {
            set_pair(cx, i, f);
            return Ok(Go::Next);
        }
    }
    if let Some(v) = cached(o, cache) {
        return plain_pair(cx, i, v);
    }
    if known != 0 {
        // Its class changed: find out anew.
        fill_load(cx, o, name);
    }
    // Methods of immediates (ints, floats) have no cache, but need no bound method either.
    if !o.raw().is_ptr()
        && let Some(f) = typeobj::lookup(cx.vm, o.ty(), name)
        && type_body(f.ty()).flags().has(TypeFlags::METHOD_DESCRIPTOR)
    {
        set_pair(cx, i, f);
        return Ok(Go::Next);
    }
    let v = cx.vm.getattr(o, name)?;
    plain_pair(cx, i, v)
}

fn plain_pair(cx: &mut Cx<'_>, i: Instruction, v: Obj) -> Step {
    let dying = cx.dying(i);
    cx.set(i.a(), v);
    cx.set(i.a() + 1, Obj::UNBOUND);
    drop(dying);
    Ok(Go::Next)
}

/// `a.name = b`; fills the cache
#[inline(never)]
pub fn store_attr_slow(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.a());
    let name = cx.name(u32::from(i.c()));
    let mut cache = cx.extra();
    if o.raw().is_ptr() && o.shape_id() != cache as u32 {
        cache = remembered(cx, o, name, true);
    }
    if o.raw().is_ptr() && o.shape_id() == cache as u32 {
        // The forms of the stores that are right with several threads, too.
        let s = o.shape();
        let v = cx.reg(i.b()).clone();
        let done = match (cache >> 56, o.cell()) {
            (INLINE, Some(cell)) => {
                let slot = (payload(cache) * 8 - u32::from(s.attrs_offset) - 8) / 8;
                attr::store_slot(o, cell, s, slot as u16, v).is_ok()
            }
            (ADD, Some(cell)) => attr::add_slot(o, cell, s, name, v).is_ok(),
            _ => false,
        };
        if done {
            cx.kill(i);
            return Ok(Go::Next);
        }
    }
    let before = o.shape_id();
    let generic = o.slots().setattr.is(Some(generic_setattr));
    cx.vm.setattr(o, name, Some(cx.reg(i.b())))?;
    if generic {
        fill_store(cx, o, name, before);
    }
    cx.kill(i);
    Ok(Go::Next)
}

fn fill_store(cx: &Cx<'_>, o: &Obj, name: &Obj, before: u32) {
    if !o.raw().is_ptr() {
        return;
    }
    let on_class = typeobj::lookup(cx.vm, o.ty(), name);
    let s = o.shape();
    if s.attrs_offset == u16::MAX || s.attrs_offset == 0 {
        return;
    }
    if let Some(d) = on_class
        && d.slots().descr_set.addr() != 0
    {
        if d.is_exactly(Builtin::MemberDescriptor)
            && let Some(at) = member_offset(s, &d)
        {
            remember(cx, name, true, entry(INLINE, at, s.id));
        }
        return;
    }
    if s.dict_mode {
        return;
    }
    let Some(slot) = s.slot_of(name.raw()) else { return };
    if slot >= s.inline_slots {
        return;
    }
    if before == s.id {
        remember(cx, name, true, entry(INLINE, (s.inline_offset(slot) / 8) as u32, s.id));
    } else if slot as usize + 1 == s.names.len() && s.id < 1 << 24 {
        remember(cx, name, true, entry(ADD, s.id, before));
    }
}

/// `del a.name`
pub fn delete_attr(cx: &mut Cx<'_>, i: Instruction) -> Step {
    cx.vm.setattr(cx.reg(i.a()), cx.name(u32::from(i.c())), None)?;
    cx.kill(i);
    Ok(Go::Next)
}

/// What `super(class, self).name` finds on the MRO behind `class`; `None` if this needs the general way.
fn super_lookup(cx: &Cx<'_>, b: u16, name: &Obj) -> Option<Obj> {
    let (sup, class, this) = (cx.reg(b), cx.reg(b + 1), cx.reg(b + 2));
    if !sup.is(Builtin::Super.ty()) || !typeobj::is_type(class) || name.is(names::__class__()) {
        return None;
    }
    let start = if typeobj::is_instance_exact_mro(this, class) {
        this.ty()
    } else if typeobj::is_type(this) && typeobj::is_subtype(this, class) {
        this
    } else {
        return None;
    };
    // A class has no MRO while `mro()` works it out.
    let mro = type_body(start).mro.get();
    tuple::get(&mro)?
        .iter()
        .skip_while(|t| !t.is(class))
        .skip(1)
        .find_map(|t| dict::get_str(type_body(t).namespace(), name))
}

/// `a = super.name`, the general way
fn super_general(cx: &mut Cx<'_>, b: u16, name: &Obj) -> PyResult {
    let (sup, class, this) = (cx.take(b), cx.take(b + 1), cx.take(b + 2));
    let s =
        if sup.is(Builtin::Super.ty()) { cx.vm.call(&sup, &[class, this])? } else { cx.vm.call0(&sup)? };
    cx.vm.getattr(&s, name)
}

/// `a = super.name`
pub fn load_super_attr(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(u32::from(i.c()));
    let v = match super_lookup(cx, i.b(), name) {
        Some(d) => {
            let (_, class, this) = (cx.take(i.b()), cx.take(i.b() + 1), cx.take(i.b() + 2));
            let on_instance = typeobj::is_instance_exact_mro(&this, &class);
            match d.slots().descr_get.get() {
                Some(get) if on_instance => get(cx.vm, &d, Some(&this), this.ty())?,
                Some(get) => get(cx.vm, &d, None, &this)?,
                None => d,
            }
        }
        None => super_general(cx, i.b(), name)?,
    };
    cx.set(i.a(), v);
    Ok(Go::Next)
}

/// As [`load_super_attr`], with the two results of [`load_method`].
pub fn load_super_method(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(u32::from(i.c()));
    if let Some(d) = super_lookup(cx, i.b(), name)
        && type_body(d.ty()).flags().has(TypeFlags::METHOD_DESCRIPTOR)
        && typeobj::is_instance_exact_mro(cx.reg(i.b() + 2), cx.reg(i.b() + 1))
    {
        let (sup, class, this) = (cx.take(i.b()), cx.take(i.b() + 1), cx.take(i.b() + 2));
        drop((sup, class));
        cx.set(i.a(), d);
        cx.set(i.a() + 1, this);
        return Ok(Go::Next);
    }
    load_super_attr(cx, i)?;
    cx.set(i.a() + 1, Obj::UNBOUND);
    Ok(Go::Next)
}

/// As [`load_method`] for a special method, looked up on the type.
pub fn load_special(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = match i.c() {
        0 => names::__enter__(),
        1 => names::__exit__(),
        2 => names::__aenter__(),
        _ => names::__aexit__(),
    };
    let o = cx.reg(i.b());
    let Some(d) = typeobj::lookup(cx.vm, o.ty(), name) else {
        return Err(no_context_manager(cx, o, name, i.c() >= 2));
    };
    if type_body(d.ty()).flags().has(TypeFlags::METHOD_DESCRIPTOR) {
        set_pair(cx, i, d);
        return Ok(Go::Next);
    }
    let v = bind(cx, d, o)?;
    plain_pair(cx, i, v)
}

#[cold]
fn no_context_manager(cx: &Cx<'_>, o: &Obj, name: &Obj, is_async: bool) -> pyre_object::Raised {
    let kind = if is_async { "asynchronous context manager" } else { "context manager" };
    cx.vm.type_error(format!(
        "'{}' object does not support the {kind} protocol (missed {} method)",
        o.type_name(),
        str::to_string_lossy(name)
    ))
}
