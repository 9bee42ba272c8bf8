//! Errors of compilation, with the texts and positions of CPython 3.14.

mod grammar;
pub(crate) mod scan;
mod tokens;
pub(crate) mod translate;
pub(crate) mod versions;

use rustpython_ruff_text_size::TextRange;

use crate::source::Source;

/// Which exception an error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    SyntaxError,
    /// `IndentationError`
    IndentationError,
    /// `TabError`
    TabError,
    /// `_IncompleteInputError`: the input ends too early (only with [`crate::Options::allow_incomplete_input`]).
    IncompleteInput,
    /// `RecursionError`: the source is nested too deeply.
    RecursionError,
    /// `MemoryError`: the code needs more registers, names or constants than an instruction can name.
    MemoryError,
}

/// Why a source cannot be compiled. Lines and offsets count from 1 as in `SyntaxError`'s attributes; offsets count
/// characters. 0 stands for an absent value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which exception it becomes.
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    /// `lineno`
    pub line: u32,
    /// `offset`
    pub offset: u32,
    /// `end_lineno`
    pub end_line: u32,
    /// `end_offset`; `u32::MAX` stands for -1, which CPython gives for some errors.
    pub end_offset: u32,
    /// `text`: the line with its newline.
    pub text: Option<String>,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (line {})", self.message, self.line)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// An error without a place.
    pub(crate) fn bare(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), line: 0, offset: 0, end_line: 0, end_offset: 0, text: None }
    }

    /// A `SyntaxError` at that range.
    pub(crate) fn at(source: &Source, range: TextRange, message: impl Into<String>) -> Self {
        Self::with_kind(ErrorKind::SyntaxError, source, range, message)
    }

    /// A `SyntaxError` of the parser at that range.
    pub(crate) fn in_characters(source: &Source, range: TextRange, message: impl Into<String>) -> Self {
        let (_, offset) = source.position(range.start().to_usize());
        let (_, end_offset) = source.position(range.end().to_usize());
        Self { offset, end_offset, ..Self::at(source, range, message) }
    }

    /// An error at that range.
    pub(crate) fn with_kind(
        kind: ErrorKind,
        source: &Source,
        range: TextRange,
        message: impl Into<String>,
    ) -> Self {
        // Errors found after parsing count bytes, as CPython's do; those of the parser count characters.
        let location = source.location(range);
        let (line, offset) = (location.line, location.column + 1);
        let (end_line, end_offset) = (location.end_line, location.end_column + 1);
        Self {
            kind,
            message: message.into(),
            line,
            offset,
            end_line,
            end_offset,
            text: source.made().is_none().then(|| source.line_text(line).to_string()),
        }
    }
}

/// A warning that compilation gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// `DeprecationWarning`, `SyntaxWarning`.
    pub category: WarningCategory,
    /// The text.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// What it becomes if the warning is turned into an error.
    pub as_error: SyntaxError,
}

/// Category of a [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCategory {
    /// `SyntaxWarning`
    SyntaxWarning,
    /// `DeprecationWarning`
    DeprecationWarning,
}
