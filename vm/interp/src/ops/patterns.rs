//! `match` statements.

use crate::cx::{Cx, Go, Step};
use pyre_bytecode::Instruction;
use pyre_object::shape::shape;
use pyre_object::{Builtin, Obj, PyResult, TypeFlags, Vm, alloc, dict, names, set, str, tuple, typeobj};

/// `a =` the attributes of the subject `b` that a class pattern asks for, or None
pub fn match_class(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (subject, class) = (cx.take(i.b()), cx.take(i.b() + 1));
    let keywords = tuple::items(cx.constant(u32::from(i.c())));
    let found = class_attributes(cx.vm, &subject, &class, cx.extra() as usize, keywords)?;
    cx.set(i.a(), found.map_or(Obj::NONE, tuple::from_vec));
    Ok(Go::Next)
}

fn class_attributes(
    vm: &Vm,
    subject: &Obj,
    class: &Obj,
    positional: usize,
    keywords: &[Obj],
) -> PyResult<Option<Vec<Obj>>> {
    if !typeobj::is_type(class) {
        return Err(vm.type_error("called match pattern must be a class"));
    }
    if !vm.is_instance(subject, class)? {
        return Ok(None);
    }
    let mut found = Vec::with_capacity(positional + keywords.len());
    let mut names: Vec<Obj> = Vec::new();
    if positional > 0 {
        let matched = match vm.getattr_opt(class, names::__match_args__())? {
            Some(args) if args.is_exactly(Builtin::Tuple) => Some(args),
            Some(other) => {
                return Err(vm.type_error(format!(
                    "{}.__match_args__ must be a tuple (got {})",
                    typeobj::type_name(class),
                    other.type_name()
                )));
            }
            None => None,
        };
        let itself = matched.is_none() && typeobj::type_body(class).flags().has(TypeFlags::MATCH_SELF);
        let allowed = if itself { 1 } else { matched.as_ref().map_or(0, |m| tuple::items(m).len()) };
        if allowed < positional {
            return Err(vm.type_error(format!(
                "{}() accepts {allowed} positional sub-pattern{} ({positional} given)",
                typeobj::type_name(class),
                if allowed == 1 { "" } else { "s" }
            )));
        }
        if itself {
            found.push(subject.clone());
        } else {
            for name in matched.iter().flat_map(|m| tuple::items(m)).take(positional) {
                if !name.is_exactly(Builtin::Str) {
                    return Err(vm.type_error(format!(
                        "__match_args__ elements must be strings (got {})",
                        name.type_name()
                    )));
                }
                names.push(name.clone());
            }
        }
    }
    names.extend(keywords.iter().cloned());
    for (k, name) in names.iter().enumerate() {
        if names[..k].iter().any(|n| str::eq(n, name)) {
            return Err(vm.type_error(format!(
                "{}() got multiple sub-patterns for attribute {}",
                typeobj::type_name(class),
                vm.repr_text(name)?
            )));
        }
        match vm.getattr_opt(subject, name)? {
            Some(value) => found.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

fn has_flag(o: &Obj, flag: TypeFlags) -> bool {
    typeobj::type_body(o.ty()).flags().has(flag)
}

/// `a =` is `b` a mapping?
pub fn match_mapping(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let yes = has_flag(cx.reg(i.b()), TypeFlags::MAPPING);
    cx.set(i.a(), Obj::bool(yes));
    cx.kill(i);
    Ok(Go::Next)
}

/// `a =` is `b` a sequence (and not a string)?
pub fn match_sequence(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let yes = has_flag(cx.reg(i.b()), TypeFlags::SEQUENCE);
    cx.set(i.a(), Obj::bool(yes));
    cx.kill(i);
    Ok(Go::Next)
}

/// `a =` the values of the keys `c` in `b`, or None
pub fn match_keys(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let found = values_of(cx.vm, cx.reg(i.b()), tuple::items(cx.reg(i.c())))?;
    cx.set(i.a(), found.map_or(Obj::NONE, tuple::from_vec));
    cx.kill(i);
    Ok(Go::Next)
}

fn values_of(vm: &Vm, mapping: &Obj, keys: &[Obj]) -> PyResult<Option<Vec<Obj>>> {
    let mut found = Vec::with_capacity(keys.len());
    if keys.is_empty() {
        return Ok(Some(found));
    }
    let plain = mapping.is_exactly(Builtin::Dict);
    let get = if plain { Obj::NONE } else { vm.getattr(mapping, names::get())? };
    // Given to `get` as the default: nothing in the mapping can be this object.
    let missing = alloc::new_plain(shape(Builtin::Object.shape()));
    let seen = set::new_set();
    for key in keys {
        if !set::add(vm, &seen, key)? {
            let m = format!("mapping pattern checks duplicate key ({})", vm.repr_text(key)?);
            return Err(vm.value_error(m));
        }
        let value =
            if plain { dict::get_item(vm, mapping, key)? } else { Some(vm.call2(&get, key, &missing)?) };
        match value.filter(|v| !v.is(&missing)) {
            Some(v) => found.push(v),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// `a = len(b)`
pub fn get_len(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let n = cx.vm.len(cx.reg(i.b()))?;
    cx.set(i.a(), Obj::from_len(n));
    cx.kill(i);
    Ok(Go::Next)
}
