//! `_warnings`: issuing warnings. Agrees with `_py_warnings`, whose functions it replaces.
//!
//! The filters are those of the current context, then those of the module `warnings`, or those of this module while
//! that one is not loaded.

use crate::support::{interned, native_table, new_module};
use crate::{contextvars, thread};
use pyre_object::code::managed;
use pyre_object::{
    Exc, NativeDef, Obj, PyResult, Vm, dict, int, list, model, module, raise, str, tuple, typeobj,
};
use pyre_threads::Gate;
use pyre_threads::sync::{AtomicU64, Ordering};
use pyre_vm::runtime;
use std::sync::OnceLock;

interned! {
    fn registry_name = "__warningregistry__";
    fn name_name = "__name__";
    fn version_name = "version";
    fn match_name = "match";
    fn warnings_name = "warnings";
}

/// The objects of the module.
struct State {
    filters: &'static Obj,
    once: &'static Obj,
    action: &'static Obj,
    context: &'static Obj,
}

fn st(vm: &Vm) -> &'static State {
    static STATE: OnceLock<State> = OnceLock::new();
    STATE.get_or_init(|| State {
        filters: model::immortal(managed(initial_filters())),
        once: model::immortal(managed(dict::new_dict())),
        action: model::immortal(pyre_object::intern::intern_str("default")),
        context: model::immortal(contextvars::new_var(vm, "warnings_context")),
    })
}

static VERSION: AtomicU64 = AtomicU64::new(0);
static LOCK: Gate = Gate::new();
static OWNER: AtomicU64 = AtomicU64::new(0);
static DEPTH: AtomicU64 = AtomicU64::new(0);

fn initial_filters() -> Obj {
    let filter = |action: &str, category: Exc, module: Obj| {
        let action = pyre_object::intern::intern_str(action);
        tuple::new_tuple([action, Obj::NONE, category.ty().clone(), module, Obj::from_len(0)])
    };
    list::new_list([
        filter("default", Exc::DeprecationWarning, pyre_object::intern::intern_str("__main__")),
        filter("ignore", Exc::DeprecationWarning, Obj::NONE),
        filter("ignore", Exc::PendingDeprecationWarning, Obj::NONE),
        filter("ignore", Exc::ImportWarning, Obj::NONE),
        filter("ignore", Exc::ResourceWarning, Obj::NONE),
    ])
}

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module(
        "_warnings",
        "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
        FUNCTIONS,
    );
    let s = st(vm);
    module::set(&m, "filters", s.filters.clone());
    module::set(&m, "_onceregistry", s.once.clone());
    module::set(&m, "_defaultaction", s.action.clone());
    module::set(&m, "_warnings_context", s.context.clone());
    Ok(m)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function(
        "warn",
        "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
        warn
    )
    .doc("Issue a warning, or maybe ignore it or raise an exception."),
    NativeDef::function(
        "warn_explicit",
        "(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)",
        warn_explicit
    )
    .doc("Issue a warning, or maybe ignore it or raise an exception."),
    NativeDef::function("_acquire_lock", "()", |vm, _| acquire(vm).map(|()| Obj::NONE)),
    NativeDef::function("_release_lock", "()", |vm, _| release(vm).map(|()| Obj::NONE)),
    NativeDef::function("_filters_mutated_lock_held", "()", |vm, _| {
        if OWNER.load(Ordering::Relaxed) != thread::ident() {
            raise!(vm, RuntimeError, "warnings lock is not held");
        }
        VERSION.fetch_add(1, Ordering::Relaxed);
        Ok(Obj::NONE)
    }),
];

fn acquire(vm: &Vm) -> PyResult<()> {
    let me = thread::ident();
    if OWNER.load(Ordering::Relaxed) != me {
        if !LOCK.try_acquire() {
            thread::timeout::wait(vm, None, |left| LOCK.acquire(left))?;
        }
        OWNER.store(me, Ordering::Relaxed);
    }
    DEPTH.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn release(vm: &Vm) -> PyResult<()> {
    if OWNER.load(Ordering::Relaxed) != thread::ident() {
        raise!(vm, RuntimeError, "cannot release un-acquired lock");
    }
    if DEPTH.fetch_sub(1, Ordering::Relaxed) == 1 {
        OWNER.store(0, Ordering::Relaxed);
        LOCK.release();
    }
    Ok(())
}

/// In the child of a fork: a lock that a thread held that does not exist here is free.
pub(crate) fn after_fork_child() {
    if LOCK.is_held() && OWNER.load(Ordering::Relaxed) != thread::ident() {
        OWNER.store(0, Ordering::Relaxed);
        DEPTH.store(0, Ordering::Relaxed);
        LOCK.release();
    }
}

/// Where a warning is reported.
struct Place {
    filename: Obj,
    line: Obj,
    module: Obj,
    registry: Obj,
    globals: Obj,
}

/// One warning.
struct Warning {
    category: Obj,
    text: Obj,
    instance: Obj,
    source: Obj,
}

fn is_warning_class(o: &Obj) -> bool {
    typeobj::is_type(o) && typeobj::is_subtype(o, Exc::Warning.ty())
}

fn warn(vm: &Vm, a: &[Obj]) -> PyResult {
    let message = &a[0];
    let category = if typeobj::is_instance_exact_mro(message, Exc::Warning.ty()) {
        message.ty().clone()
    } else {
        a[1].not_none().unwrap_or(Exc::UserWarning.ty()).clone()
    };
    if !is_warning_class(&category) {
        let got = category.type_name();
        raise!(vm, TypeError, "category must be a Warning subclass, not '{got}'");
    }
    let mut level = match a[2].given() {
        Some(l) => vm.to_isize(l)?,
        None => 1,
    };
    let prefixes = prefixes(vm, &a[4])?;
    if !prefixes.is_empty() {
        level = level.max(2);
    }
    let place = place(vm, level, &prefixes)?;
    let source = a[3].given().cloned().unwrap_or(Obj::NONE);
    explicit(vm, message, &category, &source, &place)
}

fn prefixes(vm: &Vm, o: &Obj) -> PyResult<Vec<String>> {
    let Some(given) = o.given() else { return Ok(Vec::new()) };
    let Some(items) = tuple::get(given) else {
        let got = given.type_name();
        raise!(vm, TypeError, "warn() argument 'skip_file_prefixes' must be tuple, not {got}");
    };
    let text = |o: &Obj| match str::is_str(o) {
        true => Ok(str::to_string_lossy(o)),
        false => Err(vm.type_error(format!("Found non-str '{}' in skip_file_prefixes.", o.type_name()))),
    };
    items.iter().map(text).collect()
}

/// The place that `stacklevel` names, counted from the function that called `warn`.
fn place(vm: &Vm, level: isize, prefixes: &[String]) -> PyResult<Place> {
    let found = if pyre_interp::current_frame(vm).is_some() {
        // SAFETY: the thread runs a frame, so it has stacks.
        let frames: Vec<_> = unsafe { pyre_interp::stack::Stacks::of(vm) }.frames().collect();
        let filename = |i: usize| {
            // SAFETY: an active frame of this thread.
            unsafe { (*frames[i]).code() }.unit.filename.to_string()
        };
        let index = frame_index(level, frames.len(), &filename, prefixes);
        index.map(|i| {
            // SAFETY: an active frame of this thread.
            let f = unsafe { &*frames[i] };
            // SAFETY: kept alive by the frame's function.
            let globals = unsafe { Obj::borrow_raw(&f.globals) }.clone();
            (globals, code_body_filename(f), int::new_int(i64::from(f.line())))
        })
    } else {
        None
    };
    let (globals, filename, line) = found
        .unwrap_or_else(|| (runtime::runtime().sys_dict.clone(), str::new_str("<sys>"), Obj::from_len(0)));
    let get = |name: &Obj| match dict::is_dict(&globals) {
        true => dict::get_str(&globals, name),
        false => None,
    };
    let module = get(name_name()).unwrap_or_else(|| str::new_str("<string>"));
    let registry = match get(registry_name()) {
        Some(r) => r,
        None => dict::set_default(vm, &globals, registry_name(), &dict::new_dict())?,
    };
    Ok(Place { filename, line, module, registry, globals: Obj::NONE })
}

fn code_body_filename(f: &pyre_interp::stack::Frame) -> Obj {
    f.code().filename()
}

fn is_internal(filename: &str) -> bool {
    filename.contains("importlib") && filename.contains("_bootstrap")
}

/// The frame at a stack level; frames of the import system and those of files to be skipped do not count.
fn frame_index(
    level: isize,
    count: usize,
    filename: &dyn Fn(usize) -> String,
    prefixes: &[String],
) -> Option<usize> {
    if level <= 0 || is_internal(&filename(0)) {
        let at = (level - 1).max(0) as usize;
        return (at < count).then_some(at);
    }
    let mut at = 0;
    for _ in 1..level {
        at += 1;
        while at < count {
            let name = filename(at);
            if !is_internal(&name) && !prefixes.iter().any(|p| name.starts_with(p.as_str())) {
                break;
            }
            at += 1;
        }
        if at >= count {
            return None;
        }
    }
    Some(at)
}

fn warn_explicit(vm: &Vm, a: &[Obj]) -> PyResult {
    let or_none = |o: &Obj| o.given().cloned().unwrap_or(Obj::NONE);
    let filename = a[2].clone();
    if !str::is_str(&filename) {
        raise!(
            vm,
            TypeError,
            "warn_explicit() argument 'filename' must be str, not {}",
            filename.type_name()
        );
    }
    let line = int::new_int(i64::from(vm.to_i32(&a[3])?));
    let globals = or_none(&a[6]);
    if !globals.is_none() && !dict::is_dict(&globals) {
        raise!(vm, TypeError, "module_globals must be a dict, not '{}'", globals.type_name());
    }
    let registry = or_none(&a[5]);
    if !registry.is_none() && !dict::is_dict(&registry) {
        raise!(vm, TypeError, "'registry' must be a dict or None");
    }
    let module = match a[4].not_none() {
        Some(m) => m.clone(),
        None => module_of_file(&filename),
    };
    let place = Place { filename, line, module, registry, globals };
    explicit(vm, &a[0], &a[1], &or_none(&a[7]), &place)
}

fn module_of_file(filename: &Obj) -> Obj {
    let text = str::to_string_lossy(filename);
    match text.strip_suffix(".py") {
        _ if text.is_empty() => str::new_str("<unknown>"),
        Some(stem) => str::new_str(stem),
        None => filename.clone(),
    }
}

fn explicit(vm: &Vm, message: &Obj, category: &Obj, source: &Obj, place: &Place) -> PyResult {
    let w = if typeobj::is_instance_exact_mro(message, Exc::Warning.ty()) {
        let text = vm.str(message)?;
        Warning { category: message.ty().clone(), text, instance: message.clone(), source: source.clone() }
    } else {
        let instance = vm.call1(category, message)?;
        Warning { category: category.clone(), text: message.clone(), instance, source: source.clone() }
    };
    acquire(vm)?;
    let show = decide(vm, &w, place);
    release(vm)?;
    if show? {
        show_warning(vm, &w, place)?;
    }
    Ok(Obj::NONE)
}

/// Consults registry and filters. False: the warning is not shown.
fn decide(vm: &Vm, w: &Warning, place: &Place) -> PyResult<bool> {
    let registry = &place.registry;
    let key = tuple::new_tuple([w.text.clone(), w.category.clone(), place.line.clone()]);
    if !registry.is_none() && already_warned(vm, registry, &key, false)? {
        return Ok(false);
    }
    let (action, item) = find_action(vm, w, place)?;
    let action_text = if str::is_str(&action) { str::to_string_lossy(&action) } else { String::new() };
    match action_text.as_str() {
        "error" => return Err(pyre_object::Raised(w.instance.clone())),
        "ignore" => return Ok(false),
        _ => {}
    }
    let remember = |d: &Obj, k: &Obj| dict::set_item(vm, d, k, Obj::TRUE);
    let always = matches!(action_text.as_str(), "always" | "all");
    if !always && !registry.is_none() {
        remember(registry, &key)?;
    }
    let seen = match action_text.as_str() {
        "once" => {
            let once = attribute(vm, "onceregistry")?.unwrap_or_else(|| st(vm).once.clone());
            let k = tuple::pair(w.text.clone(), w.category.clone());
            already_warned(vm, &once, &k, true)?
        }
        "module" if !registry.is_none() => {
            let k = tuple::new_tuple([w.text.clone(), w.category.clone(), Obj::from_len(0)]);
            already_warned(vm, registry, &k, true)?
        }
        "default" | "always" | "all" | "module" => false,
        _ => {
            let (a, i) = (vm.repr_text(&action)?, vm.repr_text(&item)?);
            raise!(vm, RuntimeError, "Unrecognized action ({a}) in warnings.filters:\n {i}");
        }
    };
    Ok(!seen)
}

/// Whether the registry has the key; `set` stores it. A registry from before the last change of the filters is emptied.
fn already_warned(vm: &Vm, registry: &Obj, key: &Obj, set: bool) -> PyResult<bool> {
    let version = VERSION.load(Ordering::Relaxed);
    let known = dict::get_item(vm, registry, version_name())?;
    if known.as_ref().and_then(int::as_u64) == Some(version) {
        if let Some(v) = dict::get_item(vm, registry, key)?
            && vm.truth(&v)?
        {
            return Ok(true);
        }
    } else {
        dict::clear(registry);
        dict::set_item(vm, registry, version_name(), int::from_u64(version))?;
    }
    if set {
        dict::set_item(vm, registry, key, Obj::TRUE)?;
    }
    Ok(false)
}

/// An attribute of the module `warnings`, if it is loaded.
fn attribute(vm: &Vm, name: &str) -> PyResult<Option<Obj>> {
    match dict::get_str(runtime::runtime().modules, warnings_name()).filter(|m| !m.is_none()) {
        Some(m) => vm.getattr_opt(&m, &pyre_object::intern::intern_str(name)),
        None => Ok(None),
    }
}

/// The action of the first filter that fits, and the filter.
fn find_action(vm: &Vm, w: &Warning, place: &Place) -> PyResult<(Obj, Obj)> {
    let aware = runtime::sys_attribute("flags")
        .map(|f| vm.getattr_opt(&f, &pyre_object::intern::intern_str("context_aware_warnings")))
        .transpose()?
        .flatten();
    if let Some(aware) = aware
        && vm.truth(&aware)?
        && let Some(context) = contextvars::var_value(vm, st(vm).context)?
    {
        let filters = vm.getattr_str(&context, "_filters")?;
        if let Some(found) = search(vm, &filters, w, place)? {
            return Ok(found);
        }
    }
    let filters = attribute(vm, "filters")?.unwrap_or_else(|| st(vm).filters.clone());
    if let Some(found) = search(vm, &filters, w, place)? {
        return Ok(found);
    }
    let default = attribute(vm, "defaultaction")?.unwrap_or_else(|| st(vm).action.clone());
    Ok((default, Obj::NONE))
}

fn search(vm: &Vm, filters: &Obj, w: &Warning, place: &Place) -> PyResult<Option<(Obj, Obj)>> {
    if !list::is_list(filters) {
        raise!(vm, ValueError, "_warnings.filters must be a list");
    }
    let mut i = 0;
    while let Some(item) = list::get(filters, i) {
        let Some([action, message, category, module, line]) = tuple::get(&item) else {
            raise!(vm, ValueError, "_warnings.filters item {i} isn't a 5-tuple");
        };
        if !str::is_str(action) {
            let got = action.type_name();
            raise!(vm, TypeError, "action must be a string, not '{got}'");
        }
        let line = vm.to_isize(line)?;
        if fits(vm, message, &w.text)?
            && vm.is_subclass(&w.category, category)?
            && fits(vm, module, &place.module)?
            && (line == 0 || int::as_i64(&place.line) == Some(line as i64))
        {
            return Ok(Some((action.clone(), item.clone())));
        }
        i += 1;
    }
    Ok(None)
}

/// Whether a filter's pattern (`None`, a str to be equal to, or a regular expression) fits.
fn fits(vm: &Vm, pattern: &Obj, text: &Obj) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if str::is_exact(pattern) {
        return vm.eq(pattern, text);
    }
    let r = vm.call_method(pattern, match_name(), std::slice::from_ref(text))?;
    vm.truth(&r)
}

fn show_warning(vm: &Vm, w: &Warning, place: &Place) -> PyResult<()> {
    if !place.globals.is_none() {
        // The source may be in an archive: the cache learns it from the loader.
        let cache = vm.import("linecache")?;
        vm.call_method_str(&cache, "getlines", &[place.filename.clone(), place.globals.clone()])?;
    }
    if !w.source.is_none() {
        vm.import("warnings")?;
    }
    let Some(show) = attribute(vm, "_showwarnmsg")? else { return show_plain(vm, w, place) };
    if !vm.is_callable(&show) {
        raise!(vm, TypeError, "warnings._showwarnmsg() must be set to a callable");
    }
    let Some(class) = attribute(vm, "WarningMessage")? else {
        raise!(vm, RuntimeError, "unable to get warnings.WarningMessage");
    };
    let args = [
        w.instance.clone(),
        w.category.clone(),
        place.filename.clone(),
        place.line.clone(),
        Obj::NONE,
        Obj::NONE,
        w.source.clone(),
    ];
    let message = vm.call(&class, &args)?;
    vm.call1(&show, &message).map(drop)
}

/// Without the module `warnings`: one line, and the line of the source if it can be read.
fn show_plain(vm: &Vm, w: &Warning, place: &Place) -> PyResult<()> {
    let category = typeobj::type_name(&w.category);
    let (file, line) = (vm.str_text(&place.filename)?, vm.str_text(&place.line)?);
    let text = format!("{file}:{line}: {category}: {}\n", vm.str_text(&w.text)?);
    pyre_vm::report::write_stderr(vm, &text);
    let number = int::as_i64(&place.line).and_then(|n| usize::try_from(n - 1).ok());
    let source = std::fs::read_to_string(&file).ok();
    if let (Some(n), Some(source)) = (number, source)
        && let Some(l) = source.lines().nth(n)
    {
        pyre_vm::report::write_stderr(vm, &format!("  {}\n", l.trim()));
    }
    Ok(())
}
