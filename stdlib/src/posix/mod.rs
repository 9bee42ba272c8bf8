//! `posix`: the operating system, as `os`, `pathlib`, `shutil` and their like use it.
//!
//! Calls that may block run with the thread detached and are repeated when a signal interrupts them; failures are
//! `OSError` with the name of the file.

mod attributes;
mod constants;
mod descriptors;
mod directory;
mod entries;
mod environment;
pub mod path;
mod paths;
mod process;
mod scan;
mod scheduling;
mod stat;

pub use stat::stat_result;

use pyre_object::{Obj, PyResult, Vm, int, list, module, str};
use pyre_types::struct_sequence::type_of;

/// Makes the module.
///
/// # Errors
/// None in a sound build.
pub fn module(vm: &Vm) -> PyResult {
    let m = module::new_module("posix");
    constants::add(&m);
    for table in [
        &attributes::FUNCTIONS[..],
        &descriptors::FUNCTIONS,
        &directory::FUNCTIONS,
        &entries::FUNCTIONS,
        &environment::FUNCTIONS,
        &paths::FUNCTIONS,
        &process::FUNCTIONS,
        &process::IDENTITY,
        &scheduling::FUNCTIONS,
        &stat::FUNCTIONS,
    ] {
        module::add_functions(&m, table);
    }
    scan::add_types(vm, &m);
    let records = [
        ("stat_result", stat::type_object(vm)?),
        ("statvfs_result", type_of(vm, &stat::STATVFS_RESULT)?),
        ("terminal_size", type_of(vm, &environment::TERMINAL_SIZE)?),
        ("uname_result", type_of(vm, &environment::UNAME_RESULT)?),
        ("times_result", type_of(vm, &process::TIMES_RESULT)?),
        ("sched_param", type_of(vm, &scheduling::SCHED_PARAM)?),
    ];
    for (name, ty) in records {
        module::set(&m, name, ty.clone());
    }
    module::set(&m, "error", pyre_object::Exc::OSError.ty().clone());
    module::set(&m, "environ", environment::environ());
    module::set(&m, "_have_functions", list::new_list(constants::HAVE.iter().map(|n| str::new_str(n))));
    Ok(m)
}

/// The number of a directory that paths are relative to.
fn dir_fd(vm: &Vm, o: &Obj) -> PyResult<i32> {
    match o.not_none() {
        None => Ok(libc::AT_FDCWD),
        Some(o) if int::is_int(o) || o.slots().index.addr() != 0 => path::descriptor(vm, o),
        Some(o) => Err(vm.type_error(format!("argument should be integer or None, not {}", o.type_name()))),
    }
}

/// A flag argument.
fn flag(vm: &Vm, o: &Obj, default: bool) -> PyResult<bool> {
    o.given().map_or(Ok(default), |o| vm.truth(o))
}

/// An integer argument with a default.
fn integer(vm: &Vm, o: &Obj, default: i32) -> PyResult<i32> {
    o.given().map_or(Ok(default), |o| vm.to_i32(o))
}

/// A descriptor argument: an integer or an object with `fileno()`.
///
/// # Errors
/// `TypeError`, `ValueError` for negative numbers.
pub fn file_descriptor(vm: &Vm, o: &Obj) -> PyResult<i32> {
    let fd = if int::is_int(o) {
        path::descriptor(vm, o)?
    } else {
        let Some(f) = vm.getattr_opt(o, crate::name!("fileno"))? else {
            return Err(vm.type_error("argument must be an int, or have a fileno() method."));
        };
        let fd = vm.call0(&f)?;
        if !int::is_int(&fd) {
            return Err(vm.type_error("fileno() returned a non-integer"));
        }
        path::descriptor(vm, &fd)?
    };
    if fd < 0 {
        return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}
