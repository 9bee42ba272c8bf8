//! Errors of compilation against what CPython 3.14 said about the same snippets (see `data/record_errors.py`).

use pyre_compiler::{ErrorKind, Mode, Options};

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, _) => out.push(c),
        }
    }
    out
}

fn outcome(source: &str, mode: Mode) -> [String; 6] {
    match pyre_compiler::compile(source.as_bytes(), "f", mode, &Options::default()) {
        Ok(_) => ["ok".into(), String::new(), "0".into(), "0".into(), "0".into(), "0".into()],
        Err(error) => {
            let kind = match error.kind {
                ErrorKind::SyntaxError => "SyntaxError",
                ErrorKind::IndentationError => "IndentationError",
                ErrorKind::TabError => "TabError",
                ErrorKind::IncompleteInput => "_IncompleteInputError",
                ErrorKind::RecursionError => "RecursionError",
                ErrorKind::MemoryError => "MemoryError",
            };
            [
                kind.into(),
                error.message,
                error.line.to_string(),
                error.offset.to_string(),
                error.end_line.to_string(),
                (error.end_offset as i32).to_string(),
            ]
        }
    }
}

#[test]
fn errors_are_those_of_cpython() {
    let expected = include_str!("data/errors_expected.txt");
    let mut failures = Vec::new();
    let mut count = 0;
    for line in expected.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [source, mode, expected @ ..] = &fields[..] else { panic!("bad line {line}") };
        let mode = match *mode {
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => Mode::Exec,
        };
        let expected: Vec<String> = expected.iter().map(|field| unescape(field)).collect();
        let found = outcome(&unescape(source), mode);
        count += 1;
        if expected != found {
            failures.push(format!("{source}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {count} differ:\n{}", failures.len(), failures.join("\n"));
}
