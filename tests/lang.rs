//! The language scripts of `tests/lang`, each run plain, with very many collections, in four threads at once, and while a
//! helper thread walks the heap; what they print must be what CPython 3.14 printed.
//!
//! Scripts that are known to fail when run plain are not run in the other modes. `PYRE_GCZEAL` is the period of collections: 1, at every
//! allocation, is for a longer job (`.ci/run gczeal`).

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use support::{Case, check, known_failures, tests_directory};

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

/// The scripts that are expected to print the right thing when run plain.
fn sound_scripts() -> Vec<Script> {
    let known = known_failures("plain");
    scripts().into_iter().filter(|script| !known.contains(&script.name)).collect()
}

#[test]
fn scripts_survive_collections_at_every_few_allocations_with_the_heap_verified_at_each() {
    let default = if cfg!(debug_assertions) { "200" } else { "20" };
    let zeal = std::env::var("PYRE_GCZEAL").unwrap_or_else(|_| default.to_owned());
    let zeal = format!("gczeal={zeal}");
    let cases: Vec<Case> = sound_scripts().iter().map(|script| case(script, &["-X", &zeal])).collect();
    check("gczeal", &cases, Duration::from_secs(600));
}

/// Those that do not ask for the process for themselves.
fn in_four_threads(options: &[&str]) -> Vec<Case> {
    let runner = tests_directory().join("four_threads.py").display().to_string();
    let mut before = options.to_vec();
    before.push(&runner);
    sound_scripts()
        .iter()
        .filter(|script| !script.single_threaded && !script.expected.contains("--- exit status "))
        .map(|script| case(script, &before))
        .collect()
}

#[test]
fn scripts_print_the_same_in_four_threads_at_once() {
    check("threads", &in_four_threads(&[]), Duration::from_secs(120));
}

#[test]
fn scripts_print_the_same_in_four_threads_while_the_heap_is_walked() {
    check("walker", &in_four_threads(&["-X", "walker"]), Duration::from_secs(120));
}
