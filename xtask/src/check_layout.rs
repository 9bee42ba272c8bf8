//! Checks rules of layout that the compiler cannot: which file is the door to what, and what comments must not say.
//!
//! Broken rules fail the check. Long files and functions are only reported: the numbers are a question to ask, not a
//! limit.

use crate::Outcome;
use crate::sources::{Source, code_of, rust_files};

/// Lines from which on a file is reported.
const LONG_FILE: usize = 800;
/// Lines from which on a function is reported.
const LONG_FUNCTION: usize = 80;

/// A piece of code that may stand only in some files.
struct Door {
    pattern: &'static str,
    allowed: &'static [&'static str],
    reason: &'static str,
}

const DOORS: &[Door] = &[
    Door {
        pattern: concat!("std::", "sync::atomic"),
        allowed: &[
            "threads/src/sync.rs",
            // Parking has a loom twin of its own, and the pool is not part of any model.
            "threads/src/lot.rs",
            "threads/src/pool.rs",
            "tests.rs",
            "testing.rs",
            "tests/",
            "/tests/",
            "xtask/",
            "stress-tests/",
            "fuzz/",
            "fuzz/",
        ],
        reason: "atomics come from pyre_threads::sync, so that loom can take their place",
    },
    Door {
        pattern: concat!("thread_", "local!"),
        allowed: &["threads/src/tls.rs", "testing.rs", "tests/", "/tests/"],
        reason: "thread-locals live in threads/src/tls.rs",
    },
    Door {
        pattern: concat!("env::", "var("),
        allowed: &["src/options.rs", "xtask/", "stress-tests/", "fuzz/", "tests/", "/tests/", "build.rs"],
        reason: "environment variables are read in src/options.rs",
    },
    Door {
        pattern: concat!("env::", "var_os("),
        allowed: &["src/options.rs", "xtask/", "stress-tests/", "fuzz/", "tests/", "/tests/", "build.rs"],
        reason: "environment variables are read in src/options.rs",
    },
];

/// Things that a reader of the repository cannot look up; each is also refused when a number follows.
const HISTORY: &[&str] = &["phase", "milestone", "task", "sprint"];
const MARKS: &[&str] = &[concat!("TO", "DO("), concat!("FIX", "ME"), concat!("XX", "X:")];

/// Runs the task.
pub fn run() -> Outcome {
    let files = rust_files()?;
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    for file in &files {
        doors(file, &mut problems);
        // The rules themselves have to name what they forbid.
        if !file.path.starts_with("xtask/") {
            comments(file, &mut problems);
        }
        lengths(file, &mut notes);
        // Tables of expected results are included in the middle of tests, where no `//!` may stand.
        let is_table = file.path.ends_with("/expected.rs");
        if !file.text.starts_with("//!") && !is_table && !file.text.trim().is_empty() {
            problems.push(format!("{}: does not open with `//!` saying what the file is for", file.path));
        }
    }
    for note in &notes {
        println!("note: {note}");
    }
    if problems.is_empty() {
        Ok(format!("check-layout: {} files keep the rules, {} notes", files.len(), notes.len()))
    } else {
        Err(problems.join("\n"))
    }
}

fn doors(file: &Source, problems: &mut Vec<String>) {
    // Test modules stand at the end of a file and may use what they like.
    let lines: Vec<&str> = file.text.lines().collect();
    let is_test_module = |pair: &[&str]| {
        pair[0].trim_start().starts_with("#[cfg(") && pair[0].contains("test") && pair[1].contains("mod ")
    };
    let end = lines.windows(2).position(is_test_module).unwrap_or(lines.len());
    for (number, line) in lines[..end].iter().enumerate() {
        let code = code_of(line);
        for door in DOORS.iter().filter(|door| code.contains(door.pattern)) {
            // A place with a slash in front may be anywhere in a path.
            let allowed = door.allowed.iter().any(|place| {
                file.path.starts_with(place)
                    || file.path.ends_with(place)
                    || (place.starts_with('/') && file.path.contains(place))
            });
            if !allowed {
                problems.push(format!("{}:{}: `{}`: {}", file.path, number + 1, door.pattern, door.reason));
            }
        }
    }
}

fn comments(file: &Source, problems: &mut Vec<String>) {
    for (number, line) in file.text.lines().enumerate() {
        let Some(comment) = line.find("//").map(|start| &line[start..]) else { continue };
        let found = MARKS.iter().find(|mark| comment.contains(**mark)).copied().or_else(|| numbered(comment));
        if let Some(found) = found {
            problems.push(format!("{}:{}: `{found}` in a comment: say why, not when", file.path, number + 1));
        }
    }
}

/// The word of [`HISTORY`] that stands before a number, as in "task 3".
fn numbered(comment: &str) -> Option<&'static str> {
    let lower = comment.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|pair| {
        let word = HISTORY.iter().find(|word| **word == pair[0])?;
        pair[1].bytes().all(|byte| byte.is_ascii_digit()).then_some(*word)
    })
}

fn lengths(file: &Source, notes: &mut Vec<String>) {
    let lines: Vec<&str> = file.text.lines().collect();
    if lines.len() > LONG_FILE {
        notes.push(format!("{}: {} lines", file.path, lines.len()));
    }
    let mut open: Option<(usize, String, &str)> = None;
    for (number, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let indent = &line[..line.len() - trimmed.len()];
        // rustfmt puts the closing brace of a function alone on a line, as far in as the function's own first line.
        if let Some((start, closing, name)) = &open
            && *line == closing
        {
            let length = number - start + 1;
            if length > LONG_FUNCTION {
                notes.push(format!("{}:{}: `{name}` has {length} lines", file.path, start + 1));
            }
            open = None;
        }
        if open.is_none()
            && let Some(name) = function_name(trimmed)
            && !trimmed.ends_with('}')
        {
            open = Some((number, format!("{indent}}}"), name));
        }
    }
}

/// The name of the function whose definition begins on this line.
fn function_name(line: &str) -> Option<&str> {
    let start = if line.starts_with("fn ") { 0 } else { line.find(" fn ")? + 1 };
    let modifiers = &line[..start];
    let known = ["pub", "pub(crate)", "pub(super)", "const", "unsafe", "async", "extern", "\"C\""];
    if !modifiers.split_whitespace().all(|word| known.contains(&word) || word.starts_with("pub(")) {
        return None;
    }
    let name = &line[start + 3..];
    Some(&name[..name.find(|c: char| !c.is_alphanumeric() && c != '_')?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_in_comments_is_found() {
        assert_eq!(numbered("// done in Phase 2"), Some("phase"));
        assert_eq!(numbered("// a phase of marking"), None);
        assert_eq!(numbered("// see task #12"), Some("task"));
    }

    #[test]
    fn functions_are_named_and_measured() {
        assert_eq!(function_name("pub(crate) unsafe fn a_b<T>(x: T) {"), Some("a_b"));
        assert_eq!(function_name("let f: fn (i32) = g;"), None);
        let text = format!("fn long() {{\n{}}}\n", "    x();\n".repeat(90));
        let mut notes = Vec::new();
        lengths(&Source { path: "a.rs".to_owned(), text }, &mut notes);
        assert_eq!(notes, ["a.rs:1: `long` has 92 lines"]);
    }

    #[test]
    fn doors_are_kept() {
        let text = "use std::sync::atomic::AtomicU8;\n".to_owned();
        let mut problems = Vec::new();
        doors(&Source { path: "gc/src/lib.rs".to_owned(), text: text.clone() }, &mut problems);
        assert_eq!(problems.len(), 1);
        doors(&Source { path: "threads/src/sync.rs".to_owned(), text }, &mut problems);
        assert_eq!(problems.len(), 1);
    }
}
