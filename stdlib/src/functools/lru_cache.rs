//! The wrapper behind `functools.lru_cache`.
//!
//! A dict maps the keys of calls to entries. An entry knows its place in a doubly linked list of indices, which is
//! ordered by use and lies in Rust memory under a mutex. The mutex is held for relinking only: the function, `__hash__`
//! and `__eq__` run without it. `cache_clear` replaces the whole state; calls that are under way finish on the old one.

use super::bind;
use crate::support::{NativeType, construct, instance_of, native_table};
use pyre_object::{
    Args, Body, Builtin, NativeDef, Obj, PyResult, Slot, Slots, TypeFlags, TypeSpec, Vm, dict, heap_body,
    int, list, names, raise, tuple,
};
use pyre_threads::sync::{AtomicBool, AtomicI64, AtomicU64, Mutex, Ordering};

heap_body! {
    /// The wrapped function and the current state. The data is written once.
    struct Wrapper "_lru_cache_wrapper" {
        slots { function, info_type, state }
        data { maxsize: AtomicI64, typed: AtomicBool }
    }
}

heap_body! {
    /// What `cache_clear` replaces. `entries` is a list by index.
    struct State "lru_cache state" {
        slots { cache, entries }
        data { hits: AtomicU64, misses: AtomicU64, order: Mutex<Order> }
    }
}

heap_body! {
    /// One result of a cache with a size limit.
    struct Entry "lru_cache entry" {
        slots { key, result }
        data { hash: AtomicI64, place: AtomicU64 }
    }
}

const NO_LIMIT: i64 = -1;

/// The end of the list.
const NIL: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Link {
    older: u32,
    newer: u32,
    linked: bool,
}

/// The places of entries, from the least recently used one.
struct Order {
    links: Vec<Link>,
    free: Vec<u32>,
    oldest: u32,
    newest: u32,
}

impl Order {
    fn new() -> Order {
        Order { links: Vec::new(), free: Vec::new(), oldest: NIL, newest: NIL }
    }

    fn unlink(&mut self, i: u32) {
        let Link { older, newer, .. } = self.links[i as usize];
        match older {
            NIL => self.oldest = newer,
            o => self.links[o as usize].newer = newer,
        }
        match newer {
            NIL => self.newest = older,
            n => self.links[n as usize].older = older,
        }
        self.links[i as usize].linked = false;
    }

    fn link_newest(&mut self, i: u32) {
        let older = self.newest;
        self.links[i as usize] = Link { older, newer: NIL, linked: true };
        match older {
            NIL => self.oldest = i,
            o => self.links[o as usize].newer = i,
        }
        self.newest = i;
    }

    /// The entry was used.
    fn touch(&mut self, i: u32) {
        if self.newest != i && self.links[i as usize].linked {
            self.unlink(i);
            self.link_newest(i);
        }
    }

    /// A place that nobody else uses: a free one, or that of the entry that was not used for longest, which must leave
    /// the cache then (`true`). `None` if all are being filled by others.
    fn take_place(&mut self, maxsize: usize) -> Option<(u32, bool)> {
        if let Some(i) = self.free.pop() {
            return Some((i, false));
        }
        if self.links.len() < maxsize.min(NIL as usize) {
            self.links.push(Link { older: NIL, newer: NIL, linked: false });
            return Some((self.links.len() as u32 - 1, false));
        }
        match self.oldest {
            NIL => None,
            i => {
                self.unlink(i);
                Some((i, true))
            }
        }
    }
}

pub(super) static WRAPPER: NativeType = NativeType::new(&WRAPPER_SPEC);
static STATE: NativeType = NativeType::new(&STATE_SPEC);
static ENTRY: NativeType = NativeType::new(&ENTRY_SPEC);

static STATE_SPEC: TypeSpec = TypeSpec {
    name: "functools._lru_cache_state",
    layout: Some(State::layout),
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};

static ENTRY_SPEC: TypeSpec = TypeSpec {
    name: "functools._lru_list_elem",
    layout: Some(Entry::layout),
    flags: TypeFlags::NO_NEW,
    ..TypeSpec::EMPTY
};

static WRAPPER_SPEC: TypeSpec = TypeSpec {
    name: "functools._lru_cache_wrapper",
    doc: "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
    layout: Some(Wrapper::layout),
    flags: TypeFlags::BASE.or(TypeFlags::DICT).or(TypeFlags::WEAKREF).or(TypeFlags::METHOD_DESCRIPTOR),
    slots: Slots {
        new: Some(|vm, class, args| construct(vm, &NEW, class, args)),
        call: Some(call),
        descr_get: Some(bind),
        ..Slots::NONE
    },
    methods: native_table![
        NativeDef::method("cache_info", "(self, /)", cache_info).doc("Report cache statistics"),
        NativeDef::method("cache_clear", "(self, /)", |vm, a| {
            a[0].body::<Wrapper>().state.set(new_state(vm));
            Ok(Obj::NONE)
        })
        .doc("Clear the cache and cache statistics"),
        NativeDef::method("__reduce__", "(self, /)", |vm, a| vm.getattr(&a[0], names::__qualname__())),
        NativeDef::method("__copy__", "(self, /)", |_, a| Ok(a[0].clone())),
        NativeDef::method("__deepcopy__", "(self, memo, /)", |_, a| Ok(a[0].clone())),
    ],
    ..TypeSpec::EMPTY
};

static NEW: NativeDef =
    NativeDef::class_method("lru_cache", "(cls, user_function, maxsize, typed, cache_info_type)", new);

fn new_state(vm: &Vm) -> Obj {
    let body = State {
        cache: Slot::new(dict::new_dict()),
        entries: Slot::new(list::new_list([])),
        hits: AtomicU64::new(0),
        misses: AtomicU64::new(0),
        order: Mutex::new(Order::new()),
    };
    STATE.instance(vm, body)
}

fn new(vm: &Vm, a: &[Obj]) -> PyResult {
    let [class, user_function, maxsize, typed, info_type] = a else {
        raise!(vm, TypeError, "lru_cache() takes exactly 4 arguments");
    };
    if !vm.is_callable(user_function) {
        raise!(vm, TypeError, "the first argument must be callable");
    }
    let typed = vm.truth(typed)?;
    let maxsize = if maxsize.is_none() {
        NO_LIMIT
    } else if int::is_int(maxsize) || maxsize.slots().index.addr() != 0 {
        (vm.to_index(maxsize, pyre_object::Exc::OverflowError)? as i64).max(0)
    } else {
        raise!(vm, TypeError, "maxsize should be integer or None");
    };
    let body = Wrapper {
        function: Slot::new(user_function.clone()),
        info_type: Slot::new(info_type.clone()),
        state: Slot::new(new_state(vm)),
        maxsize: AtomicI64::new(maxsize),
        typed: AtomicBool::new(typed),
    };
    Ok(instance_of(class, body))
}

/// What separates positional arguments from keywords in a key: an object that is equal to itself only.
fn keyword_mark() -> Obj {
    Builtin::Object.ty().clone()
}

/// Whether the argument is its own key: its type has no equal values of other types that matter without `typed`.
fn is_own_key(o: &Obj) -> bool {
    o.is_exactly(Builtin::Str) || o.is_exactly(Builtin::Int)
}

fn make_key(args: Args<'_>, typed: bool) -> Obj {
    if !typed && !args.has_keywords() {
        return match args.pos() {
            [one] if is_own_key(one) => one.clone(),
            all => tuple::from_slice(all),
        };
    }
    let mut key: Vec<Obj> = Vec::with_capacity(args.all().len() * 2 + 1);
    key.extend_from_slice(args.pos());
    if args.has_keywords() {
        key.push(keyword_mark());
        for (name, value) in args.keywords() {
            key.push(name.clone());
            key.push(value.clone());
        }
    }
    if typed {
        key.extend(args.all().iter().map(|o| o.ty().clone()));
    }
    tuple::from_vec(key)
}

fn call(vm: &Vm, o: &Obj, args: Args<'_>) -> PyResult {
    let b: &Wrapper = o.body();
    let maxsize = b.maxsize.load(Ordering::Relaxed);
    let state_obj = b.state.get();
    let state: &State = state_obj.body();
    let function = b.function.get_fixed();
    if maxsize == 0 {
        count(&state.misses);
        return vm.call_args(function, args);
    }
    let typed = b.typed.load(Ordering::Relaxed);
    let made;
    let key = match args.all() {
        [one] if !typed && is_own_key(one) && !args.has_keywords() => one,
        _ => {
            made = make_key(args, typed);
            &made
        }
    };
    let hash = vm.hash(key)?;
    let cache = state.cache.get_fixed();
    if let Some(found) = dict::get_item_hashed(vm, cache, hash, key)? {
        count(&state.hits);
        if maxsize == NO_LIMIT {
            return Ok(found);
        }
        let entry: &Entry = found.body();
        state.order.lock().touch(entry.place.load(Ordering::Relaxed) as u32);
        return Ok(entry.result.get_fixed().clone());
    }
    count(&state.misses);
    let result = vm.call_args(function, args)?;
    if maxsize == NO_LIMIT {
        dict::set_item_hashed(vm, cache, hash, key, result.clone())?;
    } else {
        insert(vm, state, maxsize as usize, hash, key, &result)?;
    }
    Ok(result)
}

#[inline]
fn count(c: &AtomicU64) {
    if pyre_gc::is_multi_threaded() {
        c.fetch_add(1, Ordering::Relaxed);
    } else {
        c.store(c.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}

/// Puts a result into a cache with a size limit; another thread, or the function itself, may have been faster.
fn insert(vm: &Vm, state: &State, maxsize: usize, hash: i64, key: &Obj, result: &Obj) -> PyResult<()> {
    let cache = state.cache.get_fixed();
    if dict::get_item_hashed(vm, cache, hash, key)?.is_some() {
        return Ok(());
    }
    let entries = state.entries.get_fixed();
    let place = state.order.lock().take_place(maxsize);
    let Some((place, evict)) = place else { return Ok(()) };
    let give_back = || state.order.lock().free.push(place);
    if evict && let Some(old) = list::get(entries, place as usize) {
        let e: &Entry = old.body();
        let gone = dict::pop_hashed(vm, cache, e.hash.load(Ordering::Relaxed), e.key.get_fixed());
        if let Err(error) = gone {
            give_back();
            return Err(error);
        }
    }
    let entry = ENTRY.instance(
        vm,
        Entry {
            key: Slot::new(key.clone()),
            result: Slot::new(result.clone()),
            hash: AtomicI64::new(hash),
            place: AtomicU64::new(u64::from(place)),
        },
    );
    match dict::get_or_insert_hashed(vm, cache, hash, key, &entry) {
        Ok((_, true)) => {}
        Ok((_, false)) => {
            give_back();
            return Ok(());
        }
        Err(error) => {
            give_back();
            return Err(error);
        }
    }
    while list::len(entries) <= place as usize {
        list::append(entries, Obj::NONE);
    }
    drop(list::set(entries, place as usize, entry));
    state.order.lock().link_newest(place);
    Ok(())
}

fn cache_info(vm: &Vm, a: &[Obj]) -> PyResult {
    let b: &Wrapper = a[0].body();
    let state_obj = b.state.get();
    let state: &State = state_obj.body();
    let maxsize = match b.maxsize.load(Ordering::Relaxed) {
        NO_LIMIT => Obj::NONE,
        n => int::new_int(n),
    };
    let hits = int::from_u64(state.hits.load(Ordering::Relaxed));
    let misses = int::from_u64(state.misses.load(Ordering::Relaxed));
    let size = Obj::from_len(dict::len(state.cache.get_fixed()));
    vm.call(b.info_type.get_fixed(), &[hits, misses, maxsize, size])
}
