//! Finds out what is wrong with a source that does not parse.
//!
//! A recogniser of Python's grammar in two passes, as CPython has it: the first finds how far the source makes sense;
//! the second looks, wherever an alternative fails, for well-known mistakes. If there is none, the error is a plain
//! "invalid syntax" at the token that the first pass reached. The order in which alternatives are tried decides which
//! mistake is reported, so it follows the language reference's grammar closely.

mod arguments;
mod atoms;
mod compound;
mod expressions;
mod parameters;
mod patterns;
mod statements;
mod strings;
mod targets;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::tokens::{Kind, Token, Tokens};
use super::{ErrorKind, SyntaxError};
use crate::Mode;
use crate::source::Source;

/// What an expression is, as far as error texts and targets need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Name,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    Attribute,
    Subscript,
    Call,
    Starred,
    List,
    Tuple,
    Set,
    Dict,
    ListComp,
    SetComp,
    DictComp,
    Generator,
    Lambda,
    Conditional,
    Operation,
    /// A comparison; does it begin with `in`?
    Compare(bool),
    Await,
    Yield,
    Named,
    FString,
    TString,
}

impl Form {
    /// What error texts call it.
    fn name(self) -> &'static str {
        match self {
            Form::Name => "name",
            Form::None => "None",
            Form::True => "True",
            Form::False => "False",
            Form::Ellipsis => "ellipsis",
            Form::Literal => "literal",
            Form::Attribute => "attribute",
            Form::Subscript => "subscript",
            Form::Call => "function call",
            Form::Starred => "starred",
            Form::List => "list",
            Form::Tuple => "tuple",
            Form::Set => "set display",
            Form::Dict => "dict literal",
            Form::ListComp => "list comprehension",
            Form::SetComp => "set comprehension",
            Form::DictComp => "dict comprehension",
            Form::Generator => "generator expression",
            Form::Lambda => "lambda",
            Form::Conditional => "conditional expression",
            Form::Operation => "expression",
            Form::Compare(_) => "comparison",
            Form::Await => "await expression",
            Form::Yield => "yield expression",
            Form::Named => "named expression",
            Form::FString => "f-string expression",
            Form::TString => "t-string expression",
        }
    }
}

/// An expression: its form, its tokens, and its parts where targets may be.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) form: Form,
    pub(super) start: usize,
    /// The token after it.
    pub(super) end: usize,
    pub(super) parts: Vec<Expression>,
}

pub(super) type Expression = Rc<Node>;

/// Rules whose results are remembered, so that trying alternatives stays linear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Rule {
    Expression,
    Disjunction,
    Conjunction,
    Inversion,
    Comparison,
    BitwiseOr,
    Sum,
    Factor,
    Primary,
    NamedExpression,
    StarExpression,
    StarExpressions,
    Lambda,
    Block,
    Arguments,
    Strings,
}

/// The recogniser's state.
pub(super) struct Recogniser<'s> {
    source: &'s Source,
    tokens: &'s [Token],
    pos: usize,
    /// The farthest token looked at.
    reached: usize,
    /// Second pass: look for well-known mistakes.
    searching: bool,
    /// Inside an expression that is parsed without looking for mistakes.
    quiet: bool,
    error: Option<SyntaxError>,
    /// The error that reaching the last token is, unless that is the proper end.
    ending: Option<SyntaxError>,
    memo: FxHashMap<(Rule, bool, usize), (Option<Expression>, usize)>,
}

/// The keywords that cannot be names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// An error, and whether the source makes sense up to its end.
pub(super) struct Found {
    pub(super) error: SyntaxError,
    pub(super) at_end: bool,
}

/// The error of a source that does not parse; `None` if nothing is found to be wrong with it.
pub(super) fn find_error(source: &Source, tokens: &Tokens, mode: Mode) -> Option<Found> {
    let mut recogniser = Recogniser {
        source,
        tokens: &tokens.tokens,
        pos: 0,
        reached: 0,
        searching: false,
        quiet: false,
        error: None,
        ending: match tokens.tokens.last().map(|last| last.kind) {
            Some(Kind::OpenEnd) => Some(never_closed(source, tokens)),
            _ => tokens.error.clone(),
        },
        memo: FxHashMap::default(),
    };
    if recogniser.input(mode) {
        return None;
    }
    let first_reached = recogniser.reached;
    if matches!(tokens.tokens[first_reached].kind, Kind::OpenEnd | Kind::Error) {
        let at_end = tokens.tokens[first_reached].kind == Kind::OpenEnd;
        return recogniser.error.map(|error| Found { error, at_end });
    }
    let first_error = recogniser.error.take();
    recogniser.searching = true;
    recogniser.pos = 0;
    recogniser.memo.clear();
    recogniser.input(mode);
    let reached = recogniser.reached;
    let at_end = tokens.tokens[first_reached..].iter().all(|token| match token.kind {
        Kind::Dedent | Kind::End => true,
        // The newline that a last line without one gets.
        Kind::Newline => token.end > source.text().len(),
        _ => false,
    });
    let layout = recogniser.error.is_none()
        && first_error.is_none()
        && matches!(tokens.tokens[first_reached].kind, Kind::Indent | Kind::Dedent);
    // An error in later tokens replaces the grammar's, but not if it is one of layout.
    let replaces = |error: &SyntaxError| {
        !layout
            && !tokens.error_in_fstring
            && error.kind == ErrorKind::SyntaxError
            && !error.message.starts_with("unexpected ")
    };
    if let Some(error) = tokens.error.clone().filter(replaces) {
        return Some(Found { error, at_end });
    }
    let last_line = |at: usize| source.position(tokens.tokens[at.min(tokens.tokens.len() - 1)].start).0;
    if let Some((_, opened)) = tokens.open.last()
        && !layout
        && last_line(reached) > source.position(*opened).0
    {
        return Some(Found { error: never_closed(source, tokens), at_end });
    }
    let error = recogniser.error.take().or(first_error);
    let error = error.unwrap_or_else(|| recogniser.plain_error(tokens, first_reached));
    Some(Found { error, at_end })
}

/// A bracket that is open at the end.
pub(super) fn never_closed(source: &Source, tokens: &Tokens) -> SyntaxError {
    let (bracket, at) = tokens.open.last().copied().unwrap_or((b'(', 0));
    let (line, offset) = source.position(at);
    SyntaxError {
        kind: ErrorKind::SyntaxError,
        message: format!("'{}' was never closed", bracket as char),
        line,
        offset,
        end_line: line,
        end_offset: 0,
        text: Some(source.line_text(line).to_string()),
    }
}

impl<'s> Recogniser<'s> {
    fn input(&mut self, mode: Mode) -> bool {
        match mode {
            Mode::Exec => {
                self.statements();
                self.kind(Kind::End).is_some()
            }
            Mode::Single => {
                if self.compound_statement().is_none() && self.simple_statements().is_none() {
                    self.kind(Kind::Newline);
                }
                self.at_kind(Kind::End)
            }
            Mode::Eval => {
                let found = self.star_expressions().is_some();
                while self.kind(Kind::Newline).is_some() {}
                found && self.kind(Kind::End).is_some()
            }
        }
    }

    /// The error when no particular mistake was found.
    fn plain_error(&self, tokens: &Tokens, reached: usize) -> SyntaxError {
        let token = self.tokens[reached.min(self.tokens.len() - 1)];
        match token.kind {
            Kind::OpenEnd | Kind::Error => {
                self.ending.clone().unwrap_or_else(|| never_closed(self.source, tokens))
            }
            Kind::Indent => self.layout_error(ErrorKind::IndentationError, "unexpected indent", token),
            Kind::Dedent => self.layout_error(ErrorKind::IndentationError, "unexpected unindent", token),
            Kind::End => {
                let line = self.last_text_line();
                self.with_positions(ErrorKind::SyntaxError, "invalid syntax".into(), (line, 0), (line, 0))
            }
            _ => self.error_at(token.start, token.end, "invalid syntax"),
        }
    }

    fn last_text_line(&self) -> u32 {
        let text = self.source.text();
        if text.is_empty() {
            return 0;
        }
        let at = text.len() - text.ends_with('\n') as usize;
        self.source.position(at).0
    }

    fn with_positions(
        &self,
        kind: ErrorKind,
        message: String,
        start: (u32, u32),
        end: (u32, u32),
    ) -> SyntaxError {
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

    fn error_at(&self, start: usize, end: usize, message: impl Into<String>) -> SyntaxError {
        let (from, mut to) = (self.source.position(start), self.source.position(end));
        if to.0 > from.0 && end == self.source.text().len().max(start + 1) || self.is_newline(start, end) {
            to = (from.0, from.1 + 1);
        }
        self.with_positions(ErrorKind::SyntaxError, message.into(), from, to)
    }

    /// Is it the end of a line, perhaps with a comment before it?
    fn is_newline(&self, start: usize, end: usize) -> bool {
        let bytes = self.source.text().as_bytes();
        matches!(bytes.get(start), None | Some(b'\n' | b'#')) && end > start
    }

    /// An error at a token that stands for the layout, which has no text.
    fn layout_error(&self, kind: ErrorKind, message: &str, token: Token) -> SyntaxError {
        let (line, offset) = if token.end < self.source.text().len() {
            // The place is where the tokenizer stands, after the indentation.
            let (line, offset) = self.source.position(token.end);
            (line, offset - 1)
        } else {
            let line = self.last_text_line();
            let text = self.source.line_text(line).trim_end_matches('\n');
            (line, text.chars().count() as u32 + 1)
        };
        self.with_positions(kind, message.into(), (line, offset), (line, u32::MAX))
    }

    // ---- tokens ----

    fn token(&self, at: usize) -> Token {
        self.tokens[at.min(self.tokens.len() - 1)]
    }

    /// The current token, which counts as looked at.
    fn current(&mut self) -> Token {
        self.pos = self.pos.min(self.tokens.len() - 1);
        self.reached = self.reached.max(self.pos);
        let token = self.tokens[self.pos];
        if matches!(token.kind, Kind::OpenEnd | Kind::Error) && self.error.is_none() {
            self.error = self.ending.clone();
        }
        token
    }

    fn text_of(&self, token: Token) -> &'s str {
        self.source.text().get(token.start..token.end).unwrap_or("")
    }

    fn at_kind(&mut self, kind: Kind) -> bool {
        self.error.is_none() && self.current().kind == kind
    }

    fn kind(&mut self, kind: Kind) -> Option<usize> {
        self.at_kind(kind).then(|| self.advance())
    }

    fn advance(&mut self) -> usize {
        self.pos += 1;
        self.pos - 1
    }

    /// Is the current token this operator or keyword?
    fn at(&mut self, text: &str) -> bool {
        if self.error.is_some() {
            return false;
        }
        let token = self.current();
        matches!(token.kind, Kind::Op | Kind::Name) && self.text_of(token) == text
    }

    fn at_any(&mut self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.at(text))
    }

    /// Takes this operator or keyword; the index of its token.
    fn take(&mut self, text: &str) -> Option<usize> {
        self.at(text).then(|| self.advance())
    }

    fn name(&mut self) -> Option<usize> {
        if !self.at_kind(Kind::Name) {
            return None;
        }
        let token = self.current();
        (!KEYWORDS.contains(&self.text_of(token))).then(|| self.advance())
    }

    /// Takes this token, or reports that it was expected.
    fn force(&mut self, text: &str) -> Option<usize> {
        if let Some(at) = self.take(text) {
            return Some(at);
        }
        if self.error.is_none() {
            let token = self.current();
            self.raise_token(token, format!("expected '{text}'"));
        }
        None
    }

    // ---- alternatives ----

    /// Tries an alternative; if it fails, the position is what it was.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.error.is_some() {
            return None;
        }
        let pos = self.pos;
        let result = rule(self);
        if result.is_none() || self.error.is_some() {
            self.pos = pos;
            return None;
        }
        result
    }

    /// Does the rule match here? Nothing is consumed.
    fn looking_at<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> bool {
        let pos = self.pos;
        let found = self.attempt(rule).is_some();
        self.pos = pos;
        found
    }

    /// Looks for a mistake, in the second pass only.
    fn mistake(&mut self, rule: impl FnOnce(&mut Self) -> Option<()>) {
        if self.searching && !self.quiet && self.error.is_none() {
            let pos = self.pos;
            rule(self);
            self.pos = pos;
        }
    }

    /// A rule that is evaluated once per position.
    fn remembered(
        &mut self,
        rule: Rule,
        parse: impl FnOnce(&mut Self) -> Option<Expression>,
    ) -> Option<Expression> {
        if self.error.is_some() {
            return None;
        }
        let key = (rule, self.quiet, self.pos);
        if let Some((result, end)) = self.memo.get(&key) {
            let (result, end) = (result.clone(), *end);
            if result.is_some() {
                self.pos = end;
            }
            return result;
        }
        let start = self.pos;
        let result = self.attempt(parse);
        if self.error.is_none() {
            self.memo.insert(key, (result.clone(), self.pos));
            // Successes are shared between looking for mistakes and not, as in CPython: what was matched once without
            // looking for mistakes is not searched again.
            let separate = matches!(
                rule,
                Rule::NamedExpression | Rule::StarExpressions | Rule::Lambda | Rule::Comparison
            );
            if result.is_some() && !separate {
                self.memo.insert((rule, !self.quiet, start), (result.clone(), self.pos));
            }
        }
        result
    }

    /// One or more, separated by commas; the position is after the last one.
    fn separated<T>(&mut self, mut rule: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = vec![self.attempt(&mut rule)?];
        while let Some(item) = self.attempt(|this| {
            this.take(",")?;
            rule(this)
        }) {
            items.push(item);
        }
        Some(items)
    }

    fn node(&self, form: Form, start: usize, parts: Vec<Expression>) -> Expression {
        Rc::new(Node { form, start, end: self.pos, parts })
    }

    // ---- reporting ----

    fn report(&mut self, error: SyntaxError) {
        if self.error.is_none() {
            self.error = Some(error);
        }
    }

    /// An error at the farthest token looked at.
    fn raise(&mut self, message: impl Into<String>) {
        let token = self.token(self.reached);
        self.raise_token(token, message);
    }

    fn raise_indentation(&mut self, message: String) {
        let token = self.token(self.reached);
        if matches!(token.kind, Kind::Dedent | Kind::End | Kind::Indent) {
            let error = self.layout_error(ErrorKind::IndentationError, &message, token);
            self.report(error);
            return;
        }
        let mut error = self.error_at(token.start, token.end, message);
        error.kind = ErrorKind::IndentationError;
        self.report(error);
    }

    fn raise_token(&mut self, token: Token, message: impl Into<String>) {
        let error = match token.kind {
            Kind::OpenEnd => {
                let line = self.source.position(token.start);
                self.with_positions(ErrorKind::SyntaxError, message.into(), line, line)
            }
            Kind::Dedent | Kind::End | Kind::Indent => {
                self.layout_error(ErrorKind::SyntaxError, &message.into(), token)
            }
            _ => self.error_at(token.start, token.end, message),
        };
        self.report(error);
    }

    /// An error over an expression.
    fn raise_at(&mut self, node: &Node, message: impl Into<String>) {
        self.raise_tokens(node.start, node.end - 1, message);
    }

    /// An error from one expression to another.
    fn raise_between(&mut self, first: &Node, last: &Node, message: impl Into<String>) {
        self.raise_tokens(first.start, last.end - 1, message);
    }

    /// An error from one token to another.
    fn raise_tokens(&mut self, first: usize, last: usize, message: impl Into<String>) {
        let (start, end) = (self.token(first).start, self.token(last.max(first)).end);
        let error = self.error_at(start, end, message);
        self.report(error);
    }

    /// An error from a token to where the tokenizer stands. The end counts from 0, as CPython's does here.
    fn raise_from(&mut self, first: usize, message: impl Into<String>) {
        let start = self.source.position(self.token(first).start);
        let last = self.token(self.reached);
        let mut end = self.source.position(last.end);
        if self.is_newline(last.start, last.end) {
            end = self.source.position(last.start);
            end.1 += 1;
        }
        end.1 -= 1;
        let error = self.with_positions(ErrorKind::SyntaxError, message.into(), start, end);
        self.report(error);
    }

    /// The line of a token.
    fn line(&self, at: usize) -> u32 {
        self.source.position(self.token(at).start).0
    }
}
