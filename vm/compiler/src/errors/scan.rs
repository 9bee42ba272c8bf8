//! A quick lexical scan before parsing: how deeply the source is nested at most.
//!
//! Parsing and compiling recurse with the nesting, so this bounds the native stack they need. The estimate is an upper
//! bound on the depth of the tree: open brackets, indentation, and the operators and names of an expression, which may
//! form a chain.
//!
//! Where strings do not end or brackets do not match, the parser's lexer may find its way back elsewhere than this scan.
//! Such a source is no Python, but it has to be parsed to see why: then a second scan that takes strings for code bounds it.

use rustpython_ruff_text_size::{TextRange, TextSize};

use super::{ErrorKind, SyntaxError};
use crate::source::Source;

const MAX_BRACKETS: usize = 200;
const MAX_INDENTATION: usize = 100;
const MAX_DEPTH: usize = 20_000;

/// A place in the source that ends differently from the code around it.
enum Open {
    /// Bracket, with the length of the chain around it.
    Bracket(usize),
    /// Replacement field of an f-string: the string's quote, and the length of the chain around it.
    Field { quote: u8, triple: bool, chain: usize },
}

/// The scan's state.
struct Scan<'s> {
    text: &'s [u8],
    at: usize,
    open: Vec<Open>,
    /// Sum of the chains around the innermost open bracket.
    outer: usize,
    /// Length of the chain since the last comma.
    chain: usize,
    indentation: Vec<usize>,
    deepest: usize,
    /// Strings and brackets are not what they should be.
    irregular: bool,
    /// Quotes and comment signs are operators like others.
    blind: bool,
}

/// An upper bound on the depth of the source's tree.
///
/// # Errors
/// If brackets or indentation are nested more deeply than Python allows, or the tree would be too deep to compile.
pub(crate) fn nesting(source: &Source) -> Result<usize, SyntaxError> {
    let scan = |blind| {
        let mut scan = Scan {
            text: source.text().as_bytes(),
            at: 0,
            open: Vec::new(),
            outer: 0,
            chain: 0,
            indentation: vec![0],
            deepest: 0,
            irregular: false,
            blind,
        };
        scan.run().map_err(|(kind, at, message)| {
            if kind == ErrorKind::RecursionError {
                return SyntaxError::bare(kind, message);
            }
            let range = TextRange::at(TextSize::from(at as u32), TextSize::from(1));
            SyntaxError::with_kind(kind, source, range, message)
        })?;
        Ok((scan.deepest, scan.irregular || !scan.open.is_empty()))
    };
    let (deepest, irregular) = scan(false)?;
    if irregular { Ok(scan(true)?.0.max(deepest)) } else { Ok(deepest) }
}

type ScanError = (ErrorKind, usize, &'static str);

impl Scan<'_> {
    fn run(&mut self) -> Result<(), ScanError> {
        self.line_start()?;
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'#' | b'"' | b'\'' if self.blind => {
                    self.link();
                    self.at += 1;
                }
                b'#' => self.skip_comment(),
                b'\n' => {
                    self.at += 1;
                    if self.open.is_empty() {
                        self.chain = 0;
                        self.line_start()?;
                    }
                }
                b'\\' => self.at += 2,
                b'"' | b'\'' => self.string(false)?,
                b'(' | b'[' | b'{' => {
                    if self.open.len() >= MAX_BRACKETS && !self.blind {
                        return Err((ErrorKind::SyntaxError, self.at, "too many nested parentheses"));
                    }
                    self.enter(Open::Bracket(self.chain));
                    self.at += 1;
                }
                b')' | b']' | b'}' => self.close(byte)?,
                b',' | b';' => {
                    self.chain = 0;
                    self.at += 1;
                }
                b':' | b'!' if self.at_field_end(byte) => {
                    // Format specification of a replacement field: like the string's text.
                    self.at += 1;
                    if byte == b':' {
                        self.field_text()?;
                    }
                }
                _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => self.word()?,
                b' ' | b'\t' | 0x0C | b'\r' => self.at += 1,
                _ => {
                    self.link();
                    self.at += 1;
                }
            }
            if self.deepest > MAX_DEPTH {
                let message = "maximum recursion depth exceeded during compilation";
                return Err((ErrorKind::RecursionError, self.at, message));
            }
        }
        Ok(())
    }

    /// One more node of a chain.
    fn link(&mut self) {
        self.chain += 1;
        self.deepest = self.deepest.max(self.outer + self.chain + 3 * self.indentation.len());
    }

    fn enter(&mut self, open: Open) {
        self.link();
        self.outer += self.chain;
        self.chain = 0;
        self.open.push(open);
    }

    fn leave(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        let (Open::Bracket(chain) | Open::Field { chain, .. }) = open;
        self.outer = self.outer.saturating_sub(chain + 1);
        self.chain = chain + 1;
        Some(open)
    }

    fn close(&mut self, byte: u8) -> Result<(), ScanError> {
        self.at += 1;
        if let Some(Open::Field { .. }) = self.open.last()
            && byte != b'}'
        {
            self.irregular = true;
            return Ok(());
        }
        match self.leave() {
            Some(Open::Field { quote, triple, .. }) => self.string_body(quote, triple, true),
            Some(Open::Bracket(_)) => Ok(()),
            None => {
                self.irregular = true;
                Ok(())
            }
        }
    }

    fn at_field_end(&self, byte: u8) -> bool {
        matches!(self.open.last(), Some(Open::Field { .. }))
            && (byte == b':' || self.text.get(self.at + 1) != Some(&b'='))
    }

    /// The text of a format specification, up to the end of its field or a field inside.
    fn field_text(&mut self) -> Result<(), ScanError> {
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'{' => {
                    let Some(Open::Field { quote, triple, .. }) = self.open.last() else { return Ok(()) };
                    let (quote, triple) = (*quote, *triple);
                    // What follows a nested field is scanned as text of the string, which ends the same way.
                    self.enter(Open::Field { quote, triple, chain: self.chain });
                    self.at += 1;
                    return Ok(());
                }
                b'}' => return Ok(()),
                b'\n' => break,
                b'"' | b'\'' if matches!(self.open.last(), Some(Open::Field { quote, .. }) if *quote == byte) =>
                {
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        self.irregular = true;
        Ok(())
    }

    fn skip_comment(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }

    /// A name, keyword, number, or the prefix of a string.
    fn word(&mut self) -> Result<(), ScanError> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        if !self.blind && word.len() <= 2 && matches!(self.text.get(self.at), Some(b'"' | b'\'')) {
            let has = |letters: &[u8]| word.iter().any(|byte| letters.contains(byte));
            let interpolated = has(b"fFtT");
            return self.string(interpolated);
        }
        self.link();
        Ok(())
    }

    fn string(&mut self, interpolated: bool) -> Result<(), ScanError> {
        let quote = self.text[self.at];
        let triple = self.text[self.at..].starts_with(&[quote; 3]);
        self.at += if triple { 3 } else { 1 };
        self.string_body(quote, triple, interpolated)
    }

    fn string_body(&mut self, quote: u8, triple: bool, interpolated: bool) -> Result<(), ScanError> {
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'\\' => self.at += 2,
                b'\n' if !triple => break,
                b'{' if interpolated => {
                    if self.text.get(self.at + 1) == Some(&b'{') {
                        self.at += 2;
                        continue;
                    }
                    if self.open.len() >= MAX_BRACKETS {
                        return Err((ErrorKind::SyntaxError, self.at, "too many nested parentheses"));
                    }
                    self.enter(Open::Field { quote, triple, chain: self.chain });
                    self.at += 1;
                    return Ok(());
                }
                byte if byte == quote => {
                    if !triple {
                        self.at += 1;
                        return Ok(());
                    }
                    if self.text[self.at..].starts_with(&[quote; 3]) {
                        self.at += 3;
                        return Ok(());
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        self.irregular = true;
        Ok(())
    }

    /// Counts the blocks that the line starting here is in.
    fn line_start(&mut self) -> Result<(), ScanError> {
        let mut column = 0;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b' ' => column += 1,
                b'\t' => column = (column / 8 + 1) * 8,
                0x0C => column = 0,
                b'\n' | b'#' => return Ok(()),
                _ => break,
            }
            self.at += 1;
        }
        while self.indentation.last().is_some_and(|last| *last > column) {
            self.indentation.pop();
        }
        if self.indentation.last().is_none_or(|last| *last < column) {
            self.indentation.push(column);
            if self.indentation.len() > MAX_INDENTATION && !self.blind {
                return Err((ErrorKind::IndentationError, self.at, "too many levels of indentation"));
            }
        }
        Ok(())
    }
}
