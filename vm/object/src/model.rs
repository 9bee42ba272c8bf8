//! The collector's view of our objects: [`pyre_gc::ObjectModel`].

use crate::builtin::builtin_type;
use crate::obj::Obj;
use crate::shape::{FIRST_DYNAMIC, shape};
use crate::value::Value;
use crate::vm::Vm;
use crate::{bytes, code, destroy, hooks, intern, typeobj, weakref};
use pyre_gc::header::FINALIZED;
use pyre_gc::{Header, ObjectModel};
use pyre_threads::sync::Mutex;
use std::ptr::NonNull;

/// The model; there is one.
pub struct Model;

static EXTRA_ROOTS: Mutex<Vec<Value>> = Mutex::new(Vec::new());
static PENDING_CALLBACKS: Mutex<Vec<(Value, Value)>> = Mutex::new(Vec::new());

/// Keeps an object alive forever: modules' caches, types of native modules.
pub fn immortal(o: Obj) -> &'static Obj {
    let v = o.into_raw();
    let mut roots = EXTRA_ROOTS.lock();
    roots.push(v);
    drop(roots);
    // SAFETY: the reference that `o` held is never given up. The word is leaked, one per immortal object.
    unsafe { Obj::borrow_raw(Box::leak(Box::new(v))) }
}

/// Registers the model with the collector.
pub fn install() {
    static MODEL: Model = Model;
    pyre_gc::install(&MODEL);
}

// SAFETY: `trace` visits the slots that the shape's layout lists, with acquire loads, and the type; `roots` visits all
// registers, thread states, interned strings, builtin types and registered immortals.
unsafe impl ObjectModel for Model {
    fn trace(&self, cell: NonNull<Header>, visit: &mut dyn FnMut(u64)) {
        // SAFETY: the collector hands out live cells only.
        unsafe {
            let id = cell.as_ref().shape_acquire();
            if id == 0 {
                return;
            }
            let s = shape(id);
            visit(s.ty().0);
            destroy::all_slots(cell, s, &mut |slot| visit(slot.peek().0));
        }
    }

    fn describe(&self, cell: NonNull<Header>) -> String {
        // SAFETY: the verifier asks about live cells, with the world stopped.
        let s = shape(unsafe { cell.as_ref() }.shape());
        s.layout.name.to_owned()
    }

    fn roots(&self, visit: &mut dyn FnMut(u64)) {
        for id in 1..FIRST_DYNAMIC {
            visit(builtin_type(id).raw().0);
        }
        intern::for_each_interned(&mut |v| visit(v.0));
        bytes::for_each_root(&mut |v| visit(v.0));
        EXTRA_ROOTS.lock().iter().for_each(|v| visit(v.0));
        for (w, c) in PENDING_CALLBACKS.lock().iter() {
            visit(w.0);
            visit(c.0);
        }
        pyre_threads::for_each_thread(|record| {
            // SAFETY: the embedder pointer is the thread's `Vm` or null; the world is stopped.
            if let Some(vm) = unsafe { (record.embedder() as *const Vm).as_ref() } {
                vm.roots(&mut |v| visit(v.0));
                if let Some(f) = hooks::INTERPRETER_ROOTS.get() {
                    f(vm, &mut |v| visit(v.0));
                }
            }
        });
    }

    fn clear_weakrefs(&self, referents: &[NonNull<Header>], is_dead: &dyn Fn(NonNull<Header>) -> bool) {
        let dead = |w: Value| NonNull::new(w.0 as *mut Header).is_some_and(is_dead);
        for cell in referents {
            for (w, callback) in weakref::clear(Value::from_header(cell.as_ptr()), &dead) {
                if !callback.raw().is_ptr() {
                    // Releasing the handle destroys nothing: others hold what lives.
                    continue;
                }
                PENDING_CALLBACKS.lock().push((w.into_raw(), callback.into_raw()));
            }
        }
    }

    fn run_finalizers(&self, cells: &[NonNull<Header>]) {
        let Some(vm) = Vm::try_current() else { return };
        let pending = std::mem::take(&mut *PENDING_CALLBACKS.lock());
        // SAFETY: the table owned a reference to each.
        let callbacks =
            pending.into_iter().map(|(w, c)| unsafe { (Obj::from_raw(w), Obj::from_raw(c)) }).collect();
        weakref::call_callbacks(vm, callbacks);
        for cell in cells {
            // SAFETY: the collector holds a reference to each cell.
            if unsafe { cell.as_ref() }.set_flag(FINALIZED) & FINALIZED == 0 {
                let v = Value::from_header(cell.as_ptr());
                // SAFETY: as above.
                destroy::run_finalizer(vm, unsafe { Obj::borrow_raw(&v) });
            }
        }
    }

    fn before_sweep(&self, is_dead: &dyn Fn(NonNull<Header>) -> bool) {
        let dead = |v: Value| NonNull::new(v.0 as *mut Header).is_some_and(is_dead);
        typeobj::forget_dead_types(&dead);
        code::forget_dead_code(&dead);
    }

    fn destroy_body(&self, cell: NonNull<Header>) {
        // SAFETY: a dead cell that is not free yet; its Rust data is dropped once, here.
        unsafe {
            if let Some(drop) = shape(cell.as_ref().shape()).layout.drop {
                drop(cell);
            }
        }
    }

    fn destroy(&self, cell: NonNull<Header>) {
        destroy::destroy(Value::from_header(cell.as_ptr()));
    }
}
