//! The registries of codecs: search functions, the cache of what they found, error handlers.

use crate::name;
use pyre_object::{Exc, Obj, PyResult, Vm, dict, intern, list, model, raise, str, tuple};
use std::sync::OnceLock;

/// What is registered; the containers are Python objects, so that the collector sees what they hold.
struct Registry {
    /// A list of search functions.
    search: &'static Obj,
    /// A dict of what was found, by normalized name.
    found: &'static Obj,
    /// A dict of error handlers.
    handlers: &'static Obj,
}

fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| Registry {
        search: model::immortal(pyre_object::code::managed(list::new_list([]))),
        found: model::immortal(pyre_object::code::managed(dict::new_dict())),
        handlers: model::immortal(pyre_object::code::managed(dict::new_dict())),
    })
}

/// `codecs.register`
///
/// # Errors
/// `TypeError`
pub fn register(vm: &Vm, f: &Obj) -> PyResult<()> {
    if !vm.is_callable(f) {
        return Err(vm.type_error("argument must be callable"));
    }
    list::append(registry().search, f.clone());
    Ok(())
}

/// `codecs.unregister`
pub fn unregister(f: &Obj) {
    let r = registry();
    let position = list::snapshot(r.search).iter().position(|g| g.is(f));
    if let Some(i) = position {
        drop(list::pop(r.search, i));
        dict::clear(r.found);
    }
}

/// The name under which codecs are sought: lower case, spaces as underscores.
fn normalize(name: &str) -> String {
    name.chars().map(|c| if c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// `codecs.lookup`: the entry of a codec.
///
/// # Errors
/// `LookupError: unknown encoding`; what search functions raise.
pub fn lookup(vm: &Vm, encoding: &str) -> PyResult {
    let r = registry();
    let key = intern::intern_str(&normalize(encoding));
    if let Some(found) = dict::get_str(r.found, &key) {
        return Ok(found);
    }
    if list::len(r.search) == 0 {
        // Importing the package registers its search function.
        vm.import("encodings")?;
    }
    for search in list::snapshot(r.search) {
        let found = vm.call1(&search, &key)?;
        if found.is_none() {
            continue;
        }
        if tuple::get(&found).is_none_or(|t| t.len() != 4) {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        dict::set_str(r.found, &key, found.clone());
        return Ok(found);
    }
    Err(vm.error(Exc::LookupError, format!("unknown encoding: {encoding}")))
}

/// As [`lookup`], for codecs between text and bytes only.
///
/// # Errors
/// As there; `LookupError` for other codecs, which names the function to use.
pub fn lookup_text(vm: &Vm, encoding: &str, instead: &str) -> PyResult {
    let found = lookup(vm, encoding)?;
    if let Some(is_text) = vm.getattr_opt(&found, name!("_is_text_encoding"))?
        && !vm.truth(&is_text)?
    {
        raise!(
            vm,
            LookupError,
            "'{encoding}' is not a text encoding; use {instead} to handle arbitrary codecs"
        );
    }
    Ok(found)
}

/// One of the first two entries of a codec: its encoder (0) or decoder (1).
///
/// # Errors
/// `TypeError` if the entry is no tuple.
pub fn function(vm: &Vm, entry: &Obj, i: usize) -> PyResult {
    match tuple::get(entry).and_then(|t| t.get(i)) {
        Some(f) => Ok(f.clone()),
        None => Err(vm.type_error("codec search functions must return 4-tuples")),
    }
}

/// `codecs.register_error`
///
/// # Errors
/// `TypeError`
pub fn register_error(vm: &Vm, name: &str, handler: &Obj) -> PyResult<()> {
    if !vm.is_callable(handler) {
        return Err(vm.type_error("handler must be callable"));
    }
    dict::set_str(registry().handlers, &intern::intern_str(name), handler.clone());
    Ok(())
}

/// `codecs._unregister_error`: whether there was one.
pub fn unregister_error(name: &str) -> bool {
    dict::pop_str(registry().handlers, &intern::intern_str(name)).is_some()
}

/// The handler of this name, if there is one.
pub fn find_error(name: &str) -> Option<Obj> {
    dict::get_str(registry().handlers, &intern::intern_str(name))
}

/// The text of a name argument.
///
/// # Errors
/// `TypeError`, `ValueError`.
pub fn name_text(vm: &Vm, function: &str, argument: &str, o: &Obj, default: &str) -> PyResult<String> {
    match o.given() {
        None => Ok(default.to_owned()),
        Some(o) if str::is_str(o) => pyre_types::arguments::name_argument(vm, function, argument, o),
        Some(o) => pyre_types::arguments::name_argument(vm, function, argument, o),
    }
}
