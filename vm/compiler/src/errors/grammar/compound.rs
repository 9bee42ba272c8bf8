//! Compound statements, their colons and their blocks.

use super::super::tokens::Kind;
use super::{Form, Recogniser, Rule};

impl Recogniser<'_> {
    pub(super) fn compound_statement(&mut self) -> Option<()> {
        self.attempt(|this| {
            let token = this.current();
            if !matches!(token.kind, Kind::Name | Kind::Op) {
                return None;
            }
            match this.text_of(token) {
                "@" => this.decorated(),
                "def" => this.function(),
                "async" => this.asynchronous(),
                "if" => this.if_statement(),
                "class" => this.class(),
                "with" => this.with_statement(),
                "for" => this.for_statement(),
                "try" => this.try_statement(),
                "while" => this.while_statement(),
                "match" => this.match_statement(),
                _ => None,
            }
        })
    }

    /// A block after a colon.
    fn block(&mut self) -> Option<()> {
        let result = self.remembered(Rule::Block, |this| {
            let start = this.pos;
            let indented = this.attempt(|this| {
                this.kind(Kind::Newline)?;
                this.kind(Kind::Indent)?;
                this.statements()?;
                this.kind(Kind::Dedent)
            });
            if indented.is_none() && this.simple_statements().is_none() {
                this.mistake(|this| {
                    this.kind(Kind::Newline)?;
                    if !this.at_kind(Kind::Indent) {
                        this.raise_indentation("expected an indented block".into());
                    }
                    None
                });
                return None;
            }
            Some(this.node(Form::Tuple, start, Vec::new()))
        });
        result.map(|_| ())
    }

    /// Reports a header without a colon, or without a block after it. The position is after the header.
    fn invalid_block(&mut self, keyword: usize, what: &str, colon_is_forced: bool) -> Option<()> {
        if !colon_is_forced && self.at_kind(Kind::Newline) {
            self.raise("expected ':'");
            return None;
        }
        self.take(":")?;
        self.kind(Kind::Newline)?;
        if !self.at_kind(Kind::Indent) {
            let line = self.line(keyword);
            self.raise_indentation(format!("expected an indented block after {what} on line {line}"));
        }
        None
    }

    /// A statement of the form: keyword, header, colon, block.
    fn headed(
        &mut self,
        keyword: &str,
        what: &str,
        forced: bool,
        header: fn(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.mistake(|this| {
            let at = this.take(keyword)?;
            header(this)?;
            this.invalid_block(at, what, forced)
        });
        self.take(keyword)?;
        header(self)?;
        if forced {
            self.force(":")?;
        } else {
            self.take(":")?;
        }
        self.block()
    }

    fn test_header(&mut self) -> Option<()> {
        self.named_expression().map(|_| ())
    }

    fn no_header(&mut self) -> Option<()> {
        Some(())
    }

    fn if_statement(&mut self) -> Option<()> {
        self.headed("if", "'if' statement", false, Self::test_header)?;
        while self.attempt(|this| this.headed("elif", "'elif' statement", false, Self::test_header)).is_some()
        {
        }
        self.else_block();
        Some(())
    }

    fn else_block(&mut self) -> Option<()> {
        self.attempt(|this| this.headed("else", "'else' statement", true, Self::no_header))?;
        self.mistake(|this| {
            if this.at("elif") {
                this.raise("'elif' block follows an 'else' block");
            }
            None
        });
        Some(())
    }

    fn while_statement(&mut self) -> Option<()> {
        self.headed("while", "'while' statement", false, Self::test_header)?;
        self.else_block();
        Some(())
    }

    fn for_header(&mut self) -> Option<()> {
        self.star_targets()?;
        self.take("in")?;
        self.star_expressions().map(|_| ())
    }

    fn for_statement(&mut self) -> Option<()> {
        let start = self.pos;
        let header = self.attempt(|this| this.headed("for", "'for' statement", false, Self::for_header));
        if header.is_none() {
            self.pos = start;
            let committed = self.looking_at(|this| {
                this.take("for")?;
                this.star_targets()?;
                this.take("in")
            });
            if !committed {
                self.mistake(Self::invalid_for_target);
            }
            return None;
        }
        self.else_block();
        Some(())
    }

    fn with_item(&mut self) -> Option<()> {
        let named = self.attempt(|this| {
            this.expression()?;
            this.take("as")?;
            this.star_target()?;
            this.at_any(&[",", ")", ":"]).then_some(())
        });
        if named.is_some() {
            return named;
        }
        self.mistake(|this| {
            this.expression()?;
            this.take("as")?;
            let target = this.expression()?;
            if this.at_any(&[",", ")", ":"]) {
                this.raise_invalid_target(&target, super::targets::Target::Assignment);
            }
            None
        });
        self.attempt(|this| this.expression().map(|_| ()))
    }

    /// Items in parentheses.
    fn with_items_grouped(&mut self) -> Option<()> {
        self.attempt(|this| {
            this.take("(")?;
            this.separated(Self::with_item)?;
            this.take(",");
            this.take(")").map(|_| ())
        })
    }

    fn with_items_plain(&mut self) -> Option<()> {
        self.attempt(|this| this.separated(Self::with_item).map(|_| ()))
    }

    fn with_statement(&mut self) -> Option<()> {
        const WHAT: &str = "'with' statement";
        let start = self.pos;
        let forms: [fn(&mut Self) -> Option<()>; 2] = [Self::with_items_plain, Self::with_items_grouped];
        for form in forms {
            self.mistake(|this| {
                this.take("with")?;
                form(this)?;
                this.take(":")?;
                this.kind(Kind::Newline)?;
                if !this.at_kind(Kind::Indent) {
                    let line = this.line(start);
                    this.raise_indentation(format!("expected an indented block after {WHAT} on line {line}"));
                }
                None
            });
        }
        for form in [Self::with_items_grouped, Self::with_items_plain] {
            let statement = self.attempt(|this| {
                this.take("with")?;
                form(this)?;
                this.take(":")?;
                this.block()
            });
            if statement.is_some() {
                return statement;
            }
        }
        for is_grouped in [false, true] {
            self.mistake(|this| {
                this.take("with")?;
                if is_grouped {
                    this.take("(")?;
                }
                this.separated(Self::loose_with_item)?;
                if is_grouped {
                    this.take(",");
                    this.take(")")?;
                }
                if this.at_kind(Kind::Newline) {
                    this.raise("expected ':'");
                }
                None
            });
        }
        None
    }

    /// An item, whatever follows it.
    fn loose_with_item(&mut self) -> Option<()> {
        self.expression()?;
        self.attempt(|this| {
            this.take("as")?;
            this.star_target().map(|_| ())
        });
        Some(())
    }

    fn asynchronous(&mut self) -> Option<()> {
        self.take("async")?;
        let token = self.current();
        match self.text_of(token) {
            "def" => self.function(),
            "with" => self.with_statement(),
            "for" => self.for_statement(),
            _ => None,
        }
    }

    fn decorated(&mut self) -> Option<()> {
        while self
            .attempt(|this| {
                this.take("@")?;
                this.named_expression()?;
                this.kind(Kind::Newline)
            })
            .is_some()
        {}
        let token = self.current();
        match self.text_of(token) {
            "def" => self.function(),
            "class" => self.class(),
            "async" => {
                self.advance();
                self.function()
            }
            _ => None,
        }
    }

    fn function(&mut self) -> Option<()> {
        self.mistake(|this| {
            let at = this.take("def")?;
            this.name()?;
            this.type_parameters();
            this.take("(")?;
            this.function_parameters();
            this.take(")")?;
            if this.take("->").is_some() {
                this.expression()?;
            }
            this.invalid_block(at, "function definition", true)
        });
        self.take("def")?;
        self.name()?;
        self.type_parameters();
        self.force("(")?;
        self.function_parameters();
        self.take(")")?;
        self.attempt(|this| {
            this.take("->")?;
            this.expression()
        });
        self.force(":")?;
        self.block()
    }

    fn class_header(&mut self) -> Option<()> {
        self.name()?;
        self.type_parameters();
        self.attempt(|this| {
            this.take("(")?;
            this.arguments();
            this.take(")")
        });
        Some(())
    }

    fn class(&mut self) -> Option<()> {
        self.headed("class", "class definition", false, Self::class_header)
    }

    fn try_statement(&mut self) -> Option<()> {
        let start = self.pos;
        self.mistake(|this| {
            this.take("try")?;
            this.take(":")?;
            this.kind(Kind::Newline)?;
            if !this.at_kind(Kind::Indent) {
                let line = this.line(start);
                this.raise_indentation(format!(
                    "expected an indented block after 'try' statement on line {line}"
                ));
            }
            None
        });
        self.mistake(|this| {
            this.take("try")?;
            this.take(":")?;
            this.block()?;
            if !this.at("except") && !this.at("finally") {
                this.raise("expected 'except' or 'finally' block");
            }
            None
        });
        self.mistake(Self::mixed_handlers);
        self.take("try")?;
        self.force(":")?;
        self.block()?;
        if self.finally_block().is_some() {
            return Some(());
        }
        let mut found = false;
        while self.attempt(Self::except_block).is_some() {
            found = true;
        }
        if !found {
            while self.attempt(Self::except_star_block).is_some() {
                found = true;
            }
        }
        found.then_some(())?;
        self.else_block();
        self.finally_block();
        Some(())
    }

    /// `except` and `except*` in one statement.
    fn mixed_handlers(&mut self) -> Option<()> {
        self.take("try")?;
        self.take(":")?;
        self.block()?;
        let mut plain = 0;
        while self.attempt(Self::except_block).is_some() {
            plain += 1;
        }
        let at = self.pos;
        if plain > 0 {
            self.except_star_block()?;
        } else {
            self.except_star_block()?;
            while self.attempt(Self::except_star_block).is_some() {}
            let at = self.pos;
            self.except_block()?;
            self.raise_tokens(at, at, "cannot have both 'except' and 'except*' on the same 'try'");
            return None;
        }
        self.raise_tokens(at, at + 1, "cannot have both 'except' and 'except*' on the same 'try'");
        None
    }

    fn expressions(&mut self) -> Option<()> {
        self.separated(Self::expression)?;
        self.take(",");
        Some(())
    }

    fn except_block(&mut self) -> Option<()> {
        let keyword = self.pos;
        self.mistake(|this| {
            this.take("except")?;
            if this.expression().is_some() {
                this.attempt(|this| {
                    this.take("as")?;
                    this.name()
                });
            }
            this.take(":")?;
            this.kind(Kind::Newline)?;
            if !this.at_kind(Kind::Indent) {
                let line = this.line(keyword);
                let what = "'except' statement";
                this.raise_indentation(format!("expected an indented block after {what} on line {line}"));
            }
            None
        });
        let headers: [fn(&mut Self) -> Option<()>; 3] =
            [Self::expressions, Self::expression_with_name, Self::no_header];
        for header in headers {
            let block = self.attempt(|this| {
                this.take("except")?;
                header(this)?;
                this.take(":")?;
                this.block()
            });
            if block.is_some() {
                return block;
            }
        }
        self.mistake(|this| this.invalid_except(false));
        None
    }

    fn expression_with_name(&mut self) -> Option<()> {
        self.expression()?;
        self.take("as")?;
        self.name().map(|_| ())
    }

    fn except_star_block(&mut self) -> Option<()> {
        let keyword = self.pos;
        self.mistake(|this| {
            this.take("except")?;
            this.take("*")?;
            this.expression()?;
            this.attempt(|this| {
                this.take("as")?;
                this.name()
            });
            this.take(":")?;
            this.kind(Kind::Newline)?;
            if !this.at_kind(Kind::Indent) {
                let line = this.line(keyword);
                let what = "'except*' statement";
                this.raise_indentation(format!("expected an indented block after {what} on line {line}"));
            }
            None
        });
        for header in [Self::expressions, Self::expression_with_name] {
            let block = self.attempt(|this| {
                this.take("except")?;
                this.take("*")?;
                header(this)?;
                this.take(":")?;
                this.block()
            });
            if block.is_some() {
                return block;
            }
        }
        self.mistake(|this| this.invalid_except(true));
        None
    }

    fn invalid_except(&mut self, is_star: bool) -> Option<()> {
        self.take("except")?;
        if is_star {
            self.take("*")?;
            if self.at_kind(Kind::Newline) || self.at(":") {
                self.raise("expected one or more exception types");
                return None;
            }
        }
        let start = self.pos;
        if let Some(first) = self.attempt(|this| {
            let first = this.expression()?;
            this.take(",")?;
            this.expressions()?;
            this.take("as")?;
            this.name()?;
            this.take(":")?;
            Some(first)
        }) {
            let message = "multiple exception types must be parenthesized when using 'as'";
            self.raise_from(first.start, message);
            return None;
        }
        self.pos = start;
        if let Some(target) = self.attempt(|this| {
            this.expression()?;
            this.take("as")?;
            let target = this.expression()?;
            this.take(":")?;
            this.block()?;
            Some(target)
        }) && target.form != Form::Name
        {
            let statement = if is_star { "except*" } else { "except" };
            let message = format!("cannot use {statement} statement with {}", target.form.name());
            self.raise_at(&target, message);
            return None;
        }
        self.pos = start;
        if self.expression().is_some() {
            self.attempt(|this| {
                this.take("as")?;
                this.name()
            });
        } else if is_star {
            return None;
        }
        if self.at_kind(Kind::Newline) {
            self.raise("expected ':'");
        }
        None
    }

    fn finally_block(&mut self) -> Option<()> {
        self.attempt(|this| this.headed("finally", "'finally' statement", true, Self::no_header))
    }

    fn subject(&mut self) -> Option<()> {
        let tuple = self.attempt(|this| {
            this.star_named_expression()?;
            this.take(",")?;
            this.attempt(Self::star_named_expressions);
            Some(())
        });
        if tuple.is_some() {
            return tuple;
        }
        self.named_expression().map(|_| ())
    }

    fn match_statement(&mut self) -> Option<()> {
        let start = self.pos;
        let statement = self.attempt(|this| {
            this.take("match")?;
            this.subject()?;
            this.take(":")?;
            this.kind(Kind::Newline)?;
            this.kind(Kind::Indent)?;
            this.attempt(Self::case_block)?;
            while this.attempt(Self::case_block).is_some() {}
            this.kind(Kind::Dedent)
        });
        if statement.is_some() {
            return Some(());
        }
        self.pos = start;
        self.mistake(|this| {
            let at = this.take("match")?;
            this.subject()?;
            this.invalid_block(at, "'match' statement", false)
        });
        None
    }

    fn case_header(&mut self) -> Option<()> {
        self.patterns()?;
        self.attempt(|this| {
            this.take("if")?;
            this.named_expression()
        });
        Some(())
    }

    fn case_block(&mut self) -> Option<()> {
        self.headed("case", "'case' statement", false, Self::case_header)
    }
}
