//! Measures pyre beside other Pythons on this machine and prints markdown tables.
//!
//! Runs are whole processes, interleaved (A B C A B C ...), and the best of n counts, so that a disturbance of the machine
//! hits all alike. Outputs must agree with the first peer's. Ratios are speeds: 2.0 means that pyre needs half the time.

mod process;
mod tables;

use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::sources::{programs_in, root, stem};

const USAGE: &str = "\
usage: cargo xtask bench [--full] [--rounds N] [--peers DIR] [--pyre PATH] [--limit SECONDS]
                         [--only programs|threads|startup] [--threads N] [NAME...]

  --full      the full sizes, of seconds each (otherwise the small ones)
  --rounds    how often each program runs with each Python; the best counts (default 3)
  --peers     a folder with python3.15, python3.14 and pypy3 (default: those on PATH)
  --pyre      the executable to measure (default: target/release/pyre, as cargo built it)
  --limit     seconds after which a run is given up (default 120)
  --only      one table instead of all three
  --threads   the larger thread count of the threads table (default 2)
  NAME        only programs whose name contains it";

/// A Python to measure.
struct Peer {
    name: String,
    program: PathBuf,
    environment: Vec<(String, String)>,
}

struct Options {
    full: bool,
    rounds: u32,
    limit: u64,
    threads: u32,
    only: Option<String>,
    names: Vec<String>,
    peers: Vec<Peer>,
}

/// Runs the task.
pub fn run(arguments: &[String]) -> Outcome {
    let Some(options) = parse(arguments)? else { return Ok(USAGE.to_owned()) };
    let names: Vec<&str> = options.peers.iter().map(|peer| peer.name.as_str()).collect();
    println!(
        "{}, best of {}, {} sizes\n",
        names.join(", "),
        options.rounds,
        if options.full { "full" } else { "small" }
    );
    let mut wrong = 0;
    let wanted = |table: &str| options.only.as_deref().is_none_or(|only| only == table);
    if wanted("programs") {
        wrong += tables::programs(&options)?;
    }
    if wanted("threads") {
        wrong += tables::threads(&options)?;
    }
    if wanted("startup") {
        wrong += tables::startup(&options)?;
    }
    if wrong == 0 {
        Ok("all outputs agree".to_owned())
    } else {
        Err(format!("{wrong} runs failed or printed something else"))
    }
}

fn parse(arguments: &[String]) -> Result<Option<Options>, String> {
    let mut options = Options {
        full: false,
        rounds: 3,
        limit: 120,
        threads: 2,
        only: None,
        names: Vec::new(),
        peers: Vec::new(),
    };
    let mut folder = None;
    let mut pyre = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().cloned().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
        let number =
            |text: String| text.parse::<u32>().map_err(|_| format!("{argument}: {text} is not a number"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--full" => options.full = true,
            "--rounds" => options.rounds = number(value()?)?.max(1),
            "--limit" => options.limit = u64::from(number(value()?)?),
            "--threads" => options.threads = number(value()?)?.max(1),
            "--only" => options.only = Some(value()?),
            "--peers" => folder = Some(PathBuf::from(value()?)),
            "--pyre" => pyre = Some(PathBuf::from(value()?)),
            name if !name.starts_with('-') => options.names.push(name.to_owned()),
            other => return Err(format!("unknown option {other}\n{USAGE}")),
        }
    }
    options.peers = peers(pyre, folder.as_deref())?;
    Ok(Some(options))
}

/// pyre first, then the peers that exist; CPython 3.15 a second time with its JIT on.
fn peers(pyre: Option<PathBuf>, folder: Option<&Path>) -> Result<Vec<Peer>, String> {
    let pyre = match pyre {
        Some(path) => path,
        None => {
            let target =
                std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from);
            target.join("release/pyre")
        }
    };
    if !pyre.is_file() {
        return Err(format!("{} does not exist: `cargo build --release` makes it", pyre.display()));
    }
    let mut peers = vec![Peer { name: "pyre".to_owned(), program: pyre, environment: Vec::new() }];
    for (name, file, jit) in [
        ("CPython 3.15", "python3.15", false),
        ("3.15 with JIT", "python3.15", true),
        ("CPython 3.14", "python3.14", false),
        ("PyPy", "pypy3", false),
    ] {
        let found = match folder {
            Some(folder) => Some(folder.join(file)).filter(|path| path.is_file()),
            None => on_path(file),
        };
        let Some(program) = found else {
            println!("not measured: {name} ({file} was not found)");
            continue;
        };
        let setting = if jit { "1" } else { "0" };
        peers.push(Peer {
            name: name.to_owned(),
            program,
            environment: vec![("PYTHON_JIT".to_owned(), setting.to_owned())],
        });
    }
    Ok(peers)
}

fn on_path(file: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(file)).find(|candidate| candidate.is_file())
}
