//! `gc`: the collector from Python. There is one collection, which sees the whole heap; generations are accepted and
//! mean the same. Automatic collections are paced by bytes, so the thresholds are remembered and have no effect.

use crate::support::{native_table, new_module};
use pyre_gc::{Header, Reason};
use pyre_object::code::managed;
use pyre_object::{
    Args, NativeDef, Obj, PyResult, Value, Vm, destroy, dict, float, int, intern, list, model, module, raise,
    str, tuple,
};
use pyre_threads::sync::{AtomicI64, AtomicU64, Ordering};
use std::collections::HashSet;
use std::ptr::NonNull;
use std::sync::OnceLock;

/// `callbacks` and `garbage`.
struct State {
    callbacks: &'static Obj,
    garbage: &'static Obj,
}

fn st() -> &'static State {
    static STATE: OnceLock<State> = OnceLock::new();
    STATE.get_or_init(|| {
        let new = || model::immortal(managed(list::new_list([])));
        State { callbacks: new(), garbage: new() }
    })
}

static THRESHOLDS: [AtomicI64; 3] = [AtomicI64::new(2000), AtomicI64::new(10), AtomicI64::new(10)];
static DEBUG: AtomicI64 = AtomicI64::new(0);
/// Explicit collections by the generation asked for.
static COLLECTIONS: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static COLLECTED: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
/// What `freeze` found.
static FROZEN: AtomicU64 = AtomicU64::new(0);

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(_: &Vm) -> PyResult {
    let m = new_module(
        "gc",
        "This module provides access to the garbage collector for reference cycles.",
        FUNCTIONS,
    );
    module::set(&m, "callbacks", st().callbacks.clone());
    module::set(&m, "garbage", st().garbage.clone());
    for (name, n) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        module::set(&m, name, int::new_int(n));
    }
    Ok(m)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("enable", "()", |_, _| set_enabled(true)).doc("Enable automatic garbage collection."),
    NativeDef::function("disable", "()", |_, _| set_enabled(false))
        .doc("Disable automatic garbage collection."),
    NativeDef::function("isenabled", "()", |_, _| Ok(Obj::bool(pyre_gc::pacing::is_enabled())))
        .doc("Returns true if automatic garbage collection is enabled."),
    NativeDef::function("collect", "(generation=2)", collect).doc("Run the garbage collector."),
    NativeDef::function("get_count", "()", get_count)
        .doc("Return a three-tuple of the current collection counts."),
    NativeDef::function("get_threshold", "()", |_, _| {
        Ok(tuple::new_tuple(THRESHOLDS.iter().map(|t| int::new_int(t.load(Ordering::Relaxed)))))
    })
    .doc("Return the current collection thresholds."),
    NativeDef::raw_function("set_threshold", "(threshold0, threshold1=10, threshold2=10, /)", set_threshold)
        .doc("Set the collection thresholds (the collection frequency)."),
    NativeDef::function("get_debug", "()", |_, _| Ok(int::new_int(DEBUG.load(Ordering::Relaxed))))
        .doc("Get the garbage collection debugging flags."),
    NativeDef::function("set_debug", "(flags, /)", |vm, a| {
        DEBUG.store(i64::from(vm.to_i32(&a[0])?), Ordering::Relaxed);
        Ok(Obj::NONE)
    })
    .doc("Set the garbage collection debugging flags."),
    NativeDef::function("get_objects", "(generation=None)", get_objects)
        .doc("Return a list of objects tracked by the collector (excluding the list returned)."),
    NativeDef::raw_function("get_referrers", "(*objs)", get_referrers)
        .doc("Return the list of objects that directly refer to any of 'objs'."),
    NativeDef::raw_function("get_referents", "(*objs)", get_referents)
        .doc("Return the list of objects that are directly referred to by 'objs'."),
    NativeDef::function("is_tracked", "(obj, /)", |_, a| Ok(Obj::bool(is_tracked(&a[0]))))
        .doc("Returns true if the object is tracked by the garbage collector."),
    NativeDef::function("is_finalized", "(obj, /)", is_finalized)
        .doc("Returns true if the object has been already finalized by the GC."),
    NativeDef::function("get_stats", "()", get_stats)
        .doc("Return a list of dictionaries containing per-generation statistics."),
    NativeDef::function("freeze", "()", |_, _| {
        FROZEN.store(tracked_objects().len() as u64, Ordering::Relaxed);
        Ok(Obj::NONE)
    })
    .doc("Freeze all current tracked objects and ignore them for future collections."),
    NativeDef::function("unfreeze", "()", |_, _| {
        FROZEN.store(0, Ordering::Relaxed);
        Ok(Obj::NONE)
    })
    .doc("Unfreeze all objects in the permanent generation."),
    NativeDef::function("get_freeze_count", "()", |_, _| Ok(int::from_u64(FROZEN.load(Ordering::Relaxed))))
        .doc("Return the number of objects in the permanent generation."),
];

fn set_enabled(on: bool) -> PyResult {
    pyre_gc::pacing::set_enabled(on);
    Ok(Obj::NONE)
}

fn collect(vm: &Vm, a: &[Obj]) -> PyResult {
    let generation = match a[0].given() {
        Some(g) => vm.to_i32(g)?,
        None => 2,
    };
    if !(0..=2).contains(&generation) {
        raise!(vm, ValueError, "invalid generation");
    }
    let generation = generation as usize;
    let info = |collected: u64| {
        let d = dict::new_dict();
        let fields = [("generation", generation as u64), ("collected", collected), ("uncollectable", 0)];
        for (name, n) in fields {
            dict::set_str(&d, &intern::intern_str(name), int::from_u64(n));
        }
        d
    };
    run_callbacks(vm, "start", info(0));
    let found = run(vm);
    COLLECTIONS[generation].fetch_add(1, Ordering::Relaxed);
    COLLECTED[generation].fetch_add(found, Ordering::Relaxed);
    run_callbacks(vm, "stop", info(found));
    Ok(int::from_u64(found))
}

/// Collects; does nothing while another thread does, whose finalizers may be waiting for this one.
#[inline(never)]
fn run(vm: &Vm) -> u64 {
    pyre_interp::poll::merge(vm);
    match pyre_gc::collect(Reason::Explicit) {
        Some(stats) => stats.freed_cells as u64,
        None => 0,
    }
}

fn run_callbacks(vm: &Vm, phase: &str, info: Obj) {
    for f in list::snapshot(st().callbacks) {
        if let Err(e) = vm.call2(&f, &intern::intern_str(phase), &info) {
            vm.unraisable(&e, "Exception ignored while calling GC callback", Some(&f));
        }
    }
}

fn get_count(_: &Vm, _: &[Obj]) -> PyResult {
    let net = pyre_gc::heap_bytes().saturating_sub(pyre_gc::pacing::live_bytes());
    Ok(tuple::new_tuple([int::from_usize(net / 64), Obj::from_len(0), Obj::from_len(0)]))
}

fn set_threshold(vm: &Vm, args: Args<'_>) -> PyResult {
    let given = args.all();
    if given.is_empty() || given.len() > 3 || args.has_keywords() {
        raise!(vm, TypeError, "gc.set_threshold requires 1 to 3 arguments");
    }
    let numbers: Vec<i32> = given.iter().map(|o| vm.to_i32(o)).collect::<PyResult<_>>()?;
    for (t, n) in THRESHOLDS.iter().zip(&numbers) {
        t.store(i64::from(*n), Ordering::Relaxed);
    }
    // 0 switches automatic collections off, as documented.
    pyre_gc::pacing::set_enabled(numbers[0] != 0);
    Ok(Obj::NONE)
}

/// Whether the object can be part of a cycle: its type has room for references.
fn is_tracked(o: &Obj) -> bool {
    use pyre_object::Builtin as B;
    if o.cell().is_none() {
        return false;
    }
    let s = o.shape();
    if s.attrs_offset != 0 {
        return true;
    }
    let id = s.id;
    let leaf = [
        B::Int,
        B::Bool,
        B::Float,
        B::Complex,
        B::Str,
        B::Bytes,
        B::ByteArray,
        B::Range,
        B::NoneType,
        B::EllipsisType,
        B::NotImplementedType,
        B::Object,
        B::Code,
    ];
    if leaf.iter().any(|b| b.shape() == id) || destroy::is_internal(id) {
        return false;
    }
    !tuple::get(o).is_some_and(|items| items.iter().all(|i| !is_tracked(i)))
}

/// All objects that can be part of cycles, at one moment.
fn tracked_objects() -> Vec<Obj> {
    let mut all = Vec::new();
    visit_heap(&mut |o| {
        if is_tracked(o) {
            all.push(o.clone());
        }
    });
    all
}

/// Visits all objects, with the world stopped if there is more than one thread. Objects that are about to die are left
/// out. `f` may count references, and do nothing else.
pub(crate) fn visit_heap(f: &mut dyn FnMut(&Obj)) {
    let world = pyre_gc::is_multi_threaded().then(pyre_threads::stop_the_world);
    pyre_gc::for_each_cell(|cell| {
        // SAFETY: the world is stopped, so the cell is live as long as its count is not 0.
        let header = unsafe { cell.as_ref() };
        let dead = matches!(header.total(), pyre_gc::Total::Counted(0));
        if !dead && !destroy::is_internal(header.shape()) {
            let v = Value::from_header(cell.as_ptr());
            // SAFETY: live, see above.
            f(unsafe { Obj::borrow_raw(&v) });
        }
    });
    drop(world);
}

fn get_objects(vm: &Vm, a: &[Obj]) -> PyResult {
    if let Some(g) = a[0].not_none() {
        if !int::is_int(g) {
            raise!(vm, TypeError, "argument should be integer or None, not '{}'", g.type_name());
        }
        match vm.to_isize(g)? {
            n if n >= 3 => raise!(
                vm,
                ValueError,
                "generation parameter must be less than the number of available generations (3)"
            ),
            n if n < 0 => raise!(vm, ValueError, "generation parameter cannot be negative"),
            // Everything is of the oldest generation.
            0 | 1 => return Ok(list::new_list([])),
            _ => {}
        }
    }
    Ok(list::from_vec(tracked_objects()))
}

/// The words that an object refers to: through its storage, not to it.
fn referents(o: &Obj, f: &mut dyn FnMut(Value)) {
    let Some(cell) = o.cell() else { return };
    let mut inner: Vec<Value> = Vec::new();
    visit_slots(cell, &mut |v| {
        // SAFETY: a word of a live object.
        let internal = v.is_ptr() && destroy::is_internal(unsafe { v.header() }.shape());
        if internal { inner.push(v) } else { f(v) }
    });
    while let Some(v) = inner.pop() {
        if let Some(cell) = NonNull::new(v.0 as *mut Header) {
            visit_slots(cell, &mut |w| {
                // SAFETY: a word of live storage.
                let internal = w.is_ptr() && destroy::is_internal(unsafe { w.header() }.shape());
                if internal { inner.push(w) } else { f(w) }
            });
        }
    }
}

fn visit_slots(cell: NonNull<Header>, f: &mut dyn FnMut(Value)) {
    // SAFETY: callers hold the object that the cell is, or whose storage it is.
    unsafe {
        let id = cell.as_ref().shape_acquire();
        if id != 0 {
            destroy::all_slots(cell, pyre_object::shape::shape(id), &mut |s| f(s.peek()));
        }
    }
}

fn get_referents(_: &Vm, args: Args<'_>) -> PyResult {
    let world = pyre_gc::is_multi_threaded().then(pyre_threads::stop_the_world);
    let mut found = Vec::new();
    for o in args.pos() {
        referents(o, &mut |v| {
            if !v.is_unbound() {
                // SAFETY: a word that a live object refers to, and the world is stopped.
                found.push(unsafe { Obj::from_borrowed(v) });
            }
        });
        if o.cell().is_some() && o.shape().attrs_offset != 0 {
            found.push(o.ty().clone());
        }
    }
    drop(world);
    Ok(list::from_vec(found))
}

fn get_referrers(_: &Vm, args: Args<'_>) -> PyResult {
    let wanted: HashSet<u64> = args.pos().iter().filter(|o| o.cell().is_some()).map(|o| o.raw().0).collect();
    let mut found = Vec::new();
    visit_heap(&mut |o| {
        let mut hit = false;
        referents(o, &mut |v| hit |= wanted.contains(&v.0));
        if hit {
            found.push(o.clone());
        }
    });
    Ok(list::from_vec(found))
}

fn is_finalized(_: &Vm, a: &[Obj]) -> PyResult {
    // SAFETY: the handle keeps the object alive.
    let done = a[0].cell().is_some_and(|c| unsafe { c.as_ref() }.has_flag(pyre_gc::header::FINALIZED));
    Ok(Obj::bool(done))
}

fn get_stats(_: &Vm, _: &[Obj]) -> PyResult {
    let totals = pyre_gc::stats::totals();
    let explicit: u64 = COLLECTIONS.iter().map(|c| c.load(Ordering::Relaxed)).sum();
    let by_generation = (0..3).map(|g| {
        let d = dict::new_dict();
        let automatic = if g == 2 { totals.collections.saturating_sub(explicit) } else { 0 };
        let fields = [
            ("collections", COLLECTIONS[g].load(Ordering::Relaxed) + automatic),
            ("collected", COLLECTED[g].load(Ordering::Relaxed)),
            ("uncollectable", 0),
        ];
        for (name, n) in fields {
            dict::set_str(&d, &intern::intern_str(name), int::from_u64(n));
        }
        if g == 2 {
            for (name, h) in pyre_gc::stats::histograms() {
                dict::set_str(&d, &intern::intern_str(name), histogram(h));
            }
        }
        d
    });
    Ok(list::new_list(by_generation))
}

fn histogram(h: &pyre_gc::stats::Histogram) -> Obj {
    let d = dict::new_dict();
    let mean = if h.count() == 0 { 0.0 } else { h.sum() as f64 / h.count() as f64 };
    let fields = [
        ("count", int::from_u64(h.count())),
        ("max", int::from_u64(h.max())),
        ("mean", float::new_float(mean)),
    ];
    for (name, v) in fields {
        dict::set_str(&d, &str::new_str(name), v);
    }
    d
}
