//! The library's sources, turned into nodes and back, must compile to the code that they compile to directly.

mod support;

use std::path::Path;
use support::python_files;

use pyre_bytecode::{CodeUnit, Constant};
use pyre_compiler::{Mode, Options, Source, tree};

/// The first difference of two units.
fn difference(a: &CodeUnit, b: &CodeUnit) -> Option<String> {
    let name = &a.qualname;
    if a.consts.len() != b.consts.len() {
        return Some(format!("{name}: {} and {} constants", a.consts.len(), b.consts.len()));
    }
    for (x, y) in a.consts.iter().zip(&b.consts) {
        match (x, y) {
            (Constant::Code(x), Constant::Code(y)) => {
                if let Some(found) = difference(x, y) {
                    return Some(found);
                }
            }
            (x, y) if x != y => return Some(format!("{name}: constants {x:?} and {y:?}")),
            _ => {}
        }
    }
    if a.words != b.words {
        return Some(format!("{name}: instructions differ"));
    }
    for ((at, _, x), (_, _, y)) in a.locations.runs().zip(b.locations.runs()) {
        if x != y {
            return Some(format!("{name}: at word {at}, {x:?} and {y:?}"));
        }
    }
    let same = a.names == b.names && a.varnames == b.varnames && a.flags == b.flags;
    (!same).then(|| format!("{name}: names or flags differ"))
}

#[test]
fn nodes_compile_as_their_source_does() {
    let mut paths = Vec::new();
    python_files(Path::new(rustpython_pylib::LIB_PATH), &mut paths);
    assert!(paths.len() > 500);
    let options = Options::default();
    let mut failures = Vec::new();
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let source = Source::from_text(text);
        let Ok(direct) = pyre_compiler::compile_source(&source, "f", Mode::Exec, &options) else { continue };
        let mut parsed = match tree::parse_source(&source, Mode::Exec, &options) {
            Ok(parsed) => parsed,
            Err(error) => {
                failures.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        match tree::compile_nodes(parsed.take_root(), "f", Mode::Exec, &options) {
            Err(error) => failures.push(format!("{}: {error:?}", path.display())),
            Ok(compiled) => {
                if let Some(found) = difference(&direct.code, &compiled.code) {
                    failures.push(format!("{}: {found}", path.display()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), paths.len(), failures.join("\n"));
}
