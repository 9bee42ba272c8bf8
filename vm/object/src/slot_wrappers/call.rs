//! Calling an operation with Python arguments.

use super::{Convention, SlotFn};
use crate::args::Args;
use crate::descriptor::WrapperDescriptorBody;
use crate::error::PyResult;
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{Builtin, Exc, attr, int, type_new, typeobj};

/// Calls the operation of a slot wrapper on `obj`, which is an instance of the wrapper's owner.
///
/// # Errors
/// `TypeError` when the arguments do not fit; whatever the operation raises.
pub fn call(vm: &Vm, w: &WrapperDescriptorBody, obj: &Obj, args: Args<'_>) -> PyResult {
    let takes_keywords = matches!(w.def.convention, Convention::Call | Convention::Init);
    if args.has_keywords() && !takes_keywords {
        return Err(vm.type_error(format!("wrapper {}() takes no keyword arguments", w.def.name)));
    }
    let pos = args.pos();
    let none = Obj::NONE;
    match (w.function, w.def.convention) {
        (SlotFn::Unary(f), _) => {
            exactly::<0>(vm, pos)?;
            f(vm, obj)
        }
        (SlotFn::Binary(f), Convention::Reflected) => exactly::<1>(vm, pos).and_then(|[o]| f(vm, o, obj)),
        (SlotFn::Binary(f), Convention::Power) => power(vm, w, obj, pos, |o| f(vm, obj, o), false),
        (SlotFn::Binary(f), Convention::ReflectedPower) => power(vm, w, obj, pos, |o| f(vm, o, obj), true),
        (SlotFn::Binary(f), _) => exactly::<1>(vm, pos).and_then(|[o]| f(vm, obj, o)),
        (SlotFn::Compare(f), Convention::Compare(op)) => {
            exactly::<1>(vm, pos).and_then(|[o]| f(vm, obj, o, op))
        }
        (SlotFn::Hash(f), _) => {
            exactly::<0>(vm, pos)?;
            Ok(int::new_int(f(vm, obj)?))
        }
        (SlotFn::Len(f), _) => {
            exactly::<0>(vm, pos)?;
            Ok(Obj::from_len(f(vm, obj)?))
        }
        (SlotFn::Bool(f), _) => {
            exactly::<0>(vm, pos)?;
            Ok(Obj::bool(f(vm, obj)?))
        }
        (SlotFn::Contains(f), _) => {
            let [item] = exactly::<1>(vm, pos)?;
            Ok(Obj::bool(f(vm, obj, item)?))
        }
        (SlotFn::Call(f), _) => f(vm, obj, args),
        (SlotFn::Init(f), _) => f(vm, obj, args).map(|()| none),
        (SlotFn::GetAttr(f), _) => {
            let [name] = exactly::<1>(vm, pos)?;
            f(vm, obj, &attr::attribute_name(vm, name)?)
        }
        (SlotFn::SetAttr(f), c) => set(vm, w, obj, pos, f, c).map(|()| none),
        (SlotFn::Next(f), _) => {
            exactly::<0>(vm, pos)?;
            f(vm, obj)?.ok_or_else(|| vm.error_with(Exc::StopIteration, &[]))
        }
        (SlotFn::DescrGet(f), _) => {
            let (instance, owner) = one_or_two(vm, w.def.name, pos)?;
            let instance = instance.not_none();
            if instance.is_none() && owner.is_none() {
                return Err(vm.type_error("__get__(None, None) is invalid"));
            }
            f(vm, obj, instance, owner)
        }
        (SlotFn::DescrSet(f), Convention::DescrDelete) => {
            let [instance] = exactly::<1>(vm, pos)?;
            f(vm, obj, instance, None).map(|()| none)
        }
        (SlotFn::DescrSet(f), _) => {
            let (instance, value) = two(vm, w.def.name, pos)?;
            f(vm, obj, instance, Some(value)).map(|()| none)
        }
        (SlotFn::Finalize(f), _) => {
            exactly::<0>(vm, pos)?;
            f(vm, obj);
            Ok(none)
        }
        (SlotFn::Buffer(_), _) => vm.call1(Builtin::MemoryView.ty(), obj),
        _ => Err(vm.error(Exc::SystemError, format!("malformed slot wrapper {}", w.def.name))),
    }
}

fn set(
    vm: &Vm,
    w: &WrapperDescriptorBody,
    obj: &Obj,
    pos: &[Obj],
    f: crate::slots::SetAttrFn,
    convention: Convention,
) -> PyResult<()> {
    let (key, value) = match convention {
        Convention::DelItem | Convention::DelAttr => exactly::<1>(vm, pos).map(|[k]| (k, None))?,
        _ => two(vm, w.def.name, pos).map(|(k, v)| (k, Some(v)))?,
    };
    if !matches!(convention, Convention::SetAttr | Convention::DelAttr) {
        return f(vm, obj, key, value);
    }
    check_not_bypassed(vm, w, obj)?;
    f(vm, obj, &attr::attribute_name(vm, key)?, value)
}

/// `object.__setattr__(some_class, ...)` must not get around `type.__setattr__`: the wrapper has to be that of the
/// nearest native base of the object's type.
fn check_not_bypassed(vm: &Vm, w: &WrapperDescriptorBody, obj: &Obj) -> PyResult<()> {
    let native = type_new::native_base(obj.ty());
    if typeobj::type_body(&native).ops.setattr.addr() == w.function.addr() {
        return Ok(());
    }
    Err(vm.type_error(format!("can't apply this {} to {} object", w.def.name, obj.type_name())))
}

fn power(
    vm: &Vm,
    w: &WrapperDescriptorBody,
    obj: &Obj,
    pos: &[Obj],
    two_operands: impl FnOnce(&Obj) -> PyResult,
    reflected: bool,
) -> PyResult {
    match pos {
        [o] => two_operands(o),
        [o, m] if m.is_none() => two_operands(o),
        [o, m] => match typeobj::type_body(w.owner.get_fixed()).ops.pow_mod.get() {
            Some(f) if reflected => f(vm, o, obj, m),
            Some(f) => f(vm, obj, o, m),
            None => Ok(Obj::NOT_IMPLEMENTED),
        },
        _ => Err(vm.type_error(format!("expected 1 or 2 arguments, got {}", pos.len()))),
    }
}

fn exactly<'a, const N: usize>(vm: &Vm, pos: &'a [Obj]) -> PyResult<&'a [Obj; N]> {
    pos.try_into().map_err(|_| {
        let plural = if N == 1 { "" } else { "s" };
        vm.type_error(format!("expected {N} argument{plural}, got {}", pos.len()))
    })
}

fn two<'a>(vm: &Vm, name: &str, pos: &'a [Obj]) -> PyResult<(&'a Obj, &'a Obj)> {
    match pos {
        [a, b] => Ok((a, b)),
        _ => Err(vm.type_error(format!("{name} expected 2 arguments, got {}", pos.len()))),
    }
}

static NONE: Obj = Obj::NONE;

fn one_or_two<'a>(vm: &Vm, name: &str, pos: &'a [Obj]) -> PyResult<(&'a Obj, &'a Obj)> {
    match pos {
        [a] => Ok((a, &NONE)),
        [a, b] => Ok((a, b)),
        [] => Err(vm.type_error(format!("{name} expected at least 1 argument, got 0"))),
        _ => Err(vm.type_error(format!("{name} expected at most 2 arguments, got {}", pos.len()))),
    }
}
