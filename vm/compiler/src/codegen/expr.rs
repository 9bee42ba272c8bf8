//! Expressions.

use pyre_bytecode::{INPLACE, Instruction, Intrinsic1, KILL_A, KILL_B, KILL_C, NO_REGISTER, Opcode};
use rustpython_ruff_python_ast::{self as ast, Expr, Operator, UnaryOp};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::{Label, Operand, Reg, UnitKind};
use super::{Codegen, Result};

/// The instruction for a binary operator.
pub(super) fn binary_opcode(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::Add,
        Operator::Sub => Opcode::Sub,
        Operator::Mult => Opcode::Mul,
        Operator::MatMult => Opcode::MatMul,
        Operator::Div => Opcode::TrueDiv,
        Operator::Mod => Opcode::Mod,
        Operator::Pow => Opcode::Pow,
        Operator::LShift => Opcode::LShift,
        Operator::RShift => Opcode::RShift,
        Operator::BitOr => Opcode::Or,
        Operator::BitXor => Opcode::Xor,
        Operator::BitAnd => Opcode::And,
        Operator::FloorDiv => Opcode::FloorDiv,
    }
}

/// The instruction for a binary operator with an immediate right operand.
fn immediate_opcode(op: Operator) -> Option<Opcode> {
    Some(match op {
        Operator::Add => Opcode::AddInt,
        Operator::Sub => Opcode::SubInt,
        Operator::Mult => Opcode::MulInt,
        Operator::FloorDiv => Opcode::FloorDivInt,
        Operator::Mod => Opcode::ModInt,
        Operator::BitAnd => Opcode::AndInt,
        Operator::LShift => Opcode::LShiftInt,
        Operator::RShift => Opcode::RShiftInt,
        _ => return None,
    })
}

impl<'a> Codegen<'a> {
    /// The expression's value as an operand.
    pub(super) fn operand(&mut self, expr: &'a Expr) -> Result<Operand> {
        self.operand_in(expr, None)
    }

    /// As `operand`; a temporary is the scratch register if there is one.
    pub(super) fn operand_in(&mut self, expr: &'a Expr, scratch: Option<Reg>) -> Result<Operand> {
        if let Some(reg) = self.local_in_place(expr)? {
            return Ok(Operand { reg, owned: false });
        }
        self.temporary_in(expr, scratch)
    }

    /// The expression's value in a temporary.
    pub(super) fn temporary(&mut self, expr: &'a Expr) -> Result<Reg> {
        Ok(self.temporary_in(expr, None)?.reg)
    }

    fn temporary_in(&mut self, expr: &'a Expr, scratch: Option<Reg>) -> Result<Operand> {
        let reg = match scratch {
            Some(reg) if self.unit.is_temporary(reg) => reg,
            _ => self.unit.alloc(),
        };
        self.expr_to(expr, reg)?;
        Ok(Operand { reg, owned: true })
    }

    /// As `operand_in`, for an operand that must keep its value while the later ones are evaluated.
    pub(super) fn stable_operand(
        &mut self,
        expr: &'a Expr,
        later: &[&'a Expr],
        scratch: Option<Reg>,
    ) -> Result<Operand> {
        if self.unit.has_walrus && later.iter().any(|later| contains_walrus(later)) {
            return self.temporary_in(expr, scratch);
        }
        self.operand_in(expr, scratch)
    }

    /// A temporary to compute in: `dst` itself if it is one.
    pub(super) fn workspace(&mut self, dst: Reg) -> Reg {
        if self.unit.is_temporary(dst) { dst } else { self.unit.alloc() }
    }

    /// Moves a finished value from its workspace.
    pub(super) fn deliver(&mut self, work: Reg, dst: Reg) {
        if work != dst {
            self.unit.emit(Instruction::take(dst, work));
        }
    }

    /// Evaluates the expression for its effects.
    pub(super) fn discard(&mut self, expr: &'a Expr) -> Result {
        let mark = self.unit.mark();
        let value = self.operand(expr)?;
        if value.owned {
            self.unit.emit(Instruction::drop_(value.reg));
        }
        self.unit.release(mark);
        Ok(())
    }

    /// Evaluates the expression into a register.
    pub(super) fn expr_to(&mut self, expr: &'a Expr, dst: Reg) -> Result {
        let mark = self.unit.mark();
        self.expr_to_inner(expr, dst)?;
        self.unit.release(mark);
        Ok(())
    }

    fn expr_to_inner(&mut self, expr: &'a Expr, dst: Reg) -> Result {
        let range = expr.range();
        match expr {
            Expr::Name(node) => {
                self.load_name(node, dst);
                Ok(())
            }
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_) => self.constant_to(expr, dst).map(|_| ()),
            Expr::BinOp(node) => {
                if self.constant_to(expr, dst)? {
                    return Ok(());
                }
                self.binary(node, dst)
            }
            Expr::UnaryOp(node) => {
                if self.constant_to(expr, dst)? {
                    return Ok(());
                }
                self.unary(node, dst)
            }
            Expr::BoolOp(node) => self.bool_op(node, dst),
            Expr::Compare(node) => self.compare(node, dst),
            Expr::If(node) => self.if_expression(node, dst),
            Expr::Named(node) => self.named(node, dst),
            Expr::Call(node) => self.call(node, dst),
            Expr::Attribute(node) => self.attribute(node, dst),
            Expr::Subscript(node) => {
                self.check_subscripter(node);
                self.check_index(node);
                if self.constant_to(expr, dst)? {
                    return Ok(());
                }
                self.subscript(node, dst)
            }
            Expr::Slice(node) => self.slice(node, dst),
            Expr::Tuple(node) => {
                if self.constant_to(expr, dst)? {
                    return Ok(());
                }
                self.tuple(&node.elts, range, dst)
            }
            Expr::List(node) => self.list(&node.elts, range, dst),
            Expr::Set(node) => self.set(&node.elts, range, dst),
            Expr::Dict(node) => self.dict(node, dst),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expr, dst)
            }
            Expr::Lambda(node) => self.lambda(node, dst),
            Expr::Yield(node) => self.yield_value(node, dst),
            Expr::YieldFrom(node) => self.yield_from(node, dst),
            Expr::Await(node) => self.await_value(node, dst),
            Expr::FString(node) => self.fstring(node, dst),
            Expr::TString(node) => self.tstring(node, dst),
            Expr::Starred(_) => self.error(range, "can't use starred expression here"),
            Expr::IpyEscapeCommand(_) => self.error(range, "invalid syntax"),
        }
    }

    /// Emits an instruction with two source operands.
    pub(super) fn emit_two(&mut self, op: Opcode, flags: u8, dst: Reg, left: Operand, right: Operand) {
        let kills = left.kill(KILL_B, dst) | right.kill(KILL_C, dst);
        self.unit.emit(Instruction::new(op, flags | kills, dst, left.reg, right.reg));
    }

    fn binary(&mut self, node: &'a ast::ExprBinOp, dst: Reg) -> Result {
        if let Some(op) = immediate_opcode(node.op)
            && let Some(value) = self.immediate(&node.right)?
        {
            let left = self.operand_in(&node.left, Some(dst))?;
            self.at(node.range);
            self.unit.emit(Instruction::new(op, left.kill(KILL_B, dst), dst, left.reg, value as u16));
            return Ok(());
        }
        let (left, right) = self.two_operands(&node.left, &node.right, dst)?;
        self.at(node.range);
        self.emit_two(binary_opcode(node.op), 0, dst, left, right);
        Ok(())
    }

    /// Evaluates two operands of an instruction that writes `dst`.
    pub(super) fn two_operands(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        dst: Reg,
    ) -> Result<(Operand, Operand)> {
        let first = self.stable_operand(left, &[right], Some(dst))?;
        let scratch = (first.reg != dst).then_some(dst);
        let second = self.operand_in(right, scratch)?;
        Ok((first, second))
    }

    /// The operation of an augmented assignment: `dst = left op= value`.
    pub(super) fn augmented(
        &mut self,
        op: Operator,
        left: Operand,
        value: &'a Expr,
        range: TextRange,
        dst: Reg,
    ) -> Result {
        if let Some(opcode) = immediate_opcode(op)
            && let Some(value) = self.immediate(value)?
        {
            self.at(range);
            let flags = INPLACE | left.kill(KILL_B, dst);
            self.unit.emit(Instruction::new(opcode, flags, dst, left.reg, value as u16));
            return Ok(());
        }
        let mut left = left;
        if !left.owned && self.unit.has_walrus && contains_walrus(value) {
            let copy = self.unit.alloc();
            self.unit.emit(Instruction::move_(copy, left.reg));
            left = Operand { reg: copy, owned: true };
        }
        let right = self.operand(value)?;
        self.at(range);
        self.emit_two(binary_opcode(op), INPLACE, dst, left, right);
        Ok(())
    }

    fn unary(&mut self, node: &'a ast::ExprUnaryOp, dst: Reg) -> Result {
        let operand = self.operand_in(&node.operand, Some(dst))?;
        let op = match node.op {
            UnaryOp::Invert => Opcode::Invert,
            UnaryOp::Not => Opcode::Not,
            UnaryOp::UAdd => Opcode::Pos,
            UnaryOp::USub => Opcode::Neg,
        };
        self.at(node.range);
        self.unit.emit(Instruction::new(op, operand.kill(KILL_B, dst), dst, operand.reg, 0));
        Ok(())
    }

    fn bool_op(&mut self, node: &'a ast::ExprBoolOp, dst: Reg) -> Result {
        let work = self.workspace(dst);
        let end = self.unit.new_label();
        let Some((last, first)) = node.values.split_last() else { return Ok(()) };
        for value in first {
            self.short_circuit(value, work, node.op == ast::BoolOp::Or, end, node.range)?;
        }
        self.expr_to(last, work)?;
        self.unit.place(end);
        self.deliver(work, dst);
        Ok(())
    }

    /// Evaluates a part of a boolean expression; jumps if its truth is `when`. The truth of nothing is asked twice.
    fn short_circuit(
        &mut self,
        expr: &'a Expr,
        work: Reg,
        when: bool,
        target: Label,
        range: TextRange,
    ) -> Result {
        if let Expr::BoolOp(inner) = expr
            && let Some((last, first)) = inner.values.split_last()
        {
            let early = inner.op == ast::BoolOp::Or;
            if early == when {
                let mut values = inner.values.iter();
                return values.try_for_each(|v| self.short_circuit(v, work, when, target, inner.range));
            }
            let next = self.unit.new_label();
            for value in first {
                self.short_circuit(value, work, early, next, inner.range)?;
            }
            self.short_circuit(last, work, when, target, inner.range)?;
            self.unit.place(next);
            return Ok(());
        }
        self.expr_to(expr, work)?;
        self.at(range);
        let jump =
            if when { Instruction::jump_if_true(work, 0) } else { Instruction::jump_if_false(work, 0) };
        self.unit.emit_jump(jump, target);
        Ok(())
    }

    fn if_expression(&mut self, node: &'a ast::ExprIf, dst: Reg) -> Result {
        let (orelse, end) = (self.unit.new_label(), self.unit.new_label());
        self.branch(&node.test, orelse, false)?;
        self.expr_to(&node.body, dst)?;
        self.unit.emit_jump(Instruction::jump(0), end);
        self.unit.place(orelse);
        self.expr_to(&node.orelse, dst)?;
        self.unit.place(end);
        Ok(())
    }

    fn named(&mut self, node: &'a ast::ExprNamed, dst: Reg) -> Result {
        let Expr::Name(target) = &*node.target else {
            return self.error(node.range, "invalid syntax");
        };
        let id = self.name_id(&target.id);
        if let Some(register) = self.local_register(id) {
            self.expr_to(&node.value, register)?;
            if register != dst {
                self.unit.emit(Instruction::move_(dst, register));
            }
            return Ok(());
        }
        let work = self.workspace(dst);
        self.expr_to(&node.value, work)?;
        self.at(target.range);
        self.store_id(id, Operand { reg: work, owned: false });
        self.deliver(work, dst);
        Ok(())
    }

    fn attribute(&mut self, node: &'a ast::ExprAttribute, dst: Reg) -> Result {
        if let Some(base) = self.super_operands(node)? {
            self.at(node.range);
            let name = self.attribute_name(&node.attr);
            self.unit.emit(Instruction::load_super_attr(dst, base, name));
            return Ok(());
        }
        let object = self.operand_in(&node.value, Some(dst))?;
        self.at(node.range);
        let name = self.attribute_name(&node.attr);
        self.unit.emit(Instruction::load_attr(dst, object.reg, name).with_flags(object.kill(KILL_B, dst)));
        Ok(())
    }

    fn subscript(&mut self, node: &'a ast::ExprSubscript, dst: Reg) -> Result {
        if let Some(slice) = self.two_part_slice(&node.slice)? {
            let (lower, upper) = slice;
            let later: Vec<&Expr> = lower.iter().chain(&upper).copied().collect();
            let object = self.stable_operand(&node.value, &later, Some(dst))?;
            let base = self.slice_bounds(lower, upper)?;
            self.at(node.range);
            let kill = object.kill(KILL_B, dst);
            self.unit.emit(Instruction::load_slice(dst, object.reg, base).with_flags(kill));
            return Ok(());
        }
        if let Some(index) = self.immediate(&node.slice)? {
            let object = self.operand_in(&node.value, Some(dst))?;
            self.at(node.range);
            let kill = object.kill(KILL_B, dst);
            self.unit.emit(Instruction::load_subscr_int(dst, object.reg, index).with_flags(kill));
            return Ok(());
        }
        let (object, index) = self.two_operands(&node.value, &node.slice, dst)?;
        self.at(node.range);
        self.emit_two(Opcode::LoadSubscr, 0, dst, object, index);
        Ok(())
    }

    /// The bounds of a slice without a step, unless the slice is constant.
    pub(super) fn two_part_slice(
        &mut self,
        expr: &'a Expr,
    ) -> Result<Option<(Option<&'a Expr>, Option<&'a Expr>)>> {
        let Expr::Slice(slice) = expr else { return Ok(None) };
        if slice.step.is_some() || self.constant_slice(slice)?.is_some() {
            return Ok(None);
        }
        Ok(Some((slice.lower.as_deref(), slice.upper.as_deref())))
    }

    /// Evaluates the bounds into two temporaries in a row.
    pub(super) fn slice_bounds(&mut self, lower: Option<&'a Expr>, upper: Option<&'a Expr>) -> Result<Reg> {
        let base = self.unit.mark();
        for bound in [lower, upper] {
            let register = self.unit.alloc();
            self.optional_to(bound, register)?;
        }
        Ok(base)
    }

    fn optional_to(&mut self, expr: Option<&'a Expr>, dst: Reg) -> Result {
        match expr {
            Some(expr) => self.expr_to(expr, dst),
            None => {
                self.unit.emit(Instruction::load_singleton(dst, 0));
                Ok(())
            }
        }
    }

    fn constant_slice(&mut self, node: &'a ast::ExprSlice) -> Result<Option<pyre_bytecode::Constant>> {
        use pyre_bytecode::Constant;
        let mut parts = [Constant::None, Constant::None, Constant::None];
        for (part, expr) in parts.iter_mut().zip([&node.lower, &node.upper, &node.step]) {
            if let Some(expr) = expr {
                match self.constant_value(expr)? {
                    Some(constant) if !matches!(constant, Constant::Tuple(_)) => *part = constant,
                    _ => return Ok(None),
                }
            }
        }
        Ok(Some(Constant::Slice(parts.into())))
    }

    fn slice(&mut self, node: &'a ast::ExprSlice, dst: Reg) -> Result {
        if let Some(constant) = self.constant_slice(node)? {
            self.at(node.range);
            self.load_constant(constant, dst);
            return Ok(());
        }
        let base = self.slice_bounds(node.lower.as_deref(), node.upper.as_deref())?;
        let mut count = 2;
        if let Some(step) = &node.step {
            let register = self.unit.alloc();
            self.expr_to(step, register)?;
            count = 3;
        }
        self.at(node.range);
        self.unit.emit(Instruction::build_slice(dst, base, count));
        Ok(())
    }

    fn yield_value(&mut self, node: &'a ast::ExprYield, dst: Reg) -> Result {
        if !self.in_function() {
            return self.error(node.range, "'yield' outside function");
        }
        let after = node.range.start().to_usize() + "yield".len();
        if let Some(rest) = self.source.text().get(after..)
            && rest.trim_start_matches([' ', '\t']).starts_with(',')
        {
            let at = after + rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let range = TextRange::at((at as u32).into(), 1.into());
            return self.error(range, "invalid syntax");
        }
        let mut value = match &node.value {
            Some(value) => self.operand(value)?,
            None => {
                self.at(node.range);
                Operand { reg: self.none_temporary(), owned: true }
            }
        };
        self.at(node.range);
        if self.unit.kind == UnitKind::AsyncFunction {
            let wrapped = if value.owned { value.reg } else { self.unit.alloc() };
            self.unit.emit(Instruction::intrinsic1(wrapped, value.reg, Intrinsic1::AsyncGenWrap as u16));
            value = Operand { reg: wrapped, owned: true };
        }
        let kill = value.kill(KILL_B, dst);
        self.unit.emit(Instruction::yield_(dst, value.reg, NO_REGISTER).with_flags(kill));
        Ok(())
    }

    fn yield_from(&mut self, node: &'a ast::ExprYieldFrom, dst: Reg) -> Result {
        if !self.in_function() {
            return self.error(node.range, "'yield' outside function");
        }
        if self.unit.kind == UnitKind::AsyncFunction {
            return self.error(node.range, "'yield from' inside async function");
        }
        let work = self.unit.alloc();
        let iterable = self.operand_in(&node.value, Some(work))?;
        self.at(node.range);
        let kill = iterable.kill(KILL_B, work);
        self.unit.emit(Instruction::get_yield_from_iter(work, iterable.reg).with_flags(kill));
        self.delegate(work, dst);
        Ok(())
    }

    fn await_value(&mut self, node: &'a ast::ExprAwait, dst: Reg) -> Result {
        self.check_await(node.range)?;
        let work = self.unit.alloc();
        let awaitable = self.operand_in(&node.value, Some(work))?;
        self.at(node.range);
        self.await_operand(awaitable, work, 0, dst);
        Ok(())
    }

    fn check_await(&mut self, range: TextRange) -> Result {
        match self.unit.kind {
            UnitKind::AsyncFunction => Ok(()),
            UnitKind::Comprehension => Ok(()),
            UnitKind::Module if self.options.allow_top_level_await => Ok(()),
            UnitKind::Function | UnitKind::Lambda => self.error(range, "'await' outside async function"),
            _ => self.error(range, "'await' outside function"),
        }
    }

    /// Awaits an operand; `work` is a temporary at the top.
    pub(super) fn await_operand(&mut self, awaitable: Operand, work: Reg, kind: u16, dst: Reg) {
        let kill = awaitable.kill(KILL_B, work);
        self.unit.emit(Instruction::get_awaitable(work, awaitable.reg, kind).with_flags(kill));
        self.delegate(work, dst);
    }

    /// Runs the receiver in `work` to its end, yielding what it yields; its result goes to `dst`.
    pub(super) fn delegate(&mut self, work: Reg, dst: Reg) {
        let value = self.unit.alloc();
        let (again, done) = (self.unit.new_label(), self.unit.new_label());
        self.unit.emit(Instruction::load_singleton(value, 0));
        self.unit.place(again);
        self.unit.emit_jump(Instruction::send(value, work, value), done);
        self.unit.emit(Instruction::yield_(value, value, work));
        self.unit.emit_jump(Instruction::jump_back(0), again);
        self.unit.place(done);
        self.unit.emit(Instruction::take(dst, value));
    }

    /// Emits `return` of a temporary.
    pub(super) fn emit_return(&mut self, value: Operand) {
        self.unit.emit(Instruction::return_(value.reg).with_flags(value.kill(KILL_A, Reg::MAX)));
    }
}

/// Does the expression contain an assignment expression (nested functions aside, which bind their own names)?
pub(super) fn contains_walrus(expr: &Expr) -> bool {
    use rustpython_ruff_python_ast::visitor::{Visitor, walk_expr};
    struct Finder(bool);
    impl Visitor<'_> for Finder {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Named(_) => self.0 = true,
                Expr::Lambda(_) => {}
                _ if !self.0 => walk_expr(self, expr),
                _ => {}
            }
        }
    }
    let mut finder = Finder(false);
    finder.visit_expr(expr);
    finder.0
}
