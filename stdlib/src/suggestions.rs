//! `_suggestions`: which name was probably meant.

use crate::support::{native_table, new_module};
use pyre_object::{NativeDef, Obj, PyResult, Vm, list, raise, str};

fn generate_suggestions(vm: &Vm, a: &[Obj]) -> PyResult {
    if !str::is_str(&a[1]) {
        raise!(vm, TypeError, "_generate_suggestions() argument 2 must be str, not {}", a[1].type_name());
    }
    if !a[0].is_exactly(pyre_object::Builtin::List) {
        raise!(vm, TypeError, "candidates must be a list");
    }
    let candidates = list::snapshot(&a[0]);
    if !candidates.iter().all(str::is_str) {
        raise!(vm, TypeError, "all elements in 'candidates' must be strings");
    }
    let texts: Vec<String> = candidates.iter().map(str::to_string_lossy).collect();
    let wrong = str::to_string_lossy(&a[1]);
    Ok(match pyre_text::suggest::closest(&wrong, texts.iter().map(String::as_str)) {
        Some(found) => str::new_str(found),
        None => Obj::NONE,
    })
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("_generate_suggestions", "(candidates, item, /)", generate_suggestions)
        .doc("Returns the candidate in candidates that's most similar to item"),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(_: &Vm) -> PyResult {
    Ok(new_module("_suggestions", "", FUNCTIONS))
}
