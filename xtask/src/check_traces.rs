//! Runs the programs of `benches/` with `-X jit=check`: hot loops are recorded, with recordings aborted before every
//! operation in turn, the traces are checked beside the interpreter and then run in its place. Every difference is a
//! failure, and so is another output than without tracing.

use crate::Outcome;
use crate::sources::{programs_in, root, stem};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const USAGE: &str = "\
usage: cargo xtask check-traces [--pyre PATH] [--loops] [--reasons] [--library] [NAME...]

  --pyre     the executable to check (default: target/debug/pyre)
  --loops    a line for each loop
  --reasons  why recordings ended without a trace, most frequent first
  --library  count the loops of the library as well as those of the programs
  NAME       only programs whose name contains it";

#[derive(Default)]
struct Options {
    pyre: Option<PathBuf>,
    loops: bool,
    reasons: bool,
    library: bool,
    names: Vec<String>,
}

/// Sums over the loops of a program.
#[derive(Default)]
struct Sums {
    loops: u32,
    traces: u32,
    values: BTreeMap<String, u64>,
}

const COLUMNS: [&str; 7] = ["ops", "guards", "aborted", "checked", "left", "ran", "differences"];

/// Runs the task.
pub fn run(arguments: &[String]) -> Outcome {
    let Some(options) = parse(arguments)? else { return Ok(USAGE.to_owned()) };
    let pyre = options.pyre.clone().unwrap_or_else(|| {
        let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from);
        target.join("debug/pyre")
    });
    if !pyre.is_file() {
        return Err(format!("{} does not exist: `cargo build` makes it", pyre.display()));
    }
    println!("| program | hot loops | traces | {} |", COLUMNS.join(" | "));
    println!("|---|{}", "--:|".repeat(COLUMNS.len() + 2));
    let mut wrong = Vec::new();
    let mut reasons = BTreeMap::new();
    let mut all = Sums::default();
    for program in programs_in("benches", &options.names)? {
        check(&pyre, &program, &options, &mut all, &mut reasons, &mut wrong)?;
    }
    print_row("**all**", &all);
    if options.reasons {
        let mut sorted: Vec<(&String, &u64)> = reasons.iter().collect();
        sorted.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        println!("\nrecordings that ended without a trace:");
        sorted.iter().for_each(|(reason, n)| println!("{n:6}  {reason}"));
    }
    if wrong.is_empty() { Ok(format!("{} traces, no difference", all.traces)) } else { Err(wrong.join("\n")) }
}

fn parse(arguments: &[String]) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--loops" => options.loops = true,
            "--reasons" => options.reasons = true,
            "--library" => options.library = true,
            "--pyre" => {
                options.pyre =
                    Some(rest.next().ok_or_else(|| format!("--pyre needs a value\n{USAGE}"))?.into());
            }
            name if !name.starts_with('-') => options.names.push(name.to_owned()),
            other => return Err(format!("unknown option {other}\n{USAGE}")),
        }
    }
    Ok(Some(options))
}

fn execute(pyre: &Path, program: &Path, checked: bool) -> Result<Output, String> {
    let mut command = Command::new(pyre);
    if checked {
        command.args(["-X", "jit=check"]);
    }
    command.arg(program).output().map_err(|error| format!("{}: {error}", pyre.display()))
}

fn check(
    pyre: &Path,
    program: &Path,
    options: &Options,
    all: &mut Sums,
    reasons: &mut BTreeMap<String, u64>,
    wrong: &mut Vec<String>,
) -> Result<(), String> {
    let name = stem(program);
    let plain = execute(pyre, program, false)?;
    if !plain.status.success() {
        println!("| {name} | fails without tracing, too |");
        return Ok(());
    }
    let checked = execute(pyre, program, true)?;
    let report = String::from_utf8_lossy(&checked.stderr).into_owned();
    if checked.status != plain.status || checked.stdout != plain.stdout {
        wrong
            .push(format!("{name}: another output or exit status ({}) than without tracing", checked.status));
    }
    let mut sums = Sums::default();
    let own = format!("{name}.py:");
    let mut counted = false;
    let mut difference = false;
    for line in report.lines() {
        if let Some(rest) = line.strip_prefix("trace: loop name=") {
            counted = options.library || rest.starts_with(&own);
            difference = false;
            if counted {
                add(rest, &mut sums);
                if options.loops {
                    println!("    {rest}");
                }
            }
        } else if let Some(rest) = line.strip_prefix("trace: stop count=") {
            if let (true, Some((n, reason))) = (counted, rest.split_once(" reason=")) {
                *reasons.entry(reason.to_owned()).or_default() += n.parse::<u64>().unwrap_or(0);
            }
        } else if line.starts_with("trace: difference") || (difference && line.starts_with("    ")) {
            difference = true;
            wrong.push(format!("{name}: {line}"));
        }
    }
    print_row(&name, &sums);
    all.loops += sums.loops;
    all.traces += sums.traces;
    for (key, n) in sums.values {
        *all.values.entry(key).or_default() += n;
    }
    Ok(())
}

/// Adds one loop's line, `key=value` separated by blanks behind the name.
fn add(line: &str, sums: &mut Sums) {
    sums.loops += 1;
    for (key, value) in line.split(' ').filter_map(|part| part.split_once('=')) {
        let n = value.parse::<u64>().unwrap_or(0);
        if key == "ops" && n > 0 {
            sums.traces += 1;
        }
        *sums.values.entry(key.to_owned()).or_default() += n;
    }
}

fn print_row(name: &str, sums: &Sums) {
    let cells: Vec<String> =
        COLUMNS.iter().map(|c| sums.values.get(*c).copied().unwrap_or(0).to_string()).collect();
    println!("| {name} | {} | {} | {} |", sums.loops, sums.traces, cells.join(" | "));
}
