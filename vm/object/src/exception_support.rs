//! Making exceptions and reading their common parts.

use crate::alloc;
use crate::exception::{Exc, ExceptionBody};
use crate::obj::Obj;
use crate::shape::shape;
use crate::tuple;
use pyre_threads::sync::Ordering;

/// An exception of a builtin type with these `args`, and the members that the type derives from them.
pub fn new_exception(exc: Exc, args: &[Obj]) -> Obj {
    let body = ExceptionBody::new(tuple::new_tuple(args.iter().cloned()));
    let e = alloc::new_shaped(shape(exc as u32), body);
    fill_members(exc, exception_body(&e), args);
    e
}

/// Members that the constructor of a builtin type takes from its positional arguments.
pub fn fill_members(exc: Exc, body: &ExceptionBody, args: &[Obj]) {
    let set = |i: usize, v: Option<&Obj>| body.extra(i).set(v.cloned().unwrap_or(Obj::NONE));
    match exc {
        Exc::StopIteration => set(0, args.first()),
        Exc::SystemExit => match args {
            [] => set(0, None),
            [one] => set(0, Some(one)),
            more => body.extra(0).set(tuple::new_tuple(more.iter().cloned())),
        },
        Exc::AttributeError | Exc::NameError | Exc::UnboundLocalError => {
            set(0, None);
            if exc == Exc::AttributeError {
                set(1, None);
            }
        }
        Exc::ImportError | Exc::ModuleNotFoundError => {
            set(0, if args.len() == 1 { args.first() } else { None });
            (1..4).for_each(|i| set(i, None));
        }
        _ => exc.fields().iter().enumerate().for_each(|(i, _)| set(i, None)),
    }
}

/// The body of an exception object.
///
/// # Panics
/// `e` is no exception.
#[track_caller]
pub fn exception_body(e: &Obj) -> &ExceptionBody {
    e.body()
}

/// Whether the object is an exception instance.
pub fn is_exception(o: &Obj) -> bool {
    o.downcast::<ExceptionBody>().is_some()
}

/// Sets `__context__` of a newly raised exception to the one being handled, without making a cycle.
pub fn chain_context(e: &Obj, handled: Obj) {
    if handled.is(e) {
        return;
    }
    // Break a cycle: if `e` is already in the chain of `handled`, cut it there.
    let mut o = handled.clone();
    let (mut slow, mut step) = (o.clone(), false);
    loop {
        let next = exception_body(&o).context.get();
        if next.is_none() || next.is_unbound() {
            break;
        }
        if next.is(e) {
            exception_body(&o).context.set(Obj::NONE);
            break;
        }
        o = next;
        if step {
            slow = exception_body(&slow).context.get();
            if slow.is(&o) {
                break;
            }
        }
        step = !step;
    }
    exception_body(e).context.set(handled);
}

/// `raise e from cause`
pub fn set_cause(e: &Obj, cause: Obj) {
    let b = exception_body(e);
    b.cause.set(cause);
    b.suppress_context.store(true, Ordering::Relaxed);
}
