//! Closure cells; globals and builtins through their inline caches, whose format `crate::ops::names` describes.

use super::machine::Objects;
use super::{Slow, Staged, kill};
use crate::ops::names::{BUILTIN, GLOBAL};
use pyre_bytecode::Instruction;
use pyre_jit::machine::Before;
use pyre_object::function::CellBody;
use pyre_object::layout::HEADER_SIZE;
use std::mem::offset_of;

const CONTENT: u32 = ((HEADER_SIZE + offset_of!(CellBody, content)) / 8) as u32;

/// `a =` a global or builtin
#[inline(always)]
pub fn load_global<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let cache = m.extra();
    let (id, index) = (cache as u32, (cache >> 32) as u32 & 0xff_ffff);
    let v = match cache >> 56 {
        GLOBAL => m.global(id, index),
        BUILTIN => m.builtin(id, index),
        _ => None,
    };
    match v {
        Some(v) => Ok(m.set_owned(t, i.a(), v)),
        None => Err(Slow(t)),
    }
}

/// Stores a global.
#[inline(always)]
pub fn store_global<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let cache = m.extra();
    if cache >> 56 != GLOBAL {
        return Err(Slow(t));
    }
    let v = m.register(i.a());
    match m.store_global(t, cache as u32, (cache >> 32) as u32 & 0xff_ffff, v) {
        Ok(t) => kill(m, i, t),
        Err(t) => Err(Slow(t)),
    }
}

#[inline(always)]
fn content<M: Objects>(m: &mut M, i: Instruction, t: Before, cell: M::Word) -> Staged {
    let v = m.load_word(cell, CONTENT);
    if m.is_empty(&v) { Err(Slow(t)) } else { Ok(m.set_owned(t, i.a(), v)) }
}

/// `a =` content of the cell in `b`
#[inline(always)]
pub fn load_cell<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let cell = m.register(i.b());
    content(m, i, t, cell)
}

/// `a =` content of the closure's cell
#[inline(always)]
pub fn load_free<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let cell = m.closure_cell(i.b());
    content(m, i, t, cell)
}

/// Stores `b` into the cell in `a`.
#[inline(always)]
pub fn store_cell<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (cell, v) = (m.register(i.a()), m.register(i.b()));
    let t = m.store_copy(t, cell, CONTENT, v);
    kill(m, i, t)
}

/// Stores `a` into the closure's cell.
#[inline(always)]
pub fn store_free<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let (cell, v) = (m.closure_cell(i.b()), m.register(i.a()));
    let t = m.store_copy(t, cell, CONTENT, v);
    kill(m, i, t)
}
