//! Call arguments.

use super::{Expression, Form, Recogniser, Rule};

/// How a list of arguments ends.
struct ArgumentList {
    positional: Vec<Expression>,
    /// The last keyword argument is `**mapping`.
    ends_with_mapping: bool,
}

impl Recogniser<'_> {
    pub(super) fn arguments(&mut self) -> Option<()> {
        let result = self.remembered(Rule::Arguments, |this| {
            let start = this.pos;
            let list = this.attempt(|this| {
                this.argument_list()?;
                this.take(",");
                this.at(")").then_some(())
            });
            if list.is_none() {
                this.mistake(Self::invalid_arguments);
                return None;
            }
            Some(this.node(Form::Tuple, start, Vec::new()))
        });
        result.map(|_| ())
    }

    fn argument_list(&mut self) -> Option<ArgumentList> {
        if let Some(positional) = self.attempt(|this| this.separated(Self::positional_argument)) {
            let mapping = self.attempt(|this| {
                this.take(",")?;
                this.keyword_arguments()
            });
            return Some(ArgumentList { positional, ends_with_mapping: mapping.unwrap_or(false) });
        }
        let ends_with_mapping = self.attempt(Self::keyword_arguments)?;
        Some(ArgumentList { positional: Vec::new(), ends_with_mapping })
    }

    fn positional_argument(&mut self) -> Option<Expression> {
        if let Some(starred) = self.starred_expression() {
            return Some(starred);
        }
        self.attempt(|this| {
            let value = match this.assignment_expression() {
                Some(value) => value,
                None => {
                    let value = this.expression()?;
                    if this.at(":=") {
                        return None;
                    }
                    value
                }
            };
            (!this.at("=")).then_some(value)
        })
    }

    /// Keyword arguments; is the last one `**mapping`?
    fn keyword_arguments(&mut self) -> Option<bool> {
        let starred = self.attempt(|this| {
            this.separated(Self::keyword_or_starred)?;
            Some(false)
        });
        if starred.is_none() {
            return self.separated(Self::keyword_or_mapping)?.pop();
        }
        let mappings = self.attempt(|this| {
            this.take(",")?;
            this.separated(Self::keyword_or_mapping)?.pop()
        });
        mappings.or(starred)
    }

    fn keyword(&mut self) -> Option<()> {
        self.mistake(Self::invalid_keyword);
        self.attempt(|this| {
            this.name()?;
            this.take("=")?;
            this.expression().map(|_| ())
        })
    }

    fn keyword_or_starred(&mut self) -> Option<()> {
        if self.keyword().is_some() {
            return Some(());
        }
        self.starred_expression().map(|_| ())
    }

    fn keyword_or_mapping(&mut self) -> Option<bool> {
        if self.keyword().is_some() {
            return Some(false);
        }
        self.attempt(|this| {
            this.take("**")?;
            this.expression()
        })?;
        Some(true)
    }

    pub(super) fn starred_expression(&mut self) -> Option<Expression> {
        self.mistake(|this| {
            let star = this.take("*")?;
            this.expression()?;
            this.take("=")?;
            let value = this.expression()?;
            this.raise_tokens(star, value.end - 1, "cannot assign to iterable argument unpacking");
            None
        });
        let starred = self.attempt(|this| {
            let start = this.take("*")?;
            let value = this.expression()?;
            Some(this.node(Form::Starred, start, vec![value]))
        });
        if starred.is_none() {
            self.mistake(|this| {
                this.take("*")?;
                this.raise("Invalid star expression");
                None
            });
        }
        starred
    }

    fn invalid_keyword(&mut self) -> Option<()> {
        let start = self.pos;
        if let Some(text) = ["True", "False", "None"].into_iter().find(|text| self.at(text)) {
            self.advance();
            if let Some(equals) = self.take("=") {
                self.raise_tokens(start, equals, format!("cannot assign to {text}"));
                return None;
            }
        }
        self.pos = start;
        if let Some((name, end)) = self.attempt(|this| {
            let name = this.name()?;
            this.take("=")?;
            let equals = this.pos - 1;
            this.expression()?;
            this.for_clauses()?;
            Some((name, equals))
        }) {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            self.raise_tokens(name, end, message);
            return None;
        }
        self.pos = start;
        if let Some((stars, value)) = self.attempt(|this| {
            let stars = this.take("**")?;
            this.expression()?;
            this.take("=")?;
            Some((stars, this.expression()?))
        }) {
            self.raise_tokens(stars, value.end - 1, "cannot assign to keyword argument unpacking");
            return None;
        }
        self.pos = start;
        let is_keyword = self.looking_at(|this| {
            this.name()?;
            this.take("=")
        });
        if is_keyword {
            return None;
        }
        let value = self.expression()?;
        let equals = self.take("=")?;
        let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
        self.raise_tokens(value.start, equals, message);
        None
    }

    fn invalid_arguments(&mut self) -> Option<()> {
        const PARENTHESES: &str = "Generator expression must be parenthesized";
        let start = self.pos;
        // `f(**mapping, *iterable)`
        let mapping_first = self.attempt(|this| {
            let list = this.argument_list()?;
            let comma = this.take(",")?;
            this.take("*")?;
            this.expression()?;
            list.ends_with_mapping.then_some(comma)
        });
        if let Some(comma) = mapping_first {
            let message = "iterable argument unpacking follows keyword argument unpacking";
            self.raise_from(comma, message);
            return None;
        }
        self.pos = start;
        if let Some((value, end)) = self.attempt(|this| {
            let value = this.expression()?;
            let end = this.for_clauses()?;
            this.take(",")?;
            Some((value, end))
        }) {
            let _ = self.argument_list();
            self.raise_tokens(value.start, end - 1, PARENTHESES);
            return None;
        }
        self.pos = start;
        if let Some((name, equals)) = self.attempt(|this| {
            let name = this.name()?;
            let equals = this.take("=")?;
            this.expression()?;
            this.for_clauses()?;
            Some((name, equals))
        }) {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            self.raise_tokens(name, equals, message);
            return None;
        }
        self.pos = start;
        if let Some((name, equals)) = self.attempt(|this| {
            if this
                .attempt(|this| {
                    this.argument_list()?;
                    this.take(",")
                })
                .is_none()
            {
                this.error.is_none().then_some(())?;
            }
            let name = this.name()?;
            let equals = this.take("=")?;
            (this.at(",") || this.at(")")).then_some((name, equals))
        }) {
            self.raise_tokens(name, equals, "expected argument value expression");
            return None;
        }
        self.pos = start;
        if let Some((value, end)) = self.attempt(|this| {
            let list = this.argument_list()?;
            let end = this.for_clauses()?;
            let value = list.positional.last().filter(|_| list.positional.len() > 1)?.clone();
            Some((value, end))
        }) {
            self.raise_tokens(value.start, end - 1, PARENTHESES);
            return None;
        }
        self.pos = start;
        if let Some((value, end)) = self.attempt(|this| {
            this.argument_list()?;
            this.take(",")?;
            let value = this.expression()?;
            let end = this.for_clauses()?;
            Some((value, end))
        }) {
            self.raise_tokens(value.start, end - 1, PARENTHESES);
            return None;
        }
        self.pos = start;
        let list = self.argument_list()?;
        self.take(",")?;
        self.argument_list()?;
        self.raise(if list.ends_with_mapping {
            "positional argument follows keyword argument unpacking"
        } else {
            "positional argument follows keyword argument"
        });
        None
    }
}
