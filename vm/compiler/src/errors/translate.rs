//! The error for a source that the parser rejects: CPython's, found by re-examining the source. The parser's own error
//! only serves where the re-examination finds nothing wrong.

use rustpython_ruff_python_parser::{LexicalErrorType, ParseError, ParseErrorType};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::grammar::find_error;
use super::tokens::{Kind, Token, tokenize};
use super::{ErrorKind, SyntaxError, Warning};
use crate::source::Source;
use crate::{Mode, Options};

/// The error that CPython gives for the source.
pub(crate) fn translate(source: &Source, error: &ParseError, mode: Mode, options: &Options) -> SyntaxError {
    let tokens = tokenize(source, mode != Mode::Eval);
    let (mut error, at_end) = match find_error(source, &tokens, mode) {
        Some(found) => (found.error, found.at_end),
        None => (from_parser(source, error), false),
    };
    if let Some(prefixes) = incompatible_prefixes(source, &tokens.tokens)
        && (prefixes.line, prefixes.offset) <= (error.line, error.offset)
    {
        return prefixes;
    }
    if mode == Mode::Single
        && error.message == "unexpected EOF while parsing"
        && !source.text().ends_with('\n')
    {
        error.message = "unexpected character after line continuation character".into();
    }
    if options.allow_incomplete_input && (at_end || is_unterminated(source, &error)) {
        error.kind = ErrorKind::IncompleteInput;
        error.message = "incomplete input".into();
    }
    error
}

/// The warnings for invalid escapes in the strings before an error: they were read before it was found.
pub(crate) fn warnings_before(source: &Source, error: &SyntaxError, mode: Mode) -> Vec<Warning> {
    let tokens = tokenize(source, mode != Mode::Eval).tokens;
    let is_before = |token: &&Token| source.position(token.end) <= (error.line, error.offset);
    let strings = tokens.iter().take_while(is_before).filter(|token| token.kind == Kind::String);
    let warning = |token: &Token| {
        let whole = TextRange::new((token.start as u32).into(), (token.end as u32).into());
        let (content, raw) = crate::literal::content_of(source, whole);
        let prefix = &source.text()[token.start..content.start().to_usize()];
        let decode = if prefix.contains(['b', 'B']) {
            crate::literal::decode_bytes
        } else {
            crate::literal::decode_string
        };
        let decoded = decode(source.slice(content)).ok().filter(|_| !raw)?;
        crate::literal::escape_warning(source, content.start(), &decoded)
    };
    strings.filter_map(warning).collect()
}

/// The error of the first string with prefixes that do not go together.
fn incompatible_prefixes(source: &Source, tokens: &[Token]) -> Option<SyntaxError> {
    const PAIRS: [(char, char); 7] =
        [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')];
    tokens.windows(2).find_map(|pair| {
        let [name, string] = pair else { return None };
        let is_string = matches!(string.kind, Kind::String | Kind::FStringStart);
        if name.kind != Kind::Name || !is_string || name.end != string.start || name.end - name.start > 5 {
            return None;
        }
        let range = TextRange::new((name.start as u32).into(), (name.end as u32).into());
        let letters = source.slice(range).to_ascii_lowercase();
        let is_prefix = letters.char_indices().all(|(i, c)| "burft".contains(c) && !letters[..i].contains(c));
        let (a, b) = PAIRS.iter().find(|(a, b)| is_prefix && letters.contains(*a) && letters.contains(*b))?;
        let message = format!("'{a}' and '{b}' prefixes are incompatible");
        Some(SyntaxError::in_characters(source, range, message))
    })
}

/// Does the source end inside a string or after a backslash? A string in single quotes ends with its line, and such an
/// f-string counts as wrong at once.
fn is_unterminated(source: &Source, error: &SyntaxError) -> bool {
    let message = &error.message;
    if let Some(rest) = message.strip_prefix("unterminated string literal (detected at line ") {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
        if source.text().ends_with("\\\n") {
            return true;
        }
        let line_ends = source.text().bytes().filter(|b| *b == b'\n').count();
        return digits.parse::<usize>().is_ok_and(|line| line > line_ends);
    }
    message.starts_with("unterminated triple-quoted") || message == "unexpected EOF while parsing"
}

/// The parser's error in CPython's words, for what the grammar accepts but CPython rejects later.
fn from_parser(source: &Source, error: &ParseError) -> SyntaxError {
    let range: TextRange = error.range();
    let message = match &error.error {
        ParseErrorType::DuplicateKeywordArgumentError(name) => format!("keyword argument repeated: {name}"),
        ParseErrorType::Lexical(
            LexicalErrorType::UnicodeError
            | LexicalErrorType::StringError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace,
        ) => {
            return literal_error(source, range);
        }
        ParseErrorType::OtherError(message) if message.starts_with("name capture") => message.clone(),
        _ => "invalid syntax".to_string(),
    };
    SyntaxError::in_characters(source, range, message)
}

/// The error in a string literal that contains the place.
fn literal_error(source: &Source, range: TextRange) -> SyntaxError {
    let tokens = tokenize(source, true);
    let at = range.start().to_usize();
    let token =
        tokens.tokens.into_iter().find(|token| token.start <= at && at < token.end.max(token.start + 1));
    if let Some(token) = token {
        let whole = TextRange::new((token.start as u32).into(), (token.end as u32).into());
        let (content, raw) = crate::literal::content_of(source, whole);
        let (content, prefix) = if token.kind == Kind::String {
            let text = &source.text()[token.start..content.start().to_usize()];
            (&source.text()[content.start().to_usize()..content.end().to_usize()], text)
        } else {
            (&source.text()[token.start..token.end], "")
        };
        let decoded = if prefix.contains(['b', 'B']) {
            crate::literal::decode_bytes(content)
        } else {
            crate::literal::decode_string(content)
        };
        if let (Err(message), false) = (decoded, raw && token.kind == Kind::String) {
            return SyntaxError::in_characters(source, whole, message);
        }
    }
    SyntaxError::in_characters(source, range, "invalid syntax")
}

/// Why interactive input that parses is not a whole statement: it is empty, or a compound statement without the newline
/// that ends it.
pub(crate) fn check_interactive(
    source: &Source,
    is_compound: Option<bool>,
    options: &Options,
) -> Result<(), SyntaxError> {
    let ends_open = match is_compound {
        None => true,
        Some(false) => false,
        Some(true) if source.text().ends_with('\n') => false,
        Some(true) => {
            let tokens = tokenize(source, true).tokens;
            let is_indented = tokens.iter().rev().nth(1).is_some_and(|token| token.kind == Kind::Dedent);
            !is_indented || options.dont_imply_dedent
        }
    };
    if !ends_open {
        return Ok(());
    }
    let end = TextRange::empty((source.text().len() as u32).into());
    let mut error = SyntaxError::at(source, end, "invalid syntax");
    (error.offset, error.end_offset) = (0, 0);
    if options.allow_incomplete_input {
        error.kind = ErrorKind::IncompleteInput;
        error.message = "incomplete input".into();
    }
    Err(error)
}
