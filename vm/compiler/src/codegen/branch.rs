//! Conditions and comparisons. A comparison that decides a branch is one instruction with it.

use pyre_bytecode::{Instruction, KILL_A, KILL_B, Opcode};
use rustpython_ruff_python_ast::{self as ast, CmpOp, Expr, UnaryOp};
use rustpython_ruff_text_size::TextRange;

use super::unit::{Label, Operand, Reg};
use super::{Codegen, Result};
use crate::fold;

/// The instruction that gives a comparison's value.
fn compare_opcode(op: CmpOp) -> Opcode {
    match op {
        CmpOp::Eq => Opcode::Eq,
        CmpOp::NotEq => Opcode::Ne,
        CmpOp::Lt => Opcode::Lt,
        CmpOp::LtE => Opcode::Le,
        CmpOp::Gt => Opcode::Gt,
        CmpOp::GtE => Opcode::Ge,
        CmpOp::Is => Opcode::Is,
        CmpOp::IsNot => Opcode::IsNot,
        CmpOp::In => Opcode::In,
        CmpOp::NotIn => Opcode::NotIn,
    }
}

/// The fused branches: (with a register, with an immediate) for a comparison that is true or that is false.
fn fused_opcodes(op: CmpOp, when: bool) -> Option<(Opcode, Opcode)> {
    use Opcode::*;
    Some(match (op, when) {
        (CmpOp::Eq, true) => (JumpIfEq, JumpIfEqInt),
        (CmpOp::NotEq, true) => (JumpIfNe, JumpIfNeInt),
        (CmpOp::Lt, true) => (JumpIfLt, JumpIfLtInt),
        (CmpOp::LtE, true) => (JumpIfLe, JumpIfLeInt),
        (CmpOp::Gt, true) => (JumpIfGt, JumpIfGtInt),
        (CmpOp::GtE, true) => (JumpIfGe, JumpIfGeInt),
        (CmpOp::Eq, false) => (JumpIfNotEq, JumpIfNotEqInt),
        (CmpOp::NotEq, false) => (JumpIfNotNe, JumpIfNotNeInt),
        (CmpOp::Lt, false) => (JumpIfNotLt, JumpIfNotLtInt),
        (CmpOp::LtE, false) => (JumpIfNotLe, JumpIfNotLeInt),
        (CmpOp::Gt, false) => (JumpIfNotGt, JumpIfNotGtInt),
        (CmpOp::GtE, false) => (JumpIfNotGe, JumpIfNotGeInt),
        _ => return None,
    })
}

impl<'a> Codegen<'a> {
    /// Jumps to the label if the truth of the expression is `when`.
    pub(super) fn branch(&mut self, expr: &'a Expr, label: Label, when: bool) -> Result {
        let mark = self.unit.mark();
        self.branch_inner(expr, label, when)?;
        self.unit.release(mark);
        Ok(())
    }

    fn branch_inner(&mut self, expr: &'a Expr, label: Label, when: bool) -> Result {
        match expr {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
                return self.branch(&node.operand, label, !when);
            }
            Expr::BoolOp(node) => return self.branch_bool(node, label, when),
            Expr::If(node) => {
                let (orelse, end) = (self.unit.new_label(), self.unit.new_label());
                self.branch(&node.test, orelse, false)?;
                self.branch(&node.body, label, when)?;
                self.unit.emit_jump(Instruction::jump(0), end);
                self.unit.place(orelse);
                self.branch(&node.orelse, label, when)?;
                self.unit.place(end);
                return Ok(());
            }
            Expr::Compare(node) => {
                self.check_compare(node);
                return self.branch_compare(node, label, when);
            }
            _ => {}
        }
        if let Some(constant) = self.constant_value(expr)? {
            if fold::truth(&constant) == when {
                self.unit.emit_jump(Instruction::jump(0), label);
            }
            return Ok(());
        }
        let value = self.operand(expr)?;
        self.at(rustpython_ruff_text_size::Ranged::range(expr));
        self.jump_if(value, label, when);
        Ok(())
    }

    /// Jumps if the truth of the operand is `when`.
    pub(super) fn jump_if(&mut self, value: Operand, label: Label, when: bool) {
        let instruction = if when {
            Instruction::jump_if_true(value.reg, 0)
        } else {
            Instruction::jump_if_false(value.reg, 0)
        };
        self.unit.emit_jump(instruction.with_flags(value.kill(KILL_A, Reg::MAX)), label);
    }

    fn branch_bool(&mut self, node: &'a ast::ExprBoolOp, label: Label, when: bool) -> Result {
        let Some((last, first)) = node.values.split_last() else { return Ok(()) };
        // The truth that ends the evaluation early.
        let early = node.op == ast::BoolOp::Or;
        let skip = if early == when { label } else { self.unit.new_label() };
        for value in first {
            self.branch(value, skip, early)?;
        }
        self.branch(last, label, when)?;
        if early != when {
            self.unit.place(skip);
        }
        Ok(())
    }

    fn branch_compare(&mut self, node: &'a ast::ExprCompare, label: Label, when: bool) -> Result {
        if let [op] = *node.ops {
            let right = &node.comparators[0];
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && right.is_none_literal_expr() {
                let value = self.operand(&node.left)?;
                self.at(node.range);
                let instruction = if (op == CmpOp::Is) == when {
                    Instruction::jump_if_none(value.reg, 0)
                } else {
                    Instruction::jump_if_not_none(value.reg, 0)
                };
                self.unit.emit_jump(instruction.with_flags(value.kill(KILL_A, Reg::MAX)), label);
                return Ok(());
            }
            let left = self.stable_operand(&node.left, &[right], None)?;
            return self.branch_pair(left, op, right, node.range, label, when);
        }
        // A chain: the value between two comparisons is kept for the second.
        let (fail, end) = (self.unit.new_label(), self.unit.new_label());
        let mut left = self.chain_first(node)?;
        let mut kept = Vec::new();
        for (index, (op, right)) in node.ops.iter().zip(&node.comparators).enumerate() {
            if index + 1 == node.ops.len() {
                let target = if when { end } else { fail };
                let success_is_jump = when;
                self.branch_pair(left, *op, right, node.range, target, success_is_jump)?;
                break;
            }
            let middle = self.chain_middle(node, index)?;
            let mid_fail = self.unit.new_label();
            self.at(node.range);
            let value = Operand { reg: middle.reg, owned: false };
            self.branch_operands(left, *op, value, mid_fail, false);
            if middle.owned {
                kept.push((mid_fail, middle.reg));
            } else {
                kept.push((mid_fail, Reg::MAX));
            }
            left = middle;
        }
        // Falling through the last branch means: failed if `when`, else succeeded.
        if when {
            self.unit.emit_jump(Instruction::jump(0), fail);
        } else {
            self.unit.emit_jump(Instruction::jump(0), end);
        }
        for (mid_fail, register) in kept {
            self.unit.place(mid_fail);
            if register != Reg::MAX {
                self.unit.emit(Instruction::drop_(register));
            }
            self.unit.emit_jump(Instruction::jump(0), fail);
        }
        let (jumping, falling) = if when { (end, fail) } else { (fail, end) };
        self.unit.place(jumping);
        self.unit.emit_jump(Instruction::jump(0), label);
        self.unit.place(falling);
        Ok(())
    }

    fn chain_first(&mut self, node: &'a ast::ExprCompare) -> Result<Operand> {
        let later: Vec<&Expr> = node.comparators.iter().collect();
        self.stable_operand(&node.left, &later, None)
    }

    /// The operand at that index, which the next comparison uses again.
    fn chain_middle(&mut self, node: &'a ast::ExprCompare, index: usize) -> Result<Operand> {
        let later: Vec<&Expr> = node.comparators[index + 1..].iter().collect();
        self.stable_operand(&node.comparators[index], &later, None)
    }

    /// One comparison of a branch with its right operand not yet evaluated.
    fn branch_pair(
        &mut self,
        left: Operand,
        op: CmpOp,
        right: &'a Expr,
        range: TextRange,
        label: Label,
        when: bool,
    ) -> Result {
        if let Some((_, with_immediate)) = fused_opcodes(op, when)
            && let Some(value) = self.immediate(right)?
        {
            self.at(range);
            let flags = left.kill(KILL_A, Reg::MAX);
            let instruction = Instruction::new(with_immediate, flags, left.reg, value as u16, 0);
            self.unit.emit_jump(instruction, label);
            return Ok(());
        }
        let right = self.comparand(op, right)?;
        self.at(range);
        self.branch_operands(left, op, right, label, when);
        Ok(())
    }

    fn branch_operands(&mut self, left: Operand, op: CmpOp, right: Operand, label: Label, when: bool) {
        if let Some((fused, _)) = fused_opcodes(op, when) {
            let flags = left.kill(KILL_A, Reg::MAX) | right.kill(KILL_B, Reg::MAX);
            self.unit.emit_jump(Instruction::new(fused, flags, left.reg, right.reg, 0), label);
            return;
        }
        let result = self.unit.alloc();
        self.emit_two(compare_opcode(op), 0, result, left, right);
        self.jump_if(Operand { reg: result, owned: true }, label, when);
    }

    /// The right operand of a comparison. A display of constants after `in` is a constant.
    fn comparand(&mut self, op: CmpOp, expr: &'a Expr) -> Result<Operand> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(constant) = self.constant_container(expr)?
        {
            let register = self.unit.alloc();
            self.at(rustpython_ruff_text_size::Ranged::range(expr));
            self.load_constant(constant, register);
            return Ok(Operand { reg: register, owned: true });
        }
        self.operand(expr)
    }

    /// A comparison for its value.
    pub(super) fn compare(&mut self, node: &'a ast::ExprCompare, dst: Reg) -> Result {
        self.check_compare(node);
        if let [op] = *node.ops {
            let right = &node.comparators[0];
            let left = self.stable_operand(&node.left, &[right], Some(dst))?;
            let right = self.comparand(op, right)?;
            self.at(node.range);
            self.emit_two(compare_opcode(op), 0, dst, left, right);
            return Ok(());
        }
        let work = self.workspace(dst);
        let end = self.unit.new_label();
        let mut left = self.chain_first(node)?;
        let mut kept = Vec::new();
        for (index, (op, right)) in node.ops.iter().zip(&node.comparators).enumerate() {
            if index + 1 == node.ops.len() {
                let right = self.comparand(*op, right)?;
                self.at(node.range);
                self.emit_two(compare_opcode(*op), 0, work, left, right);
                break;
            }
            let middle = self.chain_middle(node, index)?;
            self.at(node.range);
            let value = Operand { reg: middle.reg, owned: false };
            self.emit_two(compare_opcode(*op), 0, work, left, value);
            let fail = if middle.owned { self.unit.new_label() } else { end };
            self.unit.emit_jump(Instruction::jump_if_false(work, 0), fail);
            if middle.owned {
                kept.push((fail, middle.reg));
            }
            left = middle;
        }
        if !kept.is_empty() {
            self.unit.emit_jump(Instruction::jump(0), end);
        }
        let last = kept.len().saturating_sub(1);
        for (index, (fail, register)) in kept.into_iter().enumerate() {
            self.unit.place(fail);
            self.unit.emit(Instruction::drop_(register));
            if index != last {
                self.unit.emit_jump(Instruction::jump(0), end);
            }
        }
        self.unit.place(end);
        self.deliver(work, dst);
        Ok(())
    }
}
