//! Two functions of `posixpath` that are native: splitting off the root, and normalizing.

use super::path;
use pyre_object::{NativeDef, Obj, PyResult, Vm, bytes, str, tuple};

pub static FUNCTIONS: [NativeDef; 2] = [
    NativeDef::function("_path_splitroot_ex", "(p, /)", split_root),
    NativeDef::function("_path_normpath", "(path)", normalize),
];

/// The path's bytes (of text with surrogates encoded like other characters).
fn content(vm: &Vm, o: &Obj) -> PyResult<(Vec<u8>, bool)> {
    let p = path::fspath(vm, o)?;
    Ok(match bytes::get(&p) {
        Some(b) => (b.to_vec(), true),
        None => (str::to_wtf8(&p).into_owned(), false),
    })
}

fn result(b: &[u8], as_bytes: bool) -> Obj {
    if as_bytes { bytes::new_bytes(b) } else { str::from_wtf8(b) }
}

/// Bytes of the root: none, `/`, or `//` (which POSIX leaves to the implementation).
fn root_length(p: &[u8]) -> usize {
    match p {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

fn split_root(vm: &Vm, a: &[Obj]) -> PyResult {
    let (p, as_bytes) = content(vm, &a[0])?;
    let (root, rest) = p.split_at(root_length(&p));
    Ok(tuple::new_tuple([result(b"", as_bytes), result(root, as_bytes), result(rest, as_bytes)]))
}

fn normalize(vm: &Vm, a: &[Obj]) -> PyResult {
    let (p, as_bytes) = content(vm, &a[0])?;
    let (root, rest) = p.split_at(root_length(&p));
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in rest.split(|c| *c == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(&last) if last != b".." => {
                    parts.pop();
                }
                None if !root.is_empty() => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let mut out = root.to_vec();
    out.extend_from_slice(&parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    Ok(result(&out, as_bytes))
}
