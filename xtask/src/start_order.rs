//! `cargo xtask start-order`: finds the functions that run when the interpreter starts, for the linker, which puts them next to each
//! other (`build.rs`). Otherwise they lie all over the executable, and starting reads in nearly all of it.
//!
//! What runs is what callgrind sees. Names are written without the hash at their end, with which the same function has another
//! name after every change of the compiler or the build; so a name may stand for several functions.

use crate::Outcome;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// What the file is for; the linker's script is made from it by `build.rs`.
const OUTPUT: &str = "src/start_order.txt";
/// The programs whose start counts.
const PROGRAMS: [&str; 2] = ["pass", "import json, re, argparse, collections, pathlib"];
/// Runs the programs under callgrind and writes the names.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let executable = match arguments {
        [] => "target/release/pyre",
        [one] if !one.starts_with('-') => one,
        _ => {
            return Err(
                "usage: cargo xtask start-order [EXECUTABLE]   (default: target/release/pyre)".to_owned()
            );
        }
    };
    write(Path::new(executable)).map(|count| format!("start-order: {count} names in {OUTPUT}"))
}

fn write(executable: &Path) -> Result<usize, String> {
    let mut names = BTreeSet::new();
    let own = functions_in(executable)?;
    for program in PROGRAMS {
        let ran = functions_of(executable, program)?;
        names.extend(ran.intersection(&own).map(|symbol| without_hash(symbol).to_owned()));
    }
    let text: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    std::fs::write(OUTPUT, text).map_err(|e| format!("{OUTPUT}: {e}"))?;
    Ok(names.len())
}

/// A mangled name, with `*` in place of its hash.
fn without_hash(symbol: &str) -> &str {
    match symbol.rfind("17h") {
        Some(at) if symbol.len() >= at + 20 && symbol[at + 19..].starts_with('E') => &symbol[..at + 3],
        _ => symbol,
    }
}

fn output_of(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{name}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The functions in the executable.
fn functions_in(executable: &Path) -> Result<BTreeSet<String>, String> {
    let text = output_of(Command::new("nm").arg(executable))?;
    let function = |line: &str| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [_, "t" | "T" | "W" | "w", name] => Some(name.to_owned()),
        _ => None,
    };
    Ok(text.lines().filter_map(function).collect())
}

/// The functions that ran, by callgrind.
fn functions_of(executable: &Path, program: &str) -> Result<BTreeSet<String>, String> {
    let file = std::env::temp_dir().join(format!("start-order-{}", std::process::id()));
    let options = ["--tool=callgrind", "--demangle=no", "--main-stacksize=8000000"];
    let mut command = Command::new("valgrind");
    command.args(options).arg(format!("--callgrind-out-file={}", file.display()));
    output_of(command.arg(executable).args(["-c", program]))?;
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let _ = std::fs::remove_file(&file);
    let lines = text.lines().filter_map(|line| line.strip_prefix("fn=").or(line.strip_prefix("cfn=")));
    let names = lines.filter_map(|line| line.split_once(") ")).map(|(_, name)| name);
    Ok(names.map(|name| name.split('\'').next().unwrap_or(name).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::without_hash;

    #[test]
    fn only_hashes_are_cut_off() {
        assert_eq!(without_hash("_ZN4core3ops17h0123456789abcdefE"), "_ZN4core3ops17h");
        assert_eq!(without_hash("_ZN4core3ops17h0123456789abcdefE.llvm.7"), "_ZN4core3ops17h");
        assert_eq!(without_hash("_ZN4core17hello"), "_ZN4core17hello");
        assert_eq!(without_hash("mi_malloc"), "mi_malloc");
    }
}
