//! What dicts and sets share: hashing of keys, and comparing a stored key with a searched one as far as that needs no
//! Python code.

use crate::error::{PyResult, Raised};
use crate::exception::Exc;
use crate::obj::Obj;
use crate::str;
use crate::type_new::qualified_name;
use crate::value::Value;
use crate::vm::Vm;

/// The modulus of numeric hashes: 2^61 - 1.
const MODULUS: u64 = (1 << 61) - 1;

/// `hash(key)`, at once for exact strings and ints.
///
/// # Errors
/// The key is unhashable, or its `__hash__` raised.
#[inline(always)]
pub fn hash_key(vm: &Vm, key: &Obj) -> PyResult<i64> {
    if key.raw().is_int() {
        let i = key.raw().int();
        if i.unsigned_abs() < MODULUS {
            // -1 is no hash.
            return Ok(if i == -1 { -2 } else { i });
        }
    } else if str::is_exact(key) {
        return Ok(str::hash(key));
    }
    vm.hash(key)
}

/// As [`hash_key`]; the message about an unhashable key says what it was to be (`a dict key`).
///
/// # Errors
/// As [`hash_key`].
#[inline(always)]
pub(crate) fn hash_key_as(vm: &Vm, key: &Obj, what: &str) -> PyResult<i64> {
    hash_key(vm, key).map_err(|e| unhashable(vm, key, what, e))
}

#[cold]
fn unhashable(vm: &Vm, key: &Obj, what: &str, e: Raised) -> Raised {
    if !e.0.ty().is(Exc::TypeError.ty()) {
        return e;
    }
    let message = || -> PyResult<String> {
        let (kind, why) = (qualified_name(vm, key.ty())?, vm.str_text(&e.0)?);
        Ok(format!("cannot use '{kind}' as {what} ({why})"))
    };
    message().map_or_else(|failure| failure, |m| vm.type_error(m))
}

/// Whether a stored key with the same hash is the one that is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Same {
    /// Identical, or equal strings.
    Yes,
    /// Certainly different.
    No,
    /// Only `==` knows, which may run Python code.
    Ask,
}

/// Compares keys whose hashes are equal and that are not identical.
#[inline]
pub(crate) fn compare_keys(stored: &Obj, key: &Obj) -> Same {
    if str::is_exact(key) {
        if str::is_exact(stored) {
            return if str::eq(stored, key) { Same::Yes } else { Same::No };
        }
        return if stored.raw().is_ptr() { Same::Ask } else { Same::No };
    }
    if Value::both_int(stored.raw(), key.raw()) || (!key.raw().is_ptr() && str::is_exact(stored)) {
        return Same::No;
    }
    Same::Ask
}

/// As [`compare_keys`] for a searched exact string and any stored key, without ever asking: a stored instance of a
/// subclass of `str` counts as its text.
#[inline]
pub(crate) fn is_same_text(stored: &Obj, name: &Obj) -> bool {
    str::is_str(stored) && str::eq(stored, name)
}
