//! `sys.stdin`, `sys.stdout`, `sys.stderr`.

use crate::runtime::{config, set_sys_attribute};
use pyre_object::{Obj, PyResult, Vm, str};
use std::io::IsTerminal;

/// Opens the three standard streams with the library's `io`.
///
/// # Errors
/// What opening them raises; a closed descriptor gives `None`.
pub fn install(vm: &Vm) -> PyResult<()> {
    let io = vm.import("_io")?;
    let open = vm.getattr_str(&io, "open")?;
    let wrapper = vm.getattr_str(&io, "TextIOWrapper")?;
    let streams: [(&str, usize, bool); 3] = [
        ("stdin", 0, std::io::stdin().is_terminal()),
        ("stdout", 1, std::io::stdout().is_terminal()),
        ("stderr", 2, std::io::stderr().is_terminal()),
    ];
    for (name, fd, terminal) in streams {
        // SAFETY: asks the kernel about a descriptor number.
        let closed = unsafe { libc::fcntl(fd as i32, libc::F_GETFD) } < 0;
        let stream = if closed {
            Obj::NONE
        } else {
            let mode = str::new_str(if fd == 0 { "rb" } else { "wb" });
            let raw = [("mode", mode), ("closefd", Obj::FALSE)];
            let buffer = vm.call_kw(&open, &[Obj::from_len(fd)], &raw)?;
            let errors = if fd == 2 { "backslashreplace" } else { "strict" };
            let unbuffered = config().options.unbuffered && fd != 0;
            let text = [
                ("encoding", str::new_str("utf-8")),
                ("errors", str::new_str(errors)),
                ("newline", if fd == 0 { Obj::NONE } else { str::new_str("\n") }),
                ("line_buffering", Obj::bool(terminal || fd == 2)),
                ("write_through", Obj::bool(unbuffered)),
            ];
            vm.call_kw(&wrapper, &[buffer], &text)?
        };
        if !stream.is_none() {
            let mode = str::new_str(if fd == 0 { "r" } else { "w" });
            vm.setattr(&stream, &str::new_str("mode"), Some(&mode))?;
        }
        set_sys_attribute(name, stream.clone());
        set_sys_attribute(&format!("__{name}__"), stream);
    }
    Ok(())
}

/// Flushes standard output and error at exit. Returns false if standard output could not be written.
pub fn flush(vm: &Vm) -> bool {
    let mut fine = true;
    for name in ["stdout", "stderr"] {
        if let Some(s) = crate::runtime::sys_attribute(name).filter(|s| !s.is_none())
            && let Err(e) = vm.call_method_str(&s, "flush", &[])
            && name == "stdout"
        {
            let closed = vm.matches(&e, pyre_object::Exc::ValueError);
            fine = closed;
            if !closed {
                vm.unraisable(&e, "Exception ignored while flushing sys.stdout", Some(&s));
            }
        }
    }
    fine
}
