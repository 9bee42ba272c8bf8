//! Binding the arguments of a call to the parameters of a Python function, with CPython's errors.

use crate::ops::calls::code_of;
use pyre_bytecode::code::flags;
use pyre_object::args::Args;
use pyre_object::code::CodeBody;
use pyre_object::function::FunctionBody;
use pyre_object::{Obj, PyResult, Raised, Value, Vm, dict, str, tuple};

/// Writes the parameters into `regs` and empties the rest of the window. On error everything written is released.
///
/// # Safety
/// `regs` is a window of as many registers as the function's code has, holding nothing that is owned; `func` is a
/// function.
///
/// # Errors
/// `TypeError` when the arguments do not fit.
pub unsafe fn bind(vm: &Vm, func: &Obj, args: Args<'_>, regs: *mut Value) -> PyResult<()> {
    // SAFETY: promised by the caller.
    let body: &FunctionBody = unsafe { func.body_unchecked() };
    let code = code_of(body).complete();
    // SAFETY: promised by the caller; the words of a window are `Obj`s once they are written.
    let window = unsafe {
        for k in 0..code.nregs as usize {
            regs.add(k).write(Value::UNBOUND);
        }
        std::slice::from_raw_parts_mut(regs.cast::<Obj>(), code.nregs as usize)
    };
    let r = fill(vm, body, code, args, window);
    if r.is_err() {
        window.iter_mut().for_each(|w| *w = Obj::UNBOUND);
    }
    r
}

fn fill(vm: &Vm, f: &FunctionBody, code: &CodeBody, args: Args<'_>, window: &mut [Obj]) -> PyResult<()> {
    let (npos, nkw) = (code.arg_count as usize, code.kwonly_arg_count as usize);
    let total = npos + nkw;
    let varargs = code.flags & flags::VARARGS != 0;
    let varkw = code.flags & flags::VARKEYWORDS != 0;
    let given = args.pos();
    let plain = given.len().min(npos);
    for (w, g) in window.iter_mut().zip(&given[..plain]) {
        *w = g.clone();
    }
    if varargs {
        window[total] = tuple::new_tuple(given[plain..].iter().cloned());
    }
    let extra = if varkw {
        let d = dict::new_dict();
        window[total + usize::from(varargs)] = d.clone();
        Some(d)
    } else {
        None
    };
    if args.has_keywords() {
        keywords(vm, f, code, args, window, extra.as_ref())?;
    }
    if given.len() > npos && !varargs {
        return Err(too_many(vm, f, code, given.len(), window));
    }
    if given.len() < npos {
        positional_defaults(vm, f, code, given.len(), window)?;
    }
    if nkw != 0 {
        keyword_defaults(vm, f, code, window)?;
    }
    Ok(())
}

fn name_of(f: &FunctionBody) -> String {
    str::to_string_lossy(&f.qualname())
}

fn keywords(
    vm: &Vm,
    f: &FunctionBody,
    code: &CodeBody,
    args: Args<'_>,
    window: &mut [Obj],
    extra: Option<&Obj>,
) -> PyResult<()> {
    let posonly = code.posonly_arg_count as usize;
    let total = (code.arg_count + code.kwonly_arg_count) as usize;
    let varnames = code.varnames.get();
    let params = &tuple::items(&varnames)[..total];
    let mut positional_only_given = Vec::new();
    for (key, value) in args.keywords() {
        let found = params[posonly..]
            .iter()
            .position(|p| p.is(key))
            .or_else(|| params[posonly..].iter().position(|p| str::eq(p, key)))
            .map(|i| i + posonly);
        match (found, extra) {
            (Some(i), _) if window[i].is_unbound() => window[i] = value.clone(),
            (Some(_), _) => {
                return Err(vm.type_error(format!(
                    "{}() got multiple values for argument '{}'",
                    name_of(f),
                    str::to_string_lossy(key)
                )));
            }
            (None, Some(d)) => dict::set_item(vm, d, key, value.clone())?,
            (None, None) => {
                if params[..posonly].iter().any(|p| str::eq(p, key)) {
                    positional_only_given.push(str::to_string_lossy(key));
                    continue;
                }
                return Err(unexpected(vm, f, key, &params[posonly..]));
            }
        }
    }
    if !positional_only_given.is_empty() {
        return Err(vm.type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            name_of(f),
            positional_only_given.join(", ")
        )));
    }
    Ok(())
}

#[cold]
fn unexpected(vm: &Vm, f: &FunctionBody, key: &Obj, params: &[Obj]) -> Raised {
    let key = str::to_string_lossy(key);
    let names: Vec<String> = params.iter().map(str::to_string_lossy).collect();
    let hint = pyre_text::suggest::closest(&key, names.iter().map(String::as_str))
        .map_or(String::new(), |s| format!(". Did you mean '{s}'?"));
    vm.type_error(format!("{}() got an unexpected keyword argument '{key}'{hint}", name_of(f)))
}

#[cold]
fn too_many(vm: &Vm, f: &FunctionBody, code: &CodeBody, given: usize, window: &[Obj]) -> Raised {
    let npos = code.arg_count as usize;
    let nkw = code.kwonly_arg_count as usize;
    let defaults = f.defaults.get();
    let ndefaults =
        if defaults.is_unbound() || defaults.is_none() { 0 } else { tuple::items(&defaults).len() };
    let kw_given = window[npos..npos + nkw].iter().filter(|w| !w.is_unbound()).count();
    let (takes, plural) = if ndefaults != 0 {
        (format!("from {} to {npos}", npos - ndefaults), true)
    } else {
        (npos.to_string(), npos != 1)
    };
    let kw = if kw_given != 0 {
        format!(
            " positional argument{} (and {kw_given} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if kw_given == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    vm.type_error(format!(
        "{}() takes {takes} positional argument{} but {given}{kw} {} given",
        name_of(f),
        if plural { "s" } else { "" },
        if given == 1 && kw_given == 0 { "was" } else { "were" }
    ))
}

fn positional_defaults(
    vm: &Vm,
    f: &FunctionBody,
    code: &CodeBody,
    given: usize,
    window: &mut [Obj],
) -> PyResult<()> {
    let npos = code.arg_count as usize;
    let defaults = f.defaults.get();
    let defaults = if defaults.is_unbound() || defaults.is_none() { &[] } else { tuple::items(&defaults) };
    let first_default = npos.saturating_sub(defaults.len());
    let missing: Vec<usize> = (given..first_default).filter(|i| window[*i].is_unbound()).collect();
    if !missing.is_empty() {
        return Err(missing_arguments(vm, f, code, "positional", &missing));
    }
    for i in given.max(first_default)..npos {
        if window[i].is_unbound() {
            window[i] = defaults[i - first_default].clone();
        }
    }
    Ok(())
}

fn keyword_defaults(vm: &Vm, f: &FunctionBody, code: &CodeBody, window: &mut [Obj]) -> PyResult<()> {
    let (npos, nkw) = (code.arg_count as usize, code.kwonly_arg_count as usize);
    let kwdefaults = f.kwdefaults.get();
    let varnames = code.varnames.get();
    let mut missing = Vec::new();
    for (i, slot) in window.iter_mut().enumerate().take(npos + nkw).skip(npos) {
        if !slot.is_unbound() {
            continue;
        }
        let default = if kwdefaults.is_unbound() || kwdefaults.is_none() {
            None
        } else {
            dict::get_str(&kwdefaults, &tuple::items(&varnames)[i])
        };
        match default {
            Some(d) => *slot = d,
            None => missing.push(i),
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(vm, f, code, "keyword-only", &missing)) }
}

#[cold]
fn missing_arguments(vm: &Vm, f: &FunctionBody, code: &CodeBody, kind: &str, missing: &[usize]) -> Raised {
    let varnames = code.varnames.get();
    let names: Vec<String> =
        missing.iter().map(|i| format!("'{}'", str::to_string_lossy(&tuple::items(&varnames)[*i]))).collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
        [] => String::new(),
    };
    vm.type_error(format!(
        "{}() missing {} required {kind} argument{}: {list}",
        name_of(f),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    ))
}
