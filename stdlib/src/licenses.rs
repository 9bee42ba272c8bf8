//! What `--licenses` prints: the licences of what is part of the executable.

/// The text.
pub fn text() -> String {
    let mut out = String::from(
        "pyre is licensed under the MIT licence or the Apache License 2.0, at your choice.\n\n\
         It contains the pure-Python part of the CPython 3.14 standard library (crate rustpython-pylib) under this licence:\n\n",
    );
    match pyre_frozen::data("PSF-LICENSE") {
        Some(text) => out.push_str(&String::from_utf8_lossy(&text)),
        None => out.push_str("Python Software Foundation License Version 2\n"),
    }
    out.push_str(
        "\nThe Rust crates that it is built from are listed in Cargo.lock; their licences are MIT, Apache-2.0, \
         BSD, Unicode-3.0 or similar permissive ones, and lie in their packages.\n",
    );
    out
}
