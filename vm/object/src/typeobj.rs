//! Type objects: their body, attribute lookup along the MRO, and what follows from changing a class.

use crate::builtin::Builtin;
use crate::class_cells;
use crate::heap_body;
use crate::layout::Layout;
use crate::native::{TypeFlags, TypeSpec};
use crate::obj::Obj;
use crate::shape::{Shape, ShapeId, shape};
use crate::slots::TypeSlots;
use crate::value::Value;
use crate::vm::{LookupEntry, Vm};
use crate::{PyResult, dict, str, tuple};
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::{AtomicBool, AtomicU32, Ordering};
use std::collections::HashMap;

heap_body! {
    /// The body of a type. Types are tracing-managed: references to them are never counted.
    pub struct TypeBody "type" {
        slots {
            /// `__name__`, without the module
            name,
            /// `__qualname__`
            qualname,
            /// `__base__`: the base whose layout the instances have; `None` for `object`
            base,
            /// `__bases__`
            bases,
            /// `__mro__`
            mro,
            /// the namespace: an exact dict; reached by `namespace` only, which makes that of a native type
            entries,
        }
        data {
            /// the operations
            ops: TypeSlots,
            /// [`TypeFlags`]
            flags: AtomicU32,
            /// changes with every change that lookups can see; 0: do not cache
            version: AtomicU32,
            /// shape of new instances
            root_shape: AtomicU32,
            /// shape of instances whose attributes are in a dict; 0: they have none
            dict_shape: AtomicU32,
            /// native part of instances
            instance_layout: &'static Layout,
            /// the table it was made from
            spec: Option<&'static TypeSpec>,
            /// whether the namespace still lacks what the table says
            unfilled: AtomicBool,
            /// live lookup cells by name
            cells: Mutex<HashMap<u64, u32>>,
            /// direct subclasses, not counted; the collector removes the dead
            subclasses: Mutex<Vec<Value>>,
        }
    }
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

/// Serialises changes of classes. Held for bookkeeping only, never while Python code runs.
static CLASS_CHANGES: Mutex<()> = Mutex::new(());

/// Serialises the filling of namespaces. Its holder makes objects and looks nothing up.
static FILLING: Mutex<()> = Mutex::new(());

/// All types that were ever made, for the collector's bookkeeping; not counted.
pub static ALL_TYPES: Mutex<Vec<Value>> = Mutex::new(Vec::new());

/// A version that no type had before; 0 (no caching) once they are used up.
pub fn fresh_version() -> u32 {
    NEXT_VERSION.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |v| v.checked_add(1)).unwrap_or(0)
}

/// The body of a type object.
///
/// # Panics
/// `ty` is no type.
#[inline(always)]
#[track_caller]
pub fn type_body(ty: &Obj) -> &TypeBody {
    ty.body::<TypeBody>()
}

/// Whether the object is a type.
#[inline]
pub fn is_type(o: &Obj) -> bool {
    o.downcast::<TypeBody>().is_some()
}

impl Shape {
    /// The body of the type.
    #[inline(always)]
    pub fn type_body(&self) -> &'static TypeBody {
        // SAFETY: the type word of a shape is a type, which lives as long as its instances.
        unsafe { crate::layout::body(std::ptr::NonNull::new_unchecked(self.ty().0 as *mut pyre_gc::Header)) }
    }

    /// The operations of the type.
    #[inline(always)]
    pub fn slots(&self) -> &'static TypeSlots {
        &self.type_body().ops
    }
}

impl Obj {
    /// The operations of the object's type.
    #[inline(always)]
    pub fn slots(&self) -> &'static TypeSlots {
        self.shape().slots()
    }

    /// The name of the object's type as messages have it ([`crate::type_new::full_name`]).
    pub fn type_name(&self) -> String {
        crate::type_new::full_name(self.ty())
    }
}

/// `ty.__name__`
pub fn type_name(ty: &Obj) -> String {
    str::to_string_lossy(&type_body(ty).name.get())
}

impl TypeBody {
    /// The flags.
    #[inline(always)]
    pub fn flags(&self) -> TypeFlags {
        TypeFlags(self.flags.load(Ordering::Relaxed))
    }

    /// Sets flags.
    pub fn add_flags(&self, f: TypeFlags) {
        self.flags.fetch_or(f.0, Ordering::Relaxed);
    }

    /// Clears flags.
    pub fn remove_flags(&self, f: TypeFlags) {
        self.flags.fetch_and(!f.0, Ordering::Relaxed);
    }

    /// The namespace. That of a native type is filled from its table when it is first looked into: most are never.
    #[inline(always)]
    pub fn namespace(&self) -> &Obj {
        if self.unfilled.load(Ordering::Acquire) {
            self.fill();
        }
        self.entries.get_fixed()
    }

    #[cold]
    #[inline(never)]
    fn fill(&self) {
        let _one = FILLING.lock();
        if self.unfilled.load(Ordering::Relaxed) {
            let namespace = crate::code::managed(dict::new_dict());
            // SAFETY: a body lies behind the header of its cell, and the type is alive: somebody borrows its body.
            let ty = Value((std::ptr::from_ref(self).addr() - crate::layout::HEADER_SIZE) as u64);
            // SAFETY: as above.
            crate::type_new::fill_native(unsafe { Obj::borrow_raw(&ty) }, &namespace);
            self.entries.set(namespace);
            self.unfilled.store(false, Ordering::Release);
        }
    }

    /// The shape of new instances.
    #[inline(always)]
    pub fn root_shape(&self) -> &'static Shape {
        shape(self.root_shape.load(Ordering::Acquire))
    }

    /// The shape of instances whose attributes are in a dict.
    pub fn dict_shape(&self) -> Option<&'static Shape> {
        match self.dict_shape.load(Ordering::Acquire) {
            0 => None,
            id => Some(shape(id)),
        }
    }
}

/// Whether `sub` is `base` or has it in its MRO (no `__subclasscheck__`).
#[inline]
pub fn is_subtype(sub: &Obj, base: &Obj) -> bool {
    if sub.is(base) {
        return true;
    }
    let mro = type_body(sub).mro.get();
    if mro.is_none() || mro.is_unbound() {
        return base.is(Builtin::Object.ty());
    }
    tuple::items(&mro).iter().any(|t| t.is(base))
}

/// Whether the object's real type is `ty` or derives from it (no `__instancecheck__`, no `__class__`).
#[inline]
pub fn is_instance_exact_mro(o: &Obj, ty: &Obj) -> bool {
    is_subtype(o.ty(), ty)
}

/// Looks `name` (interned) up along the MRO; no descriptor is called.
#[inline]
pub fn lookup(vm: &Vm, ty: &Obj, name: &Obj) -> Option<Obj> {
    let body = type_body(ty);
    let version = body.version.load(Ordering::Acquire);
    let e = vm.lookup_entry(version, name.raw()).get();
    if version != 0
        && e.version == version
        && e.name == name.raw()
        && let Some(found) = retain_cached(vm, body, e)
    {
        return if found.is_unbound() { None } else { Some(found) };
    }
    let found = lookup_uncached(body, name);
    if version != 0 && body.version.load(Ordering::Acquire) == version {
        let value = found.as_ref().map_or(Value::UNBOUND, |f| f.raw());
        vm.lookup_entry(version, name.raw()).set(LookupEntry { version, name: name.raw(), value });
    }
    found
}

/// Counts a remembered value; `None` if the class changed meanwhile (the value may be gone).
#[inline]
fn retain_cached(vm: &Vm, body: &TypeBody, e: LookupEntry) -> Option<Obj> {
    if e.value.is_ptr() {
        // SAFETY: cells are type-stable while the thread is attached; the version check below says whether this still is
        // the value that the class holds, because a class gets a new version before the old value is released.
        if !unsafe { e.value.header() }.try_increment(vm.tid) {
            return None;
        }
    }
    // SAFETY: counted above.
    let o = unsafe { Obj::from_raw(e.value) };
    (body.version.load(Ordering::Acquire) == e.version).then_some(o)
}

/// As [`lookup`], without the cache.
pub fn lookup_uncached(body: &TypeBody, name: &Obj) -> Option<Obj> {
    let mro = body.mro.get();
    if mro.is_none() || mro.is_unbound() {
        return dict::get_str(body.namespace(), name);
    }
    tuple::items(&mro).iter().find_map(|t| dict::get_str(type_body(t).namespace(), name))
}

/// As [`lookup`], with the type in whose namespace it was found.
pub fn lookup_with_owner(ty: &Obj, name: &Obj) -> Option<(Obj, Obj)> {
    let mro = type_body(ty).mro.get();
    tuple::items(&mro)
        .iter()
        .find_map(|t| dict::get_str(type_body(t).namespace(), name).map(|v| (v, t.clone())))
}

/// The lookup cell for inline caches: what `name` finds along the MRO of `ty` now. `None` when it finds nothing or
/// should not be cached.
pub fn lookup_cell(ty: &Obj, name: &Obj) -> Option<u32> {
    let body = type_body(ty);
    let _changes = CLASS_CHANGES.lock();
    let mut cells = body.cells.lock();
    if let Some(&i) = cells.get(&name.raw().0) {
        return Some(i);
    }
    let value = lookup_uncached(body, name)?;
    let i = class_cells::new_cell(value.raw())?;
    cells.insert(name.raw().0, i);
    // The class holds the value; only its word is remembered.
    drop(cells);
    drop(_changes);
    drop(value);
    Some(i)
}

/// Sets (or with `None` deletes) an entry of the namespace and tells everybody who cached lookups. `name` is interned.
/// Returns whether there was one before.
pub fn set_entry(vm: &Vm, ty: &Obj, name: &Obj, value: Option<Obj>) -> PyResult<bool> {
    let body = type_body(ty);
    let namespace = body.namespace();
    let old = dict::get_str(namespace, name);
    let affects_caches = changes_kind(vm, old.as_ref(), value.as_ref(), name);
    match value {
        Some(v) => dict::set_str(namespace, name, v),
        None if old.is_some() => {
            dict::del_item(vm, namespace, name)?;
        }
        None => {}
    }
    // Before `old`, our own reference, is released: see `class_cells`.
    invalidate(ty, Some(name));
    if affects_caches && let Some(f) = crate::hooks::FLUSH_INLINE_CACHES.get() {
        f(vm);
    }
    Ok(old.is_some())
}

/// Whether the change can make an inline cache of an *instance* attribute wrong: a data descriptor appears or goes, or
/// attribute access itself is redefined.
fn changes_kind(_vm: &Vm, old: Option<&Obj>, new: Option<&Obj>, name: &Obj) -> bool {
    let is_data = |o: Option<&Obj>| o.is_some_and(|o| o.slots().descr_set.addr() != 0);
    let n = crate::names::is_attribute_hook(name);
    n || is_data(old) != is_data(new) || (is_data(new) && is_data(old))
}

/// Gives the type and all subclasses new versions and kills their lookup cells of this name (`None`: all names).
pub fn invalidate(ty: &Obj, name: Option<&Obj>) {
    let _changes = CLASS_CHANGES.lock();
    invalidate_tree(ty.raw(), name.map(|n| n.raw()));
}

fn invalidate_tree(ty: Value, name: Option<Value>) {
    // SAFETY: the caller holds the type, or a live type lists it as subclass (the collector removes dead ones before they
    // are freed).
    let body = type_body(unsafe { Obj::borrow_raw(&ty) });
    body.version.store(fresh_version(), Ordering::Release);
    {
        let mut cells = body.cells.lock();
        match name {
            Some(n) => {
                if let Some(i) = cells.remove(&n.0) {
                    class_cells::kill(i);
                }
            }
            None => cells.drain().for_each(|(_, i)| class_cells::kill(i)),
        }
    }
    let subs = body.subclasses.lock().clone();
    subs.into_iter().for_each(|s| invalidate_tree(s, name));
}

/// Registers `sub` as direct subclass of its bases.
pub fn link_to_bases(sub: &Obj) {
    for b in tuple::items(&type_body(sub).bases.get()) {
        let mut subs = type_body(b).subclasses.lock();
        if !subs.contains(&sub.raw()) {
            unscanned(|| subs.push(sub.raw()));
        }
    }
}

/// Removes `sub` from the subclass lists of `bases`.
pub fn unlink_from_bases(sub: &Obj, bases: &Obj) {
    for b in tuple::items(bases) {
        type_body(b).subclasses.lock().retain(|s| *s != sub.raw());
    }
}

/// Forgets types that a collection found dead.
pub fn forget_dead_types(is_dead: &dyn Fn(Value) -> bool) {
    let mut all = ALL_TYPES.lock();
    all.retain(|t| !is_dead(*t));
    for t in all.iter() {
        // SAFETY: not dead, with the world stopped.
        type_body(unsafe { Obj::borrow_raw(t) }).subclasses.lock().retain(|s| !is_dead(*s));
    }
}

/// The direct subclasses that are alive.
pub fn subclasses(ty: &Obj) -> Vec<Obj> {
    // SAFETY: listed types are alive until the collector removes them, which it does with the world stopped.
    type_body(ty).subclasses.lock().iter().map(|s| unsafe { Obj::from_borrowed(*s) }).collect()
}

/// The root shape id of a type.
#[inline]
pub fn root_shape_id(ty: &Obj) -> ShapeId {
    type_body(ty).root_shape.load(Ordering::Acquire)
}
