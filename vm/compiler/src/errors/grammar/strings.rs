//! Strings: implicit concatenation, and the replacement fields of f-strings and t-strings.

use super::super::tokens::Kind;
use super::{Expression, Form, Recogniser, Rule};

impl Recogniser<'_> {
    pub(super) fn strings(&mut self) -> Option<Expression> {
        self.remembered(Rule::Strings, |this| {
            let start = this.pos;
            let (mut bytes, mut plain, mut formatted, mut template) = (false, false, false, false);
            loop {
                if this.at_kind(Kind::String) {
                    let token = this.current();
                    let text = this.text_of(token);
                    let prefix = text.split(['"', '\'']).next().unwrap_or("");
                    let is_bytes = prefix.contains(['b', 'B']);
                    bytes |= is_bytes;
                    if is_bytes && !text.is_ascii() {
                        let at = this.pos;
                        this.raise_tokens(at, at, "bytes can only contain ASCII literal characters");
                        return None;
                    }
                    plain |= !is_bytes;
                    this.advance();
                } else if this.at_kind(Kind::FStringStart) {
                    let is_template = this.string_letter() == 't';
                    template |= is_template;
                    formatted |= !is_template;
                    this.fstring()?;
                } else {
                    break;
                }
            }
            if this.error.is_some() || this.pos == start {
                return None;
            }
            if template && (bytes || plain || formatted) {
                let message = "cannot mix t-string literals with string or bytes literals";
                this.raise_tokens(start, this.pos - 1, message);
                return None;
            }
            if bytes && (plain || formatted) {
                this.raise("cannot mix bytes and nonbytes literals");
                return None;
            }
            let form = if template {
                Form::TString
            } else if formatted {
                Form::FString
            } else {
                Form::Literal
            };
            Some(this.node(form, start, Vec::new()))
        })
    }

    /// `f` or `t`: the letter of the innermost string that starts at or before the current token.
    pub(super) fn string_letter(&self) -> char {
        let mut depth = 0;
        let until = self.pos.min(self.tokens.len() - 1);
        for at in (0..=until).rev() {
            match self.token(at).kind {
                Kind::FStringEnd if at < until => depth += 1,
                Kind::FStringStart if depth > 0 => depth -= 1,
                Kind::FStringStart => {
                    let text = self.text_of(self.token(at)).to_ascii_lowercase();
                    return if text.split(['"', '\'']).next().is_some_and(|prefix| prefix.contains('t')) {
                        't'
                    } else {
                        'f'
                    };
                }
                _ => {}
            }
        }
        'f'
    }

    fn fstring(&mut self) -> Option<()> {
        self.kind(Kind::FStringStart)?;
        while self.attempt(Self::fstring_part).is_some() {}
        self.kind(Kind::FStringEnd).map(|_| ())
    }

    fn fstring_part(&mut self) -> Option<()> {
        if self.kind(Kind::FStringMiddle).is_some() {
            return Some(());
        }
        self.replacement_field()
    }

    fn replacement_field(&mut self) -> Option<()> {
        let field = self.attempt(|this| {
            this.take("{")?;
            this.annotated_rhs()?;
            this.take("=");
            this.conversion()?;
            if this.take(":").is_some() {
                while this.attempt(Self::fstring_part).is_some() {}
            }
            this.take("}").map(|_| ())
        });
        if field.is_none() {
            self.mistake(Self::invalid_replacement_field);
        }
        field
    }

    /// An optional conversion.
    fn conversion(&mut self) -> Option<()> {
        if !self.at("!") {
            return Some(());
        }
        let mark = self.pos;
        self.advance();
        if !self.at_kind(Kind::Name) {
            self.pos = mark;
            return Some(());
        }
        let name = self.advance();
        let letter = self.string_letter();
        let text = self.text_of(self.token(name));
        if self.token(mark).end != self.token(name).start {
            let message =
                format!("{letter}-string: conversion type must come right after the exclamation mark");
            self.raise_tokens(mark, name, message);
            return None;
        }
        if !matches!(text, "s" | "r" | "a") {
            let message =
                format!("{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
            self.raise_tokens(name, name, message);
            return None;
        }
        Some(())
    }

    /// An error at the next token.
    fn raise_next(&mut self, message: String) {
        let token = self.current();
        self.raise_token(token, message);
    }

    fn invalid_replacement_field(&mut self) -> Option<()> {
        self.take("{")?;
        let letter = self.string_letter();
        for text in ["=", "!", ":", "}"] {
            if self.at(text) {
                let at = self.pos;
                let message = format!("{letter}-string: valid expression required before '{text}'");
                self.raise_tokens(at, at, message);
                return None;
            }
        }
        if self.annotated_rhs().is_none() {
            self.raise_next(format!("{letter}-string: expecting a valid expression after '{{'"));
            return None;
        }
        if !self.at_any(&["=", "!", ":", "}"]) {
            self.raise_next(format!("{letter}-string: expecting '=', or '!', or ':', or '}}'"));
            return None;
        }
        if self.take("=").is_some() && !self.at_any(&["!", ":", "}"]) {
            self.raise_next(format!("{letter}-string: expecting '!', or ':', or '}}'"));
            return None;
        }
        if self.take("!").is_some() {
            if self.at(":") || self.at("}") {
                self.raise_next(format!("{letter}-string: missing conversion character"));
                return None;
            }
            if self.kind(Kind::Name).is_none() {
                self.raise_next(format!("{letter}-string: invalid conversion character"));
                return None;
            }
            if !self.at(":") && !self.at("}") {
                self.raise_next(format!("{letter}-string: expecting ':' or '}}'"));
                return None;
            }
        }
        if self.take(":").is_some() {
            while self.attempt(Self::fstring_part).is_some() {}
            if !self.at("}") {
                self.raise_next(format!("{letter}-string: expecting '}}', or format specs"));
            }
            return None;
        }
        if !self.at("}") {
            self.raise_next(format!("{letter}-string: expecting '}}'"));
        }
        None
    }
}
