//! Primaries and atoms: calls, subscripts, displays, comprehensions.

use super::super::tokens::Kind;
use super::{Expression, Form, Recogniser, Rule};

impl Recogniser<'_> {
    pub(super) fn primary(&mut self) -> Option<Expression> {
        self.remembered(Rule::Primary, |this| {
            let start = this.pos;
            let mut result = this.atom()?;
            loop {
                let form = this.attempt(|this| {
                    if this.take(".").is_some() {
                        this.name()?;
                        return Some(Form::Attribute);
                    }
                    if this.at("(") {
                        if this.generator().is_some() {
                            return Some(Form::Call);
                        }
                        this.take("(")?;
                        this.arguments();
                        this.take(")")?;
                        return Some(Form::Call);
                    }
                    this.take("[")?;
                    this.slices()?;
                    this.take("]")?;
                    Some(Form::Subscript)
                });
                let Some(form) = form else { return Some(result) };
                result = this.node(form, start, Vec::new());
            }
        })
    }

    fn slices(&mut self) -> Option<()> {
        if self
            .attempt(|this| {
                this.slice()?;
                (!this.at(",")).then_some(())
            })
            .is_some()
        {
            return Some(());
        }
        self.separated(|this| {
            if this.at("*") {
                this.starred_expression()?;
                return Some(());
            }
            this.slice()
        })?;
        self.take(",");
        Some(())
    }

    fn slice(&mut self) -> Option<()> {
        let slice = self.attempt(|this| {
            this.expression();
            this.take(":")?;
            this.expression();
            if this.take(":").is_some() {
                this.expression();
            }
            Some(())
        });
        if slice.is_some() {
            return slice;
        }
        self.named_expression().map(|_| ())
    }

    fn atom(&mut self) -> Option<Expression> {
        let start = self.pos;
        if self.name().is_some() {
            return Some(self.node(Form::Name, start, Vec::new()));
        }
        for (text, form) in
            [("True", Form::True), ("False", Form::False), ("None", Form::None), ("...", Form::Ellipsis)]
        {
            if self.take(text).is_some() {
                return Some(self.node(form, start, Vec::new()));
            }
        }
        if self.at_kind(Kind::String) || self.at_kind(Kind::FStringStart) {
            return self.strings();
        }
        if self.kind(Kind::Number).is_some() {
            return Some(self.node(Form::Literal, start, Vec::new()));
        }
        if self.at("(") {
            return self.tuple_display().or_else(|| self.group()).or_else(|| self.generator());
        }
        if self.at("[") {
            return self.list_display().or_else(|| self.list_comprehension());
        }
        if self.at("{") {
            return self
                .dict_display()
                .or_else(|| self.set_display())
                .or_else(|| self.dict_comprehension())
                .or_else(|| self.set_comprehension());
        }
        None
    }

    pub(super) fn tuple_display(&mut self) -> Option<Expression> {
        self.attempt(|this| {
            let start = this.take("(")?;
            let parts = this
                .attempt(|this| {
                    let mut parts = vec![this.star_named_expression()?];
                    this.take(",")?;
                    if let Some(more) = this.attempt(Self::star_named_expressions) {
                        parts.extend(more);
                    }
                    Some(parts)
                })
                .unwrap_or_default();
            this.take(")")?;
            Some(this.node(Form::Tuple, start, parts))
        })
    }

    fn group(&mut self) -> Option<Expression> {
        let group = self.attempt(|this| {
            this.take("(")?;
            let inner = match this.yield_expression() {
                Some(inner) => inner,
                None => this.named_expression()?,
            };
            this.take(")")?;
            Some(inner)
        });
        if group.is_none() {
            self.mistake(|this| {
                this.take("(")?;
                let start = this.pos;
                if let Some(starred) = this.attempt(|this| {
                    let starred = this.starred_expression()?;
                    this.take(")")?;
                    Some(starred)
                }) {
                    this.raise_at(&starred, "cannot use starred expression here");
                    return None;
                }
                this.pos = start;
                let stars = this.take("**")?;
                this.expression()?;
                this.take(")")?;
                this.raise_tokens(stars, stars, "cannot use double starred expression here");
                None
            });
        }
        group
    }

    pub(super) fn generator(&mut self) -> Option<Expression> {
        let generator = self.attempt(|this| {
            let start = this.take("(")?;
            if this.assignment_expression().is_none() {
                this.expression()?;
                if this.at(":=") {
                    return None;
                }
            }
            this.for_clauses()?;
            this.take(")")?;
            Some(this.node(Form::Generator, start, Vec::new()))
        });
        if generator.is_none() {
            self.mistake(Self::invalid_comprehension);
        }
        generator
    }

    pub(super) fn list_display(&mut self) -> Option<Expression> {
        self.attempt(|this| {
            let start = this.take("[")?;
            let parts = this.attempt(Self::star_named_expressions).unwrap_or_default();
            this.take("]")?;
            Some(this.node(Form::List, start, parts))
        })
    }

    fn list_comprehension(&mut self) -> Option<Expression> {
        let result = self.attempt(|this| {
            let start = this.take("[")?;
            this.named_expression()?;
            this.for_clauses()?;
            this.take("]")?;
            Some(this.node(Form::ListComp, start, Vec::new()))
        });
        if result.is_none() {
            self.mistake(Self::invalid_comprehension);
        }
        result
    }

    fn set_display(&mut self) -> Option<Expression> {
        self.attempt(|this| {
            let start = this.take("{")?;
            this.star_named_expressions()?;
            this.take("}")?;
            Some(this.node(Form::Set, start, Vec::new()))
        })
    }

    fn set_comprehension(&mut self) -> Option<Expression> {
        let result = self.attempt(|this| {
            let start = this.take("{")?;
            this.named_expression()?;
            this.for_clauses()?;
            this.take("}")?;
            Some(this.node(Form::SetComp, start, Vec::new()))
        });
        if result.is_none() {
            self.mistake(Self::invalid_comprehension);
        }
        result
    }

    fn invalid_comprehension(&mut self) -> Option<()> {
        let is_parenthesis = self.at("(");
        if !self.at_any(&["[", "(", "{"]) {
            return None;
        }
        self.advance();
        let start = self.pos;
        if let Some(starred) = self.attempt(|this| {
            let starred = this.starred_expression()?;
            this.for_clauses()?;
            Some(starred)
        }) {
            self.raise_at(&starred, "iterable unpacking cannot be used in comprehension");
            return None;
        }
        if is_parenthesis {
            return None;
        }
        self.pos = start;
        let first = self.star_named_expression()?;
        let comma = self.take(",")?;
        let message = "did you forget parentheses around the comprehension target?";
        let rest = self.attempt(|this| {
            let rest = this.star_named_expressions()?;
            this.for_clauses()?;
            Some(rest)
        });
        if let Some(last) = rest.as_ref().and_then(|rest| rest.last()) {
            self.raise_between(&first, last, message);
        } else if self.for_clauses().is_some() {
            self.raise_tokens(first.start, comma, message);
        }
        None
    }

    fn dict_display(&mut self) -> Option<Expression> {
        let display = self.attempt(|this| {
            let start = this.take("{")?;
            if this.separated(Self::dict_item).is_some() {
                this.take(",");
            }
            this.take("}")?;
            Some(this.node(Form::Dict, start, Vec::new()))
        });
        if display.is_none() && self.error.is_none() {
            // Looked for in both passes.
            let pos = self.pos;
            if self.take("{").is_some() {
                self.invalid_dict_items();
            }
            self.pos = pos;
        }
        display
    }

    fn dict_item(&mut self) -> Option<()> {
        self.attempt(|this| {
            if this.take("**").is_some() {
                this.bitwise_or()?;
                return Some(());
            }
            this.key_and_value()
        })
    }

    fn key_and_value(&mut self) -> Option<()> {
        self.expression()?;
        self.take(":")?;
        self.expression().map(|_| ())
    }

    fn invalid_dict_items(&mut self) -> Option<()> {
        let start = self.pos;
        if self.separated(Self::dict_item).is_some() && self.take(",").is_some() {
            let item = self.pos;
            if let Some(key) = self.expression()
                && !self.at(":")
            {
                // The place of the error is the key's last character.
                let end = self.token(key.end - 1).end;
                let (line, offset) = self.source.position(end);
                let message = "':' expected after dictionary key".to_string();
                let kind = super::super::ErrorKind::SyntaxError;
                let error = self.with_positions(kind, message, (line, offset - 1), (line, 0));
                self.report(error);
                return None;
            }
            self.pos = item;
            self.invalid_dict_value();
        }
        self.pos = start;
        self.invalid_dict_value()
    }

    fn invalid_dict_value(&mut self) -> Option<()> {
        self.expression()?;
        let colon = self.take(":")?;
        if let Some(star) = self.take("*") {
            self.bitwise_or()?;
            self.raise_from(star, "cannot use a starred expression in a dictionary value");
            return None;
        }
        if self.at("}") || self.at(",") {
            self.raise_tokens(colon, colon, "expression expected after dictionary key and ':'");
        }
        None
    }

    fn dict_comprehension(&mut self) -> Option<Expression> {
        let result = self.attempt(|this| {
            let start = this.take("{")?;
            this.key_and_value()?;
            this.for_clauses()?;
            this.take("}")?;
            Some(this.node(Form::DictComp, start, Vec::new()))
        });
        if result.is_none() {
            self.mistake(|this| {
                this.take("{")?;
                let stars = this.take("**")?;
                this.bitwise_or()?;
                this.for_clauses()?;
                this.take("}")?;
                this.raise_tokens(stars, stars, "dict unpacking cannot be used in dict comprehension");
                None
            });
        }
        result
    }

    /// One or more `for` clauses; the token after each.
    pub(super) fn for_clauses(&mut self) -> Option<usize> {
        self.attempt(Self::for_clause)?;
        while self.attempt(Self::for_clause).is_some() {}
        self.error.is_none().then_some(self.pos)
    }

    fn for_clause(&mut self) -> Option<()> {
        let clause = self.attempt(|this| {
            this.take("async");
            this.take("for")?;
            this.star_targets()?;
            this.take("in")?;
            // From here on it can be nothing else.
            this.disjunction()?;
            while this
                .attempt(|this| {
                    this.take("if")?;
                    this.disjunction()
                })
                .is_some()
            {}
            Some(())
        });
        if clause.is_some() {
            return clause;
        }
        let committed = self.looking_at(|this| {
            this.take("async");
            this.take("for")?;
            this.star_targets()?;
            this.take("in")
        });
        if committed {
            return None;
        }
        self.mistake(|this| {
            this.take("async");
            this.take("for")?;
            this.separated(Self::bitwise_or)?;
            this.take(",");
            if !this.at("in") {
                this.raise("'in' expected after for-loop variables");
            }
            None
        });
        self.mistake(Self::invalid_for_target);
        None
    }

    pub(super) fn invalid_for_target(&mut self) -> Option<()> {
        self.take("async");
        self.take("for")?;
        let target = self.star_expressions()?;
        self.raise_invalid_target(&target, super::targets::Target::For);
        None
    }
}
