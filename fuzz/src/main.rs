//! Fuzz targets that need no special toolchain.
//!
//! `compiler` mutates sources and demands that compiling them ends, in a code object that the bytecode verifier accepts or
//! in an exception. `containers` lets threads do random operations on shared dicts, lists and strings and demands that
//! the process lives, that only the documented exceptions appear and that the containers are whole afterwards.
//!
//! Every case has a seed of its own, printed when it fails; `--seed S --cases 1` repeats it.

mod compiler;
mod containers;
mod random;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const USAGE: &str = "\
usage: pyre-fuzz TARGET [--seconds N] [--cases N] [--seed S] [--pyre PATH] [FILE...]

  TARGET     compiler or containers
  --seconds  how long to go on (default 60)
  --cases    at most so many cases
  --seed     the seed of the first case (default: the time)
  --pyre     the executable for containers (default: target/release/pyre)
  FILE       for compiler: sources to mutate (default: the Python files of this repository); a single FILE with
             --cases 0 is compiled as it is";

/// What the command line asks for.
pub struct Options {
    /// The name of the target.
    pub target: String,
    /// When to stop.
    pub seconds: u64,
    /// At most so many cases.
    pub cases: u64,
    /// Seed of the first case.
    pub seed: u64,
    /// The executable.
    pub pyre: PathBuf,
    /// Sources.
    pub files: Vec<PathBuf>,
}

fn parse() -> Result<Option<Options>, String> {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default();
    let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root.join("target"), PathBuf::from);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |t| t.as_secs());
    let mut options = Options {
        target: String::new(),
        seconds: 60,
        cases: u64::MAX,
        seed: now << 20,
        pyre: target.join("release/pyre"),
        files: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
        let number =
            |text: String| text.parse::<u64>().map_err(|_| format!("{text} is not a number\n{USAGE}"));
        match argument.as_str() {
            "-h" | "--help" => return Ok(None),
            "--seconds" => options.seconds = number(value()?)?,
            "--cases" => options.cases = number(value()?)?,
            "--seed" => options.seed = number(value()?)?,
            "--pyre" => options.pyre = value()?.into(),
            other if other.starts_with('-') => return Err(format!("unknown option {other}\n{USAGE}")),
            name if options.target.is_empty() => options.target = name.to_owned(),
            file => options.files.push(file.into()),
        }
    }
    Ok(Some(options))
}

/// Runs cases until the time is up; a case gives what went wrong.
fn run(options: &Options, mut case: impl FnMut(u64) -> Result<(), String>) -> ExitCode {
    println!("{}: first seed {}, {} seconds", options.target, options.seed, options.seconds);
    let deadline = Instant::now() + Duration::from_secs(options.seconds);
    let mut failures = 0_u64;
    let mut done = 0;
    while done < options.cases && Instant::now() < deadline {
        let seed = options.seed.wrapping_add(done);
        done += 1;
        if let Err(problem) = case(seed) {
            failures += 1;
            println!("FAILED: {} --seed {seed} --cases 1\n{problem}", options.target);
        }
    }
    println!("{done} cases, {failures} failures");
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let options = match parse() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    match options.target.as_str() {
        "compiler" => match compiler::Corpus::read(&options.files) {
            Ok(corpus) if options.cases == 0 => match corpus.compile_unchanged() {
                Ok(()) => ExitCode::SUCCESS,
                Err(problem) => {
                    println!("{problem}");
                    ExitCode::FAILURE
                }
            },
            Ok(corpus) => run(&options, |seed| corpus.case(seed)),
            Err(message) => {
                eprintln!("{message}");
                ExitCode::from(2)
            }
        },
        "containers" => run(&options, |seed| containers::case(&options.pyre, seed)),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
