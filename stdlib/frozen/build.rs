//! Compiles the pure-Python library and packs it: one blob of compiled modules, one of compressed sources and data
//! files, and an index of both as Rust source, sorted by name.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pyre_compiler::{Mode, Options};

/// Folders and files that are left out: graphical programs and demonstrations.
const LEFT_OUT: &[&str] = &["idlelib", "tkinter", "turtledemo", "turtle.py", "test", "tests", "__pycache__"];

/// What the build makes.
#[derive(Default)]
struct Output {
    code: Vec<u8>,
    files: Vec<u8>,
    modules: Vec<(String, String)>,
    data: Vec<(String, String)>,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let root = PathBuf::from(rustpython_pylib::LIB_PATH);
    let sources = root.canonicalize().unwrap_or_else(|_| root.clone());
    println!("cargo:rustc-env=PYRE_LIBRARY_SOURCES={}", sources.display());
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let mut output = Output::default();
    for path in &paths {
        let relative = path.strip_prefix(&root).unwrap_or(path);
        let name = relative.to_string_lossy().replace('\\', "/");
        let contents = std::fs::read(path).expect("library file is readable");
        if name.ends_with(".py") {
            add_module(&mut output, &name, &contents);
        } else {
            add_data(&mut output, &name, &contents);
        }
    }
    write_output(output);
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("library folder is readable").flatten() {
        let path = entry.path();
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn add_file(output: &mut Output, contents: &[u8]) -> String {
    let start = output.files.len();
    output.files.extend_from_slice(&lz4_flex::compress(contents));
    format!("Stored {{ start: {start}, end: {}, size: {} }}", output.files.len(), contents.len())
}

fn add_module(output: &mut Output, path: &str, source: &[u8]) {
    let stem = path.trim_end_matches(".py");
    let (name, is_package) = match stem.strip_suffix("/__init__") {
        Some(package) => (package, true),
        None => (stem, false),
    };
    let name = name.replace('/', ".");
    let compiled = match pyre_compiler::compile(source, path, Mode::Exec, &Options::default()) {
        Ok(compiled) => compiled,
        Err(error) => {
            println!("cargo:warning={path}:{}: {}", error.line, error.message);
            return;
        }
    };
    // Instruction words are used in place.
    output.code.resize(output.code.len().next_multiple_of(8), 0);
    let start = output.code.len();
    output.code.extend_from_slice(&pyre_bytecode::serialize::write(&compiled.code));
    let end = output.code.len();
    let stored = add_file(output, source);
    let entry = format!(
        "Entry {{ name: {name:?}, path: {path:?}, is_package: {is_package}, start: {start}, end: {end}, source: {stored} }}"
    );
    output.modules.push((name, entry));
}

fn add_data(output: &mut Output, path: &str, contents: &[u8]) {
    let stored = add_file(output, contents);
    output.data.push((path.to_string(), format!("({path:?}, {stored})")));
}

fn write_output(mut output: Output) {
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    output.modules.sort();
    output.data.sort();
    let mut index = String::from("static MODULES: &[Entry] = &[\n");
    for (_, entry) in &output.modules {
        let _ = writeln!(index, "    {entry},");
    }
    index.push_str("];\nstatic DATA: &[(&str, Stored)] = &[\n");
    for (_, entry) in &output.data {
        let _ = writeln!(index, "    {entry},");
    }
    index.push_str("];\n");
    std::fs::write(folder.join("index.rs"), index).expect("OUT_DIR is writable");
    std::fs::write(folder.join("code.bin"), &output.code).expect("OUT_DIR is writable");
    std::fs::write(folder.join("files.bin"), &output.files).expect("OUT_DIR is writable");
}
