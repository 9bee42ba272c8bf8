//! Expressions down to unary operators, and the mistakes made with them.

use super::super::tokens::Kind;
use super::{Expression, Form, Recogniser, Rule};

const COMPARISONS: [&str; 6] = ["==", "<=", "<", ">=", ">", "!="];

impl Recogniser<'_> {
    /// `a, *b, ...`
    pub(super) fn star_expressions(&mut self) -> Option<Expression> {
        self.remembered(Rule::StarExpressions, |this| {
            let start = this.pos;
            let first = this.star_expression()?;
            if !this.at(",") {
                return Some(first);
            }
            let mut parts = vec![first];
            while let Some(part) = this.attempt(|this| {
                this.take(",")?;
                this.star_expression()
            }) {
                parts.push(part);
            }
            this.take(",");
            Some(this.node(Form::Tuple, start, parts))
        })
    }

    fn star_expression(&mut self) -> Option<Expression> {
        self.remembered(Rule::StarExpression, |this| {
            let start = this.pos;
            let starred = this.attempt(|this| {
                this.take("*")?;
                this.bitwise_or()
            });
            match starred {
                Some(value) => Some(this.node(Form::Starred, start, vec![value])),
                None => this.expression(),
            }
        })
    }

    pub(super) fn star_named_expression(&mut self) -> Option<Expression> {
        let start = self.pos;
        let starred = self.attempt(|this| {
            this.take("*")?;
            this.bitwise_or()
        });
        match starred {
            Some(value) => Some(self.node(Form::Starred, start, vec![value])),
            None => self.named_expression(),
        }
    }

    /// One or more, with an optional comma at the end.
    pub(super) fn star_named_expressions(&mut self) -> Option<Vec<Expression>> {
        let items = self.separated(Self::star_named_expression)?;
        self.take(",");
        Some(items)
    }

    pub(super) fn assignment_expression(&mut self) -> Option<Expression> {
        self.attempt(|this| {
            let start = this.name()?;
            this.take(":=")?;
            let value = this.expression()?;
            Some(this.node(Form::Named, start, vec![value]))
        })
    }

    pub(super) fn named_expression(&mut self) -> Option<Expression> {
        self.remembered(Rule::NamedExpression, |this| {
            if this.looking_at(|this| {
                this.name()?;
                this.take(":=")
            }) {
                return this.assignment_expression();
            }
            this.mistake(Self::invalid_named_expression);
            let value = this.expression()?;
            if this.at(":=") { None } else { Some(value) }
        })
    }

    fn invalid_named_expression(&mut self) -> Option<()> {
        let start = self.pos;
        if let Some(target) = self.attempt(|this| {
            let target = this.expression()?;
            this.take(":=")?;
            this.expression()?;
            Some(target)
        }) {
            self.raise_at(&target, format!("cannot use assignment expressions with {}", target.form.name()));
            return None;
        }
        self.pos = start;
        if let Some((name, value)) = self.attempt(|this| {
            let name = this.name()?;
            this.take("=")?;
            let value = this.bitwise_or()?;
            (!this.at("=") && !this.at(":=")).then_some((name, value))
        }) {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            self.raise_tokens(name, value.end - 1, message);
            return None;
        }
        self.pos = start;
        let excluded = self.looking_at(Self::list_display)
            || self.looking_at(Self::tuple_display)
            || self.looking_at(Self::generator)
            || self.at_any(&["True", "None", "False"]);
        if excluded {
            return None;
        }
        if let Some(target) = self.attempt(|this| {
            let target = this.bitwise_or()?;
            this.take("=")?;
            this.bitwise_or()?;
            (!this.at("=") && !this.at(":=")).then_some(target)
        }) {
            let message =
                format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", target.form.name());
            self.raise_at(&target, message);
        }
        None
    }

    pub(super) fn expression(&mut self) -> Option<Expression> {
        self.remembered(Rule::Expression, |this| {
            this.mistake(Self::invalid_expression);
            this.mistake(Self::invalid_legacy_expression);
            this.plain_expression()
        })
    }

    fn plain_expression(&mut self) -> Option<Expression> {
        let start = self.pos;
        if let Some(first) = self.disjunction() {
            let conditional = self.attempt(|this| {
                this.take("if")?;
                let test = this.disjunction()?;
                this.take("else")?;
                let other = this.expression()?;
                Some(vec![first.clone(), test, other])
            });
            return Some(match conditional {
                Some(parts) => self.node(Form::Conditional, start, parts),
                None => first,
            });
        }
        self.lambda()
    }

    /// An expression parsed without looking for mistakes.
    fn quiet_expression(&mut self) -> Option<Expression> {
        let outer = std::mem::replace(&mut self.quiet, true);
        let result = self.attempt(Self::plain_expression);
        self.quiet = outer;
        result
    }

    fn invalid_expression(&mut self) -> Option<()> {
        let start = self.pos;
        self.split_string();
        self.pos = start;
        let soft = self.looking_at(|this| {
            let name = this.name()?;
            let text = this.text_of(this.token(name));
            let is_string = matches!(this.current().kind, Kind::String | Kind::FStringStart);
            (is_string || matches!(text, "match" | "case" | "type" | "_")).then_some(())
        });
        if !soft
            && let Some(first) = self.disjunction()
            && let Some(second) = self.quiet_expression()
        {
            let name = self.text_of(self.token(first.start));
            let is_legacy = first.form == Form::Name && matches!(name, "print" | "exec");
            if !is_legacy && self.token(self.pos - 1).level != 0 {
                self.raise_between(&first, &second, "invalid syntax. Perhaps you forgot a comma?");
                return None;
            }
        }
        self.pos = start;
        if let Some(first) = self.disjunction() {
            let condition = self.attempt(|this| {
                this.take("if")?;
                this.disjunction()
            });
            if let Some(condition) = condition {
                if !self.at("else") && !self.at(":") {
                    self.raise_between(&first, &condition, "expected 'else' after 'if' expression");
                    return None;
                }
                if self.take("else").is_some() && !self.looking_at(Self::expression) {
                    let message = "expected expression after 'else', but statement is given";
                    let token = self.current();
                    self.raise_token(token, message);
                    return None;
                }
            }
        }
        self.pos = start;
        if self.at_any(&["pass", "break", "continue"]) {
            let statement = self.advance();
            if self.take("if").is_some()
                && self.disjunction().is_some()
                && self.take("else").is_some()
                && self.simple_statement().is_some()
            {
                let message = "expected expression before 'if', but statement is given";
                self.raise_tokens(statement, statement, message);
                return None;
            }
        }
        self.pos = start;
        if self.take("lambda").is_some() {
            self.lambda_parameters();
            if let Some(colon) = self.take(":")
                && self.at_kind(Kind::FStringMiddle)
            {
                let letter = self.string_letter();
                let message =
                    format!("{letter}-string: lambda expressions are not allowed without parentheses");
                self.raise_tokens(start, colon, message);
            }
        }
        None
    }

    /// Expressions between two strings: the first may end too early.
    fn split_string(&mut self) -> Option<()> {
        self.kind(Kind::String)?;
        let mut between: Vec<Expression> = Vec::new();
        while !self.at_kind(Kind::String)
            && let Some(expression) = self.quiet_expression()
        {
            between.push(expression);
        }
        self.kind(Kind::String)?;
        if let [first, .., last] | [first @ last] = &between[..] {
            let message = "invalid syntax. Is this intended to be part of the string?";
            self.raise_between(first, last, message);
        }
        None
    }

    fn invalid_legacy_expression(&mut self) -> Option<()> {
        let name = self.name()?;
        if self.at("(") {
            return None;
        }
        let text = self.text_of(self.token(name));
        let value = self.star_expressions()?;
        if matches!(text, "print" | "exec") {
            let message = format!("Missing parentheses in call to '{text}'. Did you mean {text}(...)?");
            self.raise_tokens(name, value.end - 1, message);
        }
        None
    }

    pub(super) fn lambda(&mut self) -> Option<Expression> {
        self.remembered(Rule::Lambda, |this| {
            let start = this.take("lambda")?;
            this.lambda_parameters();
            this.force_lambda_colon()?;
            this.expression()?;
            Some(this.node(Form::Lambda, start, Vec::new()))
        })
    }

    fn force_lambda_colon(&mut self) -> Option<usize> {
        self.take(":")
    }

    pub(super) fn disjunction(&mut self) -> Option<Expression> {
        self.chain(Rule::Disjunction, "or", Self::conjunction)
    }

    fn conjunction(&mut self) -> Option<Expression> {
        self.chain(Rule::Conjunction, "and", Self::inversion)
    }

    fn chain(
        &mut self,
        rule: Rule,
        operator: &str,
        operand: fn(&mut Self) -> Option<Expression>,
    ) -> Option<Expression> {
        self.remembered(rule, |this| {
            let start = this.pos;
            let first = operand(this)?;
            let mut parts = vec![first];
            while let Some(part) = this.attempt(|this| {
                this.take(operator)?;
                operand(this)
            }) {
                parts.push(part);
            }
            match parts.pop() {
                Some(only) if parts.is_empty() => Some(only),
                _ => Some(this.node(Form::Operation, start, Vec::new())),
            }
        })
    }

    fn inversion(&mut self) -> Option<Expression> {
        self.remembered(Rule::Inversion, |this| {
            let start = this.pos;
            if this.take("not").is_some() {
                this.inversion()?;
                return Some(this.node(Form::Operation, start, Vec::new()));
            }
            this.comparison()
        })
    }

    fn comparison(&mut self) -> Option<Expression> {
        self.remembered(Rule::Comparison, |this| {
            let start = this.pos;
            let first = this.bitwise_or()?;
            let mut begins_with_in = None;
            while let Some(is_in) = this.attempt(|this| {
                let is_in = this.comparison_operator()?;
                this.bitwise_or()?;
                Some(is_in)
            }) {
                begins_with_in.get_or_insert(is_in);
            }
            Some(match begins_with_in {
                None => first,
                Some(is_in) => this.node(Form::Compare(is_in), start, vec![first]),
            })
        })
    }

    /// Takes a comparison operator; is it `in`?
    fn comparison_operator(&mut self) -> Option<bool> {
        if let Some(operator) = COMPARISONS.iter().find(|operator| self.at(operator)) {
            self.take(operator);
            return Some(false);
        }
        self.mistake(|this| {
            let at = this.take("<>")?;
            this.raise_tokens(at, at, "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
            None
        });
        if self.take("not").is_some() {
            self.take("in")?;
            return Some(false);
        }
        if self.take("in").is_some() {
            return Some(true);
        }
        self.take("is")?;
        self.take("not");
        Some(false)
    }

    pub(super) fn bitwise_or(&mut self) -> Option<Expression> {
        self.remembered(Rule::BitwiseOr, |this| this.binary(0))
    }

    /// Binary operators of that strength and above: `|`, `^`, `&`, shifts; then sums.
    fn binary(&mut self, level: usize) -> Option<Expression> {
        const LEVELS: [&[&str]; 4] = [&["|"], &["^"], &["&"], &["<<", ">>"]];
        let Some(operators) = LEVELS.get(level) else {
            self.mistake(Self::invalid_arithmetic);
            return self.sum();
        };
        let start = self.pos;
        let mut result = self.binary(level + 1)?;
        while self
            .attempt(|this| {
                let operator = operators.iter().find(|operator| this.at(operator))?;
                this.take(operator)?;
                this.binary(level + 1)
            })
            .is_some()
        {
            result = self.node(Form::Operation, start, Vec::new());
        }
        Some(result)
    }

    fn sum(&mut self) -> Option<Expression> {
        self.remembered(Rule::Sum, |this| {
            let start = this.pos;
            let mut result = this.term()?;
            while this
                .attempt(|this| {
                    let operator = ["+", "-"].into_iter().find(|operator| this.at(operator))?;
                    this.take(operator)?;
                    this.term()
                })
                .is_some()
            {
                result = this.node(Form::Operation, start, Vec::new());
            }
            Some(result)
        })
    }

    fn term(&mut self) -> Option<Expression> {
        let start = self.pos;
        let mut result = self.factor()?;
        while self
            .attempt(|this| {
                let operator = ["*", "/", "//", "%", "@"].into_iter().find(|operator| this.at(operator))?;
                this.take(operator)?;
                this.factor()
            })
            .is_some()
        {
            result = self.node(Form::Operation, start, Vec::new());
        }
        Some(result)
    }

    fn invalid_arithmetic(&mut self) -> Option<()> {
        self.sum()?;
        let operator = ["+", "-", "*", "/", "%", "//", "@"].into_iter().find(|operator| self.at(operator))?;
        self.take(operator)?;
        let not = self.take("not")?;
        let operand = self.inversion()?;
        self.raise_tokens(not, operand.end - 1, "'not' after an operator must be parenthesized");
        None
    }

    fn factor(&mut self) -> Option<Expression> {
        self.remembered(Rule::Factor, |this| {
            let start = this.pos;
            if let Some(sign) = ["+", "-", "~"].into_iter().find(|sign| this.at(sign)) {
                this.take(sign);
                if this.searching && this.at("not") {
                    this.mistake(|this| {
                        let not = this.take("not")?;
                        let operand = this.factor()?;
                        this.raise_tokens(
                            not,
                            operand.end - 1,
                            "'not' after an operator must be parenthesized",
                        );
                        None
                    });
                }
                this.factor()?;
                return Some(this.node(Form::Operation, start, Vec::new()));
            }
            let base = this.await_primary()?;
            if this
                .attempt(|this| {
                    this.take("**")?;
                    this.factor()
                })
                .is_some()
            {
                return Some(this.node(Form::Operation, start, Vec::new()));
            }
            Some(base)
        })
    }

    fn await_primary(&mut self) -> Option<Expression> {
        let start = self.pos;
        if self.take("await").is_some() {
            self.primary()?;
            return Some(self.node(Form::Await, start, Vec::new()));
        }
        self.primary()
    }

    pub(super) fn yield_expression(&mut self) -> Option<Expression> {
        self.attempt(|this| {
            let start = this.take("yield")?;
            let from = this.attempt(|this| {
                this.take("from")?;
                this.expression()
            });
            if from.is_none() {
                this.star_expressions();
            }
            Some(this.node(Form::Yield, start, Vec::new()))
        })
    }

    /// What may stand right of `=`.
    pub(super) fn annotated_rhs(&mut self) -> Option<Expression> {
        if let Some(value) = self.yield_expression() {
            return Some(value);
        }
        self.star_expressions()
    }
}
