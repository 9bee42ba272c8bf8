//! Traces of small programs against the interpreter: `-X jit=check` aborts recordings before every operation in turn,
//! checks the traces beside the interpreter and runs them in its place. Each function of a program that is called
//! `hot_...` must get a trace, and the program must print what it prints without.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn scripts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of programs exists")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    all.sort();
    all
}

fn run(script: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyre"));
    command.args(options).arg(script).stdin(Stdio::null()).output().expect("pyre starts")
}

/// The number behind `key=` in a line of the report.
fn number(line: &str, key: &str) -> u32 {
    line.split(' ')
        .filter_map(|part| part.split_once('='))
        .find(|(k, _)| *k == key)
        .and_then(|(_, v)| v.parse().ok())
        .unwrap_or_else(|| panic!("no {key} in: {line}"))
}

#[test]
fn traces_of_all_kinds_agree_with_the_interpreter() {
    for script in scripts("traces") {
        let (plain, checked) = (run(&script, &[]), run(&script, &["-X", "jit=check"]));
        assert!(plain.status.success(), "{}", String::from_utf8_lossy(&plain.stderr));
        assert_eq!(checked.status, plain.status);
        assert_eq!(String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&plain.stdout));
        let report = String::from_utf8_lossy(&checked.stderr);
        assert!(!report.contains("trace: difference"), "{report}");
        let text = std::fs::read_to_string(&script).expect("the program can be read");
        for line in text.lines() {
            let Some((name, _)) = line.trim().strip_prefix("def ").and_then(|rest| rest.split_once('('))
            else {
                continue;
            };
            if name.starts_with("hot_") {
                has_trace(&report, name);
            }
        }
    }
}

fn has_trace(report: &str, function: &str) {
    let part = format!(":{function}:");
    let line = report
        .lines()
        .filter(|line| line.starts_with("trace: loop ") && line.contains(&part))
        .max_by_key(|line| number(line, "ops"))
        .unwrap_or_else(|| panic!("no loop of {function} was hot:\n{report}"));
    assert!(number(line, "ops") > 0, "no trace: {line}\n{report}");
    assert!(number(line, "aborted") >= number(line, "ops"), "not aborted everywhere: {line}");
    assert!(number(line, "checked") > 0 && number(line, "ran") > 0, "not checked and run: {line}");
}

#[test]
fn traces_of_the_language_scripts_agree_with_the_interpreter() {
    for script in scripts("lang") {
        let checked = run(&script, &["-X", "jit=check"]);
        let report = String::from_utf8_lossy(&checked.stderr);
        assert!(!report.contains("trace: difference"), "{}: {report}", script.display());
    }
}

#[test]
fn tracing_is_off_unless_it_is_asked_for() {
    let script = &scripts("traces")[0];
    assert!(run(script, &[]).stderr.is_empty());
    let refused = run(script, &["-X", "jit=fast"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("expected 'off' or 'check'"));
}
