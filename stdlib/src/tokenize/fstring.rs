//! The parts of f-strings and t-strings: start, text between expressions, end.

use super::lexer::{Failure, Lexed, Lexer, Reader, Token, kind};

/// How deep expressions may be nested in format specifications.
const MAX_NESTING: i32 = 3;

/// A string that is open.
pub(super) struct FString {
    pub(super) quote: char,
    pub(super) size: usize,
    raw: bool,
    template: bool,
    start: usize,
    /// Open brackets.
    pub(super) depth: i32,
    /// Of how many brackets the innermost expression is the content, less one; -1 outside of expressions.
    pub(super) expression: i32,
    /// Whether text comes next, not code.
    pub(super) in_text: bool,
    in_format: bool,
}

impl FString {
    fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }

    fn kind(&self, of_f_string: u8) -> u8 {
        if self.template { of_f_string + kind::TEMPLATE } else { of_f_string }
    }
}

impl Lexer {
    /// The prefix and quote of an f-string or t-string.
    pub(super) fn string_start<E>(
        &mut self,
        read: Reader<'_, E>,
        start: usize,
        quote: char,
        prefix: &str,
    ) -> Lexed<Token, E> {
        let triple = self.opening_quote(read, quote)?;
        let s = FString {
            quote,
            size: if triple { 3 } else { 1 },
            raw: prefix.contains('r'),
            template: prefix.contains('t'),
            start,
            depth: 0,
            expression: -1,
            in_text: true,
            in_format: false,
        };
        let k = s.kind(kind::FSTRING_START);
        self.strings.push(s);
        Ok(self.token(k, start))
    }

    /// What comes next in the text of the innermost string: text, its end, or code.
    pub(super) fn string_part<E>(&mut self, read: Reader<'_, E>) -> Lexed<Token, E> {
        let start = self.at;
        let Some(s) = self.strings.last_mut() else { return self.code(read) };
        let (quote, size, raw) = (s.quote, s.size, s.raw);
        let (text_kind, end_kind) = (s.kind(kind::FSTRING_MIDDLE), s.kind(kind::FSTRING_END));
        if s.depth <= s.expression + 1 && s.expression < 0 {
            s.in_format = false;
        }
        let in_format = s.in_format;
        if self.peek(read, 0)? == Some('{') && (in_format || self.peek(read, 1)? != Some('{')) {
            self.begin_expression()?;
            return self.code(read);
        }
        let mut named = false;
        loop {
            if self.closes(read, quote, size)? {
                if self.at > start {
                    return Ok(self.token(text_kind, start));
                }
                self.at += size;
                self.strings.pop();
                return Ok(self.token(end_kind, start));
            }
            let c = self.peek(read, 0)?;
            match c {
                Some('\n') if size == 1 && in_format => {
                    self.leave_text();
                    return Ok(self.token(text_kind, start));
                }
                None => return self.unterminated_text(size),
                Some('\n') if size == 1 => return self.unterminated_text(size),
                Some('{') if in_format || self.peek(read, 1)? != Some('{') => {
                    if named {
                        self.at += 1;
                        continue;
                    }
                    let token = self.token(text_kind, start);
                    self.begin_expression()?;
                    return Ok(token);
                }
                Some('}') if named => {
                    self.at += 1;
                    named = false;
                }
                Some('}') if in_format || self.peek(read, 1)? != Some('}') => {
                    self.leave_text();
                    return Ok(self.token(text_kind, start));
                }
                Some('{' | '}') => {
                    // One of the two braces is shown.
                    self.at += 1;
                    let token = self.token(text_kind, start);
                    self.at += 1;
                    return Ok(token);
                }
                Some('\\') => {
                    self.at += 1;
                    named = self.escape(read, raw)?;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// What follows a backslash; whether it is the name of a character, in braces.
    fn escape<E>(&mut self, read: Reader<'_, E>, raw: bool) -> Lexed<bool, E> {
        match self.peek(read, 0)? {
            Some('{' | '}') | None => return Ok(false),
            Some('N') if !raw && self.peek(read, 1)? == Some('{') => {
                self.at += 2;
                return Ok(true);
            }
            Some('\r') if self.peek(read, 1)? == Some('\n') => self.at += 2,
            Some(_) => self.at += 1,
        }
        Ok(false)
    }

    fn closes<E>(&mut self, read: Reader<'_, E>, quote: char, size: usize) -> Lexed<bool, E> {
        for i in 0..size {
            if self.peek(read, i)? != Some(quote) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn leave_text(&mut self) {
        if let Some(s) = self.strings.last_mut() {
            s.in_text = false;
        }
    }

    fn begin_expression<E>(&mut self) -> Lexed<(), E> {
        let at = self.at;
        if let Some(s) = self.strings.last_mut() {
            s.in_text = false;
            s.expression += 1;
            if s.expression >= MAX_NESTING {
                let message = format!("{}-string: expressions nested too deeply", s.letter());
                let start = self.lines.get(self.line_of(at)).copied().unwrap_or(0);
                let (line, offset) = (self.line_of(at) + 1, at - start);
                return Err(Failure::Wrong { kind: super::lexer::ErrorKind::Syntax, message, line, offset });
            }
        }
        Ok(())
    }

    fn unterminated_text<T, E>(&self, size: usize) -> Lexed<T, E> {
        let Some(s) = self.strings.last() else { return self.wrong(self.at, "unterminated string literal") };
        let what = if size == 3 { "triple-quoted " } else { "" };
        let line = self.line_of(self.at.min(self.text.len().saturating_sub(1))) + 1;
        let message = format!("unterminated {what}{}-string literal (detected at line {line})", s.letter());
        self.wrong(s.start + 1, message)
    }

    /// Punctuation that ends the code of an expression: `:` before a format, and `}` where none is open.
    pub(super) fn string_punctuation<E>(&mut self, c: char, start: usize) -> Lexed<Option<Token>, E> {
        let at = self.at;
        let Some(s) = self.strings.last_mut() else { return Ok(None) };
        if c == '}' && s.depth == 0 {
            let message = format!("{}-string: single '}}' is not allowed", s.letter());
            return self.wrong(at, message);
        }
        if c == ':' && s.expression >= 0 && s.depth - 1 == s.expression {
            s.in_text = true;
            s.in_format = true;
            return Ok(Some(self.token(kind::OP, start)));
        }
        Ok(None)
    }
}
