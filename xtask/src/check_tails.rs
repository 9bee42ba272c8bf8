//! `cargo xtask check-tails`: the interpreter's handlers, in the release executable, jump to one another and never call.
//!
//! Rust does not promise tail calls (see `vm/interp/src/dispatch.rs`). If the compiler once made a call of one, every instruction of a
//! Python program would take some of the native stack. So this looks at the machine code, by means of `objdump`: a handler
//! must leave through the table by a jump, and contain no indirect call. Needs `cargo build --release` first.

use crate::Outcome;
use crate::sources::root;
use std::process::Command;

/// What the names of all handlers contain.
const HANDLER: &str = "dispatch::handler_of::";

pub fn run() -> Outcome {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let executable = target.join("release/pyre");
    let dump = Command::new("objdump")
        .args(["--disassemble", "--demangle", "--no-show-raw-insn", "--section=.text"])
        .arg(&executable)
        .output()
        .map_err(|e| format!("objdump: {e}"))?;
    if !dump.status.success() {
        return Err(format!("objdump: {}", String::from_utf8_lossy(&dump.stderr).trim()));
    }
    let text = String::from_utf8_lossy(&dump.stdout);
    let (mut handlers, mut jumping, mut wrong) = (0, 0, Vec::new());
    for function in text.split("\n\n") {
        let Some((head, body)) = function.trim_start().split_once('\n') else { continue };
        // What a handler calls and waits for is no handler.
        if !head.contains(HANDLER) || head.contains("::work") {
            continue;
        }
        handlers += 1;
        let through_table = |how: &str| body.lines().any(|l| is_indirect(l, how));
        jumping += usize::from(through_table("jmp"));
        if through_table("call") {
            wrong.push(head.split_once('<').map_or(head, |(_, name)| name.trim_end_matches(">:")).to_owned());
        }
    }
    if !wrong.is_empty() {
        return Err(format!("these handlers call others instead of jumping:\n  {}", wrong.join("\n  ")));
    }
    // Fewer would mean that nothing was looked at.
    if jumping < 100 {
        return Err(format!(
            "found only {jumping} handlers that jump to the next, in {}",
            executable.display()
        ));
    }
    Ok(format!("{handlers} handlers, {jumping} of which jump through the table; none calls"))
}

/// A jump or call to an address from memory or a register, in the notation of `objdump`. Calls through the global offset
/// table (relative to `rip`) are those of functions with a name.
fn is_indirect(line: &str, how: &str) -> bool {
    line.split_once(how).is_some_and(|(_, to)| to.trim_start().starts_with('*') && !to.contains("%rip"))
}
