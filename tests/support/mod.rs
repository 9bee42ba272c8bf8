//! Runs Python programs with the built `pyre`, with time limits and several at once, and compares what they print with
//! what CPython 3.14 printed (`tests/record.py` makes the records).
//!
//! Failures that are known stand in `tests/known_failures.txt`, one `MODE NAME` a line. That list may only shrink: a
//! listed program that passes is named in the output, and is a failure where `PYRE_STRICT_KNOWN_FAILURES` is set.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// One program to run: what it is called in reports, how it is started, and what it must print.
pub struct Case {
    /// The name in reports and in the list of known failures.
    pub name: String,
    /// Everything after `pyre` on the command line.
    pub arguments: Vec<String>,
    /// The transcript it must leave: see [`transcript`].
    pub expected: String,
}

/// The folder `tests/`.
pub fn tests_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Standard output, then standard error and exit status if there is anything to say about them.
pub fn transcript(stdout: &[u8], stderr: &[u8], status: &str) -> String {
    let mut text = String::from_utf8_lossy(stdout).into_owned();
    if !stderr.is_empty() || status != "0" {
        let _ = write!(text, "--- stderr\n{}--- exit status {status}\n", String::from_utf8_lossy(stderr));
    }
    let folder = format!("{}/", tests_directory().join("lang").display());
    text.replace(&folder, "")
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks has ended; what was read so far is what there is to compare.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn run(arguments: &[String], limit: Duration) -> Result<String, String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pyre"))
        .args(arguments)
        .current_dir(tests_directory().join("lang"))
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env_remove("PYTHONPATH")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("could not start: {error}"))?;
    let stdout = drain(child.stdout.take().ok_or("no standard output")?);
    let stderr = drain(child.stderr.take().ok_or("no standard error")?);
    let deadline = Instant::now() + limit;
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status.code().map_or_else(|| status.to_string(), |code| code.to_string()),
            None if Instant::now() >= deadline => {
                let _ = child.kill();
                let _ = child.wait();
                break format!("none: still running after {limit:?}");
            }
            None => thread::sleep(Duration::from_millis(4)),
        }
    };
    let stdout = stdout.join().map_err(|_| "reader panicked")?;
    let stderr = stderr.join().map_err(|_| "reader panicked")?;
    Ok(transcript(&stdout, &stderr, &status))
}

/// The first place where two texts differ, with a little of what comes before.
fn difference(expected: &str, actual: &str) -> String {
    let expected: Vec<&str> = expected.lines().collect();
    let actual: Vec<&str> = actual.lines().collect();
    let shared = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let mut report = String::new();
    for line in &expected[shared.saturating_sub(2)..shared] {
        let _ = writeln!(report, "      {line}");
    }
    for line in expected.iter().skip(shared).take(4) {
        let _ = writeln!(report, "    - {line}");
    }
    for line in actual.iter().skip(shared).take(4) {
        let _ = writeln!(report, "    + {line}");
    }
    // The reason of a crash or an uncaught exception is at the end.
    for line in actual.iter().skip(shared + 4).rev().take(4).rev() {
        let _ = writeln!(report, "    ... {line}");
    }
    report
}

/// The names of the programs that are known to fail in a mode.
pub fn known_failures(mode: &str) -> BTreeSet<String> {
    let path = tests_directory().join("known_failures.txt");
    let text = fs::read_to_string(&path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(listed, _)| *listed == mode)
        .map(|(_, name)| name.trim().to_owned())
        .collect()
}

/// Runs all cases on all processors; panics with a report if the failures are not exactly the known ones.
pub fn check(mode: &str, cases: &[Case], limit: Duration) {
    let next = AtomicUsize::new(0);
    let failures: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(2, |n| n.get());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = match run(&case.arguments, limit) {
                        Ok(actual) if actual == case.expected => continue,
                        Ok(actual) => difference(&case.expected, &actual),
                        Err(problem) => problem,
                    };
                    failures.lock().expect("no worker panics").push((case.name.clone(), outcome));
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no worker panics");
    failures.sort();
    let failed: BTreeSet<String> = failures.iter().map(|(name, _)| name.clone()).collect();
    let listing: String = failed.iter().map(|name| format!("{mode} {name}\n")).collect();
    let listing_path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("failures-{mode}.txt"));
    fs::write(&listing_path, listing).expect("the target folder can be written");

    let known = known_failures(mode);
    let mut report = String::new();
    for (name, outcome) in failures.iter().filter(|(name, _)| !known.contains(name)) {
        let _ = writeln!(report, "{mode} {name}\n{outcome}");
    }
    for name in
        known.iter().filter(|name| cases.iter().any(|case| case.name == **name) && !failed.contains(*name))
    {
        let line = format!("{mode} {name} passes now: delete its line in tests/known_failures.txt");
        println!("{line}");
        if std::env::var_os("PYRE_STRICT_KNOWN_FAILURES").is_some() {
            let _ = writeln!(report, "{line}");
        }
    }
    for name in known.iter().filter(|name| cases.iter().all(|case| case.name != **name)) {
        let _ = writeln!(report, "{mode} {name} does not exist: delete its line in tests/known_failures.txt");
    }
    println!("{mode}: {} of {} pass, {} known to fail", cases.len() - failed.len(), cases.len(), known.len());
    assert!(report.is_empty(), "{report}\nall failures of this mode: {}", listing_path.display());
}
