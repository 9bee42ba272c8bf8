//! Mutated sources for the compiler. The source under work lies in `pyre-fuzz-last.py` in the folder for temporary files,
//! for failures that end the process.

use crate::random::Random;
use pyre_compiler::{Mode, Options};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// A case that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(20);
/// Bytes of source that a case begins with, at most.
const WINDOW: usize = 3000;

/// What is spliced into sources: tokens, beginnings of things, and bytes that no source should hold.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ";",
    ",",
    ".",
    "...",
    "=",
    ":=",
    "->",
    "**",
    "*",
    "@",
    "\\\n",
    "\n",
    "\n    ",
    "\t",
    "\r",
    "\x0c",
    "\0",
    "'",
    "\"",
    "'''",
    "f'",
    "f'{",
    "}'",
    "t'{x!r:{y}}'",
    "rb'",
    "!r",
    "0x",
    "0_1",
    "1e",
    "1j",
    "é",
    "\u{feff}",
    "“",
    "\u{2028}",
    "def f(",
    "def f(a, /, *, b=1, **k): ",
    "class C[T: int = str](B, m=M): ",
    "lambda *a: ",
    "async ",
    "await ",
    "yield ",
    "yield from ",
    "return ",
    "del ",
    "global x\n",
    "nonlocal x\n",
    "import a.b as c",
    "from . import *",
    "from __future__ import annotations\n",
    "match x:\n case ",
    "case {**r}: ",
    "try:\n pass\nexcept* E: ",
    "finally:\n ",
    "with (a as b, c): ",
    "while 1: ",
    "for x in y: ",
    "else: ",
    "elif x: ",
    "if x: ",
    "break\n",
    "continue\n",
    "type X[*Ts, **P] = ",
    "assert ",
    "raise x from y",
    "not ",
    "in ",
    "is ",
    "and ",
    "or ",
    "None",
    "True",
    "__debug__",
    "_",
    "print ",
    "exec ",
    "a: int = 1\n",
    "x if y else z",
    "[x for x in y if z]",
    "{**a, 'b': c}",
    "*a, b = c\n",
    "# -*- coding: latin-1 -*-\n",
    "9999999999999999999999",
    "'\\N{DASH}'",
    "'\\x'",
];

/// Sources to mutate.
pub struct Corpus(Vec<Vec<u8>>);

fn python_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                python_files(&path, out);
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            out.push(path);
        }
    }
}

impl Corpus {
    /// Reads these files, or the Python files of the repository.
    ///
    /// # Errors
    /// There is nothing to read.
    pub fn read(files: &[PathBuf]) -> Result<Self, String> {
        let mut paths = files.to_vec();
        if paths.is_empty() {
            if let Some(root) = Path::new(env!("CARGO_MANIFEST_DIR")).parent() {
                python_files(root, &mut paths);
            }
            paths.sort();
        }
        let read =
            |path: PathBuf| std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()));
        let sources = paths.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if sources.is_empty() { Err("no sources to mutate".to_owned()) } else { Ok(Corpus(sources)) }
    }

    /// Compiles the sources as they are.
    ///
    /// # Errors
    /// What went wrong.
    pub fn compile_unchanged(&self) -> Result<(), String> {
        self.0.iter().try_for_each(|source| check(source.clone(), Mode::Exec, Options::default()))
    }

    /// One case.
    ///
    /// # Errors
    /// What went wrong.
    pub fn case(&self, seed: u64) -> Result<(), String> {
        let mut random = Random::new(seed);
        let mut source = self.window(&mut random);
        for _ in 0..=random.below(12) {
            self.mutate(&mut source, &mut random);
        }
        let mode = [Mode::Exec, Mode::Exec, Mode::Eval, Mode::Single][random.below(4)];
        let bits = random.bits();
        let options = Options {
            optimize: (bits % 3) as u8,
            allow_top_level_await: bits & 8 != 0,
            allow_incomplete_input: bits & 16 != 0,
            dont_imply_dedent: bits & 32 != 0,
            ..Options::default()
        };
        check(source, mode, options)
    }

    /// Some lines of a source.
    fn window(&self, random: &mut Random) -> Vec<u8> {
        let source = &self.0[random.below(self.0.len())];
        let lines: Vec<&[u8]> = source.split_inclusive(|b| *b == b'\n').collect();
        let first = random.below(lines.len());
        let mut out = Vec::new();
        for line in &lines[first..] {
            if out.len() + line.len() > WINDOW {
                break;
            }
            out.extend_from_slice(line);
        }
        out
    }

    fn mutate(&self, source: &mut Vec<u8>, random: &mut Random) {
        let at = random.below(source.len() + 1);
        let longest = [1, 4, 40, 400][random.below(4)];
        let length = random.below(1 + longest).min(source.len() - at);
        match random.below(8) {
            0 => drop(source.drain(at..at + length)),
            1 => {
                let copy = source[at..at + length].to_vec();
                let to = random.below(source.len() + 1);
                source.splice(to..to, copy);
            }
            2 => {
                let other = self.window(random);
                let from = random.below(other.len() + 1);
                let end = other.len().min(from + 1 + random.below(200));
                source.splice(at..at, other[from..end].iter().copied());
            }
            3 if at < source.len() => source[at] ^= 1 << random.below(8),
            4 => {
                // Nesting beyond every limit.
                let piece = random.pick(&[
                    "(", "[", "{", "-", "not ", "f'{", "if x:\n ", "lambda: ", "x[", "a.", "*", "(yield ",
                ]);
                let count = [3, 30, 300, 5000][random.below(4)];
                source.splice(at..at, piece.repeat(count).into_bytes());
            }
            _ => {
                source.splice(at..at, random.pick(PIECES).bytes());
            }
        }
    }
}

/// Compiles on a thread of its own, which shows a hang.
fn check(source: Vec<u8>, mode: Mode, options: Options) -> Result<(), String> {
    let shown = || format!("{mode:?} {options:?}\n{:?}", String::from_utf8_lossy(&source));
    // For the case that ends the process.
    let last = std::env::temp_dir().join("pyre-fuzz-last.py");
    std::fs::write(&last, &source).map_err(|error| format!("{}: {error}", last.display()))?;
    let (sender, receiver) = mpsc::channel();
    let (input, mut how) = (source.clone(), options.clone());
    how.optimize = options.optimize;
    let thread = std::thread::Builder::new().stack_size(4 << 20).spawn(move || {
        let compile = || pyre_compiler::compile(&input, "<fuzz>", mode, &how);
        let result = match catch_unwind(AssertUnwindSafe(compile)) {
            Ok(Ok(compiled)) => {
                pyre_bytecode::verify::verify(&compiled.code).map_err(|e| format!("not valid: {e:?}"))
            }
            Ok(Err(_)) => Ok(()),
            Err(_) => Err("panic".to_owned()),
        };
        // Nobody listens any more after the time limit.
        let _ = sender.send(result);
    });
    thread.map_err(|error| error.to_string())?;
    match receiver.recv_timeout(LIMIT) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(problem)) => Err(format!("{problem}: {}", shown())),
        Err(_) => Err(format!("did not end within {LIMIT:?}: {}", shown())),
    }
}
