//! Exception groups (PEP 654): matching, splitting by a condition, and what `except*` raises again.

use crate::code::managed;
use crate::error::PyResult;
use crate::exception::{Exc, ExceptionBody};
use crate::exception_support::{exception_body, is_exception};
use crate::layout::Slot;
use crate::obj::Obj;
use crate::vm::Vm;
use crate::{alloc, list, names, str, tuple, typeobj};
use std::collections::HashSet;

/// Index of `message` among the members of a group.
pub const MESSAGE: usize = 0;
/// Index of `exceptions`, a tuple, among the members of a group.
pub const EXCEPTIONS: usize = 1;

/// Gives `ExceptionGroup` its second base, `Exception`; at start, when both exist.
pub(crate) fn complete_type() {
    let ty = Exc::ExceptionGroup.ty();
    let body = typeobj::type_body(ty);
    let (group, plain) = (Exc::BaseExceptionGroup.ty(), Exc::Exception.ty());
    let mro = [ty, group, plain, Exc::BaseException.ty(), crate::Builtin::Object.ty()];
    body.bases.set(managed(tuple::pair(group.clone(), plain.clone())));
    body.mro.set(managed(tuple::new_tuple(mro.into_iter().cloned())));
    typeobj::link_to_bases(ty);
}

/// Whether the exception is a group.
pub fn is_group(e: &Obj) -> bool {
    typeobj::is_instance_exact_mro(e, Exc::BaseExceptionGroup.ty())
}

/// Whether an exception matches a class, or one of a tuple of classes (nested ones too). Real types only.
pub fn matches(e: &Obj, classes: &Obj) -> bool {
    match tuple::get(classes) {
        Some(items) => items.iter().any(|c| matches(e, c)),
        None => typeobj::is_type(classes) && typeobj::is_instance_exact_mro(e, classes),
    }
}

/// The members of a group; the handle is a tuple.
pub fn exceptions(group: &Obj) -> Obj {
    match exception_body(group).extra(EXCEPTIONS).get() {
        t if tuple::is_tuple(&t) => t,
        _ => tuple::empty_tuple(),
    }
}

/// A group object with these members, not checked.
fn make(class: &Obj, args: Obj, message: Obj, members: Obj) -> Obj {
    let body = ExceptionBody::new(args);
    for k in 2..crate::exception::EXTRA_FIELDS {
        body.extra(k).set(Obj::UNBOUND);
    }
    body.extra(MESSAGE).set(message);
    body.extra(EXCEPTIONS).set(members);
    alloc::new_shaped(typeobj::type_body(class).root_shape(), body)
}

fn is_plain_exception(e: &Obj) -> bool {
    typeobj::is_instance_exact_mro(e, Exc::Exception.ty())
}

/// The class for a group that was asked for as `BaseExceptionGroup`.
fn class_for(members: &[Obj]) -> &'static Obj {
    if members.iter().all(is_plain_exception) {
        Exc::ExceptionGroup.ty()
    } else {
        Exc::BaseExceptionGroup.ty()
    }
}

/// A group around one exception, without a message.
pub fn wrap(e: Obj) -> Obj {
    let class = class_for(std::slice::from_ref(&e));
    let members = tuple::new_tuple([e]);
    make(class, tuple::pair(str::empty(), members.clone()), str::empty(), members)
}

fn group_of(members: Vec<Obj>) -> Obj {
    let class = class_for(&members);
    let as_list = list::from_slice(&members);
    make(class, tuple::pair(str::empty(), as_list), str::empty(), tuple::from_vec(members))
}

/// `BaseExceptionGroup.__new__(class, *args)`
///
/// # Errors
/// `TypeError` and `ValueError` for arguments that are no message and exceptions, or that do not fit the class.
pub fn new_group(vm: &Vm, class: &Obj, args: &[Obj]) -> PyResult {
    let [message, members] = args else {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.len()
        )));
    };
    if !str::is_str(message) {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            message.type_name()
        )));
    }
    if !crate::protocol::is_sequence(vm, members) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = vm.collect(members)?;
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    if let Some(k) = items.iter().position(|e| !is_exception(e)) {
        let m = format!("Item {k} of second argument (exceptions) is not an exception");
        return Err(vm.value_error(m));
    }
    let nested_base = !items.iter().all(is_plain_exception);
    let mut class = class;
    if class.is(Exc::ExceptionGroup.ty()) {
        if nested_base {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if class.is(Exc::BaseExceptionGroup.ty()) {
        class = class_for(&items);
    } else if nested_base && typeobj::is_subtype(class, Exc::Exception.ty()) {
        let m = format!("Cannot nest BaseExceptions in '{}'", typeobj::type_name(class));
        return Err(vm.type_error(m));
    }
    Ok(make(class, tuple::from_slice(args), message.clone(), tuple::from_vec(items)))
}

/// What the parts of a group are split by.
pub enum Condition {
    /// Instances of a class or of a tuple of classes.
    Classes(Obj),
    /// A callable says so.
    Predicate(Obj),
    /// These very exceptions, by identity; groups never match themselves.
    Leaves(HashSet<u64>),
}

impl Condition {
    /// From the argument of `split` and `subgroup`.
    ///
    /// # Errors
    /// `TypeError` if it is neither classes nor a predicate.
    pub fn from_argument(vm: &Vm, o: &Obj) -> PyResult<Condition> {
        let is_class = |c: &Obj| {
            c.downcast::<typeobj::TypeBody>().is_some_and(|b| b.flags().has(crate::TypeFlags::EXCEPTION))
        };
        if is_class(o) || tuple::get(o).is_some_and(|t| t.iter().all(is_class)) {
            return Ok(Condition::Classes(o.clone()));
        }
        if !typeobj::is_type(o) && vm.is_callable(o) {
            return Ok(Condition::Predicate(o.clone()));
        }
        Err(vm.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn holds(&self, vm: &Vm, e: &Obj) -> PyResult<bool> {
        match self {
            Condition::Classes(classes) => Ok(matches(e, classes)),
            Condition::Predicate(f) => {
                let r = vm.call1(f, e)?;
                vm.truth(&r)
            }
            Condition::Leaves(ids) => Ok(!is_group(e) && ids.contains(&e.raw().0)),
        }
    }
}

/// The part of an exception that fulfils a condition and, if asked for, the rest; `None` for nothing. Groups keep their
/// structure.
///
/// # Errors
/// What a predicate or `derive` raises; `RecursionError`.
pub fn split(
    vm: &Vm,
    e: &Obj,
    condition: &Condition,
    want_rest: bool,
) -> PyResult<(Option<Obj>, Option<Obj>)> {
    if condition.holds(vm, e)? {
        return Ok((Some(e.clone()), None));
    }
    if !is_group(e) {
        return Ok((None, want_rest.then(|| e.clone())));
    }
    let (mut matched, mut rest) = (Vec::new(), Vec::new());
    vm.nested(" in exceptiongroup_split_recursive", || {
        for member in tuple::items(&exceptions(e)) {
            let (m, r) = split(vm, member, condition, want_rest)?;
            matched.extend(m);
            rest.extend(r);
        }
        Ok(())
    })?;
    Ok((subset(vm, e, matched)?, subset(vm, e, rest)?))
}

/// A group like `original` with fewer members, made by its `derive`; `None` without members.
fn subset(vm: &Vm, original: &Obj, members: Vec<Obj>) -> PyResult<Option<Obj>> {
    if members.is_empty() {
        return Ok(None);
    }
    let members = list::from_vec(members);
    let group = vm.call_method_str(original, "derive", std::slice::from_ref(&members))?;
    if !is_group(&group) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (exception_body(original), exception_body(&group));
    to.traceback.set(from.traceback.get());
    to.context.set(from.context.get());
    let cause = from.cause.get();
    if !cause.is_none() {
        crate::exception_support::set_cause(&group, cause);
    }
    if let Some(notes) = vm.getattr_opt(original, names::__notes__())?
        && crate::protocol::is_sequence(vm, &notes)
    {
        let copy = list::from_vec(vm.collect(&notes)?);
        vm.setattr(&group, names::__notes__(), Some(&copy))?;
    }
    Ok(Some(group))
}

fn leaves(e: &Obj, ids: &mut HashSet<u64>) {
    if is_group(e) {
        tuple::items(&exceptions(e)).iter().for_each(|m| leaves(m, ids));
    } else {
        ids.insert(e.raw().0);
    }
}

/// Whether two groups have the same notes, traceback, cause and context: parts of one group that were raised again.
fn same_metadata(vm: &Vm, a: &Obj, b: &Obj) -> PyResult<bool> {
    if !is_group(a) || !is_group(b) {
        return Ok(false);
    }
    let (x, y) = (exception_body(a), exception_body(b));
    let same = |x: &Slot, y: &Slot| x.peek() == y.peek();
    if !same(&x.traceback, &y.traceback) || !same(&x.cause, &y.cause) || !same(&x.context, &y.context) {
        return Ok(false);
    }
    let notes = |o: &Obj| vm.getattr_opt(o, names::__notes__());
    Ok(match (notes(a)?, notes(b)?) {
        (None, None) => true,
        (Some(m), Some(n)) => {
            m.is(&n)
                || (list::is_list(&m) && list::is_list(&n) && {
                    let (m, n) = (list::snapshot(&m), list::snapshot(&n));
                    m.len() == n.len() && m.iter().zip(&n).all(|(p, q)| p.is(q))
                })
        }
        _ => false,
    })
}

/// What a `try` statement with `except*` raises at its end, or `None`: `raised` is the list of what its handlers raised
/// and of what no handler took.
///
/// # Errors
/// As [`split`].
pub fn prepare_reraise(vm: &Vm, original: &Obj, raised: &Obj) -> PyResult {
    let all = list::snapshot(raised);
    if !is_group(original) {
        // It was wrapped for the one handler that matched, so that there is one exception at most.
        return Ok(all.into_iter().find(|e| !e.is_none()).unwrap_or(Obj::NONE));
    }
    let (mut fresh, mut again) = (Vec::new(), HashSet::new());
    for e in all.into_iter().filter(|e| !e.is_none()) {
        if same_metadata(vm, &e, original)? {
            leaves(&e, &mut again);
        } else {
            fresh.push(e);
        }
    }
    // What was raised again takes its place in the structure of the original.
    let projected =
        if again.is_empty() { None } else { split(vm, original, &Condition::Leaves(again), false)?.0 };
    if fresh.is_empty() {
        return Ok(projected.unwrap_or(Obj::NONE));
    }
    fresh.extend(projected);
    if fresh.len() == 1 {
        return Ok(fresh.remove(0));
    }
    Ok(group_of(fresh))
}
