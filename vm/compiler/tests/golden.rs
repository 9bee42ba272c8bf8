//! The bytecode of small sources, as text. After a change that is meant, run with `UPDATE_GOLDEN=1` and look at the diff.

use std::path::Path;

use pyre_compiler::{Mode, Options};

#[test]
fn bytecode_is_what_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut sources: Vec<_> = std::fs::read_dir(&folder)
        .expect("golden folder")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    sources.sort();
    assert!(sources.len() >= 12);
    for path in sources {
        let source = std::fs::read(&path).expect("readable");
        let compiled = pyre_compiler::compile(&source, "golden.py", Mode::Exec, &Options::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        pyre_bytecode::verify::verify(&compiled.code).expect("well formed");
        let found = pyre_bytecode::disassemble::disassemble(&compiled.code);
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &found).expect("writable");
            continue;
        }
        let expected = std::fs::read_to_string(&golden).expect("golden text");
        assert_eq!(found, expected, "{} changed", path.display());
    }
}
