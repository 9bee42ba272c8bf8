//! Literals and constant expressions.

use pyre_bytecode::{Constant, Instruction};
use rustpython_ruff_python_ast::{self as ast, Expr};
use rustpython_ruff_text_size::Ranged;

use super::unit::Reg;
use super::{Codegen, Result};
use crate::errors::Warning;
use crate::{fold, literal};

impl<'a> Codegen<'a> {
    /// The value of an expression if it is constant.
    pub(super) fn constant_value(&mut self, expr: &'a Expr) -> Result<Option<Constant>> {
        Ok(Some(match expr {
            Expr::NoneLiteral(_) => Constant::None,
            Expr::BooleanLiteral(node) => {
                if node.value {
                    Constant::True
                } else {
                    Constant::False
                }
            }
            Expr::EllipsisLiteral(node) => {
                literal::made_constant(self.source, node.range.start()).unwrap_or(Constant::Ellipsis)
            }
            Expr::NumberLiteral(node) => self.number(node)?,
            Expr::StringLiteral(node) => self.string_literal(node)?,
            Expr::BytesLiteral(node) => self.bytes_literal(node)?,
            Expr::Name(node) if node.id == *"__debug__" => {
                if self.options.optimize == 0 {
                    Constant::True
                } else {
                    Constant::False
                }
            }
            Expr::UnaryOp(node) => {
                let Some(operand) = self.constant_value(&node.operand)? else { return Ok(None) };
                return Ok(fold::unary(node.op, &operand));
            }
            Expr::BinOp(node) => {
                // The right operand is usually the smaller one.
                let Some(right) = self.constant_value(&node.right)? else { return Ok(None) };
                let Some(left) = self.constant_value(&node.left)? else { return Ok(None) };
                return Ok(fold::binary(node.op, &left, &right));
            }
            Expr::Tuple(node) => {
                let mut items = Vec::with_capacity(node.elts.len());
                for element in node.elts.iter() {
                    let Some(item) = self.constant_value(element)? else { return Ok(None) };
                    items.push(item);
                }
                Constant::Tuple(items.into())
            }
            Expr::Subscript(node) => {
                let Some(index) = self.constant_value(&node.slice)? else { return Ok(None) };
                let Some(sequence) = self.constant_value(&node.value)? else { return Ok(None) };
                return Ok(fold::subscript(&sequence, &index));
            }
            _ => return Ok(None),
        }))
    }

    /// A literal, without folding: what an expression statement or a docstring is.
    pub(super) fn is_literal(expr: &Expr) -> bool {
        expr.is_literal_expr()
    }

    /// A number with a keyword right after it will be an error one day.
    fn check_end_of_number(&mut self, node: &ast::ExprNumberLiteral) {
        let (start, end) = (node.range.start().to_usize(), node.range.end().to_usize());
        let text = self.source.text();
        if text.as_bytes().get(end).is_none_or(|byte| !byte.is_ascii_alphabetic()) {
            return;
        }
        let decimal = |text: &str| if text.ends_with(['j', 'J']) { "imaginary" } else { "decimal" };
        let kind = match text.as_bytes().get(start + 1) {
            _ if text.as_bytes()[start] != b'0' => decimal(&text[start..end]),
            Some(b'x' | b'X') => "hexadecimal",
            Some(b'o' | b'O') => "octal",
            Some(b'b' | b'B') => "binary",
            _ => decimal(&text[start..end]),
        };
        self.syntax_warning(node.range, format!("invalid {kind} literal"));
    }

    fn number(&mut self, node: &ast::ExprNumberLiteral) -> Result<Constant> {
        if self.source.made().is_none() {
            self.check_end_of_number(node);
        }
        literal::number(self.source, node)
    }

    fn string_literal(&mut self, node: &ast::ExprStringLiteral) -> Result<Constant> {
        let parts = node.value.as_slice();
        let mut bytes = Vec::new();
        for part in parts {
            self.string_part(part, &mut bytes)?;
        }
        Ok(Constant::Str(bytes.into()))
    }

    /// Appends the value of one string literal of an implicit concatenation.
    pub(super) fn string_part(&mut self, part: &ast::StringLiteral, out: &mut Vec<u8>) -> Result {
        let mut warnings = Vec::new();
        let result = literal::string_part(self.source, part.range, out, &mut warnings);
        warnings.into_iter().for_each(|warning| self.warn(warning));
        result
    }

    /// Adds a warning unless it is there already: some code is compiled twice.
    pub(super) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn bytes_literal(&mut self, node: &ast::ExprBytesLiteral) -> Result<Constant> {
        let (mut bytes, mut warnings) = (Vec::new(), Vec::new());
        for part in node.value.as_slice() {
            literal::bytes_part(self.source, part.range, &mut bytes, &mut warnings)?;
        }
        warnings.into_iter().for_each(|warning| self.warn(warning));
        Ok(Constant::Bytes(bytes.into()))
    }

    /// The small int that an expression is, for instructions with an immediate operand.
    pub(super) fn immediate(&mut self, expr: &'a Expr) -> Result<Option<i16>> {
        Ok(match expr {
            Expr::NumberLiteral(_) | Expr::UnaryOp(_) | Expr::BinOp(_) => match self.constant_value(expr)? {
                Some(Constant::Int(value)) => i16::try_from(value).ok(),
                _ => None,
            },
            _ => None,
        })
    }

    /// Loads a constant by the shortest instruction.
    pub(super) fn load_constant(&mut self, constant: Constant, dst: Reg) {
        let instruction = match constant {
            Constant::None => Instruction::load_singleton(dst, 0),
            Constant::False => Instruction::load_singleton(dst, 1),
            Constant::True => Instruction::load_singleton(dst, 2),
            Constant::Ellipsis => Instruction::load_singleton(dst, 3),
            Constant::Int(value) if i32::try_from(value).is_ok() => Instruction::load_int(dst, value as i32),
            other => Instruction::load_const(dst, self.unit.constant(other) as i32),
        };
        self.unit.emit(instruction);
    }

    /// Loads a string.
    pub(super) fn load_str(&mut self, text: &str, dst: Reg) {
        self.load_constant(Constant::str(text), dst);
    }

    /// If the expression is constant, loads it.
    pub(super) fn constant_to(&mut self, expr: &'a Expr, dst: Reg) -> Result<bool> {
        let Some(constant) = self.constant_value(expr)? else { return Ok(false) };
        self.at(expr.range());
        self.load_constant(constant, dst);
        Ok(true)
    }
}
