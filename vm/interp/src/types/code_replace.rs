//! `code.replace()`: a copy of a code object with other fields.
//!
//! Limits: `co_code` is pyre's own bytecode, eight bytes a word, and what is given must pass the verifier; the number of
//! local and cell variables and the exception table cannot change; nor can a generator stop being one.

use pyre_bytecode::code::flags;
use pyre_bytecode::{CodeUnit, Constant, LocationTable, Text};
use pyre_object::code::{CodeBody, code_body, new_code_with_constants};
use pyre_object::{Args, Obj, PyResult, Vm, bytes, raise, str, tuple};

/// Flags that decide what a frame looks like.
const FRAME_FLAGS: u32 = flags::OPTIMIZED | flags::NEWLOCALS;
/// Flags that decide what a call makes.
const GENERATOR_FLAGS: u32 = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;

/// The protected ranges as bytes: four little-endian numbers of 32 bits each.
pub(super) fn exception_table(b: &CodeBody) -> Vec<u8> {
    let numbers = b.unit.exceptions.iter().flat_map(|e| [e.start, e.end, e.target, u32::from(e.depth)]);
    numbers.flat_map(u32::to_le_bytes).collect()
}

fn wrong_type(vm: &Vm, name: &str, expected: &str, value: &Obj) -> pyre_object::Raised {
    let given = value.type_name();
    vm.type_error(format!("replace() argument '{name}' must be {expected}, not {given}"))
}

fn number(vm: &Vm, name: &str, value: &Obj) -> PyResult<u32> {
    let n = vm.to_i32(value)?;
    match u32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => raise!(vm, ValueError, "{name} must be a positive integer"),
    }
}

fn text(vm: &Vm, name: &str, value: &Obj) -> PyResult<Text> {
    if !str::is_str(value) {
        return Err(wrong_type(vm, name, "str", value));
    }
    Ok(str::to_string_lossy(value).into())
}

fn names(vm: &Vm, name: &str, value: &Obj) -> PyResult<Box<[Text]>> {
    let Some(items) = tuple::get(value) else { return Err(wrong_type(vm, name, "tuple", value)) };
    if !items.iter().all(str::is_str) {
        raise!(vm, SystemError, "non-string found in code slot");
    }
    Ok(items.iter().map(|s| str::to_string_lossy(s).into()).collect())
}

fn byte_string<'v>(vm: &Vm, name: &str, value: &'v Obj) -> PyResult<&'v [u8]> {
    bytes::get(value).ok_or_else(|| wrong_type(vm, name, "bytes", value))
}

/// `replace(**changes)`
pub(super) fn replace(vm: &Vm, args: Args<'_>) -> PyResult {
    let [this] = args.pos() else {
        raise!(vm, TypeError, "replace() takes 0 positional arguments but {} were given", args.len() - 1);
    };
    let old = code_body(this).complete();
    let mut unit = CodeUnit::clone(&old.unit);
    unit.flags = old.flags;
    let mut consts = old.consts.get();
    let mut local_count = None;
    for (name, value) in args.keywords() {
        let name = str::to_string_lossy(name);
        match name.as_str() {
            "co_consts" if tuple::get(value).is_none() => return Err(wrong_type(vm, &name, "tuple", value)),
            "co_consts" => consts = value.clone(),
            "co_nlocals" => local_count = Some(number(vm, &name, value)?),
            _ => change(vm, &mut unit, &name, value, old)?,
        }
    }
    check(vm, &unit, old, local_count)?;
    unit.consts = constants(&consts, old);
    if pyre_bytecode::verify::verify(&unit).is_err() {
        raise!(vm, ValueError, "code: co_code is malformed");
    }
    Ok(new_code_with_constants(unit.into(), consts))
}

fn change(vm: &Vm, unit: &mut CodeUnit, name: &str, value: &Obj, old: &CodeBody) -> PyResult<()> {
    match name {
        "co_argcount" => unit.arg_count = number(vm, name, value)?,
        "co_posonlyargcount" => unit.posonly_arg_count = number(vm, name, value)?,
        "co_kwonlyargcount" => unit.kwonly_arg_count = number(vm, name, value)?,
        "co_stacksize" => unit.nregs = number(vm, name, value)?.max(old.nregs),
        "co_flags" => unit.flags = number(vm, name, value)?,
        "co_firstlineno" => unit.first_line = number(vm, name, value)?,
        "co_name" => unit.name = text(vm, name, value)?,
        "co_qualname" => unit.qualname = text(vm, name, value)?,
        "co_filename" => unit.filename = text(vm, name, value)?,
        "co_names" => unit.names = names(vm, name, value)?,
        "co_varnames" => unit.varnames = names(vm, name, value)?,
        "co_freevars" => unit.freevars = names(vm, name, value)?,
        "co_cellvars" => unit.cellvars = names(vm, name, value)?,
        "co_linetable" => unit.locations = LocationTable::from_bytes(byte_string(vm, name, value)?),
        "co_exceptiontable" => {
            if byte_string(vm, name, value)? != exception_table(old) {
                raise!(vm, ValueError, "code: co_exceptiontable cannot be changed");
            }
        }
        "co_code" => {
            let (words, []) = byte_string(vm, name, value)?.as_chunks::<8>() else {
                raise!(vm, ValueError, "code: co_code is malformed");
            };
            unit.words = words.iter().map(|w| u64::from_le_bytes(*w)).collect();
        }
        _ => raise!(vm, TypeError, "replace() got an unexpected keyword argument '{name}'"),
    }
    Ok(())
}

fn check(vm: &Vm, unit: &CodeUnit, old: &CodeBody, local_count: Option<u32>) -> PyResult<()> {
    let locals = old.unit.varnames.len();
    if unit.varnames.len() != locals || local_count.is_some_and(|n| n as usize != locals) {
        raise!(vm, ValueError, "code: co_nlocals != len(co_varnames)");
    }
    if unit.cellvars.len() != old.unit.cellvars.len() {
        raise!(vm, ValueError, "code: the number of co_cellvars cannot change");
    }
    let variadic = (unit.flags & (flags::VARARGS | flags::VARKEYWORDS)).count_ones();
    let parameters = u64::from(unit.arg_count) + u64::from(unit.kwonly_arg_count) + u64::from(variadic);
    if parameters > locals as u64 || unit.posonly_arg_count > unit.arg_count {
        raise!(vm, ValueError, "code: co_varnames is too small");
    }
    let lost = old.flags & GENERATOR_FLAGS & !unit.flags;
    if (unit.flags ^ old.flags) & FRAME_FLAGS != 0 || lost != 0 {
        raise!(vm, ValueError, "code: these bits of co_flags cannot change");
    }
    Ok(())
}

/// The constants as the compiler would have them: those that are still there, and nested code.
fn constants(consts: &Obj, old: &CodeBody) -> Box<[Constant]> {
    let before = old.consts.get();
    let constant = |(i, o): (usize, &Obj)| match tuple::items(&before).get(i) {
        Some(b) if b.is(o) => old.unit.consts.get(i).cloned().unwrap_or(Constant::None),
        _ => o.downcast::<CodeBody>().map_or(Constant::None, |b| Constant::Code(b.unit.clone())),
    };
    tuple::items(consts).iter().enumerate().map(constant).collect()
}
