//! `_locale`: the C locale, with UTF-8 as its encoding.

/// The encoding of text files where none is given.
pub const ENCODING: &str = "utf-8";
