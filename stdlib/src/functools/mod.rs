//! `_functools`: `partial`, `reduce`, `cmp_to_key` and the wrapper behind `lru_cache`.

mod compare_key;
mod lru_cache;
mod partial;

use crate::support::{native_table, new_module};
use pyre_object::call::keyword_text;
use pyre_object::{Args, Exc, NativeDef, Obj, PyResult, Vm, function, module, raise};

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function("cmp_to_key", "(mycmp)", compare_key::cmp_to_key)
        .doc("Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects."),
    NativeDef::raw_function("reduce", "(function, iterable, /, initial=<unrepresentable>)", reduce)
        .doc("Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is present,\nit is placed before the items of the iterable in the calculation, and serves as\na default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5)."),
];

/// The arguments of `reduce`: function, iterable, initial value.
fn reduce_arguments<'a>(vm: &Vm, args: Args<'a>) -> PyResult<(&'a Obj, &'a Obj, Option<&'a Obj>)> {
    let total = args.all().len();
    let [function, iterable, rest @ ..] = args.pos() else {
        let n = args.len();
        raise!(vm, TypeError, "reduce() takes at least 2 positional arguments ({n} given)");
    };
    if total > 3 {
        raise!(vm, TypeError, "reduce() takes at most 3 arguments ({total} given)");
    }
    let mut initial = rest.first();
    for (key, value) in args.keywords() {
        let key = keyword_text(key);
        if key != "initial" {
            raise!(vm, TypeError, "reduce() got an unexpected keyword argument '{key}'");
        }
        initial = Some(value);
    }
    Ok((function, iterable, initial))
}

fn reduce(vm: &Vm, args: Args<'_>) -> PyResult {
    let (function, iterable, initial) = reduce_arguments(vm, args)?;
    let iterator = match vm.iter(iterable) {
        Err(e) if vm.matches(&e, Exc::TypeError) => {
            raise!(vm, TypeError, "reduce() arg 2 must support iteration")
        }
        other => other?,
    };
    let first = match initial {
        Some(i) => Some(i.clone()),
        None => vm.next(&iterator)?,
    };
    let Some(mut result) = first else {
        raise!(vm, TypeError, "reduce() of empty iterable with no initial value")
    };
    while let Some(item) = vm.next(&iterator)? {
        let pair = [result, item];
        result = vm.call(function, &pair)?;
    }
    Ok(result)
}

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_functools", "Tools that operate on functions.", FUNCTIONS);
    partial::PARTIAL.add_to(vm, &m);
    partial::PLACEHOLDER_TYPE.add_to(vm, &m);
    module::set(&m, "Placeholder", partial::placeholder(vm).clone());
    lru_cache::WRAPPER.add_to(vm, &m);
    Ok(m)
}

/// `__get__` of callables that bind as functions do.
fn bind(_: &Vm, o: &Obj, instance: Option<&Obj>, _: &Obj) -> PyResult {
    Ok(match instance {
        Some(i) if !i.is_none() => function::new_method(o.clone(), i.clone()),
        _ => o.clone(),
    })
}
