//! Tokens for finding out what is wrong with a source that does not parse. Splits the text as CPython's tokenizer does,
//! and reports what that tokenizer reports: its errors come before, and replace, those of the grammar.

use super::{ErrorKind, SyntaxError};
use crate::source::Source;

/// Kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number,
    String,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
    /// The end of the source inside brackets.
    OpenEnd,
    /// A place where there is no token.
    Error,
}

/// A token: a range of bytes, and how many brackets are open after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) level: usize,
}

/// All tokens, and the brackets left open.
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<Token>,
    /// Why there are no more tokens, if the last one is of the kind `Error`.
    pub(crate) error: Option<SyntaxError>,
    /// Did that happen inside a string with replacement fields?
    pub(crate) error_in_fstring: bool,
    pub(crate) open: Vec<(u8, usize)>,
}

/// A string with replacement fields that is being read.
struct FString {
    quote: u8,
    size: usize,
    start: usize,
    raw: bool,
    letter: char,
    /// Brackets open outside the string.
    outer: usize,
    /// Brackets open in each replacement field being read, and whether its format specification has begun.
    fields: Vec<(usize, bool)>,
}

struct Tokenizer<'s> {
    source: &'s Source,
    text: &'s [u8],
    at: usize,
    tokens: Vec<Token>,
    open: Vec<(u8, usize)>,
    indents: Vec<(usize, usize)>,
    strings: Vec<FString>,
    /// Start of a comment that the source ends with.
    last_comment: usize,
}

type Result<T = ()> = std::result::Result<T, SyntaxError>;

/// Splits the source. `implicit_newline` says whether a last line without a newline gets one.
/// Where there is no token, the tokens end.
pub(crate) fn tokenize(source: &Source, implicit_newline: bool) -> Tokens {
    let mut tokenizer = Tokenizer {
        source,
        text: source.text().as_bytes(),
        at: 0,
        tokens: Vec::new(),
        open: Vec::new(),
        indents: vec![(0, 0)],
        strings: Vec::new(),
        last_comment: usize::MAX,
    };
    let error = tokenizer.run(implicit_newline).err();
    if error.is_some() {
        tokenizer.push(Kind::Error, tokenizer.at);
    }
    let error_in_fstring = error.is_some() && !tokenizer.strings.is_empty();
    Tokens { tokens: tokenizer.tokens, error, error_in_fstring, open: tokenizer.open }
}

impl<'s> Tokenizer<'s> {
    fn byte(&self, offset: usize) -> u8 {
        self.text.get(self.at + offset).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, start, end: self.at, level: self.open.len() });
    }

    /// An error at one character: the positions before and after it are the same.
    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T> {
        let (line, offset) = self.source.position(at);
        Err(self.placed(ErrorKind::SyntaxError, message.into(), (line, offset), (line, offset)))
    }

    fn placed(&self, kind: ErrorKind, message: String, start: (u32, u32), end: (u32, u32)) -> SyntaxError {
        SyntaxError {
            kind,
            message,
            line: start.0,
            offset: start.1,
            end_line: end.0,
            end_offset: end.1,
            text: Some(self.source.line_text(start.0).to_string()),
        }
    }

    fn run(&mut self, implicit_newline: bool) -> Result {
        let mut at_line_start = true;
        loop {
            if at_line_start && self.open.is_empty() {
                at_line_start = false;
                self.indentation()?;
            }
            if self.strings.last().is_some_and(|string| self.in_text(string)) {
                self.fstring_middle()?;
                continue;
            }
            while matches!(self.byte(0), b' ' | b'\t' | 0x0C) && self.at < self.text.len() {
                self.at += 1;
            }
            let start = self.at;
            if self.byte(0) == b'#' {
                self.at = self.line_end();
            }
            let comment = start..self.at;
            let start = self.at;
            let Some(byte) = self.text.get(start).copied() else {
                if !comment.is_empty() {
                    self.last_comment = comment.start;
                }
                break;
            };
            match byte {
                b'\n' => {
                    self.at += 1;
                    if self.open.is_empty() {
                        let blank = self.tokens.last().is_none_or(|token| {
                            matches!(token.kind, Kind::Newline | Kind::Indent | Kind::Dedent)
                        });
                        if !blank {
                            // After a comment, the line's end begins where the comment does.
                            let start = if comment.is_empty() { start } else { comment.start };
                            self.push(Kind::Newline, start);
                        }
                        at_line_start = true;
                    }
                }
                b'\\' => self.continuation()?,
                b'0'..=b'9' => self.number()?,
                b'.' if self.byte(1).is_ascii_digit() => self.number()?,
                b'"' | b'\'' => self.string(start)?,
                b'_' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => self.name()?,
                _ => self.operator()?,
            }
        }
        self.finish(implicit_newline)
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].iter().position(|byte| *byte == b'\n').map_or(self.text.len(), |n| self.at + n)
    }

    fn finish(&mut self, implicit_newline: bool) -> Result {
        if let Some(string) = self.strings.last()
            && self.open.len() <= string.outer
        {
            return self.unterminated_fstring();
        }
        if !self.open.is_empty() {
            self.push(Kind::OpenEnd, self.at);
            return Ok(());
        }
        let ended = self
            .tokens
            .last()
            .is_none_or(|last| matches!(last.kind, Kind::Newline | Kind::Indent | Kind::Dedent));
        if !ended && implicit_newline {
            let start = self.at.min(self.last_comment);
            self.tokens.push(Token { kind: Kind::Newline, start, end: self.at + 1, level: 0 });
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, self.at);
        }
        self.push(Kind::End, self.at);
        Ok(())
    }

    fn indentation(&mut self) -> Result {
        loop {
            let line_start = self.at;
            let (mut column, mut tabless) = (0, 0);
            loop {
                match self.byte(0) {
                    b' ' => {
                        column += 1;
                        tabless += 1;
                    }
                    b'\t' => {
                        column = (column / 8 + 1) * 8;
                        tabless += 1;
                    }
                    0x0C => (column, tabless) = (0, 0),
                    _ => break,
                }
                self.at += 1;
            }
            if self.byte(0) == b'#' {
                self.at = self.line_end();
            }
            if self.at >= self.text.len() {
                return Ok(());
            }
            if self.byte(0) == b'\n' {
                self.at += 1;
                continue;
            }
            return self.indent_to(column, tabless, line_start);
        }
    }

    fn indent_to(&mut self, column: usize, tabless: usize, line_start: usize) -> Result {
        let line = self.source.position(line_start).0;
        let tab_error = |tokenizer: &Self| {
            let message = "inconsistent use of tabs and spaces in indentation".to_string();
            Err(tokenizer.placed(ErrorKind::TabError, message, (line, 1), (line, 0)))
        };
        let (last, last_tabless) = self.indents.last().copied().unwrap_or_default();
        if column == last {
            return if tabless == last_tabless { Ok(()) } else { tab_error(self) };
        }
        if column > last {
            if tabless <= last_tabless {
                return tab_error(self);
            }
            self.indents.push((column, tabless));
            self.push(Kind::Indent, line_start);
            return Ok(());
        }
        let depth = self.indents.len();
        while self.indents.last().is_some_and(|(last, _)| *last > column) {
            self.indents.pop();
        }
        match self.indents.last() {
            Some((last, _)) if *last != column => {
                let message = "unindent does not match any outer indentation level".to_string();
                let length = self.source.line_text(line).trim_end_matches('\n').chars().count() as u32;
                let start = (line, length + 1);
                Err(self.placed(ErrorKind::IndentationError, message, start, (line, u32::MAX)))
            }
            Some((_, last_tabless)) if *last_tabless != tabless => tab_error(self),
            _ => {
                (self.indents.len()..depth).for_each(|_| self.push(Kind::Dedent, self.at));
                Ok(())
            }
        }
    }

    fn continuation(&mut self) -> Result {
        self.at += 1;
        if self.at >= self.text.len() || self.byte(0) == b'\n' && self.at + 1 >= self.text.len() {
            let (line, offset) = self.source.position(self.at);
            let message = "unexpected EOF while parsing".to_string();
            return Err(self.placed(ErrorKind::SyntaxError, message, (line, offset), (line, u32::MAX)));
        }
        if self.byte(0) != b'\n' {
            let (line, offset) = self.source.position(self.at);
            let message = "unexpected character after line continuation character".to_string();
            return Err(self.placed(ErrorKind::SyntaxError, message, (line, offset), (line, 0)));
        }
        self.at += 1;
        Ok(())
    }

    fn name(&mut self) -> Result {
        let start = self.at;
        let text = &self.source.text()[start..];
        let mut length = 0;
        for c in text.chars() {
            let fits = c == '_'
                || if length == 0 {
                    unicode_ident::is_xid_start(c)
                } else {
                    unicode_ident::is_xid_continue(c)
                };
            if !fits {
                if !c.is_ascii() {
                    return self.invalid_character(start + length, c);
                }
                break;
            }
            length += c.len_utf8();
        }
        self.at += length;
        let prefix = &text[..length];
        if matches!(self.byte(0), b'"' | b'\'') && is_string_prefix(prefix) {
            return self.string(start);
        }
        self.push(Kind::Name, start);
        Ok(())
    }

    fn invalid_character(&self, at: usize, c: char) -> Result {
        let code = c as u32;
        if c.is_control()
            || c.is_whitespace()
            || matches!(code, 0x200B..=0x200F | 0x2028..=0x202E | 0xFEFF | 0xAD)
        {
            return self.error(at, format!("invalid non-printable character U+{code:04X}"));
        }
        self.error(at, format!("invalid character '{c}' (U+{code:04X})"))
    }

    fn digits(&mut self, valid: impl Fn(u8) -> bool) -> bool {
        loop {
            while valid(self.byte(0)) {
                self.at += 1;
            }
            if self.byte(0) != b'_' {
                return true;
            }
            self.at += 1;
            if !valid(self.byte(0)) {
                return false;
            }
        }
    }

    /// An error at the last character that was read.
    fn number_error<T>(&self, message: impl Into<String>) -> Result<T> {
        self.error(self.at - 1, message)
    }

    fn number(&mut self) -> Result {
        let start = self.at;
        if self.byte(0) == b'0' {
            let (name, base): (_, u8) = match self.byte(1) {
                b'x' | b'X' => ("hexadecimal", 16),
                b'o' | b'O' => ("octal", 8),
                b'b' | b'B' => ("binary", 2),
                _ => return self.decimal(start),
            };
            self.at += 2;
            let is_digit = |byte: u8| (byte as char).is_digit(base as u32);
            if self.byte(0) == b'_' {
                self.at += 1;
            }
            if !is_digit(self.byte(0)) || !self.digits(is_digit) {
                if self.byte(0).is_ascii_digit() {
                    self.at += 1;
                    let digit = self.text[self.at - 1] as char;
                    return self.number_error(format!("invalid digit '{digit}' in {name} literal"));
                }
                return self.number_error(format!("invalid {name} literal"));
            }
            if self.byte(0).is_ascii_digit() {
                self.at += 1;
                let digit = self.text[self.at - 1] as char;
                return self.number_error(format!("invalid digit '{digit}' in {name} literal"));
            }
            self.end_of_number(name)?;
            self.push(Kind::Number, start);
            return Ok(());
        }
        self.decimal(start)
    }

    fn decimal(&mut self, start: usize) -> Result {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        if self.byte(0) != b'.' && !self.digits(is_digit) {
            return self.number_error("invalid decimal literal");
        }
        let integer_end = self.at;
        let mut is_integer = true;
        let mut kind = "decimal";
        if self.byte(0) == b'.' {
            is_integer = false;
            self.at += 1;
            if self.byte(0).is_ascii_digit() && !self.digits(is_digit) {
                return self.number_error("invalid decimal literal");
            }
        }
        if matches!(self.byte(0), b'e' | b'E') {
            let signed = matches!(self.byte(1), b'+' | b'-');
            if self.byte(1 + signed as usize).is_ascii_digit() {
                is_integer = false;
                self.at += 1 + signed as usize;
                if !self.digits(is_digit) {
                    return self.number_error("invalid decimal literal");
                }
            } else if signed {
                self.at += 2;
                return self.number_error("invalid decimal literal");
            }
        }
        if matches!(self.byte(0), b'j' | b'J') {
            is_integer = false;
            self.at += 1;
            kind = "imaginary";
        }
        if is_integer && self.text[start] == b'0' {
            let zeros = self.text[start..integer_end].iter().take_while(|b| matches!(b, b'0' | b'_')).count();
            if start + zeros < integer_end {
                let (line, offset) = self.source.position(start);
                let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
                let end = self.source.position(start + zeros);
                return Err(self.placed(ErrorKind::SyntaxError, message.into(), (line, offset), end));
            }
        }
        self.end_of_number(kind)?;
        self.push(Kind::Number, start);
        Ok(())
    }

    /// A number may be followed by a keyword at once, but by no other name.
    fn end_of_number(&self, kind: &str) -> Result {
        let rest = &self.text[self.at..];
        let keywords: [&[u8]; 8] = [b"and", b"else", b"for", b"if", b"in", b"is", b"not", b"or"];
        let is_name_byte = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let follows =
            |keyword: &&[u8]| rest.starts_with(keyword) && !rest.get(keyword.len()).is_some_and(is_name_byte);
        if keywords.iter().any(follows) {
            return Ok(());
        }
        if self.byte(0).is_ascii_alphanumeric() || self.byte(0) == b'_' {
            return self.number_error(format!("invalid {kind} literal"));
        }
        Ok(())
    }

    /// A string whose prefix starts at `start`.
    fn string(&mut self, start: usize) -> Result {
        let prefix = self.text[start..self.at].to_ascii_lowercase();
        let quote = self.byte(0);
        let size = if self.text[self.at..].starts_with(&[quote; 3]) { 3 } else { 1 };
        let letter = prefix.iter().find(|byte| matches!(byte, b'f' | b't')).copied();
        if let Some(letter) = letter {
            self.at += size;
            self.push(Kind::FStringStart, start);
            self.strings.push(FString {
                quote,
                size,
                start,
                raw: prefix.contains(&b'r'),
                letter: letter as char,
                outer: self.open.len(),
                fields: Vec::new(),
            });
            return Ok(());
        }
        self.at += size;
        let mut escaped_quote = false;
        loop {
            match self.text.get(self.at) {
                None => return self.unterminated_string(start, quote, size, escaped_quote),
                Some(b'\n') if size == 1 => {
                    return self.unterminated_string(start, quote, size, escaped_quote);
                }
                Some(b'\\') => {
                    escaped_quote |= self.byte(1) == quote;
                    self.at += 2;
                }
                Some(byte) if *byte == quote && self.text[self.at..].starts_with(&[quote; 3][..size]) => {
                    self.at += size;
                    break;
                }
                Some(_) => self.at += 1,
            }
        }
        self.push(Kind::String, start);
        Ok(())
    }

    fn unterminated_string(&self, start: usize, quote: u8, size: usize, escaped_quote: bool) -> Result {
        if let Some(string) = self.strings.last()
            && string.quote == quote
            && string.size == size
        {
            return self.error(start, format!("{}-string: expecting '}}'", string.letter));
        }
        let line = self.source.position(self.at.min(self.text.len())).0;
        let at_end = self.at >= self.text.len() && self.text.last() == Some(&b'\n');
        let line = if at_end { line - 1 } else { line };
        if size == 3 {
            let message = format!("unterminated triple-quoted string literal (detected at line {line})");
            return self.error(start, message);
        }
        let hint = if escaped_quote { "; perhaps you escaped the end quote" } else { "" };
        self.error(start, format!("unterminated string literal (detected at line {line}){hint}"))
    }

    fn unterminated_fstring(&self) -> Result {
        let Some(string) = self.strings.last() else { return Ok(()) };
        let line = self.source.position(self.at.min(self.text.len())).0;
        let line = if string.size == 3 && self.text.last() == Some(&b'\n') { line - 1 } else { line };
        let triple = if string.size == 3 { "triple-quoted " } else { "" };
        let message =
            format!("unterminated {triple}{}-string literal (detected at line {line})", string.letter);
        self.error(string.start, message)
    }

    /// Is the text of the string read next, not one of its expressions?
    fn in_text(&self, string: &FString) -> bool {
        match string.fields.last() {
            None => true,
            Some((level, in_spec)) => *in_spec && self.open.len() == *level,
        }
    }

    fn fstring_middle(&mut self) -> Result {
        let start = self.at;
        let Some(string) = self.strings.last() else { return Ok(()) };
        let (quote, size, raw, letter) = (string.quote, string.size, string.raw, string.letter);
        let in_spec = !string.fields.is_empty();
        loop {
            let Some(byte) = self.text.get(self.at).copied() else { return self.unterminated_fstring() };
            match byte {
                b'\n' if size == 1 => {
                    if in_spec {
                        let message = format!(
                            "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                        );
                        return self.error(self.at, message);
                    }
                    return self.unterminated_fstring();
                }
                b'\\' if !raw && self.byte(1) == b'N' && self.byte(2) == b'{' => {
                    self.at += 3;
                    while !matches!(self.byte(0), b'}' | b'\n' | 0) {
                        self.at += 1;
                    }
                    self.at += (self.byte(0) == b'}') as usize;
                }
                b'\\' if matches!(self.byte(1), b'{' | b'}') => self.at += 1,
                b'\\' => self.at += 2,
                b'{' if self.byte(1) == b'{' && !in_spec => self.at += 2,
                b'}' if self.byte(1) == b'}' && !in_spec => self.at += 2,
                b'}' if !in_spec => {
                    return self.error(self.at, format!("{letter}-string: single '}}' is not allowed"));
                }
                b'{' | b'}' => break,
                byte if byte == quote && self.text[self.at..].starts_with(&[quote; 3][..size]) => break,
                _ => self.at += 1,
            }
        }
        if self.at > start {
            self.push(Kind::FStringMiddle, start);
        }
        let start = self.at;
        match self.byte(0) {
            b'{' => {
                self.at += 1;
                self.open.push((b'{', start));
                let level = self.open.len();
                if let Some(string) = self.strings.last_mut() {
                    string.fields.push((level, false));
                }
                self.push(Kind::Op, start);
            }
            b'}' => self.close(b'}')?,
            _ => {
                self.at += size;
                self.end_string(start);
            }
        }
        Ok(())
    }

    /// Ends the innermost string with replacement fields, and all fields still open in it.
    fn end_string(&mut self, start: usize) {
        if let Some(string) = self.strings.pop() {
            self.open.truncate(string.outer);
        }
        self.push(Kind::FStringEnd, start);
    }

    fn close(&mut self, byte: u8) -> Result {
        let start = self.at;
        let floor = self.strings.last().map_or(0, |string| string.outer);
        let prefix =
            self.strings.last().filter(|string| !string.fields.is_empty()).map(|string| string.letter);
        let at_field = self
            .strings
            .last()
            .is_some_and(|string| string.fields.last().is_some_and(|(level, _)| *level == self.open.len()));
        if self.open.len() <= floor || at_field && byte != b'}' {
            let prefix = prefix.map(|letter| format!("{letter}-string: ")).unwrap_or_default();
            return self.error(start, format!("{prefix}unmatched '{}'", byte as char));
        }
        let Some((opening, at)) = self.open.pop() else { return Ok(()) };
        let matches = matches!((opening, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if !matches {
            let (line, opening_line) = (self.source.position(start).0, self.source.position(at).0);
            let mut message = format!(
                "closing parenthesis '{}' does not match opening parenthesis '{}'",
                byte as char, opening as char
            );
            if line != opening_line {
                message.push_str(&format!(" on line {opening_line}"));
            }
            return self.error(start, message);
        }
        if at_field && let Some(string) = self.strings.last_mut() {
            string.fields.pop();
        }
        self.at += 1;
        self.push(Kind::Op, start);
        Ok(())
    }

    fn operator(&mut self) -> Result {
        const OPERATORS: [&str; 25] = [
            "**=", "//=", "<<=", ">>=", "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "<>", "->",
            "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", ":=",
        ];
        let start = self.at;
        let byte = self.byte(0);
        let field_level =
            self.strings.last().and_then(|string| string.fields.last()).map(|(level, _)| *level);
        let in_field = field_level == Some(self.open.len());
        match byte {
            b'(' | b'[' | b'{' => {
                if self.open.len() >= 200 {
                    return self.error(start, "too many nested parentheses");
                }
                self.at += 1;
                self.open.push((byte, start));
                self.push(Kind::Op, start);
                return Ok(());
            }
            b')' | b']' | b'}' => return self.close(byte),
            b':' if in_field => {
                self.at += 1;
                self.push(Kind::Op, start);
                if let Some(field) = self.strings.last_mut().and_then(|string| string.fields.last_mut()) {
                    field.1 = true;
                }
                return Ok(());
            }
            _ => {}
        }
        let rest = &self.text[start..];
        let length = OPERATORS.iter().find(|op| rest.starts_with(op.as_bytes())).map_or(1, |op| op.len());
        self.at += length;
        if length == 1 && (byte < 0x20 || byte == 0x7F) {
            return self.error(start, format!("invalid non-printable character U+{byte:04X}"));
        }
        self.push(Kind::Op, start);
        Ok(())
    }
}

fn is_string_prefix(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "r" | "u" | "b" | "f" | "t" | "rb" | "br" | "rf" | "fr" | "rt" | "tr")
}
