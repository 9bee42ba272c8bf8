//! Warnings about expressions that can hardly be meant.

use rustpython_ruff_python_ast::{self as ast, CmpOp, Expr};
use rustpython_ruff_text_size::TextRange;

use super::Codegen;
use crate::errors::{SyntaxError, Warning, WarningCategory};

/// The type of an expression's value as far as its form tells.
fn inferred_type(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::FString(_) => "str",
        other => return literal_type(other),
    })
}

fn literal_type(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::StringLiteral(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NumberLiteral(node) => match node.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        Expr::BooleanLiteral(_) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        _ => return None,
    })
}

impl<'a> Codegen<'a> {
    pub(super) fn syntax_warning(&mut self, range: TextRange, message: String) {
        let as_error = SyntaxError::at(self.source, range, message.clone());
        let line = as_error.line;
        self.warn(Warning { category: WarningCategory::SyntaxWarning, message, line, as_error });
    }

    /// `is` with a literal.
    pub(super) fn check_compare(&mut self, node: &'a ast::ExprCompare) {
        let literal = |expr: &'a Expr| match expr {
            Expr::Tuple(_) => Some("tuple"),
            other => literal_type(other).filter(|kind| !matches!(*kind, "bool" | "NoneType" | "ellipsis")),
        };
        let constant_tuple = |generator: &mut Self, expr: &'a Expr| {
            !expr.is_tuple_expr() || matches!(generator.constant_value(expr), Ok(Some(_)))
        };
        let mut left = &*node.left;
        for (op, right) in node.ops.iter().zip(&node.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let kind = literal(left)
                    .filter(|_| constant_tuple(self, left))
                    .or_else(|| literal(right).filter(|_| constant_tuple(self, right)));
                if let Some(kind) = kind {
                    let message = if *op == CmpOp::Is {
                        format!("\"is\" with '{kind}' literal. Did you mean \"==\"?")
                    } else {
                        format!("\"is not\" with '{kind}' literal. Did you mean \"!=\"?")
                    };
                    self.syntax_warning(node.range, message);
                    return;
                }
            }
            left = right;
        }
    }

    /// A call of something that is no callable.
    pub(super) fn check_caller(&mut self, func: &'a Expr) {
        if func.is_lambda_expr() {
            return;
        }
        if let Some(kind) = inferred_type(func) {
            let range = rustpython_ruff_text_size::Ranged::range(func);
            let message = format!("'{kind}' object is not callable; perhaps you missed a comma?");
            self.syntax_warning(range, message);
        }
    }

    /// A subscript of something that has none.
    pub(super) fn check_subscripter(&mut self, node: &'a ast::ExprSubscript) {
        let kind = match &*node.value {
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::Lambda(_)
            | Expr::TString(_) => inferred_type(&node.value),
            _ => None,
        };
        if let Some(kind) = kind {
            let message = format!("'{kind}' object is not subscriptable; perhaps you missed a comma?");
            self.syntax_warning(node.range, message);
        }
    }

    /// A sequence display indexed by something that is no index.
    pub(super) fn check_index(&mut self, node: &'a ast::ExprSubscript) {
        let sequence = match &*node.value {
            Expr::StringLiteral(_) | Expr::BytesLiteral(_) => inferred_type(&node.value),
            Expr::Tuple(_) | Expr::List(_) | Expr::ListComp(_) | Expr::FString(_) => {
                inferred_type(&node.value)
            }
            _ => None,
        };
        let index = inferred_type(&node.slice).filter(|kind| !matches!(*kind, "int" | "bool"));
        if let (Some(sequence), Some(index)) = (sequence, index) {
            let message = format!(
                "{sequence} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.syntax_warning(node.range, message);
        }
    }
}
