//! Raising: tracebacks, the search for a handler, and leaving frames on the way.

use crate::cx::Cx;
use crate::ops::calls::pop_frame;
use crate::stack::{Action, FLAG_ENTRY, FLAG_GENERATOR, Frame};
use crate::{frameobj, generator};
use pyre_object::exception_support::{chain_context, exception_body, is_exception};
use pyre_object::{Exc, Obj, PyResult, Raised};

/// Continues at the handler of `e`, or fails with it when this native run of the interpreter has none.
///
/// # Errors
/// The exception, when it leaves the entry frame.
#[cold]
#[inline(never)]
pub fn raise(cx: &mut Cx<'_>, mut e: Raised) -> PyResult<()> {
    loop {
        cx.frame = cx.stacks().current;
        add_traceback(cx, &e);
        let f = cx.frame();
        if let Some(h) = f.code().handler(f.pc) {
            let (target, depth) = (h.target, h.depth);
            drop_above(cx, depth);
            cx.set(depth, e.0);
            cx.frame().pc = target;
            return Ok(());
        }
        match leave(cx, e) {
            Left::Handled => return Ok(()),
            Left::Out(e) => return Err(e),
            Left::Below(next) => e = next,
        }
    }
}

/// Sets `__context__` of an exception that a `raise` statement or native code raises now.
pub fn set_context(cx: &Cx<'_>, e: &Obj) {
    if let Some(handled) = cx.vm.handled()
        && is_exception(&handled)
    {
        chain_context(e, handled);
    }
}

/// Registers at and above `depth` hold temporaries of the abandoned expression.
fn drop_above(cx: &Cx<'_>, depth: u16) {
    for r in depth..cx.frame().code().nregs as u16 {
        drop(cx.take(r));
    }
}

/// Adds the current frame to the traceback of the exception, unless it is there already (a re-raise).
fn add_traceback(cx: &Cx<'_>, e: &Raised) {
    let body = exception_body(&e.0);
    let frame = frameobj::of(cx.vm, cx.frame);
    let f = cx.frame();
    if generator::take_reraise_mark(cx.vm) {
        return;
    }
    let next = body.traceback.get();
    let tb = frameobj::new_traceback(next, frame, f.pc, frameobj::UNKNOWN_LINE);
    body.traceback.set(tb);
    if exception_body(&e.0).context.peek().is_none() {
        set_context(cx, &e.0);
    }
}

enum Left {
    /// The frame below goes on normally.
    Handled,
    /// The exception goes on in the frame below.
    Below(Raised),
    /// It leaves this native run.
    Out(Raised),
}

/// Leaves the current frame because of an exception.
fn leave(cx: &mut Cx<'_>, e: Raised) -> Left {
    let f: &mut Frame = cx.frame();
    let (flags, action) = (f.flags, f.action);
    let e = if flags & FLAG_GENERATOR != 0 { generator::finish_with_error(cx, e) } else { e };
    let aux = pop_frame(cx);
    drop(aux);
    if flags & FLAG_ENTRY != 0 {
        return Left::Out(e);
    }
    match action {
        Action::ForIter | Action::NextMethod if cx.vm.matches(&e, Exc::StopIteration) => {
            crate::ops::iteration::exhausted(cx);
            Left::Handled
        }
        Action::Send if cx.vm.matches(&e, Exc::StopIteration) => {
            let value = exception_body(&e.0).extra(0).get();
            crate::ops::suspend::receiver_returned(cx, value);
            Left::Handled
        }
        _ => Left::Below(e),
    }
}
