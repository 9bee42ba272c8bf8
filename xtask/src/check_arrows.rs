//! Checks which crate may know which: `pyre -> stdlib -> vm -> {jit, gc} -> threads`.
//!
//! The resolved direct dependencies come from `cargo tree`. Besides the direction, a few outside crates are tied to the
//! one place that may use them, and the lower crates must not speak of Python in their code.

use std::process::Command;

use crate::Outcome;
use crate::sources::{code_of, identifiers, root, rust_files};

/// Layers from the bottom up. A crate may use crates of lower layers; where `true`, of its own layer as well.
const LAYERS: &[(&[&str], bool)] = &[
    (&["pyre-threads", "pyre-bytecode", "pyre-number"], false),
    // Formatting of numbers is text on top of numbers.
    (&["pyre-text"], false),
    (&["pyre-gc", "pyre-jit"], false),
    (&["pyre-compiler", "pyre-object", "pyre-interp", "pyre-types", "pyre-vm"], true),
    (&["pyre-frozen", "pyre-stdlib"], true),
    (&["pyre"], false),
    (&["pyre-loom-tests", "pyre-stress-tests", "pyre-fuzz", "xtask"], false),
];

/// Pairs within the order of layers that are forbidden all the same.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("pyre-gc", "pyre-bytecode", "the collector sees objects only through a trait"),
    ("pyre-gc", "pyre-number", "the collector sees objects only through a trait"),
    ("pyre-gc", "pyre-text", "the collector sees objects only through a trait"),
    ("pyre-jit", "pyre-bytecode", "the JIT serves any bytecode interpreter"),
    ("pyre-jit", "pyre-number", "the JIT serves any bytecode interpreter"),
    ("pyre-jit", "pyre-text", "the JIT serves any bytecode interpreter"),
    ("pyre-object", "pyre-compiler", "objects exist without a compiler"),
    ("pyre-types", "pyre-compiler", "types exist without a compiler"),
    ("pyre-vm", "pyre-stdlib", "the VM does not know concrete library modules"),
];

/// Outside crates, by prefix, and the crates that may use them.
const DOORS: &[(&str, &[&str])] = &[
    ("rustpython-ruff", &["pyre-compiler"]),
    ("rustpython-pylib", &["pyre-frozen"]),
    ("rustpython-sre", &["pyre-stdlib"]),
    ("cranelift", &["pyre-jit"]),
    ("crossbeam-epoch", &["pyre-threads", "pyre-loom-tests"]),
    ("malachite", &[]),
];

/// Folders whose code must not name Python things.
const NO_PYTHON: &[&str] = &["threads/src/", "gc/src/", "jit/"];

struct Edge {
    from: String,
    to: String,
}

/// Runs the task.
pub fn run() -> Outcome {
    let edges = edges()?;
    let mut problems: Vec<String> = edges.iter().filter_map(problem_of).collect();
    let files = rust_files()?;
    for file in files.iter().filter(|file| NO_PYTHON.iter().any(|folder| file.path.starts_with(folder))) {
        for (number, line) in file.text.lines().enumerate() {
            let code = code_of(line);
            for word in identifiers(&code).filter(|word| names_python(word)) {
                problems.push(format!(
                    "{}:{}: `{word}`: this crate must not know Python",
                    file.path,
                    number + 1
                ));
            }
        }
    }
    if problems.is_empty() {
        Ok(format!("check-arrows: {} dependencies point the right way", edges.len()))
    } else {
        Err(problems.join("\n"))
    }
}

fn names_python(word: &str) -> bool {
    let camel =
        word.strip_prefix("Py").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    camel || word.to_ascii_lowercase().contains("python")
}

/// The direct dependencies of every member of the workspace.
fn edges() -> Result<Vec<Edge>, String> {
    let arguments = [
        "tree",
        "--workspace",
        "--depth",
        "1",
        "--prefix",
        "depth",
        "--edges",
        "normal,build",
        "--format",
        " {p}",
    ];
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| format!("cannot run cargo tree: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo tree failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut edges = Vec::new();
    let mut from = "";
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("0"), Some(name)) => from = name,
            (Some("1"), Some(name)) => edges.push(Edge { from: from.to_owned(), to: name.to_owned() }),
            _ => {}
        }
    }
    if edges.is_empty() { Err("cargo tree printed no dependencies".to_owned()) } else { Ok(edges) }
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|(crates, _)| crates.contains(&name))
}

fn problem_of(edge: &Edge) -> Option<String> {
    let Edge { from, to } = edge;
    let Some(above) = layer(from) else {
        return Some(format!("{from}: not in the table of layers in xtask/src/check_arrows.rs"));
    };
    if let Some((_, allowed)) = DOORS.iter().find(|(prefix, _)| to.starts_with(prefix))
        && !allowed.contains(&from.as_str())
    {
        return Some(format!("{from} -> {to}: only {allowed:?} may use it"));
    }
    let Some(below) = layer(to) else {
        return (above <= 1 && to.contains("python"))
            .then(|| format!("{from} -> {to}: it must not know Python"));
    };
    if let Some((_, _, reason)) = FORBIDDEN.iter().find(|(a, b, _)| a == from && b == to) {
        return Some(format!("{from} -> {to}: {reason}"));
    }
    let allowed = below < above || (below == above && LAYERS[above].1);
    (!allowed).then(|| format!("{from} -> {to}: the arrow points the wrong way"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(from: &str, to: &str) -> bool {
        problem_of(&Edge { from: from.to_owned(), to: to.to_owned() }).is_none()
    }

    #[test]
    fn arrows_point_down() {
        assert!(allowed("pyre", "pyre-stdlib"));
        assert!(allowed("pyre-vm", "pyre-interp"));
        assert!(allowed("pyre-gc", "pyre-threads"));
        assert!(!allowed("pyre-threads", "pyre-gc"));
        assert!(!allowed("pyre-gc", "pyre-jit"));
        assert!(!allowed("pyre-vm", "pyre-stdlib"));
        assert!(!allowed("pyre-jit", "pyre-bytecode"));
    }

    #[test]
    fn outside_crates_have_their_door() {
        assert!(allowed("pyre-compiler", "rustpython-ruff_python_parser"));
        assert!(!allowed("pyre-vm", "rustpython-ruff_python_parser"));
        assert!(!allowed("pyre-number", "malachite-bigint"));
    }

    #[test]
    fn python_is_recognised_in_names() {
        assert!(names_python("PyObject") && names_python("python_frame") && names_python("PythonCode"));
        assert!(!names_python("Pyramid") && !names_python("pyre_threads") && !names_python("Py"));
    }
}
