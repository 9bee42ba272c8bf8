//! Simple statements.

use super::super::tokens::Kind;
use super::Recogniser;
use super::targets::Target;

const AUGMENTED: [&str; 13] =
    ["+=", "-=", "*=", "@=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//="];

impl Recogniser<'_> {
    pub(super) fn statements(&mut self) -> Option<()> {
        let mut found = false;
        while self.attempt(Self::statement).is_some() {
            found = true;
        }
        found.then_some(())
    }

    fn statement(&mut self) -> Option<()> {
        self.compound_statement().or_else(|| self.simple_statements())
    }

    pub(super) fn simple_statements(&mut self) -> Option<()> {
        self.attempt(|this| {
            this.simple_statement()?;
            while this
                .attempt(|this| {
                    this.take(";")?;
                    this.simple_statement()
                })
                .is_some()
            {}
            this.take(";");
            this.kind(Kind::Newline).map(|_| ())
        })
    }

    pub(super) fn simple_statement(&mut self) -> Option<()> {
        self.assignment()
            .or_else(|| self.attempt(Self::type_alias))
            .or_else(|| self.attempt(|this| this.star_expressions().map(|_| ())))
            .or_else(|| self.attempt(Self::keyword_statement))
    }

    fn keyword_statement(&mut self) -> Option<()> {
        let token = self.current();
        match self.text_of(token) {
            "return" => {
                self.advance();
                self.star_expressions();
                Some(())
            }
            "import" => self.import(),
            "from" => self.import_from(),
            "raise" => {
                self.advance();
                self.attempt(|this| {
                    this.expression()?;
                    this.attempt(|this| {
                        this.take("from")?;
                        this.expression()
                    });
                    Some(())
                });
                Some(())
            }
            "pass" | "break" | "continue" => {
                self.advance();
                Some(())
            }
            "del" => self.deletion(),
            "yield" => self.yield_expression().map(|_| ()),
            "assert" => {
                self.advance();
                self.expression()?;
                self.attempt(|this| {
                    this.take(",")?;
                    this.expression()
                });
                Some(())
            }
            "global" | "nonlocal" => {
                self.advance();
                self.separated(Self::name).map(|_| ())
            }
            _ => None,
        }
    }

    fn assignment(&mut self) -> Option<()> {
        let annotated = self.attempt(|this| {
            let is_name = this
                .attempt(|this| {
                    this.name()?;
                    this.take(":")
                })
                .is_some();
            if !is_name {
                let in_parentheses = this.attempt(|this| {
                    this.take("(")?;
                    this.single_target()?;
                    this.take(")")
                });
                if in_parentheses.is_none() {
                    this.attribute_or_subscript()?;
                }
                this.take(":")?;
            }
            this.expression()?;
            this.attempt(|this| {
                this.take("=")?;
                this.annotated_rhs()
            });
            Some(())
        });
        if annotated.is_some() {
            return annotated;
        }
        let plain = self.attempt(|this| {
            let mut found = false;
            while this
                .attempt(|this| {
                    this.star_targets()?;
                    this.take("=")
                })
                .is_some()
            {
                found = true;
            }
            found.then_some(())?;
            this.annotated_rhs()?;
            (!this.at("=")).then_some(())
        });
        if plain.is_some() {
            return plain;
        }
        let start = self.pos;
        let operator = self.attempt(|this| {
            this.single_target()?;
            let operator = AUGMENTED.iter().find(|operator| this.at(operator))?;
            this.take(operator)
        });
        if operator.is_some() {
            // It can be nothing else.
            if self.annotated_rhs().is_some() {
                return Some(());
            }
            self.pos = start;
            return None;
        }
        self.mistake(Self::invalid_assignment);
        None
    }

    fn invalid_assignment(&mut self) -> Option<()> {
        let start = self.pos;
        if let Some(target) = self.attempt(|this| {
            let mut nested = 0;
            while this.take("(").is_some() {
                nested += 1;
            }
            // A tuple or list, perhaps in parentheses.
            if nested > 0 {
                this.pos = start;
            }
            let target = match this.list_display() {
                Some(list) => list,
                None => this.tuple_display()?,
            };
            this.take(":")?;
            this.expression()?;
            Some(target)
        }) {
            let message = format!("only single target (not {}) can be annotated", target.form.name());
            self.raise_at(&target, message);
            return None;
        }
        self.pos = start;
        if let Some(target) = self.attempt(|this| {
            let target = this.star_named_expression()?;
            this.take(",")?;
            while this.attempt(Self::star_named_expressions).is_some() {}
            this.take(":")?;
            this.expression()?;
            Some(target)
        }) {
            self.raise_at(&target, "only single target (not tuple) can be annotated");
            return None;
        }
        self.pos = start;
        if let Some(target) = self.attempt(|this| {
            let target = this.expression()?;
            this.take(":")?;
            this.expression()?;
            Some(target)
        }) {
            self.raise_at(&target, "illegal target for annotation");
            return None;
        }
        self.pos = start;
        while self
            .attempt(|this| {
                this.star_targets()?;
                this.take("=")
            })
            .is_some()
        {}
        let after_targets = self.pos;
        if let Some(value) = self.attempt(|this| {
            let value = this.star_expressions()?;
            this.take("=")?;
            Some(value)
        }) {
            self.raise_invalid_target(&value, Target::Assignment);
            if self.error.is_some() {
                return None;
            }
        }
        self.pos = after_targets;
        if let Some(value) = self.attempt(|this| {
            let value = this.yield_expression()?;
            this.take("=")?;
            Some(value)
        }) {
            self.raise_at(&value, "assignment to yield expression not possible");
            return None;
        }
        self.pos = start;
        let target = self.star_expressions()?;
        let operator = AUGMENTED.iter().find(|operator| self.at(operator))?;
        self.take(operator)?;
        self.annotated_rhs()?;
        let message = format!("'{}' is an illegal expression for augmented assignment", target.form.name());
        self.raise_at(&target, message);
        None
    }

    fn type_alias(&mut self) -> Option<()> {
        self.take("type")?;
        self.name()?;
        self.type_parameters();
        self.take("=")?;
        self.expression().map(|_| ())
    }

    fn deletion(&mut self) -> Option<()> {
        let start = self.take("del")?;
        let deletion = self.attempt(|this| {
            this.deletion_targets()?;
            (this.at(";") || this.at_kind(Kind::Newline)).then_some(())
        });
        if deletion.is_none() {
            self.pos = start;
            self.mistake(|this| {
                this.take("del")?;
                let target = this.star_expressions()?;
                this.raise_invalid_target(&target, Target::Deletion);
                None
            });
        }
        deletion
    }

    fn dotted_name(&mut self) -> Option<()> {
        self.name()?;
        while self
            .attempt(|this| {
                this.take(".")?;
                this.name()
            })
            .is_some()
        {}
        Some(())
    }

    /// After `as`: something that is no name.
    fn invalid_import_target(&mut self) -> Option<()> {
        let is_name = self.looking_at(|this| {
            this.name()?;
            (this.at(",") || this.at(")") || this.at_kind(Kind::Newline)).then_some(())
        });
        if is_name {
            return None;
        }
        let target = self.expression()?;
        self.raise_at(&target, format!("cannot use {} as import target", target.form.name()));
        None
    }

    fn import(&mut self) -> Option<()> {
        let start = self.pos;
        self.take("import")?;
        let names = self.attempt(|this| {
            this.separated(|this| {
                this.mistake(|this| {
                    this.dotted_name()?;
                    this.take("as")?;
                    this.invalid_import_target()
                });
                this.dotted_name()?;
                this.attempt(|this| {
                    this.take("as")?;
                    this.name()
                });
                Some(())
            })
        });
        self.mistake(|this| {
            this.pos = start + 1;
            if this.separated(Self::dotted_name).is_some() && this.take("from").is_some() {
                this.dotted_name()?;
                let message = "Did you mean to use 'from ... import ...' instead?";
                this.raise_tokens(start, this.pos - 1, message);
                return None;
            }
            this.pos = start + 1;
            this.missing_names()
        });
        names.map(|_| ())
    }

    fn missing_names(&mut self) -> Option<()> {
        if self.at_kind(Kind::Newline) {
            let token = self.current();
            let (line, offset) = self.source.position(token.start);
            let message = "Expected one or more names after 'import'".to_string();
            let kind = super::super::ErrorKind::SyntaxError;
            let error = self.with_positions(kind, message, (line, offset), (line, offset));
            self.report(error);
        }
        None
    }

    fn import_from(&mut self) -> Option<()> {
        self.take("from")?;
        let mut dots = false;
        while self.take(".").or_else(|| self.take("...")).is_some() {
            dots = true;
        }
        if self.dotted_name().is_none() && !dots {
            return None;
        }
        self.take("import")?;
        let start = self.pos;
        let targets = self.attempt(|this| {
            if this.take("(").is_some() {
                this.import_names()?;
                this.take(",");
                return this.take(")").map(|_| ());
            }
            if this.take("*").is_some() {
                return Some(());
            }
            this.import_names()?;
            (!this.at(",")).then_some(())
        });
        if targets.is_none() {
            self.pos = start;
            self.mistake(|this| {
                if this.import_names().is_some() && this.take(",").is_some() {
                    if this.at_kind(Kind::Newline) {
                        this.raise("trailing comma not allowed without surrounding parentheses");
                    }
                    return None;
                }
                this.pos = start;
                this.missing_names()
            });
        }
        targets
    }

    fn import_names(&mut self) -> Option<()> {
        self.separated(|this| {
            this.mistake(|this| {
                this.name()?;
                this.take("as")?;
                this.invalid_import_target()
            });
            this.name()?;
            this.attempt(|this| {
                this.take("as")?;
                this.name()
            });
            Some(())
        })
        .map(|_| ())
    }
}
