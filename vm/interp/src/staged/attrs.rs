//! Attributes through their inline caches, whose format `crate::ops::attrs` describes.

use super::machine::Objects;
use super::{Slow, Staged, kill};
use crate::ops::attrs::{ADD, CLASS, INLINE, METHOD, MODULE, OUT, TYPE, payload};
use pyre_bytecode::{Instruction, KILL_B};
use pyre_jit::machine::Before;
use pyre_object::Builtin;

const MODULE_SHAPE: u32 = Builtin::Module as u32;
const TYPE_SHAPE: u32 = Builtin::Type as u32;

/// The value of an attribute that a cache finds as it is.
#[inline(always)]
fn cached<M: Objects>(m: &mut M, o: M::Word, name: u32) -> Option<M::Owned> {
    let (shape, mut cache) = (m.shape(o), m.extra());
    if shape != cache as u32 {
        match cache >> 56 {
            MODULE if shape == MODULE_SHAPE => return m.module_value(o, cache as u32, payload(cache)),
            TYPE if shape == TYPE_SHAPE => return m.type_value(o, cache as u32, payload(cache)),
            _ if shape == 0 => return None,
            _ => cache = m.remembered(shape, name, false),
        }
    }
    let v = match cache >> 56 {
        INLINE => m.load_word(o, payload(cache)),
        CLASS => m.class_value(payload(cache)),
        OUT => return m.out_of_line(o, shape, payload(cache)),
        _ => return None,
    };
    if m.is_empty(&v) { None } else { Some(v) }
}

/// `a = b.name`
#[inline(always)]
pub fn load_attr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let o = m.register(i.b());
    match cached(m, o, u32::from(i.c())) {
        Some(v) => {
            let t = m.set_owned(t, i.a(), v);
            kill(m, i, t)
        }
        None => Err(Slow(t)),
    }
}

/// `a` = the function in a class cell, `a+1` = self, which is in `b`.
#[inline(always)]
pub fn set_method<M: Objects>(m: &mut M, i: Instruction, t: Before, cell: u32) -> Staged {
    let f = m.class_value(cell);
    if m.is_empty(&f) {
        return Err(Slow(t));
    }
    let moved = i.flags() & KILL_B != 0 || i.b() == i.a();
    Ok(m.set_pair(t, i.a(), f, i.b(), moved))
}

/// For a call of `b.name`: `a` = function and `a+1` = self.
#[inline(always)]
pub fn load_method<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let o = m.register(i.b());
    let (shape, mut cache) = (m.shape(o), m.extra());
    if shape != cache as u32 {
        if shape == 0 {
            return Err(Slow(t));
        }
        cache = m.remembered(shape, u32::from(i.c()), false);
    }
    if cache >> 56 != METHOD {
        return Err(Slow(t));
    }
    set_method(m, i, t, payload(cache))
}

/// `a.name = b`
#[inline(always)]
pub fn store_attr<M: Objects>(m: &mut M, i: Instruction, t: Before) -> Staged {
    let o = m.register(i.a());
    if !m.is_single_threaded() {
        return Err(Slow(t));
    }
    let (shape, mut cache) = (m.shape(o), m.extra());
    if shape != cache as u32 {
        if shape == 0 {
            return Err(Slow(t));
        }
        cache = m.remembered(shape, u32::from(i.c()), true);
    }
    let v = m.register(i.b());
    let t = match cache >> 56 {
        INLINE => m.store_copy(t, o, payload(cache), v),
        ADD => {
            let next = pyre_object::shape::shape(payload(cache));
            let slot = next.names.len() as u16 - 1;
            m.add_attribute(t, o, (next.inline_offset(slot) / 8) as u32, next.id, v)
        }
        _ => return Err(Slow(t)),
    };
    kill(m, i, t)
}
