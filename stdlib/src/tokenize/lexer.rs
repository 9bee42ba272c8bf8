//! A lexer for Python source that keeps everything that `tokenize` shows: comments, blank lines, the exact text. It
//! follows the rules of CPython's tokenizer in its "extra tokens" mode, which is lenient: it neither matches brackets nor
//! judges names. Lines are read when they are needed.

use super::fstring::FString;

/// Kinds of tokens, numbered as in the module `token`. Operators get their numbers from [`super::operators`].
pub(super) mod kind {
    pub const ENDMARKER: u8 = 0;
    pub const NAME: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 3;
    pub const NEWLINE: u8 = 4;
    pub const INDENT: u8 = 5;
    pub const DEDENT: u8 = 6;
    pub const OP: u8 = 55;
    pub const FSTRING_START: u8 = 59;
    pub const FSTRING_MIDDLE: u8 = 60;
    pub const FSTRING_END: u8 = 61;
    pub const COMMENT: u8 = 65;
    pub const NL: u8 = 66;
    /// What is added to the kind of a part of an f-string for that of a t-string.
    pub const TEMPLATE: u8 = 3;
}

/// A token: its kind and where its text begins and ends.
pub(super) struct Token {
    pub(super) kind: u8,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Which exception an error is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
}

/// Why there is no next token.
pub(super) enum Failure<E> {
    /// The text is wrong there: line and offset count from 1.
    Wrong { kind: ErrorKind, message: String, line: usize, offset: usize },
    /// The next line could not be read.
    Read(E),
}

/// Gives the next line, `None` at the end.
pub(super) type Reader<'a, E> = &'a mut dyn FnMut() -> Result<Option<String>, E>;

pub(super) type Lexed<T, E> = Result<T, Failure<E>>;

/// Columns from which a tab goes to the next multiple.
const TAB: usize = 8;
/// How deep blocks may be nested.
const MAX_INDENT: usize = 100;

/// The lexer's state between two tokens.
pub(super) struct Lexer {
    /// Everything that was read.
    pub(super) text: Vec<char>,
    /// Where its lines begin.
    pub(super) lines: Vec<usize>,
    pub(super) at: usize,
    exhausted: bool,
    /// The last line had no line feed and got one.
    pub(super) implicit_newline: bool,
    /// Columns of the open blocks, with tabs as 8 and as 1.
    indents: Vec<(usize, usize)>,
    pending: isize,
    line_begins: bool,
    after_lone_comment: bool,
    pub(super) level: usize,
    pub(super) strings: Vec<FString>,
}

impl Lexer {
    pub(super) fn new() -> Lexer {
        Lexer {
            text: Vec::new(),
            lines: Vec::new(),
            at: 0,
            exhausted: false,
            implicit_newline: false,
            indents: vec![(0, 0)],
            pending: 0,
            line_begins: true,
            after_lone_comment: false,
            level: 0,
            strings: Vec::new(),
        }
    }

    /// The character `ahead` places further, reading a line if needed.
    pub(super) fn peek<E>(&mut self, read: Reader<'_, E>, ahead: usize) -> Lexed<Option<char>, E> {
        while self.at + ahead >= self.text.len() && !self.exhausted {
            match read().map_err(Failure::Read)? {
                Some(line) if !line.is_empty() => {
                    self.lines.push(self.text.len());
                    self.text.extend(line.chars());
                    if !line.ends_with('\n') {
                        self.text.push('\n');
                        self.implicit_newline = true;
                    }
                }
                _ => self.exhausted = true,
            }
        }
        Ok(self.text.get(self.at + ahead).copied())
    }

    pub(super) fn take<E>(&mut self, read: Reader<'_, E>) -> Lexed<Option<char>, E> {
        let c = self.peek(read, 0)?;
        self.at += usize::from(c.is_some());
        Ok(c)
    }

    /// Takes the next character if it is this one.
    pub(super) fn take_if<E>(&mut self, read: Reader<'_, E>, wanted: char) -> Lexed<bool, E> {
        let found = self.peek(read, 0)? == Some(wanted);
        self.at += usize::from(found);
        Ok(found)
    }

    /// The index of the line in which a place is; the end of the text belongs to the last one.
    pub(super) fn line_of(&self, place: usize) -> usize {
        self.lines.partition_point(|start| *start <= place).saturating_sub(1)
    }

    fn line_start(&self, place: usize) -> usize {
        self.lines.get(self.line_of(place)).copied().unwrap_or(0)
    }

    /// An error whose offset is that of `place` in its line.
    pub(super) fn wrong<T, E>(&self, place: usize, message: impl Into<String>) -> Lexed<T, E> {
        // The place behind a character belongs to that character's line.
        let anchor = place.saturating_sub(1);
        Err(Failure::Wrong {
            kind: ErrorKind::Syntax,
            message: message.into(),
            line: self.line_of(anchor) + 1,
            offset: place - self.line_start(anchor),
        })
    }

    /// An error about the whole of the last line that was read.
    fn wrong_line<T, E>(&self, kind: ErrorKind, message: &str) -> Lexed<T, E> {
        let start = self.lines.last().copied().unwrap_or(0);
        Err(Failure::Wrong {
            kind,
            message: message.to_owned(),
            line: self.lines.len(),
            offset: self.text.len() - start,
        })
    }

    pub(super) fn token(&self, kind: u8, start: usize) -> Token {
        Token { kind, start, end: self.at }
    }

    /// The next token.
    pub(super) fn next<E>(&mut self, read: Reader<'_, E>) -> Lexed<Token, E> {
        if self.strings.last().is_some_and(|s| s.in_text) {
            return self.string_part(read);
        }
        self.code(read)
    }

    /// The next token outside of the text of an f-string.
    pub(super) fn code<E>(&mut self, read: Reader<'_, E>) -> Lexed<Token, E> {
        let mut blank = false;
        if std::mem::take(&mut self.line_begins) {
            blank = self.indentation(read)?;
        }
        if self.pending < 0 {
            self.pending += 1;
            return Ok(self.token(kind::DEDENT, self.at));
        }
        if self.pending > 0 {
            self.pending -= 1;
            let start = self.line_start(self.at);
            return Ok(self.token(kind::INDENT, start));
        }
        loop {
            while matches!(self.peek(read, 0)?, Some(' ' | '\t' | '\x0c')) {
                self.at += 1;
            }
            let start = self.at;
            let Some(c) = self.peek(read, 0)? else {
                if self.level > 0 {
                    let line = self.lines.len();
                    let message = "unexpected EOF in multi-line statement".to_owned();
                    return Err(Failure::Wrong { kind: ErrorKind::Syntax, message, line, offset: 0 });
                }
                return Ok(self.token(kind::ENDMARKER, start));
            };
            match c {
                '#' => {
                    while !matches!(self.peek(read, 0)?, None | Some('\n' | '\r')) {
                        self.at += 1;
                    }
                    self.after_lone_comment = blank;
                    return Ok(self.token(kind::COMMENT, start));
                }
                '\\' => self.continuation(read)?,
                '\r' if self.peek(read, 1)? == Some('\n') => return Ok(self.newline(start, 2, blank)),
                '\n' => return Ok(self.newline(start, 1, blank)),
                _ => return self.visible(read, c, start),
            }
        }
    }

    /// A line feed; its text is not part of the token.
    fn newline(&mut self, start: usize, len: usize, blank: bool) -> Token {
        self.at += len;
        self.line_begins = true;
        let lone = std::mem::take(&mut self.after_lone_comment);
        let k = if blank || lone || self.level > 0 { kind::NL } else { kind::NEWLINE };
        Token { kind: k, start, end: self.at - 1 }
    }

    fn continuation<E>(&mut self, read: Reader<'_, E>) -> Lexed<(), E> {
        self.at += 1;
        self.take_if(read, '\r')?;
        if !self.take_if(read, '\n')? {
            return self
                .wrong_line(ErrorKind::Syntax, "unexpected character after line continuation character");
        }
        if self.peek(read, 0)?.is_none() {
            return self.wrong_line(ErrorKind::Syntax, "unexpected EOF in multi-line statement");
        }
        Ok(())
    }

    /// Measures the beginning of a line, opens and closes blocks. Whether the line is blank or a comment.
    fn indentation<E>(&mut self, read: Reader<'_, E>) -> Lexed<bool, E> {
        let (mut col, mut alt) = (0, 0);
        let mut before_continuation = None;
        loop {
            match self.peek(read, 0)? {
                Some(' ') => (col, alt) = (col + 1, alt + 1),
                Some('\t') => (col, alt) = ((col / TAB + 1) * TAB, alt + 1),
                Some('\x0c') => (col, alt) = (0, 0),
                Some('\\') => {
                    before_continuation.get_or_insert((col, alt));
                    self.continuation(read)?;
                    continue;
                }
                Some('#' | '\n' | '\r') => return Ok(true),
                _ => break,
            }
            self.at += 1;
        }
        if self.level > 0 {
            return Ok(false);
        }
        let (col, alt) = before_continuation.unwrap_or((col, alt));
        let mixed = "inconsistent use of tabs and spaces in indentation";
        let mut top = self.indents.last().copied().unwrap_or_default();
        if col > top.0 {
            if self.indents.len() >= MAX_INDENT {
                return self.wrong_line(ErrorKind::Indentation, "too many levels of indentation");
            }
            if alt <= top.1 {
                return self.wrong_line(ErrorKind::Tab, mixed);
            }
            self.indents.push((col, alt));
            self.pending += 1;
            return Ok(false);
        }
        while col < top.0 {
            self.indents.pop();
            self.pending -= 1;
            top = self.indents.last().copied().unwrap_or_default();
        }
        if col != top.0 {
            let message = "unindent does not match any outer indentation level";
            return self.wrong_line(ErrorKind::Indentation, message);
        }
        if alt != top.1 {
            return self.wrong_line(ErrorKind::Tab, mixed);
        }
        Ok(false)
    }

    fn visible<E>(&mut self, read: Reader<'_, E>, c: char, start: usize) -> Lexed<Token, E> {
        if c.is_ascii_alphabetic() || c == '_' || !c.is_ascii() {
            return self.name_or_string(read, start);
        }
        if c.is_ascii_digit() {
            return self.number(read, start);
        }
        if c == '.' && self.peek(read, 1)?.is_some_and(|d| d.is_ascii_digit()) {
            return self.number(read, start);
        }
        if c == '"' || c == '\'' {
            return self.string(read, start, c);
        }
        self.operator(read, c, start)
    }

    /// A name, or a string with a prefix.
    fn name_or_string<E>(&mut self, read: Reader<'_, E>, start: usize) -> Lexed<Token, E> {
        let mut prefix = String::new();
        while let Some(c) = self.peek(read, 0)? {
            let lower = c.to_ascii_lowercase();
            if c == '"' || c == '\'' {
                return match prefix.contains(['f', 't']) {
                    true => self.string_start(read, start, c, &prefix),
                    false => self.string(read, start, c),
                };
            }
            let fits = match lower {
                'u' => prefix.is_empty(),
                'b' => prefix.is_empty() || prefix == "r",
                'r' => !prefix.contains(['u', 'r']),
                'f' | 't' => prefix.is_empty() || prefix == "r",
                _ => false,
            };
            if !fits {
                break;
            }
            prefix.push(lower);
            self.at += 1;
        }
        while self.peek(read, 0)?.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()) {
            self.at += 1;
        }
        Ok(self.token(kind::NAME, start))
    }

    /// Takes an opening quote; whether it is a triple one. The empty string's closing quote is not taken.
    pub(super) fn opening_quote<E>(&mut self, read: Reader<'_, E>, quote: char) -> Lexed<bool, E> {
        self.at += 1;
        let triple = self.peek(read, 0)? == Some(quote) && self.peek(read, 1)? == Some(quote);
        if triple {
            self.at += 2;
        }
        Ok(triple)
    }

    fn string<E>(&mut self, read: Reader<'_, E>, start: usize, quote: char) -> Lexed<Token, E> {
        let triple = self.opening_quote(read, quote)?;
        let size = if triple { 3 } else { 1 };
        let mut closing = 0;
        while closing < size {
            match self.take(read)? {
                Some(c) if c == quote => closing += 1,
                None => return self.unterminated(start, quote, triple),
                Some('\n') if !triple => return self.unterminated(start, quote, triple),
                Some('\\') => {
                    closing = 0;
                    if self.take(read)? == Some('\r') {
                        self.take_if(read, '\n')?;
                    }
                }
                Some(_) => closing = 0,
            }
        }
        Ok(self.token(kind::STRING, start))
    }

    fn unterminated<T, E>(&self, start: usize, quote: char, triple: bool) -> Lexed<T, E> {
        let size = if triple { 3 } else { 1 };
        if self.strings.last().is_some_and(|s| s.quote == quote && s.size == size) {
            return self.wrong(start + 1, "f-string: expecting '}'");
        }
        let line = self.line_of(self.at.saturating_sub(1)) + 1;
        let what = if triple { "triple-quoted string" } else { "string" };
        self.wrong(start + 1, format!("unterminated {what} literal (detected at line {line})"))
    }

    fn number<E>(&mut self, read: Reader<'_, E>, start: usize) -> Lexed<Token, E> {
        let first = self.peek(read, 0)?;
        let base = match (first, self.peek(read, 1)?) {
            (Some('0'), Some('x' | 'X')) => Some((16, "hexadecimal")),
            (Some('0'), Some('o' | 'O')) => Some((8, "octal")),
            (Some('0'), Some('b' | 'B')) => Some((2, "binary")),
            _ => None,
        };
        if let Some((base, name)) = base {
            self.at += 2;
            self.based_digits(read, base, name)?;
            return Ok(self.token(kind::NUMBER, start));
        }
        if first != Some('.') {
            self.digits(read)?;
        }
        if self.take_if(read, '.')? && self.peek(read, 0)?.is_some_and(|c| c.is_ascii_digit()) {
            self.digits(read)?;
        }
        if matches!(self.peek(read, 0)?, Some('e' | 'E')) {
            let sign = usize::from(matches!(self.peek(read, 1)?, Some('+' | '-')));
            if self.peek(read, 1 + sign)?.is_some_and(|c| c.is_ascii_digit()) {
                self.at += 1 + sign;
                self.digits(read)?;
            } else if sign == 1 {
                self.at += 1;
                return self.wrong(self.at, "invalid decimal literal");
            }
        }
        if matches!(self.peek(read, 0)?, Some('j' | 'J')) {
            self.at += 1;
        }
        Ok(self.token(kind::NUMBER, start))
    }

    /// Decimal digits with single underscores between them.
    fn digits<E>(&mut self, read: Reader<'_, E>) -> Lexed<(), E> {
        loop {
            while self.peek(read, 0)?.is_some_and(|c| c.is_ascii_digit()) {
                self.at += 1;
            }
            if !self.take_if(read, '_')? {
                return Ok(());
            }
            if !self.peek(read, 0)?.is_some_and(|c| c.is_ascii_digit()) {
                return self.wrong(self.at, "invalid decimal literal");
            }
        }
    }

    fn based_digits<E>(&mut self, read: Reader<'_, E>, base: u32, name: &str) -> Lexed<(), E> {
        loop {
            self.take_if(read, '_')?;
            match self.peek(read, 0)? {
                Some(c) if c.is_digit(base) => {}
                Some(c) if c.is_ascii_digit() => {
                    return self.wrong(self.at + 1, format!("invalid digit '{c}' in {name} literal"));
                }
                _ => return self.wrong(self.at, format!("invalid {name} literal")),
            }
            while self.peek(read, 0)?.is_some_and(|c| c.is_digit(base)) {
                self.at += 1;
            }
            match self.peek(read, 0)? {
                Some('_') => {}
                Some(c) if c.is_ascii_digit() => {
                    return self.wrong(self.at + 1, format!("invalid digit '{c}' in {name} literal"));
                }
                _ => return Ok(()),
            }
        }
    }

    fn operator<E>(&mut self, read: Reader<'_, E>, c: char, start: usize) -> Lexed<Token, E> {
        self.at += 1;
        if let Some(token) = self.string_punctuation(c, start)? {
            return Ok(token);
        }
        if c.is_control() {
            return self.wrong(self.at, format!("invalid non-printable character U+{:04X}", c as u32));
        }
        let second = self.peek(read, 0)?;
        // Looking beyond the end of a line would read the next one.
        let third = if second == Some('\n') { None } else { self.peek(read, 1)? };
        let three = matches!(
            (c, second, third),
            ('*', Some('*'), Some('='))
                | ('/', Some('/'), Some('='))
                | ('.', Some('.'), Some('.'))
                | ('<', Some('<'), Some('='))
                | ('>', Some('>'), Some('='))
        );
        let two = matches!(
            (c, second),
            ('=' | '!' | '%' | '&' | '+' | '/' | '<' | '>' | '^' | '|' | '*' | '@' | ':' | '-', Some('='))
                | ('*', Some('*'))
                | ('/', Some('/'))
                | ('<', Some('<'))
                | ('>', Some('>'))
                | ('-', Some('>'))
        );
        self.at += if three { 2 } else { usize::from(two) };
        self.brackets(c)?;
        Ok(self.token(kind::OP, start))
    }

    fn brackets<E>(&mut self, c: char) -> Lexed<(), E> {
        match c {
            '(' | '[' | '{' => {
                self.level += 1;
                if let Some(s) = self.strings.last_mut() {
                    s.depth += 1;
                }
            }
            ')' | ']' | '}' => {
                self.level = self.level.saturating_sub(1);
                let at = self.at;
                if let Some(s) = self.strings.last_mut() {
                    s.depth -= 1;
                    if s.depth < 0 {
                        return self.wrong(at, format!("f-string: unmatched '{c}'"));
                    }
                    if c == '}' && s.depth == s.expression {
                        s.expression -= 1;
                        s.in_text = true;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}
