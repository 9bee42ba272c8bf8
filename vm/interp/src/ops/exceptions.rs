//! Raising, matching and the exception being handled.

use crate::cx::{Cx, Go, Step};
use crate::ops::calls;
use crate::stack::{Action, FLAG_GENERATOR};
use crate::{frameobj, generator, unwind};
use pyre_bytecode::Instruction;
use pyre_object::exception_group as group;
use pyre_object::exception_support::{exception_body, is_exception, set_cause};
use pyre_object::{Builtin, Exc, Obj, PyResult, Raised, TypeFlags, Vm, tuple, typeobj};

/// Whether the object is a class that derives from `BaseException`.
#[inline]
pub fn is_exception_class(o: &Obj) -> bool {
    o.downcast::<typeobj::TypeBody>().is_some_and(|b| b.flags().has(TypeFlags::EXCEPTION))
}

/// An instance from the operand of `raise`; `wrong` is the error for anything else than a class or an instance.
fn instance(vm: &Vm, o: Obj, wrong: &str) -> PyResult {
    if is_exception_class(&o) {
        let e = vm.call0(&o)?;
        if !is_exception(&e) {
            return Err(vm.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                vm.repr_text(&o)?,
                vm.repr_text(e.ty())?
            )));
        }
        return Ok(e);
    }
    if is_exception(&o) { Ok(o) } else { Err(vm.type_error(wrong)) }
}

/// `raise`, `raise a`, `raise a from b`
pub fn raise(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let vm = cx.vm;
    if i.c() == 0 {
        return Err(match vm.handled() {
            Some(e) => {
                generator::set_reraise_mark(cx.vm);
                Raised(e)
            }
            None => vm.runtime_error("No active exception to reraise"),
        });
    }
    let e = instance(vm, cx.reg(i.a()).clone(), "exceptions must derive from BaseException")?;
    if i.c() == 2 {
        let cause = cx.reg(i.b()).clone();
        let cause = if cause.is_none() {
            cause
        } else {
            instance(vm, cause, "exception causes must derive from BaseException")?
        };
        set_cause(&e, cause);
    }
    unwind::set_context(cx, &e);
    cx.kill(i);
    Err(Raised(e))
}

/// Raises `a` again, keeping its traceback.
pub fn reraise(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let e = cx.take(i.a());
    generator::set_reraise_mark(cx.vm);
    Err(Raised(e))
}

/// Saves the exception being handled into `a` and makes `b` the one being handled.
///
/// The outermost handler of a generator saves nothing: what is handled outside belongs to whoever resumes it.
pub fn push_exc_info(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let f = cx.frame();
    let previous = cx.vm.replace_handled(cx.reg(i.b()).clone());
    let outermost = f.flags & FLAG_GENERATOR != 0 && f.handlers == 0;
    f.handlers += 1;
    cx.set(i.a(), if outermost { Obj::UNBOUND } else { previous });
    Ok(Go::Next)
}

/// The exception saved in `a` is being handled again.
pub fn pop_exc_info(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let f = cx.frame();
    f.handlers = f.handlers.saturating_sub(1);
    let saved = cx.take(i.a());
    let restored = if f.flags & FLAG_GENERATOR != 0 && f.handlers == 0 {
        // SAFETY: owned by the frame.
        unsafe { Obj::from_borrowed(f.outer_handled) }
    } else {
        saved
    };
    drop(cx.vm.replace_handled(restored));
    Ok(Go::Next)
}

/// What `except` names must be a class of exceptions or a tuple of such.
fn check_classes(vm: &Vm, classes: &Obj) -> PyResult<()> {
    let fine = match tuple::get(classes) {
        Some(items) => items.iter().all(is_exception_class),
        None => is_exception_class(classes),
    };
    if fine {
        return Ok(());
    }
    Err(vm.type_error("catching classes that do not inherit from BaseException is not allowed"))
}

/// `a =` does the exception `b` match `c`?
#[inline]
pub fn check_exc_match(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (e, classes) = (cx.reg(i.b()), cx.reg(i.c()));
    let matches = if e.ty().is(classes) {
        true
    } else {
        check_classes(cx.vm, classes)?;
        group::matches(e, classes)
    };
    cx.set(i.a(), Obj::bool(matches));
    cx.kill(i);
    Ok(Go::Next)
}

/// Splits the exception `b` by `c` into `a` = the rest and `a + 1` = what matched.
pub fn check_eg_match(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (e, classes) = (cx.reg(i.b()).clone(), cx.reg(i.c()).clone());
    let (matched, rest) = split(cx, &e, &classes)?;
    drop((e, classes));
    if !matched.is_none() {
        drop(cx.vm.replace_handled(matched.clone()));
    }
    cx.kill(i);
    cx.set(i.a(), rest);
    cx.set(i.a() + 1, matched);
    Ok(Go::Next)
}

fn split(cx: &Cx<'_>, e: &Obj, classes: &Obj) -> PyResult<(Obj, Obj)> {
    let vm = cx.vm;
    check_classes(vm, classes)?;
    let is_group_class = |c: &Obj| typeobj::is_subtype(c, Exc::BaseExceptionGroup.ty());
    if tuple::get(classes).map_or_else(|| is_group_class(classes), |t| t.iter().any(is_group_class)) {
        return Err(vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    if e.is_none() {
        return Ok((Obj::NONE, Obj::NONE));
    }
    if group::matches(e, classes) {
        if group::is_group(e) {
            return Ok((e.clone(), Obj::NONE));
        }
        // A naked exception is wrapped; the group's traceback begins here.
        let wrapped = group::wrap(e.clone());
        let f = cx.frame();
        let tb = frameobj::new_traceback(Obj::NONE, frameobj::of(vm, cx.frame), f.pc, frameobj::UNKNOWN_LINE);
        exception_body(&wrapped).traceback.set(tb);
        return Ok((wrapped, Obj::NONE));
    }
    if !group::is_group(e) {
        return Ok((Obj::NONE, e.clone()));
    }
    let pair = vm.call_method_str(e, "split", std::slice::from_ref(classes))?;
    if !pair.is_exactly(Builtin::Tuple) && tuple::get(&pair).is_none() {
        return Err(vm.type_error(format!(
            "{}.split must return a tuple, not {}",
            e.type_name(),
            pair.type_name()
        )));
    }
    match tuple::items(&pair) {
        [matched, rest, ..] => Ok((matched.clone(), rest.clone())),
        few => Err(vm.type_error(format!(
            "{}.split must return a 2-tuple, got tuple of size {}",
            e.type_name(),
            few.len()
        ))),
    }
}

/// `a = exit(type(c), c, c.__traceback__)`, the pair of `LoadSpecial` in `b`
pub fn with_except_start(cx: &mut Cx<'_>, i: Instruction) -> Step {
    let (exit, this) = (cx.take(i.b()), cx.take(i.b() + 1));
    let e = cx.reg(i.c());
    let (ty, traceback) = (e.ty().clone(), exception_body(e).traceback.get());
    let args = [this, ty, e.clone(), traceback];
    let args = if args[0].is_unbound() { &args[1..] } else { &args[..] };
    calls::push_call(cx, exit, args, i.a(), Action::Store)
}
