//! The tokens of a source for the `tokenize` module: ruff's lexer, with the numbers and places of
//! [`token`](https://docs.python.org/3.14/library/token.html).
//!
//! Limits: the source is lexed as a whole, and an empty middle after a nested format specification is not reported.

use crate::errors::{self, SyntaxError};
use crate::{Mode, Options, Source};
use rustpython_ruff_python_ast::PythonVersion;
use rustpython_ruff_python_ast::token::TokenKind;
use rustpython_ruff_python_parser::{self as parser, ParseErrorType, ParseOptions};
use rustpython_ruff_text_size::Ranged;

/// One token. Places are lines from 1 and columns in characters from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The number in the `token` module; the exact one of an operator.
    pub kind: u8,
    /// Byte range of the token's text; empty for those that stand for no text.
    pub text: std::ops::Range<usize>,
    /// Where it begins.
    pub start: (u32, u32),
    /// Where it ends.
    pub end: (u32, u32),
    /// Byte range of the lines that it lies on.
    pub lines: std::ops::Range<usize>,
}

const ENDMARKER: u8 = 0;
const NAME: u8 = 1;
const NUMBER: u8 = 2;
const STRING: u8 = 3;
const NEWLINE: u8 = 4;
const INDENT: u8 = 5;
const DEDENT: u8 = 6;
/// `token.OP`
pub const OP: u8 = 55;
const FSTRING_START: u8 = 59;
const TSTRING_START: u8 = 62;
const COMMENT: u8 = 65;
const NL: u8 = 66;

/// Operators, in the order of their numbers from 7 on.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==",
    "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=",
    ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];

/// Whether the number is that of an operator.
pub fn is_operator(kind: u8) -> bool {
    (7..7 + OPERATORS.len() as u8).contains(&kind)
}

/// The tokens of a source, comments and line breaks inside statements included, up to the end or to the first place that
/// is no token: then with the error. Ranges are those of [`Source::text`].
pub fn tokens(source: &Source) -> (Vec<Token>, Option<Box<SyntaxError>>) {
    if let Err(error) = errors::scan::nesting(source) {
        return (Vec::new(), Some(Box::new(error)));
    }
    let text = source.text();
    let options = ParseOptions::from(parser::Mode::Module).with_target_version(PythonVersion::PY314);
    let parsed = parser::parse_unchecked(source.text(), options);
    let wrong = parsed.errors().iter().find(|e| matches!(e.error, ParseErrorType::Lexical(_)));
    let limit = wrong.map_or(usize::MAX, |e| e.location.start().to_usize());
    let mut places = Places { text: source.text(), offset: 0, place: (1, 0) };
    let mut out: Vec<Token> = Vec::new();
    let ends_open = !text.is_empty() && !text.ends_with('\n');
    for token in parsed.tokens().iter() {
        let range = token.range();
        let range = range.start().to_usize()..range.end().to_usize();
        if range.start >= limit || token.kind() == TokenKind::EndOfFile {
            break;
        }
        let kind = number(token.kind(), &text[range.clone()]);
        // What ends the last line of a source without a newline.
        let implied = matches!(kind, NEWLINE | NL) && range.is_empty();
        let at_end = kind == DEDENT && range.start >= text.len();
        if implied && kind == NL {
            continue;
        }
        let start = if at_end { past_end(&mut places, ends_open) } else { places.find(range.start) };
        let end = match kind {
            _ if at_end => start,
            _ if implied => (start.0, start.1 + 1),
            NEWLINE | NL => (start.0, start.1 + 1),
            _ => places.find(range.end),
        };
        let lines = if at_end { text.len()..text.len() } else { lines_of(text, &range) };
        let range = if kind == DEDENT { range.start..range.start } else { range };
        out.push(Token { kind, text: range, start, end, lines });
    }
    if let Some(error) = wrong {
        return (
            out,
            Some(Box::new(errors::translate::translate(source, error, Mode::Exec, &Options::default()))),
        );
    }
    let nothing = text.len()..text.len();
    if ends_open && out.last().is_some_and(|t| t.kind == COMMENT) {
        let (line, column) = places.find(text.len());
        let lines = out.last().map_or(nothing.clone(), |t| t.lines.clone());
        out.push(Token {
            kind: NL,
            text: nothing.clone(),
            start: (line, column),
            end: (line, column + 1),
            lines,
        });
    }
    let end = past_end(&mut places, ends_open);
    out.push(Token { kind: ENDMARKER, text: nothing.clone(), start: end, end, lines: nothing });
    (out, None)
}

/// The start of the line behind the last one.
fn past_end(places: &mut Places<'_>, ends_open: bool) -> (u32, u32) {
    let (line, _) = places.find(places.text.len());
    (line + u32::from(ends_open), 0)
}

/// The lines that a range lies on, with their ends.
fn lines_of(text: &str, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |i| i + 1);
    // A line's own newline belongs to it.
    let last = if range.end > range.start { range.end - 1 } else { range.end };
    let end = text.as_bytes()[last..].iter().position(|b| *b == b'\n').map_or(text.len(), |i| last + i + 1);
    start..end
}

/// Places of ascending offsets.
struct Places<'a> {
    text: &'a str,
    offset: usize,
    place: (u32, u32),
}

impl Places<'_> {
    fn find(&mut self, offset: usize) -> (u32, u32) {
        if offset < self.offset {
            (self.offset, self.place) = (0, (1, 0));
        }
        for c in self.text[self.offset..offset].chars() {
            if c == '\n' {
                self.place = (self.place.0 + 1, 0);
            } else {
                self.place.1 += 1;
            }
        }
        self.offset = offset;
        self.place
    }
}

fn number(kind: TokenKind, text: &str) -> u8 {
    match kind {
        TokenKind::Int | TokenKind::Float | TokenKind::Complex => NUMBER,
        TokenKind::String => STRING,
        TokenKind::FStringStart => FSTRING_START,
        TokenKind::FStringMiddle => FSTRING_START + 1,
        TokenKind::FStringEnd => FSTRING_START + 2,
        TokenKind::TStringStart => TSTRING_START,
        TokenKind::TStringMiddle => TSTRING_START + 1,
        TokenKind::TStringEnd => TSTRING_START + 2,
        TokenKind::Comment => COMMENT,
        TokenKind::Newline => NEWLINE,
        TokenKind::NonLogicalNewline => NL,
        TokenKind::Indent => INDENT,
        TokenKind::Dedent => DEDENT,
        TokenKind::EndOfFile => ENDMARKER,
        _ => match OPERATORS.iter().position(|o| *o == text) {
            Some(i) => 7 + i as u8,
            None if text.starts_with(|c: char| c == '_' || unicode_ident::is_xid_start(c)) => NAME,
            None => OP,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<(u8, &str, (u32, u32), (u32, u32))> {
        let (tokens, error) = tokens(&Source::from_text(text.to_owned()));
        assert!(error.is_none(), "{error:?}");
        tokens.iter().map(|t| (t.kind, &text[t.text.clone()], t.start, t.end)).collect()
    }

    #[test]
    fn tokens_have_the_numbers_and_places_of_the_token_module() {
        assert_eq!(
            list("x = 1 # c\n\nif é:\n  y\n"),
            [
                (NAME, "x", (1, 0), (1, 1)),
                (22, "=", (1, 2), (1, 3)),
                (NUMBER, "1", (1, 4), (1, 5)),
                (COMMENT, "# c", (1, 6), (1, 9)),
                (NEWLINE, "\n", (1, 9), (1, 10)),
                (NL, "\n", (2, 0), (2, 1)),
                (NAME, "if", (3, 0), (3, 2)),
                (NAME, "é", (3, 3), (3, 4)),
                (11, ":", (3, 4), (3, 5)),
                (NEWLINE, "\n", (3, 5), (3, 6)),
                (INDENT, "  ", (4, 0), (4, 2)),
                (NAME, "y", (4, 2), (4, 3)),
                (NEWLINE, "\n", (4, 3), (4, 4)),
                (DEDENT, "", (5, 0), (5, 0)),
                (ENDMARKER, "", (5, 0), (5, 0)),
            ]
        );
        assert_eq!(
            list("x"),
            [(NAME, "x", (1, 0), (1, 1)), (NEWLINE, "", (1, 1), (1, 2)), (ENDMARKER, "", (2, 0), (2, 0))]
        );
        assert_eq!(list(""), [(ENDMARKER, "", (1, 0), (1, 0))]);
    }

    #[test]
    fn what_is_no_token_is_an_error() {
        let (before, error) = tokens(&Source::from_text("x = 'abc\n".to_owned()));
        assert_eq!(before.len(), 2);
        assert!(error.is_some_and(|e| e.message.starts_with("unterminated string literal")));
    }
}
