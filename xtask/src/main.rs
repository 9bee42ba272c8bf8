//! Development tasks: `cargo xtask TASK [ARGUMENTS]`. One file per task.

mod bench;
mod check_arrows;
mod check_layout;
mod check_tails;
mod check_traces;
mod sources;
mod start_order;

use std::process::ExitCode;

/// What a task comes back with: a line to print at the end, or what is wrong.
type Outcome = Result<String, String>;

const USAGE: &str = "\
usage: cargo xtask TASK [ARGUMENTS]

  check-arrows   crates depend on one another in one direction only, and know nothing they must not
  check-layout   the layout rules: doors to atomics, thread-locals and the environment; file and function lengths
  check-tails    the handlers of the release executable jump to one another and never call
  check-traces   record the hot loops of benches/ and compare the traces with the interpreter
  start-order    find what runs at the start, for the linker (needs valgrind)
  bench          measure pyre beside other Pythons and print tables (see `cargo xtask bench --help`)";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match task.as_deref() {
        Some("check-arrows") => check_arrows::run(),
        Some("check-layout") => check_layout::run(),
        Some("check-tails") => check_tails::run(),
        Some("check-traces") => check_traces::run(&rest),
        Some("start-order") => start_order::run(&rest),
        Some("bench") => bench::run(&rest),
        None | Some("help" | "--help" | "-h") => Ok(USAGE.to_owned()),
        Some(other) => Err(format!("no task is called {other}\n{USAGE}")),
    };
    match outcome {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
