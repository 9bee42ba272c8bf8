//! `_sre`: the engine under `re`. The library's Python code parses and compiles patterns; [`engine`] runs the code.
//!
//! Limits: the locale is taken to be C.

mod engine;
mod matches;
mod pattern;
mod replace;
mod scanner;
mod subject;

use crate::support::{native_table, new_module};
use engine::{MAXREPEAT, lower_ascii, lower_unicode, upper_unicode};
use pyre_object::{NativeDef, Obj, PyResult, Vm, int, module, str};

/// The version of the code: that of `re._constants`.
const MAGIC: usize = 20230612;
/// Bytes of one unit of code.
const CODESIZE: usize = 4;

/// As many as two marks for each still have numbers that fit.
const MAXGROUPS: usize = (u32::MAX / 4) as usize;

/// The argument of the functions on characters.
fn character(vm: &Vm, o: &Obj) -> PyResult<u32> {
    vm.to_i32(o).map(|c| c as u32)
}

static FUNCTIONS: &[NativeDef] = native_table![
    NativeDef::function(
        "compile",
        "(pattern, flags, code, groups, groupindex, indexgroup)",
        pattern::compile
    ),
    NativeDef::function("template", "(pattern, template, /)", replace::template),
    NativeDef::function("getcodesize", "()", |_, _| Ok(Obj::from_len(CODESIZE))),
    NativeDef::function("ascii_iscased", "(character, /)", |vm, a| {
        let c = character(vm, &a[0])?;
        Ok(Obj::bool(u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())))
    }),
    NativeDef::function("unicode_iscased", "(character, /)", |vm, a| {
        let c = character(vm, &a[0])?;
        Ok(Obj::bool(lower_unicode(c) != c || upper_unicode(c) != c))
    }),
    NativeDef::function("ascii_tolower", "(character, /)", |vm, a| {
        Ok(int::new_int(i64::from(lower_ascii(character(vm, &a[0])?))))
    }),
    NativeDef::function("unicode_tolower", "(character, /)", |vm, a| {
        Ok(int::new_int(i64::from(lower_unicode(character(vm, &a[0])?))))
    }),
];

/// The module.
///
/// # Errors
/// None.
pub fn module(vm: &Vm) -> PyResult {
    let m = new_module("_sre", "", FUNCTIONS);
    for (name, value) in [
        ("MAGIC", MAGIC),
        ("CODESIZE", CODESIZE),
        ("MAXREPEAT", MAXREPEAT as usize),
        ("MAXGROUPS", MAXGROUPS),
    ] {
        module::set(&m, name, Obj::from_len(value));
    }
    module::set(&m, "copyright", str::new_str(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "));
    for ty in [&pattern::PATTERN, &matches::MATCH, &scanner::SCANNER, &replace::TEMPLATE] {
        ty.get(vm);
    }
    Ok(m)
}
