//! The language scripts of `tests/lang`, each run plain, with very many collections, and in four threads at
//! once; what they print must be what CPython 3.14 printed.

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use support::{Case, check, tests_directory};

struct Script {
    name: String,
    path: PathBuf,
    expected: String,
    /// Says of itself that it must have the process for itself.
    single_threaded: bool,
}

fn scripts() -> Vec<Script> {
    let folder = tests_directory().join("lang");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("tests/lang exists")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".py"))
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let path = folder.join(&name);
            let source = fs::read_to_string(&path).expect("a script can be read");
            let record = folder.join("expected").join(&name).with_extension("txt");
            let expected = fs::read_to_string(&record)
                .unwrap_or_else(|_| panic!("{name} has no record: run tests/record.py with CPython 3.14"));
            Script { name, path, expected, single_threaded: source.starts_with("# single-threaded:") }
        })
        .collect()
}

fn case(script: &Script, before: &[&str]) -> Case {
    let mut arguments: Vec<String> = before.iter().map(|&argument| argument.to_owned()).collect();
    arguments.push(script.path.display().to_string());
    Case { name: script.name.clone(), arguments, expected: script.expected.clone() }
}

#[test]
fn scripts_print_what_cpython_prints() {
    let cases: Vec<Case> = scripts().iter().map(|script| case(script, &[])).collect();
    check("plain", &cases, Duration::from_secs(30));
}

#[test]
#[ignore = "not yet run to the end: see docs/status.md"]
fn scripts_survive_a_collection_at_every_300th_allocation() {
    let cases: Vec<Case> = scripts().iter().map(|script| case(script, &["-X", "gczeal=300"])).collect();
    check("gczeal", &cases, Duration::from_secs(60));
}

#[test]
#[ignore = "not yet run to the end: see docs/status.md"]
fn scripts_print_the_same_in_four_threads_at_once() {
    let runner = tests_directory().join("four_threads.py").display().to_string();
    let cases: Vec<Case> = scripts()
        .iter()
        .filter(|script| !script.single_threaded && !script.expected.contains("--- exit status "))
        .map(|script| case(script, &[&runner]))
        .collect();
    check("threads", &cases, Duration::from_secs(60));
}
