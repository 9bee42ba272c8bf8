//! Weak references: a side table from referents to their weak reference objects.
//!
//! A weak reference object holds the referent's word uncounted. The table is sharded by address; a referent with
//! weak references carries `HAS_WEAKREFS`, so that its death (or the collector's verdict) finds the table. Creating the
//! first one makes the referent's count atomic at zero (`mark_shared`), so that dereferencing may try to count it.

use crate::builtin::Builtin;
use crate::heap_body;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::value::Value;
use crate::vm::Vm;
use crate::{PyResult, alloc};
use pyre_gc::header::HAS_WEAKREFS;
use pyre_gc::native::unscanned;
use pyre_threads::sync::Mutex;
use pyre_threads::sync::{AtomicI64, AtomicU64, Ordering};
use pyre_threads::tls;
use std::collections::HashMap;

heap_body! {
    /// `weakref.ref` and proxies. `referent` is an uncounted word, `UNBOUND` once the referent is gone.
    pub struct WeakRefBody "ReferenceType" {
        slots { callback }
        data {
            /// the referent, not counted
            referent: AtomicU64,
            /// hash of the referent, once it was asked for; `i64::MIN` before
            hash: AtomicI64,
        }
    }
}

impl Drop for WeakRefBody {
    fn drop(&mut self) {
        // The body is only ever dropped in place, in its cell.
        let cell = (std::ptr::from_mut(self) as usize - crate::layout::HEADER_SIZE) as u64;
        forget(Value(cell), Value(self.referent.load(Ordering::Acquire)));
    }
}

const SHARDS: usize = 64;

struct Shard {
    by_referent: Mutex<Option<HashMap<u64, Vec<Value>>>>,
}

static SHARDS_TABLE: [Shard; SHARDS] = [const { Shard { by_referent: Mutex::new(None) } }; SHARDS];

fn shard(v: Value) -> &'static Shard {
    &SHARDS_TABLE[(v.0 >> 5) as usize % SHARDS]
}

/// Makes a weak reference of the given type (`weakref.ref`, a proxy type or a subclass). A plain `ref` without callback
/// is shared between callers. `None`: this object cannot be weakly referenced.
pub fn new_weakref(ty: &Obj, referent: &Obj, callback: Option<&Obj>) -> Option<Obj> {
    let cell = referent.cell()?;
    let v = referent.raw();
    let exact = ty.is(Builtin::WeakRef.ty())
        || ty.is(Builtin::WeakProxy.ty())
        || ty.is(Builtin::WeakCallableProxy.ty());
    // SAFETY: the referent is held by the caller.
    let header = unsafe { cell.as_ref() };
    header.mark_shared();
    header.set_flag(HAS_WEAKREFS);
    let sharable = callback.is_none() && exact;
    if sharable && let Some(existing) = find_shared(v, ty) {
        return Some(existing);
    }
    let body = WeakRefBody {
        callback: Slot::new(callback.cloned().unwrap_or(Obj::NONE)),
        referent: AtomicU64::new(v.0),
        hash: AtomicI64::new(i64::MIN),
    };
    let w = alloc::new_shaped(crate::typeobj::type_body(ty).root_shape(), body);
    if let Some(cell) = w.cell() {
        // Its own death is found through the table, so it must be countable by others.
        // SAFETY: just made.
        unsafe { cell.as_ref() }.mark_shared();
    }
    let mut table = shard(v).by_referent.lock();
    unscanned(|| table.get_or_insert_with(HashMap::new).entry(v.0).or_default().push(w.raw()));
    Some(w)
}

/// An existing weak reference without callback of exactly this type.
fn find_shared(v: Value, ty: &Obj) -> Option<Obj> {
    let shape = crate::typeobj::root_shape_id(ty);
    let table = shard(v).by_referent.lock();
    let list = table.as_ref()?.get(&v.0)?;
    list.iter().find_map(|w| {
        // SAFETY: a weak reference leaves the table before its cell is freed (`forget`), and that takes the lock; so the
        // body may be read under it, and only one that is taken is counted (nothing is released under the lock).
        let (header, body) = unsafe {
            let cell = std::ptr::NonNull::new_unchecked(w.0 as *mut pyre_gc::Header);
            (w.header(), crate::layout::body::<WeakRefBody>(cell))
        };
        let fits = header.shape() == shape && body.callback.peek().is_none();
        // SAFETY: counted just now.
        (fits && header.try_increment(tls::current_id())).then(|| unsafe { Obj::from_raw(*w) })
    })
}

/// The referent, or `None` if it is gone.
pub fn deref(w: &Obj) -> Option<Obj> {
    let body: &WeakRefBody = w.body();
    let v = Value(body.referent.load(Ordering::Acquire));
    if v.is_unbound() {
        return None;
    }
    let table = shard(v).by_referent.lock();
    // Under the lock: a dying referent empties its references first, and that takes the lock.
    if body.referent.load(Ordering::Acquire) != v.0 {
        return None;
    }
    // SAFETY: not emptied yet, so the cell has not been freed.
    let alive = unsafe { v.header() }.try_increment(tls::current_id());
    drop(table);
    if !alive {
        return None;
    }
    pyre_gc::barrier::weak_loaded(v.0);
    // SAFETY: counted just now.
    Some(unsafe { Obj::from_raw(v) })
}

/// All live weak references to an object, oldest first.
pub fn weakrefs_of(o: &Obj) -> Vec<Obj> {
    let v = o.raw();
    let table = shard(v).by_referent.lock();
    let Some(list) = table.as_ref().and_then(|t| t.get(&v.0)) else { return Vec::new() };
    list.iter()
        .filter_map(|w| {
            // SAFETY: weak references leave the table before they are freed, under the lock.
            let counted = unsafe { w.header() }.try_increment(tls::current_id());
            // SAFETY: counted just now.
            counted.then(|| unsafe { Obj::from_raw(*w) })
        })
        .collect()
}

/// A weak reference object dies: it leaves the table.
pub fn forget(w: Value, referent: Value) {
    if referent.is_unbound() {
        return;
    }
    let mut table = shard(referent).by_referent.lock();
    if let Some(t) = table.as_mut()
        && let Some(list) = t.get_mut(&referent.0)
    {
        list.retain(|x| *x != w);
        if list.is_empty() {
            t.remove(&referent.0);
        }
    }
}

/// The referent is about to die: empties its weak references and returns those with callbacks. Those of which `is_dead` says that they
/// die too are emptied and left as they are: nothing may be counted or moved out of them any more.
pub fn clear(v: Value, is_dead: &dyn Fn(Value) -> bool) -> Vec<(Obj, Obj)> {
    let mut callbacks = Vec::new();
    let mut table = shard(v).by_referent.lock();
    let Some(list) = table.as_mut().and_then(|t| t.remove(&v.0)) else { return callbacks };
    for w in list {
        if is_dead(w) {
            // SAFETY: weak references leave the table before they are freed, under the lock.
            let body: &WeakRefBody =
                unsafe { crate::layout::body(std::ptr::NonNull::new_unchecked(w.0 as *mut _)) };
            body.referent.store(Value::UNBOUND.0, Ordering::Release);
            continue;
        }
        // SAFETY: as above.
        let header = unsafe { w.header() };
        if !header.try_increment(tls::current_id()) {
            // It is dying itself; its destroyer finds it gone from the table.
            continue;
        }
        // SAFETY: counted just now.
        let o = unsafe { Obj::from_raw(w) };
        let body: &WeakRefBody = o.body();
        body.referent.store(Value::UNBOUND.0, Ordering::Release);
        let callback = body.callback.take();
        // Newest first, as CPython runs them; releasing waits until the lock is free.
        callbacks.insert(0, (o, callback));
    }
    drop(table);
    callbacks
}

/// Empties the weak references of an object whose last count is gone, and calls their callbacks.
pub fn clear_for_dying(v: Value) {
    let callbacks = clear(v, &|_| false);
    if let Some(vm) = Vm::try_current() {
        call_callbacks(vm, callbacks);
    }
}

/// Calls callbacks; what they raise goes to the unraisable hook.
pub fn call_callbacks(vm: &Vm, callbacks: Vec<(Obj, Obj)>) {
    for (w, callback) in callbacks {
        if callback.is_none() || callback.is_unbound() {
            continue;
        }
        let r: PyResult = vm.call1(&callback, &w);
        if let Err(e) = r {
            vm.unraisable(&e, "Exception ignored while calling weakref callback", Some(&callback));
        }
    }
}
