//! `array(typecode, initializer)`

use super::kind::Kind;
use super::{append, array, is_array, make, methods};
use pyre_object::{Args, Obj, PyResult, Vm, bytes, raise, str};

/// The type code of a constructor's argument.
fn kind_of(vm: &Vm, o: &Obj) -> PyResult<Kind> {
    let Some(s) = str::get(o) else {
        raise!(vm, TypeError, "array() argument 1 must be a unicode character, not {}", o.type_name());
    };
    if s.len() != 1 {
        let n = s.len();
        raise!(vm, TypeError, "array() argument 1 must be a unicode character, not a string of length {n}");
    }
    match Kind::of(s.char_at(0)) {
        Some(kind) => Ok(kind),
        None => raise!(vm, ValueError, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"),
    }
}

pub(super) fn new(vm: &Vm, class: &Obj, args: Args<'_>) -> PyResult {
    crate::support::no_keywords(vm, "array.array", class, args)?;
    let n = args.len();
    let (code, initializer) = match args.pos() {
        [code] => (code, None),
        [code, initializer] => (code, Some(initializer)),
        [] => raise!(vm, TypeError, "array() takes at least 1 argument (0 given)"),
        _ => raise!(vm, TypeError, "array() takes at most 2 arguments ({n} given)"),
    };
    let kind = kind_of(vm, code)?;
    if kind.code == b'u' {
        vm.warn(
            pyre_object::Exc::DeprecationWarning,
            "The 'u' type code is deprecated and will be removed in Python 3.16",
            1,
        )?;
    }
    let made = make(class, kind, &[]);
    let Some(initializer) = initializer else { return Ok(made) };
    fill(vm, &made, kind, initializer)?;
    Ok(made)
}

fn fill(vm: &Vm, made: &Obj, kind: Kind, initializer: &Obj) -> PyResult<()> {
    if str::is_str(initializer) {
        if !kind.is_text() {
            let code = kind.code as char;
            raise!(vm, TypeError, "cannot use a str to initialize an array with typecode '{code}'");
        }
        return methods::append_text(vm, made, initializer);
    }
    if is_array(initializer) {
        let other = array(initializer).kind;
        if other.is_text() && !kind.is_text() {
            let code = kind.code as char;
            raise!(vm, TypeError, "cannot use a unicode array to initialize an array with typecode '{code}'");
        }
        if other == kind {
            return methods::extend(vm, made, initializer);
        }
    } else if bytes::is_bytes(initializer) || bytes::is_bytearray(initializer) {
        return methods::append_bytes(vm, made, initializer);
    }
    vm.for_each(initializer, |o| append(vm, made, &o))
}
