//! `SyntaxError`.

use super::base::{self, FLAGS};
use pyre_object::exception_support::{exception_body, fill_members};
use pyre_object::{Args, Builtin, Exc, Obj, PyResult, Slots, TypeSpec, Vm, str, tuple};

pub static SYNTAX_ERROR: TypeSpec = TypeSpec {
    name: "SyntaxError",
    doc: "Invalid syntax.",
    base: Some(|_| Exc::Exception.ty().clone()),
    flags: FLAGS,
    slots: Slots { init: Some(init), str: Some(to_str), ..Slots::NONE },
    ..TypeSpec::EMPTY
};

const MSG: usize = 0;
const FILENAME: usize = 1;
const LINENO: usize = 2;

fn init(vm: &Vm, e: &Obj, args: Args<'_>) -> PyResult<()> {
    base::init(vm, e, args)?;
    let b = exception_body(e);
    let [message, details] = args.pos() else {
        fill_members(Exc::SyntaxError, b, args.pos());
        return Ok(());
    };
    let details = tuple::from_vec(vm.collect(details)?);
    let n = tuple::items(&details).len();
    if n < 4 {
        return Err(vm.type_error(format!("function takes at least 4 arguments ({n} given)")));
    }
    if n > 7 {
        return Err(vm.type_error(format!("function takes at most 7 arguments ({n} given)")));
    }
    fill_members(Exc::SyntaxError, b, &[message.clone(), details]);
    if n == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

/// The message with the file's name (without its directory) and the line.
fn to_str(vm: &Vm, e: &Obj) -> PyResult {
    let b = exception_body(e);
    let none_if_empty = |o: Obj| if o.is_unbound() { Obj::NONE } else { o };
    let message = none_if_empty(b.extra(MSG).get());
    let filename = b.extra(FILENAME).get();
    let line = b.extra(LINENO).get();
    let line = if line.is_exactly(Builtin::Int) { Some(vm.str_text(&line)?) } else { None };
    let file = if str::is_str(&filename) {
        let text = str::to_string_lossy(&filename);
        Some(text.rsplit_once('/').map_or(text.clone(), |(_, base)| base.to_owned()))
    } else {
        None
    };
    let place = match (file, line) {
        (None, None) => return vm.str(&message),
        (Some(f), Some(l)) => format!(" ({f}, line {l})"),
        (Some(f), None) => format!(" ({f})"),
        (None, Some(l)) => format!(" (line {l})"),
    };
    let mut s = str::StrBuilder::new();
    s.push_obj(&vm.str(&message)?);
    s.push_str(&place);
    Ok(s.finish())
}
