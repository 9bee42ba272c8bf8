//! Assignment and deletion targets.

use super::{Expression, Form, Recogniser};

/// What a target is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Assignment,
    For,
    Deletion,
}

/// The first part of an expression that cannot be a target.
fn invalid_part(node: &Expression, target: Target) -> Option<Expression> {
    match node.form {
        Form::List | Form::Tuple => node.parts.iter().find_map(|part| invalid_part(part, target)),
        Form::Starred if target == Target::Deletion => Some(node.clone()),
        Form::Starred => node.parts.iter().find_map(|part| invalid_part(part, target)),
        Form::Compare(begins_with_in) if target == Target::For => {
            if begins_with_in {
                node.parts.iter().find_map(|part| invalid_part(part, target))
            } else {
                None
            }
        }
        Form::Name | Form::Subscript | Form::Attribute => None,
        _ => Some(node.clone()),
    }
}

impl Recogniser<'_> {
    pub(super) fn raise_invalid_target(&mut self, node: &Expression, target: Target) {
        if let Some(part) = invalid_part(node, target) {
            let verb = if target == Target::Deletion { "delete" } else { "assign to" };
            self.raise_at(&part, format!("cannot {verb} {}", part.form.name()));
        }
    }

    pub(super) fn star_targets(&mut self) -> Option<()> {
        self.attempt(|this| {
            this.separated(Self::star_target)?;
            this.take(",");
            Some(())
        })
    }

    pub(super) fn star_target(&mut self) -> Option<()> {
        if self.at("*") {
            self.advance();
            if self.at("*") {
                return None;
            }
            return self.star_target();
        }
        self.target_with_star_atom()
    }

    /// An attribute or subscript, or something in brackets.
    fn target_with_star_atom(&mut self) -> Option<()> {
        if self.attribute_or_subscript().is_some() {
            return Some(());
        }
        if self.name().is_some() {
            return Some(());
        }
        let close = if self.take("(").is_some() {
            ")"
        } else {
            self.take("[")?;
            "]"
        };
        if self.attempt(|this| this.separated(Self::star_target)).is_some() {
            self.take(",");
        }
        self.take(close).map(|_| ())
    }

    pub(super) fn attribute_or_subscript(&mut self) -> Option<Expression> {
        self.attempt(|this| {
            let start = this.pos;
            let primary = this.primary()?;
            let is_target = matches!(primary.form, Form::Attribute | Form::Subscript);
            (is_target && primary.start == start).then_some(primary)
        })
    }

    /// A name, attribute or subscript, perhaps in parentheses.
    pub(super) fn single_target(&mut self) -> Option<()> {
        if self.attribute_or_subscript().is_some() || self.name().is_some() {
            return Some(());
        }
        self.attempt(|this| {
            this.take("(")?;
            this.single_target()?;
            this.take(")").map(|_| ())
        })
    }

    pub(super) fn deletion_targets(&mut self) -> Option<()> {
        self.attempt(|this| {
            this.separated(Self::deletion_target)?;
            this.take(",");
            Some(())
        })
    }

    fn deletion_target(&mut self) -> Option<()> {
        if self.attribute_or_subscript().is_some() || self.name().is_some() {
            return Some(());
        }
        let close = if self.take("(").is_some() {
            ")"
        } else {
            self.take("[")?;
            "]"
        };
        self.deletion_targets();
        self.take(close).map(|_| ())
    }
}
