//! Locals, cells, globals, namespaces.
//!
//! The inline cache of a global is `kind << 56 | index << 32 | id`. Kind 1: `id` is the layout id of the globals dict and
//! `index` the entry. Kind 2: the globals with that layout do not have the name, and `index` is a cell of
//! `crate::builtin_cells`, which knows the entry in the builtins dict.

use crate::builtin_cells;
use crate::cx::{Cx, Go, Step};
use pyre_bytecode::Instruction;
use pyre_object::function::{CellBody, FunctionBody, new_cell};
use pyre_object::{Builtin, Exc, Obj, PyResult, Raised, dict, names, str, tuple};

/// See above.
pub const GLOBAL: u64 = 1;
/// See above.
pub const BUILTIN: u64 = 2;

#[cold]
fn unbound_local(cx: &Cx<'_>, name: &Obj) -> Raised {
    let m = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        str::to_string_lossy(name)
    );
    cx.vm.name_error(Exc::UnboundLocalError, name, m)
}

#[cold]
fn unbound_free(cx: &Cx<'_>, name: &Obj) -> Raised {
    let m = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        str::to_string_lossy(name)
    );
    cx.vm.name_error(Exc::NameError, name, m)
}

#[cold]
fn undefined(cx: &Cx<'_>, name: &Obj) -> Raised {
    cx.vm.name_error(Exc::NameError, name, format!("name '{}' is not defined", str::to_string_lossy(name)))
}

/// Raises if `a` is unbound.
#[cold]
pub fn check_local(cx: &mut Cx<'_>, i: Instruction) -> Step {
    Err(unbound_local(cx, cx.name(i.bc_u32())))
}

/// `del` of a local
pub fn delete_local(cx: &mut Cx<'_>, i: Instruction) -> Step {
    if cx.word(i.a()).is_unbound() {
        return Err(unbound_local(cx, cx.name(i.bc_u32())));
    }
    drop(cx.take(i.a()));
    Ok(Go::Next)
}

/// Wraps what `a` holds into a new cell.
pub fn make_cell(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = cx.take(i.a());
    cx.set(i.a(), new_cell(v));
    Ok(Go::Next)
}

#[inline(always)]
fn cell_of(o: &Obj) -> &CellBody {
    debug_assert!(o.is_exactly(Builtin::Cell));
    // SAFETY: the compiler puts cells, and nothing else, into cell registers and closures.
    unsafe { o.body_unchecked() }
}

/// `a =` content of the cell in `b`, or its error
#[inline(never)]
pub fn load_cell(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = cell_of(cx.reg(i.b())).content.get();
    if v.is_unbound() {
        return Err(unbound_local(cx, cx.name(u32::from(i.c()))));
    }
    cx.set(i.a(), v);
    Ok(Go::Next)
}

/// Empties the cell in `a`.
pub fn delete_cell(cx: &mut Cx<'_>, i: Instruction) -> Step {
    if cell_of(cx.reg(i.a())).content.take().is_unbound() {
        return Err(unbound_local(cx, cx.name(i.bc_u32())));
    }
    Ok(Go::Next)
}

#[inline(always)]
fn closure_cell<'c>(cx: &'c Cx<'_>, index: u16) -> &'c Obj {
    // SAFETY: the frame's function.
    let f: &FunctionBody = unsafe { cx.frame().function().body_unchecked() };
    &tuple::items(f.closure.get_fixed())[index as usize]
}

fn free_name(cx: &Cx<'_>, index: u16) -> Obj {
    tuple::items(cx.frame().code().freevars.get_fixed())[index as usize].clone()
}

/// `a =` content of the closure's cell, or its error
#[inline(never)]
pub fn load_free(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = cell_of(closure_cell(cx, i.b())).content.get();
    if v.is_unbound() {
        return Err(unbound_free(cx, &free_name(cx, i.b())));
    }
    cx.set(i.a(), v);
    Ok(Go::Next)
}

/// Empties the closure's cell.
pub fn delete_free(cx: &mut Cx<'_>, i: Instruction) -> Step {
    if cell_of(closure_cell(cx, i.b())).content.take().is_unbound() {
        return Err(unbound_free(cx, &free_name(cx, i.b())));
    }
    Ok(Go::Next)
}

/// `a =` the closure's cell itself
pub fn load_closure_cell(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let c = closure_cell(cx, i.b()).clone();
    cx.set(i.a(), c);
    Ok(Go::Next)
}

/// A name in a namespace that may be any mapping.
pub fn get_from(cx: &Cx<'_>, namespace: &Obj, name: &Obj) -> PyResult<Option<Obj>> {
    if namespace.is_exactly(Builtin::Dict) {
        return Ok(dict::get_str(namespace, name));
    }
    cx.vm.catch(cx.vm.getitem(namespace, name), Exc::KeyError)
}

fn locals(cx: &Cx<'_>) -> Obj {
    // SAFETY: owned by the frame.
    unsafe { Obj::from_borrowed(cx.frame().locals) }
}

/// Class body: namespace, then the closure's cell.
pub fn load_class_free(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = match get_from(cx, &locals(cx), cx.name(u32::from(i.c())))? {
        Some(v) => v,
        None => cell_of(closure_cell(cx, i.b())).content.get(),
    };
    if v.is_unbound() {
        return Err(unbound_free(cx, cx.name(u32::from(i.c()))));
    }
    cx.set(i.a(), v);
    Ok(Go::Next)
}

/// The mapping `b`, then globals and builtins.
pub fn load_from_dict_or_globals(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(u32::from(i.c()));
    let v = match get_from(cx, cx.reg(i.b()), name)? {
        Some(v) => v,
        None => global_or_builtin(cx, name)?.ok_or_else(|| undefined(cx, name))?,
    };
    cx.set(i.a(), v);
    cx.kill(i);
    Ok(Go::Next)
}

/// The mapping `b`, then the closure's cell `c`.
pub fn load_from_dict_or_free(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = free_name(cx, i.c());
    let v = match get_from(cx, cx.reg(i.b()), &name)? {
        Some(v) => v,
        None => cell_of(closure_cell(cx, i.c())).content.get(),
    };
    if v.is_unbound() {
        return Err(unbound_free(cx, &name));
    }
    cx.set(i.a(), v);
    cx.kill(i);
    Ok(Go::Next)
}

#[inline(always)]
fn globals<'c>(cx: &'c Cx<'_>) -> &'c Obj {
    // SAFETY: kept alive by the frame's function.
    unsafe { Obj::borrow_raw(&cx.frame().globals) }
}

#[inline(always)]
fn builtins<'c>(cx: &'c Cx<'_>) -> &'c Obj {
    // SAFETY: kept alive by the frame's function.
    unsafe { Obj::borrow_raw(&cx.frame().builtins) }
}

fn global_or_builtin(cx: &Cx<'_>, name: &Obj) -> PyResult<Option<Obj>> {
    if let Some(v) = get_from(cx, globals(cx), name)? {
        return Ok(Some(v));
    }
    get_from(cx, builtins(cx), name)
}

/// Fills the cache with the entry of a global in a dict of that layout (0: the dict has none that can be remembered).
fn remember_global(cx: &Cx<'_>, g: &Obj, id: u32, name: &Obj) {
    if id != 0
        && let Some(index) = dict::value_position(g, name)
    {
        cx.set_extra(GLOBAL << 56 | u64::from(index) << 32 | u64::from(id));
    }
}

/// `a =` a global or builtin; fills the cache
#[inline(never)]
pub fn load_global_slow(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(i.bc_u32());
    let (g, b) = (globals(cx), builtins(cx));
    let plain = g.is_exactly(Builtin::Dict) && b.is_exactly(Builtin::Dict);
    let id = if plain { dict::layout_id(g) } else { 0 };
    let v = match get_from(cx, g, name)? {
        Some(v) => {
            remember_global(cx, g, id, name);
            v
        }
        None => {
            let v = get_from(cx, b, name)?.ok_or_else(|| undefined(cx, name))?;
            if id != 0
                && let Some(cell) = builtin_cells::cell(b, name)
            {
                cx.set_extra(BUILTIN << 56 | u64::from(cell) << 32 | u64::from(id));
            }
            v
        }
    };
    cx.set(i.a(), v);
    Ok(Go::Next)
}

/// Stores a global; fills the cache.
#[inline(never)]
pub fn store_global_slow(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let v = cx.reg(i.a()).clone();
    let name = cx.name(i.bc_u32());
    let g = globals(cx);
    if g.is_exactly(Builtin::Dict) {
        dict::set_str(g, name, v);
        remember_global(cx, g, dict::layout_id(g), name);
    } else {
        cx.vm.setitem(g, name, &v)?;
    }
    cx.kill(i);
    Ok(Go::Next)
}

/// `del` of a global
pub fn delete_global(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(i.bc_u32());
    if !dict::del_item(cx.vm, globals(cx), name)? {
        return Err(undefined(cx, name));
    }
    Ok(Go::Next)
}

#[inline(always)]
fn cached_global(cx: &Cx<'_>) -> Option<Obj> {
    let cache = cx.extra();
    let (id, index) = (cache as u32, (cache >> 32) as u32 & 0xff_ffff);
    match cache >> 56 {
        GLOBAL => dict::cached_value(globals(cx), id, index),
        BUILTIN => builtin_cells::get(dict::body(globals(cx)), id, dict::body(builtins(cx)), index),
        _ => None,
    }
}

/// `a =` a name from the namespace, globals or builtins
pub fn load_name(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(i.bc_u32());
    if cx.frame().locals != cx.frame().globals
        && let Some(v) = get_from(cx, &locals(cx), name)?
    {
        cx.set(i.a(), v);
        return Ok(Go::Next);
    }
    if let Some(v) = cached_global(cx) {
        cx.set(i.a(), v);
        return Ok(Go::Next);
    }
    load_global_slow(cx, i)
}

/// Stores a name into the namespace.
pub fn store_name(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(i.bc_u32());
    let v = cx.reg(i.a()).clone();
    let namespace = locals(cx);
    if namespace.is_exactly(Builtin::Dict) {
        dict::set_str(&namespace, name, v);
    } else {
        cx.vm.setitem(&namespace, name, &v)?;
    }
    cx.kill(i);
    Ok(Go::Next)
}

/// `del` of a name
pub fn delete_name(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let name = cx.name(i.bc_u32());
    let namespace = locals(cx);
    let existed = if namespace.is_exactly(Builtin::Dict) {
        dict::del_item(cx.vm, &namespace, name)?
    } else {
        cx.vm.catch(cx.vm.delitem(&namespace, name), Exc::KeyError)?.is_some()
    };
    if !existed {
        return Err(undefined(cx, name));
    }
    Ok(Go::Next)
}

/// `a =` the namespace
pub fn load_locals(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let l = locals(cx);
    cx.set(i.a(), l);
    Ok(Go::Next)
}

/// `a = __build_class__`
pub fn load_build_class(cx: &mut Cx<'_>, i: Instruction) -> Step {
    match get_from(cx, builtins(cx), names::__build_class__())? {
        Some(v) => {
            cx.set(i.a(), v);
            Ok(Go::Next)
        }
        None => Err(cx.vm.error(Exc::NameError, "__build_class__ not found")),
    }
}

/// `a =` a builtin that no rebinding can replace
pub fn load_common_const(cx: &mut Cx<'_>, i: Instruction) -> Step {
    use pyre_bytecode::CommonConst;
    let v = match CommonConst::from_u16(i.b()) {
        Some(CommonConst::AssertionError) => Exc::AssertionError.ty().clone(),
        Some(CommonConst::NotImplementedError) => Exc::NotImplementedError.ty().clone(),
        Some(CommonConst::Tuple) => Builtin::Tuple.ty().clone(),
        Some(CommonConst::List) => Builtin::List.ty().clone(),
        Some(CommonConst::Set) => Builtin::Set.ty().clone(),
        Some(CommonConst::Super) => Builtin::Super.ty().clone(),
        Some(CommonConst::All) => builtin_function(cx, "all")?,
        Some(CommonConst::Any) => builtin_function(cx, "any")?,
        None => return Err(cx.vm.error(Exc::SystemError, "unknown common constant")),
    };
    cx.set(i.a(), v);
    Ok(Go::Next)
}

fn builtin_function(cx: &Cx<'_>, name: &str) -> PyResult {
    let name = pyre_object::intern::intern_str(name);
    get_from(cx, builtins(cx), &name)?.ok_or_else(|| undefined(cx, &name))
}

/// Makes sure that the namespace has `__annotations__`.
pub fn setup_annotations(cx: &mut Cx<'_>, _: Instruction) -> Step {
    let namespace = locals(cx);
    if get_from(cx, &namespace, names::__annotations__())?.is_none() {
        cx.vm.setitem(&namespace, names::__annotations__(), &dict::new_dict())?;
    }
    Ok(Go::Next)
}
