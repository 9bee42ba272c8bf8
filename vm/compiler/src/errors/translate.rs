//! From the parser's errors to CPython's.

use rustpython_ruff_python_parser::ParseError;

use super::SyntaxError;
use crate::source::Source;
use crate::{Mode, Options};

/// The error that CPython gives for the source.
pub(crate) fn translate(source: &Source, error: &ParseError, _mode: Mode, _options: &Options) -> SyntaxError {
    SyntaxError::at(source, error.location, error.error.to_string())
}
