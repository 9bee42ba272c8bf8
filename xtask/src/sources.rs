//! Finds the workspace's Rust files and strips what is not code from their lines.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The Python files of a folder below the root, in order, restricted to the names that were asked for.
pub fn programs_in(folder: &str, names: &[String]) -> Result<Vec<PathBuf>, String> {
    let folder = root().join(folder);
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .filter(|path| names.is_empty() || names.iter().any(|name| stem(path).contains(name.as_str())))
        .collect();
    found.sort();
    Ok(found)
}

/// The name of a program.
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A Rust file: its path relative to the root, with `/`, and its text.
pub struct Source {
    /// For example `gc/src/lib.rs`.
    pub path: String,
    /// The whole file.
    pub text: String,
}

/// All Rust files that belong to the repository, in order of their paths.
pub fn rust_files() -> Result<Vec<Source>, String> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && !name.starts_with("target") {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                let text =
                    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                let relative = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.push(Source { path: relative, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// A line without its comment and without the insides of its string literals.
///
/// This looks at one line at a time, so the inner lines of block comments and of long strings count as code. rustfmt'd
/// sources with line comments, as here, are served well enough.
pub fn code_of(line: &str) -> String {
    let mut code = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' if quoted => {
                characters.next();
            }
            '"' => {
                quoted = !quoted;
                code.push('"');
            }
            _ if quoted => {}
            '\'' if characters.peek() == Some(&'"') => {
                characters.next();
            }
            '/' if characters.peek() == Some(&'/') => break,
            _ => code.push(character),
        }
    }
    code
}

/// The identifiers of a piece of code.
pub fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        assert_eq!(code_of("let a = 1; // thread_local!"), "let a = 1; ");
        assert_eq!(code_of(r#"print("a // b", c); // d"#), r#"print("", c); "#);
        assert_eq!(code_of(r#"print("\"quoted\"") + x"#), r#"print("") + x"#);
    }

    #[test]
    fn identifiers_are_whole_words() {
        let words: Vec<&str> = identifiers("use a::b_c; x.PyThing()").collect();
        assert_eq!(words, ["use", "a", "b_c", "x", "PyThing"]);
    }
}
