//! Interactive input: what is whole, what is wrong, and what more lines would make whole (recorded from CPython 3.14,
//! by flags: none, `PyCF_DONT_IMPLY_DEDENT`, `PyCF_ALLOW_INCOMPLETE_INPUT`, both).

use pyre_compiler::{ErrorKind, Mode, Options};

/// `.` compiles, `!` is an error, `~` is incomplete.
const EXPECTED: &[(&str, &str)] = &[
    ("if x: pass", "!!~~"),
    ("if x: pass\n", "...."),
    ("if x:\n  pass", ".!.~"),
    ("if x:\n  pass\n", "...."),
    ("if x:\n  pass\n\n", "...."),
    ("x = 1", "...."),
    ("x = 1\n", "...."),
    ("x = (", "!!~~"),
    ("x = (\n", "!!~~"),
    ("def f():", "!!~~"),
    ("def f():\n", "!!~~"),
    ("'''abc", "!!~~"),
    ("x = 'abc", "!!~~"),
    ("@a", "!!~~"),
    ("@a\n", "!!~~"),
    ("try:\n  pass\n", "!!~~"),
    ("if x:\n  pass\nelse:", "!!~~"),
    ("for x in y: pass", "!!~~"),
    ("x = \\", "!!!!"),
    ("x = \\\n", "!!~~"),
    ("1 +", "!!~~"),
    ("if x:\n  a = (1,\n2)", ".!.~"),
    ("", "!!~~"),
    ("\n", "!!~~"),
    ("# c", "!!~~"),
    ("x;y", "...."),
    ("x\ny", "!!!!"),
];

#[test]
fn interactive_input_is_judged_as_cpython_does() {
    let mut failures = Vec::new();
    for (source, expected) in EXPECTED {
        let mut found = String::new();
        for flags in 0..4 {
            let options = Options {
                dont_imply_dedent: flags & 1 != 0,
                allow_incomplete_input: flags & 2 != 0,
                ..Options::default()
            };
            found.push(match pyre_compiler::compile(source.as_bytes(), "f", Mode::Single, &options) {
                Ok(_) => '.',
                Err(error) if error.kind == ErrorKind::IncompleteInput => '~',
                Err(_) => '!',
            });
        }
        if found != *expected {
            failures.push(format!("{source:?}: expected {expected}, found {found}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
