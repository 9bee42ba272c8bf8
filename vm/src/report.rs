//! What people see when an exception ends a program or a thread.

use crate::runtime::sys_attribute;
use pyre_interp::frameobj::{FrameBody, TracebackBody};
use pyre_object::exception_support::{exception_body, is_exception};
use pyre_object::{Exc, Obj, Raised, Vm, int, str, typeobj};
use std::io::Write;

/// Writes to `sys.stderr`, or to the process's standard error when there is none.
pub fn write_stderr(vm: &Vm, text: &str) {
    let stream = sys_attribute("stderr").filter(|s| !s.is_none());
    let written = stream.is_some_and(|s| vm.call_method_str(&s, "write", &[str::new_str(text)]).is_ok());
    if !written {
        // Nowhere left to report a failure to.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

/// Writes an exception with its traceback and everything chained to it.
pub fn print_exception(vm: &Vm, e: &Obj) {
    if !print_with_library(vm, e) {
        write_stderr(vm, &plain(vm, e));
    }
}

/// By the library's `traceback` module, which knows carets, suggestions, groups and notes.
fn print_with_library(vm: &Vm, e: &Obj) -> bool {
    let print = || -> pyre_object::PyResult<()> {
        let tb = vm.import("traceback")?;
        let f = vm.getattr_str(&tb, "print_exception")?;
        vm.call1(&f, e).map(drop)
    };
    match print() {
        Ok(()) => true,
        Err(second) => {
            if vm.matches(&second, Exc::RecursionError) || vm.matches(&second, Exc::ImportError) {
                return false;
            }
            write_stderr(vm, &format!("error while printing the traceback:\n{}", plain(vm, &second.0)));
            false
        }
    }
}

/// Without any Python code: for exceptions before the library is there.
pub fn plain(vm: &Vm, e: &Obj) -> String {
    let mut out = String::new();
    let tb = if is_exception(e) { exception_body(e).traceback.get() } else { Obj::NONE };
    if let Some(b) = tb.downcast::<TracebackBody>() {
        out.push_str("Traceback (most recent call last):\n");
        line(&mut out, b);
        let mut next = b.next.get();
        while let Some(b) = next.clone().downcast::<TracebackBody>() {
            line(&mut out, b);
            next = b.next.get();
        }
    }
    let text = vm.str_text(e).unwrap_or_else(|_| "<exception str() failed>".into());
    let name = typeobj::type_name(e.ty());
    if text.is_empty() {
        out.push_str(&format!("{name}\n"))
    } else {
        out.push_str(&format!("{name}: {text}\n"))
    }
    out
}

fn line(out: &mut String, b: &TracebackBody) {
    let frame = b.frame.get();
    let f: &FrameBody = frame.body();
    let unit = &f.code().unit;
    let n = b.line();
    out.push_str(&format!("  File \"{}\", line {n}, in {}\n", unit.filename, unit.name));
}

/// Handles an exception that left the main program: prints it, or follows `SystemExit`. Returns the exit status.
pub fn exit_status(vm: &Vm, e: &Raised) -> i32 {
    if vm.matches(e, Exc::SystemExit) {
        let code = exception_body(&e.0).extra(0).get();
        if code.is_none() || code.is_unbound() {
            return 0;
        }
        if let Some(n) = int::get(&code) {
            return match n {
                int::IntRef::Small(n) => n as i32,
                int::IntRef::Big(_) => -1,
            };
        }
        let text = vm.str_text(&code).unwrap_or_default();
        write_stderr(vm, &format!("{text}\n"));
        return 1;
    }
    let hook = sys_attribute("excepthook").filter(|h| !h.is_none());
    let tb = exception_body(&e.0).traceback.get();
    match hook {
        Some(h) => {
            if let Err(second) = vm.call(&h, &[e.0.ty().clone(), e.0.clone(), tb]) {
                if vm.matches(&second, Exc::SystemExit) {
                    return exit_status(vm, &second);
                }
                write_stderr(vm, "Error in sys.excepthook:\n");
                print_exception(vm, &second.0);
                write_stderr(vm, "\nOriginal exception was:\n");
                print_exception(vm, &e.0);
            }
        }
        None => print_exception(vm, &e.0),
    }
    if vm.matches(e, Exc::KeyboardInterrupt) { 130 } else { 1 }
}
