//! Assignments and their targets.

use pyre_bytecode::{Instruction, KILL_A, KILL_B};
use rustpython_ruff_python_ast::{self as ast, Expr};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::unit::{Operand, Reg};
use super::{Codegen, Result};

impl<'a> Codegen<'a> {
    pub(super) fn assignment(&mut self, node: &'a ast::StmtAssign) -> Result {
        if let [target] = &node.targets[..] {
            return self.assign(target, &node.value);
        }
        let value = Operand { reg: self.temporary(&node.value)?, owned: true };
        let Some((last, first)) = node.targets.split_last() else { return Ok(()) };
        for target in first {
            self.store(target, Operand { owned: false, ..value })?;
        }
        self.store(last, value)
    }

    /// `target = value`
    pub(super) fn assign(&mut self, target: &'a Expr, value: &'a Expr) -> Result {
        match target {
            Expr::Name(name) => {
                let id = self.name_id(&name.id);
                if let Some(register) = self.local_register(id) {
                    return self.expr_to(value, register);
                }
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. })
                if self.assign_parallel(elts, value)? =>
            {
                return Ok(());
            }
            _ => {}
        }
        let is_name = target.is_name_expr();
        let value = if self.unit.has_walrus && !is_name {
            Operand { reg: self.temporary(value)?, owned: true }
        } else {
            self.operand(value)?
        };
        self.store(target, value)
    }

    /// `a, b = x, y` without a tuple.
    fn assign_parallel(&mut self, targets: &'a [Expr], value: &'a Expr) -> Result<bool> {
        let values = match value {
            Expr::Tuple(node) => &node.elts,
            Expr::List(node) => &node.elts,
            _ => return Ok(false),
        };
        let has_star = |exprs: &[Expr]| exprs.iter().any(Expr::is_starred_expr);
        if values.len() != targets.len() || values.len() > 30 || has_star(values) || has_star(targets) {
            return Ok(false);
        }
        let Some(registers) = self.distinct_locals(targets) else {
            let base = self.unit.mark();
            for value in values {
                self.temporary(value)?;
            }
            for (index, target) in targets.iter().enumerate() {
                self.store(target, Operand { reg: base + index as Reg, owned: true })?;
            }
            return Ok(true);
        };
        // The last value can go where it belongs, since nothing is read after it.
        let mut pending = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if index + 1 == values.len() {
                self.expr_to(value, registers[index])?;
                break;
            }
            let in_place = match self.local_in_place_name(value)? {
                Some(register) if !registers.contains(&register) && !self.unit.has_walrus => {
                    Operand { reg: register, owned: false }
                }
                _ => Operand { reg: self.temporary(value)?, owned: true },
            };
            pending.push(in_place);
        }
        for (register, value) in registers.iter().zip(pending) {
            let make = if value.owned { Instruction::take } else { Instruction::move_ };
            self.unit.emit(make(*register, value.reg));
        }
        Ok(true)
    }

    fn local_in_place_name(&mut self, expr: &'a Expr) -> Result<Option<Reg>> {
        if expr.is_name_expr() { self.local_in_place(expr) } else { Ok(None) }
    }

    /// The registers of the targets if all are local variables, each once.
    fn distinct_locals(&mut self, targets: &'a [Expr]) -> Option<Vec<Reg>> {
        let mut registers = Vec::new();
        for target in targets {
            let Expr::Name(name) = target else { return None };
            let id = self.name_id(&name.id);
            let register = self.local_register(id)?;
            if registers.contains(&register) {
                return None;
            }
            registers.push(register);
        }
        Some(registers)
    }

    /// Stores an operand into a target.
    pub(super) fn store(&mut self, target: &'a Expr, value: Operand) -> Result {
        let mark = self.unit.mark();
        match target {
            Expr::Name(node) => {
                self.at(node.range);
                let id = self.name_id(&node.id);
                self.store_id(id, value);
            }
            Expr::Attribute(node) => {
                self.static_attribute(node);
                let object = self.operand(&node.value)?;
                self.at(node.range);
                let name = self.attribute_name(&node.attr);
                let kills = object.kill(KILL_A, Reg::MAX) | Self::value_kill(value);
                self.unit.emit(Instruction::store_attr(object.reg, value.reg, name).with_flags(kills));
            }
            Expr::Subscript(node) => self.store_subscript(node, value)?,
            Expr::Tuple(node) => self.unpack(&node.elts, value, node.range)?,
            Expr::List(node) => self.unpack(&node.elts, value, node.range)?,
            Expr::Starred(node) => {
                return self.error(node.range, "starred assignment target must be in a list or tuple");
            }
            other => return self.error(other.range(), "cannot assign to expression"),
        }
        self.unit.release(mark);
        Ok(())
    }

    fn store_subscript(&mut self, node: &'a ast::ExprSubscript, value: Operand) -> Result {
        if let Some((lower, upper)) = self.two_part_slice(&node.slice)? {
            let later: Vec<&Expr> = lower.iter().chain(&upper).copied().collect();
            let object = self.stable_operand(&node.value, &later, None)?;
            let base = self.slice_bounds(lower, upper)?;
            self.at(node.range);
            let kills = object.kill(KILL_A, Reg::MAX) | Self::third_kill(value);
            self.unit.emit(Instruction::store_slice(object.reg, base, value.reg).with_flags(kills));
            return Ok(());
        }
        let object = self.stable_operand(&node.value, &[&node.slice], None)?;
        let key = self.operand(&node.slice)?;
        self.at(node.range);
        let kills = object.kill(KILL_A, Reg::MAX) | Self::value_kill(key) | Self::third_kill(value);
        self.unit.emit(Instruction::store_subscr(object.reg, key.reg, value.reg).with_flags(kills));
        Ok(())
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Operand, range: TextRange) -> Result {
        let star = targets.iter().position(Expr::is_starred_expr);
        if let Some(star) = star {
            if targets[star + 1..].iter().any(Expr::is_starred_expr) {
                return self.error(range, "multiple starred expressions in assignment");
            }
            let (before, after) = (star, targets.len() - star - 1);
            if before >= 256 || after >= 256 {
                return self.error(range, "too many expressions in star-unpacking assignment");
            }
            let base = self.unit.alloc_many(targets.len());
            self.at(range);
            let count = (before | after << 8) as u16;
            let kill = value.kill(KILL_B, Reg::MAX);
            self.unit.emit(Instruction::unpack_ex(base, value.reg, count).with_flags(kill));
            return self.store_items(targets, base);
        }
        let count = self.unit.small(targets.len());
        if let Some(registers) = self.distinct_locals(targets)
            && !registers.contains(&value.reg)
            && registers.windows(2).all(|pair| pair[0] + 1 == pair[1])
            && !registers.is_empty()
        {
            self.at(range);
            let kill = value.kill(KILL_B, Reg::MAX);
            self.unit.emit(Instruction::unpack_sequence(registers[0], value.reg, count).with_flags(kill));
            return Ok(());
        }
        let base = self.unit.alloc_many(targets.len());
        self.at(range);
        let kill = value.kill(KILL_B, Reg::MAX);
        self.unit.emit(Instruction::unpack_sequence(base, value.reg, count).with_flags(kill));
        self.store_items(targets, base)
    }

    fn store_items(&mut self, targets: &'a [Expr], base: Reg) -> Result {
        for (index, target) in targets.iter().enumerate() {
            let target = match target {
                Expr::Starred(starred) => &starred.value,
                other => other,
            };
            self.store(target, Operand { reg: base + index as Reg, owned: true })?;
        }
        Ok(())
    }

    pub(super) fn augmented_assignment(&mut self, node: &'a ast::StmtAugAssign) -> Result {
        match &*node.target {
            Expr::Name(name) => {
                let id = self.name_id(&name.id);
                if let Some(register) = self.local_register(id) {
                    // Reading checks that it is bound.
                    self.local_in_place(&node.target)?;
                    let left = Operand { reg: register, owned: false };
                    return self.augmented(node.op, left, &node.value, node.range, register);
                }
                let work = self.unit.alloc();
                self.load_name(name, work);
                let left = Operand { reg: work, owned: true };
                self.augmented(node.op, left, &node.value, node.range, work)?;
                self.at(name.range);
                self.store_id(id, left);
            }
            Expr::Attribute(target) => {
                self.static_attribute(target);
                let object = self.stable_operand(&target.value, &[&node.value], None)?;
                let work = self.unit.alloc();
                let attribute = self.attribute_name(&target.attr);
                self.at(target.range);
                self.unit.emit(Instruction::load_attr(work, object.reg, attribute));
                let left = Operand { reg: work, owned: true };
                self.augmented(node.op, left, &node.value, node.range, work)?;
                self.at(target.range);
                let kills = object.kill(KILL_A, Reg::MAX) | KILL_B;
                self.unit.emit(Instruction::store_attr(object.reg, work, attribute).with_flags(kills));
            }
            Expr::Subscript(target) => {
                let later = [&*target.slice, &*node.value];
                let object = self.stable_operand(&target.value, &later, None)?;
                let key = self.stable_operand(&target.slice, &[&node.value], None)?;
                let work = self.unit.alloc();
                self.at(target.range);
                self.unit.emit(Instruction::load_subscr(work, object.reg, key.reg));
                let left = Operand { reg: work, owned: true };
                self.augmented(node.op, left, &node.value, node.range, work)?;
                self.at(target.range);
                let kills = object.kill(KILL_A, Reg::MAX) | Self::value_kill(key) | Self::third_kill(left);
                self.unit.emit(Instruction::store_subscr(object.reg, key.reg, work).with_flags(kills));
            }
            other => return self.error(other.range(), "illegal expression for augmented assignment"),
        }
        Ok(())
    }

    /// Notes `self.name = ...` for the class's `__static_attributes__`.
    fn static_attribute(&mut self, node: &'a ast::ExprAttribute) {
        if !matches!(&*node.value, Expr::Name(name) if name.id == *"self") {
            return;
        }
        let Some(index) = self.outer.iter().rposition(|unit| unit.kind == super::unit::UnitKind::Class)
        else {
            return;
        };
        let id = self.name_id(&node.attr);
        let name = self.names.text(id).clone();
        let attributes = &mut self.outer[index].static_attributes;
        if !attributes.contains(&name) {
            attributes.push(name);
        }
    }
}
