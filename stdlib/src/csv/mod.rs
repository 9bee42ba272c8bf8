//! `_csv`: reading and writing delimited text.
//!
//! A reader is a state machine that sees one code point at a time, with an end of line after every line that its
//! iterator gives; a record ends where the machine is back at its first state. All of that state belongs to one call,
//! so that readers need no lock.

mod dialect;
mod read;
mod write;

use crate::support::{exception_class, native_table, new_module};
use pyre_object::{
    Args, Builtin, Exc, NativeDef, Obj, PyResult, Raised, Vm, dict, int, model, module, raise, str,
};
use pyre_threads::sync::{AtomicI64, Ordering};
use smallvec::SmallVec;
use std::sync::OnceLock;

const QUOTE_MINIMAL: i64 = 0;
const QUOTE_ALL: i64 = 1;
const QUOTE_NONNUMERIC: i64 = 2;
const QUOTE_NONE: i64 = 3;
const QUOTE_STRINGS: i64 = 4;
const QUOTE_NOTNULL: i64 = 5;

static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

/// The module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_csv", "CSV parsing and writing.\n", FUNCTIONS);
    for (name, value) in [
        ("QUOTE_MINIMAL", QUOTE_MINIMAL),
        ("QUOTE_ALL", QUOTE_ALL),
        ("QUOTE_NONNUMERIC", QUOTE_NONNUMERIC),
        ("QUOTE_NONE", QUOTE_NONE),
        ("QUOTE_STRINGS", QUOTE_STRINGS),
        ("QUOTE_NOTNULL", QUOTE_NOTNULL),
    ] {
        module::set(&m, name, int::new_int(value));
    }
    module::set(&m, "__version__", str::new_str("1.0"));
    module::set(&m, "_dialects", registry().clone());
    module::set(&m, "Error", error_type(vm)?.clone());
    dialect::DIALECT.add_to(vm, &m);
    module::set(&m, "Reader", read::READER.get(vm).clone());
    module::set(&m, "Writer", write::WRITER.get(vm).clone());
    Ok(m)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::raw_function("reader", "(iterable, /, dialect='excel', **fmtparams)", read::reader)
        .doc("Return a reader object that will process lines from the given iterable."),
    NativeDef::raw_function("writer", "(fileobj, /, dialect='excel', **fmtparams)", write::writer)
        .doc("Return a writer object that will write user data on the given file object."),
    NativeDef::function("list_dialects", "()", |vm, _| Ok(pyre_object::list::from_vec(
        vm.collect(registry())?
    )))
    .doc("Return a list of all known dialect names."),
    NativeDef::raw_function("register_dialect", "(name, /, dialect='excel', **fmtparams)", register_dialect)
        .doc("Create a mapping from a string name to a CVS dialect."),
    NativeDef::function("unregister_dialect", "(name)", |vm, a| {
        if dict::del_item(vm, registry(), &a[0])? {
            Ok(Obj::NONE)
        } else {
            Err(csv_error(vm, "unknown dialect"))
        }
    })
    .doc("Delete the name/dialect mapping associated with a string name."),
    NativeDef::function("get_dialect", "(name)", |vm, a| registered(vm, &a[0]))
        .doc("Return the dialect instance associated with name."),
    NativeDef::function("field_size_limit", "(new_limit=<unrepresentable>)", field_size_limit)
        .doc("Sets an upper limit on parsed fields."),
];

/// The dialects by name.
fn registry() -> &'static Obj {
    static DIALECTS: OnceLock<&'static Obj> = OnceLock::new();
    DIALECTS.get_or_init(|| model::immortal(dict::new_dict()))
}

/// The dialect of a name.
fn registered(vm: &Vm, name: &Obj) -> PyResult {
    dict::get_item(vm, registry(), name)?.ok_or_else(|| csv_error(vm, "unknown dialect"))
}

/// `_csv.Error`
fn error_type(vm: &Vm) -> PyResult<&'static Obj> {
    static TYPE: OnceLock<&'static Obj> = OnceLock::new();
    exception_class(vm, &TYPE, "_csv", "Error", Exc::Exception.ty())
}

/// `_csv.Error(message)`
#[cold]
fn csv_error(vm: &Vm, message: &str) -> Raised {
    match error_type(vm).and_then(|ty| vm.call1(ty, &str::new_str(message))) {
        Ok(e) => Raised(e),
        Err(e) => e,
    }
}

/// The first argument, and the dialect that an optional second one and the keywords describe.
fn with_dialect(vm: &Vm, args: Args<'_>) -> PyResult<(Obj, Obj)> {
    let (first, given) = match args.pos() {
        [first] => (first, None),
        [first, given] => (first, Some(given)),
        [] => raise!(vm, TypeError, "expected at least 1 argument, got 0"),
        more => raise!(vm, TypeError, "expected at most 2 arguments, got {}", more.len()),
    };
    let mut all: SmallVec<[Obj; 8]> = SmallVec::new();
    all.extend(given.cloned());
    all.extend(args.values().iter().cloned());
    let made = vm.call_args(dialect::DIALECT.get(vm), Args::with_names(&all, args.names()))?;
    Ok((first.clone(), made))
}

fn register_dialect(vm: &Vm, args: Args<'_>) -> PyResult {
    if let Some(name) = args.pos().first()
        && !str::is_str(name)
    {
        raise!(vm, TypeError, "dialect name must be a string");
    }
    let (name, made) = with_dialect(vm, args)?;
    dict::set_item(vm, registry(), &name, made)?;
    Ok(Obj::NONE)
}

fn field_size_limit(vm: &Vm, a: &[Obj]) -> PyResult {
    let Some(new) = a[0].given() else { return Ok(int::new_int(FIELD_LIMIT.load(Ordering::Relaxed))) };
    if !new.is_exactly(Builtin::Int) {
        raise!(vm, TypeError, "limit must be an integer");
    }
    let new = vm.to_i64(new)?;
    Ok(int::new_int(FIELD_LIMIT.swap(new, Ordering::Relaxed)))
}
