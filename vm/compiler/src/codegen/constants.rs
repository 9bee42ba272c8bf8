//! Literals and constant expressions.

use pyre_bytecode::{Constant, Instruction};
use rustpython_ruff_python_ast::{self as ast, Expr};
use rustpython_ruff_text_size::Ranged;

use super::unit::Reg;
use super::{Codegen, Result};
use crate::errors::{SyntaxError, Warning};
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
            Expr::EllipsisLiteral(_) => Constant::Ellipsis,
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
        self.check_end_of_number(node);
        Ok(match &node.value {
            ast::Number::Float(value) => Constant::Float(*value),
            ast::Number::Complex { real, imag } => Constant::Complex(*real, *imag),
            ast::Number::Int(value) => match value.as_i64() {
                Some(small) => Constant::Int(small),
                None => {
                    let range = node.range;
                    let text = &self.source.text()[range.start().to_usize()..range.end().to_usize()];
                    match fold::parse_int(text) {
                        Ok(value) => fold::int_constant(&value),
                        Err(digits) => {
                            let message = format!(
                                "Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
                            );
                            return self.error(range, message);
                        }
                    }
                }
            },
        })
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
        let (range, raw) = literal::content_of(self.source, part.range);
        let source = self.source;
        let content = &source.text()[range.start().to_usize()..range.end().to_usize()];
        if raw || !content.contains('\\') {
            out.extend_from_slice(content.as_bytes());
            return Ok(());
        }
        match literal::decode_string(content) {
            Ok(decoded) => {
                self.escape_warning(range.start(), &decoded);
                out.extend_from_slice(&decoded.bytes);
                Ok(())
            }
            Err(message) => Err(SyntaxError::in_characters(self.source, part.range, message)),
        }
    }

    pub(super) fn escape_warning(
        &mut self,
        start: rustpython_ruff_text_size::TextSize,
        decoded: &literal::Decoded,
    ) {
        if let Some(warning) = literal::escape_warning(self.source, start, decoded) {
            self.warn(warning);
        }
    }

    /// Adds a warning unless it is there already: some code is compiled twice.
    pub(super) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn bytes_literal(&mut self, node: &ast::ExprBytesLiteral) -> Result<Constant> {
        let mut bytes = Vec::new();
        for part in node.value.as_slice() {
            let (range, raw) = literal::content_of(self.source, part.range);
            let source = self.source;
            let content = &source.text()[range.start().to_usize()..range.end().to_usize()];
            if raw {
                bytes.extend_from_slice(content.as_bytes());
                continue;
            }
            match literal::decode_bytes(content) {
                Ok(decoded) => {
                    self.escape_warning(range.start(), &decoded);
                    bytes.extend_from_slice(&decoded.bytes);
                }
                Err(message) => return Err(SyntaxError::in_characters(self.source, part.range, message)),
            }
        }
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
