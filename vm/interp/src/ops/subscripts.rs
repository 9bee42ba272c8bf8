//! `b[c]` in all its forms.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::Instruction;
use pyre_object::{Builtin, Obj, Value, code, dict, list, str, tuple};

const LIST: u32 = Builtin::List as u32;
const TUPLE: u32 = Builtin::Tuple as u32;
const STR: u32 = Builtin::Str as u32;
const DICT: u32 = Builtin::Dict as u32;

/// An item of an exact list or tuple by an int within bounds.
#[inline(always)]
fn indexed(o: &Obj, shape: u32, n: i64) -> Option<Obj> {
    if shape == LIST {
        if n >= 0 {
            return list::get(o, n as usize);
        }
        return list::normalize_index(n, list::len(o)).and_then(|i| list::get(o, i));
    }
    let items = tuple::items(o);
    let n = if n < 0 { n + items.len() as i64 } else { n };
    usize::try_from(n).ok().and_then(|i| items.get(i)).cloned()
}

/// `a = b[c]`
#[inline(always)]
pub fn load_subscr(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (o, k) = (cx.reg(i.b()), cx.reg(i.c()));
    let shape = o.shape_id();
    let fast = match shape {
        LIST | TUPLE if k.raw().is_int() => indexed(o, shape, k.raw().int()),
        DICT => dict::get_item(cx.vm, o, k)?,
        LIST if k.is_exactly(Builtin::Slice) => {
            let parts = pyre_object::slice::unpack(cx.vm, k)?;
            let at = pyre_object::slice::adjust(parts, list::len(o));
            Some(list::get_slice(o, at.start as usize, at.step, at.count))
        }
        _ => None,
    };
    let v = match fast {
        Some(v) => v,
        None => cx.vm.getitem(o, k)?,
    };
    cx.set(i.a(), v);
    cx.kill(i);
    Ok(Go::Next)
}

/// `a = b[c]`, `c` an immediate int
#[inline(always)]
pub fn load_subscr_int(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let o = cx.reg(i.b());
    let shape = o.shape_id();
    let n = i64::from(i.c_i16());
    let fast = if shape == LIST || shape == TUPLE { indexed(o, shape, n) } else { None };
    let v = match fast {
        Some(v) => v,
        None => {
            // SAFETY: an immediate owns nothing.
            let k = unsafe { Obj::from_raw(Value::int_unchecked(n)) };
            cx.vm.getitem(o, &k)?
        }
    };
    cx.set(i.a(), v);
    if i.flags() & pyre_bytecode::KILL_B != 0 {
        drop(cx.take(i.b()));
    }
    Ok(Go::Next)
}

/// `a[b] = c`
#[inline(always)]
pub fn store_subscr(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (o, k, v) = (cx.reg(i.a()), cx.reg(i.b()), cx.reg(i.c()));
    match o.shape_id() {
        LIST if k.raw().is_int() && k.raw().int() >= 0 => {
            if list::set(o, k.raw().int() as usize, v.clone()).is_err() {
                cx.vm.setitem(o, k, v)?;
            }
        }
        DICT => dict::set_item(cx.vm, o, k, v.clone())?,
        _ => cx.vm.setitem(o, k, v)?,
    }
    cx.kill(i);
    Ok(Go::Next)
}

/// `del a[b]`
pub fn delete_subscr(cx: &mut Cx<'_>, i: Instruction) -> Step {
    cx.vm.delitem(cx.reg(i.a()), cx.reg(i.b()))?;
    cx.kill(i);
    Ok(Go::Next)
}

/// A slice of an exact list, str or tuple whose bounds are ints or left out: no slice object is needed.
#[inline]
fn simple_slice(cx: &Cx<'_>, i: Instruction) -> Option<Obj> {
    let (o, start, stop) = (cx.reg(i.b()), cx.reg(i.c()), cx.reg(i.c() + 1));
    let known = |b: &Obj| b.is_none() || b.raw().is_int();
    if !known(start) || !known(stop) {
        return None;
    }
    let within = |len: usize| pyre_object::slice::bounds(cx.vm, start, stop, len).ok();
    match o.shape_id() {
        LIST => within(list::len(o)).map(|(from, to)| list::get_slice(o, from, 1, to - from)),
        STR => within(str::len(o)).map(|(from, to)| str::slice(o, from, to)),
        TUPLE => {
            let items = tuple::items(o);
            let (from, to) = within(items.len())?;
            Some(if to - from == items.len() { o.clone() } else { tuple::from_slice(&items[from..to]) })
        }
        _ => None,
    }
}

/// `a = b[c : c+1]`
pub fn load_slice(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = match simple_slice(cx, i) {
        Some(v) => {
            cx.drop_range(i.c(), 2);
            v
        }
        None => {
            let s = code::new_slice(cx.take(i.c()), cx.take(i.c() + 1), Obj::NONE);
            cx.vm.getitem(cx.reg(i.b()), &s)?
        }
    };
    cx.set(i.a(), v);
    if i.flags() & pyre_bytecode::KILL_B != 0 {
        drop(cx.take(i.b()));
    }
    Ok(Go::Next)
}

/// `l[b : b+1] = items` for lists of the same length, and bounds that are ints or left out. False: nothing has happened.
#[inline]
fn overwrite_slice(cx: &Cx<'_>, i: Instruction) -> bool {
    let (l, start, stop, items) = (cx.reg(i.a()), cx.reg(i.b()), cx.reg(i.b() + 1), cx.reg(i.c()));
    let known = |b: &Obj| b.is_none() || b.raw().is_int();
    if !l.is_exactly(Builtin::List) || !items.is_exactly(Builtin::List) || !known(start) || !known(stop) {
        return false;
    }
    match pyre_object::slice::bounds(cx.vm, start, stop, list::len(l)) {
        Ok((from, to)) => list::overwrite_alone(l, from, to, items),
        Err(_) => false,
    }
}

/// `a[b : b+1] = c`
pub fn store_slice(cx: &mut Cx<'_>, i: Instruction) -> Step {
    if overwrite_slice(cx, i) {
        cx.drop_range(i.b(), 2);
        cx.kill(i);
        return Ok(Go::Next);
    }
    let s = code::new_slice(cx.take(i.b()), cx.take(i.b() + 1), Obj::NONE);
    cx.vm.setitem(cx.reg(i.a()), &s, cx.reg(i.c()))?;
    drop(s);
    cx.kill(i);
    Ok(Go::Next)
}
