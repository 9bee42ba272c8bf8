//! Patterns of `match`.

use super::super::tokens::Kind;
use super::{Form, Recogniser};

impl Recogniser<'_> {
    /// What stands after `case`.
    pub(super) fn patterns(&mut self) -> Option<()> {
        let open = self.attempt(|this| {
            this.maybe_star_pattern()?;
            this.take(",")?;
            this.separated(Self::maybe_star_pattern);
            this.take(",");
            Some(())
        });
        if open.is_some() {
            return open;
        }
        self.pattern()
    }

    fn maybe_star_pattern(&mut self) -> Option<()> {
        let star = self.attempt(|this| {
            this.take("*")?;
            this.name().map(|_| ())
        });
        if star.is_some() {
            return star;
        }
        self.pattern()
    }

    fn pattern(&mut self) -> Option<()> {
        let named = self.attempt(|this| {
            this.or_pattern()?;
            this.take("as")?;
            let name = this.name()?;
            let is_wildcard = this.text_of(this.token(name)) == "_";
            (!is_wildcard && !this.at_any(&[".", "(", "="])).then_some(())
        });
        if named.is_some() {
            return named;
        }
        self.mistake(|this| {
            this.or_pattern()?;
            this.take("as")?;
            let target = this.expression()?;
            if target.form == Form::Name {
                this.raise_at(&target, "cannot use '_' as a target");
            } else {
                this.raise_at(&target, format!("cannot use {} as pattern target", target.form.name()));
            }
            None
        });
        self.or_pattern()
    }

    fn or_pattern(&mut self) -> Option<()> {
        self.closed_pattern()?;
        while self
            .attempt(|this| {
                this.take("|")?;
                this.closed_pattern()
            })
            .is_some()
        {}
        Some(())
    }

    fn closed_pattern(&mut self) -> Option<()> {
        self.attempt(Self::number_pattern)
            .or_else(|| self.attempt(Self::string_pattern))
            .or_else(|| self.attempt(Self::name_pattern))
            .or_else(|| self.attempt(Self::group_pattern))
            .or_else(|| self.attempt(Self::sequence_pattern))
            .or_else(|| self.attempt(Self::mapping_pattern))
    }

    /// Numbers, complex ones included, and the constants.
    fn number_pattern(&mut self) -> Option<()> {
        for text in ["None", "True", "False"] {
            if self.take(text).is_some() {
                return Some(());
            }
        }
        self.take("-");
        let real = self.kind(Kind::Number)?;
        if !self.at("+") && !self.at("-") {
            return Some(());
        }
        self.advance();
        let imaginary = self.kind(Kind::Number)?;
        let is_imaginary = |this: &Self, at: usize| this.text_of(this.token(at)).ends_with(['j', 'J']);
        if is_imaginary(self, real) {
            self.raise_tokens(real, real, "real number required in complex literal");
            return None;
        }
        if !is_imaginary(self, imaginary) {
            self.raise_tokens(imaginary, imaginary, "imaginary number required in complex literal");
            return None;
        }
        Some(())
    }

    fn string_pattern(&mut self) -> Option<()> {
        if !self.at_kind(Kind::String) && !self.at_kind(Kind::FStringStart) {
            return None;
        }
        self.strings().map(|_| ())
    }

    /// Captures, wildcards, values and classes.
    fn name_pattern(&mut self) -> Option<()> {
        self.name()?;
        while self
            .attempt(|this| {
                this.take(".")?;
                this.name()
            })
            .is_some()
        {}
        if self.at("=") || self.at(".") {
            return None;
        }
        if !self.at("(") {
            return Some(());
        }
        self.mistake(Self::invalid_class_arguments);
        self.advance();
        self.class_arguments();
        self.take(")").map(|_| ())
    }

    fn keyword_pattern(&mut self) -> Option<()> {
        self.attempt(|this| {
            this.name()?;
            this.take("=")?;
            this.pattern()
        })
    }

    fn positional_pattern(&mut self) -> Option<()> {
        self.attempt(|this| {
            this.pattern()?;
            (!this.at("=")).then_some(())
        })
    }

    fn class_arguments(&mut self) -> Option<()> {
        if self.separated(Self::positional_pattern).is_some() {
            self.attempt(|this| {
                this.take(",")?;
                this.separated(Self::keyword_pattern)
            });
        } else {
            self.separated(Self::keyword_pattern)?;
        }
        self.take(",");
        Some(())
    }

    fn invalid_class_arguments(&mut self) -> Option<()> {
        self.take("(")?;
        if self.separated(Self::positional_pattern).is_some() {
            self.take(",")?;
        }
        self.separated(Self::keyword_pattern)?;
        self.take(",")?;
        let first = self.pos;
        self.separated(Self::positional_pattern)?;
        self.raise_tokens(first, self.pos - 1, "positional patterns follow keyword patterns");
        None
    }

    fn group_pattern(&mut self) -> Option<()> {
        self.take("(")?;
        self.pattern()?;
        self.take(")").map(|_| ())
    }

    fn sequence_pattern(&mut self) -> Option<()> {
        let close = if self.take("[").is_some() {
            "]"
        } else {
            self.take("(")?;
            ")"
        };
        if self.separated(Self::maybe_star_pattern).is_some() {
            self.take(",");
        }
        self.take(close).map(|_| ())
    }

    fn mapping_pattern(&mut self) -> Option<()> {
        self.take("{")?;
        let items = self.separated(Self::mapping_item).is_some();
        if !items || self.take(",").is_some() {
            self.attempt(|this| {
                this.take("**")?;
                let name = this.name()?;
                (this.text_of(this.token(name)) != "_").then_some(())?;
                this.take(",");
                Some(())
            });
        }
        self.take("}").map(|_| ())
    }

    fn mapping_item(&mut self) -> Option<()> {
        self.attempt(|this| {
            let is_value = this.looking_at(|this| {
                this.name()?;
                this.take(".")
            });
            if is_value {
                this.name_pattern()?;
            } else if this.attempt(Self::number_pattern).is_none() {
                this.string_pattern()?;
            }
            this.take(":")?;
            this.pattern()
        })
    }
}
