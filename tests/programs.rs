//! The examples and the small sizes of the benchmarks: they must print what CPython 3.14 printed.
//!
//! `tests/programs/commands.txt` names one program a line, with its arguments; the record is in the file beside it that
//! has the line's first word.

mod support;

use std::fs;
use std::path::Path;
use std::time::Duration;

use support::{Case, check, tests_directory};

#[test]
fn programs_print_what_cpython_prints() {
    let folder = tests_directory().join("programs");
    let commands = fs::read_to_string(folder.join("commands.txt")).expect("the list of programs exists");
    let mut cases = Vec::new();
    for line in commands.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace().map(str::to_owned);
        let name = words.next().expect("a line that is not empty has a word");
        let mut arguments: Vec<String> = words.collect();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(&arguments[0]);
        arguments[0] = program.display().to_string();
        let expected = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap_or_else(|_| {
            panic!("{name} has no record: run tests/record.py --programs with CPython 3.14")
        });
        cases.push(Case { name, arguments, expected });
    }
    check("program", &cases, Duration::from_secs(60));
}
