//! Arguments of constructors and methods that several types share.

use pyre_object::call::keyword_text;
use pyre_object::{Args, Obj, PyResult, Vm, str};

/// The type of an argument as messages name it: `None` stands for itself.
pub fn argument_type(o: &Obj) -> String {
    if o.is_none() { "None".to_owned() } else { o.type_name() }
}

/// Up to `N` optional arguments that may be given by position or by name.
///
/// # Errors
/// `TypeError`
pub fn bind_optional<'a, const N: usize>(
    vm: &Vm,
    function: &str,
    names: [&str; N],
    args: Args<'a>,
) -> PyResult<[Option<&'a Obj>; N]> {
    let mut bound = [None; N];
    if args.all().len() > N {
        return Err(
            vm.type_error(format!("{function} expected at most {N} arguments, got {}", args.all().len()))
        );
    }
    for (slot, value) in bound.iter_mut().zip(args.pos()) {
        *slot = Some(value);
    }
    for (name, value) in args.keywords() {
        let text = keyword_text(name);
        let Some(i) = names.iter().position(|n| *n == text) else {
            return Err(vm.type_error(format!("{function}() got an unexpected keyword argument '{text}'")));
        };
        if bound[i].replace(value).is_some() {
            return Err(vm.type_error(format!(
                "argument for {function}() given by name ('{text}') and position ({})",
                i + 1
            )));
        }
    }
    Ok(bound)
}

/// An argument that names something: an encoding, an error handler.
///
/// # Errors
/// `TypeError` if it is no str, `ValueError` for null characters.
pub fn name_argument(vm: &Vm, function: &str, name: &str, o: &Obj) -> PyResult<String> {
    if !str::is_str(o) {
        return Err(
            vm.type_error(format!("{function}() argument '{name}' must be str, not {}", argument_type(o)))
        );
    }
    let text = str::to_string_lossy(o);
    if text.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(text)
}

/// The argument of an iterator's `__setstate__`: an index, negative ones stand for 0.
///
/// # Errors
/// `TypeError`, `OverflowError`.
pub fn index_state(vm: &Vm, o: &Obj) -> PyResult<usize> {
    Ok(vm.to_isize(o)?.max(0) as usize)
}

pub(crate) use pyre_object::native_table;
