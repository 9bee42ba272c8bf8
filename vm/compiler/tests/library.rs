//! Every file of the library and of the language scripts compiles to code that the verifier accepts, and damaged
//! sources give errors, never panics.

mod support;

use std::path::{Path, PathBuf};
use support::python_files;

use pyre_compiler::{Mode, Options};

fn library() -> Vec<PathBuf> {
    let mut files = Vec::new();
    python_files(Path::new(rustpython_pylib::LIB_PATH), &mut files);
    files
}

fn scripts() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lang");
    python_files(&root, &mut files);
    files.retain(|path| !path.to_string_lossy().contains("syntax"));
    files
}

fn check(path: &Path, optimize: u8) {
    let source = std::fs::read(path).expect("readable");
    let options = Options { optimize, ..Options::default() };
    let compiled = pyre_compiler::compile(&source, "file.py", Mode::Exec, &options)
        .unwrap_or_else(|error| panic!("{}:{}: {}", path.display(), error.line, error.message));
    pyre_bytecode::verify::verify(&compiled.code)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let bytes = pyre_bytecode::serialize::write(&compiled.code);
    let read = pyre_bytecode::serialize::read(&bytes).expect("readable form");
    assert_eq!(pyre_bytecode::serialize::write(&read), bytes, "{}", path.display());
}

#[test]
fn the_library_compiles_to_well_formed_code() {
    let files = library();
    assert!(files.len() > 500);
    files.iter().for_each(|path| check(path, 0));
}

#[test]
fn the_language_scripts_compile_to_well_formed_code() {
    for optimize in 0..3 {
        scripts().iter().for_each(|path| check(path, optimize));
    }
}

/// A small generator of pseudo-random numbers, so that failures repeat.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

fn compile_any(source: &[u8]) {
    if let Ok(compiled) = pyre_compiler::compile(source, "f", Mode::Exec, &Options::default())
        && let Err(error) = pyre_bytecode::verify::verify(&compiled.code)
    {
        panic!("{error} in:\n{}", String::from_utf8_lossy(source));
    }
}

#[test]
fn mutated_sources_never_panic() {
    let mut random = Random(20);
    let snippets: Vec<Vec<u8>> = scripts()
        .iter()
        .map(|path| std::fs::read(path).expect("readable"))
        .chain(
            include_str!("data/errors_snippets.txt").split("\n----\n").map(|text| text.as_bytes().to_vec()),
        )
        .collect();
    let pieces: [&[u8]; 24] = [
        b"(",
        b")",
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b",",
        b"\n",
        b"    ",
        b"*",
        b"**",
        b"=",
        b":=",
        b"f\"{",
        b"}\"",
        b" if ",
        b" else ",
        b" for x in ",
        b"lambda ",
        b"\\",
        b"'",
        b"async ",
        b"\xc3\xa9",
    ];
    for _ in 0..4000 {
        let mut source = snippets[random.below(snippets.len())].clone();
        if source.len() > 400 {
            let start = random.below(source.len() - 400);
            source = source[start..start + 400].to_vec();
        }
        for _ in 0..=random.below(3) {
            let at = random.below(source.len() + 1);
            match random.below(3) {
                0 => {
                    let end = (at + random.below(6)).min(source.len());
                    source.drain(at..end);
                }
                1 => {
                    source.splice(at..at, pieces[random.below(pieces.len())].iter().copied());
                }
                _ => {
                    let from = random.below(source.len() + 1).min(at);
                    let copy = source[from..at].to_vec();
                    source.splice(at..at, copy.into_iter().take(30));
                }
            }
        }
        compile_any(&source);
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut random = Random(7);
    for _ in 0..3000 {
        let length = random.below(60);
        let source: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        compile_any(&source);
        let characters = b" \n\t()[]{}:;,.=+-*/'\"\\#@!xyf09if_";
        let ascii: Vec<u8> = (0..length).map(|_| characters[random.below(characters.len())]).collect();
        compile_any(&ascii);
    }
}

#[test]
fn deep_nesting_is_an_error_or_compiles_but_never_overflows_the_stack() {
    let deep = |open: &str, middle: &str, close: &str, count: usize| {
        format!("x = {}{middle}{}", open.repeat(count), close.repeat(count))
    };
    for count in [50, 150, 199, 250, 5_000, 60_000] {
        for source in [
            deep("(", "1", ")", count),
            deep("[", "1", "]", count),
            deep("{1:", "1", "}", count),
            deep("-", "1", "", count),
            deep("not ", "1", "", count),
            deep("lambda: ", "1", "", count),
            deep("1 + ", "1", "", count),
            deep("a", "", ".b", count),
            deep("f(", "1", ")", count),
            deep("f", "", "()", count),
            deep("1 if 2 else ", "3", "", count),
            deep("a ** ", "1", "", count),
            deep("a < ", "1", "", count),
            deep("f'{", "1", "}'", count),
            deep("[x for x in ", "y", "]", count),
            format!(
                "{}x = 1",
                (0..count.min(3000)).map(|n| format!("{}if 1:\n", " ".repeat(n))).collect::<String>()
            ),
            format!("if 1: pass\n{}", "elif 2: pass\n".repeat(count)),
            format!("match x:\n case {}1{}: pass\n", "[".repeat(count), "]".repeat(count)),
            format!("x = {}", "(".repeat(count)),
            format!("x = {}", "a b ".repeat(count)),
        ] {
            compile_any(source.as_bytes());
        }
    }
}
