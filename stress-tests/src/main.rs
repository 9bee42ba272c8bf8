//! Runs the programs of `stress-tests/py` with pyre, over and over with new seeds, until the time is up.
//!
//! Each program checks invariants of objects that its threads share and exits with a status other than 0 when one is
//! broken. A crash, a hang and a broken invariant all end in a line that repeats the run, and in exit status 1.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
usage: pyre-stress-tests [--pyre PATH] [--minutes N] [--seed S] [--seconds N] [--without MODE]... [NAME...]

  --pyre      the executable to test (default: target/release/pyre)
  --minutes   how long to go on (default 1; fractions are allowed)
  --seed      the first seed (default: the time); every run prints the one it used
  --seconds   how long each part of a program lasts (default 1)
  --without   leave out the modes whose options contain this, such as gczeal or walker
  NAME        only programs whose name contains it";

/// Interpreter options that are taken in turn.
const MODES: &[&[&str]] = &[
    &[],
    &["-X", "threads=1"],
    &["-X", "gczeal=50"],
    &["-X", "walker"],
    &["-X", "threads=2"],
    &["-X", "gczeal=1"],
];

struct Options {
    pyre: PathBuf,
    minutes: f64,
    seed: u64,
    seconds: f64,
    modes: Vec<&'static [&'static str]>,
    names: Vec<String>,
}

/// How a run ended.
enum Ending {
    Passed(String),
    Failed(String),
}

fn main() -> ExitCode {
    match parse().and_then(|options| options.map_or_else(|| Ok(usage()), |options| run(&options))) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn usage() -> ExitCode {
    println!("{USAGE}");
    ExitCode::SUCCESS
}

fn parse() -> Result<Option<Options>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default();
    let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root.join("target"), PathBuf::from);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |elapsed| elapsed.as_secs());
    let mut options = Options {
        pyre: target.join("release/pyre"),
        minutes: 1.0,
        seed: now,
        seconds: 1.0,
        modes: MODES.to_vec(),
        names: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
        let bad = |text: &str| format!("{text} is not a number\n{USAGE}");
        match argument.as_str() {
            "-h" | "--help" => return Ok(None),
            "--pyre" => options.pyre = PathBuf::from(value()?),
            "--minutes" => options.minutes = value().and_then(|text| text.parse().map_err(|_| bad(&text)))?,
            "--seed" => options.seed = value().and_then(|text| text.parse().map_err(|_| bad(&text)))?,
            "--seconds" => options.seconds = value().and_then(|text| text.parse().map_err(|_| bad(&text)))?,
            "--without" => {
                let text = value()?;
                options.modes.retain(|mode| !mode.iter().any(|part| part.contains(&text)));
            }
            name if !name.starts_with('-') => options.names.push(name.to_owned()),
            other => return Err(format!("unknown option {other}\n{USAGE}")),
        }
    }
    Ok(Some(options))
}

fn programs(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("py");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py") && stem(path) != "harness")
        .filter(|path| names.is_empty() || names.iter().any(|name| stem(path).contains(name.as_str())))
        .collect();
    found.sort();
    if found.is_empty() { Err(format!("no programs in {}", folder.display())) } else { Ok(found) }
}

fn run(options: &Options) -> Result<ExitCode, String> {
    let programs = programs(&options.names)?;
    let deadline = Instant::now() + Duration::from_secs_f64(options.minutes * 60.0);
    println!("{} programs, first seed {}, {} minutes", programs.len(), options.seed, options.minutes);
    let mut failures = 0_u32;
    let mut runs = 0_usize;
    // Every program runs once even if the time is short.
    while runs < programs.len() || Instant::now() < deadline {
        let program = &programs[runs % programs.len()];
        // The number of modes and of programs have no common pattern with the rounds: each program meets each mode.
        let round = runs / programs.len();
        let mode = options.modes[(runs + round) % options.modes.len()];
        let threads = [4, 2, 8, 3][round % 4];
        let seed = options.seed.wrapping_add(runs as u64) % 1_000_000_000;
        runs += 1;
        let mut arguments: Vec<String> = mode.iter().map(|&part| part.to_owned()).collect();
        arguments.push(program.display().to_string());
        arguments.extend([seed.to_string(), options.seconds.to_string(), threads.to_string()]);
        let line = format!("{} {}", options.pyre.display(), arguments.join(" "));
        let started = Instant::now();
        match run_one(options, &arguments)? {
            Ending::Passed(output) => {
                println!("{:6.1} s  {line}  {}", started.elapsed().as_secs_f64(), output.trim_end());
            }
            Ending::Failed(problem) => {
                failures += 1;
                println!(
                    "FAILED after {:.1} s, repeat with:\n  {line}\n{problem}",
                    started.elapsed().as_secs_f64()
                );
            }
        }
    }
    println!("{runs} runs, {failures} failures");
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_one(options: &Options, arguments: &[String]) -> Result<Ending, String> {
    let log = std::env::temp_dir().join(format!("pyre-stress-{}.log", std::process::id()));
    let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let both = file.try_clone().map_err(|error| error.to_string())?;
    let mut child = Command::new(&options.pyre)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(both)
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", options.pyre.display()))?;
    // Programs have up to five parts; collections at every allocation and sanitizers slow the ends of them down.
    let limit = Duration::from_secs_f64(options.seconds * 10.0 + 240.0);
    let started = Instant::now();
    let status: Option<ExitStatus> = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break Some(status);
        }
        if started.elapsed() > limit {
            child.kill().map_err(|error| error.to_string())?;
            child.wait().map_err(|error| error.to_string())?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let bytes = fs::read(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    fs::remove_file(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let output = String::from_utf8_lossy(&bytes).into_owned();
    let tail: Vec<&str> = output.lines().rev().take(40).collect();
    let tail: String = tail.into_iter().rev().map(|line| format!("  | {line}\n")).collect();
    Ok(match status {
        Some(status) if status.success() => Ending::Passed(output),
        Some(status) => Ending::Failed(format!("  {status}\n{tail}")),
        None => Ending::Failed(format!("  hangs: still running after {limit:?}\n{tail}")),
    })
}
