//! Parameters of functions and lambdas, and type parameters.

use super::Recogniser;

/// The two kinds of parameter lists.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Style {
    /// What ends the list: `)` or `:`.
    end: &'static str,
    annotations: bool,
}

const FUNCTION: Style = Style { end: ")", annotations: true };
const LAMBDA: Style = Style { end: ":", annotations: false };

impl Recogniser<'_> {
    pub(super) fn function_parameters(&mut self) -> Option<()> {
        self.parameters(FUNCTION)
    }

    pub(super) fn lambda_parameters(&mut self) -> Option<()> {
        self.parameters(LAMBDA)
    }

    fn parameters(&mut self, style: Style) -> Option<()> {
        self.mistake(|this| this.invalid_parameters(style));
        self.attempt(|this| {
            let slash = this.slash(style);
            let mut found = slash.is_some();
            if slash != Some(true) {
                while this.plain(style).is_some() {
                    found = true;
                }
            }
            while this.with_default(style).is_some() {
                found = true;
            }
            found |= this.star_part(style).is_some();
            found.then_some(())
        })
    }

    /// A parameter's name and annotation.
    fn parameter(&mut self, style: Style) -> Option<usize> {
        let name = self.name()?;
        if style.annotations {
            self.attempt(|this| {
                this.take(":")?;
                this.expression()
            });
        }
        Some(name)
    }

    fn end_of_parameter(&mut self, style: Style) -> Option<()> {
        (self.take(",").is_some() || self.at(style.end)).then_some(())
    }

    /// A parameter without a default; its name and last token.
    fn plain(&mut self, style: Style) -> Option<(usize, usize)> {
        self.attempt(|this| {
            let name = this.parameter(style)?;
            let last = this.pos - 1;
            this.end_of_parameter(style)?;
            Some((name, last))
        })
    }

    fn default(&mut self, style: Style) -> Option<()> {
        let value = self.attempt(|this| {
            this.take("=")?;
            this.expression()
        });
        if value.is_none() {
            self.mistake(|this| {
                let equals = this.take("=")?;
                if this.at(style.end) || this.at(",") {
                    this.raise_tokens(equals, equals, "expected default value expression");
                }
                None
            });
        }
        value.map(|_| ())
    }

    fn with_default(&mut self, style: Style) -> Option<()> {
        self.attempt(|this| {
            this.parameter(style)?;
            this.default(style)?;
            this.end_of_parameter(style)
        })
    }

    fn with_or_without_default(&mut self, style: Style) -> Option<()> {
        self.attempt(|this| {
            this.parameter(style)?;
            this.default(style);
            this.end_of_parameter(style)
        })
    }

    /// Positional-only parameters and their `/`; do they end with defaults?
    fn slash(&mut self, style: Style) -> Option<bool> {
        self.attempt(|this| {
            let mut found = false;
            let mut defaults = false;
            while this.plain(style).is_some() {
                found = true;
            }
            while this.with_default(style).is_some() {
                found = true;
                defaults = true;
            }
            if !found {
                return None;
            }
            this.take("/")?;
            this.end_of_parameter(style)?;
            Some(defaults)
        })
    }

    fn star_part(&mut self, style: Style) -> Option<()> {
        self.mistake(|this| this.invalid_star_part(style));
        let star = self.attempt(|this| {
            this.take("*")?;
            if this.take(",").is_some() {
                this.with_or_without_default(style)?;
            } else if style.annotations {
                this.name()?;
                this.attempt(|this| {
                    this.take(":")?;
                    this.star_annotation()
                });
                this.end_of_parameter(style)?;
            } else {
                this.plain(style)?;
            }
            while this.with_or_without_default(style).is_some() {}
            this.mapping_part(style);
            Some(())
        });
        if star.is_some() {
            return star;
        }
        self.mapping_part(style)
    }

    fn star_annotation(&mut self) -> Option<()> {
        if self.take("*").is_some() {
            return self.bitwise_or().map(|_| ());
        }
        self.expression().map(|_| ())
    }

    fn mapping_part(&mut self, style: Style) -> Option<()> {
        self.mistake(|this| {
            this.take("**")?;
            this.parameter(style)?;
            if let Some(equals) = this.take("=") {
                this.raise_tokens(equals, equals, "var-keyword argument cannot have default value");
                return None;
            }
            this.take(",")?;
            let next = this.pos;
            let follows = this.parameter(style).is_some() || this.at_any(&["*", "**", "/"]);
            if follows {
                let last = next.max(this.pos.saturating_sub(1));
                this.raise_tokens(next, last, "arguments cannot follow var-keyword argument");
            }
            None
        });
        self.attempt(|this| {
            this.take("**")?;
            this.plain(style).map(|_| ())
        })
    }

    fn invalid_star_part(&mut self, style: Style) -> Option<()> {
        let start = self.pos;
        let star = self.take("*")?;
        let is_bare = self.looking_at(|this| {
            if this.at(style.end) {
                return Some(());
            }
            this.take(",")?;
            (this.at(style.end) || this.at("**")).then_some(())
        });
        if is_bare {
            let message = "named arguments must follow bare *";
            if style.annotations {
                self.raise_tokens(star, star, message);
            } else {
                self.raise(message);
            }
            return None;
        }
        if self.parameter(style).is_some()
            && let Some(equals) = self.take("=")
        {
            self.raise_tokens(equals, equals, "var-positional argument cannot have default value");
            return None;
        }
        self.pos = start + 1;
        if self.plain(style).is_none() {
            self.take(",")?;
        }
        while self.with_or_without_default(style).is_some() {}
        let again = self.take("*")?;
        if self.plain(style).is_some() || self.take(",").is_some() {
            self.raise_tokens(again, again, "* argument may appear only once");
        }
        None
    }

    fn invalid_parameters(&mut self, style: Style) -> Option<()> {
        let start = self.pos;
        if let Some(slash) = self.take("/") {
            if self.take(",").is_some() {
                self.raise_tokens(slash, slash, "at least one argument must precede /");
                return None;
            }
            self.pos = start;
        }
        let has_slash = self.slash(style).is_some();
        let after_slash = self.pos;
        if has_slash {
            while self.with_or_without_default(style).is_some() {}
            if let Some(slash) = self.take("/") {
                self.raise_tokens(slash, slash, "/ may appear only once");
                return None;
            }
            self.pos = after_slash;
        }
        self.non_default_after_default(style, start, after_slash)?;
        self.pos = start;
        while self.plain(style).is_some() {}
        if let Some(open) = self.take("(") {
            let mut found = false;
            while self
                .attempt(|this| {
                    this.parameter(style)?;
                    (this.take(",").is_some() || this.at(")")).then_some(())
                })
                .is_some()
            {
                found = true;
            }
            if found {
                self.take(",");
                if let Some(close) = self.take(")") {
                    let what = if style.annotations { "Function" } else { "Lambda expression" };
                    self.raise_tokens(open, close, format!("{what} parameters cannot be parenthesized"));
                    return None;
                }
            }
        }
        self.pos = after_slash;
        while self.with_or_without_default(style).is_some() {}
        if self.take("*").is_some() && (self.take(",").is_some() || self.plain(style).is_some()) {
            while self.with_or_without_default(style).is_some() {}
            if let Some(slash) = self.take("/") {
                self.raise_tokens(slash, slash, "/ must be ahead of *");
                return None;
            }
        }
        self.pos = start;
        let mut found = false;
        while self.with_or_without_default(style).is_some() {
            found = true;
        }
        if found
            && self.take("/").is_some()
            && let Some(star) = self.take("*")
        {
            self.raise_tokens(star, star, "expected comma between / and *");
        }
        None
    }

    fn non_default_after_default(&mut self, style: Style, start: usize, after_slash: usize) -> Option<()> {
        self.pos = start;
        let slash_has_default = self.slash(style) == Some(true);
        self.pos = after_slash;
        let mut defaults = slash_has_default;
        if !defaults {
            while self.plain(style).is_some() {}
        }
        while self.with_default(style).is_some() {
            defaults = true;
        }
        if defaults && let Some((name, last)) = self.plain(style) {
            self.raise_tokens(name, last, "parameter without a default follows parameter with a default");
            return None;
        }
        Some(())
    }

    pub(super) fn type_parameters(&mut self) -> Option<()> {
        self.mistake(|this| {
            this.take("[")?;
            if this.at("]") {
                let token = this.current();
                let (line, offset) = this.source.position(token.start);
                let message = "Type parameter list cannot be empty".to_string();
                let kind = super::super::ErrorKind::SyntaxError;
                let error = this.with_positions(kind, message, (line, offset), (line, offset));
                this.report(error);
            }
            None
        });
        self.attempt(|this| {
            this.take("[")?;
            this.separated(Self::type_parameter)?;
            this.take(",");
            this.take("]").map(|_| ())
        })
    }

    fn type_parameter(&mut self) -> Option<()> {
        let stars = if self.take("*").is_some() {
            "*"
        } else if self.take("**").is_some() {
            "**"
        } else {
            ""
        };
        self.name()?;
        if self.at(":") {
            if !stars.is_empty() {
                self.mistake(|this| {
                    let colon = this.take(":")?;
                    let bound = this.expression()?;
                    let what = if bound.form == super::Form::Tuple { "constraints" } else { "bound" };
                    let kind = if stars == "*" { "TypeVarTuple" } else { "ParamSpec" };
                    this.raise_tokens(colon, bound.end - 1, format!("cannot use {what} with {kind}"));
                    None
                });
                return None;
            }
            self.advance();
            self.expression()?;
        }
        if self.take("=").is_some() {
            if stars == "*" && self.take("*").is_some() {
                self.bitwise_or()?;
            } else {
                self.expression()?;
            }
        }
        Some(())
    }
}
